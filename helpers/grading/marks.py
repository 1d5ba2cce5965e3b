"""What persons gave in nbgrader's gradebook: points, extra credit and comments, read in two queries for a class.

Nothing is written or made: where there is no gradebook yet, nobody has given anything.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Assignment, BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import Select, create_engine, inspect, select
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from helpers.errors import WorkbookError
from helpers.grading.gradebook import CHECK, config_of, first_line, shown_url
from helpers.grading.source import COURSE, Course


@dataclass(frozen=True)
class Mark:
    """What a person gave for one cell.

    Attributes:
        points: The points in place of the automatic ones; None where nobody gave any.
        extra: Extra credit.
        waits: Whether a person has to look, or to look again.
        comment: Their words, "" where there are none.
    """

    points: float | None = None
    extra: float = 0.0
    waits: bool = False
    comment: str = ""


Marks = dict[tuple[str, str], dict[str, Mark]]  # by student and problem, then by exercise or question


def read_marks(course: Course = COURSE, db_url: str | None = None) -> Marks:
    """What persons gave, by student and problem, then by exercise or question; {} where there is no gradebook.

    Args:
        course: Whose gradebook.
        db_url: The gradebook; what nbgrader_config.py of the course says where it is None.

    Raises:
        WorkbookError: It cannot be read.
    """
    directory = CourseDirectory(config=config_of(course))
    db_url = db_url or directory.db_url
    try:
        url = make_url(db_url)
        if url.drivername.startswith("sqlite") and url.database and not _is_there(url.database):
            return {}
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                if not inspect(connection).has_table("grade"):
                    return {}
                return _marks(connection, directory.course_id)
        finally:
            engine.dispose()
    except (ArgumentError, DBAPIError, ImportError) as error:
        raise WorkbookError(
            f"The gradebook {shown_url(db_url)} cannot be read ({first_line(error)}); put that right, or leave out "
            "what persons gave with --no-gradebook."
        ) from error


def _is_there(database: str) -> bool:
    return database.startswith("file:") or Path(database).is_file()


def _marks(connection: Connection, course_id: str) -> Marks:
    """Join grades and comments with the names that results bear."""
    marks: Marks = defaultdict(dict)
    given = _of_submissions(Grade, course_id, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
    for student, problem, cell, points, extra, waits in connection.execute(given):
        marks[student, problem][cell.removeprefix(CHECK)] = Mark(points, extra or 0.0, bool(waits))
    said = _of_submissions(Comment, course_id, Comment.manual_comment).where(Comment.manual_comment.is_not(None))
    for student, problem, cell, comment in connection.execute(said):
        mark = marks[student, problem].get(cell, Mark())
        marks[student, problem][cell] = Mark(mark.points, mark.extra, mark.waits, comment.strip())
    return dict(marks)


def _of_submissions(part: type, course_id: str, *columns: object) -> Select:
    """Student, problem, cell and these columns of every grade or comment of a course."""
    return (
        select(SubmittedAssignment.student_id, Assignment.name, BaseCell.name, *columns)
        .select_from(part)
        .join(BaseCell, BaseCell.id == part.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == part.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.course_id == course_id)
    )
