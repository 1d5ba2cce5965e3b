"""Collaborators of autoregressive flows under test: networks and layers with a known order, wires by degree or mask.

None of them is an answer to an exercise. A conditioner maps x (B, D) to two outputs (B, D) whose column i depends on the
columns before i; a flow maps x to (z, log_det) and has `inverse`. Weights are drawn from seeds, in float64.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class Conditioner(nn.Module):
    """Two outputs whose column i is a sum of sines of the columns before i; it counts how often it is called."""

    def __init__(self, dims: int, seed: int = 0, size: float = 1.0, scales: float = 0.6):
        """Draw the weights.

        Args:
            dims: Number of values D.
            seed: Other weights for each.
            size: What the weights between values are multiplied by: how much a value depends on those before it.
            scales: What the second output is multiplied by.
        """
        super().__init__()
        draw, before = Draw(seed), torch.ones(dims, dims).tril(-1).double()
        self.first = nn.Parameter(size * draw.normal(dims, dims) * before)
        self.second = nn.Parameter(size * draw.normal(dims, dims) * before)
        self.free_first, self.free_second = (nn.Parameter(draw.normal(dims)) for _ in range(2))
        self.scales, self.times = scales, 0

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, D) to two tensors (B, D)."""
        self.times += 1
        waves = (1.3 * x.to(self.first.dtype) + 0.4).sin()
        first, second = waves @ self.first.T + self.free_first, waves @ self.second.T + self.free_second
        return 2 * first.sin() + first / 4, self.scales * second.sin()

    def calls(self) -> int:
        """How often it was called."""
        return self.times


class Chain(nn.Module):
    """Each value hangs on the one before it by `pull`, in each row by that of its own; all scales are the same.

    A change in the first value goes down the whole chain, one value further with each pass, `pull` times as large,
    whatever the scale is.
    """

    def __init__(self, pull: float, last: float | None = None, log_scale: float = 0.0):
        """Remember the pull, another one for the last row of a batch, and the log-scale of every value."""
        super().__init__()
        self.pull, self.last, self.log_scale, self.times = pull, pull if last is None else last, log_scale, 0

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, D) to two tensors (B, D)."""
        self.times += 1
        pulls = torch.full((len(x), 1), self.pull, dtype=x.dtype)
        pulls[-1] = self.last
        earlier = torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], dim=1)
        return pulls * earlier * math.exp(self.log_scale), torch.full_like(x, self.log_scale)

    def calls(self) -> int:
        """How often it was called."""
        return self.times


class Wires(nn.Module):
    """A layer with one weight for each allowed pair of units, listed by degree, and a bias; no mask is multiplied."""

    def __init__(self, in_degrees: Tensor, out_degrees: Tensor, strict: bool):
        """List the wires and draw their weights."""
        super().__init__()
        self.into, self.strict = out_degrees.tolist(), bool(strict)
        pairs = [
            (o, i)
            for o, high in enumerate(self.into)
            for i, low in enumerate(in_degrees.tolist())
            if low < high or (low == high and not strict)
        ]
        draw = Draw(31 * len(pairs) + 7 * len(self.into) + self.strict)
        self.register_buffer("ends", torch.tensor(pairs, dtype=torch.long).reshape(-1, 2))
        self.weight = nn.Parameter(draw.normal(len(pairs)) * (2 / max(1, len(in_degrees))) ** 0.5)
        self.bias = nn.Parameter(0.5 * draw.normal(len(self.into)))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, I) to (B, O)."""
        currents = x.to(self.weight.dtype)[:, self.ends[:, 1]] * self.weight
        return self.bias.expand(len(x), -1).index_add(1, self.ends[:, 0], currents)


