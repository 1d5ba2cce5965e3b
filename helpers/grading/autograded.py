"""The notebooks that formgrader opens: build/autograded/<student>/<problem>/<problem>.ipynb.

A notebook as nbgrader's autograde would leave it: the release's cells with their grading data and checksums, the
student's answers and outputs, and below each check its official result. nbgrader shows HTML and formulas as they stand,
in a page that may do all that the instructor may, so whatever the student wrote is made harmless here.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from helpers.errors import WorkbookError
from helpers.grading.build import write_atomically
from helpers.grading.gradebook import TIMESTAMP
from helpers.grading.outputs import is_check, kept_notebook
from helpers.grading.reports import harmless, told
from helpers.grading.results import Question, Result, Store
from helpers.grading.source import COURSE, Course
from helpers.student import CHECK, is_named, name_of, read_release


def write_autograded(
    results: Iterable[Result],
    store: Store,
    course: Course = COURSE,
    progress: Callable[[int], None] = lambda done: None,
) -> list[str]:
    """Write the notebooks of these results where they are not there yet; returns a sentence for each that cannot be.

    Args:
        results: What grading found; a result without a grade has none.
        store: Where the notebooks are that were graded.
        course: Whose build/ they go to.
        progress: Called with the number of results that were dealt with.

    Raises:
        WorkbookError: A file cannot be written.
    """
    left = []
    releases: dict[str, NotebookNode] = {}
    for done, result in enumerate(results, start=1):
        try:
            if not _is_name(result.student):
                raise ValueError("no folder can have such a name")
            if result.has_grade and not _is_current(result, store, course):
                release = releases.setdefault(result.problem, read_release(result.problem, course.root))
                _write(result, store, course, release)
        except OSError as error:
            raise WorkbookError(
                f"{path_of(result, course)} cannot be written ({error.strerror}); make room or allow it, and run this "
                "again."
            ) from error
        except (ValueError, AttributeError, KeyError) as error:
            left.append(f"{result.student}, {result.problem}: formgrader cannot open it ({error}).")
        progress(done)
    return left


def path_of(result: Result, course: Course) -> Path:
    """Where formgrader looks for a submission: the student's name as it is."""
    return course.build / "autograded" / result.student / result.problem / f"{result.problem}.ipynb"


def _is_name(student: str) -> bool:
    """Whether a student's name can be a folder's, and no way out of it."""
    return bool(student) and student not in (".", "..") and not set("/\\\0") & set(student)


def _is_current(result: Result, store: Store, course: Course) -> bool:
    """Whether the notebook is there and younger than what it is made of."""
    sources = store.path(result.student, result.problem), store.notebook(result.student, result.problem)
    try:
        written = path_of(result, course).stat().st_mtime_ns
        return all(path.stat().st_mtime_ns <= written for path in sources)
    except FileNotFoundError:
        return False


def _write(result: Result, store: Store, course: Course, release: NotebookNode) -> None:
    kept = store.notebook(result.student, result.problem)
    if not kept.is_file():
        raise ValueError("the notebook that was graded is not kept; grade it again with --regrade")
    path = path_of(result, course)
    write_atomically(path, (nbformat.writes(autograded(kept_notebook(kept), result, release)) + "\n").encode())
    _show_expected(path.parent / "expected", course.notebooks / result.problem / "expected")
    handed_in = course.build / "submitted" / result.student / result.problem / TIMESTAMP
    if handed_in.is_file():
        shutil.copyfile(handed_in, path.with_name(TIMESTAMP))


def _show_expected(folder: Path, released: Path) -> None:
    """Let the expected pictures be found beside a notebook; a class shares their bytes where the disk can do that."""
    for picture in released.glob("*.png"):
        folder.mkdir(exist_ok=True)
        (folder / picture.name).unlink(missing_ok=True)
        try:
            (folder / picture.name).hardlink_to(picture)
        except OSError:  # another disk, or one without links
            shutil.copyfile(picture, folder / picture.name)


def autograded(whole: NotebookNode, result: Result, release: NotebookNode) -> NotebookNode:
    """A graded notebook as nbgrader's autograde would leave it.

    Args:
        whole: The notebook that was graded, with the student's outputs.
        result: What grading found.
        release: The problem's notebook as it was released.
    """
    questions = {question.name: question for question in result.questions}
    released = {name_of(cell): cell for cell in release.cells}
    notebook = copy.deepcopy(release)
    notebook.cells = whole.cells
    for cell in notebook.cells:
        name = name_of(cell)
        target = released.get(name)
        cell.metadata = copy.deepcopy(target.metadata) if target is not None else NotebookNode()
        if target is None or not is_named(target) or target.metadata.nbgrader.get("solution") or _is_free(cell, target):
            harmless.disarm([cell])
        if is_check(cell) and (question := questions.get(name.removeprefix(CHECK))):
            cell.outputs = [_official(question)]
    return notebook


def _is_free(cell: NotebookNode, target: NotebookNode) -> bool:
    """Whether something else stands in a released cell than was released."""
    return cell.source != target.source or bool(cell.get("outputs"))


def _official(question: Question) -> NotebookNode:
    """What a check found, as its cell would show it."""
    report = told.report_of(question)
    data = {"text/plain": f"{question.earned:g}", "text/html": report._repr_html_()}
    return new_output("execute_result", data, execution_count=None)
