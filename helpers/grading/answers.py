"""The corpus that judges the checks: right and wrong answers, written by hand, side by side in one file per exercise.

    tests/answers/02_pixelcnn/causal_mask.py

    # %% right="two slices"
    def causal_mask(kernel_size, mask_type): ...

    # %% wrong="types A and B confused" fails="the centre is hidden in A (3 x 3)"
    def causal_mask(kernel_size, mask_type): ...

`fails` names the item of the report that must be among the failed ones, so that the advice meets the mistake. Beside
the files, `equivalent.toml` says which generated mutants are right answers too, and which exercises are too small for
the usual number of answers:

    [small]
    gate = "One line; these are all the ways to get it wrong."

    [[causal_mask]]
    mutant = "return mask -> return mask.float()"
    why = "The mask is a float tensor already."
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import WorkbookError
from helpers.grading.source import COURSE, Course, Source

_HEADER = re.compile(r"#\s*%%\s*(?P<keys>.*)")
_KEY = re.compile(r'\s*(?P<key>\w+)="(?P<text>[^"]*)"')


class AnswerError(WorkbookError):
    """An answer that cannot be judged: "file:line: what is wrong and what to do"."""


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise.

    Attributes:
        exercise: The exercise's name.
        label: A few words that tell it from the others of its exercise.
        right: Whether the check must accept it.
        fails: Of a wrong answer the item that must be among the failed ones, else "".
        code: What is executed.
        file: The file as messages show it.
        line: The number of the code's first line.
    """

    exercise: str
    label: str
    right: bool
    fails: str
    code: str
    file: str
    line: int

    def __str__(self) -> str:
        """Where it stands and what it is, as messages begin."""
        return f'{self.file}:{self.line}: the {"right" if self.right else "wrong"} answer "{self.label}"'


@dataclass(frozen=True)
class Corpus:
    """The answers to a problem's exercises.

    Attributes:
        answers: The answers by exercise, in the order of their files.
        equivalent: By exercise, mutants that are right answers, each with the reason.
        small: Exercises too small for the usual number of answers, each with the reason.
        file: The name of the file that holds the last two, as messages show it.
    """

    answers: Mapping[str, tuple[Answer, ...]]
    equivalent: Mapping[str, Mapping[str, str]]
    small: Mapping[str, str]
    file: str


def load(source: Source, exercises: Collection[str], course: Course = COURSE) -> Corpus:
    """Read the answers to some exercises of a problem.

    Raises:
        AnswerError: A file cannot be used; "file:line: sentence".
    """
    folder = course.root / "tests" / "answers" / source.problem
    for path in sorted(folder.glob("*.py")):
        if path.stem not in source.exercises:
            raise AnswerError(
                f"{_label(path, course)}:1: {source.problem} has no exercise {path.stem!r}; name the file after one."
            )
    answers = {name: _read(folder / f"{name}.py", course) for name in exercises}
    path = folder / "equivalent.toml"
    small, equivalent = _exceptions(path, _label(path, course), source)
    return Corpus(answers, equivalent, small, _label(path, course))


def _label(path: Path, course: Course) -> str:
    """The path as messages show it."""
    return path.relative_to(course.root).as_posix()


def _read(path: Path, course: Course) -> tuple[Answer, ...]:
    """All answers of one file; none where there is no file."""
    if not path.is_file():
        return ()
    file = _label(path, course)
    answers, seen = [], {}
    for number, keys, line, code in _cells(path.read_text(encoding="utf-8"), file):
        answer = _answer(path.stem, number, keys, line, code, file)
        if answer.label in seen:
            raise AnswerError(
                f"{file}:{number}: the label {answer.label!r} is taken by line {seen[answer.label]}; choose another."
            )
        seen[answer.label] = number
        answers.append(answer)
    return tuple(answers)


def _cells(text: str, file: str) -> Iterator[tuple[int, str, int, str]]:
    """Each cell as the number of its header's line, the header's keys, the number of its first line and its code."""
    lines = text.splitlines()
    headers = [(row, match) for row, line in enumerate(lines) if (match := _HEADER.match(line))]
    for row, line in enumerate(lines[: headers[0][0]] if headers else lines):
        if line.strip() and not line.startswith("#"):
            raise AnswerError(f'{file}:{row + 1}: code stands before the first cell; begin it with # %% right="…".')
    ends = [row for row, _ in headers[1:]] + [len(lines)]
    for (row, match), end in zip(headers, ends, strict=True):
        yield row + 1, match["keys"].strip(), row + 2, "\n".join(lines[row + 1 : end]).rstrip() + "\n"


def _answer(exercise: str, number: int, text: str, line: int, code: str, file: str) -> Answer:
    """Make an answer of a cell, or refuse it."""
    keys = {match["key"]: match["text"] for match in _KEY.finditer(text)}
    if _KEY.sub("", text).strip() or set(keys) not in ({"right"}, {"wrong"}, {"wrong", "fails"}):
        raise AnswerError(
            f'{file}:{number}: the header cannot be read; write # %% right="…" or # %% wrong="…" fails="…".'
        )
    label = keys.get("right", keys.get("wrong", ""))
    if not label.strip():
        raise AnswerError(f"{file}:{number}: the answer has no label; say in a few words what it is.")
    if "wrong" in keys and not keys.get("fails", "").strip():
        raise AnswerError(
            f'{file}:{number}: the wrong answer {label!r} does not say what it fails; add fails="an item\'s name".'
        )
    try:
        defined = set(_defined(ast.parse(code)))
    except SyntaxError as error:
        raise AnswerError(
            f"{file}:{line + (error.lineno or 1) - 1}: the answer {label!r} is a syntax error ({error.msg})."
        ) from None
    if exercise not in defined:
        raise AnswerError(f"{file}:{number}: the answer {label!r} defines no {exercise}; the exercise asks for it.")
    return Answer(exercise, label, "right" in keys, keys.get("fails", ""), code, file, line)


def _defined(tree: ast.Module) -> Iterator[str]:
    """The names that a cell defines."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _exceptions(path: Path, file: str, source: Source) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What `equivalent.toml` says: small exercises, and equivalent mutants by exercise."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except tomllib.TOMLDecodeError as error:
        raise AnswerError(f"{file}: it is no TOML ({error}).") from None
    small = content.pop("small", {})
    for name in [*small, *content]:
        if name not in source.exercises:
            raise AnswerError(f"{file}: {source.problem} has no exercise {name!r}; remove it or correct its name.")
    for name, why in small.items():
        _require_reason(why, f"{file}: small.{name}")
    equivalent: dict[str, dict[str, str]] = {}
    for name, entries in content.items():
        for entry in entries:
            if not isinstance(entry, dict) or set(entry) != {"mutant", "why"}:
                raise AnswerError(f'{file}: an entry of {name} is not of the form mutant = "…", why = "…".')
            _require_reason(entry["why"], f"{file}: {name}, {entry['mutant']!r}")
            equivalent.setdefault(name, {})[entry["mutant"]] = entry["why"]
    return small, equivalent


def _require_reason(why: object, place: str) -> None:
    if not (isinstance(why, str) and why.strip()):
        raise AnswerError(f"{place}: the reason is missing; say why in a sentence.")
