"""Collaborators for checks of image translation: generators, judges, layers and steps that are known exactly.

As with the other doubles, none is an answer to an exercise; weights come from a seed of their own, in float64.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers.checks.inputs import Draw

# Layers


class Same(nn.Module):
    """A normalisation that changes nothing."""

    def __init__(self, channels: int):
        """Take the number of channels, and have no use for it."""
        super().__init__()

    def forward(self, x: Tensor) -> Tensor:
        """Give back what comes."""
        return x


class Lowered(nn.Module):
    """A normalisation that only takes a half away: how many there are, and where, shows in the values."""

    def __init__(self, channels: int):
        """Take the number of channels, which has to be that of what comes."""
        super().__init__()
        self.channels = channels

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, channels, H, W) to the same shape.

        Raises:
            ValueError: The number of channels is another one.
        """
        if x.shape[1] != self.channels:
            raise ValueError(f"a norm made for {self.channels} channels got {x.shape[1]}")
        return x - 0.5


class Opened(Same):
    """A normalisation that lifts every second pixel by 3, so that no ReLU behind it is shut for all of a map."""

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, channels, H, W) to the same shape."""
        rows, columns = (torch.arange(size) for size in x.shape[-2:])
        return x + 3.0 * ((rows[:, None] + columns) % 2)


class Passing(nn.Module):
    """A block that lets everything pass; each has a weight of an odd shape, by which blocks can be counted."""

    def __init__(self, channels: int, norm: Callable = Same):
        """Make the weight, shape (channels, 11)."""
        super().__init__()
        self.mark = nn.Parameter(torch.zeros(channels, 11, dtype=torch.float64))

    def forward(self, h: Tensor) -> Tensor:
        """Give back what comes, times 1 + mean of the weight."""
        if h.shape[1] != len(self.mark):
            raise ValueError(f"a block made for {len(self.mark)} channels got {h.shape[1]}")
        return h * (1 + self.mark.mean())


class Assorted(nn.Module):
    """Convolutions of both kinds, at several depths, with and without bias, and other layers among them."""

    def __init__(self) -> None:
        """Make the layers; what a convolution is not must stay as it is."""
        super().__init__()
        self.first = nn.Conv2d(16, 32, 5)
        self.deep = nn.ModuleList([nn.Sequential(nn.Conv2d(32, 64, 3, bias=False), nn.BatchNorm2d(64))])
        self.up = nn.ConvTranspose2d(64, 32, 3)
        self.linear = nn.Linear(40, 40)
        with torch.no_grad():
            for number, p in enumerate(self.parameters()):
                p.copy_(7 + number + torch.zeros_like(p))


# Whole networks


class Tint(nn.Module):
    """A generator of images: a x + b x^2 + c, with numbers of its own for each colour; it counts what it translates."""

    def __init__(self, seed: int, colours: int = 3):
        """Draw the numbers."""
        super().__init__()
        draw = Draw(seed)
        self.gain = nn.Parameter(1 + 0.3 * draw.normal(colours, 1, 1))
        self.bend = nn.Parameter(0.2 * draw.normal(colours, 1, 1))
        self.offset = nn.Parameter(0.2 * draw.normal(colours, 1, 1))
        self.images = 0

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, colours, H, W) to the same shape."""
        self.images += len(x)
        return self.gain * x + self.bend * x**2 + self.offset

    def translated(self) -> int:
        """How many images went through so far."""
        return self.images


class PatchJudge(nn.Module):
    """Judges patches of 2 x 2 pixels by w x + v x^2 + u, with weights for each colour: (B, C, H, W) to (B, 1, H/2, W/2)."""

    def __init__(self, seed: int, colours: int = 3):
        """Draw the weights."""
        super().__init__()
        draw = Draw(seed)
        self.slope, self.bend = nn.Parameter(draw.normal(colours, 1, 1)), nn.Parameter(0.3 * draw.normal(colours, 1, 1))
        self.offset = nn.Parameter(draw.normal(1))

    def forward(self, x: Tensor) -> Tensor:
        """Map images to judgements."""
        return F.avg_pool2d((self.slope * x + self.bend * x**2).sum(1, keepdim=True) + self.offset, 2)


