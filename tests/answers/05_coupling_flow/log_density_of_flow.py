# %% right="all at once"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - (d_1 + d_2 + d_3)


# %% right="map by map"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    log_p_1 = log_pi_0 - d_1
    log_p_2 = log_p_1 - d_2
    return log_p_2 - d_3


# %% right="a loop"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    log_p = log_pi_0
    for d in (d_1, d_2, d_3):
        log_p -= d
    return log_p


# %% right="as densities, then the logarithm"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    density = sympy.exp(log_pi_0) / (sympy.exp(d_1) * sympy.exp(d_2) * sympy.exp(d_3))
    return sympy.log(density)


# %% wrong="all signs" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 + d_1 + d_2 + d_3


# %% wrong="only the last map" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - d_3


# %% wrong="only the first map" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - d_1


# %% wrong="the mean over the maps" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - (d_1 + d_2 + d_3) / 3


# %% wrong="the noise forgotten" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return -(d_1 + d_2 + d_3)


# %% wrong="a product of logarithms" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - d_1 * d_2 * d_3


# %% wrong="logarithms once more" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - sympy.log(d_1) - sympy.log(d_2) - sympy.log(d_3)


# %% wrong="a bracket forgotten" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - d_1 + d_2 + d_3


# %% wrong="the sign of everything" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return -log_pi_0 + d_1 + d_2 + d_3


# %% wrong="the third map missing" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - (d_1 + d_2)


# %% wrong="absolute values of logarithms" fails="maps may stretch or squeeze"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    return log_pi_0 - abs(d_1) - abs(d_2) - abs(d_3)


# %% wrong="nothing returned" fails="each map takes its log-determinant away"
def log_density_of_flow(log_pi_0, d_1, d_2, d_3):
    log_pi_0 - (d_1 + d_2 + d_3)
