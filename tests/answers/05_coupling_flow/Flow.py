# %% right="a running sum"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% right="a list of log_dets, a sequential module"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        logs = [torch.zeros(len(x), dtype=x.dtype)]
        h = x
        for layer in self.layers:
            h, log_det = layer(h)
            logs.append(log_det)
        return h, torch.stack(logs).sum(0)

    def inverse(self, z):
        for i in range(len(self.layers) - 1, -1, -1):
            z = self.layers[i].inverse(z)
        return z


# %% right="recursion"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.first = layers[0] if len(layers) else None
        self.rest = Flow(layers[1:]) if len(layers) else None

    def forward(self, x):
        if self.first is None:
            return x, torch.zeros(x.shape[0])
        h, one = self.first(x)
        z, others = self.rest(h)
        return z, one + others

    def inverse(self, z):
        return z if self.first is None else self.first.inverse(self.rest.inverse(z))


# %% right="layers registered one by one"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.names = [f"layer_{i}" for i in range(len(layers))]
        for name, layer in zip(self.names, layers):
            self.add_module(name, layer)

    def forward(self, x):
        total = torch.zeros_like(x.flatten(1)[:, 0])
        for name in self.names:
            x, log_det = getattr(self, name)(x)
            total = log_det + total
        return x, total

    def inverse(self, z):
        for name in self.names[::-1]:
            z = getattr(self, name).inverse(z)
        return z


# %% wrong="log_det overwritten" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        log_det = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
        return x, log_det

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="only the first log_det" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = None
        for layer in self.layers:
            x, log_det = layer(x)
            total = log_det if total is None else total
        return x, x.new_zeros(len(x)) if total is None else total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="every layer gets x" fails="the layers are applied in their order"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        z = x
        for layer in self.layers:
            z, log_det = layer(x)
            total = total + log_det
        return z, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="return inside the loop" fails="the layers are applied in their order"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
            return x, total
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="layers undone in their order" fails="the inverse gives x back"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in self.layers:
            z = layer.inverse(z)
        return z


# %% wrong="layers applied again, backwards" fails="the inverse gives x back"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z, _ = layer(z)
        return z


# %% wrong="layers applied backwards" fails="the layers are applied in their order"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in reversed(self.layers):
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in self.layers:
            z = layer.inverse(z)
        return z


# %% wrong="a plain list" fails="the layers' parameters are known"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="turned around in place" fails="the inverse gives x back a second time"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.order = list(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        self.order.reverse()
        for layer in self.order:
            z = layer.inverse(z)
        return z


# %% wrong="the mean over the layers" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total / max(1, len(self.layers))

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="the sign of the sum" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total - log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="a product of log_dets" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_ones(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total * log_det
        return x, total if len(self.layers) else 0 * total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="log_dets at x" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        z = x
        for layer in self.layers:
            total = total + layer(x)[1]
            z = layer(z)[0]
        return z, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="the last layer left out" fails="the layers are applied in their order"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers[:-1]:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="the first layer not undone" fails="the inverse gives x back"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers[1:]):
            z = layer.inverse(z)
        return z


# %% wrong="the first layer's log_det forgotten" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for i, layer in enumerate(self.layers):
            x, log_det = layer(x)
            if i > 0:
                total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="one log_det for the batch" fails="log_det adds up over the layers"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det.sum()
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="a plain zero without layers" fails="no layers change nothing"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = 0
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="only z" fails="the layers are applied in their order"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x, _ = layer(x)
        return x

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z


# %% wrong="the inverse returns a pair" fails="the inverse gives x back"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer in reversed(self.layers):
            z = layer.inverse(z)
        return z, -z.new_zeros(len(z))


# %% right="log_dets added in place to what the first layer returns"
class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.steps = nn.Sequential(*layers)

    def forward(self, x):
        if not len(self.steps):
            return x, torch.zeros(x.shape[0])
        x, total = self.steps[0](x)
        for step in list(self.steps)[1:]:
            x, log_det = step(x)
            total += log_det
        return x, total

    def inverse(self, z):
        for step in list(self.steps)[::-1]:
            z = step.inverse(z)
        return z
