"""The oracle of 04_iwae: in a linear-Gaussian VAE the bounds of the notebook stand where mathematics puts them."""

import itertools
import math

import pytest
import torch

from helpers.grading.namespaces import solution_namespace

POINTS, DRAWS = 3, 20_000
COUNTS = (1, 2, 5, 20)


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("04_iwae")


@pytest.fixture(scope="module")
def model():
    generator = torch.Generator().manual_seed(0)
    basis = torch.linalg.qr(torch.randn(6, 2, generator=generator, dtype=torch.float64)).Q
    W, b = basis * torch.tensor([1.5, 0.7]).double(), torch.randn(6, generator=generator, dtype=torch.float64)
    x = torch.randn(POINTS, 2, generator=generator, dtype=torch.float64) @ W.T + b
    return W, b, 0.6, x


def estimates(notebook, model, m, **encoder):
    """DRAWS independent estimates of L_m for each point, shape (DRAWS, POINTS)."""
    W, b, s, x = model
    vae = notebook["LinearGaussian"](W, b, s, **encoder)
    eps = torch.randn(m, DRAWS * POINTS, 2, generator=torch.Generator().manual_seed(m), dtype=torch.float64)
    found = notebook["iwae_bound"](vae, x.repeat(DRAWS, 1), eps, vae.log_likelihood)
    return found.reshape(DRAWS, POINTS)


def test_at_the_true_posterior_every_estimate_is_log_p(notebook, model):
    W, b, s, x = model
    truth = notebook["linear_gaussian_log_prob"](x, W, b, s)
    for m in COUNTS:
        assert torch.allclose(estimates(notebook, model, m), truth.expand(DRAWS, -1), rtol=1e-12)


def test_in_expectation_the_bounds_rise_and_stay_below_log_p(notebook, model):
    W, b, s, x = model
    truth = notebook["linear_gaussian_log_prob"](x, W, b, s)
    found = {m: estimates(notebook, model, m, off=0.5, wide=1.3) for m in COUNTS}
    means = {m: draws.mean(0) for m, draws in found.items()}
    errors = {m: 4 * draws.std(0) / math.sqrt(DRAWS) for m, draws in found.items()}
    for m, n in itertools.pairwise(COUNTS):
        assert (means[n] - means[m] > errors[m] + errors[n]).all(), (m, n)
    for m in COUNTS:
        assert (means[m] < truth + errors[m]).all(), m
    assert (found[1] > truth).double().mean() > 0.2  # single estimates are no bounds


def test_one_code_averages_to_the_elbo_in_closed_form(notebook, model):
    W, b, s, x = model
    off, wide = 0.5, 1.3
    covariance = notebook["linear_gaussian_posterior"](x, W, b, s)[1]
    gap = covariance.shape[0] * (-math.log(wide) + (wide**2 + off**2) / 2 - 0.5)
    draws = estimates(notebook, model, 1, off=off, wide=wide)
    truth = notebook["linear_gaussian_log_prob"](x, W, b, s)
    assert ((draws.mean(0) - (truth - gap)).abs() < 4 * draws.std(0) / math.sqrt(DRAWS)).all()


def test_the_surrogate_has_the_gradient_of_the_bound(notebook):
    log_w = torch.randn(7, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    slopes = [torch.autograd.grad(notebook[name](log_w).sum(), log_w)[0] for name in ("log_mean_exp", "iwae_surrogate")]
    assert torch.allclose(*slopes)


def test_chunks_keep_within_the_room_that_is_given(notebook):
    seen = []

    def bound(x, eps):
        seen.append(eps.shape[0] * eps.shape[1])
        return x[:, 0] + eps.mean((0, 2))

    x = torch.arange(100.0)[:, None]
    found = notebook["evaluate_in_chunks"](bound, x, 5, 64, lambda m, n: torch.zeros(m, n, 2))
    assert torch.equal(found, x[:, 0])
    assert max(seen) <= 64
