# %% right="torch's divergence"
def kl_to_prior(mu, log_var):
    q = torch.distributions.Normal(mu, (0.5 * log_var).exp())
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return torch.distributions.kl_divergence(q, p).sum(-1)


# %% right="the other sign and order"
def kl_to_prior(mu, log_var):
    return -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp(), dim=1)


# %% right="one dimension after the other"
def kl_to_prior(mu, log_var):
    total = torch.zeros(len(mu), dtype=mu.dtype)
    for j in range(mu.shape[1]):
        total = total + (mu[:, j] ** 2 + torch.expm1(log_var[:, j]) - log_var[:, j]) / 2
    return total


# %% right="in float32"
def kl_to_prior(mu, log_var):
    mu, log_var = mu.float(), log_var.float()
    return ((mu**2).sum(1) + log_var.exp().sum(1) - mu.shape[1] - log_var.sum(1)) / 2


# %% wrong="mean over the dimensions" fails="ten dimensions at N(1, 1) cost 5 nats"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).mean(-1)


# %% wrong="no half" fails="ten dimensions at N(1, 1) cost 5 nats"
def kl_to_prior(mu, log_var):
    return (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


# %% wrong="the sign" fails="ten dimensions at N(1, 1) cost 5 nats"
def kl_to_prior(mu, log_var):
    return 0.5 * (1 + log_var - mu**2 - log_var.exp()).sum(-1)


# %% wrong="log_var as the logarithm of sigma" fails="a change of the variance"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + (2 * log_var).exp() - 1 - 2 * log_var).sum(-1)


# %% wrong="log_var as the variance" fails="a change of the variance"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var - 1 - log_var.abs().log()).sum(-1)


# %% wrong="the standard deviation for the variance" fails="a change of the variance"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + (0.5 * log_var).exp() - 1 - log_var).sum(-1)


# %% wrong="the other way round" fails="a change of the variance"
def kl_to_prior(mu, log_var):
    return 0.5 * ((mu**2 + 1) / log_var.exp() - 1 + log_var).sum(-1)


# %% wrong="the one forgotten" fails="the prior itself costs nothing"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - log_var).sum(-1)


# %% wrong="the one once for all dimensions" fails="the prior itself costs nothing"
def kl_to_prior(mu, log_var):
    return 0.5 * ((mu**2 + log_var.exp() - log_var).sum(-1) - 1)


# %% wrong="sum over the batch" fails="one number per image"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum()


# %% wrong="mean not squared" fails="a shift of the mean"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu + log_var.exp() - 1 - log_var).sum(-1)


# %% wrong="logarithm forgotten" fails="a change of the variance"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1).sum(-1)


# %% wrong="mu detached" fails="a gradient reaches mu and log_var"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu.detach() ** 2 + log_var.exp() - 1 - log_var).sum(-1)


# %% wrong="logarithm of the rounded variance" fails="tiny variances stay finite"
def kl_to_prior(mu, log_var):
    variance = log_var.exp() + 1e-6
    return 0.5 * (mu**2 + variance - 1 - variance.log()).sum(-1)


# %% wrong="not summed" fails="one number per image"
def kl_to_prior(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
