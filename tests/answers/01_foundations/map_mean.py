# %% right="one fraction"
def map_mean(total, n, sigma, nu, beta):
    return (sigma**2 * nu + beta**2 * total) / (n * beta**2 + sigma**2)


# %% right="weighted by precisions"
def map_mean(total, n, sigma, nu, beta):
    return (total / sigma**2 + nu / beta**2) / (n / sigma**2 + 1 / beta**2)


# %% right="the prior's mean and a correction"
def map_mean(total, n, sigma, nu, beta):
    return nu + n * beta**2 / (n * beta**2 + sigma**2) * (total / n - nu)


# %% right="solved by sympy"
def map_mean(total, n, sigma, nu, beta):
    mu = sympy.Symbol("mu")
    return sympy.solve((total - n * mu) / sigma**2 - (mu - nu) / beta**2, mu)[0]


# %% right="a shrunken mean"
def map_mean(total, n, sigma, nu, beta):
    w = 1 / (1 + sigma**2 / (n * beta**2))
    return w * total / n + (1 - w) * nu


# %% wrong="variances exchanged" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (beta**2 * nu + sigma**2 * total) / (n * sigma**2 + beta**2)


# %% wrong="variances as weights" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (total / n * (sigma**2 / n) + nu * beta**2) / (sigma**2 / n + beta**2)


# %% wrong="prior counted per sample" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (n * sigma**2 * nu + beta**2 * total) / (n * beta**2 + n * sigma**2)


# %% wrong="standard deviations for variances" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (sigma * nu + beta * total) / (n * beta + sigma)


# %% wrong="a single observation" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (sigma**2 * nu + beta**2 * total / n) / (beta**2 + sigma**2)


# %% wrong="the mean for the sum" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (sigma**2 * nu + beta**2 * total / n) / (n * beta**2 + sigma**2)


# %% wrong="the MLE" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return total / n


# %% wrong="prior's mean forgotten" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return beta**2 * total / (n * beta**2 + sigma**2)


# %% wrong="the prior pushes away" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (beta**2 * total - sigma**2 * nu) / (n * beta**2 + sigma**2)


# %% wrong="N forgotten below" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (sigma**2 * nu + beta**2 * total) / (beta**2 + sigma**2)


# %% wrong="the plain middle" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (total / n + nu) / 2


# %% wrong="not normalised" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return sigma**2 * nu + beta**2 * total


# %% wrong="precisions not normalised" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return total / sigma**2 + nu / beta**2


# %% wrong="the prior's mean" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return nu


# %% wrong="a minus below the line" fails="the mode of the posterior"
def map_mean(total, n, sigma, nu, beta):
    return (sigma**2 * nu + beta**2 * total) / (n * beta**2 - sigma**2)
