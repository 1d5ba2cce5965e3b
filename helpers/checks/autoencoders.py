"""Collaborators for checks of variational autoencoders: encoders and decoders that are known exactly.

As with the other doubles, none is an answer to an exercise; weights come from a seed of their own, in float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class LinearEncoder(nn.Module):
    """An encoder whose mean and log-variance are linear in the image."""

    def __init__(self, shape: Sequence[int], latent: int, seed: int = 0):
        """Draw the weights.

        Args:
            shape: Of one image, such as (C, H, W) or (D,).
            latent: Number of latent variables.
            seed: Other weights for each.
        """
        super().__init__()
        draw, size = Draw(seed), torch.Size(shape).numel()
        self.mean = nn.Parameter(draw.normal(size, latent) / size**0.5)
        self.spread = nn.Parameter(draw.normal(size, latent) / size**0.5)
        self.offset = nn.Parameter(draw.normal(2, latent) / 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance, each (B, latent), of images (B, ...)."""
        flat = x.flatten(1).to(self.mean.dtype)
        return flat @ self.mean + self.offset[0], flat @ self.spread + self.offset[1]


class LinearDecoder(nn.Module):
    """A decoder that is linear in the code: logits or means of an image."""

    def __init__(self, latent: int, shape: Sequence[int], seed: int = 0):
        """Draw the weights.

        Args:
            latent: Number of latent variables.
            shape: Of one image.
            seed: Other weights for each.
        """
        super().__init__()
        draw, self.shape = Draw(seed), tuple(shape)
        size = torch.Size(shape).numel()
        self.weight = nn.Parameter(draw.normal(latent, size))
        self.offset = nn.Parameter(draw.normal(size))

    def forward(self, z: Tensor) -> Tensor:
        """Logits or means (B, *shape) of codes (B, latent)."""
        return (z.to(self.weight.dtype) @ self.weight + self.offset).unflatten(1, self.shape)


def squared_distance(output: Tensor, x: Tensor) -> Tensor:
    """Stands for a log-likelihood (B,): minus the summed squares of output - x, three times, so that no other is it."""
    return -3 * ((output - x) ** 2).flatten(1).sum(1)


def shifted_sample(mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
    """Stands for a way to draw codes: known, differentiable in all three, and not the usual one."""
    return 2 * mu - log_var + 3 * eps


def odd_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """Stands for a divergence per latent variable (B, latent), and is none."""
    return 5 * mu**2 + log_var.cos() + 2


def lopsided_log_prob(output: Tensor, x: Tensor) -> Tensor:
    """Stands for a log-likelihood (B,) in which the decoder's output and the image cannot be exchanged."""
    return -((output - 2 * x) ** 2).flatten(1).sum(1) - x.flatten(1).sum(1)


class Noise:
    """Standard normal noise (count, size), new with each call, from a seed."""

    def __init__(self, size: int, seed: int):
        """Begin anew.

        Args:
            size: Numbers per image.
            seed: Other noise for each.
        """
        self.size, self.draw = size, Draw(seed)

    def __call__(self, count: int) -> Tensor:
        """The next noise, for so many images."""
        return self.draw.normal(count, self.size)
