"""Functions with known derivatives and integrals, put beside exercises on gradients of averages and on posteriors.

All work number by number on tensors; none is an answer to an exercise.
"""

from __future__ import annotations

import torch
from torch import Tensor


def square(z: Tensor, mu: Tensor) -> Tensor:
    """z^2, which does not mention mu."""
    return z**2


def wave(z: Tensor, mu: Tensor) -> Tensor:
    """sin 2z, which does not mention mu."""
    return (2 * z).sin()


def tilted(z: Tensor, mu: Tensor) -> Tensor:
    """mu z^2 + 3 mu, which depends on mu directly and through z."""
    return mu * z**2 + 3 * mu


def threshold(z: Tensor, mu: Tensor) -> Tensor:
    """1 where z is above one half, else 0: no gradient goes through."""
    return (z > 0.5).to(z.dtype)


def lifted_wave(z: Tensor) -> Tensor:
    """10^12 + sin z: its derivatives are plain, while differences of its values have lost their digits."""
    return 1e12 + z.sin()


def lifted_tilted_wave(z: Tensor, mu: Tensor) -> Tensor:
    """10^12 + mu sin z, which depends on mu directly and through z; see `lifted_wave`."""
    return 1e12 + mu * z.sin()


def crooked(logits: Tensor, g: Tensor, temperature: float) -> Tensor:
    """Stands for relaxed choices (B, K): positive, adding up to 1, differentiable, and like no other."""
    weights = (1.5 * logits - g).sigmoid() + temperature / 10
    return weights / weights.sum(-1, keepdim=True)


def parabola(z: Tensor) -> Tensor:
    """The logarithm of a multiple of N(1.5, 0.4)."""
    return 7 - 1.25 * (z - 1.5) ** 2


def gumbel_shape(z: Tensor) -> Tensor:
    """The logarithm of e^4 times the density of -g / 2 for Gumbel noise g: its mode is 0, its second derivative there -4."""
    return 2 * z - (2 * z).exp() + 4 + torch.log(torch.tensor(2.0, dtype=z.dtype))


def wide_gumbel_shape(z: Tensor) -> Tensor:
    """`gumbel_shape` three times as wide and moved by 1, with a factor that no exponential holds."""
    return gumbel_shape((z - 1) / 3) - 1200


def told_derivatives(log_density: object, z: Tensor) -> tuple[Tensor, Tensor]:
    """Stands for derivatives: says -(z - 2)^3 - z and its derivative, whatever it is asked of."""
    return -((z - 2) ** 3) - z, -3 * (z - 2) ** 2 - 1


def told_mode(log_density: object, z: Tensor, steps: int = 20, derivatives: object = None) -> Tensor:
    """Stands for a search: says that the mode is at 3 - z, wherever it begins and whatever it is handed."""
    return 3 - z
