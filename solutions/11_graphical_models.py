# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] title="Graphical models: reading independence off a picture" reading=15 machine=1 figures="statements disagreements failure_given_heat failure_given_heat_and_open_door"
# # Graphical models: reading independence off a picture
#
# ![Four copies of a graph of five nodes; in each of them the open trails from one node are drawn thick](expected/open_trails.png)
#
# Five things can happen around a server room. The picture says which of them depends on which, without a single
# number. Yet it answers questions such as: *once the message has arrived, does an open door tell me anything about
# the air conditioning?*
#
# **The question of this notebook:** which variables inform each other, once some are observed, and how can a program
# read that off a graph?
#
# **What to know first.**
# *Conditional probability*: $p(a \mid b) = p(a, b) / p(b)$.
# *Marginalising*: $p(a) = \sum_b p(a, b)$.
# *Independence*: $x \perp y$ when $p(x, y) = p(x)\,p(y)$, and **given $z$**, written $x \perp y \mid z$, when
# $p(x, y \mid z) = p(x \mid z)\,p(y \mid z)$ for every value of $z$.
# *Python's sets*: `a | b` is the union, `a & b` the intersection, `a - b` what is in `a` only, `a <= b` asks whether
# `a` is a part of `b`.
#
# Nothing from an earlier notebook is needed. Background: Bishop, *Pattern Recognition and Machine Learning* (2006),
# chapter 8; Koller and Friedman, *Probabilistic Graphical Models* (2009), chapters 3 and 4; Shachter, *Bayes-Ball*
# (1998).

# %% [markdown]
# | symbol | in code | meaning |
# |---|---|---|
# | $x \to y$ | `(x, y)` | an arrow; $x$ is a **parent** of $y$, and $y$ a **child** of $x$ |
# | $x - y$ | `frozenset((x, y))` | a line without direction |
# | | `edges` | a graph: the set of its arrows, or the set of its lines |
# | $\mathrm{pa}(x)$ | | the parents of $x$ |
# | $\perp$ | | is independent of; $x \not\perp y$: is not |
# | $z$ | `observed`, `given` | the variables whose values are known |
# | $p$ | `p` | a table of all joint probabilities, one axis per variable |
# | $\mathcal I(G)$, $\mathcal I(p)$ | `of_graph`, `of_p` | all statements $x \perp y \mid z$ that a graph makes, or that hold in $p$ |
#
# Our graphs of arrows have no cycles: nobody who follows the arrows comes back. Such a graph is called a **DAG** (directed
# acyclic graph), and with its tables a **Bayesian network**. A graph of lines belongs to a **Markov network**.
#
# A node is anything that a set can hold: here letters or numbers, in the checks both in one graph. So do not sort nodes, and
# do not ask which of two is smaller.
#
# In your answers about graphs use Python's sets alone. The library networkx can do much of this, which is why it is the judge here and
# not the author.

# %% [markdown] tags=["notes"]
# **My sources.** Name here whoever helped you, and every text, program or assistant that you used, with what you took
# from it. Whether working together is allowed is for your instructor to say; naming it always is.

# %% tags=["parameters"]
PRESET = "laptop"  # "smoke" or "laptop": how many random graphs and tables the experiments take; "full": more of them
SEED = 0

# %% tags=["setup"]
import itertools
import random
import time

import networkx
import torch
from torch import Tensor

from helpers import checks, diagrams, plots, presets, references, widgets
from helpers.diagrams import Graph

run = presets.start(PRESET, None, SEED, name="11_graphical_models")

