# %% right="a negative power"
def expected_coverage(k, c):
    return 1 - (1 + c) ** (-k)


# %% right="an exponential"
def expected_coverage(k, c):
    return 1 - sympy.exp(-k * sympy.log(1 + c))


# %% right="one fraction"
def expected_coverage(k, c):
    return ((1 + c) ** k - 1) / (1 + c) ** k


# %% wrong="not covered" fails="the formula"
def expected_coverage(k, c):
    return (1 + c) ** (-k)


# %% wrong="equal numbers only" fails="the formula"
def expected_coverage(k, c):
    return 1 - sympy.Integer(2) ** (-k)


# %% wrong="the share of fakes" fails="the formula"
def expected_coverage(k, c):
    return 1 - (c / (1 + c)) ** k


# %% wrong="all of the nearest are fakes" fails="the formula"
def expected_coverage(k, c):
    return (c / (1 + c)) ** k


# %% wrong="no power" fails="the formula"
def expected_coverage(k, c):
    return 1 - 1 / (1 + c)


# %% wrong="times k" fails="the formula"
def expected_coverage(k, c):
    return 1 - k / (1 + c)


# %% wrong="one neighbour too few" fails="the formula"
def expected_coverage(k, c):
    return 1 - (1 + c) ** (1 - k)


# %% wrong="one neighbour too many" fails="the formula"
def expected_coverage(k, c):
    return 1 - (1 + c) ** (-k - 1)


# %% wrong="c as a probability" fails="the formula"
def expected_coverage(k, c):
    return 1 - c ** (-k)


# %% wrong="a Poisson number of fakes" fails="the formula"
def expected_coverage(k, c):
    return 1 - sympy.exp(-c * k)
