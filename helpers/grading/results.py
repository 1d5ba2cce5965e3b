"""What grading found: one result per submission, kept as a file of its own that is replaced at once or not at all.

    build/grades/results/<problem>/<student>.json            the current result
    build/grades/results/<problem>/earlier/<student>-<key>.json   what it replaced
    build/grades/notebooks/<problem>/<student>.ipynb            the whole notebook that was graded
    build/grades/grades.csv                                  a row per question, made from the current results

A result carries the key of what it depends on (the submission's bytes, the release, the checks), so that a killed run
goes on where it was and nothing is graded twice. A student's name becomes a file name that can be read back.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.checks.report import Item, fraction_of
from helpers.grading.build import write_atomically

GRADED = "graded"  # every exercise was asked
TIMEOUT = "timeout"  # the student's code took too long somewhere; the other exercises have their points
CRASH = "crash"  # the student's code ended its process or used up its memory; the others have their points
INVALID = "invalid"  # no notebook of this workbook could be read
SET_ASIDE = "set aside"  # a person has to look, such as at code for a newer Python
GRADER_ERROR = "grader error"  # our own fault or the machine's: no grade at all, and never a zero
STATES = (GRADED, TIMEOUT, CRASH, INVALID, SET_ASIDE, GRADER_ERROR)
FINAL = (GRADED, TIMEOUT, CRASH, INVALID, SET_ASIDE)

NOT_ANSWERED = "Not answered."  # the trouble of a written question that was left blank

CSV_COLUMNS = ("student", "problem", "question", "earned", "points", "by hand", "state", "sandbox", "advice")


@dataclass(frozen=True)
class Question:
    """One exercise or written question of a submission.

    Attributes:
        name: The exercise's or the question's name.
        points: What it is worth.
        items: The check's items; empty for a written question, and where the check could not be asked.
        by_hand: Whether a person gives its points.
        trouble: Why the check could not be asked, or what the exercise's cell raised; else "".
        spoken: What the student's code printed while it was asked.
        seconds: How long that took.
        optional: Whether the notebook is complete without it.
        answer: Of a written question the sha256 of the answer, so that a regrade knows a new one.
    """

    name: str
    points: float
    items: tuple[Item, ...] = ()
    by_hand: bool = False
    trouble: str = ""
    spoken: str = ""
    seconds: float = 0.0
    optional: bool = False
    answer: str = ""

    @property
    def earned(self) -> float | None:
        """The automatic points; None where a person gives them."""
        return None if self.by_hand else round(self.points * fraction_of(self.items), 4)

    @property
    def advice(self) -> str:
        """What the student should think about first; "" where nothing failed."""
        failed = next((item for item in self.items if not item.passed), None)
        if failed is None:
            return self.trouble
        return " ".join(part for part in (self.trouble, f"{failed.name}: {failed.reason} {failed.advice}") if part)


@dataclass(frozen=True)
class Result:
    """What grading one submission found.

    Attributes:
        student: The student's name or number, as nbgrader's gradebook knows it.
        problem: The problem's name.
        state: One of `STATES`.
        detail: A sentence on the state; "" where there is nothing to say.
        sandbox: The level of the sandbox that the code ran in.
        key: What the result depends on, as a sha256.
        seed: What the inputs were drawn from.
        questions: In the order of the notebook; empty where there is no grade.
        repairs: What was put right in the file, a sentence each.
        seconds: How long grading took.
        file: Where the submission came from, as a person finds it.
        date: When it was graded, ISO 8601 with the time zone.
    """

    student: str
    problem: str
    state: str
    detail: str = ""
    sandbox: str = ""
    key: str = ""
    seed: int = 0
    questions: tuple[Question, ...] = ()
    repairs: tuple[str, ...] = ()
    seconds: float = 0.0
    file: str = ""
    date: str = ""

    @property
    def earned(self) -> float:
        """The automatic points together."""
        return round(sum(question.earned or 0.0 for question in self.questions), 4)

    @property
    def points(self) -> float:
        """What the automatic questions are worth together."""
        return sum(question.points for question in self.questions if not question.by_hand)

    @property
    def has_grade(self) -> bool:
        """Whether there are points to hand on: not where nobody could read the file or the grader failed."""
        return self.state in (GRADED, TIMEOUT, CRASH)


def to_json(result: Result) -> dict[str, Any]:
    """The result as its file holds it; earned points are written out for whoever reads the file."""
    content = asdict(result)
    for written, question in zip(content["questions"], result.questions, strict=True):
        written["earned"] = question.earned
    return content | {"earned": result.earned, "points": result.points}


def from_json(content: dict[str, Any]) -> Result:
    """The result that `to_json` wrote."""
    content = {name: value for name, value in content.items() if name not in ("earned", "points")}
    questions = []
    for question in content.pop("questions"):
        question = {name: value for name, value in question.items() if name != "earned"}
        items = tuple(Item(**item) for item in question.pop("items"))
        questions.append(Question(items=items, **question))
    return Result(questions=tuple(questions), repairs=tuple(content.pop("repairs")), **content)


def file_name(student: str) -> str:
    """A student's name as a file name: letters of every script stay, what file systems or nbgrader refuse is quoted."""

    def shown(place: int, letter: str) -> str:
        if letter.isalnum() or letter in "-_" or (letter in ". " and place > 0):
            return letter
        return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8"))

    return "".join(shown(place, letter) for place, letter in enumerate(student)) or "%"


