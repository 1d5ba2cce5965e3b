"""A class of submissions to three problems: submissions per minute by one worker, by two, and by two of Dask's.

The count is 24, or what WORKBOOK_CLASS says: WORKBOOK_CLASS=200 takes a quarter of an hour on two cores. A third of the
class is right, a third has an exercise that raises, and a third has written nothing; all have printed a megabyte.
"""

import os
import shutil
import time
from contextlib import ExitStack

import distributed
import nbformat
import psutil
import pytest

from helpers.grading import build, cluster, pile
from helpers.grading.results import Store
from helpers.grading.source import COURSE, Course
from tests.benchmarks.ratio import keep

PROBLEMS = ("02_pixelcnn", "05_coupling_flow", "11_graphical_models")
COUNT = int(os.environ.get("WORKBOOK_CLASS", "24"))


@pytest.fixture
def course(tmp_path):
    """A course of three problems, built."""
    course = Course(tmp_path / "course")
    course.solutions.mkdir(parents=True)
    for problem in PROBLEMS:
        shutil.copy(COURSE.solutions / f"{problem}.py", course.solutions)
        shutil.copytree(COURSE.solutions / "expected" / problem, course.solutions / "expected" / problem)
    build.build_all(course=course)
    return course


@pytest.fixture
def submitted(course):
    """What the class handed in."""
    for number in range(COUNT):
        problem = PROBLEMS[number % 3]
        kind = number // 3 % 3
        folder = course.build / "source" if kind else course.notebooks
        notebook = nbformat.read(folder / problem / f"{problem}.ipynb", as_version=4)
        exercises = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
        exercises[0].source += f"\n# by s{number:03}"
        if kind == 1:
            exercises[1].source += "\nraise ValueError('not yet')"
        printed = nbformat.v4.new_output("stream", text="epoch 1: 0.1234\n" * 65_000)
        next(cell for cell in notebook.cells if cell.cell_type == "code").outputs = [printed]
        path = course.build / "submitted" / f"s{number:03}" / problem / f"{problem}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return course.build / "submitted"


class Watched:
    """Grades the class into a folder; how long that takes, and by how much this process grows meanwhile."""

    def __init__(self, submitted, course, folder, jobs, executor=None):
        self.memory, process = {}, psutil.Process()

        def look(done, total, summary):
            self.memory[done] = process.memory_info().rss / 2**20

        start = time.perf_counter()
        self.summary = pile.grade([submitted], course, folder, jobs=jobs, executor=executor, progress=look)
        self.seconds = time.perf_counter() - start
        self.points = {(one.student, one.problem): one.earned for one in Store(folder).all()}

    @property
    def growth(self):
        """MiB from a tenth of the class to all of it."""
        return self.memory[COUNT] - self.memory[max(1, COUNT // 10)]

    def __str__(self):
        rate = 60 * COUNT / self.seconds
        return (
            f"{rate:.0f} submissions per minute, the parent grows by {self.growth:.1f} MiB to {self.memory[COUNT]:.0f}"
        )


def test_a_class(benchmark, course, submitted, tmp_path):
    found = {jobs: Watched(submitted, course, tmp_path / str(jobs), jobs) for jobs in (1, 2)}
    with ExitStack() as stack:
        local = stack.enter_context(
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=60
            )
        )
        them = stack.enter_context(cluster.workers(local.scheduler_address, 1, course.root))
        found["dask"] = Watched(submitted, course, tmp_path / "dask", *them)
    start = time.perf_counter()
    again = pile.grade([submitted], course, tmp_path / "2", jobs=2)
    resumed = time.perf_counter() - start
    for name, one in found.items():
        print(f"{name}: {one}")
    print(f"resumed and reported in {resumed:.2f} s")
    about = f"{COUNT} submissions of {len(PROBLEMS)} problems"
    one, two, dask = found[1], found[2], found["dask"]
    keep(
        "class_two_jobs",
        [(one.seconds, two.seconds)],
        f"{about}, --jobs 1 / --jobs 2, starts included: {one}; {two}; the same again, resumed, in {resumed:.1f} s",
    )
    keep(
        "class_cluster",
        [(one.seconds, dask.seconds)],
        f"{about}, --jobs 1 / --cluster with 2 workers of this machine, whose own start is not included: {dask}",
    )
    assert one.points == two.points == dask.points
    assert len(one.points) == COUNT
    assert again.kept == COUNT
    assert max(watched.growth for watched in found.values()) < 30
    benchmark.pedantic(lambda: None, rounds=1)
