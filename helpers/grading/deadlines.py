"""Deadlines, and what was handed in after them: reported, and taken off only where a rule is named.

    problem,deadline,student           a row per problem for everybody, and a row per extension, which has a student
    02_pixelcnn,2026-11-20 23:59,      in this machine's time zone, or with one: 2026-11-20 23:59+03:30
    02_pixelcnn,2026-11-27,97123456    a day alone ends with its last second

When something was handed in is what its file, or the entry of its zip, says, or nbgrader's timestamp.txt. Canvas gives
everything the time of the export; there only its own mark of lateness counts.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import WorkbookError
from helpers.grading.results import MISSING, Result, Store
from helpers.grading.sheets import folded, read_sheet, with_digits

if TYPE_CHECKING:
    from helpers.grading.roster import Roster

_COLUMNS = {
    "problem": ("problem", "assignment", "تمرین", "مسئله"),
    "deadline": ("deadline", "due", "due date", "مهلت", "موعد"),
    "student": ("student", "id", "name", "دانشجو", "شماره دانشجویی"),
}
_WHAT = "deadlines have the headings problem, deadline and, for extensions, student"
COLUMNS = ("student", "name", "problem", "handed in", "deadline", "extension", "late by", "state", "penalty", "file")
_RULE = re.compile(r"(\d+(?:\.\d+)?)\s*%\s*(?:/|per)\s*(day|hour)(?:\s*,?\s*(?:up to|max)\s*=?\s*(\d+(?:\.\d+)?)\s*%)?")


@dataclass(frozen=True)
class Penalty:
    """So much of a problem's points for each day or hour that has begun after the deadline.

    Attributes:
        percent: Of all points that the problem has, those by hand included.
        unit: How long one step is, in seconds.
        most: Percent that are taken off at most.
    """

    percent: float
    unit: float
    most: float = 100.0

    @classmethod
    def parse(cls, rule: str) -> Penalty:
        """Read "10%/day", "2% per hour", "10%/day up to 50%".

        Raises:
            WorkbookError: It says something else.
        """
        found = _RULE.fullmatch(with_digits(rule).lower().replace("٪", "%"))
        if found is None or not 0 < float(found[1]) <= 100 or not 0 < float(found[3] or 100) <= 100:
            raise WorkbookError(
                f"The late penalty {rule!r} is no rule; write one such as 10%/day, 2%/hour, or '10%/day up to 50%'."
            )
        return cls(float(found[1]), 86400.0 if found[2] == "day" else 3600.0, float(found[3] or 100))

    def of(self, seconds: float, points: float) -> float:
        """The points that are taken off for work that is so late and worth so much."""
        return round(points * min(self.most, self.percent * math.ceil(seconds / self.unit)) / 100, 4)

    def __str__(self) -> str:
        each = "day" if self.unit == 86400 else "hour"
        most = f", {self.most:g} % at most" if self.most < 100 else ""
        return f"{self.percent:g} % of a problem's points for each {each} begun{most}"


@dataclass(frozen=True)
class Late:
    """Work that was handed in after its deadline, or may have been.

    Attributes:
        result: The work.
        deadline: Its deadline.
        extended: Whether that is the student's own.
        seconds: How late it is; None where only the platform says that it is, or nothing tells.
        penalty: The points that are taken off.
    """

    result: Result
    deadline: datetime.datetime | None
    extended: bool
    seconds: float | None
    penalty: float = 0.0

    @property
    def by(self) -> str:
        """How late, in words."""
        if self.seconds is not None:
            return span(self.seconds)
        return "marked late by the platform" if self.result.marked_late else "unknown: no time was recorded"

    def __str__(self) -> str:
        whose = f"{self.result.student}, {self.result.problem}"
        if self.seconds is None:
            return f"{whose}: {self.by}"
        taken = f"; {self.penalty:g} points are taken off" if self.penalty else ""
        own = "an extended deadline" if self.extended else "the deadline"
        return f"{whose}: {self.by} after {own} {self.deadline:%Y-%m-%d %H:%M}{taken}"


def span(seconds: float) -> str:
    """A time in words: "2 d 3 h", "5 min"."""
    minutes = math.ceil(seconds / 60)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join([f"{number} {unit}" for number, unit in parts if number][:2])


class Deadlines:
    """When what is due, for everybody and for some."""

    def __init__(self, common: dict[str, datetime.datetime], own: dict[tuple[str, str], datetime.datetime]):
        """Know the deadlines of problems, and of students' folded names and problems."""
        self.common, self.own = common, own

    @classmethod
    def read(cls, path: Path, problems: Sequence[str], roster: Roster | None = None) -> Deadlines:
        """Read a CSV file.

        Raises:
            WorkbookError: A row has no problem of this course, no time, or a student whom the roster does not tell.
        """
        from helpers.student import find_problem

        common: dict[str, datetime.datetime] = {}
        own: dict[tuple[str, str], datetime.datetime] = {}
        for line, row in read_sheet(path, _COLUMNS, _WHAT):
            place = f"Line {line} of {path}"
            try:
                problem = find_problem(row.get("problem", ""), list(problems))
            except WorkbookError as error:
                raise WorkbookError(f"{place}: {error}") from None
            due = _time(row.get("deadline", ""), place)
            if name := row.get("student", ""):
                known, key = own, (_student(name, roster, place), problem)
            else:
                known, key = common, problem
            if key in known:
                raise WorkbookError(f"{place} gives {problem} a second deadline{f' for {name}' if name else ''}.")
            known[key] = due
        return cls(common, own)

    def of(self, student: str, problem: str) -> tuple[datetime.datetime | None, bool]:
        """A student's deadline, and whether it is an extension; None where there is none."""
        own = self.own.get((folded(student), problem))
        return (own, True) if own else (self.common.get(problem), False)

    def late(self, results: Iterable[Result], penalty: Penalty | None = None) -> Iterator[Late]:
        """What of these is late, or cannot be told."""
        for result in results:
            due, extended = self.of(result.student, result.problem)
            if due is None or result.state == MISSING:
                continue
            if result.marked_late or (result.marked_late is None and not result.submitted):
                yield Late(result, due, extended, None)
            elif result.marked_late is None:
                seconds = (datetime.datetime.fromisoformat(result.submitted) - due).total_seconds()
                if seconds > 0:
                    worth = sum(question.points for question in result.questions)
                    taken = penalty.of(seconds, worth) if penalty and result.has_grade else 0.0
                    yield Late(result, due, extended, seconds, taken)


