"""Collaborators for checks of bounds that average importance weights: known, and no answer to any exercise.

They stand for densities, likelihoods, divergences, losses and bounds, with values of their own that no other function
has, so that a result tells which of them were called, and with what.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


def odd_density(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    """Stands for a log-density (..., B) of z (..., B, D), and is none: each argument shows in the result."""
    return (2 * z.sin() - (z - 3 * mu) ** 2 + z * (log_var + 0.7).cos()).sum(-1)


def odd_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """Stands for a log-likelihood (..., B) of images x (B, P), and is none."""
    return (3 * x * logits.sin() - logits.cos() * 2 + x).sum(-1)


def odd_cost(mu: Tensor, log_var: Tensor) -> Tensor:
    """Stands for a divergence (B,), and is none."""
    return (mu.sin() + 3 * log_var.cos() + 0.3 * mu * log_var).sum(-1)


def odd_codes(mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
    """Stands for a way to draw codes, and is another: known, and differentiable in all three."""
    return 2 * mu - log_var + 3 * eps


class Slopes(nn.Module):
    """One weight per pixel and one per number of noise: (x, eps) -> x * w and eps * v, whose costs are known."""

    def __init__(self, w: Tensor, v: Tensor):
        """Begin at the weights w (P,) and v (D,)."""
        super().__init__()
        self.w, self.v = nn.Parameter(w.clone()), nn.Parameter(v.clone())

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
        """Multiply images and noise by their weights."""
        return x * self.w, eps * self.v


def three_costs(model: nn.Module, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Stands for a loss of three numbers per image: the first is 3 times the second plus the third, each half a square."""
    pixels, noise = model(x, eps)
    kl, rec = (noise**2).sum(-1) / 2, ((pixels - 1) ** 2).sum(-1) / 2
    return 3 * kl + rec, kl, rec


class Noise:
    """A source of noise that never gives the same twice: `source(m, n)` is of shape (m, n, size).

    The noise of an image depends on how many images came before it, and not on how many are asked for at a time: whoever
    draws for all images at once, or for a full chunk and cuts, gets the same.
    """

    def __init__(self, size: int, seed: int):
        """Start from a seed."""
        self.size, self.seed, self.given = size, seed, 0

    def __call__(self, m: int, n: int) -> Tensor:
        """Fresh noise."""
        images = range(self.given, self.given + n)
        self.given += n
        return torch.stack([Draw(1000 * self.seed + image).normal(m, self.size) for image in images], dim=1)


class Tally:
    """Stands for a bound: (x, eps) -> one number per image that depends on that image and its own noise alone.

    It remembers how many rows each call brought. Its values ask for a gradient, as those of a model with weights do.
    """

    def __init__(self):
        """Nothing seen yet."""
        self.rows, self.values = [], []
        self.weight = torch.ones((), dtype=torch.float64, requires_grad=True)

    def __call__(self, x: Tensor, eps: Tensor) -> Tensor:
        """Numbers (B,) of images (B, P) and noise (m, B, D)."""
        if eps.ndim != 3 or x.ndim != 2 or eps.shape[1] != x.shape[0]:
            raise ValueError(
                f"images of shape {tuple(x.shape)} and noise of shape {tuple(eps.shape)} do not fit together"
            )
        self.rows.append(eps.shape[0] * eps.shape[1])
        self.values.append(x.sin().sum(-1) + (eps * x[:, :1]).sum(-1).exp().mean(0).log1p())
        return self.weight * self.values[-1]

    def seen(self) -> list[int]:
        """The rows of each call."""
        return list(self.rows)

    def given(self) -> Tensor:
        """The numbers of all images so far, in the order of the calls."""
        return torch.cat(self.values)


def keeps_graph(function: Callable[..., Tensor], *arguments: object) -> bool:
    """Whether what a function returns drags along the graph of its computation."""
    return function(*arguments).requires_grad
