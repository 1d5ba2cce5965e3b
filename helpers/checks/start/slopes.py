"""Checks of derivatives: one found on paper, and one that autograd finds."""

from __future__ import annotations

import math

import torch

from helpers.checks import doubles, integrands
from helpers.checks.compare import Verdict, close, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def _sigmoid(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def _surprise(a: float, p: float) -> float:
    return -p * math.log(_sigmoid(a)) - (1 - p) * math.log(1 - _sigmoid(a))


@check
def logit_slope(student: Part, draw: Draw) -> Properties:
    """The derivative with respect to the logit of the mean surprise of a coin."""
    slips = {
        "The sign: where the model's probability is too high, raising the logit makes the loss grow.": lambda a, p: (
            p - _sigmoid(a)
        ),
        "This is the derivative with respect to q. The logit moves q, so the chain rule has one more factor.": lambda a, p: (
            (_sigmoid(a) - p) / (_sigmoid(a) * (1 - _sigmoid(a)))
        ),
        "This is the slope of the sigmoid alone; the outer derivative is missing.": lambda a, p: (
            _sigmoid(a) * (1 - _sigmoid(a))
        ),
        "The term of heads is there; the term of tails is missing.": lambda a, p: -p * (1 - _sigmoid(a)),
        "The term of tails is there; the term of heads is missing.": lambda a, p: (1 - p) * _sigmoid(a),
        "The two terms were subtracted. What is the derivative of log(1 - q) with respect to q, sign and all?": lambda a, p: (
            -p * (1 - _sigmoid(a)) - (1 - p) * _sigmoid(a)
        ),
        "This is the loss itself; its derivative is asked for.": _surprise,
        "This is in bits per unit of the logit; with the natural logarithm no constant is left.": lambda a, p: (
            (_sigmoid(a) - p) / math.log(2)
        ),
        "The logit itself stands where its probability belongs.": lambda a, p: a - p,
        "This is the derivative of a squared error, not of the surprise.": lambda a, p: (
            2 * (_sigmoid(a) - p) * _sigmoid(a) * (1 - _sigmoid(a))
        ),
        "This is the slope of a squared error without its 2; the loss here is a surprise.": lambda a, p: (
            (_sigmoid(a) - p) * _sigmoid(a) * (1 - _sigmoid(a))
        ),
    }
    yield (
        "the formula holds for any logit and any coin",
        lambda: formula(student, draw, lambda a, p: _sigmoid(a) - p, {"a": (-2.5, 2.5), "p": (0.05, 0.95)}, slips),
        "Differentiate each of the two terms with the chain rule, and insert the derivative of the sigmoid. Then simplify.",
    )


@check
def gradient(student: Part, draw: Draw) -> Properties:
    """The derivative of a function at every element of a tensor."""
    x = 0.5 + draw.uniform(3, 4)
    x[0] *= -1
    yield essential(
        "as many slopes as numbers",
        lambda: gives_shape(student, (3, 4), torch.square, x),
        "One slope per element of x, in its shape. Autograd differentiates one number: how do you make one of f(x)? And what does"
        " `torch.autograd.grad` return: a tensor, or something that holds one?",
    )
    yield essential(
        "the slope of a square is twice the number",
        lambda: same(
            student(torch.square, x),
            2 * x,
            {
                "These are the values of f, not its slopes.": x**2,
                "These are averages: the elements' slopes are divided by their number. A sum leaves each slope as it is.": 2
                * x
                / 12,
                "The slopes have the wrong sign.": -2 * x,
                "This is x itself.": x,
                "All slopes are added up into each element.": (2 * x).sum().expand(3, 4),
                "These are absolute values: slopes have signs.": (2 * x).abs(),
            },
        ),
        "The slope of f(x) = x^2 is 2 x at every element.",
    )
    yield (
        "other functions have other slopes",
        lambda: Verdict(
            close(tensor(student(torch.sin, x), (3, 4)), x.cos())
            and close(tensor(student(torch.exp, x), (3, 4)), x.exp())
        ),
        "Tried with a sine and with an exponential. Is it f that you differentiate?",
    )
    yield (
        "a large constant blurs nothing",
        lambda: same(student(integrands.lifted_wave, x), x.cos()),
        "Tried with 10^12 + sin x. Differences of values drown in rounding beside a large constant; autograd never takes one.",
    )

    def again() -> Verdict:
        calls = (torch.square,), (torch.square,)
        second = student.beside(doubles.one_after_another, student, 1, x, *calls)[1]
        return same(
            second,
            2 * x,
            {"The second call gave twice the slopes: PyTorch adds to `.grad` what is there already.": 4 * x},
        )

    yield remark(
        "a second call gives the same",
        again,
        "Called again with the same x it gives something else: what did the first call leave on x?",
    )
