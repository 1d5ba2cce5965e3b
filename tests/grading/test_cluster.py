"""Workers that are no children of ours give the same grades, and may end at any time."""

import os
import shutil
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from helpers.errors import WorkbookError
from helpers.grading import cluster, pile, results
from helpers.grading.results import Store
from tests.grading.conftest import need_bubblewrap
from tests.grading.handed_in import handed_in, pile_of
from tests.grading.inmates import alive
from tests.grading.test_grade_command import HALF, TINY, Run, comparable
from tests.patience import PATIENCE

distributed = pytest.importorskip("distributed", reason='the extra "cluster" is not installed')
pytestmark = pytest.mark.slow


def with_tiny_checks():
    """Let a worker find the tiny course's checks, as a real one has a real course's."""
    import tests.grading.tiny_workbook  # noqa: F401


@pytest.fixture(scope="module")
def address():
    """A scheduler with two worker processes of this machine."""
    need_bubblewrap()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=60
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        client.run(with_tiny_checks)
        client.register_plugin(_Tiny())
        yield local.scheduler_address


class _Tiny(distributed.WorkerPlugin):
    """A worker that is started anew finds the checks, too."""

    name = "tiny"

    def setup(self, worker):
        with_tiny_checks()


@pytest.fixture
def submitted(two):
    return two.build / "submitted"


@pytest.fixture
def grade(two, address, tmp_path):
    """Grade on the cluster."""

    def run(*paths, folder="grades", **more):
        with cluster.workers(address, 1, two.root) as (width, executor):
            assert width == 2
            return pile.grade(paths, two, tmp_path / folder, jobs=width, executor=executor, **more)

    return run


def pids(address):
    with distributed.Client(address, set_as_default=False) as client:
        return client.run(os.getpid)


def test_one_worker_two_workers_and_a_cluster_give_the_same_grades(two, submitted, address, grade, tmp_path):
    works = {"ali": {}, "sara": HALF, "omid": {"own": "import torch\nnoise = torch.rand(3)"}, "nima": {"mean": "x ="}}
    works["mina"] = {"mean": "def mean(numbers):\n    import torch\n    return sum(numbers) / len(numbers) + noise(1)"}
    works["reza"] = {"own": "import os\nos._exit(0)"}
    pile_of(submitted, {name: handed_in(two, **work) for name, work in works.items()})
    folder = submitted / "zoe"
    folder.mkdir()
    (folder / "whatever.ipynb").write_bytes(handed_in(two, "02_other"))  # only a worker tells of which problem
    grade(submitted)
    for jobs in (1, 2):
        other = tmp_path / str(jobs)
        other.mkdir()
        shutil.copy(tmp_path / "grades" / "secret", other)
        run = Run(two, "--jobs", str(jobs), "--no-gradebook", "--out", str(other))
        assert run.end()[1:] == ("", 0)
    found = comparable(tmp_path / "grades")
    assert len(found) == 7
    assert found == comparable(tmp_path / "1") == comparable(tmp_path / "2")
    assert {result["state"] for result in found} == {results.GRADED, results.CRASH}


def test_a_worker_that_is_killed_loses_nothing_and_nothing_counts_twice(two, submitted, address, grade, tmp_path):
    students = [f"s{number:02}" for number in range(10)]
    pile_of(submitted, {name: handed_in(two, own=f"import time; time.sleep(0.4)  # {name}") for name in students})
    killed, written = [], Counter()

    def kill(done, total, summary):
        if done == 2:
            killed.append(next(iter(pids(address).values())))
            os.kill(killed[0], signal.SIGKILL)
        for student, _ in summary.found - set(written):
            written[student] += 1

    summary = grade(submitted, progress=kill)
    assert dict(summary.states) == {(TINY, results.GRADED): len(students)}
    assert not alive(killed[0])
    found = list(Store(tmp_path / "grades").all())
    assert [result.student for result in found] == students
    assert {result.earned for result in found} == {6}
    assert not list((tmp_path / "grades").rglob("earlier"))
    rows = (tmp_path / "grades" / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 3 * len(students)
    deadline = time.monotonic() + PATIENCE
    while len(pids(address)) < 2:  # its nanny starts another one, for the tests that follow
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_same_command_line_with_an_address(two, submitted, address):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, **HALF), "pdf": b"%PDF"})
    out, err, code = Run(two, "--cluster", address, "--no-gradebook").end()
    assert (err, code) == ("", 0)
    assert "3 of 3: 2 graded, 1 invalid" in out


def is_sandbox(process):
    try:
        return process.name() == "bwrap"
    except psutil.NoSuchProcess:
        return False


def test_no_sandbox_is_left_with_workers_that_live_on(two, submitted, address, grade):
    pile_of(submitted, {"ali": handed_in(two)})
    grade(submitted)
    workers = [psutil.Process(pid) for pid in pids(address).values()]
    deadline = time.monotonic() + PATIENCE
    while any(is_sandbox(child) for worker in workers for child in worker.children(recursive=True)):
        assert time.monotonic() < deadline
        time.sleep(0.1)


