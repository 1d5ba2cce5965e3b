# %% right="column by column"
def permute_dims(z, noise):
    return torch.stack([z[noise[:, j].argsort(), j] for j in range(z.shape[1])], dim=1)


# %% right="ranks"
def permute_dims(z, noise):
    return z.gather(0, noise.argsort(0).argsort(0))


# %% right="advanced indexing, descending"
def permute_dims(z, noise):
    order = noise.argsort(dim=0, descending=True)
    return z[order, torch.arange(z.shape[1])]


# %% right="sorted pairs in Python"
def permute_dims(z, noise):
    columns = []
    for values, keys in zip(z.T, noise.T):
        order = sorted(range(len(keys)), key=lambda i: float(keys[i]))
        columns.append(values[order])
    return torch.stack(columns, 1)


# %% right="scattered"
def permute_dims(z, noise):
    return torch.empty_like(z).scatter_(0, noise.argsort(0), z)


# %% right="permutation matrices"
def permute_dims(z, noise):
    orders = F.one_hot(noise.argsort(0, descending=True), len(z)).to(z.dtype)
    return torch.einsum("ijk,kj->ij", orders, z)


# %% wrong="one order for all" fails="variables that were the same become independent"
def permute_dims(z, noise):
    return z[noise[:, 0].argsort()]


# %% wrong="one order from the mean" fails="variables that were the same become independent"
def permute_dims(z, noise):
    return z[noise.mean(1).argsort()]


# %% wrong="rows shuffled" fails="every variable keeps its values"
def permute_dims(z, noise):
    return z.gather(1, noise.argsort(1))


# %% wrong="order of its own" fails="the noise alone decides"
def permute_dims(z, noise):
    return torch.stack([z[torch.randperm(len(z)), j] for j in range(z.shape[1])], 1) + 0 * noise.sum()


# %% wrong="one random order of its own" fails="the noise alone decides"
def permute_dims(z, noise):
    return z[torch.randperm(len(z))] + 0 * noise


# %% wrong="everything shuffled together" fails="every variable keeps its values"
def permute_dims(z, noise):
    return z.flatten()[noise.flatten().argsort()].reshape(z.shape)


# %% wrong="drawn with replacement" fails="every variable keeps its values"
def permute_dims(z, noise):
    return z.gather(0, (noise * len(z)).long())


# %% wrong="sorted" fails="variables that were the same become independent"
def permute_dims(z, noise):
    return z.sort(0).values + 0 * noise


# %% wrong="rotated by a random number" fails="every order is as likely as any other"
def permute_dims(z, noise):
    shift = (noise[0] * len(z)).long().tolist()
    return torch.stack([z[:, j].roll(s) for j, s in enumerate(shift)], 1)


# %% wrong="unchanged" fails="answers to the noise and to the codes"
def permute_dims(z, noise):
    return z


# %% wrong="noise added" fails="every variable keeps its values"
def permute_dims(z, noise):
    return z + noise


# %% wrong="the next column's noise" fails="column j of the noise decides about column j"
def permute_dims(z, noise):
    return z.gather(0, noise.roll(1, dims=1).argsort(0))


# %% wrong="two halves swapped by a coin" fails="every order is as likely as any other"
def permute_dims(z, noise):
    half = len(z) // 2
    out = z.clone()
    for j in range(z.shape[1]):
        if noise[0, j] < 0.5:
            out[:, j] = torch.cat([z[half:, j], z[:half, j]])
    return out


# %% wrong="only the even columns" fails="variables that were the same become independent"
def permute_dims(z, noise):
    out = z[noise[:, 0].argsort()].clone()
    out[:, 2:] = z[:, 2:].gather(0, noise[:, 2:].argsort(0))
    return out


# %% wrong="the first row stays" fails="every order is as likely as any other"
def permute_dims(z, noise):
    rest = z[1:].gather(0, noise[1:].argsort(0))
    return torch.cat([z[:1], rest])


# %% wrong="transposed" fails="keeps the shape"
def permute_dims(z, noise):
    return z.gather(0, noise.argsort(0)).T
