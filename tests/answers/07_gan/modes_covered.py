# %% right="a table of truth values"
def modes_covered(samples, centres, radius, least):
    distance = torch.cdist(samples, centres)
    own = F.one_hot(distance.argmin(1), len(centres)).bool() & (distance <= radius)
    return int((own.sum(0) >= least).sum())


# %% right="a loop over the centres"
def modes_covered(samples, centres, radius, least):
    gaps = (samples[:, None] - centres[None]).square().sum(-1).sqrt()
    nearest = gaps.argmin(dim=1)
    covered = 0
    for mode in range(len(centres)):
        close = (nearest == mode) & (gaps[:, mode] <= radius)
        covered += int(close.sum() >= least)
    return covered


# %% right="counted by a dictionary"
def modes_covered(samples, centres, radius, least):
    from collections import Counter

    counts = Counter()
    for sample in samples:
        distance, mode = (centres - sample).norm(dim=1).min(0)
        if distance <= radius:
            counts[int(mode)] += 1
    return len([mode for mode, count in counts.items() if count >= least])


# %% right="bincount without minlength"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    return int((torch.bincount(nearest[distance <= radius]) >= least).sum())


# %% right="sample by sample"
def modes_covered(samples, centres, radius, least):
    counts = [0] * len(centres)
    for s in samples:
        d = [(s - c).norm() for c in centres]
        k = min(range(len(d)), key=lambda i: float(d[i]))
        counts[k] += bool(d[k] <= radius)
    return sum(c >= least for c in counts)


# %% right="numpy"
def modes_covered(samples, centres, radius, least):
    import numpy as np

    distance = np.linalg.norm(samples.numpy()[:, None] - centres.numpy(), axis=-1)
    nearest, close = distance.argmin(1), distance.min(1) <= radius
    return np.count_nonzero(np.bincount(nearest[close], minlength=len(centres)) >= least)


# %% wrong="no radius" fails="modes with enough samples near them"
def modes_covered(samples, centres, radius, least):
    nearest = torch.cdist(samples, centres).argmin(1)
    return int((torch.bincount(nearest, minlength=len(centres)) >= least).sum())


# %% wrong="any sample is enough" fails="modes with enough samples near them"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    return len(nearest[distance <= radius].unique())


# %% wrong="more than least" fails="exactly `least` samples are enough"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=len(centres)) > least).sum())


# %% wrong="nearer than the radius" fails="a sample exactly at the radius is close"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    return int((torch.bincount(nearest[distance < radius], minlength=len(centres)) >= least).sum())


# %% wrong="counted for every centre within reach" fails="a sample speaks for its nearest centre only"
def modes_covered(samples, centres, radius, least):
    return int(((torch.cdist(samples, centres) <= radius).sum(0) >= least).sum())


# %% wrong="samples counted" fails="modes with enough samples near them"
def modes_covered(samples, centres, radius, least):
    return int((torch.cdist(samples, centres).min(1).values <= radius).sum())


# %% wrong="the largest coordinate" fails="distance is Euclidean"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres, p=float("inf")).min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=len(centres)) >= least).sum())


# %% wrong="the sum of the coordinates" fails="distance is Euclidean"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres, p=1).min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=len(centres)) >= least).sum())


# %% wrong="squared distance against the radius" fails="the radius decides what is close"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).square().min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=len(centres)) >= least).sum())


# %% wrong="centres for samples" fails="modes with enough samples near them"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(centres, samples).min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=len(centres)) >= least).sum())


# %% wrong="a share" fails="modes with enough samples near them"
def modes_covered(samples, centres, radius, least):
    distance, nearest = torch.cdist(samples, centres).min(dim=1)
    return float((torch.bincount(nearest[distance <= radius], minlength=len(centres)) >= least).double().mean())


# %% wrong="eight modes in the plane assumed" fails="any number of dimensions and modes"
def modes_covered(samples, centres, radius, least):
    gaps = (samples[:, None, :2] - centres[None, :, :2]).norm(dim=2)
    distance, nearest = gaps.min(dim=1)
    return int((torch.bincount(nearest[distance <= radius], minlength=8) >= least).sum())