def write_late(late: Iterable[Late], store: Store) -> Path:
    """Write late.csv beside grades.csv."""
    rows = []
    for one in late:
        result, due = one.result, one.deadline.isoformat(sep=" ", timespec="minutes") if one.deadline else ""
        taken = f"{one.penalty:g}" if one.penalty else ""
        extended = "yes" if one.extended else ""
        whose = (result.student, result.name, result.problem)
        rows.append((*whose, result.submitted, due, extended, one.by, result.state, taken, result.file))
    return store.write_table("late.csv", COLUMNS, rows)


def _time(text: str, place: str) -> datetime.datetime:
    """A deadline as a time with a time zone."""
    written = with_digits(text).replace("/", "-")
    try:
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", written):
            day = datetime.date(*map(int, written.split("-")))
            due = datetime.datetime.combine(day, datetime.time(23, 59, 59))
        else:
            due = datetime.datetime.fromisoformat(written)
    except ValueError:
        raise WorkbookError(f"{place}: {text!r} is no time; write one such as 2026-11-20 23:59.") from None
    if due.year < 1900:
        raise WorkbookError(
            f"{place}: {text!r} is in the year {due.year}; write dates of the Gregorian calendar, such as 2026-11-20."
        )
    return due.astimezone() if due.tzinfo is None else due


def _student(name: str, roster: Roster | None, place: str) -> str:
    """The folded name by which results call a student."""
    if roster is None:
        return folded(name)
    found = roster.find(name)
    if len(found) != 1:
        several = "is on the roster several times" if found else "is not on the roster"
        raise WorkbookError(f"{place}: {name!r} {several}; write the student's id.")
    return folded(next(iter(found)).student)
