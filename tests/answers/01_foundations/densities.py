# %% right="pieces"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% right="Heaviside functions"
def densities(x):
    return (
        (sympy.Heaviside(x - 1) - sympy.Heaviside(x - 3)) / 2,
        sympy.Piecewise((1 / (2 * x), sympy.And(1 < x, x < sympy.E**2)), (0, True)),
        sympy.sqrt(2 / sympy.pi) / 3 * sympy.exp(-2 * (x - 3) ** 2 / 9),
    )


# %% right="zero first, a list"
def densities(x):
    uniform = sympy.Piecewise((0, x < 1), (0.5, x <= 3), (0, True))
    grown = sympy.Piecewise((0, (x < 1) | (sympy.log(sympy.Max(x, 1)) > 2)), (sympy.Rational(1, 2) / x, True))
    normal = sympy.exp(-((x - 3) ** 2) / (2 * sympy.Rational(9, 4))) / sympy.sqrt(2 * sympy.pi * sympy.Rational(9, 4))
    return [uniform, grown, normal]


# %% right="sympy.stats"
def densities(x):
    from sympy.stats import Normal, Uniform, density

    return (
        density(Uniform("u", 1, 3))(x),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        density(Normal("n", 3, sympy.Rational(3, 2)))(x),
    )


# %% wrong="supports forgotten" fails="2 z + 1 outside of its support"
def densities(x):
    return (
        sympy.Rational(1, 2),
        1 / (2 * x),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support of exp forgotten" fails="exp(z) outside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        1 / (2 * x),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support of exp too long" fails="exp(z) outside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), x > 0), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support of z for x" fails="2 z + 1 outside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 0) & (x <= 1)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support of exp begins at 0" fails="exp(z) outside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x > 0) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support of exp ends at e" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.E)), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="density of z kept" fails="2 z + 1 inside of its support"
def densities(x):
    return (
        sympy.Piecewise((1, (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="stretched by the wrong factor" fails="2 z + 1 inside of its support"
def densities(x):
    return (
        sympy.Piecewise((2, (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="support from 0 to 3" fails="2 z + 1 outside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 0) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="z for its density" fails="2 z + 1 inside of its support"
def densities(x):
    return (
        sympy.Piecewise(((x - 1) / 2, (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="density of z taken as 1" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / x, (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="multiplied by dx/dz" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((x / 2, (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="derivative at x for z" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((sympy.exp(-x) / 2, (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="no derivative" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="the inverse itself" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((sympy.log(x) / 2, (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="length of the wrong support" fails="exp(z) inside of its support"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (x * (sympy.exp(2) - 1)), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="factor forgotten" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / sympy.sqrt(2 * sympy.pi),
    )


# %% wrong="multiplied by the stretch" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        1.5 * sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / sympy.sqrt(2 * sympy.pi),
    )


# %% wrong="1.5 as a variance" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-((x - 3) ** 2) / 3) / sympy.sqrt(3 * sympy.pi),
    )


# %% wrong="standard normal" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi),
    )


# %% wrong="equation not solved" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-((1.5 * x + 3) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="mean's sign" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x + 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="half forgotten" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-(((x - 3) / 1.5) ** 2)) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% wrong="only one formula" fails="2 z + 1 inside of its support"
def densities(x):
    return sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True))


# %% wrong="stretch forgotten in the exponent" fails="1.5 z + 3 everywhere"
def densities(x):
    return (
        sympy.Piecewise((sympy.Rational(1, 2), (x >= 1) & (x <= 3)), (0, True)),
        sympy.Piecewise((1 / (2 * x), (x >= 1) & (x <= sympy.exp(2))), (0, True)),
        sympy.exp(-((x - 3) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi)),
    )


# %% right="sets that contain x, and a bell from sympy.stats"
def densities(x):
    from sympy.stats import Normal, density

    box = sympy.Piecewise((0.5, sympy.Interval(1, 3).contains(x)), (0, True))
    fall = sympy.Piecewise((0.5 / x, sympy.Interval(1, sympy.exp(2)).contains(x)), (0, True))
    return box, fall, density(Normal("n", 3, sympy.Rational(3, 2)))(x)


# %% wrong="the end of the support guessed" fails="exp(z) outside of its support"
def densities(x):
    box = sympy.Piecewise((0.5, (x >= 1) & (x <= 3)), (0, True))
    fall = sympy.Piecewise((0.5 / x, (x >= 1) & (x <= 7.5)), (0, True))
    return box, fall, sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi))


# %% wrong="no value outside" fails="2 z + 1 outside of its support"
def densities(x):
    box = sympy.Piecewise((0.5, (x >= 1) & (x <= 3)))
    fall = sympy.Piecewise((0.5 / x, (x >= 1) & (x <= sympy.exp(2))))
    return box, fall, sympy.exp(-(((x - 3) / 1.5) ** 2) / 2) / (1.5 * sympy.sqrt(2 * sympy.pi))
