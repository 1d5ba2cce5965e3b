"""Checks of walks through the code: interpolation, traversal, and a grid over the plane."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Normal

from helpers.checks import doubles
from helpers.checks.compare import Verdict, gives_shape, same, tensor, varies
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def interpolate(student: Part, draw: Draw) -> Properties:
    """A straight walk from one code to another, both ends included."""
    start, end = draw.normal(4), draw.normal(4)

    def walk(t: Tensor) -> Tensor:
        return (1 - t[:, None]) * start + t[:, None] * end

    even = walk(torch.linspace(0, 1, 5).double())
    yield essential(
        "as many codes as steps",
        lambda: gives_shape(student, (5, 4), start, end, 5),
        "Five steps are five codes, both ends included: shape (steps, d).",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (start, end, 5), (start + 1, end - 2, 5)),
        "Other codes should give another walk.",
    )
    yield (
        "begins at the start",
        lambda: same(
            tensor(student(start, end, 5))[0],
            start,
            {"It begins at the end: which code weighs 1 - t?": end},
        ),
        "The first code is the start itself.",
    )
    yield (
        "ends at the end",
        lambda: same(
            tensor(student(start, end, 5))[-1],
            end,
            {
                "It ends at the start: which code weighs t?": start,
                "It stops one step before the end: both ends are included.": walk(torch.tensor([0.8]).double())[0],
            },
        ),
        "The last code is the end itself: does t reach 1?",
    )
    yield (
        "equal steps in a straight line",
        lambda: same(
            student(start, end, 5),
            even,
            {
                "Steps are not equal.": walk(torch.linspace(0, 1, 5).double() ** 2),
                "The walk lies on a sphere; a straight line was asked for.": even
                / even.norm(dim=1, keepdim=True)
                * start.norm(),
            },
        ),
        "Between two neighbours the difference is always the same: a fourth of the whole way with five codes.",
    )
    yield (
        "two steps are just the ends",
        lambda: same(student(start, end, 2), torch.stack([start, end])),
        "The shortest walk has two codes.",
    )
    yield (
        "codes of any size, any number of steps",
        lambda: same(student(start[:1], end[:1], 11), walk(torch.linspace(0, 1, 11).double())[:, :1]),
        "Eleven steps between codes of one variable.",
    )
    yield (
        "standing still works",
        lambda: same(student(start, start, 3), start.expand(3, 4)),
        "From a code to itself every step is that code.",
    )


@check
def traverse(student: Part, draw: Draw) -> Properties:
    """One code variable at several values, the others as they are."""
    z, values = draw.normal(4), 5 + draw.normal(3)

    def moved(variable: int) -> Tensor:
        return torch.stack([torch.cat([z[:variable], value[None], z[variable + 1 :]]) for value in values])

    yield essential(
        "one code per value",
        lambda: gives_shape(student, (3, 4), z, 2, values),
        "Three values give three codes, shape (n, d).",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (z, 2, values), (z + 1, 2, values + 2)),
        "Another code and other values should give another walk.",
    )
    yield (
        "the variable takes the values in order",
        lambda: same(
            tensor(student(z, 2, values))[:, 2],
            values,
            {
                "The values are added to what was there; they should replace it.": z[2] + values,
                "The variable is multiplied by the values; they should replace it.": z[2] * values,
                "Every row has the last value: do the rows share their memory?": values[-1].expand(3),
                "Every row has the first value.": values[:1].expand(3),
                "The values come in the reverse order.": values.flip(0),
                "Nothing changed.": z[2].expand(3),
            },
        ),
        "In row k the variable should be values[k].",
    )
    yield (
        "the others stay",
        lambda: same(
            tensor(student(z, 2, values))[:, [0, 1, 3]],
            z[[0, 1, 3]].expand(3, 3),
            {"The others are set to zero; they should stay as they are.": torch.zeros(3, 3).double()},
        ),
        "All other code variables keep their values in every row.",
    )
    yield (
        "any variable",
        lambda: same(student(z, 0, values), moved(0)) and same(student(z, 3, values), moved(3)),
        "The first and the last code variable can be changed, too.",
    )
    yield (
        "any number of values",
        lambda: (
            same(student(z, 1, values[:1]), moved(1)[:1])
            and same(student(z, 1, z), torch.stack([torch.cat([z[:1], value[None], z[2:]]) for value in z]))
        ),
        "One value gives one code, and four values four.",
    )

    def untouched() -> Verdict:
        both = student.beside(doubles.one_after_another, student, 0, z, (0, values), (3, values))
        return same(both[1], moved(3))

    yield remark(
        "z itself stays",
        untouched,
        "A second call with the same z still sees the first one's change: was z itself written into?",
    )


@check
def latent_grid(student: Part, draw: Draw) -> Properties:
    """n x n codes at equal steps of the prior's probability, as a picture is read."""

    def axis(n: int) -> Tensor:
        return Normal(0.0, 1.0).icdf((torch.arange(n).double() + 0.5) / n)

    def grid(n: int) -> Tensor:
        z = axis(n)
        return torch.stack([torch.stack([right, up]) for up in z.flip(0) for right in z])

    n = draw.integer(4, 8)
    yield essential(
        "n * n codes of two variables",
        lambda: gives_shape(student, (n * n, 2), n),
        "Return shape (n * n, 2): all pairs of n values, one pair per row.",
    )
    yield essential(
        "the codes are different",
        lambda: Verdict(len(tensor(student(n)).unique(dim=0)) > 1),
        "All codes are the same: where do the n values come in?",
    )
    due = axis(n)
    centred = Normal(0.0, 1.0).icdf((torch.arange(n).double() + 1) / (n + 1))

    def values(column: int) -> Tensor:
        return tensor(student(n))[:, column].unique().double()

    def right_values() -> Verdict:
        seen = values(0)
        if len(seen) != n:
            return Verdict(False, f"For n = {n} there are {len(seen)} different values of z0.")
        return same(
            seen,
            due,
            {
                "The steps are equal in z, not in probability.": torch.linspace(due[0], due[-1], n).double(),
                "These are probabilities; send them through the inverse of the normal's cumulative distribution.": (
                    torch.arange(n).double() + 0.5
                )
                / n,
                "The values are (k + 1) / (n + 1) in probability; (k + 1/2) / n is asked for.": centred,
                "This is the density or the cumulative distribution itself; its inverse is asked for.": Normal(
                    0.0, 1.0
                ).cdf((torch.arange(n).double() + 0.5) / n),
                "The inverse of another function: that of the logistic distribution.": torch.logit(
                    (torch.arange(n).double() + 0.5) / n
                ),
            },
        )

    yield (
        "equal steps of probability",
        right_values,
        "Along each axis the values are those below which (k + 1/2) / n of the prior lies.",
    )
    yield (
        "both variables take the same values",
        lambda: same(values(1), values(0)),
        "z0 and z1 run over the same n values.",
    )
    yield (
        "every pair once",
        lambda: Verdict(len(tensor(student(n)).unique(dim=0)) == n * n),
        "Each pair of values should appear exactly once: n * n different codes.",
    )

    def first_row() -> Verdict:
        seen = tensor(student(n)).double()[:n, 0]
        return Verdict(bool((seen.diff() > 0).all()))

    yield (
        "z0 grows from left to right",
        first_row,
        "The first n codes are the top row, in which z0 (the first column of the result) grows.",
    )

    def rows() -> Verdict:
        seen = tensor(student(n)).double()[:, 1].reshape(n, n)
        still = bool((seen == seen[:, :1]).all())
        return Verdict(still and bool((seen[:, 0].diff() < 0).all()))

    yield (
        "z1 falls from the top to the bottom",
        rows,
        "Within a row z1 (the second column of the result) stays; the top row has its largest value.",
    )
    yield (
        "small grids are right as a whole",
        lambda: same(student(3), grid(3)) and same(student(1), torch.zeros(1, 2)),
        "For n = 3 the values are -.967, 0 and .967; for n = 1 there is one code, the origin.",
    )
