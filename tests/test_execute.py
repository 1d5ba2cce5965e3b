"""Papermill runs solutions in their own folder, and their points are read without trusting what only looks full."""

import io
import json
import os
import threading
import time

import nbformat
import pytest
from rich.console import Console

from helpers.errors import WorkbookError
from helpers.grading import build, execute, source
from helpers.grading.execute import Settings
from helpers.grading.source import COURSE
from tests.patience import PATIENCE

# Cells that tell what a kernel finds around it.
LOOK = (
    "import json, os\n"
    "from pathlib import Path\n"
    "print(json.dumps({**{name: os.environ.get(name) for name in os.environ if name.startswith('WORKBOOK')},"
    " 'parameters': [PRESET, DATASET, SEED], 'here': str(Path.cwd())}))"
)


class Watch:
    """A display that remembers."""

    def __init__(self):
        self.calls, self.finished = [], []

    def advance(self, problem, done, total):
        self.calls.append((problem, done, total))

    def finish(self, outcome):
        self.finished.append(outcome.problem)


@pytest.fixture
def run(course, monkeypatch):
    """Build and run the tiny problem."""
    for name in ("WORKBOOK_PRESET", "WORKBOOK_DATASET", "WORKBOOK_SEED"):
        monkeypatch.delenv(name, raising=False)

    def go(settings=None, rebuild=True):
        if rebuild:
            build.build_all(course=course)
        return execute.run_problem("01_tiny", settings or Settings(), course=course)

    return go


def with_cell(course, code, tags=("plot",), before="mean"):
    """Put a cell into the built notebook, before the named one."""
    build.build_all(course=course)
    path = course.build / "source" / "01_tiny" / "01_tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    at = next(i for i, cell in enumerate(notebook.cells) if cell.id == before)
    notebook.cells.insert(at, nbformat.v4.new_code_cell(code, id="look", metadata={"tags": list(tags)}))
    nbformat.write(notebook, path)


def with_check(course, code):
    """Replace the check of mean."""
    build.build_all(course=course)
    path = course.build / "source" / "01_tiny" / "01_tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "check-mean").source = code
    nbformat.write(notebook, path)


def printed(outcome, name="look"):
    notebook = nbformat.read(outcome.notebook, as_version=4)
    return next(cell for cell in notebook.cells if cell.get("id") == name).outputs[0].text


def test_a_solution_earns_full_points_and_leaves_notebook_page_and_metrics(run, course):
    outcome = run()
    assert outcome.failures == []
    assert outcome.scores == {"mean": (4.0, 4.0), "Counter": (2.0, 2.0)}
    assert (outcome.passed, outcome.earned, outcome.points, outcome.by_hand) == (2, 6, 6, 3)
    assert outcome.folder == course.build / "run" / "01_tiny" / "smoke"
    assert sorted(path.name for path in outcome.folder.iterdir()) == ["01_tiny.html", "01_tiny.ipynb", "metrics.json"]
    page = outcome.page.read_text(encoding="utf-8")
    assert "data:image/png;base64" in page  # the expected picture is in the page
    assert "نام" in page
    metrics = json.loads((outcome.folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["exercises"]["mean"] == {"earned": 4.0, "points": 4.0}
    assert metrics["seconds"] > 0
    assert not (course.root / "work").exists()


def test_what_the_command_asks_for_wins_over_the_notebook(run, course, monkeypatch):
    monkeypatch.setenv("WORKBOOK_SEED", "5")
    with_cell(course, LOOK, before="mean")
    outcome = run(Settings("laptop", "mnist", 3), rebuild=False)
    seen = json.loads(printed(outcome))
    assert seen["parameters"] == ["laptop", "mnist", 3]
    assert (seen["WORKBOOK_PRESET"], seen["WORKBOOK_DATASET"], seen["WORKBOOK_SEED"]) == ("laptop", "mnist", "3")
    assert seen["WORKBOOK_HEADLESS"] == "1"
    assert seen["here"] == seen["WORKBOOK_RUN_DIR"] == str(course.build / "run" / "01_tiny" / "laptop-mnist-seed3")
    assert os.environ["WORKBOOK_SEED"] == "5"


def test_what_the_command_leaves_open_is_the_environments_then_the_notebooks(run, course, monkeypatch):
    monkeypatch.setenv("WORKBOOK_SEED", "5")
    with_cell(course, LOOK, before="mean")
    seen = json.loads(printed(run(rebuild=False)))
    assert seen["parameters"] == ["smoke", "digits", 0]
    assert seen["WORKBOOK_SEED"] == "5"
    assert "WORKBOOK_DATASET" not in seen


def test_a_run_begins_anew_unless_it_resumes(run, course):
    folder = course.build / "run" / "01_tiny" / "smoke"
    folder.mkdir(parents=True)
    (folder / "checkpoint.pt").write_text("old")
    run(Settings(resume=True))
    assert (folder / "checkpoint.pt").exists()
    run()
    assert not (folder / "checkpoint.pt").exists()


def test_a_cell_that_fails_is_named_and_what_ran_is_kept(run, course):
    with_cell(course, "# a comment\nnot_defined + 1", before="Counter")
    outcome = run(rebuild=False)
    (failure,) = outcome.failures
    assert failure.startswith("01_tiny: the cell that begins 'not_defined + 1' fails: NameError:")
    assert outcome.scores["mean"] == (4.0, 4.0)
    assert outcome.scores["Counter"] == (None, 2.0)
    assert "not_defined" in outcome.page.read_text(encoding="utf-8")
    assert json.loads((outcome.folder / "metrics.json").read_text())["failures"] == [failure]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("1.5", "gives 1.5 of 4 points"),
        ("None", "gives no points"),  # nbgrader would give full marks for these
        ("True", "gives no points"),
        ("float('nan')", "gives no points"),
        ("5.0", "gives 5 of 4 points"),
        ("import sys\nprint('noise', file=sys.stderr)\n4.0", "writes to stderr"),
        ("import os\nos._exit(1)", "the kernel died"),
    ],
)
def test_a_check_with_less_than_full_points_fails_the_run(run, course, code, sentence):
    with_check(course, code)
    outcome = run(rebuild=False)
    assert any(sentence in failure for failure in outcome.failures), outcome.failures
    assert outcome.passed < 2


