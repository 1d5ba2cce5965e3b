"""What grading found: one result per submission, kept as a file of its own that is replaced at once or not at all.

    build/grades/results/<problem>/<student>.json               the current result
    build/grades/results/<problem>/earlier/<student>-<key>.json   what it replaced
    build/grades/notebooks/<problem>/<student>.ipynb            the whole notebook that was graded
    build/grades/grades.csv                                     a row per question, made from the current results
    build/grades/answers.json                                   which written answers the gradebook had last

A result carries the key of what it depends on (the submission's bytes, the release, the checks), so that a killed run
goes on where it was and nothing is graded twice. A student's name becomes a file name that every file system takes.
"""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.checks.report import Item, fraction_of
from helpers.errors import WorkbookError

GRADED = "graded"  # every exercise was asked
TIMEOUT = "timeout"  # the student's code took too long somewhere; the other exercises have their points
CRASH = "crash"  # the student's code ended its process or used up its memory; the others have their points
INVALID = "invalid"  # no notebook of this workbook could be read
SET_ASIDE = "set aside"  # a person has to look, such as at code for a newer Python
GRADER_ERROR = "grader error"  # our own fault or the machine's: no grade at all, and never a zero
STATES = (GRADED, TIMEOUT, CRASH, INVALID, SET_ASIDE, GRADER_ERROR)
FINAL = (GRADED, TIMEOUT, CRASH, INVALID, SET_ASIDE)

UNKNOWN = "unknown"  # the problem of what is no notebook of this workbook
NOT_ANSWERED = "Not answered."  # the trouble of a written question that was left blank

LONGEST_NAME = 180  # bytes of a student's part of a file name; a file system's 255, less what is added to it
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
        return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))

    name = "".join(shown(place, letter) for place, letter in enumerate(student)) or "%"
    if len(name.encode()) > LONGEST_NAME:
        name = f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}-{_mark_of(student)}"
    return name


def folder_names(students: Iterable[str]) -> dict[str, str]:
    """A folder's name for each student; two that some file systems take for one get a mark."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in sorted(set(students)):
        name = file_name(student)
        names[student] = f"{name}-{_mark_of(student)}" if name.casefold() in taken else name
        taken.add(names[student].casefold())
    return names


def _mark_of(student: str) -> str:
    """What tells two names apart that a file system takes for one."""
    return f"{zlib.crc32(student.encode('utf-8', 'surrogatepass')):08x}"


def _write(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Replace a file at once."""
    from helpers.grading.build import write_atomically  # it brings nbformat, a second that workers start without

    write_atomically(path, text.encode(encoding, "backslashreplace"))  # a student's message may hold half a letter


