# %% right="heads and tails of Ne"
def line_divergences(theta):
    apart = sympy.Ne(theta, 0)
    kl = sympy.Piecewise((sympy.oo, apart), (0, True))
    return kl, kl, sympy.Piecewise((sympy.log(2), apart), (0, True)), sympy.sqrt(theta**2)


# %% right="without Piecewise where possible"
def line_divergences(theta):
    indicator = 1 - sympy.KroneckerDelta(theta, 0)
    kl = sympy.Piecewise((0, sympy.Eq(sympy.Abs(theta), 0)), (sympy.oo, True))
    return kl, kl, sympy.log(2) * indicator, sympy.Max(theta, -theta)


# %% right="a list"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    half = sympy.Rational(1, 2)
    jsd = sympy.Piecewise((0, same), (half * sympy.log(2) + half * sympy.log(2), True))
    return [
        sympy.Piecewise((0, same), (sympy.oo, True)),
        sympy.Piecewise((0, same), (sympy.oo, True)),
        jsd,
        sympy.Piecewise((theta, theta >= 0), (-theta, True)),
    ]


# %% right="a Tuple of sympy, the two sides one by one"
def line_divergences(theta):
    kl = sympy.Piecewise((sympy.oo, (theta > 0) | (theta < 0)), (sympy.S.Zero, True))
    return sympy.Tuple(
        kl, kl, sympy.Piecewise((sympy.log(2), theta > 0), (sympy.log(2), theta < 0), (0, True)), sympy.Abs(theta)
    )


# %% right="a Kronecker delta and a maximum"
def line_divergences(theta):
    same = sympy.KroneckerDelta(theta, 0)
    kl = sympy.Piecewise((0, sympy.Eq(theta, 0)), (sympy.oo, True))
    return kl, kl, sympy.log(2) * (1 - same), sympy.Max(theta, -theta)


# %% wrong="a Python if" fails="KL(P || Q) of a line from itself"
def line_divergences(theta):
    if theta == 0:
        return sympy.Integer(0), sympy.Integer(0), sympy.Integer(0), sympy.Abs(theta)
    return sympy.oo, sympy.oo, sympy.log(2), sympy.Abs(theta)


# %% wrong="the case of equal lines forgotten" fails="JSD of a line from itself"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.log(2), sympy.Abs(theta)


# %% wrong="KL is zero" fails="KL(P || Q) of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    return 0 * theta, 0 * theta, sympy.Piecewise((0, same), (sympy.log(2), True)), sympy.Abs(theta)


# %% wrong="one KL finite" fails="KL(Q || P) of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    jsd = sympy.Piecewise((0, same), (sympy.log(2), True))
    return sympy.Piecewise((0, same), (sympy.oo, True)), jsd, jsd, sympy.Abs(theta)


# %% wrong="KL grows with the distance" fails="KL(P || Q) of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    return sympy.Abs(theta), sympy.Abs(theta), sympy.Piecewise((0, same), (sympy.log(2), True)), sympy.Abs(theta)


# %% wrong="JSD infinite" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, kl, sympy.Abs(theta)


# %% wrong="JSD without the halves" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (2 * sympy.log(2), True)), sympy.Abs(theta)


# %% wrong="only one half of the JSD" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (sympy.log(2) / 2, True)), sympy.Abs(theta)


# %% wrong="JSD in bits" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (1, True)), sympy.Abs(theta)


# %% wrong="Wasserstein with a sign" fails="Wasserstein-1 of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (sympy.log(2), True)), theta


# %% wrong="Wasserstein squared" fails="Wasserstein-1 of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (sympy.log(2), True)), theta**2


# %% wrong="Wasserstein infinite" fails="Wasserstein-1 of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Piecewise((0, same), (sympy.log(2), True)), kl


# %% wrong="one expression" fails="KL(P || Q) of lines that are apart"
def line_divergences(theta):
    return sympy.Abs(theta)


# %% wrong="JSD and Wasserstein exchanged" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Abs(theta), sympy.Piecewise((0, same), (sympy.log(2), True))


# %% wrong="JSD that grows" fails="JSD of lines that are apart"
def line_divergences(theta):
    same = sympy.Eq(theta, 0)
    kl = sympy.Piecewise((0, same), (sympy.oo, True))
    return kl, kl, sympy.Abs(theta) * sympy.log(2), sympy.Abs(theta)


# %% wrong="four zeros" fails="KL(P || Q) of a line from itself"
def line_divergences(theta):
    return 0, 0, 0, 0
