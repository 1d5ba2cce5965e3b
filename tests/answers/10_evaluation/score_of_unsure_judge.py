# %% right="a product of powers"
def score_of_unsure_judge(K, e):
    return K * (1 - e) ** (1 - e) * (e / (K - 1)) ** e


# %% right="the divergence written out"
def score_of_unsure_judge(K, e):
    right = (1 - e) * sympy.log(K * (1 - e))
    others = (K - 1) * (e / (K - 1)) * sympy.log(K * e / (K - 1))
    return sympy.exp(right + others)


# %% right="logarithms apart"
def score_of_unsure_judge(K, e):
    return sympy.exp(sympy.log(K) + (1 - e) * sympy.log(1 - e) + e * sympy.log(e) - e * sympy.log(K - 1))


# %% wrong="no exponential" fails="the formula"
def score_of_unsure_judge(K, e):
    return sympy.log(K) + (1 - e) * sympy.log(1 - e) + e * sympy.log(e / (K - 1))


# %% wrong="the rest in one class" fails="the formula"
def score_of_unsure_judge(K, e):
    return K * (1 - e) ** (1 - e) * e**e


# %% wrong="spread over all K" fails="the formula"
def score_of_unsure_judge(K, e):
    return K * (1 - e) ** (1 - e) * (e / K) ** e


# %% wrong="one of the others only" fails="the formula"
def score_of_unsure_judge(K, e):
    return K * (1 - e) ** (1 - e) * (e / (K - 1)) ** (e / (K - 1))


# %% wrong="sign of the entropy" fails="the formula"
def score_of_unsure_judge(K, e):
    return K / ((1 - e) ** (1 - e) * (e / (K - 1)) ** e)


# %% wrong="no marginal" fails="the formula"
def score_of_unsure_judge(K, e):
    return (1 - e) ** (1 - e) * (e / (K - 1)) ** e


# %% wrong="bits" fails="the formula"
def score_of_unsure_judge(K, e):
    return sympy.exp(sympy.log(K * (1 - e) ** (1 - e) * (e / (K - 1)) ** e, 2))


# %% wrong="always sure" fails="the formula"
def score_of_unsure_judge(K, e):
    return K


# %% wrong="the right class alone" fails="the formula"
def score_of_unsure_judge(K, e):
    return K * (1 - e) ** (1 - e)


# %% wrong="divergence turned round" fails="the formula"
def score_of_unsure_judge(K, e):
    return sympy.exp(-sympy.log(K) - (sympy.log(1 - e) + (K - 1) * sympy.log(e / (K - 1))) / K)


# %% wrong="linear in e" fails="the formula"
def score_of_unsure_judge(K, e):
    return K * (1 - e) + e
