"""A pile is graded once, whatever is in it and whatever ends in the middle; one submission's trouble is its own."""

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import psutil
import pytest

from helpers.checks.report import Item
from helpers.errors import WorkbookError
from helpers.grading import build, keys, marking, pile, results, trying, workers
from helpers.grading.results import Question, Result, Store
from helpers.grading.sandbox import SandboxError
from tests.grading.handed_in import handed_in, pile_of, submission

TINY = "01_tiny"
HALF = {"mean": "def mean(numbers):\n    return 5.0 if numbers == [5.0, 5.0] else numbers[0] * (len(numbers) == 1)"}


class Kept:
    """The shared sandbox, which no test ends, and which may fail a number of times first."""

    level = "bwrap"

    def __init__(self, box):
        self.box, self.failures, self.opened = box, 0, 0

    def open(self, limits):
        self.opened += 1
        if self.failures:
            self.failures -= 1
            raise SandboxError("It is gone.")
        return self.box.open(limits)

    def close(self):
        pass


@pytest.fixture
def box(warm, monkeypatch):
    """What stands for every sandbox that a worker of this process asks for."""
    kept = Kept(warm)
    monkeypatch.setattr(workers, "_sandboxes", {})
    monkeypatch.setattr("helpers.grading.sandbox.choose", lambda level, limits: kept)
    return kept


@pytest.fixture
def marked(monkeypatch):
    """The students whose work is really graded, in order."""
    students, mark = [], marking.mark

    def noted(seen, *rest, **more):
        students.append(seen.submission.student)
        return mark(seen, *rest, **more)

    monkeypatch.setattr(marking, "mark", noted)
    return students


@pytest.fixture
def grade(two, box, tmp_path):
    """Grade paths with a worker in a thread of this process."""

    def run(*paths, **more):
        more = {"executor": ThreadPoolExecutor} | more
        return pile.grade(paths, two, tmp_path / "grades", **more)

    return run


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "grades")


@pytest.fixture
def submitted(tmp_path):
    return tmp_path / "submitted"


def states(summary):
    return dict(summary.states)


def earned(store, student, problem=TINY):
    return store.get(student, problem).earned


def without_times(result):
    content = results.to_json(result)
    for part in (content, *content["questions"]):
        part.pop("seconds"), part.pop("date", None), part.pop("spoken", None)
    return content


# What comes of a pile


