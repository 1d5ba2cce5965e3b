"""How far a training is: a display that updates itself in a live notebook, a few plain lines on stdout elsewhere.

The display has a bar, a small curve of every figure and, now and then, images that the model makes. All trainings of
one cell share it, so that a cell has one output, and what stays at the end is a line and the final curves. Nothing goes
to stderr, since a grader takes anything there for a failure.
"""

from __future__ import annotations

import html
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from helpers.history import History

LINES = 10  # at most so many lines where no display can update itself
PAUSE = 5.0  # seconds between two of them
REDRAW = 0.4  # seconds between two states of a display at least: epochs may be shorter
PANELS = 6  # at most so many figures have a curve
_TEXT = "margin-bottom:.3em;font-size:95%;font-variant-numeric:tabular-nums"
_ROW = "display:flex;flex-wrap:wrap;gap:1em;margin:.4em 0"
_APART = ("epoch", "step", "seconds")  # of a history's row: no figures to follow


class Progress:
    """The display of one training.

    Args:
        name: What is trained.
        live: Whether a front end shows this kernel's output and can update it.
        silent: Whether to say nothing at all (every process but the first).
    """

    def __init__(self, name: str, live: bool, silent: bool = False) -> None:
        self.name = name
        self.silent = silent
        self.live = live and not silent and _shell() is not None
        self._block = _Block() if self.live else None
        self._notes: list[str] = []
        self._preview = ""
        self._lines = 0
        self._said_at = time.monotonic()
        self._next_at = 0.0

    def update(self, fraction: float, state: str, history: History | None = None) -> None:
        """Show that a fraction (0 to 1) is done; `state` says epoch, loss and speed, curves come from `history`."""
        now = time.monotonic()
        if self.live:
            if now >= self._next_at:
                self._next_at = now + REDRAW
                pictures = "".join([*_panels(history), self._preview])
                line = f"<div>{_bar(self.name, fraction)} {fraction:.0%}</div>{_line(f'{self.name}: {state}')}"
                self._show(f"{line}{_row(pictures)}", f"{self.name}: {fraction:.0%}, {state}")
            return
        if self._lines < min(LINES, int(fraction * LINES)) and now - self._said_at >= PAUSE:
            self._lines = int(fraction * LINES)
            self._said_at = now
            self.say(f"{fraction:.0%}, {state}")

    def preview(self, picture: str) -> None:
        """Show this <img> beside the curves from the next update on, until the training ends."""
        self._preview = picture

    def close(self, result: str, history: History | None = None) -> None:
        """Say how it ended, in the place of the bar; of the pictures the curves stay."""
        if not self.live:
            self.say(result)
            return
        line = f"{self.name}: {result}"
        curves = _row("".join(_panels(history)))
        line = f"<details open><summary>{_safe(line)}</summary>{curves}</details>" if curves else _line(line)
        self._show(line, f"{self.name}: {result}")
        self._block.close()

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Take the bar away where an error ends the training."""
        try:
            yield
        except BaseException:
            if self.live and self._block.board is not None:
                self.close("stopped by an error.")
            raise

    def say(self, sentence: str) -> None:
        """Print one line, or put it above the bar."""
        if self.live:
            self._notes.append(sentence)
        elif not self.silent:
            print(f"{self.name}: {sentence}", flush=True)

    def _show(self, markup: str, text: str) -> None:
        notes = [f"{self.name}: {note}" for note in self._notes]
        self._block.show("".join(map(_line, notes)) + markup, "\n".join([*notes, text]))


def duration(seconds: float) -> str:
    """Seconds as a person says them: 0.8 s, 42 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


# What stands in a notebook's output


class _Board:
    """The one display of a cell, with a block for each of its trainings."""

    latest: _Board | None = None

    def __init__(self, cell: int) -> None:
        self.cell = cell
        self.blocks: list[_Block] = []
        self._handle: Any = None

    @classmethod
    def of_this_cell(cls) -> _Board:
        """The display of the cell that runs now."""
        cell = getattr(_shell(), "execution_count", 0)
        if cls.latest is None or cls.latest.cell != cell:
            cls.latest = cls(cell)
        return cls.latest

    def draw(self) -> None:
        from IPython.display import display

        markup = "".join(f'<div dir="ltr" style="{_TEXT}">{block.markup}</div>' for block in self.blocks)
        bundle = {"text/html": markup, "text/plain": "\n".join(block.text for block in self.blocks)}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


class _Block:
    """What one training shows within its cell's display."""

    def __init__(self) -> None:
        self.board: _Board | None = None
        self.markup = self.text = ""

    def show(self, markup: str, text: str) -> None:
        self.markup, self.text = markup, text
        if self.board is None:
            self.board = _Board.of_this_cell()
            for earlier in self.board.blocks:  # their curves fold away
                earlier.markup = earlier.markup.replace("<details open>", "<details>", 1)
            self.board.blocks.append(self)
        self.board.draw()

    def close(self) -> None:
        """Begin with a block of its own, should there be anything more to show."""
        self.board = None


def _panels(history: History | None) -> list[str]:
    """A small curve of each figure with its latest value and its range."""
    if history is None:
        return []
    by_step = {name: (curve.steps, curve.values) for name, curve in history.curves.items()}
    names = dict.fromkeys(name for row in history.epochs for name in row if name not in _APART)
    by_epoch = {name: history.epoch_curve(name) for name in names if name not in by_step}
    lines = {name: line for name, line in (by_step | by_epoch).items() if len(line[0]) > 1}
    return [_panel(name, *line) for name, line in list(lines.items())[:PANELS]]


def _panel(name: str, steps: list[int], values: list[float]) -> str:
    from helpers import miniatures  # here, since only a live display needs it

    alt = f"{name} over {steps[-1]} steps: from {values[0]:.4g} to {values[-1]:.4g}"
    picture, low, high = miniatures.curve(steps, values, alt)
    caption = f"{name} {values[-1]:.4g} (from {low:.4g} to {high:.4g})"
    return f'<div>{picture}<div style="font-size:85%">{_safe(caption)}</div></div>'


def _line(text: str) -> str:
    return f"<div>{_safe(text)}</div>"


def _bar(name: str, fraction: float) -> str:
    return f'<progress value="{fraction:.4f}" max="1" style="width:16em" aria-label="{_safe(name)}"></progress>'


def _row(pictures: str) -> str:
    return f'<div style="{_ROW}">{pictures}</div>' if pictures else ""


def _safe(text: str) -> str:
    return html.escape(text)


def _shell() -> Any:
    """The kernel's shell, or None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if getattr(shell, "kernel", None) is not None else None
