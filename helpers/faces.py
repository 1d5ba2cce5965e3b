"""Faces drawn from five numbers that are known: smile, eyes, hue, position and size, each by itself.

A face is a function of the plane. Its parts are regions {f <= 0}, the eyes for example
f(x, y) = (x / a)^2 + (y / b)^2 - 1, and where two parts meet, a pixel takes the share of it that is covered,
approximately sigmoid(-f / (|grad f| h)) with h a fraction of a pixel: edges are smooth, and every pixel is a smooth
function of the five numbers. All faces of a batch are drawn at once. Nothing is random: the same numbers give the same
face, on every machine up to rounding.

In the data set each factor takes a few values in equal steps from -1 to 1. Every combination occurs once, 8192 in all,
so that over the whole set the factors are independent; a fixed shuffle decides which combinations train and which test.
"""

import colorsys
import itertools

import numpy as np
import torch
from torch import Tensor

from helpers.errors import WorkbookError

FACTORS = {"smile": 8, "eyes": 4, "hue": 8, "position": 8, "size": 4}  # values of each, from -1 to 1
SIDES = (32, 64, 128)
COUNTS = (6144, 1024, 1024)  # train, validation, test
CHUNK_PIXELS = 2**18  # drawn at once, so that the maps stay in the cache

SMILE, EYES, HUE, POSITION, SIZE = range(len(FACTORS))
BACKDROP = ((0.91, 0.94, 0.97), (0.72, 0.78, 0.86))  # above, below
WHITE, DARK, LIP = (0.98, 0.98, 0.97), (0.13, 0.12, 0.17), (0.62, 0.10, 0.17)


