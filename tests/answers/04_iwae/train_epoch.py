# %% right="sums and a count"
def train_epoch(model, loss, optimizer, batches):
    sums, images = [0.0, 0.0, 0.0], 0
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        sums = [total + part.sum().item() for total, part in zip(sums, (nelbo, kl, rec))]
        images += len(x)
    return tuple(total / images for total in sums)


# %% right="gradients cleared behind each step"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        nelbo.mean().backward()
        optimizer.step()
        model.zero_grad()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% right="gradients handed over, a list"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for batch in batches:
        costs = loss(model, *batch)
        parameters = list(model.parameters())
        for p, g in zip(parameters, torch.autograd.grad(costs[0].mean(), parameters)):
            p.grad = g
        optimizer.step()
        seen.append([c.detach().tolist() for c in costs])
    return [sum(sum(batch[k]) for batch in seen) / sum(len(batch[k]) for batch in seen) for k in range(3)]


# %% right="weighted means"
def train_epoch(model, loss, optimizer, batches):
    totals, images = torch.zeros(3, dtype=torch.float64), 0
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        objective = nelbo.sum() / len(x)
        optimizer.zero_grad(set_to_none=False)
        objective.backward()
        optimizer.step()
        totals += len(x) * torch.stack([nelbo.mean(), kl.mean(), rec.mean()]).detach().double()
        images += len(x)
    a, b, c = (totals / images).tolist()
    return a, b, c


# %% wrong="zero_grad missing" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="zero_grad once, before the loop" fails="gradients of earlier batches are gone"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    optimizer.zero_grad()
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="zero_grad after backward" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        nelbo.mean().backward()
        optimizer.zero_grad()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="no step" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="step before backward" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        optimizer.step()
        nelbo.mean().backward()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="sum over the batch" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.sum().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="only rec minimised" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        rec.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="only kl minimised" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        kl.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="all three added" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        (nelbo + kl + rec).mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="kl + rec minimised" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        (kl + rec).mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="uphill" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        (-nelbo.mean()).backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="two steps per batch" fails="one batch is one step downhill"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="return inside the loop" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
        return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="one step at the end" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    optimizer.zero_grad()
    nelbo.mean().backward()
    optimizer.step()
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="the last batch dropped" fails="every batch makes a step"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches[:-1] or batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="means of the batches' means" fails="returns the means over the images"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo.mean(), kl.mean(), rec.mean()]).detach())
    return tuple(torch.stack(seen).mean(0).tolist())


# %% wrong="sums over the images" fails="returns the means over the images"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return tuple(torch.cat(seen, dim=1).sum(dim=1).tolist())


# %% wrong="the last batch only" fails="returns the means over the images"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return nelbo.mean().item(), kl.mean().item(), rec.mean().item()


# %% wrong="order turned" fails="returns the means over the images"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    a, b, c = torch.cat(seen, dim=1).mean(dim=1).tolist()
    return b, c, a


# %% wrong="measured after the steps" fails="returns the means over the images"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack(loss(model, x, eps)).detach())
    return tuple(torch.cat(seen, dim=1).mean(dim=1).tolist())


# %% wrong="a tensor" fails="returns three plain numbers"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return torch.cat(seen, dim=1).mean(dim=1)


# %% wrong="nelbo only" fails="returns three plain numbers"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]).detach())
    return torch.cat(seen, dim=1).mean(dim=1).tolist()[0]


# %% wrong="tensors with graphs" fails="returns three plain numbers"
def train_epoch(model, loss, optimizer, batches):
    seen = []
    for x, eps in batches:
        nelbo, kl, rec = loss(model, x, eps)
        optimizer.zero_grad()
        nelbo.mean().backward()
        optimizer.step()
        seen.append(torch.stack([nelbo, kl, rec]))
    return tuple(torch.cat(seen, dim=1).mean(dim=1))
