"""What a class did, counted: points per exercise, misconceptions by name, submissions that a person has to look at."""

from __future__ import annotations

import csv
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.checks.core import RUNS
from helpers.grading import results
from helpers.grading.reports.feedback import Work
from helpers.grading.results import NOT_ANSWERED, Question, Result, Store

BINS = ("0", "up to ¼", "up to ½", "up to ¾", "less than all", "all")
NOT_WRITTEN = "It is not written yet"  # how the reason of an untouched stub begins
EYE = {  # why a person has to look, by state; states of later releases are shown as they are
    results.TIMEOUT: "too slow somewhere; the points of the other exercises stand",
    results.CRASH: "ended its process; the points of the other exercises stand",
    results.INVALID: "no notebook could be read",
    results.SET_ASIDE: "a person has to decide",
    results.GRADER_ERROR: "our own fault: run workbook grade again",
    "missing": "nothing was handed in",
}


@dataclass
class Exercise:
    """One exercise or question over the class.

    Attributes:
        question: As the first result has it: name, points, whether by hand.
        shares: Of everybody with points, the share of the greatest; extra credit may lift it above 1.
        unwritten: How many left it as it was.
        waiting: How many answers nobody has read.
    """

    question: Question
    shares: list[float] = field(default_factory=list)
    unwritten: int = 0
    waiting: int = 0

    @property
    def bins(self) -> list[int]:
        """How many shares are 0, up to a quarter, up to a half, up to three quarters, below 1, and 1."""
        counts = Counter(_bin(share) for share in self.shares)
        return [counts[place] for place in range(len(BINS))]

    @property
    def mean(self) -> float | None:
        """The mean share."""
        return statistics.fmean(self.shares) if self.shares else None

    @property
    def full(self) -> float | None:
        """The part of the class with all points."""
        return sum(share >= 1 for share in self.shares) / len(self.shares) if self.shares else None


def _bin(share: float) -> int:
    if share <= 0:
        return 0
    if share >= 1:
        return len(BINS) - 1
    return 1 + next((place for place, end in enumerate((0.25, 0.5, 0.75)) if share <= end), 3)


@dataclass(frozen=True)
class Misconception:
    """A property that fails, and for how many.

    Attributes:
        exercise: The exercise.
        name: The property.
        advice: What its students are told most often.
        count: For how many it fails.
        asked: Of how many who wrote the exercise.
    """

    exercise: str
    name: str
    advice: str
    count: int
    asked: int


@dataclass(frozen=True)
class Look:
    """A submission that a person has to look at, and why."""

    result: Result
    why: str


def exercises_of(works: Iterable[Work]) -> list[Exercise]:
    """The exercises and questions of one problem, in the notebook's order."""
    found: dict[str, Exercise] = {}
    for work in works:
        for question in work.result.questions if work.result.has_grade else ():
            exercise = found.setdefault(question.name, Exercise(question))
            points = work.points(question)
            if points is None:
                exercise.waiting += 1
            else:
                exercise.shares.append(points / question.points if question.points else 0.0)
            exercise.unwritten += question.trouble == NOT_ANSWERED or unwritten(question)
    return list(found.values())


def unwritten(question: Question) -> bool:
    """Whether an exercise still is the stub that was given."""
    return any(item.reason.startswith(NOT_WRITTEN) for item in question.items if not item.passed)


def misconceptions_of(graded: Iterable[Result]) -> list[Misconception]:
    """The properties that fail in the exercises that were written, the most common first."""
    asked: Counter[str] = Counter()
    failing: Counter[tuple[str, str]] = Counter()
    advice: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for result in graded:
        for question in result.questions if result.has_grade else ():
            if not question.items or unwritten(question):
                continue
            asked[question.name] += 1
            for item in question.items:
                if not item.passed and not item.remark:
                    failing[question.name, item.name] += 1
                    advice[question.name, item.name][item.advice] += 1
    found = [
        Misconception(exercise, name, advice[exercise, name].most_common(1)[0][0], count, asked[exercise])
        for (exercise, name), count in failing.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.exercise, one.name == RUNS, one.name))


def to_look_at(everything: Iterable[Result]) -> list[Look]:
    """Submissions that were not graded in full, and files that were damaged."""
    found = []
    for result in everything:
        if result.state != results.GRADED:
            why = EYE.get(result.state, "a state that this page does not know")
            reason = result.detail or next((q.trouble for q in result.questions if q.trouble and not q.by_hand), "")
            found.append(Look(result, f"{why}. {reason}".strip()))
        elif damaged := [repair for repair in result.repairs if _is_damage(repair)]:
            found.append(Look(result, " ".join(damaged)))
    return found


def _is_damage(repair: str) -> bool:
    """Whether something of a file may be lost; another name, kernel or release is nothing to look at."""
    return any(word in repair for word in ("damaged", "cut off", "lost", "is missing", "at the end as text"))


def late_marks(store: Store) -> list[dict[str, str]]:
    """The rows of late.csv, which grading writes beside grades.csv where it knows the deadlines; [] without it."""
    try:
        with (store.folder / "late.csv").open(encoding="utf-8-sig", newline="") as file:
            return [{str(key): value or "" for key, value in row.items()} for row in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error):
        return []
