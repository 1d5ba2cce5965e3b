"""The cached sampler of 02_pixelcnn draws what the plain one draws, value by value."""

import pytest
import torch

from helpers.grading.namespaces import solution_namespace


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("02_pixelcnn")


@pytest.mark.parametrize(
    ("levels", "size", "blocks", "classes"),
    [(2, (5, 9), 2, 0), (17, (8, 8), 1, 0), (3, (7, 4), 3, 4), (2, (6, 2), 1, 0), (2, (1, 7), 1, 0)],
)
def test_equal_draw_for_draw(notebook, levels, size, blocks, classes):
    torch.manual_seed(levels)
    model = notebook["PixelCNN"](levels=levels, channels=1, width=12, blocks=blocks, classes=classes).double().eval()
    u = torch.rand(6, 1, *size, dtype=torch.float64)
    y = torch.arange(6) % classes if classes else None
    assert torch.equal(notebook["cached_sample"](model, u, y=y), notebook["sample"](model, u, y=y))


def test_features_at_a_pixel_are_those_of_the_whole_convolution(notebook):
    torch.manual_seed(0)
    conv = notebook["masked_conv"](3, 5, 7, "B").double()
    x = torch.randn(2, 3, 6, 4, dtype=torch.float64)
    whole = conv(x)
    cached, lead = notebook["Cached"](conv, 2, 6, 4), notebook["LEAD"]
    with torch.no_grad():
        for t in range(4 + lead * 5):
            pixels = [(row, t - lead * row) for row in range(6) if 0 <= t - lead * row < 4]
            if not pixels:
                continue
            rows, columns = (torch.tensor(places) for places in zip(*pixels, strict=True))
            step = t, int(rows[0]), int(rows[-1]) + 1
            cached.put(x[:, :, rows, columns].permute(0, 2, 1).flatten(0, 1), *step)
            torch.testing.assert_close(cached.at(*step), whole[:, :, rows, columns].permute(0, 2, 1).flatten(0, 1))
