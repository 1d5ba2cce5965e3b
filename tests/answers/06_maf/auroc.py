# %% right="ranks"
def auroc(scores, labels):
    if bool(torch.isnan(scores).any()):
        raise ValueError("NaN")
    values, place, count = scores.double().unique(return_inverse=True, return_counts=True)
    ranks = count.cumsum(0).double() - (count - 1) / 2.0
    p, n = int((labels == 1).sum()), int((labels == 0).sum())
    return float((ranks[place][labels == 1].double().sum() - p * (p + 1) / 2) / (p * n))


# %% right="trapezoids under the curve"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError
    values = scores.unique().flip(0)
    reached = scores[None] >= values[:, None]
    false, true = (F.pad((reached & (labels == k)).sum(1).double() / (labels == k).sum(), (1, 0)) for k in (0, 1))
    return torch.trapezoid(true, false).item()


# %% right="plain Python"
def auroc(scores, labels):
    pairs = list(zip(scores.tolist(), labels.tolist()))
    if any(s != s for s, _ in pairs):
        raise ValueError("a score is NaN")
    high, low = [s for s, y in pairs if y], [s for s, y in pairs if not y]
    return sum((a > b) + (a == b) / 2 for a in high for b in low) / (len(high) * len(low))


# %% right="signs of differences"
def auroc(scores, labels):
    if not torch.equal(scores, scores):
        raise ValueError(f"NaN at {scores.isnan().nonzero()}")
    d = scores[labels.bool()].double()[:, None] - scores[~labels.bool()].double()[None]
    return float(d.sign().mean() / 2 + 0.5)


# %% wrong="turned round" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies < normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean().item()


# %% wrong="labels swapped" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 0, None], scores[None, labels == 1]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean().item()


# %% wrong="ties count nothing" fails="ties count one half"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double()
    return wins.mean().item()


# %% wrong="ties count fully" fails="ties count one half"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies >= normal).double()
    return wins.mean().item()


# %% wrong="number of pairs" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.sum().item()


# %% wrong="decided by thresholding at the mean" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError
    guess = (scores > scores.mean()).double()
    false, true = guess[labels == 0].mean(), guess[labels == 1].mean()
    return ((1 - false + true) / 2).item()


# %% wrong="the larger of the two areas" fails="a reversed score gives the rest of 1"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError
    a, n = scores[labels == 1, None], scores[None, labels == 0]
    area = ((a > n).double() + 0.5 * (a == n).double()).mean().item()
    return max(area, 1 - area)


# %% wrong="NaN dropped" fails="NaN is not dropped in silence"
def auroc(scores, labels):
    keep = ~scores.isnan()
    scores, labels = scores[keep], labels[keep]
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean().item()


# %% wrong="NaN unnoticed" fails="NaN is not dropped in silence"
def auroc(scores, labels):
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean().item()


# %% wrong="NaN returned" fails="NaN is not dropped in silence"
def auroc(scores, labels):
    if scores.isnan().any():
        return float("nan")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean().item()


# %% wrong="in single precision" fails="exact to float64"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).float() + 0.5 * (anomalies == normal).float()
    return wins.mean().item()


# %% wrong="a tensor" fails="returns a plain number"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return wins.mean()


# %% wrong="twice the area minus one" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    anomalies, normal = scores[labels == 1, None], scores[None, labels == 0]
    wins = (anomalies > normal).double() + 0.5 * (anomalies == normal).double()
    return 2 * wins.mean().item() - 1


# %% wrong="steps in the order of the list" fails="ties count one half"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError
    order = scores.argsort(descending=True)
    positive = labels[order].double()
    caught = positive.cumsum(0)
    return ((1 - positive) * caught).sum().item() / (positive.sum() * (1 - positive).sum()).item()


# %% wrong="random pairs" fails="an anomaly that scores higher wins its pair"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError
    a, n = scores[labels == 1], scores[labels == 0]
    a, n = a[torch.randint(len(a), (1000,))], n[torch.randint(len(n), (1000,))]
    return ((a > n).double() + 0.5 * (a == n).double()).mean().item()


# %% wrong="close scores taken for equal" fails="only the order of the scores counts"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    gap = scores[labels == 1, None] - scores[None, labels == 0]
    tied = gap.abs() < 1e-3
    return ((gap > 0) & ~tied).double().add(0.5 * tied).mean().item()


# %% right="by ranks, ties sharing theirs"
def auroc(scores, labels):
    if scores.isnan().any():
        raise ValueError("a score is NaN")
    _, place, count = scores.unique(return_inverse=True, return_counts=True)
    ranks = (count.cumsum(0).double() - (count.double() - 1) / 2)[place]
    anomalies = int(labels.sum())
    above = ranks[labels == 1].sum() - anomalies * (anomalies + 1) / 2
    return float(above / (anomalies * (len(labels) - anomalies)))
