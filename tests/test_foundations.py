"""The figures that 01_foundations states are those that its solutions give."""

import functools
import math

import pytest
import torch

from helpers.checks import doubles
from helpers.grading.namespaces import solution_namespace

namespace = functools.cache(lambda: solution_namespace("01_foundations"))
DRAWS = 400_000


def variance(estimator, f, mu):
    values = namespace()[estimator](f, mu, 1.0, namespace()["normal_noise"](DRAWS, seed=20))
    return float(values.var())


@pytest.mark.parametrize(
    ("estimator", "stated"),
    [
        ("reparameterised_gradient", 2 * (1 + math.exp(-8)) - 4 * math.exp(-4)),
        ("score_gradient", (1 + 15 * math.exp(-8)) / 2 - 4 * math.exp(-4)),
    ],
)
def test_reparameterisation_loses_for_a_fast_wave(estimator, stated):
    """Var = 1.93 against 0.43, for the gradient of E[sin 2z] with respect to the mean at 0."""
    assert variance(estimator, lambda z, mu: (2 * z).sin(), 0.0) == pytest.approx(stated, rel=0.02)
    assert round(stated, 2) in (1.93, 0.43)


@pytest.mark.parametrize(("estimator", "stated"), [("reparameterised_gradient", 4.0), ("score_gradient", 30.0)])
def test_and_wins_for_a_square(estimator, stated):
    assert variance(estimator, lambda z, mu: z**2, 1.0) == pytest.approx(stated, rel=0.05)


@pytest.mark.parametrize("mean_of_prior", [-2.0, 1.0, 5.0])
@pytest.mark.parametrize("variance_of_prior", [0.5, 2.0])
def test_when_the_prior_helps(mean_of_prior, variance_of_prior):
    """MAP has the smaller error exactly if (nu - mu)^2 < 2 beta^2 + sigma^2 / N."""
    x = namespace()["draw_gaussian"](2.0, 5.0, namespace()["normal_noise"](20_000, 10, seed=21))
    mle = ((x.mean(-1) - 2) ** 2).mean()
    chosen = ((namespace()["gaussian_map"](x, 5.0, mean_of_prior, variance_of_prior) - 2) ** 2).mean()
    assert (chosen < mle) == ((mean_of_prior - 2) ** 2 < 2 * variance_of_prior + 0.5)


def test_gumbel_max_draws_from_the_softmax():
    logits = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)
    g = namespace()["gumbel"](namespace()["uniform_noise"](DRAWS, 3, seed=22))
    shares = torch.bincount(namespace()["gumbel_max"](logits.expand(DRAWS, 3), g), minlength=3) / DRAWS
    assert torch.allclose(shares.double(), logits.softmax(0), atol=4e-3)


@pytest.mark.parametrize(
    "by_autograd",
    [
        lambda x: torch.autograd.grad((x**2).sum(), x),
        lambda x: torch.func.grad(lambda x: (x**2).sum())(x),
        lambda x: torch.autograd.functional.jacobian(lambda x: (x**2).sum(), x),
    ],
)
def test_where_autograd_is_off_a_formula_works_and_a_gradient_does_not(by_autograd):
    x = torch.ones(3, dtype=torch.float64)
    assert doubles.without_autograd(lambda x: 2 * x, x)
    assert by_autograd(x.requires_grad_()) is not None
    with pytest.raises(RuntimeError):
        doubles.without_autograd(by_autograd, x)
