"""Diagrams: boxes with words and arrows between them, as a map of what leads where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt

from helpers import plots


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
        edge = plots.ORANGE if name in emphasised else plots.BLUE
        style = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": edge, "linewidth": 1.8}
        words = labels.get(name, name)
        drawn[name] = axis.text(x, y, words, ha="center", va="center", fontsize=9, bbox=style, zorder=3)
    for start, end in arrows:  # above the boxes: these know how large they are once they are drawn
        style = {"arrowstyle": "-|>", "color": plots.GREY, "linewidth": 1.3, "shrinkA": 1, "shrinkB": 3}
        ends = {"patchA": drawn[start].get_bbox_patch(), "patchB": drawn[end].get_bbox_patch()}
        axis.annotate("", xy=places[end], xytext=places[start], arrowprops=style | ends, zorder=4)
    plots.show(figure, alt or title)
