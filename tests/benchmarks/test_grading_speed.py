"""`workbook grade` against stock `nbgrader autograde` on the same submissions, the starts of both measured in.

Stock runs the training cells, too, and cannot be told otherwise. So that not only their length is measured, a second
row is about submissions from which they were taken out.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.grading import build, pile
from helpers.grading.results import Store
from helpers.grading.source import COURSE, Course
from helpers.student import LEFT_OUT
from tests.benchmarks.ratio import measure

PROBLEM, STUDENTS = "02_pixelcnn", 20
STOCK = 3  # of them are graded by stock, which takes long; its start, a second or two, is scaled up with the rest
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path):
    """A course of its own, built."""
    course = Course(tmp_path / "course")
    course.solutions.mkdir(parents=True)
    shutil.copy(COURSE.solutions / f"{PROBLEM}.py", course.solutions)
    shutil.copytree(COURSE.solutions / "expected" / PROBLEM, course.solutions / "expected" / PROBLEM)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    build.build_all(course=course)
    nbgrader(course, "generate_assignment", PROBLEM, "--force")
    return course


def hand_in(course, left_out):
    """Twenty right submissions without the cells of these tags, each with a comment of its own."""
    solved = nbformat.read(course.build / "source" / PROBLEM / f"{PROBLEM}.ipynb", as_version=4)
    solved.cells = [cell for cell in solved.cells if not left_out & set(cell.metadata.get("tags", []))]
    exercise = next(cell for cell in solved.cells if "### BEGIN SOLUTION" in cell.source)
    source = exercise.source
    for number in range(STUDENTS):
        exercise.source = f"# by s{number:02}\n{source}"
        path = course.build / "submitted" / f"s{number:02}" / PROBLEM / f"{PROBLEM}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(solved, path)


def nbgrader(course, *arguments):
    """Run stock nbgrader on the course."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=course.root, env=environment, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("name", "left_out", "least"),
    [("grading", set(), 10), ("grading_without_training", LEFT_OUT, 3)],
    ids=["as handed in", "without training and plots"],
)
def test_grading_against_stock_nbgrader(benchmark, course, tmp_path, name, left_out, least):
    hand_in(course, left_out)

    def theirs():
        nbgrader(course, "autograde", PROBLEM, "--force", f"--student=s0[0-{STOCK - 1}]")

    def ours():
        shutil.rmtree(tmp_path / "grades", ignore_errors=True)
        pile.grade([course.build / "submitted"], course, tmp_path / "grades")

    cells = "without training and plot cells" if left_out else "training cells and all, which only stock runs"
    ratio = measure(
        name,
        slow=theirs,
        fast=ours,
        repeats=1,
        warm_up=False,
        part=STOCK / STUDENTS,
        note=f"{STUDENTS} right submissions of {PROBLEM}, {cells}, one at a time, starts included; stock graded "
        f"{STOCK} of them, and its time is scaled up",
        benchmark=benchmark,
    )
    assert len(list((course.build / "autograded").glob(f"*/{PROBLEM}/{PROBLEM}.ipynb"))) == STOCK
    found = list(Store(tmp_path / "grades").all())
    assert [result.earned for result in found] == [found[0].points] * STUDENTS
    assert ratio.ratio >= least
