"""Checks of the change of variables: three densities with their supports, and the Jacobians of two maps of the plane."""

from __future__ import annotations

import math

from helpers.checks import doubles
from helpers.checks.core import Properties, check
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

NORMAL = math.sqrt(2 * math.pi)


def _on(low: float, high: float, x: float, value: float) -> float:
    """A value on an interval, and 0 outside."""
    return value if low <= x <= high else 0.0


@check
def densities(student: Part, draw: Draw) -> Properties:
    """The densities of 2z + 1, exp(z) and 1.5 z + 3, supports included."""
    first, second, third = (student.beside(doubles.part_of, student, place) for place in range(3))
    end = math.exp(2)
    inside, around = {"x": (1.1, 2.9)}, {"x": (-1.5, 0.8)}
    yield (
        "2 z + 1 inside of its support",
        lambda: (
            formula(
                first,
                draw,
                lambda x: 0.5,
                inside,
                {
                    "The density of z itself: where the map stretches by 2, the density gets thinner.": lambda x: 1.0,
                    "It is multiplied by dx/dz where dz/dx belongs.": lambda x: 2.0,
                    "This is z itself, as a function of x; the density of z is constant.": lambda x: (x - 1) / 2,
                    "This is x as a function of z.": lambda x: 2 * x + 1,
                },
            )
            and formula(first, draw, lambda x: 0.5, {"x": (1.05, 1.3)})
            and formula(first, draw, lambda x: 0.5, {"x": (2.7, 2.95)})
        ),
        "The density of z on [0, 1] is 1, and x runs over an interval of another length: the area must stay 1.",
    )
    yield (
        "2 z + 1 outside of its support",
        lambda: (
            formula(
                first,
                draw,
                lambda x: 0.0,
                around,
                {
                    "The support is missing: which values can 2 z + 1 take?": lambda x: 0.5,
                    "The support is that of z, or begins at 0.": lambda x: _on(0, 1, x, 0.5),
                    "The support is that of z, with the density of z.": lambda x: _on(0, 1, x, 1.0),
                    "The support begins at 0.": lambda x: _on(0, 3, x, 0.5),
                },
            )
            and formula(
                first,
                draw,
                lambda x: 0.0,
                {"x": (3.2, 8.0)},
                {"Above 3 the density should be 0: which values can 2 z + 1 take?": lambda x: 0.5},
            )
        ),
        "Outside of the values that 2 z + 1 can take, the density is 0.",
    )
    yield (
        "exp(z) inside of its support",
        lambda: (
            formula(
                second,
                draw,
                lambda x: 1 / (2 * x),
                {"x": (1.1, 7.3)},
                {
                    "The density of z is missing: on an interval of length 2 it is not 1.": lambda x: 1 / x,
                    "It is multiplied by dx/dz where dz/dx belongs.": lambda x: x / 2,
                    "The derivative is taken at x where z = log x belongs.": lambda x: math.exp(-x) / 2,
                    "The derivative is that of exp at x.": lambda x: math.exp(x) / 2,
                    "The derivative of the inverse is missing: this is the density of z alone.": lambda x: 0.5,
                    "This is the inverse itself; its derivative is asked for.": lambda x: math.log(x) / 2,
                    "The length of the support of x is taken for that of z.": lambda x: 1 / ((end - 1) * x),
                    "The factor 2 is on the wrong side.": lambda x: 2 / x,
                    "x is squared.": lambda x: 1 / (2 * x**2),
                },
            )
            and formula(second, draw, lambda x: 1 / (2 * x), {"x": (1.05, 1.3)})
            and formula(second, draw, lambda x: 1 / (2 * x), {"x": (7.1, 7.35)})
        ),
        "z is uniform on [0, 2] and z = log x: the density of z, times |dz/dx| at x.",
    )
    yield (
        "exp(z) outside of its support",
        lambda: (
            formula(
                second,
                draw,
                lambda x: 0.0,
                {"x": (7.42, 7.48)},
                {
                    "The support is missing, or too long: which values can exp(z) take for z in [0, 2]?": lambda x: (
                        1 / (2 * x)
                    )
                },
            )
            and formula(second, draw, lambda x: 0.0, {"x": (7.5, 9.0)})
            and formula(
                second,
                draw,
                lambda x: 0.0,
                {"x": (0.05, 0.95)},
                {"Below 1 the density should be 0: what is exp(z) at z = 0?": lambda x: 1 / (2 * x)},
            )
            and formula(second, draw, lambda x: 0.0, {"x": (-3.0, -0.1)})
        ),
        "Outside of the values that exp(z) can take, the density is 0.",
    )

    def bell(x: float, mean: float = 3.0, std: float = 1.5) -> float:
        return math.exp(-(((x - mean) / std) ** 2) / 2) / (NORMAL * std)

    yield (
        "1.5 z + 3 everywhere",
        lambda: formula(
            third,
            draw,
            bell,
            {"x": (-2.0, 8.0)},
            {
                "The factor dz/dx is missing: the area under this curve is 1.5.": lambda x: 1.5 * bell(x),
                "It is multiplied by dx/dz where dz/dx belongs.": lambda x: 2.25 * bell(x),
                "1.5 is taken for a variance: the map stretches by 1.5.": lambda x: bell(x, 3.0, math.sqrt(1.5)),
                "The standard normal itself: z has to be written in terms of x.": lambda x: bell(x, 0.0, 1.0),
                "z is taken as 1.5 x + 3; solve the equation for z first.": lambda x: bell(1.5 * x + 3, 0.0, 1.0) / 1.5,
                "The mean has the wrong sign.": lambda x: bell(x, -3.0),
                "The half in the exponent is missing.": lambda x: math.exp(-(((x - 3) / 1.5) ** 2)) / (NORMAL * 1.5),
                "The constant lacks its root: sqrt(2 pi) belongs there.": lambda x: bell(x) * NORMAL / (2 * math.pi),
                "The constant 1 / sqrt(2 pi) is missing.": lambda x: bell(x) * NORMAL,
                "The exponent lacks its minus.": lambda x: math.exp((((x - 3) / 1.5) ** 2) / 2) / (NORMAL * 1.5),
                "The shift is missing.": lambda x: bell(x, 0.0),
                "The stretch in the exponent is missing.": lambda x: bell(x, 3.0, 1.0) / 1.5,
            },
        ),
        "Solve x = 1.5 z + 3 for z, put that into the standard normal density, and multiply by dz/dx.",
    )


