# %% right="all at once"
def inside(centres, radii, points):
    table = torch.cdist(centres.double(), points.double(), compute_mode="donot_use_mm_for_euclid_dist")
    return table < radii.double().unsqueeze(1)


# %% right="squares by hand"
def inside(centres, radii, points):
    gaps = (centres.double()[:, None] - points.double()[None, :]).square().sum(2)
    return gaps < radii.double()[:, None] ** 2


# %% right="ball by ball"
def inside(centres, radii, points):
    rows = []
    for centre, radius in zip(centres.double(), radii.double()):
        rows.append((points.double() - centre).norm(dim=1) < radius)
    return torch.stack(rows)


# %% right="transposed twice"
def inside(centres, radii, points):
    return (torch.cdist(points.double(), centres.double()) < radii.double()).T


# %% right="zeros and ones, transposed"
def inside(centres, radii, points):
    return (torch.cdist(points.double(), centres.double()) < radii).T.long()


# %% right="scipy"
def inside(centres, radii, points):
    from scipy.spatial.distance import cdist

    table = cdist(centres.double().numpy(), points.double().numpy())
    return torch.from_numpy(table < radii.double().numpy()[:, None])


# %% wrong="radii along the points" fails="each ball has its own radius"
def inside(centres, radii, points):
    table = torch.cdist(centres.double(), points.double())
    return table < (radii.double() if len(radii) == table.shape[1] else radii.double()[:, None])


# %% wrong="transposed" fails="one row per ball, one column per point"
def inside(centres, radii, points):
    return torch.cdist(points.double(), centres.double()) < radii.double()


# %% wrong="the rim included" fails="the rim is outside"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double()) <= radii.double()[:, None]


# %% wrong="outside" fails="the example by hand"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double()) >= radii.double()[:, None]


# %% wrong="squared distances, plain radii" fails="distances are Euclidean"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double()).square() < radii.double()[:, None]


# %% wrong="sum of absolute differences" fails="distances are Euclidean"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double(), p=1) < radii.double()[:, None]


# %% wrong="largest difference" fails="distances are Euclidean"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double(), p=float("inf")) < radii.double()[:, None]


# %% wrong="single precision" fails="many balls, and float64"
def inside(centres, radii, points):
    return torch.cdist(centres.float(), points.float()) < radii.float()[:, None]


# %% wrong="one radius for all" fails="the example by hand"
def inside(centres, radii, points):
    return torch.cdist(centres.double(), points.double()) < radii.double().mean()


# %% wrong="the first block of balls only" fails="many balls, and float64"
def inside(centres, radii, points):
    return torch.cdist(centres.double()[:200], points.double()) < radii.double()[:200, None]


# %% wrong="any ball" fails="one row per ball, one column per point"
def inside(centres, radii, points):
    return (torch.cdist(centres.double(), points.double()) < radii.double()[:, None]).any(0)


# %% wrong="only the nearest ball" fails="the example by hand"
def inside(centres, radii, points):
    table = torch.cdist(centres.double(), points.double())
    return (table < radii.double()[:, None]) & (table == table.amin(0)) & (torch.arange(len(table))[:, None] > 0)
