"""A problem's source: one py:percent file that holds its prose, exercises, solutions and checks.

A cell's header says with short keys what the cell is for; `load` reads the file into a `Source` and refuses, in one
sentence with file and line, whatever would reach students broken, unmarkable or solved.

    # %% [markdown] title="PixelCNN" reading=25 machine=4      the opening: minutes of reading and of machine time
    # %% tags=["parameters"]                                   papermill's parameters, editable by students
    # %% tags=["setup"]                                        given code, locked, run by the grader
    # %% exercise="causal_mask" points=4 minutes=6 lines=3     code with solution regions; optional=true if it is
    # %% [markdown] hints="causal_mask"                        a list of three: a nudge, the approach, almost the line
    # %% check="causal_mask"                                   checks.pixelcnn.causal_mask(causal_mask)
    # %% [markdown] answer="blind_spot" points=3 minutes=5     a question, and below it its model answer in a region
    # %% tags=["train"] and tags=["plot"]                      not run by the grader; a plot may have expected="NAME"
    # %% [markdown]                                            prose; students write where tags=["notes"]
"""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import math
import os
import re
import shutil
import tempfile
import textwrap
import tokenize
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jupytext

from helpers.errors import WorkbookError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
HINTS = 3

# Which keys a cell's header may carry, by the cell's role; those in the first set must be there.
_KEYS = {
    "title": ({"title", "reading", "machine"}, set()),
    "prose": (set(), set()),
    "notes": ({"tags"}, set()),
    "hints": ({"hints"}, set()),
    "answer": ({"answer", "points", "minutes"}, {"optional"}),
    "parameters": ({"tags"}, set()),
    "setup": ({"tags"}, set()),
    "train": ({"tags"}, set()),
    "plot": ({"tags"}, {"expected"}),
    "exercise": ({"exercise", "points", "minutes", "lines"}, {"optional"}),
    "check": ({"check"}, set()),
}
_CODE_TAGS = ("parameters", "setup", "train", "plot")
_MARKER = re.compile(r"\s*#\s*%%(%*)(\s|$)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,48}")


class SourceError(WorkbookError):
    """A source that cannot become a notebook: "file:line: what is wrong and what to do"."""


class _Refused(Exception):
    """A line number and a sentence, before the file's name is known."""


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
class Cell:
    """One cell of a source.

    Attributes:
        kind: "code" or "markdown".
        role: A key of the table in this module's documentation: "title", "prose", "exercise", ...
        source: The text as it stands in a notebook.
        script: The text as it stands in the file (where markdown and magics are comments).
        header: The number of the header's line in the file.
        line: The number of the text's first line in the file.
        keys: The keys of the header.
    """

    kind: str
    role: str
    source: str
    script: str
    header: int
    line: int
    keys: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The exercise or question that the cell belongs to, or ""."""
        return self.keys.get(self.role, "") if self.role in ("exercise", "check", "hints", "answer") else ""

    @property
    def graded(self) -> bool:
        """Whether the cell holds a solution that students write themselves."""
        return self.role in ("exercise", "answer")

    def visible(self) -> str:
        """What students see of the cell: the stub in place of each solution region."""
        return cut(self.source, CODE_STUB if self.kind == "code" else TEXT_STUB)

    def hidden(self) -> list[tuple[int, str]]:
        """The lines of the solution regions, with their numbers in the file."""
        return [(self.line + row, text) for row, text, inside in _by_region(self.source) if inside]


@dataclass(frozen=True)
class Exercise:
    """A function or class that students write; `code` holds the solution and its regions, `line` is the header's."""

    name: str
    points: float
    minutes: float
    lines: int
    optional: bool
    code: str
    check_code: str
    line: int


@dataclass(frozen=True)
class Question:
    """A written question; `text` is what is asked, without the model answer."""

    name: str
    points: float
    minutes: float
    text: str
    line: int
    optional: bool = False