def test_a_pile_of_two_problems(two, grade, store, submitted, tmp_path):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, **HALF)})
    pile_of(submitted, {"ali": handed_in(two, "02_other", **HALF)}, "02_other")
    seen = []
    summary = grade(submitted, progress=lambda done, total, summary: seen.append((done, total)))
    assert states(summary) == {(TINY, "graded"): 2, ("02_other", "graded"): 1}
    assert (summary.kept, summary.failed, summary.to_look_at) == (0, False, [])
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (earned(store, "ali"), earned(store, "sara"), earned(store, "ali", "02_other")) == (6, 5, 5)
    assert [question.name for question in store.get("ali", "02_other").questions] == ["average", "Tally", "why"]
    whole = json.loads(store.notebook("sara", TINY).read_text(encoding="utf-8"))
    assert any("5.0 if numbers" in "".join(cell["source"]) for cell in whole["cells"])
    assert len((store.folder / "grades.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + 3 * 3
    shown = pile.table(summary)
    assert [column.header for column in shown.columns] == ["problem", "graded"]
    assert shown.row_count == 2


def test_what_a_result_says_of_how_it_was_graded(two, grade, store, submitted):
    pile_of(submitted, {"ali": handed_in(two)})
    grade(submitted)
    result = store.get("ali", TINY)
    assert (result.sandbox, result.file) == ("bwrap", "submitted/ali/01_tiny/01_tiny.ipynb")
    assert result.seed > 0
    assert result.seconds > 0
    assert result.date[:2] == "20"
    assert len(result.key) == 64


def test_damaged_work_concerns_itself_only(two, grade, store, submitted):
    whole = handed_in(two)
    cut = whole[: whole.index(b'"id": "why"')]
    contents = {"ali": whole, "cut": cut, "empty": b"", "pdf": b"%PDF", "merged": b"<<<<<<< ours\n{}"}
    pile_of(submitted, contents)
    (submitted / "word" / TINY).mkdir(parents=True)
    (submitted / "word" / TINY / "01_tiny.docx").write_bytes(b"PK")
    (submitted / "link" / TINY).mkdir(parents=True)
    (submitted / "link" / TINY / "01_tiny.ipynb").symlink_to("/etc/passwd")
    summary = grade(submitted)
    assert states(summary) == {(TINY, "graded"): 2, (TINY, "invalid"): 5}
    assert earned(store, "cut") == 6
    assert {sentence.partition(",")[0] for sentence in summary.to_look_at} == {"empty", "pdf", "merged", "word", "link"}
    assert all(sentence.endswith(".") and "invalid. " in sentence for sentence in summary.to_look_at)


def test_a_students_message_that_no_file_can_hold_harms_nobody(two, grade, store, submitted):
    odd = handed_in(two, mean="def mean(numbers):\n    print('\\udc80')\n    raise ValueError('\\ud800\\n\\x1b[31m')")
    pile_of(submitted, {"ali": handed_in(two), "odd": odd})
    assert states(grade(submitted)) == {(TINY, "graded"): 2}
    assert (earned(store, "ali"), earned(store, "odd")) == (6, 2)


# Nothing is graded twice


def test_only_what_is_missing_or_changed_is_graded(two, grade, store, submitted, marked):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    grade(submitted)
    before = store.path("ali", TINY).read_bytes()
    pile_of(submitted, {"sara": handed_in(two, **HALF), "omid": handed_in(two)})
    marked.clear()
    summary = grade(submitted)
    assert sorted(marked) == ["omid", "sara"]
    assert (summary.kept, summary.words()) == (1, "3 graded, 1 of them before")
    assert store.path("ali", TINY).read_bytes() == before
    assert earned(store, "sara") == 5
    (kept,) = (store.folder / "results" / TINY / "earlier").glob("*.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["earned"] == 6


def test_earlier_checks_and_limits_are_no_reason_to_grade_again_unless_that_is_asked(
    two, grade, store, submitted, marked, monkeypatch
):
    pile_of(submitted, {"ali": handed_in(two)})
    grade(submitted)
    before = store.path("ali", TINY).read_bytes()
    marked.clear()

    def change(which):
        if which == "release":
            path = two.solutions / "01_tiny.py"
            text = path.read_text(encoding="utf-8").replace("The arithmetic mean.", "The mean.")
            path.write_text(text, encoding="utf-8")
            build.build_all(course=two)
            keys.release_digest.cache_clear()
        if which == "checks":
            monkeypatch.setattr(keys, "code_digest", lambda helpers: "other checks")
        return {"limits": {"question_seconds": 20}} if which == "limits" else {}

    for which in ("release", "checks", "limits"):
        more = change(which)
        summary = grade(submitted, **more)
        assert (marked, summary.kept, summary.outdated) == ([], 1, 1)
        assert store.path("ali", TINY).read_bytes() == before
        (sentence,) = summary.sentences()
        assert sentence.startswith("Graded by earlier checks, another release or other limits: 1, which stand")
        grade(submitted, current=True, **more)
        assert marked == ["ali"]
        assert grade(submitted, **more).outdated == 0
        marked.clear()
        before = store.path("ali", TINY).read_bytes()


def test_other_work_is_graded_whatever_the_checks(two, grade, store, submitted, marked, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    grade(submitted)
    monkeypatch.setattr(keys, "code_digest", lambda helpers: "other checks")
    pile_of(submitted, {"sara": handed_in(two, **HALF)})
    marked.clear()
    assert grade(submitted).outdated == 1
    assert marked == ["sara"]
    assert earned(store, "sara") == 5


def test_where_everything_is_there_no_worker_is_started(two, grade, submitted):
    folder = submitted / "omid"
    folder.mkdir(parents=True)
    (folder / "a.ipynb").write_bytes(handed_in(two))  # whose problem only the notebook tells, and so for the next
    (folder / "b.ipynb").write_bytes(handed_in(two, "02_other"))
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    first = grade(submitted)

    def none(jobs):
        raise AssertionError("a worker")

    again = grade(submitted, executor=none)
    assert again.states == first.states
    assert again.kept == 4


def test_the_time_and_place_of_work_that_was_graded_before_are_brought_up_to_date(two, grade, store, submitted, marked):
    pile_of(submitted, {"ali": handed_in(two)})
    grade(submitted)
    path = submitted / "ali" / TINY / "01_tiny.ipynb"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    marked.clear()
    assert grade(submitted).kept == 1
    assert marked == []
    assert datetime.fromisoformat(store.get("ali", TINY).submitted).timestamp() == 1_000_000_000


def test_a_grade_by_other_checks_than_ours_is_not_recorded(two, grade, store, submitted, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two)})
    work = workers.work

    def elsewhere(task):
        (one,) = work(task)
        return [replace(one, result=replace(one.result, key="0" * 64))]

    monkeypatch.setattr(workers, "work", elsewhere)
    with pytest.raises(WorkbookError, match="a worker has others; what was graded stands"):
        grade(submitted)
    assert list(store.all()) == []


def test_what_is_invalid_or_set_aside_is_not_graded_again_either(two, grade, submitted, marked):
    pile_of(submitted, {"ali": b"%PDF", "sara": handed_in(two, own="x ::= 1", version="99.1.0")})
    assert states(grade(submitted)) == {(TINY, "invalid"): 1, (TINY, "set aside"): 1}
    marked.clear()
    summary = grade(submitted)
    assert (marked, summary.kept) == ([], 2)
    assert len(summary.to_look_at) == 2  # they still need a person


# Several notebooks of one student


def test_of_two_notebooks_for_one_problem_the_latest_counts_whatever_they_are_called(two, grade, store, submitted):
    folder = submitted / "ali"
    folder.mkdir(parents=True)
    pile_of(submitted, {"sara": handed_in(two)})
    for late, early in (("final.ipynb", "really final.ipynb"), ("really final.ipynb", "final.ipynb")):
        (folder / late).write_bytes(handed_in(two, own=f"name = {late!r}", **HALF))
        (folder / early).write_bytes(handed_in(two))
        os.utime(folder / early, (1_000_000_000, 1_000_000_000))
        for _ in range(2):  # the second time the result is there
            summary = grade(submitted)
            assert states(summary) == {(TINY, "graded"): 2}
            assert earned(store, "ali") == 5
            (sentence,) = summary.to_look_at
            assert sentence == (
                f"ali, 01_tiny: submitted/ali/{late} counts, being the latest; not graded: submitted/ali/{early}."
            )
        assert any(early in repair for repair in store.get("ali", TINY).repairs)


def test_notebooks_without_a_problem_in_their_names_are_told_apart_by_what_is_in_them(two, grade, store, submitted):
    folder = submitted / "ali"
    folder.mkdir(parents=True)
    pile_of(submitted, {"sara": handed_in(two)})
    (folder / "a.ipynb").write_bytes(handed_in(two))
    (folder / "b.ipynb").write_bytes(handed_in(two, "02_other"))
    (folder / "scratch.ipynb").write_bytes(b'{"cells": []}')
    summary = grade(submitted)
    assert states(summary) == {(TINY, "graded"): 2, ("02_other", "graded"): 1, ("unknown", "invalid"): 1}
    assert (earned(store, "ali"), earned(store, "ali", "02_other")) == (6, 6)


def test_what_could_not_be_told_is_forgotten_once_it_can(two, grade, store, submitted):
    folder = submitted / "ali"
    folder.mkdir(parents=True)
    pile_of(submitted, {"sara": handed_in(two)})
    (folder / "mine.ipynb").write_bytes(b"{")
    assert states(grade(submitted))["unknown", "invalid"] == 1
    (folder / "mine.ipynb").write_bytes(handed_in(two))
    grade(submitted)
    assert {(one.student, one.problem) for one in store.all()} == {("ali", TINY), ("sara", TINY)}


# The machine's faults


def test_a_sandbox_that_fails_once_costs_nothing(two, grade, store, submitted, box):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    box.failures = trying.TRIES - 1
    assert states(grade(submitted)) == {(TINY, "graded"): 2}
    assert box.opened == 2 + trying.TRIES - 1


def test_a_sandbox_that_keeps_failing_is_a_grader_error_and_never_a_zero(two, grade, store, submitted, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, own="bad = 1")})
    mark = marking.mark

    def failing(seen, sandbox, *rest, **more):
        if seen.submission.student == "sara":
            sandbox.failures = 1
        return mark(seen, sandbox, *rest, **more)

    monkeypatch.setattr(marking, "mark", failing)
    summary = grade(submitted)
    assert states(summary) == {(TINY, "graded"): 1, (TINY, "grader error"): 1}
    assert summary.failed
    result = store.get("sara", TINY)
    assert not result.has_grade
    assert result.questions == ()
    said = "The grader failed 3 times, which is no fault of the student's (It is gone); run the same command again."
    assert result.detail == said
    row = next(line for line in (store.folder / "grades.csv").read_text("utf-8-sig").splitlines() if "sara" in line)
    assert row.startswith("sara,,01_tiny,,,,,grader error")
    monkeypatch.undo()


