# %% right="the logarithm of the density"
def gaussian_log_density(z, mu, sigma):
    return sympy.log(sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sigma * sympy.sqrt(2 * sympy.pi)))


# %% right="one fraction"
def gaussian_log_density(z, mu, sigma):
    return -(sympy.log(2 * sympy.pi * sigma**2) + ((z - mu) / sigma) ** 2) / 2


# %% right="term by term, expanded"
def gaussian_log_density(z, mu, sigma):
    half = sympy.Rational(1, 2)
    return (
        -half * (sympy.log(2) + sympy.log(sympy.pi)) - sympy.log(sigma) - half * (z**2 - 2 * z * mu + mu**2) / sigma**2
    )


# %% right="sympy's own distribution"
def gaussian_log_density(z, mu, sigma):
    from sympy.stats import Normal, density

    return sympy.log(density(Normal("n", mu, sigma))(z))


# %% wrong="no half before the square" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) - (z - mu) ** 2 / sigma**2


# %% wrong="sigma taken for the variance" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi * sigma) / 2 - (z - mu) ** 2 / (2 * sigma)


# %% wrong="the density itself" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sigma * sympy.sqrt(2 * sympy.pi))


# %% wrong="a cost" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return sympy.log(2 * sympy.pi) / 2 + sympy.log(sigma) + (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="2 pi forgotten" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="width forgotten" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="width of the wrong sign" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 + sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="2 pi without its root" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) - sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="not squared" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) - (z - mu) / (2 * sigma**2)


# %% wrong="square divided by sigma" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma)


# %% wrong="half the width" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi * sigma) / 2 - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="the mean forgotten" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) - z**2 / (2 * sigma**2)


# %% wrong="rounded constants" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -0.919 - sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2)


# %% wrong="rises with the distance" fails="the formula"
def gaussian_log_density(z, mu, sigma):
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(sigma) + (z - mu) ** 2 / (2 * sigma**2)