def test_several_problems_run_together_and_one_failure_stops_no_other(course, tiny, monkeypatch):
    (course.solutions / "02_small.py").write_text(tiny, encoding="utf-8")
    (course.solutions / "03_other.py").write_text(tiny.replace("time.sleep(0.01)", "1 / 0"), encoding="utf-8")
    build.build_all(course=course)
    watch = Watch()
    problems = ["01_tiny", "02_small", "03_other"]
    outcomes = execute.run_all(problems, Settings(), watch, jobs=3, course=course)
    assert [outcome.problem for outcome in outcomes] == problems
    assert [bool(outcome.failures) for outcome in outcomes] == [False, False, True]
    assert sorted(watch.finished) == problems
    totals = {problem: total for problem, _, total in watch.calls}
    for problem in problems[:2]:
        assert [done for name, done, _ in watch.calls if name == problem] == list(range(totals[problem]))
    assert list(execute.table(outcomes).columns[0].cells) == problems


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_path_of_a_page_is_broken_however_narrow_the_terminal(tmp_path, width):
    outcome = execute.Outcome("01_tiny", tmp_path / "laptop-fashion-mnist", 1.5, {"mean": (2.0, 2.0)}, by_hand=3.0)
    outcome.folder.mkdir()
    outcome.page.touch()
    path = "build/run/01_tiny/laptop-fashion-mnist-seed4294967295/[01_tiny] of a long name.html"
    printed = io.StringIO()
    execute.show([outcome], Console(file=printed, width=width), lambda page: path)
    lines = printed.getvalue().splitlines()
    assert any(path in line for line in lines)
    assert all(len(line) <= width or line == path for line in lines)
    assert any("1.5" in line and "1 of 1" in line and "2 of 2 (+ 3 by hand)" in line for line in lines)


def test_stopping_ends_a_kernel_that_would_run_for_ever(course):
    with_cell(course, "while True: pass", before="mean")
    kernels, outcomes, begun = execute.Kernels(), [], threading.Event()

    def advance(problem, done, total):
        if done >= 4:
            begun.set()

    def go():
        outcomes.append(execute.run_problem("01_tiny", Settings(), advance, course, kernels))

    thread = threading.Thread(target=go)
    thread.start()
    assert begun.wait(PATIENCE)
    time.sleep(0.2)
    kernels.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert "the kernel died" in outcomes[0].failures[0]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [({"preset": "huge"}, "no preset 'huge'"), ({"seed": -1}, "out of range"), ({"seed": 2**32}, "out of range")],
)
def test_impossible_settings_are_refused(settings, sentence):
    with pytest.raises(WorkbookError, match=sentence):
        Settings(**settings)


@pytest.mark.slow
def test_every_solution_of_this_workbook_earns_full_points_at_the_smoke_preset(executed):
    problems = source.problems(COURSE)
    assert problems
    outcomes = [executed(problem) for problem in problems]
    assert [failure for outcome in outcomes for failure in outcome.failures] == []
    for outcome in outcomes:
        assert outcome.scores
        assert outcome.passed == len(outcome.scores)
        assert outcome.metrics["figures"], f"{outcome.problem} records no figures"
