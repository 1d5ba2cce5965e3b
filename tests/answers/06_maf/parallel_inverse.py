# %% right="a while loop from the noise"
def parallel_inverse(net, z, tolerance=1e-4):
    x, moved, passes = z.clone(), float("inf"), 0
    while moved > tolerance and passes < z.shape[1]:
        t, log_s = net(x)
        new = (z - t) / torch.exp(log_s)
        moved, passes = (new - x).abs().max().item(), passes + 1
        x = new
    return x


# %% right="torch.allclose with absolute tolerance"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[-1]):
        t, log_s = net(x)
        new = (z - t).mul(log_s.neg().exp())
        if torch.allclose(new, x, rtol=0.0, atol=tolerance):
            return new
        x = new
    return x


# %% right="every row stops by itself"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    active = torch.arange(len(z))
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        new = (z - t) * (-log_s).exp()
        moved = ((new - x).abs() > tolerance).any(1)
        x = new
        if not moved.any():
            break
    return x


# %% right="in single precision"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    z = z.float()
    x = torch.zeros(z.shape)
    for k in range(z.shape[1]):
        t, log_s = net(x)
        new = (z - t) / log_s.exp()
        done = torch.all((new - x).abs() <= tolerance)
        x = new.float()
        if done:
            break
    return x


# %% right="rows leave when they are done"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z.clone()
    active = torch.ones(len(z), dtype=torch.bool)
    for _ in range(z.shape[1]):
        t, log_s = net(x[active])
        new = (z[active] - t) * (-log_s).exp()
        moved = ((new - x[active]).abs() > tolerance).any(1)
        x[active] = new
        index = active.nonzero()[:, 0]
        active[index[~moved]] = False
        if not active.any():
            break
    return x


# %% wrong="shift added" fails="the first value"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z + t) * (-log_s).exp()
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="sign of log s" fails="the first value"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * log_s.exp()
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="scale before shift" fails="the first value"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, z * (-log_s).exp() - t
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="the noise handed to the network" fails="x -> z -> x gives x again"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(z)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="one pass" fails="x -> z -> x gives x again"
def parallel_inverse(net, z, tolerance=1e-4):
    t, log_s = net(torch.zeros_like(z))
    return (z - t) * (-log_s).exp()


# %% wrong="fixed ten passes" fails="stops when no value moves"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(100):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if False:
            break
    return x


# %% wrong="always D passes" fails="stops when no value moves"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if False:
            break
    return x


# %% wrong="one pass too few" fails="the hardest case takes D passes and is right"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1] - 1):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="average move" fails="the largest move decides"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().mean() <= tolerance:
            break
    return x


# %% wrong="mean over the batch" fails="the largest move decides"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().mean(0).max() <= tolerance:
            break
    return x


# %% wrong="smallest move" fails="x -> z -> x gives x again"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().min() <= tolerance:
            break
    return x


# %% wrong="squared move" fails="the size of a move is compared, as it is"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).square().max() <= tolerance:
            break
    return x


# %% wrong="sign of the move" fails="moves of either sign count"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).max() <= tolerance:
            break
    return x


# %% wrong="tolerance ignored" fails="a looser tolerance takes fewer passes"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() <= 1e-12:
            break
    return x


# %% wrong="stops while values still move" fails="the hardest case takes D passes and is right"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() >= tolerance:
            break
    return x


# %% wrong="the first row alone" fails="the largest move decides"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before)[0].abs().max() <= tolerance:
            break
    return x


# %% wrong="no limit of passes" fails="never more than D passes"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(10 * z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() < tolerance:
            break
    return x


# %% wrong="updates the noise" fails="the first value"
def parallel_inverse(net, z, tolerance=1e-4):
    for _ in range(z.shape[1]):
        t, log_s = net(z)
        before, z = z, (z - t) * (-log_s).exp()
        if (z - before).abs().max() <= tolerance:
            break
    return z


# %% wrong="returns the guess before the last" fails="x -> z -> x gives x again"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).abs().max() <= tolerance:
            break
    return before


# %% wrong="damped, and not finished" fails="the first value"
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, x + 0.5 * ((z - t) * (-log_s).exp() - x)
        if (x - before).abs().max() <= tolerance:
            break
    return x


# %% wrong="moves written into the noise" fails="the noise is left as it was"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z
    start = z.clone()
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        step = (start - t) * (-log_s).exp() - x
        x += step
        if step.abs().max() <= tolerance:
            break
    return x.clone()


# %% wrong="as long as anything moves" fails="never more than D passes"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x, moved = z, math.inf
    while moved > tolerance:
        t, log_s = net(x)
        new = (z - t) * (-log_s).exp()
        moved = float((new - x).abs().max())
        x = new
    return x


# %% wrong="root of the mean square of the moves" fails="the largest move decides"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if (x - before).square().mean().sqrt() <= tolerance:
            break
    return x


# %% wrong="any row at rest ends it" fails="the largest move decides"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if ((x - before).abs().amax(1) <= tolerance).any():
            break
    return x


# %% wrong="moves relative to the values" fails="the size of a move is compared, as it is"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        before, x = x, (z - t) * (-log_s).exp()
        if ((x - before).abs() / (x.abs() + 1e-12)).max() <= tolerance:
            break
    return x


# %% wrong="stops when z fits, not when x rests" fails="the size of a move is compared, as it is"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = z
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        if (x * log_s.exp() + t - z).abs().max() <= tolerance:
            break
        x = (z - t) * (-log_s).exp()
    return x


# %% right="the largest move as an infinity norm"
@torch.no_grad()
def parallel_inverse(net, z, tolerance=1e-4):
    x = torch.zeros_like(z)
    for _ in range(z.size(1)):
        t, log_s = net(x)
        new = (z - t) * (-log_s).exp()
        if torch.dist(new, x, p=math.inf) <= tolerance:
            return new
        x = new
    return x
