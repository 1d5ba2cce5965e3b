"""From a source to the notebooks: one way, deterministic, and never with a solution in a student's hands.

    solutions/<p>.py -> build/source/<p>/<p>.ipynb -- nbgrader's generate_assignment --> build/release/<p>/<p>.ipynb
                     -> solutions/<p>.ipynb                                          --> notebooks/<p>/<p>.ipynb

Cell ids come from the names of exercises and questions, so every rebuild gives the same bytes; files are written
atomically and only when they change. The last step looks for anything that students must not see, and writes nothing
if it finds some.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import WorkbookError
from helpers.grading import links
from helpers.grading import source as sources
from helpers.grading.cells import Cell
from helpers.grading.exercises import hints
from helpers.grading.leaks import essential
from helpers.grading.pictures import EXPECTED
from helpers.grading.regions import BEGIN, CODE_STUB, END, TEXT_STUB, cut
from helpers.grading.source import COURSE, Course, Source

_HINTS = ("a nudge", "the approach", "almost the line")
_LEAK = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", re.IGNORECASE)
_KEPT_METADATA = ("nbgrader", "deletable", "editable", "tags")


def build_all(problems: Iterable[str] | None = None, course: Course = COURSE) -> list[Path]:
    """Build the notebooks of these problems, or of all, and return the files that were written or removed.

    Raises:
        SourceError: A source is refused; nothing is written then.
        WorkbookError: A notebook would leak; nothing is written then.
    """
    changed = []
    plans = [_plan(problem, course) for problem in _chosen(problems, course)]
    for plan in plans:
        for path, content in _differing(plan):
            changed.append(path)
            if content is None:
                path.unlink()
            else:
                write_atomically(path, content)
    return changed


def stale(problems: Iterable[str] | None = None, course: Course = COURSE) -> list[Path]:
    """The committed files (student notebooks, solutions, pictures) that differ from what a build would write."""
    found = [
        path
        for problem in _chosen(problems, course)
        for path, _ in _differing(_plan(problem, course))
        if not path.is_relative_to(course.build)
    ]
    if problems is None:
        known = set(sources.problems(course))
        found += [path for path in sorted(course.notebooks.glob("*/*.ipynb")) if path.stem not in known]
        found += [path for path in sorted(course.solutions.glob("*.ipynb")) if path.stem not in known]
    return found


def _chosen(problems: Iterable[str] | None, course: Course) -> list[str]:
    return sources.problems(course) if problems is None else list(problems)


def _differing(plan: dict[Path, bytes | None]) -> Iterator[tuple[Path, bytes | None]]:
    """The planned files whose content on disk is another; None plans that there be no file."""
    for path, content in plan.items():
        if (path.read_bytes() if path.is_file() else None) != content:
            yield path, content


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file at once, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _plan(problem: str, course: Course) -> dict[Path, bytes | None]:
    """Every file that a build of this problem makes, with its content."""
    source = sources.load(problem, course)
    problem = source.problem
    address = links.repository(course)
    solved = nbgrader_source(source, address)
    student = student_notebook(source, solved)
    folders = [folder / problem for folder in (course.build / "source", course.build / "release", course.notebooks)]
    plan: dict[Path, bytes | None] = {}
    for folder, notebook in zip(folders, (solved, student, student), strict=True):
        plan[folder / f"{problem}.ipynb"] = to_bytes(notebook)
        pictures = {path.name: path.read_bytes() for path in (course.solutions / "expected" / problem).glob("*.png")}
        kept = {path.name for path in (folder / "expected").glob("*.png")}
        plan |= {folder / "expected" / name: pictures.get(name) for name in sorted({*pictures, *kept})}
    plan[course.solutions / f"{problem}.ipynb"] = to_bytes(solution_notebook(source, address))
    return plan


def to_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as the file holds it: UTF-8 as written, LF, a newline at the end."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8")


# From source to notebook


def nbgrader_source(source: Source, repository: str = "") -> NotebookNode:
    """The notebook with its solutions and nbgrader's metadata: what generate_assignment starts from."""
    return _notebook(source, [cell for _, cell in _expanded(source, repository)])


