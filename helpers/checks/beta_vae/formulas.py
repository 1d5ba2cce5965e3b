"""Checks of the derivations: the constrained problem, what the KL term charges for, and the density ratio."""

from __future__ import annotations

from math import log, sqrt

from helpers.checks.core import Properties, check
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

CHANCE = (0.05, 0.95)


def coin_gap(u: float, v: float) -> float:
    """KL between two coins, in nats."""
    return u * log(u / v) + (1 - u) * log((1 - u) / (1 - v))


def entropy_of_coin(u: float) -> float:
    """Entropy of a coin, in nats."""
    return -u * log(u) - (1 - u) * log(1 - u)


@check
def lagrangian(student: Part, draw: Draw) -> Properties:
    """What is maximised, with a charge for the excess over the limit."""
    where = {"R": (-90.0, -10.0), "K": (2.0, 20.0), "beta": (0.2, 6.0), "epsilon": (1.0, 9.0)}
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda R, K, beta, epsilon: R + beta * epsilon - beta * K,
            where,
            {
                "The excess over the limit is rewarded: which sign lowers a maximum?": lambda R, K, beta, epsilon: (
                    R + beta * K - beta * epsilon
                ),
                "The limit is missing: only the excess over it is charged for. (That it does not matter is a later step.)": (
                    lambda R, K, beta, epsilon: R - beta * K
                ),
                "The limit is added to the divergence instead of compared with it.": lambda R, K, beta, epsilon: (
                    R - beta * K - beta * epsilon
                ),
                "The multiplier weighs the likelihood; it belongs to the limit.": lambda R, K, beta, epsilon: (
                    beta * R - K + epsilon
                ),
                "The multiplier weighs the divergence and not the limit: the whole excess has one price.": (
                    lambda R, K, beta, epsilon: R - beta * K + epsilon
                ),
                "The multiplier is missing.": lambda R, K, beta, epsilon: R - K + epsilon,
                "This is to be minimised; the Lagrangian of a maximum is asked for.": lambda R, K, beta, epsilon: (
                    -R + beta * K - beta * epsilon
                ),
            },
        ),
        "What is maximised, minus the multiplier times the excess over the limit. At K = epsilon it is R, whatever the price.",
    )
    below = {"R": (-90.0, -10.0), "K": (1.0, 4.0), "beta": (0.2, 6.0), "epsilon": (5.0, 9.0)}
    yield (
        "the same formula below the limit",
        lambda: formula(student, draw, lambda R, K, beta, epsilon: R + beta * epsilon - beta * K, below),
        "Below the limit the price is refunded: the Lagrangian has one formula on both sides. That nothing is paid for an idle limit"
        " is what beta = 0 says.",
    )


@check
def price_of_limit(student: Part, draw: Draw) -> Properties:
    """The multiplier of a binding limit in the model for a pencil."""
    where = {"a": (2.5, 4.0), "epsilon": (0.1, 2.5)}
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda a, epsilon: (a - sqrt(2 * epsilon)) / sqrt(2 * epsilon),
            where,
            {
                "The divergence is mu^2 / 2: the half is lost.": lambda a, epsilon: a / sqrt(epsilon) - 1,
                "Half of the limit stands where twice the limit belongs.": lambda a, epsilon: a / sqrt(epsilon / 2) - 1,
                "This is mu, not the multiplier.": lambda a, epsilon: sqrt(2 * epsilon),
                "This is the gain per step; divide it by how fast the divergence grows.": lambda a, epsilon: (
                    a - sqrt(2 * epsilon)
                ),
                "The derivative of the likelihood is a - mu, not a.": lambda a, epsilon: a / sqrt(2 * epsilon),
                "The sign: a price is at least 0.": lambda a, epsilon: 1 - a / sqrt(2 * epsilon),
                "The root is missing: mu^2 / 2 is the limit, and mu is asked for.": lambda a, epsilon: (
                    a / (2 * epsilon) - 1
                ),
                "The quotient is upside down.": lambda a, epsilon: sqrt(2 * epsilon) / (a - sqrt(2 * epsilon)),
                "a + mu stands where the distance between them belongs.": lambda a, epsilon: a / sqrt(2 * epsilon) + 1,
                "The multiplier is that of K - epsilon, not of its square.": lambda a, epsilon: (
                    (a / sqrt(2 * epsilon) - 1) / 2
                ),
            },
        ),
        "At the optimum one step of mu gains as much likelihood as the divergence costs. At a = 3 and epsilon = .5 the price is 2.",
    )


