# %% right="a filled log_det"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% right="a sum of logarithms"
def dequantise(x, u, levels):
    v = (x.to(u.dtype) + u) / levels
    log_det = -torch.log(torch.full_like(v, levels)).flatten(1).sum(1)
    return v, log_det


# %% right="value by value, in single precision"
def dequantise(x, u, levels):
    v = torch.add(u.float(), x.float()).mul(1 / levels)
    batch, *shape = x.shape
    return v, -v.new_ones(batch) * math.prod(shape) * math.log(levels)


# %% right="levels scaled first"
def dequantise(x, u, levels):
    return x / levels + u / levels, 0 * u.flatten(1).sum(1) - u[0].numel() * math.log(levels)


# %% wrong="noise behind the division" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return x / levels + u, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="no noise" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return x / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="divided by the largest level" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return (x + u) / (levels - 1), torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="scaled by the largest level, noise by the number of levels" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return x / (levels - 1) + u / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="256 for every image" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return (x + u) / 256, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="noise to both sides" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return (x + u - 0.5) / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="noise divided twice" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return (x + u / levels) / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="not divided" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return x + u, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="the sign of log_det" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, -torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% wrong="one value counted" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full((len(x),), -math.log(levels)).to(u)


# %% wrong="pixels counted, colours not" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full((len(x),), -math.log(levels) * x[0, 0].numel()).to(u)


# %% wrong="the batch counted" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full((len(x),), -math.log(levels) * x.numel()).to(u)


# %% wrong="in bits" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full((len(x),), -math.log2(levels) * x[0].numel()).to(u)


# %% wrong="zero" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, u.new_zeros(len(x))


# %% wrong="one number for the batch" fails="v and one log_det per image"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.tensor(-math.log(levels) * x[0].numel())


# %% wrong="a number per value" fails="v and one log_det per image"
def dequantise(x, u, levels):
    return (x + u) / levels, torch.full_like(u, -math.log(levels))


# %% wrong="no log_det" fails="v and one log_det per image"
def dequantise(x, u, levels):
    return (x + u) / levels


# %% wrong="a byte runs over" fails="bytes work, up to the largest level"
def dequantise(x, u, levels):
    return ((x.to(torch.uint8) + 1) - 1 + u if x.dtype != torch.uint8 else (x + 1).to(u) - 1 + u) / levels, torch.full(
        (len(x),), -math.log(levels) * x[0].numel()
    ).to(u)


# %% wrong="counted by the batch's spread" fails="log_det counts the division"
def dequantise(x, u, levels):
    return (x + u) / levels, -torch.full((len(x),), math.log(x.max().item() + 2)).to(u) * x[0].numel()


# %% wrong="noise of its own" fails="each level has an interval of its own"
def dequantise(x, u, levels):
    return (x + torch.rand(x.shape)) / levels, torch.full((len(x),), -math.log(levels) * x[0].numel()).to(u)


# %% right="one number for all images, and lerp"
def dequantise(x, u, levels):
    low = x.to(u.dtype) / levels
    v = torch.lerp(low, low + 1 / levels, u)
    return v, u.new_tensor(-math.prod(x.shape[1:]) * math.log(levels)).expand(x.shape[0])
