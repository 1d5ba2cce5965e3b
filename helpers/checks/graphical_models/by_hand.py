"""Checks of what is answered by looking at a graph: factors, statements, and witnesses that anybody can verify."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping
from typing import Any

import networkx as nx

from helpers.checks.compare import Verdict
from helpers.checks.core import Properties, check, essential
from helpers.checks.graphical_models.graphs import as_set, listed
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, one_line

ALARM = nx.DiGraph([("A", "T"), ("O", "T"), ("T", "M"), ("T", "S")])
SEVEN = nx.DiGraph([(1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (5, 6), (4, 7), (6, 7)])
FACTOR = re.compile(r"\s*[pP]r?\s*\(([^()|]*)(?:\|([^()|]*))?\)\s*[*·×⋅.,]?")


# Factorisations


@check
def factorise_alarm(student: Part, draw: Draw) -> Properties:
    """One factor per variable of the alarm network, given its parents."""
    yield from _factorisation(student, ALARM)


@check
def factorise_seven(student: Part, draw: Draw) -> Properties:
    """One factor per variable of the second network, given its parents."""
    yield from _factorisation(student, SEVEN)


def _factorisation(student: Part, graph: nx.DiGraph) -> Properties:
    """Read the factors as text and compare them with the arrows."""
    text, factors, trouble = student(), [], "It holds no factors."
    try:
        factors = _factors(text, graph)
    except Broken as error:
        trouble = str(error)
    yield essential(
        "the factors can be read",
        Verdict(bool(factors), "" if factors else trouble),
        'Write one line of text in quotes, such as "p(a) p(b | a)": a p, then in brackets one variable, a bar if it has'
        " parents, and the parents with commas between them.",
    )
    if not factors:
        return
    of = {left[0]: set(right) for left, right in factors if len(left) == 1}
    roots = [node for node in graph if graph.in_degree(node) == 0]
    others = [node for node in graph if node not in map(str, roots)]

    def parents(node: Any) -> set[str]:
        return set(map(str, graph.predecessors(node)))

    def given(node: Any) -> set[str]:
        if str(node) not in of:
            raise Broken(f"There is no factor of {node} alone.")
        return of[str(node)]

    yield essential(
        "one factor per variable",
        lambda: _once(factors, graph),
        "Every variable has exactly one factor, in which it alone stands before the bar.",
    )
    yield (
        "variables without parents have nothing behind the bar",
        lambda: _first_wrong(roots, lambda node: not given(node)),
        "No arrow ends in them: they depend on nothing. Do you follow the arrows from their ends or from their starts?",
    )
    yield (
        "all parents stand behind the bar",
        lambda: _first_wrong([n for n in others if n not in roots], lambda node: parents(node) <= given(node)),
        "Collect, for each node, the starts of all arrows that end in it; there may be several.",
    )
    yield (
        "nothing but parents stands behind the bar",
        lambda: _first_wrong(graph, lambda node: given(node) <= parents(node)),
        "Given its parents, a variable needs none of its other ancestors, and never its children.",
    )


def _factors(text: Any, graph: nx.DiGraph) -> list[tuple[list[str], list[str]]]:
    """The factors of a line of text: what stands before the bar, and what behind it.

    Raises:
        Broken: It cannot be read.
    """
    if not isinstance(text, str):
        raise Broken("It should return one line of text.")
    for written, meant in {"\\mid": "|", "\\cdot": "*", "\\times": "*", "\\,": " ", "$": " "}.items():
        text = text.replace(written, meant)
    text = text[:1000].rpartition("=")[2]  # without the joint distribution that they are the factors of
    called = {str(node).casefold(): str(node) for node in graph}
    found, place = [], 0
    while place < len(text.rstrip()):
        match = FACTOR.match(text, place)
        if match is None:
            raise Broken(f"It cannot be read from here on: {one_line(text[place:], 40)}")
        names = ((name.strip() for name in (part or "").split(",")) for part in match.groups())
        left, right = ([called.get(name.casefold(), name) for name in part] for part in names)
        found.append((left, right if match[2] is not None else []))
        place = match.end()
    strange = {name for left, right in found for name in [*left, *right]} - set(map(str, graph))
    if strange:
        raise Broken(f"These are no variables of this network: {one_line(listed(strange), 60) or 'an empty name'}.")
    return found


def _once(factors: list[tuple[list[str], list[str]]], graph: nx.DiGraph) -> Verdict:
    """Whether every variable is the left side of one factor."""
    for left, _ in factors:
        if len(left) != 1:
            return Verdict(False, f"Seen in p({', '.join(left)} ...).")
    lefts = [left[0] for left, _ in factors]
    for node in map(str, graph):
        if lefts.count(node) != 1:
            return Verdict(False, f"There are {lefts.count(node)} factors of {node}.")
    return Verdict(True)


def _first_wrong(nodes: Collection, holds: Any) -> Verdict:
    wrong = next((node for node in nodes if not holds(node)), None)
    return Verdict(wrong is None, f"Look at the factor of {wrong}.")


# Statements


@check
def alarm_independences(student: Part, draw: Draw) -> Properties:
    """Which node shuts the only trail between two nodes of the alarm network, for five statements."""
    answer = _read_answer(student())
    stated = {"a": ("A", "O", set()), "b": ("A", "O", {"M"}), "c": ("S", "M", set())}
    stated |= {"d": ("S", "M", {"O"}), "e": ("S", "M", {"T"})}
    yield essential(
        "an answer for each of the five statements",
        lambda: _is_answer(answer, stated),
        'Return a dictionary with the keys "a" to "e"; each value is the name of a node, or "open".',
    )
    advice = {
        "a": "Do the arrows meet head to head on this trail? What does such a node do while nothing is known?",
        "b": "Nothing on the trail itself is observed. But is M something that the node in the middle leaves a trace in?",
        "c": "The arrows leave the node in the middle. Is it observed?",
        "d": "Is the observed node on the trail, or below a collider on it?",
        "e": "The arrows leave the node in the middle, and it is observed.",
    }
    for letter, (x, y, z) in stated.items():
        due = "T" if nx.is_d_separator(ALARM, {x}, {y}, z) else "open"
        yield (
            f"({letter}) {x} and {y} given {listed(z)}",
            lambda letter=letter, due=due: Verdict(answer[letter] == due, f"Yours is {answer[letter]}."),
            advice[letter],
        )


def _read_answer(answer: Any) -> Any:
    """A student's dictionary with its texts as they are meant, whatever their case; anything else as it is."""
    if not isinstance(answer, dict):
        return answer
    meant = {word.casefold(): word for word in (*ALARM, "open")}
    read = {key: value.strip() for key, value in answer.items() if isinstance(value, str)}
    return answer | {key: meant.get(text.casefold(), text) for key, text in read.items()}


