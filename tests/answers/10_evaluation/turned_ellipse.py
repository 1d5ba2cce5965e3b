# %% right="a double angle"
def turned_ellipse(s, phi):
    trace = (1 + s**2) ** 2 / 2 + sympy.cos(2 * phi) * (1 - s**2) ** 2 / 2
    return 2 + 2 * s**2 - 2 * sympy.sqrt(trace + 2 * s**2)


# %% right="matrices multiplied"
def turned_ellipse(s, phi):
    A = sympy.Matrix([[1, 0], [0, s**2]])
    R = sympy.Matrix([[sympy.cos(phi), -sympy.sin(phi)], [sympy.sin(phi), sympy.cos(phi)]])
    product = A * R * A * R.T
    root = sympy.sqrt(product.trace() + 2 * sympy.sqrt(A.det() * A.det()))
    return 2 * A.trace() - 2 * root


# %% right="shortened"
def turned_ellipse(s, phi):
    return 2 * (1 + s**2) - 2 * sympy.sqrt((1 + s**2) ** 2 - (1 - s**2) ** 2 * sympy.sin(phi) ** 2)


# %% right="eigenvalues by sympy"
def turned_ellipse(s, phi):
    straight = sympy.diag(1, s**2)
    turn = sympy.Matrix([[sympy.cos(phi), -sympy.sin(phi)], [sympy.sin(phi), sympy.cos(phi)]])
    values = (straight * turn * straight * turn.T).eigenvals(multiple=True)
    return 2 * straight.trace() - 2 * sum(sympy.sqrt(value) for value in values)


# %% wrong="factor 2 forgotten" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return 2 * (1 + s**2) - sympy.sqrt(trace + 2 * s**2)


# %% wrong="entry by entry" fails="the formula"
def turned_ellipse(s, phi):
    x = sympy.cos(phi) ** 2 + s**2 * sympy.sin(phi) ** 2
    y = sympy.sin(phi) ** 2 + s**2 * sympy.cos(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(x) - 2 * s * sympy.sqrt(y)


# %% wrong="no determinant" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(trace)


# %% wrong="the determinant once" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(trace + s**2)


# %% wrong="no root" fails="the formula"
def turned_ellipse(s, phi):
    return 2 * (1 + s**2) - 2 * ((1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2)


# %% wrong="one trace" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return (1 + s**2) - 2 * sympy.sqrt(trace + 2 * s**2)


# %% wrong="s taken for the variance" fails="the formula"
def turned_ellipse(s, phi):
    return 2 + 2 * s - 2 * sympy.sqrt((1 + s**2) * sympy.cos(phi) ** 2 + 2 * s * sympy.sin(phi) ** 2 + 2 * s)


# %% wrong="sine and cosine exchanged" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.sin(phi) ** 2 + 2 * s**2 * sympy.cos(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(trace + 2 * s**2)


# %% wrong="determinant not rooted" fails="the formula"
def turned_ellipse(s, phi):
    trace = (1 + s**4) * sympy.cos(phi) ** 2 + 2 * s**2 * sympy.sin(phi) ** 2
    return 2 * (1 + s**2) - 2 * sympy.sqrt(trace + 2 * s**4)


# %% wrong="a right angle" fails="the formula"
def turned_ellipse(s, phi):
    return 2 * (1 - s) ** 2


# %% wrong="turning changes nothing" fails="the formula"
def turned_ellipse(s, phi):
    return 0 * s