@check
def code_information(student: Part, draw: Draw) -> Properties:
    """I(x; z) of two images and two codes."""

    def due(a: float, b: float) -> float:
        return entropy_of_coin((a + b) / 2) - (entropy_of_coin(a) + entropy_of_coin(b)) / 2

    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            due,
            {"a": CHANCE, "b": CHANCE},
            {
                "The sign: information is never negative.": lambda a, b: -due(a, b),
                "Both images are counted in full: each has probability one half.": lambda a, b: 2 * due(a, b),
                "This is the entropy of z, which noise in the code raises as well.": lambda a, b: entropy_of_coin(
                    (a + b) / 2
                ),
                "This is what remains unknown of z, given the image.": lambda a, b: (
                    (entropy_of_coin(a) + entropy_of_coin(b)) / 2
                ),
                "The terms of z = 0 are missing.": lambda a, b: (
                    (a * log(2 * a / (a + b)) + b * log(2 * b / (a + b))) / 2
                ),
                "The divergence runs between the two posteriors; it should run to their average.": lambda a, b: (
                    coin_gap(a, b)
                ),
                "Both divergences between the two posteriors are averaged; compare each with their mean.": lambda a, b: (
                    (coin_gap(a, b) + coin_gap(b, a)) / 2
                ),
                "The divergences run from q(z) to the posteriors; the posterior comes first.": lambda a, b: (
                    (coin_gap((a + b) / 2, a) + coin_gap((a + b) / 2, b)) / 2
                ),
                "Only the first image counts.": lambda a, b: coin_gap(a, (a + b) / 2),
                "Only the second image counts.": lambda a, b: coin_gap(b, (a + b) / 2),
                "This is in bits; nats are asked for.": lambda a, b: due(a, b) / log(2),
                "The sum a + b stands where q(z = 1), their mean, belongs.": lambda a, b: (
                    (a * log(a / (a + b)) + b * log(b / (a + b))) / 2
                ),
                "Each posterior is compared with a fair coin: that is the average KL to a prior.": lambda a, b: (
                    (coin_gap(a, 0.5) + coin_gap(b, 0.5)) / 2
                ),
            },
        ),
        "The average over both images of the divergence of q(z | x) from q(z). With a = b it is 0; with a = 0, b = 1 it is log 2.",
    )


