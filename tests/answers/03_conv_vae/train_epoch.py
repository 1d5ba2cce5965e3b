# %% right="a running mean, gradients cleared first"
def train_epoch(model, loss, optimizer, batches, noise):
    total, count = 0.0, 0
    for x, y in batches:
        optimizer.zero_grad(set_to_none=False)
        value = loss(model, x, noise(x.shape[0]))
        value.backward()
        optimizer.step()
        total += value.item()
        count += 1
    return total / count


# %% right="gradients asked for and handed over"
def train_epoch(model, loss, optimizer, batches, noise):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    losses = []
    for batch in batches:
        eps = noise(len(batch[0]))
        value = loss(model, batch[0], eps)
        for p, slope in zip(parameters, torch.autograd.grad(value, parameters)):
            p.grad = slope
        optimizer.step()
        losses.append(float(value))
    return sum(losses) / len(losses)


# %% right="the step as a closure"
def train_epoch(model, loss, optimizer, batches, noise):
    seen = []
    for x, _ in batches:
        eps = noise(len(x))

        def closure():
            optimizer.zero_grad()
            value = loss(model, x, eps)
            value.backward()
            return value

        seen.append(optimizer.step(closure).detach())
    return float(torch.stack(seen).mean())


# %% wrong="gradients pile up" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="noise drawn once, before the loop" fails="every batch gets fresh noise"
def train_epoch(model, loss, optimizer, batches, noise):
    eps = noise(max(len(x) for x, _ in batches))
    losses = []
    for x, _ in batches:
        value = loss(model, x, eps[: len(x)])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="one vector of noise for the whole batch" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(1))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="as much noise as in the first batch" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches, noise):
    count = len(batches[0][0])
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(count))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="noise drawn twice per batch" fails="every batch gets fresh noise"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(loss(model, x, noise(len(x))).item())
    return sum(losses) / len(losses)


# %% wrong="noise of one's own" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, torch.randn_like(x))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="no noise" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, 0 * noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="no step" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="gradients cleared between backward and step" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        value.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="uphill" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        (-value).backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="labels for noise" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, y in batches:
        value = loss(model, x, y[:, None])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="one step for all batches" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches, noise):
    optimizer.zero_grad()
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        value.backward()
        losses.append(value.item())
    optimizer.step()
    return sum(losses) / len(losses)


# %% wrong="returns inside the loop" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
        return sum(losses) / len(losses)


# %% wrong="the sum of the losses" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches, noise):
    total = 0.0
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        total += value.item()
    return total


# %% wrong="the last loss" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches, noise):
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return value.item()


# %% wrong="weighted by the sizes of the batches" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches, noise):
    total, images = 0.0, 0
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        total += value.item() * len(x)
        images += len(x)
    return total / images


# %% wrong="a tensor" fails="returns a plain number"
def train_epoch(model, loss, optimizer, batches, noise):
    losses = []
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.detach())
    return torch.stack(losses).mean()


# %% wrong="nothing returned" fails="returns a plain number"
def train_epoch(model, loss, optimizer, batches, noise):
    for x, _ in batches:
        value = loss(model, x, noise(len(x)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
