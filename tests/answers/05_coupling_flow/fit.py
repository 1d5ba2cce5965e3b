# %% right="the best epoch's number"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% right="a counter of bad epochs"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, lowest, bad = [], float("inf"), 0
    for _ in range(epochs):
        for batch in batches:
            value = loss(model, *batch)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            value = validate(model)
        model.train()
        losses.append(value)
        if value < lowest:
            lowest, bad = value, 0
            kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            bad += 1
            if bad == patience:
                break
    model.load_state_dict(kept)
    return losses


# %% right="weights of every epoch, the best picked at the end"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, weights = [], []
    while len(losses) < epochs and len(losses) - 1 - (losses.index(min(losses)) if losses else -1) < patience:
        for x, y in batches:
            model.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(float(validate(model)))
        weights.append([p.detach().clone() for p in model.parameters()])
    with torch.no_grad():
        for p, kept in zip(model.parameters(), weights[losses.index(min(losses))]):
            p.copy_(kept)
    return losses


# %% right="a closure, and a tuple of losses"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], None

    def step(x, y):
        optimizer.zero_grad()
        value = loss(model, x, y)
        value.backward()
        return value

    for epoch in range(epochs):
        for x, y in batches:
            optimizer.step(lambda x=x, y=y: step(x, y))
        losses.append(validate(model))
        if best is None or losses[-1] < losses[best]:
            best = epoch
            kept = copy.deepcopy(list(model.parameters()))
        elif epoch >= best + patience:
            break
    for p, q in zip(model.parameters(), kept):
        p.data = q.data
    return tuple(losses)


# %% wrong="an equal loss taken for a new lowest" fails="an equal loss is no new lowest loss"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] <= min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="gradients never cleared" fails="gradients of earlier batches are gone"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="gradients cleared once an epoch" fails="gradients of earlier batches are gone"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        optimizer.zero_grad()
        for x, y in batches:
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="cleared between backward and step" fails="one batch is one step downhill"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            loss(model, x, y).backward()
            optimizer.zero_grad()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="no step" fails="one batch is one step downhill"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="uphill" fails="one batch is one step downhill"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            (-loss(model, x, y)).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="one step per epoch" fails="every batch makes a step"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
        optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="only the first batch" fails="every batch makes a step"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
            break
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="validated after every batch" fails="validation comes once, after each epoch"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best, weights = [], 0, None
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
            losses.append(validate(model))
        if losses[-1] == min(losses):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="validated before the epoch" fails="validation comes once, after each epoch"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        losses.append(validate(model))
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="the last weights" fails="ends with the best epoch's weights"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    return losses


# %% wrong="weights kept without a copy" fails="ends with the best epoch's weights"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, model.state_dict()
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="a shallow copy" fails="ends with the best epoch's weights"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, dict(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="brought back only when patience ends" fails="also when the epochs run out"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            model.load_state_dict(weights)
            break
    return losses


# %% wrong="patience one longer" fails="stops when patience is used up"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best > patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="patience one shorter" fails="stops when patience is used up"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience - 1:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="bad epochs added up" fails="patience begins anew with every new best"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, lowest, bad, weights = [], float("inf"), 0, None
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < lowest:
            lowest, weights = losses[epoch], copy.deepcopy(model.state_dict())
        else:
            bad += 1
            if bad >= patience:
                break
    model.load_state_dict(weights)
    return losses


# %% wrong="compared with the epoch before" fails="better than the epoch before is not enough"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best, weights = [], 0, None
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if epoch == 0 or losses[epoch] < losses[epoch - 1]:
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="the lowest starts at 0" fails="losses may be negative"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, lowest, best, weights = [], 0, 0, copy.deepcopy(model.state_dict())
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if not epoch or abs(losses[epoch]) < lowest:
            lowest, best, weights = abs(losses[epoch]), epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="the highest loss" fails="ends with the best epoch's weights"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] > max(losses[:epoch], default=-float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="never stops" fails="stops when patience is used up"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
    model.load_state_dict(weights)
    return losses


# %% wrong="stops at the first bad epoch" fails="stops when patience is used up"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch != best:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="until patience alone" fails="as many epochs as asked for, at most"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best, epoch, weights = [], 0, 0, None
    while epoch - best < patience and epoch < 9:
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] == min(losses):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        epoch += 1
    model.load_state_dict(weights)
    return losses


# %% wrong="the lowest loss only" fails="returns the validation losses"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return min(losses)


# %% wrong="nothing returned" fails="returns the validation losses"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)


# %% wrong="losses up to the best epoch" fails="returns the validation losses"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses[: best + 1]


# %% wrong="the last epoch not considered" fails="the last epoch may be the best"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if epoch < epochs - 1 and losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="tensors of losses" fails="returns the validation losses"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(torch.tensor(validate(model)))
        if losses[epoch] < min([float(v) for v in losses[:epoch]], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="the epoch after the best" fails="ends with the best epoch's weights"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best, weights = [], 0, None
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        if losses and losses[-1] == min(losses):
            weights = copy.deepcopy(model.state_dict())
        losses.append(validate(model))
        if losses[epoch] == min(losses):
            best = epoch
        if epoch - best >= patience:
            break
    if weights is not None:
        model.load_state_dict(weights)
    return losses


# %% right="a whole copy of the model, gradients asked for by hand"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    lowest, since, losses, kept = math.inf, 0, [], None
    while len(losses) < epochs and since < patience:
        for batch in batches:
            weights = [p for group in optimizer.param_groups for p in group["params"]]
            for p, g in zip(weights, torch.autograd.grad(loss(model, *batch), weights), strict=True):
                p.grad = g
            optimizer.step()
        with torch.no_grad():
            losses.append(float(validate(model)))
        since += 1
        if losses[-1] < lowest:
            lowest, since, kept = losses[-1], 0, copy.deepcopy(model)
    for p, q in zip(model.parameters(), kept.parameters(), strict=True):
        p.data = q.data
    return losses


# %% wrong="the batches backwards" fails="every batch makes a step"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    losses, best = [], 0
    for epoch in range(epochs):
        for x, y in batches[::-1]:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[epoch] < min(losses[:epoch], default=float("inf")):
            best, weights = epoch, copy.deepcopy(model.state_dict())
        if epoch - best >= patience:
            break
    model.load_state_dict(weights)
    return losses


# %% wrong="small gains do not count" fails="a new lowest loss counts, however little lower"
def fit(model, loss, optimizer, batches, validate, epochs, patience):
    lowest, weights, bad, losses = float("inf"), None, 0, []
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss(model, x, y).backward()
            optimizer.step()
        losses.append(validate(model))
        if losses[-1] < lowest - 1e-2:
            lowest, bad, weights = losses[-1], 0, copy.deepcopy(model.state_dict())
        else:
            bad += 1
            if bad == patience:
                break
    model.load_state_dict(weights)
    return losses
