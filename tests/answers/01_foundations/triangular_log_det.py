# %% right="diagonal, logarithm, sum"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log().sum(-1)


# %% right="einsum"
def triangular_log_det(L):
    return torch.einsum("bii->bi", L).abs().log().sum(1)


# %% right="a loop"
def triangular_log_det(L):
    return torch.stack([torch.diagonal(M).abs().log().sum() for M in L])


# %% right="half the logarithm of squares, in float32"
def triangular_log_det(L):
    return (L.float().diagonal(dim1=1, dim2=2) ** 2).log().sum(1) / 2


# %% wrong="slogdet, which costs D^3" fails="nothing but the diagonal is looked at"
def triangular_log_det(L):
    return torch.linalg.slogdet(L)[1]


# %% wrong="determinant first" fails="400 rows neither under- nor overflow"
def triangular_log_det(L):
    return torch.linalg.det(L).abs().log()


# %% wrong="product first" fails="400 rows neither under- nor overflow"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).prod(-1).abs().log()


# %% wrong="no absolute value" fails="entries of any sign"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).log().sum(-1)


# %% wrong="absolute value after the logarithm" fails="entries of any sign"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).clamp(min=1e-6).log().sum(-1).abs()


# %% wrong="trace" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().sum(-1)


# %% wrong="logarithm of the trace" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().sum(-1).log()


# %% wrong="the determinant itself" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().prod(-1)


# %% wrong="mean of the logarithms" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log().mean(-1)


# %% wrong="base 2" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log2().sum(-1)


# %% wrong="sign of the inverse" fails="two by two"
def triangular_log_det(L):
    return -L.diagonal(dim1=-2, dim2=-1).abs().log().sum(-1)


# %% wrong="diagonal over the batch" fails="one number per matrix"
def triangular_log_det(L):
    return L.diagonal().abs().log().sum(-1)


# %% wrong="summed over the batch" fails="one number per matrix"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log().sum()


# %% wrong="not summed" fails="one number per matrix"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log()


# %% wrong="detached" fails="a gradient reaches the diagonal"
def triangular_log_det(L):
    return L.detach().diagonal(dim1=-2, dim2=-1).abs().log().sum(-1)


# %% wrong="numpy" fails="a gradient reaches the diagonal"
def triangular_log_det(L):
    import numpy as np

    return torch.from_numpy(np.linalg.slogdet(L.detach().numpy())[1])


# %% wrong="all entries" fails="two by two"
def triangular_log_det(L):
    return (L.abs() + 1e-12).log().sum((-2, -1))


# %% wrong="log1p" fails="two by two"
def triangular_log_det(L):
    return L.diagonal(dim1=-2, dim2=-1).abs().log1p().sum(-1)


# %% right="indices, matrix by matrix"
def triangular_log_det(L):
    places = torch.arange(L.shape[-1])
    return torch.vmap(lambda matrix: matrix[places, places].abs().log().sum())(L)


# %% wrong="the eigenvalues asked for" fails="nothing but the diagonal is looked at"
def triangular_log_det(L):
    return torch.linalg.eigvals(L).abs().log().sum(-1)
