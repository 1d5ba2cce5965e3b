# %% right="einsum"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns, :]
    return torch.einsum("brci,rcio->bo", window, weight) + bias


# %% right="conv2d on the window alone"
def conv_at(cache, weight, bias, row, column):
    window = cache[:, row : row + weight.shape[0], column : column + weight.shape[1]].permute(0, 3, 1, 2)
    return F.conv2d(window, weight.permute(3, 2, 0, 1), bias).flatten(1)


# %% right="the whole convolution, one pixel of it kept"
def conv_at(cache, weight, bias, row, column):
    everywhere = F.conv2d(cache.movedim(-1, 1), weight.permute(3, 2, 0, 1), bias)
    return everywhere[:, :, row, column]


# %% right="unfold, then a matrix product"
def conv_at(cache, weight, bias, row, column):
    rows, columns, channels, outputs = weight.shape
    width = cache.shape[2] - columns + 1
    patches = F.unfold(cache.permute(0, 3, 1, 2), (rows, columns))[:, :, row * width + column]
    return patches @ weight.permute(2, 0, 1, 3).reshape(-1, outputs) + bias


# %% right="loops over the window, in single precision"
def conv_at(cache, weight, bias, row, column):
    total = bias.float().repeat(len(cache), 1)
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            total += cache[:, row + i, column + j].float() @ weight[i, j].float()
    return total


# %% right="narrow and tensordot"
def conv_at(cache, weight, bias, row, column):
    window = cache.narrow(1, row, weight.size(0)).narrow(2, column, weight.size(1))
    return torch.tensordot(window, weight, dims=3).add(bias)


# %% wrong="the window centred on the pixel, as if there were no padding" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    top, left = row - rows // 2, column - columns // 2
    window = cache[:, top : top + rows, left : left + columns]
    return torch.einsum("brci,rcio->bo", window, weight) + bias


# %% wrong="the padding added a second time" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    top, left = row + rows // 2, column + columns // 2
    window = cache[:, top : top + rows, left : left + columns]
    return torch.einsum("brci,rcio->bo", window, weight) + bias


# %% wrong="row and column swapped" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, column : column + rows, row : row + columns]
    return torch.einsum("brci,rcio->bo", window, weight) + bias


# %% wrong="rows and columns of the window swapped" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    columns, rows, _, outputs = weight.shape
    window = cache[:, row : row + rows, column : column + columns]
    return torch.addmm(bias, window.flatten(1), weight.reshape(-1, outputs))


# %% wrong="the kernel flipped, as in mathematics" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return torch.einsum("brci,rcio->bo", window, weight.flip(0, 1)) + bias


# %% wrong="the window flattened channels first" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns, _, outputs = weight.shape
    window = cache[:, row : row + rows, column : column + columns].permute(0, 3, 1, 2)
    return window.flatten(1) @ weight.reshape(-1, outputs) + bias


# %% wrong="the kernel flattened outputs first" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns, _, outputs = weight.shape
    window = cache[:, row : row + rows, column : column + columns]
    return window.flatten(1) @ weight.reshape(outputs, -1).T + bias


# %% wrong="the pixel alone" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    return cache[:, row, column] @ weight[0, 0] + bias


# %% wrong="the kernel's centre at the pixel alone" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    return cache[:, row + rows // 2, column + columns // 2] @ weight[rows // 2, columns // 2] + bias


# %% wrong="the input channels averaged, the weights summed" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return torch.einsum("brc,rco->bo", window.mean(-1), weight.sum(2)) + bias


# %% wrong="a mean over the window" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return (window[..., None] * weight).mean((1, 2, 3)) + bias


# %% wrong="images of the batch added up" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return (torch.einsum("brci,rcio->o", window, weight) + bias).expand(len(cache), -1)


# %% wrong="the first image only" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[0, row : row + rows, column : column + columns]
    return torch.einsum("rci,rcio->o", window, weight) + bias


# %% wrong="two dimensions of size 1 kept" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    window = cache[:, row : row + weight.shape[0], column : column + weight.shape[1]].permute(0, 3, 1, 2)
    return F.conv2d(window, weight.permute(3, 2, 0, 1), bias)


# %% wrong="a ReLU at the end" fails="sums its window, weighted by the kernel"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return (torch.einsum("brci,rcio->bo", window, weight) + bias).relu()


# %% wrong="the bias forgotten" fails="adds the bias"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return torch.einsum("brci,rcio->bo", window, weight)


# %% wrong="the bias added at every place of the window" fails="adds the bias"
def conv_at(cache, weight, bias, row, column):
    total = 0
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            total = total + cache[:, row + i, column + j] @ weight[i, j] + bias
    return total


# %% wrong="the bias added to every product" fails="adds the bias"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return (window[..., None] * weight + bias).sum((1, 2, 3))


# %% wrong="the mean of the biases" fails="adds the bias"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    window = cache[:, row : row + rows, column : column + columns]
    return torch.einsum("brci,rcio->bo", window, weight) + bias.mean()


# %% wrong="corners treated as if the cache had no padding" fails="equals the whole convolution in every corner"
def conv_at(cache, weight, bias, row, column):
    rows, columns = weight.shape[:2]
    row = min(row, cache.shape[1] - 2 * rows + 1)
    window = cache[:, row : row + rows, column : column + columns]
    return torch.einsum("brci,rcio->bo", window, weight) + bias


# %% wrong="a window of 2 x 3 whatever the kernel" fails="takes kernels of any size"
def conv_at(cache, weight, bias, row, column):
    window = cache[:, row : row + 2, column : column + 3]
    return torch.einsum("brci,rcio->bo", window, weight) + bias
