"""Checks of the coupling layer: its formulas, its bounded scale, and the layer itself, both ways."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from helpers.checks import flow_doubles as doubles
from helpers.checks.compare import Verdict, dependence, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.flows import log_det_is_right, pair, round_trip, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Broken, Part


@check
def inverse_of_coupling(student: Part, draw: Draw) -> Properties:
    """x from y = x exp(s) + t."""
    slips = {
        "The order: what was done last is undone first. The shift came last.": lambda y, s, t: y * math.exp(-s) - t,
        "The sign of the shift: it was added, so it has to be taken away.": lambda y, s, t: (y + t) * math.exp(-s),
        "The scale is applied again rather than undone.": lambda y, s, t: (y - t) * math.exp(s),
        "This is the coupling itself, not its inverse.": lambda y, s, t: y * math.exp(s) + t,
        "s is the logarithm of the scale: what does a value get multiplied by?": lambda y, s, t: (y - t) / s,
        "The shift is missing.": lambda y, s, t: y * math.exp(-s),
        "The scale is missing.": lambda y, s, t: y - t,
        "s and t have changed places.": lambda y, s, t: (y - s) * math.exp(-t),
        "The sign of everything.": lambda y, s, t: (t - y) * math.exp(-s),
    }
    yield essential(
        "gives x back",
        lambda: formula(
            student,
            draw,
            lambda y, s, t: (y - t) * math.exp(-s),
            {"y": (-3, 3), "s": (-1.5, 1.5), "t": (-2, 2)},
            slips,
        ),
        "Put a number for x into the coupling by hand, and what comes out into your formula: is it the number again?",
    )


@check
def log_det_of_coupling(student: Part, draw: Draw) -> Properties:
    """log|det| of a triangular matrix with diagonal 1, 1, exp(s_3), exp(s_4)."""
    slips = {
        "This is the determinant. The exercise asks for its logarithm.": lambda s, r, t, u, n: math.exp(s + r),
        "These are the scales themselves added up: which function of their product is asked for?": (
            lambda s, r, t, u, n: math.exp(s) + math.exp(r)
        ),
        "The logarithm of a product is no product.": lambda s, r, t, u, n: s * r,
        "The sign: this is the log-determinant of the inverse.": lambda s, r, t, u, n: -s - r,
        "Shifts move space without stretching it.": lambda s, r, t, u, n: s + r + t + u,
        "What stands below the diagonal does not enter the determinant of a triangular matrix.": (
            lambda s, r, t, u, n: s + r + n
        ),
        "This is a mean over the changed values. Determinants multiply: what happens to logs?": (
            lambda s, r, t, u, n: (s + r) / 2
        ),
        "This is a mean over all four values.": lambda s, r, t, u, n: (s + r) / 4,
        "The fourth value is missing.": lambda s, r, t, u, n: s,
        "The third value is missing.": lambda s, r, t, u, n: r,
        "The log-scales stand in the diagonal as exponentials already: no further logarithm is needed.": (
            lambda s, r, t, u, n: math.log(abs(s)) + math.log(abs(r))
        ),
        "This is the trace of the matrix.": lambda s, r, t, u, n: 2 + math.exp(s) + math.exp(r),
        "Squeezing counts as well as stretching: log-scales may be negative.": lambda s, r, t, u, n: abs(s) + abs(r),
        "The volume is not kept: values are scaled.": lambda s, r, t, u, n: 0.0,
    }
    names = ("s_3", "s_4", "t_3", "t_4", "n_31")
    yield essential(
        "the sum of the log-scales",
        lambda: formula(student, draw, lambda s, r, t, u, n: s + r, dict.fromkeys(names, (-2, 2)), slips),
        "Take the matrix for what it is, triangular: what is its determinant, and then its logarithm?",
    )


@check
def scale_and_shift(student: Part, draw: Draw) -> Properties:
    """Log-scales bounded by the factor, shifts that are free, both 0 where the mask is 1."""
    mask = torch.tensor([[1.0, 0, 1], [0, 1, 0]]).double()[None]
    h, factor = 2 * draw.normal(2, 6, 2, 3), 1.5 + draw.uniform(1)[0]
    first, second, free = h[:, :3], h[:, 3:], 1 - mask
    s, t = free * factor * first.tanh(), free * second

    def part(number: int, *inputs: Tensor) -> Tensor:
        found = student(*inputs)
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise Broken("It should return two tensors, s and t.")
        return tensor(found[number])

    def shaped() -> Verdict:
        shapes = [tuple(part(i, h, mask, factor).shape) for i in range(2)]
        return Verdict(shapes == [(2, 3, 2, 3)] * 2, f"For h of shape {tuple(h.shape)} they have shapes {shapes}.")

    yield essential(
        "s and t, half as many channels each",
        shaped,
        "Cut dimension 1 of h into two halves of equal size, one for the scales and one for the shifts.",
    )
    yield essential(
        "both are 0 where the mask is 1",
        lambda: Verdict(
            bool(((part(0, h, mask, factor) * mask == 0) & (part(1, h, mask, factor) * mask == 0)).all()),
            advice="They vanish where the mask is 0, and not where it is 1. Which of the two stays?"
            if not bool((part(0, h, mask, factor) * free).any() | (part(1, h, mask, factor) * free).any())
            else "",
        ),
        "Values with mask 1 must stay as they are: neither scaled (s is 0) nor shifted (t is 0).",
    )
    yield essential(
        "the log-scale",
        lambda: same(
            part(0, h, mask, factor),
            s,
            {
                "The factor is missing.": free * first.tanh(),
                "The factor stands inside the tanh, so that log-scales never exceed 1.": free * (factor * first).tanh(),
                "The log-scale is not bounded: where is the tanh?": free * factor * first,
                "It is neither bounded nor multiplied by the factor.": free * first,
                "The halves have changed places: scales come first.": free * factor * second.tanh(),
                "Even and odd channels are taken. The exercise asks for the first and the second half.": free
                * factor
                * h[:, 0::2].tanh(),
                "This is a sigmoid, which can only enlarge.": free * factor * first.sigmoid(),
                "This is the scale. The exercise asks for its logarithm: the exponential comes later.": free
                * (factor * first.tanh()).exp(),
                "This is the scale. The exercise asks for its logarithm: the exponential comes in the layer.": s.exp(),
                "The sign of the log-scale.": -s,
                "The factor divides inside the tanh only.": free * (first / factor).tanh(),
                "The factor divides inside the tanh as well; the formula has it outside only.": free
                * factor
                * (first / factor).tanh(),
                "The factor is squared.": factor * s,
                "It is divided by the factor.": free * first.tanh() / factor,
                "The exponential of the factor is taken here.": free * factor.exp() * first.tanh(),
            },
        ),
        "Squash the first half of the channels by a tanh, and let the factor set how large it can become.",
    )
    yield (
        "the shift",
        lambda: same(
            part(1, h, mask, factor),
            t,
            {
                "The shift is bounded too. It need not be: adding is harmless.": free * second.tanh(),
                "The shift is bounded and scaled. It is the raw second half.": free * factor * second.tanh(),
                "The factor belongs to the scale only.": free * factor * second,
                "The halves have changed places: scales come first.": free * first,
                "Even and odd channels are taken. The exercise asks for the first and the second half.": free
                * h[:, 1::2],
                "The sign of the shift.": -t,
            },
        ),
        "The shift is the second half of the channels as it is, where the mask allows.",
    )
    huge = 1e6 * h

    def bounded() -> Verdict:
        largest = float(part(0, huge, mask, factor).abs().max())
        return Verdict(largest <= float(factor) * (1 + 1e-6), f"The largest log-scale is {largest:.4g}.")

    yield (
        "huge outputs stay harmless",
        bounded,
        "Whatever the network says, a log-scale must not exceed the factor, or its exponential overflows.",
    )

    def learns() -> Verdict:
        leaf, learned = h.clone().requires_grad_(), factor.clone().requires_grad_()
        slopes = gradients(part(0, leaf, mask, learned) + part(1, leaf, mask, learned), [leaf, learned])
        into_h = torch.cat([free * factor * (1 - first.tanh() ** 2), free.expand_as(second)], 1)
        fits = same(slopes[0], into_h)
        return fits if not fits else same(slopes[1], (free * first.tanh()).sum())

    yield (
        "a gradient reaches the network and the factor",
        learns,
        "Both halves of h and the factor are learned. Is something detached, or made a plain number?",
    )
    points = draw.normal(4, 4)
    flat = torch.tensor([0.0, 1.0]).double()
    yield (
        "points of the plane work too",
        lambda: same(part(0, points, flat, factor), (1 - flat) * factor * points[:, :2].tanh()),
        "For h of shape (B, 4) and a mask of shape (2,) the channels are dimension 1 as well.",
    )


@dataclass(frozen=True)
class _Layer:
    """A student's coupling on a known network, and what its scales and shifts are."""

    part: Part
    twin: doubles.Waves
    mask: Tensor
    shape: tuple[int, ...]

    def z(self, x: Tensor) -> Tensor:
        """What the layer makes of a batch."""
        return pair(self.part(x), len(x))[0]

    def inverse(self, z: Tensor) -> Tensor:
        """What the layer's inverse makes of a batch."""
        return tensor(self.part.method("inverse", z), z.shape)

    def scales(self, seen: Tensor) -> tuple[Tensor, Tensor]:
        """s and t that belong to what the network sees; the factor starts at 1."""
        with torch.no_grad():
            return doubles.sine_split(self.twin(seen), self.mask, torch.ones(()).double())


