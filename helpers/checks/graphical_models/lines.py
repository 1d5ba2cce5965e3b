"""Checks of graphs of lines: moralisation, separation, and chordality by elimination."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import networkx as nx

from helpers.checks import graph_doubles
from helpers.checks.compare import Verdict
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.graphical_models.graphs import (
    NAMES,
    as_bool,
    as_set,
    everywhere,
    in_words,
    lines_of,
    listed,
    names,
    nodes_of,
    of_length,
    ordered_dags,
    random_dag,
    random_subset,
)
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

Lines = set[frozenset]


def _graph(lines: Lines) -> nx.Graph:
    return nx.Graph([tuple(line) for line in lines])


# Moralisation


@check
def moralise(student: Part, draw: Draw) -> Properties:
    """One line per arrow and one per two parents of a common child."""
    graphs = [*ordered_dags(draw, 2), *ordered_dags(draw, 3), *(random_dag(draw, 4 + k % 5, 0.45) for k in range(60))]
    hub = names(draw, 6)
    graphs += [{(parent, hub[0]) for parent in hub[1:]}, {(hub[0], child) for child in hub[1:]}]
    found = of_length(student.beside(graph_doubles.each, student, [(edges,) for edges in graphs]), len(graphs))
    yield essential(
        "lines are frozensets of two nodes",
        lambda: bool([_as_lines(value) for value in found]),
        "A line has no direction: frozenset((a, b)) is the same as frozenset((b, a)), and (a, b) is an arrow.",
    )
    cases = [(edges, _as_lines(value)) for edges, value in zip(graphs, found, strict=True)]

    def without(wrong: Callable[[nx.DiGraph, Lines], Lines], words: str) -> Callable[[], Verdict]:
        def failing(edges: set[tuple], lines: Lines) -> str | None:
            strange = wrong(nx.DiGraph(list(edges)), lines)
            return f"For {in_words(edges)} yours {words} {in_words(strange)}." if strange else None

        return lambda: everywhere(cases, lambda case: failing(*case))

    def siblings(graph: nx.DiGraph) -> Lines:
        return {frozenset(pair) for node in graph for pair in itertools.combinations(graph.successors(node), 2)}

    def due(graph: nx.DiGraph) -> Lines:
        return lines_of(nx.moral_graph(graph).edges)

    yield essential(
        "every arrow is kept as a line",
        without(lambda graph, lines: lines_of(graph.edges) - lines, "lacks"),
        "Moralisation takes directions away, and no edge.",
    )
    yield (
        "two parents of a child are joined",
        without(lambda graph, lines: due(graph) - lines if max(d for _, d in graph.in_degree) == 2 else set(), "lacks"),
        "The factor of a child couples its parents, so they must be neighbours. Are they married in your graph?",
    )
    yield (
        "each two of three or more parents are joined",
        without(lambda graph, lines: due(graph) - lines, "lacks"),
        "All pairs of parents of a child are married, not only those that follow each other in some order.",
    )
    yield (
        "children of a common parent are not joined for that",
        without(lambda graph, lines: (lines & siblings(graph)) - due(graph), "should not hold"),
        "Marriages are for parents with a common child. Which end of two arrows must be the same?",
    )
    yield (
        "nothing else is joined",
        without(lambda graph, lines: lines - due(graph) - siblings(graph), "should not hold"),
        "A line is due only where there was an arrow, or for two parents of the same child.",
    )
    yield remark(
        "the arrows that it is given stay as they are",
        lambda: student.beside(graph_doubles.keeps, student, {("a", "c"), ("b", "c")}) is True,
        "Build a new set. `|=` and `add` change a set that others still use.",
    )


def _as_lines(value: Any) -> Lines:
    """A student's lines.

    Raises:
        Broken: They are none.
    """
    lines = as_set(value, "a set of frozensets")
    for line in lines:
        if not isinstance(line, frozenset):
            raise Broken("Something in the set that it returned is no frozenset.")
        if len(line) != 2:
            raise Broken("It returned a line that does not join two different nodes.")
    return lines


# Separation


@check
def separated(student: Part, draw: Draw) -> Properties:
    """Whether every path between two sets runs through observed nodes."""
    a, b, c, d, e, f, g = names(draw, 7)
    path = [frozenset(pair) for pair in itertools.pairwise([a, b, c, d, e, f])]
    ring = {*path, frozenset((f, a))}
    parts = {frozenset((a, b)), frozenset((b, c)), frozenset((c, a)), frozenset((e, f)), frozenset((f, g))}
    families: dict[str, list[tuple[Lines, set, set, set]]] = {
        "line": [({frozenset((a, b))}, {a}, {b}, set()), (set(path), {c}, {d}, {a, f}), (ring, {f}, {a}, {b, d})],
        "cut": [(set(path), {a}, {c}, {b}), (set(path), {f}, {b}, {d}), (set(path), {a}, {f}, {c, d})],
        "far": [(set(path), {a}, {f}, set()), (set(path), {f}, {a}, set()), (set(path), {e}, {b}, {a, f})],
        "ring": [(ring, {a}, {d}, {b}), (ring, {a}, {d}, {f}), (ring, {a}, {d}, {b, f}), (ring, {c}, {f}, {d, b})],
        "parts": [(parts, {a}, {e}, set()), (parts, {g}, {b}, {f}), (parts, {a, b}, {e, g}, set())],
        "sets": [
            (parts, {a, e}, {g}, set()),
            (parts, {e, a}, {b, c}, set()),
            (parts, {a}, {g, b}, set()),
            (parts, {e}, {c, g}, set()),
            (parts, {a, e}, {g, c}, {b, f}),
            (parts, {e, a}, {g}, {f}),
        ],
        "random": [_random_question(draw) for _ in range(200)],
    }
    questions = [question for family in families.values() for question in family]
    found = of_length(student.beside(graph_doubles.each, student, questions), len(questions))
    answers = iter([as_bool(value) for value in found])
    cases = {name: [(*question, next(answers)) for question in family] for name, family in families.items()}

    yield essential(
        "a line joins",
        lambda: everywhere(cases["line"], lambda case: _wrongly_separated(*case)),
        "Neighbours are never separated, whatever else is observed.",
    )
    yield essential(
        "an observed node on the only path separates",
        lambda: everywhere(cases["cut"], lambda case: _wrongly_separated(*case)),
        "A path that runs through an observed node does not count. Do you ever step on one?",
    )
    yield (
        "long paths join, too",
        lambda: everywhere(cases["far"], lambda case: _wrongly_separated(*case)),
        "Go on from every node that is found, not only from the first ones.",
    )
    yield (
        "one way around is enough to join",
        lambda: everywhere(cases["ring"], lambda case: _wrongly_separated(*case)),
        "On a ring there are two paths, and separation needs an observed node on each of them.",
    )
    yield (
        "what no path joins is separated",
        lambda: everywhere(cases["parts"], lambda case: _wrongly_separated(*case)),
        "Two parts of a graph without a line between them are separated by nothing at all.",
    )
    yield (
        "one joined pair of the two sets is enough",
        lambda: everywhere(cases["sets"], lambda case: _wrongly_separated(*case)),
        "Sets are separated only if *every* node of the one is separated from *every* node of the other.",
    )
    yield (
        "hundreds of random graphs, as networkx judges",
        lambda: everywhere(cases["random"], lambda case: _wrongly_separated(*case)),
        "Draw the graph, take the observed nodes out with their lines, and look at what is left.",
    )
    yield remark(
        "the sets that it is given stay as they are",
        lambda: student.beside(graph_doubles.keeps, student, set(path), {a, b}, {e, f}, {c}) is True,
        "Work on copies: `set(xs)` is one. `add`, `pop`, `remove` and `|=` change a set that others still use.",
    )


def _random_question(draw: Draw) -> tuple[Lines, set, set, set]:
    """Lines of a random graph, two sets and an observed one."""
    lines = lines_of(random_dag(draw, 5 + draw.integer(0, 4), 0.3))
    nodes = nodes_of(lines)
    while len(nodes) < 3:
        lines = lines_of(random_dag(draw, 6, 0.4))
        nodes = nodes_of(lines)
    order = [nodes[place] for place in draw.permutation(len(nodes)).tolist()]
    many = draw.integer(1, len(order) - 1)
    xs = set(order[: min(2, many)])
    ys = set(order[len(xs) : len(xs) + draw.integer(1, 3)])
    return lines, xs, ys, random_subset(draw, order[len(xs) + len(ys) :])


def _wrongly_separated(lines: Lines, xs: set, ys: set, observed: set, found: bool) -> str | None:
    graph = _graph(lines)
    graph.remove_nodes_from(observed)
    joined = any(nx.has_path(graph, x, y) for x in xs for y in ys)
    if found != joined:
        return None
    said = "separated" if found else "not separated"
    return (
        f"In the graph {in_words(lines)} you say that {listed(xs)} and {listed(ys)} are {said} by {listed(observed)}."
    )


# Chordality


@functools.lru_cache(maxsize=1)
def _small_graphs() -> tuple[nx.Graph, ...]:
    """Every graph with two to six nodes of which none stands alone, up to names."""
    atlas = [graph for graph in nx.graph_atlas_g() if 2 <= len(graph) <= 6]
    return tuple(graph for graph in atlas if all(degree for _, degree in graph.degree))


def _named(draw: Draw, edges: Any) -> Lines:
    """The graph with other names for its nodes 0, 1, 2, ..."""
    called = names(draw, len(NAMES))
    return {frozenset((called[a], called[b])) for a, b in edges}


@check
def elimination_order(student: Part, draw: Draw) -> Properties:
    """A perfect elimination order where there is one, None where there is none."""
    ring = {size: [(k, (k + 1) % size) for k in range(size)] for size in range(4, 9)}
    wheel = [*ring[4], *((k, 4) for k in range(4))]
    trees = [[(0, 1)], [(0, 1), (1, 2), (2, 3)], [(0, 1), (0, 2), (0, 3)], [(0, 1), (1, 2), (1, 3), (3, 4), (3, 5)]]
    fans = [[(0, 1), (1, 2), (2, 0)], [(0, 1), (1, 2), (2, 0), (1, 3), (2, 3)], [*ring[5], (0, 2), (0, 3)]]
    complete = [
        list(itertools.combinations(range(5), 2)),
        [*itertools.combinations(range(4), 2), (3, 4), (4, 5), (3, 5)],
    ]
    families = {
        "orders": [*trees, *fans, *complete, [(0, 1), (1, 2), (3, 4), (4, 5), (3, 5)]],
        "square": [ring[4]],
        "rings": [ring[size] for size in range(5, 9)],
        "among triangles": [
            wheel,
            [*ring[4], (0, 4), (1, 4), (2, 5), (3, 5)],
            [*ring[5], (0, 5), (1, 5), (0, 2)],
            [(0, 1), (0, 2), (1, 2), (1, 3), (1, 4), (2, 4), (4, 5), (3, 5), (3, 6), (5, 6)],
        ],
        "parts": [[*ring[4], (4, 5), (5, 6), (6, 4)], [(0, 1), (2, 3), (3, 4), (4, 5), (5, 2)]],
        "atlas": [list(graph.edges) for graph in _small_graphs()],
    }
    graphs = {name: [_named(draw, edges) for edges in family] for name, family in families.items()}
    questions = [(lines,) for family in graphs.values() for lines in family]
    found = iter(of_length(student.beside(graph_doubles.each, student, questions), len(questions)))
    cases = {name: [(lines, next(found)) for lines in family] for name, family in graphs.items()}

    yield essential(
        "trees and triangles have an order of all their nodes",
        lambda: everywhere(cases["orders"], lambda case: _no_order_of_all(*case)),
        "These graphs are chordal: return a list that holds every node once.",
    )
    yield (
        "each node's later neighbours are neighbours of each other",
        lambda: everywhere(cases["orders"] + cases["atlas"], lambda case: _no_elimination(*case)),
        "A node may go only when all its neighbours *that are still there* are joined. Does a node that goes vanish from its"
        " neighbours' sets?",
    )
    yield essential(
        "a square has none",
        lambda: everywhere(cases["square"], lambda case: _no_hole_found(*case)),
        "Each node of a square has two neighbours that no line joins, so none can be the first to go.",
    )
    yield (
        "longer rings have none",
        lambda: everywhere(cases["rings"], lambda case: _no_hole_found(*case)),
        "A cycle of five or more nodes without a chord is a hole as well.",
    )
    yield (
        "a hole among triangles is found",
        lambda: everywhere(cases["among triangles"], lambda case: _no_hole_found(*case)),
        "That every line belongs to a triangle, or that some node can go, says nothing of the rest: go on until no node is left.",
    )
    yield (
        "a hole in one of several parts is found",
        lambda: everywhere(cases["parts"], lambda case: _no_hole_found(*case)),
        "A graph may fall into parts; go on until no node is left.",
    )
    yield (
        "every graph with up to six nodes, as networkx judges",
        lambda: everywhere(cases["atlas"], lambda case: _wrongly_judged(*case)),
        "Draw the graph and look for a cycle without a chord.",
    )
    yield remark(
        "the lines that it is given stay as they are",
        lambda: student.beside(graph_doubles.keeps, student, _named(draw, fans[1])) is True,
        "Take nodes out of `around`, not out of the set that you were given.",
    )


def _is_chordal(lines: Lines) -> bool:
    return nx.is_chordal(_graph(lines))


def _as_order(value: Any) -> list | None:
    """A student's order, or None.

    Raises:
        Broken: It is neither.
    """
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return list(value)
    as_set(value)
    raise Broken("It should return a list of nodes, or None: in a set they have no order.")


def _no_order_of_all(lines: Lines, value: Any) -> str | None:
    order = _as_order(value)
    if order is None:
        return f"For {in_words(lines)} you return None."
    if sorted(map(str, order)) != sorted(map(str, nodes_of(lines))):
        return f"For {in_words(lines)} yours holds {len(order)} entries that are not all nodes, each once."
    return None


def _no_elimination(lines: Lines, value: Any) -> str | None:
    """The failure of a list that is no perfect elimination order; other graphs are other properties' concern."""
    order = _as_order(value)
    if order is None or not _is_chordal(lines) or _no_order_of_all(lines, value):
        return None
    graph = _graph(lines)
    for place, node in enumerate(order):
        later = [other for other in order[place + 1 :] if graph.has_edge(node, other)]
        for one, other in itertools.combinations(later, 2):
            if not graph.has_edge(one, other):
                return (
                    f"In {in_words(lines)} the node {node} goes while {one} and {other} are there, which no line joins."
                )
    return None


def _no_hole_found(lines: Lines, value: Any) -> str | None:
    return None if _as_order(value) is None else f"For {in_words(lines)} you return an order."


def _wrongly_judged(lines: Lines, value: Any) -> str | None:
    if (_as_order(value) is not None) == _is_chordal(lines):
        return None if value is None else _no_order_of_all(lines, value)
    return f"Look at {in_words(lines)}, for which you return {'None' if value is None else 'an order'}."