def _is_answer(answer: Any, stated: Mapping[str, Any]) -> Verdict:
    if not isinstance(answer, dict):
        return Verdict(False, "It returned no dictionary.")
    missing = sorted(set(stated) - {key for key in answer if isinstance(key, str)})
    if missing:
        return Verdict(False, f"There is no answer for {listed(missing)}.")
    names = {*ALARM, "open"}
    strange = [key for key in stated if not isinstance(answer[key], str) or answer[key] not in names]
    return Verdict(not strange, f"The answer for {listed(strange)} is neither a node nor open.")


# Witnesses


@check
def seven_by_hand(student: Part, draw: Draw) -> Properties:
    """The blanket of 6, the marriages, a statement that is lost, and a cycle without a chord."""
    answer = student()
    moral = nx.moral_graph(SEVEN)
    married = {frozenset(pair) for pair in moral.edges} - {frozenset(arrow) for arrow in SEVEN.edges}

    def part(name: str) -> Any:
        if not isinstance(answer, dict) or name not in answer:
            raise Broken(f'It should return a dictionary with an entry "{name}".')
        return answer[name]

    yield (
        "the Markov blanket of 6",
        lambda: _is_blanket(as_set(part("blanket"))),
        "Parents, children, and the other parents of the children.",
    )
    yield (
        "the lines that moralisation adds",
        lambda: Verdict(_pairs(part("married")) == married, f"Yours: {_lines_in_words(_pairs(part('married')))}."),
        "Look for nodes in which two arrows end, and join where these come from, unless they are joined already.",
    )
    yield (
        "a statement that the moral graph loses",
        lambda: _is_lost(part("lost"), moral),
        "Two parents that are married but joined by no arrow are d-separated by something. The moral graph joins them, so that it"
        " never separates them.",
    )
    yield (
        "a cycle without a chord",
        lambda: _is_hole(part("cycle"), moral),
        "Walk around a hole in the drawing of the moral graph that no line crosses, and name its nodes in that order.",
    )


