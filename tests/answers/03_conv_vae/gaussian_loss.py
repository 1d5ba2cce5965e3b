# %% right="minus the logarithm of the density"
def gaussian_loss(x, m, s):
    density = sympy.exp(-((x - m) ** 2) / (2 * s**2)) / (sympy.sqrt(2 * sympy.pi) * s)
    return -sympy.log(density)


# %% right="one logarithm for both constants"
def gaussian_loss(x, m, s):
    return ((m - x) / s) ** 2 / 2 + sympy.log(2 * sympy.pi * s**2) / 2


# %% right="decimals"
def gaussian_loss(x, m, s):
    variance = s * s
    return 0.5 * (x * x - 2 * x * m + m * m) / variance + 0.5 * sympy.log(variance) + 0.9189385332046727


# %% wrong="the log-density" fails="the formula"
def gaussian_loss(x, m, s):
    return -((x - m) ** 2) / (2 * s**2) - sympy.log(s) - sympy.log(2 * sympy.pi) / 2


# %% wrong="no half" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / s**2 + sympy.log(s) + sympy.log(2 * sympy.pi) / 2


# %% wrong="divided by s" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s) + sympy.log(s) + sympy.log(2 * sympy.pi) / 2


# %% wrong="s taken for a variance" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s) + sympy.log(2 * sympy.pi * s) / 2


# %% wrong="no log s" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + sympy.log(2 * sympy.pi) / 2


# %% wrong="no 2 pi" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + sympy.log(s)


# %% wrong="squared error only" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2)


# %% wrong="no root around 2 pi" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + sympy.log(s) + sympy.log(2 * sympy.pi)


# %% wrong="constants with the wrong sign" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) - sympy.log(s) - sympy.log(2 * sympy.pi) / 2


# %% wrong="logarithm of the variance" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + sympy.log(s**2) + sympy.log(2 * sympy.pi) / 2


# %% wrong="no square" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) / (2 * s**2) + sympy.log(s) + sympy.log(2 * sympy.pi) / 2


# %% wrong="log of pi only" fails="the formula"
def gaussian_loss(x, m, s):
    return (x - m) ** 2 / (2 * s**2) + sympy.log(s) + sympy.log(sympy.pi) / 2