class Patch(nn.Module):
    """A layer with one weight for each open place of a mask, and a bias; it notes the size of its mask in every pass."""

    shown = "in_features", "out_features"  # as a witness, like other layers

    def __init__(self, mask: Tensor, passes: list[list[int]] | None = None):
        """List the open places and draw their weights; `passes` is where it takes notes."""
        super().__init__()
        self.out_features, self.in_features = mask.shape
        self.passes = [] if passes is None else passes
        draw = Draw(13 * int(mask.sum()) + mask.numel())
        self.register_buffer("ends", mask.nonzero())
        self.weight = nn.Parameter(draw.normal(len(self.ends)))
        self.bias = nn.Parameter(0.5 * draw.normal(len(mask)))

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, I) to (B, O); another I is refused, as a matrix would."""
        if x.shape[-1] != self.in_features:
            raise ValueError(f"a layer made for {self.in_features} inputs got {x.shape[-1]}")
        self.passes.append([self.out_features, self.in_features])
        currents = x.to(self.weight.dtype)[:, self.ends[:, 1]] * self.weight
        return self.bias.expand(len(x), -1).index_add(1, self.ends[:, 0], currents)


class Patches:
    """Makes patches of masks; it tells how many, and the sizes of those that were run."""

    def __init__(self) -> None:
        """None made yet."""
        self.count, self.passes = 0, []

    def __call__(self, mask: Tensor) -> Patch:
        """Make one."""
        self.count += 1
        return Patch(mask, self.passes)

    def made(self) -> int:
        """How many were made."""
        return self.count

    def run(self) -> list[list[int]]:
        """The sizes (outputs, inputs), pass by pass."""
        return self.passes


def idle_units(model: nn.Module, dims: int) -> int:
    """How many hidden units of a model made of `Wires` have a degree to which no output of `dims` values listens."""
    layers = [part for part in model.modules() if isinstance(part, Wires) and not part.strict]
    return sum(degree >= dims for layer in layers for degree in layer.into)


class Triangle(nn.Module):
    """A flow z = L x + b with a lower triangular L of positive diagonal: log_det is the sum of the diagonal's logs."""

    def __init__(self, dims: int, seed: int):
        """Draw L and b."""
        super().__init__()
        draw = Draw(seed)
        self.below = nn.Parameter(0.7 * draw.normal(dims, dims))
        self.steps = nn.Parameter(0.4 * draw.normal(dims))
        self.b = nn.Parameter(draw.normal(dims))

    def matrix(self) -> Tensor:
        """L."""
        return self.below.tril(-1) + torch.diag(self.steps.exp())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, D) to z and log_det."""
        return x @ self.matrix().T + self.b, self.steps.sum().repeat(len(x))  # no view: it may be added to in place

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        return torch.linalg.solve_triangular(self.matrix(), (z - self.b).T, upper=False).T


class Bend(nn.Module):
    """A flow z = x exp(a) + tanh(x) value by value, with an a per value: log_det is another one at every point."""

    def __init__(self, dims: int, seed: int):
        """Draw a."""
        super().__init__()
        self.a = nn.Parameter(0.5 * Draw(seed).normal(dims))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, D) to z and log_det."""
        return x * self.a.exp() + x.tanh(), (self.a.exp() + 1 - x.tanh() ** 2).log().sum(1)

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x, by bisection."""
        low, high = torch.full_like(z, -300.0), torch.full_like(z, 300.0)
        for _ in range(70):
            middle = (low + high) / 2
            below = self.forward(middle)[0] < z
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        return (low + high) / 2


class Makers:
    """Makes flows of one kind, each with weights of its own: call it with the number of values."""

    def __init__(self, kind: str, seed: int):
        """Remember what to make, "triangle" or "bend"."""
        self.kind, self.seed = {"triangle": Triangle, "bend": Bend}[kind], seed

    def __call__(self, dims: int) -> nn.Module:
        """Make the next one."""
        self.seed += 1
        return self.kind(dims, self.seed)


class Moody(nn.Module):
    """A flow z = x - c, where c is the batch's mean in training mode and 0 otherwise; log_det is the sum of x."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, D) to z and log_det."""
        return x - x.mean(0) if self.training else x, x.sum(1)


def odd_log_prob(z: Tensor, log_det: Tensor) -> Tensor:
    """A stand-in for a log-likelihood that tells its two arguments apart: (B, D), (B,) -> (B,)."""
    return 2 * z.cos().sum(1) - 3 * log_det
