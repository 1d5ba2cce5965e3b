# %% right="binary cross-entropy of the sigmoid"
def bernoulli_loss(x, logit):
    p = 1 / (1 + sympy.exp(-logit))
    return -x * sympy.log(p) - (1 - x) * sympy.log(1 - p)


# %% right="softplus of both signs"
def bernoulli_loss(x, logit):
    return x * sympy.log(1 + sympy.exp(-logit)) + (1 - x) * sympy.log(1 + sympy.exp(logit))


# %% right="the logarithm of the product"
def bernoulli_loss(x, logit):
    p = sympy.exp(logit) / (1 + sympy.exp(logit))
    return -sympy.log(p**x * (1 - p) ** (1 - x))


# %% right="the stable form with a maximum"
def bernoulli_loss(x, logit):
    return sympy.Max(logit, 0) - x * logit + sympy.log(1 + sympy.exp(-sympy.Abs(logit)))


# %% wrong="the log-likelihood" fails="the formula"
def bernoulli_loss(x, logit):
    return x * logit - sympy.log(1 + sympy.exp(logit))


# %% wrong="x and 1 - x exchanged" fails="the formula"
def bernoulli_loss(x, logit):
    p = 1 / (1 + sympy.exp(-logit))
    return -(1 - x) * sympy.log(p) - x * sympy.log(1 - p)


# %% wrong="the logit as a probability" fails="the formula"
def bernoulli_loss(x, logit):
    return -x * sympy.log(logit) - (1 - x) * sympy.log(1 - logit)


# %% wrong="white pixels only" fails="the formula"
def bernoulli_loss(x, logit):
    return x * sympy.log(1 + sympy.exp(-logit))


# %% wrong="black pixels only" fails="the formula"
def bernoulli_loss(x, logit):
    return (1 - x) * sympy.log(1 + sympy.exp(logit))


# %% wrong="minus the probability" fails="the formula"
def bernoulli_loss(x, logit):
    p = 1 / (1 + sympy.exp(-logit))
    return -(p**x) * (1 - p) ** (1 - x)


# %% wrong="the pixel forgotten" fails="the formula"
def bernoulli_loss(x, logit):
    return sympy.log(1 + sympy.exp(logit))


# %% wrong="a sigmoid that falls" fails="the formula"
def bernoulli_loss(x, logit):
    p = 1 / (1 + sympy.exp(logit))
    return -x * sympy.log(p) - (1 - x) * sympy.log(1 - p)


# %% wrong="an exponential without the 1" fails="the formula"
def bernoulli_loss(x, logit):
    return logit - x * logit


# %% wrong="squared error" fails="the formula"
def bernoulli_loss(x, logit):
    return (x - 1 / (1 + sympy.exp(-logit))) ** 2


# %% wrong="a mean of both terms" fails="the formula"
def bernoulli_loss(x, logit):
    return (sympy.log(1 + sympy.exp(logit)) - x * logit) / 2


# %% wrong="right for 0 and 1 only" fails="the formula"
def bernoulli_loss(x, logit):
    return sympy.log(1 + sympy.exp((1 - 2 * x) * logit))
