# %% right="the sample mean"
def mle_mean(total, n, sigma):
    return total / n


# %% right="as a product"
def mle_mean(total, n, sigma):
    return total * n**-1


# %% right="the root of the derivative, by sympy"
def mle_mean(total, n, sigma):
    mu = sympy.Symbol("mu")
    slope = sympy.diff(-(n * mu**2 - 2 * mu * total) / (2 * sigma**2), mu)
    return sympy.solve(slope, mu)[0]


# %% right="a fraction that still holds sigma and lets it cancel"
def mle_mean(total, n, sigma):
    return (total / sigma**2) / (n / sigma**2)


# %% wrong="divided by N - 1" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total / (n - 1)


# %% wrong="variance left over" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total / (n * sigma**2)


# %% wrong="standard deviation left over" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total / (n * sigma)


# %% wrong="the sum" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total


# %% wrong="the sign" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return -total / n


# %% wrong="a half left over" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total / (2 * n)


# %% wrong="upside down" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return n / total


# %% wrong="multiplied by the variance" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return sigma**2 * total / n


# %% wrong="the variance of the mean" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return sigma**2 / n


# %% wrong="the derivative at mu = 0, not its root" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return total / sigma**2


# %% wrong="a constant" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return sympy.Integer(0)


# %% wrong="not a formula" fails="the most probable mean"
def mle_mean(total, n, sigma):
    return "total / n"
