"""Checks of 02_pixelcnn: likelihood, masks, the network, sampling, the receptive field and its repair.

Notation: B images, C colours, H rows, W columns, K grey levels; pixels count row by row from the upper left.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, dependence, gradients, same, tensor
from helpers.checks.core import Test, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, NotWritten, Part, kind

Properties = Iterator[tuple[str, Test, str]]


@check
def log_likelihood(student: Part, draw: Draw) -> Properties:
    """log p(x) in nats, one number per image: the sum over colours and pixels of the log-probability of the level there."""
    one_pixel = torch.tensor([0.0, math.log(3.0)]).double().reshape(1, 2, 1, 1, 1)  # probabilities 1/4 and 3/4
    levels = draw.integers(0, 3, 4, 2, 3, 5)
    logits = draw.normal(4, 3, 2, 3, 5)
    chosen = torch.zeros_like(logits).scatter(1, levels[:, None], 1.0)
    log_prob = (logits * chosen).sum(1) - logits.exp().sum(1).log()
    total = log_prob.sum((1, 2, 3))
    yield essential(
        "one number per image",
        lambda: Verdict(tensor(student(logits, levels)).shape == (4,), _shape_seen(student(logits, levels))),
        "Reduce over colours, rows and columns, and keep the batch: means over a batch hide what single images do.",
    )
    yield essential(
        "one pixel, two levels",
        lambda: same(
            student(one_pixel, torch.ones(1, 1, 1, 1).long()),
            torch.tensor([math.log(0.75)]),
            {
                "This is the negative log-likelihood, a loss. Here the log-likelihood itself is asked for.": torch.tensor(
                    [-math.log(0.75)]
                ),
                "This is in bits. The exercise asks for nats: which logarithm is that?": torch.tensor(
                    [math.log2(0.75)]
                ),
                "This is a probability. Take its logarithm, in the numerically safe way.": torch.tensor([0.75]),
                "This is a probability with a minus. Which of PyTorch's losses takes logits, and which takes log-probabilities?": torch.tensor(
                    [-0.75]
                ),
                "This is the logit itself. A logit is no log-probability yet: the levels of a pixel must share 1.": torch.tensor(
                    [math.log(3.0)]
                ),
                "Every level got probability 1. Along which dimension does the softmax run, and where are the levels?": torch.zeros(
                    1
                ),
                "The softmax is applied twice: does the function that you call want logits or probabilities?": torch.tensor(
                    [0.75 - math.log(math.exp(0.25) + math.exp(0.75))]
                ),
            },
        ),
        "For one pixel the result should be the logarithm of the probability that the softmax gives to the level there.",
    )
    yield (
        "log-probabilities add up over pixels and colours",
        lambda: same(
            student(logits, levels),
            total,
            {
                "This is a mean over the pixels. The chain rule multiplies probabilities: what happens to logs?": total
                / 30,
                "Pixels are added up, but colours are averaged.": total / 2,
                "Pixels are averaged.": total / 15,
                "Only the first colour was counted.": log_prob[:, 0].sum((1, 2)),
                "Values of level 0 were left out: black is a level like any other.": (log_prob * (levels > 0)).sum(
                    (1, 2, 3)
                ),
                "All images got the same number: add up within an image, never across the batch.": total.sum().expand(
                    4
                ),
                "All images got the same number: never average across the batch.": total.mean().expand(4),
            },
        ),
        "The logits have the K levels in dimension 1, and x has no such dimension. Does every value meet its own K logits, all of"
        " them?",
    )
    yield (
        "levels may be of any integer type",
        lambda: same(student(logits, levels.to(torch.uint8)), student(logits, levels)),
        "Images are kept as uint8, one byte per level. Which integer type do PyTorch's losses and lookups ask for?",
    )
    huge = torch.tensor([1000.0, 0.0]).double().reshape(1, 2, 1, 1, 1).expand(2, -1, -1, -1, -1)
    yield (
        "large logits stay finite",
        lambda: same(student(huge, torch.arange(2).reshape(2, 1, 1, 1)), torch.tensor([0.0, -1000.0])),
        "Logits 1000 and 0 give the levels log-probabilities 0 and -1000. Where does an exponential overflow, or a logarithm"
        " meet 0?",
    )
    yield (
        "a gradient reaches the logits",
        lambda: _log_prob_gradient(student, logits, levels, chosen),
        "Training needs the gradient with respect to the logits. Is something detached, rounded or converted?",
    )


def _log_prob_gradient(student: Part, logits: Tensor, levels: Tensor, chosen: Tensor) -> Verdict:
    """The gradient of log softmax is the one-hot level minus the probabilities."""
    leaf = logits.clone().requires_grad_()
    return same(gradients(tensor(student(leaf, levels)), leaf)[0], chosen - logits.softmax(1))


@check
def bits_per_dim(student: Part, draw: Draw) -> Properties:
    """Bits per dimension: minus the log-likelihood in nats, per pixel value, in units of log 2."""
    nats = -(500 + 100 * draw.uniform(4))

    def judged(log_prob: Tensor, dims: int, due: Tensor) -> Verdict:
        slips = {
            "The sign: likelier images should cost fewer bits, and bits are positive.": -due,
            "Still in nats: one bit is log 2 nats.": due * math.log(2),
            "Not yet per dimension: divide by the number of pixel values.": due * dims,
            "Neither in bits nor per dimension yet.": due * dims * math.log(2),
            "One bit is log 2 nats, so a number of bits is larger than the number of nats.": due * math.log(2) ** 2,
            "It is divided by the number of images. The exercise asks for bits per value of an image.": due
            * dims
            / len(due),
            "It is divided by 784, whatever the image. How many values has this one?": due * dims / 784,
            "A bit belongs to the logarithm of base 2, not of base 10.": due * math.log(2) / math.log(10),
            "All images got the same number: their mean is taken later, where it is wanted.": due.mean().expand_as(due),
        }
        return same(student(log_prob, dims), due, slips)

    yield essential(
        "a fair coin per pixel costs one bit",
        lambda: judged(math.log(0.5) * torch.tensor([10.0, 20.0, 0.0]).double(), 10, torch.tensor([1.0, 2.0, 0.0])),
        "An image of ten values that have probability 1/2 each should cost exactly one bit per dimension; with probability"
        " 1/4 each it should cost two, and a certain image nothing.",
    )
    yield (
        "one value per image, for any log-likelihood",
        lambda: judged(nats, 784, -nats / (784 * math.log(2))),
        "Turn nats into bits, and share them among the dimensions.",
    )


@check
def causal_mask(student: Part, draw: Draw) -> Properties:
    """1 for the places of the kernel that come before the centre, 0 after it; the centre itself is 0 in A and 1 in B."""
    kernels = [(3, 3), (5, 3), (3, 7), (1, 1)]
    masks = {(kernel, mask_type): student(kernel, mask_type) for kernel in kernels for mask_type in "AB"}

    def every(
        value: int, row_part: Callable[[int], object], column_part: Callable[[int], object], types: str
    ) -> Verdict:
        """Whether a part of each mask, given the centre's row and column, holds nothing but `value`."""
        for ((rows, columns), mask_type), mask in masks.items():
            part = mask[row_part(rows // 2), column_part(columns // 2)]
            if mask_type in types and not bool((part == value).all()):
                return Verdict(False, f"Seen with a {rows} x {columns} kernel, type {mask_type}.")
        return Verdict(True)

    everything = slice(None)
    usable = _zeros_and_ones([(mask, kernel) for (kernel, _), mask in masks.items()])
    yield essential(
        "zeros and ones in the kernel's shape",
        usable,
        "`kernel_size` holds the rows first, then the columns, and they need not be equal. The mask will be multiplied with the"
        " weights: 1 where the kernel may look, 0 elsewhere.",
    )
    if not usable:
        return
    yield essential(
        "rows above are seen",
        lambda: every(1, lambda r: slice(r), lambda c: everything, "AB"),
        "Every place in the rows above comes before the centre in raster order, to the right as well.",
    )
    yield essential(
        "rows below are hidden",
        lambda: every(0, lambda r: slice(r + 1, None), lambda c: everything, "AB"),
        "Pixels below have not been drawn yet, whether to the left or to the right.",
    )
    yield (
        "left of the centre is seen",
        lambda: every(1, lambda r: r, lambda c: slice(c), "AB"),
        "The left part of the centre's own row comes before the centre: which slice of that row should be cut?",
    )
    yield (
        "right of the centre is hidden",
        lambda: every(0, lambda r: r, lambda c: slice(c + 1, None), "AB"),
        "The right part of the centre's own row comes after the centre.",
    )
    yield (
        "the centre is hidden in A",
        lambda: every(0, lambda r: r, lambda c: c, "A"),
        "Type A is for the first layer, whose input is the very pixel that is to be predicted.",
    )
    yield (
        "the centre is seen in B",
        lambda: every(1, lambda r: r, lambda c: c, "B"),
        "Type B is for later layers, whose features at the centre already know only the pixels before it.",
    )


def _zeros_and_ones(masks: list[tuple[object, tuple[int, ...]]]) -> Verdict:
    """Whether masks hold nothing but zeros and ones, each in the shape beside it."""
    for mask, shape in masks:
        try:
            values = tensor(mask, shape)
        except Broken as error:
            return Verdict(False, str(error))
        if not bool(((values == 0) | (values == 1)).all()):
            return Verdict(False, "Some entry is neither 0 nor 1.")
    return Verdict(True)


@check
def colour_mask(student: Part, draw: Draw) -> Properties:
    """Which input channel an output channel sees at its own pixel: earlier colours, and its own colour in type B."""
    rows, columns = 6, 9  # outputs x inputs
    masks = {mask_type: student(rows, columns, mask_type, 3) for mask_type in "AB"}
    output, inputs = torch.arange(rows)[:, None], torch.arange(columns)[None, :]
    gap = inputs % 3 - output % 3  # how much later the input's colour comes
    in_blocks = {"A": inputs // 3 < output // 2, "B": inputs // 3 <= output // 2}

    def every(value: int, pairs: Tensor, types: str) -> Verdict:
        """Whether the masks hold `value` at all pairs of an output and an input."""
        for mask_type in types:
            wrong = (pairs & (masks[mask_type] != value)).nonzero().tolist()
            if wrong:
                seen = f"Seen in type {mask_type} for output channel {wrong[0][0]} and input channel {wrong[0][1]}."
                blocks = bool((masks[mask_type] == in_blocks[mask_type]).all())
                return Verdict(
                    False, seen, "Colours take turns from channel to channel: R, G, B, R, ..." if blocks else ""
                )
        return Verdict(True)

    usable = _zeros_and_ones([(mask, (rows, columns)) for mask in masks.values()])
    yield essential(
        "zeros and ones, outputs down, inputs across",
        usable,
        "The table has one row per output channel and one column per input channel, and holds 1 where the output may look.",
    )
    if not usable:
        return
    yield essential(
        "later colours are hidden",
        lambda: every(0, gap > 0, "AB"),
        "R must not see G or B, and G must not see B. Output channels are rows of the mask, and channel k has colour k mod 3.",
    )
    yield essential(
        "earlier colours are seen",
        lambda: every(1, gap < 0, "AB"),
        "G may look at R, and B at R and G, at the same pixel, in both types: otherwise colours would not match.",
    )
    yield (
        "its own colour is hidden in A",
        lambda: every(0, gap == 0, "A"),
        "In the first layer a channel's own colour is the value that is to be predicted.",
    )
    yield (
        "its own colour is seen in B",
        lambda: every(1, gap == 0, "B"),
        "In later layers a channel's own colour holds features of what came before.",
    )
    yield (
        "grey images are the case of one colour",
        lambda: same(student(2, 3, "A", 1), torch.zeros(2, 3)) and same(student(2, 3, "B", 1), torch.ones(2, 3)),
        "With a single colour, type A hides every channel of the own pixel and type B hides none.",
    )


@check
def MaskedConv2d(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """A convolution that keeps the size and sees its window only where the mask is 1, also after training."""
    plane = torch.tensor([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 0, 1]]).double()
    pairs = (draw.uniform(2, 3, 3, 5) > 0.5).double()
    x = draw.normal(2, 1, 4, 6)
    layer = student(1, 2, plane)
    shaped = _has_shape(layer, x, (2, 2, 4, 6)) and _has_shape(student(1, 2, plane.new_ones(7, 1)), x, (2, 2, 4, 6))
    yield essential(
        "keeps the height and the width",
        shaped,
        "Pad by half the kernel on each side, rows and columns separately: kernels of 3 x 5 and 7 x 1 are tried. The mask has"
        " the size of the kernel, not of the image.",
    )
    if not shaped:
        return
    yield (
        "outputs add up over the window",
        lambda: _is_affine(layer, draw),
        "A convolution is linear up to its bias; apply no nonlinearity here.",
    )
    yield essential(
        "sees what the mask shows",
        lambda: _looks(_window(layer, draw, 1, 2), plane, hidden=False),
        "Some place where the mask is 1 has no influence on the output. Is the mask that was given laid on the kernel, place by"
        " place and the right way round?",
    )
    yield (
        "does not see what the mask hides",
        # a fresh layer: its first call must be masked already
        lambda: _looks(_window(student(1, 2, plane), draw, 1, 2), plane, hidden=True),
        "Some place where the mask is 0 still influences the output. What are the weights multiplied with, and which weights does"
        " the convolution use?",
    )
    yield (
        "a gradient reaches the weights",
        lambda: _all_weights_learn(student(1, 2, plane), [x]),
        "Training needs a gradient for the weights and the bias. Is one of them detached, or not used at all?",
    )

    def after_training() -> Verdict:
        trained = student(1, 2, plane)
        student.beside(doubles.few_steps, trained, x)
        window = _window(trained, draw, 1, 2)
        return _looks(window, plane, hidden=True) and _looks(window, plane, hidden=False)

    yield (
        "still masked after the weights have changed",
        after_training,
        "An optimiser changes every weight, the hidden ones as well. When, then, must the mask be applied?",
    )
    yield (
        "takes a mask per pair of channels",
        lambda: Verdict(bool((_window(student(3, 2, pairs), draw, 3, 2) == pairs).all())),
        "A mask of shape (out, in, rows, columns) should hide places for single pairs of an output and an input channel.",
    )
    yield (
        "beyond the edges there are zeros",
        lambda: _edges(student(1, 2, plane), draw, plane),
        "Near the border an output depends on pixels that the mask hides, or on the opposite side. What should the padding be"
        " filled with?",
    )
    yield (
        "weights of 1 count the open places",
        lambda: _counts(student(1, 2, plane), plane),
        "With weights of 1 at the open places and a bias of 1, an image of ones should give their number plus 1. Is something"
        " scaled, negated or left out?",
    )
    yield (
        "the mask moves with the layer",
        lambda: Verdict(student.beside(doubles.follows, student(1, 2, plane), "meta", 1)),
        "When the layer is moved to another device, a GPU for instance, the mask stays behind. How does a module keep a tensor"
        " that is no parameter?",
    )


def _has_shape(layer: Part, x: Tensor, shape: tuple[int, ...]) -> Verdict:
    """Whether an input leads to an output of this shape."""
    try:
        tensor(layer(x), shape)
    except NotWritten:
        raise
    except Broken as error:
        return Verdict(False, str(error))
    return Verdict(True)


def _looks(window: Tensor, mask: Tensor, hidden: bool) -> Verdict:
    """Whether no hidden place is seen (`hidden`), or whether all others are (not `hidden`)."""
    wrong = (window > mask if hidden else window < mask).nonzero()
    return Verdict(
        not len(wrong), f"Seen at place [{wrong[0, -2]}, {wrong[0, -1]}] of the kernel." if len(wrong) else ""
    )


def _window(layer: Part, draw: Draw, in_channels: int, out_channels: int) -> Tensor:
    """Where in its window a 3 x 5 layer looks: (out, in, 3, 5) of 0 and 1."""
    height, width = 5, 9
    seen = dependence(layer, [draw.normal(in_channels, height, width) for _ in range(2)])
    seen = seen.reshape(out_channels, height, width, in_channels, height, width)[:, 2, 4]
    window = seen[:, :, 1:4, 2:7].double()
    if seen.double().sum() > window.sum():
        raise Broken("Its output depends on pixels outside the window of the kernel.")
    return window


def _edges(layer: Part, draw: Draw, plane: Tensor) -> Verdict:
    """Whether the pixels of a 3 x 4 image, border and all, see no more than a 3 x 5 mask allows."""
    height, width = 3, 4
    seen = dependence(layer, [draw.normal(1, height, width) for _ in range(2)])
    seen = seen.reshape(-1, height, width, height, width).any(0)
    down = torch.arange(height)[None, :] - torch.arange(height)[:, None] + 1  # place of an input in an output's window
    right = torch.arange(width)[None, :] - torch.arange(width)[:, None] + 2
    rows, columns = down[:, None, :, None], right[None, :, None, :]
    inside = (rows >= 0) & (rows < 3) & (columns >= 0) & (columns < 5)
    return Verdict(not bool((seen & ~(inside & (plane[rows.clamp(0, 2), columns.clamp(0, 4)] == 1))).any()))


def _counts(layer: Part, plane: Tensor) -> Verdict:
    """Whether weights of 1 where the mask is open give their number plus a bias of 1, away from the border."""
    ones = {name: torch.ones_like(p) for name, p in layer.parameters().items()}
    layer.load({name: one * plane if one.shape[-2:] == plane.shape else one for name, one in ones.items()})
    return same(tensor(layer(torch.ones(1, 1, 5, 9).double()))[0, :, 2, 4], (plane.sum() + 1).expand(2))


def _is_affine(layer: Part, draw: Draw) -> Verdict:
    """Whether f(x + y) + f(0) = f(x) + f(y)."""
    x, y = draw.normal(1, 1, 4, 6), draw.normal(1, 1, 4, 6)
    return same(tensor(layer(x + y)) + layer(torch.zeros_like(x)), tensor(layer(x)) + layer(y))


@check
def ResidualBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """h plus a correction computed by causal convolutions of type B, with ReLUs before them."""
    width = 8
    h = draw.normal(2, width, 3, 4)
    block = student(width, doubles.CausalBox)
    order = torch.arange(12)
    before = order[:, None] >= order[None, :]  # output pixel x input pixel, raster order

    def correction(x: Tensor) -> Tensor:
        return tensor(block(x), x.shape) - x

    def seen() -> Tensor:
        found = dependence(correction, [draw.normal(width, 3, 4) for _ in range(3)])
        return found.reshape(width, 12, width, 12).any(2).any(0)

    shaped = _has_shape(block, h, h.shape)
    yield essential(
        "keeps the shape",
        shaped,
        "What goes in must come out in the same shape, or it cannot be added. Which convolution changes the number of channels,"
        " and which one changes it back?",
    )
    if not shaped:
        return
    yield essential(
        "adds to its input",
        lambda: same(
            student(width, doubles.ZeroConv)(h),
            h,
            {
                "Negative entries of h got lost. Is a ReLU applied to the sum, or to h itself, perhaps in place?": h.relu(),
                "Nothing was left: what is the correction added to?": torch.zeros_like(h),
            },
        ),
        "With convolutions that return 0 the block should return h itself, negative values too. What happens to the sum?",
    )
    positive = 1 + draw.uniform(2, width, 3, 4)
    mean = positive.mean(1, keepdim=True)
    yield essential(
        "the correction is what the convolutions give",
        lambda: same(
            student(width, student.beside(doubles.signed_convs, 1, 1, 1))(positive),
            positive + mean,
            {
                "Nothing is added to h: are the convolutions called?": positive,
                "The correction is subtracted.": positive - mean,
                "The correction is added twice.": positive + 2 * mean,
            },
        ),
        "With positive features and convolutions that only average channels, the block should add that average to h: nothing"
        " scaled, squashed or normalised.",
    )
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen() & ~before).any())),
        "The correction at a pixel must not depend on later pixels. Is every convolution made by the factory `conv`, and is"
        " nothing else (a normalisation, a mean) taken over the image?",
    )
    yield (
        "the own pixel is seen",
        lambda: Verdict(bool(seen().diagonal().all())),
        "Inside the network a pixel's own features are allowed: which mask type does a later layer need?",
    )
    yield (
        "neighbours are seen",
        lambda: Verdict(bool(seen()[5, [0, 1, 2, 4]].all()), "Seen at row 1, column 1 of a 3 x 4 image."),
        "The pixels to the left and above should influence the correction: one convolution must be larger than 1 x 1.",
    )

    def cut_off(sign: int, *signs: int) -> Verdict:
        lone = student(width, student.beside(doubles.signed_convs, *signs))
        x = sign * (1 + draw.uniform(2, width, 3, 4))
        return same(lone(x), x)

    for place, signs in (("first", (-1, -1, 1, 1)), ("second", (1, -1, -1, 1)), ("third", (1, 1, -1, 1))):
        yield (
            f"a ReLU stands before the {place} convolution",
            lambda signs=signs: cut_off(*signs),
            f"What is negative should not pass the {place} convolution. Read the formula from the inside out.",
        )

    yield (
        "a correction can be negative",
        lambda: same(student(width, student.beside(doubles.signed_convs, 1, 1, -1))(positive), positive - mean),
        "When the third convolution gives something negative, that is added to h. What stands behind that convolution?",
    )

    def colours() -> Verdict:
        found = dependence(student(6, doubles.CausalBox, 3), [draw.normal(6, 1, 1) for _ in range(3)])
        colour = torch.arange(6) % 3
        return Verdict(not bool((found & (colour[:, None] < colour[None, :])).any()))

    yield (
        "colours keep their order",
        colours,
        "With 3 colours a channel of R depends on a channel of G or B at the same pixel. Does every convolution know the number"
        " of colours?",
    )
    yield (
        "a gradient reaches every weight",
        lambda: _all_weights_learn(block, [draw.normal(2, width, 3, 4) for _ in range(3)]),
        "Some convolution of the block has no influence on its output: is every one of them used?",
    )


