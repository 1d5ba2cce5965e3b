"""Checks of two posteriors: a Gaussian one in closed form, and the joint density behind a logistic one."""

from __future__ import annotations

import math

import torch

from helpers.checks import doubles
from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

MEASURED = {"x1": (-4, 4), "x2": (-4, 4), "sigma1": (0.4, 2.5), "sigma2": (0.4, 2.5)}


@check
def posterior(student: Part, draw: Draw) -> Properties:
    """Mode and variance of a standard normal number after two measurements."""
    mode, variance = (student.beside(doubles.part_of, student, place) for place in (0, 1))

    def precision(a: float, b: float) -> float:
        return 1 + a**-2 + b**-2

    def pull(x1: float, x2: float, a: float, b: float) -> float:
        return x1 / a**2 + x2 / b**2

    yield (
        "the mode",
        lambda: formula(
            mode,
            draw,
            lambda x1, x2, a, b: pull(x1, x2, a, b) / precision(a, b),
            MEASURED,
            {
                "The prior is missing: it pulls towards 0 with precision 1.": lambda x1, x2, a, b: (
                    pull(x1, x2, a, b) / (precision(a, b) - 1)
                ),
                "Standard deviations stand where variances belong.": lambda x1, x2, a, b: (
                    (x1 / a + x2 / b) / (1 + 1 / a + 1 / b)
                ),
                "Variances stand where precisions belong: the worse instrument should count less.": lambda x1, x2, a, b: (
                    (x1 * a**2 + x2 * b**2) / (1 + a**2 + b**2)
                ),
                "Both measurements count alike, and so does the prior.": lambda x1, x2, a, b: (x1 + x2) / 3,
                "This is the mean of the measurements. How sure is each of them?": lambda x1, x2, a, b: (x1 + x2) / 2,
                "The instruments are exchanged.": lambda x1, x2, a, b: pull(x1, x2, b, a) / precision(a, b),
                "It is not divided by the total precision.": lambda x1, x2, a, b: pull(x1, x2, a, b),
                "It is multiplied by the total precision.": lambda x1, x2, a, b: pull(x1, x2, a, b) * precision(a, b),
                "The prior is counted once per measurement.": lambda x1, x2, a, b: (
                    pull(x1, x2, a, b) / (precision(a, b) + 1)
                ),
                "Mode and variance are exchanged.": lambda x1, x2, a, b: 1 / precision(a, b),
                "The sign of the mode.": lambda x1, x2, a, b: -pull(x1, x2, a, b) / precision(a, b),
            },
        ),
        "Set the derivative of the three summed log-densities to zero. A useless instrument (large sigma) should not count, a perfect"
        " one should decide.",
    )
    yield (
        "the variance",
        lambda: formula(
            variance,
            draw,
            lambda x1, x2, a, b: 1 / precision(a, b),
            MEASURED,
            {
                "This is the precision, minus the second derivative: the variance is its inverse.": lambda x1, x2, a, b: (
                    precision(a, b)
                ),
                "This is the second derivative itself: the variance is its negative inverse.": lambda x1, x2, a, b: (
                    -precision(a, b)
                ),
                "The inverse of the second derivative is negative; a variance is not.": lambda x1, x2, a, b: (
                    -1 / precision(a, b)
                ),
                "The prior is missing: its precision is 1.": lambda x1, x2, a, b: 1 / (precision(a, b) - 1),
                "This is the standard deviation.": lambda x1, x2, a, b: precision(a, b) ** -0.5,
                "Variances are added up: measurements should make us surer, not less sure.": lambda x1, x2, a, b: (
                    1 + a**2 + b**2
                ),
                "Variances stand where precisions belong.": lambda x1, x2, a, b: 1 / (1 + a**2 + b**2),
                "Standard deviations stand where variances belong.": lambda x1, x2, a, b: 1 / (1 + 1 / a + 1 / b),
                "The prior is counted once per measurement.": lambda x1, x2, a, b: 1 / (precision(a, b) + 1),
                "Mode and variance are exchanged.": lambda x1, x2, a, b: pull(x1, x2, a, b) / precision(a, b),
                "The half of the exponent is left over.": lambda x1, x2, a, b: 2 / precision(a, b),
            },
        ),
        "The second derivative of the log-posterior is minus a sum of three precisions. It does not depend on what was measured.",
    )


