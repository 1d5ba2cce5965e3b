"""Collaborators of functions on graphs: they answer from tables, and refuse what is no question about their graph."""

import pytest

from helpers.checks import graph_doubles as doubles

EDGES = {("a", "b"), ("c", "b")}


def test_families_know_the_nodes_of_one_graph():
    families = doubles.Families(EDGES, {"a": {"b"}, "b": set(), "c": {"b"}})
    found = families(EDGES, "a")
    found.add("something")
    assert families(set(EDGES), "a") == {"b"}, "what one answer is made of is not given away"
    with pytest.raises(ValueError, match="the graph's arrows"):
        families({("a", "b")}, "a")
    with pytest.raises(ValueError, match="one of its nodes"):
        families(EDGES, "x")


def test_junctions_are_looked_up_and_senseless_ones_refused():
    junctions = doubles.Junctions(EDGES, {"b"}, [("a", "b", "c")])
    assert junctions(EDGES, "a", "b", "c", {"b"})
    assert not junctions(EDGES, "c", "b", "a", {"b"})
    assert not junctions(EDGES, before="a", node="b", after="a", observed={"b"})
    with pytest.raises(ValueError, match="as they were given"):
        junctions(EDGES, "a", "b", "c", set())
    with pytest.raises(ValueError, match="two neighbours"):
        junctions(EDGES, "b", "a", "c", {"b"})


def test_statements_hold_both_ways_and_concern_different_nodes():
    holds = doubles.Statements("abc", [("ab", "c")])
    assert holds("b", "a", {"c"})
    assert not holds("a", "b", set())
    for question in (("a", "a", set()), ("a", "b", {"b"}), ("a", "x", set())):
        with pytest.raises(ValueError, match="two different nodes"):
            holds(*question)


def test_many_calls_return_in_their_order():
    assert doubles.each(lambda a, b: a - b, [(3, 1), (5, 1)]) == [2, 4]
    case = {"edges": EDGES, "junction": ("a", "b", "c"), "observed": set(), "descendants": {"b": {"d"}}}
    assert doubles.with_families(lambda e, *rest: (rest[:-1], rest[-1](e, "b")), [case]) == [
        (("a", "b", "c", set()), {"d"})
    ]
    case = {"edges": EDGES, "start": "a", "observed": set(), "open": {("a", "b", "c")}}
    assert doubles.with_junctions(lambda e, s, o, passes: passes(e, s, "b", "c", o), [case]) == [True]
    assert doubles.with_statements(lambda nodes, holds: holds(*nodes, set()), [(["a", "b"], [("ab", "")])]) == [True]


def test_a_changed_argument_is_noticed():
    assert doubles.keeps(lambda a, b: a | b, {1}, {2})
    assert not doubles.keeps(lambda a, b: a.update(b), {1}, {2})
