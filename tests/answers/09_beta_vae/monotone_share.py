# %% right="slices"
def monotone_share(scores):
    return ((scores[1:] - scores[:-1]) > 0).all(0).float().mean().item()


# %% right="loop"
def monotone_share(scores):
    count = 0
    for face in scores.T.tolist():
        count += all(b > a for a, b in zip(face, face[1:]))
    return count / scores.shape[1]


# %% right="smallest rise"
def monotone_share(scores):
    return float((scores.diff(dim=0).min(dim=0).values > 0).double().mean())


# %% right="numpy"
def monotone_share(scores):
    return np.mean(np.all(np.diff(scores.numpy().astype(np.float32), axis=0) > 0, axis=0), dtype=np.float32)


# %% wrong="ends only" fails="one step down is too many"
def monotone_share(scores):
    return (scores[-1] > scores[0]).double().mean().item()


# %% wrong="share of steps" fails="one step down is too many"
def monotone_share(scores):
    return (scores.diff(dim=0) > 0).double().mean().item()


# %% wrong="count" fails="1 where all rise, 0 where all fall"
def monotone_share(scores):
    return float((scores.diff(dim=0) > 0).all(0).sum())


# %% wrong="percent" fails="1 where all rise, 0 where all fall"
def monotone_share(scores):
    return 100 * (scores.diff(dim=0) > 0).all(0).double().mean().item()


# %% wrong="falling" fails="1 where all rise, 0 where all fall"
def monotone_share(scores):
    return (scores.diff(dim=0) < 0).all(0).double().mean().item()


# %% wrong="any step" fails="one step down is too many"
def monotone_share(scores):
    return (scores.diff(dim=0) > 0).any(0).double().mean().item()


# %% wrong="level counts" fails="a step that stays level does not rise"
def monotone_share(scores):
    return (scores.diff(dim=0) >= 0).all(0).double().mean().item()


# %% wrong="over faces" fails="1 where all rise, 0 where all fall"
def monotone_share(scores):
    return (scores.diff(dim=1) > 0).all(1).double().mean().item()


# %% wrong="mean over faces first" fails="the share of the faces"
def monotone_share(scores):
    return float((scores.mean(1).diff() > 0).all())


# %% wrong="rest" fails="1 where all rise, 0 where all fall"
def monotone_share(scores):
    return 1 - (scores.diff(dim=0) > 0).all(0).double().mean().item()


# %% wrong="large rises only" fails="the size of the steps does not matter"
def monotone_share(scores):
    return (scores.diff(dim=0) > 0.01).all(0).double().mean().item()


# %% wrong="a tensor" fails="returns a float"
def monotone_share(scores):
    return (scores.diff(dim=0) > 0).all(0).double().mean()


# %% wrong="sorted ends" fails="one step down is too many"
def monotone_share(scores):
    return ((scores.argmax(0) == len(scores) - 1) & (scores.argmin(0) == 0)).double().mean().item()


# %% wrong="positive scores" fails="the size of the steps does not matter"
def monotone_share(scores):
    return ((scores > 0).all(0) & (scores.diff(dim=0) > 0).all(0)).double().mean().item()
