# %% right="two loops and lists"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% right="gradients cleared first, a running sum"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        total, count = 0.0, 0
        for batch in batches:
            optimizer.zero_grad(set_to_none=False)
            value = loss(model, *batch)
            value.backward()
            optimizer.step()
            total += float(value)
            count += 1
        history += [total / count]
    return history


# %% right="gradients cleared behind each step, losses stacked"
def train(model, loss, optimizer, batches, epochs):
    model.train()
    history = []
    while len(history) < epochs:
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            value.backward()
            optimizer.step()
            model.zero_grad()
            losses.append(value.detach())
        history.append(torch.stack(losses).mean().item())
    return history


# %% right="an inner function for an epoch"
def train(model, loss, optimizer, batches, epochs):
    def step(x, y):
        value = loss(model, x, y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        return value.item()

    def epoch():
        losses = torch.tensor([step(x, y) for x, y in batches], dtype=torch.float64)
        return losses.mean().item()

    return [epoch() for _ in range(epochs)]


# %% wrong="gradients never cleared" fails="gradients of earlier batches are gone"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="gradients cleared once per epoch" fails="gradients of earlier batches are gone"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        optimizer.zero_grad()
        for x, y in batches:
            value = loss(model, x, y)
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="the brackets of zero_grad forgotten" fails="gradients of earlier batches are gone"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="cleared between backward and step" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            value.backward()
            optimizer.zero_grad()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="step before backward" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            optimizer.step()
            value.backward()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="no backward" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="no step" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="uphill" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            (-value).backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="two steps per batch" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="the loss called as elsewhere" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model(x), y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="images and labels exchanged" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, y, x)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="an optimiser of its own" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="no gradients recorded" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            with torch.no_grad():
                value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="return inside the loop over batches" fails="every batch makes a step"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
            return losses
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="one step at the end of an epoch" fails="every batch makes a step"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        optimizer.zero_grad()
        for x, y in batches:
            value = loss(model, x, y)
            value.backward()
            losses.append(value.item())
        optimizer.step()
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="the step indented too little" fails="every batch makes a step"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            losses.append(value.item())
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="the last batch left out" fails="every batch makes a step"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches[: max(1, len(batches) - 1)]:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="only one epoch" fails="every epoch goes through all batches"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(1):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="one epoch too many" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs + 1):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="one epoch too few" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs - 1):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="return inside the loop over epochs" fails="every epoch goes through all batches"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
        return history


# %% wrong="epochs inside, batches outside" fails="every epoch goes through all batches"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for x, y in batches:
        for epoch in range(epochs):
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            history.append(value.item())
    return history


# %% wrong="the batches used up in the first epoch" fails="every epoch goes through all batches"
def train(model, loss, optimizer, batches, epochs):
    history = []
    batches = iter(batches)
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / max(1, len(losses)))
    return history


# %% wrong="all losses in one list" fails="one plain number per epoch"
def train(model, loss, optimizer, batches, epochs):
    losses = []
    for epoch in range(epochs):
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
    return losses


# %% wrong="one mean for all epochs" fails="one plain number per epoch"
def train(model, loss, optimizer, batches, epochs):
    losses = []
    for epoch in range(epochs):
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
    return sum(losses) / len(losses)


# %% wrong="tensors with their graphs" fails="one plain number per epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value)
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="nothing returned" fails="one plain number per epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))


# %% wrong="sums" fails="each number is the mean loss of its epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses))
    return history


# %% wrong="the last batch's loss" fails="each number is the mean loss of its epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(losses[-1])
    return history


# %% wrong="losses measured after the steps" fails="each number is the mean loss of its epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(loss(model, x, y).item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="the list of losses never emptied" fails="each number is the mean loss of its epoch"
def train(model, loss, optimizer, batches, epochs):
    history, losses = [], []
    for epoch in range(epochs):
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(value.item())
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="mean over the images" fails="each number is the mean loss of its epoch"
def train(model, loss, optimizer, batches, epochs):
    history = []
    for epoch in range(epochs):
        losses = []
        for x, y in batches:
            value = loss(model, x, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses += [value.item()] * len(x)
        history.append(sum(losses) / len(losses))
    return history


# %% wrong="nothing trained" fails="one batch is one step downhill"
def train(model, loss, optimizer, batches, epochs):
    return [0.0] * epochs
