# %% right="torch.distributions"
def gaussian_kl(mu, log_var):
    from torch.distributions import Normal, kl_divergence

    return kl_divergence(Normal(mu, (log_var / 2).exp()), Normal(torch.zeros_like(mu), torch.ones_like(mu)))


# %% right="expm1, in single precision"
def gaussian_kl(mu, log_var):
    mu, log_var = mu.float(), log_var.float()
    return (torch.expm1(log_var) - log_var + mu.square()) / 2


# %% right="the form of the paper"
def gaussian_kl(mu, log_var):
    return -0.5 * (1 + log_var - mu.pow(2) - log_var.exp())


# %% right="variable by variable"
def gaussian_kl(mu, log_var):
    columns = []
    for j in range(mu.shape[1]):
        variance = torch.exp(log_var[:, j])
        columns.append(0.5 * (mu[:, j] ** 2 + variance - 1 - log_var[:, j]))
    return torch.stack(columns, 1)


# %% wrong="summed over the variables" fails="one number per image and latent variable"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(1)


# %% wrong="averaged over everything" fails="one number per image and latent variable"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).mean()


# %% wrong="averaged over the variables, kept in shape" fails="both together"
def gaussian_kl(mu, log_var):
    return (0.5 * (mu**2 + log_var.exp() - 1 - log_var)).mean(1, keepdim=True).expand_as(mu)


# %% wrong="no half" fails="a shift of the mean"
def gaussian_kl(mu, log_var):
    return mu**2 + log_var.exp() - 1 - log_var


# %% wrong="log-variance as a variance" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var - 1 - log_var.abs().clamp(min=1e-9).log())


# %% wrong="log-variance as log of the standard deviation" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + (2 * log_var).exp() - 1 - 2 * log_var)


# %% wrong="standard deviation for the variance" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + (log_var / 2).exp() - 1 - log_var)


# %% wrong="sign of the logarithm" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 + log_var)


# %% wrong="negative" fails="a shift of the mean"
def gaussian_kl(mu, log_var):
    return 0.5 * (1 + log_var - mu**2 - log_var.exp())


# %% wrong="the 1 forgotten" fails="the prior itself costs nothing"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - log_var)


# %% wrong="the reverse divergence" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * ((1 + mu**2) / log_var.exp() - 1 + log_var)


# %% wrong="the mean not squared" fails="a shift of the mean"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu + log_var.exp() - 1 - log_var)


# %% wrong="log2" fails="a change of the variance"
def gaussian_kl(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var.exp().log2())


# %% wrong="clamped log-variance" fails="tiny variances stay finite"
def gaussian_kl(mu, log_var):
    log_var = log_var.clamp(-10, 10)
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var)


# %% wrong="logarithm of a variance plus a small number" fails="tiny variances stay finite"
def gaussian_kl(mu, log_var):
    variance = log_var.exp()
    return 0.5 * (mu**2 + variance - 1 - (variance + 1e-8).log())


# %% wrong="log-variance detached" fails="a gradient reaches mu and log_var"
def gaussian_kl(mu, log_var):
    log_var = log_var.detach()
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
