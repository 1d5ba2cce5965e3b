# %% right="torch.distributions"
def iaf_sample(net, z):
    t, log_s = net(z)
    x = t + torch.exp(log_s) * z
    base = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    return x, base - log_s.sum(1)


# %% right="a normal with moved mean"
def iaf_sample(net, z):
    t, log_s = net(z)
    x = torch.addcmul(t, z, log_s.exp())
    normal = torch.distributions.Normal(t, log_s.exp())
    return x, normal.log_prob(x).sum(1)


# %% right="one square root of all scales"
def iaf_sample(net, z):
    t, log_s = net(z)
    log_p = -(z.pow(2) + math.log(2 * math.pi) + 2 * log_s).sum(-1) / 2
    return [z * log_s.exp() + t, log_p]


# %% wrong="the way of MAF" fails="x is z scaled and shifted"
def iaf_sample(net, z):
    t, log_s = net(z)
    return (z - t) * (-log_s).exp(), (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="sequential inverse" fails="x is z scaled and shifted"
def iaf_sample(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) + log_s).sum(1)


# %% wrong="shift and log-scale from x, value by value" fails="x is z scaled and shifted"
def iaf_sample(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = z[:, i] * log_s[:, i].exp() + t[:, i]
    return x, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="outputs exchanged" fails="x is z scaled and shifted"
def iaf_sample(net, z):
    log_s, t = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="sign of the log-scales" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) + log_s).sum(1)


# %% wrong="log-scales forgotten" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).sum(1)


# %% wrong="constant forgotten" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - log_s).sum(1)


# %% wrong="normal density of x" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    x = z * log_s.exp() + t
    return x, (-0.5 * x**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="-log p" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    return z * log_s.exp() + t, -(-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="mean over values" fails="log p(x) of what was drawn"
def iaf_sample(net, z):
    t, log_s = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).mean(1)


# %% wrong="one pass per value" fails="one pass is enough"
def iaf_sample(net, z):
    for _ in range(z.shape[1]):
        t, log_s = net(z)
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)


# %% wrong="detached" fails="a gradient reaches the network"
def iaf_sample(net, z):
    t, log_s = net(z)
    t = t.detach()
    return z * log_s.exp() + t, (-0.5 * z**2 - 0.5 * math.log(2 * math.pi) - log_s).sum(1)