# Refusals


def be_other(dask_worker=None):
    """Have other checks in one worker."""
    from helpers.grading import keys

    own = keys.code_digest.__wrapped__

    def other(helpers):
        return own(helpers)[::-1]

    other.__wrapped__ = other
    keys.own, keys.code_digest = keys.code_digest, other


def be_own():
    from helpers.grading import keys

    keys.code_digest = keys.own


def lose_the_workbook():
    import sys

    sys.kept = {name: module for name, module in sys.modules.items() if name.startswith("helpers.grading.cluster")}
    sys.modules["helpers.grading.cluster"] = None


def find_the_workbook():
    import sys

    sys.modules.update(sys.kept)


@pytest.mark.parametrize(
    ("harm", "heal", "sentence"),
    [
        (be_other, be_own, "has other checks than this machine; install the same there, start it anew"),
        (lose_the_workbook, find_the_workbook, "lacks the workbook"),
    ],
)
def test_a_worker_that_is_not_fit_is_refused_before_anything_is_graded(
    two, submitted, address, grade, tmp_path, harm, heal, sentence
):
    pile_of(submitted, {"ali": handed_in(two)})
    with distributed.Client(address, set_as_default=False) as client:
        one = next(iter(client.nthreads()))
        client.run(cluster.identity, two.root)
        client.run(_by_value(harm), workers=[one])
        try:
            with pytest.raises(WorkbookError) as refused:
                grade(submitted)
        finally:
            client.run(_by_value(heal), workers=[one])
    said = str(refused.value)
    assert sentence in said
    assert said.startswith(f"The worker {one} ")
    assert "\n" not in said
    assert list(Store(tmp_path / "grades").all()) == []
    grade(submitted)


def _by_value(function):
    """The function as it is, for a worker that cannot import this module."""
    import types

    return types.FunctionType(
        function.__code__, {"__builtins__": __builtins__, "__name__": "__main__"}, function.__name__
    )


def test_a_worker_that_comes_later_with_other_checks_gives_no_grade(two, submitted, address, grade, tmp_path):
    pile_of(submitted, {"ali": handed_in(two)})
    with distributed.Client(address, set_as_default=False) as client, cluster.workers(address, 1, two.root) as them:
        client.run(_by_value(be_other))
        try:
            with pytest.raises(WorkbookError, match="a worker has others; what was graded stands"):
                pile.grade([submitted], two, tmp_path / "grades", executor=them[1])
        finally:
            client.run(_by_value(be_own))
    assert list(Store(tmp_path / "grades").all()) == []


def test_no_scheduler_is_one_sentence(two, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    for wrong in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1"):
        with pytest.raises(WorkbookError) as refused, cluster.workers(wrong, 1, two.root):
            pass
        said = str(refused.value)
        assert said.startswith(f"There is no scheduler at {wrong} (")
        assert "\n" not in said
        assert "start one with: dask scheduler" in said


def test_a_scheduler_without_workers_is_one_sentence(two, monkeypatch):
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", silence_logs=60) as empty,
        pytest.raises(WorkbookError, match="has no workers; start some with: dask worker"),
        cluster.workers(empty.scheduler_address, 1, two.root),
    ):
        pass


def test_a_cluster_that_goes_in_the_middle_is_one_sentence_and_what_was_graded_stands(
    two, submitted, tmp_path, monkeypatch
):
    need_bubblewrap()
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.2)
    students = [f"s{number}" for number in range(4)]
    # The later ones take so long that not all are graded before a busy machine has closed the cluster.
    own = {name: f"import time; time.sleep({0.3 if name == 's0' else 15})  # {name}" for name in students}
    pile_of(submitted, {name: handed_in(two, own=own[name]) for name in students})
    local = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=60
    )
    try:
        with distributed.Client(local, set_as_default=False) as client:
            client.run(with_tiny_checks)

        def go(done, total, summary):
            if done == 1:
                monkeypatch.setattr(cluster, "WORKERS_SECONDS", 3)
                local.close()

        with (
            pytest.raises(WorkbookError, match="what was graded stands"),
            cluster.workers(local.scheduler_address, 1, two.root) as (width, executor),
        ):
            pile.grade([submitted], two, tmp_path / "grades", jobs=width, executor=executor, progress=go)
    finally:
        local.close()
    there = list(Store(tmp_path / "grades").all())
    assert 1 <= len(there) < len(students)


def test_without_the_extra_it_says_which(monkeypatch, two):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkbookError, match=r'needs the extra "cluster"'), cluster.workers("tcp://x:1", 1, two.root):
        pass


def test_without_an_address_workers_are_processes_of_this_machine(two):
    with cluster.workers(None, 3, two.root) as them:
        assert them == (3, None)
    assert pile.processes is not ThreadPoolExecutor
