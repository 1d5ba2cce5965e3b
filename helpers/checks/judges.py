"""Collaborators for checks of evaluation: a network with moods, and stand-ins for the parts of a score.

As with the other doubles, none is an answer to an exercise: a stand-in has values that no real part has, or works for
two dimensions only.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Mood(nn.Module):
    """A layer that subtracts the batch's mean in training mode, and nothing otherwise."""

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, D) to the same shape."""
        return x - x.mean(0) if self.training else x


class MoodyFeatures(nn.Module):
    """Features w x of flattened images, seen through a layer with moods. It remembers its calls."""

    def __init__(self, weight: Tensor):
        """Give each value its weight, shape (C H W,)."""
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.mood = Mood()
        self.largest, self.with_graph = 0, 0

    def forward(self, images: Tensor) -> Tensor:
        """Map (B, C, H, W) to (B, C H W)."""
        self.largest = max(self.largest, len(images))
        self.with_graph += torch.is_grad_enabled()
        return self.mood(images.flatten(1) * self.weight).to(images.dtype)

    def largest_batch(self) -> int:
        """The largest batch so far."""
        return self.largest

    def calls_with_graph(self) -> int:
        """How many calls were made with gradients switched on."""
        return self.with_graph

    def modes(self) -> list[bool]:
        """Whether it and its layer are in training mode."""
        return [part.training for part in self.modules()]


def root_2x2(matrix: Tensor) -> Tensor:
    """The root of a symmetric 2 x 2 matrix, of which only the lower triangle is read, by Cayley and Hamilton."""
    a, b, c = matrix[0, 0], matrix[1, 0], matrix[1, 1]
    area = (a * c - b * b).clamp(min=0).sqrt()
    whole = torch.stack([torch.stack([a + area, b]), torch.stack([b, c + area])])
    return whole / (a + c + 2 * area).sqrt()


def odd_statistics(features: Tensor) -> tuple[Tensor, Tensor]:
    """Stands for a mean and a covariance: the first row, and a product of the last rows."""
    features = features.double()
    return 3 * features[0], torch.outer(features[-1], features[-1]) + len(features)


def odd_distance(mean_1: Tensor, cov_1: Tensor, mean_2: Tensor, cov_2: Tensor) -> Tensor:
    """Stands for a distance of two pairs of moments; as a distance it does not tell the two apart."""
    return (
        (mean_1 * mean_2).cos().sum()
        + (mean_1 + mean_2).sum()
        + 0.1 * (cov_1 * cov_2).sum().sin()
        + cov_1[0, 0] * cov_2[0, 0]
    )


def odd_radii(x: Tensor, k: int) -> Tensor:
    """Stands for radii (N,) of points (N, D)."""
    return x.double().sum(1).sin() + 0.5 * k


def odd_inside(centres: Tensor, radii: Tensor, points: Tensor) -> Tensor:
    """Stands for a table (N, M) of which points are in which balls."""
    return (centres.double().sum(1) * radii).sin()[:, None] > points.double().sum(1).sin()[None, :]
