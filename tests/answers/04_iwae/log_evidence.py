# %% right="by the integral's known result"
def log_evidence(x, w, s):
    v = s**2 + w**2
    return -sympy.log(sympy.sqrt(2 * sympy.pi * v)) - x**2 / (2 * v)


# %% right="the logarithm of the density"
def log_evidence(x, w, s):
    sd = sympy.sqrt(w**2 + s**2)
    return sympy.log(sympy.exp(-((x / sd) ** 2) / 2) / (sd * sympy.sqrt(2 * sympy.pi)))


# %% right="the integral itself"
def log_evidence(x, w, s):
    z = sympy.Symbol("z", real=True)
    joint = -((x - w * z) ** 2 / s**2 + z**2) / 2
    a, b, c = sympy.Poly(sympy.expand(joint), z).all_coeffs()
    return c - b**2 / (4 * a) + sympy.log(sympy.sqrt(sympy.pi / -a)) - sympy.log(2 * sympy.pi) - sympy.log(s)


# %% right="by Bayes' rule at the posterior's mean"
def log_evidence(x, w, s):
    v = w**2 + s**2
    z = w * x / v
    log_joint = -sympy.log(2 * sympy.pi * s) - (x - w * z) ** 2 / (2 * s**2) - z**2 / 2
    return log_joint + sympy.log(2 * sympy.pi * s**2 / v) / 2


# %% wrong="the likelihood at 0" fails="the formula"
def log_evidence(x, w, s):
    return -(sympy.log(2 * sympy.pi * s**2) + x**2 / s**2) / 2


# %% wrong="standard deviations added" fails="the formula"
def log_evidence(x, w, s):
    v = (w + s) ** 2
    return -(sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="w not squared" fails="the formula"
def log_evidence(x, w, s):
    v = w + s**2
    return -(sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="s not squared" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s
    return -(sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="w forgotten" fails="the formula"
def log_evidence(x, w, s):
    v = 1 + s**2
    return -(sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="mean w" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return -(sympy.log(2 * sympy.pi * v) + (x - w) ** 2 / v) / 2


# %% wrong="the density" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return sympy.exp(-(x**2) / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)


# %% wrong="a cost" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return (sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="2 pi forgotten" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return -(sympy.log(v) + x**2 / v) / 2


# %% wrong="no half before the square" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return -sympy.log(2 * sympy.pi * v) / 2 - x**2 / v


# %% wrong="no half before the logarithm" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return -sympy.log(2 * sympy.pi) / 2 - sympy.log(v) - x**2 / (2 * v)


# %% wrong="the ELBO of the prior" fails="the formula"
def log_evidence(x, w, s):
    return -(sympy.log(2 * sympy.pi * s**2) + (x**2 + w**2) / s**2) / 2


# %% wrong="the variance squared" fails="the formula"
def log_evidence(x, w, s):
    v = (w**2 + s**2) ** 2
    return -(sympy.log(2 * sympy.pi * v) + x**2 / v) / 2


# %% wrong="logarithm of the variance forgotten" fails="the formula"
def log_evidence(x, w, s):
    v = w**2 + s**2
    return -(sympy.log(2 * sympy.pi) + x**2 / v) / 2
