# %% right="with mse_loss"
def judge_loss(real, fake):
    return (F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake))) / 2


# %% right="sums divided by numbers"
def judge_loss(real, fake):
    first = (1 - real).square().sum() / real.numel()
    second = fake.square().sum() / fake.numel()
    return 0.5 * (first + second)


# %% right="norms"
def judge_loss(real, fake):
    a, b = (real - 1).flatten(), fake.flatten()
    return a.dot(a) / (2 * len(a)) + b.dot(b) / (2 * len(b))


# %% wrong="no half" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return ((real - 1) ** 2).mean() + (fake**2).mean()


# %% wrong="labels exchanged" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * (real**2).mean() + 0.5 * ((fake - 1) ** 2).mean()


# %% wrong="mean square after a sigmoid" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real.sigmoid() - 1) ** 2).mean() + 0.5 * (fake.sigmoid() ** 2).mean()


# %% wrong="half of one term only" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + (fake**2).mean()


# %% wrong="sums" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).sum() + 0.5 * (fake**2).sum()


# %% wrong="targets 1 and -1" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * ((fake + 1) ** 2).mean()


# %% wrong="absolute differences" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * (real - 1).abs().mean() + 0.5 * fake.abs().mean()


# %% wrong="cross entropy" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return F.softplus(-real).mean() + F.softplus(fake).mean()


# %% wrong="real patches left out" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * (fake**2).mean()


# %% wrong="made patches left out" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean()


# %% wrong="all together averaged" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return torch.cat([(real - 1).flatten(), fake.flatten()]).square().mean()


# %% wrong="labels smoothed" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 0.9) ** 2).mean() + 0.5 * (fake**2).mean()


# %% wrong="difference of the terms" fails="mean squares from 1 and from 0, half of each"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() - 0.5 * (fake**2).mean()


# %% wrong="made patches detached" fails="the slope pulls each judgement to its place"
def judge_loss(real, fake):
    return 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake.detach() ** 2).mean()


# %% wrong="a plain number" fails="the slope pulls each judgement to its place"
def judge_loss(real, fake):
    return (((real - 1) ** 2).mean() + (fake**2).mean()).item() / 2
