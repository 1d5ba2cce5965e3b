# %% right="two heads"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values = torch.arange(1, dims + 1)
        self.degrees = [values] + [torch.arange(width) % (dims - 1) + 1 for _ in range(depth)]
        self.hidden = nn.ModuleList(linear(a, b, False) for a, b in zip(self.degrees, self.degrees[1:]))
        self.shift, self.scale = (linear(self.degrees[-1], values, True) for _ in range(2))

    def forward(self, x):
        for layer in self.hidden:
            x = layer(x).relu()
        return self.shift(x), torch.clamp(self.scale(x), min=-5.0, max=5.0)


# %% right="degrees in another order, sliced outputs"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, 1 + torch.arange(width).remainder(dims - 1).sort().values
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        out = self.net(x)
        t, log_s = out[:, : x.shape[1]], out[:, x.shape[1] :]
        return t, torch.minimum(torch.maximum(log_s, log_s.new_tensor(-5.0)), log_s.new_tensor(5.0))


# %% right="interleaved outputs, taken apart again"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, values.repeat_interleave(2), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).unflatten(1, (-1, 2)).unbind(-1)
        return t, log_s.clamp(-5, 5)


# %% right="hardtanh, a list"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return [t, F.hardtanh(log_s, -5.0, 5.0)]


# %% right="activations in place, arguments by name"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        self.dims = dims
        d = [torch.arange(1, dims + 1)]
        for _ in range(depth):
            d.append(torch.tensor([k % (dims - 1) + 1 for k in range(width)]))
        d.append(torch.arange(1, dims + 1).repeat(2))
        self.layers = nn.ModuleList(
            [linear(in_degrees=a, out_degrees=b, strict=(k == depth)) for k, (a, b) in enumerate(zip(d[:-1], d[1:]))]
        )

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = F.relu_(layer(x))
        t, log_s = self.layers[-1](x).split(self.dims, 1)
        return t, log_s.clip(-5, 5)


# %% wrong="output layer not strict" fails="no output sees its own value"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), False))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="hidden layers strict" fails="shifts see every value before"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, True), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="outputs interleaved, halves taken" fails="no output sees its own value"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, values.repeat_interleave(2), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="log-scales at odd places" fails="no output sees its own value"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        out = self.net(x)
        t, log_s = out[:, ::2], out[:, 1::2]
        return t, log_s.clamp(-5, 5)


# %% wrong="log-scales not clamped" fails="log-scales stay between -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s


# %% wrong="everything clamped" fails="shifts are free"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).clamp(-5, 5).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="the shift clamped" fails="log-scales stay between -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t.clamp(-5, 5), log_s


# %% wrong="log-scales first" fails="log-scales stay between -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        log_s, t = self.net(x).chunk(2, dim=1)
        return log_s.clamp(-5, 5), t


# %% wrong="clamped from above only" fails="log-scales stay between -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(max=5)


# %% wrong="clamped to [-1, 1]" fails="log-scales reach -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-1, 1)


# %% wrong="scales clamped, not their logarithms" fails="log-scales reach -5 and 5"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.exp().clamp(1e-5, 5).log()


# %% wrong="squashed by a tanh" fails="inside the interval nothing is bent"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, 5 * torch.tanh(log_s / 5)


# %% wrong="ReLU before the layers" fails="inputs below zero count"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [nn.ReLU(), linear(degrees, hidden, False)]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="tanh for ReLU" fails="inside the interval nothing is bent"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.Tanh()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="no activation" fails="hidden layers have an activation"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False)]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="depth ignored" fails="more hidden layers bring more weights"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(1):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="one hidden layer in all places" fails="more hidden layers bring more weights"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        first, again = linear(values, hidden, False), linear(hidden, hidden, False)
        layers, degrees = [first, nn.ReLU(), *[again, nn.ReLU()] * (depth - 1)], hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="all hidden degrees 1" fails="shifts see every value before"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.ones(width, dtype=torch.long)
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="hidden degrees from 0" fails="shifts see every value before"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1)
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="degrees up to D" fails="no hidden unit is idle"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % dims + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="a plain list of layers" fails="more hidden layers bring more weights"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = layers

    def forward(self, x):
        for layer in self.net:
            x = layer(x)
        t, log_s = x.chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="outputs shifted by one" fails="shifts see every value before"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values - 1, values - 1]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="batch cut instead of values" fails="returns shifts and log-scales, each (B, D)"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, dim=0)
        return t, log_s.clamp(-5, 5)


# %% wrong="one output" fails="returns shifts and log-scales, each (B, D)"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


# %% wrong="normalised over the batch" fails="rows of a batch do not mix"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        out = self.net(x)
        t, log_s = (out - out.mean(0) * (len(x) > 1) * 0.1).chunk(2, dim=1)
        return t, log_s.clamp(-5, 5)


# %% wrong="shifts detached" fails="a gradient reaches every weight"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, 1)
        return t.detach(), log_s.clamp(-5, 5)


# %% wrong="log-scales detached" fails="a gradient reaches every weight"
class MADE(nn.Module):
    def __init__(self, dims, width, depth=1, linear=masked_linear):
        super().__init__()
        values, hidden = torch.arange(dims) + 1, torch.arange(width) % (dims - 1) + 1
        layers, degrees = [], values
        for _ in range(depth):
            layers += [linear(degrees, hidden, False), nn.ReLU()]
            degrees = hidden
        layers.append(linear(degrees, torch.cat([values, values]), True))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        t, log_s = self.net(x).chunk(2, 1)
        log_s = log_s.detach().clamp(-5, 5)
        return t, log_s