def _is_blanket(blanket: set) -> Verdict:
    due = {4, 5, 7}
    if blanket == due:
        return Verdict(True)
    if any(isinstance(node, str) for node in blanket):
        return Verdict(False, "The nodes of this network are numbers: write them without quotes.")
    more = f"{listed(blanket - due)} should not be there. " if blanket - due else ""
    return Verdict(False, more + (f"{len(due - blanket)} nodes are missing." if due - blanket else ""))


def _pairs(value: Any) -> set[frozenset]:
    """Lines, written as frozensets or as pairs.

    Raises:
        Broken: Something in it is no pair.
    """
    pairs = as_set(value, "a set of frozensets of two nodes")
    if not all(isinstance(pair, (frozenset, tuple)) and len(set(pair)) == 2 for pair in pairs):
        raise Broken("Each line is a frozenset of two nodes.")
    return {frozenset(pair) for pair in pairs}


def _lines_in_words(lines: set[frozenset]) -> str:
    return listed(" - ".join(sorted(map(str, line))) for line in lines)


def _is_lost(value: Any, moral: nx.Graph) -> Verdict:
    """Whether (x, y, z) is a statement of the arrows that the moral graph does not make."""
    if value is None:
        return Verdict(False, "There is such a statement: the moral graph is not perfect.")
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise Broken("It should be (x, y, z) with z a set.")
    x, y, z = value
    z = as_set(z, "z as a set of nodes")
    if x == y or x not in SEVEN or y not in SEVEN or not z <= set(SEVEN) - {x, y}:
        raise Broken("x and y should be two different nodes, and z a set of others.")
    if not nx.is_d_separator(SEVEN, {x}, {y}, z):
        return Verdict(
            False, f"The arrows do not make this statement: an open trail joins {x} and {y} given {listed(z)}."
        )
    rest = moral.subgraph(set(moral) - z)
    joined = nx.has_path(rest, x, y)
    return Verdict(joined, f"The moral graph makes this statement, too: {listed(z)} separates {x} and {y} in it.")


def _is_hole(value: Any, moral: nx.Graph) -> Verdict:
    """Whether a list of nodes is a cycle of at least four nodes without a chord."""
    if value is None:
        return Verdict(False, "There is such a cycle: the moral graph is not chordal.")
    if not isinstance(value, (tuple, list)) or not all(node in moral for node in value):
        raise Broken("It should be a list of nodes of the network.")
    cycle = list(value[:-1]) if len(value) > 1 and value[0] == value[-1] else list(value)
    if len(cycle) != len(set(cycle)) or len(cycle) < 4:
        return Verdict(
            False, f"It names {len(set(cycle))} different nodes, and {len(cycle)} in all: at least four, each once."
        )
    steps = {frozenset(pair) for pair in zip(cycle, [*cycle[1:], cycle[0]], strict=True)}
    for one, other in (sorted(step) for step in steps):
        if not moral.has_edge(one, other):
            return Verdict(False, f"No line joins {one} and {other}, which follow each other on it.")
    for one, other in itertools.combinations(cycle, 2):
        if moral.has_edge(one, other) and frozenset((one, other)) not in steps:
            return Verdict(False, f"It has a chord, between {one} and {other}.")
    return Verdict(True)