@check
def aggregate_kl(student: Part, draw: Draw) -> Properties:
    """KL(q(z) || p(z)) of two images and two codes."""
    where = {"a": CHANCE, "b": CHANCE, "prior": CHANCE}
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda a, b, prior: coin_gap((a + b) / 2, prior),
            where,
            {
                "The sign: a divergence is never negative.": lambda a, b, prior: -coin_gap((a + b) / 2, prior),
                "This is the average KL: average the posteriors first, then compare.": lambda a, b, prior: (
                    (coin_gap(a, prior) + coin_gap(b, prior)) / 2
                ),
                "The divergence runs from the prior to q(z).": lambda a, b, prior: coin_gap(prior, (a + b) / 2),
                "The term of z = 0 is missing.": lambda a, b, prior: (a + b) / 2 * log((a + b) / 2 / prior),
                "The prior is compared with the first image's posterior alone.": lambda a, b, prior: coin_gap(a, prior),
                "The prior is compared with the second image's posterior alone.": lambda a, b, prior: coin_gap(
                    b, prior
                ),
                "The prior is taken for a fair coin.": lambda a, b, prior: coin_gap((a + b) / 2, 0.5),
                "The two divergences are added: average the posteriors first, then compare.": lambda a, b, prior: (
                    coin_gap(a, prior) + coin_gap(b, prior)
                ),
                "q(z = 1) is the mean of a and b, not the root of their product.": lambda a, b, prior: coin_gap(
                    sqrt(a * b), prior
                ),
                "This is in bits; nats are asked for.": lambda a, b, prior: coin_gap((a + b) / 2, prior) / log(2),
                "This is a cross-entropy: the entropy of q(z) is missing.": lambda a, b, prior: (
                    coin_gap((a + b) / 2, prior) + entropy_of_coin((a + b) / 2)
                ),
            },
        ),
        "First the average of both posteriors, then its divergence from the prior, with a term for z = 1 and one for z = 0.",
    )


@check
def gaussian_tc(student: Part, draw: Draw) -> Properties:
    """The total correlation of two standardised Gaussian variables."""
    side = 1 if draw.integer(0, 2) else -1
    where = {"rho": tuple(sorted((0.1 * side, 0.95 * side)))}
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda rho: -(log(1 - rho) + log(1 + rho)) / 2,
            where,
            {
                "The sign: a divergence is never negative.": lambda rho: (log(1 - rho) + log(1 + rho)) / 2,
                "The half is missing.": lambda rho: -(log(1 - rho) + log(1 + rho)),
                "A determinant of a 2 x 2 matrix has a square in it here.": lambda rho: -log(1 - abs(rho)) / 2,
                "The divergence runs from the independent Gaussian to the dependent one.": lambda rho: (
                    1 / (1 - rho**2) - 1 + log(1 - rho**2) / 2
                ),
                "The trace of the product cancels the 2: the variances are 1.": lambda rho: -log(1 - rho**2) / 2 + 1,
                "This is in bits; nats are asked for.": lambda rho: -log(1 - rho**2) / 2 / log(2),
                "The sign of the square: the determinant shrinks with the correlation.": lambda rho: (
                    log(1 + rho**2) / 2
                ),
                "The quarter is one half too many.": lambda rho: -log(1 - rho**2) / 4,
                "This is the first term of its series only; exact for small correlations.": lambda rho: rho**2 / 2,
            },
        ),
        "It is 0 without correlation, the same for rho and -rho, and grows without limit. The trace gives 2, the determinants the rest.",
    )


@check
def log_ratio(student: Part, draw: Draw) -> Properties:
    """The logarithm of the density ratio that a perfect discriminator knows."""
    yield (
        "the formula",
        lambda: formula(
            student,
            draw,
            lambda D: log(D) - log(1 - D),
            {"D": CHANCE},
            {
                "The classes are exchanged: D is the probability of a code, the numerator.": lambda D: (
                    log(1 - D) - log(D)
                ),
                "This is the ratio; its logarithm is asked for.": lambda D: D / (1 - D),
                "The logarithm of the probability alone is no ratio.": lambda D: log(D),
                "The second density is missing: what is 1 - D?": lambda D: -log(1 - D),
                "The logarithms are added; a ratio is a difference of them.": lambda D: log(D) + log(1 - D),
                "D / (1 + D) is no ratio of the two densities.": lambda D: log(D / (1 + D)),
                "This is in bits; nats are asked for.": lambda D: (log(D) - log(1 - D)) / log(2),
                "The quotient is that of the sum to q, upside down.": lambda D: log(1 / D),
                "The logarithms are weighted by the probabilities: this is an entropy.": lambda D: (
                    D * log(D) + (1 - D) * log(1 - D)
                ),
            },
        ),
        "At D = 1/2 both densities are equal, so the logarithm is 0; it is positive where the codes are denser.",
    )
