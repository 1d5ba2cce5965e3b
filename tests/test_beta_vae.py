"""The scores and steps of 09_beta_vae on codes of which the answer is known, and its networks at every size."""

import math

import pytest
import torch

from helpers import faces
from helpers.grading.namespaces import solution_namespace


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("09_beta_vae", dataset="faces")


@pytest.fixture(scope="module")
def truth():
    factors = faces.combinations()
    return factors, faces.numbered(factors)


def rotated(factors):
    turned = factors.clone()
    turned[:, 0] = math.sqrt(0.5) * (factors[:, 0] - factors[:, 3])
    turned[:, 3] = math.sqrt(0.5) * (factors[:, 0] + factors[:, 3])
    return turned


def test_the_factors_themselves_have_every_score_1(notebook, truth):
    factors, numbers = truth
    gap, score = notebook["scores_of"](factors[:, torch.tensor([3, 1, 0, 4, 2])], numbers)
    assert gap == pytest.approx(1, abs=1e-6)
    assert score == 1


def test_noise_has_no_gap_and_scores_like_chance(notebook, truth):
    noise = torch.randn(len(truth[0]), 5, generator=torch.Generator().manual_seed(0))
    gap, score = notebook["scores_of"](noise, truth[1])
    assert gap < 0.01
    assert score < 0.4


def test_two_rotated_factors_and_a_doubled_code_lose_their_gap(notebook, truth):
    factors, numbers = truth
    information, entropies = notebook["information_table"](rotated(factors), numbers)
    largest = information.topk(2, dim=0).values
    gaps = (largest[0] - largest[1]) / entropies
    assert gaps[[0, 3]].max() < 0.05
    assert gaps[[1, 2, 4]].min() > 0.99
    assert notebook["scores_of"](torch.cat([factors, factors], 1), numbers)[0] == pytest.approx(0, abs=1e-9)


def test_the_sets_hold_one_factor_fixed(notebook, truth):
    rows, fixed = notebook["sets_with_one_factor_fixed"](truth[1], 40)
    for chosen, k in zip(rows, fixed.tolist(), strict=True):
        spread = [len(truth[1][chosen, j].unique()) for j in range(5)]
        assert spread[k] == 1
        assert min(spread[:k] + spread[k + 1 :]) > 1
    assert set(fixed.tolist()) == set(range(5))


@pytest.mark.parametrize("side", [32, 64, 128])
def test_the_model_fits_every_size(notebook, side):
    torch.manual_seed(0)
    vae = notebook["VAE"]((3, side, side), 5, 2)
    x, eps = torch.rand(2, 3, side, side), torch.randn(2, 5)
    rec, kl, z = vae(x, eps)
    assert (rec.shape, kl.shape, z.shape) == ((2,), (2, 5), (2, 5))
    _, mu, log_var, _ = vae.parts(x, eps)
    assert notebook["beta_vae_loss"](rec, mu, log_var, 1.0).item() == pytest.approx(
        (rec + kl.sum(1)).mean().item(), rel=1e-5
    )


def test_the_estimate_of_a_perfect_discriminator_is_the_total_correlation(notebook):
    """For a Gaussian q(z) with correlation rho the logits of the perfect discriminator are known in closed form."""
    rho = 0.8
    generator = torch.Generator().manual_seed(0)
    e = torch.randn(200_000, 2, generator=generator, dtype=torch.float64)
    z = torch.stack([e[:, 0], rho * e[:, 0] + math.sqrt(1 - rho**2) * e[:, 1]], 1)
    joint = torch.distributions.MultivariateNormal(torch.zeros(2).double(), torch.tensor([[1, rho], [rho, 1]]).double())
    logits = torch.stack([joint.log_prob(z), torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)], 1)
    due = -math.log(1 - rho**2) / 2
    assert notebook["total_correlation"](logits).item() == pytest.approx(due, abs=0.01)
    shuffled = notebook["permute_dims"](z, torch.rand(z.shape, generator=generator))
    assert abs(torch.corrcoef(shuffled.T)[0, 1]) < 0.01