def solution_notebook(source: Source, repository: str = "") -> NotebookNode:
    """The notebook with its solutions, for reading and for papermill; nbgrader does not see it.

    A plot cell that makes an expected picture names it in its metadata, as `workbook.expected`.
    """
    cells = []
    for origin, cell in _expanded(source, repository):
        cell.metadata = _only(cell.metadata, ("tags",))
        if cell.cell_type == "markdown":
            cell.source = _shown_answer(cell.source)
            cell.source = EXPECTED.sub(rf"expected/{source.problem}/\g<name>.png", cell.source)
        if "expected" in origin.keys:
            cell.metadata["workbook"] = {"expected": origin.keys["expected"]}
        cells.append(cell)
    return _notebook(source, cells)


def _shown_answer(text: str) -> str:
    """A question's text with its region's marks, which markdown would show as headings, made a caption."""
    return text.replace(BEGIN + "\n", "**Model answer**\n\n").replace("\n" + END, "")


def _notebook(source: Source, cells: list[NotebookNode]) -> NotebookNode:
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "workbook": {"problem": source.problem},
    }
    return new_notebook(cells=cells, metadata=metadata)


def _expanded(source: Source, repository: str) -> Iterator[tuple[Cell, NotebookNode]]:
    """Each cell of the notebook with solutions, beside the cell of the source that it comes from.

    The cell that installs stands before the parameters, the first code of a source.
    """
    last, counter = "start", 0
    for origin in source.cells:
        if origin.role == "parameters":
            yield origin, links.install_cell(repository)
        for cell in _cells_of(origin, source, repository):
            named = cell.metadata.get("nbgrader", {}).get("grade_id")
            if named:
                last, counter = named, 0
            else:
                counter += 1
                named = f"{last}-{counter}"
            cell.id = named
            if origin.role in ("title", "prose", "hints", "setup") or cell.metadata.pop("badge", False):
                cell.metadata["nbgrader"] = _nbgrader(named, locked=True)
            yield origin, cell


def _cells_of(origin: Cell, source: Source, repository: str) -> Iterator[NotebookNode]:
    """The one or two notebook cells that a cell of the source becomes; only named ones have nbgrader's metadata."""
    keys, metadata = origin.keys, _only(origin.keys, ("tags",))
    if origin.role == "exercise":
        yield new_markdown_cell(_badge(f"Exercise `{origin.name}`", keys), metadata={"badge": True})
        yield new_code_cell(origin.source, metadata={"nbgrader": _nbgrader(origin.name, solution=True)})
    elif origin.role == "check":
        points = source.exercises[origin.name].points
        grade = _nbgrader(f"check-{origin.name}", grade=True, locked=True, points=points)
        yield new_code_cell(_with_points(origin.source, points), metadata={"nbgrader": grade})
    elif origin.role == "answer":
        grade = _nbgrader(origin.name, grade=True, solution=True, points=keys["points"])
        yield new_markdown_cell(_question(origin), metadata={"nbgrader": grade})
    elif origin.role == "hints":
        yield new_markdown_cell(_folded(hints(origin)))
    elif origin.role == "title":
        yield new_markdown_cell(
            "\n\n".join(filter(None, [origin.source, _totals(source), links.links(repository, source.problem)]))
        )
    elif origin.kind == "markdown":
        yield new_markdown_cell(origin.source, metadata=metadata)
    else:
        yield new_code_cell(origin.source, metadata=metadata)


def _nbgrader(name: str, **flags: Any) -> dict[str, Any]:
    """Metadata of nbgrader's schema 3; every flag that is not given is false."""
    defaults = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"schema_version": 3, "grade_id": name} | defaults | flags


def _only(metadata: Any, kept: Iterable[str]) -> dict[str, Any]:
    return {key: metadata[key] for key in kept if key in metadata}


def _with_points(call: str, points: float) -> str:
    """A check's call with the points that its exercise is worth."""
    return f"{call.rstrip().removesuffix(')').rstrip().removesuffix(',')}, points={points:g})"


# What students read about points and time


def _count(number: float, noun: str) -> str:
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def _badge(name: str, keys: Any) -> str:
    """The line above an exercise or a question: its worth and its size."""
    parts = [f"**{name}**", _count(keys["points"], "point"), "about " + _count(keys["minutes"], "minute")]
    if "lines" in keys:
        parts.append("about " + _count(keys["lines"], "line"))
    if keys.get("optional"):
        parts.append("optional")
    return " · ".join(parts)


