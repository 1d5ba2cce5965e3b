"""Checks of the flow's one layer, of the likelihood, the loss, and the way from grey levels to the whole line."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import conditioners, flow_doubles
from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.flows import even_pixels, integrates_to_one, log_abs_det, pair, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Part


@check
def maf_forward(student: Part, draw: Draw) -> Properties:
    """z_i = x_i exp(log s_i) + t_i with the log-determinant of the map, one number per row."""
    dims = 4
    net = student.beside(conditioners.Conditioner, dims, draw.integer(0, 10**6))
    x = draw.normal(3, dims)
    t, log_s = (value.detach() for value in net(x))
    z, log_det = pair(student(net, x), 3)
    slips = {
        "The shift is subtracted.": x * log_s.exp() - t,
        "The scale is divided by: this is the sign of log s the other way round.": x * (-log_s).exp() + t,
        "The shift is scaled as well: first scale, then shift.": (x + t) * log_s.exp(),
        "This is the way back, from noise to data.": (x - t) * (-log_s).exp(),
        "log s is used as the scale itself. Which function turns a logarithm into the number?": x * log_s + t,
        "Shift and log-scale are mixed up: which of them does the network return first?": x * t.exp() + log_s,
        "The shift is missing.": x * log_s.exp(),
    }
    yield essential(
        "z is x scaled and shifted",
        lambda: same(z, x * log_s.exp() + t, slips),
        "Each value should be multiplied by its scale and then moved by its shift, both from `net(x)`.",
    )
    due = log_s.sum(1)
    yield essential(
        "log_det is that of the Jacobian",
        lambda: same(
            log_det,
            due,
            {
                "The sign of log_det: where the map stretches, it is positive.": -due,
                "This is a mean over the values. The determinant multiplies: what happens to logs?": due / dims,
                "These are the scales added up. Which of the two, scale or log-scale, adds up?": log_s.exp().sum(1),
                "This is the determinant. Its logarithm is asked for.": due.exp(),
                "All rows got the same number, their sum: add up within a row.": due.sum().expand(3),
                "All rows got the same number, their mean: every row has its own.": due.mean().expand(3),
                "Only the last value's log-scale is counted.": log_s[:, -1],
                "The shifts are added up: a shift stretches nothing.": t.sum(1),
                "log_det is 0: does this map keep volumes?": torch.zeros(3),
            },
        ),
        "The Jacobian is triangular. What is its determinant, and what the logarithm of that?",
    )

    def by_hand() -> Verdict:
        found = pair(student(net, x[:2]), 2)[1]
        return same(found, log_abs_det(lambda batch: pair(student(net, batch), len(batch))[0], x[:2], draw))

    yield (
        "log_det fits z",
        by_hand,
        "The logarithm of the Jacobian's determinant, found by autograd, is another one: is something detached?",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(lambda batch: student(net, batch), x),
        "The first row's result changes with the other rows. What is computed over the whole batch?",
    )
    yield (
        "a gradient reaches the network",
        lambda: all_weights_learn(net, [x], lambda batch: _both(student(net, batch))),
        "Training needs the gradient with respect to shifts and scales. Is something detached?",
    )


def _both(value: object) -> Tensor:
    """z and log_det of a flow in one tensor."""
    z, log_det = pair(value)
    return torch.cat([z, log_det[:, None]], 1)


@check
def log_prob(student: Part, draw: Draw) -> Properties:
    """log p(x) = log N(z; 0, I) + log_det in nats, one number per row."""
    dims = 5
    z, log_det = draw.normal(4, dims), 3 * draw.normal(4)
    base = -0.5 * (z**2).sum(1) - 0.5 * dims * math.log(2 * math.pi)
    zero = torch.zeros(4).double()
    slips = {
        "The normalising constant is missing: without it this is no density.": -0.5 * (z**2).sum(1),
        "The normalising constant is counted once; each value brings its own.": -0.5 * (z**2).sum(1)
        - 0.5 * math.log(2 * math.pi),
        "The half in front of z squared is missing.": base - 0.5 * (z**2).sum(1),
        "The half in front of log 2 pi is missing.": base - 0.5 * dims * math.log(2 * math.pi),
        "The sign: this is -log p.": -base,
        "This is a mean over the values; log-densities of independent values add up.": base / dims,
        "This is in bits; nats are asked for.": base / math.log(2),
        "The exponent is linear in |z|: is something not squared?": -0.5 * z.abs().sum(1)
        - 0.5 * dims * math.log(2 * math.pi),
        "All rows got the same number: add up within a row.": base.sum().expand(4),
        "All rows got the same number: never average across the batch here.": base.mean().expand(4),
    }
    yield essential(
        "without stretching it is the normal density",
        lambda: same(student(z, zero), base, slips),
        "With log_det = 0 the result should be the log-density of D independent standard normal values, one per row.",
    )
    due = base + log_det
    yield essential(
        "log_det is added",
        lambda: same(
            student(z, log_det),
            due,
            {
                "log_det is subtracted: where the flow stretches, the density is high.": base - log_det,
                "log_det is left out.": base,
                "log_det is added for every value.": base + dims * log_det,
                "log_det is divided among the values.": base + log_det / dims,
                "log_det is added up over the batch: each row has its own.": base + log_det.sum(),
                "log_det is averaged over the batch: each row has its own.": base + log_det.mean(),
            },
        ),
        "The log-determinant of a row belongs to this row's log-likelihood, once. (B, 1) + (B,) broadcasts to (B, B).",
    )

    def density(x: Tensor) -> object:
        return student(x.sinh(), x.cosh().log().sum(1))

    yield (
        "the density of a stretched number adds up to 1",
        lambda: integrates_to_one(density, -5, 5, 1, 400),
        "With z = sinh(x) and its log-determinant, exp(log p) should be a density of x.",
    )

    def slopes() -> Verdict:
        leaf, stretch = z.clone().requires_grad_(), log_det.clone().requires_grad_()
        found = gradients(tensor(student(leaf, stretch)), [leaf, stretch])
        return same(found[0], -z) and same(found[1], torch.ones(4))

    yield (
        "a gradient reaches z and log_det",
        slopes,
        "Training needs the gradient with respect to z and log_det. Is something detached, rounded or converted?",
    )


@check
def nll(student: Part, draw: Draw) -> Properties:
    """The mean over the batch of -log p(x)."""
    flow, x = student.beside(flow_doubles.Sinh), draw.normal(6, 3)
    z, log_det = (value.detach() for value in flow(x))
    each = conditioners.odd_log_prob(z, log_det)

    def loss(batch: Tensor = x) -> object:
        return student(flow, batch, conditioners.odd_log_prob)

    yield essential(
        "one number",
        lambda: Verdict(
            tensor(loss()).numel() == 1 and tensor(loss()).ndim == 0, "It returned a tensor of another shape."
        ),
        "A loss is a single number for the whole batch, a tensor of shape ().",
    )
    yield essential(
        "the mean of -log p",
        lambda: same(
            loss(),
            -each.mean(),
            {
                "The sign: training makes the loss small, so likely images should cost little.": each.mean(),
                "This is a sum over the batch: the loss should not grow with it.": -each.sum(),
                "The log-determinant is left out.": -conditioners.odd_log_prob(z, 0 * log_det).mean(),
                "The data go into the log-likelihood where the noise belongs.": -conditioners.odd_log_prob(
                    x, log_det
                ).mean(),
                "It is divided by the number of values; nats per image are asked for.": -each.mean() / 3,
                "It is divided by the number of values and images.": -each.sum() / 18,
                "This is in bits; nats per image are asked for.": -each.mean() / math.log(2),
                "The first image alone is counted.": -each[0],
                "This is the likelihood, not its logarithm.": -each.exp().mean(),
            },
        ),
        "Run the flow, hand both of its results to `log_prob`, and average with a minus. Is the function used that is given?",
    )
    yield (
        "batches of any size",
        lambda: same(loss(x[:1]), -each[0]) and same(loss(x[:5]), -each[:5].mean()),
        "A batch of one image, or of five, should give their own average.",
    )

    def slope() -> Verdict:
        leaf = x.clone().requires_grad_()
        found = gradients(tensor(loss(leaf)), leaf)[0]
        return same(found, (2 * x.sinh().sin() * x.cosh() + 3 * x.tanh()) / 6)

    yield (
        "a gradient comes out of it",
        slope,
        "Training needs the gradient of the loss. Is something detached, rounded or converted?",
    )


@check
def to_logits(student: Part, draw: Draw) -> Properties:
    """y = logit(alpha + (1 - 2 alpha) (x + u) / K) and the log-determinant of x -> y, one number per row."""
    levels, alpha = draw.integer(3, 30), 0.02 + 0.1 * float(draw.uniform(1))
    x, u = draw.integers(0, levels, 4, 6).double(), 0.1 + 0.8 * draw.uniform(4, 6)
    p = torch.lerp(torch.full_like(u, alpha), torch.full_like(u, 1 - alpha), (x + u) / levels)

    def logit(q: Tensor) -> Tensor:
        return (q / (1 - q)).log()

    y, log_det = pair(student(x, u, levels, alpha), 4)
    yield essential(
        "y is the logit of the squeezed level",
        lambda: same(
            y,
            logit(p),
            {
                "The levels are divided by K - 1 before the noise is added, so that its interval is too long.": logit(
                    alpha + (1 - 2 * alpha) * (x * levels / (levels - 1) + u) / (levels + 1)
                ),
                "It is divided by K - 1, so that the highest level and its noise leave the interval.": logit(
                    (alpha + (1 - 2 * alpha) * ((x + u) / (levels - 1))).clamp(max=1 - 1e-12)
                ),
                "The noise is not divided by K: a level and its noise fill one part of K.": logit(
                    (alpha + (1 - 2 * alpha) * (x / levels + u)).clamp(max=1 - 1e-12)
                ),
                "The noise is missing: without it the levels stay spikes.": logit(alpha + (1 - 2 * alpha) * x / levels),
                "The noise is subtracted.": logit((alpha + (1 - 2 * alpha) * (x - u) / levels).clamp(min=1e-12)),
                "alpha is kept from 0 only: on the other side the room is missing.": logit(
                    alpha + (1 - alpha) * (x + u) / levels
                ),
                "alpha is not used: levels 0 and K - 1 come too close to 0 and 1.": logit((x + u) / levels),
                "The logit is missing: this lies between 0 and 1.": p,
                "The sign of the logit: white should be large.": -logit(p),
                "This is the logarithm of p alone.": p.log(),
                "This is the way back, the sigmoid.": p.sigmoid(),
                "Logarithms of base 2 are used.": logit(p) / math.log(2),
            },
        ),
        "Add the noise to the level, divide by the number of levels, squeeze the result into [alpha, 1 - alpha], take the logit.",
    )
    constant = 6 * math.log((1 - 2 * alpha) / levels)
    due = constant - (p * (1 - p)).log().sum(1)
    yield essential(
        "log_det is that of the map from x to y",
        lambda: same(
            log_det,
            due,
            {
                "The sign of log_det.": -due,
                "The division by K is not counted: it shrinks every value.": due + 6 * math.log(levels),
                "The squeezing by 1 - 2 alpha is not counted.": due - 6 * math.log(1 - 2 * alpha),
                "Only the logit is counted: the affine map before it shrinks every value.": due - constant,
                "The affine map is counted once, and not for each value.": due - constant + constant / 6,
                "Only the affine map is counted: the logit stretches space, too.": torch.full_like(due, constant),
                "The logit's derivative has the wrong sign: near 0 and 1 it stretches.": 2 * constant - due,
                "Half of the logit's derivative is missing: it has two factors.": constant - p.log().sum(1),
                "Half of the logit's derivative is missing: there are two factors.": constant - (1 - p).log().sum(1),
                "This is a mean over the values.": due / 6,
                "All rows got the same number, their sum.": due.sum().expand(4),
                "log_det is 0: does this map keep volumes?": torch.zeros(4),
            },
        ),
        "Two maps follow one another, an affine one and the logit; their log-derivatives add up, over all values of a row.",
    )

    def bits() -> Verdict:
        pixels, noise = even_pixels(levels, 64)
        z, stretched = pair(student(pixels.flatten(1), noise.flatten(1), levels, alpha))
        found = -(flow_doubles.logistic_base(z.double()) + stretched.double()).mean() / math.log(2)
        return same(found, math.log2(levels) - math.log2(1 - 2 * alpha))

    yield (
        "uniform pixels cost what they should",
        bits,
        "With a logistic base, uniform pixels should cost log2 K bits each, and -log2(1 - 2 alpha) more: log_det decides.",
    )
    yield (
        "levels may be of any type",
        lambda: same(pair(student(x.to(torch.uint8), u, levels, alpha))[0], logit(p)),
        "Images are kept as uint8, one byte per level. What happens to small integers that are multiplied?",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(lambda batch: student(batch, u[: len(batch)], levels, alpha), x),
        "The first row's result changes with the other rows. What is computed over the whole batch?",
    )
