"""Collaborators for checks of models whose codes are judged: a model, a judge, and odd rules that no answer uses.

As with the other doubles, none is an answer to an exercise; weights come from a seed of their own, in float64.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class CodeModel(nn.Module):
    """Gives a cost per image, a cost per image and code variable, and codes; all of its weights act on each of them."""

    def __init__(self, size: int, latent: int, seed: int = 0):
        """Draw the weights.

        Args:
            size: Values of an image.
            latent: Number of code variables.
            seed: Other weights for each.
        """
        super().__init__()
        draw = Draw(seed)
        self.to_code = nn.Parameter(draw.normal(size, latent) / 2)
        self.spread = nn.Parameter(draw.normal(latent))

    def forward(self, x: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Costs (B,) and (B, latent), and codes (B, latent), of images (B, size) and noise (B, latent)."""
        middle = x @ self.to_code
        codes = middle + self.spread * eps
        return (codes**2).sum(1) / 4 + x.sum(1), middle.cos() + self.spread.square() / 3, codes


class PairJudge(nn.Module):
    """Two logits of a code: U z + V z^2, so that the slope differs from point to point."""

    def __init__(self, latent: int, seed: int = 0):
        """Draw the weights."""
        super().__init__()
        draw = Draw(seed)
        self.slope = nn.Parameter(draw.normal(latent, 2) / 2)
        self.bend = nn.Parameter(draw.normal(latent, 2) / 4)

    def forward(self, z: Tensor) -> Tensor:
        """Logits (B, 2) of codes (B, latent)."""
        return z @ self.slope + z**2 @ self.bend


def tilted_mean(logits: Tensor) -> Tensor:
    """Stands for an estimate from logits (B, 2), and is none: tells both columns apart."""
    return (2 * logits[:, 0] - 0.3 * logits[:, 1] ** 2).mean()


def stretched(z: Tensor, noise: Tensor) -> Tensor:
    """Stands for a shuffle of codes, and is none: known, and it uses the noise."""
    return z.flip(0) * (1 + noise) - 0.5


def uneven_loss(first: Tensor, second: Tensor) -> Tensor:
    """Stands for a loss of two sets of logits, in which neither the sets nor the columns can be exchanged."""
    return 0.1 * (first[:, 0] ** 2).mean() - 0.2 * first[:, 1].mean() + 0.05 * ((second - 1) ** 2).sum(1).mean()


def soiled(module: nn.Module, value: float) -> int:
    """Leave a gradient of this value on every parameter, as earlier steps may; return the number of parameters."""
    for parameter in module.parameters():
        parameter.grad = torch.full_like(parameter, value)
    return len(list(module.parameters()))
