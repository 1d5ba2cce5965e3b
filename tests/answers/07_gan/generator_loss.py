# %% right="logsigmoid"
def generator_loss(fake_logits, saturating=False):
    return F.logsigmoid(-fake_logits).mean() if saturating else -F.logsigmoid(fake_logits).mean()


# %% right="binary cross-entropy with logits"
def generator_loss(fake_logits, saturating=False):
    if not saturating:
        return F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))
    return -F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))


# %% right="one softplus and the logit"
def generator_loss(fake_logits, saturating=False):
    negative = -F.softplus(fake_logits)
    return (negative if saturating else -negative - fake_logits).mean()


# %% wrong="the two losses exchanged" fails="the usual loss"
def generator_loss(fake_logits, saturating=False):
    return F.softplus(-fake_logits).mean() if saturating else -F.softplus(fake_logits).mean()


# %% wrong="always saturating" fails="a sure discriminator teaches by the usual loss"
def generator_loss(fake_logits, saturating=False):
    return -F.softplus(fake_logits).mean()


# %% wrong="never saturating" fails="the saturating loss"
def generator_loss(fake_logits, saturating=False):
    return F.softplus(-fake_logits).mean()


# %% wrong="the discriminator's part" fails="the usual loss"
def generator_loss(fake_logits, saturating=False):
    return F.softplus(fake_logits).mean()


# %% wrong="sign of the saturating loss" fails="the saturating loss"
def generator_loss(fake_logits, saturating=False):
    return F.softplus(fake_logits).mean() if saturating else F.softplus(-fake_logits).mean()


# %% wrong="sign of the usual loss" fails="the usual loss"
def generator_loss(fake_logits, saturating=False):
    return -F.softplus(fake_logits).mean() if saturating else F.logsigmoid(fake_logits).mean()


# %% wrong="sums" fails="the usual loss"
def generator_loss(fake_logits, saturating=False):
    return -F.softplus(fake_logits).sum() if saturating else F.softplus(-fake_logits).sum()


# %% wrong="sigmoid twice" fails="a sure discriminator teaches by the usual loss"
def generator_loss(fake_logits, saturating=False):
    d = fake_logits.sigmoid()
    return -F.softplus(d).mean() if saturating else F.softplus(-d).mean()


# %% wrong="logarithms of sigmoids" fails="large logits stay finite and count fully"
def generator_loss(fake_logits, saturating=False):
    d = fake_logits.sigmoid()
    return (1 - d).log().mean() if saturating else -d.log().mean()


# %% wrong="a small number in the logarithms" fails="a sure discriminator teaches by the usual loss"
def generator_loss(fake_logits, saturating=False):
    d = fake_logits.sigmoid()
    return (1 - d + 1e-8).log().mean() if saturating else -(d + 1e-8).log().mean()


# %% wrong="a critic's score" fails="the usual loss"
def generator_loss(fake_logits, saturating=False):
    return -fake_logits.mean()


# %% wrong="minus log D with its sign for saturating" fails="the saturating loss"
def generator_loss(fake_logits, saturating=False):
    loss = F.softplus(-fake_logits).mean()
    return -loss if saturating else loss