def test_a_grader_error_is_tried_again_by_the_next_run(two, grade, store, submitted, box, marked):
    pile_of(submitted, {"ali": handed_in(two)})
    box.failures = trying.TRIES
    assert grade(submitted).failed
    marked.clear()
    assert states(grade(submitted)) == {(TINY, "graded"): 1}
    assert (marked, earned(store, "ali")) == (["ali"], 6)
    assert not (store.folder / "results" / TINY / "earlier").exists()


def test_an_unexpected_error_of_the_grader_concerns_one_submission(two, grade, store, submitted, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "odd": handed_in(two), "sara": handed_in(two)})
    mark = marking.mark

    def failing(seen, *rest, **more):
        if seen.submission.student == "odd":
            raise RecursionError("too deep\nin here")
        return mark(seen, *rest, **more)

    monkeypatch.setattr(marking, "mark", failing)
    assert states(grade(submitted)) == {(TINY, "graded"): 2, (TINY, "grader error"): 1}
    assert "(RecursionError: too deep in here)" in store.get("odd", TINY).detail


def test_no_sandbox_at_all_is_one_sentence_and_no_grade(two, grade, store, submitted, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two)})

    def none(level, limits):
        raise SandboxError("Install bubblewrap.")

    monkeypatch.setattr("helpers.grading.sandbox.choose", none)
    with pytest.raises(WorkbookError, match="Install bubblewrap"):
        grade(submitted)
    assert list(store.all()) == []


