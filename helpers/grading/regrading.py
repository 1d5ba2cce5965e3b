"""Grading again what has results: shown as a difference of scores first, and put in their place only then.

    build/grades/regrade/…      what was found, kept until it is put in place; a run that was stopped goes on there

Points that persons gave are in the gradebook and stay.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.grading import pile, results
from helpers.grading.results import Result, Store

if TYPE_CHECKING:
    from helpers.grading.roster import Roster
    from helpers.grading.source import Course

FOLDER = "regrade"  # within the folder of results


@dataclass(frozen=True)
class Change:
    """An exercise's points before and after; None where it has none."""

    exercise: str
    before: float | None
    after: float | None

    def __str__(self) -> str:
        return f"{self.exercise} {_shown(self.before)} -> {_shown(self.after)}"


@dataclass(frozen=True)
class Difference:
    """What a regrade changes for one student and problem."""

    student: str
    name: str
    problem: str
    before: Result | None
    after: Result

    @property
    def changes(self) -> list[Change]:
        """The exercises whose points are others."""
        before = _points(self.before)
        after = _points(self.after)
        both = [*before, *(name for name in after if name not in before)]
        found = (Change(name, before.get(name), after.get(name)) for name in both)
        return [change for change in found if change.before != change.after]

    @property
    def is_one(self) -> bool:
        """Whether there is anything to tell."""
        return self.before is None or self.before.state != self.after.state or bool(self.changes)

    @property
    def rise(self) -> float:
        """How many points more it is."""
        return round(self.after.earned - (self.before.earned if self.before else 0.0), 4)

    def __str__(self) -> str:
        whose = f"{self.student} ({self.name})" if self.name and self.name != self.student else self.student
        parts = []
        if self.before is None:
            parts.append("new")
        elif self.before.state != self.after.state:
            parts.append(f"{self.before.state} -> {self.after.state}")
        if self.after.has_grade:
            earlier = f"{self.before.earned:g} -> " if self.before is not None and self.before.has_grade else ""
            parts.append(f"{earlier}{self.after.earned:g} of {self.after.points:g} points")
        if self.before is not None:
            parts += map(str, self.changes)
        return f"{whose}, {self.problem}: {'; '.join(parts)}"


def _points(result: Result | None) -> dict[str, float | None]:
    return {question.name: question.earned for question in result.questions if not question.by_hand} if result else {}


def _shown(points: float | None) -> str:
    return "none" if points is None else f"{points:g}"


def regrade(paths: Sequence[Path], course: Course, folder: Path, **more: Any) -> pile.Summary:
    """Grade into a folder beside the results; nothing else is written.

    Args:
        paths: As in `pile.grade`, and so is all the rest.
        course: The course.
        folder: The folder of results.
        more: What else `pile.grade` takes.
    """
    with pile.written(folder):
        pile.secret_of(folder / FOLDER, pile.secret_of(folder))
    return pile.grade(paths, course, folder / FOLDER, current=True, **more)


def differences(summary: pile.Summary, folder: Path) -> Iterator[Difference]:
    """What would change, by student and problem, one at a time."""
    store, fresh = Store(folder), Store(folder / FOLDER)
    for student, problem in sorted(summary.found):
        after = fresh.get(student, problem)
        if after is not None:
            one = Difference(student, after.name, problem, store.get(student, problem), after)
            if one.is_one:
                yield one


def told(found: Iterable[Difference], total: int) -> Iterator[str]:
    """A line per difference, and one on all of them."""
    up = down = new = 0
    by_exercise: Counter[str] = Counter()
    for one in found:
        yield str(one)
        new += one.before is None
        up += one.before is not None and one.rise > 0
        down += one.before is not None and one.rise < 0
        by_exercise.update(f"{one.problem} {change.exercise}" for change in one.changes if one.before is not None)
    counts = [f"{up} up", f"{down} down", *([f"{new} new"] if new else [])]
    most = ", ".join(f"{name} ({count})" for name, count in by_exercise.most_common(10))
    yield f"Of {total} scores: {', '.join(counts)}" + (f"; changed most: {most}." if most else ".")


def put_in_place(summary: pile.Summary, folder: Path, roster: Roster | None = None) -> None:
    """Put what the regrade found in the place of earlier results, which stay among the earlier ones.

    Where the grader failed this time, the earlier result stands. It may be stopped and done again.
    """
    store, fresh = Store(folder), Store(folder / FOLDER)
    with pile.written(folder):
        for student, problem in sorted(summary.found):
            after = fresh.get(student, problem)
            if after is None or (after.state == results.GRADER_ERROR and store.get(student, problem) is not None):
                continue
            notebook = fresh.notebook(student, problem)
            if notebook.is_file():
                store.put_notebook(after, notebook.read_text(encoding="utf-8"))
            store.put(after)
            summary.to_look_at += pile.retire_former(store, roster, after) if roster else ()
        for student in {student for student, _ in summary.found}:
            if (student, results.UNKNOWN) not in summary.found:
                store.retire(student, results.UNKNOWN)
        if roster:
            pile.mark_missing(store, roster, {problem for _, problem in summary.found}, summary)
        store.write_csv()
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
