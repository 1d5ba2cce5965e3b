"""The corpus before stock nbgrader: `python -m tests.grading.attacks.stock` grades it once and keeps the points.

What would harm the machine is not run, and neither is what attacks a conversation that nbgrader does not have. The
notebooks go without their training and plots, in a course of their own.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from helpers.doctor import LEFT_OUT
from helpers.grading import build, source
from helpers.grading.source import Course
from helpers.student import CHECK
from tests.grading.attacks import corpus
from tests.grading.attacks.corpus import ROOT, Attack

KEPT = Path(__file__).resolve().parent / "stock.json"


def main() -> None:
    """Grade what can be run, and keep the points with the date and nbgrader's version."""
    able = [attack for attack in corpus.attacks() if not attack.stock]
    scores = {}
    for problem in sorted({attack.problem for attack in able}):
        with tempfile.TemporaryDirectory(prefix="workbook-stock-") as folder:
            scores |= graded(problem, [one for one in able if one.problem == problem], Course(Path(folder) / "course"))
    about = {"date": datetime.date.today().isoformat(), "nbgrader": version("nbgrader"), "earned": scores}
    KEPT.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def graded(problem: str, attacks: list[Attack], course: Course) -> dict[str, float | None]:
    """The points of each attack's exercise, all of one problem; None where nbgrader could not grade it."""
    _make(course, problem)
    students = {f"attack-{number:03}": attack for number, attack in enumerate(attacks)}
    for student, attack in students.items():
        notebook = corpus.submission({attack.exercise: attack.code}, {attack.exercise}, problem)
        notebook.cells = [cell for cell in notebook.cells if not LEFT_OUT & set(cell.metadata.get("tags", []))]
        folder = course.build / "submitted" / student / problem
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{problem}.ipynb")
    _nbgrader(course, "generate_assignment", problem, "--force")
    _nbgrader(course, "autograde", problem)
    with Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", "deep_generative_models") as gradebook:
        return {attack.name: _score(gradebook, student, attack) for student, attack in students.items()}


def _make(course: Course, problem: str) -> None:
    """A course with this problem alone."""
    course.solutions.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{problem}.py", course.solutions)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    for cell in source.load(problem, course).cells:
        if "expected" in cell.keys:
            picture = course.solutions / "expected" / problem / f"{cell.keys['expected']}.png"
            build.write_atomically(picture, b"\x89PNG\r\n\x1a\n")
    build.build_all(course=course)


def _nbgrader(course: Course, *arguments: str) -> None:
    """Run stock nbgrader, which fails where a submission does."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": str(course.root), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, env=environment)


def _score(gradebook: Gradebook, student: str, attack: Attack) -> float | None:
    try:
        notebook = gradebook.find_submission_notebook(attack.problem, attack.problem, student)
    except MissingEntry:
        return None
    return next(grade.auto_score for grade in notebook.grades if grade.name == f"{CHECK}{attack.exercise}")


if __name__ == "__main__":
    main()
