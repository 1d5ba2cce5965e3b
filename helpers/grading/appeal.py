"""For an appeal: one graded submission replayed with its seed, with all that was asked and answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from helpers.errors import WorkbookError
from helpers.grading import marking, sandbox
from helpers.grading.results import Store
from helpers.grading.source import Course
from helpers.student import read_notebook

OTHER = "When it was graded its result was another: the check or the release has changed since, or it took too long."


def explained(
    student: str,
    problem: str,
    folder: Path,
    course: Course,
    level: str = "auto",
    limits: dict[str, float] | None = None,
) -> Iterator[str]:
    """Lines that say how a student's result came about.

    Args:
        student: The student, as grades.csv has them.
        problem: The problem's whole name.
        folder: The folder of results.
        course: The course.
        level: The level of the sandbox.
        limits: Limits of a submission other than the usual ones.

    Raises:
        WorkbookError: There is no such result, or nothing was graded.
    """
    store = Store(folder)
    result = store.get(student, problem)
    if result is None:
        raise WorkbookError(
            f"There is no result of {student!r} for {problem} in {folder}; look for the name in grades.csv."
        )
    if not result.has_grade:
        raise WorkbookError(f"{student} has no grade for {problem}: {result.state}. {result.detail}".strip())
    notebook = read_notebook(store.notebook(student, problem))
    asked = sandbox.Limits(**limits or {})
    place = sandbox.choose(level, asked)
    trace: list[str] = []
    try:
        again = marking.mark_whole(notebook, replace(result, questions=()), place, asked, course, trace=trace)
    finally:
        place.close()
    if not again.has_grade:
        raise WorkbookError(f"{student}'s work for {problem} cannot be replayed now: {again.detail}")
    yield f"{student}, {problem}: {result.earned:g} of {result.points:g} points"
    yield f"  graded {result.date} from {result.file}"
    yield from (f"  {repair}" for repair in result.repairs)
    talk = _by_exercise(trace)
    earlier = {question.name: question for question in result.questions}
    for question in again.questions:
        if question.by_hand:
            continue
        before = earlier.get(question.name)
        yield ""
        yield f"{question.name}: {question.earned:g} of {question.points:g} points"
        if before is None or before.items != question.items:
            yield f"  {OTHER}"
        if question.trouble:
            yield f"  {question.trouble}"
        for item in question.items:
            yield f"  {'holds' if item.passed else 'FAILS'}  {item.name}"
            yield from (f"         {line}" for line in (item.reason, item.advice) if line and not item.passed)
        yield from (f"    {marking.shown(line)}" for line in talk.get(question.name, []))


def _by_exercise(trace: list[str]) -> dict[str, list[str]]:
    """What was asked and answered, by exercise."""
    talk: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in trace:
        if line.startswith(marking.HEADING):
            lines = talk.setdefault(line.removeprefix(marking.HEADING), [])
        else:
            lines.append(line)
    return talk
