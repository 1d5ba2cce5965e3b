"""What a student asks before handing in: is the notebook whole, and do its visible checks pass?

Whole means that every named cell of the release (exercise, check, question, given code, text) is there once, with its
type and its grading data, and unchanged where it is locked. The checks then run in a fresh kernel on the whole notebook
that helpers.doctor makes of the file, as grading does: given code and checks are taken from the release, training and
plots are left out, and a cell that fails does not stop the others. The file itself is only read.
"""

from __future__ import annotations

import ast
import logging
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from rich.table import Table

from helpers.doctor import Examined, repair
from helpers.lost import stretches
from helpers.reading import read
from helpers.student import (
    CHECK,
    LEFT_OUT,
    ROOT,
    content_of,
    edited,
    from_another,
    is_named,
    kind_of,
    name_of,
    optional_names,
    problem_of,
    read_release,
    title_of,
)


@dataclass(frozen=True)
class Line:
    """One exercise or written question.

    Attributes:
        name: Its name.
        points: What it is worth.
        earned: The points of the visible check; None for a written question.
        held: How many properties hold; None where the check says only points.
        properties: How many properties the check has; None where it says only points.
        optional: Whether the notebook is complete without it.
        written: Whether the student wrote anything.
        advice: What to think about first.
    """

    name: str
    points: float
    earned: float | None
    held: int | None
    properties: int | None
    optional: bool
    written: bool
    advice: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing here."""
        return self.written if self.earned is None else self.earned >= self.points


@dataclass(frozen=True)
class Preflight:
    """The result for one notebook: what is wrong with the file, and a line per exercise and question."""

    problem: str
    damage: list[str]
    lines: list[Line]
    trouble: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The names of what is required and incomplete."""
        return [line.name for line in self.lines if not line.optional and not line.complete]

    @property
    def ready(self) -> bool:
        """Whether the file is whole and nothing required is missing."""
        return not (self.damage or self.trouble or self.missing)

    def table(self) -> Table:
        """Exercise, points, properties that hold, and the first advice."""
        table = Table("exercise", "points", "properties", "first advice", title=self.problem, title_justify="left")
        for line in self.lines:
            properties = "" if line.properties is None else f"{line.held} of {line.properties}"
            if line.earned is None:
                points, advice = f"{line.points:g} (by hand)", "" if line.written else "Not answered yet."
            else:
                points, advice = f"{line.earned:g} of {line.points:g}", line.advice
            table.add_row(line.name + (" (optional)" if line.optional else ""), points, properties, advice)
        return table

    def closing(self) -> str:
        """One sentence: ready, or what is missing."""
        if self.ready:
            return "The notebook is whole, and every required check passes."
        parts = []
        if self.damage:
            parts.append(f"{len(self.damage)} thing{'s' * (len(self.damage) > 1)} to put right in the file")
        if self.trouble:
            parts.append("given code that does not run here")
        if self.missing:
            parts.append(f"incomplete: {', '.join(self.missing)}")
        return f"Not ready yet: {'; '.join(parts)}."


def preflight(
    path: Path, root: Path = ROOT, timeout: float = 60, progress: Callable[[int, int], None] | None = None
) -> Preflight:
    """Inspect a student's notebook and run its visible checks.

    Args:
        path: The notebook; it is not changed.
        root: The workbook's folder, whose `notebooks/` hold the release.
        timeout: Seconds that one cell may take.
        progress: Called with the number of cells run and of all cells.

    Raises:
        WorkbookError: No notebook can be made of the file, or it belongs to no problem of this workbook.
    """
    notebook, damage = read(content_of(path), path.name)
    problem = problem_of(notebook, path, root)
    release = read_release(problem, root)
    damage += inspect(notebook, release)
    whole = repair(notebook, [], path.name, root)
    results, trouble = run_checks(whole.notebook, release, path.resolve().parent, timeout, progress)
    return Preflight(problem, damage, list(_lines(whole, release, results)), trouble)


# The file


