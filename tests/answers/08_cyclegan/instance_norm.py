# %% right="flattened maps"
def instance_norm(x, eps=1e-5):
    flat = x.flatten(2)
    centred = flat - flat.mean(-1, keepdim=True)
    scale = (centred.square().mean(-1, keepdim=True) + eps).rsqrt()
    return (centred * scale).reshape(x.shape)


# %% right="map by map"
def instance_norm(x, eps=1e-5):
    result = torch.empty_like(x)
    for b in range(x.shape[0]):
        for c in range(x.shape[1]):
            m = x[b, c]
            result[b, c] = (m - m.mean()) / torch.sqrt(((m - m.mean()) ** 2).mean() + eps)
    return result


# %% right="PyTorch's function"
def instance_norm(x, eps=1e-5):
    return F.instance_norm(x, eps=eps)


# %% right="group normalisation with one map per group"
def instance_norm(x, eps=1e-5):
    return F.group_norm(x, x.shape[1], eps=eps)


# %% right="layer normalisation of the pixels alone"
def instance_norm(x, eps=1e-5):
    return F.layer_norm(x, x.shape[2:], eps=eps)


# %% right="sums by einsum"
def instance_norm(x, eps=1e-5):
    pixels = x[0, 0].numel()
    centred = x - torch.einsum("bchw->bc", x)[..., None, None] / pixels
    variance = torch.einsum("bchw,bchw->bc", centred, centred)[..., None, None] / pixels
    return centred * (variance + eps).rsqrt()


# %% wrong="batch normalisation" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    variance = x.var(dim=(0, 2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="layer normalisation" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    variance = x.var(dim=(1, 2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="over the maps" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=1, keepdim=True)
    variance = x.var(dim=1, keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="rows by themselves" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=3, keepdim=True)
    variance = x.var(dim=3, keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="divided by n - 1" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=True)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="divided by the variance" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance + eps)


# %% wrong="the mean kept" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return x / (variance + eps).sqrt()


# %% wrong="only centred" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return x - mean


# %% wrong="eps outside the root" fails="eps stands with the variance"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance.sqrt() + eps)


# %% wrong="eps fixed" fails="eps stands with the variance"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance + 1e-5).sqrt()


# %% wrong="no eps" fails="a map of equal values becomes 0"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) / (variance).sqrt()


# %% wrong="mean and variance detached" fails="the gradient knows that mean and variance depend on x"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True).detach()
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False).detach()
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="the variance detached" fails="the gradient knows that mean and variance depend on x"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.var(dim=(2, 3), keepdim=True, unbiased=False).detach()
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="spread without the mean taken away" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    mean = x.mean(dim=(2, 3), keepdim=True)
    variance = x.square().mean(dim=(2, 3), keepdim=True)
    return (x - mean) / (variance + eps).sqrt()


# %% wrong="right for square maps" fails="each map of each image by itself"
def instance_norm(x, eps=1e-5):
    pixels = x.shape[-1] ** 2
    centred = x - x.sum((2, 3), keepdim=True) / pixels
    return centred / ((centred**2).sum((2, 3), keepdim=True) / pixels + eps).sqrt()
