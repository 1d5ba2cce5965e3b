"""A problem's source: one py:percent file that holds its prose, exercises, solutions and checks.

`load` reads the file into a `Source` and refuses, in one sentence with file and line, whatever would reach students
broken, unmarkable or solved. The format, a cell's header by role, is described in `helpers.grading.cells`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from helpers.errors import WorkbookError
from helpers.grading.cells import Cell, Refused, cells_of
from helpers.grading.exercises import Exercise, Question, exercises_of, questions_of, refuse_taken_names
from helpers.grading.leaks import refuse_foreign, refuse_marks, refuse_solved
from helpers.grading.optional import refuse_dependence
from helpers.grading.pictures import refuse_pictures, refuse_taken_pictures


class SourceError(WorkbookError):
    """A source that cannot become a notebook: "file:line: what is wrong and what to do"."""


@dataclass(frozen=True)
class Course:
    """Where the files of a course are, below one root folder."""

    root: Path = Path(__file__).resolve().parents[2]

    @property
    def solutions(self) -> Path:
        """The sources, the solutions made from them, expected pictures and reference results."""
        return self.root / "solutions"

    @property
    def notebooks(self) -> Path:
        """The students' notebooks."""
        return self.root / "notebooks"

    @property
    def build(self) -> Path:
        """All that nbgrader sees."""
        return self.root / "build"


COURSE = Course()


@dataclass(frozen=True)
class Source:
    """A problem as its author wrote it; exercises and questions are in the order of the file.

    `figures` names the recorded figures that the README shows; all of them where it is empty.
    """

    problem: str
    title: str
    reading: float
    machine: float
    path: Path
    cells: tuple[Cell, ...]
    exercises: Mapping[str, Exercise]
    questions: Mapping[str, Question]
    figures: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """All points, optional ones included."""
        return sum(part.points for part in self._parts())

    @property
    def optional_points(self) -> float:
        """The points of what is optional."""
        return sum(part.points for part in self._parts() if part.optional)

    @property
    def minutes(self) -> float:
        """Minutes of coding and writing."""
        return sum(part.minutes for part in self._parts())

    @property
    def optional_minutes(self) -> float:
        """Minutes of what is optional."""
        return sum(part.minutes for part in self._parts() if part.optional)

    def _parts(self) -> list[Exercise | Question]:
        return [*self.exercises.values(), *self.questions.values()]


def problems(course: Course = COURSE) -> list[str]:
    """The names of all problems of a course, sorted."""
    return sorted(path.stem for path in course.solutions.glob("[0-9][0-9]_*.py") if path.is_file())


def load(problem: str | Path, course: Course = COURSE) -> Source:
    """Read and verify a source.

    Args:
        problem: A problem's name or the path of its file.
        course: Where problems are looked up.

    Raises:
        SourceError: A refusal, as "file:line: sentence".
        WorkbookError: There is no such problem.
    """
    path = Path(problem)
    if path.suffix != ".py":
        path = course.solutions / f"{problem}.py"
    if not path.is_file():
        known = ", ".join(problems(course)) or "none yet"
        raise WorkbookError(f"There is no problem {str(problem)!r}; the problems are: {known}.")
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a byte-order mark
    except UnicodeDecodeError:
        raise SourceError(f"{_label(path, course)}:1: the file is not UTF-8; save it as UTF-8.") from None
    return _parse(path, text, _label(path, course))


def _label(path: Path, course: Course) -> str:
    """The path as messages show it."""
    root = course.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


@functools.lru_cache(maxsize=32)
def _parse(path: Path, text: str, label: str) -> Source:
    try:
        return _verified(path, cells_of(text))
    except Refused as refusal:
        line, sentence = refusal.args
        raise SourceError(f"{label}:{line}: {sentence}") from None


def _verified(path: Path, cells: tuple[Cell, ...]) -> Source:
    """Make a source of its cells; stray marks are refused first, since all else relies on the regions."""
    refuse_marks(cells)
    title = _opening(cells)
    refuse_taken_names(cells)
    refuse_taken_pictures(cells)
    exercises, questions = exercises_of(cells), questions_of(cells)
    refuse_foreign(cells)
    refuse_dependence(cells)
    refuse_pictures(cells)
    refuse_solved(cells)
    return Source(
        path.stem,
        title.keys["title"],
        title.keys["reading"],
        title.keys["machine"],
        path,
        cells,
        MappingProxyType(exercises),
        MappingProxyType(questions),
        tuple(title.keys.get("figures", "").split()),
    )


def _opening(cells: tuple[Cell, ...]) -> Cell:
    """The first cell; verifies that there is one and one parameters cell."""
    first = cells[0]
    if first.role != "title":
        raise Refused(first.header, 'the first cell must be # %% [markdown] title="…" reading=… machine=….')
    parameters = [cell for cell in cells if cell.role == "parameters"]
    if len(parameters) != 1:
        line = parameters[1].header if parameters else first.header
        raise Refused(line, f'there must be one cell with tags=["parameters"], and there are {len(parameters)}.')
    return first
