# %% right="without gradients for the shares"
def iwae_surrogate(log_w):
    with torch.no_grad():
        share = torch.softmax(log_w, dim=0)
    return torch.sum(share * log_w, dim=0)


# %% right="einsum"
def iwae_surrogate(log_w):
    return torch.einsum("mb,mb->b", log_w.detach().softmax(0), log_w)


# %% right="shares by the largest taken out, image by image"
def iwae_surrogate(log_w):
    out = []
    for a in log_w.T:
        w = (a - a.max()).exp().detach()
        out.append((w / w.sum()) @ a)
    return torch.stack(out)


# %% wrong="the bound itself" fails="the value"
def iwae_surrogate(log_w):
    return torch.logsumexp(log_w, dim=0) - math.log(len(log_w))


# %% wrong="nothing detached" fails="the gradient is the shares"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0) * log_w).sum(dim=0)


# %% wrong="everything detached" fails="the gradient is the shares"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0) * log_w).sum(dim=0).detach()


# %% wrong="the logarithms detached" fails="the gradient is the shares"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0) * log_w.detach()).sum(dim=0)


# %% wrong="not normalised" fails="the value"
def iwae_surrogate(log_w):
    return (log_w.exp().detach() * log_w).sum(dim=0)


# %% wrong="equal shares" fails="the value"
def iwae_surrogate(log_w):
    return log_w.mean(dim=0)


# %% wrong="softmax over the images" fails="the value"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=1).detach() * log_w).sum(dim=0)


# %% wrong="mean over the codes" fails="the value"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0).detach() * log_w).mean(dim=0)


# %% wrong="weights for logarithms" fails="the value"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0).detach() * log_w.exp()).sum(dim=0)


# %% wrong="without the largest taken out" fails="tiny and huge weights"
def iwae_surrogate(log_w):
    w = log_w.exp().detach()
    return (w / w.sum(dim=0) * log_w).sum(dim=0)


# %% wrong="one number for all" fails="one number per image"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0).detach() * log_w).sum()


# %% wrong="log of the shares" fails="larger weights, a larger number"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0).detach() * log_w.log_softmax(dim=0)).sum(dim=0)


# %% wrong="a loss's sign" fails="larger weights, a larger number"
def iwae_surrogate(log_w):
    return -(log_w.softmax(dim=0).detach() * log_w).sum(dim=0)


# %% wrong="the largest only" fails="the value"
def iwae_surrogate(log_w):
    return log_w.max(dim=0).values


# %% wrong="squared shares" fails="the value"
def iwae_surrogate(log_w):
    return (log_w.softmax(dim=0).detach() ** 2 * log_w).sum(dim=0)