@dataclass(frozen=True)
class Source:
    """A problem as its author wrote it; exercises and questions are in the order of the file."""

    problem: str
    title: str
    reading: float
    machine: float
    path: Path
    cells: tuple[Cell, ...]
    exercises: Mapping[str, Exercise]
    questions: Mapping[str, Question]

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
    return sorted(path.stem for path in course.solutions.glob("[0-9][0-9]_*.py"))


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
        text = path.read_text(encoding="utf-8")
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
        cells = _cells(text)
        _refuse_marks(cells)
        title = _opening(cells)
        exercises, questions = _exercises(cells), _questions(cells)
        _refuse_leaks(cells)
    except _Refused as refusal:
        line, sentence = refusal.args
        raise SourceError(f"{label}:{line}: {sentence}") from None
    keys = title.keys
    return Source(
        path.stem,
        keys["title"],
        keys["reading"],
        keys["machine"],
        path,
        cells,
        MappingProxyType(exercises),
        MappingProxyType(questions),
    )


# Cells and their headers


def _cells(text: str) -> tuple[Cell, ...]:
    """Split a source into cells, each with its role and place."""
    lines = text.splitlines()
    markers = [row for row, line in enumerate(lines) if _MARKER.match(line)]
    if not markers:
        raise _Refused(1, "there is no cell; begin each one with a line # %%.")
    notebook = jupytext.reads(text, fmt="py:percent")
    before = len(notebook.cells) - len(markers)
    if before == 1:
        row = next(row for row, line in enumerate(lines) if line.strip())
        raise _Refused(row + 1, "there is text before the first cell; put it into a cell that begins with # %%.")
    if before:
        raise _Refused(
            markers[0] + 1, "a line that begins like a cell (# %%) stands inside a string or a fenced block; reword it."
        )
    return tuple(_cell(lines, row, cell, row == markers[0]) for row, cell in zip(markers, notebook.cells, strict=True))


def _cell(lines: list[str], row: int, cell: Any, first: bool) -> Cell:
    """Make a cell from what jupytext read behind the marker in `row`."""
    header = row + 1
    keys = {
        key: value for key, value in cell.metadata.items() if key not in ("lines_to_next_cell", "cell_marker", "region")
    }
    if "incorrectly_encoded_metadata" in keys:
        raise _Refused(header, 'the header cannot be read; write its keys as name="text" points=4 tags=["setup"].')
    if cell.cell_type not in ("code", "markdown"):
        raise _Refused(header, f"a {cell.cell_type} cell has no use here; make it markdown or code.")
    role = _role(cell.cell_type, keys, header, first)
    source = cell.source.strip("\n")
    start = row + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    script = "\n".join(lines[start : start + source.count("\n") + 1])
    _verify_header(role, keys, header)
    if not source.strip():
        raise _Refused(header, "the cell is empty; fill it or remove it.")
    return Cell(cell.cell_type, role, source, script, header, start + 1, MappingProxyType(keys))


def _role(kind: str, keys: Mapping[str, Any], line: int, first: bool) -> str:
    """What a cell is for, from the keys of its header."""
    tags = keys.get("tags", [])
    if kind == "markdown":
        named = [role for role in ("hints", "answer") if role in keys]
        if "tags" in keys and tags != ["notes"]:
            raise _Refused(line, f'a markdown cell may have tags=["notes"] only, and not {tags}.')
        named += ["notes"] if tags else []
        named += ["title"] if first else []
    else:
        named = [role for role in ("exercise", "check") if role in keys]
        unknown = [tag for tag in tags if tag not in _CODE_TAGS]
        if unknown:
            raise _Refused(line, f"the tag {unknown[0]!r} is unknown; the tags of code are {', '.join(_CODE_TAGS)}.")
        named += tags
    if len(named) > 1:
        raise _Refused(line, f"the cell is both {named[0]} and {named[1]}; split it.")
    if named:
        return named[0]
    if kind == "code":
        unknown = sorted(set(keys) - set().union(*(a | b for a, b in _KEYS.values())))
        if unknown:
            raise _Refused(line, f"the key {unknown[0]!r} is unknown; the keys are {', '.join(_all_keys())}.")
        raise _Refused(line, 'a code cell needs a role: exercise="NAME", check="NAME" or one of the tags ' + _tags())
    return "prose"


def _all_keys() -> list[str]:
    return sorted(set().union(*(required | allowed for required, allowed in _KEYS.values())))


def _tags() -> str:
    return ", ".join(f'["{tag}"]' for tag in _CODE_TAGS) + "."


