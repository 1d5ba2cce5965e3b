"""Diagrams: graphs with what is observed and trails that are traced, and boxes with words and arrows between them.

In a graph every meaning has a shape or a line of its own beside its colour: observed nodes are dark squares, the node
that one starts from is blue with a double rim, nodes that it reaches are orange hexagons, traced edges are thick, and
added edges are dashed.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from helpers.plots import BLUE, GREY, ORANGE, show

Node = Hashable
DARK = "#222222"
GAP = 15.5  # points between a line's end and the middle of its node


@dataclass(frozen=True)
class Graph:
    """One graph of a picture.

    Attributes:
        edges: Arrows as pairs (from, to), plain lines as frozensets of two; both kinds may be mixed.
        at: Node -> (x, y); x grows to the right and y upwards, a unit apart.
        observed: Nodes whose values are known.
        start: A node to begin from, or None.
        reached: Nodes to point out.
        traced: Pairs of neighbours, in any order, whose edge is to be pointed out.
        dashed: Edges, as `edges` has them, that were added to another graph.
        title: A short text above.
        below: A short text below.
    """

    edges: Iterable[Collection[Node]]
    at: Mapping[Node, tuple[float, float]]
    observed: Collection[Node] = ()
    start: Node | None = None
    reached: Collection[Node] = ()
    traced: Collection[Collection[Node]] = ()
    dashed: Collection[Collection[Node]] = ()
    title: str = ""
    below: str = ""


def graphs(drawn: Sequence[Graph], columns: int = 4, title: str = "", alt: str = "") -> None:
    """Show graphs side by side.

    Args:
        drawn: The graphs.
        columns: Graphs per row at most.
        title: Title of the whole picture.
        alt: Text for those who cannot see it; what the graphs are, in words, when empty.
    """
    columns = min(columns, len(drawn))
    rows = -(-len(drawn) // columns)
    width = max(_extent(graph, 0) for graph in drawn) * 0.95 + 0.9
    height = max(_extent(graph, 1) for graph in drawn) * 0.95 + 1.25
    figure, axes = plt.subplots(rows, columns, figsize=(width * columns, height * rows), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, graph in zip(axes.flat, drawn, strict=False):
        _draw(axis, graph)
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout(pad=0.4)
    show(figure, alt or "; ".join(in_words(graph) for graph in drawn))


def in_words(graph: Graph) -> str:
    """A graph as a sentence: its edges, what is observed, what is reached."""
    parts = [graph.title] if graph.title else []
    parts.append(", ".join(sorted(_edge_in_words(edge) for edge in graph.edges)) or "no edges")
    if graph.observed:
        parts.append(f"observed {_listed(graph.observed)}")
    if graph.start is not None:
        reached = f" reaches {_listed(graph.reached)}" if graph.reached else " reaches nothing"
        parts.append(f"{graph.start}{reached}")
    return ": ".join(parts)


def _edge_in_words(edge: Collection[Node]) -> str:
    one, other = edge if isinstance(edge, tuple) else sorted(edge, key=str)
    return f"{one} → {other}" if isinstance(edge, tuple) else f"{one} – {other}"


def _listed(nodes: Collection[Node]) -> str:
    return ", ".join(sorted(map(str, nodes)))


def _extent(graph: Graph, coordinate: int) -> float:
    values = [place[coordinate] for place in graph.at.values()]
    return max(values) - min(values)


def _draw(axis: Axes, graph: Graph) -> None:
    """Draw one graph: its edges, then its nodes over them."""
    traced = {frozenset(pair) for pair in graph.traced}
    dashed = {frozenset(pair) for pair in graph.dashed}
    for edge in graph.edges:
        one, other = tuple(edge)
        is_traced = frozenset(edge) in traced
        axis.annotate(
            "",
            xy=graph.at[other],
            xytext=graph.at[one],
            arrowprops={
                "arrowstyle": "-|>,head_width=0.28,head_length=0.55" if isinstance(edge, tuple) else "-",
                "color": ORANGE if is_traced else DARK,
                "linewidth": 3.2 if is_traced else 1.3,
                "linestyle": (0, (3, 2)) if frozenset(edge) in dashed else "-",
                "shrinkA": GAP,
                "shrinkB": GAP,
                "mutation_scale": 14,
            },
        )
    for node, (x, y) in graph.at.items():
        style = _style(graph, node)
        colour = style.pop("letter")
        axis.plot([x], [y], linestyle="none", **style)
        if node == graph.start:
            axis.plot([x], [y], linestyle="none", marker="o", markersize=31, markerfacecolor="none", color=BLUE)
        axis.text(x, y, str(node), ha="center", va="center_baseline", color=colour, fontsize=12)
    xs, ys = zip(*graph.at.values(), strict=True)
    axis.set_xlim(min(xs) - 0.42, max(xs) + 0.42)
    axis.set_ylim(min(ys) - 0.42, max(ys) + 0.42)
    axis.set_title(graph.title, fontsize=10)
    if graph.below:
        axis.text(0.5, 0.0, graph.below, transform=axis.transAxes, ha="center", va="top", fontsize=9, color=GREY)


def _style(graph: Graph, node: Node) -> dict[str, Any]:
    """A node's marker, by what is to be said of it."""
    rim = {"markeredgecolor": DARK, "markeredgewidth": 1.3}
    if node in graph.observed:
        return {"marker": "s", "markersize": 24, "markerfacecolor": DARK, "letter": "white", **rim}
    if node == graph.start:
        return {"marker": "o", "markersize": 25, "markerfacecolor": BLUE, "letter": "white", **rim}
    if node in graph.reached:
        rim = {"markeredgecolor": ORANGE, "markeredgewidth": 2.6}
        return {"marker": "h", "markersize": 28, "markerfacecolor": "#FBE3D4", "letter": DARK, **rim}
    return {"marker": "o", "markersize": 25, "markerfacecolor": "white", "letter": DARK, **rim}


def boxes(
    places: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    labels: Mapping[str, str] | None = None,
    emphasised: Sequence[str] = (),
    title: str = "",
    alt: str = "",
) -> None:
    """Draw labelled boxes and arrows from box to box.

    Args:
        places: Name of a box -> its centre, in units of one box with its margin: x to the right, y upwards.
        arrows: Pairs (from, to) of names.
        labels: Name -> what the box says; the name itself where it is left out.
        emphasised: Names of the boxes that stand out.
        title: Title.
        alt: Text for those who cannot see it.
    """
    labels = labels or {}
    xs, ys = zip(*places.values(), strict=True)
    figure, axis = plt.subplots(figsize=(2.1 * (max(xs) - min(xs) + 1), 1.15 * (max(ys) - min(ys) + 1)))
    axis.set(xlim=(min(xs) - 0.6, max(xs) + 0.6), ylim=(min(ys) - 0.6, max(ys) + 0.6))
    axis.set_axis_off()
    if title:
        axis.set_title(title, fontsize=11)
    drawn = {}
    for name, (x, y) in places.items():
        edge = ORANGE if name in emphasised else BLUE
        style = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": edge, "linewidth": 1.8}
        words = labels.get(name, name)
        drawn[name] = axis.text(x, y, words, ha="center", va="center", fontsize=9, bbox=style, zorder=3)
    for start, end in arrows:  # above the boxes: these know how large they are once they are drawn
        style = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.3, "shrinkA": 1, "shrinkB": 3}
        ends = {"patchA": drawn[start].get_bbox_patch(), "patchB": drawn[end].get_bbox_patch()}
        axis.annotate("", xy=places[end], xytext=places[start], arrowprops=style | ends, zorder=4)
    show(figure, alt or title)
