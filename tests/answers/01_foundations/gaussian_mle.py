# %% right="correction 0"
def gaussian_mle(x):
    return x.mean(-1), x.var(-1, correction=0)


# %% right="biased, by its old name"
def gaussian_mle(x):
    return x.mean(dim=1), x.var(dim=1, unbiased=False)


# %% right="by hand"
def gaussian_mle(x):
    mean = x.sum(-1, keepdim=True) / x.shape[-1]
    return mean.squeeze(-1), ((x - mean) ** 2).mean(-1)


# %% right="a loop over rows"
def gaussian_mle(x):
    means = torch.stack([row.mean() for row in x])
    return means, torch.stack([((row - m) ** 2).mean() for row, m in zip(x, means)])


# %% right="mean of squares minus square of the mean, a list"
def gaussian_mle(x):
    return [x.mean(-1), (x**2).mean(-1) - x.mean(-1) ** 2]


# %% right="numpy, in float32"
def gaussian_mle(x):
    values = x.float().numpy()
    return torch.from_numpy(values.mean(1)), torch.from_numpy(values.var(1))


# %% wrong="divided by N - 1" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), x.var(-1)


# %% wrong="standard deviation" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), x.std(-1, correction=0)


# %% wrong="standard deviation with N - 1" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), x.std(-1)


# %% wrong="mean of squares" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), (x**2).mean(-1)


# %% wrong="sum of squares" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), ((x - x.mean(-1, keepdim=True)) ** 2).sum(-1)


# %% wrong="precision" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), 1 / x.var(-1, correction=0)


# %% wrong="spread around the mean of all" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), ((x - x.mean()) ** 2).mean(-1)


# %% wrong="mean absolute deviation" fails="the variance of each row, as maximum likelihood has it"
def gaussian_mle(x):
    return x.mean(-1), (x - x.mean(-1, keepdim=True)).abs().mean(-1)


# %% wrong="along the repetitions" fails="two numbers per row"
def gaussian_mle(x):
    return x.mean(0), x.var(0, correction=0)


# %% wrong="over everything" fails="two numbers per row"
def gaussian_mle(x):
    return x.mean(), x.var(correction=0)


# %% wrong="mean only" fails="two numbers per row"
def gaussian_mle(x):
    return x.mean(-1)


# %% wrong="exchanged" fails="the mean of each row"
def gaussian_mle(x):
    return x.var(-1, correction=0), x.mean(-1)


# %% wrong="sum for the mean" fails="the mean of each row"
def gaussian_mle(x):
    return x.sum(-1), x.var(-1, correction=0)


# %% wrong="median for the mean" fails="the mean of each row"
def gaussian_mle(x):
    return x.median(-1).values, x.var(-1, correction=0)


# %% wrong="dimensions kept" fails="two numbers per row"
def gaussian_mle(x):
    return x.mean(-1, keepdim=True), x.var(-1, correction=0, keepdim=True)
