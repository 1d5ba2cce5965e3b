"""Checks of what comes before and after the training: the order of the images, and how translations are measured."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import translators
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def _order(student: Part, u_a: Tensor, u_b: Tensor) -> Tensor:
    rows = tensor(student(u_a, u_b), (min(len(u_a), len(u_b)), 2))
    if rows.is_floating_point() or rows.dtype == torch.bool:
        raise ValueError(f"indices have to be whole numbers, not {rows.dtype}")
    return rows.long()


def _rises(u: Tensor, chosen: Tensor) -> bool:
    """Whether the numbers rise along the chosen places, and none that was left out is smaller."""
    if int(chosen.min()) < 0 or int(chosen.max()) >= len(u):
        return False
    left = u[[i for i in range(len(u)) if i not in chosen.tolist()]]
    return bool((u[chosen].diff() > 0).all()) and (not len(left) or bool(left.min() > u[chosen].max()))


@check
def unpaired_order(student: Part, draw: Draw) -> Properties:
    """Each column puts its own domain's numbers in rising order, and no column knows the other."""
    sizes = ((7, 7), (9, 5), (4, 8))
    numbers = [(draw.uniform(a), draw.uniform(b)) for a, b in sizes]

    def shaped() -> Verdict:
        for u_a, u_b in numbers:
            rows = tensor(student(u_a, u_b))
            due = (min(len(u_a), len(u_b)), 2)
            if tuple(rows.shape) != due or rows.is_floating_point():
                return Verdict(
                    False, f"For {len(u_a)} and {len(u_b)} images it is {rows.dtype} of {tuple(rows.shape)}."
                )
        return Verdict(True)

    yield essential(
        "one row of two indices for each image of the smaller domain",
        shaped,
        "It should return whole numbers, shape (min(N_A, N_B), 2), whichever of the domains is the smaller one.",
    )

    def none_twice() -> Verdict:
        for u_a, u_b in numbers:
            for column, size in zip(_order(student, u_a, u_b).T, (len(u_a), len(u_b)), strict=True):
                places = column.tolist()
                if len(set(places)) < len(places) or min(places) < 0 or max(places) >= size:
                    return Verdict(False, f"Of {size} images it takes {places}.")
        return Verdict(True)

    yield (
        "no image comes twice in an epoch",
        none_twice,
        "An order visits each place at most once. Are images drawn with replacement, or is the other domain's size used?",
    )
    yield essential(
        "the order of A follows A's numbers",
        lambda: Verdict(all(_rises(u_a, _order(student, u_a, u_b)[:, 0]) for u_a, u_b in numbers)),
        "The first column should visit A from its smallest number to larger ones. Is a rank taken for an index, or is the order"
        " cut before it is made?",
    )
    yield essential(
        "the order of B follows B's own numbers",
        lambda: Verdict(all(_rises(u_b, _order(student, u_a, u_b)[:, 1]) for u_a, u_b in numbers)),
        "The second column should visit B from its smallest number to larger ones. With A's order for both, the same images"
        " would meet again and again: aligned pairs from an unpaired loader.",
    )

    def apart() -> Verdict:
        u_a, u_b = numbers[0]
        first = _order(student, u_a, u_b)
        second = _order(student, u_a, u_b.flip(0))
        third = _order(student, u_a.flip(0), u_b)
        return Verdict(torch.equal(first[:, 0], second[:, 0]) and torch.equal(first[:, 1], third[:, 1]))

    yield (
        "neither domain's order depends on the other's numbers",
        apart,
        "With other numbers for one domain the order of the other one should stay.",
    )


