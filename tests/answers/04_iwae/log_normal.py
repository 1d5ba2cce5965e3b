# %% right="torch's distribution"
def log_normal(z, mu, log_var):
    return torch.distributions.Normal(mu, (0.5 * log_var).exp()).log_prob(z).sum(-1)


# %% right="precision by the opposite exponent"
def log_normal(z, mu, log_var):
    squares = (z - mu).square() * torch.exp(-log_var)
    return -(squares + log_var).sum(dim=-1) / 2 - z.shape[-1] * math.log(2 * math.pi) / 2


# %% right="one dimension after the other"
def log_normal(z, mu, log_var):
    total = 0
    for j in range(z.shape[-1]):
        sigma = torch.exp(log_var[..., j] / 2)
        total = total - sigma.log() - 0.5 * math.log(2 * math.pi) - ((z[..., j] - mu[..., j]) / sigma) ** 2 / 2
    return total


# %% right="in float32"
def log_normal(z, mu, log_var):
    z, mu, log_var = z.float(), mu.float(), log_var.float()
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())).sum(-1)


# %% right="torch's loss"
def log_normal(z, mu, log_var):
    loss = F.gaussian_nll_loss(mu.expand_as(z), z, log_var.exp().expand_as(z), full=True, reduction="none", eps=1e-12)
    return -loss.sum(-1)


# %% right="a loss with the sign turned"
def log_normal(z, mu, log_var):
    mu, variance = mu.expand_as(z), log_var.exp().expand_as(z)
    return -F.gaussian_nll_loss(mu, z, variance, full=True, eps=1e-30, reduction="none").sum(-1)


# %% wrong="exp(log_var) as the standard deviation" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return torch.distributions.Normal(mu, log_var.exp()).log_prob(z).sum(-1)


# %% wrong="log_var as the variance" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var.abs().log() + (z - mu) ** 2 / log_var.abs())).sum(-1)


# %% wrong="2 pi forgotten" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * (log_var + (z - mu) ** 2 / log_var.exp())).sum(-1)


# %% wrong="width forgotten" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + (z - mu) ** 2 / log_var.exp())).sum(-1)


# %% wrong="width counted twice" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * math.log(2 * math.pi) - log_var - 0.5 * (z - mu) ** 2 / log_var.exp()).sum(-1)


# %% wrong="a cost" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())).sum(-1)


# %% wrong="no half before the square" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var) - (z - mu) ** 2 / log_var.exp()).sum(-1)


# %% wrong="multiplied by the variance" fails="one dimension, variance 4"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 * log_var.exp())).sum(-1)


# %% wrong="mean over the dimensions" fails="dimensions add up"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())).mean(-1)


# %% wrong="the constant once" fails="dimensions add up"
def log_normal(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + (log_var + (z - mu) ** 2 / log_var.exp()).sum(-1))


# %% wrong="summed over dimension 1" fails="several codes per image"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())).sum(1)


# %% wrong="not summed" fails="one number per image"
def log_normal(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())


# %% wrong="summed over everything" fails="one number per image"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())).sum()


# %% wrong="logarithm of the density" fails="far from the mean"
def log_normal(z, mu, log_var):
    density = torch.exp(-0.5 * (z - mu) ** 2 / log_var.exp()) / torch.sqrt(2 * math.pi * log_var.exp())
    return density.log().sum(-1)


# %% wrong="logarithm with a small number" fails="far from the mean"
def log_normal(z, mu, log_var):
    density = torch.exp(-0.5 * (z - mu) ** 2 / log_var.exp()) / torch.sqrt(2 * math.pi * log_var.exp())
    return (density + 1e-10).log().sum(-1)


# %% wrong="the variance detached" fails="a gradient reaches z, mu and log_var"
def log_normal(z, mu, log_var):
    return torch.distributions.Normal(mu, (0.5 * log_var).exp().detach()).log_prob(z).sum(-1)


# %% wrong="mean forgotten" fails="dimensions add up"
def log_normal(z, mu, log_var):
    return torch.distributions.Normal(0.0, (0.5 * log_var).exp()).log_prob(z).sum(-1)


# %% wrong="absolute distance" fails="a gradient reaches z, mu and log_var"
def log_normal(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu).abs() / log_var.exp())).sum(-1)


# %% wrong="log_var kept within bounds" fails="narrow and wide Gaussians"
def log_normal(z, mu, log_var):
    log_var = log_var.clamp(-6, 6)
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)
