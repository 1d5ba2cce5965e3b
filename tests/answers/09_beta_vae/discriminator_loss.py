# %% right="log-softmax"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -0.5 * (a[:, 0].mean() + b[:, 1].mean())


# %% right="softplus of differences"
def discriminator_loss(logits, permuted_logits):
    a = F.softplus(logits[:, 1] - logits[:, 0]).mean()
    b = F.softplus(permuted_logits[:, 0] - permuted_logits[:, 1]).mean()
    return (a + b) / 2


# %% right="two classes as one logit"
def discriminator_loss(logits, permuted_logits):
    one = logits[:, 0] - logits[:, 1]
    two = permuted_logits[:, 0] - permuted_logits[:, 1]
    bce = F.binary_cross_entropy_with_logits
    return 0.5 * bce(one, torch.ones_like(one)) + 0.5 * bce(two, torch.zeros_like(two))


# %% right="NLL with class numbers, single precision"
def discriminator_loss(logits, permuted_logits):
    zeros = torch.full((len(logits),), 0)
    ones = torch.full((len(permuted_logits),), 1)
    return (
        F.nll_loss(F.log_softmax(logits.float(), 1), zeros)
        + F.nll_loss(F.log_softmax(permuted_logits.float(), 1), ones)
    ) / 2


# %% right="one call with weights"
def discriminator_loss(logits, permuted_logits):
    n, m = len(logits), len(permuted_logits)
    classes = torch.cat([torch.zeros(n), torch.ones(m)]).long()
    weights = torch.cat([torch.full((n,), 0.5 / n), torch.full((m,), 0.5 / m)])
    return F.cross_entropy(torch.cat([logits, permuted_logits]), classes, reduction="none") @ weights.to(logits)


# %% wrong="classes exchanged" fails="codes are class 0, shuffled codes class 1"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 1].mean() + b[:, 0].mean()) / 2


# %% wrong="both as codes" fails="codes are class 0, shuffled codes class 1"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0].mean() + b[:, 0].mean()) / 2


# %% wrong="both as shuffled codes" fails="codes are class 0, shuffled codes class 1"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 1].mean() + b[:, 1].mean()) / 2


# %% wrong="no half" fails="not knowing costs log 2"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0].mean() + b[:, 1].mean())


# %% wrong="codes only" fails="answers to both sets of logits"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -a[:, 0].mean()


# %% wrong="shuffled codes only" fails="answers to both sets of logits"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -b[:, 1].mean()


# %% wrong="sign" fails="not knowing costs log 2"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return (a[:, 0].mean() + b[:, 1].mean()) / 2


# %% wrong="sums" fails="not knowing costs log 2"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0].sum() + b[:, 1].sum()) / 2


# %% wrong="softmax twice" fails="codes are class 0, shuffled codes class 1"
def discriminator_loss(logits, permuted_logits):
    z = torch.zeros(len(logits), dtype=torch.long)
    o = torch.ones(len(permuted_logits), dtype=torch.long)
    return (F.cross_entropy(logits.softmax(1), z) + F.cross_entropy(permuted_logits.softmax(1), o)) / 2


# %% wrong="pooled" fails="each kind counts one half"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -torch.cat([a[:, 0], b[:, 1]]).mean()


# %% wrong="logarithm of a softmax" fails="large logits are harmless"
def discriminator_loss(logits, permuted_logits):
    return -(logits.softmax(1)[:, 0].log().mean() + permuted_logits.softmax(1)[:, 1].log().mean()) / 2


# %% wrong="small constant" fails="large logits are harmless"
def discriminator_loss(logits, permuted_logits):
    return -((logits.softmax(1)[:, 0] + 1e-9).log().mean() + (permuted_logits.softmax(1)[:, 1] + 1e-9).log().mean()) / 2


# %% wrong="bits" fails="not knowing costs log 2"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0].mean() + b[:, 1].mean()) / 2 / math.log(2)


# %% wrong="subtracted" fails="not knowing costs log 2"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0].mean() - b[:, 1].mean()) / 2


# %% wrong="sigmoid of each logit" fails="codes are class 0, shuffled codes class 1"
def discriminator_loss(logits, permuted_logits):
    bce = F.binary_cross_entropy_with_logits
    return (
        bce(logits[:, 0], torch.ones(len(logits)).to(logits))
        + bce(permuted_logits[:, 0], torch.zeros(len(permuted_logits)).to(logits))
    ) / 2


# %% wrong="per code" fails="returns a scalar"
def discriminator_loss(logits, permuted_logits):
    a, b = logits.log_softmax(1), permuted_logits.log_softmax(1)
    return -(a[:, 0] + b[: len(a), 1]) / 2


# %% wrong="shuffled codes detached" fails="its gradient reaches both sets of logits"
def discriminator_loss(logits, permuted_logits):
    of_codes = -logits.log_softmax(1)[:, 0].mean()
    return (of_codes - permuted_logits.detach().log_softmax(1)[:, 1].mean()) / 2


# %% wrong="a plain number" fails="its gradient reaches both sets of logits"
def discriminator_loss(logits, permuted_logits):
    return (-(logits.log_softmax(1)[:, 0].mean() + permuted_logits.log_softmax(1)[:, 1].mean()) / 2).item()
