# %% right="a threshold at each different score"
def roc_curve(scores, labels):
    thresholds = scores.unique().flip(0)
    reached = scores[None, :] >= thresholds[:, None]
    rates = [(reached & (labels == k)).sum(1).double() / (labels == k).sum() for k in (0, 1)]
    return tuple(torch.cat([torch.zeros(1, dtype=torch.float64), rate]) for rate in rates)


# %% right="unique with counts"
def roc_curve(scores, labels):
    values, place = scores.unique(return_inverse=True)
    counts = torch.zeros(2, len(values), dtype=torch.float64)
    counts.index_put_((labels, place), torch.ones(len(scores), dtype=torch.float64), accumulate=True)
    up = F.pad(counts.flip(1).cumsum(1), (1, 0))
    return up[0] / up[0, -1], up[1] / up[1, -1]


# %% right="plain Python"
def roc_curve(scores, labels):
    pairs = sorted(zip(scores.tolist(), labels.tolist()), reverse=True)
    n, p = sum(1 - y for _, y in pairs), sum(y for _, y in pairs)
    false, true, f, t = [0.0], [0.0], 0, 0
    for k, (s, y) in enumerate(pairs):
        t, f = t + y, f + 1 - y
        if k + 1 == len(pairs) or pairs[k + 1][0] != s:
            false.append(f / n)
            true.append(t / p)
    return torch.tensor(false, dtype=torch.float64), torch.tensor(true, dtype=torch.float64)


# %% right="a binary search per class"
def roc_curve(scores, labels):
    levels = torch.unique(scores).flip(0)

    def rate(s):
        s = s.sort().values
        n = len(s) - torch.searchsorted(s, levels, right=False)
        return F.pad(n.double() / len(s), (1, 0))

    return rate(scores[labels == 0]), rate(scores[labels == 1])


# %% wrong="rates exchanged" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, true / true[-1]]), torch.cat([start, false / false[-1]])


# %% wrong="lowest score first" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=False)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="counts for rates" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false]), torch.cat([start, true])


# %% wrong="parts of all images" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / len(scores)]), torch.cat([start, true / len(scores)])


# %% wrong="no starting point" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return false / false[-1], true / true[-1]


# %% wrong="one point per image" fails="equal scores enter together"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = torch.ones(len(scores), dtype=torch.bool)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="the beginnings of runs" fails="equal scores enter together"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = torch.cat([torch.ones(1, dtype=torch.bool), scores.diff() != 0])
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="the last run forgotten" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = torch.cat([scores.diff() != 0, torch.zeros(1, dtype=torch.bool)])
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="a hundred thresholds" fails="without ties"
def roc_curve(scores, labels):
    thresholds = torch.linspace(float(scores.max()), float(scores.min()), 100)
    reached = scores[None, :] >= thresholds[:, None]
    return tuple(
        torch.cat([torch.zeros(1).double(), (reached & (labels == k)).sum(1).double() / (labels == k).sum()])
        for k in (0, 1)
    )


# %% wrong="only above the threshold, not at it" fails="without ties"
def roc_curve(scores, labels):
    thresholds = scores.unique().flip(0)
    reached = scores[None, :] > thresholds[:, None]
    return tuple(
        torch.cat([torch.zeros(1).double(), (reached & (labels == k)).sum(1).double() / (labels == k).sum()])
        for k in (0, 1)
    )


# %% wrong="labels not sorted along" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels.double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="labels swapped" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], 1 - labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="in single precision" fails="exact to float64"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].float()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]), torch.cat([start, true / true[-1]])


# %% wrong="falling order" fails="without ties"
def roc_curve(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, false = positive.cumsum(0)[last], (1 - positive).cumsum(0)[last]
    start = true.new_zeros(1)
    return torch.cat([start, false / false[-1]]).flip(0), torch.cat([start, true / true[-1]]).flip(0)


# %% wrong="close scores taken for equal" fails="only the order of the scores counts"
def roc_curve(scores, labels):
    scores = scores.mul(100).round()
    reached = scores[None] >= scores.unique().flip(0)[:, None]
    anomalous, start = labels == 1, torch.zeros(1, dtype=torch.float64)
    false, true = (reached[:, rows].double().mean(1) for rows in (~anomalous, anomalous))
    return torch.cat([start, false]), torch.cat([start, true])


# %% right="scikit-learn's, with every point kept"
def roc_curve(scores, labels):
    from sklearn.metrics import roc_curve as theirs

    false, true, _ = theirs(labels.numpy(), scores.numpy(), drop_intermediate=False)
    return torch.from_numpy(false), torch.from_numpy(true)


# %% wrong="scikit-learn's, which drops points on straight lines" fails="without ties"
def roc_curve(scores, labels):
    from sklearn.metrics import roc_curve as theirs

    false, true, _ = theirs(labels.numpy(), scores.numpy())
    return torch.from_numpy(false), torch.from_numpy(true)
