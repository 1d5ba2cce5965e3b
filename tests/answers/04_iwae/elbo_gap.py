# %% right="one bracket"
def elbo_gap(mu, tau, nu, rho):
    return (((tau**2 + (mu - nu) ** 2) / rho**2) - 1 - sympy.log(tau**2 / rho**2)) / 2


# %% right="cross entropy minus entropy"
def elbo_gap(mu, tau, nu, rho):
    cross = sympy.log(2 * sympy.pi * rho**2) / 2 + (tau**2 + (mu - nu) ** 2) / (2 * rho**2)
    entropy = sympy.log(2 * sympy.pi * sympy.E * tau**2) / 2
    return cross - entropy


# %% right="differences of logarithms"
def elbo_gap(mu, tau, nu, rho):
    r = tau / rho
    d = (nu - mu) / rho
    return sympy.log(rho) - sympy.log(tau) + (r**2 + d**2 - 1) / 2


# %% right="the average of expanded squares"
def elbo_gap(mu, tau, nu, rho):
    m2 = mu**2 + tau**2
    return sympy.log(rho) - sympy.log(tau) - sympy.Rational(1, 2) + (m2 - 2 * mu * nu + nu**2) / (2 * rho**2)


# %% wrong="the other way round" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(tau / rho) + (rho**2 + (mu - nu) ** 2) / (2 * tau**2) - sympy.Rational(1, 2)


# %% wrong="the constant forgotten" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + (tau**2 + (mu - nu) ** 2) / (2 * rho**2)


# %% wrong="the constant 1" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - 1


# %% wrong="the logarithm turned over" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(tau / rho) + (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="the logarithm forgotten" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="no half before the distance" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + tau**2 / (2 * rho**2) + (mu - nu) ** 2 / rho**2 - sympy.Rational(1, 2)


# %% wrong="the distance forgotten" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + tau**2 / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="the width of the guess forgotten" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + (mu - nu) ** 2 / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="the logarithm of the variances, without a half" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho**2 / tau**2) + (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="half the logarithm of the widths" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) / 2 + (tau**2 + (mu - nu) ** 2) / (2 * rho**2) - sympy.Rational(1, 2)


# %% wrong="widths taken for variances" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) / 2 + (tau + (mu - nu) ** 2) / (2 * rho) - sympy.Rational(1, 2)


# %% wrong="distance in widths of the guess" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(rho / tau) + tau**2 / (2 * rho**2) + (mu - nu) ** 2 / (2 * tau**2) - sympy.Rational(1, 2)


# %% wrong="the divergence from the prior" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return (mu**2 + tau**2 - 1) / 2 - sympy.log(tau)


# %% wrong="twice too large" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return (tau**2 + (mu - nu) ** 2) / rho**2 - 1 - sympy.log(tau**2 / rho**2)


# %% wrong="negative" fails="the formula"
def elbo_gap(mu, tau, nu, rho):
    return sympy.log(tau / rho) - (tau**2 + (mu - nu) ** 2) / (2 * rho**2) + sympy.Rational(1, 2)