@check
def PixelCNN(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Logits of every pixel, computed from the pixels before it: type A first, then residual blocks of type B."""
    levels, height, width = 3, 3, 4
    grey = student(levels, 1, 12, 2, doubles.CausalBox, doubles.BentBlock)
    x = draw.integers(0, levels, 2, 1, height, width)
    order = torch.arange(height * width)

    def seen_grey() -> Tensor:
        found = dependence(grey, [draw.uniform(1, height, width) * (levels - 1) for _ in range(3)])
        return found.reshape(levels, height * width, height * width).any(0)

    shaped = _has_shape(grey, x, (2, levels, 1, height, width))
    yield essential(
        "logits come as (B, levels, C, H, W)",
        shaped,
        "The last layer gives levels x C channels; give the levels a dimension of their own, right after the batch.",
    )
    if not shaped:
        return
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen_grey() & (order[:, None] < order[None, :])).any())),
        "Some logits depend on pixels that come later in raster order. Is every convolution made by the factory `conv`, and is"
        " nothing else (a normalisation, a mean) taken over the image?",
    )
    yield essential(
        "a pixel does not see itself",
        lambda: Verdict(not bool(seen_grey().diagonal().any())),
        "The logits of a pixel depend on the pixel itself, so the network can copy it. Which layer meets the pixel first?",
    )
    yield essential(
        "the pixels just before are seen",
        lambda: Verdict(bool(seen_grey()[5, [0, 1, 2, 4]].all()), "Seen at row 1, column 1 of a 3 x 4 image."),
        "The neighbours to the left and above should influence a pixel. On grey images a 1 x 1 convolution of type A lets"
        " nothing pass: which layers are of type B?",
    )
    yield (
        "the first layer sees a 7 x 7 window",
        lambda: _verdict_of_reach(_rows_seen(student, draw, 0), 3, "Without blocks"),
        "Without blocks a pixel should see as many rows above as half of the first kernel covers: its size is in the docstring.",
    )
    yield (
        "blocks widen the view",
        lambda: _verdict_of_reach(_rows_seen(student, draw, 2) - _rows_seen(student, draw, 0), 2, "With 2 blocks more"),
        "Each of these blocks looks one row further up: are all of them used, one after the other, and of type B?",
    )

    def own_weights() -> Verdict:
        one, three = (
            student(levels, 1, 12, blocks, doubles.CausalBox, doubles.BentBlock).parameters().values()
            for blocks in (1, 3)
        )
        block = student.beside(doubles.BentBlock, 12, doubles.CausalBox).parameters().values()
        one, three, block = (sum(p.numel() for p in entries) for entries in (one, three, block))
        return Verdict(three - one == 2 * block, f"Two more blocks brought {three - one} more numbers to learn.")

    yield (
        "every block has weights of its own",
        own_weights,
        "With more blocks there should be more parameters. Is a new block made each time, and does the module know all of them?"
        " A plain list hides its entries from `parameters()`.",
    )
    yield (
        "the head has an activation before its convolutions",
        lambda: _bends(student, gain=-1.0, offset=5.0, low=-0.9),
        "Two linear maps in a row are one linear map. What stands between the last sum and the first convolution of the head?",
    )
    yield (
        "the head has an activation between its convolutions",
        lambda: _bends(student, gain=1.0, offset=-0.5, low=0.1),
        "Two linear maps in a row are one linear map. What stands between the two convolutions of the head?",
    )
    yield (
        "logits may take any value",
        lambda: _logits_are_free(student(levels, 1, 12, 1, doubles.CausalBox, doubles.BentBlock), draw),
        "Logits are free numbers, and the likelihood applies the softmax. Does anything stand behind the last convolution?",
    )

    def seen_colours() -> Tensor:
        net = student(2, 3, 18, 1, doubles.CausalBox, doubles.BentBlock)
        found = dependence(net, [draw.uniform(3, 2, 2) for _ in range(3)])
        found = found.reshape(2, 3, 4, 3, 4).any(0)
        return found.permute(1, 0, 3, 2).reshape(12, 12)  # pixel by pixel, colour by colour

    yield (
        "colours follow the order R, G, B",
        lambda: _in_raster_order(seen_colours()),
        "On colour images each value should see the pixels before and the earlier colours of its own pixel, no more and"
        " no less. Does every convolution know the number of colours, and do the levels keep the channels in their order?",
    )
    yield (
        "a label changes every pixel",
        lambda: _label_matters(student, draw),
        "With classes > 0 the label should influence the logits everywhere, the first pixel included.",
    )
    yield (
        "a label's vector is added after the first layer",
        lambda: _label_is_added(student, draw),
        "Adding 1 to the features after the first layer, or to every entry of the label's vector, should make no difference.",
    )
    yield (
        "images of a batch do not mix",
        lambda: same(tensor(grey(x))[:1], tensor(grey(x[:1]))),
        "The first image's logits change with the second image. What is computed over the whole batch?",
    )
    yield (
        "a gradient reaches every weight",
        lambda: _all_weights_learn(grey, [draw.integers(0, levels, 2, 1, height, width) for _ in range(3)]),
        "Some layer has no influence on the logits: is every one of them used?",
    )


def _in_raster_order(seen: Tensor) -> Verdict:
    """Whether each value of an RGB image sees the values before it and no other: (outputs, inputs), value by value."""
    wrong = (seen != torch.ones_like(seen).tril(-1)).nonzero().tolist()
    if not wrong:
        return Verdict(True)
    output, source = (f"{'RGB'[i % 3]} of pixel {i // 3}" for i in wrong[0])
    return Verdict(False, f"{output} {'depends' if seen[tuple(wrong[0])] else 'does not depend'} on {source}.")


def _logits_are_free(net: Part, draw: Draw) -> Verdict:
    """Whether large weights make the levels' logits at a pixel differ by more than any squashing allows, without ties."""
    gaps = []
    for _ in range(5):
        net.load({name: 3 * draw.normal(*p.shape) for name, p in net.parameters().items()})
        logits = tensor(net(draw.integers(0, 3, 4, 1, 3, 4)))
        gaps.append(logits.sort(1).values.diff(dim=1))
    gaps = torch.stack(gaps)
    if bool((gaps == 0).any()):
        return Verdict(False, "Two levels of a pixel have exactly the same logit.")
    return Verdict(bool(gaps.max() > 10), "However large the weights, the logits of a pixel stay close together.")


def _rows_seen(student: Part, draw: Draw, blocks: int) -> int:
    """How many rows above its own the last pixel of a tall image sees."""
    net = student(2, 1, 12, blocks, doubles.CausalBox, doubles.BentBlock)
    found = dependence(net, [draw.uniform(1, 9, 2) for _ in range(3)]).reshape(2, 18, 9, 2).any(0)
    return 8 - int(found[-1].any(1).double().argmax())


def _verdict_of_reach(rows: int, due: int, when: str) -> Verdict:
    """Whether a number of rows is the one that is due, in words."""
    return Verdict(rows == due, f"{when} the last pixel of a tall image sees {rows} rows above its own.")


def _bends(student: Part, gain: float, offset: float, low: float) -> Verdict:
    """Whether logits are no affine function of a constant image's value t in [low, 0.9], where h = t after the first layer.

    The head's first convolution gives gain * h + offset. With 5 - h its sign never changes, so a bend can only come
    from before it; with t > 0 and h - 0.5 a bend at zero can only come from behind it.
    """
    net = student(3, 1, 12, 0, student.beside(doubles.head_convs, 3, gain, offset), doubles.BentBlock)
    values = torch.linspace(low, 0.9, 5).double() + 1  # levels 0..2 are mapped to -1..1
    logits = tensor(net(values.reshape(5, 1, 1, 1)))[:, 0, 0, 0, 0]
    return Verdict(not close(logits[2:] - logits[1:-1], logits[1:-1] - logits[:-2]) or close(logits[1:], logits[:-1]))


def _label_matters(student: Part, draw: Draw) -> Verdict:
    """Whether logits differ between labels at every pixel while the image stays the same."""
    net = student(3, 1, 24, 1, doubles.CausalBox, doubles.BentBlock, classes=4)
    x = draw.integers(0, 3, 1, 1, 3, 4).expand(4, -1, -1, -1)
    logits = tensor(net(x, torch.arange(4)), (4, 3, 1, 3, 4))
    gaps = [(logits[a] - logits[b]).abs().amax(0).min() for a in range(4) for b in range(a)]
    return Verdict(bool(torch.stack(gaps).min() > 1e-9))


def _label_is_added(student: Part, draw: Draw) -> Verdict:
    """Whether a vector that is larger by 1 does what an image does whose pixels are larger by 1 after scaling.

    The convolutions average channels, so the features after the first layer are the scaled pixels themselves.
    """
    net = student(3, 1, 12, 1, student.beside(doubles.head_convs, 3), doubles.BentBlock, classes=2)
    vectors = draw.normal(1, 12)
    net.load({name: torch.cat([vectors, vectors + 1]) for name, p in net.parameters().items() if p.shape == (2, 12)})
    x, labels = draw.uniform(2, 1, 3, 4), torch.arange(2)
    # levels 0..2 are mapped to -1..1, so one level more is 1 more
    return same(tensor(net(x, labels * 0 + 1)), tensor(net(x + 1, labels * 0)))


def _all_weights_learn(module: Part, batches: list[Tensor]) -> Verdict:
    """Whether each parameter gets a gradient on some batch; squares keep positive and negative parts from cancelling."""
    parameters = {name: p for name, p in module.parameters().items() if p.requires_grad}  # others are frozen on purpose
    learns = torch.zeros(len(parameters), dtype=torch.bool)
    for batch in batches:
        slopes = gradients(tensor(module(batch)) ** 2, list(parameters.values()))
        learns |= torch.tensor([bool((g != 0).any()) for g in slopes])
    idle = [name for name, moves in zip(parameters, learns, strict=True) if not moves]
    return Verdict(bool(parameters) and not idle, f"No gradient reaches {idle[0]}." if idle else "")


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One step of gradient descent per batch, each from that batch alone, and the mean loss of the batches."""
    start, rate = draw.normal(3), 0.3
    sizes = (5, 2, 4)  # unequal, as the last batch of an epoch often is
    batches = [(1 + draw.uniform(n, 3), draw.normal(n, 3)) for n in sizes]

    def run(data: list[tuple[Tensor, Tensor]]) -> tuple[object, Tensor]:
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, rate)
        result = student(model, doubles.square_gap, optimizer, data)
        return result, model.parameters()["w"].detach()

    def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return ((w * x - y) * x).sum(0) / x.numel()

    def gap(w: Tensor, x: Tensor, y: Tensor) -> float:
        return float(((w * x - y) ** 2).mean() / 2)

    own, piled, summed = [start], [start], torch.zeros(3).double()  # weights before and after each step
    for x, y in batches:
        own.append(own[-1] - rate * slope(own[-1], x, y))
        summed = summed + slope(piled[-1], x, y)
        piled.append(piled[-1] - rate * summed)
    at_once = start - rate * sum(slope(start, *batch) for batch in batches)
    before = [gap(w, *batch) for w, batch in zip(own[:-1], batches, strict=True)]
    after = [gap(w, *batch) for w, batch in zip(own[1:], batches, strict=True)]
    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1])[1],
            own[1],
            {
                "The weights did not move. Which call computes gradients, which one uses them, and in which order?": start,
                "The step went uphill: gradient descent lowers the loss.": 2 * start - own[1],
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser along that batch's gradient. Use the loss"
        " and the optimiser that are given, once per batch, and call the loss as the docstring says.",
    )

    def each_steps() -> Verdict:
        end = run(batches)[1]
        if any(end.shape == w.shape and close(end, w) for w in (own[3], piled[3])):
            return Verdict(True)
        return same(
            end,
            own[3],
            {
                "Only the first batch was used. Where does the loop end?": own[1],
                "There was a single step for all batches: the optimiser should step inside the loop.": at_once,
                "The last batch is missing.": own[2],
            },
        )

    yield (
        "every batch makes a step",
        each_steps,
        "Three batches should make three steps, in their order.",
    )
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run(batches[:2])[1],
            own[2],
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": piled[2]},
        ),
        "After two batches the weights should have made two steps, each with the gradient of its own batch.",
    )

    def plain() -> Verdict:
        value = run(batches)[0]
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, (int, float)), f"It returned {what}.")

    yield (
        "returns a plain number",
        plain,
        "The docstring promises a float: one Python number for all batches. A tensor may drag its whole graph along.",
    )
    yield (
        "returns the mean loss",
        lambda: same(
            run(batches)[0],
            sum(before) / 3,
            {
                "This is the sum over the batches.": sum(before),
                "This is the loss of the last batch only.": before[-1],
                "This is the loss of the first batch only.": before[0],
                "These losses were measured after the steps.": sum(after) / 3,
                "Here a larger batch counts more. The exercise asks for the plain mean over the batches.": sum(
                    n * loss for n, loss in zip(sizes, before, strict=True)
                )
                / sum(sizes),
                "The sum is divided by the number of images; the losses are means over their batches already.": sum(
                    before
                )
                / sum(sizes),
            },
        ),
        "Return the average of the batches' losses, each measured before its step.",
    )


@check
def draw_levels(student: Part, draw: Draw) -> Properties:
    """The inverse of the cumulative distribution: level k is drawn when u falls into the k-th interval of length p_k."""
    tiled = torch.tensor([0.2, 0.5, 0.3]).double().log().expand(1000, 3)
    grid = (torch.arange(1000).double() + 0.5) / 1000
    spread = tiled.softmax(1).softmax(1)[0].mul(1000).round().long().tolist()
    slips = {
        (200, 100, 700): "A level's piece does not begin at 0 but where the pieces of all lower levels end.",
        (
            500,
            300,
            200,
        ): "The levels seem to be counted in the order of their probabilities. Which grey value is meant?",
        tuple(spread): "More even than the probabilities: is the softmax taken once, and of the logits?",
        (333, 334, 333): "All levels come up equally often: what do the logits decide?",
        (0, 300, 700): "Which pieces are counted here, those to the left of u or those to its right?",
        (0, 200, 800): "Levels count from 0. How many pieces lie wholly to the left of a small u?",
        (30, 70, 900): "Pieces are laid end to end by their lengths: are these lengths, or logarithms of lengths?",
        (200, 800, 0): "The highest level never comes up. Which numbers are allowed for a level?",
    }

    def frequencies() -> Verdict:
        levels, again = (tensor(student(tiled, grid), (1000,)) for _ in range(2))
        if bool((levels != again).any()):
            return Verdict(False, "The same u gave other levels.", "All randomness is in u: what else is drawn here?")
        if bool(((levels < 0) | (levels > 2)).any()):
            seen = f"Levels from {int(levels.min())} to {int(levels.max())} came up where 0, 1 and 2 are possible."
            return Verdict(False, seen, "Levels count from 0. How many pieces lie wholly to the left of a small u?")
        seen = tuple(int((levels == k).sum()) for k in range(3))
        advice = slips.get(seen, "")
        if seen == (0, 1000, 0):
            advice = "Every u gave the same level: drawing is not choosing the likeliest one."
        elif max(seen) > 990:
            advice = "Nearly every u gave the same level. Do the pieces of one value fill the interval from 0 to 1?"
        passed = all(abs(one - due) <= 1 for one, due in zip(seen, (200, 500, 300), strict=True))
        return Verdict(passed, f"Out of 1000 draws: {list(seen)}.", advice)

    yield essential(
        "levels come up as often as their probabilities say",
        frequencies,
        "With probabilities .2, .5, .3 and 1000 evenly spread u, the levels should come up 200, 500 and 300 times.",
    )
    yield (
        "small u gives low levels",
        lambda: Verdict(bool((tensor(student(tiled, grid), (1000,)).double().diff() >= 0).all())),
        "The pieces are laid from left to right in the order of the levels, so a larger u never gives a lower level.",
    )
    maps, u = 2 * draw.normal(3, 4, 5, 6), draw.uniform(3, 5, 6)
    yield (
        "works on maps of pixels too",
        lambda: _u_in_piece(student(maps, u), maps, u),
        "For logits (B, K, H, W) and u (B, H, W) every pixel should be drawn by its own logits and its own u:"
        " which dimension holds the levels, and does u meet the pixel that it belongs to?",
    )
    free, v = 2 * draw.normal(200, 5) + draw.normal(200, 1), draw.uniform(200)
    yield (
        "logits need not be normalised",
        lambda: _u_in_piece(student(free, v), free, v),
        "Logits are not log-probabilities yet: adding the same number to all of them must not change anything.",
    )
    yield (
        "large logits do no harm",
        lambda: _u_in_piece(student(free + 1000, v), free, v),
        "With 1000 added to all logits the draws should stay as they are. Where does an exponential overflow?",
    )
    peaked, edge = 3 * draw.normal(64, 7).float(), torch.full((64,), 1 - 2.0**-24)
    yield (
        "u just below 1 gives the highest level",
        lambda: _highest(tensor(student(peaked.clamp(min=-4), edge), (64,))),
        "Rounding can leave the last cumulative probability a little below 1. Which level should a larger u give?",
    )
    never = torch.tensor([[-math.inf, 0.0, 0.0], [-math.inf, -math.inf, 0.0], [0.0, 0.0, -math.inf]]).double()
    yield (
        "a level of probability 0 is never drawn",
        lambda: same(tensor(student(never, torch.zeros(3).double()), (3,)), torch.tensor([1, 2, 0])),
        "u = 0 can happen, and a piece of length 0 holds no number at all: each piece has its left end and not its right.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(tiled, grid)),
        "Levels count grey values: return an int64 tensor.",
    )


def _u_in_piece(value: object, logits: Tensor, u: Tensor) -> Verdict:
    """Whether u lies in its level's piece: between the mass of all lower levels and that mass plus the level's own."""
    levels = tensor(value, u.shape).long()
    k = torch.arange(logits.shape[1]).reshape(-1, *[1] * (logits.ndim - 2))
    mass = logits.softmax(1)
    lower = (mass * (k < levels[:, None])).sum(1)
    own = (mass * (k == levels[:, None])).sum(1)
    wrong = ((u < lower - 1e-5) | (u > lower + own + 1e-5)).nonzero()
    if not len(wrong):
        return Verdict(True)
    place = tuple(wrong[0].tolist())
    where = f"place {list(place)}" if u.ndim > 1 else f"row {place[0]}"
    return Verdict(False, f"Seen at {where}: u = {u[place]:.3f} gave level {int(levels[place])} of 0..{len(k) - 1}.")


def _highest(levels: Tensor) -> Verdict:
    """Whether all levels are 6, the highest of seven."""
    wrong = levels[levels != 6]
    return Verdict(not len(wrong), f"It gave level {int(wrong[0])} of 0..6." if len(wrong) else "")


def _is_int64(value: object) -> Verdict:
    """Whether a value is an int64 tensor."""
    kind = tensor(value).dtype
    return Verdict(kind == torch.int64, f"It returned {kind}.")


@check
def sample(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling: each value is picked by the model's logits given the values already drawn."""
    shape, levels = (1, 3, 4), 4
    model = student.beside(doubles.LowerTriangular, levels, shape, 3, draw.integer(0, 10**6))
    colours = student.beside(doubles.LowerTriangular, 3, (3, 2, 3), 0, draw.integer(0, 10**6))
    u, other, y = draw.uniform(12, *shape), draw.uniform(12, *shape), torch.arange(12) % 3
    of_colours = draw.uniform(12, 3, 2, 3)

    def drawn(net: Part = model, noise: Tensor = u, labels: Tensor | None = None, rule=doubles.wavy_pick) -> Tensor:
        return tensor(student(net, noise, rule, labels), noise.shape).long()

    usual = functools.cache(drawn)
    yield essential(
        "the noise decides",
        lambda: Verdict(bool((usual() != drawn(noise=other)).any())),
        "Other noise should give other images. What does each draw need besides the logits?",
    )
    yield (
        "the same noise gives the same images",
        lambda: Verdict(bool((usual() == drawn()).all())),
        "All randomness is in u, and the two calls had the same u. What else draws random numbers here?",
    )
    yield (
        "the rule `pick` decides",
        lambda: Verdict(bool((usual() != drawn(rule=doubles.unlikely_pick)).any())),
        "Another rule for picking levels should give other images: is the function used that was handed over as `pick`?",
    )
    yield essential(
        "every value follows from the values before it",
        lambda: _follows(model, usual(), u),
        "On this 3 x 4 image some value is not what `pick` makes of its own logits and its own u, once all earlier"
        " values are known. When is the model asked, about which image, and which part of u goes with which place?",
    )
    yield (
        "colours are drawn one after the other",
        lambda: _follows(colours, drawn(colours, of_colours), of_colours),
        "At a pixel of a colour image G is drawn after R is known, and B after both; then comes the next pixel.",
    )
    yield (
        "labels reach the model",
        lambda: _follows(model, drawn(labels=y), u, y),
        "With labels y each image should be drawn from the model given its own label.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(model, u, doubles.wavy_pick, None)),
        "Levels count grey values: return an int64 tensor.",
    )


def _follows(net: Part, x: Tensor, u: Tensor, y: Tensor | None = None, known: Tensor | None = None) -> Verdict:
    """Whether every unknown value of x is what the net and u give once all values before it are there.

    When it is not, the advice names the order of drawing that explains the values, if a known one does.
    """
    known = torch.zeros_like(x, dtype=torch.bool) if known is None else known
    wrong = ((x != doubles.wavy_pick(tensor(net(x, y)), u)) & ~known).nonzero()
    if not len(wrong):
        return Verdict(True)
    place = tuple(wrong[0].tolist())
    reason = f"Seen at [image, colour, row, column] = {list(place)}."
    if y is not None and _follows(net, x, u, None, known):
        return Verdict(False, reason, "The images are right for a model without labels: where do the labels go?")
    for advice, rank in _slips_of_order(x.shape[1:]).items():
        if _explains(rank, net, x, u, y, known):
            return Verdict(False, reason, advice)
    here = (slice(None), *place[1:])
    if bool((x[here] == 0)[~known[here]].all()) and int((wrong[:, 1:] == wrong[0, 1:]).all(1).sum()) > 2:
        return Verdict(False, f"{reason} All values drawn there are 0.", "Does the loop reach every place?")
    return Verdict(False, reason)


def _slips_of_order(shape: torch.Size) -> dict[str, Tensor]:
    """Advice -> when each place (C, H, W) would be drawn; places of one rank are drawn without knowing each other."""
    c, r, s = torch.meshgrid(*map(torch.arange, shape), indexing="ij")
    colours, rows, columns = shape
    raster = (r * columns + s) * colours + c
    return {
        "Each value was drawn as if no other were known. When is the model asked again, and where does the order begin?": (
            torch.zeros_like(raster)
        ),
        "The values of a row were drawn as if they did not know each other. When is the model asked again?": r,
        "The colours of a pixel were drawn as if they did not know each other. When is the model asked again?": (
            r * columns + s
        ),
        "Whole planes were drawn, one colour after the other: which comes first, all of R or all of the first pixel?": (
            (c * rows + r) * columns + s
        ),
        "The image was drawn column by column. The order is that of reading.": (s * rows + r) * colours + c,
        "The image was drawn from the bottom row upwards.": (s - r * columns) * colours + c,
    }


def _explains(rank: Tensor, net: Part, x: Tensor, u: Tensor, y: Tensor | None, known: Tensor) -> bool:
    """Whether every unknown value is what net and u give when all values of its own or a higher rank are still zero."""
    for now in rank.unique():
        there = (rank == now) & ~known
        picked = doubles.wavy_pick(tensor(net(torch.where(known | (rank < now), x, 0), y)), u)
        if bool((picked != x)[there].any()):
            return False
    return True


@check
def complete(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling that keeps the known pixels and draws the others given all values before them."""
    shape, levels = (1, 3, 4), 4
    model = student.beside(doubles.LowerTriangular, levels, shape, 3, draw.integer(0, 10**6))
    colours = student.beside(doubles.LowerTriangular, 3, (3, 2, 3), 0, draw.integer(0, 10**6))
    x, y = draw.integers(0, levels, 24, *shape), torch.arange(24) % 3
    u, other = draw.uniform(24, *shape), draw.uniform(24, *shape)
    known = draw.uniform(24, *shape) < 0.4
    known[0] = torch.tensor([True, False, False])[:, None]  # an image of which some is known and some is not, for sure
    in_colour = draw.integers(0, 3, 24, 3, 2, 3), draw.uniform(24, 3, 2, 3) < 0.4, draw.uniform(24, 3, 2, 3)
    nothing = torch.zeros_like(known)

    def drawn(mask: Tensor = known, labels: Tensor | None = None, images: Tensor = x, noise: Tensor = u) -> Tensor:
        return tensor(student(model, images, mask, noise, doubles.wavy_pick, labels), x.shape).long()

    usual = functools.cache(drawn)

    def keeps() -> Verdict:
        seen = usual()
        if bool((seen == x)[known].all()):
            return Verdict(True)
        kept = bool((seen == x)[~known].all())
        return Verdict(False, "", "What was unknown was kept, and what was known was drawn." if kept else "")

    def follows() -> Verdict:
        images = usual()
        verdict = _follows(model, images, u, known=known)
        if verdict:
            return verdict
        if bool((images != drawn()).any()):
            return Verdict(False, "Two calls gave two results.", "All randomness is in u: what else is drawn here?")
        if bool((images[~known & known.any(0)] == 0).all()):
            advice = (
                "Wherever a value is known in one image, it was drawn in no other. Decide for each image by itself."
            )
            return Verdict(False, verdict.reason, advice)
        if bool((images == drawn(noise=other)).all()):
            return Verdict(False, verdict.reason, "Other noise gave the same images. What decides a draw?")
        if bool((images != drawn(images=torch.where(known, x, x + 3))).any()):
            advice = "The draws depend on what stood at unknown places. What does the model see there?"
            return Verdict(False, verdict.reason, advice)
        if bool((images == drawn(nothing))[~known].all()):
            advice = "The draws are those of an image of which nothing is known: when do known values come in?"
            return Verdict(False, verdict.reason, advice)
        return verdict

    yield essential(
        "known values stay as they are",
        keeps,
        "Where `known` is True the image must not change.",
    )
    yield essential(
        "unknown values follow from all values before them",
        follows,
        "Each unknown value should be picked by its own u and by the logits that the model gives when it sees the known"
        " and the drawn values before it. What does the image look like when the model is asked?",
    )
    yield (
        "what stood at unknown places does not matter",
        lambda: Verdict(bool((usual() == drawn(images=torch.where(known, x, x + 3))).all())),
        "The result changes with what the image held where it is not known. Is every unknown value replaced?",
    )
    yield (
        "colours are drawn one after the other",
        lambda: _follows(
            colours,
            tensor(student(colours, *in_colour, doubles.wavy_pick, None), in_colour[0].shape).long(),
            in_colour[2],
            known=in_colour[1],
        ),
        "On colour images a value may be known while the other colours of its pixel are not: each is a place of its own.",
    )
    yield (
        "labels reach the model",
        lambda: _follows(model, drawn(labels=y), u, y, known),
        "With labels y each image should be completed by the model given its own label.",
    )
    yield (
        "the images handed over stay untouched",
        lambda: same(
            student.beside(doubles.argument_after, student, 1, model, x, known, u, doubles.wavy_pick, None), x
        ),
        "The caller still needs the image as it was, to show it beside the completion: write into a copy.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(model, x.to(torch.uint8), known, u, doubles.wavy_pick, None)),
        "Levels count grey values: return an int64 tensor, whatever the type of the images (data sets keep them as uint8).",
    )


@check
def receptive_field(student: Part, draw: Draw) -> Properties:
    """How strongly each pixel moves the logits of one pixel: mean over images, sum over colours, of absolute gradients."""
    levels, shape, row, column = 3, (3, 3, 4), 1, 2
    linear = student.beside(doubles.LowerTriangular, levels, shape, 0, draw.integer(0, 10**6))
    bent = student.beside(doubles.LowerTriangular, levels, shape, 0, draw.integer(0, 10**6), 2.0)
    x = draw.uniform(5, *shape) * (levels - 1)

    def slopes(model: Part, *place: int) -> Tensor:
        return _slopes_of(model, x, (..., *place))

    def sizes(gradient: Tensor) -> Tensor:
        return gradient.abs().sum(1).mean(0)

    def field(model: Part) -> Tensor:
        return tensor(student(model, x, row, column), shape[1:]).detach()

    per_image, weights = slopes(bent, row, column), sizes(slopes(linear, row, column))
    elsewhere = {
        "Rows and columns are swapped: in logits (B, K, C, H, W), which of the last two comes first?": sizes(
            slopes(linear, column, row)
        ),
        "These are the gradients of the logits of all pixels together: which pixel was asked for?": sizes(
            slopes(linear)
        ),
    }

    def one_map() -> Verdict:
        seen = torch.stack([field(linear), field(bent)])
        if bool((seen < 0).any()):
            return Verdict(False, f"The least value is {seen.min():.3g}.", "Gradients have signs, sizes have none.")
        advice = "The map is zero: what was differentiated does not change with the image. Is it the logits themselves?"
        return Verdict(bool(seen.max() > 1e-9), "", advice)

    def zeros() -> Verdict:
        seen = field(linear)
        if bool((seen[row + 1 :] == 0).all() and (seen[row, column + 1 :] == 0).all()):
            return Verdict(True)
        return Verdict(False, "", next((advice for advice, slip in elsewhere.items() if close(seen, slip)), ""))

    yield essential(
        "one non-negative number per pixel",
        one_map,
        "Return a map (H, W) of sizes: gradients have signs, and signs cancel in sums.",
    )
    yield essential(
        "pixels that do not matter are exactly zero",
        zeros,
        "This model's pixel at row 1, column 2 depends on no later pixel. Whose gradient is this?",
    )
    first = slopes(linear, row, column)
    by_level = [sizes(_slopes_of(linear, x, (slice(None), k, slice(None), row, column))) for k in range(levels)]
    yield (
        "a linear model gives back its weights",
        lambda: same(
            field(linear),
            weights,
            {
                "This is the gradient of the first level's logit alone; all levels of the pixel count.": by_level[0],
                "This is the gradient of the last level's logit alone; all levels of the pixel count.": by_level[-1],
                "Only the first colour's logits count here; all colours of the pixel have logits.": sizes(
                    _slopes_of(linear, x, (slice(None), slice(None), 0, row, column))
                ),
                "This is the gradient of log-probabilities, in which levels compete; the logits are asked for.": sizes(
                    _slopes_of(linear, x, (..., row, column), F.log_softmax)
                ),
                "This is the gradient of all logits of the row up to the pixel; the pixel's own are asked for.": sizes(
                    _slopes_of(linear, x, (..., row, slice(None, column + 1)))
                ),
                "This is the gradient of the logits' mean; their sum is asked for.": weights
                / (len(x) * levels * shape[0]),
                "This says where there is influence, not how much.": (weights > 0).double(),
                "Each level's gradient was made a size before they were added: sum the logits first.": sum(by_level),
                "The map was divided by its largest value; keep its scale.": weights / weights.max(),
                "Squares weigh large gradients more: the absolute value is asked for.": first.square().sum(1).mean(0),
                "This is a Euclidean length over the colours; sizes should simply add up.": first.square()
                .sum(1)
                .sqrt()
                .mean(0),
                "Colours should be added up, not averaged.": weights / shape[0],
                "Signs cancel between colours: which comes first, the absolute value or the sum?": first.sum(1)
                .abs()
                .mean(0),
                "The map counts the strongest colour only: colours should be added up.": first.abs().amax(1).mean(0),
                "This is a sum over the images; the map should not grow with the batch.": weights * len(x),
            },
        ),
        "For a model that is linear in x the map should hold the summed sizes of its weights, colour by colour."
        " Which logits are differentiated, and what happens to their gradient afterwards?",
    )
    yield (
        "averages sizes over the images",
        lambda: same(
            field(bent),
            sizes(per_image),
            {
                "Signs cancel between images: which comes first, the absolute value or the mean?": per_image.mean(0)
                .abs()
                .sum(0),
                "Only the first image counts here.": per_image[0].abs().sum(0),
                "The map takes the strongest image; the mean over the images is asked for.": per_image.abs()
                .sum(1)
                .amax(0),
            },
        ),
        "For each pixel: the absolute gradient, summed over colours, averaged over the images of the batch.",
    )

    def twice() -> Verdict:
        both = student.beside(doubles.twice, student, bent, x, row, column)
        one, two = (tensor(entry, shape[1:]) for entry in both)
        return Verdict(close(one, two))

    yield (
        "a second look shows the same",
        twice,
        "Called twice with the same images it gave two different maps: what is left on the images after the first call?",
    )


def _slopes_of(model: Part, x: Tensor, place: tuple, function: Callable[..., Tensor] | None = None) -> Tensor:
    """The gradient of the sum of the logits at a place, or of a function of the levels' logits there."""
    leaf = x.clone().requires_grad_()
    logits = tensor(model(leaf))
    return gradients((function(logits, dim=1) if function else logits)[place], leaf)[0]


@check
def shift(student: Part, draw: Draw) -> Properties:
    """The image moved down and to the right, zeros moving in, the size unchanged."""
    x = 1 + draw.uniform(2, 3, 4, 5)

    def moved(down: int, right: int) -> Tensor:
        target = torch.zeros_like(x)
        target[..., down:, right:] = x[..., : 4 - down, : 5 - right]
        return target

    yield essential(
        "moves down",
        lambda: same(
            student(x, 1, 0),
            moved(1, 0),
            {
                "It moved up: after a shift, row r should hold what row r - 1 held.": F.pad(x, (0, 0, 0, 1))[
                    ..., 1:, :
                ],
                "What leaves at the bottom comes in again at the top: later rows would be seen by the first one.": x.roll(
                    1, -2
                ),
                "Rows and columns are mixed up.": moved(0, 1),
                "Nothing moved.": x,
                "The first row still holds what it held: zeros should move in.": torch.cat(
                    [x[..., :1, :], x[..., :-1, :]], -2
                ),
            },
        ),
        "After shifting down by one, row r should hold what row r - 1 held, row 0 should be zero, and the size the same.",
    )
    yield (
        "moves to the right",
        lambda: same(
            student(x, 0, 1),
            moved(0, 1),
            {
                "What leaves at the right comes in again at the left: earlier pixels would see later ones.": x.roll(
                    1, -1
                ),
                "It moved to the left.": F.pad(x, (0, 1))[..., 1:],
                "Nothing moved to the right.": x,
                "The first column still holds what it held: zeros should move in.": torch.cat(
                    [x[..., :1], x[..., :-1]], -1
                ),
            },
        ),
        "After shifting right by one, column c should hold what column c - 1 held, and column 0 should be zero.",
    )
    yield (
        "moves both ways, and any distance",
        lambda: same(
            student(x, 2, 3),
            moved(2, 3),
            {
                "It moved by 1, whatever distance was asked for.": moved(1, 1),
                "It moved down only.": moved(2, 0),
                "It moved to the right only.": moved(0, 3),
                "Rows and columns are mixed up.": moved(3, 2),
            },
        ),
        "A shift by 2 rows and 3 columns at once should do both.",
    )
    yield (
        "no shift changes nothing",
        lambda: same(student(x, 0, 0), x),
        "A shift by 0 should give the image back. Does some slice become empty then?",
    )

    def passes_gradient() -> Verdict:
        leaf = x.clone().requires_grad_()
        stays = torch.zeros_like(x)
        stays[..., :3, :3] = 1
        return same(gradients(tensor(student(leaf, 1, 2)), leaf)[0], stays)

    yield (
        "a gradient passes",
        passes_gradient,
        "What stays in the image should pass its gradient on, or nothing before it learns. Is something detached?",
    )


@check
def gate(student: Part, draw: Draw) -> Properties:
    """tanh of the first half of the channels, let through by a sigmoid of the second half."""
    a = 2 * draw.normal(2, 6, 3, 4)
    first, second = a[:, :3], a[:, 3:]

    def through(door: float) -> object:
        return student(torch.cat([first, torch.full_like(second, door)], 1))

    yield essential(
        "half as many channels",
        lambda: Verdict(tensor(student(a)).shape == first.shape, _shape_seen(student(a))),
        "Cut the channels (dimension 1) into two halves of equal size; the result has half as many channels.",
    )
    yield essential(
        "signal times door",
        lambda: same(
            student(a),
            first.tanh() * second.sigmoid(),
            {
                "The halves are swapped: the first half carries the signal, the second opens the door.": second.tanh()
                * first.sigmoid(),
                "Even and odd channels are paired. The exercise asks for the first and the second half.": a[
                    :, 0::2
                ].tanh()
                * a[:, 1::2].sigmoid(),
                "The signal should pass a tanh.": first * second.sigmoid(),
                "The signal passes a sigmoid here, so it can never be negative.": first.sigmoid() * second.sigmoid(),
                "The signal passes a ReLU here, so it can never be negative.": first.relu() * second.sigmoid(),
                "The door should be between 0 and 1: which function does that?": first.tanh() * second.tanh(),
                "The door decides how much passes, so it must go through a function of its own.": first.tanh() * second,
                "The door multiplies the signal.": first.tanh() + second.sigmoid(),
                "The door of one channel depends on the other channels: each has its own.": first.tanh()
                * second.softmax(1),
                "The door is only open or shut here; it should move smoothly between both.": first.tanh()
                * (second > 0),
                "The product passes a tanh: which of the two factors should?": (first * second.sigmoid()).tanh(),
                "The door opens when it should close: look at its sign.": first.tanh() * (-second).sigmoid(),
            },
        ),
        "Each number of the result is a squashed signal times a smooth door between 0 and 1. Try the example: a signal of"
        " 2 behind a door of 0.",
    )
    yield (
        "a closed door lets nothing through",
        lambda: same(through(-50.0), torch.zeros_like(first)),
        "With very negative door values the output should vanish.",
    )
    yield (
        "an open door changes nothing",
        lambda: same(through(50.0), first.tanh()),
        "With very large door values the squashed signal should pass whole.",
    )

    def passes_gradient() -> Verdict:
        leaf = a.clone().requires_grad_()
        slope = gradients(tensor(student(leaf)), leaf)[0]
        steep = torch.cat(
            [(1 - first.tanh() ** 2) * second.sigmoid(), first.tanh() * second.sigmoid() * (-second).sigmoid()], 1
        )
        return same(slope, steep)

    yield (
        "a gradient passes signal and door",
        passes_gradient,
        "Both halves should learn: is something detached, rounded or compared with a threshold?",
    )


@check
def GatedBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Two stacks: v carries the rows above, h the pixels to the left; h listens to v, v never to h."""
    width, height, columns = 2, 4, 5
    block = student(width, 3, doubles.product_of_halves)
    v, h = draw.normal(2, width, height, columns), draw.normal(2, width, height, columns)
    down, right = _offsets(height, columns)
    at_v = functools.cache(lambda: _views(block, width, height, columns, draw, moving=0))
    at_h = functools.cache(lambda: _views(block, width, height, columns, draw, moving=1))

    every = "A pixel moves with all others, later ones as well: what computes over the whole image here?"

    def in_shape() -> Verdict:
        shapes = [tuple(stack.shape) for stack in _pair(block(v, h))]
        seen = f"For v and h of shape {tuple(v.shape)} the results have the shapes {shapes[0]} and {shapes[1]}."
        return Verdict(shapes == [tuple(v.shape)] * 2, seen)

    def deaf() -> Verdict:
        heard, own = at_h()
        advice = "The first result moves with h, the second does not. In which order are they returned?"
        return Verdict(not bool(heard.any()), "", "" if bool(own.any()) else advice)

    yield essential(
        "returns both stacks in their shapes",
        in_shape,
        "Return the new v and the new h, each of shape (B, width, H, W). By how much does each kernel shrink its input,"
        " and which of your paddings makes up for it?",
    )
    yield essential(
        "v sees no row below",
        lambda: Verdict(not bool((at_v()[0] & (down < 0)).any()), "", every if bool(at_v()[0].all()) else ""),
        "The vertical stack looks at later rows. How must its input be padded so that the kernel ends at its own row?",
    )
    yield essential(
        "v does not listen to h",
        deaf,
        "h at a pixel knows the pixels left of it; from v it would spread to the row's other pixels, and the future leaks.",
    )
    yield essential(
        "h sees nothing to the right and no other row",
        lambda: Verdict(
            not bool((at_h()[1] & ~((down == 0) & (right >= 0))).any()), "", every if bool(at_h()[1].all()) else ""
        ),
        "The horizontal stack should look at its own row only, and only to the left. On which side is its input padded?",
    )
    yield essential(
        "both stacks look further than their own pixel",
        lambda: Verdict(bool(at_v()[0][12, 7]) and bool(at_h()[1][12, 11])),
        "v should learn from the pixel above, and h from the pixel to the left: are both convolutions used?",
    )
    around, left = (down >= 0) & (down <= 1) & (right.abs() <= 1), (down == 0) & (right >= 0) & (right <= 1)
    yield (
        "v sees its own row and the row above, to both sides",
        lambda: Verdict(bool((at_v()[0] == around).all())),
        "With a 3 x 3 window, v should see three pixels of its own row and three of the row above. Which sides need padding?",
    )
    yield (
        "h sees itself and its left neighbour",
        lambda: Verdict(bool((at_h()[1] == left).all())),
        "With a window of 3, h should see its own pixel and one to the left. How much padding is that?",
    )

    def without_weights() -> tuple[Tensor, Tensor]:
        still = student(width, 3, doubles.product_of_halves)
        still.load({name: torch.zeros_like(p) for name, p in still.parameters().items()})
        return _pair(still(v, h))

    yield (
        "h keeps what it had",
        lambda: same(without_weights()[1], h),
        "With all weights at zero h should come back unchanged: the horizontal stack is residual.",
    )
    yield (
        "v is made anew",
        lambda: same(without_weights()[0], torch.zeros_like(v)),
        "With all weights at zero nothing of v should be left: only the horizontal stack is residual.",
    )

    def listens() -> Verdict:
        advice = "h hears v, but not just what the vertical convolution of this layer saw at the same pixel."
        return Verdict(bool((at_v()[1] == around).all()), "", advice if bool(at_v()[1].any()) else "")

    yield (
        "h listens to v",
        listens,
        "Without the link from v to h, the rows above never reach the logits, and the blind spot is as large as ever.",
    )

    def another_gate() -> tuple[Part, Part]:
        product, total = (student(width, 3, gate) for gate in (doubles.product_of_halves, doubles.sum_of_halves))
        total.load(product.parameters())
        return product, total

    def uses_gate() -> Verdict:
        pairs = zip(*(_pair(block(v, h)) for block in another_gate()), strict=True)
        return Verdict(all(not close(one, other) for one, other in pairs))

    yield (
        "both stacks pass the gate",
        uses_gate,
        "With another gate in its place, both v and h should change. Is the function `gate` used that the block is given?",
    )

    def one_gate() -> Verdict:
        zero = torch.zeros_like(v)
        both, neither = _pair(block(v, h))[1], _pair(block(zero, zero))[1]
        alone = _pair(block(v, zero))[1] + _pair(block(zero, h))[1]
        return Verdict(not close(both + neither, alone))

    yield (
        "v and h meet inside one gate",
        one_gate,
        "What comes from v and what comes from h should be added before the gate of h, so that each can close the other's.",
    )

    def linear_else() -> Verdict:
        total = another_gate()[1]
        zero, one, two = torch.zeros_like(v), (v, h), (draw.normal(*v.shape), draw.normal(*h.shape))
        start, a, b = _pair(total(zero, zero)), _pair(total(*one)), _pair(total(*two))
        both = _pair(total(one[0] + two[0], one[1] + two[1]))
        return Verdict(all(close(both[i] + start[i], a[i] + b[i]) for i in (0, 1)))

    yield (
        "nothing but the gate is nonlinear",
        linear_else,
        "With a linear gate in its place the whole block should be linear up to its biases. What else bends?",
    )

    def all_learn() -> Verdict:
        slopes = gradients(_pair(block(v, h))[1] ** 2, list(block.parameters().values()))
        idle = [name for name, g in zip(block.parameters(), slopes, strict=True) if not bool((g != 0).any())]
        return Verdict(bool(slopes) and not idle, f"No gradient reaches {idle[0]} from h." if idle else "")

    yield (
        "a gradient reaches every weight",
        all_learn,
        "Some convolution of the block learns nothing from h: is every one of them used, and none detached?",
    )

    def wide() -> Verdict:
        layer = student(1, 5, doubles.product_of_halves)
        down, right = _offsets(5, 6)
        from_v, from_h = (_views(layer, 1, 5, 6, draw, moving) for moving in (0, 1))
        around, left = (down >= 0) & (down <= 2) & (right.abs() <= 2), (down == 0) & (right >= 0) & (right <= 2)
        return Verdict(bool((from_v[0] == around).all()) and bool((from_h[1] == left).all()))

    yield (
        "works with other windows",
        wide,
        "With a 5 x 5 window both stacks should see two pixels far. Does the padding follow the size of the kernel?",
    )


def _offsets(height: int, columns: int) -> tuple[Tensor, Tensor]:
    """How far output pixel i lies below and to the right of input pixel j: two tensors (i, j) in raster order."""
    place = torch.arange(height * columns)
    row, column = place // columns, place % columns
    return row[:, None] - row[None, :], column[:, None] - column[None, :]


def _views(block: Part, width: int, height: int, columns: int, draw: Draw, moving: int) -> tuple[Tensor, Tensor]:
    """Which pixels of the stack `moving` (0 is v, 1 is h) the new v and the new h see: two tensors (size, size)."""
    size, other = height * columns, draw.normal(1, width, height, columns)

    def function(batch: Tensor) -> Tensor:
        still = other.expand(len(batch), -1, -1, -1)
        return torch.stack(_pair(block(*((batch, still) if moving == 0 else (still, batch)))), 1)

    found = dependence(function, [draw.normal(width, height, columns) for _ in range(3)])
    return found.reshape(2, width, size, width, size).any(3).any(1).unbind(0)


def _pair(value: object) -> tuple[Tensor, Tensor]:
    """Two stacks.

    Raises:
        Broken: The value is no pair.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken("It should return two tensors: v and h.")
    return tensor(value[0]), tensor(value[1])


@check
def conv_at(student: Part, draw: Draw) -> Properties:
    """The output of a convolution at a single pixel, from a padded cache of its input."""
    cache = draw.normal(3, 6, 9, 2)  # a 5 x 7 image of 2 channels, padded for a kernel of 2 x 3
    weight, large, bias = draw.normal(2, 3, 2, 4), draw.normal(3, 5, 2, 4), 1 + draw.uniform(4)
    whole, flipped = _conv(cache, weight), _conv(cache, weight.flip(0, 1))
    row, column = 1, 3
    due = whole[:, row, column]
    by_channel, by_output = weight.reshape(2, 2, 3, 4).permute(1, 2, 0, 3), weight.reshape(4, 12).T.reshape(2, 3, 2, 4)
    slips = {
        "The kernel is flipped: the window's first place should meet the kernel's first.": flipped[:, row, column],
        "Row and column are swapped.": whole[:, column, row],
        "The window begins too far up and to the left: the cache is padded already.": whole[:, row - 1, column - 1],
        "The window begins too far to the left: the cache is padded already.": whole[:, row, column - 1],
        "The window begins too far down and to the right: what was added to row and column?": whole[
            :, row + 1, column + 1
        ],
        "The window begins too far to the right: what was added to the column?": whole[:, row, column + 1],
        "The window and the kernel are not flattened in the same order.": _conv(cache, by_channel)[:, row, column],
        "The kernel is reshaped where its axes should be moved.": _conv(cache, by_output)[:, row, column],
        "The window has as many rows as the kernel has columns.": _conv(cache, weight.reshape(3, 2, 2, 4))[
            :, row, column
        ],
        "Only one place of the window is used: a convolution sums over all of them.": cache[:, row, column]
        @ weight[0, 0],
        "Only the middle of the window is used: a convolution sums over all of it.": cache[:, row + 1, column + 1]
        @ weight[1, 1],
        "The images of the batch are added up; each should keep its own result.": due.sum(0).expand_as(due),
        "Negative numbers are cut off; a convolution is linear.": due.relu(),
        "This is a mean over the window; a convolution is a sum.": due / 12,
        "This is a mean over the places of the window; a convolution is a sum.": due / 6,
    }

    yield essential(
        "sums its window, weighted by the kernel",
        lambda: same(student(cache, weight, torch.zeros_like(bias), row, column), due, slips),
        "Without a bias, the result at row 1, column 3 should equal what the full convolution gives there: one row for each"
        " image, one column for each output channel.",
    )
    yield (
        "adds the bias",
        lambda: same(
            student(cache, weight, bias, row, column),
            due + bias,
            {
                "The bias is missing.": due,
                "The bias should be added once, and not for every place of the window.": due + 6 * bias,
                "The bias should be added once, and not for every product.": due + 12 * bias,
                "The bias should be added, not subtracted.": due - bias,
            },
        ),
        "Each output channel has a bias of its own, which is added once.",
    )

    def corners() -> Verdict:
        tries = (
            (place, same(student(cache, weight, bias, *place), whole[:, place[0], place[1]] + bias))
            for place in ((0, 0), (0, 6), (4, 0), (4, 6))
        )
        wrong = next((place for place, verdict in tries if not verdict), None)
        return Verdict(wrong is None, f"Seen at row {wrong[0]}, column {wrong[1]} of 5 x 7." if wrong else "")

    yield (
        "equals the whole convolution in every corner",
        corners,
        "Every pixel of the image has its whole window inside the cache, the last row and column too. Where does it begin?",
    )
    yield (
        "takes kernels of any size",
        lambda: (
            same(student(cache, weight[:1], bias, 3, 2), _conv(cache, weight[:1])[:, 3, 2] + bias)
            and same(student(cache, large, bias, 2, 4), _conv(cache, large)[:, 2, 4] + bias)
        ),
        "Kernels of 1 x 3 and 3 x 5 should work as well: from which argument is the size of the window taken?",
    )


def _conv(cache: Tensor, weight: Tensor) -> Tensor:
    """A convolution without bias over a padded input with its channels last: (B, H, W, O)."""
    return F.conv2d(cache.permute(0, 3, 1, 2), weight.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)


def _shape_seen(value: object) -> str:
    """The shape of a student's result, in words."""
    return f"It returned shape {tuple(value.shape)}." if isinstance(value, Tensor) else ""