def _verify_header(role: str, keys: Mapping[str, Any], line: int) -> None:
    """Refuse keys that are unknown to the role, missing, or of no sensible value."""
    required, allowed = _KEYS[role]
    unknown = [key for key in keys if key not in required | allowed]
    if unknown:
        may = ", ".join(sorted(required | allowed)) or "no keys"
        kind = "prose" if role == "prose" else f"a cell of the kind {role}"
        raise _Refused(line, f"the key {unknown[0]!r} is unknown here; {kind} takes {may}.")
    missing = sorted(required - set(keys))
    if missing:
        what = f"{role} {keys[role]!r}" if role in keys else f"{role} cell"
        raise _Refused(line, f"the {what} lacks {missing[0]}; add {missing[0]}=… to the header.")
    for key in ("points", "minutes", "lines"):
        if key in keys and not _positive(keys[key], whole=key == "lines"):
            number = "whole number" if key == "lines" else "number"
            raise _Refused(line, f"{key} must be a positive {number}, and not {keys[key]!r}.")
    for key in ("reading", "machine"):
        if key in keys and not (keys[key] == 0 or _positive(keys[key])):
            raise _Refused(line, f"{key} must be a number of minutes, and not {keys[key]!r}.")
    if not isinstance(keys.get("optional", False), bool):
        raise _Refused(line, f"optional must be true or false, and not {keys['optional']!r}.")
    for key in ("exercise", "check", "hints", "answer", "expected"):
        if key in keys and not (isinstance(keys[key], str) and _NAME.fullmatch(keys[key])):
            raise _Refused(
                line, f"{key} must be a name of at most 49 letters, digits and underscores, and not {keys[key]!r}."
            )


def _positive(value: Any, whole: bool = False) -> bool:
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    return number and 0 < value < math.inf


# What belongs together


def _opening(cells: tuple[Cell, ...]) -> Cell:
    """The first cell; verifies that there is one and one parameters cell."""
    first = cells[0]
    if first.role != "title":
        raise _Refused(first.header, 'the first cell must be # %% [markdown] title="…" reading=… machine=….')
    parameters = [cell for cell in cells if cell.role == "parameters"]
    if len(parameters) != 1:
        line = parameters[1].header if parameters else first.header
        raise _Refused(line, f'there must be one cell with tags=["parameters"], and there are {len(parameters)}.')
    return first


def _exercises(cells: tuple[Cell, ...]) -> dict[str, Exercise]:
    """Match exercises with their checks and hints."""
    _refuse_duplicates(cells)
    of = {role: {} for role in ("exercise", "check", "hints")}
    for cell in cells:
        if cell.role not in of:
            continue
        if cell.role != "exercise" and cell.name not in of["exercise"]:
            later = any(other.role == "exercise" and other.name == cell.name for other in cells)
            place = "stands before its exercise; move it behind" if later else "belongs to no exercise of that name"
            kind = "check" if cell.role == "check" else "hints cell"
            raise _Refused(cell.header, f"the {kind} {cell.name!r} {place}.")
        if cell.name in of[cell.role]:
            raise _Refused(cell.header, f"exercise {cell.name!r} already has its {cell.role}; keep one.")
        of[cell.role][cell.name] = cell
    for cell in of["hints"].values():
        hints(cell)
    return {name: _exercise(cell, of["check"].get(name)) for name, cell in of["exercise"].items()}


def _refuse_duplicates(cells: tuple[Cell, ...]) -> None:
    """Names become file names and grade ids, some of which ignore case."""
    seen: dict[str, Cell] = {}
    for cell in cells:
        if not cell.graded:
            continue
        if cell.name.lower() == "start":
            raise _Refused(cell.header, f"the name {cell.name!r} is taken by the build; choose another.")
        earlier = seen.setdefault(cell.name.lower(), cell)
        if earlier is not cell:
            raise _Refused(
                cell.header,
                f"the name {cell.name!r} is taken by the {earlier.role} in line {earlier.header}; rename one.",
            )
    pictures: dict[str, Cell] = {}
    for cell in cells:
        name = cell.keys.get("expected", "").lower()
        if name and pictures.setdefault(name, cell) is not cell:
            raise _Refused(
                cell.header, f"the picture {name!r} is made in line {pictures[name].header} already; rename one."
            )


