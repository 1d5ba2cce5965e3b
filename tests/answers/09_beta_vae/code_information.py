# %% right="entropies"
def code_information(a, b):
    def h(u):
        return -u * sympy.log(u) - (1 - u) * sympy.log(1 - u)

    return h((a + b) / 2) - (h(a) + h(b)) / 2


# %% right="from the joint table"
def code_information(a, b):
    total = 0
    for one in (a, b):
        for joint, code in ((one / 2, (a + b) / 2), ((1 - one) / 2, 1 - (a + b) / 2)):
            total += joint * sympy.log(joint / (code / 2))
    return total


# %% right="divergences, numbers as rationals"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = sympy.Rational(1, 2) * (a + b)
    return sympy.expand(kl(a, m) / 2 + kl(b, m) / 2)


# %% wrong="sign" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = (a + b) / 2
    return -(kl(a, m) + kl(b, m)) / 2


# %% wrong="not averaged" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = (a + b) / 2
    return kl(a, m) + kl(b, m)


# %% wrong="entropy of the code" fails="the formula"
def code_information(a, b):
    def h(u):
        return -u * sympy.log(u) - (1 - u) * sympy.log(1 - u)

    return h((a + b) / 2)


# %% wrong="what remains unknown" fails="the formula"
def code_information(a, b):
    def h(u):
        return -u * sympy.log(u) - (1 - u) * sympy.log(1 - u)

    return (h(a) + h(b)) / 2


# %% wrong="terms of z = 0 missing" fails="the formula"
def code_information(a, b):
    m = (a + b) / 2
    return (a * sympy.log(a / m) + b * sympy.log(b / m)) / 2


# %% wrong="between the posteriors" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(a, b)


# %% wrong="both ways between the posteriors" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return (kl(a, b) + kl(b, a)) / 2


# %% wrong="reverse divergences" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = (a + b) / 2
    return (kl(m, a) + kl(m, b)) / 2


# %% wrong="only the first image" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    return kl(a, (a + b) / 2)


# %% wrong="bits" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    m = (a + b) / 2
    return (kl(a, m) + kl(b, m)) / (2 * sympy.log(2))


# %% wrong="sum for the mean" fails="the formula"
def code_information(a, b):
    return (a * sympy.log(a / (a + b)) + b * sympy.log(b / (a + b))) / 2


# %% wrong="average KL to a fair coin" fails="the formula"
def code_information(a, b):
    def kl(u, v):
        return u * sympy.log(u / v) + (1 - u) * sympy.log((1 - u) / (1 - v))

    half = sympy.Rational(1, 2)
    return (kl(a, half) + kl(b, half)) / 2


# %% wrong="entropies in the wrong order" fails="the formula"
def code_information(a, b):
    def h(u):
        return -u * sympy.log(u) - (1 - u) * sympy.log(1 - u)

    return (h(a) + h(b)) / 2 - h((a + b) / 2)
