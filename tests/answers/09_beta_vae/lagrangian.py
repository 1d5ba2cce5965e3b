# %% right="expanded"
def lagrangian(R, K, beta, epsilon):
    return R - beta * K + beta * epsilon


# %% right="slack first"
def lagrangian(R, K, beta, epsilon):
    slack = epsilon - K
    return R + beta * slack


# %% right="summed in a loop"
def lagrangian(R, K, beta, epsilon):
    total = R
    for part in (-beta * K, beta * epsilon):
        total += part
    return total


# %% wrong="excess rewarded" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R + beta * (K - epsilon)


# %% wrong="no limit" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - beta * K


# %% wrong="limit added" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - beta * (K + epsilon)


# %% wrong="price on the likelihood" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return beta * R - (K - epsilon)


# %% wrong="price on the divergence alone" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - beta * K + epsilon


# %% wrong="no price" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - (K - epsilon)


# %% wrong="to be minimised" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return -R + beta * (K - epsilon)


# %% wrong="the square of the excess" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - beta * (K - epsilon) ** 2


# %% wrong="divided by the price" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return R - (K - epsilon) / beta


# %% wrong="only the penalty" fails="the formula"
def lagrangian(R, K, beta, epsilon):
    return -beta * (K - epsilon)


# %% wrong="penalty cut at 0" fails="the same formula below the limit"
def lagrangian(R, K, beta, epsilon):
    return R - beta * sympy.Max(K - epsilon, 0)
