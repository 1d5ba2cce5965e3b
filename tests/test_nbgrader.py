"""Stock nbgrader takes a problem from source to feedback, and shows it in formgrader.

All submissions of one problem go through one autograde call, since each kernel and each start of nbgrader take seconds.
"""

import html
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbgrader.api import Gradebook

from helpers import start_page
from helpers.checks.report import with_code
from helpers.grading import build, judging, leaks, source
from helpers.grading.source import COURSE, Course
from tests.patience import PATIENCE
from tests.servers import serving

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "sources" / "01_tiny.py"

# Appended to every exercise: a right answer that prints, warns and draws a progress bar whenever it is used.
NOISE = """
def _noisy(function):
    import functools, sys, warnings
    from tqdm import tqdm

    @functools.wraps(function)
    def noisy(*args, **kwargs):
        print("value:", len(args))
        warnings.warn("this is slow", RuntimeWarning)
        for _ in tqdm(range(2)):
            sys.stderr.write("still running\\n")
        return function(*args, **kwargs)

    return noisy


if isinstance(NAME, type):
    NAME.__init__ = _noisy(NAME.__init__)
else:
    NAME = _noisy(NAME)
"""
HALF_RIGHT_MEAN = """def mean(numbers):
    return sum(numbers) / 2
"""


@dataclass(frozen=True)
class HalfRight:
    """An answer that earns a part of its points, and a passage of the advice it must be given."""

    exercise: str
    code: str
    advice: str


@dataclass(frozen=True)
class Graded:
    """A course after autograde and generate_feedback."""

    course: Course
    source: source.Source
    half_right: HalfRight | None

    def scores(self, student: str) -> dict[str, tuple[float | None, float]]:
        """Automatic and greatest score of each graded cell."""
        with Gradebook(f"sqlite:///{self.course.build / 'gradebook.db'}", "deep_generative_models") as gradebook:
            problem = self.source.problem
            grades = gradebook.find_submission_notebook(problem, problem, student).grades
            return {grade.name: (grade.auto_score, grade.max_score) for grade in grades}

    def feedback(self, student: str) -> str:
        """The feedback page, as a person reads it."""
        problem = self.source.problem
        page = self.course.build / "feedback" / student / problem / f"{problem}.html"
        return html.unescape(page.read_text(encoding="utf-8"))


