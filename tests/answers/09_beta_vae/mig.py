# %% right="sorted"
def mig(information, entropies):
    s = information.sort(dim=0).values
    return ((s[-1] - s[-2]) / entropies).mean()


# %% right="loop over factors"
def mig(information, entropies):
    gaps = []
    for k in range(len(entropies)):
        first, second = sorted(information[:, k].tolist(), reverse=True)[:2]
        gaps.append((first - second) / float(entropies[k]))
    return torch.tensor(gaps).mean()


# %% right="largest hidden for the second"
def mig(information, entropies):
    best, place = information.max(0)
    rest = information.scatter(0, place[None], -torch.inf).max(0).values
    return ((best - rest) / entropies).mean()


# %% right="normalised first"
def mig(information, entropies):
    share = information / entropies
    t = share.T.topk(2).values
    return (t[:, 0] - t[:, 1]).mean()


# %% right="kthvalue"
def mig(information, entropies):
    second = information.kthvalue(len(information) - 1, dim=0).values
    return ((information.amax(0) - second) / entropies).mean()


# %% wrong="not normalised" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return (t[0] - t[1]).mean() + 0 * entropies.sum()


# %% wrong="sum" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[0] - t[1]) / entropies).sum()


# %% wrong="sums divided" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return (t[0] - t[1]).sum() / entropies.sum()


# %% wrong="to the smallest" fails="a doubled code has 0"
def mig(information, entropies):
    return ((information.max(0).values - information.min(0).values) / entropies).mean()


# %% wrong="variables 0 and 1" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    return ((information[0] - information[1]) / entropies).mean()


# %% wrong="no gap" fails="a doubled code has 0"
def mig(information, entropies):
    return (information.max(0).values / entropies).mean()


# %% wrong="sign" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[1] - t[0]) / entropies).mean()


# %% wrong="over the factors" fails="variables are rows, factors are columns"
def mig(information, entropies):
    t = information.topk(2, dim=1).values
    return (t[:, 0] - t[:, 1]).mean() / entropies.mean()


# %% wrong="view for transpose" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    d, k = information.shape
    t = information.view(k, d).topk(2, dim=1).values
    return ((t[:, 0] - t[:, 1]) / entropies).mean()


# %% wrong="second and third" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.sort(0, descending=True).values
    last = t[2] if len(t) > 2 else 0 * t[1]
    return ((t[1] - last) / entropies).mean()


# %% wrong="multiplied" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[0] - t[1]) * entropies).mean()


# %% wrong="to the mean of the others" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    t = information.sort(0, descending=True).values
    return ((t[0] - t[1:].mean(0)) / entropies).mean()


# %% wrong="one entropy for all" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[0] - t[1]) / entropies.mean()).mean()


# %% wrong="divided by the largest information" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[0] - t[1]) / t[0]).mean() + 0 * entropies.sum() if len(t) else entropies.sum()


# %% wrong="ratio instead of a difference" fails="a one-to-one code has 1"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return ((t[1] / t[0].clamp(min=1e-9)) / entropies).mean()


# %% wrong="per factor" fails="returns a scalar"
def mig(information, entropies):
    t = information.topk(2, dim=0).values
    return (t[0] - t[1]) / entropies


# %% wrong="largest of all" fails="the gap between the two largest, per entropy, averaged"
def mig(information, entropies):
    t = information.flatten().topk(2).values
    return ((t[0] - t[1]) / entropies).mean()


# %% wrong="the second among different values" fails="a doubled code has 0"
def mig(information, entropies):
    top = information.amax(0)
    second = torch.where(information < top, information, -torch.inf).amax(0)
    return ((top - second) / entropies).mean()
