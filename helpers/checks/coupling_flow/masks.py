"""Checks of the masks: the checkerboard, the channels, and masks that alternate from layer to layer."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import flow_doubles as doubles
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.flows import pair
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, NotWritten, Part, kind


@check
def checkerboard(student: Part, draw: Draw) -> Properties:
    """1 where row + column is even, 0 elsewhere."""
    sizes = [(2, 3), (4, 4), (5, 2), (1, 1), (2 + draw.integer(0, 6), 2 + draw.integer(0, 6))]

    def judged(height: int, width: int) -> Verdict:
        rows, columns = torch.arange(height)[:, None], torch.arange(width)[None, :]
        even = torch.tensor([[(r + c) % 2 == 0 for c in range(width)] for r in range(height)]).double()[None]
        slips = {
            "The opposite: 1 stands where row + column is even, so also in the corner.": 1 - even,
            "These are stripes of rows. A pixel's row and its column decide together.": (
                (rows + 0 * columns) % 2 == 0
            ).double()[None],
            "These are stripes of columns. A pixel's row and its column decide together.": (
                (columns + 0 * rows) % 2 == 0
            ).double()[None],
            "The pixels are counted in raster order here: where the number of columns is even, stripes come of it.": (
                (rows * width + columns) % 2 == 0
            ).double()[None],
            "Only where row and column are both even there is a 1.": ((rows % 2 == 0) & (columns % 2 == 0)).double()[
                None
            ],
            "There is a 1 where the product of row and column is even: it is their sum that counts.": (
                rows * columns % 2 == 0
            ).double()[None],
        }
        return same(student(height, width), even, slips)

    yield essential(
        "the shape is (1, H, W)",
        lambda: _all([_shaped(student(h, w), (1, h, w)) for h, w in sizes]),
        "Rows first, then columns, and one dimension in front of them, which broadcasts over channels.",
    )
    yield essential(
        "the example of 2 x 3 pixels",
        lambda: judged(2, 3),
        "Compare with the 2 x 3 mask in the text, entry by entry.",
    )
    yield (
        "images of any size",
        lambda: _all([judged(h, w) for h, w in sizes]),
        "Even and odd numbers of rows and columns should all give a checkerboard.",
    )
    yield (
        "numbers, not truth values",
        lambda: Verdict(tensor(student(2, 3)).is_floating_point()),
        "A mask is multiplied and taken from 1, so it should be floating point.",
    )


@check
def channel_mask(student: Part, draw: Draw) -> Properties:
    """1 for the first half of the channels, 0 for the rest; fewer than two channels are refused."""
    odd = 3 + 2 * draw.integer(1, 5)

    def judged(channels: int) -> Verdict:
        first = (torch.arange(channels) < channels // 2).double().reshape(-1, 1, 1)
        slips = {
            "The other way round: the first half stays, and 1 means that a channel stays.": 1 - first,
            "Of an odd number of channels the smaller half stays.": (
                (torch.arange(channels) < (channels + 1) // 2).double().reshape(-1, 1, 1)
            ),
            "Channels alternate here. The exercise asks for the first half.": (torch.arange(channels) % 2 == 0)
            .double()
            .reshape(-1, 1, 1),
            "Only one channel stays.": (torch.arange(channels) < 1).double().reshape(-1, 1, 1),
            "Only one channel changes.": (torch.arange(channels) < channels - 1).double().reshape(-1, 1, 1),
            "All channels stay, so that nothing is ever changed.": torch.ones(channels, 1, 1),
            "No channel stays, so that the network sees nothing.": torch.zeros(channels, 1, 1),
            "The second half stays.": (torch.arange(channels) >= channels // 2).double().reshape(-1, 1, 1),
        }
        return same(student(channels), first, slips)

    yield essential(
        "the shape is (C, 1, 1)",
        lambda: _all([_shaped(student(c), (c, 1, 1)) for c in (2, 6, odd)]),
        "One number per channel, in a shape that broadcasts over rows and columns.",
    )
    yield essential(
        "the first half stays",
        lambda: _all([judged(c) for c in (6, 12, 2)]),
        "1 for the first half of the channels, 0 for the second.",
    )
    yield "an odd number of channels", lambda: judged(odd), "The smaller half stays: half of the number, rounded down."
    yield (
        "numbers, not truth values",
        lambda: Verdict(tensor(student(4)).is_floating_point()),
        "A mask is multiplied and taken from 1, so it should be floating point.",
    )

    def refuses() -> Verdict:
        for channels in (1, 0):
            if _gives(student, channels):  # seen from here; what is raised, only the student's process can tell
                return Verdict(False, f"It took {channels} channel{'s' * (channels != 1)} and said nothing.")
            if not student.beside(doubles.refuses, student, channels):
                return Verdict(False, f"For {channels} channel{'s' * (channels != 1)} it raised another error.")
        return Verdict(True)

    yield (
        "one channel is refused",
        refuses,
        "With a single channel one of the two parts is empty: the network sees nothing, or nothing changes. The docstring says"
        " which error to raise.",
    )


def _gives(student: Part, channels: int) -> bool:
    """Whether a call returns anything."""
    try:
        student(channels)
    except NotWritten:
        raise
    except Broken:
        return False
    return True


@check
def alternating(student: Part, draw: Draw) -> Properties:
    """A list of layers whose masks are mask, 1 - mask, mask, ..., each layer new."""
    mask = torch.tensor([1.0, 1, 0, 1, 0]).double()[draw.permutation(5)]
    x = draw.normal(2, 5)

    def layers(count: int) -> list[Part]:
        made = student(doubles.Marked, mask, count)
        if not isinstance(made, (list, tuple)):
            what = kind(made.handle) if isinstance(made, Part) else kind(made)
            raise Broken(f"It should return a list of layers, and returned {what}.")
        return list(made)

    def masks(count: int) -> Tensor:
        return torch.stack([1 - (pair(layer(x))[0] - x)[0] for layer in layers(count)])

    yield essential(
        "as many layers as asked for",
        lambda: Verdict(
            [len(layers(n)) for n in (1, 2, 5)] == [1, 2, 5], f"It made {len(layers(5))} layers instead of 5."
        ),
        "`count` layers, made by `make` and returned in a list.",
    )
    yield essential(
        "every value changes in two layers",
        lambda: same(
            masks(2).sum(0),
            torch.ones(5),
            {
                "Both layers have the same mask: what stays in the first stays in the second.": 2 * mask,
                "Both layers have the opposite mask.": 2 - 2 * mask,
                "The second layer has a mask of zeros.": mask,
                "The second layer has a mask of ones.": 1 + mask,
            },
        ),
        "What the first layer keeps, the second should change, and the other way round. A mask that is changed in place"
        " changes in the layers that have it already.",
    )
    yield (
        "the first layer has the mask itself",
        lambda: same(masks(1)[0], mask, {"It has the opposite mask.": 1 - mask}),
        "The list begins with the mask that was given.",
    )
    yield (
        "masks alternate to the end",
        lambda: same(
            masks(5),
            torch.stack([mask if i % 2 == 0 else 1 - mask for i in range(5)]),
            {
                "All but the first layer have the opposite mask.": torch.stack([mask, *[1 - mask] * 4]),
                "The masks change once, in the middle.": torch.stack([mask] * 2 + [1 - mask] * 3),
                "All layers have the same mask.": torch.stack([mask] * 5),
                "The masks begin with the opposite one.": torch.stack(
                    [1 - mask if i % 2 == 0 else mask for i in range(5)]
                ),
            },
        ),
        "Mask, opposite, mask, opposite, mask: look at the third layer and those after it.",
    )

    def own_weights() -> Verdict:
        made = layers(4)
        made[0].load({name: torch.ones_like(p) for name, p in made[0].parameters().items()})
        log_dets = torch.stack([pair(layer(x))[1].detach()[0] for layer in made])
        due = torch.tensor([3.0, 0, 0, 0]).double()
        return Verdict(close(log_dets, due), "With new weights for the first of four layers, others changed as well.")

    yield (
        "every layer has weights of its own",
        own_weights,
        "Is a new layer made each time, or is the same one put into the list again?",
    )


def _all(verdicts: list[Verdict]) -> Verdict:
    """The first verdict that is not passed, or the last."""
    return next((verdict for verdict in verdicts if not verdict), verdicts[-1])


def _shaped(value: object, shape: tuple[int, ...]) -> Verdict:
    """Whether a value is a tensor of this shape."""
    try:
        tensor(value, shape)
    except Broken as error:
        return Verdict(False, str(error))
    return Verdict(True)
