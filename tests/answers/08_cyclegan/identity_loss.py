# %% right="with l1_loss"
def identity_loss(to_b, to_a, x, y):
    return F.l1_loss(to_a(x), x) + F.l1_loss(to_b(y), y)


# %% right="with names"
def identity_loss(to_b, to_a, x, y):
    same_b, same_a = to_b(y), to_a(x)
    return torch.mean(torch.abs(y - same_b)) + torch.mean(torch.abs(x - same_a))


# %% right="a sum over both domains"
def identity_loss(to_b, to_a, x, y):
    return sum((net(images) - images).abs().sum() / images.numel() for net, images in ((to_b, y), (to_a, x)))


# %% wrong="domains exchanged" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(x) - x).abs().mean() + (to_a(y) - y).abs().mean()


# %% wrong="only B" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).abs().mean()


# %% wrong="only A" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_a(x) - x).abs().mean()


# %% wrong="squares" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).square().mean() + (to_a(x) - x).square().mean()


# %% wrong="half" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return 0.5 * ((to_b(y) - y).abs().mean() + (to_a(x) - x).abs().mean())


# %% wrong="weighted already" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return 5 * ((to_b(y) - y).abs().mean() + (to_a(x) - x).abs().mean())


# %% wrong="sums" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).abs().sum() + (to_a(x) - x).abs().sum()


# %% wrong="the cycle" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(to_a(y)) - y).abs().mean() + (to_a(to_b(x)) - x).abs().mean()


# %% wrong="without a graph" fails="its gradient reaches both generators"
def identity_loss(to_b, to_a, x, y):
    with torch.no_grad():
        b, a = to_b(y), to_a(x)
    return (b - y).abs().mean() + (a - x).abs().mean()


# %% wrong="one of them detached" fails="its gradient reaches both generators"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).abs().mean() + (to_a(x).detach() - x).abs().mean()


# %% wrong="signed differences" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).mean() + (to_a(x) - x).mean()


# %% wrong="domains exchanged for one generator" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(y) - y).abs().mean() + (to_a(y) - y).abs().mean()


# %% wrong="compared across" fails="each generator on its target domain"
def identity_loss(to_b, to_a, x, y):
    return (to_b(x) - y[:2]).abs().mean() + (to_a(y)[:2] - x).abs().mean()
