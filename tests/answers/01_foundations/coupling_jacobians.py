# %% right="two matrices"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, s]])


# %% right="a list of them, immutable"
def coupling_jacobians(x2, s, dm, ds, dt):
    return [sympy.ImmutableMatrix([[1, 0], [dm, 1]]), sympy.ImmutableMatrix([[1, 0], [dt + x2 * ds, s]])]


# %% right="row by row"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix(2, 2, [1, 0, dm, 1]), sympy.Matrix(2, 2, [1, 0, ds * x2 + dt, s])


# %% right="by sympy's own Jacobian"
def coupling_jacobians(x2, s, dm, ds, dt):
    a, b = sympy.symbols("a b")
    first = sympy.Matrix([a, b + dm * a]).jacobian([a, b])
    second = sympy.Matrix([a, (s + ds * a) * b + dt * a]).jacobian([a, b])
    return first, second.subs({a: 0, b: x2})


# %% wrong="transposed" fails="the shift of the first map"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, dm], [0, 1]]), sympy.Matrix([[1, ds * x2 + dt], [0, s]])


# %% wrong="scale's dependence forgotten" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [dt, s]])


# %% wrong="shift's dependence forgotten" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2, s]])


# %% wrong="x2 forgotten" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds + dt, s]])


# %% wrong="scale not differentiated" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [s * x2 + dt, s]])


# %% wrong="subtracted" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 - dt, s]])


# %% wrong="s added to the first column" fails="the second map's dependence on x1"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + s + dt, s]])


# %% wrong="slope of s on the diagonal" fails="the second map stretches by s"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, ds]])


# %% wrong="scale forgotten on the diagonal" fails="the second map stretches by s"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, 1]])


# %% wrong="logarithm on the diagonal" fails="the second map stretches by s"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, sympy.log(s)]])


# %% wrong="x2 left on the diagonal" fails="the second map stretches by s"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, s * x2]])


# %% wrong="diagonal only" fails="the shift of the first map"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [0, 1]]), sympy.Matrix([[1, 0], [0, s]])


# %% wrong="x2 differentiated for x1" fails="the shift of the first map"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [1 + dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, s]])


# %% wrong="first map stretches" fails="the first map keeps areas"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [dm, s]]), sympy.Matrix([[1, 0], [ds * x2 + dt, s]])


# %% wrong="x1 changes" fails="both leave x1 alone"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[s, 0], [dm, 1]]), sympy.Matrix([[1, 0], [ds * x2 + dt, s]])


# %% wrong="order exchanged" fails="the second map stretches by s"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Matrix([[1, 0], [ds * x2 + dt, s]]), sympy.Matrix([[1, 0], [dm, 1]])


# %% wrong="determinants" fails="both leave x1 alone"
def coupling_jacobians(x2, s, dm, ds, dt):
    return sympy.Integer(1), s
