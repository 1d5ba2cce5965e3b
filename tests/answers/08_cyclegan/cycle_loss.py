# %% right="with l1_loss"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return F.l1_loss(to_a(fake_b), x) + F.l1_loss(to_b(fake_a), y)


# %% right="reconstructions with names"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    x_back = to_a(fake_b)
    y_back = to_b(fake_a)
    forward = torch.abs(x - x_back).sum() / x.numel()
    backward = torch.abs(y - y_back).sum() / y.numel()
    return backward + forward


# %% right="a loop over both ways"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    total = 0.0
    for home, away, back in ((x, fake_b, to_a), (y, fake_a, to_b)):
        total = total + torch.mean(torch.abs(back(away) - home))
    return total


# %% wrong="one way only" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b) - x).abs().mean()


# %% wrong="the other way only" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_b(fake_a) - y).abs().mean()


# %% wrong="squares" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b) - x).square().mean() + (to_b(fake_a) - y).square().mean()


# %% wrong="sums" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b) - x).abs().sum() + (to_b(fake_a) - y).abs().sum()


# %% wrong="half of it" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return ((to_a(fake_b) - x).abs().mean() + (to_b(fake_a) - y).abs().mean()) / 2


# %% wrong="the identity loss" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(x) - x).abs().mean() + (to_b(y) - y).abs().mean()


# %% wrong="the wrong generator goes back" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_b(fake_b) - x).abs().mean() + (to_a(fake_a) - y).abs().mean()


# %% wrong="compared with the translations" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b) - fake_b).abs().mean() + (to_b(fake_a) - fake_a).abs().mean()


# %% wrong="translations detached" fails="the gradient passes through the way back into the translation"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b.detach()) - x).abs().mean() + (to_b(fake_a.detach()) - y).abs().mean()


# %% wrong="one translation detached" fails="the gradient passes through the way back into the translation"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b) - x).abs().mean() + (to_b(fake_a.detach()) - y).abs().mean()


# %% wrong="reconstructions without a graph" fails="the gradient passes through the way back into the translation"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    with torch.no_grad():
        x_back, y_back = to_a(fake_b), to_b(fake_a)
    return (x_back - x).abs().mean() + (y_back - y).abs().mean()


# %% wrong="reconstructions detached" fails="the gradient passes through the way back into the translation"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(fake_b).detach() - x).abs().mean() + (to_b(fake_a) - y).abs().mean()


# %% wrong="translated once more" fails="the translations that are given are used"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (to_a(to_b(x)) - x).abs().mean() + (to_b(to_a(y)) - y).abs().mean()


# %% wrong="with lambda already" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return 10 * (to_a(fake_b) - x).abs().mean() + (to_b(fake_a) - y).abs().mean()


# %% wrong="no way back" fails="both ways there and back"
def cycle_loss(to_b, to_a, x, y, fake_b, fake_a):
    return (fake_b - x).abs().mean() + (fake_a - y).abs().mean()