@check
def psnr(student: Part, draw: Draw) -> Properties:
    """Ten times the logarithm of span^2 over the mean square, image by image."""
    truth = draw.normal(3, 2, 4, 5)
    sizes = torch.tensor([0.2, 0.02, 1.0], dtype=torch.float64)
    signs = (draw.normal(3, 2, 4, 5) > 0).double() * 2 - 1
    images = truth + sizes[:, None, None, None] * signs
    due = torch.tensor([20.0, 40.0, 6.020599913279624], dtype=torch.float64)
    slips = {
        "The square of the range is missing.": due - 6.020599913279624,
        "The range stands unsquared.": due - 3.010299956639812,
        "A natural logarithm: decibels take the one to base 10.": due * 2.302585092994046,
        "The sign is turned around: a smaller error should give more decibels.": -due,
        "The factor 10 is missing.": due / 10,
        "20 belongs to amplitudes; this is a ratio of squares.": 2 * due,
        "Errors are added up, not averaged.": due - 16.020599913279624,
    }
    yield essential(
        "errors of one size everywhere",
        lambda: same(student(images, truth), due, slips),
        "With values in a range of 2, errors of .2, of .02 and of 1 everywhere are 20, 40 and 6.02 dB.",
    )
    uneven = truth.clone()
    uneven[:, 0] += 0.3
    uneven[:, 1, :2] -= 0.5
    square = ((uneven - truth) ** 2).flatten(1).mean(1)
    yield (
        "errors of different sizes",
        lambda: same(
            student(uneven, truth),
            10 * (4 / square).log10(),
            {
                "The mean absolute error is squared; the squares should be averaged.": 10
                * (4 / (uneven - truth).abs().flatten(1).mean(1) ** 2).log10(),
                "The mean is taken over the decibels of single pixels or maps.": 10
                * (4 / ((uneven - truth) ** 2).flatten(2).mean(2)).log10().mean(1),
            },
        ),
        "Squares are averaged over all values of an image first; the logarithm comes last.",
    )
    yield (
        "one figure per image",
        lambda: same(student(images[1:2], truth[1:2]), due[1:2]),
        "The figure of an image should not depend on the others of its batch, and a single image gives shape (1,).",
    )
    yield (
        "the range counts",
        lambda: same(student(images, truth, 1.0), due - 6.020599913279624),
        "With values in a range of 1 the same errors weigh more: 6.02 dB less. Is `span` used?",
    )


@check
def gain_over_input(student: Part, draw: Draw) -> Properties:
    """The mean of the measure of the translation minus that of the input, both against the truth."""
    made, inputs, truth = draw.normal(4, 2, 3, 3), draw.normal(4, 2, 3, 3), draw.normal(4, 2, 3, 3)
    measure = translators.squared_gap
    with_made, with_input = measure(made, truth), measure(inputs, truth)
    beside = measure(made, inputs)
    yield essential(
        "the gain of the translation over the input",
        lambda: same(
            student(made, inputs, truth, measure),
            (with_made - with_input).mean(),
            {
                "The difference is turned around: a good translation should have a positive gain.": (
                    with_input - with_made
                ).mean(),
                "What doing nothing reaches is missing.": with_made.mean(),
                "The translation is compared with its input, which is right about everything that did not change.": (
                    beside - with_input
                ).mean(),
                "The input's own likeness to the translation is taken away, not that to the truth.": (
                    with_made - beside
                ).mean(),
                "A sum over the images: the figure would grow with their number.": (with_made - with_input).sum(),
                "A ratio: a gain is a difference here.": (with_made / with_input).mean(),
            },
        ),
        "Measure the translation against the truth and the input against the truth; the gain is the mean difference.",
    )
    yield (
        "nothing gained by doing nothing",
        lambda: same(student(inputs, inputs, truth, measure), 0.0),
        "An untranslated image has no gain over itself.",
    )
    yield (
        "a perfect translation",
        lambda: same(student(truth, inputs, truth, measure), -with_input.mean()),
        "For a perfect translation the measure is the best that there is; the gain is what the input lacks.",
    )

    yield (
        "what became worse counts as a negative gain",
        lambda: same(student(inputs, truth, truth, measure), with_input.mean()),
        "Where doing nothing would have been right, an image that was changed has a negative gain.",
    )

    def of_any_measure() -> Verdict:
        half = student(made, inputs, truth, translators.likeness)
        due = (translators.likeness(made, truth) - translators.likeness(inputs, truth)).mean()
        return Verdict(close(tensor(half, ()), due))

    yield (
        "the measure is the caller's",
        of_any_measure,
        "With another `measure` the gain should follow it: is a measure of your own used?",
    )
