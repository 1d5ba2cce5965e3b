# %% right="a division"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / (x[0].numel() * math.log(2))


# %% right="nats first"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    nats = -log_prob(v) - log_det
    return nats / math.log(2) / math.prod(x.shape[1:])


# %% right="row by row"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    bits = []
    for i in range(len(x)):
        v, log_det = dequantise(x[i : i + 1], u[i : i + 1], levels)
        bits.append(-(log_prob(v) + log_det) * math.log2(math.e) / v.numel())
    return torch.cat(bits)


# %% right="in single precision"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    log_p = log_prob(v).float() + log_det.float()
    return log_p.mul(-1.0).div(v.flatten(1).shape[1] * 0.6931471805599453)


# %% wrong="no log_det" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -log_prob(v) / (x[0].numel() * math.log(2))


# %% wrong="log_det taken away" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) - log_det) / (x[0].numel() * math.log(2))


# %% wrong="the sign" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return (log_prob(v) + log_det) / (x[0].numel() * math.log(2))


# %% wrong="in nats" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / x[0].numel()


# %% wrong="not per dimension" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / math.log(2)


# %% wrong="per value of the batch" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / (x.numel() * math.log(2))


# %% wrong="per pixel" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / (x[0, 0].numel() * math.log(2))


# %% wrong="divided by the number of images" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / (len(x) * math.log(2))


# %% wrong="multiplied by log 2" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) * math.log(2) / x[0].numel()


# %% wrong="784 for every image" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det) / (784 * math.log(2))


# %% wrong="the model asked about x + u" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(x + u) + log_det) / (x[0].numel() * math.log(2))


# %% wrong="the usual dequantisation for the one that is given" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    dims = x[0].numel()
    return -(log_prob((x + u) / levels) - dims * math.log(levels)) / (dims * math.log(2))


# %% wrong="the usual log_det for the one that is given" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    dims = x[0].numel()
    return -(log_prob(v) - dims * math.log(levels)) / (dims * math.log(2))


# %% wrong="the mean over the batch" fails="one number per image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return (-(log_prob(v) + log_det) / (x[0].numel() * math.log(2))).mean()


# %% wrong="a table" fails="one number per image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v)[:, None] + log_det) / (x[0].numel() * math.log(2))


# %% wrong="log2 of nats" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -torch.log2((log_prob(v) + log_det).abs()) / x[0].numel()


# %% wrong="256 levels for every image" fails="the cost of an image"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, 256)
    return -(log_prob(v) + log_det) / (x[0].numel() * math.log(2))


# %% wrong="detached" fails="a gradient passes"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det).detach() / (x[0].numel() * math.log(2))


# %% wrong="without gradients" fails="a gradient passes"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    with torch.no_grad():
        v, log_det = dequantise(x, u, levels)
        return -(log_prob(v) + log_det) / (x[0].numel() * math.log(2))


# %% right="in place, with names for the arguments"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, nats = dequantise(x=x, u=u, levels=levels)
    nats += log_prob(v)
    return nats.div(-math.log(2)).div(math.prod(x.shape[1:]))


# %% wrong="the log_det of the dequantisation made a constant" fails="a gradient passes"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v) + log_det.detach()) / (x[0].numel() * math.log(2))


# %% wrong="no gradient into the model" fails="a gradient passes"
def bits_per_dim(x, u, levels, log_prob, dequantise=None):
    v, log_det = dequantise(x, u, levels)
    return -(log_prob(v.detach()) + log_det) / (x[0].numel() * math.log(2))
