# %% right="weights written out"
def js_divergence(p, q, kl=None):
    mixture = 0.5 * p + 0.5 * q
    return 0.5 * kl(p, mixture) + 0.5 * kl(q, mixture)


# %% right="both at once"
def js_divergence(p, q, kl=None):
    m = torch.stack([p, q]).mean(0)
    return torch.stack([kl(p, m), kl(q, m)]).mean(0)


# %% right="lerp"
def js_divergence(p, q, kl=None):
    m = torch.lerp(p, q, 0.5)
    return (kl(q, m) + kl(p, m)).div(2)


# %% wrong="no half in front" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return kl(p, m) + kl(q, m)


# %% wrong="the mixture first" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return (kl(m, p) + kl(m, q)) / 2


# %% wrong="the mixture adds up to 2" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = p + q
    return (kl(p, m) + kl(q, m)) / 2


# %% wrong="the symmetric KL divergence" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    return (kl(p, q) + kl(q, p)) / 2


# %% wrong="p twice" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return (kl(p, m) + kl(p, m)) / 2


# %% wrong="one half only" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return kl(p, m) / 2


# %% wrong="the difference" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return (kl(p, m) - kl(q, m)) / 2


# %% wrong="the root, a metric" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return ((kl(p, m) + kl(q, m)) / 2).abs().sqrt()


# %% wrong="a KL divergence of its own" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return (torch.xlogy(p, p / m) + torch.xlogy(q, q / m)).sum(-1) / 2


# %% wrong="the geometric mean as mixture" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p * q).sqrt()
    return (kl(p, m) + kl(q, m)) / 2


# %% wrong="averaged over the batch" fails="is made of two KL divergences from the mixture"
def js_divergence(p, q, kl=None):
    m = (p + q) / 2
    return (kl(p, m) + kl(q, m)).mean() / 2
