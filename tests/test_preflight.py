"""Before handing in: damage to the file is named, checks run on what the student wrote, and the file is only read."""

import hashlib

import nbformat
import pytest

from helpers import preflight, reading, student
from helpers.errors import WorkbookError
from helpers.grading import build
from helpers.grading.source import COURSE

MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
HALF = "def mean(numbers):\n    return sum(numbers) / 2"
COUNTER = (
    "class Counter:\n    def __init__(self):\n        self.total = 0\n"
    "    def add(self, amount):\n        self.total += amount\n        return self"
)


@pytest.fixture
def release(course):
    build.build_all(course=course)
    return nbformat.read(course.notebooks / "01_tiny" / "01_tiny.ipynb", as_version=4)


@pytest.fixture
def notebook(release):
    """A student's complete notebook."""
    own = nbformat.from_dict(release)
    cell(own, "mean").source = MEAN
    cell(own, "why").source = cell(own, "why").source.replace("YOUR ANSWER HERE", "By what would one divide?")
    return own


def cell(notebook, name):
    return next(cell for cell in notebook.cells if student.name_of(cell) == name)


def copied(cell, source=None):
    fresh = nbformat.v4.new_code_cell(cell.source if source is None else source)
    fresh.metadata = nbformat.from_dict(cell.metadata)
    return fresh


def run(course, notebook, name="01_tiny.ipynb", timeout=60):
    path = course.root / name
    nbformat.write(notebook, path)
    before = hashlib.sha256(path.read_bytes()).digest()
    result = preflight.preflight(path, course.root, timeout)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    return result


def line(result, name):
    return next(line for line in result.lines if line.name == name)


# The file


def test_a_whole_notebook_has_no_damage(notebook, release):
    assert preflight.inspect(notebook, release) == []


@pytest.mark.parametrize("name", ["mean", "check-mean", "why", "start-3", "start-4"])
def test_a_missing_cell_is_named(notebook, release, name):
    notebook.cells.remove(cell(notebook, name))
    (damage,) = preflight.inspect(notebook, release)
    assert name.removeprefix("check-") in damage


