"""Collaborators of flows under test: maps whose log-determinants and inverses are known in closed form.

None of them is an answer to an exercise. A flow maps a batch x to (z, log_det), log_det of shape (B,), and has `inverse`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class Affine(nn.Module):
    """A flow z = x exp(a) + b with one a and b per value: log_det is the sum of a, and two of them do not commute."""

    def __init__(self, a: Tensor, b: Tensor):
        """Keep a and b, each of the shape of one input."""
        super().__init__()
        self.a, self.b = nn.Parameter(a.clone()), nn.Parameter(b.clone())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, *shape) to z and log_det."""
        return x * self.a.exp() + self.b, self.a.sum().repeat(len(x))  # no view: it may be added to in place

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        return (z - self.b) * (-self.a).exp()


class Sinh(nn.Module):
    """A flow z = sinh(x): log_det is the sum of log cosh(x), another one at every point."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, *shape) to z and log_det."""
        return x.sinh(), x.cosh().log().flatten(1).sum(1)

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        return z.asinh()


class Backwards(nn.Module):
    """A flow that turns the order of the last dimension around: log_det is 0."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, ..., D) to the same shape and zeros."""
        return x.flip(-1), torch.zeros(len(x), dtype=x.dtype)

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        return z.flip(-1)


class Waves(nn.Module):
    """A network whose every output is a sine of a random sum of all inputs, each row by itself."""

    def __init__(self, inputs: int, shape: tuple[int, ...], seed: int = 0, size: float = 1.0):
        """Draw the weights.

        Args:
            inputs: Number of values of a row.
            shape: Shape of a row's output.
            seed: Other weights for each.
            size: What the sines are multiplied by.
        """
        super().__init__()
        draw, outputs = Draw(seed), int(torch.tensor(shape).prod())
        self.weight = nn.Parameter(draw.normal(outputs, inputs) / inputs**0.5)
        self.phase = nn.Parameter(draw.normal(outputs))
        self.shape, self.size = tuple(shape), size

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, ...) to (B, *shape)."""
        waves = (x.flatten(1).to(self.weight.dtype) @ self.weight.T + self.phase).sin()
        return self.size * waves.reshape(len(x), *self.shape)


def uniform_base(z: Tensor) -> Tensor:
    """Log-density of values that are uniform on [0, 1], (B, *shape) -> (B,); no value is looked at."""
    return 0 * z.flatten(1).sum(1)


def logistic_base(z: Tensor) -> Tensor:
    """Log-density of independent standard logistic values, (B, *shape) -> (B,)."""
    return (F.logsigmoid(z) + F.logsigmoid(-z)).flatten(1).sum(1)


def sine_split(h: Tensor, mask: Tensor, factor: Tensor) -> tuple[Tensor, Tensor]:
    """Log-scales and shifts for a coupling under test, by sines and cosines of both halves, 0 where the mask is 1."""
    first, second = h.chunk(2, dim=1)
    return (1 - mask) * factor * (2 * first).sin(), (1 - mask) * (3 * second).cos()


class Marked(nn.Module):
    """A layer that shows its mask: it adds 1 where the mask is 0. Its log_det is the sum of three weights, 0 at first."""

    def __init__(self, mask: Tensor):
        """Keep the very tensor that is given, as couplings do: who changes it later changes the layer."""
        super().__init__()
        self.register_buffer("mask", mask)
        self.weight = nn.Parameter(torch.zeros(3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (B, *shape) to the same shape and log_det, shape (B,)."""
        return x + (1 - self.mask), self.weight.to(x.dtype).sum().repeat(len(x))

    def inverse(self, z: Tensor) -> Tensor:
        """Map z back to x."""
        return z - (1 - self.mask)


def refuses(function: Callable[[int], object], value: int) -> bool:
    """Whether a call ends with a ValueError or one of its kinds; any other error goes on."""
    try:
        function(value)
    except ValueError:
        return True
    return False


class Script:
    """A validation that returns given values one after the other, and remembers the weights w that it was shown."""

    def __init__(self, values: list[float]):
        """Take the values."""
        self.values, self.shown = list(values), []

    def __call__(self, model: nn.Module) -> float:
        """The next value.

        Raises:
            IndexError: It was called once too often.
        """
        if len(self.shown) == len(self.values):
            raise IndexError("validate was called more often than there are epochs")
        self.shown.append(model.w.detach().clone())
        return self.values[len(self.shown) - 1]

    def weights(self) -> list[Tensor]:
        """The weights at each call."""
        return self.shown


def squared_dequantise(x: Tensor, u: Tensor, levels: int) -> tuple[Tensor, Tensor]:
    """Another way to make real numbers of levels: the square of x + u over levels, with its log_det."""
    root = (x.long() + u) / levels  # levels and noise are no equals
    return root**2, (2 * root / levels).log().flatten(1).sum(1)


def log_density_of_squares(v: Tensor) -> Tensor:
    """Log-density of independent squares of uniform numbers, (B, *shape) -> (B,)."""
    return -(4 * v).log().flatten(1).sum(1) / 2