def draw(factors: Tensor, side: int = 64) -> Tensor:
    """Draw faces.

    Args:
        factors: smile (-1: mouth bent down, 1: up), eyes (narrow to wide), hue (red to violet), position (left to
            right) and size (small to large) of each face, each from -1 to 1, shape (N, 5).
        side: Height and width in pixels.

    Returns:
        Levels 0 to 255, uint8, shape (N, 3, side, side), on the factors' device.
    """
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise WorkbookError(f"A face has the {len(FACTORS)} factors {', '.join(FACTORS)}; give a row of them per face.")
    chunks = factors.float().split(max(1, CHUNK_PIXELS // side**2))
    drawn = [(_painted(chunk, side).clamp(0, 1) * 255).round().to(torch.uint8) for chunk in chunks]
    return torch.cat(drawn) if drawn else factors.new_zeros((0, 3, side, side), dtype=torch.uint8)


def combinations() -> Tensor:
    """Every combination of the factors' values, in the fixed order of the data set, shape (8192, 5)."""
    values = [torch.linspace(-1, 1, count) for count in FACTORS.values()]
    everything = torch.tensor(list(itertools.product(*(v.tolist() for v in values))))
    return everything[torch.from_numpy(np.random.default_rng(0).permutation(len(everything)))]


def numbered(factors: Tensor) -> Tensor:
    """The number of each factor's value, 0 for the lowest, int64, shape (N, 5), of values in the data set's steps."""
    steps = torch.tensor([count - 1 for count in FACTORS.values()], device=factors.device)
    return ((factors + 1) / 2 * steps).round().long()


def _painted(factors: Tensor, side: int) -> Tensor:
    """Paint the parts over one another, from the back to the front; colours from 0 to 1, shape (N, 3, side, side)."""
    smile, eyes, _, position, size = factors.T[:, :, None, None]
    place = (torch.arange(side, device=factors.device) + 0.5) / side * 2 - 1
    scale = 0.64 + 0.10 * size
    x = (place[None, None, :] - 0.20 * position) / scale  # the face's own plane: its outline is about the unit circle
    y = (place[None, :, None] - 0.06) / scale
    h = 1 / (side * scale)  # half a pixel there

    skin = _skin(factors[:, HUE])
    picture = _backdrop(place, len(factors), side)
    hair = _ellipse(x, y + 0.16, 1.0, 1.02, h)
    picture = _over(picture, skin * 0.35, hair)  # behind the face
    picture = _over(picture, skin * 0.88, _ellipse(x.abs() - 0.90, y - 0.06, 0.16, 0.22, h))  # ears
    face = _ellipse(x, y - 0.04, 0.90, 1.0, h)
    shade = 1.04 - 0.13 * (y + 0.35 * x).clamp(-1, 1)[:, None]
    picture = _over(picture, (skin * shade).clamp(max=1), face)
    picture = _over(picture, skin * 0.35, hair * _ellipse(x, y + 1.10, 1.3, 0.56, h))  # fringe
    picture = _over(picture, skin * 0.74, _ellipse(x, y - 0.14, 0.10, 0.15, h))  # nose

    opening = 0.18 + 0.12 * eyes
    apart, up = x.abs() - 0.36, y + 0.14
    lid = _ellipse(apart, up, 0.255, opening + 0.05, h)
    picture = _over(picture, skin * 0.45, lid)
    ball = _ellipse(apart, up, 0.215, opening, h)
    picture = _over(picture, _colour(WHITE, picture), ball)
    picture = _over(picture, _colour(DARK, picture), ball * _ellipse(apart, up, 0.105, 0.14 + 0 * opening, h))

    bend, end = -0.85 * smile, 0.44
    across = x.clamp(-end, end)  # the nearest point of the mouth's line, which is a piece of a parabola
    line = y - 0.50 - bend * (across**2 - 0.07)
    slope = (1 + (2 * bend * across) ** 2).sqrt()
    mouth = _covered(((line / slope) ** 2 + (x - across) ** 2 + 1e-9).sqrt() - 0.09, h)
    return _over(picture, _colour(LIP, picture), mouth)


def _backdrop(place: Tensor, count: int, side: int) -> Tensor:
    """A wall that is darker below."""
    above, below = (torch.tensor(colour, device=place.device)[:, None, None] for colour in BACKDROP)
    down = (place[:, None] + 1) / 2
    return (above + (below - above) * down).expand(3, side, side).repeat(count, 1, 1, 1)


def _skin(hue: Tensor) -> Tensor:
    """The face's colour, shape (N, 3, 1, 1): from red by yellow, green and blue to violet, which is no circle."""
    table = [colorsys.hsv_to_rgb(step / 100, 0.46, 0.94) for step in range(1, 79)]
    place = (hue.clamp(-1, 1) + 1) / 2 * (len(table) - 1)
    low = place.floor().long().clamp(max=len(table) - 2)
    colours = torch.tensor(table, device=hue.device)
    share = (place - low)[:, None]
    return (colours[low] * (1 - share) + colours[low + 1] * share)[:, :, None, None]


def _ellipse(x: Tensor, y: Tensor, width: float | Tensor, height: float | Tensor, h: Tensor) -> Tensor:
    """How much of each pixel lies in an ellipse around the origin, by its distance to first order."""
    level = (x / width) ** 2 + (y / height) ** 2
    slope = 2 * ((x / width**2) ** 2 + (y / height**2) ** 2).sqrt()
    return _covered((level - 1) / slope.clamp(min=1e-3), h)


def _covered(distance: Tensor, h: Tensor) -> Tensor:
    """The share of a pixel inside of an edge at this distance, negative inside; h is half a pixel."""
    return torch.sigmoid(-2.5 * distance / h)


def _colour(colour: tuple[float, float, float], like: Tensor) -> Tensor:
    return torch.tensor(colour, device=like.device)[:, None, None]


def _over(picture: Tensor, colour: Tensor, share: Tensor) -> Tensor:
    """Paint a colour over the share of each pixel, shape (N, side, side)."""
    return picture.lerp_(colour.expand_as(picture), share[:, None].expand_as(picture))
