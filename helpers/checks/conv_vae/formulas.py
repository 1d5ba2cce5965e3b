"""Checks of the derivations: the bound with two codes, the Gaussian divergence, and what a likelihood makes of a pixel."""

from __future__ import annotations

import math
from math import exp, log

from helpers.checks.core import Properties, check
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

CHANCES = {"q": (0.1, 0.9), "prior": (0.1, 0.9), "a": (0.05, 0.95), "b": (0.05, 0.95)}


def coins(q: float, p: float) -> float:
    """The divergence in nats between two coins."""
    return q * log(q / p) + (1 - q) * log((1 - q) / (1 - p))


@check
def elbo(student: Part, draw: Draw) -> Properties:
    """F(q) of the model with two codes: E_q[log p(x|z)] - KL(q || p(z))."""

    def fit(q: float, a: float, b: float) -> float:
        return q * log(b) + (1 - q) * log(a)

    def evidence(prior: float, a: float, b: float) -> float:
        return prior * b + (1 - prior) * a

    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda q, prior, a, b: fit(q, a, b) - coins(q, prior),
            CHANCES,
            {
                "The divergence is added, where it should be paid: it lowers the bound.": lambda q, prior, a, b: (
                    fit(q, a, b) + coins(q, prior)
                ),
                "This is the negative of the bound: a loss. Here F itself is asked for.": lambda q, prior, a, b: (
                    coins(q, prior) - fit(q, a, b)
                ),
                "The divergence from the prior is missing.": lambda q, prior, a, b: fit(q, a, b),
                "Only the divergence from the prior is here, with its sign: where is the image?": lambda q, prior, a, b: (
                    -coins(q, prior)
                ),
                "The divergence runs the wrong way: which of the two distributions is averaged over?": lambda q, prior, a, b: (
                    fit(q, a, b) - coins(prior, q)
                ),
                "a and b are exchanged: which of them belongs to z = 1?": lambda q, prior, a, b: (
                    fit(q, b, a) - coins(q, prior)
                ),
                "The image is averaged over the prior; the expectation is over the guess.": lambda q, prior, a, b: (
                    fit(prior, a, b) - coins(q, prior)
                ),
                "The logarithm of a mean is not the mean of the logarithms.": lambda q, prior, a, b: (
                    log(q * b + (1 - q) * a) - coins(q, prior)
                ),
                "The probabilities of the image are averaged; the bound averages their logarithms.": lambda q, prior, a, b: (
                    q * b + (1 - q) * a - coins(q, prior)
                ),
                "This is log p(x) itself. The bound depends on the guess.": lambda q, prior, a, b: log(
                    evidence(prior, a, b)
                ),
                "In the divergence the term of z = 0 is missing.": lambda q, prior, a, b: (
                    fit(q, a, b) - q * log(q / prior)
                ),
                "In the expectation the term of z = 0 is missing.": lambda q, prior, a, b: q * log(b) - coins(q, prior),
            },
        ),
        "Two expectations under the guess, each a sum over z = 0 and z = 1. With the guess equal to the prior, the second is 0.",
    )


@check
def gap(student: Part, draw: Draw) -> Properties:
    """KL(q || p(z|x)) of the model with two codes."""

    def posterior(prior: float, a: float, b: float) -> float:
        return prior * b / (prior * b + (1 - prior) * a)

    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda q, prior, a, b: coins(q, posterior(prior, a, b)),
            CHANCES,
            {
                "The sign: a divergence is never negative.": lambda q, prior, a, b: -coins(q, posterior(prior, a, b)),
                "This is the divergence from the prior: the image has changed what is probable.": lambda q, prior, a, b: (
                    coins(q, prior)
                ),
                "The divergence runs from the posterior to the guess: which is averaged over?": lambda q, prior, a, b: (
                    coins(posterior(prior, a, b), q)
                ),
                "a and b are exchanged: which of them belongs to z = 1?": lambda q, prior, a, b: coins(
                    q, posterior(prior, b, a)
                ),
                "The posterior leaves out the prior.": lambda q, prior, a, b: coins(q, b / (a + b)),
                "The posterior is not divided by p(x), so it does not add up to 1.": lambda q, prior, a, b: (
                    q * log(q / (prior * b)) + (1 - q) * log((1 - q) / ((1 - prior) * a))
                ),
                "The term of z = 0 is missing.": lambda q, prior, a, b: q * log(q / posterior(prior, a, b)),
                "In the term of z = 0, the joint probability stands where the posterior belongs.": lambda q, prior, a, b: (
                    coins(q, prior * b)
                ),
                "The probability of the image is averaged over the guess; Bayes' rule averages over the prior.": lambda q, prior, a, b: (
                    coins(q, q * b / (q * b + (1 - q) * a))
                ),
            },
        ),
        "First p(x), then the posterior of z = 1 by Bayes' rule, then a divergence of two coins. In the example it is .144 nats.",
    )


