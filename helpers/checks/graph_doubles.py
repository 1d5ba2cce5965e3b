"""Collaborators for checks of functions on graphs: answers that are looked up in tables, and many calls in one.

None of them knows anything of graphs: what they answer is given to them, and they refuse questions that make no sense.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any


def each(function: Callable, calls: Sequence[Sequence[Any]]) -> list[Any]:
    """What a function returns in many calls; what a check passes to another side is a copy for each of them."""
    return [function(*call) for call in calls]


def keeps(function: Callable, *arguments: Any) -> bool:
    """Whether a function leaves its arguments as they are."""
    before = copy.deepcopy(arguments)
    function(*arguments)
    return arguments == before


class Families:
    """Stands for a function that finds a set of nodes for a node of one graph."""

    def __init__(self, edges: Collection[tuple], sets: Mapping[Any, Collection]):
        """Keep the graph and the set of each node."""
        self.edges, self.sets = set(edges), sets

    def __call__(self, edges: Collection[tuple], node: Any) -> set:
        """The node's set.

        Raises:
            ValueError: Another graph is asked about, or something that is no node of it.
        """
        if set(edges) != self.edges or node not in self.sets:
            raise ValueError("descendants takes the graph's arrows and one of its nodes")
        return set(self.sets[node])


class Junctions:
    """Stands for a function that says which junctions of a graph are open."""

    def __init__(self, edges: Collection[tuple], observed: Collection, open_ones: Iterable[tuple]):
        """Keep the graph, what is observed, and the open junctions (before, node, after)."""
        self.edges, self.observed, self.open_ones = set(edges), set(observed), set(open_ones)

    def __call__(self, edges: Collection[tuple], before: Any, node: Any, after: Any, observed: Collection) -> bool:
        """Whether the junction is open.

        Raises:
            ValueError: Another graph or observation is asked about, or nodes that are not joined.
        """
        joined = self.edges | {(end, start) for start, end in self.edges}
        if set(edges) != self.edges or set(observed) != self.observed:
            raise ValueError("passes takes the graph's arrows and the observed nodes as they were given")
        if (before, node) not in joined or (node, after) not in joined:
            raise ValueError("passes takes a node and two neighbours of it, in the order before, node, after")
        return (before, node, after) in self.open_ones


def with_families(function: Callable, cases: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What a function returns that takes (edges, before, node, after, observed, descendants), case by case."""
    found = []
    for case in cases:
        sets = Families(case["edges"], case["descendants"])
        found.append(function(case["edges"], *case["junction"], case["observed"], sets))
    return found


def with_junctions(function: Callable, cases: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What a function returns that takes (edges, start, observed, passes), case by case."""
    found = []
    for case in cases:
        junctions = Junctions(case["edges"], case["observed"], case["open"])
        found.append(function(case["edges"], case["start"], case["observed"], junctions))
    return found


class Statements:
    """Stands for a function that says whether two nodes are independent given a set of others.

    It keeps digests, so that nothing can be read off it but the answer to a question.
    """

    def __init__(self, nodes: Collection, true: Iterable[tuple[Collection, Collection]]):
        """Keep the nodes, and the statements that hold: pairs of two nodes and a set."""
        self.nodes = set(nodes)
        self.digests = {_digest(pair, z) for pair, z in true}

    def __call__(self, x: Any, y: Any, z: Collection) -> bool:
        """Whether the statement holds.

        Raises:
            ValueError: It is no statement about two different nodes given a set of others.
        """
        if x == y or not {x, y} <= self.nodes or not set(z) <= self.nodes - {x, y}:
            raise ValueError("holds takes two different nodes and a set of other nodes")
        return _digest((x, y), z) in self.digests


def _digest(pair: Collection, z: Collection) -> bytes:
    """A statement's digest, the same whatever the order of its nodes."""
    text = repr([sorted(map(repr, pair)), sorted(map(repr, z))])
    return hashlib.sha256(text.encode()).digest()


def with_statements(function: Callable, cases: Sequence[tuple[list, list]]) -> list[Any]:
    """What a function returns that takes (nodes, holds), for pairs of nodes and the statements that hold."""
    return [function(list(nodes), Statements(nodes, true)) for nodes, true in cases]
