"""Reference results: what the solutions reached, with their budget, to be shown beside a student's own figures.

`workbook run --record` keeps the figures of a run in solutions/reference/<problem>.json; the student bundle brings the
same file as notebooks/<problem>/reference.json. A notebook shows both with

    references.beside(run, dataset=data.name, test_nats=test_nats)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Protocol

from helpers.errors import WorkbookError

ROOT = Path(__file__).resolve().parents[1]
_KEYS = {"preset", "dataset"}  # of every record
SYNTHETIC = "synthetic"  # the data of a problem that draws its numbers itself


class Asked(Protocol):
    """What is read of a `presets.Run`."""

    problem: str
    preset: str
    dataset: str


def as_folder(dataset: str) -> str:
    """A data set's name as a part of a folder's: names such as "folder:PATH" hold what no file's name should."""
    return re.sub(r"[^\w.+-]+", "_", dataset)


def places(problem: str, root: Path = ROOT) -> list[Path]:
    """Where a problem's references may lie: in the repository, then in the student bundle."""
    return [root / "solutions" / "reference" / f"{problem}.json", root / "notebooks" / problem / "reference.json"]


def records(problem: str, root: Path = ROOT) -> list[dict[str, Any]]:
    """All records of a problem; none where nothing was recorded.

    Raises:
        WorkbookError: The file that holds them is damaged.
    """
    for path in places(problem, root):
        if path.is_file():
            return _read(path)
    return []


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, list) or not all(isinstance(one, dict) and one.keys() >= _KEYS for one in kept):
        raise WorkbookError(f"{path} holds no reference results; put back the file that came with the workbook.")
    return kept


def reference(problem: str, preset: str, dataset: str, root: Path = ROOT) -> dict[str, Any] | None:
    """The record of one preset and data set, or None.

    Its keys: preset, dataset, checksum, seed, device, precision, seconds, figures, hardware, versions, commit, date.
    """
    matches = (r for r in records(problem, root) if (r["preset"], r["dataset"]) == (preset, dataset))
    return next(matches, None)


@dataclass(frozen=True)
class Beside:
    """A student's figures beside the reference's; a table in a notebook, lines of text elsewhere."""

    own: Mapping[str, float]
    record: Mapping[str, Any] | None
    asked: str

    def _rows(self) -> list[tuple[str, str, str]]:
        figures = self.record["figures"] if self.record else {}
        return [
            (name.replace("_", " "), f"{value:.4g}", f"{figures[name]:.4g}" if name in figures else "–")
            for name, value in self.own.items()
        ]

    def _budget(self) -> str:
        if self.record is None:
            return f"There is no reference for {self.asked}."
        hardware = self.record["hardware"]
        machine = hardware.get("gpu") or f"{hardware['cpu']}, {hardware['cores']} cores"
        return (
            f"The reference is one run of the solutions: {self.asked}, seed {self.record['seed']}, "
            f"{self.record['seconds']:.0f} s for the whole notebook on {machine}."
        )

    def __repr__(self) -> str:
        """Lines of text."""
        lines = [f"{name}: {own} (reference {theirs})" for name, own, theirs in self._rows()]
        return "\n".join([*lines, self._budget()])

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><td style='text-align:left'>{escape(name)}</td><td>{own}</td><td>{theirs}</td></tr>"
            for name, own, theirs in self._rows()
        )
        head = "<tr><th></th><th>yours</th><th>reference</th></tr>"
        return f"<div dir='auto'><table>{head}{cells}</table><p>{escape(self._budget())}</p></div>"


def beside(run: Asked, dataset: str = "", root: Path = ROOT, **own: float) -> Beside:
    """Show a run's figures beside the reference of the same preset and data set.

    Args:
        run: The run, as `presets.start` gave it.
        dataset: The data set that was in fact loaded, where it may be another than asked for.
        root: The workbook's folder.
        own: The figures, under the names that `run.record` gives them.
    """
    dataset = dataset or run.dataset
    asked = f"the {run.preset} preset on {dataset}"
    return Beside(own, reference(run.problem, run.preset, dataset, root), asked)