ALARM = {("A", "T"), ("O", "T"), ("T", "M"), ("T", "S")}
ALARM_AT = {"A": (0, 2), "O": (2, 2), "T": (1, 1), "M": (0, 0), "S": (2, 0)}
SEVEN = {(1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (5, 6), (4, 7), (6, 7)}
SEVEN_AT = {1: (1, 3), 2: (0, 2), 3: (2, 2), 4: (0, 1), 5: (1.6, 1.1), 6: (1.6, 0.1), 7: (0.5, -0.6)}

# %% [markdown]
# ## 1. A picture of a joint distribution
#
# In a server room the **a**ir conditioning can fail ($A$), somebody can leave the d**o**or open ($O$); either can drive
# the **t**emperature up ($T$); and a high temperature sends a **m**essage ($M$) and starts a **s**iren ($S$). Each of
# the five variables is 0 (no) or 1 (yes).

# %% tags=["plot"]
names = {"A": "air conditioning fails", "O": "door open", "T": "temperature high", "M": "message", "S": "siren"}
diagrams.graphs([Graph(ALARM, ALARM_AT, title="the alarm network")])
print(", ".join(f"{letter}: {meaning}" for letter, meaning in names.items()))

# %% [markdown]
# A table of all joint probabilities has $2^5 = 32$ entries, 31 of them free. The graph claims that less is enough: every
# variable needs to know **its parents only**,
#
# $$p(x_1, \dots, x_n) = \prod_{i=1}^{n} p\big(x_i \mid \mathrm{pa}(x_i)\big) \qquad\text{(Bishop 2006, Eq. 8.5)}$$
#
# with one factor per variable; a variable without parents contributes $p(x_i)$.
#
# **By hand.** For three variables in a row, $a \to b \to c$, the factors are $p(a)\,p(b \mid a)\,p(c \mid b)$. With two
# values each, they hold $1 + 2 + 2 = 5$ free numbers instead of $2^3 - 1 = 7$: one for $p(a)$, and one for each value of
# the parent in the two other factors.


# %% exercise="factorise_alarm" points=2 minutes=2 lines=1
def factorise_alarm() -> str:
    """Write down the factors of the alarm network's joint distribution p(A, O, T, M, S).

    Returns:
        The factors as one line of text, such as "p(a) p(b | a) p(c | b)" for the example above: one factor per variable,
        its parents behind the bar, separated by commas.
    """
    ### BEGIN SOLUTION
    return "p(A) p(O) p(T | A, O) p(M | T) p(S | T)"
    ### END SOLUTION


# %% [markdown] hints="factorise_alarm"
# - How many factors are there? One for each node, whether or not it has parents.
# - For each node look at the arrows that *end* there; where they come from stands behind the bar.
# - Two nodes have no parents, one has two, and two have one: the same one.

# %% check="factorise_alarm"
checks.graphical_models.factorise_alarm(factorise_alarm)

# %% [markdown]
# Ten numbers instead of 31: one for $A$, one for $O$, four for $T$ (one per pair of parents' values), two for $M$ and two
# for $S$. Here they are. Each **table** has one axis per parent, in the order given, and the variable's own axis last;
# along that last axis it adds up to 1.


# %% tags=["setup"]
def table(*of_one: float) -> Tensor:
    """The table of a variable with values 0 and 1 from the probabilities of 1, the parents' values counting up."""
    ones = torch.tensor(of_one, dtype=torch.float64)
    both = torch.stack([1 - ones, ones], dim=-1)
    return both.reshape(*[2] * (len(of_one).bit_length() - 1), 2)


ALARM_TABLES = {
    "A": ((), table(0.1)),
    "O": ((), table(0.2)),
    "T": (("A", "O"), table(0.02, 0.5, 0.8, 0.98)),  # neither, door only, air conditioning only, both
    "M": (("T",), table(0.01, 0.95)),
    "S": (("T",), table(0.02, 0.9)),
}

# %% [markdown]
# **By hand.** The probability that nothing happens at all is
# $p(A{=}0)\,p(O{=}0)\,p(T{=}0 \mid 0, 0)\,p(M{=}0 \mid 0)\,p(S{=}0 \mid 0) = .9 \cdot .8 \cdot .98 \cdot .99 \cdot .98 = .685$.
# The whole table $p$ holds such a product for each of the 32 cases.


# %% exercise="joint" points=4 minutes=5 lines=4
def joint(tables: dict[str, tuple[tuple[str, ...], Tensor]]) -> Tensor:
    r"""Multiply the tables of a Bayesian network: $p(x_1, \dots, x_n) = \prod_i p(x_i \mid \mathrm{pa}(x_i))$.

    Args:
        tables: Variable -> (its parents, its table). The table has one axis per parent, in the order of the parents, and
            the variable's own axis last. A variable may have any number of values.

    Returns:
        All joint probabilities, with one axis per variable in the order in which `tables` names them.
    """
    ### BEGIN SOLUTION
    names = list(tables)
    operands = []
    for name, (parents, factor) in tables.items():
        operands += [factor, [names.index(variable) for variable in (*parents, name)]]
    return torch.einsum(*operands, list(range(len(names))))
    ### END SOLUTION


# %% [markdown] hints="joint"
# - Give every variable the number of its axis. Which axes of the result do a table's axes belong to?
# - [`torch.einsum`](https://docs.pytorch.org/docs/stable/generated/torch.einsum.html) multiplies tensors whose axes are
#   labelled, and takes labels as lists of numbers: `torch.einsum(a, [0], b, [0, 1], [0, 1])` is $a_i\,b_{ij}$.
# - For each variable append its table and `[names.index(v) for v in (*parents, name)]` to a list `operands`; then call
#   `torch.einsum(*operands, ...)` with all axes, in order, as the labels of the result.

# %% check="joint"
checks.graphical_models.joint(joint)

# %% [markdown]
# With the table, every question has an answer: fix what is known, add up over what is not.


# %% tags=["setup"]
def probability(p: Tensor, event: dict[str, int], given: dict[str, int]) -> float:
    """p(event | given) in the alarm network, where both say which variable has which value."""

    def mass(values: dict[str, int]) -> Tensor:
        return p[tuple(values.get(name, slice(None)) for name in ALARM_TABLES)].sum()

    return float(mass(event | given) / mass(given))


# %% [markdown]
# **Predict first.** The temperature is high. That makes a failure of the air conditioning more likely than before. Now
# somebody tells you that the door stands open. Does a failure become *more* likely still, *less* likely, or does it stay
# as it was? And the same before you know the temperature: does an open door then say anything about the air conditioning?

# %% tags=["plot"] expected="explaining_away"
p_alarm = joint(ALARM_TABLES)
failing = {
    "nothing known": probability(p_alarm, {"A": 1}, {}),
    "door open": probability(p_alarm, {"A": 1}, {"O": 1}),
    "T high": probability(p_alarm, {"A": 1}, {"T": 1}),
    "T high,\ndoor open": probability(p_alarm, {"A": 1}, {"T": 1, "O": 1}),
    "T high,\ndoor shut": probability(p_alarm, {"A": 1}, {"T": 1, "O": 0}),
    "message": probability(p_alarm, {"A": 1}, {"M": 1}),
    "message,\ndoor open": probability(p_alarm, {"A": 1}, {"M": 1, "O": 1}),
}
plots.bars(
    failing,
    "p(A = 1 | what is known)",
    title="What makes a failure likely, and what explains it away",
    alt="Bars: .1 with nothing known and with the door open; .44 when the temperature is high, .18 when the door is open"
    " too, .82 when it is shut; with a message .43 and, with the door open too, .18",
)
run.record(failure_given_heat=failing["T high"], failure_given_heat_and_open_door=failing["T high,\ndoor open"])
references.beside(
    run,
    failure_given_heat=failing["T high"],
    failure_given_heat_and_open_door=failing["T high,\ndoor open"],
)

# %% [markdown]
# On its own the door says nothing about the air conditioning. Once the temperature is known to be high, it says a lot:
# an open door **explains** the heat **away**, and the failure is no longer needed to account for it. A message, which is
# only a trace of the heat, has the same effect.
#
# To see *every* such effect, measure it. For two variables $x$ and $y$ and a set $z$ of given ones,
#
# $$d(x, y \mid z) = \max_{x, y, z} \big|\, p(x, y \mid z) - p(x \mid z)\,p(y \mid z) \,\big|$$
#
# is 0 exactly when $x \perp y \mid z$.
#
# **By hand.** Two fair coins that always agree: $p(0, 0) = p(1, 1) = \tfrac12$. Each difference is
# $\tfrac12 - \tfrac14$ or $0 - \tfrac14$, so $d = \tfrac14$. Two coins tossed apart have $d = 0$.


# %% exercise="dependence" points=4 minutes=6 lines=5
def dependence(p: Tensor, x: int, y: int, given: tuple[int, ...] = ()) -> Tensor:
    r"""Measure how far x and y are from being independent given other variables: $d(x, y \mid z)$ above.

    Args:
        p: Joint probabilities, all positive, one axis per variable.
        x: The axis of one variable.
        y: The axis of another.
        given: The axes of the variables in z, none of them x or y. All other variables are summed out.

    Returns:
        The largest difference in size, one number.
    """
    ### BEGIN SOLUTION
    for axis in range(p.ndim):
        if axis not in (x, y, *given):
            p = p.sum(axis, keepdim=True)
    p = p / p.sum((x, y), keepdim=True)
    return (p - p.sum(x, keepdim=True) * p.sum(y, keepdim=True)).abs().max()
    ### END SOLUTION


# %% [markdown] hints="dependence"
# - Three steps: sum out what is neither x, y nor given; divide, to condition; compare with the product of the two
#   marginals.
# - Keep every axis, with length 1 where it was summed (`keepdim=True`): then axis numbers stay valid, and products
#   broadcast.
# - Dividing by `p.sum((x, y), keepdim=True)` gives $p(x, y \mid z)$, and summing that over `y` gives $p(x \mid z)$.
#   Beware: `p.sum(())` sums over *everything*.

# %% check="dependence"
checks.graphical_models.dependence(dependence)

# %% tags=["plot"]
ORDER = list(ALARM_TABLES)  # the names of the axes


def measured(x: str, y: str, z: str = "") -> float:
    """The dependence of two variables of the alarm network, named by their letters."""
    return float(dependence(p_alarm, ORDER.index(x), ORDER.index(y), tuple(map(ORDER.index, z))))


for x, y, z in [("A", "O", ""), ("A", "O", "T"), ("A", "M", ""), ("A", "M", "T")]:
    print(f"d({x}, {y} | {z or 'nothing':7}) = {measured(x, y, z):.2g}")

# %% [markdown] answer="explaining_away" points=3 minutes=4
# **Explaining away.** (a) With your numbers, say what happens to the probability of a failure when, after the
# temperature, the door is observed as well, for both of its values. Why in two directions? (b) $A$ and $O$ have no
# influence on each other. In what sense do they become dependent, then? (c) A failure and the message are dependent, and
# become independent once $T$ is known; for $A$ and $O$ it is the other way round. What in the graph makes the
# difference? (At most 150 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) .10 with nothing known, .44 once the temperature is high; an open door brings it down to .18, a
# shut door up to .82. The heat needs a cause: if the door is one, a failure is not needed; if the door is excluded, a
# failure is nearly the only cause left. (b) Nothing acts from one on the other. Among the cases with high temperature,
# the two occur in a pattern (rarely neither), so that knowing one changes what we believe of the other: dependence of
# beliefs in a selected set of cases, not an effect. (c) The arrows run *through* $T$ from $A$ to $M$: all that a failure says about
# the message it says by way of the temperature, so once that is known there is nothing left to tell. $T$ is a common
# *effect* of $A$ and $O$ (the arrows meet in it): known, it couples them.
#
# **Rubric (3 points).** (1) Both numbers (or both directions) with the reason. (1) Dependence by selection or of
# beliefs, not an influence. (1) Arrows through $T$ against arrows that meet in $T$. Half a point for "a
# collider" without saying what that means.
# ### END SOLUTION

# %% [markdown]
# ## 2. Trails, open and shut
#
# Enumeration needs all $2^n$ cases. The graph gives the same answers without any number. Follow the **trails** from $x$
# to $y$: sequences of neighbours, along arrows or against them. Information can pass along a trail if it passes at
# *every* node on the way, and what happens at a node depends on how the arrows meet there:
#
# | junction | | passes if |
# |---|---|---|
# | chain | $a \to b \to c$ or $a \leftarrow b \leftarrow c$ | $b$ is **not** observed |
# | fork, a common cause | $a \leftarrow b \to c$ | $b$ is **not** observed |
# | **collider**, a common effect | $a \to b \leftarrow c$ | $b$ **or a descendant of** $b$ is observed |
#
# A trail that passes everywhere is **open** (or *active*). $x$ and $y$ are **d-separated** by $z$ when no trail between
# them is open, and then $x \perp y \mid z$ in *every* distribution that factorises along the graph (Bishop 2006, Sec.
# 8.2.2; Koller and Friedman 2009, chapter 3, on the soundness of d-separation).

# %% tags=["plot"]
UP = {"a": (0, 0), "b": (0.8, 0.6), "c": (1.6, 0)}
DOWN = {"a": (0, 0.6), "b": (0.8, 0), "c": (1.6, 0.6)}
CHAIN, FORK, COLLIDER = {("a", "b"), ("b", "c")}, {("b", "a"), ("b", "c")}, {("a", "b"), ("c", "b")}
OPEN = [("a", "b"), ("b", "c")]
diagrams.graphs(
    [
        Graph(CHAIN, UP, traced=OPEN, title="chain: open"),
        Graph(FORK, UP, traced=OPEN, title="fork: open"),
        Graph(COLLIDER, DOWN, title="collider: shut"),
        Graph({*COLLIDER, ("b", "d")}, DOWN | {"d": (0.8, -0.8)}, title="collider: shut"),
        Graph(CHAIN, UP, {"b"}, title="chain: shut"),
        Graph(FORK, UP, {"b"}, title="fork: shut"),
        Graph(COLLIDER, DOWN, {"b"}, traced=OPEN, title="collider: open"),
        Graph({*COLLIDER, ("b", "d")}, DOWN | {"d": (0.8, -0.8)}, {"d"}, traced=OPEN, title="collider: open"),
    ],
    title="Dark squares are observed; a thick line is an open trail from a to c\n",
    alt="Eight small graphs, above with nothing observed and below with the middle, or a node below it, observed: chain and"
    " fork are open above and shut below, the collider is shut above and open below",
)

# %% [markdown]
# **By hand.** In the alarm network, is $A \perp S$? The only trail is $A \to T \to S$, a chain at $T$; $T$ is not
# observed, so the trail is open: no. And $A \perp S \mid T$? Now $T$ shuts it: yes.
#
# In this network any two nodes are joined by exactly one trail, so one node that shuts it is enough for independence.
# Decide, for each statement, **which node shuts the trail**, or that it is open:
#
# | (a) | (b) | (c) | (d) | (e) |
# |---|---|---|---|---|
# | $A \perp O$ | $A \perp O \mid M$ | $S \perp M$ | $S \perp M \mid O$ | $S \perp M \mid T$ |


# %% exercise="alarm_independences" points=5 minutes=4 lines=1
def alarm_independences() -> dict[str, str]:
    """Decide the five statements above by looking at the graph.

    Returns:
        For each of "a", "b", "c", "d" and "e" the name of the node that shuts the only trail (the statement holds then), or
        "open" where no node does. For the two statements of the example this would be {"first": "open", "second": "T"}.
    """
    ### BEGIN SOLUTION
    return {"a": "T", "b": "open", "c": "open", "d": "open", "e": "T"}
    ### END SOLUTION


# %% [markdown] hints="alarm_independences"
# - Put a finger on the first variable and walk to the second. Which nodes do you pass on the way?
# - The node between $A$ and $O$ is a collider, the node between $S$ and $M$ is a fork. Which of the given variables is
#   one of them, or a descendant of one?
# - In (b), $M$ is a child of the collider. In (d), $O$ is not on the trail at all.

# %% check="alarm_independences"
checks.graphical_models.alarm_independences(alarm_independences)

# %% [markdown]
# The table of the 32 cases can be asked the same five questions.

# %% tags=["plot"]
FIVE = {"a": ("A", "O", ""), "b": ("A", "O", "M"), "c": ("S", "M", ""), "d": ("S", "M", "O"), "e": ("S", "M", "T")}
for letter, said in alarm_independences().items():
    x, y, z = FIVE[letter]
    print(f"({letter}) you say: {said:5} the table says: d({x}, {y} | {z or 'nothing'}) = {measured(x, y, z):.2g}")

# %% [markdown]
# Now let a program do it, for any graph. A graph is nothing but the set of its arrows. The first thing that it needs is
# what a collider asks for: its **descendants**, that is its children, their children, and so on. In the alarm network the
# descendants of $A$ are $T$, $M$ and $S$; those of $T$ are $M$ and $S$; $M$ has none.


# %% tags=["setup"]
def neighbours(edges: set[tuple], node) -> set:
    """The nodes that an arrow joins to this one, in either direction."""
    return {end if start == node else start for start, end in edges if node in (start, end)}


# %% exercise="descendants" points=3 minutes=3 lines=2
def descendants(edges: set[tuple], node) -> set:
    """Find all nodes that can be reached from a node along arrows.

    Args:
        edges: The arrows of a DAG, each a pair (from, to).
        node: One of its nodes.

    Returns:
        The node's children, their children and so on; not the node itself.
    """
    ### BEGIN SOLUTION
    children = {end for start, end in edges if start == node}
    return children.union(*(descendants(edges, child) for child in children))
    ### END SOLUTION


# %% [markdown] hints="descendants"
# - Children are easy: the ends of the arrows that start here. And then?
# - The descendants are the children together with the descendants of each child. A function may call itself; there
#   are no cycles, so it ends.
# - Start with the set of all `end` for the arrows `(start, end)` whose `start` is the node; its method `union` takes any
#   number of further sets, such as `*(descendants(edges, child) for child in children)`.

# %% check="descendants"
checks.graphical_models.descendants(descendants)

# %% [markdown]
# Next, the three rows of the table above: does information pass at `node`, coming from `before` and going on to `after`?
#
# **By hand.** Alarm network, $M$ observed. From $A$ over $T$ to $O$: both arrows end in $T$, a collider, and its descendant
# $M$ is observed, so it passes. From $A$ over $T$ to $S$: only one of the arrows ends in $T$, and $T$ is not observed, so it
# passes too. With $T$ observed as well, the first still passes and the second does not.


# %% exercise="passes" points=4 minutes=5 lines=4
def passes(edges: set[tuple], before, node, after, observed: set, descendants=descendants) -> bool:
    """Decide whether information passes at a node of a trail (Bishop 2006, Sec. 8.2.1).

    Args:
        edges: The arrows of a DAG, each a pair (from, to).
        before: The node that the trail comes from, a neighbour of `node`.
        node: The node in question.
        after: The node that the trail goes on to, a neighbour of `node`. It may be `before` again.
        observed: The nodes whose values are known.
        descendants: `descendants(edges, node)` is the set of a node's descendants.

    Returns:
        Whether the trail is open at this node.
    """
    ### BEGIN SOLUTION
    collider = (before, node) in edges and (after, node) in edges
    if collider:
        return bool(({node} | descendants(edges, node)) & observed)
    return node not in observed
    ### END SOLUTION


# %% [markdown] hints="passes"
# - Two cases, not three: chains and forks behave alike. How do you recognise a collider in a set of arrows?
# - `(before, node) in edges` asks whether the first arrow points at the node. If both do, look for an observed node among
#   the node itself and its descendants; otherwise the node must not be observed.
# - Intersect `observed` with the union of `{node}` and its descendants: an empty set counts as false, and `bool(...)`
#   makes it so.

# %% check="passes"
checks.graphical_models.passes(passes)

# %% [markdown]
# Now the search. There can be very many trails, but only few *places*: think of a ball (Shachter's **Bayes ball**)
# that has just rolled from `before` to `node`. Where it may roll next depends on this pair only, not on how it came
# there. A graph with $m$ arrows has $2m$ such pairs, and each needs to be looked at once.
#
# **By hand.** Alarm network, start at $A$, with $M$ observed. The ball rolls $A \to T$. At $T$, coming from $A$: on to
# $M$ or $S$ (a chain, $T$ not observed), and on to $O$ (a collider whose descendant $M$ is observed). At $S$, $O$ and $M$
# it finds no new pairs that lead anywhere else. So $A$ reaches $T$, $S$ and $O$; $M$ is observed and is not listed.
#
# Why pairs and not nodes? Coming from a parent, the ball may be stopped at a node that it would have passed coming
# from a child.


# %% exercise="reachable" points=6 minutes=9 lines=8
def reachable(edges: set[tuple], start, observed: set, passes=passes) -> set:
    """Find all nodes that an open trail joins to a node: those that are *not* d-separated from it.

    Args:
        edges: The arrows of a DAG, each a pair (from, to).
        start: The node to begin from; it is not observed.
        observed: The nodes whose values are known.
        passes: `passes(edges, before, node, after, observed)` says whether a trail is open at `node`.

    Returns:
        The nodes that are reached, without `start` and without observed ones.
    """
    ### BEGIN SOLUTION
    seen = set()
    waiting = [(start, node) for node in neighbours(edges, start)]
    while waiting:
        before, node = waiting.pop()
        if (before, node) not in seen:
            seen.add((before, node))
            onward = neighbours(edges, node)
            waiting += [(node, after) for after in onward if passes(edges, before, node, after, observed)]
    return {node for _, node in seen} - observed - {start}
    ### END SOLUTION


# %% [markdown] hints="reachable"
# - Keep a list of pairs (before, node) that are still to be looked at, and a set of those that have been. The first pairs
#   lead from `start` to each of its neighbours, whatever is observed.
# - Take a pair from the list. If it is new, remember it and append (node, after) for each neighbour `after` of `node` for
#   which `passes(edges, before, node, after, observed)`. At the end collect the nodes of all pairs.
# - A loop as long as `waiting` is not empty, which takes a pair out with `pop()`; `neighbours(edges, node)` gives the
#   candidates for `after`; from the nodes found, subtract `observed` and `{start}`.

# %% check="reachable"
checks.graphical_models.reachable(reachable)


# %% [markdown]
# **Play with it.** Switch nodes on (observed) and off, and choose where to begin. The thick edges belong to open trails
# from the start, as *your* `passes` judges them; hexagons mark what *your* `reachable` finds. Try to find an observation
# that opens one trail and shuts another.


# %% tags=["setup"]
def open_trails(edges: set[tuple], start, observed: set) -> list[list]:
    """All open trails from a node that visit no node twice, one by one: for small graphs, to draw them."""
    trails, growing = [], [[start, node] for node in neighbours(edges, start)]
    while growing:
        trail = growing.pop()
        trails.append(trail)
        onward = neighbours(edges, trail[-1]) - set(trail)
        growing += [[*trail, after] for after in onward if passes(edges, *trail[-2:], after, observed)]
    return [trail for trail in trails if trail[-1] not in observed]


def picture(edges: set[tuple], at: dict, start, observed: set) -> Graph:
    """A graph with the open trails from a node."""
    if start in observed:
        return Graph(edges, at, observed, title=f"{start} is observed: begin elsewhere")
    reached = reachable(edges, start, observed)
    traced = {pair for trail in open_trails(edges, start, observed) for pair in itertools.pairwise(trail)}
    known = ", ".join(map(str, sorted(observed))) or "nothing"
    return Graph(edges, at, observed, start, reached, traced, title=f"from {start}, {known} observed")


# %% tags=["plot"] expected="open_trails"
cases = [("A", set()), ("A", {"M"}), ("S", set()), ("S", {"T"})]
diagrams.graphs([picture(ALARM, ALARM_AT, start, observed) for start, observed in cases])

# %% tags=["plot"]
NODES = sorted(SEVEN_AT)


def show_trails(observed: set, begin: int) -> None:
    """Draw the second network of this notebook with its open trails."""
    diagrams.graphs([picture(SEVEN, SEVEN_AT, begin, observed)])


widgets.choose(show_trails, NODES, {5}, label="observed", begin=(NODES, 1))

# %% [markdown]
# ### Does it always agree?
#
# [networkx](https://networkx.org/documentation/stable/reference/algorithms/d_separation.html) has a d-separation of its
# own, which knows nothing of yours. Compare the two on **every** DAG with four nodes, and on hundreds of larger random ones.


# %% tags=["setup"]
def all_dags(nodes: list) -> list[set[tuple]]:
    """Every DAG on some nodes."""
    arrows = list(itertools.permutations(nodes, 2))
    graphs = (set(chosen) for size in range(len(arrows) + 1) for chosen in itertools.combinations(arrows, size))
    most = len(nodes) * (len(nodes) - 1) // 2
    return [edges for edges in itertools.takewhile(lambda edges: len(edges) <= most, graphs) if is_acyclic(edges)]


def is_acyclic(edges: set[tuple]) -> bool:
    """Whether no arrows lead in a circle."""
    return networkx.is_directed_acyclic_graph(networkx.DiGraph(edges))


def random_dag(nodes: int, share: float, source: random.Random) -> set[tuple]:
    """A random DAG: nodes in a random order, and each arrow that follows it with probability `share`."""
    order = source.sample(range(nodes), nodes)
    return {pair for pair in itertools.combinations(order, 2) if source.random() < share}


def subsets(items) -> list[set]:
    """All subsets, the smallest first."""
    items = list(items)
    return [set(chosen) for size in range(len(items) + 1) for chosen in itertools.combinations(items, size)]


# %% tags=["train"]
def disagreements(edges: set[tuple], nodes: list, observed_sets: list[set]) -> tuple[int, int]:
    """How many statements x and y d-separated or not were compared with networkx's, and how many differ."""
    graph = networkx.DiGraph(edges)
    graph.add_nodes_from(nodes)
    compared = differ = 0
    for observed in observed_sets:
        hidden = [node for node in nodes if node not in observed]
        for x in hidden:
            reached = reachable(edges, x, observed)
            for y in hidden:
                if x != y:
                    compared += 1
                    differ += (y not in reached) != networkx.is_d_separator(graph, {x}, {y}, observed)
    return compared, differ


start, source = time.perf_counter(), random.Random(run.seed)
small = all_dags([0, 1, 2, 3])
small = small if run.preset != "smoke" else source.sample(small, 60)
totals = [disagreements(edges, [0, 1, 2, 3], subsets(range(4))) for edges in small]
larger = run.choose(smoke=50, laptop=500, full=2000)
for _ in range(larger):
    some = [set(source.sample(range(8), source.randint(0, 5))) for _ in range(6)]
    totals.append(disagreements(random_dag(8, 0.35, source), list(range(8)), some))
compared, differ = (sum(column) for column in zip(*totals, strict=True))
seconds = time.perf_counter() - start
run.record(graphs=len(totals), statements=compared, disagreements=differ, comparison_seconds=seconds)
print(f"{len(small)} DAGs with four nodes and {larger} with eight: {compared:,} statements, {differ} disagreements")

# %% [markdown]
# ### Optional: does the picture tell the truth about the numbers?
#
# d-separation promises independence in *every* distribution that factorises along the graph. What about the other
# direction: where a trail is open, are the two variables dependent?
#
# **Predict first.** Fill the alarm network's tables with random numbers, and measure $d(x, y \mid z)$ for all 80
# statements about two variables. How large will the smallest value be among the d-separated ones, and among the others?

# %% tags=["plot"] expected="picture_and_numbers"
generator = torch.Generator().manual_seed(run.seed)


def random_tables() -> dict[str, tuple[tuple[str, ...], Tensor]]:
    """The alarm network with other numbers."""
    return {
        name: (parents, torch.rand(*[2] * len(parents), 2, generator=generator, dtype=torch.float64).softmax(-1))
        for name, (parents, _) in ALARM_TABLES.items()
    }


shut, not_shut = [], []
for _ in range(run.choose(smoke=3, laptop=20, full=100)):
    p = joint(random_tables())
    for x, y in itertools.combinations(range(5), 2):
        for z in subsets({0, 1, 2, 3, 4} - {x, y}):
            is_open = ORDER[y] in reachable(ALARM, ORDER[x], {ORDER[node] for node in z})
            (not_shut if is_open else shut).append(float(dependence(p, x, y, tuple(z))))
plots.strips(
    {"d-separated": shut, "an open trail": not_shut},
    x_label="dependence d(x, y | z), measured in the table",
    floor=1e-18,
    title="Random tables: what the graph promises, and what the numbers say",
    alt="Two rows of dots on a logarithmic axis: the d-separated statements all lie below 1e-15, which is rounding; those with"
    " an open trail lie between about 1e-5 and .1",
)
run.record(largest_dependence_if_separated=max(shut), smallest_dependence_if_open=min(not_shut))
print(f"d-separated: at most {max(shut):.1g}; with an open trail: at least {min(not_shut):.1g}")

# %% tags=["plot"]
silent = ALARM_TABLES | {"S": (("T",), table(0.3, 0.3))}  # a siren that goes off by itself, whatever the temperature
p_silent = joint(silent)
print(f"arrow T -> S, yet d(T, S) = {float(dependence(p_silent, ORDER.index('T'), ORDER.index('S'))):.1g}")

# %% [markdown] answer="picture_and_numbers" points=4 minutes=5 optional=true
# **Picture and numbers.** (a) Read your figure: what do the two rows show, and what would a single dot out of place in
# each of them mean? (b) In the last cell an arrow joins $T$ and $S$, and still they are independent. Does this
# contradict the theorem? (c) Why did it never happen with random tables? (d) What follows for somebody who sees
# independence in *data* and wants to draw the graph? (At most 200 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) d-separated statements have a dependence of rounding size (about $10^{-16}$) with every random
# table; those with an open trail all have clearly more, though sometimes little, since dependence shrinks along long
# trails. A dot of the first row far to the right would refute the theorem (or betray a bug); a dot of the second row at
# $10^{-16}$ would only be an independence that the graph does not show. (b) No: the theorem says separated implies
# independent. An open trail *allows* dependence and does not force it. (c) Independence across an open trail needs exact
# equalities between table entries (here the two rows of S's table are the same; or effects along two trails cancel);
# random numbers satisfy them with probability 0. A distribution without such accidents is called faithful to the graph.
# (d) From a missing dependence one may conclude a missing trail only if one assumes faithfulness; and measured
# dependences are never exactly 0, so weak ones are missed.
#
# **Rubric (4 points).** One point each: (1) what the rows show, with the asymmetry of a dot out of place; (1)
# separated implies independent, not the reverse; (1) exact equalities, probability 0; (1) needs faithfulness, or cannot
# tell weak dependence from none. Half: "it is a coincidence" without saying which equality.
# ### END SOLUTION

# %% [markdown]
# ## 3. A second network, and a node's blanket
#
# Seven variables, with the arrows $1 \to 2$, $1 \to 3$, $2 \to 4$, $2 \to 5$, $3 \to 5$, $5 \to 6$, $4 \to 7$, $6 \to 7$.
# Now there are two trails between many pairs.

# %% tags=["plot"]
diagrams.graphs([Graph(SEVEN, SEVEN_AT, title="the second network")])


# %% exercise="factorise_seven" points=2 minutes=2 lines=1
def factorise_seven() -> str:
    """Write down the factors of the second network's joint distribution p(1, 2, 3, 4, 5, 6, 7).

    Returns:
        The factors as one line of text, one per variable, written as "p(2 | 1)": its parents behind the bar, separated by
        commas.
    """
    ### BEGIN SOLUTION
    return "p(1) p(2 | 1) p(3 | 1) p(4 | 2) p(5 | 2, 3) p(6 | 5) p(7 | 4, 6)"
    ### END SOLUTION


# %% [markdown] hints="factorise_seven"
# - Seven nodes, seven factors.
# - For each node collect the nodes whose arrows end there.
# - Two nodes have two parents each: 5 and 7.

# %% check="factorise_seven"
checks.graphical_models.factorise_seven(factorise_seven)

# %% [markdown]
# Which variables must one know, so that **nothing else** says anything more about a given one? The smallest such set is
# its **Markov blanket**. Walk away from the node and stop each trail as early as possible: observed parents stop trails
# that leave upwards, observed children stop those that run on downwards. But an observed child is an open *collider*:
# the trail turns there, up to the child's **other parents**, so these must be observed as well (Bishop 2006, Sec. 8.2.2).
#
# **By hand.** In the alarm network the blanket of $A$ is its child $T$ and $T$'s other parent $O$; the blanket of $M$ is
# $T$ alone.


# %% exercise="markov_blanket" points=3 minutes=4 lines=3
def markov_blanket(edges: set[tuple], node) -> set:
    """Find the parents of a node, its children, and its children's other parents.

    Args:
        edges: The arrows of a DAG, each a pair (from, to).
        node: One of its nodes.

    Returns:
        The nodes of the Markov blanket; not the node itself.
    """
    ### BEGIN SOLUTION
    children = {end for start, end in edges if start == node}
    parents = {start for start, end in edges if end in children | {node}}
    return (children | parents) - {node}
    ### END SOLUTION


# %% [markdown] hints="markov_blanket"
# - Three sets and their union, and one thing to take out again.
# - Parents of the node and parents of its children can be found in one go: the starts of all arrows that end in the node
#   or in one of its children.
# - Take `start` of every arrow `(start, end)` whose `end` lies in the union of the children and `{node}`; the result
#   contains the node itself as soon as it has a child.

# %% check="markov_blanket"
checks.graphical_models.markov_blanket(markov_blanket)

# %% [markdown]
# ## 4. From arrows to lines
#
# In a **Markov network** the edges are lines without direction, and separation is what the word says: $x$ and $y$ are
# separated by $z$ when every path between them runs through $z$. No collider, no descendant, nothing ever opens.
#
# To turn a DAG into a Markov network, dropping the arrowheads is not enough: each factor $p(x \mid \mathrm{pa}(x))$
# couples all the parents of $x$, so they must be neighbours. **Moralisation** joins ("marries") every two parents of a
# common child, and then drops all directions (Bishop 2006, Sec. 8.3.4).
#
# **By hand.** $a \to c \leftarrow b$ becomes the triangle $a - b - c$, with the new line $a - b$. The chain
# $a \to b \to c$ becomes $a - b - c$ with no new line.


# %% exercise="moralise" points=4 minutes=5 lines=4
def moralise(edges: set[tuple]) -> set[frozenset]:
    """Make the moral graph of a DAG.

    Args:
        edges: The arrows of a DAG, each a pair (from, to); they are left as they are.

    Returns:
        The lines of the moral graph, each a frozenset of its two ends: one per arrow, and one per pair of nodes that have
        a child in common.
    """
    ### BEGIN SOLUTION
    lines = {frozenset(arrow) for arrow in edges}
    for one, child in edges:
        lines |= {frozenset((one, other)) for other, end in edges if end == child and other != one}
    return lines
    ### END SOLUTION


# %% [markdown] hints="moralise"
# - Two kinds of lines: arrows without their heads, and marriages.
# - Go through all pairs of arrows. When do their starts have to be joined?
# - `frozenset(arrow)` forgets a direction; two different starts `one` and `other` are married when their arrows end in the
#   same child.

# %% check="moralise"
checks.graphical_models.moralise(moralise)

# %% tags=["plot"] expected="moral_graph"
moral = moralise(SEVEN)
married = moral - {frozenset(arrow) for arrow in SEVEN}
diagrams.graphs(
    [
        Graph(SEVEN, SEVEN_AT, title="arrows"),
        Graph(moral, SEVEN_AT, dashed=married, title="moral graph; marriages are dashed"),
    ],
    alt="Left: the second network. Right: the same edges without arrowheads, and two dashed lines, 2 – 3 and 4 – 6",
)

# %% [markdown]
# Separation in a graph of lines needs no more than an ordinary search that never steps on an observed node.
#
# **By hand.** In the moral graph above, does $\{5\}$ separate 1 from 7? No: the path $1 - 2 - 4 - 7$ leads around it. Does
# $\{4, 5\}$? Yes: what is left falls into the part $\{1, 2, 3\}$ and the part $\{6, 7\}$.


# %% exercise="separated" points=4 minutes=5 lines=6
def separated(edges: set[frozenset], xs: set, ys: set, observed: set) -> bool:
    """Decide whether every path between two sets of nodes runs through observed ones.

    Args:
        edges: The lines of a graph, each a frozenset of two nodes.
        xs: Some nodes.
        ys: Some other nodes.
        observed: The nodes whose values are known, none of them in `xs` or `ys`.

    Returns:
        Whether no path leads from a node of `xs` to a node of `ys` around the observed nodes.
    """
    ### BEGIN SOLUTION
    found, waiting = set(), list(xs)
    while waiting:
        node = waiting.pop()
        found.add(node)
        waiting += [other for line in edges if node in line for other in line - found - observed]
    return not found & ys
    ### END SOLUTION


# %% [markdown] hints="separated"
# - Colour everything that can be reached from `xs`. What must not be coloured?
# - Keep a list of nodes to look at, beginning with `xs`, and a set of nodes found. From a node go to the other end of
#   each of its lines, unless that end is found already or observed.
# - For a line (a frozenset) that contains `node`, `line - found - observed` is what is new there, once `node` itself is in
#   `found`. At the end compare with `ys`: `found & ys`.

# %% check="separated"
checks.graphical_models.separated(separated)

# %% [markdown]
# **Predict first.** Draw random DAGs with eight nodes, and observe $k$ of them. What share of the pairs of other nodes is
# d-separated, as $k$ grows? And what share is separated in the moral graph? Which curve lies higher?

# %% tags=["plot"] expected="separated_pairs"
source = random.Random(run.seed)
ks = range(7)
shares = {"arrows (d-separation)": [0.0] * len(ks), "moral graph": [0.0] * len(ks)}
rounds = run.choose(smoke=20, laptop=300, full=1000)
for _ in range(rounds):
    edges = random_dag(8, 0.3, source)
    lines = moralise(edges)
    for k in ks:
        observed = set(source.sample(range(8), k))
        x, *others = source.sample([node for node in range(8) if node not in observed], 8 - k)
        reached = reachable(edges, x, observed)
        by_arrows = sum(y not in reached for y in others) / len(others)
        by_lines = sum(separated(lines, {x}, {y}, observed) for y in others) / len(others)
        shares["arrows (d-separation)"][k] += by_arrows / rounds
        shares["moral graph"][k] += by_lines / rounds
plots.curves(
    shares,
    "number of observed nodes",
    "share of separated pairs",
    title=f"Eight nodes, {rounds} random DAGs and their moral graphs",
    alt="The moral graph's share grows steadily from about .25 to .57; that of the arrows begins at .43, hardly changes until"
    " three nodes are observed, and meets the other where six of eight are",
)

# %% [markdown]
# With few nodes observed, the arrows know of many independences that the moral graph has lost: unobserved colliders shut
# trails, and a line cannot say so. Their curve hardly rises at first, since an observation opens about as many trails as it
# shuts; in the moral graph it can only shut. When all other nodes are observed, every collider is open anyway, and the two graphs
# agree exactly: both say that a pair is independent given all the rest unless it is joined, or married.

# %% [markdown]
# ## 5. Maps: what a graph says and what is true
#
# Write $\mathcal I(G)$ for all statements $x \perp y \mid z$ that a graph makes, by d-separation if it has arrows, by
# separation if it has lines, and $\mathcal I(p)$ for all that hold in a distribution. Then $G$ is (Bishop 2006, Sec.
# 8.3.4)
#
# * an **I-map** (independence map) of $p$ if $\mathcal I(G) \subseteq \mathcal I(p)$: *what it says is true*;
# * a **perfect map** if $\mathcal I(G) = \mathcal I(p)$: it says *all* that is true as well.
#
# The complete graph makes no statement at all and so is an I-map of everything; a graph without edges makes them all.
#
# To list the statements, ask about every pair and every set of other nodes.
#
# **By hand.** The collider $a \to c \leftarrow b$ makes one statement: $a \perp b$ given nothing. The chain
# $a \to c \to b$ makes one as well, another one: $a \perp b \mid c$.


# %% exercise="independences" points=3 minutes=3 lines=5
def independences(nodes: list, holds) -> set[tuple[frozenset, frozenset]]:
    """List all independences of two nodes given a set of others.

    Args:
        nodes: All nodes; they may have no order (letters beside numbers), so `x < y` need not work.
        holds: `holds(x, y, z)` says whether the nodes x and y are independent given the set z.

    Returns:
        Each statement that holds, once, as a pair: frozenset((x, y)) and the frozenset of z.
    """
    ### BEGIN SOLUTION
    statements = set()
    for x, y in itertools.combinations(nodes, 2):
        for z in subsets(set(nodes) - {x, y}):
            if holds(x, y, z):
                statements.add((frozenset((x, y)), frozenset(z)))
    return statements
    ### END SOLUTION


# %% [markdown] hints="independences"
# - Two loops: over the pairs, and over all sets of other nodes, the empty set and the set of all others included.
# - `itertools.combinations(nodes, 2)` gives each pair once; `subsets(...)`, defined above, gives all subsets.
# - Loop over `subsets(...)` of the nodes without x and y and, where `holds(x, y, z)`, add the pair of
#   `frozenset((x, y))` and `frozenset(z)`.

# %% check="independences"
checks.graphical_models.independences(independences)


# %% [markdown]
# With both lists at hand, the two definitions are comparisons of sets.


# %% exercise="kind_of_map" points=2 minutes=2 lines=3
def kind_of_map(of_graph: set, of_p: set) -> str:
    """Say what a graph is to a distribution, from the independences of both.

    Args:
        of_graph: The statements that the graph makes.
        of_p: The statements that hold in the distribution, written in the same way.

    Returns:
        "perfect map", "I-map" (and not a perfect one) or "no I-map".
    """
    ### BEGIN SOLUTION
    if of_graph == of_p:
        return "perfect map"
    return "I-map" if of_graph <= of_p else "no I-map"
    ### END SOLUTION


# %% [markdown] hints="kind_of_map"
# - Both definitions compare two sets.
# - Ask for equality first, then for inclusion. Which of the two sets must lie in the other?
# - `of_graph <= of_p` is true when every statement of the graph holds in the distribution.

# %% check="kind_of_map"
checks.graphical_models.kind_of_map(kind_of_map)


# %% tags=["setup"]
def of_arrows(edges: set[tuple], nodes: list) -> set:
    """All statements that a DAG makes."""
    return independences(nodes, lambda x, y, z: y not in reachable(edges, x, set(z)))


def of_lines(edges: set[frozenset], nodes: list) -> set:
    """All statements that a graph of lines makes."""
    return independences(nodes, lambda x, y, z: separated(edges, {x}, {y}, set(z)))


# %% [markdown]
# Take a distribution for which the second network is a perfect map (random tables make one: so it was for the alarm network
# in the figure at the end of section 2). What is its *moral graph* to it? It keeps every trail, so it is an I-map. Is it
# perfect? Answer with **witnesses**, things that anybody can verify:
#
# * Perfect or not: a statement $x \perp y \mid z$ that the arrows make and the moral graph does not.
# * **Chordal** or not: a graph of lines is chordal if every cycle of four or more nodes has a **chord**, a line between
#   two nodes that are not neighbours on the cycle. A witness against it is a cycle of at least four nodes without one. (A
#   triangle has no chord to ask for. Many triangles in a graph prove nothing: every cycle counts.)


# %% exercise="seven_by_hand" points=4 minutes=5 lines=6
def seven_by_hand() -> dict:
    """Answer by hand about the second network and its moral graph.

    Returns:
        "blanket": The Markov blanket of 6, a set.
        "married": The lines that moralisation adds, a set of frozensets of two nodes.
        "lost": A statement of the arrows that the moral graph does not make, as (x, y, z) with z a set; None if the moral
            graph is a perfect map.
        "cycle": A cycle of the moral graph with at least four nodes and no chord, as a list of nodes in the order of the
            cycle, each once; None if the moral graph is chordal.
    """
    ### BEGIN SOLUTION
    return {
        "blanket": {4, 5, 7},
        "married": {frozenset((2, 3)), frozenset((4, 6))},
        "lost": (2, 3, {1}),
        "cycle": [2, 4, 6, 5],
    }
    ### END SOLUTION


# %% [markdown] hints="seven_by_hand"
# - The picture of the moral graph above shows the marriages. Each of them is a line that the arrows did not have: what did
#   the arrows say about those two nodes?
# - Two nodes that are married but not joined by an arrow are d-separated by something: stop the trails through common
#   ancestors, and leave the common child alone. For the cycle, look for a hole in the picture that no line crosses.
# - For 2 and 3: which node is their common ancestor? The hole lies between four nodes, none of which is 1, 3 or 7. In
#   which order do you walk around it?

# %% check="seven_by_hand"
checks.graphical_models.seven_by_hand(seven_by_hand)

# %% tags=["plot"]
statements = of_arrows(SEVEN, NODES)
of_moral = of_lines(moralise(SEVEN), NODES)
print(
    f"The arrows make {len(statements)} statements, the moral graph {len(of_moral)}: {kind_of_map(of_moral, statements)}"
)

# %% [markdown]
# ### Chordality by a program
#
# Looking for holes by eye ends at a dozen nodes. There is a faster way. Call a node **simplicial** if all its neighbours
# are neighbours of each other. A simplicial node is never part of a hole (two of its neighbours on the cycle are joined
# by a chord), so it can be taken away without harm. Do that again and again: *a graph is chordal exactly if this takes
# away all of its nodes* (Fulkerson and Gross 1965). The order in which they go is a **perfect elimination order**.
#
# **By hand.** Two triangles with a common side, lines $a{-}b$, $a{-}c$, $b{-}c$, $b{-}d$, $c{-}d$: take $a$ (neighbours $b$
# and $c$ are joined), then $b$, then $c$, then $d$: chordal. The square $a{-}b{-}c{-}d{-}a$: each node has two neighbours
# that are not joined, so nothing can be taken away: not chordal.


# %% exercise="elimination_order" points=5 minutes=7 lines=7
def elimination_order(edges: set[frozenset]) -> list | None:
    """Find a perfect elimination order of a graph of lines, if it is chordal.

    Args:
        edges: The lines of a graph, each a frozenset of two nodes; they are left as they are.

    Returns:
        All nodes in an order such that each one's neighbours *among the later ones* are neighbours of each other; None if
        there is no such order, that is if the graph is not chordal.
    """
    around = {
        node: {other for line in edges if node in line for other in line - {node}} for line in edges for node in line
    }
    ### BEGIN SOLUTION
    order = []
    while around:
        simplicial = [
            node for node in around if all(b in around[a] for a, b in itertools.combinations(around[node], 2))
        ]
        if not simplicial:
            return None
        order.append(simplicial[0])
        for other in around.pop(simplicial[0]):
            around[other].remove(simplicial[0])
    return order
    ### END SOLUTION


# %% [markdown] hints="elimination_order"
# - `around` maps each node to the set of its neighbours. Repeat until it is empty: find a simplicial node, write it down,
#   take it away.
# - A node is simplicial if for all pairs `a, b` of its neighbours, `b in around[a]`. Taking it away means removing its entry
#   *and* removing it from its neighbours' sets.
# - `itertools.combinations(around[node], 2)` gives the pairs; `around.pop(node)` removes the entry and returns the
#   neighbours. If a round finds no simplicial node, return None.

# %% check="elimination_order"
checks.graphical_models.elimination_order(elimination_order)

# %% [markdown]
# Chordal graphs are where the two languages meet: a distribution that has a perfect map with lines has one with arrows as
# well exactly when those lines are chordal (Koller and Friedman 2009, chapter 4, on chordal graphs). Two experiments with
# your code.
#
# **Predict first.** (1) There are 543 DAGs on four nodes. How many of them are a perfect map of the *square* of lines
# $0{-}1{-}2{-}3{-}0$? (2) Take a perfect map and remove one edge. What is it then: perfect, an I-map, no I-map?

# %% tags=["plot"]
FOUR = [0, 1, 2, 3]
square = {frozenset((node, (node + 1) % 4)) for node in FOUR}
of_square, triangles = of_lines(square, FOUR), of_lines(square | {frozenset((0, 2))}, FOUR)
dags = all_dags(FOUR)
perfect = {
    "square": sum(kind_of_map(of_arrows(edges, FOUR), of_square) == "perfect map" for edges in dags),
    "square with a chord": sum(kind_of_map(of_arrows(edges, FOUR), triangles) == "perfect map" for edges in dags),
}
run.record(perfect_dags_of_square=perfect["square"], perfect_dags_with_chord=perfect["square with a chord"])
for name, lines in {"square": square, "square with a chord": square | {frozenset((0, 2))}}.items():
    print(f"{name}: elimination order {elimination_order(lines)}; {perfect[name]} of {len(dags)} DAGs are perfect maps")

# %% tags=["plot"]
for name, graph, all_statements in (("arrows", SEVEN, of_arrows), ("lines", moral, of_lines)):
    truth = all_statements(graph, NODES)  # of a distribution for which the graph is a perfect map
    without = {kind_of_map(all_statements(graph - {edge}, NODES), truth) for edge in graph}
    missing = {(1, 5), (2, 6)} if name == "arrows" else {frozenset((1, 5)), frozenset((2, 6))}
    more = {kind_of_map(all_statements(graph | {edge}, NODES), truth) for edge in missing}
    print(f"{name}: without any one of its {len(graph)} edges {sorted(without)}; with one more {sorted(more)}")

# %% [markdown] answer="perfect_map" points=5 minutes=8
# **Perfect maps.** (a) Say in your own words what an I-map and a perfect I-map of a distribution are. (b) Prove: if $G$
# is a perfect map of $p$ and one edge is removed, the result is not even an I-map of $p$. Do it for a graph of lines, and
# for a DAG. (c) And if an edge is *added*? (d) Give a distribution (or a graph) that has no perfect map with lines, and
# one that has none with arrows. (At most 250 words.)
#
# ### BEGIN SOLUTION
# **Model answer.** (a) An I-map states only independences that hold in $p$; a perfect map states exactly those that
# hold, so dependence can be read off it as well. (b) *Lines.* Remove $x - y$. In the new graph every path from $x$ to $y$
# has a node in between, so $x$ and $y$ are separated by all other nodes: it states $x \perp y \mid$ rest. In $G$ the line
# $x - y$ is a path that nothing blocks, so no statement $x \perp y \mid z$ is in $\mathcal I(G) = \mathcal I(p)$: it is
# false in $p$. *Arrows.* Remove $x \to y$. In the new DAG $x$ is no descendant of $y$ (with $x \to y$ that would have been a cycle) and no parent of it, so the
# parents of $y$ that are left d-separate the two: a trail that enters $y$ through a parent is shut at that parent, a chain or
# fork; one that leaves $y$ downwards must turn round at a collider below $y$, which, with its descendants, is not
# observed. In $G$ the arrow is an open trail whatever is observed, so again the statement is false in $p$. (c) It stays
# an I-map, since an edge can only take statements away, but it is no longer perfect: it no longer states some
# independence of that pair. (d) No lines: the collider $a \to c \leftarrow b$ ($a \perp b$ but not given $c$); the second
# network is another. No arrows: the square of lines, or any graph of lines that is not chordal.
#
# **Rubric (5 points).** (1) Both definitions. (1) Lines: separated by the rest, false in $p$. (1) Arrows: a separating
# set is named (the parents of the later node), false in $p$. (1) Adding: an I-map, not perfect. (1) Both examples. Half
# of a proof's point for "it states a new independence" without naming one that fails.
# ### END SOLUTION

# %% [markdown]
# ## 6. Among its relatives
#
# | model of this workbook | its graph |
# |---|---|
# | PixelCNN (02), MAF (06) | a complete DAG over the pixels: no independence is assumed, the tables are a network |
# | VAE (03, 04, 09) | $z \to x$, pixels independent *given* $z$; observed $x$ is a collider of the codes, which is why their posterior is coupled |
# | GAN (07), flows (05) | $z \to x$ without noise: the arrow is a function |
# | energy-based models | Markov networks: a normaliser, and no order |
#
# The row of the VAE is explaining away again: codes that are independent a priori become dependent once the picture
# is seen, and an encoder with a diagonal covariance leaves that out.
#
# **What to take with you.** A graph is a list of promises of independence. With arrows, an observation can *open* as well
# as shut; with lines it can only shut. Neither language can say everything that the other can.
#
# **Going further.** (1) d-separation can also be found with your other functions: keep only x, y, z and their ancestors,
# moralise, and ask `separated`. Compare it with `reachable` on random graphs. (2) Which DAGs make the same statements?
# Group the 543 by `of_arrows` and look at what the members of a group have in common (skeleton and unmarried parents). (3)
# Draw samples from the alarm network and estimate $d$: how many does it take before a true 0 can be told from .01?