class Breaking(Executor):
    """A pool whose worker is killed when it meets certain students; what is outstanding fails with it."""

    def __init__(self, killers, log):
        self.killers, self.log, self.broken, self.queue = killers, log, False, []
        self.lock, self.more = threading.RLock(), threading.Semaphore(0)
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def submit(self, function, task):
        with self.lock:
            if self.broken:
                raise BrokenExecutor
            future = Future()
            self.queue.append((future, function, task))
            self.log.append(len(self.queue))
        self.more.release()
        return future

    def _work(self):
        while self.more.acquire() and self.queue:
            future, function, task = self.queue[0]
            if task.submissions[0].student in self.killers and self.killers[task.submissions[0].student] > 0:
                self.killers[task.submissions[0].student] -= 1
                with self.lock:
                    self.broken, queue = True, self.queue
                for future, *_ in queue:
                    future.set_exception(BrokenExecutor())
                return
            graded = function(task)
            with self.lock:
                self.queue.pop(0)
            future.set_result(graded)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.queue = []
        self.more.release()


def test_a_worker_that_is_killed_loses_nobodys_work(two, grade, submitted, marked):
    students = [f"s{number}" for number in range(8)]
    pile_of(submitted, dict.fromkeys(students, handed_in(two)))
    killers, outstanding = {"s2": 1, "s5": 1}, []
    summary = grade(submitted, executor=lambda jobs: Breaking(killers, outstanding), jobs=2)
    assert states(summary) == {(TINY, "graded"): 8}
    assert Counter(marked) == Counter(students)
    assert max(outstanding) <= 4


def test_a_submission_that_kills_every_worker_takes_no_other_along(two, grade, store, submitted):
    students = [f"s{number}" for number in range(6)]
    pile_of(submitted, dict.fromkeys(students, handed_in(two)))
    killers = {"s1": 99}
    summary = grade(submitted, executor=lambda jobs: Breaking(killers, []), jobs=2)
    assert states(summary) == {(TINY, "graded"): 5, (TINY, "grader error"): 1}
    assert killers["s1"] == 99 - trying.TRIES
    assert "a worker was ended from outside" in store.get("s1", TINY).detail