def _layer(student: Part, mask: Tensor, shape: tuple[int, ...], seed: int) -> _Layer:
    size, out = int(torch.tensor(shape).prod()), (2 * shape[0], *shape[1:])
    net = student.beside(doubles.Waves, size, out, seed)
    part = student(net, mask, doubles.sine_split)
    return _Layer(part, doubles.Waves(size, out, seed), mask, shape)


@check
def Coupling(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """An affine coupling layer: half stays, half is scaled and shifted by what a network says of the first half."""
    seed = draw.integer(1, 10_000)
    board = ((torch.arange(3)[:, None] + torch.arange(4)) % 2 == 0).double()[None]
    board = board if draw.integer(0, 2) else 1 - board
    layer = _layer(student, board, (2, 3, 4), seed)
    x = draw.normal(3, *layer.shape)
    free = (1 - board).expand(layer.shape).flatten().bool()
    found = functools.cache(lambda: dependence(layer.z, [draw.normal(*layer.shape) for _ in range(3)]))
    s, t = layer.scales(board * x)

    def shaped() -> Verdict:
        z, _ = pair(layer.part(x), len(x))
        return Verdict(z.shape == x.shape, f"For x of shape {tuple(x.shape)} it gave z of shape {tuple(z.shape)}.")

    yield essential(
        "returns z and one log_det per row",
        shaped,
        "Return the pair (z, log_det): z in the shape of x, and log_det with one number per row.",
    )
    yield essential(
        "what stays is not touched",
        lambda: same(
            layer.z(x) * board,
            x * board,
            {
                "The half that should stay became 0: it belongs into z too.": 0 * x,
                "The mask is used the wrong way round: 1 means that a value stays.": (x * s.exp() + t) * board,
            },
            relative=1e-6,
        ),
        "Where the mask is 1, z must be x itself.",
    )
    whole_s, whole_t = layer.scales(x)
    hidden_s, hidden_t = layer.scales((1 - board) * x)
    yield essential(
        "the rest is scaled and shifted",
        lambda: same(
            layer.z(x) * (1 - board),
            (x * s.exp() + t) * (1 - board),
            {
                "The network saw all of x. It may only see what stays, or nothing can be undone.": (
                    x * whole_s.exp() + whole_t
                )
                * (1 - board),
                "The network saw what changes rather than what stays.": (x * hidden_s.exp() + hidden_t) * (1 - board),
                "The shift is scaled as well: scale first, then shift.": (x + t) * s.exp() * (1 - board),
                "The scale is undone: look at the sign of s.": (x * (-s).exp() + t) * (1 - board),
                "s is a log-scale: by what is x multiplied?": (x * s + t) * (1 - board),
                "The sign of the shift.": (x * s.exp() - t) * (1 - board),
                "s and t have changed places.": (x * t.exp() + s) * (1 - board),
                "The shift is missing.": x * s.exp() * (1 - board),
                "The scale is missing.": (x + t) * (1 - board),
                "This is the inverse.": (x - t) * (-s).exp() * (1 - board),
                "Nothing has changed.": x * (1 - board),
            },
        ),
        "Where the mask is 0, multiply by the exponential of s and add t, with s and t from `split` of what the network says.",
    )
    yield (
        "the network sees only what stays",
        lambda: Verdict(
            not bool((found()[free][:, free] & ~torch.eye(int(free.sum()), dtype=torch.bool)).any()),
            "A value that changes depends on another value that changes.",
        ),
        "The Jacobian is not triangular. What do you hand to the network, and does it hold values that change?",
    )
    yield (
        "what stays decides",
        lambda: Verdict(bool(found()[free][:, ~free].all()), "Some values that stay have no influence on the others."),
        "The network should see all values that stay.",
    )
    yield (
        "log_det is that of the Jacobian",
        lambda: log_det_is_right(
            layer.part,
            x,
            draw,
            {
                "These are the shifts added up. Which of the two changes volumes?": t.flatten(1).sum(1),
                "These are the scales added up: which function of them enters?": s.exp().flatten(1).sum(1),
                "The product of the scales is the determinant itself. Take its logarithm.": s.flatten(1).sum(1).exp(),
                "Only the first channel was counted.": s[:, 0].flatten(1).sum(1),
                "Signs got lost: squeezing counts as well as stretching.": s.abs().flatten(1).sum(1),
                "The average over the values that change is taken.": s.flatten(1).sum(1) / int(free.sum()),
            },
        ),
        "Compared with the Jacobian by autograd: add up the log-scales of a row.",
    )

    def undone() -> Verdict:
        z = layer.z(x)
        z_s, z_t = layer.scales(z)
        keep = board * x
        slips = {
            "The order: the shift came last, so it is undone first.": keep + (1 - board) * (z * (-s).exp() - t),
            "The scale is applied again rather than undone: look at the sign of s.": keep
            + (1 - board) * (z - t) * s.exp(),
            "The sign of the shift.": keep + (1 - board) * (z + t) * (-s).exp(),
            "The coupling is applied a second time rather than undone.": keep + (1 - board) * (z * s.exp() + t),
            "The network saw all of z, and says something else than it did on the way there.": keep
            + (1 - board) * (z - z_t) * (-z_s).exp(),
            "The half that should stay got lost on the way back.": (1 - board) * x,
            "Nothing is undone.": z,
        }
        return same(layer.inverse(z), x, slips)

    yield (
        "the inverse gives x back",
        undone,
        "x -> z -> x should end where it began. Ask the network the same question on the way back as on the way there.",
    )
    yield (
        "the forward pass gives z back",
        lambda: round_trip(layer.inverse, layer.z, draw.normal(3, *layer.shape)),
        "z -> x -> z should end where it began.",
    )
    channels = _layer(student, torch.tensor([1.0, 0, 0]).double().reshape(3, 1, 1), (3, 2, 2), seed + 1)
    points = _layer(student, torch.tensor([0.0, 1, 1, 0]).double(), (4,), seed + 2)
    for what, other in (("channel masks", channels), ("points without rows and columns", points)):

        def works(other: _Layer = other) -> Verdict:
            batch = draw.normal(2, *other.shape)
            o_s, o_t = other.scales(other.mask * batch)
            verdicts = (
                same(other.z(batch), batch * o_s.exp() + o_t),
                log_det_is_right(other.part, batch, draw),
                round_trip(other.z, other.inverse, batch),
            )
            return next((verdict for verdict in verdicts if not verdict), verdicts[-1])

        yield (
            f"{what} work too",
            works,
            "A mask of any shape that broadcasts should do. Does some line count on a shape, or on how a mask looks?",
        )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(layer.part, x),
        "The first row changes with the other rows. What is computed over the whole batch?",
    )
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(
            layer.part,
            [draw.normal(2, *layer.shape) for _ in range(3)],
            lambda batch: torch.cat([entry.reshape(-1) for entry in pair(layer.part(batch))]),
        ),
        "The network and the factor are learned. Is something detached, or the factor not handed to `split`?",
    )
