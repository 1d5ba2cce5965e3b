"""A gallery of what the solutions of the problems drew: expected pictures, below each other.

They lie in solutions/expected/<problem>/ (`workbook run --record`), and with students in notebooks/<problem>/expected/.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt

from helpers import plots
from helpers.references import ROOT


def expected(problem: str, name: str, root: Path = ROOT) -> Path | None:
    """The expected picture of a problem's plot cell, or None where it was not recorded yet."""
    places = (
        root / "solutions" / "expected" / problem / f"{name}.png",
        root / "notebooks" / problem / "expected" / f"{name}.png",
    )
    return next((path for path in places if path.is_file()), None)


def show(pictures: Mapping[str, tuple[str, str]], title: str = "", width: float = 6.4, root: Path = ROOT) -> None:
    """Show those pictures that are there, each with its label above it; where there is none, say so.

    Args:
        pictures: Label -> (problem, name of the picture).
        title: Title of the whole picture.
        width: Width in inches.
        root: The workbook's folder.
    """
    found = {label: path for label, place in pictures.items() if (path := expected(*place, root=root))}
    if not found:
        print("There are no expected pictures in this release yet.")
        return
    images = {label: plt.imread(path) for label, path in found.items()}
    heights = [width * image.shape[0] / image.shape[1] for image in images.values()]
    above = 0.4 if title else 0.0  # inches
    height = sum(heights) + 0.3 * len(images) + above
    figure, axes = plt.subplots(len(images), 1, figsize=(width, height), squeeze=False, height_ratios=heights)
    for axis, (label, image) in zip(axes.flat, images.items(), strict=True):
        axis.imshow(image, interpolation="antialiased")
        axis.set_axis_off()
        axis.set_title(label, fontsize=10, loc="left")
    if title:
        figure.suptitle(title, fontsize=11)
    figure.tight_layout(rect=(0, 0, 1, 1 - above / height))
    plots.show(figure, f"{title}: {', '.join(images)}" if title else ", ".join(images))
