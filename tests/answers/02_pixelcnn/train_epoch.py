# %% right="losses kept on the device"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.detach())
    return torch.stack(losses).mean().item()


# %% right="gradients cleared first, a running sum"
def train_epoch(model, loss, optimizer, batches):
    total, count = 0.0, 0
    for x, y in batches:
        optimizer.zero_grad(set_to_none=False)
        value = loss(model, x, y)
        value.backward()
        optimizer.step()
        total += value.item()
        count += 1
    return total / count


# %% right="gradients cleared behind each step, through the model"
def train_epoch(model, loss, optimizer, batches):
    model.train()
    mean = 0.0
    for n, batch in enumerate(batches, start=1):
        value = loss(model, *batch)
        value.backward()
        optimizer.step()
        model.zero_grad()
        mean += (float(value) - mean) / n
    return mean


# %% right="gradients asked for and handed over"
def train_epoch(model, loss, optimizer, batches):
    import numpy as np

    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    losses = []
    for x, y in batches:
        value = loss(model, x, y)
        for p, slope in zip(parameters, torch.autograd.grad(value, parameters)):
            p.grad = slope
        optimizer.step()
        losses.append(value.item())
    return float(np.mean(losses))


# %% right="the step as a closure"
def train_epoch(model, loss, optimizer, batches):
    def closure(x, y):
        optimizer.zero_grad()
        value = loss(model, x, y)
        value.backward()
        return value

    losses = [optimizer.step(lambda x=x, y=y: closure(x, y)).item() for x, y in batches]
    return sum(losses) / len(losses)


# %% wrong="gradients never cleared" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="gradients cleared once, before the loop" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    optimizer.zero_grad()
    for x, y in batches:
        batch_loss = loss(model, x, y)
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="gradients cleared by losing the brackets" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad
        batch_loss = loss(model, x, y)
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="gradients cleared between backward and step" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        batch_loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="step before backward" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        optimizer.step()
        batch_loss.backward()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="each step uses the batch before" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.step()
        optimizer.zero_grad()
        batch_loss.backward()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="no backward" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="no step" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="the loss climbs" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        (-batch_loss).backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="an optimiser of its own" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="a loss of its own" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="images and labels swapped" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, y, x)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="the loss called as in other tutorials" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model(x), y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="two steps per batch" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="return inside the loop" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
        return sum(losses) / len(losses)


# %% wrong="one step at the end" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    optimizer.zero_grad()
    for x, y in batches:
        batch_loss = loss(model, x, y)
        batch_loss.backward()
        losses.append(batch_loss.item())
    optimizer.step()
    return sum(losses) / len(losses)


# %% wrong="the step indented too little" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        losses.append(batch_loss.item())
    optimizer.zero_grad()
    batch_loss.backward()
    optimizer.step()
    return sum(losses) / len(losses)


# %% wrong="through the data twice" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for _ in range(2):
        for x, y in batches:
            batch_loss = loss(model, x, y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            losses.append(batch_loss.item())
    return sum(losses[: len(losses) // 2]) / (len(losses) // 2)


# %% wrong="the last batch dropped" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches[:-1] or batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return sum(losses) / len(losses)


# %% wrong="sum of the losses" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches):
    total = 0.0
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        total += batch_loss.item()
    return total


# %% wrong="loss of the last batch" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches):
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
    return batch_loss.item()


# %% wrong="losses measured after the steps" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss(model, x, y).backward()
        optimizer.step()
        losses.append(loss(model, x, y).item())
    return sum(losses) / len(losses)


# %% wrong="mean over the images" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches):
    total, images = 0.0, 0
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        total += batch_loss.item() * len(x)
        images += len(x)
    return total / images


# %% wrong="means divided by the number of images again" fails="returns the mean loss"
def train_epoch(model, loss, optimizer, batches):
    total = 0.0
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        total += batch_loss.item()
    return total / sum(len(x) for x, _ in batches)


# %% wrong="a list of losses" fails="returns a plain number"
def train_epoch(model, loss, optimizer, batches):
    losses = []
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        losses.append(batch_loss.item())
    return losses


# %% wrong="nothing returned" fails="returns a plain number"
def train_epoch(model, loss, optimizer, batches):
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()


# %% wrong="a tensor with its graphs" fails="returns a plain number"
def train_epoch(model, loss, optimizer, batches):
    total = 0
    for x, y in batches:
        batch_loss = loss(model, x, y)
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()
        total = total + batch_loss
    return total / len(batches)


# %% wrong="nothing trained" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    return 0.0
