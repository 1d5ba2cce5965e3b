# %% right="one expression"
def nll(flow, x, log_prob=log_prob):
    return log_prob(*flow(x)).mean().neg()


# %% right="sum divided by the batch"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).sum() / x.shape[0]


# %% right="image by image"
def nll(flow, x, log_prob=log_prob):
    return -torch.stack([log_prob(*flow(row[None]))[0] for row in x]).mean()


# %% wrong="sign" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return log_prob(z, log_det).mean()


# %% wrong="sum for mean" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).sum()


# %% wrong="no mean" fails="one number"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det)


# %% wrong="log_det left out" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, torch.zeros_like(log_det)).mean()


# %% wrong="x for z" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(x, log_det).mean()


# %% wrong="per value" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean() / x.shape[1]


# %% wrong="in bits" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean() / math.log(2)


# %% wrong="as a plain number" fails="a gradient comes out of it"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean().item()


# %% wrong="detached" fails="a gradient comes out of it"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z.detach(), log_det).mean()


# %% wrong="a density of its own" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1) + log_det).mean()


# %% wrong="likelihood for its logarithm" fails="the mean of -log p"
def nll(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det).exp().mean()
