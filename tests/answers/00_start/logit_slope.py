# %% right="simplified"
def logit_slope(a, p):
    return 1 / (1 + sympy.exp(-a)) - p


# %% right="not simplified"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return (-p / q + (1 - p) / (1 - q)) * q * (1 - q)


# %% right="two terms"
def logit_slope(a, p):
    return -p / (1 + sympy.exp(a)) + (1 - p) * sympy.exp(a) / (1 + sympy.exp(a))


# %% right="left to sympy"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return sympy.diff(-p * sympy.log(q) - (1 - p) * sympy.log(1 - q), a)


# %% right="by a hyperbolic tangent"
def logit_slope(a, p):
    return (1 + sympy.tanh(a / 2)) / 2 - p


# %% wrong="the sign" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return p - 1 / (1 + sympy.exp(-a))


# %% wrong="the inner derivative forgotten" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return -p / q + (1 - p) / (1 - q)


# %% wrong="the inner derivative alone" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return q * (1 - q)


# %% wrong="heads only" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return -p / (1 + sympy.exp(a))


# %% wrong="tails only" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return (1 - p) / (1 + sympy.exp(-a))


# %% wrong="the sign of log(1 - q)" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return -p * (1 - q) - (1 - p) * q


# %% wrong="the loss itself" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return -p * sympy.log(q) - (1 - p) * sympy.log(1 - q)


# %% wrong="the logit for its probability" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return a - p


# %% wrong="a squared error" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    q = 1 / (1 + sympy.exp(-a))
    return 2 * (q - p) * q * (1 - q)


# %% wrong="in bits" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return (1 / (1 + sympy.exp(-a)) - p) / sympy.log(2)


# %% wrong="a sigmoid with the wrong sign" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return 1 / (1 + sympy.exp(a)) - p


# %% wrong="true for a fair coin only" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return 1 / (1 + sympy.exp(-a)) - sympy.Rational(1, 2)


# %% wrong="a text" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return "q - p"


# %% wrong="a symbol of its own" fails="the formula holds for any logit and any coin"
def logit_slope(a, p):
    return sympy.Symbol("q") - p
