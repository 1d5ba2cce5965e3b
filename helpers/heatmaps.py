"""A table of numbers as a picture: each figure stands in its cell, and the cell's colour says how far off it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import SymLogNorm

from helpers.plots import show

UNREMARKABLE, EXTREME = 3.0, 300.0  # standard deviations: below the first a cell stays pale, at the second it is full


def heat_map(
    figures: Mapping[str, Sequence[float]],
    columns: Sequence[str],
    deviations: Mapping[str, Sequence[float]],
    title: str = "",
    alt: str = "",
) -> None:
    """Show a row of figures per label, coloured by how far each lies from what is usual.

    Args:
        figures: Label -> one figure per column; NaN where there is none, which is shown as a dash.
        columns: What the columns hold.
        deviations: Label -> one number per column, in standard deviations: orange cells are worse, purple ones better.
        title: Title.
        alt: Text for those who cannot see it.
    """
    values, colours = (np.array([row[label] for label in figures], dtype=float) for row in (figures, deviations))
    figure, axis = plt.subplots(figsize=(2.6 + 1.05 * len(columns), 0.9 + 0.36 * len(figures)))
    norm = SymLogNorm(UNREMARKABLE, vmin=-EXTREME, vmax=EXTREME)
    picture = axis.imshow(np.nan_to_num(colours).clip(-EXTREME, EXTREME), cmap="PuOr", norm=norm, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        strong = abs(np.nan_to_num(colours[row, column])) > EXTREME / 4
        text = "–" if np.isnan(value) else "0" if abs(value) < 5e-4 else f"{value:.3g}"
        axis.text(column, row, text, ha="center", va="center", fontsize=9, color="white" if strong else "black")
    axis.set_xticks(range(len(columns)), columns)
    axis.set_yticks(range(len(figures)), list(figures))
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.set_xticks(np.arange(len(columns) - 1) + 0.5, minor=True)
    axis.set_yticks(np.arange(len(figures) - 1) + 0.5, minor=True)
    axis.grid(which="minor", color="white", linewidth=2)
    axis.tick_params(which="minor", length=0)
    bar = figure.colorbar(picture, ax=axis, ticks=[-100, -10, -3, 0, 3, 10, 100], pad=0.02)
    bar.ax.set_yticklabels(["-100", "-10", "-3", "0", "3", "10", "100"], fontsize=8)
    bar.set_label("standard deviations\nworse        better", fontsize=8)
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    show(figure, alt or title)
