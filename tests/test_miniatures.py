"""Small pictures: a curve's course and range, a grid's pixels, and that both say what they show."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from helpers import miniatures


def content(markup):
    return base64.b64decode(re.search(r"base64,([^\"]+)", markup)[1])


def points(markup):
    line = re.search(r'points="([^"]+)"', content(markup).decode())[1]
    return np.array([[float(number) for number in point.split(",")] for point in line.split()])


def test_a_curve_goes_where_its_values_go():
    markup, low, high = miniatures.curve([1, 2, 3], [0.0, 2.0, 1.0], alt='a "b"')
    assert (low, high) == (0.0, 2.0)
    (x0, y0), (x1, y1), (x2, y2) = points(markup)
    assert x0 < x1 < x2
    assert y1 < y2 < y0  # down on the screen is up in value
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.11)
    assert 'alt="a &quot;b&quot;"' in markup


def test_a_long_curve_is_thinned_by_means_and_its_plunge_is_cut():
    values = [100.0] * 5 + [1.0 + step % 2 for step in range(2395)]
    markup, low, high = miniatures.curve(range(2400), values, alt="")
    assert len(points(markup)) == miniatures.POINTS
    assert 1.0 <= low <= high <= 2.0
    assert points(markup)[:, 1].min() >= 0


@pytest.mark.parametrize("values", [[1.0, 1.0], [3.0]])
def test_a_flat_curve_is_a_line_in_the_middle(values):
    markup, low, high = miniatures.curve(range(len(values)), values, alt="")
    assert low == high
    assert set(points(markup)[:, 1]) == {miniatures.HEIGHT / 2}


@pytest.mark.parametrize("channels", [1, 3])
def test_a_grid_shows_every_image_in_rows_of_ten(channels):
    images = torch.linspace(-0.2, 1.2, 12 * channels * 16).reshape(12, channels, 4, 4)
    markup = miniatures.grid(images, alt="Twelve")
    picture = np.asarray(Image.open(io.BytesIO(content(markup))))
    assert picture.shape[:2] == (2 * 5 - 1, 10 * 5 - 1)
    eleventh = torch.from_numpy(picture[5:9, 0:4].copy()).reshape(4, 4, channels).permute(2, 0, 1)
    assert torch.equal(eleventh, (images[10].clamp(0, 1) * 255).round().byte())
    assert 'alt="Twelve"' in markup
    assert f'width="{49 * (miniatures.GRID_WIDTH // 49)}"' in markup