def _exercise(cell: Cell, check: Cell | None) -> Exercise:
    """Verify an exercise cell and its check."""
    keys = cell.keys
    if check is None:
        raise _Refused(cell.header, f'exercise {cell.name!r} has no check; add a cell # %% check="{cell.name}".')
    _verify_regions(cell)
    solution, stub = _tree(cell, cell.source, "the solution"), _tree(cell, cell.visible(), "the stub")
    for tree, what in ((solution, "the cell"), (stub, "the stub (the cell without the solution)")):
        if not any(isinstance(node, _DEFINITIONS) and node.name == cell.name for node in tree.body):
            raise _Refused(cell.line, f"{what} defines no function or class {cell.name!r}, the exercise's name.")
    if _raises_at_once(stub.body):
        raise _Refused(
            cell.hidden()[0][0] - 1,
            "the region stands outside a function, so its stub would raise as soon as the cell runs; move it inside.",
        )
    _verify_check(check)
    return Exercise(
        cell.name,
        keys["points"],
        keys["minutes"],
        keys["lines"],
        keys.get("optional", False),
        cell.source,
        check.source,
        cell.header,
    )


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _tree(cell: Cell, text: str, what: str) -> ast.Module:
    """Parse a cell's text, or refuse it at the line of the file that has the mistake."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = cell.hidden()[0][0] - 1 if what == "the stub" else cell.line + (error.lineno or 1) - 1
        raise _Refused(line, f"{what} of {cell.name!r} is a syntax error ({error.msg}).") from None


def _raises_at_once(body: list[ast.stmt]) -> bool:
    """Whether a stub's `raise NotImplementedError()` runs with the cell, and not first when students call it."""
    for node in body:
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        blocks = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
        if any(_raises_at_once(block) for block in blocks if isinstance(block, list)):
            return True
    return False


def _verify_check(cell: Cell) -> None:
    """A check cell is one call, to which the build adds the points."""
    wanted = f"checks.MODULE.{cell.name}({cell.name})"
    try:
        tree = ast.parse(cell.source)
        comments = [token for token in _tokens(cell.source) if token.type == tokenize.COMMENT]
    except (SyntaxError, tokenize.TokenError):
        raise _Refused(cell.line, f"the check of {cell.name!r} is no Python; write only {wanted}.") from None
    match tree.body:
        case [
            ast.Expr(
                ast.Call(
                    func=ast.Attribute(value=ast.Attribute(value=ast.Name("checks")), attr=name),
                    args=[ast.Name(argument)],
                    keywords=[],
                )
            )
        ] if name == argument == cell.name and not comments:
            return
    raise _Refused(cell.line, f"the check of {cell.name!r} must be the call {wanted} and nothing else.")


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def hints(cell: Cell) -> list[str]:
    """The three items of a hints cell, as markdown.

    Raises:
        _Refused: There are not three, or there is text beside the list.
    """
    items: list[list[str]] = []
    for row, line in enumerate(cell.source.split("\n")):
        start = re.match(r"([-*+]|\d+[.)])\s+(?=\S)", line)
        if start:
            items.append([line[start.end() :]])
        elif items and (not line.strip() or line.startswith("  ")):
            items[-1].append(line)
        elif line.strip():
            raise _Refused(
                cell.line + row, "hints are a plain list; begin each with a dash and indent what continues one."
            )
    if len(items) != HINTS:
        raise _Refused(
            cell.line,
            f"exercise {cell.name!r} has {len(items)} hints; write three: a nudge, the approach, and almost the line.",
        )
    return [(first + "\n" + textwrap.dedent("\n".join(rest))).strip() for first, *rest in items]


def _questions(cells: tuple[Cell, ...]) -> dict[str, Question]:
    """The written questions, each with its region below it."""
    found = {}
    for cell in cells:
        if cell.role != "answer":
            continue
        _verify_regions(cell)
        lines = cell.source.split("\n")
        begins = [row for row, line in enumerate(lines) if line.strip() == BEGIN]
        if len(begins) > 1:
            raise _Refused(cell.line + begins[1], f"question {cell.name!r} has two regions; put its answer into one.")
        text = "\n".join(lines[: begins[0]]).strip()
        if not text:
            raise _Refused(cell.line, f"question {cell.name!r} asks nothing; write the question above the region.")
        end = next(row for row, line in enumerate(lines) if line.strip() == END)
        if any(line.strip() for line in lines[end + 1 :]):
            raise _Refused(cell.line + end + 1, f"question {cell.name!r} has text below its region; move it above.")
        keys = cell.keys
        found[cell.name] = Question(
            cell.name, keys["points"], keys["minutes"], text, cell.header, keys.get("optional", False)
        )
    return found


