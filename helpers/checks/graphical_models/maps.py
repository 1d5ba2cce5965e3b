"""Checks of maps: all statements of independence, and what those of a graph are to those of a distribution."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from helpers.checks import graph_doubles
from helpers.checks.compare import Verdict
from helpers.checks.core import Properties, check, essential
from helpers.checks.graphical_models.graphs import as_set, first, listed, names, of_length, subsets
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, one_line

Statement = tuple[frozenset, frozenset]


def _all_statements(nodes: list) -> list[Statement]:
    """Every statement about two of the nodes given some of the others."""
    return [
        (frozenset(pair), frozenset(z))
        for pair in itertools.combinations(nodes, 2)
        for z in subsets([node for node in nodes if node not in pair])
    ]


@check
def independences(student: Part, draw: Draw) -> Properties:
    """Every statement that holds, once, as a pair of frozensets."""
    called = names(draw, 5)
    cases = []
    for size in (2, 3, 4, 5):
        everything = _all_statements(called[:size])
        some = (draw.uniform(len(everything)) < 0.5).tolist()
        for kept in (everything, [s for s, keep in zip(everything, some, strict=True) if keep], []):
            cases.append((called[:size], [[list(pair), list(z)] for pair, z in kept]))
    found = of_length(student.beside(graph_doubles.with_statements, student, cases), len(cases))
    yield essential(
        "each statement is a pair of frozensets",
        lambda: bool([_as_statements(value) for value in found]),
        "Write a statement as (frozenset((x, y)), frozenset(z)), in a set of such pairs.",
    )
    answers = [
        (nodes, {(frozenset(pair), frozenset(z)) for pair, z in true}, _as_statements(value))
        for (nodes, true), value in zip(cases, found, strict=True)
    ]

    def lacks(which: Callable[[Statement, int], bool]) -> Callable[[], Verdict]:
        def failure(nodes: list, due: set[Statement], mine: set[Statement]) -> str | None:
            missing = [statement for statement in due - mine if which(statement, len(nodes))]
            return f"With the nodes {listed(nodes)} yours lacks: {_said(missing[0])}." if missing else None

        return lambda: first(failure(*answer) for answer in answers)

    yield essential(
        "statements given nothing",
        lacks(lambda statement, size: not statement[1]),
        "The empty set is a set of other nodes, too: independence without any observation.",
    )
    yield (
        "statements given all the others",
        lacks(lambda statement, size: len(statement[1]) == size - 2),
        "The largest set to observe holds all nodes but the two.",
    )
    yield (
        "statements given some of the others",
        lacks(lambda statement, size: 0 < len(statement[1]) < size - 2),
        "Every set of other nodes is asked about, of every size.",
    )
    yield (
        "nothing that does not hold",
        lambda: first(
            f"With the nodes {listed(nodes)} yours should not hold: {_said(next(iter(mine - due)))}."
            if mine - due
            else None
            for nodes, due, mine in answers
        ),
        "Ask `holds(x, y, z)` for each statement, and keep it only if the answer is True.",
    )


def _said(statement: Statement) -> str:
    pair, z = statement
    return f"{' and '.join(sorted(map(str, pair)))} given {listed(z)}"


def _as_statements(value: Any) -> set[Statement]:
    """A student's statements.

    Raises:
        Broken: They are none.
    """
    statements = as_set(value, "a set of statements")
    for statement in statements:
        if not isinstance(statement, tuple) or len(statement) != 2:
            raise Broken("Something in the set is no pair.")
        if not all(isinstance(part, frozenset) for part in statement) or len(statement[0]) != 2:
            raise Broken("Some statement is no pair of frozensets, the first of them with two nodes.")
    return statements


@check
def kind_of_map(student: Part, draw: Draw) -> Properties:
    """Perfect if both sets are equal, an I-map if the graph's is a part of the distribution's."""
    everything = _all_statements(names(draw, 4))
    order = [everything[place] for place in draw.permutation(len(everything)).tolist()]
    half, more, few = set(order[:8]), set(order[:12]), set(order[:3])
    families = {
        "perfect map": [(half, set(half)), (few, set(few)), (set(), set())],
        "I-map": [(half, more), (few, more), (set(), half)],
        "says more": [(more, half), (half, set())],
        "apart": [(half, set(order[8:])), (half, set(order[4:])), (set(order[:8]), set(order[1:9]))],
    }
    questions = [question for family in families.values() for question in family]
    found = iter(of_length(student.beside(graph_doubles.each, student, questions), len(questions)))
    answers = {name: [next(found) for _ in family] for name, family in families.items()}

    def all_are(name: str, due: str) -> Verdict:
        wrong = [value for value in answers[name] if value != due]
        if any(not isinstance(value, str) for value in wrong):
            raise Broken("It should return one of the three texts.")
        return Verdict(not wrong, f"You say {one_line(str(wrong[0]), 40)!r}." if wrong else "")

    yield essential(
        "a graph that says something false is no I-map",
        lambda: all_are("apart", "no I-map"),
        "An I-map makes true statements only. A single false one is too many.",
    )
    yield essential(
        "a graph that says a part of what is true is an I-map",
        lambda: all_are("I-map", "I-map"),
        "All of its statements hold, and it leaves some out: an I-map that is not perfect. A graph that says nothing is one.",
    )
    yield (
        "a graph that says exactly what is true is a perfect map",
        lambda: all_are("perfect map", "perfect map"),
        "Perfect: the two sets are equal, also if both are empty.",
    )
    yield (
        "a graph that says more than is true is no I-map",
        lambda: all_are("says more", "no I-map"),
        "Which of the two sets must lie in the other?",
    )
