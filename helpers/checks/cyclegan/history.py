"""Checks of the buffer of made images, by which images come back and when, and of the learning rate's course."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

KEEP, SWAP = 0.5, 0.4999  # the smallest number that shows the new image, and one that shows an older one


def numbered(first: int, count: int) -> Tensor:
    """Images that hold their own number everywhere."""
    return torch.arange(first, first + count, dtype=torch.float64)[:, None, None, None].expand(count, 1, 2, 2).clone()


def fates(*pairs: tuple[float, float]) -> Tensor:
    """The two numbers of each image."""
    return torch.tensor(pairs, dtype=torch.float64)


def at(place: int, size: int) -> float:
    """A number that means a place of a buffer."""
    return (place + 0.5) / size


def shown(buffer: Part, images: Tensor, u: Tensor) -> list[float]:
    """The numbers of the images that a buffer shows.

    Raises:
        Broken: They are mixed or of another shape.
    """
    found = tensor(buffer(images, u), images.shape).detach()
    if not close(found, found[:, :1, :1, :1].expand_as(found)):
        raise Broken("The images that it returned are mixtures of others.")
    return found[:, 0, 0, 0].tolist()


@check
def ImageBuffer(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """The first come back unchanged; afterwards about half pass through, and what is shown in their place was replaced."""

    def filled(size: int) -> Part:
        buffer = student(size)
        for place in range(size):
            shown(buffer, numbered(place, 1), fates((0.9, 0.0)))
        return buffer

    first = student(4)
    seen = shown(first, numbered(0, 3), fates((0.1, 0.9), (0.2, 0.1), (0.9, 0.4)))
    yield essential(
        "what fills the buffer comes back unchanged",
        lambda: Verdict(
            seen == [0, 1, 2] and shown(first, numbered(3, 1), fates((0.0, 0.0))) == [3], f"It showed images {seen}."
        ),
        "While there is room, each image is kept and shown itself, whatever u says.",
    )

    def passing() -> Verdict:
        buffer = filled(3)
        found = shown(buffer, numbered(10, 2), fates((KEEP, at(0, 3)), (0.99, at(2, 3))))
        return Verdict(found == [10, 11], f"It showed images {[int(n) for n in found]}.")

    yield essential(
        "once full, half of the new images pass through",
        passing,
        "If u[i, 0] is at least 0.5, the new image itself is shown. Is an older one always shown, or is the comparison turned"
        " around?",
    )

    def older() -> Verdict:
        found = [shown(filled(3), numbered(10, 1), fates((SWAP, at(place, 3)))) for place in range(3)]
        return Verdict(
            found == [[0], [1], [2]], f"For the places 0, 1, 2 it showed images {[int(n) for (n,) in found]}."
        )

    yield essential(
        "the other half show an older image",
        older,
        "If u[i, 0] is below 0.5, the image at place u[i, 1] times the size, rounded down, is shown. Is the place taken after the"
        " exchange, or rounded otherwise?",
    )

    def ends() -> Verdict:
        buffer = filled(5)
        found = shown(buffer, numbered(10, 2), fates((0.0, 0.0), (0.0, 0.999999)))
        return Verdict(found == [0, 4], f"It showed images {[int(n) for n in found]}.")

    yield (
        "every place can be hit, the first and the last too",
        ends,
        "u[i, 1] near 0 means the first image, near 1 the last one.",
    )

    def replaced() -> Verdict:
        buffer = filled(3)
        found = [shown(buffer, numbered(10 + k, 1), fates((SWAP, at(1, 3)))) for k in range(3)]
        return Verdict(
            found == [[1], [10], [11]], f"Asked three times for one place it showed {[int(n) for (n,) in found]}."
        )

    yield essential(
        "the new image takes the older one's place",
        replaced,
        "What was shown from the buffer should be replaced by the new image: asked again for that place, it shows the one that"
        " came last. Does the buffer ever change once it is full?",
    )

    def not_kept() -> Verdict:
        buffer = filled(2)
        shown(buffer, numbered(10, 2), fates((0.7, at(0, 2)), (0.8, at(1, 2))))
        found = shown(buffer, numbered(20, 2), fates((SWAP, at(0, 2)), (SWAP, at(1, 2))))
        return Verdict(found == [0, 1], f"Afterwards it held images {[int(n) for n in found]}.")

    yield (
        "an image that passes through is not kept",
        not_kept,
        "If the new image is shown, the buffer should stay as it is: no more images than its size, and the same ones.",
    )

    def in_a_batch() -> Verdict:
        buffer = student(2)
        found = shown(
            buffer,
            numbered(0, 5),
            fates((0.9, 0.9), (0.9, 0.9), (SWAP, at(0, 2)), (0.8, at(1, 2)), (SWAP, at(0, 2))),
        )
        return Verdict(found == [0, 1, 0, 3, 2], f"For a batch 0 1 2 3 4 it showed {[int(n) for n in found]}.")

    yield (
        "within a batch, image by image",
        in_a_batch,
        "A batch is taken in one image after the other: the buffer may become full within it, and each image has a fate of its"
        " own, after those before it.",
    )

    def apart() -> Verdict:
        one, other = student(2), student(2)
        shown(one, numbered(0, 2), fates((0.9, 0.0), (0.9, 0.0)))
        found = shown(other, numbered(50, 1), fates((0.1, 0.1)))
        later = shown(other, numbered(60, 2), fates((0.9, 0.1), (SWAP, at(0, 2))))
        return Verdict(found == [50] and later == [60, 50], "Images of one buffer came out of another.")

    yield (
        "two buffers share nothing",
        apart,
        "Each domain has a buffer. Are the images kept in the class, or in a default argument, in place of the object?",
    )

    def fifty() -> Verdict:
        buffer = student()
        if shown(buffer, numbered(0, 50), fates(*[(0.1, 0.1)] * 50)) != list(range(50)):
            return Verdict(False, "The first 50 did not come back as they were.")
        found = shown(buffer, numbered(90, 1), fates((SWAP, at(37, 50))))
        return Verdict(found == [37], f"The next one gave image {int(found[0])}.")

    yield (
        "50 by default",
        fifty,
        "A buffer that is made without a size holds 50 images.",
    )

    def cut_off() -> Verdict:
        buffer = student(1)
        for number, fate in enumerate((0.9, 0.9, 0.1, 0.1)):
            images = numbered(number, 1).requires_grad_()
            found = tensor(buffer(images, fates((fate, 0.0))))
            if found.requires_grad:
                when = "while it fills" if number == 0 else "when the new one passes" if fate > 0.5 else "an older one"
                return Verdict(False, f"What it shows has a graph ({when}).")
        return Verdict(True)

    yield remark(
        "what is kept and shown has no graph",
        cut_off,
        "Images should be detached, those that pass through as well: a kept graph keeps the whole step that made the image in"
        " memory.",
    )


def number_of(value: object) -> float:
    """A factor as a plain number."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Broken("It should return a number.")
    return float(value)


