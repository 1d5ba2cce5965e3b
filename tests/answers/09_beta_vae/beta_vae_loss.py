# %% right="two means"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp(), dim=1)
    return rec.mean() + beta * kl.mean()


# %% right="torch.distributions"
def beta_vae_loss(rec, mu, log_var, beta):
    from torch.distributions import Normal, kl_divergence

    q = Normal(mu, log_var.exp().sqrt())
    kl = kl_divergence(q, Normal(torch.zeros_like(mu), torch.ones_like(mu)))
    return (rec + beta * kl.sum(-1)).mean()


# %% right="image by image, in single precision"
def beta_vae_loss(rec, mu, log_var, beta):
    total = 0
    for r, m, v in zip(rec.float(), mu.float(), log_var.float()):
        total = total + r + beta * 0.5 * (m * m + v.exp() - 1 - v).sum()
    return total / len(rec)


# %% right="expm1, added with a factor"
def beta_vae_loss(rec, mu, log_var, beta=1.0):
    divergence = (torch.expm1(log_var) - log_var + mu.pow(2)).sum(1).mul_(0.5)
    return torch.add(rec, divergence, alpha=beta).sum() / len(rec)


# %% right="multivariate Gaussians"
def beta_vae_loss(rec, mu, log_var, beta):
    own = torch.distributions.MultivariateNormal(mu, torch.diag_embed(log_var.exp()))
    prior = torch.distributions.MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1]).to(mu))
    return (rec + beta * torch.distributions.kl_divergence(own, prior)).mean()


# %% wrong="beta on the reconstruction" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (beta * rec + kl.sum(1)).mean()


# %% wrong="beta on both" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return beta * (rec + kl.sum(1)).mean()


# %% wrong="no beta" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + kl.sum(1)).mean()


# %% wrong="mean over variables" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + beta * kl.mean(1)).mean()


# %% wrong="all divergences for everyone" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + beta * kl.sum()).mean()


# %% wrong="sum over the batch" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + beta * kl.sum(1)).sum()


# %% wrong="subtracted" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec - beta * kl.sum(1)).mean()


# %% wrong="reconstruction subtracted" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (beta * kl.sum(1) - rec).mean()


# %% wrong="half missing" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = mu**2 + log_var.exp() - 1 - log_var
    return (rec + beta * kl.sum(1)).mean()


# %% wrong="log_var for the standard deviation" fails="the variance is exp(log_var)"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + (2 * log_var).exp() - 1 - 2 * log_var)
    return (rec + beta * kl.sum(1)).mean()


# %% wrong="half in the exponential" fails="the variance is exp(log_var)"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + (log_var / 2).exp() - 1 - log_var)
    return (rec + beta * kl.sum(1)).mean()


# %% wrong="1 forgotten" fails="codes like the prior cost nothing"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - log_var)
    return (rec + beta * kl.sum(1)).mean()


# %% wrong="divided by beta" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + kl.sum(1) / beta).mean() if beta else rec.mean()


# %% wrong="beta squared" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + beta**2 * kl.sum(1)).mean()


# %% wrong="beta - 1 added" fails="beta weighs the divergence alone"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + kl.sum(1)).mean() + (beta - 1) * kl.mean() if beta else rec.mean()


# %% wrong="divergence detached" fails="its gradient reaches rec, mu and log_var"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return (rec + beta * kl.detach().sum(1)).mean()


# %% wrong="per image" fails="returns a scalar"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var)
    return rec + beta * kl.sum(1)


# %% wrong="absolute means" fails="with beta = 1 the loss of a VAE"
def beta_vae_loss(rec, mu, log_var, beta):
    kl = 0.5 * (mu.abs() + log_var.exp() - 1 - log_var)
    return (rec + beta * kl.sum(1)).mean()
