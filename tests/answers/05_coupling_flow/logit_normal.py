# %% right="two terms"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% right="the density by the rule, differentiated"
def logit_normal(x):
    z = sympy.log(x) - sympy.log(1 - x)
    density = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi) * sympy.diff(z, x)
    return sympy.log(density)


# %% right="sympy's own normal distribution"
def logit_normal(x):
    from sympy.stats import Normal, density

    z = sympy.log(x / (1 - x))
    return sympy.log(density(Normal("Z", 0, 1))(z)) + sympy.log(1 / x + 1 / (1 - x))


# %% right="numbers for pi"
def logit_normal(x):
    import math

    z = sympy.log(x) - sympy.log(1 - x)
    return -0.5 * z**2 - 0.5 * math.log(2 * math.pi) - sympy.log(x) - sympy.log(1 - x)


# %% wrong="no derivative" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2


# %% wrong="the derivative's sign" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 + sympy.log(x * (1 - x))


# %% wrong="no half" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% wrong="no constant" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(x * (1 - x))


# %% wrong="a whole constant" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) - sympy.log(x * (1 - x))


# %% wrong="the normal density at x" fails="the density of x"
def logit_normal(x):
    return -(x**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% wrong="the density, not its logarithm" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi) / (x * (1 - x))


# %% wrong="half of the derivative" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x)


# %% wrong="the derivative itself" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 + 1 / (x * (1 - x))


# %% wrong="the logistic function for the logit" fails="the density of x"
def logit_normal(x):
    z = 1 / (1 + sympy.exp(-x))
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% wrong="a plus between the logarithms of the logit" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x) + sympy.log(1 - x)
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% wrong="base 10" fails="the density of x"
def logit_normal(x):
    z = sympy.log(x / (1 - x), 10)
    return -(z**2) / 2 - sympy.log(2 * sympy.pi) / 2 - sympy.log(x * (1 - x))


# %% right="sympy's normal density, solve and diff"
def logit_normal(x):
    import sympy.stats

    z = sympy.Symbol("z", real=True)
    back = sympy.solve(1 / (1 + sympy.exp(-z)) - x, z)[0]
    base = sympy.stats.density(sympy.stats.Normal("n", 0, 1))(back)
    return sympy.log(base * sympy.Abs(sympy.diff(back, x)))
