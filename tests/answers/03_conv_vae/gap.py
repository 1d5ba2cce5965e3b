# %% right="through joint probabilities"
def gap(q, prior, a, b):
    one, zero = prior * b, (1 - prior) * a
    return q * sympy.log(q / one) + (1 - q) * sympy.log((1 - q) / zero) + sympy.log(one + zero)


# %% right="log p(x) minus the bound"
def gap(q, prior, a, b):
    bound = q * sympy.log(b * prior / q) + (1 - q) * sympy.log(a * (1 - prior) / (1 - q))
    return sympy.log(prior * b + (1 - prior) * a) - bound


# %% right="logarithms of odds"
def gap(q, prior, a, b):
    odds = prior * b / ((1 - prior) * a)
    return q * sympy.log(q) + (1 - q) * sympy.log(1 - q) - q * sympy.log(odds) + sympy.log(1 + odds)


# %% wrong="divergence from the prior" fails="the formula"
def gap(q, prior, a, b):
    return q * sympy.log(q / prior) + (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="the reverse divergence" fails="the formula"
def gap(q, prior, a, b):
    p = prior * b / (prior * b + (1 - prior) * a)
    return p * sympy.log(p / q) + (1 - p) * sympy.log((1 - p) / (1 - q))


# %% wrong="negative" fails="the formula"
def gap(q, prior, a, b):
    p = prior * b / (prior * b + (1 - prior) * a)
    return q * sympy.log(p / q) + (1 - q) * sympy.log((1 - p) / (1 - q))


# %% wrong="posterior of z = 0" fails="the formula"
def gap(q, prior, a, b):
    p = (1 - prior) * a / (prior * b + (1 - prior) * a)
    return q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))


# %% wrong="a and b exchanged" fails="the formula"
def gap(q, prior, a, b):
    p = prior * a / (prior * a + (1 - prior) * b)
    return q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))


# %% wrong="without the prior" fails="the formula"
def gap(q, prior, a, b):
    p = b / (a + b)
    return q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))


# %% wrong="the joint not divided by p(x)" fails="the formula"
def gap(q, prior, a, b):
    return q * sympy.log(q / (prior * b)) + (1 - q) * sympy.log((1 - q) / ((1 - prior) * a))


# %% wrong="the joint as a coin" fails="the formula"
def gap(q, prior, a, b):
    p = prior * b
    return q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))


# %% wrong="one term only" fails="the formula"
def gap(q, prior, a, b):
    p = prior * b / (prior * b + (1 - prior) * a)
    return q * sympy.log(q / p)


# %% wrong="the evidence averaged under the guess" fails="the formula"
def gap(q, prior, a, b):
    p = q * b / (q * b + (1 - q) * a)
    return q * sympy.log(q / p) + (1 - q) * sympy.log((1 - q) / (1 - p))


# %% wrong="the posterior alone" fails="the formula"
def gap(q, prior, a, b):
    return prior * b / (prior * b + (1 - prior) * a)
