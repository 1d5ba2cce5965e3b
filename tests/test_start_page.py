"""The start page: what it says of each problem, when it is made anew, and that a student's own words are safe."""

import types

import nbformat
import pytest

from helpers import preflight, start_page, student
from helpers.grading import build

MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"


@pytest.fixture
def root(course):
    build.build_all(course=course)
    student.start("01_tiny", course.root)
    return course.root


def own(root):
    return root / "work" / "01_tiny" / "01_tiny.ipynb"


def edited(root, score=None, answer=MEAN):
    """Write an answer into the student's copy, and a check's output where there is a score."""
    notebook = nbformat.read(own(root), as_version=4)
    for cell in notebook.cells:
        if student.name_of(cell) == "mean":
            cell.source = answer
        if student.name_of(cell) == "check-mean" and score is not None:
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": str(score)}, execution_count=1)]
    nbformat.write(notebook, own(root))


def test_an_untouched_copy_is_linked_with_its_points_and_minutes(root):
    row = start_page.row_of("01_tiny", root)
    release = student.read_release("01_tiny", root)
    assert row.points == sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in release.cells)
    assert f"about {row.minutes} minute" in release.cells[0].source
    assert (row.progress, row.link) == ("untouched", "01_tiny/01_tiny.ipynb")
    assert f"**Begin with** [{row.title}](01_tiny/01_tiny.ipynb)." in start_page.text(root)


def test_a_problem_without_a_copy_says_how_to_get_one(root):
    own(root).unlink()
    row = start_page.row_of("01_tiny", root)
    assert (row.progress, row.link) == ("not copied yet: `workbook start 01_tiny`", "")


def test_a_damaged_copy_is_named(root):
    own(root).write_text("{")
    assert "workbook doctor" in start_page.row_of("01_tiny", root).progress


@pytest.mark.parametrize("copied", [True, False])
def test_a_damaged_release_is_named_and_a_copy_stays_open(root, copied):
    (root / "notebooks" / "01_tiny" / "01_tiny.ipynb").write_text("{")
    if not copied:
        own(root).unlink()
    row = start_page.row_of("01_tiny", root)
    assert "damaged: fetch the workbook anew" in row.progress
    assert row.link == ("01_tiny/01_tiny.ipynb" if copied else "")
    assert "damaged" in start_page.text(root)


def test_points_come_from_the_outputs_that_the_notebook_holds(root):
    edited(root)
    assert start_page.row_of("01_tiny", root).progress == "started: 1 of 3 written"
    edited(root, score=1.5)
    row = start_page.row_of("01_tiny", root)
    assert row.progress.startswith("started: 1 of 3 written, checks 1.5 of ")
    assert f"**Go on with** [{row.title}]" in start_page.text(root)


def found(root, earned):
    lines = [
        preflight.Line("mean", 4, earned, 1, 1, False, True),
        preflight.Line("why", 3, None, None, None, False, True),
    ]
    return preflight.Preflight("01_tiny", [], lines)


def test_points_of_a_check_hold_until_the_notebook_changes(root):
    edited(root)
    start_page.keep(own(root), found(root, 3.0), root)
    assert start_page.row_of("01_tiny", root).progress == "started: 1 of 3 written, checks 3 of 4 points"
    edited(root, answer=MEAN + "  # better")
    assert "changed since the check of 20" in start_page.row_of("01_tiny", root).progress
    edited(root, score=2, answer=MEAN + "  # better")
    assert "checks 2 of" in start_page.row_of("01_tiny", root).progress


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sources": "", "earned": "all"}'])
def test_a_damaged_record_of_a_check_counts_for_nothing(root, content):
    edited(root)
    start_page.keep(own(root), found(root, 3.0), root)
    (root / "work" / ".progress" / "01_tiny.json").write_text(content)
    assert start_page.row_of("01_tiny", root).progress == "started: 1 of 3 written"


def test_a_check_of_another_file_is_not_kept(root):
    start_page.keep(root / "notebooks" / "01_tiny" / "01_tiny.ipynb", found(root, 3.0), root)
    assert not (root / "work" / ".progress").exists()


def test_the_page_is_made_anew_but_never_over_what_a_student_changed(root):
    page = start_page.write(root)
    edited(root)
    assert start_page.write(root) == page
    assert "started" in page.read_text()
    page.write_text(page.read_text() + "\nMy plan: all of it.\n")
    assert start_page.write(root) == page.with_name("start-2.md")
    assert start_page.write(root) == page.with_name("start-2.md")
    assert "My plan" in page.read_text()


def test_saving_a_notebook_in_jupyterlab_makes_the_page_anew_and_never_fails(root, monkeypatch):
    page = start_page.write(root)
    edited(root)
    manager = types.SimpleNamespace(root_dir=str(root / "work"))
    start_page.saved(model={"type": "notebook"}, os_path=str(own(root)), contents_manager=manager)
    assert "started" in page.read_text()
    monkeypatch.setattr(start_page, "write", lambda root: 1 / 0)
    start_page.saved(model={"type": "notebook"}, os_path=str(own(root)), contents_manager=manager)


def test_persian_runs_right_to_left(root, monkeypatch):
    monkeypatch.setattr(
        start_page, "row_of", lambda problem, root: start_page.Row("00_start", "A", 1, "1", "0", "", True, False, "a")
    )
    page = start_page.text(root)
    assert '<div dir="rtl" lang="fa">\n\n' in page
