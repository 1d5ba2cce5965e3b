"""Checks of the way from levels to real numbers and back, and of what an image costs in bits."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import flow_doubles as doubles
from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.flows import even_pixels, log_det_is_right, pair, round_trip, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def dequantise(student: Part, draw: Draw) -> Properties:
    """Levels and noise to [0, 1): (x + u) / levels, and -D log(levels)."""
    x, u = draw.integers(0, 5, 3, 2, 3, 2), draw.uniform(3, 2, 3, 2)
    dims, levels = 12, 5
    yield essential(
        "v and one log_det per image",
        lambda: Verdict(pair(student(x, u, levels), 3)[0].shape == x.shape, "v should have the shape of x."),
        "Return two tensors: v in the shape of x, and log_det with one number per image.",
    )
    yield essential(
        "each level has an interval of its own",
        lambda: same(
            pair(student(x, u, levels), 3)[0],
            (x + u) / levels,
            {
                "The noise is added behind the division, and reaches over all levels.": x / levels + u,
                "The noise is divided twice.": x / levels + u / levels**2,
                "The noise is missing.": x / levels,
                "It is divided by the largest level, so that the intervals end beyond 1.": (x + u) / (levels - 1),
                "The levels are scaled to [0, 1] first, so that the largest ones end beyond 1.": x / (levels - 1)
                + u / levels,
                "It is divided by 256, whatever the number of levels is.": (x + u) / 256,
                "The noise reaches to both sides, so that a level's interval is not its own.": (x + u - 0.5) / levels,
                "It is not divided at all.": x + u,
                "The noise is taken away.": (x - u) / levels,
                "All levels were moved up by one interval.": (x + 1 + u) / levels,
                "It is divided by one more than the number of levels.": (x + u) / (levels + 1),
            },
        ),
        "Level k should become a number in the interval from k / K to (k + 1) / K, and u says where in it.",
    )
    due = torch.full((3,), -dims * math.log(levels)).double()
    yield (
        "log_det counts the division",
        lambda: same(
            pair(student(x, u, levels), 3)[1],
            due,
            {
                "The sign: dividing shrinks space.": -due,
                "Every value of an image shrinks, not just one.": due / dims,
                "Colours were not counted.": due / 2,
                "Only colours were counted.": due / 6,
                "The batch was counted too: a row's log_det does not depend on how many rows there are.": 3 * due,
                "This is in bits: the natural logarithm is asked for.": due / math.log(2),
                "This is the factor, not its logarithm.": torch.full((3,), -dims * levels).double(),
                "log_det is 0: does dividing keep volumes?": 0 * due,
                "It is divided by 256 there, whatever the number of levels is.": -dims * torch.full((3,), 256.0).log(),
                "One level was forgotten.": torch.full((3,), -dims * math.log(levels - 1)).double(),
            },
        ),
        "Each of an image's values shrinks by the number of levels. What is the logarithm of the product of all these factors?",
    )
    top = torch.full((2, 1, 2, 2), 255, dtype=torch.uint8)
    high = 0.5 + draw.uniform(2, 1, 2, 2) / 2

    def bytes_work() -> Verdict:
        return same(
            pair(student(top, high, 256), 2)[0],
            (255 + high) / 256,
            {
                "The levels wrapped around: arithmetic on bytes ends at 255.": high / 256,
                "The largest level left [0, 1].": (255 + high) / 255,
            },
        )

    yield (
        "bytes work, up to the largest level",
        bytes_work,
        "Images come as uint8, with levels up to 255: v must stay below 1, and no byte may overflow.",
    )
    grid_x, grid_u = even_pixels(8, 16)

    def even() -> Verdict:
        v = pair(student(grid_x, grid_u, 8), len(grid_x))[0]
        spread = (torch.arange(128).double() + 0.5) / 128
        return same(v.flatten().sort().values, spread)

    yield (
        "uniform pixels become uniform numbers",
        even,
        "If all levels are equally likely, v should be uniform on [0, 1): no gaps and no overlaps.",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(lambda u: student(x[: len(u)], u, levels), u),
        "The first image's result changes with the others. What is computed over the whole batch?",
    )


@check
def Logit(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """The logit of pixels that are pulled away from 0 and 1, with its log-determinant and its inverse."""
    alpha = 0.02 + 0.1 * float(draw.uniform(1))
    layer = student(alpha)
    v = draw.uniform(3, 2, 2, 3)
    y = alpha + (1 - 2 * alpha) * v
    z = y.log() - (1 - y).log()
    slope = -(y.log() + (1 - y).log())

    def per_row(values: Tensor) -> Tensor:
        return values.flatten(1).sum(1)

    yield essential(
        "z and one log_det per image",
        lambda: Verdict(pair(layer(v), 3)[0].shape == v.shape, "z should have the shape of v."),
        "Return two tensors: z in the shape of v, and log_det with one number per image.",
    )
    one_sided = alpha + (1 - alpha) * v
    yield essential(
        "the logit of pixels that were pulled inwards",
        lambda: same(
            pair(layer(v), 3)[0],
            z,
            {
                "The pixels are not pulled inwards.": v.log() - (1 - v).log(),
                "The pull is one-sided: white pixels end at 1, where the logit is infinite.": one_sided.log()
                - (1 - one_sided).log(),
                "The sign of the logit.": -z,
                "This is the logarithm only: what happens near 1?": y.log(),
                "This is the logistic function, which goes the other way.": y.sigmoid(),
                "The pixels are pulled inwards, and the logit is not taken.": y,
                "The signs of the two logarithms: one is added, the other taken away.": y.log() + (1 - y).log(),
                "The pixels are moved by alpha, and not drawn together.": (v + alpha).log()
                - (1 - v - alpha).abs().log(),
            },
        ),
        "First pull v into [alpha, 1 - alpha], then take the logit.",
    )
    due = per_row(slope) + 12 * math.log(1 - 2 * alpha)
    yield (
        "log_det is that of the Jacobian",
        lambda: log_det_is_right(
            layer,
            v,
            draw,
            {
                "The pull's own part is missing: it shrinks every value.": per_row(slope),
                "The pull's own part is counted once instead of once per value.": per_row(slope)
                + math.log(1 - 2 * alpha),
                "The pull's own part has the wrong sign.": per_row(slope) - 12 * math.log(1 - 2 * alpha),
                "The logit's own part is missing.": torch.full((3,), 12 * math.log(1 - 2 * alpha)).double(),
                "The logit's own part has the wrong sign.": due - 2 * per_row(slope),
                "The logit's derivative is taken at v instead of at y.": 12 * math.log(1 - 2 * alpha)
                - per_row(v.log() + (1 - v).log()),
                "The logit's derivative is taken at z.": due - per_row(slope) + per_row(z.abs()),
                "Half of the logit's derivative is missing.": due + per_row((1 - y).log()),
                "The other half of the logit's derivative is missing.": due + per_row(y.log()),
                "The signs of the two logarithms in the derivative: both are taken away.": 12 * math.log(1 - 2 * alpha)
                + per_row((1 - y).log() - y.log()),
            },
        ),
        "Compared with the Jacobian by autograd: both steps stretch or shrink every value.",
    )

    def costs() -> Verdict:
        x, u = even_pixels(16, 8)
        values, log_det = pair(layer((x + u) / 16), len(x))
        bits = -(doubles.logistic_base(values) + log_det - math.log(16)) / math.log(2)
        return same(bits, torch.full_like(bits, 4 - math.log2(1 - 2 * alpha)))

    yield (
        "uniform pixels cost log2(K) bits, and the pull",
        costs,
        "With a logistic base, uniform pixels of 16 levels cost exactly 4 bits and what the pull costs. The logit's log_det must"
        " cancel the logistic density.",
    )
    edge = torch.tensor([0.0, 1.0, 0.0, 1.0]).double().reshape(2, 1, 1, 2)
    yield (
        "black and white stay finite",
        lambda: same(
            pair(layer(edge), 2)[0],
            torch.tensor([-1.0, 1.0, -1.0, 1.0]).double().reshape(2, 1, 1, 2) * math.log((1 - alpha) / alpha),
        ),
        "0 and 1 exactly should give finite numbers, of equal size and opposite sign.",
    )
    yield (
        "the inverse gives v back",
        lambda: same(
            layer.method("inverse", z),
            v,
            {
                "The pull is not undone.": y,
                "The pull is undone in the wrong order: it was scaled first, then moved.": z.sigmoid() / (1 - 2 * alpha)
                - alpha,
                "The pull is applied a second time.": alpha + (1 - 2 * alpha) * z.sigmoid(),
                "The scale of the pull is forgotten.": z.sigmoid() - alpha,
                "The move of the pull is forgotten.": z.sigmoid() / (1 - 2 * alpha),
                "The logistic function is missing.": (z - alpha) / (1 - 2 * alpha),
                "Black has become white: look at the sign inside the logistic function.": ((-z).sigmoid() - alpha)
                / (1 - 2 * alpha),
                "The pull is undone on one side only.": (z.sigmoid() - alpha) / (1 - alpha),
                "The exponential alone does not undo the logit.": (z.exp() - alpha) / (1 - 2 * alpha),
            },
        ),
        "Undo the logit first, then the pull.",
    )
    wide = torch.cat([draw.normal(4), torch.tensor([-5.0, -4.0, 4.0, 5.0]).double()]).reshape(2, 1, 2, 2)
    far = 1000 * torch.tensor([-1.0, 1.0, 1.0, -1.0]).double().reshape(2, 1, 1, 2)
    yield (
        "z comes back, and far noise stays finite",
        lambda: Verdict(
            bool(round_trip(lambda w: layer.method("inverse", w), lambda w: pair(layer(w), 2)[0], wide))
            and bool(torch.isfinite(tensor(layer.method("inverse", far), far.shape)).all())
        ),
        "z -> v -> z should end where it began, also where v is a little below 0 or above 1, and large z must not overflow on the"
        " way to v.",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(layer, v),
        "The first image's result changes with the others. What is computed over the whole batch?",
    )


@check
def bits_per_dim(student: Part, draw: Draw) -> Properties:
    """Minus (log p(v) + the dequantisation's log_det), per value, in bits."""
    x, u = draw.integers(0, 4, 3, 2, 3, 2), 0.05 + 0.9 * draw.uniform(3, 2, 3, 2)
    dims = 12
    v, log_det = doubles.squared_dequantise(x, u, 4)
    log_p = doubles.logistic_base(v)
    due = -(log_p + log_det) / (dims * math.log(2))

    def found(base: object = doubles.logistic_base) -> object:
        return student(x, u, 4, base, doubles.squared_dequantise)

    yield essential(
        "one number per image",
        lambda: Verdict(tuple(tensor(found()).shape) == (3,), f"It has shape {tuple(tensor(found()).shape)}."),
        "Bits per dimension of each image, shape (B,): means over a batch are taken later, where they are wanted.",
    )
    yield essential(
        "the cost of an image",
        lambda: same(
            found(),
            due,
            {
                "The log_det of the dequantisation is missing: the levels' intervals have a width.": -log_p
                / (dims * math.log(2)),
                "The log_det of the dequantisation has the wrong sign.": -(log_p - log_det) / (dims * math.log(2)),
                "The sign: likelier images should cost fewer bits.": -due,
                "Still in nats: one bit is log 2 nats.": due * math.log(2),
                "Not yet per dimension: divide by the number of values of an image.": due * dims,
                "Neither in bits nor per dimension yet.": due * dims * math.log(2),
                "It is divided by the number of values of the whole batch.": due / 3,
                "It is divided by the number of images.": due * dims / 3,
                "It is divided by the number of pixels, and colours are forgotten.": due * 2,
                "One bit is log 2 nats, so a number of bits is larger than the number of nats.": due * math.log(2) ** 2,
                "A bit belongs to the logarithm of base 2, not of base 10.": due * math.log(2) / math.log(10),
                "It is divided by 784, whatever the image. How many values has this one?": due * dims / 784,
                "The model was asked about the levels, not about v.": -(doubles.logistic_base(x.double()) + log_det)
                / (dims * math.log(2)),
                "The model was asked about x + u, not about v.": -(doubles.logistic_base(x + u) + log_det)
                / (dims * math.log(2)),
                "The dequantisation that is handed in was not used.": -(
                    doubles.logistic_base((x + u) / 4) - dims * math.log(4)
                )
                / (dims * math.log(2)),
                "The log_det of the usual dequantisation was added rather than the one that is returned.": -(
                    log_p - dims * math.log(4)
                )
                / (dims * math.log(2)),
                "All images got the same number.": due.mean().expand(3),
            },
        ),
        "Ask for v and its log_det, ask the model about v, add both numbers of nats, and convert.",
    )

    def even(levels: int) -> Verdict:
        grid_x, grid_u = even_pixels(levels, 4)
        bits = student(grid_x, grid_u, levels, doubles.log_density_of_squares, doubles.squared_dequantise)
        return same(bits, torch.full((4 * levels,), math.log2(levels)).double())

    for levels in (17, 256):
        yield (
            f"uniform pixels of {levels} levels cost log2({levels}) bits",
            lambda levels=levels: even(levels),
            "A model that knows that pixels are uniform, and nothing else, pays the logarithm of the number of levels, for every"
            " image.",
        )

    def learns() -> Verdict:
        leaf, own = u.clone().requires_grad_(), u.clone().requires_grad_()
        slope = gradients(tensor(student(x, leaf, 4, doubles.logistic_base, doubles.squared_dequantise)), leaf)[0]
        z, volume = doubles.squared_dequantise(x, own, 4)
        return same(slope, gradients(-(doubles.logistic_base(z) + volume) / (dims * math.log(2)), own)[0])

    yield (
        "a gradient passes",
        learns,
        "Training needs the gradient of both terms. Is something detached or made a plain number?",
    )
    yield (
        "rows stay apart",
        lambda: rows_stay_apart(
            lambda noise: student(x[: len(noise)], noise, 4, doubles.logistic_base, doubles.squared_dequantise), u
        ),
        "The first image's cost changes with the others, or a single image does not work. What is computed over the batch?",
    )


@check
def sample(student: Part, draw: Draw) -> Properties:
    """The flow backwards, and the level in whose interval v lies."""
    levels = 5
    a, b = draw.normal(2, 3, 2) / 2, draw.normal(2, 3, 2)
    flow = student.beside(doubles.Affine, a, b)
    v = 0.999 * draw.uniform(4, 2, 3, 2) + 0.0005
    v = torch.where((v * levels - (v * levels).round()).abs() < 1e-3, v + 0.002, v)  # no value on an edge
    z = v * a.exp() + b
    inside = (v * levels).floor().long()

    def drawn(noise: Tensor, k: int = levels) -> Tensor:
        return tensor(student(flow, noise, k))

    def judged() -> Verdict:
        slips = {
            "The values are rounded to the nearest level; each level's interval begins at k / K.": (v * levels)
            .round()
            .long(),
            "They are rounded, after scaling by the largest level.": (v * (levels - 1)).round().long(),
            "They are scaled by the largest level: then the top level is hardly ever reached.": (v * (levels - 1))
            .floor()
            .long(),
            "They are rounded up.": (v * levels).ceil().long(),
            "They are not multiplied by the number of levels.": v.floor().long(),
            "The flow was run forwards, not backwards.": ((z * a.exp() + b) * levels)
            .floor()
            .long()
            .clamp(0, levels - 1),
            "The noise itself was turned into levels.": (z * levels).floor().long().clamp(0, levels - 1),
            "They are multiplied by 256, whatever the number of levels is.": (v * 256)
            .floor()
            .long()
            .clamp(0, levels - 1),
        }
        return same(drawn(z), inside, slips)

    yield essential(
        "each value gets the level of its interval",
        judged,
        "Run the flow backwards to v; level k is drawn for v from k / K up to (k + 1) / K.",
    )
    low = torch.full((1, 2, 3, 2), -0.3).double() * a.exp() + b
    high = torch.full((1, 2, 3, 2), 1.2).double() * a.exp() + b
    yield (
        "values outside take the nearest level",
        lambda: same(
            torch.cat([drawn(low), drawn(high)]),
            torch.cat([torch.zeros(1, 2, 3, 2), torch.full((1, 2, 3, 2), levels - 1.0)]),
        ),
        "Seen with v = -0.3 and v = 1.2: the lowest level is 0 and the largest K - 1. Is there a clamp on both sides, behind the"
        " rounding?",
    )
    almost = (torch.tensor([0.0001, 0.9999]).double().reshape(2, 1, 1, 1)) * a.exp() + b
    yield (
        "the first and the last interval",
        lambda: same(
            torch.cat([drawn(almost), drawn(almost, 256)]),
            torch.tensor([0, levels - 1, 0, 255]).reshape(4, 1, 1, 1).expand(4, 2, 3, 2),
        ),
        "v just above 0 is level 0, and v just below 1 is level K - 1, of 5 levels and of 256.",
    )
    yield (
        "any number of levels",
        lambda: same(drawn(z, 200), (v * 200).floor().long()),
        "The number of levels is an argument: 5 and 200 should both work.",
    )

    def whole() -> Verdict:
        dtype = drawn(z).dtype
        return Verdict(dtype == torch.int64, f"It returned numbers of type {dtype}.")

    yield "levels are int64", whole, "The docstring asks for int64 levels."
