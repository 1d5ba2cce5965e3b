"""Results into nbgrader's gradebook, so that formgrader shows the automatic points and waits for the written answers.

One writer, through nbgrader's own API. A problem's cells come from build/source/<p>/<p>.ipynb as generate_assignment
would record them; each submission is one transaction, in which every automatic score is written anew. What a person
gave (points, comments, extra credit) stays. To import the same results again changes nothing.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    MissingEntry,
    SolutionCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy import delete, exists, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from tornado.log import app_log
from traitlets.config import Config, PyFileConfigLoader

from helpers.errors import WorkbookError
from helpers.grading.regions import CODE_STUB, TEXT_STUB
from helpers.grading.results import NOT_ANSWERED, Answers, Question, Result
from helpers.grading.source import COURSE, Course

COURSE_ID = "deep_generative_models"
TIMESTAMP = "timestamp.txt"  # in which nbgrader keeps when something was handed in
CHECK = "check-"  # begins the name of every cell that has automatic points

# What a database says, in lower case, and what a person does about it; the last is nbgrader's own advice.
_ADVICE = (
    (("is locked",), "is locked by formgrader or another grading run; wait for it or close it, and run this again"),
    (("disk is full", "no space left"), "cannot be written, since the disk is full; make room, and run this again"),
    (("readonly", "read-only", "permission denied"), "may not be written; allow it, and run this again"),
    (("unable to open",), "cannot be opened; see that its folder is there and may be written, and run this again"),
    (
        ("no such column", "no such table", "has no column"),
        "is of another version of nbgrader; back it up, run `nbgrader db upgrade`, and run this again",
    ),
)


@dataclass(frozen=True)
class Imported:
    """What became of the results.

    Attributes:
        written: Submissions whose automatic scores were written.
        voided: How many of them had automatic scores before.
        left: A sentence for each result that was not written, and why.
    """

    written: int
    voided: int
    left: tuple[str, ...]


def import_results(
    results: Iterable[Result],
    course: Course = COURSE,
    db_url: str | None = None,
    progress: Callable[[int], None] | None = None,
    answers: Answers | None = None,
) -> Imported:
    """Write the points of these results into nbgrader's gradebook, one at a time.

    Args:
        results: What grading found; a result without a grade changes nothing.
        course: Whose problems they are results of.
        db_url: The gradebook; what nbgrader_config.py of the course says where it is None.
        progress: Called with the number of results that were dealt with.
        answers: What the gradebook heard last of written answers: where one is another now, whoever gave points by hand
            for it is asked to look again. Brought up to date with what is written.

    Raises:
        WorkbookError: The gradebook cannot be written, or a problem is not built; what was written before stays.
    """
    config = config_of(course)
    directory = CourseDirectory(config=config)
    db_url = db_url or directory.db_url
    written, voided, left = 0, 0, []
    points: dict[str, dict[str, float]] = {}
    with _explained(db_url), _opened(db_url, directory.course_id) as gradebook:
        for done, result in enumerate(results, start=1):
            if result.has_grade and result.problem not in points:
                points[result.problem] = _save_cells(gradebook, result.problem, course, config)
            reason = _reason_to_leave(result, points.get(result.problem, {}))
            if not reason:
                try:
                    with _transaction(gradebook):
                        _enter(gradebook, result, _handed_in(course, result))
                        graded_before = _write(gradebook, result, answers.renewed(result) if answers else ())
                    written, voided = written + 1, voided + graded_before  # once it is committed
                    if answers:
                        answers.keep(result)
                except (InvalidEntry, MissingEntry, DataError, IntegrityError, UnicodeError) as error:
                    if _database_failed(error):
                        raise
                    reason = f"the gradebook does not take it ({first_line(error)})"
            if reason:
                left.append(f"{result.student}, {result.problem}: {reason}; the gradebook is left as it was.")
            if progress:
                progress(done)
    return Imported(written, voided, tuple(left))


def _reason_to_leave(result: Result, points: dict[str, float]) -> str:
    """Why a result's points are not for the gradebook; "" where they are."""
    if not result.has_grade:
        return ", ".join(part for part in (result.state, result.detail.rstrip(".")) if part)
    if points and not result.questions:
        return "the result holds no question"
    for question in result.questions:
        worth = points.get(_cell_of(question), question.points)
        if worth != question.points:
            return f"{question.name} was graded for {question.points:g} points and is worth {worth:g} now, grade again"
    return ""


def _cell_of(question: Question) -> str:
    """The name of the cell that has the points of an exercise or question."""
    return question.name if question.by_hand else CHECK + question.name


# One submission


