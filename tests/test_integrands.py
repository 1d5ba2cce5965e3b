"""What is put beside exercises on averages and posteriors has the derivatives and integrals that the checks rely on."""

import math

import pytest
import torch

from helpers.checks import integrands

GRID = torch.linspace(-40, 40, 400_001, dtype=torch.float64)


def slope(function, z):
    z = z.clone().requires_grad_()
    return torch.autograd.grad(function(z).sum(), z)[0]


@pytest.mark.parametrize(
    ("log_density", "log_integral", "mean", "variance"),
    [
        (integrands.parabola, 7 + 0.5 * math.log(0.8 * math.pi), 1.5, 0.4),
        (integrands.gumbel_shape, 4.0, -0.5772156649 / 2, math.pi**2 / 24),
        (integrands.wide_gumbel_shape, 4 + math.log(3) - 1200, 1 - 1.5 * 0.5772156649, 9 * math.pi**2 / 24),
    ],
)
def test_integral_mean_and_variance(log_density, log_integral, mean, variance):
    log_values = log_density(GRID)
    weights = log_values.softmax(0)
    step = GRID[1] - GRID[0]
    assert math.isclose(log_values.logsumexp(0) + step.log(), log_integral, rel_tol=1e-9)
    assert math.isclose(weights @ GRID, mean, rel_tol=1e-7)
    assert math.isclose(weights @ (GRID - (weights @ GRID)) ** 2, variance, rel_tol=1e-6)


def test_beside_a_large_constant_slopes_are_exact_and_differences_are_not():
    z = torch.linspace(-3, 3, 50, dtype=torch.float64)
    assert torch.equal(slope(integrands.lifted_wave, z), z.cos())
    assert torch.equal(slope(lambda z: integrands.lifted_tilted_wave(z, 2 * z), z), 2 * z.sin() + 2 * z * z.cos())
    for step in (1e-6, 1e-4, 1e-2, 1e-1):
        difference = (integrands.lifted_wave(z + step) - integrands.lifted_wave(z - step)) / (2 * step)
        assert not torch.allclose(difference, z.cos(), rtol=1e-4, atol=1e-6)


def test_the_leaning_shape_has_its_mode_at_zero():
    zero = torch.zeros(1, dtype=torch.float64)
    assert slope(integrands.gumbel_shape, zero) == 0
    assert slope(lambda z: slope_with_graph(integrands.gumbel_shape, z), zero) == -4


def slope_with_graph(function, z):
    return torch.autograd.grad(function(z).sum(), z, create_graph=True)[0]


def test_told_derivatives_belong_together():
    z = torch.randn(9, dtype=torch.float64)
    assert torch.allclose(
        slope(lambda x: integrands.told_derivatives(None, x)[0], z), integrands.told_derivatives(None, z)[1]
    )


def test_crooked_weights_add_up_to_one():
    weights = integrands.crooked(torch.randn(5, 3), torch.randn(5, 3), 0.7)
    assert torch.allclose(weights.sum(-1), torch.ones(5))
    assert bool((weights > 0).all())
