# %% right="softplus by hand"
def bernoulli_log_prob(logits, x):
    return (x * logits - F.softplus(logits)).flatten(1).sum(1)


# %% right="torch.distributions, without its support check"
def bernoulli_log_prob(logits, x):
    pixels = torch.distributions.Bernoulli(logits=logits, validate_args=False)
    return pixels.log_prob(x).sum(dim=(1, 2, 3))


# %% right="log-sigmoids, in single precision"
def bernoulli_log_prob(logits, x):
    logits, x = logits.float(), x.float()
    each = x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
    return torch.einsum("bchw->b", each)


# %% right="image by image, summed by the loss"
def bernoulli_log_prob(logits, x):
    losses = [F.binary_cross_entropy_with_logits(a, b, reduction="sum") for a, b in zip(logits, x)]
    return -torch.stack(losses)


# %% wrong="a loss" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


# %% wrong="mean over the pixels" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).mean(1)


# %% wrong="the default mean" fails="one number per image"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x)


# %% wrong="summed over the batch" fails="one number per image"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="sum")


# %% wrong="the batch's mean for every image" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    total = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    return -(total / len(x)).expand(len(x))


# %% wrong="channels averaged" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(1).sum((1, 2))


# %% wrong="logits taken for probabilities" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy(logits.clamp(0, 1), x, reduction="none").flatten(1).sum(1)


# %% wrong="the sigmoid twice" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits.sigmoid(), x, reduction="none").flatten(1).sum(1)


# %% wrong="white pixels only" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return (x * F.logsigmoid(logits)).flatten(1).sum(1)


# %% wrong="squared error" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -((logits.sigmoid() - x) ** 2).flatten(1).sum(1)


# %% wrong="arguments exchanged" fails="log-probabilities of black and white pixels add up"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(x, logits, reduction="none").flatten(1).sum(1)


# %% wrong="grey rounded" fails="grey pixels lie in between"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x.round(), reduction="none").flatten(1).sum(1)


# %% wrong="probabilities first, and PyTorch's clamp" fails="large logits stay exact"
def bernoulli_log_prob(logits, x):
    p = logits.float().sigmoid()
    return -F.binary_cross_entropy(p, x.float(), reduction="none").flatten(1).sum(1)


# %% wrong="a small number in the logarithm" fails="large logits stay exact"
def bernoulli_log_prob(logits, x):
    p = logits.sigmoid()
    return (x * (p + 1e-7).log() + (1 - x) * (1 - p + 1e-7).log()).flatten(1).sum(1)


# %% wrong="logits clamped" fails="large logits stay exact"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits.clamp(-30, 30), x, reduction="none").flatten(1).sum(1)


# %% wrong="detached" fails="a gradient reaches the logits"
def bernoulli_log_prob(logits, x):
    return -F.binary_cross_entropy_with_logits(logits.detach(), x, reduction="none").flatten(1).sum(1)
