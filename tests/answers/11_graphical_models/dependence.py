# %% right="axes kept, then divided"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% right="axes moved to the front"
def dependence(p, x, y, given=()):
    rest = [axis for axis in range(p.ndim) if axis not in (x, y, *given)]
    p = p.permute(x, y, *given, *rest)
    sizes = p.shape[: 2 + len(given)]
    p = p.reshape(*sizes, -1).sum(-1).reshape(*sizes[:2], -1)
    p = p / p.sum((0, 1))
    return (p - p.sum(0) * p.sum(1, keepdim=True)).abs().amax()


# %% right="value by value, as a plain number"
def dependence(p, x, y, given=()):
    largest = 0.0
    order = [*given, x, y]
    rest = [axis for axis in range(p.ndim) if axis not in order]
    p = p.permute(*order, *rest)
    while p.ndim > len(order):
        p = p.sum(-1)
    for z in itertools.product(*[range(size) for size in p.shape[:-2]]):
        table = p[z] / p[z].sum()
        gap = table - torch.outer(table.sum(1), table.sum(0))
        largest = max(largest, float(gap.abs().max()))
    return largest


# %% right="multiplied out, divided at the end, in float32"
def dependence(p, x, y, given=()):
    p = p.float()
    rest = tuple(axis for axis in range(p.ndim) if axis not in (x, y, *given))
    if rest:
        p = p.sum(rest, keepdim=True)
    pz = p.sum((x, y), keepdim=True)
    gap = p * pz - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)
    return (gap / pz**2).abs().max()


# %% wrong="joint probabilities compared, not conditional ones" fails="each value of z by itself"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    pz = p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True) / pz).abs().max()


# %% wrong="given ignored" fails="what is given can couple"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y):
            p = p.sum(axis, keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="nothing summed out" fails="what is not given is summed out"
def dependence(p, x, y, given=()):
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="no normalisation given z" fails="each value of z by itself"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="sign kept" fails="the largest difference in size, whatever its sign"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).max()


# %% wrong="mean difference" fails="the largest difference in size, whatever its sign"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().mean()


# %% wrong="total difference" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().sum()


# %% wrong="squared" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return ((p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)) ** 2).max()


# %% wrong="a mutual information instead" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    q = p / p.sum((x, y), keepdim=True)
    return (p * (q / (q.sum(x, keepdim=True) * q.sum(y, keepdim=True))).log()).sum()


# %% wrong="marginals exchanged with conditionals" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - (p / p.sum(x, keepdim=True)) * (p / p.sum(y, keepdim=True))).abs().max()


# %% wrong="averaged over z" fails="each value of z by itself"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    pz = p.sum((x, y), keepdim=True)
    q = p / pz
    gap = (q - q.sum(x, keepdim=True) * q.sum(y, keepdim=True)).abs().amax((x, y), keepdim=True)
    return (gap * pz).sum()


# %% wrong="axis numbers shift when one is summed" fails="any axes, in any order, several of them given"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim - 1, -1, -1):
        if axis not in (x, y, *given):
            p = p.sum(axis)
    x, y = (0, 1) if x < y else (1, 0)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="summed over everything when nothing is left out" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    rest = tuple(axis for axis in range(p.ndim) if axis not in (x, y, *given))
    p = p.sum(rest, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="the first axis never summed out" fails="what is not given is summed out"
def dependence(p, x, y, given=()):
    for axis in range(1, p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()


# %% wrong="correlation instead" fails="two coins that mostly agree"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    product = p.sum(x, keepdim=True) * p.sum(y, keepdim=True)
    return ((p - product) / product).abs().max()


# %% wrong="compared with marginals that are not given z" fails="what is given can separate"
def dependence(p, x, y, given=()):
    axes = list(range(p.ndim))
    both = torch.einsum(p, axes, [x, y, *given])
    both = both / both.sum((0, 1))
    product = torch.outer(torch.einsum(p, axes, [x]), torch.einsum(p, axes, [y]))
    return (both - product.reshape(*product.shape, *[1] * len(given))).abs().max()


# %% wrong="one of the marginals is not given z" fails="what is given can separate"
def dependence(p, x, y, given=()):
    axes = list(range(p.ndim))
    both = torch.einsum(p, axes, [x, y, *given])
    both = both / both.sum((0, 1))
    of_y = torch.einsum(p, axes, [y]).reshape(1, -1, *[1] * len(given))
    return (both - both.sum(1, keepdim=True) * of_y).abs().max()


# %% right="one case of z at a time, in float32"
def dependence(p, x, y, given=()):
    axes = list(range(p.ndim))
    both = torch.einsum(p.float(), axes, [x, y, *given])
    largest = 0.0
    for table in both.reshape(*both.shape[:2], -1).unbind(2):
        table = table / table.sum()
        largest = max(largest, float((table - torch.outer(table.sum(1), table.sum(0))).abs().max()))
    return largest


# %% wrong="half of the total variation" fails="the largest difference in size, whatever its sign"
def dependence(p, x, y, given=()):
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    gaps = p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)
    return gaps.abs().sum((x, y)).max() / 4