@check
def rate_factor(student: Part, draw: Draw) -> Properties:
    """1 in the first epochs, then equal steps down, once per epoch, to 0 when all epochs are over."""
    length, epochs, constant = 7, 10, 4

    def at_epochs(*chosen: int, step: int = 0) -> Tensor:
        return torch.tensor([number_of(student(length * e + step, length, epochs, constant)) for e in chosen]).double()

    yield essential(
        "full rate at first",
        lambda: same(at_epochs(0, 1, 2, 3), torch.ones(4)),
        "In the first `constant` epochs the factor is 1, never more.",
    )
    falling = torch.tensor([1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6], dtype=torch.float64)
    slips = {
        "It falls one epoch too early.": falling - 1 / 6,
        "It falls one epoch too late.": torch.cat([torch.ones(1).double(), falling[:-1]]),
        "It falls along a line that starts in the first epoch.": torch.tensor([0.6, 0.5, 0.4, 0.3, 0.2, 0.1]),
        "It rises.": 1 - falling,
        "It never falls.": torch.ones(6),
        "It falls too slowly: by the share of all epochs.": 1 - torch.arange(6) / 10,
    }
    yield essential(
        "then it falls along a line",
        lambda: same(at_epochs(4, 5, 6, 7, 8, 9), falling, slips),
        "With 10 epochs of which 4 are constant, the factors of epochs 4 to 9 should be 1, 5/6, 4/6, 3/6, 2/6 and 1/6.",
    )
    yield essential(
        "the same for all steps of an epoch",
        lambda: same(
            at_epochs(0, 3, 5, 9, step=length - 1),
            at_epochs(0, 3, 5, 9).detach(),
            {"The number of the step is taken for that of the epoch.": at_epochs(0, 0, 0, 0)},
        ),
        "The rate should change from epoch to epoch, not from batch to batch.",
    )
    yield (
        "0 when all is over",
        lambda: same(at_epochs(10), torch.zeros(1)),
        "After the last epoch the factor is 0. Does the line end there?",
    )
    yield (
        "other numbers of epochs and batches",
        lambda: same(
            torch.tensor([number_of(student(s, 3, 4, 2)) for s in (0, 5, 8, 9, 11, 12)]).double(),
            torch.tensor([1, 1, 1, 0.5, 0.5, 0]),
        ),
        "With 3 batches per epoch and 4 epochs, of which 2 are constant: steps 0 to 8 have 1, steps 9 to 11 have one half.",
    )
    yield (
        "no constant epochs",
        lambda: same(
            torch.tensor([number_of(student(s, 2, 2, 0)) for s in (0, 1, 2, 3)]), torch.tensor([1, 1, 0.5, 0.5])
        ),
        "With constant = 0 the first epoch has 1 and the factor falls from the second on.",
    )
