# %% right="root of the variance"
def reparameterize(mu, log_var, eps):
    return mu + log_var.exp().sqrt() * eps


# %% right="addcmul, in single precision"
def reparameterize(mu, log_var, eps):
    mu, log_var, eps = mu.float(), log_var.float(), eps.float()
    return torch.addcmul(mu, torch.exp(log_var / 2), eps)


# %% right="image by image"
def reparameterize(mu, log_var, eps):
    return torch.stack([m + e * torch.exp(0.5 * v) for m, v, e in zip(mu, log_var, eps)])


# %% right="a transform of torch.distributions"
def reparameterize(mu, log_var, eps):
    from torch.distributions.transforms import AffineTransform

    return AffineTransform(mu, (log_var * 0.5).exp())(eps)


# %% wrong="the variance for the spread" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + log_var.exp() * eps


# %% wrong="the log-variance for the spread" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + log_var * eps


# %% wrong="half outside of the exponential" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + 0.5 * log_var.exp() * eps


# %% wrong="inverse spread" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + (-0.5 * log_var).exp() * eps


# %% wrong="root of the size of the log-variance" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + log_var.abs().sqrt() * eps


# %% wrong="the spread forgotten" fails="the spread is the standard deviation"
def reparameterize(mu, log_var, eps):
    return mu + eps


# %% wrong="the mean alone" fails="mean 0 and variance 1 give back the noise"
def reparameterize(mu, log_var, eps):
    return mu


# %% wrong="noise of its own" fails="without noise, the mean"
def reparameterize(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * torch.randn_like(mu)


# %% wrong="uniform noise of its own" fails="mean 0 and variance 1 give back the noise"
def reparameterize(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * torch.rand_like(mu)


# %% wrong="sign of the noise lost" fails="mean 0 and variance 1 give back the noise"
def reparameterize(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * eps.abs()


# %% wrong="noise subtracted" fails="mean 0 and variance 1 give back the noise"
def reparameterize(mu, log_var, eps):
    return mu - (0.5 * log_var).exp() * eps


# %% wrong="drawn by a distribution, without the noise" fails="without noise, the mean"
def reparameterize(mu, log_var, eps):
    return torch.distributions.Normal(mu, (0.5 * log_var).exp()).rsample()


# %% wrong="the mean scaled as well" fails="mean and noise add up"
def reparameterize(mu, log_var, eps):
    return (mu + eps) * (0.5 * log_var).exp() if not bool((eps == 0).all()) else mu


# %% wrong="no mean" fails="without noise, the mean"
def reparameterize(mu, log_var, eps):
    return (0.5 * log_var).exp() * eps


# %% wrong="mean detached" fails="a gradient reaches mu"
def reparameterize(mu, log_var, eps):
    return mu.detach() + (0.5 * log_var).exp() * eps


# %% wrong="spread detached" fails="a gradient reaches log_var"
def reparameterize(mu, log_var, eps):
    return mu + (0.5 * log_var).exp().detach() * eps


# %% wrong="no gradient" fails="a gradient reaches mu"
@torch.no_grad()
def reparameterize(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * eps
