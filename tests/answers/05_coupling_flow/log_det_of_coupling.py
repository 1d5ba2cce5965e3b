# %% right="a sum"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return s_3 + s_4


# %% right="the logarithm of the product"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return sympy.log(sympy.exp(s_3) * sympy.exp(s_4))


# %% right="the matrix's determinant by sympy"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    n = sympy.Symbol("n", real=True)
    matrix = sympy.Matrix([[1, 0, 0, 0], [0, 1, 0, 0], [n_31, n, sympy.exp(s_3), 0], [n, n, 0, sympy.exp(s_4)]])
    return sympy.log(matrix.det())


# %% wrong="the determinant" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return sympy.exp(s_3 + s_4)


# %% wrong="the scales added up" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return sympy.exp(s_3) + sympy.exp(s_4)


# %% wrong="a product" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return s_3 * s_4


# %% wrong="the sign" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return -(s_3 + s_4)


# %% wrong="shifts counted" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return s_3 + s_4 + t_3 + t_4


# %% wrong="the network's derivative counted" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return s_3 + s_4 + n_31


# %% wrong="the mean" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return (s_3 + s_4) / 2


# %% wrong="a quarter" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return (s_3 + s_4) / 4


# %% wrong="the fourth value missing" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return s_3


# %% wrong="the trace" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return 2 + sympy.exp(s_3) + sympy.exp(s_4)


# %% wrong="absolute values of the logarithms" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return abs(s_3) + abs(s_4)


# %% wrong="volume kept" fails="the sum of the log-scales"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    return sympy.Integer(0)


# %% right="sympy's determinant of the whole matrix"
def log_det_of_coupling(s_3, s_4, t_3, t_4, n_31):
    n = sympy.symbols("n_32 n_41 n_42")
    rows = [[1, 0, 0, 0], [0, 1, 0, 0], [n_31, n[0], sympy.exp(s_3), 0], [n[1], n[2], 0, sympy.exp(s_4)]]
    return sympy.log(sympy.Abs(sympy.Matrix(rows).det()))
