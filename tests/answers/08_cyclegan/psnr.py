# %% right="a difference of logarithms"
def psnr(images, truth, span=2.0):
    error = (images - truth).pow(2).mean(dim=(1, 2, 3))
    return 20 * torch.log10(torch.tensor(span, dtype=error.dtype)) - 10 * torch.log10(error)


# %% right="image by image"
def psnr(images, truth, span=2.0):
    return torch.stack([10 * torch.log10(span**2 / F.mse_loss(a, b)) for a, b in zip(images, truth)])


# %% right="by the root"
def psnr(images, truth, span=2.0):
    root = (images - truth).flatten(1).square().mean(1).sqrt()
    return 20 * (span / root).log10()


# %% right="numpy, image by image"
def psnr(images, truth, span=2.0):
    import numpy as np

    errors = (images.numpy() - truth.numpy()).reshape(len(images), -1)
    return torch.tensor([10 * np.log10(span**2 / np.mean(row**2)) for row in errors])


# %% wrong="the range unsquared" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (span / mean_square).log10()


# %% wrong="a natural logarithm" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (span**2 / mean_square).log()


# %% wrong="one figure for the batch" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).mean()
    return 10 * (span**2 / mean_square).log10()


# %% wrong="upside down" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (mean_square / span**2).log10()


# %% wrong="no factor 10" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return (span**2 / mean_square).log10()


# %% wrong="factor 20" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 20 * (span**2 / mean_square).log10()


# %% wrong="absolute differences" fails="errors of different sizes"
def psnr(images, truth, span=2.0):
    mean_square = (images - truth).abs().flatten(1).mean(dim=1) ** 2
    return 10 * (span**2 / mean_square).log10()


# %% wrong="range 1 fixed" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (1 / mean_square).log10()


# %% wrong="range 2 fixed" fails="the range counts"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (4 / mean_square).log10()


# %% wrong="sums" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).sum(dim=1)
    return 10 * (span**2 / mean_square).log10()


# %% wrong="mean of the decibels of the maps" fails="errors of different sizes"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(2).mean(dim=2)
    return 10 * (span**2 / mean_square).log10().mean(dim=1)


# %% wrong="one figure per map" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(2).mean(dim=2)
    return 10 * (span**2 / mean_square).log10()


# %% wrong="a batch of one squeezed" fails="one figure per image"
def psnr(images, truth, span=2.0):
    mean_square = ((images - truth) ** 2).flatten(1).mean(dim=1)
    return 10 * (span**2 / mean_square).log10().squeeze()


# %% wrong="the largest value for the range" fails="errors of one size everywhere"
def psnr(images, truth, span=2.0):
    peak = truth.flatten(1).amax(1)
    return 10 * torch.log10(peak**2 / ((images - truth) ** 2).mean((1, 2, 3)))
