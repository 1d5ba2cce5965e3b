# %% right="precisions"
def gaussian_map(x, variance, prior_mean, prior_variance):
    data, prior = x.shape[-1] / variance, 1 / prior_variance
    return (data * x.mean(-1) + prior * prior_mean) / (data + prior)


# %% right="the formula with the sum"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * x.sum(-1)) / (x.shape[-1] * prior_variance + variance)


# %% right="shrinkage"
def gaussian_map(x, variance, prior_mean, prior_variance):
    gain = prior_variance / (prior_variance + variance / x.size(1))
    return prior_mean + gain * (x.mean(1) - prior_mean)


# %% right="one observation after the other"
def gaussian_map(x, variance, prior_mean, prior_variance):
    mean, spread = torch.full((len(x),), float(prior_mean), dtype=x.dtype), prior_variance
    for column in x.T:
        gain = spread / (spread + variance)
        mean, spread = mean + gain * (column - mean), (1 - gain) * spread
    return mean


# %% right="in float32, row by row"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return torch.tensor(
        [
            (r.sum().item() / variance + prior_mean / prior_variance) / (len(r) / variance + 1 / prior_variance)
            for r in x
        ]
    )


# %% wrong="variances squared" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance**2 * prior_mean + prior_variance**2 * x.sum(-1)) / (x.shape[-1] * prior_variance**2 + variance**2)


# %% wrong="roots of the variances" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance**0.5 * prior_mean + prior_variance**0.5 * x.sum(-1)) / (
        x.shape[-1] * prior_variance**0.5 + variance**0.5
    )


# %% wrong="prior counted per sample" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * x.mean(-1)) / (prior_variance + variance)


# %% wrong="precision and variance swapped" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance / x.shape[-1] * x.mean(-1) + prior_variance * prior_mean) / (
        variance / x.shape[-1] + prior_variance
    )


# %% wrong="variances exchanged" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (prior_variance * prior_mean + variance * x.sum(-1)) / (x.shape[-1] * variance + prior_variance)


# %% wrong="the MLE" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return x.mean(-1)


# %% wrong="pull towards 0" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return prior_variance * x.sum(-1) / (x.shape[-1] * prior_variance + variance)


# %% wrong="N from the rows" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * len(x) * x.mean(-1)) / (len(x) * prior_variance + variance)


# %% wrong="one estimate for all" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (
        ((variance * prior_mean + prior_variance * x.sum(-1)) / (x.shape[-1] * prior_variance + variance))
        .mean()
        .expand(len(x))
    )


# %% wrong="over everything" fails="one estimate per row"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * x.sum()) / (x.numel() * prior_variance + variance)


# %% wrong="along the repetitions" fails="one estimate per row"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * x.sum(0)) / (x.shape[0] * prior_variance + variance)


# %% wrong="prior pushes away" fails="the posterior's mode"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (prior_variance * x.sum(-1) - variance * prior_mean) / (x.shape[-1] * prior_variance + variance)


# %% wrong="the plain middle" fails="by hand: 4 and 6 with variance 2 under N(0, 1)"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (x.mean(-1) + prior_mean) / 2 + 0.25


# %% wrong="the sum where the mean belongs" fails="by hand: 4 and 6 with variance 2 under N(0, 1)"
def gaussian_map(x, variance, prior_mean, prior_variance):
    data, prior = x.shape[-1] / variance, 1 / prior_variance
    return (data * x.sum(-1) + prior * prior_mean) / (data + prior)


# %% wrong="a prior that never vanishes" fails="a vague prior leaves the mean of the data"
def gaussian_map(x, variance, prior_mean, prior_variance):
    return (variance * prior_mean + prior_variance * x.sum(-1)) / (
        x.shape[-1] * prior_variance + variance
    ) + prior_mean / 100


# %% wrong="a prior that cannot win" fails="a sure prior wins"
def gaussian_map(x, variance, prior_mean, prior_variance):
    data, prior = x.shape[-1] / variance, min(1 / prior_variance, 2.0)
    return (data * x.mean(-1) + prior * prior_mean) / (data + prior)
