# %% right="running sums"
def train_epoch(step, batches, noise):
    d_total, g_total, count = 0.0, 0.0, 0
    for x, y in batches:
        d_loss, g_loss = step(x, y, noise(x.shape[0]))
        d_total += d_loss.item()
        g_total += g_loss.item()
        count += 1
    return d_total / count, g_total / count


# %% right="two lists"
def train_epoch(step, batches, noise):
    d_losses, g_losses = [], []
    for x, y in batches:
        z = noise(x.size(0))
        d, g = step(x=x, y=y, z=z)
        d_losses.append(float(d))
        g_losses.append(float(g))
    return sum(d_losses) / len(d_losses), sum(g_losses) / len(g_losses)


# %% right="a comprehension and numpy"
def train_epoch(step, batches, noise):
    import numpy as np

    means = np.mean([[float(loss) for loss in step(x, y, noise(len(y)))] for x, y in batches], axis=0)
    return tuple(means.tolist())


# %% wrong="the same noise for all rounds" fails="fresh noise in every round"
def train_epoch(step, batches, noise):
    losses, kept = [], None
    for x, y in batches:
        kept = noise(len(x)) if kept is None or kept.shape[1] != len(x) else kept
        losses.append(torch.stack(step(x, y, kept)))
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="noise cut from one draw" fails="fresh noise in every round"
def train_epoch(step, batches, noise):
    z = noise(len(batches[0][0]))
    losses = [torch.stack(step(x, y, z[:, : len(x)])) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="noise of a fixed size" fails="noise for as many images as the batch holds"
def train_epoch(step, batches, noise):
    size = len(batches[0][0])
    losses = [torch.stack(step(x, y, noise(size))) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="the first batch's labels for all" fails="each round has its batch's images and labels"
def train_epoch(step, batches, noise):
    first = batches[0][1]
    losses = [torch.stack(step(x, first[: len(x)], noise(len(x)))) for x, _ in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="images and labels exchanged" fails="each round has its batch's images and labels"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(y, x, noise(len(x)))) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="half of the noise" fails="noise for as many images as the batch holds"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x))[0])) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="one half of the noise twice" fails="the noise is passed on as it was drawn"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x))[:1].repeat(2, 1, 1))) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="noise of its own" fails="the noise is passed on as it was drawn"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, torch.randn_like(noise(len(x))))) for x, y in batches]
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="return inside the loop" fails="one round per batch"
def train_epoch(step, batches, noise):
    losses = []
    for x, y in batches:
        losses.append(torch.stack(step(x, y, noise(len(x)))))
        return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="two rounds per batch" fails="one round per batch"
def train_epoch(step, batches, noise):
    losses = []
    for x, y in batches:
        for _ in range(2):
            losses.append(torch.stack(step(x, y, noise(len(x)))))
    return tuple(torch.stack(losses).mean(0).tolist())


# %% wrong="the last losses" fails="returns the mean losses"
def train_epoch(step, batches, noise):
    for x, y in batches:
        d_loss, g_loss = step(x, y, noise(len(x)))
    return d_loss.item(), g_loss.item()


# %% wrong="sums of the losses" fails="returns the mean losses"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x)))) for x, y in batches]
    return tuple(torch.stack(losses).sum(0).tolist())


# %% wrong="one mean" fails="returns two plain numbers"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x)))) for x, y in batches]
    return torch.stack(losses).mean().item()


# %% wrong="a tensor" fails="returns two plain numbers"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x)))) for x, y in batches]
    return torch.stack(losses).mean(0)


# %% wrong="exchanged" fails="returns the mean losses"
def train_epoch(step, batches, noise):
    losses = [torch.stack(step(x, y, noise(len(x)))) for x, y in batches]
    d_mean, g_mean = torch.stack(losses).mean(0).tolist()
    return g_mean, d_mean


# %% wrong="weighted by the size" fails="returns the mean losses"
def train_epoch(step, batches, noise):
    total, images = 0, 0
    for x, y in batches:
        total = total + len(x) * torch.stack(step(x, y, noise(len(x))))
        images += len(x)
    return tuple((total / images).tolist())


# %% wrong="nothing returned" fails="returns two plain numbers"
def train_epoch(step, batches, noise):
    for x, y in batches:
        step(x, y, noise(len(x)))
