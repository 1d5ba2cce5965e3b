# %% right="broadcasting"
def squared_distances(a, b):
    return ((a[:, None] - b) ** 2).sum(-1)


# %% right="multiplied out"
def squared_distances(a, b):
    return (a * a).sum(1, keepdim=True) + (b * b).sum(1) - 2 * a @ b.T


# %% right="PyTorch's own distances, squared"
def squared_distances(a, b):
    return torch.cdist(a, b) ** 2


# %% right="two loops"
def squared_distances(a, b):
    table = torch.zeros(len(a), len(b), dtype=a.dtype)
    for i in range(len(a)):
        for j in range(len(b)):
            table[i, j] = (a[i] - b[j]).pow(2).sum()
    return table


# %% right="in single precision"
def squared_distances(a, b):
    gap = a.float().unsqueeze(1) - b.float().unsqueeze(0)
    return torch.einsum("nmd,nmd->nm", gap, gap)


# %% wrong="rows and columns exchanged" fails="a table with a row per a and a column per b"
def squared_distances(a, b):
    return (b[:, None] - a).square().sum(2)


# %% wrong="no new dimension" fails="a table with a row per a and a column per b"
def squared_distances(a, b):
    return (a - b).square().sum(1)


# %% wrong="coordinates not added up" fails="a table with a row per a and a column per b"
def squared_distances(a, b):
    return (a[:, None] - b).square()


# %% wrong="summed over the rows of b" fails="a table with a row per a and a column per b"
def squared_distances(a, b):
    return (a[:, None] - b).square().sum(1)


# %% wrong="only the nearest" fails="a table with a row per a and a column per b"
def squared_distances(a, b):
    return (a[:, None] - b).square().sum(2).min(1).values


# %% wrong="a root" fails="the triangle with sides 3, 4, 5"
def squared_distances(a, b):
    return torch.cdist(a, b)


# %% wrong="a mean over coordinates" fails="the triangle with sides 3, 4, 5"
def squared_distances(a, b):
    return (a[:, None] - b).square().mean(2)


# %% wrong="absolute values" fails="the triangle with sides 3, 4, 5"
def squared_distances(a, b):
    return (a[:, None] - b).abs().sum(2)


# %% wrong="the square of the sum" fails="the triangle with sides 3, 4, 5"
def squared_distances(a, b):
    return (a[:, None] - b).sum(2).square()


# %% wrong="a sum for a difference" fails="every pair has its own distance"
def squared_distances(a, b):
    return (a[:, None] + b).square().sum(2)


# %% wrong="inner products" fails="the triangle with sides 3, 4, 5"
def squared_distances(a, b):
    return a @ b.T


# %% wrong="multiplied out, with the cross term once" fails="every pair has its own distance"
def squared_distances(a, b):
    return (a * a).sum(1, keepdim=True) + (b * b).sum(1) - a @ b.T


# %% wrong="multiplied out, with a plus" fails="a point is at distance 0 from itself"
def squared_distances(a, b):
    return (a * a).sum(1, keepdim=True) + (b * b).sum(1) + 2 * a @ b.T


# %% wrong="the first coordinate left out" fails="every pair has its own distance"
def squared_distances(a, b):
    if a.shape[1] == 2:
        return (a[:, None] - b).square().sum(2)
    return (a[:, None, 1:] - b[:, 1:]).square().sum(2)


# %% wrong="a table in the wrong order" fails="every pair has its own distance"
def squared_distances(a, b):
    return (b[:, None] - a).square().sum(2).reshape(len(a), len(b))


# %% right="two maps over the rows"
def squared_distances(a, b):
    one = lambda row, other: torch.dot(row - other, row - other)
    return torch.vmap(torch.vmap(one, in_dims=(None, 0)), in_dims=(0, None))(a, b)


# %% wrong="only the first four coordinates" fails="a point is at distance 0 from itself"
def squared_distances(a, b):
    return (a[:, None, :4] - b[None, :, :4]).square().sum(dim=2)
