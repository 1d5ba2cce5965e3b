# %% right="blocks of cells that move apart"
def kinked_pair(theta):
    p = torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64)
    q = torch.tensor([max(-theta, 0.0), 1 - abs(theta), max(theta, 0.0)], dtype=torch.float64)
    return p, q


# %% right="both move"
def kinked_pair(theta):
    share = abs(theta)
    p = torch.tensor([1 - share, share, 0.0], dtype=torch.float64)
    q = torch.tensor([1 - share, 0.0, share], dtype=torch.float64)
    return p, q


# %% right="a bend away from 0 in value"
def kinked_pair(theta):
    t = torch.tensor(theta, dtype=torch.float64)
    q = torch.stack([0.9 - t.abs(), 0.1 + t.abs()])
    return torch.tensor([0.5, 0.5], dtype=torch.float64), q


# %% right="an infinite slope"
def kinked_pair(theta):
    share = abs(theta) ** 0.5
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1 - share, share], dtype=torch.float64)


# %% right="a kink on one side only"
def kinked_pair(theta):
    share = max(theta, 0.0)
    return torch.tensor([0.0, 1.0], dtype=torch.float64), torch.tensor([share, 1 - share], dtype=torch.float64)


# %% wrong="the two lines again" fails="the divergence is continuous at 0"
def kinked_pair(theta):
    p = torch.tensor([1.0, 0.0], dtype=torch.float64)
    return p, (p if theta == 0 else p.flip(0))


# %% wrong="smooth: all values shared" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    p = torch.tensor([0.5, 0.5], dtype=torch.float64)
    q = torch.tensor([0.5 + theta / 2, 0.5 - theta / 2], dtype=torch.float64)
    return p, q


# %% wrong="an absolute value in a smooth valley" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    p = torch.tensor([0.5, 0.5], dtype=torch.float64)
    q = torch.tensor([0.5 + abs(theta) / 2, 0.5 - abs(theta) / 2], dtype=torch.float64)
    return p, q


# %% wrong="mass that leaves like a square" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    return (
        torch.tensor([1.0, 0.0], dtype=torch.float64),
        torch.tensor([1 - theta**2, theta**2], dtype=torch.float64),
    )


# %% wrong="nothing moves" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([0.5, 0.5], dtype=torch.float64)


# %% wrong="always the same" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    p = torch.tensor([1 - abs(theta), abs(theta)], dtype=torch.float64)
    return p, p.clone()


# %% wrong="negative probabilities" fails="two distributions for every theta"
def kinked_pair(theta):
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1 - theta, theta], dtype=torch.float64)


# %% wrong="does not add up to 1" fails="two distributions for every theta"
def kinked_pair(theta):
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1.0, abs(theta)], dtype=torch.float64)


# %% wrong="a kink elsewhere" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    share = abs(theta - 0.25)
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1 - share, share], dtype=torch.float64)


# %% wrong="a jump to a larger divergence" fails="the divergence is continuous at 0"
def kinked_pair(theta):
    share = abs(theta) + 0.2 if theta > 0 else 0.0
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1 - share, share], dtype=torch.float64)


# %% wrong="one distribution" fails="runs on a small input"
def kinked_pair(theta):
    return torch.tensor([1 - abs(theta), abs(theta)], dtype=torch.float64)


# %% wrong="mass that leaves a little faster than in a straight line" fails="the divergence has no derivative at 0"
def kinked_pair(theta):
    t = abs(theta) ** 1.2
    return torch.tensor([1.0, 0.0], dtype=torch.float64), torch.tensor([1 - t, t], dtype=torch.float64)
