# %% right="one fraction"
def price_of_limit(a, epsilon):
    return (a - sympy.sqrt(2 * epsilon)) / sympy.sqrt(2 * epsilon)


# %% right="solved by sympy"
def price_of_limit(a, epsilon):
    mu, beta = sympy.symbols("mu beta", positive=True)
    whole = -((a - mu) ** 2) / 2 - beta * (mu**2 / 2 - epsilon)
    price = sympy.solve(sympy.diff(whole, mu), beta)[0]
    return price.subs(mu, sympy.sqrt(2 * epsilon))


# %% right="powers"
def price_of_limit(a, epsilon):
    return a * (2 * epsilon) ** sympy.Rational(-1, 2) - 1


# %% right="slope of the best likelihood"
def price_of_limit(a, epsilon):
    best = -((a - sympy.sqrt(2 * epsilon)) ** 2) / 2
    return sympy.diff(best, epsilon)


# %% wrong="half lost" fails="the formula"
def price_of_limit(a, epsilon):
    return a / sympy.sqrt(epsilon) - 1


# %% wrong="half of the limit" fails="the formula"
def price_of_limit(a, epsilon):
    return a / sympy.sqrt(epsilon / 2) - 1


# %% wrong="mu" fails="the formula"
def price_of_limit(a, epsilon):
    return sympy.sqrt(2 * epsilon)


# %% wrong="gain per step" fails="the formula"
def price_of_limit(a, epsilon):
    return a - sympy.sqrt(2 * epsilon)


# %% wrong="no minus 1" fails="the formula"
def price_of_limit(a, epsilon):
    return a / sympy.sqrt(2 * epsilon)


# %% wrong="sign" fails="the formula"
def price_of_limit(a, epsilon):
    return 1 - a / sympy.sqrt(2 * epsilon)


# %% wrong="no root" fails="the formula"
def price_of_limit(a, epsilon):
    return a / (2 * epsilon) - 1


# %% wrong="upside down" fails="the formula"
def price_of_limit(a, epsilon):
    return sympy.sqrt(2 * epsilon) / (a - sympy.sqrt(2 * epsilon))


# %% wrong="plus 1" fails="the formula"
def price_of_limit(a, epsilon):
    return a / sympy.sqrt(2 * epsilon) + 1


# %% wrong="half of the price" fails="the formula"
def price_of_limit(a, epsilon):
    return (a / sympy.sqrt(2 * epsilon) - 1) / 2


# %% wrong="squared image" fails="the formula"
def price_of_limit(a, epsilon):
    return a**2 / (2 * epsilon) - 1
