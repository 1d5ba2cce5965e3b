"""Checks of derivations: a student's formula, compared by value at random points with what is due.

The exercise is a function of symbols that returns a sympy expression, so every equivalent form passes:

    def area(radius):
        return sympy.pi * radius**2

    yield "the formula", lambda: formula(student, draw, due, {"radius": (0.3, 3)}, slips), advice

`due` and the slips take numbers in the same order. The formula is evaluated where it lives, at points that the check
chooses; a symbol is positive where all of its values are, and real anyway. Infinite values compare as such.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from helpers.checks import doubles
from helpers.checks.compare import Verdict
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

POINTS = 6
RELATIVE, ABSOLUTE = 1e-8, 1e-10  # both sides are exact up to float64's rounding


def formula(
    student: Part,
    draw: Draw,
    due: Callable[..., float],
    where: Mapping[str, tuple[float, float]],
    slips: Mapping[str, Callable[..., float]] | None = None,
) -> Verdict:
    """Whether a student's formula has the due value everywhere.

    Args:
        student: Takes one symbol per name of `where`, in that order, and returns an expression.
        draw: Where the points come from.
        due: The formula on numbers.
        where: Name of each symbol -> the interval that its values are drawn from.
        slips: Advice -> the formula that a known mistake gives; the advice of the first that fits everywhere is shown.
    """
    points = [[low + (high - low) * float(draw.uniform(1)) for low, high in where.values()] for _ in range(POINTS)]
    values = _values(student, list(where), points)
    wrong = [place for place, point in enumerate(points) if not _same(values[place], due(*point))]
    if not wrong:
        return Verdict(True)
    at = ", ".join(f"{name} = {value:.3g}" for name, value in zip(where, points[wrong[0]], strict=True))
    reason = f"At {at} yours is {values[wrong[0]]:.6g}."
    for advice, slip in (slips or {}).items():
        if all(_same(value, slip(*point)) for value, point in zip(values, points, strict=True)):
            return Verdict(False, reason, advice)
    return Verdict(False, reason)


def _values(student: Part, names: list[str], points: list[list[float]]) -> list[float]:
    """The formula's values at the points.

    Raises:
        Broken: It has none there.
    """
    values = student.beside(doubles.values_of, student, names, points)
    numbers = isinstance(values, list) and len(values) == len(points) and all(_is_number(value) for value in values)
    if not numbers:
        raise Broken("It should return one expression in the symbols that it is given.")
    if any(math.isnan(value) for value in values):
        raise Broken("It has no value at some points: look for a division by zero or a logarithm of a negative number.")
    return values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(value: float, target: float) -> bool:
    if math.isinf(value) or math.isinf(target):
        return value == target
    return math.isclose(value, target, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
