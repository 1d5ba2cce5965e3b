# %% right="sort, then zip"
def unpaired_order(u_a, u_b):
    first = sorted(range(len(u_a)), key=lambda i: float(u_a[i]))
    second = sorted(range(len(u_b)), key=lambda i: float(u_b[i]))
    return torch.tensor(list(zip(first, second)))


# %% right="the smallest numbers by topk"
def unpaired_order(u_a, u_b):
    n = min(u_a.numel(), u_b.numel())
    a = u_a.topk(n, largest=False).indices
    b = u_b.topk(n, largest=False).indices
    return torch.stack((a, b), -1)


# %% right="sorted numbers with their places"
def unpaired_order(u_a, u_b):
    a, b = torch.sort(u_a).indices, torch.sort(u_b).indices
    pairs = min(a.shape[0], b.shape[0])
    return torch.cat([a[:pairs, None], b[:pairs, None]], dim=1)


# %% right="lists"
def unpaired_order(u_a, u_b):
    orders = [sorted(range(len(u)), key=u.tolist().__getitem__) for u in (u_a, u_b)]
    return torch.tensor(list(zip(*orders)))


# %% right="columns that are not contiguous"
def unpaired_order(u_a, u_b):
    rows = torch.empty(2, min(len(u_a), len(u_b)), dtype=torch.int32)
    for row, u in zip(rows, (u_a, u_b), strict=True):
        row[:] = u.argsort()[: len(row)]
    return rows.T


# %% wrong="one order for both domains" fails="the order of B follows B's own numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort()[:n], u_a.argsort()[:n]], dim=1)


# %% wrong="both by the numbers of B" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_b.argsort()[:n], u_b.argsort()[:n]], dim=1)


# %% wrong="no shuffle at all" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([torch.arange(n), torch.arange(n)], dim=1)


# %% wrong="only A is shuffled" fails="the order of B follows B's own numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort()[:n], torch.arange(n)], dim=1)


# %% wrong="ranks for indices" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort().argsort()[:n], u_b.argsort().argsort()[:n]], dim=1)


# %% wrong="rows and columns exchanged" fails="one row of two indices for each image of the smaller domain"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort()[:n], u_b.argsort()[:n]], dim=0)


# %% wrong="cut before ordering" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a[:n].argsort(), u_b[:n].argsort()], dim=1)


# %% wrong="falling numbers" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort(descending=True)[:n], u_b.argsort(descending=True)[:n]], dim=1)


# %% wrong="drawn with replacement" fails="no image comes twice in an epoch"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([(u_a[:n] * len(u_a)).long(), (u_b[:n] * len(u_b)).long()], dim=1)


# %% wrong="the columns exchanged" fails="the order of A follows A's numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_b.argsort()[:n], u_a.argsort()[:n]], dim=1)


# %% wrong="as many pairs as the larger domain" fails="one row of two indices for each image of the smaller domain"
def unpaired_order(u_a, u_b):
    n = max(len(u_a), len(u_b))
    a, b = u_a.argsort().repeat(3)[:n], u_b.argsort().repeat(3)[:n]
    return torch.stack([a, b], dim=1)


# %% wrong="the numbers themselves" fails="one row of two indices for each image of the smaller domain"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    return torch.stack([u_a.sort().values[:n], u_b.sort().values[:n]], dim=1)


# %% wrong="matched by the other order" fails="the order of B follows B's own numbers"
def unpaired_order(u_a, u_b):
    n = min(len(u_a), len(u_b))
    order = torch.argsort(u_a[:n] + u_b[:n])
    return torch.stack([u_a.argsort()[:n], order], dim=1)
