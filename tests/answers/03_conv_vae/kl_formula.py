# %% right="variance and its logarithm"
def kl_formula(mu, sigma):
    variance = sigma**2
    return sympy.Rational(1, 2) * (mu**2 + variance - sympy.log(variance) - 1)


# %% right="the integral, done by sympy"
def kl_formula(mu, sigma):
    z = sympy.Symbol("z", real=True)
    density = sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sympy.sqrt(2 * sympy.pi) * sigma)
    gap = -sympy.log(sigma) - (z - mu) ** 2 / (2 * sigma**2) + z**2 / 2
    return sympy.integrate(sympy.expand(gap) * density, (z, -sympy.oo, sympy.oo))


# %% right="term by term"
def kl_formula(mu, sigma):
    entropy = sympy.log(sigma) + 1 / sympy.S(2)
    cross = (mu * mu + sigma * sigma) / 2
    return cross - entropy


# %% right="decimals"
def kl_formula(mu, sigma):
    return 0.5 * mu**2 + 0.5 * (sigma - 1) * (sigma + 1) + sympy.log(1 / sigma)


# %% wrong="no half" fails="the formula"
def kl_formula(mu, sigma):
    return mu**2 + sigma**2 - 1 - sympy.log(sigma**2)


# %% wrong="no half before the squares" fails="the formula"
def kl_formula(mu, sigma):
    return mu**2 + sigma**2 - 1 - sympy.log(sigma)


# %% wrong="sigma for sigma squared" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma - 1) / 2 - sympy.log(sigma)


# %% wrong="the half on the logarithm as well" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2 - 1 - sympy.log(sigma)) / 2


# %% wrong="logarithm of the variance, not halved" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2 - 1) / 2 - sympy.log(sigma**2)


# %% wrong="sign of the logarithm" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2 - 1) / 2 + sympy.log(sigma)


# %% wrong="negative" fails="the formula"
def kl_formula(mu, sigma):
    return (1 + sympy.log(sigma**2) - mu**2 - sigma**2) / 2


# %% wrong="the constant forgotten" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2) / 2 - sympy.log(sigma)


# %% wrong="the reverse divergence" fails="the formula"
def kl_formula(mu, sigma):
    return ((1 + mu**2) / sigma**2 - 1) / 2 + sympy.log(sigma)


# %% wrong="the mean without its square" fails="the formula"
def kl_formula(mu, sigma):
    return (mu + sigma**2 - 1) / 2 - sympy.log(sigma)


# %% wrong="the mean forgotten" fails="the formula"
def kl_formula(mu, sigma):
    return (sigma**2 - 1) / 2 - sympy.log(sigma)


# %% wrong="the logarithm forgotten" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2 - 1) / 2


# %% wrong="the constant of 2 pi kept" fails="the formula"
def kl_formula(mu, sigma):
    return (mu**2 + sigma**2 - 1) / 2 - sympy.log(sigma) + sympy.log(2 * sympy.pi) / 2
