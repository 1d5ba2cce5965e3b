# %% right="from the determinant"
def gaussian_tc(rho):
    sigma = sympy.Matrix([[1, rho], [rho, 1]])
    return -sympy.log(sigma.det()) / 2


# %% right="two logarithms"
def gaussian_tc(rho):
    return -(sympy.log(1 - rho) + sympy.log(1 + rho)) / 2


# %% right="root under the logarithm"
def gaussian_tc(rho):
    return sympy.log(1 / sympy.sqrt(1 - rho**2))


# %% wrong="sign" fails="the formula"
def gaussian_tc(rho):
    return sympy.log(1 - rho**2) / 2


# %% wrong="no half" fails="the formula"
def gaussian_tc(rho):
    return -sympy.log(1 - rho**2)


# %% wrong="no square" fails="the formula"
def gaussian_tc(rho):
    return -sympy.log(1 - sympy.Abs(rho)) / 2


# %% wrong="reverse divergence" fails="the formula"
def gaussian_tc(rho):
    return (2 / (1 - rho**2) - 2 + sympy.log(1 - rho**2)) / 2


# %% wrong="trace not cancelled" fails="the formula"
def gaussian_tc(rho):
    return -sympy.log(1 - rho**2) / 2 + 1


# %% wrong="bits" fails="the formula"
def gaussian_tc(rho):
    return -sympy.log(1 - rho**2) / (2 * sympy.log(2))


# %% wrong="plus in the determinant" fails="the formula"
def gaussian_tc(rho):
    return sympy.log(1 + rho**2) / 2


# %% wrong="a quarter" fails="the formula"
def gaussian_tc(rho):
    return -sympy.log(1 - rho**2) / 4


# %% wrong="series" fails="the formula"
def gaussian_tc(rho):
    return rho**2 / 2


# %% wrong="the correlation itself" fails="the formula"
def gaussian_tc(rho):
    return sympy.Abs(rho)