@check
def kl_formula(student: Part, draw: Draw) -> Properties:
    """KL(N(mu, sigma^2) || N(0, 1)) in nats."""
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda mu, sigma: (mu**2 + sigma**2 - 1) / 2 - log(sigma),
            {"mu": (-2, 2), "sigma": (0.3, 3)},
            {
                "The half is missing.": lambda mu, sigma: mu**2 + sigma**2 - 1 - 2 * log(sigma),
                "The half is missing in front of the squares.": lambda mu, sigma: mu**2 + sigma**2 - 1 - log(sigma),
                "The standard deviation stands where the variance belongs.": lambda mu, sigma: (
                    (mu**2 + sigma - 1) / 2 - log(sigma)
                ),
                "The logarithm is of the standard deviation where a variance was meant, or the other way round.": lambda mu, sigma: (
                    (mu**2 + sigma**2 - 1 - log(sigma)) / 2
                ),
                "Twice the logarithm: it is that of sigma, not of its square.": lambda mu, sigma: (
                    (mu**2 + sigma**2 - 1) / 2 - 2 * log(sigma)
                ),
                "The sign of the logarithm: a narrow guess is a costly one.": lambda mu, sigma: (
                    (mu**2 + sigma**2 - 1) / 2 + log(sigma)
                ),
                "The sign: a divergence is never negative.": lambda mu, sigma: log(sigma) - (mu**2 + sigma**2 - 1) / 2,
                "The constant is missing: for the prior itself the divergence is 0.": lambda mu, sigma: (
                    (mu**2 + sigma**2) / 2 - log(sigma)
                ),
                "The constant has the wrong sign: for the prior itself the divergence is 0.": lambda mu, sigma: (
                    (mu**2 + sigma**2 + 1) / 2 - log(sigma)
                ),
                "This is KL(p || q): the expectation is under N(mu, sigma^2).": lambda mu, sigma: (
                    ((1 + mu**2) / sigma**2 - 1) / 2 + log(sigma)
                ),
                "The mean enters without its square.": lambda mu, sigma: (mu + sigma**2 - 1) / 2 - log(sigma),
                "The mean is missing.": lambda mu, sigma: (sigma**2 - 1) / 2 - log(sigma),
                "The logarithm is missing.": lambda mu, sigma: (mu**2 + sigma**2 - 1) / 2,
            },
        ),
        "Take the expectation term by term under N(mu, sigma^2). Half a nat at mu = 1, sigma = 1; nothing at mu = 0, sigma = 1.",
    )


def softplus(value: float) -> float:
    """log(1 + e^value)."""
    return log(1 + exp(value))


@check
def bernoulli_loss(student: Part, draw: Draw) -> Properties:
    """-log p(x|z) of a pixel under a Bernoulli decoder, from the logit."""
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda x, logit: softplus(logit) - x * logit,
            {"x": (0.05, 0.95), "logit": (-3, 3)},
            {
                "The sign: this is the log-likelihood, and a loss was asked for.": lambda x, logit: (
                    x * logit - softplus(logit)
                ),
                "x and 1 - x are exchanged: a large logit means that 1 is probable.": lambda x, logit: (
                    softplus(logit) - (1 - x) * logit
                ),
                "The logit is taken for a probability: put the sigmoid in.": lambda x, logit: (
                    math.nan if not 0 < logit < 1 else -x * log(logit) - (1 - x) * log(1 - logit)
                ),
                "The term of a pixel that is 0 is missing.": lambda x, logit: x * softplus(-logit),
                "The term of a pixel that is 1 is missing.": lambda x, logit: (1 - x) * softplus(logit),
                "Right for 0 and 1, but no longer linear in x: leave the product p^x (1 - p)^(1 - x) as it stands, for grey"
                " pixels too.": lambda x, logit: softplus((1 - 2 * x) * logit),
                "What is left is not a logarithm yet: this is minus the probability.": lambda x, logit: (
                    -(exp(-x * softplus(-logit) - (1 - x) * softplus(logit)))
                ),
                "The product of logit and pixel is missing.": lambda x, logit: softplus(logit),
                "The sigmoid's sign: it rises with the logit.": lambda x, logit: softplus(-logit) + x * logit,
                "Without the 1 in the sigmoid's denominator the probabilities are none.": lambda x, logit: (
                    logit - x * logit
                ),
            },
        ),
        "For x = 1 it should be the softplus of minus the logit, for x = 0 that of the logit: log 2 for both at logit 0.",
    )


