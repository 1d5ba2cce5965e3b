# %% right="slices"
def gate(a):
    half = a.shape[1] // 2
    return torch.tanh(a[:, :half]) * torch.sigmoid(a[:, half:])


# %% right="glu on a signal that passed its tanh"
def gate(a):
    first, second = torch.split(a, a.shape[1] // 2, dim=1)
    return F.glu(torch.cat([torch.tanh(first), second], dim=1), dim=1)


# %% right="written out in exponentials, in double precision"
def gate(a):
    signal, door = a.double().unflatten(1, (2, -1)).unbind(1)
    return (2 / (1 + torch.exp(-2 * signal)) - 1) / (1 + torch.exp(-door))


# %% right="channel by channel, in single precision"
def gate(a):
    features = a.shape[1] // 2
    a = a.float()
    return torch.stack([a[:, k].tanh() * a[:, features + k].sigmoid() for k in range(features)], dim=1)


# %% right="both functions on everything, then einsum"
def gate(a):
    signals, doors = a.tanh().chunk(2, 1)[0], a.sigmoid().chunk(2, 1)[1]
    return torch.einsum("bchw,bchw->bchw", signals, doors)


# %% wrong="signal and door swapped" fails="signal times door"
def gate(a):
    door, signal = a.chunk(2, dim=1)
    return signal.tanh() * door.sigmoid()


# %% wrong="even and odd channels" fails="signal times door"
def gate(a):
    return a[:, 0::2].tanh() * a[:, 1::2].sigmoid()


# %% wrong="halves of the batch" fails="half as many channels"
def gate(a):
    signal, door = a.chunk(2)
    return signal.tanh() * door.sigmoid()


# %% wrong="halves of the width" fails="half as many channels"
def gate(a):
    signal, door = a.chunk(2, dim=-1)
    return signal.tanh() * door.sigmoid()


# %% wrong="not cut at all" fails="half as many channels"
def gate(a):
    return a.tanh() * a.sigmoid()


# %% wrong="glu: no tanh" fails="an open door changes nothing"
def gate(a):
    return F.glu(a, dim=1)


# %% wrong="sigmoid on both" fails="an open door changes nothing"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.sigmoid() * door.sigmoid()


# %% wrong="a ReLU on the signal" fails="an open door changes nothing"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.relu() * door.sigmoid()


# %% wrong="tanh on both" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * door.tanh()


# %% wrong="no sigmoid" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * door


# %% wrong="a sum" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() + door.sigmoid()


# %% wrong="the door opens when it should close" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * (1 - door.sigmoid())


# %% wrong="softmax over the channels" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * door.softmax(dim=1)


# %% wrong="a convex mixture, as in a highway network" fails="a closed door lets nothing through"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    door = door.sigmoid()
    return signal.tanh() * door + signal * (1 - door)


# %% wrong="tanh of the product" fails="an open door changes nothing"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return (signal * door.sigmoid() * 2).tanh()


# %% wrong="a door that is either open or shut" fails="signal times door"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * (door > 0)


# %% wrong="a piecewise linear sigmoid" fails="signal times door"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * F.hardsigmoid(door)


# %% wrong="no gradient through the door" fails="a gradient passes signal and door"
def gate(a):
    signal, door = a.chunk(2, dim=1)
    return signal.tanh() * door.detach().sigmoid()


# %% wrong="no gradient at all" fails="a gradient passes signal and door"
def gate(a):
    with torch.no_grad():
        signal, door = a.chunk(2, dim=1)
        return signal.tanh() * door.sigmoid()
