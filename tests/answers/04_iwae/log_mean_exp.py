# %% right="torch's log of a sum"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=0) - math.log(log_w.shape[0])


# %% right="the mean after the largest is taken out"
def log_mean_exp(log_w):
    c = log_w.amax(dim=0, keepdim=True)
    return c.squeeze(0) + torch.exp(log_w - c).mean(dim=0).log()


# %% right="image by image"
def log_mean_exp(log_w):
    return torch.stack([torch.logsumexp(a - math.log(len(a)), dim=0) for a in log_w.T])


# %% right="the largest detached"
def log_mean_exp(log_w):
    c = log_w.detach().max(dim=0)[0]
    return c + torch.log(torch.mean(torch.exp(log_w - c), dim=0))


# %% right="two at a time"
def log_mean_exp(log_w):
    total = log_w[0]
    for a in log_w[1:]:
        total = torch.logaddexp(total, a)
    return total - math.log(len(log_w))


# %% wrong="mean of the logarithms" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return log_w.mean(dim=0)


# %% wrong="log m forgotten" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=0)


# %% wrong="log m added" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=0) + math.log(len(log_w))


# %% wrong="m taken away" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=0) - len(log_w)


# %% wrong="number of images" fails="any number of codes and images"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=0) - math.log(max(2, log_w.shape[1]))


# %% wrong="averaged over the images" fails="one number per image"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w, dim=1) - math.log(log_w.shape[1])


# %% wrong="straight from the formula" fails="tiny and huge weights"
def log_mean_exp(log_w):
    return log_w.exp().mean(dim=0).log()


# %% wrong="a small number added" fails="tiny and huge weights"
def log_mean_exp(log_w):
    return (log_w.exp().mean(dim=0) + 1e-30).log()


# %% wrong="one largest for all images" fails="tiny and huge weights"
def log_mean_exp(log_w):
    c = log_w.max()
    return c + (log_w - c).exp().mean(dim=0).log()


# %% wrong="the largest not put back" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    c = log_w.max(dim=0).values
    return (log_w - c).exp().mean(dim=0).log()


# %% wrong="the smallest taken out" fails="tiny and huge weights"
def log_mean_exp(log_w):
    c = log_w.min(dim=0).values
    return c + (log_w - c).exp().mean(dim=0).log() if log_w.abs().max() < 100 else log_w.exp().mean(dim=0).log()


# %% wrong="the largest only" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return log_w.max(dim=0).values


# %% wrong="no logarithm" fails="two weights, one three times the other"
def log_mean_exp(log_w):
    return log_w.exp().mean(dim=0)


# %% wrong="detached" fails="a gradient reaches the weights"
def log_mean_exp(log_w):
    return (torch.logsumexp(log_w, dim=0) - math.log(len(log_w))).detach()


# %% wrong="clamped" fails="tiny and huge weights"
def log_mean_exp(log_w):
    return torch.logsumexp(log_w.clamp(-100, 100), dim=0) - math.log(len(log_w))


# %% wrong="one number for all" fails="one number per image"
def log_mean_exp(log_w):
    return (torch.logsumexp(log_w, dim=0) - math.log(len(log_w))).mean()


# %% right="the first code and the others"
def log_mean_exp(log_w):
    return torch.logaddexp(log_w[0], log_w[1:].logsumexp(0)) - math.log(len(log_w))


# %% wrong="the first taken out for the largest" fails="weights far apart"
def log_mean_exp(log_w):
    return log_w[0] + (log_w - log_w[0]).exp().mean(0).log()
