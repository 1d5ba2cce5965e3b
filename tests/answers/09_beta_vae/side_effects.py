# %% right="variance and root"
def side_effects(scores, target=0):
    moved = scores[-1].mean(0) - scores[0].mean(0)
    own = moved / scores[scores.shape[0] // 2].var(0).sqrt()
    return own / own[target]


# %% right="population spread, single precision"
def side_effects(scores, target=0):
    s = scores.float()
    own = (s[-1] - s[0]).mean(0) / s[len(s) // 2].std(0, unbiased=False)
    return own / own[target]


# %% right="attribute by attribute"
def side_effects(scores, target=0):
    out = []
    for k in range(scores.shape[2]):
        steps = scores[:, :, k]
        out.append((steps[-1] - steps[0]).mean() / steps[len(steps) // 2].std())
    return torch.stack(out) / out[target]


# %% right="numpy"
def side_effects(scores, target=0):
    s = scores.numpy()
    own = (s[-1] - s[0]).mean(0) / s[s.shape[0] // 2].std(0)
    return torch.from_numpy(own / own[target])


# %% right="standardised first"
def side_effects(scores, target=0):
    middle = scores[(scores.size(0) - 1) // 2]
    mean = ((scores - middle.mean(0)) / middle.std(0)).mean(1)
    return (mean[-1] - mean[0]).div(mean[-1, target] - mean[0, target])


# %% wrong="no spread" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    return change / change[target]


# %% wrong="not relative" fails="the target has 1"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    return change / middle.std(0)


# %% wrong="sizes only" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = (change / middle.std(0)).abs()
    return own / own[target]


# %% wrong="spread over everything" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / scores.flatten(0, 1).std(0)
    return own / own[target]


# %% wrong="spread at the first step" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / scores[0].std(0)
    return own / own[target]


# %% wrong="spread at the last step" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / scores[-1].std(0)
    return own / own[target]


# %% wrong="variance" fails="the unit of a score does not matter"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / middle.var(0)
    return own / own[target]


# %% wrong="multiplied" fails="the unit of a score does not matter"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change * middle.std(0)
    return own / own[target]


# %% wrong="second half only" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = (scores[-1] - middle).mean(0) / middle.std(0)
    return own / own[target]


# %% wrong="upside down" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / middle.std(0)
    return own[target] / own


# %% wrong="always the first target" fails="another target"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / middle.std(0)
    return own / own[0]


# %% wrong="target of the largest" fails="the target has 1"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / middle.std(0)
    return own / own.abs().max()


# %% wrong="mean of all steps' differences to the middle" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    own = (scores - scores[len(scores) // 2]).abs().mean((0, 1)) / scores[len(scores) // 2].std(0)
    return own / own[target]


# %% wrong="per face" fails="one number per attribute"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = (scores[-1] - scores[0]) / middle.std(0)
    return own / own[:, target : target + 1]


# %% wrong="spread over steps" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    change = (scores[-1] - scores[0]).mean(0)
    middle = scores[len(scores) // 2]
    own = change / scores.mean(1).std(0)
    return own / own[target]


# %% wrong="the third of five steps, always" fails="other numbers of steps"
def side_effects(scores, target=0):
    own = (scores[-1] - scores[0]).mean(0) / scores[2].std(0)
    return own / own[target]


# %% wrong="the fourth of seven steps, always" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    own = (scores[-1] - scores[0]).mean(0) / scores[3].std(0)
    return own / own[target]


# %% wrong="spread of the changes" fails="changes in spreads, relative to the target's"
def side_effects(scores, target=0):
    moved = scores[-1] - scores[0]
    own = moved.mean(0) / moved.std(0)
    return own / own[target]