@check
def log_joint(student: Part, draw: Draw) -> Properties:
    """log N(z; 0, 1) plus the log-probabilities of the answers."""
    z, w = draw.normal(6), 0.5 + draw.uniform(4)
    y = torch.tensor([1.0, 0.0, 1.0, 1.0]).double()
    prior = -(z**2) / 2 - math.log(2 * math.pi) / 2
    a = z[:, None] * w
    right, wrong = -(1 + (-a).exp()).log(), -(1 + a.exp()).log()
    each = y * right + (1 - y) * wrong
    yield essential(
        "one number per ability",
        lambda: gives_shape(student, (6,), z, w, y),
        "Add up over the questions, and keep the abilities: (B, N) becomes (B,).",
    )
    yield essential(
        "by hand: coins at ability 0",
        lambda: same(
            student(torch.zeros(1).double(), w[:2], y[:2]), torch.tensor([-math.log(2 * math.pi) / 2 - 2 * math.log(2)])
        ),
        "At z = 0 every answer has probability 1/2: with two questions the result is -2.305.",
    )
    yield essential(
        "prior and answers",
        lambda: same(
            student(z, w, y),
            prior + each.sum(-1),
            {
                "The prior is missing.": each.sum(-1),
                "The answers are missing.": prior,
                "The answers are averaged: independent answers multiply, so their logarithms add up.": prior
                + each.mean(-1),
                "Right and wrong answers are exchanged.": prior + (y * wrong + (1 - y) * right).sum(-1),
                "Wrong answers are left out: they tell about the ability, too.": prior + (y * right).sum(-1),
                "The answers are taken to be all right.": prior + right.sum(-1),
                "w plays no part.": prior + torch.nn.functional.logsigmoid((2 * y - 1) * z[:, None]).sum(-1),
                "The prior has the wrong sign: abilities far from 0 are rare.": -prior + each.sum(-1),
                "The prior lacks its half.": prior - z**2 / 2 + each.sum(-1),
                "The signs are turned: this is a loss.": -prior - each.sum(-1),
                "The loss of the answers is added where their log-probability belongs.": prior - each.sum(-1),
            },
        ),
        "Log-density of the prior plus, per question, the logarithm of the probability of the answer that was given.",
    )
    yield (
        "the constant of the prior",
        lambda: same(
            tensor(student(z, w, y), (6,)).mean(),
            (prior + each.sum(-1)).mean(),
            {
                "The prior's constant is missing. The mode does not need it, the evidence does.": (
                    -(z**2) / 2 + each.sum(-1)
                ).mean(),
                "The prior's constant lacks its half.": (-(z**2) / 2 - math.log(2 * math.pi) + each.sum(-1)).mean(),
            },
        ),
        "All constants are asked for: log N(0; 0, 1) is -0.919.",
    )
    huge = torch.tensor([2000.0, -2000.0]).double()
    far = -(huge**2) / 2 - math.log(2 * math.pi) / 2
    sure = torch.tensor([2000.0 * float(w[1]), 2000.0 * float(w[0] + w[2] + w[3])])
    yield (
        "huge abilities stay finite",
        lambda: same(student(huge, w, y), far - sure, relative=1e-5),
        "At z = 2000 a wrong answer has probability exp(-2000 w), too small for a float. Its logarithm is harmless: which function"
        " computes it without the detour?",
    )

    def slope() -> Verdict:
        leaf = z.clone().requires_grad_()
        due = -z + ((y - a.sigmoid()) * w).sum(-1)
        return same(gradients(tensor(student(leaf, w, y)), leaf)[0], due)

    yield (
        "a gradient reaches the ability",
        slope,
        "The search for the mode needs the gradient: is something detached or converted?",
    )