def _enter(gradebook: Gradebook, result: Result, handed_in: datetime.datetime | None) -> None:
    """Enter the student and the submission, where they are not there."""
    gradebook.update_or_create_student(result.student)
    time = {} if handed_in is None else {"timestamp": handed_in}
    with gradebook.db.no_autoflush:  # SQLAlchemy warns of the half-made submission that nbgrader would let it flush
        gradebook.update_or_create_submission(result.problem, result.student, **time)


def _handed_in(course: Course, result: Result) -> datetime.datetime | None:
    """When nbgrader's collect says that it was handed in; formgrader compares it with the gradebook's time."""
    try:
        written = (course.build / "submitted" / result.student / result.problem / TIMESTAMP).read_text(encoding="utf-8")
        return parse_utc(written.strip()) if written.strip() else None
    except (OSError, ValueError):
        return None


def _write(gradebook: Gradebook, result: Result, renewed: Collection[str] = ()) -> bool:
    """Write every automatic score of a submission anew; returns whether there were some before.

    Where that changes a score, whoever gave points by hand is asked to look again, as nbgrader asks after every
    autograde; a check that is new to the problem changes none. So is whoever gave points for an answer that is renewed.
    """
    submitted = gradebook.find_submission_notebook(result.problem, result.problem, result.student)
    cells = select(BaseCell.id, BaseCell.name).where(BaseCell.notebook_id == submitted.notebook_id)
    # One query in place of one for each grade and comment.
    names = {cell.id: cell.name for cell in gradebook.db.execute(cells)}
    questions = {_cell_of(question): question for question in result.questions}
    grades = [(grade, names.get(grade.cell_id, "")) for grade in submitted.grades]
    graded_before = any(grade.auto_score is not None for grade, _ in grades)
    changed = False
    for grade, cell in grades:
        score = _auto_score(cell, questions)
        new_check = grade.auto_score is None and cell.startswith(CHECK)
        changed |= grade.auto_score != score and not new_check
        grade.auto_score = score
    for grade, _ in grades:
        if grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None
        elif changed or names.get(grade.cell_id) in renewed:
            grade.needs_manual_grade = True
    unanswered = {question.name for question in result.questions if question.trouble == NOT_ANSWERED}
    for comment in submitted.comments:
        comment.auto_comment = "No response." if names.get(comment.cell_id) in unanswered else None  # nbgrader's words
    return graded_before


def _auto_score(cell: str, questions: dict[str, Question]) -> float | None:
    """The automatic score of a cell: a check's points, 0 for no answer, and None where a person has to read one."""
    question = questions.get(cell)
    if cell.startswith(CHECK):
        return question.earned if question else 0.0
    return 0.0 if question and question.trouble == NOT_ANSWERED else None


# The problem and its cells


def _save_cells(gradebook: Gradebook, problem: str, course: Course, config: Config) -> dict[str, float]:
    """Record a problem's cells as its built notebook has them; returns the points of each graded one."""
    path = course.build / "source" / problem / f"{problem}.ipynb"
    if not path.is_file():
        raise WorkbookError(f"{problem} is not built; run `workbook build {problem}`, and run this again.")
    notebook = _before_saving(nbformat.read(path, as_version=4), config)
    with _transaction(gradebook):
        gradebook.update_or_create_assignment(problem)
        return _Cells(config=config).save(gradebook, problem, notebook)


def _before_saving(notebook: NotebookNode, config: Config) -> NotebookNode:
    """The notebook as generate_assignment has it when it saves the cells: locked, cleared, with checksums."""
    resources: dict = {}
    for step in GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).preprocessors:
        if step is SaveCells:
            break
        notebook, resources = step(config=config).preprocess(notebook, resources)
    return notebook


