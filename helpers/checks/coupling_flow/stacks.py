"""Checks of what flows are built into: stacks, squeezing, and setting channels aside."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import flow_doubles as doubles
from helpers.checks.compare import Verdict, same
from helpers.checks.core import Properties, check, essential
from helpers.checks.flows import log_det_is_right, pair, round_trip, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.learning import size_that_counts
from helpers.checks.subject import Part


@check
def Flow(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Layers one after the other; log-determinants add up; the inverse begins with the last layer."""
    a = [draw.normal(2, 3) / 2 for _ in range(4)]
    first, last = doubles.Affine(a[0], a[1]), doubles.Affine(a[2], a[3])
    bend, turn = doubles.Sinh(), doubles.Backwards()
    flow = student(
        [
            student.beside(doubles.Affine, a[0], a[1]),
            student.beside(doubles.Sinh),
            student.beside(doubles.Affine, a[2], a[3]),
            student.beside(doubles.Backwards),
        ]
    )
    x = draw.normal(3, 2, 3) / 2
    with torch.no_grad():
        h = [x]
        logs = []
        for layer in (first, bend, last, turn):
            z, log_det = layer(h[-1])
            h.append(z)
            logs.append(log_det)
    total = sum(logs)

    def mapped() -> Verdict:
        with torch.no_grad():
            other_way = x
            for layer in (turn, last, bend, first):
                other_way = layer(other_way)[0]
            slips = {
                "Only the last layer was applied, to x itself. What does a layer get as its input?": turn(x)[0],
                "Only the first layer was applied. Where does the loop end?": h[1],
                "The last layer is missing.": h[3],
                "The layers are applied in the reverse order.": other_way,
                "No layer was applied.": x,
                "These are the inverses of the layers.": first.inverse(bend.inverse(last.inverse(turn.inverse(x)))),
            }
        return same(pair(flow(x), 3)[0], h[-1], slips)

    yield essential(
        "the layers are applied in their order",
        mapped,
        "The first layer gets x, every other one what the layer before it gave, and z is what the last one gives.",
    )

    def accumulated() -> Verdict:
        slips = {
            "This is the log_det of the last layer alone: it was overwritten, not added up.": logs[3],
            "This is the log_det of the first layer alone.": logs[0],
            "The first layer's log_det is missing.": total - logs[0],
            "The last layers' log_dets are missing.": logs[0] + logs[1],
            "The log_dets of two layers were left out.": logs[2] + logs[3],
            "The sign of the sum.": -total,
            "This is a mean over the layers. Determinants multiply: what happens to their logs?": total / 4,
            "The log_dets are multiplied; their logarithms were taken already.": logs[0] * logs[1] * logs[2] * logs[3],
            "Some layer's log_det is taken at x, rather than at what the layer gets.": logs[0]
            + bend(x)[1]
            + logs[2]
            + logs[3],
            "A layer's log_det is counted twice: is it called once?": total + logs[0],
        }
        return same(pair(flow(x), 3)[1], total.detach(), {advice: slip.detach() for advice, slip in slips.items()})

    yield (
        "log_det adds up over the layers",
        accumulated,
        "Every layer contributes its log_det, at the point that it gets.",
    )
    yield (
        "log_det is that of the Jacobian",
        lambda: log_det_is_right(flow, x, draw),
        "Compared with the Jacobian of the whole flow by autograd.",
    )

    def undone() -> Verdict:
        with torch.no_grad():
            z = h[-1]
            in_order = turn.inverse(last.inverse(bend.inverse(first.inverse(z))))
            slips = {
                "The layers are undone in the order of the way there: the last one on is the first one off.": in_order,
                "The layers are applied a second time rather than undone.": _through((turn, last, bend, first), z),
                "The layers are applied a second time, in the same order.": _through((first, bend, last, turn), z),
                "Only the last layer is undone.": turn.inverse(z),
                "Only the first layer is undone.": first.inverse(z),
                "The first layer is not undone.": h[1],
                "Nothing is undone.": z,
            }
        return same(flow.method("inverse", z), x, slips)

    yield (
        "the inverse gives x back",
        undone,
        "z -> x must undo every layer by its `inverse`, the last one first.",
    )
    yield (
        "the inverse gives x back a second time",
        lambda: Verdict(bool(undone()) and bool(same(pair(flow(x), 3)[0], h[-1])) and bool(undone())),
        "Calling `inverse` should not change the order of the layers for later calls, or use anything up.",
    )
    yield (
        "the layers' parameters are known",
        lambda: _size(flow, x),
        "A plain list hides its entries from `parameters()`, so an optimiser would not find them.",
    )
    empty = student([])
    yield (
        "no layers change nothing",
        lambda: Verdict(
            bool(same(pair(empty(x), 3)[0], x))
            and bool(same(pair(empty(x), 3)[1], torch.zeros(3)))
            and bool(same(empty.method("inverse", x), x))
        ),
        "With no layers z is x and log_det is 0, one 0 per row.",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(flow, x),
        "The first row changes with the other rows. What is computed over the whole batch?",
    )


