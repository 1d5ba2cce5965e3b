"""Checks of d-separation: junctions, and the open trails that lead over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from helpers.checks import graph_doubles
from helpers.checks.compare import Verdict
from helpers.checks.core import Properties, check, essential
from helpers.checks.graphical_models.graphs import (
    as_bool,
    as_set,
    everywhere,
    in_words,
    joined_nodes,
    listed,
    names,
    nodes_of,
    of_length,
    open_junctions,
    ordered_dags,
    random_dag,
    random_subset,
    some_graphs,
    subsets,
)
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part

CHUNK = 50  # cases in one message to another process, which may hold ten thousand keys and members of sets


# Junctions


@check
def passes(student: Part, draw: Draw) -> Properties:
    """Chains and forks pass unless observed; colliders pass if they or a descendant are observed."""
    cases = []
    for edges in [*some_graphs(draw, 25), _ladder(draw)]:
        graph = nx.DiGraph(list(edges))
        below = {node: nx.descendants(graph, node) for node in graph}
        for node in graph:
            around = [*graph.predecessors(node), *graph.successors(node)]
            for before, after in itertools.product(around, repeat=2):
                observed = random_subset(draw, [n for n in graph if n not in (before, after)])
                cases.append(
                    {"edges": edges, "junction": (before, node, after), "observed": observed, "descendants": below}
                )
    cases = [cases[place] for place in draw.permutation(len(cases)).tolist()[:600]] + _plain_junctions(draw)
    found = []
    for start in range(0, len(cases), CHUNK):
        chunk = cases[start : start + CHUNK]
        found += of_length(student.beside(graph_doubles.with_families, student, chunk), len(chunk))
    found = [as_bool(value) for value in found]

    def where(kind: str, due: bool | None = None) -> Callable[[], Verdict]:
        return lambda: _junctions_agree(cases, found, kind, due)

    yield essential(
        "a chain passes unless its middle is observed",
        where("chain"),
        "Along a -> b -> c, in either direction, c learns from a through b; once b is known, nothing is left to learn.",
    )
    yield (
        "a fork passes unless its middle is observed",
        where("fork"),
        "Two effects of one cause inform each other, until the cause is known.",
    )
    yield (
        "a collider is shut while nothing at it or below is known",
        where("collider", False),
        "Two causes of one effect do not inform each other while nothing is known of the effect. Observing something else, such"
        " as an ancestor or the causes themselves, does not open it.",
    )
    yield (
        "an observed collider passes",
        where("collider, itself observed", True),
        "Once the effect is known, one cause explains the other away.",
    )
    yield (
        "a collider with an observed descendant passes",
        where("collider, observed below", True),
        "A trace of the effect is enough, however far below: the message after the heat.",
    )


def _ladder(draw: Draw) -> set[tuple]:
    """A collider with a long line of descendants."""
    a, b, c, d, e, f, g, h = names(draw, 8)
    return {(a, c), (b, c), (c, d), (d, e), (e, f), (f, g), (c, h)}


def _plain_junctions(draw: Draw) -> list[dict[str, Any]]:
    """Every kind of junction of three nodes, the middle observed or not, and a collider with a trace far below."""
    cases = []
    for arrows in ("ab bc", "cb ba", "ba bc", "ab cb"):
        edges = {tuple(arrow) for arrow in arrows.split()}
        below = {node: nx.descendants(nx.DiGraph(list(edges)), node) for node in "abc"}
        for observed in (set(), {"b"}):
            for junction in (("a", "b", "c"), ("c", "b", "a")):
                cases.append({"edges": edges, "junction": junction, "observed": observed, "descendants": below})
    edges = {("a", "b"), ("c", "b"), ("b", "d"), ("d", "e"), ("e", "f")}
    below = {node: nx.descendants(nx.DiGraph(list(edges)), node) for node in "abcdef"}
    for observed in ({"d"}, {"e"}, {"f"}, {"d", "f"}):
        cases.append({"edges": edges, "junction": ("a", "b", "c"), "observed": observed, "descendants": below})
    return cases


def _kind_of(case: dict[str, Any]) -> str:
    before, node, after = case["junction"]
    into = ((before, node) in case["edges"]) + ((after, node) in case["edges"])
    if into < 2:
        return "chain" if into else "fork"
    if node in case["observed"]:
        return "collider, itself observed"
    return "collider, observed below" if case["descendants"][node] & case["observed"] else "collider"


def _junctions_agree(cases: list[dict], found: list[bool], kind: str, due: bool | None) -> Verdict:
    """Whether all junctions of a kind are judged rightly; without `due`, a junction is open unless it is observed."""
    for case, value in sorted(zip(cases, found, strict=True), key=lambda pair: len(pair[0]["edges"])):
        before, node, after = case["junction"]
        right = node not in case["observed"] if due is None else due
        if _kind_of(case) == kind and value != right:
            trail = f"{before}, {node}, {after} in the graph {in_words(case['edges'])}"
            return Verdict(False, f"Seen at {trail} with {listed(case['observed'])} observed.")
    return Verdict(True)


# Open trails


@check
def reachable(student: Part, draw: Draw) -> Properties:
    """All nodes that are not d-separated from the start, as networkx judges."""
    three, four = (_cases_of(student, _every_question(ordered_dags(draw, size))) for size in (3, 4))
    several = _cases_of(student, [question for _ in range(20) for question in _two_ways_in(draw)])
    larger = _cases_of(student, _some_questions(draw, 200))
    line = names(draw, 5)

    yield essential(
        "neighbours that are not observed are reached",
        lambda: everywhere(three, _lacks(lambda case: case.due & _around(case.edges, case.start))),
        "A trail of one edge has no node on its way that could shut it.",
    )
    yield essential(
        "an observed chain or fork is not passed",
        lambda: everywhere(three, _holds_too_much(lambda case: len(case.edges) == 2 and bool(case.observed))),
        "Ask `passes` at every node before you roll on, the first neighbour included.",
    )
    yield (
        "neither the start nor an observed node is listed",
        lambda: everywhere(three + four, _unlisted),
        "An observed node can be on a trail, but it is known: list only nodes that are not observed, and not the start.",
    )
    yield (
        "a collider that is a neighbour of the start can be passed",
        lambda: everywhere(
            three, _lacks(lambda case: case.due if case.observed & _around(case.edges, case.start) else set())
        ),
        "An observed neighbour may be an open collider: begin with all neighbours, observed or not.",
    )
    yield (
        "every DAG with three nodes, as networkx judges",
        lambda: everywhere(three, _differs),
        "Draw the graph, and look for a trail that you do not follow or should not.",
    )
    yield (
        "every DAG with four nodes, as networkx judges",
        lambda: everywhere(four, _differs),
        "Draw the graph, and look for a trail that you do not follow or should not.",
    )
    yield (
        "a node may be entered from several sides",
        lambda: everywhere(several, _differs),
        "A ball that comes from a parent is stopped where one that comes from a child rolls on. What do you remember as seen?",
    )
    yield (
        "hundreds of larger random graphs, as networkx judges",
        lambda: everywhere(larger, _differs),
        "Trails can be long: go on from every place that is reached, until nothing new comes.",
    )
    yield (
        "`passes` decides, whatever its rule",
        lambda: _follows_another_rule(student, line),
        "Ask the function that you are given at every node: with another rule, other nodes are reached.",
    )


Question = tuple[set[tuple], Any, set]


def _every_question(graphs: list[set[tuple]]) -> list[Question]:
    """Every node to start from and every set of other nodes observed."""
    return [
        (edges, start, set(observed))
        for edges in graphs
        for start in nodes_of(edges)
        for observed in subsets([node for node in nodes_of(edges) if node != start])
    ]


def _some_questions(draw: Draw, count: int) -> list[Question]:
    """One question about each of many random graphs."""
    questions = []
    for number in range(count):
        edges = random_dag(draw, 5 + number % 4)
        start, *others = [nodes_of(edges)[place] for place in draw.permutation(len(nodes_of(edges))).tolist()]
        questions.append((edges, start, random_subset(draw, others)))
    return questions


def _two_ways_in(draw: Draw) -> list[Question]:
    """Graphs in which a node is met from a parent, where the way up is shut, and from a child, where it is open."""
    s, p, b, q, w, v = names(draw, 6)
    short = {(p, s), (p, b), (q, b), (b, w), (w, s)}
    long = {(p, s), (p, b), (q, b), (b, w), (w, v), (v, s)}
    far = {(p, v), (v, s), (p, b), (q, b), (b, w), (w, s)}
    return [(edges, s, set()) for edges in (short, long, far)]


@dataclass(frozen=True)
class Case:
    """A question, what is due and what was found."""

    edges: set[tuple]
    start: Any
    observed: set
    due: set
    found: set

    def __str__(self) -> str:
        """The question, as a reason begins."""
        known = listed(self.observed)
        return f"In the graph {in_words(self.edges)}, from {self.start} with {known} observed, yours"


def _cases_of(student: Part, questions: list[Question]) -> list[Case]:
    """Ask all questions, some hundred in one message, with the junctions of each graph as a table."""
    found: list[Any] = []
    for place in range(0, len(questions), CHUNK):
        cases = [
            {"edges": edges, "start": start, "observed": observed, "open": open_junctions(edges, observed)}
            for edges, start, observed in questions[place : place + CHUNK]
        ]
        found += of_length(student.beside(graph_doubles.with_junctions, student, cases), len(cases))
    answered = zip(questions, found, strict=True)
    return [Case(*question, joined_nodes(*question), as_set(value)) for question, value in answered]


def _follows_another_rule(student: Part, line: list) -> Verdict:
    """Whether a chain is passed as a table says: nowhere, or only up to its fourth node, though one is observed."""
    edges, observed = set(itertools.pairwise(line)), {line[1]}
    few = {(a, b, c) for (a, b), (_, c) in itertools.pairwise(itertools.pairwise(line[:4]))}
    for open_ones, due in ((set(), set()), (few, {line[2], line[3]})):
        case = {"edges": edges, "start": line[0], "observed": observed, "open": open_ones}
        (value,) = of_length(student.beside(graph_doubles.with_junctions, student, [case]), 1)
        if as_set(value) - observed - {line[0]} != due:
            return Verdict(False, f"Where it says that {len(open_ones)} junctions are open, you find {listed(value)}.")
    return Verdict(True)


def _around(edges: set[tuple], node: Any) -> set:
    return {end for edge in edges if node in edge for end in edge} - {node}


def _lacks(wanted: Callable[[Case], set]) -> Callable[[Case], str | None]:
    """The failure where something wanted is not found."""

    def failing(case: Case) -> str | None:
        missing = wanted(case) - case.found
        return f"{case} lacks {listed(missing)}." if missing else None

    return failing


def _holds_too_much(of_interest: Callable[[Case], bool]) -> Callable[[Case], str | None]:
    """The failure where something d-separated is found."""

    def failing(case: Case) -> str | None:
        strange = case.found - case.due - case.observed - {case.start} if of_interest(case) else set()
        return f"{case} should not hold {listed(strange)}." if strange else None

    return failing


def _unlisted(case: Case) -> str | None:
    strange = case.found & (case.observed | {case.start})
    return f"{case} holds {listed(strange)}." if strange else None


def _differs(case: Case) -> str | None:
    """The failure where networkx sees it otherwise; what is listed that never should be is another property's."""
    found = case.found - case.observed - {case.start}
    if found == case.due:
        return None
    missing = f" lacks {listed(case.due - found)}" if case.due - found else ""
    strange = f" should not hold {listed(found - case.due)}" if found - case.due else ""
    return f"{case}{missing}{' and' * bool(missing and strange)}{strange}."