class Store:
    """The results in a folder."""

    def __init__(self, folder: Path):
        """Use this folder; it is made when the first result is written."""
        self.folder = folder

    def path(self, student: str, problem: str) -> Path:
        """Where a student's current result lies.

        "Ali" and "ali" are two students, and on some file systems one file: the second one's has a mark in its name.
        """
        path = self.folder / "results" / problem / f"{file_name(student)}.json"
        if _student_in(path) in ("", student):
            return path
        return path.with_name(f"{file_name(student)}-{_mark_of(student)}.json")

    def get(self, student: str, problem: str) -> Result | None:
        """A student's current result; None where there is none that can be read."""
        return _read(self.path(student, problem))

    def put(self, result: Result) -> None:
        """Keep a result in place of the student's earlier one, which stays among the earlier ones where it differs."""
        path = self.path(result.student, result.problem)
        earlier = _read(path)
        if earlier is not None and earlier.state in FINAL and _differ(earlier, result):
            _write(_free_name(path, earlier.key), path.read_text(encoding="utf-8"))
        _write(path, json.dumps(to_json(result), indent=1, ensure_ascii=False) + "\n")

    def retire(self, student: str, problem: str) -> None:
        """Put a student's current result among the earlier ones: it is replaced by one for another problem."""
        path = self.path(student, problem)
        earlier = _read(path)
        if earlier is not None:
            kept = _free_name(path, earlier.key)
            kept.parent.mkdir(exist_ok=True)
            path.replace(kept)

    def put_notebook(self, result: Result, notebook: str) -> None:
        """Keep the whole notebook that was graded, as JSON: to be replayed, and to be read."""
        _write(self.notebook(result.student, result.problem), notebook)

    def notebook(self, student: str, problem: str) -> Path:
        """Where the whole notebook of a student's current result lies."""
        return self.folder / "notebooks" / problem / f"{self.path(student, problem).stem}.ipynb"

    def problems(self) -> set[str]:
        """The problems of the current results."""
        return {path.parent.name for path in (self.folder / "results").glob("*/*.json")} - {UNKNOWN}

    def all(self) -> Iterator[Result]:
        """Every current result that can be read, by problem and student."""
        for path in sorted((self.folder / "results").glob("*/*.json")):
            result = _read(path)
            if result is not None:
                yield result

    def chosen(self, student: str | None = None, problem: str | None = None) -> tuple[list[Result], dict[str, str]]:
        """The current results of a student or a problem, or all; and a folder's name for every student there is.

        Raises:
            WorkbookError: There are none.
        """
        everything = list(self.all())
        found = [one for one in everything if student in (None, one.student) and problem in (None, one.problem)]
        if not found:
            whose = (f" of {student!r}" if student else "") + (f" for {problem}" if problem else "")
            raise WorkbookError(
                f"There is no result{whose} in {self.folder}; run workbook grade, or look for the name in grades.csv."
            )
        return found, folder_names(one.student for one in everything)

    def write_csv(self) -> Path:
        """Write grades.csv anew; with a byte-order mark, so that spreadsheets show every script's names right."""
        path = self.folder / "grades.csv"
        _write(path, csv_of(self.all()), "utf-8-sig")
        return path


def _read(path: Path) -> Result | None:
    """The result in a file; None where there is none that can be read."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _student_in(path: Path) -> str:
    """Whose result a file holds; "" where that cannot be read."""
    result = _read(path)
    return result.student if result else ""


def _differ(earlier: Result, later: Result) -> bool:
    """Whether two results are of other work, or say something else of the same."""
    if earlier.key != later.key or earlier.state != later.state:
        return True
    return [(q.name, q.items) for q in earlier.questions] != [(q.name, q.items) for q in later.questions]


def _free_name(path: Path, key: str) -> Path:
    """Where a result goes that is replaced: nothing that was kept before is overwritten."""
    stem = f"{path.stem}-{key[:12]}" if key else f"{path.stem}-none"
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(kept for name in names if not (kept := path.parent / "earlier" / f"{name}.json").exists())


class Answers:
    """Which written answers the gradebook had last, so that points given by hand for another one are looked at again.

    nbgrader's gradebook has no place for it, so it is a file beside the results.
    """

    def __init__(self, folder: Path):
        """Read what is known in a folder of results."""
        self.path = folder / "answers.json"
        self.known: dict[str, dict[str, dict[str, str]]] = {}
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            self.known = {problem: dict(students) for problem, students in known.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            pass  # nobody is asked to look again

    def renewed(self, result: Result) -> set[str]:
        """The written questions that had another answer when the gradebook last heard of this student's work."""
        known = self.known.get(result.problem, {}).get(result.student, {})
        return {name for name, answer in _answers(result).items() if known.get(name, answer) != answer}

    def keep(self, result: Result) -> None:
        """The gradebook has these answers now."""
        if answers := _answers(result):
            self.known.setdefault(result.problem, {})[result.student] = answers

    def save(self) -> None:
        """Write the file, where something is known."""
        if self.known:
            _write(self.path, json.dumps(self.known, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def _answers(result: Result) -> dict[str, str]:
    return {question.name: question.answer for question in result.questions if question.answer}


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
