"""The collaborators of checks of bounds: known values, and none of them the answer to an exercise."""

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from helpers.checks import importance
from helpers.checks.inputs import Draw


@pytest.fixture
def draw():
    return Draw(0)


def test_no_stand_in_is_what_it_stands_for(draw):
    z, mu, log_var, x = draw.normal(2, 4, 3), draw.normal(4, 3), draw.normal(4, 3), draw.integers(0, 2, 4, 3).double()
    q = Normal(mu, (log_var / 2).exp())
    assert not torch.allclose(importance.odd_density(z, mu, log_var), q.log_prob(z).sum(-1))
    assert not torch.allclose(importance.odd_likelihood(x, mu), Bernoulli(logits=mu).log_prob(x).sum(-1))
    assert not torch.allclose(importance.odd_cost(mu, log_var), kl_divergence(q, Normal(0.0, 1.0)).sum(-1))
    assert not torch.allclose(importance.odd_codes(mu, log_var, z), mu + q.stddev * z)


def test_every_argument_of_a_stand_in_shows(draw):
    mu, log_var, x = draw.normal(4, 3), draw.normal(4, 3), draw.normal(4, 3)
    calls = {
        importance.odd_density: (x, mu, log_var),
        importance.odd_likelihood: (x, mu),
        importance.odd_cost: (mu, log_var),
        importance.odd_codes: (mu, log_var, x),
    }
    for function, arguments in calls.items():
        for place in range(len(arguments)):
            moved = [value + 0.1 * (index == place) for index, value in enumerate(arguments)]
            assert not torch.isclose(function(*moved), function(*arguments)).any(), (function.__name__, place)


def test_the_costs_have_known_gradients(draw):
    w, v, x, eps = draw.normal(3), draw.normal(2), draw.normal(5, 3), draw.normal(5, 2)
    model = importance.Slopes(w, v)
    nelbo, kl, rec = importance.three_costs(model, x, eps)
    assert torch.allclose(nelbo, 3 * kl + rec)
    found = torch.autograd.grad(nelbo.mean(), [model.w, model.v])
    assert torch.allclose(found[0], ((w * x - 1) * x).mean(0))
    assert torch.allclose(found[1], 3 * (v * eps**2).mean(0))


def test_noise_is_never_the_same_twice_and_repeats_with_its_seed():
    noise, again = importance.Noise(2, seed=3), importance.Noise(2, seed=3)
    first, second = noise(4, 5), noise(4, 5)
    assert first.shape == (4, 5, 2)
    assert not torch.equal(first, second)
    assert torch.equal(again(4, 5), first)


def test_a_tally_counts_rows_and_keeps_images_apart(draw):
    tally, x, eps = importance.Tally(), draw.normal(6, 4), draw.normal(3, 6, 2)
    whole = tally(x, eps)
    parts = torch.cat([tally(x[:4], eps[:, :4]), tally(x[4:], eps[:, 4:])])
    assert torch.allclose(whole, parts)
    assert whole.requires_grad
    assert tally.seen() == [18, 12, 6]
    with pytest.raises(ValueError, match="do not fit"):
        tally(x, eps[:, :5])


def test_a_kept_graph_is_seen():
    weight = torch.ones(2, requires_grad=True)
    assert importance.keeps_graph(lambda x: x * weight, torch.ones(2))
    assert not importance.keeps_graph(lambda x: (x * weight).detach(), torch.ones(2))
