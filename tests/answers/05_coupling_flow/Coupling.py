# %% right="scales and shifts that vanish where the mask is 1"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% right="the masked formula of the paper"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        b = self.mask
        s, t = self.split(self.net(b * x), b, self.factor)
        z = b * x + (1 - b) * (x * torch.exp(s) + t)
        return z, s.reshape(len(x), -1).sum(dim=1)

    def inverse(self, z):
        b = self.mask
        kept = b * z
        s, t = self.split(self.net(kept), b, self.factor)
        return kept + (1 - b) * (z - t) / torch.exp(s)


# %% right="one method for both ways"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def scales(self, values):
        seen = torch.where(self.mask == 1, values, torch.zeros_like(values))
        return self.split(self.net(seen), self.mask, self.factor)

    def forward(self, x):
        s, t = self.scales(x)
        return torch.addcmul(t, x, s.exp()), s.sum(dim=tuple(range(1, s.ndim)))

    def inverse(self, z):
        s, t = self.scales(z)
        return z.sub(t).mul(torch.exp(-s))


# %% right="a loop over rows, the free values picked out"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        zs, logs = [], []
        for row in x:
            s, t = self.split(self.net((self.mask * row)[None]), self.mask, self.factor)
            free = (self.mask == 0).expand_as(row)
            z = row.clone()
            z[free] = row[free] * s[0][free].exp() + t[0][free]
            zs.append(z)
            logs.append(s[0][free].sum())
        return torch.stack(zs), torch.stack(logs)

    def inverse(self, z):
        s, t = self.split(self.net(z * self.mask), self.mask, self.factor)
        x = z.clone()
        free = (self.mask == 0).expand_as(z)
        x[free] = (z[free] - t[free]) / s[free].exp()
        return x


# %% right="masked again, in vain"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        s, t = (1 - self.mask) * s, (1 - self.mask) * t
        return x * s.exp() + t, torch.einsum("b...->b", s)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - (1 - self.mask) * t) * torch.exp((self.mask - 1) * s)


# %% wrong="scales remembered from the way there" fails="the forward pass gives z back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        self.s, self.t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * self.s.exp() + self.t, self.s.flatten(1).sum(1)

    def inverse(self, z):
        return (z - self.t) * (-self.s).exp()


# %% wrong="the network sees all of x" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the network sees all of z on the way back" fails="the inverse gives x back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the network sees what changes" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net((1 - self.mask) * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net((1 - self.mask) * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="a shift before the scale" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return (x + t) * s.exp(), s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return z * (-s).exp() - t


# %% wrong="scale off before the shift" fails="the inverse gives x back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return z * (-s).exp() - t


# %% wrong="the scale applied again on the way back" fails="the inverse gives x back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * s.exp()


# %% wrong="the shift added again on the way back" fails="the inverse gives x back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z + t) * (-s).exp()


# %% wrong="s for its exponential" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) / s


# %% wrong="the inverse for the forward pass" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return (x - t) * (-s).exp(), -s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return z * s.exp() + t


# %% wrong="log_det with the wrong sign" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, -s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det of the shifts" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, t.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the scales added up" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.exp().flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det averaged" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).mean(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det of the batch" fails="returns z and one log_det per row"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.sum()

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det of the batch, for every row" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.sum().expand(len(x))

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det per channel" fails="returns z and one log_det per row"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(2).sum(2) if s.ndim > 2 else s

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="only rows and columns added up, then the first channel" fails="log_det is that of the Jacobian"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(2).sum(2)[:, 0] if s.ndim > 2 else s.sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the half that stays is lost" fails="what stays is not touched"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return (1 - self.mask) * (x * s.exp() + t), s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the mask the wrong way round" fails="what stays is not touched"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        b = 1 - self.mask
        s, t = self.split(self.net(b * x), b, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        b = 1 - self.mask
        s, t = self.split(self.net(b * z), b, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="an even and odd split, concatenated" fails="what stays is not touched"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        a, b = x[..., 0::2], x[..., 1::2]
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        s, t = s[..., 1::2], t[..., 1::2]
        return torch.cat([a, b * s.exp() + t], -1), s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="s and t exchanged" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        t, s = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        t, s = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the network detached" fails="a gradient reaches every weight"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x).detach(), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the factor left out" fails="a gradient reaches every weight"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, torch.ones(()))
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, torch.ones(()))
        return (z - t) * (-s).exp()


# %% wrong="log_det detached" fails="a gradient reaches every weight"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        with torch.no_grad():
            s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="log_det missing" fails="returns z and one log_det per row"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="the coupling twice" fails="the inverse gives x back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return z * s.exp() + t


# %% wrong="scaled by the batch's spread" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return (x / x.std()) * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% wrong="additive only" fails="the rest is scaled and shifted"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x + t, 0 * s.flatten(1).sum(1)

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return z - t


# %% wrong="shapes of images only" fails="points without rows and columns work too"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.sum((1, 2, 3))

    def inverse(self, z):
        s, t = self.split(self.net(self.mask * z), self.mask, self.factor)
        return (z - t) * (-s).exp()


# %% right="a lerp, a product of scales, and an inverse in place"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x, seen=None):
        seen = x.masked_fill(self.mask == 0, 0) if seen is None else seen
        s, t = self.split(h=self.net(seen), mask=self.mask.expand_as(x), factor=self.factor)
        z = torch.lerp(x.mul(torch.exp(s)).add(t), x, self.mask.expand_as(x))
        return z, torch.exp(s).flatten(1).prod(dim=1).log()

    @torch.no_grad()
    def inverse(self, z):
        x = z.clone()
        for i, row in enumerate(z):
            s, t = self.split(self.net((row * self.mask)[None]), self.mask, self.factor)
            x[i] -= t[0]
            x[i] /= s[0].exp()
        return x


# %% wrong="x remembered for the way back" fails="the forward pass gives z back"
class Coupling(nn.Module):
    def __init__(self, net, mask, split=None):
        super().__init__()
        self.net, self.split = net, split
        self.register_buffer("mask", mask)
        self.factor = nn.Parameter(torch.ones(()))

    def forward(self, x):
        self.x = x
        s, t = self.split(self.net(self.mask * x), self.mask, self.factor)
        return x * s.exp() + t, s.flatten(1).sum(1)

    def inverse(self, z):
        return self.x
