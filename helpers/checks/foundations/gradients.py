"""Checks of gradients of averages: the score, both estimators, the variance of one of them, and a baseline."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import integrands
from helpers.checks.compare import Verdict, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def normal_score(student: Part, draw: Draw) -> Properties:
    """The derivative of log N(z; mu, sigma^2) for mu."""
    yield (
        "the score",
        lambda: formula(
            student,
            draw,
            lambda z, mu, sigma: (z - mu) / sigma**2,
            {"z": (-4, 4), "mu": (-3, 3), "sigma": (0.4, 3)},
            {
                "The sign: a draw above the mean asks for a larger mean.": lambda z, mu, sigma: (mu - z) / sigma**2,
                "It is divided by the standard deviation where the variance belongs.": lambda z, mu, sigma: (
                    (z - mu) / sigma
                ),
                "The variance is missing.": lambda z, mu, sigma: z - mu,
                "A factor 2 is left: the half in the exponent cancels it.": lambda z, mu, sigma: (
                    2 * (z - mu) / sigma**2
                ),
                "The half is left: the square brings down a 2.": lambda z, mu, sigma: (z - mu) / (2 * sigma**2),
                "This is the derivative of q itself, and not of its logarithm.": lambda z, mu, sigma: (
                    (z - mu) / sigma**2 * math.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (math.sqrt(2 * math.pi) * sigma)
                ),
                "This is log q up to constants; differentiate it.": lambda z, mu, sigma: (
                    -((z - mu) ** 2) / (2 * sigma**2)
                ),
                "This is the derivative for sigma.": lambda z, mu, sigma: ((z - mu) ** 2 - sigma**2) / sigma**3,
                "The square is left: differentiating it brings down the exponent.": lambda z, mu, sigma: (
                    (z - mu) ** 2 / sigma**2
                ),
                "It is multiplied by the variance.": lambda z, mu, sigma: (z - mu) * sigma**2,
            },
        ),
        "Take the logarithm first: it turns the exponential into a parabola in mu. A draw above the mean should have a positive"
        " score.",
    )


def _estimates(student: Part, f: Callable, mu: float, sigma: float, eps: Tensor) -> Tensor:
    """The estimates, one per draw."""
    return tensor(student(f, mu, sigma, eps), eps.shape)


@check
def score_gradient(student: Part, draw: Draw) -> Properties:
    """One estimate per draw: f times the score, plus the derivative of f with the draw held fixed."""
    mu, sigma = 0.6 + float(draw.uniform(1)), 1.3 + float(draw.uniform(1))
    eps = draw.normal(7)
    eps[:2] = (torch.tensor([-0.6, 0.7]) - mu) / sigma  # draws where a wave is below 0, and above
    z, score = mu + sigma * eps, eps / sigma
    steep = z**2 * score
    yield essential(
        "one estimate per draw",
        lambda: gives_shape(student, (7,), integrands.square, mu, sigma, eps),
        "Do not average: the estimates of single draws are what we want to look at.",
    )
    yield essential(
        "f times the score",
        lambda: same(
            _estimates(student, integrands.square, mu, sigma, eps),
            steep,
            {
                "This is the gradient through the draw, as in reparameterisation: hold the draw fixed.": 2 * z,
                "Two gradients are added up: one by the score and one through the draw. Which tensors must be detached?": steep
                + 2 * z,
                "The sign of log q: the exponent of a normal density is negative.": -steep,
                "This is f times the gradient of q, and not of log q.": steep
                * (-(eps**2) / 2).exp()
                / (sigma * math.sqrt(2 * math.pi)),
                "This is f times the gradient of q without its constant, and not of log q.": steep
                * (-(eps**2) / 2).exp(),
                "The variance inside log q is taken as 1.": z**2 * sigma * eps,
                "log q divides by sigma where sigma^2 belongs.": z**2 * eps,
                "log q lacks its half.": 2 * steep,
                "f is missing: this is the score alone.": score,
                "f was asked at the noise, not at the draw.": eps**2 * score,
                "All draws got the mean: return the single estimates.": steep.mean().expand(7),
                "Nothing arrives: a tensor is detached that must know mu.": torch.zeros(7),
                "It is divided by the number of draws: differentiate a sum, not a mean.": steep / 7,
            },
        ),
        "For f(z) = z^2 a draw z should give z^2 times the score of z. Which tensors are held fixed, and which are not?",
    )
    yield (
        "f need not be differentiable",
        lambda: same(_estimates(student, integrands.threshold, mu, sigma, eps), (z > 0.5).double() * score),
        "For a step function the estimate is the step times the score. A surrogate whose second part has no gradient still has"
        " one in its first.",
    )
    yield (
        "f may be negative",
        lambda: same(
            _estimates(student, integrands.wave, mu, sigma, eps),
            (2 * z).sin() * score,
            {"f has lost its sign.": (2 * z).sin().abs() * score},
        ),
        "For f(z) = sin 2z the estimate is sin 2z times the score, whatever the sign of the sine.",
    )
    explicit = z**2 + 3
    tilted = (mu * z**2 + 3 * mu) * score
    yield (
        "f may depend on mu",
        lambda: same(
            _estimates(student, integrands.tilted, mu, sigma, eps),
            tilted + explicit,
            {
                "The second term of the identity is missing: f depends on mu directly as well.": tilted,
                "Only the second term of the identity is there.": explicit,
                "The gradient of f counts twice, or is multiplied by log q: f is held fixed where it multiplies log q.": tilted
                + explicit * (1 - eps**2 / 2),
                "f is differentiated where it multiplies log q, and not where it stands alone.": tilted
                - explicit * eps**2 / 2,
                "The gradient went through the draw as well: hold the draw fixed.": tilted + explicit + 2 * mu * z,
                "The second term has the wrong sign.": tilted - explicit,
            },
        ),
        "Where f(z, mu) mentions mu, the estimate has a second term: the derivative of f for mu, with z held fixed.",
    )

    def no_graph() -> Verdict:
        value = _estimates(student, integrands.square, mu, sigma, eps)
        return Verdict(not value.requires_grad)

    yield remark("no graph is left", no_graph, "What you return should carry no graph: did you return the surrogate?")


@check
def reparameterised_gradient(student: Part, draw: Draw) -> Properties:
    """One estimate per draw: the derivative of f along the draw, and for mu where f mentions it."""
    eps = draw.normal(7)
    mu, sigma = 0.6 + float(draw.uniform(1)), 1.3 + float(draw.uniform(1))
    z = mu + sigma * eps
    yield essential(
        "one estimate per draw",
        lambda: gives_shape(student, (7,), integrands.square, mu, sigma, eps),
        "Do not average: the estimates of single draws are what we want to look at.",
    )
    yield essential(
        "the slope of f at the draw",
        lambda: same(
            _estimates(student, integrands.square, mu, sigma, eps),
            2 * z,
            {
                "This is the score function's estimate.": z**2 * eps / sigma,
                "f was asked at the noise, which does not know mu.": 2 * eps,
                "The noise is not stretched: sigma is missing.": 2 * (mu + eps),
                "sigma is taken for a variance: its root stretches the noise.": 2 * (mu + math.sqrt(sigma) * eps),
                "sigma is squared: it is a standard deviation already.": 2 * (mu + sigma**2 * eps),
                "The noise is missing.": torch.full_like(z, 2 * mu),
                "The derivative is that for sigma.": 2 * z * eps,
                "The sign of the noise is turned.": 2 * (mu - sigma * eps),
                "It is divided by the number of draws: differentiate a sum, not a mean.": 2 * z / 7,
                "All draws got the mean: return the single estimates.": (2 * z).mean().expand(7),
                "The derivative is multiplied by sigma; z = mu + sigma eps has slope 1 for mu.": 2 * z * sigma,
                "Nothing arrives: the draw is detached from mu.": torch.zeros(7),
            },
        ),
        "For f(z) = z^2 a draw z should give 2 z, the slope of f there.",
    )
    yield (
        "any smooth f",
        lambda: same(_estimates(student, integrands.wave, mu, sigma, eps), 2 * (2 * z).cos()),
        "For f(z) = sin 2z a draw z should give 2 cos 2z: use the f that is given.",
    )
    yield (
        "f may depend on mu",
        lambda: same(
            _estimates(student, integrands.tilted, mu, sigma, eps),
            z**2 + 3 + 2 * mu * z,
            {
                "Only the way through the draw is there: f mentions mu directly as well.": 2 * mu * z,
                "Only the direct way is there: the draw should carry a gradient too.": z**2 + 3,
            },
        ),
        "Where f(z, mu) mentions mu, the gradient has two ways to take. Hand on the mu that requires a gradient.",
    )
    yield (
        "a large constant blurs nothing",
        lambda: same(_estimates(student, integrands.lifted_tilted_wave, mu, sigma, eps), z.sin() + mu * z.cos()),
        "Tried with 10^12 + mu sin z. Differences of values drown in rounding beside a large constant; let autograd"
        " differentiate.",
    )

    def no_graph() -> Verdict:
        value = _estimates(student, integrands.square, mu, sigma, eps)
        return Verdict(not value.requires_grad)

    yield remark("no graph is left", no_graph, "What you return should carry no graph: did you return f itself?")


@check
def reparameterised_variance(student: Part, draw: Draw) -> Properties:
    """The variance of omega cos(omega z) under a standard normal z."""

    def moment(omega: float) -> float:
        return (1 + math.exp(-2 * omega**2)) / 2

    yield (
        "the variance",
        lambda: formula(
            student,
            draw,
            lambda w: w**2 * (moment(w) - math.exp(-(w**2))),
            {"omega": (0.2, 2.0)},
            {
                "This is the mean of the square; subtract the square of the mean.": lambda w: w**2 * moment(w),
                "The mean is subtracted, and not its square.": lambda w: w**2 * moment(w) - w * math.exp(-(w**2) / 2),
                "The factor omega^2 is missing: this is the variance of cos(omega z).": lambda w: (
                    moment(w) - math.exp(-(w**2))
                ),
                "The factor omega is not squared.": lambda w: w * (moment(w) - math.exp(-(w**2))),
                "cos^2 has a cosine of twice the frequency: what is t then?": lambda w: (
                    w**2 * ((1 + math.exp(-(w**2) / 2)) / 2 - math.exp(-(w**2)))
                ),
                "With t = 2 omega the exponent is -t^2 / 2: the 2 is squared as well.": lambda w: (
                    w**2 * ((1 + math.exp(-(w**2))) / 2 - math.exp(-(w**2)))
                ),
                "The half of cos^2 is missing.": lambda w: w**2 * (2 * moment(w) - math.exp(-(w**2))),
                "The square of exp(-omega^2 / 2) has another exponent.": lambda w: (
                    w**2 * (moment(w) - math.exp(-(w**2) / 2))
                ),
                "This is the score function's variance.": lambda w: (
                    (1 - (1 - 4 * w**2) * math.exp(-2 * w**2)) / 2 - w**2 * math.exp(-(w**2))
                ),
                "This is the standard deviation.": lambda w: math.sqrt(w**2 * (moment(w) - math.exp(-(w**2)))),
                "This belongs to a sine: the sign between 1 and the cosine.": lambda w: (
                    w**2 * (1 - math.exp(-2 * w**2)) / 2
                ),
                "The factor omega of the mean is not squared.": lambda w: w**2 * moment(w) - w * math.exp(-(w**2)),
                "The factor omega of the mean is missing.": lambda w: w**2 * moment(w) - math.exp(-(w**2)),
                "The square of the mean is added.": lambda w: w**2 * (moment(w) + math.exp(-(w**2))),
            },
        ),
        "Mean of the square minus square of the mean. For tiny frequencies the estimate hardly varies, so the variance tends to"
        " 0; for large ones it tends to omega^2 / 2.",
    )


@check
def leave_one_out(student: Part, draw: Draw) -> Properties:
    """The mean of the other values, for each of them."""
    values = draw.normal(6) * 2 + 5
    others = (values.sum() - values) / 5
    yield essential(
        "one baseline per draw",
        lambda: gives_shape(student, (6,), values),
        "The result has the shape of the values.",
    )
    yield essential(
        "the mean of the others",
        lambda: same(
            student(values),
            others,
            {
                "This is the mean of all: each baseline contains its own draw, which biases the estimate.": values.mean().expand(
                    6
                ),
                "The sum of the others is divided by K: how many others are there?": (values.sum() - values) / 6,
                "This is the sum of the others.": values.sum() - values,
                "The signs are turned.": -others,
                "These are the values minus the baselines; return the baselines.": values - others,
                "It is divided by K + 1 or K - 2: how many others are there?": (values.sum() - values) / 4,
                "These are deviations from the mean of all.": values - values.mean(),
                "The own value counts too: it is the others' mean that is asked for.": values.sum().expand(6) / 5,
                "This is the running mean of the earlier values.": (values.cumsum(0) - values)
                / torch.arange(6).clamp(min=1),
                "The neighbour's value alone stands for the others.": values.roll(1),
                "Means of the mean and the value.": (values.mean() + values) / 2,
            },
        ),
        "With values 1, 2, 6 the baselines are 4, 3.5 and 1.5.",
    )

    def blind() -> Verdict:
        for place in range(6):
            moved = values.clone()
            moved[place] += 100  # rounding moves the baselines by far less than a thousandth
            gaps = (tensor(student(moved), (6,)) - tensor(student(values), (6,))).abs() > 1e-3
            if gaps[place]:
                return Verdict(False, "A baseline moved with its own value.")
            if gaps.sum() != 5:
                return Verdict(False, "A baseline ignores another draw.")
        return Verdict(True)

    yield (
        "blind to the own draw, and only to that",
        blind,
        "A baseline must not move when its own draw's value moves: that dependence is what biases the estimate.",
    )
    yield (
        "two draws exchange their values",
        lambda: same(student(torch.tensor([2.0, 7.0]).double()), torch.tensor([7.0, 2.0])),
        "With two draws each one's baseline is the other's value.",
    )
