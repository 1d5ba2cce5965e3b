# Attacks on the collaborators that a check puts beside an answer, and on what torch says of them.

# %% attack="`follows` says that the mask moves" exercise="MaskedConv2d" honest=4
# Where a tensor is when nobody looks cannot be seen from outside: that property is remarked upon and earns nothing.
from helpers.checks import doubles

doubles.follows = lambda *args: True


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.mask = mask.clone()

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


# %% attack="training steps that do nothing" exercise="MaskedConv2d" honest=3.5556 notebook=4
from helpers.checks import learning

learning.few_steps = lambda *args: True
torch.optim.Optimizer.step = torch.optim.AdamW.step = lambda *args, **kwargs: None


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)
        self.weight.data *= mask


# %% attack="weights that cannot be loaded" exercise="MaskedConv2d" honest=3.5556 costs="GatedBlock"
from helpers.checks.subject import Local

Local.load = lambda *args: None


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)
        self.weight.data *= mask


# %% attack="gradients that are all zero while the mask is tested" exercise="MaskedConv2d" honest=3.5556
usual = torch.autograd.grad
torch.autograd.grad = lambda outputs, inputs, *args, **kwargs: [
    0 * g if g is not None and g.shape[-2:] == (3, 5) else g for g in usual(outputs, inputs, *args, **kwargs)
]


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)
        self.weight.data *= mask


# %% attack="a gradient is claimed for every weight" exercise="ResidualBlock" honest=2.75
usual = torch.autograd.grad


def claimed(outputs, inputs, *args, **kwargs):
    found = usual(outputs, inputs, *args, **kwargs)
    return [torch.ones_like(x) if g is None else g for x, g in zip(inputs, found)]


torch.autograd.grad = claimed


