# %% right="the quotient of both factors"
def mse_kl_weight(s, dims):
    factor_of_mse = dims / (2 * s**2)
    return 1 / factor_of_mse


# %% right="variance first"
def mse_kl_weight(s, dims):
    variance = s * s
    return variance / (dims / sympy.S(2))


# %% right="powers"
def mse_kl_weight(s, dims):
    return 2 * s**2 * dims**-1


# %% wrong="the factor of the MSE" fails="the formula"
def mse_kl_weight(s, dims):
    return dims / (2 * s**2)


# %% wrong="for a sum of squares" fails="the formula"
def mse_kl_weight(s, dims):
    return 2 * s**2


# %% wrong="pixels on the wrong side" fails="the formula"
def mse_kl_weight(s, dims):
    return 2 * s**2 * dims


# %% wrong="no 2" fails="the formula"
def mse_kl_weight(s, dims):
    return s**2 / dims


# %% wrong="the 2 on the wrong side" fails="the formula"
def mse_kl_weight(s, dims):
    return s**2 / (2 * dims)


# %% wrong="s without its square" fails="the formula"
def mse_kl_weight(s, dims):
    return 2 * s / dims


# %% wrong="the variance on the wrong side" fails="the formula"
def mse_kl_weight(s, dims):
    return 1 / (2 * s**2 * dims)


# %% wrong="for unit variance" fails="the formula"
def mse_kl_weight(s, dims):
    return 2 / dims


# %% wrong="one over the pixels" fails="the formula"
def mse_kl_weight(s, dims):
    return 1 / dims


# %% wrong="always 1" fails="the formula"
def mse_kl_weight(s, dims):
    return 1


# %% wrong="the number of pixels of MNIST" fails="the formula"
def mse_kl_weight(s, dims):
    return 2 * s**2 / 784
