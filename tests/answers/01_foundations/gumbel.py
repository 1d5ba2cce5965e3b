# %% right="two logarithms"
def gumbel(u):
    return -(-u.log()).log()


# %% right="torch.log twice"
def gumbel(u):
    return -torch.log(-torch.log(u))


# %% right="a distribution's inverse, in float32"
def gumbel(u):
    return torch.distributions.Gumbel(0.0, 1.0, validate_args=False).icdf(u.float())


# %% right="number by number"
def gumbel(u):
    return torch.tensor([-math.log(-math.log(v)) for v in u.flatten().tolist()]).reshape(u.shape)


# %% right="via exponential noise"
def gumbel(u):
    waiting = -u.log()
    return waiting.reciprocal().log()


# %% wrong="outer sign" fails="its distribution function gives back u"
def gumbel(u):
    return (-u.log()).log()


# %% wrong="one logarithm" fails="its distribution function gives back u"
def gumbel(u):
    return -u.log()


# %% wrong="logarithm of u" fails="its distribution function gives back u"
def gumbel(u):
    return u.log()


# %% wrong="mirrored" fails="its distribution function gives back u"
def gumbel(u):
    return -(-(1 - u).log()).log()


# %% wrong="unchanged" fails="its distribution function gives back u"
def gumbel(u):
    return u


# %% wrong="the distribution function" fails="its distribution function gives back u"
def gumbel(u):
    return (-(-u).exp()).exp()


# %% wrong="logistic noise" fails="its distribution function gives back u"
def gumbel(u):
    return u.log() - (1 - u).log()


# %% wrong="normal noise" fails="its distribution function gives back u"
def gumbel(u):
    return torch.special.ndtri(u)


# %% wrong="base 2" fails="its distribution function gives back u"
def gumbel(u):
    return -(-u.log2()).log2()


# %% wrong="own noise" fails="its distribution function gives back u"
def gumbel(u):
    return -(-torch.rand_like(u).log()).log()


# %% wrong="minus of an absolute value" fails="its distribution function gives back u"
def gumbel(u):
    return -(u.log() - 1e-2).abs().log()


# %% wrong="cut to the middle" fails="numbers near 0 and 1 are not cut"
def gumbel(u):
    return -(-u.clamp(0.001, 0.999).log()).log()


# %% wrong="a guard against zero that is too large" fails="numbers near 0 and 1 are not cut"
def gumbel(u):
    return -(-(u + 1e-4).log() + 1e-5).log()


# %% wrong="one number" fails="one number per uniform number"
def gumbel(u):
    return (-(-u.log()).log()).mean()
