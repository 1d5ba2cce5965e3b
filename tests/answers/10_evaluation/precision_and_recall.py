# %% right="counts over lengths"
def precision_and_recall(real_balls, fake_balls):
    precise = (real_balls.sum(0) > 0).sum() / real_balls.shape[1]
    recalled = (fake_balls.sum(0) > 0).sum() / fake_balls.shape[1]
    return precise.double(), recalled.double()


# %% right="plain floats"
def precision_and_recall(real_balls, fake_balls):
    return tuple(table.any(0).double().mean().item() for table in (real_balls, fake_balls))


# %% right="maxima"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.double().amax(0).mean(), fake_balls.double().T.amax(1).mean()


# %% right="one tensor that unpacks into two"
def precision_and_recall(real_balls, fake_balls):
    return torch.stack([table.any(0).double().mean() for table in (real_balls, fake_balls)])


# %% right="numpy"
def precision_and_recall(real_balls, fake_balls):
    import numpy as np

    return tuple(np.mean(np.any(table.numpy(), axis=0)) for table in (real_balls, fake_balls))


# %% wrong="exchanged" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return fake_balls.any(0).double().mean(), real_balls.any(0).double().mean()


# %% wrong="exchanged, seen on a collapsed model" fails="a collapsed model: precise, without recall"
def precision_and_recall(real_balls, fake_balls):
    return fake_balls.any(dim=0).sum() / fake_balls.shape[1], real_balls.any(dim=0).sum() / real_balls.shape[1]


# %% wrong="the other axis" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.any(1).double().mean(), fake_balls.any(1).double().mean()


# %% wrong="coverage for recall" fails="recall: real images in a fake's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.any(0).double().mean(), real_balls.any(1).double().mean()


# %% wrong="the fakes' balls for precision" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return fake_balls.any(1).double().mean(), fake_balls.any(0).double().mean()


# %% wrong="means of the tables" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.double().mean(), fake_balls.double().mean()


# %% wrong="all balls" fails="recall: real images in a fake's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.all(0).double().mean(), fake_balls.all(0).double().mean()


# %% wrong="counts" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.any(0).double().sum(), fake_balls.any(0).double().sum()


# %% wrong="divided by the number of balls" fails="recall: real images in a fake's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.any(0).sum() / len(real_balls), fake_balls.any(0).sum() / len(fake_balls)


# %% wrong="one number" fails="precision: fakes in a real image's ball"
def precision_and_recall(real_balls, fake_balls):
    return real_balls.any(0).double().mean()


# %% wrong="outside" fails="a collapsed model: precise, without recall"
def precision_and_recall(real_balls, fake_balls):
    return 1 - real_balls.any(0).double().mean(), 1 - fake_balls.any(0).double().mean()
