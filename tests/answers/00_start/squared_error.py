# %% right="flattened"
def squared_error(prediction, target):
    return ((prediction.flatten() - target) ** 2).mean()


# %% right="squeezed, PyTorch's own"
def squared_error(prediction, target):
    return F.mse_loss(prediction.squeeze(1), target)


# %% right="the target made a column"
def squared_error(prediction, target):
    gap = prediction - target[:, None]
    return gap.square().sum() / len(target)


# %% right="a loop"
def squared_error(prediction, target):
    return sum((p[0] - t) ** 2 for p, t in zip(prediction, target)) / len(target)


# %% right="in single precision"
def squared_error(prediction, target):
    return (prediction[:, 0].float() - target.float()).pow(2).mean()


# %% wrong="the bug itself" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return ((prediction - target) ** 2).mean()


# %% wrong="the bug from the other side" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return ((target - prediction) ** 2).mean()


# %% wrong="PyTorch's own with the bug" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return F.mse_loss(prediction, target)


# %% wrong="both made columns of a table" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return ((prediction - target[None, :]) ** 2).mean()


# %% wrong="squeezed, and then spread again" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return ((prediction.squeeze(1)[:, None] - target) ** 2).mean()


# %% wrong="the prediction squeezed too late" fails="a perfect prediction costs nothing"
def squared_error(prediction, target):
    return ((prediction - target).squeeze() ** 2).mean()


# %% wrong="a sum over the table's diagonal lost" fails="two predictions, by hand"
def squared_error(prediction, target):
    return ((prediction - target) ** 2).diagonal().sum()


# %% wrong="a sum" fails="two predictions, by hand"
def squared_error(prediction, target):
    return ((prediction.flatten() - target) ** 2).sum()


# %% wrong="one error per example" fails="one number for the batch"
def squared_error(prediction, target):
    return (prediction.flatten() - target) ** 2


# %% wrong="absolute values" fails="two predictions, by hand"
def squared_error(prediction, target):
    return (prediction.flatten() - target).abs().mean()


# %% wrong="a root" fails="two predictions, by hand"
def squared_error(prediction, target):
    return ((prediction.flatten() - target) ** 2).mean().sqrt()


# %% wrong="the mean first" fails="two predictions, by hand"
def squared_error(prediction, target):
    return (prediction.flatten() - target).mean() ** 2


# %% wrong="half of it" fails="two predictions, by hand"
def squared_error(prediction, target):
    return 0.5 * ((prediction.flatten() - target) ** 2).mean()


# %% wrong="the first example only" fails="two predictions, by hand"
def squared_error(prediction, target):
    return (prediction[0, 0] - target[0]) ** 2


# %% wrong="sorted, to make them fit" fails="any batch"
def squared_error(prediction, target):
    return ((prediction.flatten().sort().values - target.sort().values) ** 2).mean()


# %% wrong="detached" fails="every prediction is pulled towards its own target"
def squared_error(prediction, target):
    return ((prediction.detach().flatten() - target) ** 2).mean()


# %% wrong="a plain number" fails="every prediction is pulled towards its own target"
def squared_error(prediction, target):
    return ((prediction.flatten() - target) ** 2).mean().item()
