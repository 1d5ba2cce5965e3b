# %% right="all columns at once, D times"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1]):
        t, log_s = net(x)
        x = (z - t) / log_s.exp()
    return x


# %% right="columns in a list"
def maf_inverse(net, z):
    columns = []
    for i in range(z.shape[1]):
        rest = z.new_zeros(len(z), z.shape[1] - i)
        t, log_s = net(torch.cat([*columns, rest], dim=1))
        columns.append(((z - t) * torch.exp(-log_s))[:, i : i + 1])
    return torch.cat(columns, dim=1)


# %% right="image by image, starting from the noise"
def maf_inverse(net, z):
    rows = []
    for row in z:
        x = row[None].clone()
        for i in range(z.shape[1]):
            t, log_s = net(x)
            x[0, i] = (row[i] - t[0, i]) / log_s[0, i].exp()
        rows.append(x[0])
    return torch.stack(rows)


# %% right="more passes than needed, and random values where none is known yet"
def maf_inverse(net, z):
    x = torch.randn_like(z)
    for i in list(range(z.shape[1])) + [z.shape[1] - 1]:
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% right="in single precision"
@torch.no_grad()
def maf_inverse(net, z):
    x = torch.zeros(z.shape)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) / log_s[:, i].exp()
    return x


# %% right="columns of a transposed tensor"
def maf_inverse(net, z):
    x = torch.zeros(z.shape[::-1], dtype=z.dtype, device=z.device).T
    for i, column in enumerate(z.unbind(1)):
        t, log_s = (v.select(1, i) for v in net(x))
        x.select(1, i).copy_((column - t) * torch.exp(-log_s))
    return x


# %% right="in inference mode"
@torch.inference_mode()
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) / log_s[:, i].exp()
    return x


# %% wrong="shift added" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] + t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="sign of log s" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * log_s[:, i].exp()
    return x


# %% wrong="scale before shift" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = z[:, i] * (-log_s[:, i]).exp() - t[:, i]
    return x


# %% wrong="forward formula" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = z[:, i] * log_s[:, i].exp() + t[:, i]
    return x


# %% wrong="the noise handed to the network" fails="the second value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(z)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="one pass" fails="the second value"
def maf_inverse(net, z):
    t, log_s = net(torch.zeros_like(z))
    return (z - t) * (-log_s).exp()


# %% wrong="last value forgotten" fails="the last value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1] - 1):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="one pass too few, all at once" fails="the last value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for _ in range(z.shape[1] - 1):
        t, log_s = net(x)
        x = (z - t) * (-log_s).exp()
    return x


# %% wrong="first value forgotten" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(1, z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="from the last to the first" fails="the second value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in reversed(range(z.shape[1])):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="network asked once, before the loop" fails="the second value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    t, log_s = net(x)
    for i in range(z.shape[1]):
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x


# %% wrong="the column before" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i - 1]) * (-log_s[:, i - 1]).exp()
    return x


# %% wrong="rows for columns" fails="the first value"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(len(z)):
        t, log_s = net(x)
        x[i] = (z[i] - t[i]) * (-log_s[i]).exp()
    return x * 0


# %% wrong="written into the noise" fails="the noise is left as it was"
def maf_inverse(net, z):
    x = z
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = (z[:, i] - t[:, i]) * (-log_s[:, i]).exp()
    return x.clone()


# %% wrong="clamped" fails="values of any size"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(z.shape[1]):
        t, log_s = net(x)
        x[:, i] = ((z[:, i] - t[:, i]) * (-log_s[:, i]).exp()).clamp(-50, 50)
    return x


# %% wrong="sixty-four passes" fails="as many passes as there are values"
def maf_inverse(net, z):
    x = torch.zeros_like(z)
    for i in range(64):
        t, log_s = net(x)
        x = (z - t) / log_s.exp()
    return x