def inspect(notebook: NotebookNode, release: NotebookNode) -> list[str]:
    """Everything that is wrong with the file, a sentence each."""
    found: dict[str, list[tuple[int, NotebookNode]]] = {}
    for number, cell in enumerate(notebook.cells, 1):
        found.setdefault(name_of(cell), []).append((number, cell))
    sentences, texts = [], []
    named = [cell for cell in release.cells if is_named(cell)]
    told: set[str] = set()
    for stretch in stretches(named, {name_of(cell) for cell in named} - found.keys()):
        sentences.append(f"{stretch} is missing.")
        told |= stretch.names
    for released in named:
        if name_of(released) in told:
            continue
        wrong = _wrong(released, found.get(name_of(released), []))
        if not wrong:
            continue
        if kind_of(released) == "text":
            texts.append(name_of(released))
        else:
            sentences.append(f"{title_of(released)} {wrong}.")
    if texts:
        sentences.append(f"Text that belongs to the notebook was changed, moved or removed ({', '.join(texts)}).")
    known = {name_of(cell) for cell in release.cells}
    strange = [name for name, cells in found.items() if name not in known and "nbgrader" in cells[0][1].metadata]
    if from_another(notebook, release):
        return ["It comes from another release of the workbook.", *sentences]
    if strange:
        sentences.append(f"Cells that belong to no exercise of this problem ask to be graded ({', '.join(strange)}).")
    return sentences


def _wrong(released: NotebookNode, found: list[tuple[int, NotebookNode]]) -> str:
    """What is wrong with one named cell, as the rest of a sentence; "" when nothing is."""
    if not found:
        return "is missing"
    if len(found) > 1:
        places = " and ".join(str(number) for number, _ in found)
        return f"is there {len(found)} times (cells {places}); keep one of them"
    number, cell = found[0]
    if cell.cell_type != released.cell_type:
        return f"was turned into a {cell.cell_type} cell (cell {number}); turn it back into {released.cell_type}"
    wanted, given = dict(released.metadata.nbgrader), dict(cell.metadata.get("nbgrader", {}))
    if not given:
        return f"lost its grading data (cell {number})"
    for key in ("checksum", "cell_type"):
        wanted.pop(key, None), given.pop(key, None)
    if given != wanted and not _from_another_release(cell, released):
        return f"has other grading data than the release (cell {number})"
    locked = not released.metadata.nbgrader.get("solution")
    if locked and edited(cell, released):
        return f"was edited, and it is locked (cell {number}); put your own text or code into a cell of its own"
    return ""


def _from_another_release(cell: NotebookNode, released: NotebookNode) -> bool:
    return cell.metadata.nbgrader.get("checksum") not in (None, released.metadata.nbgrader.get("checksum"))


# The checks


@dataclass
class Outcome:
    """What one code cell gave: the score in its output, the check's items, the error that it raised."""

    score: float | None = None
    items: list[tuple[str, bool, str, str]] | None = None
    error: str = ""


_ITEMS = (
    "[(i.name, bool(i.passed), i.advice, i.reason) for i in "
    "__import__('IPython').get_ipython().history_manager.output_hist[{count}].items]"
)


def run_checks(
    notebook: NotebookNode,
    release: NotebookNode,
    folder: Path,
    timeout: float = 60,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, Outcome], list[str]]:
    """Run given code, exercises, checks and the student's own cells in a fresh kernel, in the notebook's order.

    Returns:
        The outcomes by cell name, and sentences about what keeps the given code from running.
    """
    cells = _cells_to_run(notebook, release)
    outcomes: dict[str, Outcome] = {}
    trouble: list[str] = []
    running = "The kernel"
    with tempfile.TemporaryDirectory(prefix="workbook-", ignore_cleanup_errors=True) as runs:
        silent = logging.Logger("preflight", logging.CRITICAL)
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[cell for _, cell in cells]),
            timeout=timeout,
            allow_errors=True,
            interrupt_on_timeout=True,
            kernel_name="python3",
            extra_arguments=["--log-level=CRITICAL"],
            resources={"metadata": {"path": str(folder)}},
            log=silent,
        )
        try:
            with client.setup_kernel(env=_environment(runs)):
                for index, (kind, cell) in enumerate(cells):
                    running = f"The cell {name_of(cell)}"
                    client.execute_cell(cell, index)
                    outcomes[name_of(cell)] = _outcome(client, cell, kind)
                    if kind == "given code" and outcomes[name_of(cell)].error:
                        trouble.append(f"The given code {name_of(cell)} fails: {outcomes[name_of(cell)].error}")
                    if progress is not None:
                        progress(index + 1, len(cells))
        except (DeadKernelError, RuntimeError):
            trouble.append(f"{running} ended Python, so that nothing after it could run.")
    return outcomes, trouble