class Store:
    """The results in a folder."""

    def __init__(self, folder: Path):
        """Use this folder; it is made when the first result is written."""
        self.folder = folder

    def path(self, student: str, problem: str) -> Path:
        """Where a student's current result lies."""
        return self.folder / "results" / problem / f"{file_name(student)}.json"

    def get(self, student: str, problem: str) -> Result | None:
        """A student's current result; None where there is none that can be read."""
        try:
            return from_json(json.loads(self.path(student, problem).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, result: Result) -> None:
        """Keep a result in place of the student's earlier one, which stays beside it where it differs."""
        path = self.path(result.student, result.problem)
        earlier = self.get(result.student, result.problem)
        if earlier is not None and earlier.key != result.key:
            kept = path.parent / "earlier" / f"{path.stem}-{earlier.key[:12]}.json"
            write_atomically(kept, path.read_bytes())
        text = json.dumps(to_json(result), indent=1, ensure_ascii=False) + "\n"
        write_atomically(path, text.encode("utf-8"))

    def put_notebook(self, result: Result, notebook: str) -> None:
        """Keep the whole notebook that was graded, as JSON: to be replayed, and to be read."""
        write_atomically(self.notebook(result.student, result.problem), notebook.encode("utf-8"))

    def notebook(self, student: str, problem: str) -> Path:
        """Where the whole notebook of a student's current result lies."""
        return self.folder / "notebooks" / problem / f"{file_name(student)}.ipynb"

    def all(self) -> Iterator[Result]:
        """Every current result that can be read, by problem and student."""
        for path in sorted((self.folder / "results").glob("*/*.json")):
            try:
                yield from_json(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, KeyError):
                continue

    def write_csv(self) -> Path:
        """Write grades.csv anew; with a byte-order mark, so that spreadsheets show every script's names right."""
        path = self.folder / "grades.csv"
        write_atomically(path, csv_of(self.all()).encode("utf-8-sig"))
        return path


def now() -> str:
    """The time as results bear it."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def csv_of(results: Iterable[Result]) -> str:
    """A row per question of every submission; one row with the state where there are no questions."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for result in results:
        about = (result.state, result.sandbox)
        if not result.has_grade:
            writer.writerow(map(_harmless, (result.student, result.problem, "", "", "", "", *about, result.detail)))
            continue
        for question in result.questions:
            earned = "" if question.earned is None else f"{question.earned:g}"
            by_hand = "yes" if question.by_hand else ""
            row = (result.student, result.problem, question.name, earned, f"{question.points:g}", by_hand)
            writer.writerow(map(_harmless, (*row, *about, question.advice)))
    return text.getvalue()


def _harmless(field: str) -> str:
    """A field that no spreadsheet takes for a formula: students choose their names, and their code writes messages."""
    return f"'{field}" if field[:1] in ("=", "+", "-", "@", "\t", "\r") else field