class Shift(nn.Module):
    """A generator that adds a number everywhere."""

    def __init__(self, amount: float):
        """Begin with the number."""
        super().__init__()
        self.amount = nn.Parameter(torch.tensor(amount, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        """Map images to the same shape."""
        return x + self.amount


class Tagged(nn.Module):
    """Stands for a network, told from others by its number; it may not be called."""

    def __init__(self, number: float):
        """Take a number."""
        super().__init__()
        self.number = nn.Parameter(torch.tensor(number, dtype=torch.float64))

    def forward(self, *_: object) -> Tensor:
        """Refuse.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError("a network is called, although the steps do all that is needed")


def doubled(x: Tensor) -> Tensor:
    """A function of images that can be undone: 2 x + 1, with rows and columns exchanged."""
    return 2 * x.transpose(-1, -2) + 1


def halved(y: Tensor) -> Tensor:
    """Undoes `doubled`."""
    return (y.transpose(-1, -2) - 1) / 2


def cubed(x: Tensor) -> Tensor:
    """Another function that can be undone."""
    return x**3


def rooted(y: Tensor) -> Tensor:
    """Undoes `cubed`."""
    return y.sign() * y.abs() ** (1 / 3)


# Losses that stand for others


def pulling(judgements: Tensor) -> Tensor:
    """Stands for an adversarial loss: pulls judgements towards 2."""
    return 0.3 * ((judgements - 2) ** 2).mean()


def lopsided(real: Tensor, fake: Tensor) -> Tensor:
    """Stands for a discriminator's loss: real and fake count differently, and no common loss does so."""
    return 0.2 * (fake**2).mean() - 0.3 * real.mean() + 0.1 * ((real - 1) ** 2).mean()


def way_home(to_b: Callable, to_a: Callable, x: Tensor, y: Tensor, fake_b: Tensor, fake_a: Tensor) -> Tensor:
    """Stands for a cycle loss: squares, and the two directions count differently."""
    return 0.05 * ((to_a(fake_b) - x) ** 2).mean() + 0.02 * ((to_b(fake_a) - y) ** 2).mean()


def at_home(to_b: Callable, to_a: Callable, x: Tensor, y: Tensor) -> Tensor:
    """Stands for an identity loss: squares, and the two domains count differently."""
    return 0.03 * ((to_b(y) - y) ** 2).mean() + 0.07 * ((to_a(x) - x) ** 2).mean()


def squared_gap(images: Tensor, truth: Tensor) -> Tensor:
    """Stands for a measure of likeness, one figure per image: minus the mean square of the difference, doubled."""
    return -2 * ((images - truth) ** 2).flatten(1).mean(1)


# Optimisers, and what became of parameters


def descent(rate: float, *modules: nn.Module) -> torch.optim.Optimizer:
    """Plain gradient descent on the parameters of several modules."""
    return torch.optim.SGD([p for module in modules for p in module.parameters()], lr=rate)


def with_leftovers(function: Callable, modules: list[nn.Module], *args: object) -> object:
    """Call a function while 1 lies in the gradients of all the modules' parameters."""
    for module in modules:
        for p in module.parameters():
            p.grad = torch.ones_like(p)
    return function(*args)


def stepped(optimizer: torch.optim.Optimizer, modules: list[nn.Module], slopes: list[float]) -> list[Tensor]:
    """What each module's parameters are after steps in which all gradients of all modules are one number.

    Args:
        optimizer: Makes one step for each of `slopes`.
        modules: Each has one parameter.
        slopes: The gradients, step by step.
    """
    parameters = [next(module.parameters()) for module in modules]
    for slope in slopes:
        for p in parameters:
            p.grad = torch.full_like(p, slope)
        optimizer.step()
    return [p.detach().clone() for p in parameters]


def entry(table: dict, name: str) -> object:
    """What a dict holds under a name."""
    return table[name]


# Parts of a full step that take notes


class Notes:
    """Stands for the generators' step; it tells whom it was called with."""

    def __init__(self, fake_b: Tensor, fake_a: Tensor):
        """Keep the translations that it will return."""
        self.fakes, self.heard = (fake_b, fake_a), []

    def __call__(
        self,
        to_b: Tagged,
        to_a: Tagged,
        judge_b: Tagged,
        judge_a: Tagged,
        optimizer: torch.optim.Optimizer,
        x: Tensor,
        y: Tensor,
    ) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """Note who is there; return losses and both translations."""
        tags = [float(net.number.detach()) for net in (to_b, to_a, judge_b, judge_a)]
        self.heard.append((tags, optimizer.param_groups[0]["lr"], x.clone(), y.clone()))
        return {"to_b": torch.tensor(0.25), "cycle": torch.tensor(0.5)}, *self.fakes

    def told(self) -> list[tuple]:
        """For each call: the four networks' numbers, the optimiser's rate, x and y."""
        return self.heard


class JudgeNotes:
    """Stands for a discriminator's step; it tells whom it was called with, and when: the generators come first."""

    def __init__(self, before: Notes):
        """Know the step that comes before."""
        self.before, self.heard = before, []

    def __call__(self, judge: Tagged, optimizer: torch.optim.Optimizer, real: Tensor, fake: Tensor) -> Tensor:
        """Note who is there; the loss is a tenth of the judge's number."""
        number = float(judge.number.detach())
        first = len(self.before.heard) == 1
        learns = judge.number.requires_grad
        self.heard.append((number, optimizer.param_groups[0]["lr"], real.clone(), fake.clone(), first, learns))
        return torch.tensor(number / 10, dtype=torch.float64)

    def told(self) -> list[tuple]:
        """For each call: the judge's number, its optimiser's rate, real and fake, whether the generators came first."""
        return self.heard


class MarkingBuffer:
    """Stands for a buffer: adds to each image a mark of its own and the image's two numbers."""

    def __init__(self, mark: float):
        """Take a mark."""
        self.mark, self.calls = mark, 0

    def __call__(self, images: Tensor, u: Tensor) -> Tensor:
        """Map images (B, C, H, W) and numbers (B, 2) to marked images."""
        self.calls += 1
        return images + self.mark + (u[:, 0] + 10 * u[:, 1])[:, None, None, None]

    def asked(self) -> int:
        """How often it was called."""
        return self.calls


def likeness(images: Tensor, truth: Tensor) -> Tensor:
    """Stands for another measure of likeness: it tells its two arguments apart."""
    return (images * truth - 0.3 * truth**2).flatten(1).mean(1)


class Telling(Passing):
    """A block that tells which norm it was made with: a weight of three dimensions for one that takes a half away."""

    def __init__(self, channels: int, norm: Callable = Same):
        """Ask the norm what it does to 0."""
        super().__init__(channels, norm)
        if float(norm(channels)(torch.zeros(1, channels, 1, 1)).sum()) < 0:
            self.told = nn.Parameter(torch.zeros(1, 1, 1, dtype=torch.float64))
