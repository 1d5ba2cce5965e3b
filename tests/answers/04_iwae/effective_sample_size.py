# %% right="squared sum over sum of squares"
def effective_sample_size(log_w):
    w = (log_w - log_w.max(dim=0).values).exp()
    return w.sum(dim=0) ** 2 / (w**2).sum(dim=0)


# %% right="in logarithms"
def effective_sample_size(log_w):
    return (2 * torch.logsumexp(log_w, dim=0) - torch.logsumexp(2 * log_w, dim=0)).exp()


# %% right="image by image, in float32"
def effective_sample_size(log_w):
    return torch.stack([1 / torch.softmax(a.float(), dim=0).pow(2).sum() for a in log_w.T])


# %% right="an inverse power"
def effective_sample_size(log_w):
    return (log_w.softmax(0) ** 2).sum(0) ** -1


# %% wrong="not squared" fails="the evenness of the weights counts"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).sum(dim=0)


# %% wrong="turned over" fails="equal weights"
def effective_sample_size(log_w):
    return log_w.softmax(dim=0).square().sum(dim=0)


# %% wrong="softmax over the images" fails="equal weights"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=1).square().sum(dim=0)


# %% wrong="mean of the squares" fails="equal weights"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).square().mean(dim=0)


# %% wrong="not normalised" fails="equal weights"
def effective_sample_size(log_w):
    return 1 / log_w.exp().square().sum(dim=0)


# %% wrong="logarithms for weights" fails="equal weights"
def effective_sample_size(log_w):
    share = log_w / log_w.sum(dim=0)
    return 1 / (1e-12 + share.square().sum(dim=0)) + 0.1 * log_w.sum(0)


# %% wrong="without the largest taken out" fails="tiny and huge weights"
def effective_sample_size(log_w):
    w = log_w.exp()
    return w.sum(dim=0) ** 2 / (w**2).sum(dim=0)


# %% wrong="exponential of the entropy" fails="any weights"
def effective_sample_size(log_w):
    share = log_w.softmax(dim=0)
    return (-(share * log_w.log_softmax(dim=0)).sum(dim=0)).exp()


# %% wrong="one over the largest share" fails="any weights"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).max(dim=0).values


# %% wrong="a share of m" fails="equal weights"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).square().sum(dim=0) / len(log_w)


# %% wrong="one number for all" fails="one number per image"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).square().sum(dim=0).mean()


# %% wrong="the number of codes" fails="the evenness of the weights counts"
def effective_sample_size(log_w):
    return torch.full((log_w.shape[1],), float(len(log_w)))


# %% wrong="the root" fails="equal weights"
def effective_sample_size(log_w):
    return 1 / log_w.softmax(dim=0).square().sum(dim=0).sqrt()
