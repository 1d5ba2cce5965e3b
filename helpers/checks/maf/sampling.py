"""Checks of the ways from noise to data: value by value, all values at once, and the inverse autoregressive flow."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import conditioners, doubles
from helpers.checks.compare import Verdict, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.flows import pair, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Part

TIGHT = 1e-9
GENTLE = 0.7, 0.5  # how much values of a network under test depend on one another: answers may compute in float32


def _away_from_zero(draw: Draw, *shape: int) -> Tensor:
    """Data of either sign, between 0.3 and 2.3 in size."""
    signs = 2.0 * (draw.uniform(*shape) > 0.5) - 1
    return signs * (0.3 + 2 * draw.uniform(*shape))


def _noise(net: Part, x: Tensor) -> Tensor:
    """What the map x -> z makes of data."""
    t, log_s = (value.detach() for value in net(x))
    return x * log_s.exp() + t


@check
def maf_inverse(student: Part, draw: Draw) -> Properties:
    """The x with z_i = x_i exp(log s_i(x_<i)) + t_i(x_<i), for every value, the last one too."""
    dims = 7
    net = student.beside(conditioners.Conditioner, dims, draw.integer(0, 10**6), *GENTLE)
    x = _away_from_zero(draw, 4, dims)
    z = _noise(net, x)
    t, log_s = (value.detach()[:, 0] for value in net(x))
    first = z[:, 0]
    slips = {
        "The shift is added; going back it is taken away.": (first + t) * (-log_s).exp(),
        "It is multiplied by the scale; going back it is divided by it.": (first - t) * log_s.exp(),
        "Scale and shift are undone in the wrong order: what was done last is undone first.": first * (-log_s).exp()
        - t,
        "This is the way from data to noise.": first * log_s.exp() + t,
        "The log-scale is used as the scale itself.": (first - t) / log_s,
        "The scale is left out.": first - t,
        "The shift is left out.": first * (-log_s).exp(),
        "Nothing was filled in.": torch.zeros(4),
        "The noise is returned as it came.": first,
        "Shift and log-scale are mixed up.": (first - log_s) * (-t).exp(),
    }
    shaped = gives_shape(student, (4, dims), net, z)
    yield essential("returns data of the shape of the noise", shaped, "One value of x for each value of z, (B, D).")
    if not shaped:
        return
    found = tensor(student(net, z))
    yield essential(
        "the first value",
        lambda: same(found[:, 0], x[:, 0], slips),
        "The first value's shift and scale depend on nothing, so it can be solved for at once: undo the shift, then the scale.",
    )
    yield (
        "the second value",
        lambda: same(found[:, 1], x[:, 1]),
        "The second value's shift and scale depend on the first value of *x*, which must be filled in before.",
    )
    yield (
        "the last value",
        lambda: same(found[:, -1], x[:, -1]),
        "The last value needs all before it. How many passes does the loop make, and from where to where?",
    )
    yield essential(
        "x -> z -> x gives x again",
        lambda: same(found, x),
        "Every value should be the one that the noise was made from. In which order are they computed, and from which x?",
    )
    yield (
        "works for one value and for one image",
        lambda: _small(student, draw),
        "D = 1 and a batch of one image are no special cases.",
    )
    yield remark(
        "the noise is left as it was",
        lambda: _twice(student, net, z, x),
        "Called a second time with the same tensor, it gave another result: what does it write into?",
    )
    yield (
        "as many passes as there are values",
        lambda: _many(student, draw),
        "With 80 values, some did not come back. Is a number of values assumed?",
    )
    yield (
        "values of any size",
        lambda: _large(student, draw),
        "Values in the hundreds come back as well. Is something clamped, or stopped too early?",
    )


def _small(student: Part, draw: Draw) -> Verdict:
    """Whether a single value, and a single row, come back."""
    one, few = (student.beside(conditioners.Conditioner, dims, draw.integer(0, 10**6)) for dims in (1, 3))
    x, y = _away_from_zero(draw, 2, 1), _away_from_zero(draw, 1, 3)
    return same(student(one, _noise(one, x)), x) and same(student(few, _noise(few, y)), y)


def _twice(student: Part, net: Part, z: Tensor, x: Tensor, *options: float) -> Verdict:
    """Whether a second call with the very same tensor still gives the x that it was made from."""
    return same(student.beside(doubles.one_after_another, student, 1, z, (net, *options), (net, *options))[1], x)


def _many(student: Part, draw: Draw) -> Verdict:
    """Whether each of many values comes back where every value hangs on the one before."""
    chain, x = student.beside(conditioners.Chain, 1.0), _away_from_zero(draw, 2, 80)
    return same(student(chain, _noise(chain, x)), x)


def _large(student: Part, draw: Draw) -> Verdict:
    """Whether large values come back."""
    net = student.beside(conditioners.Conditioner, 4, draw.integer(0, 10**6), 0.05, 0.3)
    x = 300 * _away_from_zero(draw, 3, 4)
    return same(student(net, _noise(net, x)), x)


@check
def parallel_inverse(student: Part, draw: Draw) -> Properties:
    """The same x by repeated passes over all values: exact after D of them, stopped when no value moves."""
    dims = 8
    net = student.beside(conditioners.Conditioner, dims, draw.integer(0, 10**6), *GENTLE)
    x = _away_from_zero(draw, 4, dims)
    z = _noise(net, x)
    t, log_s = (value.detach()[:, 0] for value in net(x))
    shaped = gives_shape(student, (4, dims), net, z, TIGHT)
    yield essential("returns data of the shape of the noise", shaped, "One value of x for each value of z, (B, D).")
    if not shaped:
        return
    found = tensor(student(net, z, TIGHT))
    first = z[:, 0]
    yield essential(
        "the first value",
        lambda: same(
            found[:, 0],
            x[:, 0],
            {
                "The shift is added; going back it is taken away.": (first + t) * (-log_s).exp(),
                "It is multiplied by the scale; going back it is divided by it.": (first - t) * log_s.exp(),
                "Scale and shift are undone in the wrong order.": first * (-log_s).exp() - t,
                "This is the way from data to noise.": first * log_s.exp() + t,
                "The noise is returned as it came.": first,
                "Nothing was filled in.": torch.zeros(4),
                "The scale is left out.": first - t,
                "The shift is left out.": first * (-log_s).exp(),
            },
        ),
        "The first value's shift and scale depend on nothing, so one pass gives it exactly.",
    )
    yield essential(
        "x -> z -> x gives x again",
        lambda: same(found, x),
        "With a tiny tolerance the result should be the x that the noise was made from. Is the network run on the newest guess,"
        " and is the noise always the one that was given?",
    )

    def chain() -> Verdict:
        hard = student.beside(conditioners.Chain, 1.7)
        due = _away_from_zero(draw, 3, dims)
        return same(student(hard, _noise(hard, due), TIGHT), due)

    yield (
        "the hardest case takes D passes and is right",
        chain,
        "When every value hangs on the one before, D passes are needed. Does the loop end earlier, or too early?",
    )
    yield (
        "never more than D passes",
        lambda: _calls(
            student,
            student.witness(conditioners.Conditioner, 9, draw.integer(0, 10**6), *GENTLE),
            draw.normal(3, 9),
            0.0,
            most=9,
        ),
        "After D passes every value is exact, whatever the tolerance.",
    )
    yield (
        "stops when no value moves",
        lambda: (
            _calls(student, student.witness(conditioners.Chain, 0.01), draw.normal(3, 40), 1e-4, most=12)
            and _calls(student, student.witness(conditioners.Chain, 0.0), draw.normal(3, 40), 0.0, most=3)
        ),
        "Where values hardly depend on one another, a few passes are enough for 40 values. When does the loop stop?",
    )

    def largest() -> Verdict:
        mixed = student.beside(conditioners.Chain, 0.01, 0.97)
        due = 1 + draw.uniform(300, 30)
        gap = (tensor(student(mixed, _noise(mixed, due), 5e-2), due.shape) - due).abs().max()
        return Verdict(bool(gap < 1e-1), f"One row of 300 was left {float(gap):.3g} away from its x.")

    yield (
        "the largest move decides",
        largest,
        "One row of the batch needs many more passes than the others, and must not be left behind: what is compared with the"
        " tolerance, and over which dimensions?",
    )

    def sign() -> Verdict:
        falling = student.beside(conditioners.Chain, 0.9)
        due = -1 - draw.uniform(2, 25)
        gap = (tensor(student(falling, _noise(falling, due), 1e-3), due.shape) - due).abs().max()
        return Verdict(bool(gap < 2e-2), f"A value was left {float(gap):.3g} away from its x.")

    yield (
        "moves of either sign count",
        sign,
        "Values that move downwards move as well: what is the size of a move?",
    )

    def near() -> Verdict:
        for size, log_scale in ((1.0, 0.0), (30.0, 0.0), (1.0, -3.0)):
            steady = student.beside(conditioners.Chain, 0.5, None, log_scale)
            due = size * (1 + draw.uniform(3, 40))
            gap = float((tensor(student(steady, _noise(steady, due), 1e-2), due.shape) - due).abs().max())
            if gap >= 1e-2:
                where = f"values around {size:.0f} and scales of {math.exp(log_scale):.2g}"
                return Verdict(
                    False, f"With {where} and a tolerance of .01, a value was left {gap:.3g} away from its x."
                )
        return Verdict(True)

    yield (
        "the size of a move is compared, as it is",
        near,
        "A value of x that still moves by more than the tolerance goes on: is its move squared, divided by something, or"
        " measured in z?",
    )
    yield (
        "a looser tolerance takes fewer passes",
        lambda: _looser(student, draw),
        "The tolerance should decide when to stop: is the argument used?",
    )
    yield remark(
        "the noise is left as it was",
        lambda: _twice(student, net, z, x, TIGHT),
        "Called a second time with the same tensor, it gave another result: what does it write into?",
    )
    yield (
        "works for one value and for one image",
        lambda: _small(student, draw),
        "D = 1 and a batch of one image are no special cases.",
    )


def _calls(student: Part, net: Part, x: Tensor, tolerance: float, most: int) -> Verdict:
    """Whether x comes back after so many calls of a network at most."""
    calls, gap = _passes(student, net, x, tolerance)
    if calls > most:
        return Verdict(False, f"It made {calls} passes for {x.shape[1]} values.")
    return Verdict(_near(gap, tolerance), f"After {calls} passes a value was left {gap:.3g} away from its x.")


def _passes(student: Part, net: Part, x: Tensor, tolerance: float) -> tuple[int, float]:
    """How often a network is called on the way back to x, and how far from it the way ends."""
    z = _noise(net, x)
    before = net.method("calls")
    found = tensor(student(net, z, tolerance), x.shape)
    return net.method("calls") - before, float((found - x).abs().max())


def _near(gap: float, tolerance: float) -> bool:
    """Whether a way ended where one ends that stops by this tolerance, with room for float32 and for late stops."""
    return gap <= 1e-3 + 10 * tolerance


def _looser(student: Part, draw: Draw) -> Verdict:
    """Whether fewer passes are made for a larger tolerance."""
    net, x, tolerances = student.witness(conditioners.Chain, 0.5), draw.normal(3, 30), (1e-1, 1e-4, 1e-7)
    ways = [_passes(student, net, x, tolerance) for tolerance in tolerances]
    few, some, many = (calls for calls, _ in ways)
    return Verdict(
        few < some < many and all(_near(gap, t) for (_, gap), t in zip(ways, tolerances, strict=True)),
        f"With tolerances .1, 1e-4 and 1e-7 it made {few}, {some} and {many} passes.",
    )


@check
def iaf_sample(student: Part, draw: Draw) -> Properties:
    """x_i = z_i exp(log s_i(z_<i)) + t_i(z_<i) in one pass, with log p(x) = log N(z) - sum of log s."""
    dims = 4
    net = student.beside(conditioners.Conditioner, dims, draw.integer(0, 10**6))
    z = draw.normal(3, dims)
    t, log_s = (value.detach() for value in net(z))
    x, log_p = pair(student(net, z), 3)
    yield essential(
        "x is z scaled and shifted",
        lambda: same(
            x,
            z * log_s.exp() + t,
            {
                "This is the inverse map: here noise is scaled and shifted directly.": (z - t) * (-log_s).exp(),
                "The shift is subtracted.": z * log_s.exp() - t,
                "It is divided by the scale.": z * (-log_s).exp() + t,
                "Shift and log-scale are mixed up.": z * t.exp() + log_s,
                "The shift is scaled as well.": (z + t) * log_s.exp(),
                "The log-scale is used as the scale itself.": z * log_s + t,
                "The noise is returned as it came.": z,
                "The shift is missing.": z * log_s.exp(),
            },
        ),
        "Each value of the noise should be multiplied by its scale and moved by its shift, both from `net(z)`.",
    )
    base = -(z**2 + math.log(2 * math.pi)).sum(1) / 2
    yield essential(
        "log p(x) of what was drawn",
        lambda: same(
            log_p,
            base - log_s.sum(1),
            {
                "The log-scales are added: where the map from noise to data stretches, the density falls.": base
                + log_s.sum(1),
                "The log-scales are left out.": base,
                "The normalising constant is missing.": (-0.5 * z**2).sum(1) - log_s.sum(1),
                "The normal density is taken at x; the noise is what is normal.": (
                    -(x.detach() ** 2 + math.log(2 * math.pi)) / 2
                ).sum(1)
                - log_s.sum(1),
                "This is -log p.": log_s.sum(1) - base,
                "This is a mean over the values.": (base - log_s.sum(1)) / dims,
                "Only the log-scales are counted.": -log_s.sum(1),
                "The half in front of z squared is missing.": base - 0.5 * (z**2).sum(1) - log_s.sum(1),
                "All rows got the same number: add up within a row.": (base - log_s.sum(1)).sum().expand(3),
            },
        ),
        "The density of the noise, corrected by how much the map from noise to data stretches.",
    )
    yield (
        "one pass is enough",
        lambda: _one_pass(student, student.witness(conditioners.Conditioner, dims, draw.integer(0, 10**6)), z),
        "All shifts and scales come from the noise, which is known: how often is the network run?",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(lambda batch: student(net, batch), z),
        "The first row's result changes with the other rows.",
    )
    yield (
        "a gradient reaches the network",
        lambda: all_weights_learn(net, [z], lambda batch: _joined(student(net, batch))),
        "A posterior is trained through its own samples. Is something detached?",
    )


def _one_pass(student: Part, net: Part, z: Tensor) -> Verdict:
    """Whether a network is called once, and what it says is used."""
    calls, (t, log_s) = net.method("calls"), net(z)
    x = pair(student(net, z), 3)[0]
    calls = net.method("calls") - calls - 1
    told = bool(same(x, t.detach() + z * log_s.detach().exp()))
    return Verdict(calls == 1 and told, f"It made {calls} passes.")


def _joined(value: object) -> Tensor:
    """Both results in one tensor."""
    x, log_p = pair(value)
    return torch.cat([x, log_p[:, None]], 1)
