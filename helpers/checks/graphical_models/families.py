"""Checks of what belongs to a node: its descendants, and the blanket that shuts all trails to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import networkx as nx

from helpers.checks import graph_doubles
from helpers.checks.compare import Verdict
from helpers.checks.core import Properties, check, essential
from helpers.checks.graphical_models.graphs import (
    NAMES,
    as_set,
    everywhere,
    in_words,
    listed,
    names,
    nodes_of,
    of_length,
    some_graphs,
)
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


def _sets_of(student: Part, calls: list[tuple]) -> list[set]:
    """What a function of (edges, node) finds in many calls."""
    return [as_set(value) for value in of_length(student.beside(graph_doubles.each, student, calls), len(calls))]


def _of_nodes(
    student: Part, draw: Draw, many: int
) -> Callable[[Callable[[nx.DiGraph, Any, set], set], str], Callable[[], Verdict]]:
    """Call a function of (edges, node) on many graphs; what is returned makes tests of the sets that it found."""
    line = set(itertools.pairwise(names(draw, len(NAMES))))  # random graphs have short trails
    calls = [(edges, node) for edges in [*some_graphs(draw, many), line] for node in nodes_of(edges)]
    cases = [(*call, found) for call, found in zip(calls, _sets_of(student, calls), strict=True)]

    def without(wrong: Callable[[nx.DiGraph, Any, set], set], words: str) -> Callable[[], Verdict]:
        """A test that holds if the set `wrong` is empty in every case."""

        def failing(edges: set[tuple], node: Any, found: set) -> str | None:
            strange = wrong(nx.DiGraph(list(edges)), node, found)
            if strange:
                return f"In the graph {in_words(edges)} the set of {node} {words} {listed(strange)}."
            return None

        return lambda: everywhere(cases, lambda case: failing(*case))

    return without


@check
def descendants(student: Part, draw: Draw) -> Properties:
    """All nodes that arrows lead to, step by step."""
    without = _of_nodes(student, draw, 40)
    yield essential(
        "children are found",
        without(lambda graph, node, found: set(graph.successors(node)) - found, "lacks"),
        "The ends of all arrows that start in the node are its children.",
    )
    yield essential(
        "arrows are followed forwards only",
        without(lambda graph, node, found: (found - {node}) & nx.ancestors(graph, node), "should not hold"),
        "An arrow (a, b) leads from a to b: a is a parent of b, and no descendant.",
    )
    yield (
        "children's children are found",
        without(
            lambda graph, node, found: {c for b in graph.successors(node) for c in graph.successors(b)} - found, "lacks"
        ),
        "Descendants do not end with the children.",
    )
    yield (
        "and theirs, however far",
        without(lambda graph, node, found: nx.descendants(graph, node) - found, "lacks"),
        "Go on until nothing new is found, along every branch.",
    )
    yield (
        "the node itself is left out",
        without(lambda graph, node, found: found & {node}, "should not hold"),
        "A node is not its own descendant.",
    )
    yield (
        "nothing else is found",
        without(
            lambda graph, node, found: found - nx.descendants(graph, node) - nx.ancestors(graph, node) - {node},
            "should not hold",
        ),
        "Brothers and other parents of a child are no descendants: no arrow leads to them from the node.",
    )


@check
def markov_blanket(student: Part, draw: Draw) -> Properties:
    """Parents, children, and the children's other parents; nothing more."""
    without = _of_nodes(student, draw, 40)

    def blanket(graph: nx.DiGraph, node: Any) -> set:
        return {other for other in graph if other != node and nx.moral_graph(graph).has_edge(other, node)}

    yield (
        "parents are in it",
        without(lambda graph, node, found: set(graph.predecessors(node)) - found, "lacks"),
        "A parent informs the node directly, whatever else is known.",
    )
    yield (
        "children are in it",
        without(lambda graph, node, found: set(graph.successors(node)) - found, "lacks"),
        "A child is a trace of the node, whatever else is known.",
    )
    yield (
        "the children's other parents are in it",
        without(lambda graph, node, found: blanket(graph, node) - found, "lacks"),
        "An observed child is an open collider: what else could have caused it?",
    )
    yield (
        "the node itself is left out",
        without(lambda graph, node, found: found & {node}, "should not hold"),
        "The blanket lies around the node. The node is a parent of its own children: take it out.",
    )
    yield essential(
        "nothing else is in it",
        without(lambda graph, node, found: found - blanket(graph, node) - {node}, "should not hold"),
        "It is the smallest such set: other children of a parent, grandparents and grandchildren are shut off by it already.",
    )
