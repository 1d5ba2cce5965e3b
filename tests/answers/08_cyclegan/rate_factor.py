# %% right="with an if"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = int(step / steps_per_epoch)
    if epoch < constant:
        return 1.0
    return 1.0 - (epoch - constant) / (epochs - constant)


# %% right="with max"
def rate_factor(step, steps_per_epoch, epochs, constant):
    past = max(0, step // steps_per_epoch - constant)
    return 1 - past / float(epochs - constant)


# %% right="with divmod"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch, _ = divmod(step, steps_per_epoch)
    left = epochs - epoch
    return left / (epochs - constant) if left < epochs - constant else 1.0


# %% right="interpolated"
def rate_factor(step, steps_per_epoch, epochs, constant):
    import numpy as np

    return np.interp(step // steps_per_epoch, [constant, epochs], [1.0, 0.0])


# %% right="a tensor"
def rate_factor(step, steps_per_epoch, epochs, constant):
    return torch.tensor((epochs - step // steps_per_epoch) / (epochs - constant)).clamp(0, 1)


# %% wrong="stepped per batch" fails="the same for all steps of an epoch"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step / steps_per_epoch
    return min(1.0, (epochs - epoch) / (epochs - constant))


# %% wrong="steps taken for epochs" fails="the same for all steps of an epoch"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step
    return min(1.0, (epochs - epoch) / (epochs - constant))


# %% wrong="constant" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 1.0


# %% wrong="linear from the start" fails="full rate at first"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 1 - epoch / epochs


# %% wrong="not held at 1" fails="full rate at first"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return (epochs - epoch) / (epochs - constant)


# %% wrong="over all epochs" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return min(1.0, (epochs - epoch) / epochs)


# %% wrong="one epoch too early" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return min(1.0, (epochs - epoch - 1) / (epochs - constant))


# %% wrong="ends above 0" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return min(1.0, (epochs - epoch) / (epochs - constant + 1))


# %% wrong="by the constant part" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return min(1.0, (epochs - epoch) / constant if constant else (epochs - epoch) / epochs)


# %% wrong="a cosine" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 0.5 * (1 + float(torch.cos(torch.tensor(3.14159265 * max(0, epoch - constant) / (epochs - constant)))))


# %% wrong="halved each time" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 0.5 ** max(0, epoch - constant)


# %% wrong="max in place of min" fails="full rate at first"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return max(1.0, (epochs - epoch) / (epochs - constant))


# %% wrong="rounded up" fails="the same for all steps of an epoch"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = -(-step // steps_per_epoch)
    return min(1.0, (epochs - epoch) / (epochs - constant))


# %% wrong="jumps to 0" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 1.0 if epoch < constant else 0.0


# %% wrong="one more step of the stairs" fails="then it falls along a line"
def rate_factor(step, steps_per_epoch, epochs, constant):
    epoch = step // steps_per_epoch
    return 1.0 - max(0, epoch + 1 - constant) / float(epochs - constant + 1)