@check
def coupling_jacobians(student: Part, draw: Draw) -> Properties:
    """Jacobians of (x1, x2 + m(x1)) and (x1, s(x1) x2 + t(x1)): triangular, with known diagonals."""
    where = {"x2": (-3, 3), "s": (0.3, 3), "dm": (-2, 2), "ds": (-2, 2), "dt": (-2, 2)}

    def entry(number: int, row: int, column: int) -> Part:
        return student.beside(doubles.part_of, student, number, row, column)

    def fixed(number: int, row: int, column: int, value: float):
        return formula(entry(number, row, column), draw, lambda *_: value, where)

    yield (
        "both leave x1 alone",
        lambda: all(fixed(number, 0, 0, 1.0) and fixed(number, 0, 1, 0.0) for number in (0, 1)),
        "The first output is x1 itself: its derivatives for x1 and x2 are the first row. Rows are outputs, columns inputs.",
    )
    yield (
        "the shift of the first map",
        lambda: formula(
            entry(0, 1, 0),
            draw,
            lambda x2, s, dm, ds, dt: dm,
            where,
            {
                "Output 2 depends on x1, through m.": lambda x2, s, dm, ds, dt: 0.0,
                "The matrix is transposed, or m' is missing: rows are outputs, columns inputs.": lambda x2, s, dm, ds, dt: (
                    1.0
                ),
                "x2 is differentiated as if it hung on x1.": lambda x2, s, dm, ds, dt: x2 + dm,
            },
        ),
        "Differentiate x2 + m(x1) for x1.",
    )
    yield (
        "the first map keeps areas",
        lambda: fixed(0, 1, 1, 1.0),
        "Differentiate x2 + m(x1) for x2.",
    )
    yield (
        "the second map's dependence on x1",
        lambda: formula(
            entry(1, 1, 0),
            draw,
            lambda x2, s, dm, ds, dt: ds * x2 + dt,
            where,
            {
                "The scale depends on x1, too: the product s(x1) x2 contributes.": lambda x2, s, dm, ds, dt: dt,
                "t(x1) contributes as well.": lambda x2, s, dm, ds, dt: ds * x2,
                "x2 is missing: differentiate the product s(x1) x2 for x1.": lambda x2, s, dm, ds, dt: ds + dt,
                "s is not differentiated.": lambda x2, s, dm, ds, dt: s * x2 + dt,
                "The chain rule was used where none is needed.": lambda x2, s, dm, ds, dt: ds * s * x2 + dt,
                "The matrix is transposed, or the dependence is missing.": lambda x2, s, dm, ds, dt: 0.0,
                "The derivatives are subtracted.": lambda x2, s, dm, ds, dt: ds * x2 - dt,
                "s is added: that is the derivative for x2.": lambda x2, s, dm, ds, dt: ds * x2 + s + dt,
                "The derivative of the first map stands here.": lambda x2, s, dm, ds, dt: dm,
                "t is multiplied by x2 instead of s.": lambda x2, s, dm, ds, dt: ds + dt * x2,
            },
        ),
        "Differentiate s(x1) x2 + t(x1) for x1: both s and t depend on it.",
    )
    yield (
        "the second map stretches by s",
        lambda: formula(
            entry(1, 1, 1),
            draw,
            lambda x2, s, dm, ds, dt: s,
            where,
            {
                "The slope of s stands where s belongs: for x2, s is a constant factor.": lambda x2, s, dm, ds, dt: ds,
                "The scale is forgotten: this is the first map's.": lambda x2, s, dm, ds, dt: 1.0,
                "This is the logarithm of the scale, or an exponential of it: s itself is the factor here.": lambda x2, s, dm, ds, dt: (
                    math.log(s)
                ),
                "The scale is exponentiated: s itself is the factor here.": lambda x2, s, dm, ds, dt: math.exp(s),
                "x2 is left over.": lambda x2, s, dm, ds, dt: s * x2,
                "t does not depend on x2.": lambda x2, s, dm, ds, dt: s + dt,
            },
        ),
        "Differentiate s(x1) x2 + t(x1) for x2.",
    )
