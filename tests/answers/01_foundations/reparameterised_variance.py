# %% right="by hand"
def reparameterised_variance(omega):
    return omega**2 * ((1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2)))


# %% right="a square"
def reparameterised_variance(omega):
    return omega**2 * (1 - sympy.exp(-(omega**2))) ** 2 / 2


# %% right="integrals by sympy"
def reparameterised_variance(omega):
    z = sympy.Symbol("z", real=True)
    t = sympy.Symbol("t", positive=True)
    mean_cos = sympy.exp(-(t**2) / 2)
    return omega**2 * (1 + mean_cos.subs(t, 2 * omega)) / 2 - (omega * mean_cos.subs(t, omega)) ** 2


# %% right="cosh"
def reparameterised_variance(omega):
    return omega**2 * sympy.exp(-(omega**2)) * (sympy.cosh(omega**2) - 1)


# %% wrong="mean of the square only" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * (1 + sympy.exp(-2 * omega**2)) / 2


# %% wrong="mean not squared" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * (1 + sympy.exp(-2 * omega**2)) / 2 - omega * sympy.exp(-(omega**2) / 2)


# %% wrong="no omega squared" fails="the variance"
def reparameterised_variance(omega):
    return (1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2))


# %% wrong="omega not squared" fails="the variance"
def reparameterised_variance(omega):
    return omega * ((1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2)))


# %% wrong="frequency not doubled" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * ((1 + sympy.exp(-(omega**2) / 2)) / 2 - sympy.exp(-(omega**2)))


# %% wrong="the 2 not squared" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * ((1 + sympy.exp(-(omega**2))) / 2 - sympy.exp(-(omega**2)))


# %% wrong="half forgotten" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * (1 + sympy.exp(-2 * omega**2) - sympy.exp(-(omega**2)))


# %% wrong="exponent of the mean not doubled" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * ((1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2) / 2))


# %% wrong="the score function's" fails="the variance"
def reparameterised_variance(omega):
    return (1 - (1 - 4 * omega**2) * sympy.exp(-2 * omega**2)) / 2 - omega**2 * sympy.exp(-(omega**2))


# %% wrong="standard deviation" fails="the variance"
def reparameterised_variance(omega):
    return sympy.sqrt(omega**2 * ((1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2))))


# %% wrong="sine for cosine" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * (1 - sympy.exp(-2 * omega**2)) / 2


# %% wrong="mean without omega" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * (1 + sympy.exp(-2 * omega**2)) / 2 - sympy.exp(-(omega**2))


# %% wrong="added" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 * ((1 + sympy.exp(-2 * omega**2)) / 2 + sympy.exp(-(omega**2)))


# %% wrong="the limit only" fails="the variance"
def reparameterised_variance(omega):
    return omega**2 / 2
