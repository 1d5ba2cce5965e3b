"""What nbgrader's gradebook has of a problem already, read at one go, since to look costs far less than to write."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select


@dataclass
class Recorded:
    """What the gradebook has of one submission.

    Attributes:
        grades: By cell the automatic score, the one by hand, and whether a person has to look.
        comments: By cell the automatic comment.
        taken: The points that are taken off, being late.
        handed_in: When it was handed in, in UTC without saying so, as nbgrader keeps it; None where nobody knows.
    """

    grades: dict[str, tuple[float | None, float | None, bool]] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    taken: float = 0.0
    handed_in: datetime.datetime | None = None

    @property
    def is_graded(self) -> bool:
        """Whether it has automatic scores."""
        return any(automatic is not None for automatic, _, _ in self.grades.values())


def read_recorded(gradebook: Gradebook, problem: str) -> dict[str, Recorded]:
    """What the gradebook has of each student for a problem, in three queries however many they are."""
    found: dict[str, Recorded] = defaultdict(Recorded)
    of_problem = (
        select(
            SubmittedNotebook.id,
            SubmittedAssignment.student_id,
            SubmittedNotebook.late_submission_penalty,
            SubmittedAssignment.timestamp,
        )
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Notebook.name == problem, Assignment.name == problem)
    )
    notebooks = of_problem.with_only_columns(SubmittedNotebook.id).scalar_subquery()
    grades = (
        select(Grade.notebook_id, BaseCell.name, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .where(Grade.notebook_id.in_(notebooks))
    )
    comments = (
        select(Comment.notebook_id, BaseCell.name, Comment.auto_comment)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .where(Comment.notebook_id.in_(notebooks))
    )
    students = {}
    with gradebook.engine.connect() as connection:
        for notebook, student, taken, handed_in in connection.execute(of_problem):
            students[notebook] = student
            found[student].taken, found[student].handed_in = taken or 0.0, handed_in
        for notebook, cell, *grade in connection.execute(grades):
            found[students[notebook]].grades[cell] = tuple(grade)
        for notebook, cell, comment in connection.execute(comments):
            found[students[notebook]].comments[cell] = comment
    return dict(found)
