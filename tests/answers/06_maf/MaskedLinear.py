# %% right="a matrix product"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask != 0)

    def forward(self, x):
        return x.to(self.weight.dtype) @ (self.mask * self.weight).T + self.bias


# %% right="einsum, the layer inside"
class MaskedLinear(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.inner = nn.Linear(mask.shape[1], mask.shape[0])
        self.register_buffer("open", mask.clone())

    def forward(self, x):
        return torch.einsum("bi,oi,oi->bo", x, self.inner.weight, self.open.to(x.dtype)) + self.inner.bias


# %% right="masked_fill"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight.masked_fill(self.mask == 0, 0.0), self.bias)


# %% right="the mask by torch.where, one output after the other"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        weight = torch.where(self.mask > 0, self.weight, torch.zeros_like(self.weight))
        return torch.stack([(x * row).sum(-1) + b for row, b in zip(weight, self.bias)], dim=-1)


# %% right="the mask as a frozen parameter"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        self.mask = nn.Parameter(mask.to(self.weight.dtype), requires_grad=False)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


# %% right="a parametrised weight"
class Masked(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, w):
        return w * self.mask


class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        from torch.nn.utils import parametrize

        parametrize.register_parametrization(self, "weight", Masked(mask.float()))


# %% right="pruned by the mask"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        from torch.nn.utils import prune

        prune.custom_from_mask(self, "weight", mask)


# %% right="hidden weights zeroed at every call"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        self.register_buffer("mask", mask.float())

    def forward(self, x):
        self.weight.data.mul_(self.mask)
        return super().forward(x)


# %% right="a parameter per output, of the open places alone"
class MaskedLinear(nn.Module):
    def __init__(self, mask):
        super().__init__()
        self.places = [row.nonzero().squeeze(1) for row in mask]
        self.rows = nn.ParameterList(nn.Parameter(torch.randn(len(p))) for p in self.places)
        self.bias = nn.Parameter(torch.zeros(len(mask)))

    def forward(self, x):
        return torch.stack([x[:, p.to(x.device)] @ r for p, r in zip(self.places, self.rows)], 1) + self.bias


# %% wrong="mask once, at construction" fails="still masked after the weights have changed"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        with torch.no_grad():
            self.weight.mul_(mask)

    def forward(self, x):
        return super().forward(x)


# %% wrong="mask once, through .data at the first call" fails="still masked after the weights have changed"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)
        self.done = False

    def forward(self, x):
        if not self.done:
            self.weight.data = self.weight.data * self.mask
            self.done = True
        return super().forward(x)


# %% wrong="sizes exchanged" fails="maps the inputs to the outputs"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[0], mask.shape[1])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


# %% wrong="mask unused" fails="does not see what the mask hides"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


# %% wrong="mask turned inside out" fails="sees what the mask shows"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * (1 - self.mask), self.bias)


# %% wrong="mask on the input" fails="does not see what the mask hides"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x * self.mask.amax(0), self.weight, self.bias)


# %% wrong="mask added" fails="does not see what the mask hides"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight + self.mask, self.bias)


# %% wrong="mask on the output" fails="does not see what the mask hides"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias) * self.mask.amax(1)


# %% wrong="bias forgotten" fails="a gradient reaches the weights"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask)


# %% wrong="weights detached" fails="a gradient reaches the weights"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight.detach() * self.mask, self.bias)


# %% wrong="a ReLU inside" fails="outputs are sums"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.relu(F.linear(x, self.weight * self.mask, self.bias))


# %% wrong="weights averaged" fails="weights of 1 count the open places"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask / self.mask.sum(1, keepdim=True).clamp(min=1), self.bias)


# %% wrong="weights replaced by the mask" fails="a gradient reaches the weights"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.mask.to(x.dtype), self.bias)


# %% wrong="the mask stays on the CPU" fails="the mask moves with the layer"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.mask = mask

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


# %% wrong="hidden weights zeroed once, their gradients masked" fails="weights of 1 count the open places"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        self.register_buffer("mask", mask.float())
        with torch.no_grad():
            self.weight.mul_(self.mask)
        self.weight.register_hook(lambda g: g * self.mask.to(g.dtype))


# %% wrong="made without a bias" fails="weights of 1 count the open places"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o, bias=False)
        self.register_buffer("mask", mask.float())

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


# %% wrong="the mask as a parameter that learns" fails="still masked after the weights have changed"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        self.mask = nn.Parameter(mask.float())

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


# %% wrong="the input detached" fails="a gradient reaches the weights"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        o, i = mask.shape
        super().__init__(i, o)
        self.register_buffer("mask", mask.float())

    def forward(self, x):
        return F.linear(x.detach(), self.weight * self.mask, self.bias)


# %% wrong="masked in training mode only" fails="evaluation mode is no other layer"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.to(self.weight.dtype))

    def forward(self, x):
        return F.linear(x, self.weight * self.mask if self.training else self.weight, self.bias)


# %% wrong="masked weights kept from the first call on, for evaluation" fails="evaluation mode is no other layer"
class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask.to(self.weight.dtype))
        self.kept = None

    def forward(self, x):
        weight = self.weight * self.mask
        if self.kept is None:
            self.kept = weight.detach().clone()
        return F.linear(x, weight if self.training else self.kept, self.bias)
