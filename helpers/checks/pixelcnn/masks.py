"""Checks of the masks: what a convolution may see, off the centre and colour by colour, and the layer that obeys them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, dependence, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, few_steps
from helpers.checks.subject import Broken, Part


@check
def causal_mask(student: Part, draw: Draw) -> Properties:
    """1 for the places of the kernel that come before the centre, 0 after it; the centre itself is 0 in A and 1 in B."""
    others = [(1 + 2 * draw.integer(0, 6), 1 + 2 * draw.integer(0, 6)) for _ in range(3)]  # not to be known beforehand
    kernels = list(dict.fromkeys([(3, 3), (5, 3), (3, 7), (1, 1), *others]))
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
    of_outputs = draw.integer(2, 5)  # channels of each colour: of the outputs, and more of the inputs
    of_inputs = of_outputs + draw.integer(1, 4)
    rows, columns = 3 * of_outputs, 3 * of_inputs
    masks = {mask_type: student(rows, columns, mask_type, 3) for mask_type in "AB"}
    output, inputs = torch.arange(rows)[:, None], torch.arange(columns)[None, :]
    gap = inputs % 3 - output % 3  # how much later the input's colour comes
    in_blocks = {
        "A": inputs // of_inputs < output // of_outputs,
        "B": inputs // of_inputs <= output // of_outputs,
    }

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
    shaped = gives_shape(layer, (2, 2, 4, 6), x) and gives_shape(student(1, 2, plane.new_ones(7, 1)), (2, 2, 4, 6), x)
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
        lambda: all_weights_learn(student(1, 2, plane), [x]),
        "Training needs a gradient for the weights and the bias. Is one of them detached, or not used at all?",
    )

    def after_training() -> Verdict:
        trained = student(1, 2, plane)
        if not few_steps(trained, x):
            return Verdict(False, "Training it for a few steps changed nothing.")
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
    yield remark(
        "the mask moves with the layer",
        lambda: Verdict(student.beside(doubles.follows, student(1, 2, plane), "meta", 1)),
        "When the layer is moved to another device, a GPU for instance, the mask stays behind. How does a module keep a tensor"
        " that is no parameter?",
    )


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
