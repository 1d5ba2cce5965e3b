"""Checks of what is counted in tables: the joint distribution, and how far two variables are from independence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

Tables = Mapping[str, tuple[tuple[str, ...], Tensor]]


def _tables(draw: Draw, sizes: Mapping[str, int], parents: Mapping[str, Sequence[str]]) -> Tables:
    """Random tables: variables in the order of `sizes`, with as many values as it says."""
    found = {}
    for name, size in sizes.items():
        of = tuple(parents.get(name, ()))
        weights = draw.uniform(*[sizes[parent] for parent in of], size) + 0.1
        found[name] = (of, weights / weights.sum(-1, keepdim=True))
    return found


def _entries(p: Tensor, tables: Tables, draw: Draw, count: int = 12) -> Verdict:
    """Whether a few random entries of a joint table are the products of the factors' entries."""
    p = tensor(p, [factor.shape[-1] for _, factor in tables.values()])
    for _ in range(count):
        case = {name: draw.integer(0, factor.shape[-1]) for name, (_, factor) in tables.items()}
        entries = [factor[tuple(case[v] for v in (*of, name))].item() for name, (of, factor) in tables.items()]
        value, due = p[tuple(case.values())].item(), math.prod(entries)
        if not math.isclose(value, due, rel_tol=1e-4):
            at = ", ".join(f"{name} = {v}" for name, v in case.items())
            return Verdict(False, f"At {at} yours is {value:.4g}.")
    return Verdict(True)


@check
def joint(student: Part, draw: Draw) -> Properties:
    """The product of all tables, with one axis per variable in the order of the dictionary."""
    apart = _tables(draw, {"u": 2, "v": 3}, {})
    chain = _tables(draw, {"u": 3, "v": 3, "w": 3}, {"v": ["u"], "w": ["v"]})
    met = _tables(draw, {"u": 3, "v": 3, "w": 2}, {"w": ["v", "u"]})
    late = _tables(draw, {"w": 2, "v": 3, "u": 4}, {"w": ["v"], "v": ["u"]})
    sizes = {name: 2 + draw.integer(0, 2) for name in "acbde"}
    large = _tables(draw, sizes, {"c": ["a"], "b": ["a", "c"], "d": ["b", "a"], "e": ["d", "c", "b"]})
    yield essential(
        "one axis per variable, in the order of the tables",
        lambda: gives_shape(student, (2, 3, 4), late),
        "The axes of the result follow the order in which the dictionary names the variables, whatever order the tables have.",
    )
    yield essential(
        "independent variables: the product of their tables",
        lambda: _entries(student(apart), apart, draw),
        "Without arrows p(u, v) is p(u) p(v): one table along the first axis, the other along the second.",
    )
    yield (
        "all cases add up to 1",
        lambda: same(tensor(student(large)).sum(), 1.0),
        "Each table adds up to 1 along its last axis, so the product of all of them does over all cases. Is each table used"
        " once?",
    )
    yield (
        "a table's last axis is the variable's own",
        lambda: _entries(student(chain), chain, draw),
        "A table has its parents' axes first and its own last; which axis of the result is which?",
    )
    yield (
        "several parents, in the order in which they are named",
        lambda: _entries(student(met), met, draw),
        "The parents' axes follow the order in which the table names them, which need not be that of the result.",
    )
    yield (
        "a variable may be named before its parents",
        lambda: _entries(student(late), late, draw),
        "Look up the place of each variable by its name; the dictionary's order need not follow the arrows.",
    )
    yield (
        "five variables with different numbers of values",
        lambda: _entries(student(large), large, draw),
        "Try a network of your own with two and three values, and compare one entry with a product on paper.",
    )


def _coupled(amplitudes: Tensor, weights: Tensor) -> Tensor:
    """p(x, y, z...) in which, given z, x and y are fair coins that agree with probability (1 + amplitude) / 2."""
    signs = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    given_z = (1 + signs.reshape(2, 2, *[1] * amplitudes.ndim) * amplitudes) / 4
    return given_z * (weights / weights.sum())


