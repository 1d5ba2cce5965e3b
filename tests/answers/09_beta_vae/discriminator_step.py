# %% right="detached"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z = model(x, eps[0])[2].detach()
    other = permute(model(x_other, eps[1])[2].detach(), noise)
    optimizer.zero_grad()
    value = loss(discriminator(z), discriminator(other))
    value.backward()
    optimizer.step()
    return value.detach()


# %% right="stray gradients cleared before they count"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    _, _, z = model(x, eps[0])
    _, _, other = model(x_other, eps[1])
    value = loss(discriminator(z), discriminator(permute(other, noise)))
    kept = [p.grad for p in model.parameters()]
    discriminator.zero_grad()
    value.backward()
    for p, g in zip(model.parameters(), kept):
        p.grad = g
    optimizer.step()
    return value.detach()


# %% right="gradients for the discriminator alone"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    own = list(discriminator.parameters())
    for p, g in zip(own, torch.autograd.grad(value, own)):
        p.grad = g
    optimizer.step()
    return value.detach()


# %% right="all codes in one pass, all judged in another"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, other = model(torch.cat([x, x_other]), eps.flatten(0, 1))[-1].chunk(2)
    first, second = discriminator(torch.cat([z, permute(other, noise)])).split([len(z), len(other)])
    value = loss(first, second)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.item()


# %% right="the model frozen meanwhile"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    model.requires_grad_(False)
    codes = [model(images, e)[2] for images, e in zip((x, x_other), eps)]
    value = loss(discriminator(codes[0]), discriminator(permute(codes[1], noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    model.requires_grad_(True)
    return value.detach()


# %% wrong="codes not detached" fails="no gradient is left on the model"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="only the shuffled codes detached" fails="no gradient is left on the model"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z = model(x, eps[0])[2]
    z_other = model(x_other, eps[1])[2].detach()
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="only the codes of x detached" fails="no gradient is left on the model"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z = model(x, eps[0])[2].detach()
    z_other = model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="the same images shuffled" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="the same codes shuffled" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z = model(x, eps[0])[2]
        z_other = z
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="not shuffled" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(z_other))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="both shuffled" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(permute(z, noise)), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="one noise" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[0])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="noises exchanged" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[1])[2], model(x_other, eps[0])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="batches exchanged" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x_other, eps[1])[2], model(x, eps[0])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="arguments of the loss exchanged" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(permute(z_other, noise)), discriminator(z))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="no step" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    return value.detach()


# %% wrong="uphill" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    (-value).backward()
    optimizer.step()
    return value.detach()


# %% wrong="not cleared" fails="gradients of earlier steps are gone"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="the model moves too" fails="the model does not move"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    model.zero_grad()
    value.backward()
    optimizer.step()
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p -= 0.1 * p.grad
    model.zero_grad()
    return value.detach()


# %% wrong="the loss after the step" fails="returns the loss before the step"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return loss(discriminator(z), discriminator(permute(z_other, noise))).detach()


# %% wrong="graph kept" fails="no graph hangs on what it returns"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[2], model(x_other, eps[1])[2]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value


# %% wrong="rec for codes" fails="the discriminator makes one step down its loss"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    with torch.no_grad():
        z, z_other = model(x, eps[0])[1], model(x_other, eps[1])[1]
    value = loss(discriminator(z), discriminator(permute(z_other, noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()


# %% wrong="the model frozen for good" fails="both networks can learn afterwards"
def discriminator_step(model, discriminator, optimizer, x, x_other, eps, noise, permute=None, loss=None):
    model.requires_grad_(False)
    codes = [model(images, e)[2] for images, e in zip((x, x_other), eps)]
    value = loss(discriminator(codes[0]), discriminator(permute(codes[1], noise)))
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.detach()
