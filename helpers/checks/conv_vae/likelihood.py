"""Checks of Gaussian codes and of both likelihoods."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import gaussians
from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

SHAPE = (4, 2, 3, 5)


@check
def gaussian_kl(student: Part, draw: Draw) -> Properties:
    """KL(N(mu_j, sigma_j^2) || N(0, 1)) in nats for every code variable."""
    yield from gaussians.kl_to_standard(student, draw)


@check
def reparameterize(student: Part, draw: Draw) -> Properties:
    """z = mu + sigma eps, differentiable in mu and log_var."""
    yield from gaussians.sampling(student, draw)


@check
def bernoulli_log_prob(student: Part, draw: Draw) -> Properties:
    """log p(x|z) of each image under a Bernoulli decoder in nats, from logits."""
    logits, x = 2 * draw.normal(*SHAPE), draw.integers(0, 2, *SHAPE).double()
    grey = draw.uniform(*SHAPE)
    chance = logits.sigmoid()
    each = torch.where(x == 1, chance, 1 - chance).log()  # pixels that are 0 or 1
    due = each.sum((1, 2, 3))
    mixed = (grey * chance.log() + (1 - grey) * (1 - chance).log()).sum((1, 2, 3))
    squashed = chance.sigmoid()

    yield essential(
        "one number per image",
        lambda: gives_shape(student, SHAPE[:1], logits, x),
        "Sum over channels, rows and columns, and keep the batch: each image has its own likelihood.",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (logits, x), (logits + 1, 1 - x)),
        "Other logits and other images should have another likelihood.",
    )
    yield (
        "log-probabilities of black and white pixels add up",
        lambda: same(
            student(logits, x),
            due,
            {
                "This is a loss; the log-likelihood was asked for, which is negative here.": -due,
                "This is a mean over the pixels; log-probabilities add up.": due / 30,
                "Rows and columns are added up, but channels are averaged.": due / 2,
                "This is the mean of the batch, for every image.": due.mean().expand(4),
                "This is the sum over the batch, for every image.": due.sum().expand(4),
                "This is in bits.": due / math.log(2),
                "The sigmoid is applied twice: does the function that you call want logits or probabilities?": (
                    torch.where(x == 1, squashed, 1 - squashed).log().sum((1, 2, 3))
                ),
                "Only pixels that are 1 are counted: a pixel that is 0 has a probability, too.": (each * x).sum(
                    (1, 2, 3)
                ),
                "Black and white are exchanged.": torch.where(x == 0, chance, 1 - chance).log().sum((1, 2, 3)),
                "This is a squared error: which distribution is meant?": -((chance - x) ** 2).sum((1, 2, 3)),
                "Only the first channel was counted.": each[:, 0].sum((1, 2)),
            },
        ),
        "For pixels that are 0 or 1, add up the log-probabilities of what is there. Which argument holds the logits?",
    )
    yield (
        "grey pixels lie in between",
        lambda: same(
            student(logits, grey),
            mixed,
            {
                "Grey pixels are rounded to black or white.": torch.where(grey > 0.5, chance, 1 - chance)
                .log()
                .sum((1, 2, 3)),
                "Every pixel above 0 counts as white.": chance.log().sum((1, 2, 3)),
            },
        ),
        "At x = .3 a pixel weighs log p with .3 and log(1 - p) with .7.",
    )
    far = torch.tensor([100.0, -100.0, 100.0, 800.0]).double().reshape(4, 1, 1, 1)
    seen = torch.tensor([1.0, 0.0, 0.0, 0.0]).double().reshape(4, 1, 1, 1)
    yield (
        "large logits stay exact",
        lambda: same(student(far, seen), torch.tensor([0.0, 0.0, -100.0, -800.0]).double()),
        "Logit 100 at a pixel that is 0 costs 100 nats, at one that is 1 nothing. Was a probability rounded or clamped?",
    )
    yield (
        "a gradient reaches the logits",
        lambda: _slope(student, logits, x, x - chance),
        "The gradient should be the pixel minus its probability: is something detached?",
    )


@check
def gaussian_log_prob(student: Part, draw: Draw) -> Properties:
    """log N(x; mean, s^2) of each image with all constants."""
    mean, x, s = draw.normal(*SHAPE), draw.normal(*SHAPE), 0.3 + float(draw.uniform(1))
    squares = ((x - mean) ** 2).sum((1, 2, 3))
    constant = 30 * (math.log(s) + math.log(2 * math.pi) / 2)
    half = 15 * math.log(2 * math.pi)
    due = -squares / (2 * s**2) - constant
    zero = torch.zeros(SHAPE).double()
    yield essential(
        "one number per image",
        lambda: gives_shape(student, SHAPE[:1], mean, x, s),
        "Sum over channels, rows and columns, and keep the batch.",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (mean, x, s), (2 * mean, x + 1, s)),
        "Other means and other images should have another likelihood.",
    )
    yield (
        "the constants, once per pixel",
        lambda: same(
            student(zero, zero, s),
            torch.full((4,), -constant).double(),
            {
                "The constants are missing, and they depend on s.": torch.zeros(4).double(),
                "The constants count once per image; every pixel has its own.": torch.full(
                    (4,), -constant / 30
                ).double(),
                "log s is missing.": torch.full((4,), -half).double(),
                "log(2 pi) is missing.": torch.full((4,), -30 * math.log(s)).double(),
                "The sign: a wide Gaussian is low.": torch.full((4,), constant).double(),
                "Half of log(2 pi) belongs to each pixel.": torch.full((4,), -30 * math.log(s) - 2 * half).double(),
                "Here s is taken for a variance.": torch.full((4,), -15 * math.log(s) - half).double(),
                "Twice log s: is it the logarithm of s or of its square?": torch.full(
                    (4,), -60 * math.log(s) - half
                ).double(),
            },
        ),
        "Where image and mean are equal, only the constants are left: log s and half of log(2 pi) for each of 30 pixels.",
    )

    def distance() -> Verdict:
        seen = tensor(student(mean, x, s), (4,)) - tensor(student(zero, zero, s), (4,))
        return same(
            seen,
            -squares / (2 * s**2),
            {
                "The sign: what is far from the mean is improbable.": squares / (2 * s**2),
                "The half is missing.": -squares / s**2,
                "The distance is divided by s where the variance belongs.": -squares / (2 * s),
                "The distance is averaged over the pixels; log-densities add up.": -squares / (60 * s**2),
                "s plays no part.": -squares / 2,
                "The distance enters without its square.": -(x - mean).sum((1, 2, 3)) / (2 * s**2),
                "The distance enters without its square, as a size.": -(x - mean).abs().sum((1, 2, 3)) / (2 * s**2),
                "The distances are summed over the batch.": -squares.sum().expand(4) / (2 * s**2),
                "The variance multiplies where it should divide.": -squares * s**2 / 2,
            },
        )

    yield (
        "the squared distance, over twice the variance",
        distance,
        "Beyond the constants there is the sum of squared distances, divided by twice the variance.",
    )
    yield (
        "both together",
        lambda: same(student(mean, x, s), due),
        "Distance and constants are added before the sign is changed.",
    )
    yield (
        "a gradient reaches the mean",
        lambda: _slope(student, mean, x, (x - mean) / s**2, s),
        "The decoder learns from the gradient with respect to its mean: is something detached?",
    )


def _slope(student: Part, output: Tensor, x: Tensor, due: Tensor, *more: float) -> Verdict:
    """Whether the gradient with respect to the decoder's output is the due one."""
    leaf = output.clone().requires_grad_()
    return same(gradients(tensor(student(leaf, x, *more)), leaf)[0], due)