# Solution regions


def _by_region(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each line that is no marker, with its row and whether it stands in a solution region."""
    inside = False
    for row, line in enumerate(text.split("\n")):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        else:
            yield row, line, inside


def cut(text: str, stub: str) -> str:
    """Replace each solution region as nbgrader does: by the stub, at the indentation of the region's first line."""
    kept, inside = [], False
    for line in text.split("\n"):
        if line.strip() == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + row for row in stub.split("\n")]
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def _verify_regions(cell: Cell) -> None:
    """Refuse regions that are missing, nested, unclosed or empty; lines that nbgrader would take for a marker too."""
    opened, filled, found = 0, False, False
    for row, line in enumerate(cell.source.split("\n")):
        number, text = cell.line + row, line.strip()
        if text == BEGIN:
            if opened:
                raise _Refused(number, f"a solution region is nested in the one that begins in line {opened}.")
            opened, filled, found = number, False, True
        elif text == END:
            if not opened:
                raise _Refused(number, "a solution region ends here that never began.")
            if not filled:
                raise _Refused(opened, "the solution region is empty.")
            opened = 0
        else:
            filled = filled or bool(text)
    if opened:
        raise _Refused(opened, f"the solution region is unclosed; end it with a line {END}.")
    if not found:
        raise _Refused(cell.line, f"{cell.role} {cell.name!r} has no solution region ({BEGIN} … {END}).")


# Leaks


def _refuse_leaks(cells: tuple[Cell, ...]) -> None:
    """Refuse whatever would show students a solution or a model answer."""
    names = {cell.name for cell in cells if cell.role == "exercise"}
    for cell in cells:
        if cell.kind == "code":
            _refuse_code(cell, names)
        for row, line, inside in _by_region(cell.source):
            if cell.kind == "markdown" and not inside and _MODEL_ANSWER.match(line):
                raise _Refused(
                    cell.line + row, "a model answer or rubric stands outside a solution region; students would see it."
                )
    _refuse_pictures(cells)
    visible = [(cell, _squeezed(cell.visible())) for cell in cells]
    for number, line in essential(cells):
        for cell, text in visible:
            if line in text:
                place = f"the {cell.role} cell of line {cell.header}"
                raise _Refused(number, f"this line of the solution stands also in {place}, where students see it.")


_MODEL_ANSWER = re.compile(r"[\s>#*_-]*(model answers?|rubrics?)\b[*_]*\s*(:|$)", re.IGNORECASE)
_NBGRADER_MARKS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|### (HASHED )?AUTOTEST", re.IGNORECASE)


def _refuse_marks(cells: tuple[Cell, ...]) -> None:
    """Refuse marks that nbgrader would act upon and that are not a region's, and stored pictures."""
    for cell in cells:
        for number, line in enumerate(cell.source.split("\n"), start=cell.line):
            mark = _NBGRADER_MARKS.search(line)
            if mark and "SOLUTION" not in mark[0].upper():
                raise _Refused(number, f"{mark[0]!r} is not used here; what a check tests belongs into helpers/checks.")
            if mark and line.strip() not in (BEGIN, END):
                raise _Refused(number, f"a region's marks stand alone on their lines, as {BEGIN} and {END}.")
            if mark and not cell.graded:
                raise _Refused(number, f"a solution region stands in a {cell.role} cell, where it has no use.")
            if "data:image/" in line or "attachment:" in line:
                raise _Refused(
                    number, 'a picture is stored in the source; let a plot cell make it with expected="NAME".'
                )


def _refuse_code(cell: Cell, names: set[str]) -> None:
    """Refuse code that does not parse, that imports what students do not have, or given code that is an exercise."""
    try:
        tree = ast.parse(cell.script)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise _Refused(line, f"the {cell.role} cell is a syntax error ({error.msg}).") from None
    for node in ast.walk(tree):
        for module in _imported(node):
            if re.match(r"(helpers\.grading|solutions|tests)(\.|$)", module):
                raise _Refused(cell.line + node.lineno - 1, f"students do not get {module}; do not import it.")
    for node in tree.body:
        if isinstance(node, _DEFINITIONS) and node.name in names and cell.role != "exercise":
            raise _Refused(
                cell.line + node.lineno - 1, f"{node.name!r} is an exercise, and this {cell.role} cell defines it."
            )


