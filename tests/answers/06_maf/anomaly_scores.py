# %% right="image by image"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    return -torch.cat([log_prob(*flow(row[None])) for row in x])


# %% right="train(False), put back afterwards"
def anomaly_scores(flow, x, log_prob=log_prob):
    mode = getattr(flow, "training", True)
    flow.train(False)
    with torch.no_grad():
        z, log_det = flow(x)
        scores = 0 - log_prob(z, log_det)
    flow.train(mode)
    return scores


# %% right="in pieces"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    return torch.cat([log_prob(*flow(part)).neg() for part in x.split(2)])


# %% wrong="sign" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return log_prob(z, log_det)


# %% wrong="training mode left on" fails="a flow in training mode is switched"
def anomaly_scores(flow, x, log_prob=log_prob):
    z, log_det = flow(x)
    return -log_prob(z, log_det)


# %% wrong="training mode switched on" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.train()
    z, log_det = flow(x)
    return -log_prob(z, log_det)


# %% wrong="probabilities" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return log_prob(z, log_det).exp()


# %% wrong="mean" fails="one score per image"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean()


# %% wrong="mean for everybody" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return -log_prob(z, log_det).mean().expand(len(x))


# %% wrong="log_det left out" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return -log_prob(z, torch.zeros_like(log_det))


# %% wrong="only log_det" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return -log_det


# %% wrong="standardised over the images" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return (lambda s: (s - s.mean()) / s.std())(-log_prob(z, log_det))


# %% wrong="shifted to begin at zero" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return (lambda s: s - s.min())(-log_prob(z, log_det))


# %% wrong="decisions at the mean" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return (lambda s: (s > s.mean()).double())(-log_prob(z, log_det))


# %% wrong="ranks" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return (-log_prob(z, log_det)).argsort().argsort().double()


# %% wrong="a density of its own" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return -((-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1) + log_det)


# %% wrong="distance from the origin" fails="the score is -log p"
def anomaly_scores(flow, x, log_prob=log_prob):
    flow.eval()
    z, log_det = flow(x)
    return z.norm(dim=1)
