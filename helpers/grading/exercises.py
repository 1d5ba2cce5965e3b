"""What students write: exercises, each with its check and its hints, and questions, each with its model answer."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass

from helpers.grading.cells import Cell, Refused
from helpers.grading.regions import BEGIN, END

HINTS = 3
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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


def refuse_taken_names(cells: tuple[Cell, ...]) -> None:
    """Refuse two exercises or questions of one name: names become file names and grade ids, some of which ignore case.

    Raises:
        Refused: The name is another's, or the build's own.
    """
    seen: dict[str, Cell] = {}
    for cell in cells:
        if not cell.graded:
            continue
        if cell.name.lower() == "start":
            raise Refused(cell.header, f"the name {cell.name!r} is taken by the build; choose another.")
        earlier = seen.setdefault(cell.name.lower(), cell)
        if earlier is not cell:
            raise Refused(
                cell.header,
                f"the name {cell.name!r} is taken by the {earlier.role} in line {earlier.header}; rename one.",
            )


# Exercises


def exercises_of(cells: tuple[Cell, ...]) -> dict[str, Exercise]:
    """The exercises by name, matched with their checks and hints.

    Raises:
        Refused: A part is missing, misplaced or malformed.
    """
    of: dict[str, dict[str, Cell]] = {role: {} for role in ("exercise", "check", "hints")}
    for cell in cells:
        if cell.role not in of:
            continue
        if cell.role != "exercise" and cell.name not in of["exercise"]:
            _refuse_stray(cell, cells)
        if cell.name in of[cell.role]:
            raise Refused(cell.header, f"exercise {cell.name!r} already has its {cell.role}; keep one.")
        of[cell.role][cell.name] = cell
    for cell in of["hints"].values():
        hints(cell)
    return {name: _exercise(cell, of["check"].get(name)) for name, cell in of["exercise"].items()}


def _refuse_stray(cell: Cell, cells: tuple[Cell, ...]) -> None:
    """A check or hints cell has no exercise above it."""
    later = any(other.role == "exercise" and other.name == cell.name for other in cells)
    place = "stands before its exercise; move it behind" if later else "belongs to no exercise of that name"
    kind = "check" if cell.role == "check" else "hints cell"
    raise Refused(cell.header, f"the {kind} {cell.name!r} {place}.")


def _exercise(cell: Cell, check: Cell | None) -> Exercise:
    """Verify an exercise cell and its check."""
    if check is None:
        raise Refused(cell.header, f'exercise {cell.name!r} has no check; add a cell # %% check="{cell.name}".')
    _verify_regions(cell)
    _verify_definition(cell)
    _verify_check(check)
    keys = cell.keys
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


def _verify_definition(cell: Cell) -> None:
    """Solution and stub both define the exercise, and the stub raises only when it is called."""
    solution, stub = _tree(cell, cell.source, "the solution"), _tree(cell, cell.visible(), "the stub")
    for tree, what in ((solution, "the cell"), (stub, "the stub (the cell without the solution)")):
        if not any(isinstance(node, DEFINITIONS) and node.name == cell.name for node in tree.body):
            raise Refused(cell.line, f"{what} defines no function or class {cell.name!r}, the exercise's name.")
    if _raises_at_once(stub.body):
        raise Refused(
            cell.hidden()[0][0] - 1,
            "the region stands outside a function, so its stub would raise as soon as the cell runs; move it inside.",
        )


def _tree(cell: Cell, text: str, what: str) -> ast.Module:
    """Parse a cell's text, or refuse it at the line of the file that has the mistake."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = cell.hidden()[0][0] - 1 if what == "the stub" else cell.line + (error.lineno or 1) - 1
        raise Refused(line, f"{what} of {cell.name!r} is a syntax error ({error.msg}).") from None


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
        raise Refused(cell.line, f"the check of {cell.name!r} is no Python; write only {wanted}.") from None
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
    raise Refused(cell.line, f"the check of {cell.name!r} must be the call {wanted} and nothing else.")


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def hints(cell: Cell) -> list[str]:
    """The three items of a hints cell, as markdown.

    Raises:
        Refused: There are not three, or there is text beside the list.
    """
    items: list[list[str]] = []
    for row, line in enumerate(cell.source.split("\n")):
        start = re.match(r"([-*+]|\d+[.)])\s+(?=\S)", line)
        if start:
            items.append([line[start.end() :]])
        elif items and (not line.strip() or line.startswith("  ")):
            items[-1].append(line)
        elif line.strip():
            raise Refused(
                cell.line + row, "hints are a plain list; begin each with a dash and indent what continues one."
            )
    if len(items) != HINTS:
        raise Refused(
            cell.line,
            f"exercise {cell.name!r} has {len(items)} hints; write three: a nudge, the approach, and almost the line.",
        )
    return [(first + "\n" + textwrap.dedent("\n".join(rest))).strip() for first, *rest in items]


# Questions


def questions_of(cells: tuple[Cell, ...]) -> dict[str, Question]:
    """The written questions by name, each with its region below it.

    Raises:
        Refused: A question asks nothing, or its answer is not in one region at its end.
    """
    return {cell.name: _question(cell) for cell in cells if cell.role == "answer"}


def _question(cell: Cell) -> Question:
    """Verify an answer cell."""
    _verify_regions(cell)
    lines = cell.source.split("\n")
    begins = [row for row, line in enumerate(lines) if line.strip() == BEGIN]
    if len(begins) > 1:
        raise Refused(cell.line + begins[1], f"question {cell.name!r} has two regions; put its answer into one.")
    text = "\n".join(lines[: begins[0]]).strip()
    if not text:
        raise Refused(cell.line, f"question {cell.name!r} asks nothing; write the question above the region.")
    end = next(row for row, line in enumerate(lines) if line.strip() == END)
    if any(line.strip() for line in lines[end + 1 :]):
        raise Refused(cell.line + end + 1, f"question {cell.name!r} has text below its region; move it above.")
    keys = cell.keys
    return Question(cell.name, keys["points"], keys["minutes"], text, cell.header, keys.get("optional", False))


# Their regions


def _verify_regions(cell: Cell) -> None:
    """Refuse regions that are missing, nested, unclosed or empty."""
    opened, filled, found = 0, False, False
    for row, line in enumerate(cell.source.split("\n")):
        number, text = cell.line + row, line.strip()
        if text == BEGIN:
            if opened:
                raise Refused(number, f"a solution region is nested in the one that begins in line {opened}.")
            opened, filled, found = number, False, True
        elif text == END:
            if not opened:
                raise Refused(number, "a solution region ends here that never began.")
            if not filled:
                raise Refused(opened, "the solution region is empty.")
            opened = 0
        else:
            filled = filled or bool(text)
    if opened:
        raise Refused(opened, f"the solution region is unclosed; end it with a line {END}.")
    if not found:
        raise Refused(cell.line, f"{cell.role} {cell.name!r} has no solution region ({BEGIN} … {END}).")
