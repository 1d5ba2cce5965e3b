# %% right="row by row"
def maf_forward(net, x):
    zs, dets = [], []
    for row in x:
        t, log_s = net(row[None])
        zs.append(row * torch.exp(log_s[0]) + t[0])
        dets.append(log_s.sum())
    return torch.stack(zs), torch.stack(dets)


# %% right="one product of scales"
def maf_forward(net, x):
    t, log_s = net(x)
    scales = log_s.exp()
    return torch.addcmul(t, x, scales), scales.prod(dim=-1).log()


# %% right="a list, single precision"
def maf_forward(net, x):
    t, log_s = net(x)
    t, log_s = t.float(), log_s.float()
    return [t + x.float() * log_s.exp(), torch.einsum("bd->b", log_s)]


# %% right="from the papers' parameters"
def maf_forward(net, x):
    t, log_s = net(x)
    alpha = -log_s
    mu = -t * alpha.exp()
    return (x - mu) * (-alpha).exp(), -alpha.sum(1)


# %% wrong="the inverse direction" fails="z is x scaled and shifted"
def maf_forward(net, x):
    t, log_s = net(x)
    return (x - t) * (-log_s).exp(), log_s.sum(1)


# %% wrong="sign of log s" fails="z is x scaled and shifted"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * (-log_s).exp() + t, log_s.sum(1)


# %% wrong="shift before scale" fails="z is x scaled and shifted"
def maf_forward(net, x):
    t, log_s = net(x)
    return (x + t) * log_s.exp(), log_s.sum(1)


# %% wrong="log s as the scale" fails="z is x scaled and shifted"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s + t, log_s.sum(1)


# %% wrong="outputs exchanged" fails="z is x scaled and shifted"
def maf_forward(net, x):
    log_s, t = net(x)
    return x * log_s.exp() + t, log_s.sum(1)


# %% wrong="sign of log_det" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, -log_s.sum(1)


# %% wrong="mean for sum" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, log_s.mean(1)


# %% wrong="determinant without logarithm" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, log_s.exp().prod(1)


# %% wrong="sum of scales" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, log_s.exp().sum(1)


# %% wrong="sum over the batch too" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, log_s.sum().expand(len(x))


# %% wrong="zero" fails="log_det is that of the Jacobian"
def maf_forward(net, x):
    t, log_s = net(x)
    return x * log_s.exp() + t, x.new_zeros(len(x))


# %% wrong="detached scales" fails="log_det fits z"
def maf_forward(net, x):
    t, log_s = net(x)
    log_s = log_s.detach()
    return x * log_s.exp() + t, log_s.sum(1)
