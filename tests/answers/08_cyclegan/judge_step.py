# %% right="cleared first"
def judge_step(judge, optimizer, real, fake, loss=None):
    optimizer.zero_grad(set_to_none=True)
    real_judgements = judge(real)
    fake_judgements = judge(fake.detach())
    value = loss(real_judgements, fake_judgements)
    value.backward()
    optimizer.step()
    return value.detach().clone()


# %% right="gradients handed over"
def judge_step(judge, optimizer, real, fake, loss=None):
    parameters = list(judge.parameters())
    value = loss(judge(real), judge(fake))
    for p, slope in zip(parameters, torch.autograd.grad(value, parameters)):
        p.grad = slope
    optimizer.step()
    return value.detach()


# %% right="both batches at once"
def judge_step(judge, optimizer, real, fake, loss=None):
    judge.zero_grad()
    judged = judge(torch.cat([real, fake]))
    value = loss(judged[: len(real)], judged[len(real) :])
    value.backward()
    optimizer.step()
    return torch.tensor(value.item())


# %% right="a closure for the optimiser"
def judge_step(judge, optimizer, real, fake, loss=judge_loss):
    def closure():
        judge.zero_grad()
        value = loss(judge(real), judge(fake.detach()))
        value.backward()
        return value

    return optimizer.step(closure).detach()


# %% wrong="zero_grad forgotten" fails="leftovers of the generators' step do not count"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="cleared after backward" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    value.backward()
    optimizer.zero_grad()
    optimizer.step()
    return value.detach()


# %% wrong="cleared after the step" fails="leftovers of the generators' step do not count"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    value.backward()
    optimizer.step()
    optimizer.zero_grad()
    return value.detach()


# %% wrong="no step" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    return value.detach()


# %% wrong="uphill" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    (-value).backward()
    optimizer.step()
    return value.detach()


# %% wrong="real and made exchanged" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(fake), judge(real))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="real images only" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(real))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="made images only" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(fake), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="the graph returned" fails="the loss is detached"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value


# %% wrong="nothing returned" fails="returns the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return None


# %% wrong="the loss after the step" fails="returns the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return loss(judge(real), judge(fake)).detach()


# %% wrong="two steps" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    optimizer.step()
    return value.detach()


# %% wrong="half the loss" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    (value / 2).backward()
    optimizer.step()
    return value.detach()


# %% wrong="judged without a graph" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=None):
    with torch.no_grad():
        value = loss(judge(real), judge(fake))
    optimizer.zero_grad()
    optimizer.step()
    return value


# %% wrong="a loss of its own" fails="one step down the loss"
def judge_step(judge, optimizer, real, fake, loss=judge_loss):
    value = ((judge(real) - 1) ** 2).mean() / 2 + (judge(fake) ** 2).mean() / 2
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()
