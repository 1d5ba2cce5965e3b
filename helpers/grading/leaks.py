"""What students must not see: a solution outside its region, a model answer, stray marks, the grader's own modules.

A line of a solution leaks when it stands, spaces aside, anywhere in what students see; `essential` says of which lines
that matters, since `return x` gives nothing away.
"""

from __future__ import annotations

import ast
import re

from helpers.grading.cells import Cell, Refused
from helpers.grading.exercises import DEFINITIONS
from helpers.grading.regions import BEGIN, END, by_region

_MARKS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|### (HASHED )?AUTOTEST", re.IGNORECASE)
_MODEL_ANSWER = re.compile(r"[\s>#*_-]*(model answers?|rubrics?)\b[*_]*\s*(:|$)", re.IGNORECASE)
_NOT_FOR_STUDENTS = re.compile(r"(helpers\.grading|solutions|tests)(\.|$)")


def refuse_marks(cells: tuple[Cell, ...]) -> None:
    """Refuse marks that nbgrader would act upon and that are not a region's, and stored pictures.

    Raises:
        Refused: There is one.
    """
    for cell in cells:
        for number, line in enumerate(cell.source.split("\n"), start=cell.line):
            mark = _MARKS.search(line)
            if mark and "SOLUTION" not in mark[0].upper():
                raise Refused(number, f"{mark[0]!r} is not used here; what a check tests belongs into helpers/checks.")
            if mark and line.strip() not in (BEGIN, END):
                raise Refused(number, f"a region's marks stand alone on their lines, as {BEGIN} and {END}.")
            if mark and not cell.graded:
                raise Refused(number, f"a solution region stands in a {cell.role} cell, where it has no use.")
            if "data:image/" in line or "attachment:" in line:
                raise Refused(
                    number, 'a picture is stored in the source; let a plot cell make it with expected="NAME".'
                )


def refuse_foreign(cells: tuple[Cell, ...]) -> None:
    """Refuse what has no place outside the regions: an exercise's definition, the grader's modules, a model answer.

    Raises:
        Refused: There is such a line, or code that does not parse.
    """
    names = {cell.name for cell in cells if cell.role == "exercise"}
    for cell in cells:
        if cell.kind == "code":
            _refuse_code(cell, names)
        else:
            _refuse_model_answer(cell)


def _refuse_code(cell: Cell, names: set[str]) -> None:
    """Refuse code that does not parse, that imports what students do not have, or given code that is an exercise."""
    try:
        tree = ast.parse(cell.script)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise Refused(line, f"the {cell.role} cell is a syntax error ({error.msg}).") from None
    for node in ast.walk(tree):
        for module in _imported(node):
            if _NOT_FOR_STUDENTS.match(module):
                raise Refused(cell.line + node.lineno - 1, f"students do not get {module}; do not import it.")
    for node in tree.body:
        if isinstance(node, DEFINITIONS) and node.name in names and cell.role != "exercise":
            raise Refused(
                cell.line + node.lineno - 1, f"{node.name!r} is an exercise, and this {cell.role} cell defines it."
            )


def _imported(node: ast.AST) -> list[str]:
    """The full names of the modules, and of what may be modules, that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def _refuse_model_answer(cell: Cell) -> None:
    for row, line, inside in by_region(cell.source):
        if not inside and _MODEL_ANSWER.match(line):
            raise Refused(
                cell.line + row, "a model answer or rubric stands outside a solution region; students would see it."
            )


def refuse_solved(cells: tuple[Cell, ...]) -> None:
    """Refuse an essential line of a solution wherever students see it.

    Raises:
        Refused: There is one.
    """
    visible = [(cell, _squeezed(cell.visible())) for cell in cells]
    for number, line in essential(cells):
        for cell, text in visible:
            if line in text:
                place = f"the {cell.role} cell of line {cell.header}"
                raise Refused(number, f"this line of the solution stands also in {place}, where students see it.")


# Lines that give an answer away

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
