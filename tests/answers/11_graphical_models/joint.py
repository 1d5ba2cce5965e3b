# %% right="einsum with numbered axes"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% right="einsum with letters"
def joint(tables):
    letter = {name: chr(ord("a") + k) for k, name in enumerate(tables)}
    terms = ["".join(letter[v] for v in (*parents, name)) for name, (parents, _) in tables.items()]
    return torch.einsum(",".join(terms) + "->" + "".join(letter.values()), *[factor for _, factor in tables.values()])


# %% right="case by case, in loops"
def joint(tables):
    sizes = {name: factor.shape[-1] for name, (_, factor) in tables.items()}
    p = torch.ones(*sizes.values(), dtype=torch.float64)
    for values in itertools.product(*[range(size) for size in sizes.values()]):
        case = dict(zip(sizes, values))
        for name, (parents, factor) in tables.items():
            p[values] *= factor[tuple(case[v] for v in parents) + (case[name],)]
    return p


# %% right="broadcasting after a permutation"
def joint(tables):
    names = list(tables)
    p = torch.ones([1] * len(names), dtype=torch.float64)
    for name, (parents, factor) in tables.items():
        axes = [names.index(v) for v in (*parents, name)]
        order = sorted(range(len(axes)), key=axes.__getitem__)
        shape = [1] * len(names)
        for axis, size in zip(axes, factor.shape):
            shape[axis] = size
        p = p * factor.permute(order).reshape(shape)
    return p


# %% right="in float32"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor.float(), [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="the own axis first" fails="a table's last axis is the variable's own"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (name, *parents)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="parents taken in the order of the result" fails="several parents, in the order in which they are named"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [*sorted(names.index(v) for v in parents), names.index(name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="tables taken to be in the order of the arrows" fails="one axis per variable, in the order of the tables"
def joint(tables):
    names = [name for name, (parents, _) in tables.items() if not parents]
    while len(names) < len(tables):
        names += [n for n, (of, _) in tables.items() if n not in names and set(of) <= set(names)]
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="axes sorted by name" fails="one axis per variable, in the order of the tables"
def joint(tables):
    names = sorted(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="a sum of the tables" fails="independent variables: the product of their tables"
def joint(tables):
    names = list(tables)
    p = torch.zeros([1] * len(names), dtype=torch.float64)
    for name, (parents, factor) in tables.items():
        axes = [names.index(v) for v in (*parents, name)]
        order = sorted(range(len(axes)), key=axes.__getitem__)
        shape = [1] * len(names)
        for axis, size in zip(axes, factor.shape):
            shape[axis] = size
        p = p + factor.permute(order).reshape(shape)
    return p


# %% wrong="logarithms left as they are" fails="independent variables: the product of their tables"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names)))).log()


# %% wrong="the parents' axes shuffled by a plain outer product" fails="one axis per variable, in the order of the tables"
def joint(tables):
    p = torch.ones((), dtype=torch.float64)
    for _, factor in tables.values():
        p = torch.tensordot(p, factor, dims=0)
    return p


# %% wrong="the last variable forgotten" fails="one axis per variable, in the order of the tables"
def joint(tables):
    names = list(tables)[:-1]
    operands = []
    for name in names:
        parents, factor = tables[name]
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="marginals multiplied, as if nothing depended on anything" fails="a table's last axis is the variable's own"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        flat = factor.reshape(-1, factor.shape[-1]).mean(0)
        operands += [flat, [names.index(name)]]
    return torch.einsum(*operands, list(range(len(names))))


# %% wrong="normalised where it needs no normaliser, over the wrong axis" fails="a table's last axis is the variable's own"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        factor = factor / factor.sum(0, keepdim=True)
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    p = torch.einsum(*operands, list(range(len(names))))
    return p / p.sum()


# %% wrong="tables of roots left out" fails="independent variables: the product of their tables"
def joint(tables):
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        factor = factor if parents else torch.ones_like(factor)
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))
