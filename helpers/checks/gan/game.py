"""Checks of the game: its value, its best discriminator, the losses of both players and their slopes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.adversaries import softplus
from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.gan.divergences import distributions
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def optimal_discriminator(student: Part, draw: Draw) -> Properties:
    """The share of the data's density in both together."""
    slips = {
        "This is the probability of being generated; D says how probably x is real.": lambda p, q: q / (p + q),
        "This is a ratio of densities: it is no probability, it can exceed 1.": lambda p, q: p / q,
        "This is the logit of the answer.": lambda p, q: math.log(p / q),
        "At the answer the derivative with respect to D is 0; did a square come in?": lambda p, q: p**2 / (p**2 + q**2),
        "This is the answer for p = q only.": lambda p, q: 0.5,
        "This divides by the mixture, which is half of the sum.": lambda p, q: 2 * p / (p + q),
        "This is the difference of the densities over their sum.": lambda p, q: (p - q) / (p + q),
    }
    for name, where in (
        ("the data's density is larger", {"p": (1.0, 3.0), "q": (0.1, 0.9)}),
        ("the generator's density is larger", {"p": (0.1, 0.9), "q": (1.0, 3.0)}),
    ):
        yield (
            name,
            lambda where=where: formula(student, draw, lambda p, q: p / (p + q), where, slips),
            "Differentiate p log D + q log(1 - D) with respect to D and set the result to 0.",
        )


@check
def game_value(student: Part, draw: Draw) -> Properties:
    """The expectation of log D over p, and of log(1 - D) over q."""
    p, q, d = distributions(draw, 6), distributions(draw, 6), 0.1 + 0.8 * draw.uniform(6)
    of_real, of_fake = (p * d.log()).sum(), (q * (1 - d).log()).sum()
    yield essential(
        "adds both expectations",
        lambda: same(
            student(p, q, d),
            of_real + of_fake,
            {
                "Data and generator have changed places.": (q * d.log()).sum() + (p * (1 - d).log()).sum(),
                "This is -V, the discriminator's loss; asked for is V itself.": -(of_real + of_fake),
                "The generated values are missing.": of_real,
                "The real values are missing.": of_fake,
                "The second expectation is subtracted.": of_real - of_fake,
                "Both expectations average log D; of generated values D should say that they are not real.": of_real
                + (q * d.log()).sum(),
                "Both expectations are taken over the data.": of_real + (p * (1 - d).log()).sum(),
                "An expectation is a sum weighted by probabilities; here the logarithms count equally.": d.log().mean()
                + (1 - d).log().mean(),
                "The weighted terms are averaged once more.": (of_real + of_fake) / 6,
                "The logarithm is taken of the expectation; the expectation is taken of the logarithm.": (p * d)
                .sum()
                .log()
                + (q * (1 - d)).sum().log(),
                "This is in bits.": (of_real + of_fake) / math.log(2),
            },
        ),
        "V is the expectation of log D(x) over the data plus that of log(1 - D(x)) over the generated values.",
    )
    yield (
        "knowing nothing is worth -log 4",
        lambda: same(student(p, q, torch.full((6,), 0.5, dtype=torch.float64)), -math.log(4)),
        "A discriminator that always says one half makes both logarithms log(1/2), whatever p and q are.",
    )