@check
def gaussian_loss(student: Part, draw: Draw) -> Properties:
    """-log N(x; m, s^2) of a pixel with all constants."""
    half = log(2 * math.pi) / 2
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda x, m, s: (x - m) ** 2 / (2 * s**2) + log(s) + half,
            {"x": (0, 1), "m": (-1, 2), "s": (0.1, 2)},
            {
                "The sign: this is the log-density, and minus it was asked for.": lambda x, m, s: (
                    -((x - m) ** 2 / (2 * s**2) + log(s) + half)
                ),
                "The half of the squared distance is missing.": lambda x, m, s: (x - m) ** 2 / s**2 + log(s) + half,
                "The distance is divided by s where the variance belongs.": lambda x, m, s: (
                    (x - m) ** 2 / (2 * s) + log(s) + half
                ),
                "Here s is taken for a variance.": lambda x, m, s: (x - m) ** 2 / (2 * s) + log(s) / 2 + half,
                "The logarithm of s is missing.": lambda x, m, s: (x - m) ** 2 / (2 * s**2) + half,
                "The constant of 2 pi is missing; all constants were asked for.": lambda x, m, s: (
                    (x - m) ** 2 / (2 * s**2) + log(s)
                ),
                "The constants are missing: this is only the squared error.": lambda x, m, s: (x - m) ** 2 / (2 * s**2),
                "Half of log(2 pi) is enough: there is a root around it.": lambda x, m, s: (
                    (x - m) ** 2 / (2 * s**2) + log(s) + 2 * half
                ),
                "The sign of the constants: a wide Gaussian is low.": lambda x, m, s: (
                    (x - m) ** 2 / (2 * s**2) - log(s) - half
                ),
                "The logarithm of s has the wrong factor: it is that of s, not of its square.": lambda x, m, s: (
                    (x - m) ** 2 / (2 * s**2) + 2 * log(s) + half
                ),
                "The distance enters without its square.": lambda x, m, s: (x - m) / (2 * s**2) + log(s) + half,
            },
        ),
        "Take the logarithm of the density factor by factor: at x = m and s = 1 what is left is half of log(2 pi).",
    )


@check
def mse_kl_weight(student: Part, draw: Draw) -> Properties:
    """The weight w for which MSE + w KL is the negative ELBO up to a factor and a constant."""
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda s, dims: 2 * s**2 / dims,
            {"s": (0.05, 2), "dims": (10, 800)},
            {
                "This is the factor of the MSE when the KL has factor 1; here it is the other way round.": lambda s, dims: (
                    dims / (2 * s**2)
                ),
                "The MSE is a mean over the pixels, the ELBO has a sum: where is their number?": lambda s, dims: (
                    2 * s**2
                ),
                "The number of pixels stands on the wrong side.": lambda s, dims: 2 * s**2 * dims,
                "The 2 of 2 s^2 is missing.": lambda s, dims: s**2 / dims,
                "The 2 stands on the wrong side.": lambda s, dims: s**2 / (2 * dims),
                "The standard deviation enters without its square.": lambda s, dims: 2 * s / dims,
                "The variance stands on the wrong side: a noisy decoder leaves more to the KL.": lambda s, dims: (
                    1 / (2 * s**2 * dims)
                ),
                "That would be so if the KL were a mean as well, over as many variables.": lambda s, dims: 1 / dims,
                "With weight 1 the variance would be a fixed number; which?": lambda s, dims: 1.0,
                "Only the number of pixels is missing on one side: divide the whole loss by the factor of the MSE.": lambda s, dims: (
                    1 / (2 * s**2)
                ),
            },
        ),
        "Multiply the negative ELBO by whatever makes the MSE's factor 1: with s = 20 and 784 pixels the weight is about 1.",
    )
