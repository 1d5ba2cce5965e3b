# %% right="forwards with the product of strides"
def receptive_field(layers):
    width, step = 1, 1
    for kernel, stride in layers:
        width += (kernel - 1) * step
        step *= stride
    return width


# %% right="by recursion"
def receptive_field(layers):
    if not layers:
        return 1
    kernel, stride = layers[0]
    return (receptive_field(layers[1:]) - 1) * stride + kernel


# %% right="an index that counts down"
def receptive_field(layers):
    r = 1
    for i in range(len(layers) - 1, -1, -1):
        r = layers[i][1] * (r - 1) + layers[i][0]
    return r


# %% right="a list that is used up, a tensor"
def receptive_field(layers):
    width = 1
    while layers:
        kernel, stride = layers.pop()
        width = width * stride - stride + kernel
    return torch.tensor(width)


# %% wrong="the first layer first" fails="two layers"
def receptive_field(layers):
    width = 1
    for kernel, stride in layers:
        width = (width - 1) * stride + kernel
    return width


# %% wrong="times the stride" fails="one layer sees its kernel"
def receptive_field(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = width * stride + kernel
    return width


# %% wrong="strides left out" fails="two layers"
def receptive_field(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) + kernel
    return width


# %% wrong="kernels added up" fails="two layers"
def receptive_field(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = width + kernel - 1
    return width


# %% wrong="starts at 0" fails="one layer sees its kernel"
def receptive_field(layers):
    width = 0
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel
    return width


# %% wrong="one too much" fails="one layer sees its kernel"
def receptive_field(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel + 1
    return width


# %% wrong="kernels only of the last" fails="two layers"
def receptive_field(layers):
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel
    return layers[-1][0]


# %% wrong="70 whatever comes" fails="one layer sees its kernel"
def receptive_field(layers):
    return 70


# %% wrong="the first layer left out" fails="three by three"
def receptive_field(layers):
    width = 1
    while len(layers) > 1:
        kernel, stride = layers.pop()
        width = (width - 1) * stride + kernel
    return width


# %% wrong="the stride of the layer above" fails="two layers"
def receptive_field(layers):
    width, last = 1, 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * last + kernel
        last = stride
    return width