def _through(layers: tuple, z: Tensor) -> Tensor:
    """z sent forward through layers."""
    for layer in layers:
        z = layer(z)[0]
    return z


@check
def Squeeze(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Each block of 2 x 2 pixels becomes 4 channels of one pixel, in any order; nothing is lost, volumes stay."""
    layer = student()
    sizes = [(2, 4, 6), (1, 2, 2), (1 + draw.integer(0, 3), 2 * (1 + draw.integer(0, 3)), 2 * (1 + draw.integer(0, 3)))]

    def numbered(size: tuple[int, int, int]) -> Tensor:
        """Two images whose values all differ."""
        return torch.arange(2 * size[0] * size[1] * size[2]).double().reshape(2, *size) + 1

    def shaped() -> Verdict:
        for c, h, w in sizes:
            shape = tuple(pair(layer(numbered((c, h, w))), 2)[0].shape)
            if shape != (2, 4 * c, h // 2, w // 2):
                return Verdict(False, f"Images of {c} x {h} x {w} became {' x '.join(map(str, shape[1:]))}.")
        return Verdict(True)

    yield essential(
        "four times the channels, half the rows and columns",
        shaped,
        "(B, C, H, W) becomes (B, 4 C, H / 2, W / 2), and log_det has one number per row.",
    )

    def complete() -> Verdict:
        for size in sizes:
            x = numbered(size)
            z = pair(layer(x), 2)[0]
            if not torch.equal(z.detach().flatten(1).sort().values.double(), x.flatten(1).sort().values):
                return Verdict(False, "Some values are lost, changed, or in another image.")
        return Verdict(True)

    yield essential(
        "every value is kept, once",
        complete,
        "Values only move: each value of an image should be found again in the same image, once.",
    )

    def blocks() -> Verdict:
        for c, h, w in sizes:
            x = numbered((c, h, w))
            z = pair(layer(x), 2)[0].detach().double()
            for row in range(h // 2):
                for column in range(w // 2):
                    block = x[:, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].flatten(1).sort().values
                    if not torch.equal(z[:, :, row, column].sort().values, block):
                        return Verdict(False, f"Seen at row {row}, column {column} of images of {c} x {h} x {w}.")
        return Verdict(True)

    yield (
        "blocks of 2 x 2 pixels stay together",
        blocks,
        "The channels of pixel (r, c) should hold rows 2r and 2r + 1, columns 2c and 2c + 1. A plain reshape takes other values.",
    )
    x = draw.normal(3, 2, 4, 6)
    yield (
        "volumes stay",
        lambda: same(pair(layer(x), 3)[1], torch.zeros(3)),
        "Moving values around stretches nothing, so log_det is 0 for every row.",
    )
    yield (
        "the inverse gives x back",
        lambda: round_trip(layer, lambda z: layer.method("inverse", z), x),
        "x -> z -> x should end where it began, value by value.",
    )
    yield (
        "the forward pass gives z back",
        lambda: round_trip(
            lambda z: layer.method("inverse", z), lambda v: pair(layer(v), 3)[0], draw.normal(3, 8, 3, 2)
        ),
        "z -> x -> z should end where it began, on images that are not square too.",
    )
    yield (
        "a gradient passes",
        lambda: log_det_is_right(layer, draw.normal(2, 1, 2, 4), draw),
        "Layers before this one must learn. Is something detached or converted?",
    )


@check
def FactorOut(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """The first half of the channels goes through a flow, the second is set aside, and z holds both."""
    a, b = draw.normal(2, 2, 3), draw.normal(2, 2, 3)
    inner = doubles.Affine(a, b)
    bent = student(student.beside(doubles.Sinh))
    layer = student(student.beside(doubles.Affine, a, b))
    x = draw.normal(3, 4, 2, 3)
    onward, aside = x.chunk(2, dim=1)
    with torch.no_grad():
        z = torch.cat([inner(onward)[0], aside], 1)

    def shaped() -> Verdict:
        shape = tuple(pair(layer(x), 3)[0].shape)
        return Verdict(shape == tuple(x.shape), f"For x of shape {tuple(x.shape)} it gave z of shape {shape}.")

    yield essential(
        "what is set aside stays in z",
        shaped,
        "z must hold every value, those that were set aside too: what is not in z is not counted by the prior, and is lost for"
        " the way back.",
    )
    yield essential(
        "the first half goes on, the second stays as it is",
        lambda: same(
            pair(layer(x), 3)[0],
            z,
            {
                "The halves have changed places: the second half went through the flow.": torch.cat(
                    [onward, inner(aside)[0].detach()], 1
                ),
                "The channels come out in another order: the half that went on comes first.": torch.cat(
                    [aside, inner(onward)[0].detach()], 1
                ),
                "Both halves went through the flow.": torch.cat([inner(h)[0].detach() for h in (onward, aside)], 1),
                "Nothing went through the flow.": x,
                "What was set aside has become 0.": torch.cat([inner(onward)[0].detach(), 0 * aside], 1),
                "The same half stands in z twice.": torch.cat([inner(onward)[0].detach(), onward], 1),
                "The half that went on stands in z twice.": torch.cat([inner(onward)[0].detach()] * 2, 1),
            },
        ),
        "Channels 0 to C / 2 - 1 go through the flow; the others stand in z unchanged, at their places.",
    )
    yield (
        "log_det is that of the Jacobian",
        lambda: log_det_is_right(
            bent,
            x,
            draw,
            {
                "What is set aside has a log_det of 0, whatever its values are.": (
                    doubles.Sinh()(onward)[1] + aside.flatten(1).sum(1)
                ),
                "The half that stays was counted as well: it is not stretched.": doubles.Sinh()(x)[1],
                "The prior of what was set aside is counted here; it belongs to log p(z), where all of z is counted.": (
                    doubles.Sinh()(onward)[1] - (aside**2).flatten(1).sum(1) / 2
                ),
                "The log_det is that of the wrong half.": doubles.Sinh()(aside)[1],
            },
        ),
        "Compared with the Jacobian by autograd. How much does a map stretch that leaves values alone?",
    )
    yield (
        "the inverse gives x back",
        lambda: same(
            layer.method("inverse", z),
            x,
            {
                "The flow is applied a second time rather than undone.": torch.cat(
                    [inner(z[:, :2])[0].detach(), aside], 1
                ),
                "The flow is undone in the wrong half.": torch.cat([z[:, :2], inner.inverse(aside).detach()], 1),
                "The flow is undone in both halves.": torch.cat([onward, inner.inverse(aside).detach()], 1),
                "Nothing is undone.": z,
                "The halves come back in another order.": torch.cat([aside, onward], 1),
            },
        ),
        "Cut z like x, undo the flow in the first half, and put both together again.",
    )
    yield (
        "z comes back, too",
        lambda: round_trip(
            lambda v: layer.method("inverse", v), lambda v: pair(layer(v), 2)[0], draw.normal(2, 4, 2, 3)
        ),
        "z -> x -> z should end where it began.",
    )
    wide = draw.normal(2, 8, 1, 2)
    bent_wide = torch.cat([wide[:, :4].sinh(), wide[:, 4:]], 1)
    yield (
        "any even number of channels",
        lambda: Verdict(
            bool(same(pair(bent(wide), 2)[0], bent_wide)) and bool(same(bent.method("inverse", bent_wide), wide))
        ),
        "Half of the channels go on, however many there are.",
    )
    yield (
        "the inner flow's parameters are known",
        lambda: _size(layer, x),
        "An optimiser must find the inner flow: keep it as an attribute of the module.",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(bent, x),
        "The first row changes with the other rows. What is computed over the whole batch?",
    )


def _size(flow: Part, x: Tensor) -> Verdict:
    """Whether a flow has the 24 numbers that the layers in it have."""
    size = size_that_counts(flow, [x], lambda points: pair(flow(points))[0])
    return Verdict(size == 24, f"It has {size} parameters that count, where its layers have 24.")