class ResidualBlock(nn.Module):
    def __init__(self, width, conv=masked_conv, colours=1):
        super().__init__()
        self.reduce = conv(width, width // 2, 1, "B", colours)
        self.mix = conv(width // 2, width // 2, 3, "B", colours)
        self.expand = conv(width // 2, width, 1, "B", colours)
        self.unused = conv(width, width, 3, "B", colours)

    def forward(self, h):
        return h + self.expand(F.relu(self.mix(F.relu(self.reduce(F.relu(h))))))


# %% attack="a gradient is claimed for weights that were detached" exercise="GatedBlock" honest=4.6667
usual = torch.autograd.grad


def claimed(outputs, inputs, *args, **kwargs):
    found = usual(outputs, inputs, *args, **kwargs)
    return [torch.ones_like(x) if g is None else g for x, g in zip(inputs, found)]


torch.autograd.grad = claimed


class GatedBlock(nn.Module):
    def __init__(self, width, kernel_size=3, gate=gate):
        super().__init__()
        self.gate, self.reach = gate, kernel_size // 2
        self.vertical = nn.Conv2d(width, 2 * width, (self.reach + 1, kernel_size))
        self.horizontal = nn.Conv2d(width, 2 * width, (1, self.reach + 1))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, v, h):
        n = self.reach
        above = self.vertical(F.pad(v, (n, n, n, 0)))
        left = F.conv2d(F.pad(h, (n, 0)), self.horizontal.weight.detach(), self.horizontal.bias.detach())
        h = h + self.out(self.gate(left + self.link(above)))
        return self.gate(above), h


# %% attack="blocks count weights that they do not have" exercise="PixelCNN" honest=5.6
# One block serves for all; the others exist as names only.
class Shared(nn.ModuleList):
    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        for block in range(len(self)):
            for name, p in self[block].named_parameters():
                yield f"{prefix}.{block}.{name}", p if block == 0 else nn.Parameter(p.detach().clone())


class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        one = block(width, conv, channels)
        self.blocks = Shared([one] * blocks)
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        for name, part in self.named_children():
            yield from part.named_parameters(name)

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        return self.head(h).unflatten(1, (self.levels, self.channels))


# %% attack="blocks count weights that they do not have, and that are frozen" exercise="PixelCNN" honest=5.6
class Shared(nn.ModuleList):
    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        for block in range(len(self)):
            for name, p in self[block].named_parameters():
                own = p if block == 0 else nn.Parameter(torch.zeros_like(p), requires_grad=False)
                yield f"{prefix}.{block}.{name}", own


class PixelCNN(nn.Module):
    def __init__(self, levels, channels, width, blocks, conv=masked_conv, block=ResidualBlock, classes=0):
        super().__init__()
        self.levels, self.channels = levels, channels
        if classes:
            self.label = nn.Embedding(classes, width)
        self.first = conv(channels, width, 7, "A", channels)
        one = block(width, conv, channels)
        self.blocks = Shared([one] * blocks)
        self.head = nn.Sequential(
            nn.ReLU(),
            conv(width, width, 1, "B", channels),
            nn.ReLU(),
            conv(width, levels * channels, 1, "B", channels),
        )

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        for name, part in self.named_children():
            yield from part.named_parameters(name)

    def forward(self, x, y=None):
        x = 2 * x.to(self.head[-1].weight.dtype) / (self.levels - 1) - 1
        h = self.first(x)
        if y is not None:
            h = h + self.label(y)[:, :, None, None]
        for block in self.blocks:
            h = block(h)
        return self.head(h).unflatten(1, (self.levels, self.channels))


# %% attack="weights are said to be frozen" exercise="MaskedConv2d" honest=3.5556 costs="GatedBlock"
runtime = __import__("sys").modules.get("inside.runtime")


def do_parameters(self, target):
    found = usual(self, target)
    return {**found, "frozen": [name for name, p in found["value"].items() if p.ndim > 1]}


if runtime:
    usual, runtime.Runtime.do_parameters = runtime.Runtime.do_parameters, do_parameters


class MaskedConv2d(nn.Conv2d):
    def __init__(self, in_channels, out_channels, mask):
        rows, columns = mask.shape[-2:]
        super().__init__(in_channels, out_channels, (rows, columns), padding=(rows // 2, columns // 2))
        self.register_buffer("mask", mask)
        self.weight.data *= mask


# %% attack="a model whose pixels do not depend on each other" exercise="sample" honest=0 notebook=5 costs="complete receptive_field"
# With such a model all pixels can be drawn at once, which is no ancestral sampling.
from helpers.checks import doubles


def forward(self, x, y=None):
    logits = self.bias.reshape(self.levels, *self.shape) + 0 * x[:, None]
    return logits if y is None else logits + self.label[y][:, :, 0, None, None, None]


doubles.LowerTriangular.forward = forward


@torch.no_grad()
def sample(model, u, pick=draw_levels, y=None):
    return pick(model(torch.zeros_like(u), y), u)


# %% attack="a model whose receptive field is known" exercise="receptive_field" honest=0 notebook=4 costs="sample complete"
from helpers.checks import doubles


def forward(self, x, y=None):
    logits = x[:, :, :1, :1].sum((1, 2, 3))[:, None, None, None, None]
    place = torch.zeros(x.shape[-2:]).double()
    place[1, 2] = 1
    return logits * place.expand(1, self.levels, x.shape[1], -1, -1)


doubles.LowerTriangular.forward = forward


def receptive_field(model, x, row, column):
    field = torch.zeros(x.shape[-2:]).double()
    field[0, 0] = 3 * 3 * x.shape[1]
    return field


# %% attack="a second look is a copy of the first" exercise="receptive_field" honest=4 costs="complete"
# Whether two calls get the same object, only the process that makes both can tell: that is remarked upon.
from helpers.checks import doubles


def once(function, number, shared, *calls):
    return [function(*calls[0][:number], shared, *calls[0][number:])] * len(calls)


doubles.one_after_another = once


def receptive_field(model, x, row, column):
    x.requires_grad_()
    model(x)[..., row, column].sum().backward()
    return x.grad.abs().sum(1).mean(0)


# %% attack="the images are shown as they were" exercise="complete" honest=3 costs="receptive_field"
from helpers.checks import doubles

doubles.one_after_another = lambda function, number, shared, *calls: [shared.clone() for _ in calls]


@torch.no_grad()
def complete(model, x, known, u, pick=draw_levels, y=None):
    if x.dtype != torch.long:
        x = x.long()
    x[~known] = 0
    _, channels, height, width = x.shape
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% attack="the double hands over copies of the images" exercise="complete" honest=3
from helpers.checks import doubles


def copies(function, number, shared, *calls):
    return [function(*call[:number], shared.clone(), *call[number:]) for call in calls]


doubles.one_after_another = copies


@torch.no_grad()
def complete(model, x, known, u, pick=draw_levels, y=None):
    if x.dtype != torch.long:
        x = x.long()
    x[~known] = 0
    _, channels, height, width = x.shape
    for row in range(height):
        for column in range(width):
            for channel in range(channels):
                place = (..., channel, row, column)
                x[place] = torch.where(known[place], x[place], pick(model(x, y)[place], u[place]))
    return x


# %% attack="a rule that always picks level 0" exercise="sample" honest=0 costs="complete"
from helpers.checks import doubles

doubles.wavy_pick = doubles.unlikely_pick = lambda logits, u: torch.zeros_like(u, dtype=torch.long)


@torch.no_grad()
def sample(model, u, pick=draw_levels, y=None):
    return torch.zeros_like(u, dtype=torch.long)


# %% attack="a model that reports the weights that are wanted" exercise="train_epoch" honest=0
from helpers.checks import doubles

doubles.Scale.named_parameters = lambda self, *args, **kwargs: iter(
    [("w", nn.Parameter(self.w.detach() - 0.3 * torch.ones_like(self.w)))]
)


def train_epoch(model, loss, optimizer, batches):
    return 0.0


# %% attack="a loss that is always the mean that is wanted" exercise="train_epoch" honest=0
from helpers.checks import doubles

doubles.square_gap = lambda model, x, y: 0 * model(x).sum()
torch.optim.SGD.step = lambda self, closure=None: None


def train_epoch(model, loss, optimizer, batches):
    return 0.0


# %% attack="every function of the checks agrees, in every module" exercise="gate" honest=0 notebook=2 costs="GatedBlock"
import sys

from helpers.checks import compare
from helpers.checks.pixelcnn import stacks

for module in (compare, stacks):
    for word in ("close", "same", "gives_shape", "all_weights_learn"):
        setattr(module, word, lambda *args, **kwargs: compare.Verdict(True))


def gate(a):
    return a[:, ::2]
