# %% right="by hand"
def normal_score(z, mu, sigma):
    return (z - mu) / sigma**2


# %% right="negative of the other difference"
def normal_score(z, mu, sigma):
    return -(mu - z) * sigma**-2


# %% right="differentiated by sympy"
def normal_score(z, mu, sigma):
    log_q = -((z - mu) ** 2) / (2 * sigma**2) - sympy.log(sigma) - sympy.log(2 * sympy.pi) / 2
    return sympy.diff(log_q, mu)


# %% right="the derivative of q divided by q"
def normal_score(z, mu, sigma):
    q = sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sympy.sqrt(2 * sympy.pi) * sigma)
    return sympy.diff(q, mu) / q


# %% wrong="sign" fails="the score"
def normal_score(z, mu, sigma):
    return (mu - z) / sigma**2


# %% wrong="standard deviation for variance" fails="the score"
def normal_score(z, mu, sigma):
    return (z - mu) / sigma


# %% wrong="variance forgotten" fails="the score"
def normal_score(z, mu, sigma):
    return z - mu


# %% wrong="factor 2" fails="the score"
def normal_score(z, mu, sigma):
    return 2 * (z - mu) / sigma**2


# %% wrong="half" fails="the score"
def normal_score(z, mu, sigma):
    return (z - mu) / (2 * sigma**2)


# %% wrong="derivative of q" fails="the score"
def normal_score(z, mu, sigma):
    return (z - mu) / sigma**2 * sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sympy.sqrt(2 * sympy.pi) * sigma)


# %% wrong="log q itself" fails="the score"
def normal_score(z, mu, sigma):
    return -((z - mu) ** 2) / (2 * sigma**2)


# %% wrong="derivative for sigma" fails="the score"
def normal_score(z, mu, sigma):
    return ((z - mu) ** 2 - sigma**2) / sigma**3


# %% wrong="square kept" fails="the score"
def normal_score(z, mu, sigma):
    return (z - mu) ** 2 / sigma**2


# %% wrong="multiplied by the variance" fails="the score"
def normal_score(z, mu, sigma):
    return (z - mu) * sigma**2


# %% wrong="derivative for z" fails="the score"
def normal_score(z, mu, sigma):
    return sympy.diff(-((z - mu) ** 2) / (2 * sigma**2), z)
