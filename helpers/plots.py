"""Pictures: one look for every notebook, each with a text for those who cannot see it."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Mapping, Sequence
from html import escape

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from helpers import presets

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"  # Okabe and Ito
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, GREY)
MARKERS = ("o", "^", "s", "D", "P", "X", "v", "*", "<", ">")  # a class is told by its marker, too
DPI = 110


def show(figure: Figure, alt: str) -> None:
    """Display a figure as a PNG with an alternative text, and close it; outside a notebook nothing is displayed."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=DPI, bbox_inches="tight", facecolor="white")
    plt.close(figure)
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return
    from IPython.display import publish_display_data

    bundle = {"image/png": png.getvalue(), "text/plain": alt}
    if not presets.headless():  # JupyterLab leaves the text of a PNG out, but not that of HTML
        source = base64.b64encode(png.getvalue()).decode()
        bundle["text/html"] = f'<img src="data:image/png;base64,{source}" alt="{escape(alt)}">'
    publish_display_data(bundle, {"image/png": {"alt": alt}})


def image_grid(
    images: Tensor, levels: int, columns: int = 8, title: str = "", alt: str = "", captions: Sequence[str] = ()
) -> None:
    """Show images in rows.

    Args:
        images: Levels 0..levels-1, shape (B, C, H, W) with C = 1 or 3.
        levels: Number of levels of a pixel.
        columns: Images per row.
        title: Title of the whole picture.
        alt: Text for those who cannot see it; the title when empty.
        captions: One short caption per image, or none.
    """
    images = (images.detach().cpu().double() / (levels - 1)).numpy()
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(columns * 0.9, rows * (1.25 if captions else 0.9)), squeeze=False
    )
    for place, axis in enumerate(axes.flat):
        axis.set_axis_off()
        if place < len(images):
            axis.imshow(images[place].transpose(1, 2, 0), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            if captions:
                axis.set_title(captions[place], fontsize=8)
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout(pad=0.3)
    show(figure, alt or title or f"A grid of {len(images)} images")


def curves(
    lines: Mapping[str, Sequence[float] | tuple[Sequence[float], Sequence[float]]],
    x_label: str,
    y_label: str,
    title: str = "",
    alt: str = "",
    levels: Mapping[str, float] | None = None,
    settled: bool = False,
    points: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
) -> None:
    """Draw labelled curves on one pair of axes.

    Args:
        lines: Label -> y values, or (x values, y values).
        x_label: What the horizontal axis shows, with its unit.
        y_label: What the vertical axis shows, with its unit.
        title: Title.
        alt: Text for those who cannot see it.
        levels: Label -> height of a dashed horizontal line.
        settled: Whether to choose the vertical range without the first twentieth of each line, where losses plunge.
        points: Label of a line -> (x values, y values) of dots in its colour, such as what was measured.
    """
    figure, axis = plt.subplots(figsize=(6.4, 3.4))
    drawn = [line if isinstance(line, tuple) else (range(len(line)), line) for line in lines.values()]
    for colour, label, (xs, ys) in zip(_cycle(PALETTE), lines, drawn, strict=False):
        axis.plot(xs, ys, label=label, color=colour, linewidth=1.6)
        if label in (points or {}):
            axis.plot(*points[label], "o", color=colour, markersize=5)
    for colour, (label, height) in zip(_cycle(PALETTE[::-1]), (levels or {}).items(), strict=False):
        axis.axhline(height, label=label, color=colour, linestyle="--", linewidth=1.2)
    axis.set(xlabel=x_label, ylabel=y_label, title=title)
    axis.grid(alpha=0.25)
    if settled:
        seen = [*drawn, *(points or {}).values()]
        heights = [y for _, ys in seen for y in ys[len(ys) // 20 :]] + list((levels or {}).values())
        margin = 0.05 * (max(heights) - min(heights))
        axis.set_ylim(min(heights) - margin, max(heights) + margin)
    if len(lines) + len(levels or {}) > 1:
        axis.legend(frameon=False)
    show(figure, alt or title)


def intervals(
    points: Mapping[str, tuple[Sequence[float], Sequence[float], Sequence[float]]],
    x_label: str,
    y_label: str,
    title: str = "",
    alt: str = "",
    levels: Mapping[str, float] | None = None,
    ticks: Sequence[str] = (),
    logarithmic: bool = False,
    extrapolated: Mapping[str, float] | None = None,
) -> None:
    """Draw points with error bars.

    Args:
        points: Label -> (x values, means, half the widths of the intervals); all 0 where no interval is known.
        x_label: What the horizontal axis shows, with its unit.
        y_label: What the vertical axis shows, with its unit.
        title: Title.
        alt: Text for those who cannot see it.
        levels: Label -> height of a dashed horizontal line.
        ticks: One label per x value, or none for numbers.
        logarithmic: Whether the horizontal axis is.
        extrapolated: Label of points -> height of a dashed line in their colour, to which they are extrapolated.
    """
    figure, axis = plt.subplots(figsize=(6.4, 3.4))
    markers = "osD^v"
    extrapolated = extrapolated or {}
    for place, (colour, label, (xs, means, errors)) in enumerate(
        zip(_cycle(PALETTE), points, points.values(), strict=False)
    ):
        marker = markers[place % len(markers)]
        widths = errors if any(errors) else None  # a bar of width 0 would look like certainty
        axis.errorbar(xs, means, widths, label=label, color=colour, fmt=marker, capsize=4, markersize=5)
        if label in extrapolated:
            end = f"{label}, extrapolated"
            axis.axhline(extrapolated[label], label=end, color=colour, linestyle="--", linewidth=1.2)
    for colour, (label, height) in zip(_cycle(PALETTE[::-1]), (levels or {}).items(), strict=False):
        axis.axhline(height, label=label, color=colour, linestyle="--", linewidth=1.2)
    axis.set(xlabel=x_label, ylabel=y_label, title=title)
    if logarithmic:
        axis.set_xscale("log")
    xs = sorted({x for places, _, _ in points.values() for x in places})
    axis.set_xticks(xs, ticks or [f"{x:g}" for x in xs])
    axis.minorticks_off()
    if not logarithmic:
        axis.margins(x=0.15)
    axis.grid(alpha=0.25)
    if len(points) + len(levels or {}) + len(extrapolated) > 1:
        axis.legend(frameon=False)
    show(figure, alt or title)


def bars(heights: Mapping[str, float], y_label: str, title: str = "", alt: str = "", logarithmic: bool = False) -> None:
    """Draw labelled bars, each with its value above it."""
    figure, axis = plt.subplots(figsize=(1.6 + 1.3 * len(heights), 3.2))
    drawn = axis.bar(
        list(heights), list(heights.values()), color=[c for c, _ in zip(_cycle(PALETTE), heights, strict=False)]
    )
    axis.bar_label(drawn, fmt="%.3g")
    axis.set(ylabel=y_label, title=title)
    if logarithmic:
        axis.set_yscale("log")
    axis.margins(y=0.15)
    show(figure, alt or title)


def strips(rows: Mapping[str, Sequence[float]], x_label: str, floor: float, title: str = "", alt: str = "") -> None:
    """Show rows of dots on a logarithmic axis, one dot per value.

    Args:
        rows: Label -> values, none negative.
        x_label: What the axis shows, with its unit.
        floor: Values below it, zeros included, are drawn there.
        title: Title.
        alt: Text for those who cannot see it.
    """
    figure, axis = plt.subplots(figsize=(6.8, 0.9 + 0.75 * len(rows)))
    spread = np.random.default_rng(0)
    for place, (colour, marker, values) in enumerate(zip(_cycle(PALETTE), MARKERS, rows.values(), strict=False)):
        xs = np.maximum(np.asarray(values, dtype=float), floor)
        ys = -place + spread.uniform(-0.28, 0.28, len(xs))
        axis.scatter(xs, ys, s=10, color=colour, marker=marker, alpha=0.45, linewidths=0)
    axis.set_xscale("log")
    axis.set_yticks([-place for place in range(len(rows))], list(rows))
    axis.set(xlabel=x_label, title=title, ylim=(0.5 - len(rows), 0.5))
    axis.grid(alpha=0.25, axis="x")
    show(figure, alt or title)


def scatter(
    points: Tensor,
    labels: Tensor,
    classes: Sequence[str],
    x_label: str = "",
    y_label: str = "",
    title: str = "",
    alt: str = "",
    equal: bool = False,
) -> None:
    """Show points in the plane by class: each class has a colour, a marker, and its name at the middle of its points.

    Args:
        points: Shape (N, 2).
        labels: Class indices, shape (N,).
        classes: Names of the classes.
        x_label: What the horizontal axis shows.
        y_label: What the vertical axis shows.
        title: Title.
        alt: Text for those who cannot see it.
        equal: Whether both axes have the same scale, so that a circle is round.
    """
    points, labels = points.detach().cpu().double(), labels.cpu()
    figure, axis = plt.subplots(figsize=(7.4, 5.6))
    for k, (colour, name) in enumerate(zip(_cycle(PALETTE), classes, strict=False)):
        of_class = points[labels == k]
        if not len(of_class):
            continue
        marker = MARKERS[k % len(MARKERS)]
        axis.scatter(*of_class.T.numpy(), s=9, color=colour, marker=marker, alpha=0.45, linewidths=0, label=name)
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": colour, "alpha": 0.85}
        axis.text(*of_class.median(0).values.tolist(), name, fontsize=8, ha="center", va="center", bbox=box)
    axis.set(xlabel=x_label, ylabel=y_label, title=title)
    if equal:
        axis.set_aspect("equal")
    axis.grid(alpha=0.25)
    legend = axis.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5), markerscale=2)
    for handle in legend.legend_handles:
        handle.set_alpha(1)
    show(figure, alt or title)


def planes(
    panels: Mapping[str, Tensor],
    extent: tuple[float, float],
    labels: Tensor | None = None,
    lines: Sequence[Sequence[Tensor]] = (),
    density: Tensor | None = None,
    title: str = "",
    alt: str = "",
) -> None:
    """Show points of the plane side by side, with lines over them, and a density in a last panel of its own.

    Args:
        panels: Title -> points, shape (N, 2).
        extent: Lowest and highest coordinate, of both axes.
        labels: Class of each point, shape (N,), which chooses its colour; the same for all panels.
        lines: For each panel lines to draw, each of shape (M, 2).
        density: Values on a grid over the extent, shape (columns, rows): the first index is the horizontal one.
        title: Title of the whole picture.
        alt: Text for those who cannot see it.
    """
    count = len(panels) + (density is not None)
    figure, axes = plt.subplots(1, count, figsize=(2.7 * count, 2.9), squeeze=False)
    for place, (axis, (label, points)) in enumerate(zip(axes.flat, panels.items(), strict=False)):
        for line in lines[place] if lines else ():
            axis.plot(*line.detach().cpu().T.numpy(), color=GREY, linewidth=0.5, alpha=0.6)
        chosen = labels.cpu().tolist() if labels is not None else [0] * len(points)
        colours = [PALETTE[label % len(PALETTE)] for label in chosen]
        axis.scatter(*points.detach().cpu().T.numpy(), s=3, c=colours, alpha=0.6, linewidths=0)
        axis.set_title(label, fontsize=10)
    if density is not None:
        values = density.detach().cpu().double().T.numpy()
        axes.flat[-1].imshow(values, origin="lower", extent=(*extent, *extent), cmap="viridis")
        axes.flat[-1].set_title("density", fontsize=10)
    for axis in axes.flat:
        axis.set(xlim=extent, ylim=extent, aspect="equal", xticks=[], yticks=[])
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    show(figure, alt or title)


def mosaic(
    images: Tensor,
    levels: int,
    columns: int,
    x_label: str = "",
    y_label: str = "",
    x_ticks: Sequence[str] = (),
    y_ticks: Sequence[str] = (),
    title: str = "",
    alt: str = "",
) -> None:
    """Show images edge to edge, as one picture with labelled axes: a grid of codes, a row per traversal.

    Args:
        images: Levels 0..levels-1, or fractions of one, row by row from the top, shape (rows * columns, C, H, W).
        levels: Number of levels of a pixel; 2 for values in [0, 1].
        columns: Images per row.
        x_label: What changes from column to column.
        y_label: What changes from row to row.
        x_ticks: One short text per column, or none.
        y_ticks: One short text per row, or none.
        title: Title.
        alt: Text for those who cannot see it.
    """
    images = images.detach().cpu().double() / (levels - 1)
    height, width = images.shape[-2:]
    rows = -(-len(images) // columns)
    grid = images.unflatten(0, (rows, columns)).permute(0, 3, 1, 4, 2).reshape(rows * height, columns * width, -1)
    figure, axis = plt.subplots(figsize=(1.2 + 0.55 * columns, 1.0 + 0.55 * rows * height / width))
    axis.imshow(grid.numpy(), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axis.set_xticks([width * (k + 0.5) - 0.5 for k in range(len(x_ticks))], x_ticks, fontsize=8)
    axis.set_yticks([height * (k + 0.5) - 0.5 for k in range(len(y_ticks))], y_ticks, fontsize=8)
    axis.set(xlabel=x_label, ylabel=y_label)
    axis.set_title(title, fontsize=11)
    axis.tick_params(length=0)
    show(figure, alt or title)


def histograms(
    samples: Mapping[str, Tensor],
    densities: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_label: str,
    title: str = "",
    alt: str = "",
) -> None:
    """Draw histograms of area 1 side by side, each with a density as a line on top.

    Args:
        samples: Title -> numbers.
        densities: Title -> (x values, densities there).
        x_label: What the horizontal axes show.
        title: Title of the whole picture.
        alt: Text for those who cannot see it.
    """
    figure, axes = plt.subplots(1, len(samples), figsize=(3.2 * len(samples), 3.0), squeeze=False)
    for axis, (label, values) in zip(axes.flat, samples.items(), strict=True):
        axis.hist(values.detach().cpu().numpy(), bins=60, density=True, color=BLUE, alpha=0.35)
        axis.plot(*densities[label], color=ORANGE, linewidth=1.8)
        axis.set(xlabel=x_label)
        axis.set_title(label, fontsize=10)
    axes[0, 0].set_ylabel("density")
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    show(figure, alt or title)


def overlaid(samples: Mapping[str, Tensor], x_label: str, title: str = "", alt: str = "", bins: int = 0) -> None:
    """Draw histograms of area 1 over one another on one pair of axes, so that their overlap shows.

    Args:
        samples: Label -> numbers. The few beyond the range that nearly all of them fill count in the outermost bins.
        x_label: What the horizontal axis shows, with its unit.
        title: Title.
        alt: Text for those who cannot see it.
        bins: Bins over the common range; 0 for more of them the more numbers there are.
    """
    groups = {label: values.detach().cpu().double().numpy().ravel() for label, values in samples.items()}
    everything = np.concatenate(list(groups.values()))
    low, high = np.quantile(everything, [0.002, 0.99])
    bins = bins or int(np.clip(2 * min(map(len, groups.values())) ** 0.5, 8, 60))
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)
    figure, axis = plt.subplots(figsize=(6.4, 3.4))
    for colour, (label, values) in zip(_cycle(PALETTE), groups.items(), strict=False):
        inside = values.clip(edges[0], edges[-1])
        axis.hist(inside, bins=edges, density=True, color=colour, alpha=0.35, label=f"{label} ({len(values):,})")
        axis.hist(inside, bins=edges, density=True, color=colour, histtype="step", linewidth=1.4)
    axis.set(xlabel=x_label, ylabel="density", title=title)
    axis.legend(frameon=False)
    show(figure, alt or title)


def fields(
    maps: Mapping[str, Tensor],
    mark: tuple[int, int] | None = None,
    title: str = "",
    alt: str = "",
    annotate: bool = False,
) -> None:
    """Show non-negative maps over the pixels side by side on a logarithmic scale; what is exactly zero stays white.

    Args:
        maps: Title -> map of shape (H, W).
        mark: Pixel (row, column) to outline.
        title: Title of the whole picture.
        alt: Text for those who cannot see it.
        annotate: Whether to write each value into its cell (for small maps such as masks).
    """
    figure, axes = plt.subplots(1, len(maps), figsize=(3.1 * len(maps), 3.3), squeeze=False)
    for axis, (label, field) in zip(axes.flat, maps.items(), strict=True):
        values = field.detach().cpu().double().numpy()
        shown = np.full(values.shape, np.nan)
        positive = values > 0
        shown[positive] = np.log10(values[positive])
        axis.imshow(
            shown,
            cmap="viridis",
            vmin=None if not positive.any() else max(shown[positive].min(), shown[positive].max() - 4),
        )
        if mark is not None:
            axis.add_patch(plt.Rectangle((mark[1] - 0.5, mark[0] - 0.5), 1, 1, fill=False, color=ORANGE, linewidth=2.5))
        if annotate:
            for (row, column), value in np.ndenumerate(values):
                axis.text(column, row, f"{value:g}", ha="center", va="center", color="white" if value else "black")
        axis.set(xticks=[], yticks=[])
        axis.set_title(label, fontsize=10)
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    show(figure, alt or title)


def _cycle(colours: Sequence[str]):
    """The colours, again and again."""
    while True:
        yield from colours