def _totals(source: Source) -> str:
    """The line that ends the opening cell: all points, minutes by kind, and what is optional."""
    core = source.minutes - source.optional_minutes
    parts = [
        f"about {_count(source.reading + core, 'minute')}: {source.reading:g} reading, {core:g} coding and writing",
        f"machine time {_count(source.machine, 'minute')} (laptop preset)",
    ]
    if source.points:
        parts.insert(0, f"**{_count(source.points, 'point')}**")
    if source.optional_points:
        more = _count(source.optional_minutes, "more minute")
        parts.append(f"{source.optional_points:g} of the points are optional, for {more}")
    return " · ".join(parts)


def _question(origin: Cell) -> str:
    """A question above its answer, each in the direction of its own first letter; blank lines keep markdown alive."""
    asked, answer = origin.source.split(BEGIN)
    parts = (f"{_badge('Question', origin.keys)}\n\n{asked.strip()}", f"{BEGIN}{answer.rstrip()}")
    return "\n".join(f'<div dir="auto">\n\n{part}\n\n</div>' for part in parts)


def _folded(items: list[str]) -> str:
    """Hints that unfold one by one; blank lines inside the HTML keep their markdown alive."""
    return "\n".join(
        f"<details><summary>Hint {number}: {what}</summary>\n\n{text}\n\n</details>"
        for number, (what, text) in enumerate(zip(_HINTS, items, strict=True), start=1)
    )


# From the notebook with solutions to the student's


def student_notebook(source: Source, solved: NotebookNode) -> NotebookNode:
    """Let nbgrader cut the solutions, strip what is not essential, and verify that nothing leaks."""
    student = _generate_assignment(source.problem, solved)
    for cell in student.cells:
        cell.metadata = NotebookNode(_only(cell.metadata, _KEPT_METADATA))
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    student.metadata = solved.metadata
    _verify_nothing_leaks(source, solved, student)
    return student


def _generate_assignment(problem: str, solved: NotebookNode) -> NotebookNode:
    """Run nbgrader's own converter in a temporary course, without its database (which would need alembic)."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        root = Path(folder).resolve()
        write_atomically(root / "source" / problem / f"{problem}.ipynb", to_bytes(solved))
        config = Config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.assignment_id = problem
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        config.ClearSolutions.code_stub = {"python": CODE_STUB}
        config.ClearSolutions.text_stub = TEXT_STUB
        try:
            GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
        except NbGraderException as error:
            raise WorkbookError(f"nbgrader cannot make the student's notebook of {problem}: {error}") from error
        return nbformat.read(root / "release" / problem / f"{problem}.ipynb", as_version=4)


def _verify_nothing_leaks(source: Source, solved: NotebookNode, student: NotebookNode) -> None:
    """Compare the student's notebook with what it must be, whatever nbgrader made of it.

    Raises:
        WorkbookError: A solution, a model answer, an output or a widget's state is in it, or a cell is not as expected.
    """

    def refuse(cell: NotebookNode, what: str) -> None:
        raise WorkbookError(f"The student's notebook of {source.problem} {what} in cell {cell.id!r}; nothing is built.")

    if set(student.metadata) != set(solved.metadata):
        raise WorkbookError(f"The student's notebook of {source.problem} holds metadata of a run; nothing is built.")
    if [cell.id for cell in student.cells] != [cell.id for cell in solved.cells]:
        raise WorkbookError(f"The student's notebook of {source.problem} lost or gained cells; nothing is built.")
    secrets = [text for _, text in essential(source.cells)]
    for cell, full in zip(student.cells, solved.cells, strict=True):
        text = cell.source + json.dumps(cell.metadata, ensure_ascii=False)
        squeezed = "".join(text.split())
        if _LEAK.search(text) or any(secret in squeezed for secret in secrets):
            refuse(cell, "would show a solution")
        if cell.source != cut(full.source, CODE_STUB if cell.cell_type == "code" else TEXT_STUB):
            refuse(cell, "differs from its source")
        if cell.get("outputs") or cell.get("execution_count"):
            refuse(cell, "holds an output")
