"""Checks of the change of variables: two formulas, and the log-density that a flow gives to data."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import flow_doubles as doubles
from helpers.checks.compare import Verdict, close, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.flows import integrates_to_one, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def log_density_of_flow(student: Part, draw: Draw) -> Properties:
    """log p(x) = log pi_0(z_0) - d_1 - d_2 - d_3, written from noise to data."""
    slips = {
        "All three signs: here the maps go from noise to data. Where a map stretches space, does the density rise or fall?": (
            lambda p, a, b, c: p + a + b + c
        ),
        "Only the last map was counted. How did the density before it come about?": lambda p, a, b, c: p - c,
        "Only the first map was counted.": lambda p, a, b, c: p - a,
        "The third map is missing.": lambda p, a, b, c: p - a - b,
        "The first map is missing.": lambda p, a, b, c: p - b - c,
        "This is a mean over the maps. Determinants multiply: what happens to their logarithms?": (
            lambda p, a, b, c: p - (a + b + c) / 3
        ),
        "The density of the noise is missing.": lambda p, a, b, c: -a - b - c,
        "The sign of everything: this is minus the log-density.": lambda p, a, b, c: a + b + c - p,
        "These symbols are logarithms already; products of determinants became sums.": lambda p, a, b, c: p - a * b * c,
        "These symbols are logarithms already: no further logarithm is needed.": (
            lambda p, a, b, c: p - math.log(a) - math.log(b) - math.log(c)
        ),
        "These symbols are logarithms already: do not turn them into determinants again.": (
            lambda p, a, b, c: p - math.exp(a) - math.exp(b) - math.exp(c)
        ),
        "The second map has the wrong sign: all three make the same contribution.": lambda p, a, b, c: p - a + b - c,
    }
    where = {"log_pi_0": (-4, 1), "d_1": (0.2, 2), "d_2": (0.2, 2), "d_3": (0.2, 2)}
    yield essential(
        "each map takes its log-determinant away",
        lambda: formula(student, draw, lambda p, a, b, c: p - a - b - c, where, slips),
        "Apply the formula for one map three times: what the first leaves is where the second begins.",
    )
    mixed = {"log_pi_0": (-4, 1), "d_1": (-2, 2), "d_2": (-2, 2), "d_3": (-2, 2)}
    yield (
        "maps may stretch or squeeze",
        lambda: formula(student, draw, lambda p, a, b, c: p - a - b - c, mixed),
        "A map that squeezes has a negative log-determinant. Does the formula hold for those as well?",
    )


@check
def logit_normal(student: Part, draw: Draw) -> Properties:
    """The log-density of a standard normal number that was sent through the logistic function."""

    def z(x: float) -> float:
        return math.log(x / (1 - x))

    half = math.log(2 * math.pi) / 2

    def due(x: float) -> float:
        return -(z(x) ** 2) / 2 - half - math.log(x) - math.log(1 - x)

    slips = {
        "The derivative of the logit is missing: space was stretched on the way.": lambda x: -(z(x) ** 2) / 2 - half,
        "The sign of the log-derivative: near 0 and 1 much of the line is pressed into little room.": (
            lambda x: -(z(x) ** 2) / 2 - half + math.log(x * (1 - x))
        ),
        "The half in the exponent of the normal density is missing.": lambda x: due(x) - z(x) ** 2 / 2,
        "The normalising constant of the normal density is missing.": lambda x: due(x) + half,
        "The normalising constant is the square root of 2 pi: look at its logarithm.": lambda x: due(x) - half,
        "The sign of the normalising constant.": lambda x: due(x) + 2 * half,
        "The sign of the square: far from 0 the normal density falls.": lambda x: due(x) + z(x) ** 2,
        "The normal density is taken at x. At which z does it belong?": (
            lambda x: -(x**2) / 2 - half - math.log(x) - math.log(1 - x)
        ),
        "The normal density is taken at the logistic function of x: which way does the logit go?": (
            lambda x: -((1 / (1 + math.exp(-x))) ** 2) / 2 - half - math.log(x) - math.log(1 - x)
        ),
        "This is the density. The exercise asks for its logarithm.": lambda x: math.exp(due(x)),
        "The sign of everything: this is minus the log-density.": lambda x: -due(x),
        "Half of the derivative is missing: it has a part at 0 and a part at 1.": lambda x: due(x) + math.log(1 - x),
        "The derivative of the logit is a fraction with x (1 - x) below the line, and its logarithm is needed.": (
            lambda x: -(z(x) ** 2) / 2 - half + 1 / (x * (1 - x))
        ),
    }
    yield essential(
        "the density of x",
        lambda: formula(student, draw, due, {"x": (0.03, 0.97)}, slips),
        "Two terms: the normal log-density at the z that x came from, and the logarithm of how much space was stretched there.",
    )


@check
def log_prob(student: Part, draw: Draw) -> Properties:
    """log p(x) in nats, one number per row: the standard normal log-density of z, and log_det."""
    a, b = 0.5 + draw.uniform(4), draw.normal(4)
    flow = student.beside(doubles.Affine, a, b)
    x = draw.normal(3, 4)
    z, log_det = x * a.exp() + b, a.sum()
    half = math.log(2 * math.pi) / 2
    square = (z**2).sum(1) / 2
    due = -square - 4 * half + log_det
    shaped = gives_shape(student, (3,), flow, x)
    yield essential(
        "one number per row",
        shaped,
        "Add up all values of a row and keep the batch: log-densities of single rows are asked for.",
    )
    if not shaped:  # on the fine grids below, a table of all pairs of rows would not fit
        return
    yield essential(
        "noise and volume together",
        lambda: same(
            student(flow, x),
            due,
            {
                "The log-determinant is missing.": due - log_det,
                "The sign of log_det: the flow goes from x to z here. Which formula belongs to that direction?": due
                - 2 * log_det,
                "The normalising constant of the normal density is missing.": due + 4 * half,
                "The normalising constant belongs to every value, not once to the row.": due + 3 * half,
                "The normalising constant of one value is the square root of 2 pi.": due - 4 * half,
                "The half in the exponent of the normal density is missing.": due - square,
                "The values of z are averaged: independent values have densities that multiply.": (-square - 4 * half)
                / 4
                + log_det,
                "This is a loss, minus the log-density. Here the log-density itself is asked for.": -due,
                "This is a density. Take its logarithm, in the safe way: add logarithms.": due.exp(),
                "This is in bits. The exercise asks for nats.": due / math.log(2),
                "The normal density is taken at x. At which point does the base live?": -(x**2).sum(1) / 2
                - 4 * half
                + log_det,
                "log_det was added to every value before they were added up.": due + 3 * log_det,
                "All rows got the same number: add up within a row, never across the batch.": due.sum().expand(3),
                "All rows got the same number: never average across the batch.": due.mean().expand(3),
            },
        ),
        "Two terms: how likely z is under independent standard normal values, and how much the flow stretches space at x.",
    )
    bent = student.beside(doubles.Sinh)
    for dims, points in ((1, 400), (2, 120)):
        yield (
            f"the density adds up to 1 in {dims} dimension{'s' * (dims > 1)}",
            lambda dims=dims, points=points: integrates_to_one(lambda v: student(bent, v), -4, 4, dims, points),
            "A flow's density must enclose a volume of 1. Which term is missing, doubled, or has the wrong sign?",
        )
    images = draw.normal(2, 2, 3, 2)
    yield (
        "images work like points",
        lambda: same(student(bent, images), _of_sinh(images)),
        "For a batch (B, C, H, W) the result has shape (B,): add up over all dimensions but the first.",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(lambda v: student(bent, v), images),
        "The first row's number changes with the other rows. What is computed over the whole batch?",
    )

    def learns() -> Verdict:
        leaf = images.clone().requires_grad_()
        slope = gradients(tensor(student(bent, leaf)), leaf)[0]
        return Verdict(close(slope, -leaf.sinh() * leaf.cosh() + leaf.tanh()))

    yield "a gradient passes", learns, "Training needs the gradient of both terms. Is something detached or converted?"


def _of_sinh(x: Tensor) -> Tensor:
    """The log-density of x where sinh(x) is standard normal."""
    values = -(x.sinh() ** 2) / 2 - math.log(2 * math.pi) / 2 + torch.cosh(x).log()
    return values.flatten(1).sum(1)
