# %% right="root of the variance"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * eps


# %% right="a power"
def draw_gaussian(mean, variance, eps):
    return variance**0.5 * eps + mean


# %% right="a loop over numbers"
def draw_gaussian(mean, variance, eps):
    return torch.stack([mean + variance**0.5 * e for e in eps.flatten()]).reshape(eps.shape)


# %% right="in float32, with a distribution's parameters"
def draw_gaussian(mean, variance, eps):
    normal = torch.distributions.Normal(torch.tensor(float(mean)), torch.tensor(float(variance)).sqrt())
    return normal.loc + normal.scale * eps.float()


# %% right="torch.add"
def draw_gaussian(mean, variance, eps):
    return torch.add(torch.full_like(eps, mean), eps, alpha=math.sqrt(variance))


# %% wrong="variance for the standard deviation" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + variance * eps


# %% wrong="noise squared away" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * eps.abs()


# %% wrong="not stretched" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + eps


# %% wrong="squeezed" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + eps / math.sqrt(variance)


# %% wrong="variance squared" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + variance**2 * eps


# %% wrong="half the variance" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + variance / 2 * eps


# %% wrong="sign of the noise" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean - math.sqrt(variance) * eps


# %% wrong="mean forgotten" fails="without noise, the mean"
def draw_gaussian(mean, variance, eps):
    return math.sqrt(variance) * eps


# %% wrong="mean subtracted" fails="without noise, the mean"
def draw_gaussian(mean, variance, eps):
    return math.sqrt(variance) * eps - mean


# %% wrong="mean stretched as well" fails="without noise, the mean"
def draw_gaussian(mean, variance, eps):
    return math.sqrt(variance) * (mean + eps)


# %% wrong="own noise" fails="all randomness is in eps"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * torch.randn_like(eps)


# %% wrong="some own noise besides" fails="all randomness is in eps"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * (eps + 1e-9 * torch.randn_like(eps))


# %% wrong="only one number" fails="one draw per number of noise"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * eps.mean()


# %% wrong="a draw of exactly the variance, standardised first" fails="the spread belongs to the variance"
def draw_gaussian(mean, variance, eps):
    return mean + math.sqrt(variance) * (eps - eps.mean()) / eps.std()
