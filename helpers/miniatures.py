"""Small pictures for a display that updates itself: a curve as SVG, images in a grid as PNG, each within an <img>.

Both are transparent or framed, so that they are as readable on a dark page as on a light one, and a few kilobytes
small, so that a saved notebook stays small. Writing a curve as text takes a tenth of a millisecond, where a drawing
library takes tens of them.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Sequence

from PIL import Image
from torch import Tensor

WIDTH, HEIGHT = 240, 72  # of a curve, in pixels
POINTS = 120  # a curve is drawn through no more
GRID_WIDTH, COLUMNS = 320, 10  # of a grid of images: pixels, and images in a row at most
LINE, RULE = "#0072B2", "#888888"


def curve(steps: Sequence[float], values: Sequence[float], alt: str) -> tuple[str, float, float]:
    """A line over the steps as an <img>, and the lowest and the highest value that it shows.

    The first twentieth, where losses plunge, does not choose the range, and is cut where it leaves it.
    """
    xs, ys = _thinned(steps), _thinned(values)
    shown = ys[len(ys) // 20 :]
    low, high = min(shown), max(shown)
    left, right = xs[0], xs[-1]
    points = []
    for x, y in zip(xs, ys, strict=True):
        across = (x - left) / (right - left) if right > left else 1.0
        up = (min(max(y, low), high) - low) / (high - low) if high > low else 0.5
        points.append(f"{1 + across * (WIDTH - 2):.1f},{HEIGHT - 2 - up * (HEIGHT - 4):.1f}")
    rules = "".join(f"M0 {y}H{WIDTH}" for y in (1, HEIGHT / 2, HEIGHT - 1))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">'
        f'<path d="{rules}" stroke="{RULE}" stroke-opacity=".35"/>'
        f'<polyline points="{" ".join(points)}" stroke="{LINE}" stroke-width="1.8" stroke-linejoin="round"/></svg>'
    )
    return _image("svg+xml", picture.encode(), WIDTH, HEIGHT, alt), low, high


def _thinned(values: Sequence[float]) -> list[float]:
    """Means over equal windows, no more than `POINTS` of them."""
    size = -(-len(values) // POINTS)
    windows = (values[place : place + size] for place in range(0, len(values), size))
    return [sum(window) / len(window) for window in windows]


def grid(images: Tensor, alt: str) -> str:
    """Images in rows as an <img>.

    Args:
        images: Fractions of one, shape (B, C, H, W) with C = 1 or 3; what is beyond 0 and 1 is cut.
        alt: Text for those who cannot see it.
    """
    images = images.detach().float().clamp(0, 1).mul(255).round().byte().cpu()
    count, channels, height, width = images.shape
    columns = min(count, COLUMNS)
    rows = -(-count // columns)
    sheet = images.new_full((rows * columns, channels, height + 1, width + 1), 128)  # a grey line between neighbours
    sheet[:count, :, :-1, :-1] = images
    sheet = sheet.unflatten(0, (rows, columns)).permute(0, 3, 1, 4, 2).reshape(rows * (height + 1), -1, channels)
    picture = Image.fromarray(sheet[:-1, :-1].squeeze(-1).contiguous().numpy())
    factor = max(1, GRID_WIDTH // picture.width)
    file = io.BytesIO()
    picture.save(file, format="png")
    return _image("png", file.getvalue(), factor * picture.width, factor * picture.height, alt, "pixelated")


def _image(kind: str, content: bytes, width: int, height: int, alt: str, rendering: str = "auto") -> str:
    """An <img> that holds its own content and keeps its place while it changes."""
    data = base64.b64encode(content).decode()
    return (
        f'<img src="data:image/{kind};base64,{data}" width="{width}" height="{height}" alt="{html.escape(alt)}" '
        f'style="display:block;max-width:100%;image-rendering:{rendering}">'
    )