def test_the_cells_that_a_cut_took_are_one_sentence():
    content = (COURSE.notebooks / "02_pixelcnn" / "02_pixelcnn.ipynb").read_bytes()
    whole, _ = reading.read(content, "02_pixelcnn.ipynb")
    half, damage = reading.read(content[: len(content) // 2], "02_pixelcnn.ipynb")
    assert "cut off" in damage[0]
    (sentence,) = preflight.inspect(half, whole)
    last = [c for c in half.cells if "nbgrader" in c.metadata][-1]
    following = whole.cells[[c.id for c in whole.cells].index(last.id) + 1 :]
    first = next(c for c in following if "nbgrader" in c.metadata and student.kind_of(c) != "text")
    title = student.title_of(first)
    assert sentence == f"Everything from {title[0].lower()}{title[1:]} on is missing."


def test_many_cells_lost_in_the_middle_are_one_sentence_and_a_text_far_from_them_another():
    content = (COURSE.notebooks / "02_pixelcnn" / "02_pixelcnn.ipynb").read_bytes()
    whole, _ = reading.read(content, "02_pixelcnn.ipynb")
    names = [c.id for c in whole.cells]
    lost = {*names[names.index("bits_per_dim") : names.index("colour_mask") + 1], "GatedBlock-1"}
    kept = nbformat.from_dict(whole)
    kept.cells = [c for c in kept.cells if c.id not in lost]
    stretch, text = preflight.inspect(kept, whole)
    assert stretch == "Everything from the exercise bits_per_dim to the exercise colour_mask is missing."
    assert "(GatedBlock-1)" in text


def test_parameters_training_and_plots_are_the_students_own_business(notebook, release):
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata]
    assert preflight.inspect(notebook, release) == []


def test_a_cell_that_is_there_twice_is_named_with_its_places(notebook, release):
    notebook.cells.append(copied(cell(notebook, "mean")))
    (damage,) = preflight.inspect(notebook, release)
    assert "exercise mean is there 2 times" in damage
    assert f"and {len(notebook.cells)}" in damage


def test_a_retyped_cell_is_named(notebook, release):
    at = notebook.cells.index(cell(notebook, "mean"))
    kept = notebook.cells[at]
    notebook.cells[at] = nbformat.v4.new_markdown_cell(kept.source, metadata=kept.metadata, id=kept.id)
    (damage,) = preflight.inspect(notebook, release)
    assert "exercise mean was turned into a markdown cell" in damage


@pytest.mark.parametrize(("name", "words"), [("check-mean", "The check of mean was edited"), ("start-3", "start-3")])
def test_an_edited_locked_cell_is_named(notebook, release, name, words):
    cell(notebook, name).source += "\n# mine"
    (damage,) = preflight.inspect(notebook, release)
    assert words in damage


def test_spaces_at_the_end_are_no_edit(notebook, release):
    cell(notebook, "check-mean").source += "\n"
    assert preflight.inspect(notebook, release) == []


def test_changed_and_lost_grading_data_are_named(notebook, release):
    cell(notebook, "check-mean").metadata.nbgrader.points = 400
    notebook.cells[[student.name_of(c) for c in notebook.cells].index("mean")].metadata.pop("nbgrader")
    damage = preflight.inspect(notebook, release)
    assert any("The check of mean has other grading data" in sentence for sentence in damage)
    assert any("The exercise mean lost its grading data" in sentence for sentence in damage)
    assert len(damage) == 2


def test_a_graded_cell_of_no_exercise_is_named(notebook, release):
    stranger = copied(cell(notebook, "check-mean"), "4.0")
    stranger.metadata.nbgrader.grade_id = "check-bonus"
    notebook.cells.append(stranger)
    (damage,) = preflight.inspect(notebook, release)
    assert "check-bonus" in damage


def test_another_release_is_said_once_and_is_no_edit_of_the_student(course, edit, notebook):
    edit("# The mean of $n$ numbers", "# The arithmetic mean of $n$ numbers")
    edit("time.sleep(0.01)", "time.sleep(0.02)")
    build.build_all(course=course)
    newer = nbformat.read(course.notebooks / "01_tiny" / "01_tiny.ipynb", as_version=4)
    assert preflight.inspect(notebook, newer) == ["It comes from another release of the workbook."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is no whole notebook"),
        ("", "is no whole notebook"),
        ('{"a": 1}', "is no whole notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}', "no whole notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "belongs to no problem"),
        ("\udcff", "is no whole notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(course, release, content, sentence):
    path = course.root / "homework.ipynb"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(WorkbookError, match=sentence) as refusal:
        preflight.preflight(path, course.root)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(course):
    with pytest.raises(WorkbookError, match="There is no file"):
        preflight.preflight(course.root / "nothing.ipynb", course.root)


@pytest.mark.parametrize("name", ["01_tiny.ipynb", "01_tiny (1).ipynb", "homework.ipynb"])
def test_the_problem_is_known_without_its_metadata(course, notebook, name):
    notebook.metadata.pop("workbook")
    assert preflight.problem_of(notebook, course.root / name, course.root) == "01_tiny"


# The checks


def test_an_untouched_notebook_is_whole_and_says_what_is_missing(course, release):
    result = run(course, release)
    assert result.damage == []
    assert result.missing == ["mean", "why"]  # Counter is optional
    assert not result.ready
    assert line(result, "mean").advice == "Not written yet."
    assert result.closing() == "Not ready yet: incomplete: mean, why."


def test_a_complete_notebook_is_ready_without_what_is_optional(course, notebook):
    result = run(course, notebook)
    assert result.ready
    assert line(result, "mean").earned == 4
    assert line(result, "Counter").earned == 0
    assert "whole" in result.closing()


def test_one_broken_cell_costs_one_exercise(course, notebook):
    """Here mean does not parse, an own cell raises, training would take for ever, and a check was overwritten."""
    cell(notebook, "mean").source = "def mean(numbers:"
    cell(notebook, "Counter").source = COUNTER
    cell(notebook, "check-Counter").source = "2000.0"
    notebook.cells.insert(4, nbformat.v4.new_code_cell("1 / 0"))
    next(c for c in notebook.cells if "train" in c.metadata.get("tags", [])).source = "while True: pass"
    result = run(course, notebook)
    assert line(result, "mean").earned == 0
    assert "SyntaxError" in line(result, "mean").advice
    assert line(result, "Counter").earned == 2
    assert result.missing == ["mean"]
    assert result.trouble == []


def test_a_half_right_answer_earns_a_part_of_its_points(course, notebook):
    cell(notebook, "mean").source = HALF
    result = run(course, notebook)
    assert 0 < line(result, "mean").earned < 4
    assert result.missing == ["mean"]


def test_a_cell_without_end_is_stopped_and_the_others_go_on(course, notebook):
    cell(notebook, "Counter").source = COUNTER
    notebook.cells.insert(4, nbformat.v4.new_code_cell("import time\nwhile True: time.sleep(0.01)"))
    result = run(course, notebook, timeout=5)
    assert line(result, "mean").earned == 4
    assert line(result, "Counter").earned == 2


def test_a_cell_that_ends_python_is_named(course, notebook):
    cell(notebook, "mean").source = "import os\nos._exit(0)"
    result = run(course, notebook)
    assert result.trouble == ["The cell mean ended Python, so that nothing after it could run."]
    assert line(result, "mean").earned == 0
    assert not result.ready


def test_the_workbooks_own_report_gives_properties_and_the_first_advice(course, edit, release):
    """The tiny problem's stand-in says only points; a Report names its properties."""
    report = 'class Report(float):\n    """A stand-in for the workbook\'s own Report: a float with an explanation."""\n'
    edit(report, report + "\n    items = ITEMS\n")
    edit(
        "\n\nclass Report(float):",
        "\n\nITEMS = [\n"
        "    SimpleNamespace(name='the centre', passed=True, advice='', reason=''),\n"
        "    SimpleNamespace(name='the rim', passed=False, advice='Look at the last column.', reason='it is 1'),\n"
        "]\n\n\nclass Report(float):",
    )
    build.build_all(course=course)
    notebook = nbformat.read(course.notebooks / "01_tiny" / "01_tiny.ipynb", as_version=4)
    cell(notebook, "mean").source = HALF + "\n_ = 3  # the last value's name is the student's to use"
    found = line(run(course, notebook), "mean")
    assert (found.held, found.properties) == (1, 2)
    assert found.advice == "the rim: Look at the last column."
