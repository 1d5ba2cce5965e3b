# %% right="root of the variance"
def average_posterior_std(log_var):
    return log_var.exp().sqrt().mean(0)


# %% right="loop over images, single precision"
def average_posterior_std(log_var):
    total = torch.zeros(log_var.shape[1])
    for row in log_var.float():
        total += torch.exp(0.5 * row)
    return total / len(log_var)


# %% right="numpy"
def average_posterior_std(log_var):
    return torch.from_numpy(np.exp(log_var.detach().numpy() / 2).mean(axis=0))


# %% wrong="half missing" fails="the standard deviation is the root of the variance"
def average_posterior_std(log_var):
    return log_var.exp().mean(0)


# %% wrong="logarithms averaged" fails="averages standard deviations"
def average_posterior_std(log_var):
    return (log_var.mean(0) / 2).exp()


# %% wrong="variances averaged" fails="averages standard deviations"
def average_posterior_std(log_var):
    return log_var.exp().mean(0).sqrt()


# %% wrong="inverse" fails="the standard deviation is the root of the variance"
def average_posterior_std(log_var):
    return (-log_var / 2).exp().mean(0)


# %% wrong="half outside" fails="the standard deviation is the root of the variance"
def average_posterior_std(log_var):
    return log_var.exp().mean(0) / 2


# %% wrong="sum" fails="of the prior it is 1"
def average_posterior_std(log_var):
    return (log_var / 2).exp().sum(0)


# %% wrong="per image" fails="one number per code variable"
def average_posterior_std(log_var):
    return (log_var / 2).exp().mean(1)


# %% wrong="one number for all" fails="one number per code variable"
def average_posterior_std(log_var):
    return (log_var / 2).exp().mean()


# %% wrong="variation of the standard deviation" fails="of the prior it is 1"
def average_posterior_std(log_var):
    return (log_var / 2).exp().std(0)


# %% wrong="median" fails="averages standard deviations"
def average_posterior_std(log_var):
    return (log_var / 2).exp().median(0).values


# %% wrong="logarithm" fails="of the prior it is 1"
def average_posterior_std(log_var):
    return log_var.mean(0) / 2


# %% wrong="squared" fails="the standard deviation is the root of the variance"
def average_posterior_std(log_var):
    return (2 * log_var).exp().mean(0)


# %% wrong="root of the log-variance" fails="of the prior it is 1"
def average_posterior_std(log_var):
    return log_var.abs().sqrt().mean(0)


# %% wrong="not reduced" fails="one number per code variable"
def average_posterior_std(log_var):
    return (log_var / 2).exp()
