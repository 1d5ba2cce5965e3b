# %% right="drawn without a graph"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    with torch.no_grad():
        fake = generator(z[0], y)
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% right="all gradients cleared through the modules"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    generator.zero_grad()
    discriminator.zero_grad()
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    d_value.backward()
    discriminator_optimizer.step()
    generator.zero_grad()
    discriminator.zero_grad()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    g_value.backward()
    generator_optimizer.step()
    return [d_value.detach(), g_value.detach()]


# %% right="no detach, stray gradients cleared before they count"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y)
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% right="the discriminator frozen in the second half"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    for p in discriminator.parameters():
        p.requires_grad_(False)
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    for p in discriminator.parameters():
        p.requires_grad_(True)
    return d_value.detach(), g_value.detach()


# %% right="gradients asked for and handed over"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    parameters = list(discriminator.parameters())
    for p, slope in zip(parameters, torch.autograd.grad(d_value, parameters)):
        p.grad = slope
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    parameters = list(generator.parameters())
    for p, slope in zip(parameters, torch.autograd.grad(g_value, parameters)):
        p.grad = slope
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% right="real and drawn in one pass, plain numbers"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    with torch.no_grad():
        fake = generator(z[0], y)
    real_l, fake_l = discriminator(torch.cat([x, fake]), torch.cat([y, y])).chunk(2)
    a = d_loss(real_logits := real_l, fake_l)
    for p in discriminator.parameters():
        p.grad = None
    a.backward()
    discriminator_optimizer.step()
    b = g_loss(discriminator(generator(z[1], y), y))
    grads = torch.autograd.grad(b, list(generator.parameters()))
    for p, g in zip(generator.parameters(), grads):
        p.grad = g
    generator_optimizer.step()
    return a.item(), b.item()


# %% right="all images drawn at once"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    drawn = generator(z.flatten(0, 1), y.repeat(2, 1))
    first, second = drawn[: len(x)], drawn[len(x) :]
    discriminator_optimizer.zero_grad(set_to_none=False)
    a = d_loss(discriminator(x, y), discriminator(first.detach(), y))
    a.backward()
    discriminator_optimizer.step()
    generator_optimizer.zero_grad(set_to_none=False)
    b = g_loss(discriminator(second, y))
    b.backward(inputs=list(generator.parameters()))
    generator_optimizer.step()
    return torch.stack([a.detach(), b.detach()]).unbind()


# %% right="closures"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    def d_closure():
        discriminator_optimizer.zero_grad()
        loss = d_loss(discriminator(x, y), discriminator(generator(z[0], y).detach(), y))
        loss.backward()
        return loss

    def g_closure():
        generator_optimizer.zero_grad()
        loss = g_loss(discriminator(generator(z[1], y), y))
        loss.backward()
        return loss

    a = discriminator_optimizer.step(d_closure).detach()
    b = generator_optimizer.step(g_closure).detach()
    return [a, b]


# %% wrong="gradients cleared behind the steps only" fails="three rounds make three clean steps each"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    d_value.backward()
    discriminator_optimizer.step()
    discriminator_optimizer.zero_grad()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    g_value.backward()
    generator_optimizer.step()
    generator_optimizer.zero_grad()
    return d_value.detach(), g_value.detach()


# %% wrong="gradients never cleared" fails="three rounds make three clean steps each"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the discriminator's gradients never cleared" fails="three rounds make three clean steps each"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="no detach, and the generator's gradients cleared too early" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    generator_optimizer.zero_grad()
    fake = generator(z[0], y)
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="drawn images detached in the second half" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y).detach(), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the generator's step on the discriminator's optimiser" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    discriminator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="one noise for both" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[0], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="halves of the noise exchanged" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[1], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[0], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the generator first" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the generator's loss from the old discriminator" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    g_value = g_loss(discriminator(generator(z[1], y), y))
    slopes = torch.autograd.grad(g_value, list(generator.parameters()))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    for p, slope in zip(generator.parameters(), slopes):
        p.grad = slope
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="real and drawn exchanged in the loss" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(fake, y), discriminator(x, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the discriminator climbs" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    (-d_value).backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the generator climbs" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    (-g_value).backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="the discriminator steps again in the second half" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    discriminator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="drawn images without labels" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, torch.zeros_like(y)))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="other labels for the drawn images" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    labels = y.flip(0)
    fake = generator(z[0], labels).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, labels))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], labels), labels))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="losses of its own" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = F.softplus(-discriminator(x, y)).mean() + F.softplus(discriminator(fake, y)).mean()
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = F.softplus(-discriminator(generator(z[1], y), y)).mean()
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="no step of the generator" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    return d_value.detach(), g_value.detach()


# %% wrong="cleared between backward and step" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    d_value.backward()
    discriminator_optimizer.zero_grad()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value.detach(), g_value.detach()


# %% wrong="losses exchanged" fails="returns both losses"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return g_value.detach(), d_value.detach()


# %% wrong="one loss returned" fails="returns both losses"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return (d_value + g_value).detach()


# %% wrong="losses with their graphs" fails="the losses are detached"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    return d_value, g_value


# %% wrong="losses measured after the steps" fails="returns both losses"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=None,
    g_loss=None,
):
    fake = generator(z[0], y).detach()
    d_value = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    d_value.backward()
    discriminator_optimizer.step()
    g_value = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    g_value.backward()
    generator_optimizer.step()
    d_after = d_loss(discriminator(x, y), discriminator(fake, y))
    g_after = g_loss(discriminator(generator(z[1], y), y))
    return d_after.detach(), g_after.detach()


# %% wrong="the discriminator frozen for good" fails="three rounds make three clean steps each"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    fake = generator(z[0], y).detach()
    a = d_loss(discriminator(x, y), discriminator(fake, y))
    discriminator_optimizer.zero_grad()
    if a.requires_grad:
        a.backward()
        discriminator_optimizer.step()
    discriminator.requires_grad_(False)
    b = g_loss(discriminator(generator(z[1], y), y))
    generator.zero_grad()
    b.backward()
    generator_optimizer.step()
    return a.detach(), b.detach()


# %% wrong="labels of the drawn images turned round" fails="the discriminator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    fake = generator(z[0], y).detach()
    a = d_loss(discriminator(x, y), discriminator(fake, y.flip(0)))
    discriminator_optimizer.zero_grad()
    a.backward()
    discriminator_optimizer.step()
    b = g_loss(discriminator(generator(z[1], y), y))
    generator_optimizer.zero_grad()
    b.backward()
    generator_optimizer.step()
    return a.detach(), b.detach()


# %% wrong="the same drawn images in both halves" fails="the generator makes one step down its loss"
def gan_step(
    generator,
    discriminator,
    generator_optimizer,
    discriminator_optimizer,
    x,
    y,
    z,
    d_loss=discriminator_loss,
    g_loss=generator_loss,
):
    fake = generator(z[0], y)
    a = d_loss(discriminator(x, y), discriminator(fake.detach(), y))
    discriminator_optimizer.zero_grad()
    a.backward()
    discriminator_optimizer.step()
    b = g_loss(discriminator(fake, y))
    generator_optimizer.zero_grad()
    b.backward()
    generator_optimizer.step()
    return a.detach(), b.detach()
