# %% right="a threshold at each different score"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    total, recall = 0.0, 0.0
    for threshold in scores.unique().tolist()[::-1]:
        reached = scores >= threshold
        caught = labels[reached].sum().item()
        total += (caught / labels.sum().item() - recall) * caught / reached.sum().item()
        recall = caught / labels.sum().item()
    return total


# %% right="the precision at each anomaly"
def average_precision(scores, labels):
    if torch.isnan(scores).any():
        raise ValueError
    hits = [(labels[scores >= s] == 1).double().mean() for s in scores[labels == 1]]
    return torch.stack(hits).mean().item()


# %% right="unique with counts"
def average_precision(scores, labels):
    if not torch.equal(scores, scores):
        raise ValueError("NaN")
    values, place = scores.unique(return_inverse=True)
    counts = torch.zeros(2, len(values), dtype=torch.float64)
    counts.index_put_((labels, place), torch.ones(len(scores), dtype=torch.float64), accumulate=True)
    n, p = counts.flip(1)
    return float((p / p.sum() * p.cumsum(0) / (p + n).cumsum(0)).sum())


# %% wrong="labels swapped" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], 1 - labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="lowest score first" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=False)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="trapezoids" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    precision = true / accused
    before = torch.cat([precision.new_ones(1), precision[:-1]])
    return (gained * (precision + before) / 2).sum().item()


# %% wrong="the precision before the gain" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    precision = true / accused
    before = torch.cat([precision.new_ones(1), precision[:-1]])
    return (gained * before).sum().item()


# %% wrong="plain mean of precisions" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (true / accused).mean().item()


# %% wrong="recall, not its gains" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = true / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="not divided by the number of anomalies" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1))
    return (gained * true / accused).sum().item()


# %% wrong="divided by all images" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / len(labels)
    return (gained * true / accused).sum().item()


# %% wrong="image by image, ties in the order of the list" fails="equal scores enter together"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = torch.ones(len(scores), dtype=torch.bool)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="the beginnings of runs" fails="equal scores enter together"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = torch.cat([torch.ones(1, dtype=torch.bool), scores.diff() != 0])
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="area under the ROC curve" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    a, n = scores[labels == 1, None], scores[None, labels == 0]
    return ((a > n).double() + 0.5 * (a == n).double()).mean().item()


# %% wrong="prevalence" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    return labels.double().mean().item()


# %% wrong="NaN dropped" fails="NaN is not dropped in silence"
def average_precision(scores, labels):
    keep = ~scores.isnan()
    scores, labels = scores[keep], labels[keep]
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="NaN unnoticed" fails="NaN is not dropped in silence"
def average_precision(scores, labels):
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="in single precision" fails="exact to float64"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].float()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="a tensor" fails="returns a plain number"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels[order].double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum()


# %% wrong="labels not sorted along" fails="without ties"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    order = scores.argsort(descending=True)
    scores, positive = scores[order], labels.double()
    last = F.pad(scores.diff() != 0, (0, 1), value=True)
    true, accused = positive.cumsum(0)[last], torch.ones_like(positive).cumsum(0)[last]
    gained = torch.diff(true, prepend=true.new_zeros(1)) / true[-1]
    return (gained * true / accused).sum().item()


# %% wrong="close scores taken for equal" fails="only the order of the scores counts"
def average_precision(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    total, before, all_of_them = 0.0, 0.0, int(labels.sum())
    for threshold in sorted({round(score, 4) for score in scores.tolist()}, reverse=True):
        accused = scores.mul(1e4).round() / 1e4 >= threshold
        caught = int(labels[accused].sum())
        total += (caught / all_of_them - before) * caught / max(1, int(accused.sum()))
        before = caught / all_of_them
    return total
