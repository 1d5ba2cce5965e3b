"""SSIM against what is known of it in closed form, and against a direct sum over windows."""

import pytest
import torch

from helpers.similarity import WIDTH, WINDOW, ssim


def images(seed, *shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def direct(x, y, span):
    """The definition, window by window, for images of one channel."""
    places = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    weights = torch.exp(-(places[:, None] ** 2 + places[None] ** 2) / (2 * WIDTH**2))
    weights = weights / weights.sum()
    c1, c2 = (0.01 * span) ** 2, (0.03 * span) ** 2
    values = []
    for row in range(x.shape[0] - WINDOW + 1):
        for column in range(x.shape[1] - WINDOW + 1):
            a, b = (image[row : row + WINDOW, column : column + WINDOW] for image in (x, y))
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            var_a, var_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
            both = (weights * (a - mean_a) * (b - mean_b)).sum()
            alike = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
            values.append(alike * (2 * both + c2) / (var_a + var_b + c2))
    return torch.stack(values).mean()


@pytest.mark.parametrize("span", [1.0, 2.0])
def test_it_is_the_definition(span):
    x, y = span * images(0, 2, 1, 14, 13), span * images(1, 2, 1, 14, 13)
    expected = torch.stack([direct(a[0], b[0], span) for a, b in zip(x, y, strict=True)])
    assert torch.allclose(ssim(x, y, span), expected)


def test_equal_images_have_1_and_an_image_and_its_negative_less_than_0():
    x = images(2, 3, 3, 16, 16)
    assert torch.allclose(ssim(x, x), torch.ones(3, dtype=torch.float64))
    assert (ssim(x, 1 - x) < 0).all()


def test_flat_images_compare_by_their_means():
    x, y = torch.full((1, 1, 12, 12), 0.2).double(), torch.full((1, 1, 12, 12), 0.8).double()
    assert ssim(x, y).item() == pytest.approx((2 * 0.16 + 1e-4) / (0.04 + 0.64 + 1e-4))


def test_it_is_symmetric_and_keeps_float32():
    x, y = images(3, 2, 3, 12, 12).float(), images(4, 2, 3, 12, 12).float()
    assert torch.allclose(ssim(x, y), ssim(y, x))
    assert ssim(x, y).dtype == torch.float32