def _imported(node: ast.AST) -> list[str]:
    """The full names of the modules, and of what may be modules, that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    return []


_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]*)")
EXPECTED = re.compile(r"(?<![\w/.])expected/(?P<name>[\w-]+)\.png")


def _refuse_pictures(cells: tuple[Cell, ...]) -> None:
    """Every picture has an alternative text, and every expected one a plot cell that makes it."""
    made = {cell.keys["expected"] for cell in cells if "expected" in cell.keys}
    for cell in cells:
        if cell.kind != "markdown":
            continue
        for row, line in enumerate(cell.source.split("\n")):
            if any(not picture["alt"].strip() for picture in _PICTURE.finditer(line)):
                raise _Refused(cell.line + row, "the picture needs an alternative text between the brackets.")
            for picture in EXPECTED.finditer(line):
                if picture["name"] not in made:
                    raise _Refused(
                        cell.line + row, f'{picture[0]} is made by no plot cell; give one expected="{picture["name"]}".'
                    )


_HEADER = re.compile(
    r"(def|class|for|while|with|if|elif|else|try|except|finally|import|from|assert|raise|print)\b|[@#]"
)
_TARGET = re.compile(r"(return|yield)\b|[A-Za-z_][\w.]*(\s*:[^=]+)?\s*=(?!=)")
_OPERATION = re.compile(r"\*\*|//|<<|>>|[<>=!]=|[-+*/%@<>&|^~\[]|\((?!\))|\b(?:if|for|lambda)\b")


def essential(cells: tuple[Cell, ...]) -> list[tuple[int, str]]:
    """The lines of all solutions that give an answer away, without their spaces, and their numbers in the file.

    Of code that is a line's right-hand side when it does at least two things (calls with arguments, indices,
    operators) in twelve characters; of a model answer every line of thirty.
    """
    found = []
    for cell in cells:
        for number, line in cell.hidden():
            if cell.kind == "markdown":
                text, enough = _squeezed(line), 30
            else:
                text, enough = _right_hand_side(line), 12
            if len(text) >= enough:
                found.append((number, text))
    return found


def _right_hand_side(line: str) -> str:
    """The part of a line of code that computes, without spaces, or "" when any program might hold it."""
    text = re.sub(r"\s#.*$", "", line.strip())
    if _HEADER.match(text):
        return ""
    target = _TARGET.match(text)
    text = text[target.end() :] if target else text
    return _squeezed(text) if len(_OPERATION.findall(text)) >= 2 else ""


def _squeezed(text: str) -> str:
    return "".join(text.split())


# Execution


def solution_namespace(
    problem: str | Path, course: Course = COURSE, preset: str = "smoke", dataset: str = "digits"
) -> dict[str, Any]:
    """Execute parameters, setup and solved exercises in a fresh namespace and return it.

    Runs of the namespace write only into a temporary folder, which lives as long as the namespace does.
    """
    return _execute(load(problem, course), ("parameters", "setup", "exercise"), preset, dataset)


def setup_namespace(
    problem: str | Path, course: Course = COURSE, preset: str = "smoke", dataset: str = "digits"
) -> dict[str, Any]:
    """Execute parameters and setup cells only: what an answer to an exercise finds around it."""
    return _execute(load(problem, course), ("parameters", "setup"), preset, dataset)


def _execute(source: Source, roles: tuple[str, ...], preset: str, dataset: str) -> dict[str, Any]:
    """Run the cells of these roles; line numbers in tracebacks are those of the source."""
    folder = _Folder()
    namespace = {"__name__": "__main__", "__file__": str(source.path), "__folder__": folder}
    environment = {
        "WORKBOOK_PRESET": preset,
        "WORKBOOK_DATASET": dataset,
        "WORKBOOK_HEADLESS": "1",
        "WORKBOOK_RUN_DIR": folder.path,
    }
    with _environment(environment), contextlib.chdir(folder.path), contextlib.redirect_stdout(io.StringIO()):
        for cell in source.cells:
            if cell.role in roles:
                exec(compile("\n" * (cell.line - 1) + cell.script, str(source.path), "exec"), namespace)
    return namespace


class _Folder:
    """A temporary folder that goes when nothing refers to it, at the latest with the process."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="workbook-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
