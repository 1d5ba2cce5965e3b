# %% right="difference of logarithms"
def log_ratio(D):
    return sympy.log(D) - sympy.log(1 - D)


# %% right="minus the logarithm of the other odds"
def log_ratio(D):
    return -sympy.log((1 - D) / D)


# %% right="solved by sympy"
def log_ratio(D):
    q, r = sympy.symbols("q r", positive=True)
    ratio = sympy.solve(sympy.Eq(D, r / (r + 1)), r)[0]
    return sympy.log(ratio)


# %% right="hyperbolic tangent inverted"
def log_ratio(D):
    return 2 * sympy.atanh(2 * D - 1)


# %% wrong="classes exchanged" fails="the formula"
def log_ratio(D):
    return sympy.log((1 - D) / D)


# %% wrong="the ratio" fails="the formula"
def log_ratio(D):
    return D / (1 - D)


# %% wrong="log D" fails="the formula"
def log_ratio(D):
    return sympy.log(D)


# %% wrong="minus log of the complement" fails="the formula"
def log_ratio(D):
    return -sympy.log(1 - D)


# %% wrong="logarithms added" fails="the formula"
def log_ratio(D):
    return sympy.log(D) + sympy.log(1 - D)


# %% wrong="1 + D" fails="the formula"
def log_ratio(D):
    return sympy.log(D / (1 + D))


# %% wrong="bits" fails="the formula"
def log_ratio(D):
    return sympy.log(D / (1 - D)) / sympy.log(2)


# %% wrong="upside down" fails="the formula"
def log_ratio(D):
    return sympy.log(1 / D)


# %% wrong="entropy" fails="the formula"
def log_ratio(D):
    return D * sympy.log(D) + (1 - D) * sympy.log(1 - D)


# %% wrong="twice" fails="the formula"
def log_ratio(D):
    return 2 * sympy.log(D / (1 - D))
