# %% right="a root"
def sample_gaussian(mu, log_var, eps):
    return mu + log_var.exp().sqrt() * eps


# %% right="addcmul"
def sample_gaussian(mu, log_var, eps):
    return torch.addcmul(mu.expand_as(eps), torch.exp(log_var / 2), eps)


# %% right="code by code, in float32"
def sample_gaussian(mu, log_var, eps):
    codes = eps.float().reshape(-1, *mu.shape)
    return torch.stack([mu.float() + e * (0.5 * log_var.float()).exp() for e in codes]).reshape(eps.shape)


# %% right="a power of e"
def sample_gaussian(mu, log_var, eps):
    return eps * math.e ** (log_var / 2) + mu


# %% wrong="the variance as spread" fails="the spread is the standard deviation"
def sample_gaussian(mu, log_var, eps):
    return mu + log_var.exp() * eps


# %% wrong="log_var as spread" fails="the spread is the standard deviation"
def sample_gaussian(mu, log_var, eps):
    return mu + log_var * eps


# %% wrong="the root of log_var" fails="the spread is the standard deviation"
def sample_gaussian(mu, log_var, eps):
    return mu + log_var.abs().sqrt() * eps


# %% wrong="absolute noise" fails="mean 0 and variance 1 give back the noise"
def sample_gaussian(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * eps.abs()


# %% wrong="squared noise" fails="mean 0 and variance 1 give back the noise"
def sample_gaussian(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * eps**2


# %% wrong="noise of its own" fails="without noise, the mean"
def sample_gaussian(mu, log_var, eps):
    return mu + (0.5 * log_var).exp() * torch.randn_like(eps)


# %% wrong="no noise" fails="mean 0 and variance 1 give back the noise"
def sample_gaussian(mu, log_var, eps):
    return mu + 0 * eps


# %% wrong="minus" fails="mean 0 and variance 1 give back the noise"
def sample_gaussian(mu, log_var, eps):
    return mu - (0.5 * log_var).exp() * eps


# %% wrong="log_var detached" fails="a gradient reaches log_var"
def sample_gaussian(mu, log_var, eps):
    return mu + (0.5 * log_var).exp().detach() * eps


# %% wrong="everything detached" fails="a gradient reaches mu"
def sample_gaussian(mu, log_var, eps):
    return (mu + (0.5 * log_var).exp() * eps).detach()


# %% wrong="mu detached" fails="a gradient reaches mu"
def sample_gaussian(mu, log_var, eps):
    return mu.detach() + (0.5 * log_var).exp() * eps


# %% wrong="a distribution that is not reparameterised" fails="a gradient reaches mu"
def sample_gaussian(mu, log_var, eps):
    torch.manual_seed(0)
    return torch.distributions.Normal(mu, (0.5 * log_var).exp()).sample()


# %% wrong="mean forgotten" fails="without noise, the mean"
def sample_gaussian(mu, log_var, eps):
    return (0.5 * log_var).exp() * eps


# %% wrong="one draw for all codes" fails="several codes per image"
def sample_gaussian(mu, log_var, eps):
    noise = eps.reshape(-1, *mu.shape)[0]
    return (mu + (0.5 * log_var).exp() * noise).expand_as(eps)


# %% wrong="the exponent's sign" fails="the spread is the standard deviation"
def sample_gaussian(mu, log_var, eps):
    return mu + (-0.5 * log_var).exp() * eps
