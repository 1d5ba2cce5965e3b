"""A results.json per student and problem, as Gradescope reads it from an autograder.

    {"score": 5.0, "execution_time": 12, "output": "…", "visibility": "visible", "stdout_visibility": "hidden",
     "tests": [{"name": "mean", "score": 3.0, "max_score": 4.0, "status": "failed", "output": "…", …}], …}

The score is that of the automatic points; a written question is a test without a score, which a person gives. What has
no grade gets no file: there a platform would take any score for a grade.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from helpers.grading.reports import told
from helpers.grading.reports.page import write_page
from helpers.grading.results import NOT_ANSWERED, Question, Result, Store


def write_results(
    store: Store, folder: Path, student: str | None = None, problem: str | None = None
) -> tuple[int, list[str]]:
    """Write `<student>/<problem>/results.json` for all results, or for one student's or one problem's.

    Returns:
        How many were written, and a sentence for each result that has no grade.

    Raises:
        WorkbookError: There is no such result, or a file cannot be written.
    """
    written, left = 0, []
    chosen, folders = store.chosen(student, problem)
    for result in chosen:
        if result.has_grade:
            write_page(folder / folders[result.student] / result.problem / "results.json", results_json(result))
            written += 1
        else:
            left.append(f"{result.student}, {result.problem}: {result.state}, so there is no grade to hand on.")
    return written, left


def results_json(result: Result) -> str:
    """The text of a results.json.

    Args:
        result: A result that has a grade.
    """
    said = [told.of_state(result), *result.repairs]
    content = {
        "score": result.earned,
        "execution_time": math.ceil(result.seconds),
        "output": "\n".join(filter(None, said)) or "Graded.",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(place, question) for place, question in enumerate(result.questions, start=1)],
        "leaderboard": [],
        "extra_data": {"problem": result.problem, "state": result.state, "graded": result.date},
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _test(place: int, question: Question) -> dict[str, Any]:
    """One exercise or question."""
    about = {
        "name": f"{question.name} (optional)" if question.optional else question.name,
        "name_format": "text",
        "number": str(place),
        "output": _output(question),
        "output_format": "text",
        "visibility": "visible",
        "tags": ["written"] if question.by_hand else ["automatic"],
        "extra_data": {"question": question.name, "points": question.points},
    }
    if question.by_hand:
        return about
    full = question.earned == question.points
    return about | {"score": question.earned, "max_score": question.points, "status": "passed" if full else "failed"}


def _output(question: Question) -> str:
    """What the student reads."""
    if question.by_hand:
        blank = question.trouble == NOT_ANSWERED
        return NOT_ANSWERED if blank else f"A person reads the answer and gives up to {question.points:g} points."
    trouble, items = told.of_question(question)
    lines = [trouble] if trouble else []
    for item in items:
        lines.append(f"{'ok   ' if item.passed else 'FAILS'} {item.name}")
        lines += [f"      {line}" for line in (item.reason, item.advice) if line and not item.passed]
    return "\n".join(lines) or "It could not be asked."
