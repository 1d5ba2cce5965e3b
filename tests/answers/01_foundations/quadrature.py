# %% right="softmax and logsumexp"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% right="shifted exponentials"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    top = log_values.max()
    values = torch.exp(log_values - top)
    total = values.sum()
    mean = (values * grid).sum() / total
    return mean, (values * grid**2).sum() / total - mean**2, top + total.log() + torch.log(grid[1] - grid[0])


# %% right="trapezoids"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    top = log_values.max()
    values = (log_values - top).exp()
    total = torch.trapezoid(values, grid)
    mean = torch.trapezoid(values * grid, grid) / total
    return mean, torch.trapezoid(values * (grid - mean) ** 2, grid) / total, top + total.log()


# %% right="log-sum-exp weights, a list"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    log_total = torch.logsumexp(log_values, 0)
    weights = (log_values - log_total).exp()
    mean = weights @ grid
    step = (grid[-1] - grid[0]) / (len(grid) - 1)
    return [mean, weights @ (grid - mean).square(), log_total + step.log()]


# %% wrong="the mode for the mean" fails="the mean of a leaning density"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = grid[log_values.argmax()]
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="weights of all alike" fails="the mean of a leaning density"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = torch.full_like(grid, 1 / len(grid))
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="weights not normalised" fails="the mean of a leaning density"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.exp() * (grid[1] - grid[0])
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="logarithms as weights" fails="the mean of a leaning density"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values / log_values.sum()
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="step in the weights again" fails="the mean of a leaning density"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0) * (grid[1] - grid[0])
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="mean of squares" fails="its variance"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * grid**2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="standard deviation" fails="its variance"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum().sqrt(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="mean subtracted, not its square" fails="its variance"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * grid**2).sum() - mean, log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="variance of the grid" fails="its variance"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, ((grid - mean) ** 2).mean(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="inverse" fails="its variance"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, 1 / (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0]).log()


# %% wrong="step forgotten" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0)


# %% wrong="step subtracted" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) - (grid[1] - grid[0]).log()


# %% wrong="the integral itself" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), (log_values.logsumexp(0) + (grid[1] - grid[0]).log()).exp()


# %% wrong="a step for its logarithm" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) + (grid[1] - grid[0])


# %% wrong="log of a mean" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.logsumexp(0) - math.log(len(grid))


# %% wrong="logarithms integrated" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.sum() * (grid[1] - grid[0])


# %% wrong="the highest value" fails="the logarithm of the integral"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), log_values.max()


# %% wrong="exponentials that underflow" fails="a density that no float can hold"
def quadrature(log_density, grid):
    values = log_density(grid).exp()
    weights = values / values.sum()
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), (values.sum() * (grid[1] - grid[0])).log()


# %% wrong="a guard that hides the underflow" fails="a density that no float can hold"
def quadrature(log_density, grid):
    values = log_density(grid).exp()
    weights = values / (values.sum() + 1e-300)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum(), (values.sum() * (grid[1] - grid[0]) + 1e-300).log()


# %% wrong="no integral" fails="three numbers"
def quadrature(log_density, grid):
    weights = log_density(grid).softmax(0)
    mean = (weights * grid).sum()
    return mean, (weights * (grid - mean) ** 2).sum()


# %% wrong="a variance per place" fails="three numbers"
def quadrature(log_density, grid):
    log_values = log_density(grid)
    weights = log_values.softmax(0)
    mean = (weights * grid).sum()
    return mean, weights * (grid - mean) ** 2, log_values.logsumexp(0) + (grid[1] - grid[0]).log()