def _nbgrader(course: Course, *arguments: str) -> str:
    """Run stock nbgrader from the course's root, with nothing of an activated environment."""
    environment = {
        key: os.environ[key] for key in ("HOME", "TMPDIR", "SYSTEMROOT", "WORKBOOK_DATA") if key in os.environ
    }
    environment |= {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module", params=["01_tiny", *source.problems()])
def graded(request, tmp_path_factory) -> Graded:
    """A problem built in a course of its own, with four submissions graded by stock nbgrader."""
    problem = request.param
    course = Course(tmp_path_factory.mktemp("course"))
    course.solutions.mkdir()
    shutil.copy(TINY if problem == "01_tiny" else COURSE.solutions / f"{problem}.py", course.solutions)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    read = source.load(problem, course)
    for cell in read.cells:
        if "expected" in cell.keys:
            picture = course.solutions / "expected" / problem / f"{cell.keys['expected']}.png"
            build.write_atomically(picture, b"\x89PNG\r\n\x1a\n")
    build.build_all(course=course)
    half_right = _half_right(read)
    _submit(course, problem, "solved", "source")
    _submit(course, problem, "untouched", "release")
    noise = {name: NOISE.replace("NAME", name) for name in read.exercises}
    _submit(course, problem, "noisy", "source", lambda cell: cell.source + noise.get(cell.id, ""))
    if half_right:
        answers = {half_right.exercise: half_right.code}
        _submit(course, problem, "half-right", "release", lambda cell: answers.get(cell.id, cell.source))
    _nbgrader(course, "generate_assignment", problem, "--force")
    _nbgrader(course, "autograde", problem)
    _nbgrader(course, "generate_feedback", problem)
    return Graded(course, read, half_right)


def _submit(course: Course, problem: str, student: str, stage: str, rewrite=None) -> None:
    """Hand in a notebook of this stage with its cells rewritten; only the solution keeps its training and plots."""
    notebook = nbformat.read(course.build / stage / problem / f"{problem}.ipynb", as_version=4)
    if student != "solved":
        notebook.cells = [cell for cell in notebook.cells if not {"train", "plot"} & set(cell.metadata.get("tags", []))]
    for cell in notebook.cells if rewrite else []:
        cell.source = rewrite(cell)
    folder = course.build / "submitted" / student / problem
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{problem}.ipynb")


def _half_right(read: source.Source) -> HalfRight | None:
    """An answer that is right in part: of the corpus of wrong answers, the first that earns some of its points."""
    if read.problem == "01_tiny":
        return HalfRight("mean", HALF_RIGHT_MEAN, "Three numbers: divide by how many there are.")
    for name, exercise in read.exercises.items():
        path = ROOT / "tests" / "answers" / read.problem / f"{name}.py"
        cells = jupytext.read(path, fmt="py:percent").cells if path.exists() else []
        for cell in cells:
            if "wrong" not in cell.metadata:
                continue
            namespace = dict(judging.given(read.problem))
            exec(cell.source, namespace)
            report = eval(exercise.check_code, namespace)
            if 0 < report < 1:
                return HalfRight(name, cell.source, report.failed[0].advice)
    return None


def test_the_solution_earns_full_marks(graded):
    scores = graded.scores("solved")
    for name, exercise in graded.source.exercises.items():
        assert scores[f"check-{name}"] == (exercise.points, exercise.points)


def test_a_changed_answer_waits_for_a_person(graded):
    for name, question in graded.source.questions.items():
        assert graded.scores("solved")[name] == (None, question.points)


def test_the_untouched_notebook_earns_nothing(graded):
    scores = graded.scores("untouched")
    assert len(scores) == len(graded.source.exercises) + len(graded.source.questions)
    assert [score for score, _ in scores.values()] == [0] * len(scores)


def test_every_point_of_the_source_is_in_the_gradebook(graded):
    assert sum(most for _, most in graded.scores("untouched").values()) == graded.source.points


def test_a_half_right_answer_earns_a_part_and_its_explanation(graded):
    if graded.half_right is None:
        pytest.skip("no wrong answer of this problem's corpus earns a part of its points")
    score, most = graded.scores("half-right")[f"check-{graded.half_right.exercise}"]
    assert 0 < score < most
    advice = with_code(graded.half_right.advice)  # the tiny problem's own code holds it once more
    assert graded.feedback("half-right").count(advice) == graded.feedback("solved").count(advice) + 1


def test_prints_warnings_and_progress_bars_do_not_cost_a_point(graded):
    assert graded.scores("noisy") == graded.scores("solved")


def test_feedback_shows_no_solution(graded):
    page = "".join(graded.feedback("untouched").split())
    assert "YOURCODEHERE" in page
    for _, text in leaks.essential(graded.source.cells):
        assert text not in page


def test_feedback_has_the_expected_pictures_beside_it(graded):
    problem = graded.source.problem
    pictures = {f"{cell.keys['expected']}.png" for cell in graded.source.cells if "expected" in cell.keys}
    folder = graded.course.build / "feedback" / "solved" / problem / "expected"
    assert {path.name for path in folder.glob("*.png")} == pictures


def test_stock_generate_assignment_gives_the_students_notebook(graded):
    problem = graded.source.problem
    released = nbformat.read(graded.course.build / "release" / problem / f"{problem}.ipynb", as_version=4)
    student = nbformat.read(graded.course.notebooks / problem / f"{problem}.ipynb", as_version=4)
    assert released == student


NAMES = ("WORKBOOK_PRESET", "WORKBOOK_DATASET", "WORKBOOK_HEADLESS")


def settings_of_kernels(config):
    """What nbgrader's kernels find in their environment."""
    from nbgrader.preprocessors import Execute

    asked = nbformat.v4.new_code_cell(f"import os; print([os.environ.get(name) for name in {NAMES}])")
    notebook = nbformat.v4.new_notebook(cells=[asked])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    Execute(config=config).preprocess(notebook, {})
    return notebook.cells[0].outputs[0].text.strip()


@pytest.mark.slow
def test_kernels_of_autograde_and_validate_run_at_the_smoke_preset_without_a_screen_and_no_others(
    tmp_path, monkeypatch
):
    from traitlets.config import PyFileConfigLoader

    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name in ("PATH", "JUPYTER_PATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # put back after what the file does to it
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    start_page.lab_options(tmp_path)
    instructors = PyFileConfigLoader("nbgrader_config.py", str(tmp_path)).load_config()
    environment = dict(os.environ)
    PyFileConfigLoader("nbgrader_config.py", str(tmp_path)).load_config()
    assert dict(os.environ) == environment, "formgrader reads the file for every page: what it sets must not grow"
    students = PyFileConfigLoader("nbgrader_config.py", str(tmp_path / "work" / ".lab")).load_config()
    assert instructors.CourseDirectory.root == str(tmp_path.resolve() / "build")
    assert instructors.Execute == students.Execute
    assert settings_of_kernels(students) == "['smoke', 'digits', '1']"
    assert not set(NAMES) & set(os.environ), "JupyterLab reads the file, and would start every kernel so"


@pytest.mark.parametrize("graded", ["01_tiny"], indirect=True)
def test_formgrader_shows_the_class(graded):
    command = [sys.executable, "-m", "jupyter", "server"]
    page = "formgrader/api/submissions/01_tiny"
    with serving(command, page, graded.course.root, os.environ | {"PYTHONPATH": str(ROOT)}) as address:
        answer = urllib.request.urlopen(f"{address}/{page}", timeout=PATIENCE).read()
    students = {row["student"]: row for row in json.loads(answer)}
    assert students["solved"]["code_score"] == 6
    assert students["solved"]["needs_manual_grade"]
    assert students["untouched"]["score"] == 0
