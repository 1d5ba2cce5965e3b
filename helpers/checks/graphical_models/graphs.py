"""What the checks of graphs share: graphs to try, networkx as the judge, and verdicts on sets of nodes.

Graphs are sets of arrows (pairs) or of lines (frozensets). Nodes are drawn with names in no order, so that no answer may
rely on one.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import networkx as nx

from helpers.checks.compare import Verdict
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind

NAMES = ("q", 3, "b", 8, "z", 1, "m", 6)  # letters and numbers, so that nobody sorts them


def names(draw: Draw, count: int) -> list:
    """A few of the names, in a random order."""
    return [NAMES[place] for place in draw.permutation(len(NAMES)).tolist()[:count]]


def random_dag(draw: Draw, size: int, share: float = 0.4) -> set[tuple]:
    """A random DAG without nodes that stand alone; the names of its nodes tell nothing of their order."""
    pairs = list(itertools.combinations(names(draw, size), 2))
    kept = (draw.uniform(len(pairs)) < share).tolist()
    edges = {pair for pair, keep in zip(pairs, kept, strict=True) if keep}
    return edges or {pairs[0]}


def ordered_dags(draw: Draw, size: int) -> list[set[tuple]]:
    """Every DAG on a few nodes that has an arrow, up to renaming; the names are drawn anew for each."""
    found = []
    for arrows in subsets(list(itertools.combinations(range(size), 2)))[1:]:
        called = names(draw, size)
        found.append({(called[start], called[end]) for start, end in arrows})
    return found


def some_graphs(draw: Draw, many: int) -> list[set[tuple]]:
    """All DAGs with up to three nodes up to names, and random larger ones."""
    return [*ordered_dags(draw, 2), *ordered_dags(draw, 3), *(random_dag(draw, 4 + k % 5) for k in range(many))]


def lines_of(edges: Iterable[tuple]) -> set[frozenset]:
    """Arrows without their heads."""
    return {frozenset(edge) for edge in edges}


def nodes_of(edges: Iterable[Collection]) -> list:
    """The nodes of a graph, in an order that tells nothing."""
    return list(dict.fromkeys(itertools.chain.from_iterable(edges)))


def subsets(items: Sequence) -> list[tuple]:
    """All subsets, the smallest first."""
    return [chosen for size in range(len(items) + 1) for chosen in itertools.combinations(items, size)]


def random_subset(draw: Draw, items: Sequence, most: int = 3) -> set:
    """A few of the items, none more often than once."""
    order = draw.permutation(len(items)).tolist()
    return {items[place] for place in order[: draw.integer(0, min(most, len(items)) + 1)]}


def as_set(value: Any, what: str = "a set of nodes") -> set:
    """A student's set; a list or tuple is taken as one.

    Raises:
        Broken: It is none.
    """
    if isinstance(value, (set, frozenset, list, tuple)):
        try:
            return set(value)
        except TypeError:
            raise Broken(f"It should return {what}; something in it cannot be a member of a set.") from None
    raise Broken(f"It should return {what}, and returned {_kind(value)}.")


def as_bool(value: Any) -> bool:
    """A student's True or False.

    Raises:
        Broken: It is neither.
    """
    if isinstance(value, (bool, set, frozenset)) or value in (0, 1):  # an empty set counts as False, as in Python
        return bool(value)
    raise Broken(f"It should return True or False, and returned {_kind(value)}.")


def _kind(value: Any) -> str:
    return kind(value.handle) if isinstance(value, Part) else kind(value)


def of_length(value: Any, count: int) -> list:
    """What many calls returned.

    Raises:
        Broken: Not one result per call came back.
    """
    if not isinstance(value, list) or len(value) != count:
        raise Broken("The calls did not all return.")
    return value


def in_words(edges: Iterable[Collection]) -> str:
    """A graph in words, for reasons."""
    arrows = [f"{edge[0]} -> {edge[1]}" for edge in edges if isinstance(edge, tuple)]
    lines = [" - ".join(sorted(map(str, edge))) for edge in edges if not isinstance(edge, tuple)]
    return ", ".join(sorted(arrows + lines))


def listed(nodes: Iterable) -> str:
    """Nodes in words."""
    return ", ".join(sorted(map(str, nodes))) or "nothing"


def first(failures: Iterable[str | None]) -> Verdict:
    """A verdict that holds when there are no failures; the first one is its reason."""
    for failure in failures:
        if failure:
            return Verdict(False, failure)
    return Verdict(True)


def everywhere(cases: Sequence, failing: Callable[[Any], str | None]) -> Verdict:
    """Whether nothing fails in any case; the failure that takes the fewest words, of the smallest graph, is the reason."""
    failures = [failure for case in cases if (failure := failing(case))]
    return first(sorted(failures, key=len))


# networkx as the judge


def joined_nodes(edges: Iterable[tuple], start: Any, observed: Collection) -> set:
    """The unobserved nodes that networkx does not call d-separated from a node."""
    graph = nx.DiGraph(list(edges))
    others = set(graph) - set(observed) - {start}
    return {node for node in others if not nx.is_d_separator(graph, {start}, {node}, set(observed))}


@functools.lru_cache(maxsize=32)
def _open(first_in: bool, second_in: bool, seen: bool, below: bool) -> bool:
    """Whether a junction is open, asked of networkx about the three nodes alone."""
    graph = nx.DiGraph()
    for end, inward in ((0, first_in), (2, second_in)):
        graph.add_edge(*((end, 1) if inward else (1, end)))
    graph.add_edge(1, 3)
    return not nx.is_d_separator(graph, {0}, {2}, ({1} if seen else set()) | ({3} if below else set()))


def open_junctions(edges: set[tuple], observed: Collection) -> set[tuple]:
    """All junctions (before, node, after) of a graph that are open."""
    graph, observed = nx.DiGraph(list(edges)), set(observed)
    found = set()
    for node in graph:
        below = bool(nx.descendants(graph, node) & observed)
        around = [*((p, True) for p in graph.predecessors(node)), *((c, False) for c in graph.successors(node))]
        for (before, first_in), (after, second_in) in itertools.product(around, repeat=2):
            if _open(first_in, second_in, node in observed, below):
                found.add((before, node, after))
    return found
