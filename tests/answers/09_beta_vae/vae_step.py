# %% right="gradients cleared first"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    optimizer.zero_grad()
    rec, kl, z = model(x, eps)
    loss = rec.mean() + kl.sum(-1).mean() + gamma * tc(discriminator(z))
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% right="all cleared through the modules"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    model.zero_grad()
    discriminator.zero_grad()
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    loss.backward()
    optimizer.step()
    return loss.clone().detach()


# %% right="the discriminator frozen meanwhile"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    for p in discriminator.parameters():
        p.requires_grad_(False)
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return loss.detach()


# %% right="gradients set by hand"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    own = list(model.parameters())
    for p, g in zip(own, torch.autograd.grad(loss, own)):
        p.grad = g
    optimizer.step()
    return loss.detach()


# %% right="a closure"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    def closure():
        optimizer.zero_grad()
        rec, kl, z = model(x, eps)
        loss = rec.mean() + kl.sum(-1).mean() + gamma * tc(discriminator(z))
        loss.backward()
        return loss

    return optimizer.step(closure).detach()


# %% right="two backward passes, a plain number"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    optimizer.zero_grad(set_to_none=False)
    rec, kl, z = model(x, eps)
    bound, charge = (rec + torch.einsum("bd->b", kl)).mean(), gamma * tc(discriminator(z))
    bound.backward(retain_graph=True)
    charge.backward()
    optimizer.step()
    return (bound + charge).item()


# %% wrong="codes detached" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z.detach()))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="rewarded" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() - gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="no total correlation" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="no divergence" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = rec.mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="divergence averaged" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.mean(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="divergence of the whole batch" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum()).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="sum over the batch" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).sum() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="no gamma" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="gamma on the divergence" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + gamma * kl.sum(1)).mean() + tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="no step" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    return loss.detach()


# %% wrong="cleared after backward" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.detach()


# %% wrong="not cleared" fails="gradients of earlier steps are gone"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="cleared afterwards" fails="gradients of earlier steps are gone"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


# %% wrong="the discriminator moves too" fails="the discriminator does not move"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    discriminator.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for p in discriminator.parameters():
            p -= 0.1 * p.grad
    return loss.detach()


# %% wrong="the loss after the step" fails="returns the loss before the step"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    rec, kl, z = model(x, eps)
    return ((rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))).detach()


# %% wrong="rec returned" fails="returns the loss before the step"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return rec.mean().detach()


# %% wrong="graph kept" fails="no graph hangs on what it returns"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


# %% wrong="two steps" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.detach()


# %% wrong="the discriminator frozen for good" fails="both networks can learn afterwards"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    discriminator.requires_grad_(False)
    rec, kl, z = model(x, eps)
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


# %% wrong="noise of its own" fails="the model makes one step down the loss"
def vae_step(model, discriminator, optimizer, x, eps, gamma, tc=None):
    rec, kl, z = model(x, torch.randn_like(eps))
    loss = (rec + kl.sum(1)).mean() + gamma * tc(discriminator(z))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