@check
def dependence(student: Part, draw: Draw) -> Properties:
    """The largest |p(x, y | z) - p(x | z) p(y | z)|, every other variable summed out."""
    apart = (draw.uniform(3, 1) + 0.2) * (draw.uniform(1, 4) + 0.2)
    apart = apart / apart.sum()
    amplitude = 0.3 + 0.5 * float(draw.uniform(1))
    one = torch.tensor(amplitude, dtype=torch.float64)
    coins = _coupled(one, torch.ones((), dtype=torch.float64))
    rare = _coupled(torch.stack([0 * one, one]), torch.tensor([0.9, 0.1], dtype=torch.float64))
    opposite = _coupled(torch.stack([one, -one]), torch.ones(2, dtype=torch.float64))
    # axes: x, z, y, all independent but for z, which moves both
    cause = torch.tensor([[0.2, 0.8], [0.5, 0.2], [0.3, 0.0]]).double() + 0.1 * draw.uniform(3, 2)
    effect = torch.tensor([[0.1, 0.9], [0.9, 0.1]]).double() + 0.1 * draw.uniform(2, 2)
    forked = (cause / cause.sum(0))[:, :, None] * (effect / effect.sum(1, keepdim=True))[None]
    forked = forked * torch.tensor([0.4, 0.6]).double()[None, :, None]
    small = 0.02 + 0.005 * float(draw.uniform(1))
    dip = torch.full((4, 3), 1 / 12, dtype=torch.float64)
    dip += small * torch.outer(torch.tensor([-3.0, 2.0, -1.0, 2.0]), torch.tensor([1.0, -0.5, -0.5])).double()
    amplitudes, weights = 1.8 * draw.uniform(2, 3) - 0.9, draw.uniform(2, 3) + 0.3
    # axes: z1, y, other, z2, x
    wide = _coupled(amplitudes, weights).permute(2, 1, 3, 0)[:, :, None]
    other = draw.uniform(1, 1, 2, 3, 1) + 0.2
    wide = wide * (other / other.sum(2, keepdim=True))

    yield essential(
        "independent variables: 0",
        lambda: same(student(apart, 0, 1), 0.0),
        "p(x, y) = p(x) p(y) here: the difference is 0 for all values.",
    )
    yield essential(
        "two coins that mostly agree",
        lambda: same(student(coins, 0, 1), amplitude / 4),
        "With two values the difference has the same size in all four places. Compare p(x, y) with the product of the two"
        " marginals.",
    )
    yield (
        "the largest difference in size, whatever its sign",
        lambda: same(
            student(dip, 0, 1),
            3 * small,
            {
                "The largest difference is below 0 here.": 2 * small,
                "The differences are added up; the largest of them is asked for.": 16 * small,
                "Half of the summed differences is another measure; the largest of them is asked for.": 8 * small,
                "The differences are averaged; the largest of them is asked for.": 16 / 12 * small,
            },
        ),
        "A difference of -0.2 is larger than one of 0.1; take neither a sum nor a mean.",
    )
    yield (
        "each value of z by itself",
        lambda: same(
            student(rare, 0, 1, (2,)),
            amplitude / 4,
            {
                "A rare value of z should count as much as a frequent one: p(x, y | z), not p(x, y, z).": amplitude
                / 40,
                "z is given: compare for each of its values by itself, and do not sum it out.": amplitude / 40,
            },
        ),
        "Given z, every value of z has a distribution of its own, which adds up to 1.",
    )
    yield (
        "what is given can couple",
        lambda: same(student(opposite, 0, 1, (2,)), amplitude / 4),
        "Without z the two are independent here, and given z they are not.",
    )
    yield (
        "what is given can separate",
        lambda: _of_each([student(forked, 0, 2, (1,)), student(forked, 2, 0, (1,))], 0.0),
        "x and y are independent given z here, though not without it: compare p(x, y | z) with p(x | z) p(y | z), each of the"
        " three given z.",
    )
    yield (
        "what is not given is summed out",
        lambda: _of_each(
            [student(opposite, 0, 1), student(opposite.permute(2, 0, 1), 1, 2)],
            0.0,
            {"A variable that is not given was kept: its values are not known, so sum over them.": amplitude / 4},
        ),
        "Neither x nor y nor given: such an axis has to be summed away before anything is compared.",
    )
    yield (
        "any axes, in any order, several of them given",
        lambda: _of_each([student(wide, 4, 1, (0, 3)), student(wide, 1, 4, (3, 0))], float(amplitudes.abs().max()) / 4),
        "x may stand behind y, and what is given before both. Does an axis change its number when another one is summed out?",
    )


def _of_each(values: list[Any], due: float, slips: Mapping[str, float] | None = None) -> Verdict:
    """Whether all values are the one that is due."""
    return next((verdict for value in values if not (verdict := same(value, due, slips))), Verdict(True))
