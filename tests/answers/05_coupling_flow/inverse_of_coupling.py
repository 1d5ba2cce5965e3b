# %% right="shift off, scale off"
def inverse_of_coupling(y, s, t):
    return (y - t) * sympy.exp(-s)


# %% right="a fraction"
def inverse_of_coupling(y, s, t):
    return (y - t) / sympy.exp(s)


# %% right="solved by sympy"
def inverse_of_coupling(y, s, t):
    x = sympy.Symbol("x_unknown", real=True)
    return sympy.solve(sympy.Eq(x * sympy.exp(s) + t, y), x)[0]


# %% right="multiplied out"
def inverse_of_coupling(y, s, t):
    return y * sympy.exp(-s) - t * sympy.exp(-s)


# %% wrong="scale off first" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return y * sympy.exp(-s) - t


# %% wrong="the shift's sign" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (y + t) * sympy.exp(-s)


# %% wrong="the scale applied again" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (y - t) * sympy.exp(s)


# %% wrong="the coupling itself" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return y * sympy.exp(s) + t


# %% wrong="s for its exponential" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (y - t) / s


# %% wrong="no shift" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return y * sympy.exp(-s)


# %% wrong="no scale" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return y - t


# %% wrong="s and t exchanged" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (y - s) * sympy.exp(-t)


# %% wrong="the sign of everything" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (t - y) * sympy.exp(-s)


# %% wrong="a logarithm for the exponential" fails="gives x back"
def inverse_of_coupling(y, s, t):
    return (y - t) / sympy.log(s + 10)
