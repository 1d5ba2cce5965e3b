# %% right="distribution functions one by one"
def wasserstein_1(p, q, x):
    left_p, left_q = p.cumsum(-1)[..., :-1], q.cumsum(-1)[..., :-1]
    return ((left_p - left_q).abs() * (x[1:] - x[:-1])).sum(-1)


# %% right="a matrix product"
def wasserstein_1(p, q, x):
    return torch.cumsum(p - q, dim=-1)[..., :-1].abs() @ torch.diff(x)


# %% right="from the right"
def wasserstein_1(p, q, x):
    right = (q - p).flip(-1).cumsum(-1).flip(-1)[..., 1:]
    return (right.abs() * x.diff()).sum(-1)


# %% right="a loop over the gaps"
def wasserstein_1(p, q, x):
    total = torch.zeros(p.shape[:-1], dtype=p.dtype)
    crossing = torch.zeros_like(total)
    for i in range(len(x) - 1):
        crossing = crossing + p[..., i] - q[..., i]
        total = total + crossing.abs() * (x[i + 1] - x[i])
    return total


# %% right="a triangle of ones"
def wasserstein_1(p, q, x):
    n = p.shape[-1]
    left = (p - q) @ torch.ones(n, n, dtype=p.dtype).triu()
    return left.abs()[..., : n - 1] @ x.diff()


# %% right="scipy, row by row"
def wasserstein_1(p, q, x):
    from scipy.stats import wasserstein_distance

    p, q = torch.broadcast_tensors(p, q)
    rows = zip(p.reshape(-1, len(x)).numpy(), q.reshape(-1, len(x)).numpy())
    return torch.tensor([wasserstein_distance(x, x, a, b) for a, b in rows]).reshape(p.shape[:-1])


# %% wrong="no absolute value" fails="is the cheapest transport between any two"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1)[..., :-1] * x.diff()).sum(-1)


# %% wrong="the absolute value of the sum" fails="is the cheapest transport between any two"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1)[..., :-1] * x.diff()).sum(-1).abs()


# %% wrong="the distance of the means" fails="is the cheapest transport between any two"
def wasserstein_1(p, q, x):
    return ((p - q) * x).sum(-1).abs()


# %% wrong="evenly spaced places assumed" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return (p - q).cumsum(-1).abs().sum(-1)


# %% wrong="one width for all gaps" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return (p - q).cumsum(-1).abs().sum(-1) * (x[1] - x[0])


# %% wrong="no cumulative sum" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return ((p - q).abs()[..., :-1] * x.diff()).sum(-1)


# %% wrong="the total variation" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return (p - q).abs().sum(-1) / 2


# %% wrong="each gap off by one place" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1).abs()[..., 1:] * x.diff()).sum(-1)


# %% wrong="what crosses is squared" fails="is the cheapest transport between any two"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1)[..., :-1] ** 2 * x.diff()).sum(-1)


# %% wrong="absolute values before the cumulative sum" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return ((p - q).abs().cumsum(-1)[..., :-1] * x.diff()).sum(-1)


# %% wrong="a mean over the gaps" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1).abs()[..., :-1] * x.diff()).mean(-1)


# %% wrong="summed over the batch" fails="one number per pair"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1).abs()[..., :-1] * x.diff()).sum()


# %% wrong="places brought to [0, 1]" fails="one heap moves as far as the places are apart"
def wasserstein_1(p, q, x):
    x = (x - x[0]) / (x[-1] - x[0])
    return ((p - q).cumsum(-1).abs()[..., :-1] * x.diff()).sum(-1)


# %% wrong="places taken for distances from 0" fails="moving all places changes nothing, stretching them stretches it"
def wasserstein_1(p, q, x):
    return ((p - q).cumsum(-1).abs()[..., :-1] * x[1:]).sum(-1)
