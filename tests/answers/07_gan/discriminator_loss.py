# %% right="logsigmoid"
def discriminator_loss(real_logits, fake_logits):
    return -F.logsigmoid(real_logits).mean() - F.logsigmoid(-fake_logits).mean()


# %% right="binary cross-entropy with logits"
def discriminator_loss(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros_like(fake_logits))
    return real + fake


# %% right="logaddexp, in single precision"
def discriminator_loss(real_logits, fake_logits):
    real, fake = real_logits.float(), fake_logits.float()
    zero = torch.zeros(())
    return torch.logaddexp(zero, -real).mean() + torch.logaddexp(zero, fake).mean()


# %% wrong="labels swapped" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(real_logits).mean() + F.softplus(-fake_logits).mean()


# %% wrong="V itself" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return F.logsigmoid(real_logits).mean() + F.logsigmoid(-fake_logits).mean()


# %% wrong="the mean of both terms" fails="knowing nothing costs log 4"
def discriminator_loss(real_logits, fake_logits):
    return (F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()) / 2


# %% wrong="sums" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).sum() + F.softplus(fake_logits).sum()


# %% wrong="one mean over all images" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return torch.cat([F.softplus(-real_logits), F.softplus(fake_logits)]).mean()


# %% wrong="sigmoid twice" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    real, fake = real_logits.sigmoid(), fake_logits.sigmoid()
    return F.softplus(-real).mean() + F.softplus(fake).mean()


# %% wrong="logarithms of sigmoids" fails="large logits stay finite and count fully"
def discriminator_loss(real_logits, fake_logits):
    return -real_logits.sigmoid().log().mean() - (1 - fake_logits.sigmoid()).log().mean()


# %% wrong="a small number in the logarithms" fails="large logits stay finite and count fully"
def discriminator_loss(real_logits, fake_logits):
    eps = 1e-8
    return -(real_logits.sigmoid() + eps).log().mean() - (1 - fake_logits.sigmoid() + eps).log().mean()


# %% wrong="binary cross-entropy of probabilities" fails="large logits stay finite and count fully"
def discriminator_loss(real_logits, fake_logits):
    real = F.binary_cross_entropy(real_logits.sigmoid(), torch.ones_like(real_logits))
    return real + F.binary_cross_entropy(fake_logits.sigmoid(), torch.zeros_like(fake_logits))


# %% wrong="logits clamped" fails="large logits stay finite and count fully"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits.clamp(-20, 20)).mean() + F.softplus(fake_logits.clamp(-20, 20)).mean()


# %% wrong="the drawn images forgotten" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean()


# %% wrong="both called real" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(-fake_logits).mean()


# %% wrong="the drawn images' logits detached" fails="the gradient reaches all logits"
def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits.detach()).mean()


# %% wrong="least squares" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return ((real_logits.sigmoid() - 1) ** 2).mean() + (fake_logits.sigmoid() ** 2).mean()


# %% wrong="a critic's loss" fails="the loss of moderate logits"
def discriminator_loss(real_logits, fake_logits):
    return fake_logits.mean() - real_logits.mean()
