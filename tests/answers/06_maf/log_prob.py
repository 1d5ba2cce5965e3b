# %% right="torch.distributions"
def log_prob(z, log_det):
    return torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1) + log_det


# %% right="one constant for all"
def log_prob(z, log_det):
    return log_det - (z.square().sum(-1) + z.shape[1] * math.log(2 * math.pi)) / 2


# %% right="a loop"
def log_prob(z, log_det):
    total = log_det.clone()
    for i in range(z.shape[1]):
        total = total - z[:, i] ** 2 / 2 - math.log(math.sqrt(2 * math.pi))
    return total


# %% wrong="constant forgotten" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return -0.5 * (z**2).sum(1) + log_det


# %% wrong="constant counted once" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return -0.5 * (z**2).sum(1) - 0.5 * math.log(2 * math.pi) + log_det


# %% wrong="half forgotten" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return -(z**2).sum(1) - 0.5 * z.shape[1] * math.log(2 * math.pi) + log_det


# %% wrong="half of the constant forgotten" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return (-0.5 * z**2 - math.log(2 * math.pi)).sum(1) + log_det


# %% wrong="negative log-likelihood" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return (0.5 * z**2 + 0.5 * math.log(2 * math.pi)).sum(1) - log_det


# %% wrong="mean for sum" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).mean(1) + log_det


# %% wrong="one number for all" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum() + log_det


# %% wrong="log_det subtracted" fails="log_det is added"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1) - log_det


# %% wrong="log_det forgotten" fails="log_det is added"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1)


# %% wrong="log_det for every value" fails="log_det is added"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) + log_det[:, None]).sum(1)


# %% wrong="mean of log_det" fails="log_det is added"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1) + log_det.mean()


# %% wrong="broadcast to a table" fails="without stretching it is the normal density"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1, keepdim=True) + log_det


# %% wrong="detached" fails="a gradient reaches z and log_det"
def log_prob(z, log_det):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1) + log_det.detach()
