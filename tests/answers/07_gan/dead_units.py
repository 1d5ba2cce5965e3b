# %% right="the largest input"
def dead_units(before):
    return int((before.amax(0) <= 0).sum())


# %% right="after the ReLU"
def dead_units(before):
    return (F.relu(before).sum(dim=0) == 0).sum().item()


# %% right="a loop"
def dead_units(before):
    return sum(not bool((column > 0).any()) for column in before.T)


# %% right="numpy"
def dead_units(before):
    import numpy as np

    return np.sum(np.all(before.numpy() <= 0, axis=0))


# %% wrong="shut for some example" fails="units that are shut for every example"
def dead_units(before):
    return int((before <= 0).any(dim=0).sum())


# %% wrong="the living ones" fails="units that are shut for every example"
def dead_units(before):
    return int((before > 0).any(dim=0).sum())


# %% wrong="along the units" fails="units that are shut for every example"
def dead_units(before):
    return int((before <= 0).all(dim=1).sum())


# %% wrong="entries" fails="units that are shut for every example"
def dead_units(before):
    return int((before <= 0).sum())


# %% wrong="below 0 only" fails="an input of exactly 0 is shut"
def dead_units(before):
    return int((before < 0).all(dim=0).sum())


# %% wrong="negative on average" fails="large negative inputs do not outweigh a positive one"
def dead_units(before):
    return int((before.mean(0) <= 0).sum())


# %% wrong="the first example only" fails="units that are shut for every example"
def dead_units(before):
    return int((before[0] <= 0).sum())


# %% wrong="a share" fails="units that are shut for every example"
def dead_units(before):
    return float((before <= 0).all(dim=0).double().mean())


# %% wrong="shut for nearly all examples" fails="one example is enough to be alive"
def dead_units(before):
    return int(((before <= 0).double().mean(0) >= 0.75).sum())


# %% wrong="the smallest input" fails="units that are shut for every example"
def dead_units(before):
    return int((before.amin(0) <= 0).sum())


# %% wrong="a mask" fails="units that are shut for every example"
def dead_units(before):
    return (before <= 0).all(dim=0)
