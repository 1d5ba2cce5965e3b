# %% right="joint probabilities under one expectation"
def elbo(q, prior, a, b):
    one = sympy.log(prior * b) - sympy.log(q)
    zero = sympy.log((1 - prior) * a) - sympy.log(1 - q)
    return q * one + (1 - q) * zero


# %% right="log p(x) minus the divergence from the posterior"
def elbo(q, prior, a, b):
    evidence = prior * b + a - prior * a
    posterior = b * prior / evidence
    return sympy.log(evidence) - q * sympy.log(q / posterior) - (1 - q) * (sympy.log(1 - q) - sympy.log(1 - posterior))


# %% right="sums over both codes in a loop"
def elbo(q, prior, a, b):
    total = 0
    for guess, before, chance in ((q, prior, b), (1 - q, 1 - prior, a)):
        total += guess * (sympy.log(chance) + sympy.log(before) - sympy.log(guess))
    return sympy.expand(total)


# %% right="powers under one logarithm"
def elbo(q, prior, a, b):
    return sympy.log((b * prior / q) ** q * (a * (1 - prior) / (1 - q)) ** (1 - q))


# %% wrong="the divergence added" fails="the formula"
def elbo(q, prior, a, b):
    fit = q * sympy.log(b) + (1 - q) * sympy.log(a)
    return fit + q * sympy.log(q / prior) + (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="the negative ELBO" fails="the formula"
def elbo(q, prior, a, b):
    fit = q * sympy.log(b) + (1 - q) * sympy.log(a)
    return q * sympy.log(q / prior) + (1 - q) * sympy.log((1 - q) / (1 - prior)) - fit


# %% wrong="no divergence" fails="the formula"
def elbo(q, prior, a, b):
    return q * sympy.log(b) + (1 - q) * sympy.log(a)


# %% wrong="the reverse divergence" fails="the formula"
def elbo(q, prior, a, b):
    fit = q * sympy.log(b) + (1 - q) * sympy.log(a)
    return fit - prior * sympy.log(prior / q) - (1 - prior) * sympy.log((1 - prior) / (1 - q))


# %% wrong="a and b exchanged" fails="the formula"
def elbo(q, prior, a, b):
    fit = q * sympy.log(a) + (1 - q) * sympy.log(b)
    return fit - q * sympy.log(q / prior) - (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="expectation under the prior" fails="the formula"
def elbo(q, prior, a, b):
    fit = prior * sympy.log(b) + (1 - prior) * sympy.log(a)
    return fit - q * sympy.log(q / prior) - (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="log of the mean" fails="the formula"
def elbo(q, prior, a, b):
    fit = sympy.log(q * b + (1 - q) * a)
    return fit - q * sympy.log(q / prior) - (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="probabilities where their logarithms belong" fails="the formula"
def elbo(q, prior, a, b):
    fit = q * b + (1 - q) * a
    return fit - q * sympy.log(q / prior) - (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="log p(x) itself" fails="the formula"
def elbo(q, prior, a, b):
    return sympy.log(prior * b + (1 - prior) * a)


# %% wrong="one term of the divergence only" fails="the formula"
def elbo(q, prior, a, b):
    return q * sympy.log(b) + (1 - q) * sympy.log(a) - q * sympy.log(q / prior)


# %% wrong="one term of the expectation only" fails="the formula"
def elbo(q, prior, a, b):
    return q * sympy.log(b) - q * sympy.log(q / prior) - (1 - q) * sympy.log((1 - q) / (1 - prior))


# %% wrong="numbers of the example" fails="the formula"
def elbo(q, prior, a, b):
    return sympy.log(0.1) / 2 + sympy.log(0.3) / 2


# %% wrong="symbols of one's own" fails="the formula"
def elbo(q, prior, a, b):
    z = sympy.Symbol("z")
    return q * sympy.log(b) + (1 - q) * sympy.log(a) - z
