# %% right="sum without the own value"
def leave_one_out(values):
    return (values.sum() - values) / (len(values) - 1)


# %% right="a matrix of means"
def leave_one_out(values):
    size = len(values)
    weights = (1 - torch.eye(size, dtype=values.dtype)) / (size - 1)
    return weights @ values


# %% right="a loop"
def leave_one_out(values):
    return torch.stack([torch.cat([values[:k], values[k + 1 :]]).mean() for k in range(len(values))])


# %% right="from the mean, in float32"
def leave_one_out(values):
    return (values.float().mean() * len(values) - values.float()) / (len(values) - 1)


# %% wrong="mean of all" fails="the mean of the others"
def leave_one_out(values):
    return values.mean().expand_as(values)


# %% wrong="divided by K" fails="the mean of the others"
def leave_one_out(values):
    return (values.sum() - values) / len(values)


# %% wrong="sum of the others" fails="the mean of the others"
def leave_one_out(values):
    return values.sum() - values


# %% wrong="sign" fails="the mean of the others"
def leave_one_out(values):
    return (values - values.sum()) / (len(values) - 1)


# %% wrong="values minus baselines" fails="the mean of the others"
def leave_one_out(values):
    return values - (values.sum() - values) / (len(values) - 1)


# %% wrong="divided by K - 2" fails="the mean of the others"
def leave_one_out(values):
    return (values.sum() - values) / (len(values) - 2)


# %% wrong="deviations from the mean" fails="the mean of the others"
def leave_one_out(values):
    return values - values.mean()


# %% wrong="own value counted" fails="the mean of the others"
def leave_one_out(values):
    return (values.sum() / (len(values) - 1)).expand_as(values)


# %% wrong="running mean of earlier ones" fails="the mean of the others"
def leave_one_out(values):
    return (values.cumsum(0) - values) / torch.arange(len(values)).clamp(min=1)


# %% wrong="the neighbour" fails="the mean of the others"
def leave_one_out(values):
    return values.roll(1)


# %% wrong="one number" fails="one baseline per draw"
def leave_one_out(values):
    return values.mean()


# %% wrong="median of the others" fails="the mean of the others"
def leave_one_out(values):
    return torch.stack([torch.cat([values[:k], values[k + 1 :]]).median() for k in range(len(values))])


# %% wrong="a trace of the own value" fails="blind to the own draw, and only to that"
def leave_one_out(values):
    return (values.sum() - values) / (len(values) - 1) + 1.5e-5 * values


# %% wrong="for six draws only" fails="two draws exchange their values"
def leave_one_out(values):
    return (values.sum() - values) / 5
