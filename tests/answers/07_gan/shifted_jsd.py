# %% right="two cases"
def shifted_jsd(theta):
    apart = sympy.Abs(theta) >= 1
    return sympy.Piecewise((sympy.log(2), apart), (sympy.Abs(theta) * sympy.log(2), True))


# %% right="the overlap taken away"
def shifted_jsd(theta):
    overlap = sympy.Max(0, 1 - sympy.Abs(theta))
    return (1 - overlap) * sympy.log(2)


# %% right="two halves added"
def shifted_jsd(theta):
    alone = sympy.Min(1, sympy.sqrt(theta**2))
    return alone * sympy.log(2) / 2 + alone * sympy.log(4) / 4


# %% wrong="no absolute value" fails="intervals that overlap, moved to the left"
def shifted_jsd(theta):
    return sympy.Min(theta, 1) * sympy.log(2)


# %% wrong="never flat" fails="intervals that do not meet"
def shifted_jsd(theta):
    return sympy.Abs(theta) * sympy.log(2)


# %% wrong="one part only" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return sympy.Min(sympy.Abs(theta), 1) * sympy.log(2) / 2


# %% wrong="no halves" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return 2 * sympy.Min(sympy.Abs(theta), 1) * sympy.log(2)


# %% wrong="the transport distance" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return sympy.Abs(theta)


# %% wrong="in bits" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return sympy.Min(sympy.Abs(theta), 1)


# %% wrong="as for the lines" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return sympy.Piecewise((0, sympy.Eq(theta, 0)), (sympy.log(2), True))


# %% wrong="the part where both live" fails="intervals that overlap, moved to the left"
def shifted_jsd(theta):
    return sympy.Max(1 - sympy.Abs(theta), 0) * sympy.log(2)


# %% wrong="infinite where they do not meet" fails="intervals that do not meet"
def shifted_jsd(theta):
    return sympy.Piecewise((sympy.Abs(theta) * sympy.log(2), sympy.Abs(theta) < 1), (sympy.oo, True))


# %% wrong="Max for Min" fails="intervals that overlap, moved to the right"
def shifted_jsd(theta):
    return sympy.Max(sympy.Abs(theta), 1) * sympy.log(2)
