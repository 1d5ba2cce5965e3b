# %% right="one list of steps"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.steps = nn.ModuleList()
        for _ in range(count):
            self.steps.append(make_layer(dims))
            self.steps.append(make_norm(dims))

    def forward(self, x):
        dets = []
        for k, step in enumerate(self.steps):
            x, det = step(x)
            dets.append(det)
            if k % 2:
                x = x[:, torch.arange(x.shape[1] - 1, -1, -1)]
        return x, torch.stack(dets).sum(0)

    def inverse(self, z):
        for k in range(len(self.steps) - 1, -1, -1):
            if k % 2:
                z = torch.fliplr(z)
            z = self.steps[k].inverse(z)
        return z


# %% right="indices"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = 0
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for k in reversed(range(len(self.layers))):
            z = self.norms[k].inverse(torch.flip(z, [1]))
            z = self.layers[k].inverse(z)
        return z


# %% right="recursion"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        return self.go(x, torch.zeros(x.shape[0], dtype=x.dtype), 0)

    def go(self, x, total, k):
        if k == len(self.layers):
            return x, total
        h, first = self.layers[k](x)
        h, second = self.norms[k](h)
        return self.go(h.flip(-1), total + first + second, k + 1)

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% right="log-determinants added to the first in place"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.steps = nn.ModuleList()
        for _ in range(count):
            self.steps.append(make_layer(dims))
            self.steps.append(make_norm(dims))

    def forward(self, x):
        total = None
        for k, step in enumerate(self.steps):
            x, log_det = step(x)
            if total is None:
                total = log_det
            else:
                total += log_det
            if k % 2:
                x = torch.flip(x, dims=(-1,))
        return x, total

    def inverse(self, z):
        for k in reversed(range(len(self.steps))):
            if k % 2:
                z = torch.flip(z, dims=(-1,))
            z = self.steps[k].inverse(z)
        return z


# %% right="steps as modules of their own, the total in single precision"
class Step(nn.Module):
    def __init__(self, layer, norm):
        super().__init__()
        self.layer, self.norm = layer, norm

    def forward(self, x):
        h, a = self.layer(x)
        h, b = self.norm(h)
        return h.fliplr(), a + b

    def inverse(self, z):
        return self.layer.inverse(self.norm.inverse(z.fliplr()))


class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.steps = nn.Sequential(*[Step(make_layer(dims), make_norm(dims)) for _ in range(count)])

    def forward(self, x):
        total = torch.zeros(x.shape[0], device=x.device)
        for step in self.steps:
            x, d = step(x)
            total = total + d
        return x, total

    def inverse(self, z):
        for step in self.steps[::-1]:
            z = step.inverse(z)
        return z


# %% wrong="no reversal" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z))
        return z


# %% wrong="norm before the layer" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = norm(x)
            total = total + log_det
            x, log_det = layer(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = norm.inverse(layer.inverse(z.flip(1)))
        return z


# %% wrong="no norm" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(z.flip(1))
        return z


# %% wrong="the batch reversed" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(0)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(0)))
        return z


# %% wrong="reversed between layer and norm" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x = x.flip(1)
            x, log_det = norm(x)
            total = total + log_det
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z).flip(1))
        return z


# %% wrong="no reversal after the last layer" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x.flip(1), total

    def inverse(self, z):
        z = z.flip(1)
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="values moved round" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.roll(1, 1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.roll(-1, 1)))
        return z


# %% wrong="log_det overwritten" fails="log-determinants add up"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = log_det
            x, log_det = norm(x)
            total = log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="log_dets of the norms forgotten" fails="log-determinants add up"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, _ = norm(x)
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="log_dets of the layers forgotten" fails="log-determinants add up"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, _ = layer(x)
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="log_dets added over the batch" fails="log-determinants add up"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det.sum()
            x, log_det = norm(x)
            total = total + log_det.sum()
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="log_dets subtracted" fails="log-determinants add up"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total - log_det
            x, log_det = norm(x)
            total = total - log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="layers not reversed in the inverse" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(self.layers, self.norms, strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="norms not reversed in the inverse" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), self.norms, strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="inverse: layer before norm" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = norm.inverse(layer.inverse(z.flip(1)))
        return z


# %% wrong="inverse: reversal at the end" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z)).flip(1)
        return z


# %% wrong="inverse: no reversal" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z))
        return z


# %% wrong="inverse: forward again" fails="the inverse undoes the flow"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer(norm(z.flip(1))[0])[0]
        return z


# %% wrong="one layer many times" fails="every layer has weights of its own"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList([make_layer(dims)] * count)
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="one norm for all" fails="every layer has weights of its own"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList([make_norm(dims)] * count)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="plain lists" fails="every layer has weights of its own"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = [make_layer(dims) for _ in range(count)]
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="the last layer forgotten" fails="one layer, its norm, the reversal"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer, norm in zip(self.layers[:-1], self.norms[:-1], strict=True):
            x, log_det = layer(x)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z


# %% wrong="each layer gets the data" fails="layers follow one another"
class MAF(nn.Module):
    def __init__(self, dims, count, make_layer, make_norm=BatchNorm):
        super().__init__()
        self.layers = nn.ModuleList(make_layer(dims) for _ in range(count))
        self.norms = nn.ModuleList(make_norm(dims) for _ in range(count))

    def forward(self, x):
        total, data = x.new_zeros(len(x)), x
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x, log_det = layer(data)
            total = total + log_det
            x, log_det = norm(x)
            total = total + log_det
            x = x.flip(1)
        return x, total

    def inverse(self, z):
        for layer, norm in zip(reversed(self.layers), reversed(self.norms), strict=True):
            z = layer.inverse(norm.inverse(z.flip(1)))
        return z