def _cells_to_run(notebook: NotebookNode, release: NotebookNode) -> list[tuple[str, NotebookNode]]:
    """The code to run, with its kind: what is locked and the parameters come from the release."""
    released = {name_of(cell): cell for cell in release.cells}
    cells = []
    for cell in notebook.cells:
        target = released.get(name_of(cell))
        tags = set((target or cell).metadata.get("tags", []))
        if cell.cell_type != "code" or (target is not None and target.cell_type != "code") or tags & LEFT_OUT:
            continue
        named = target is not None and "nbgrader" in target.metadata
        kind = kind_of(target) if named else "own"
        pristine = kind in ("check", "given code") or "parameters" in tags
        source = target.source if target is not None and pristine else cell.source
        fresh = nbformat.v4.new_code_cell(source, id=cell.get("id") or nbformat.v4.new_raw_cell().id)
        if named:
            fresh.metadata["nbgrader"] = target.metadata.nbgrader
        cells.append((kind, fresh))
    return cells


def _environment(runs: str) -> dict[str, str]:
    """The kernel's environment: small, headless, and writing nothing beside the student's files."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return os.environ | {
        "PYTHONPATH": path,
        "WORKBOOK_PRESET": "smoke",
        "WORKBOOK_DATASET": "",
        "WORKBOOK_HEADLESS": "1",
        "WORKBOOK_RUN_DIR": runs,
    }


def _outcome(client: NotebookClient, cell: NotebookNode, kind: str) -> Outcome:
    outcome = Outcome(score=score_of(cell))
    for output in cell.outputs:
        if output.output_type == "error":
            outcome.error = f"{output.ename}: {output.evalue}".strip(": ").split("\n")[0]
    if kind == "check" and outcome.score is not None:
        outcome.items = _items(client, cell)
    return outcome


def score_of(cell: NotebookNode) -> float | None:
    """The number that a check cell shows, as nbgrader reads it; None where there is none."""
    shown = [output for output in cell.get("outputs", []) if output.output_type == "execute_result"]
    try:
        score = float(shown[0].data["text/plain"])
    except (IndexError, KeyError, ValueError, TypeError):
        return None
    return score if math.isfinite(score) else None


def _items(client: NotebookClient, cell: NotebookNode) -> list[tuple[str, bool, str, str]] | None:
    """The items behind a check's score, asked of the kernel; None where a check says only points."""
    wanted = {"items": _ITEMS.format(count=cell.execution_count)}
    request = client.kc.execute("", silent=True, user_expressions=wanted)
    reply: dict[str, Any] = client.wait_for_reply(request) or {}
    answer = reply.get("content", {}).get("user_expressions", {}).get("items", {})
    if answer.get("status") != "ok":
        return None
    return ast.literal_eval(answer["data"]["text/plain"])


def _lines(whole: Examined, release: NotebookNode, results: dict[str, Outcome]) -> Iterator[Line]:
    """A line for each exercise and question of the release, in its order."""
    points = {name_of(cell): cell.metadata.get("nbgrader", {}).get("points", 0) for cell in release.cells}
    optionals = optional_names(release)
    for released in release.cells:
        if not released.metadata.get("nbgrader", {}).get("solution"):
            continue
        name = name_of(released)
        written, optional = name in whole.answered, name in optionals
        if released.cell_type == "markdown":
            yield Line(name, points[name], None, None, None, optional, written)
            continue
        result = results.get(CHECK + name, Outcome(error="The check did not run."))
        held = total = None
        advice = result.error
        if result.items is not None:
            held, total = sum(passed for _, passed, _, _ in result.items), len(result.items)
            advice = next((f"{title}: {hint}" for title, passed, hint, _ in result.items if not passed), advice)
        if not written:
            advice = "Not written yet."
        elif results.get(name, Outcome()).error:
            advice = f"The exercise's cell fails: {results[name].error}"
        yield Line(name, points.get(CHECK + name, 0), result.score or 0.0, held, total, optional, written, advice)