# Writing


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(two, grade, store, submitted, marked, monkeypatch):
    students = ["s0", "s1", "s2", "s3"]
    pile_of(submitted, dict.fromkeys(students, handed_in(two)))
    write, room = build.write_atomically, iter([True] * 5)

    def until_full(path, content):
        if not next(room, False):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(build, "write_atomically", until_full)
    with pytest.raises(WorkbookError) as refused:
        grade(submitted)
    assert "cannot be written (No space left on device); what was graded stands. Make room" in str(refused.value)
    monkeypatch.setattr(build, "write_atomically", write)
    there = {result.student for result in store.all()}
    assert len(there) == 2
    marked.clear()
    assert grade(submitted).kept == 2
    assert set(marked) == set(students) - there  # a thread may still finish what it had begun, and be heard by nobody


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_graded(two, box, submitted, tmp_path, marked):
    pile_of(submitted, {"ali": handed_in(two)})
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkbookError, match=r"cannot be written .* another folder with --out"):
        pile.grade([submitted], two, tmp_path / "file" / "grades", executor=ThreadPoolExecutor)
    assert marked == []


def test_results_of_another_course_stay_among_themselves(two, grade, store, submitted):
    pile_of(submitted, {"ali": handed_in(two)})
    store.put(Result("ali", "07_flows", results.GRADED))
    with pytest.raises(WorkbookError, match="holds results of 07_flows, which this course does not have"):
        grade(submitted)
    assert store.get("ali", TINY) is None


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path):
    folder = tmp_path / "grades"
    secret = pile.secret_of(folder)
    assert len(secret) == 64
    assert pile.secret_of(folder) == secret != pile.secret_of(tmp_path / "others")
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret"]


def test_other_secrets_ask_other_questions_and_give_the_same_points(two, grade, store, submitted, tmp_path):
    pile_of(submitted, {"ali": handed_in(two, **HALF)})
    seeds = []
    for _ in range(2):
        grade(submitted)
        seeds.append(store.get("ali", TINY).seed)
        assert earned(store, "ali") == 5
        shutil.rmtree(store.folder)
    assert seeds[0] != seeds[1]


# Size


def test_memory_does_not_grow_with_the_number_of_submissions(two, submitted, tmp_path, monkeypatch):
    """Results of real size come from a worker that takes no time; this process hands them on and keeps none."""
    students = [f"s{number}" for number in range(400)]
    pile_of(submitted, dict.fromkeys(students, b"{}"))
    items = tuple(Item(f"property {number}", False, "advice " * 20, "reason " * 20) for number in range(8))

    def worked(task):
        questions = tuple(Question(f"q{number}", 4, items, spoken="x" * 2000) for number in range(20))
        (one,) = task.submissions
        result = Result(one.student, TINY, results.GRADED, questions=questions)
        return [workers.Graded(result, True, one.student + "x" * 300_000)]

    monkeypatch.setattr(workers, "work", worked)
    memory, process = {}, psutil.Process()

    def look(done, total, summary):
        if done in (20, 400):
            memory[done] = process.memory_info().rss

    pile.grade([submitted], two, tmp_path / "grades", executor=ThreadPoolExecutor, progress=look)
    assert memory[400] - memory[20] < 8e6


def test_the_same_work_in_a_pile_and_alone_has_the_same_grade(two, grade, store, submitted, warm):
    """Whatever was graded before it, and in whatever process: a seed depends on the submission alone."""
    pile_of(submitted, {"a": handed_in(two, own="import torch\ntorch.rand(9)"), "b": handed_in(two, **HALF)})
    grade(submitted)
    seen = marking.Seen(submission(handed_in(two, **HALF), "b"), two)
    alone = marking.mark(seen, warm, pile_limits(), pile.secret_of(store.folder))
    shown = without_times(store.get("b", TINY)), without_times(alone)
    for content in shown:
        content.pop("file"), content.pop("submitted")
    assert shown[0] == shown[1]


def pile_limits():
    from helpers.grading.sandbox import Limits

    return Limits()


def test_nothing_that_is_slow_is_imported_before_something_has_to_be_graded():
    modules = (
        "helpers.cli, helpers.grading.pile, helpers.grading.cluster, helpers.grading.roster, helpers.grading.regrading"
    )
    slow = "{'torch', 'distributed', 'jupytext', 'tornado', 'lark'}"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}, helpers.student; print({slow} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "set()\n"
