"""The properties of Gaussian exercises accept what is right, and name what is wrong."""

import pytest
import torch

from helpers.checks import gaussians
from helpers.checks.autoencoders import LinearDecoder, LinearEncoder, Noise, lopsided_log_prob
from helpers.checks.core import check
from helpers.checks.subject import Local, Part


def judge(properties, answer, **options):
    @check
    def exercise(student, draw):
        """An exercise."""
        yield from properties(student, draw, **options)

    return exercise.judge(Part(Local(), answer), seed=1)


def kl(mu, log_var):
    return (mu**2 + log_var.exp() - 1 - log_var) / 2


def test_right_answers_pass():
    assert judge(gaussians.sampling, lambda mu, log_var, eps: mu + (log_var / 2).exp() * eps).passed
    assert judge(gaussians.kl_to_standard, kl).passed
    assert judge(gaussians.kl_to_standard, lambda mu, log_var: kl(mu, log_var).sum(1), summed=True).passed


@pytest.mark.parametrize(
    ("answer", "item"),
    [
        (lambda mu, log_var, eps: mu + log_var.exp() * eps, "the spread is the standard deviation"),
        (lambda mu, log_var, eps: mu + (log_var / 2).exp() * eps.abs(), "mean 0 and variance 1 give back the noise"),
        (lambda mu, log_var, eps: mu + (log_var.detach() / 2).exp() * eps, "a gradient reaches log_var"),
    ],
)
def test_mistakes_in_drawing_are_named(answer, item):
    assert item in [entry.name for entry in judge(gaussians.sampling, answer).failed]


@pytest.mark.parametrize(
    ("answer", "item"),
    [
        (lambda mu, log_var: kl(mu, log_var).sum(1), "one number per image and latent variable"),
        (lambda mu, log_var: 2 * kl(mu, log_var), "a shift of the mean"),
        (lambda mu, log_var: kl(mu, 2 * log_var), "a change of the variance"),
        (lambda mu, log_var: (mu**2 + log_var.exp() - 1 - log_var.exp().log()) / 2, ""),
    ],
)
def test_mistakes_in_the_divergence_are_named(answer, item):
    report = judge(gaussians.kl_to_standard, answer)
    assert report.passed if not item else item in [entry.name for entry in report.failed]


def test_the_doubles_are_linear_and_keep_their_seed():
    encoder, decoder = LinearEncoder((1, 2, 3), 4, seed=1), LinearDecoder(4, (1, 2, 3), seed=1)
    x = torch.rand(5, 1, 2, 3)
    mean, log_var = encoder(x)
    assert mean.shape == log_var.shape == (5, 4)
    assert decoder(mean).shape == x.shape
    assert torch.equal(mean, LinearEncoder((1, 2, 3), 4, seed=1)(x)[0])
    assert torch.allclose(encoder(2 * x)[0] - mean, mean - encoder(0 * x)[0])


def test_noise_is_new_with_each_call_and_the_same_from_the_same_seed():
    noise, again = Noise(3, seed=1), Noise(3, seed=1)
    first = noise(4)
    assert first.shape == (4, 3)
    assert torch.equal(first, again(4))
    assert not torch.equal(first, noise(4))


def test_the_lopsided_likelihood_tells_its_arguments_apart():
    output, x = torch.rand(2, 5, 1, 2, 2)
    assert lopsided_log_prob(output, x).shape == (5,)
    assert not torch.allclose(lopsided_log_prob(output, x), lopsided_log_prob(x, output))
