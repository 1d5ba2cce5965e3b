"""Checks of what is counted and laid out: covered modes, dead units, a sheet of samples."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import adversaries
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind


def whole_number(value: object, due: int, slips: dict[str, int] | None = None) -> Verdict:
    """Whether a count is the one that is due; one-element tensors of integers count as numbers."""
    if isinstance(value, Tensor) and value.numel() == 1 and not value.is_floating_point():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise Broken(
            f"It should return a whole number, and returned {kind(value.handle if isinstance(value, Part) else value)}."
        )
    if value == due:
        return Verdict(True)
    advice = next((advice for advice, slip in (slips or {}).items() if value == slip), "")
    return Verdict(False, f"It counts {int(value)}.", advice)


@check
def modes_covered(student: Part, draw: Draw) -> Properties:
    """Counts the centres with enough samples near them, each sample for its nearest centre only."""
    centres = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]], dtype=torch.float64)
    turn = torch.linspace(0, 6, 5, dtype=torch.float64)
    ring = torch.stack([turn.cos(), turn.sin()], dim=1)

    def near(mode: int, count: int, distance: float = 0.5) -> Tensor:
        return centres[mode] + distance * ring[:count]

    samples = torch.cat([near(0, 5), near(1, 3), near(2, 1), near(3, 5, 3.0)])
    samples = samples[draw.permutation(len(samples))]
    yield essential(
        "modes with enough samples near them",
        lambda: whole_number(
            student(samples, centres, 1.0, 3),
            2,
            {
                "Modes with too few samples count as well.": 3,
                "Samples beyond the radius count as well.": 3,
                "All modes count: is anything compared?": 4,
                "These are samples, not modes.": 9,
                "A mode needs at least `least` samples: exactly as many are enough.": 1,
            },
        ),
        "Of four modes with 5, 3, 1 and 0 samples within the radius, two have at least 3.",
    )
    yield (
        "exactly `least` samples are enough",
        lambda: whole_number(student(torch.cat([near(0, 3), near(1, 2)]), centres, 1.0, 3), 1),
        "A mode with exactly `least` close samples is covered, one with fewer is not.",
    )
    yield (
        "a single sample counts if least is 1",
        lambda: whole_number(student(samples, centres, 1.0, 1), 3),
        "With least = 1 every mode that any sample lies close to is covered.",
    )
    yield (
        "the radius decides what is close",
        lambda: whole_number(student(samples, centres, 4.0, 5), 2),
        "With a radius of 4 the five samples at a distance of 3 are close, too.",
    )
    yield (
        "a sample exactly at the radius is close",
        lambda: whole_number(
            student(torch.tensor([[2.0, 0.0], [10.0, -2.0]], dtype=torch.float64), centres, 2.0, 1), 2
        ),
        "The docstring says: at most this far away.",
    )
    close_by = torch.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    crowd = torch.tensor([[0.1, 0.0], [0.2, 0.1], [0.0, 0.2], [0.3, 0.0]], dtype=torch.float64)
    yield (
        "a sample speaks for its nearest centre only",
        lambda: whole_number(
            student(crowd, close_by, 2.0, 2),
            1,
            {"Samples that lie within the radius of two centres count for both.": 2},
        ),
        "Two centres lie close together, and all samples are nearest to the first: one mode is covered.",
    )
    steep = torch.tensor([[0.8, 0.8], [0.8, -0.8]], dtype=torch.float64)
    yield (
        "distance is Euclidean",
        lambda: (
            whole_number(
                student(steep, centres, 1.0, 1), 0, {"Coordinates are compared one by one: a square is no circle.": 1}
            )
            and whole_number(
                student(steep, centres, 1.2, 2), 1, {"Distances along the axes are added up, or squared.": 0}
            )
        ),
        "A point at (0.8, 0.8) is 1.13 away from the origin.",
    )
    space = torch.eye(5, dtype=torch.float64) * 8
    yield (
        "any number of dimensions and modes",
        lambda: (
            whole_number(student(space[[0, 0, 3, 3, 4, 4, 2]], space, 0.5, 2), 3)
            and whole_number(student(space[:0], space, 0.5, 1), 0)
        ),
        "Five modes in five dimensions, three of them with two samples; and without any sample no mode is covered.",
    )


@check
def dead_units(student: Part, draw: Draw) -> Properties:
    """Counts the columns that are nowhere positive."""
    before = draw.normal(6, 5).abs() + 0.1
    before[:, 1] *= -1
    before[:, 4] *= -1
    before[:3, 2] *= -1
    before[0, 3] *= -1
    slips = {
        "Units that are shut for some example only are not dead.": 4,
        "These are the units that are never shut.": 1,
        "These are the units that are alive.": 3,
        "These are entries, not units.": int((before <= 0).sum()),
        "These are examples, not units: which dimension is the batch?": 0,
    }
    yield essential(
        "units that are shut for every example",
        lambda: whole_number(student(before), 2, slips),
        "Of five units, two have only negative inputs. A unit is a column, an example a row.",
    )
    nearly = before.clone()
    nearly[2, 4] = 1e-5
    yield (
        "one example is enough to be alive",
        lambda: whole_number(student(nearly), 1),
        "A unit that is open for a single example, however little, still learns from it.",
    )
    zero = torch.tensor([[0.0, 1.0, -1.0], [0.0, -1.0, 0.0]], dtype=torch.float64)
    yield (
        "an input of exactly 0 is shut",
        lambda: whole_number(
            student(zero), 2, {"At exactly 0 a ReLU passes no gradient: the docstring says at most 0.": 0}
        ),
        "A ReLU is shut where its input is at most 0.",
    )
    large = torch.tensor([[5.0, -1.0], [-9.0, -1.0]], dtype=torch.float64)
    yield (
        "large negative inputs do not outweigh a positive one",
        lambda: whole_number(student(large), 1, {"An average or a sum lets a negative input hide a positive one.": 2}),
        "Inputs of 5 and -9 belong to a living unit.",
    )


@check
def sample_sheet(student: Part, draw: Draw) -> Properties:
    """Image r * K + k is drawn from the r-th noise and shows class k."""
    shape, latent, classes = (1, 2, 3), 4, 3
    generator = student.beside(adversaries.LinearGenerator, latent, classes, shape, 3)
    own = adversaries.LinearGenerator(latent, classes, shape, 3)
    z, eye = draw.normal(2, latent), torch.eye(classes, dtype=torch.float64)
    with torch.no_grad():
        due = own(z.repeat_interleave(3, 0), eye.repeat(2, 1))
        columns = own(z.repeat(3, 1), eye.repeat_interleave(2, 0))
        mixed = own(z.repeat(3, 1), eye.repeat(2, 1))
        one = own(z.repeat_interleave(3, 0), eye[:1].expand(6, -1))
    yield essential(
        "one image per noise vector and class",
        lambda: Verdict(tuple(tensor(student(generator, z, classes)).shape) == (6, *shape)),
        "Two noise vectors in three classes make six images, in one batch (R * classes, C, H, W).",
    )
    yield essential(
        "row by row",
        lambda: same(
            student(generator, z, classes),
            due,
            {
                "The sheet runs column by column: the class should change from image to image, the noise from row to row.": (
                    columns
                ),
                "Noise and class change together: each noise vector should be drawn in every class.": mixed,
                "All images show one class.": one,
                "The classes run backwards.": due.reshape(2, 3, *shape).flip(1).reshape(6, *shape),
            },
        ),
        "Image number r * classes + k should show class k, drawn from z[r].",
    )
    z4 = draw.normal(3, latent)
    with torch.no_grad():
        square = own(z4.repeat_interleave(3, 0), eye.repeat(3, 1))
    yield (
        "as many rows as classes",
        lambda: same(
            student(generator, z4, classes),
            square,
            {
                "With as many rows as classes, rows and columns change places.": own(
                    z4.repeat(3, 1), eye.repeat_interleave(3, 0)
                ).detach()
            },
        ),
        "With three noise vectors and three classes no shape tells a mistake.",
    )
    more = student.beside(adversaries.LinearGenerator, latent, 5, shape, 4)
    with torch.no_grad():
        five = adversaries.LinearGenerator(latent, 5, shape, 4)(z[:1].expand(5, -1), torch.eye(5, dtype=torch.float64))
    yield (
        "another number of classes",
        lambda: same(student(more, z[:1], 5), five),
        "With five classes and one noise vector there should be five images. Is a number of classes assumed?",
    )
