# %% right="a step added again and again"
def interpolate(start, end, steps):
    step = (end - start) / (steps - 1)
    return torch.stack([start + k * step for k in range(steps)])


# %% right="lerp"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps).to(start)
    return torch.lerp(start.expand(steps, -1), end.expand(steps, -1), t[:, None])


# %% right="an outer product"
def interpolate(start, end, steps):
    t = torch.arange(steps).double() / (steps - 1)
    return start + torch.outer(t.to(start.dtype), end - start)


# %% right="numpy"
def interpolate(start, end, steps):
    return torch.from_numpy(np.linspace(start.numpy(), end.numpy(), steps))


# %% wrong="backwards" fails="begins at the start"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps)[:, None]
    return t * start + (1 - t) * end


# %% wrong="the end left out" fails="ends at the end"
def interpolate(start, end, steps):
    t = (torch.arange(steps) / steps)[:, None]
    return (1 - t) * start + t * end


# %% wrong="the start left out" fails="begins at the start"
def interpolate(start, end, steps):
    t = (torch.arange(1, steps + 1) / steps)[:, None]
    return (1 - t) * start + t * end


# %% wrong="both ends left out" fails="begins at the start"
def interpolate(start, end, steps):
    t = (torch.arange(1, steps + 1) / (steps + 1))[:, None]
    return (1 - t) * start + t * end


# %% wrong="one code too many" fails="as many codes as steps"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps + 1)[:, None]
    return (1 - t) * start + t * end


# %% wrong="codes in columns" fails="as many codes as steps"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps)
    return (1 - t) * start[:, None] + t * end[:, None]


# %% wrong="squared steps" fails="equal steps in a straight line"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps)[:, None] ** 2
    return (1 - t) * start + t * end


# %% wrong="on a sphere" fails="equal steps in a straight line"
def interpolate(start, end, steps):
    cosine = F.cosine_similarity(start, end, dim=0).clamp(-0.9999, 0.9999)
    omega = torch.acos(cosine)
    t = torch.linspace(0, 1, steps).to(start)[:, None]
    return torch.sin((1 - t) * omega) / torch.sin(omega) * start + torch.sin(t * omega) / torch.sin(omega) * end


# %% wrong="weights that do not add up to 1" fails="equal steps in a straight line"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps)[:, None]
    return (1 - t) ** 2 * start + t * end


# %% wrong="added, not averaged" fails="ends at the end"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, steps)[:, None]
    return start + t * end


# %% wrong="just the ends, repeated" fails="equal steps in a straight line"
def interpolate(start, end, steps):
    t = (torch.linspace(0, 1, steps) > 0.5).double()[:, None]
    return (1 - t) * start + t * end


# %% wrong="always ten steps" fails="as many codes as steps"
def interpolate(start, end, steps):
    t = torch.linspace(0, 1, 10)[:, None]
    return (1 - t) * start + t * end
