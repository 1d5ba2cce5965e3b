"""Checks of the images' scale and of the labels' way into a convolutional network."""

from __future__ import annotations

import torch

from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def signed(student: Part, draw: Draw) -> Properties:
    """Level 0 becomes -1, the highest 1, equal steps between; bytes do not overflow."""
    slips = {
        "This is [0, 1]: the generator draws in [-1, 1].": torch.linspace(0, 1, 17),
        "The highest level is one less than the number of levels.": 2 * torch.arange(17) / 17 - 1,
        "White and black have changed places.": torch.linspace(1, -1, 17),
        "Bytes cannot hold negative numbers or large ones: turn them into floating point first.": (
            2 * torch.arange(17, dtype=torch.uint8) // 16 - 1
        ).double(),
        "This goes from -1/2 to 1/2.": torch.linspace(-0.5, 0.5, 17),
        "This is [0, 2]: nothing was subtracted.": torch.linspace(0, 2, 17),
    }
    yield essential(
        "seventeen levels",
        lambda: same(student(torch.arange(17, dtype=torch.uint8), 17), torch.linspace(-1, 1, 17), slips),
        "The lowest level should become -1, the highest 1, with equal steps between them.",
    )
    yield (
        "256 levels, as bytes",
        lambda: same(student(torch.arange(256, dtype=torch.uint8), 256), torch.linspace(-1, 1, 256)),
        "With 256 levels something overflows or is divided by a fixed number. Convert before you calculate.",
    )
    dark = draw.integers(2, 8, 3, 4)
    yield (
        "a level is the same number in every image",
        lambda: same(student(dark.to(torch.uint8), 17), dark / 8 - 1),
        "In an image of dark levels only, they should become what they are elsewhere: the scale is that of `levels`, not that"
        " of the image at hand.",
    )
    image = draw.integers(0, 2, 2, 3, 4, 5)
    yield (
        "any shape, two levels",
        lambda: same(student(image, 2), 2.0 * image - 1),
        "The shape should stay, and with two levels black becomes -1 and white 1.",
    )


@check
def with_label_planes(student: Part, draw: Draw) -> Properties:
    """The image's own channels, then one plane of equal numbers per class."""
    x, y = draw.normal(2, 3, 4, 5), draw.normal(2, 4)
    planes = torch.stack([torch.stack([torch.full((4, 5), float(v)).double() for v in row]) for row in y])
    shaped = gives_shape(student, (2, 7, 4, 5), x, y)
    yield essential(
        "C + K channels",
        shaped,
        "Images of 3 channels with 4 classes should come back with 7 channels, of the same height and width.",
    )
    if not shaped:
        return
    yield essential(
        "the image comes first, unchanged",
        lambda: same(tensor(student(x, y))[:, :3], x),
        "The first channels should be the image itself.",
    )
    yield essential(
        "each plane holds its class's weight",
        lambda: same(
            tensor(student(x, y))[:, 3:],
            planes,
            {"Planes of different images have changed places.": planes.flip(0)},
        ),
        "Plane k of an image should hold that image's weight of class k in every pixel.",
    )
    square, four = draw.normal(4, 1, 4, 4), draw.normal(4, 4)
    yield (
        "sizes that could be confused",
        lambda: same(
            tensor(student(square, four), (4, 5, 4, 4))[:, 1:],
            four[:, :, None, None].expand(4, 4, 4, 4),
            {
                "Image and class have changed places in the planes.": four.T[:, :, None, None].expand(4, 4, 4, 4),
                "The label is spread along the rows or columns and not over channels.": four[:, None, :, None].expand(
                    4, 4, 4, 4
                ),
            },
        ),
        "With four images of 4 x 4 pixels and four classes no shape tells a mistake: which dimension of y becomes which?",
    )
    yield (
        "no classes, no planes",
        lambda: same(student(x, y[:, :0]), x),
        "With K = 0 the images should come back as they are.",
    )

    def passes() -> Verdict:
        leaf, weights = x.clone().requires_grad_(), draw.normal(2, 7, 4, 5)
        return same(gradients(tensor(student(leaf, y)) * weights, leaf)[0], weights[:, :3])

    yield (
        "the image passes its gradient on",
        passes,
        "A drawn image must stay connected to the generator that drew it. Is something detached, or copied without a graph?",
    )
