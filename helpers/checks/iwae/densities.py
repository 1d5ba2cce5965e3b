"""Checks of the two densities that everything is made of: a diagonal Gaussian and independent Bernoulli pixels."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.distributions import Normal

from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

LOG_2_PI = math.log(2 * math.pi)


def log_density(z: float, mu: float, sigma: float) -> float:
    """The logarithm of the density of N(mu, sigma^2) at z."""
    return -LOG_2_PI / 2 - math.log(sigma) - ((z - mu) / sigma) ** 2 / 2


@check
def gaussian_log_density(student: Part, draw: Draw) -> Properties:
    """log N(z; mu, sigma^2) as an expression."""
    where = {"z": (-3.0, 3.0), "mu": (-2.0, 2.0), "sigma": (0.4, 2.5)}

    def square(z: float, mu: float, sigma: float) -> float:
        return ((z - mu) / sigma) ** 2

    slips = {
        "This is the density itself. Its logarithm is asked for.": lambda *p: math.exp(log_density(*p)),
        "The sign: this is a cost. Close to the mean of a narrow Gaussian the log-density is positive.": lambda *p: (
            -log_density(*p)
        ),
        "The half before the squared distance is missing.": lambda *p: log_density(*p) - square(*p) / 2,
        "The width counts twice: the density has 1/sigma before it, not 1/sigma^2.": lambda *p: (
            log_density(*p) - math.log(p[2])
        ),
        "The width counts only half: the logarithm of the variance has a half before it, that of sigma has none.": lambda *p: (
            log_density(*p) + math.log(p[2]) / 2
        ),
        "The width is missing before the exponential: a wide density is low.": lambda *p: (
            log_density(*p) + math.log(p[2])
        ),
        "The constant with 2 pi is missing: the density would not integrate to 1.": lambda *p: (
            log_density(*p) + LOG_2_PI / 2
        ),
        "The half before log(2 pi) is missing: it stands under a root.": lambda *p: log_density(*p) - LOG_2_PI / 2,
        "The constant has the wrong sign: 2 pi stands below the fraction bar.": lambda *p: log_density(*p) + LOG_2_PI,
        "The width has the wrong sign: a wide density is low.": lambda *p: log_density(*p) + 2 * math.log(p[2]),
        "The squared distance is divided by sigma, and should be by its square.": lambda z, mu, sigma: (
            log_density(z, mu, sigma) + square(z, mu, sigma) / 2 - (z - mu) ** 2 / (2 * sigma)
        ),
        "The distance is not divided by the width.": lambda z, mu, sigma: (
            log_density(z, mu, sigma) + square(z, mu, sigma) / 2 - (z - mu) ** 2 / 2
        ),
        "The distance is not squared.": lambda z, mu, sigma: (
            log_density(z, mu, sigma) + square(z, mu, sigma) / 2 - (z - mu) / (2 * sigma**2)
        ),
        "The squared distance has the wrong sign: far from the mean the density should fall.": lambda *p: (
            log_density(*p) + square(*p)
        ),
    }
    yield essential(
        "the formula",
        lambda: formula(student, draw, log_density, where, slips),
        "Compare with a point that you know: the standard normal has -0.919 at 0, and half a nat less at 1.",
    )


def _of_width(student: Part, variance: float, slips: bool = True) -> Verdict:
    """Whether the density of one dimension is right for this variance, at a point one unit from the mean."""
    log_var, sigma = math.log(variance), math.sqrt(variance)
    z, mu = torch.tensor([[1.5]]).double(), torch.tensor([[0.5]]).double()
    due = log_density(1.5, 0.5, sigma)

    def wrong(value: float) -> Tensor:
        return torch.tensor([value]).double()

    known = {
        "This is the negative of the log-density, a cost.": -due,
        "This is the density. Its logarithm is asked for, and never by way of the density.": math.exp(due),
        "exp(log_var) is taken for the standard deviation: log_var holds log sigma^2.": log_density(1.5, 0.5, variance),
        "log_var itself is taken for the variance.": -(LOG_2_PI + math.log(abs(log_var)) + 1 / log_var) / 2,
        "log_var itself is taken for the standard deviation.": log_density(1.5, 0.5, abs(log_var)),
        "The constant with 2 pi is missing.": due + LOG_2_PI / 2,
        "The term of the width is missing: a wide density is low.": due + log_var / 2,
        "The term of the width counts twice: is it that of sigma or of sigma^2?": due - log_var / 2,
        "The half before the squared distance is missing.": due - 0.5 / variance,
        "The squared distance is multiplied by the variance, and should be divided.": due
        + 0.5 / variance
        - variance / 2,
        "The distance is not divided by the width.": due + 0.5 / variance - 0.5,
        "The half before everything is missing.": 2 * due,
    }
    return same(
        student(z, mu, torch.full_like(z, log_var)),
        wrong(due),
        {advice: wrong(value) for advice, value in known.items()} if slips else None,
    )


@check
def log_normal(student: Part, draw: Draw) -> Properties:
    """log N(z; mu, diag(exp(log_var))) in nats, summed over the last dimension, with any dimensions in front."""
    z, mu, log_var = draw.normal(4, 3), draw.normal(4, 3), draw.normal(4, 3)
    each = Normal(mu, (log_var / 2).exp()).log_prob(z)
    yield essential(
        "one number per image",
        lambda: gives_shape(student, (4,), z, mu, log_var),
        "Sum over the numbers of a code, the last dimension, and keep the batch.",
    )
    yield essential(
        "it falls with the distance from the mean",
        lambda: bool((tensor(student(mu + 0.5, mu, log_var)) > tensor(student(mu - 2.0, mu, log_var))).all()),
        "A point near the mean should have a higher log-density than one far from it.",
    )
    yield (
        "one dimension, variance 4",
        lambda: _of_width(student, 4.0),
        "Compare with your formula of above, with sigma = 2, one unit from the mean. Which power of sigma does log_var hold?",
    )
    yield (
        "one dimension, variance 1/4",
        lambda: _of_width(student, 0.25, slips=False),
        "A log-variance may be negative: the density of a narrow Gaussian is high.",
    )
    yield (
        "dimensions add up",
        lambda: same(
            student(z, mu, log_var),
            each.sum(1),
            {
                "This is a mean over the dimensions. Independent densities multiply: what happens to logs?": each.mean(
                    1
                ),
                "The constant is counted once for all dimensions; every dimension brings its own.": each.sum(1)
                + LOG_2_PI,
                "All images got the same number: sum over the numbers of a code only.": each.sum().expand(4),
                "The distance is taken from 0 and not from the mean.": Normal(0 * mu, (log_var / 2).exp())
                .log_prob(z)
                .sum(1),
                "All dimensions got the variance 1.": Normal(mu, torch.ones_like(mu)).log_prob(z).sum(1),
            },
        ),
        "The log-density of a code is the sum over its numbers of one-dimensional log-densities, each with its own mean and"
        " variance.",
    )
    many = draw.normal(2, 4, 3)
    yield (
        "several codes per image",
        lambda: same(
            student(many, mu, log_var),
            Normal(mu, (log_var / 2).exp()).log_prob(many).sum(-1),
        ),
        "z may have a dimension in front, (m, B, D), where mu and log_var have not. Which dimension holds the numbers of a code,"
        " counted from the right?",
    )
    zero = torch.zeros(1, 2).double()
    yield (
        "far from the mean",
        lambda: same(student(zero + 100, zero, zero), Normal(0.0, 1.0).log_prob(zero + 100).sum(1)),
        "A hundred standard deviations away the density is 0 in floating point, but its logarithm is an ordinary number.",
    )

    wide = torch.tensor([[-14.0, 14.0]]).double()
    yield (
        "narrow and wide Gaussians",
        lambda: same(
            student(zero + (wide / 2).exp(), zero, wide),
            Normal(zero, (wide / 2).exp()).log_prob((wide / 2).exp()).sum(1),
        ),
        "A standard deviation of a thousandth, or of a thousand, is no reason to bound or to change log_var.",
    )

    def slopes() -> Verdict:
        leaves = [v.clone().requires_grad_() for v in (z, mu, log_var)]
        found = gradients(tensor(student(*leaves)), leaves)
        pull = (z - mu) / log_var.exp()
        return same(torch.stack(found), torch.stack([-pull, pull, (pull * (z - mu) - 1) / 2]))

    yield (
        "a gradient reaches z, mu and log_var",
        slopes,
        "Training on many codes needs the gradient with respect to all three arguments. Is something detached?",
    )


def _log_pixels(x: Tensor, logits: Tensor) -> Tensor:
    """Log-likelihood of every pixel: the logarithm of a sigmoid is minus a softplus."""
    return -torch.nn.functional.softplus(torch.where(x > 0.5, -logits, logits))


@check
def log_bernoulli(student: Part, draw: Draw) -> Properties:
    """log p(x | z) of black-and-white images from logits, in nats, summed over the pixels."""
    x = draw.integers(0, 2, 4, 5).double()
    logits = 2 * draw.normal(4, 5)
    each = _log_pixels(x, logits)
    logit = 0.5 + float(draw.uniform(1))
    ink, paper = torch.ones(1, 1).double(), torch.zeros(1, 1).double()
    one = torch.full((1, 1), logit).double()
    p = 1 / (1 + math.exp(-logit))

    def number(value: float) -> Tensor:
        return torch.tensor([value]).double()

    yield essential(
        "one number per image",
        lambda: gives_shape(student, (4,), x, logits),
        "Sum over the pixels, the last dimension, and keep the batch.",
    )
    yield essential(
        "what fits better is more likely",
        lambda: bool((tensor(student(x, 4 * x - 2)) > tensor(student(x, 2 - 4 * x))).all()),
        "Positive logits should make ink likely, and negative ones paper.",
    )
    yield (
        "one pixel of ink",
        lambda: same(
            student(ink, one),
            number(math.log(p)),
            {
                "This is the negative log-likelihood, a loss. The log-likelihood itself is asked for.": number(
                    -math.log(p)
                ),
                "The sigmoid is applied twice: does the function that you call want logits or probabilities?": number(
                    math.log(1 / (1 + math.exp(-p)))
                ),
                "The sigmoid is applied twice, and the sign is a loss's.": number(-math.log(1 / (1 + math.exp(-p)))),
                "This is the probability of ink. Its logarithm is asked for.": number(p),
                "This is the logit itself, no log-probability.": number(logit),
                "This is the log-probability of paper, and the pixel is ink.": number(math.log(1 - p)),
                "The logit is taken for a probability.": number(math.log(logit)),
            },
        ),
        "For ink the result should be the logarithm of the probability that the sigmoid gives.",
    )
    yield (
        "one pixel of paper",
        lambda: same(
            student(paper, one),
            number(math.log(1 - p)),
            {
                "White pixels are left out: they have a probability as well.": number(0.0),
                "This is the negative log-likelihood, a loss.": number(-math.log(1 - p)),
                "This is the log-probability of ink, and the pixel is paper.": number(math.log(p)),
            },
        ),
        "For paper the result should be the logarithm of one minus the probability of ink.",
    )
    yield (
        "pixels add up",
        lambda: same(
            student(x, logits),
            each.sum(1),
            {
                "This is a mean over the pixels: probabilities of independent pixels multiply.": each.mean(1),
                "This is a sum with the sign of a loss.": -each.sum(1),
                "This is a mean over the pixels, with the sign of a loss.": -each.mean(1),
                "All images got the same number: sum over the pixels of an image, never across the batch.": each.sum().expand(
                    4
                ),
                "Only ink was counted.": (each * x).sum(1),
            },
        ),
        "The log-likelihood of an image is the sum over all its pixels, black and white.",
    )
    sure = torch.tensor([[100.0], [-100.0], [1000.0], [-1000.0]]).double()
    yield (
        "sure and right costs nothing",
        lambda: same(student((sure > 0).double(), sure), torch.zeros(4)),
        "With a logit of 100 the probability of ink is 1, and ink costs nothing. Where does a logarithm meet 0, or an exponential"
        " overflow?",
    )
    yield (
        "sure and wrong costs the logit",
        lambda: same(student((sure < 0).double(), sure), -sure.abs().squeeze(1)),
        "With a logit of 100 paper costs 100 nats, and not about 16: a small number added inside a logarithm hides mistakes, and"
        " so does the probability 1 - 1.",
    )
    many = draw.normal(3, 4, 5)
    yield (
        "several codes per image",
        lambda: same(student(x, many), _log_pixels(x.expand_as(many), many).sum(-1)),
        "logits may have a dimension in front, (m, B, P), where x has not: repeat the images for every code.",
    )

    def slope() -> Verdict:
        leaf = logits.clone().requires_grad_()
        return same(gradients(tensor(student(x, leaf)), leaf)[0], x - logits.sigmoid())

    yield (
        "a gradient reaches the logits",
        slope,
        "Training needs the gradient with respect to the logits. Is something detached, rounded or clamped?",
    )
