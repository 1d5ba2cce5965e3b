# %% right="precisions"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% right="common denominator, a list"
def posterior(x1, x2, sigma1, sigma2):
    below = sigma1**2 * sigma2**2 + sigma1**2 + sigma2**2
    return [(x1 * sigma2**2 + x2 * sigma1**2) / below, sigma1**2 * sigma2**2 / below]


# %% right="by sympy"
def posterior(x1, x2, sigma1, sigma2):
    z = sympy.Symbol("z")
    log_p = -(z**2) / 2 - (x1 - z) ** 2 / (2 * sigma1**2) - (x2 - z) ** 2 / (2 * sigma2**2)
    return sympy.solve(sympy.diff(log_p, z), z)[0], -1 / sympy.diff(log_p, z, 2)


# %% right="one measurement after the other"
def posterior(x1, x2, sigma1, sigma2):
    v = 1 / (1 + sigma1**-2)
    m = v * x1 / sigma1**2
    gain = v / (v + sigma2**2)
    return m + gain * (x2 - m), (1 - gain) * v


# %% wrong="prior forgotten in the mode" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 / sigma1**2 + 1 / sigma2**2), 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="standard deviations in the mode" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1 + x2 / sigma2) / (1 + 1 / sigma1 + 1 / sigma2), 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="variances as weights" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 * sigma1**2 + x2 * sigma2**2) / (1 + sigma1**2 + sigma2**2), 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="plain mean" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 + x2) / 2, 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="plain mean with the prior" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 + x2) / 3, 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="instruments exchanged" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma2**2 + x2 / sigma1**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="not normalised" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return x1 / sigma1**2 + x2 / sigma2**2, 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="prior counted twice" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (2 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="sign" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return -(x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="precision for variance" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 + 1 / sigma1**2 + 1 / sigma2**2


# %% wrong="second derivative for variance" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), -(1 + 1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="inverse with its sign" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), -1 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="prior forgotten in the variance" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (1 / sigma1**2 + 1 / sigma2**2)


# %% wrong="standard deviation" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / sympy.sqrt(
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="variances added up" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 + sigma1**2 + sigma2**2


# %% wrong="inverse of summed variances" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (1 + sigma1**2 + sigma2**2)


# %% wrong="standard deviations in the variance" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 1 / (1 + 1 / sigma1 + 1 / sigma2)


# %% wrong="factor 2" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2), 2 / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="exchanged" fails="the mode"
def posterior(x1, x2, sigma1, sigma2):
    return 1 / (1 + 1 / sigma1**2 + 1 / sigma2**2), (x1 / sigma1**2 + x2 / sigma2**2) / (
        1 + 1 / sigma1**2 + 1 / sigma2**2
    )


# %% wrong="mode only" fails="the variance"
def posterior(x1, x2, sigma1, sigma2):
    return (x1 / sigma1**2 + x2 / sigma2**2) / (1 + 1 / sigma1**2 + 1 / sigma2**2)
