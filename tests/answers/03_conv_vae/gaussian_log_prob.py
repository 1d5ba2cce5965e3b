# %% right="torch.distributions"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean, s).log_prob(x).flatten(1).sum(1)


# %% right="the constants multiplied by the number of pixels, in single precision"
def gaussian_log_prob(mean, x, s=0.1):
    squares = ((x.float() - mean.float()) ** 2).sum((1, 2, 3))
    dims = x[0].numel()
    return -squares / (2 * s * s) - dims * math.log(s * math.sqrt(2 * math.pi))


# %% right="PyTorch's Gaussian loss with its constant"
def gaussian_log_prob(mean, x, s=0.1):
    losses = F.gaussian_nll_loss(mean, x, torch.full_like(x, s**2), full=True, eps=1e-12, reduction="none")
    return -losses.flatten(1).sum(1)


# %% right="image by image"
def gaussian_log_prob(mean, x, s=0.1):
    totals = []
    for m, image in zip(mean, x):
        z = (image - m) / s
        totals.append((-z * z / 2 - math.log(s) - math.log(2 * math.pi) / 2).sum())
    return torch.stack(totals)


# %% wrong="a loss" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    return -torch.distributions.Normal(mean, s).log_prob(x).flatten(1).sum(1)


# %% wrong="no constants" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s**2)).flatten(1).sum(1)


# %% wrong="constants once per image" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s**2)).flatten(1).sum(1) - math.log(s) - 0.5 * math.log(2 * math.pi)


# %% wrong="no log s" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s**2) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="no 2 pi" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s**2) + math.log(s)).flatten(1).sum(1)


# %% wrong="no half before log 2 pi" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s**2) + math.log(s) + math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="s taken for a variance" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean, math.sqrt(s)).log_prob(x).flatten(1).sum(1)


# %% wrong="no half" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / s**2 + math.log(s) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="divided by s" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / (2 * s) + math.log(s) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="s ignored in the distance" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean) ** 2 / 2 + math.log(s) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="the default s, whatever is given" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean, 0.1).log_prob(x).flatten(1).sum(1)


# %% wrong="size of the difference" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    return -((x - mean).abs() / (2 * s**2) + math.log(s) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


# %% wrong="mean over the pixels" fails="the constants, once per pixel"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean, s).log_prob(x).flatten(1).mean(1)


# %% wrong="one number for the batch" fails="one number per image"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean, s).log_prob(x).sum()


# %% wrong="detached" fails="a gradient reaches the mean"
def gaussian_log_prob(mean, x, s=0.1):
    return torch.distributions.Normal(mean.detach(), s).log_prob(x).flatten(1).sum(1)


# %% wrong="a density rescaled by what is seen" fails="the squared distance, over twice the variance"
def gaussian_log_prob(mean, x, s=0.1):
    distance = (x - mean).square()
    scale = distance.mean().sqrt().clamp(min=s)
    return -(distance / (2 * scale**2) + math.log(s) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)