@check
def generator_slopes(student: Part, draw: Draw) -> Properties:
    """-sigmoid for the saturating loss, sigmoid - 1 for the other: both negative, one of them 0 on the left."""

    def sigmoid(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    slips = [
        {
            "This is the derivative with respect to D. The question is how the loss changes with the logit, so the sigmoid's"
            " own derivative is a factor.": lambda x: -1 / (1 - sigmoid(x)),
            "The sign is turned around: raising the logit lowers the loss.": sigmoid,
            "The two losses have changed places.": lambda x: sigmoid(x) - 1,
            "This is the derivative of the sigmoid alone.": lambda x: sigmoid(x) * (1 - sigmoid(x)),
            "This is the loss itself, not its derivative.": lambda x: math.log(1 - sigmoid(x)),
            "The sigmoid's derivative is there twice.": lambda x: -(sigmoid(x) ** 2) * (1 - sigmoid(x)),
        },
        {
            "This is the derivative with respect to D. The question is how the loss changes with the logit, so the sigmoid's"
            " own derivative is a factor.": lambda x: -1 / sigmoid(x),
            "The sign is turned around: raising the logit lowers the loss.": lambda x: 1 - sigmoid(x),
            "The two losses have changed places.": lambda x: -sigmoid(x),
            "This is the derivative of the sigmoid alone.": lambda x: sigmoid(x) * (1 - sigmoid(x)),
            "This is the loss itself, not its derivative.": lambda x: -math.log(sigmoid(x)),
        },
    ]
    for place, (name, due) in enumerate(
        (("saturating", lambda x: -sigmoid(x)), ("non-saturating", lambda x: sigmoid(x) - 1))
    ):
        part = student.beside(doubles.part_of, student, place)
        yield (
            f"the {name} loss",
            lambda part=part, due=due, place=place: formula(part, draw, due, {"logit": (-3.0, 3.0)}, slips[place]),
            f"The derivative of the {name} loss with respect to the logit is another one. Use the chain rule through D.",
        )
        yield (
            f"the {name} loss where D is sure",
            lambda part=part, due=due: formula(part, draw, due, {"logit": (-12.0, -6.0)}),
            f"Far to the left the slope of the {name} loss tends to another limit.",
        )


def _stable(loss: Tensor, logits: list[Tensor]) -> Verdict:
    """Whether a loss of large logits and its gradients are finite."""
    finite = all(bool(torch.isfinite(g).all()) for g in (loss, *gradients(loss, logits)))
    return Verdict(finite, "" if finite else "It or its gradient is NaN or infinite.")


@check
def discriminator_loss(student: Part, draw: Draw) -> Properties:
    """Mean of softplus(-logit) over real images plus mean of softplus(logit) over generated ones, stably."""
    real, fake = 2 * draw.normal(5), 2 * draw.normal(3)
    of_real, of_fake = softplus(-real), softplus(fake)
    due = of_real.mean() + of_fake.mean()
    squashed_real, squashed_fake = real.sigmoid(), fake.sigmoid()
    yield essential(
        "the loss of moderate logits",
        lambda: same(
            student(real, fake),
            due,
            {
                "The labels are swapped: real images are punished for looking real.": softplus(real).mean()
                + softplus(-fake).mean(),
                "The sign is turned around: this is V, which the discriminator wants large.": -due,
                "Half too small: V is a sum of two means, not their mean.": due / 2,
                "Sums instead of means: a batch twice as large would count twice.": of_real.sum() + of_fake.sum(),
                "One mean over all images: then real and generated ones count by their numbers.": torch.cat(
                    [of_real, of_fake]
                ).mean(),
                "A sigmoid is taken twice: the loss applies one to the logits already.": softplus(-squashed_real).mean()
                + softplus(squashed_fake).mean(),
                "The generated images are missing.": of_real.mean(),
                "The real images are missing.": of_fake.mean(),
                "Both terms call their images real.": of_real.mean() + softplus(-fake).mean(),
                "The generated images' term is subtracted.": of_real.mean() - of_fake.mean(),
                "These are squares: the least-squares GAN has such a loss.": ((squashed_real - 1) ** 2).mean()
                + (squashed_fake**2).mean(),
                "These are plain scores: a Wasserstein critic has such a loss.": fake.mean() - real.mean(),
            },
        ),
        "Add the mean of -log D over the real images and the mean of -log(1 - D) over the generated ones, D = sigmoid(logit).",
    )
    zeros = torch.zeros(4, dtype=torch.float64)
    yield (
        "knowing nothing costs log 4",
        lambda: same(student(zeros, zeros[:2]), math.log(4)),
        "With all logits 0 the discriminator says one half everywhere; each of both means is then log 2.",
    )

    def far() -> Verdict:
        large = torch.tensor([-300.0, 200.0, 900.0], dtype=torch.float64)
        ends = [large.clone().requires_grad_(), (-large).requires_grad_()]
        loss = tensor(student(*ends), ())
        if not (stable := _stable(loss, ends)):
            return stable
        return same(loss, softplus(-large).mean() + softplus(-large).mean())

    yield (
        "large logits stay finite and count fully",
        far,
        "A logit of -300 for a real image costs 300, and has a gradient. The logarithm of a computed sigmoid overflows, and a"
        " clamp or a small number inside it stops the gradient.",
    )

    def slopes() -> Verdict:
        ends = [real.clone().requires_grad_(), fake.clone().requires_grad_()]
        by_real, by_fake = gradients(tensor(student(*ends)), ends)
        first = same(by_real, (real.sigmoid() - 1) / 5)
        return first if not first else same(by_fake, fake.sigmoid() / 3)

    yield (
        "the gradient reaches all logits",
        slopes,
        "The gradient with respect to the logits should push real ones up and generated ones down. Is something detached?",
    )


@check
def generator_loss(student: Part, draw: Draw) -> Properties:
    """Mean of softplus(-logit), or of -softplus(logit) for the saturating one; told apart by the slope on the left."""
    logits = 2 * draw.normal(5)
    usual, early = softplus(-logits).mean(), -softplus(logits).mean()
    slips = {
        "This is the saturating loss.": early,
        "The sign is turned around: the generator wants its images to be called real.": -usual,
        "This punishes images for looking real: it is the discriminator's part.": softplus(logits).mean(),
        "A sum instead of a mean.": softplus(-logits).sum(),
        "A sigmoid is taken twice: the loss applies one to the logits already.": softplus(-logits.sigmoid()).mean(),
        "These are plain scores: the generator of a Wasserstein GAN has such a loss.": -logits.mean(),
    }
    yield essential(
        "the usual loss",
        lambda: same(student(logits), usual, slips),
        "By default this is the mean of -log D over the generated images, D = sigmoid(logit).",
    )
    yield (
        "the saturating loss",
        lambda: same(
            student(logits, saturating=True),
            early,
            {
                "This is the non-saturating loss, whatever `saturating` says.": usual,
                "The sign is turned around: log(1 - D) is negative, and falls as D rises.": -early,
                "A sum instead of a mean.": -softplus(logits).sum(),
                "This is log D: the other loss with its sign changed.": -usual,
            },
        ),
        "If `saturating`, this is the mean of log(1 - D) over the generated images.",
    )

    def slope(saturating: bool, at: float) -> Tensor:
        ends = torch.full((4,), at, dtype=torch.float64).requires_grad_()
        return gradients(tensor(student(ends, saturating=saturating)), ends)[0]

    yield (
        "a sure discriminator teaches by the usual loss",
        lambda: same(slope(False, -40.0), torch.full((4,), -0.25)),
        "At a logit of -40 the non-saturating loss should have its full slope: a log of a computed sigmoid, a clamp or a small"
        " number inside the log loses it. Did the two losses change places?",
    )
    yield (
        "a sure discriminator teaches nothing by the saturating loss",
        lambda: same(slope(True, -40.0), torch.zeros(4)),
        "At a logit of -40 the slope of log(1 - D) vanishes. Did the two losses change places?",
    )

    def far() -> Verdict:
        large = torch.tensor([-300.0, 200.0, 900.0], dtype=torch.float64)
        for saturating, due in ((False, softplus(-large).mean()), (True, -softplus(large).mean())):
            ends = large.clone().requires_grad_()
            loss = tensor(student(ends, saturating=saturating), ())
            if not (stable := _stable(loss, [ends])):
                return stable
            if not (right := same(loss, due)):
                return right
        return Verdict(True)

    yield (
        "large logits stay finite and count fully",
        far,
        "Logits of -300 or 900 are no reason for infinities. The logarithm of a computed sigmoid overflows.",
    )
