# %% right="the product form"
def log_bernoulli(x, logits):
    return (x * logits - F.softplus(logits)).sum(-1)


# %% right="log-sigmoids of both signs"
def log_bernoulli(x, logits):
    return (x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)).sum(dim=-1)


# %% right="torch's distribution"
def log_bernoulli(x, logits):
    return torch.distributions.Bernoulli(logits=logits).log_prob(x.expand_as(logits)).sum(-1)


# %% right="one image after the other, in float32"
def log_bernoulli(x, logits):
    codes = logits.float().reshape(-1, *logits.shape[-2:])
    found = torch.stack(
        [
            torch.stack(
                [-F.binary_cross_entropy_with_logits(l, image.float(), reduction="sum") for l, image in zip(code, x)]
            )
            for code in codes
        ]
    )
    return found.reshape(logits.shape[:-1])


# %% right="the sign of the pixel"
def log_bernoulli(x, logits):
    return F.logsigmoid((2 * x - 1) * logits).sum(-1)


# %% wrong="a loss" fails="one pixel of ink"
def log_bernoulli(x, logits):
    return F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)


# %% wrong="sigmoid twice" fails="one pixel of ink"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy_with_logits(logits.sigmoid(), x.expand_as(logits), reduction="none").sum(-1)


# %% wrong="mean over the pixels" fails="pixels add up"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").mean(-1)


# %% wrong="a small number inside the logarithm" fails="sure and wrong costs the logit"
def log_bernoulli(x, logits):
    p = logits.sigmoid()
    return (x * (p + 1e-7).log() + (1 - x) * (1 - p + 1e-7).log()).sum(-1)


# %% wrong="by way of probabilities" fails="sure and wrong costs the logit"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy(logits.sigmoid(), x.expand_as(logits), reduction="none").sum(-1)


# %% wrong="plain logarithms of probabilities" fails="sure and right costs nothing"
def log_bernoulli(x, logits):
    p = logits.sigmoid()
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(-1)


# %% wrong="clamped logits" fails="sure and wrong costs the logit"
def log_bernoulli(x, logits):
    logits = logits.clamp(-20, 20)
    return (x * logits - F.softplus(logits)).sum(-1)


# %% wrong="white pixels forgotten" fails="one pixel of paper"
def log_bernoulli(x, logits):
    return (x * F.logsigmoid(logits)).sum(-1)


# %% wrong="ink and paper exchanged" fails="one pixel of ink"
def log_bernoulli(x, logits):
    return ((1 - x) * F.logsigmoid(logits) + x * F.logsigmoid(-logits)).sum(-1)


# %% wrong="one number for all" fails="one number per image"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="sum")


# %% wrong="summed over dimension 1" fails="several codes per image"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(1)


# %% wrong="equal shapes only" fails="several codes per image"
def log_bernoulli(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1)


# %% wrong="logits detached" fails="a gradient reaches the logits"
def log_bernoulli(x, logits):
    logits = logits.detach()
    return (x * logits - F.softplus(logits)).sum(-1)


# %% wrong="probabilities summed" fails="one pixel of ink"
def log_bernoulli(x, logits):
    p = logits.sigmoid()
    return (x * p + (1 - x) * (1 - p)).sum(-1)


# %% wrong="squared error" fails="one pixel of ink"
def log_bernoulli(x, logits):
    return -((x - logits.sigmoid()) ** 2).sum(-1)


# %% wrong="exponential by hand" fails="sure and right costs nothing"
def log_bernoulli(x, logits):
    return (x * logits - torch.log(1 + torch.exp(logits))).sum(-1)


# %% right="an inner product and a softplus"
def log_bernoulli(x, logits):
    return torch.einsum("...bp,bp->...b", logits, x) - F.softplus(logits).sum(-1)
