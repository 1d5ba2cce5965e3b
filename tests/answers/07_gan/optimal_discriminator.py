# %% right="a sigmoid of the log-ratio"
def optimal_discriminator(p, q):
    return 1 / (1 + sympy.exp(sympy.log(q) - sympy.log(p)))


# %% right="one minus the other"
def optimal_discriminator(p, q):
    return 1 - q / (p + q)


# %% right="solved by sympy"
def optimal_discriminator(p, q):
    d = sympy.Symbol("d")
    (best,) = sympy.solve(sympy.diff(p * sympy.log(d) + q * sympy.log(1 - d), d), d)
    return best


# %% wrong="probability of being generated" fails="the data's density is larger"
def optimal_discriminator(p, q):
    return q / (p + q)


# %% wrong="the ratio" fails="the data's density is larger"
def optimal_discriminator(p, q):
    return p / q


# %% wrong="the logit" fails="the data's density is larger"
def optimal_discriminator(p, q):
    return sympy.log(p / q)


# %% wrong="one half" fails="the data's density is larger"
def optimal_discriminator(p, q):
    return sympy.Rational(1, 2) + 0 * p


# %% wrong="divided by the mixture" fails="the generator's density is larger"
def optimal_discriminator(p, q):
    return p / ((p + q) / 2)


# %% wrong="squares" fails="the generator's density is larger"
def optimal_discriminator(p, q):
    return p**2 / (p**2 + q**2)


# %% wrong="the difference" fails="the generator's density is larger"
def optimal_discriminator(p, q):
    return (p - q) / (p + q)


# %% wrong="a sign lost when solving" fails="the data's density is larger"
def optimal_discriminator(p, q):
    return p / (p - q)


# %% wrong="the objective itself" fails="the data's density is larger"
def optimal_discriminator(p, q):
    d = p / (p + q)
    return p * sympy.log(d) + q * sympy.log(1 - d)
