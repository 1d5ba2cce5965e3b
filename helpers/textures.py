"""Two drawn domains whose true translation is known: the same shapes, filled plainly in one and striped in the other.

A scene is a landscape of haze with one or two shapes (disc, square, diamond) of one of two colours. Its plain view and
its striped view differ in the filling alone: every second upright stripe of a striped shape is white. The stripes stand
at fixed places of the image, so that each view follows from the other.
"""

import numpy as np
import torch
from torch import Tensor

KINDS = ("plain", "striped")
COLOURS = ((0.84, 0.33, 0.02), (0.02, 0.38, 0.72))  # vermilion and blue, told apart by everybody
WHITE = 0.96
SKY, GROUND = (0.66, 0.76, 0.84), (0.50, 0.66, 0.47)
TINT = 0.04  # how far the haze's colours vary


def scenes(count: int, size: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw scenes, each of them plain and striped.

    Args:
        count: Number of scenes.
        size: Height and width of an image in pixels.
        seed: Other scenes for each.

    Returns:
        The plain and the striped views, uint8, each of shape (count, 3, size, size); view i of both shows scene i.
    """
    random = np.random.default_rng((seed, 20170330))
    middles = (np.arange(size) + 0.5) / size
    row, column = np.meshgrid(middles, middles, indexing="ij")
    white = np.broadcast_to(np.arange(size) // stripe_width(size) % 2 == 1, (size, size))
    plain = np.empty((count, 3, size, size))
    striped = np.empty_like(plain)
    for place in range(count):
        sky = np.array(SKY) + random.uniform(-TINT, TINT, 3)
        ground = np.array(GROUND) + random.uniform(-TINT, TINT, 3)
        plain[place] = sky[:, None, None] * (1 - row) + ground[:, None, None] * row
        striped[place] = plain[place]
        for _ in range(random.integers(1, 3)):
            inside = _shape(random, row, column)
            colour = COLOURS[random.integers(len(COLOURS))]
            for channel, value in enumerate(colour):
                plain[place, channel][inside] = value
                striped[place, channel][inside] = np.where(white, WHITE, value)[inside]
    return tuple(torch.from_numpy(np.rint(255 * views).astype(np.uint8)) for views in (plain, striped))


def stripe_width(size: int) -> int:
    """Width of one stripe in pixels, an even share of the image."""
    return max(2, size // 32)


def _shape(random: np.random.Generator, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Where a new shape is: boolean, (size, size)."""
    radius = random.uniform(0.2, 0.3)
    up, left = random.uniform(radius + 0.02, 0.98 - radius, 2)
    down, right = np.abs(row - up), np.abs(column - left)
    kind = random.integers(3)
    if kind == 0:
        return down**2 + right**2 < radius**2
    if kind == 1:
        return np.maximum(down, right) < 0.88 * radius
    return down + right < 1.15 * radius
