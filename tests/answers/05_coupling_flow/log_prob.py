# %% right="value by value"
def log_prob(flow, x):
    z, log_det = flow(x)
    log_base = -0.5 * z**2 - 0.5 * math.log(2 * math.pi)
    return log_base.flatten(1).sum(1) + log_det


# %% right="a distribution"
def log_prob(flow, x):
    z, log_det = flow(x)
    base = torch.distributions.Normal(torch.zeros_like(z), torch.ones_like(z))
    return base.log_prob(z).reshape(len(x), -1).sum(-1) + log_det


# %% right="norms, and the constant D times"
def log_prob(flow, x):
    z, log_det = flow(x)
    return -0.5 * z.flatten(1).square().sum(1) - z[0].numel() * 0.5 * math.log(2 * math.pi) + log_det


# %% right="a loop over rows"
def log_prob(flow, x):
    z, log_det = flow(x)
    rows = [torch.stack([-(value**2) / 2 - 0.5 * math.log(2 * math.pi) for value in row.flatten()]).sum() for row in z]
    return torch.stack(rows) + log_det


# %% right="in single precision"
def log_prob(flow, x):
    z, log_det = flow(x)
    z = z.float()
    base = torch.distributions.Independent(torch.distributions.Normal(torch.zeros_like(z), 1.0), z.ndim - 1)
    return base.log_prob(z) + log_det.float()


# %% wrong="no log_det" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="log_det taken away" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) - log_det


# %% wrong="no constant" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2).flatten(1).sum(1) + log_det


# %% wrong="the constant once" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2).flatten(1).sum(1) - 0.5 * math.log(2 * math.pi) + log_det


# %% wrong="a whole constant per value" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - math.log(2 * math.pi)).flatten(1).sum(1) + log_det


# %% wrong="no half" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-(z**2) - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det


# %% wrong="the mean over the values" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).mean(1) + log_det


# %% wrong="a loss" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return -((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det)


# %% wrong="the base at x" fails="noise and volume together"
def log_prob(flow, x):
    _, log_det = flow(x)
    return (-0.5 * x**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det


# %% wrong="log_det broadcast into every value" fails="one number per row"
def log_prob(flow, x):
    z, log_det = flow(x)
    return -0.5 * z**2 - 0.5 * math.log(2 * math.pi) + log_det[:, None]


# %% wrong="log_det added to every value before the sum" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    log_det = log_det.reshape(-1, *[1] * (z.ndim - 1))
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) + log_det).flatten(1).sum(1)


# %% wrong="(B,) and (B, 1) broadcast to a table" fails="one number per row"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1, keepdim=True) + log_det


# %% wrong="one number for the batch" fails="one number per row"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum() + log_det.sum()


# %% wrong="only dimension 1 added up" fails="images work like points"
def log_prob(flow, x):
    z, log_det = flow(x)
    base = (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1)
    return base + log_det if base.ndim == 1 else base.mean((1, 2)) + log_det


# %% wrong="a density" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return ((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det).exp()


# %% wrong="in bits" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return ((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det) / math.log(2)


# %% wrong="the batch's log_det averaged" fails="noise and volume together"
def log_prob(flow, x):
    z, log_det = flow(x)
    return ((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det).mean().expand(len(x))


# %% wrong="log_det averaged over the batch" fails="images work like points"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det.mean()


# %% wrong="detached" fails="a gradient passes"
def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z.detach() ** 2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det


# %% right="added in place to the log-determinant"
def log_prob(flow, x):
    z, log_p = flow(x)
    log_p += torch.einsum("bi,bi->b", z.flatten(1), z.flatten(1)) / -2
    log_p -= z[0].numel() / 2 * math.log(2 * math.pi)
    return log_p


# %% right="a distribution of whole items"
def log_prob(flow, x, base=None):
    z, log_det = flow(x)
    base = base or torch.distributions.Independent(
        torch.distributions.Normal(torch.zeros(x.shape[1:]), torch.ones(x.shape[1:])), x.ndim - 1
    )
    return log_det + base.log_prob(z)
