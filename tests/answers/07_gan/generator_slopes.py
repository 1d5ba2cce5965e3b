# %% right="differentiated by sympy"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return sympy.diff(sympy.log(1 - d), logit), sympy.diff(-sympy.log(d), logit)


# %% right="two sigmoids"
def generator_slopes(logit):
    return -1 / (1 + sympy.exp(-logit)), -1 / (1 + sympy.exp(logit))


# %% right="hyperbolic tangent"
def generator_slopes(logit):
    t = sympy.tanh(logit / 2)
    return -(1 + t) / 2, (t - 1) / 2


# %% right="derivatives that are not carried out"
def generator_slopes(logit):
    s = 1 / (1 + sympy.exp(-logit))
    return sympy.Derivative(sympy.log(1 - s), logit), sympy.Derivative(-sympy.log(s), logit)


# %% wrong="with respect to D" fails="the saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return -1 / (1 - d), -1 / d


# %% wrong="both signs turned" fails="the saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return d, 1 - d


# %% wrong="the two losses exchanged" fails="the saturating loss where D is sure"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return d - 1, -d


# %% wrong="the losses themselves" fails="the non-saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return sympy.log(1 - d), -sympy.log(d)


# %% wrong="the sigmoid's derivative" fails="the saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return d * (1 - d), d * (1 - d)


# %% wrong="the sigmoid's derivative twice" fails="the saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return -(d**2) * (1 - d), -d * (1 - d) ** 2


# %% wrong="one sign turned" fails="the non-saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return -d, 1 - d


# %% wrong="the same slope for both" fails="the non-saturating loss where D is sure"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(-logit))
    return -d, -d


# %% wrong="the logit's sign forgotten in the sigmoid" fails="the saturating loss"
def generator_slopes(logit):
    d = 1 / (1 + sympy.exp(logit))
    return -d, d - 1


# %% wrong="one expression" fails="the saturating loss"
def generator_slopes(logit):
    return -1 / (1 + sympy.exp(-logit))
