"""What is wrong with the looks of a page, measured on what the browser made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEASURES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Looks:
    """Lists that are empty if all is well, and how much was looked at.

    Attributes:
        broken: Pictures that show nothing.
        wordless: Pictures in a text, or in HTML, without an alternative text.
        unread: Pictures of outputs that are plain PNGs: JupyterLab does not tell their alternative texts.
        sideways: Parts that have to be scrolled sideways.
        clipped: Parts whose text is cut off where nobody can scroll to it.
        faint: Texts with too little contrast to what is behind them.
        leftToRight: Persian texts that do not run from right to left.
        formulas: Formulas that MathJax could not set.
        warnings: Dialogs, and outputs in a red box.
        persian: How many parts say something in Persian.
        pictures: How many pictures there are.
        parts: How many elements were looked at.
    """

    broken: list[str]
    wordless: list[str]
    unread: list[str]
    sideways: list[str]
    clipped: list[str]
    faint: list[str]
    leftToRight: list[str]
    formulas: list[str]
    warnings: list[str]
    persian: int
    pictures: int
    parts: int

    def wrong(self, *but: str) -> dict[str, list[str]]:
        """All that is not well, by kind, but for some kinds."""
        kinds = {kind: found for kind, found in vars(self).items() if isinstance(found, list) and kind not in but}
        return {kind: found for kind, found in kinds.items() if found}


def looks(page: Page, selector: str) -> Looks:
    """Measure a part of a page, once its pictures are loaded or known to be missing."""
    page.wait_for_function(
        "selector => document.querySelector(selector)"
        " && [...document.querySelectorAll(selector + ' img')].every(image => image.complete)",
        arg=selector,
    )
    return Looks(**page.evaluate(MEASURES, selector))
