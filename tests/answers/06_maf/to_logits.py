# %% right="torch.logit, the derivative as one product"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x.to(u.dtype) + u) / levels
    return p.logit(), ((1 - 2 * alpha) / (levels * p * (1 - p))).log().sum(1)


# %% right="softplus of the logit"
def to_logits(x, u, levels, alpha):
    v = (x.double() + u) / levels
    y = torch.logit(alpha + v - 2 * alpha * v)
    log_det = F.softplus(y) + F.softplus(-y) + math.log1p(-2 * alpha) - math.log(levels)
    return y, log_det.sum(dim=-1)


# %% right="row by row"
def to_logits(x, u, levels, alpha):
    ys, dets = [], []
    for level, noise in zip(x, u):
        p = alpha + (1 - 2 * alpha) / levels * (level + noise)
        ys.append(torch.log(p / (1 - p)))
        dets.append(sum(math.log((1 - 2 * alpha) / levels / (q * (1 - q))) for q in p.tolist()))
    return torch.stack(ys), torch.tensor(dets, dtype=u.dtype)


# %% right="the slope by autograd"
def to_logits(x, u, levels, alpha):
    with torch.enable_grad():
        v = (x + u).detach().requires_grad_()
        y = torch.logit(alpha + (1 - 2 * alpha) * v / levels)
        (slope,) = torch.autograd.grad(y.sum(), v)
    return y.detach(), slope.log().sum(1)


# %% wrong="noise as large as the whole interval" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = (alpha + (1 - 2 * alpha) * (x / levels + u)).clamp(max=1 - 1e-12)
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="divided by K - 1" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = (alpha + (1 - 2 * alpha) * (x + u) / (levels - 1)).clamp(max=1 - 1e-12)
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="scaled by K - 1 first" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x * levels / (levels - 1) + u) / (levels + 1)
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="no noise" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * x / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="alpha on one side only" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="no alpha" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="no logit" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p, log_det.sum(1)


# %% wrong="sigmoid for logit" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.sigmoid(), log_det.sum(1)


# %% wrong="sign of the logit" fails="y is the logit of the squeezed level"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return (1 - p).log() - p.log(), log_det.sum(1)


# %% wrong="sign of log_det" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), -log_det.sum(1)


# %% wrong="no division by K in log_det" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log(1 - 2 * alpha) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="no alpha in log_det" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = -math.log(levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="affine map not counted" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = -p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="affine map counted once" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = -p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1) + math.log((1 - 2 * alpha) / levels)


# %% wrong="logit not counted" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) + 0 * p
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="logit's derivative upside down" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) + p.log() + (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)


# %% wrong="mean for sum" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.mean(1)


# %% wrong="one number for the batch" fails="log_det is that of the map from x to y"
def to_logits(x, u, levels, alpha):
    p = alpha + (1 - 2 * alpha) * (x + u) / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum().expand(len(x))


# %% wrong="noise added in place" fails="levels may be of any type"
def to_logits(x, u, levels, alpha):
    x += u
    p = alpha + (1 - 2 * alpha) * x / levels
    log_det = math.log((1 - 2 * alpha) / levels) - p.log() - (1 - p).log()
    return p.log() - (1 - p).log(), log_det.sum(1)