class _Cells(SaveCells):
    """nbgrader's SaveCells within a transaction, and with cells that come and go though there are submissions."""

    def save(self, gradebook: Gradebook, problem: str, notebook: NotebookNode) -> dict[str, float]:
        """Record the cells of a problem's notebook; returns the points of each graded one."""
        self.gradebook, self.notebook_id, self.assignment_id = gradebook, problem, problem
        self.new_grade_cells, self.new_solution_cells = {}, {}
        self.new_task_cells, self.new_source_cells = {}, {}
        for index, cell in enumerate(notebook.cells):
            self.preprocess_cell(cell, {}, index)
        self._let_cells_come_and_go()
        self._create_notebook(notebook)
        return {name: cell["max_score"] for name, cell in (self.new_grade_cells | self.new_task_cells).items()}

    def _let_cells_come_and_go(self) -> None:
        """Do what SaveCells refuses once there are submissions: they lose and gain the cells that the notebook does."""
        gradebook, database = self.gradebook, self.gradebook.db
        try:
            notebook = gradebook.find_notebook(self.notebook_id, self.assignment_id)
        except MissingEntry:
            return
        for kind, wanted, add, parts in (
            (GradeCell, self.new_grade_cells, gradebook.add_grade_cell, (Grade,)),
            (SolutionCell, self.new_solution_cells, gradebook.add_solution_cell, (Comment,)),
            (TaskCell, self.new_task_cells, gradebook.add_task_cell, (Grade, Comment)),
            (SourceCell, self.new_source_cells, gradebook.add_source_cell, ()),
        ):
            known = {cell.name: cell for cell in database.query(kind).filter(kind.notebook_id == notebook.id)}
            for name in known.keys() - wanted.keys():
                for part in parts:
                    database.execute(delete(part).where(part.cell_id == known[name].id))
                database.delete(known[name])
            for name in wanted.keys() - known.keys():
                known[name] = add(name, self.notebook_id, self.assignment_id, **wanted[name])
            for part in parts:
                for name in wanted:
                    self._give_every_submission(part, known[name].id, notebook.id)

    def _give_every_submission(self, part: type, cell: str, notebook: str) -> None:
        """Add the grade or comment of a cell to the submissions that lack it, as add_submission does to new ones."""
        has = exists().where(part.cell_id == cell, part.notebook_id == SubmittedNotebook.id)
        lacking = select(SubmittedNotebook.id).where(SubmittedNotebook.notebook_id == notebook, ~has)
        for (submitted,) in self.gradebook.db.execute(lacking).all():
            self.gradebook.db.add(part(cell_id=cell, notebook_id=submitted))


# The database


def config_of(course: Course) -> Config:
    """What nbgrader_config.py of the course says, above the workbook's own; the environment that it sets is dropped."""
    config = Config()
    config.CourseDirectory.root = str(course.build)
    config.CourseDirectory.course_id = COURSE_ID
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    if (course.root / "nbgrader_config.py").is_file():
        with _own_environment():
            config.merge(PyFileConfigLoader("nbgrader_config.py", str(course.root)).load_config())
    return config


@contextmanager
def _own_environment() -> Iterator[None]:
    """Give the environment back as it was."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _opened(db_url: str, course_id: str) -> Iterator[Gradebook]:
    """The gradebook, made where there is none; what nbgrader logs is kept back, since errors say it in a sentence."""
    logs_nothing, app_log.disabled = app_log.disabled, True
    try:
        with _own_environment():
            # nbgrader starts alembic as a command, which is on PATH only in an activated environment.
            os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
            try:
                gradebook = Gradebook(db_url, course_id)
            except (ArgumentError, ImportError) as error:  # no address, or one whose driver is not installed
                raise WorkbookError(
                    f"The gradebook {shown_url(db_url)} cannot be opened ({error}); put its address right or install "
                    "its driver, and run this again."
                ) from error
        with gradebook:
            yield gradebook
    finally:
        app_log.disabled = logs_nothing


@contextmanager
def _transaction(gradebook: Gradebook) -> Iterator[None]:
    """Make one transaction of all that nbgrader's methods do, though each of them commits.

    A session that joins a connection's transaction leaves the commit to the connection; only a rollback is passed on.
    """
    with gradebook.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Take the lock before the first read. SQLite asks again for five seconds while another process holds it.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        gradebook.db.remove()
        gradebook.db.configure(bind=connection, expire_on_commit=False)
        try:
            yield
            gradebook.db.flush()
        finally:
            gradebook.db.remove()


@contextmanager
def _explained(db_url: str) -> Iterator[None]:
    """Say in a sentence why the gradebook cannot be read or written."""
    try:
        yield
    except (DBAPIError, InvalidEntry) as error:
        said = first_line(error).lower()
        advice = next((advice for words, advice in _ADVICE if any(word in said for word in words)), None)
        advice = advice or f"cannot be used ({first_line(error)}); put that right, and run this again"
        raise WorkbookError(
            f"The gradebook {shown_url(db_url)} {advice}: finished results stand in build/grades, and what is not in "
            "the gradebook yet is written then."
        ) from error


def _database_failed(error: Exception) -> bool:
    """Whether the database itself failed (nbgrader hides that in an InvalidEntry), and not this one submission."""
    cause = error.__context__ if isinstance(error, InvalidEntry) else error
    return isinstance(cause, DBAPIError) and not isinstance(cause, DataError | IntegrityError)


def first_line(error: Exception) -> str:
    """What the database's driver says, without the statement and its parameters."""
    cause = getattr(error.__context__ if isinstance(error, InvalidEntry) else error, "orig", None)
    return (str(cause or error).strip() or type(error).__name__).splitlines()[0]


def shown_url(db_url: str) -> str:
    """A database's address as messages show it: a file's path, and no password."""
    try:
        url = make_url(db_url)
    except ArgumentError:
        return repr(db_url)
    is_file = url.drivername.startswith("sqlite") and url.database
    return str(url.database) if is_file else url.render_as_string(hide_password=True)
