# %% right="with mse_loss"
def fooling_loss(fake):
    return F.mse_loss(fake, torch.ones_like(fake))


# %% right="multiplied out"
def fooling_loss(fake):
    return (fake * fake).mean() - 2 * fake.mean() + 1


# %% right="patch by patch"
def fooling_loss(fake):
    values = [(1 - v) ** 2 for v in fake.flatten()]
    return sum(values) / len(values)


# %% right="spread and distance of the mean"
def fooling_loss(fake):
    return fake.var(correction=0) + (fake.mean() - 1).square()


# %% wrong="half" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return 0.5 * ((fake - 1) ** 2).mean()


# %% wrong="the distance from 0" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return ((fake) ** 2).mean()


# %% wrong="after a sigmoid" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return ((fake.sigmoid() - 1) ** 2).mean()


# %% wrong="uphill" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return -((fake - 1) ** 2).mean()


# %% wrong="minus the discriminator's term" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return -(fake**2).mean()


# %% wrong="a sum" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return ((fake - 1) ** 2).sum()


# %% wrong="absolute differences" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return (fake - 1).abs().mean()


# %% wrong="the square of the mean" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return (fake.mean() - 1) ** 2


# %% wrong="cross entropy" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return F.softplus(-fake).mean()


# %% wrong="as in a Wasserstein GAN" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return -fake.mean()


# %% wrong="smoothed labels" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return ((fake - 0.9) ** 2).mean()


# %% wrong="the root" fails="the mean square distance from what it wants to hear"
def fooling_loss(fake):
    return ((fake - 1) ** 2).mean().sqrt()


# %% wrong="detached" fails="the slope pulls each judgement towards 1"
def fooling_loss(fake):
    return ((fake.detach() - 1) ** 2).mean()


# %% wrong="a plain number" fails="the slope pulls each judgement towards 1"
def fooling_loss(fake):
    return ((fake - 1) ** 2).mean().item()
