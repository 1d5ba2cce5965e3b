# %% right="entropy and cross-entropy"
def aggregate_kl(a, b, prior):
    m = (a + b) / 2
    return m * sympy.log(m) + (1 - m) * sympy.log(1 - m) - m * sympy.log(prior) - (1 - m) * sympy.log(1 - prior)


# %% right="loop over codes"
def aggregate_kl(a, b, prior):
    m = (a + b) / 2
    total = 0
    for q, p in ((m, prior), (1 - m, 1 - prior)):
        total += q * sympy.log(q / p)
    return total


# %% right="average minus information"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = (a + b) / 2
    return (kl(a, prior) + kl(b, prior)) / 2 - (kl(a, m) + kl(b, m)) / 2


# %% wrong="sign" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return -kl((a + b) / 2, prior)


# %% wrong="average KL" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return (kl(a, prior) + kl(b, prior)) / 2


# %% wrong="reverse" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(prior, (a + b) / 2)


# %% wrong="term of z = 0 missing" fails="the formula"
def aggregate_kl(a, b, prior):
    m = (a + b) / 2
    return m * sympy.log(m / prior)


# %% wrong="first posterior" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(a, prior)


# %% wrong="second posterior" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(b, prior)


# %% wrong="fair coin as prior" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl((a + b) / 2, sympy.Rational(1, 2))


# %% wrong="added divergences" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(a, prior) + kl(b, prior)


# %% wrong="geometric mean" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(sympy.sqrt(a * b), prior)


# %% wrong="bits" fails="the formula"
def aggregate_kl(a, b, prior):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl((a + b) / 2, prior) / sympy.log(2)


# %% wrong="cross-entropy" fails="the formula"
def aggregate_kl(a, b, prior):
    m = (a + b) / 2
    return -m * sympy.log(prior) - (1 - m) * sympy.log(1 - prior)
