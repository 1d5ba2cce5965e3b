# %% right="variance by hand"
def active_units(mu, threshold=0.01):
    gap = mu - mu.mean(0, keepdim=True)
    return (gap * gap).mean(0) > threshold


# %% right="standard deviations against the root"
def active_units(mu, threshold=0.01):
    return mu.std(dim=0) > threshold**0.5


# %% right="the diagonal of the covariance"
def active_units(mu, threshold=0.01):
    return torch.cov(mu.T).diagonal().gt(threshold)


# %% right="numpy, variable by variable"
def active_units(mu, threshold=0.01):
    columns = mu.detach().numpy().T
    return torch.tensor([bool(np.var(column) > threshold) for column in columns])


# %% wrong="mean squares" fails="finds the active ones"
def active_units(mu, threshold=0.01):
    return mu.square().mean(0) > threshold


# %% wrong="standard deviation against the threshold" fails="finds the active ones"
def active_units(mu, threshold=0.01):
    return mu.std(0) > threshold


# %% wrong="the mean itself" fails="finds the active ones"
def active_units(mu, threshold=0.01):
    return mu.mean(0).abs() > threshold


# %% wrong="variance over the code" fails="one boolean per code variable"
def active_units(mu, threshold=0.01):
    return mu.var(1) > threshold


# %% wrong="silent ones" fails="finds the active ones"
def active_units(mu, threshold=0.01):
    return mu.var(0) < threshold


# %% wrong="a count" fails="one boolean per code variable"
def active_units(mu, threshold=0.01):
    return (mu.var(0) > threshold).sum()


# %% wrong="the variances" fails="one boolean per code variable"
def active_units(mu, threshold=0.01):
    return mu.var(0)


# %% wrong="numbers of the active variables" fails="one boolean per code variable"
def active_units(mu, threshold=0.01):
    return (mu.var(0) > threshold).nonzero().squeeze(1)


# %% wrong="threshold ignored" fails="the threshold counts"
def active_units(mu, threshold=0.01):
    return mu.var(0) > 0.01


# %% wrong="a sum of squares" fails="a variance below the threshold is silent"
def active_units(mu, threshold=0.01):
    return (mu - mu.mean(0)).square().sum(0) > threshold


# %% wrong="the range" fails="a variance below the threshold is silent"
def active_units(mu, threshold=0.01):
    return mu.amax(0) - mu.amin(0) > threshold


# %% wrong="anything that moves" fails="a variance below the threshold is silent"
def active_units(mu, threshold=0.01):
    return ~torch.isclose(mu, mu[:1]).all(0)


# %% wrong="variance of the whole table" fails="one boolean per code variable"
def active_units(mu, threshold=0.01):
    return mu.var() > threshold


# %% wrong="relative to the mean" fails="a variance above the threshold is active, near or far"
def active_units(mu, threshold=0.01):
    return mu.var(0) / (1 + mu.mean(0).square()) > threshold


# %% wrong="a fifth of the range for the spread" fails="the variance counts, not the range"
def active_units(mu, threshold=0.01):
    return ((mu.amax(0) - mu.amin(0)) / 5) ** 2 > threshold
