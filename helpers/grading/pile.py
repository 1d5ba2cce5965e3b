"""Grading a pile of submissions: workers, progress, and a run that may end at any time and goes on where it was.

The pile is worked off through a `concurrent.futures.Executor`. Each worker keeps one sandbox of its own, so the import
of torch is paid once per worker. A worker returns a result; only this process writes, one file at a time and whole.
What fails through the machine (a worker or a sandbox that is killed) is tried again; what a student's code does is not.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from helpers.errors import WorkbookError
from helpers.grading import results
from helpers.grading.results import Result, Store, now
from helpers.grading.submissions import Submission, Unusable, collect
from helpers.student import problems

if TYPE_CHECKING:  # torch takes seconds to import, which is the workers' business
    from helpers.grading.sandbox import Limits, Sandbox
    from helpers.grading.source import Course

TRIES = 3  # of a submission whose worker or sandbox ended


@dataclass(frozen=True)
class Task:
    """One submission to grade, with all that a worker needs."""

    submission: Submission
    root: Path
    folder: Path
    secret: str
    level: str
    again: bool
    limits: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes:
        result: What grading found.
        fresh: Whether it was graded now; False where its result was there.
        whole: The notebook that was graded, as JSON; "" where there is none.
    """

    result: Result
    fresh: bool
    whole: str = ""


@dataclass
class Summary:
    """What became of a pile.

    Attributes:
        states: How many submissions of each problem are in which state.
        kept: How many of the results were there before.
        to_look_at: A sentence on every submission that needs a person.
    """

    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: int = 0
    to_look_at: list[str] = field(default_factory=list)

    def count(self, graded: Graded) -> None:
        """Count one."""
        result = graded.result
        self.states[result.problem, result.state] += 1
        self.kept += not graded.fresh
        if result.state != results.GRADED:
            reason = result.detail or next((q.trouble for q in result.questions if q.trouble), "")
            self.to_look_at.append(f"{result.student}, {result.problem}: {result.state}. {reason}".strip())

    @property
    def total(self) -> int:
        """How many submissions there were."""
        return self.states.total()

    @property
    def failed(self) -> bool:
        """Whether a submission has no grade because the grader failed."""
        return any(state == results.GRADER_ERROR for _, state in self.states)

    def words(self) -> str:
        """The states in a few words."""
        by_state = Counter()
        for (_, state), count in self.states.items():
            by_state[state] += count
        words = [f"{by_state[state]} {state}" for state in results.STATES if by_state[state]]
        return ", ".join([*words, f"{self.kept} of them before"] if self.kept else words)


def table(summary: Summary) -> Table:
    """How many submissions of each problem are in which state."""
    states = [state for state in results.STATES if any(state == other for _, other in summary.states)]
    shown = Table("problem")
    for state in states:
        shown.add_column(state, justify="right")
    for problem in sorted({problem for problem, _ in summary.states}):
        shown.add_row(problem, *[str(summary.states[problem, state]) for state in states])
    return shown


def grade(
    paths: Sequence[Path],
    course: Course,
    folder: Path,
    problem: str | None = None,
    jobs: int = 1,
    level: str = "auto",
    again: bool = False,
    limits: dict[str, float] | None = None,
    progress: Callable[[int, int, Summary], None] = lambda done, total, summary: None,
    executor: Callable[[int], Executor] | None = None,
) -> Summary:
    """Grade all submissions in some files and folders.

    Args:
        paths: What `submissions.collect` takes.
        course: The course.
        folder: Where the results go, usually build/grades.
        problem: The problem of everything whose name does not say another one.
        jobs: How many workers.
        level: The level of the sandbox.
        again: Whether to grade what has a result already.
        limits: Limits of a submission other than the usual ones.
        progress: Called with how many are done, how many there are, and the summary so far.
        executor: Makes the executor of so many workers; the standard library's processes by default.

    Raises:
        WorkbookError: Nothing could be graded, or results cannot be written; those that are there stand.
    """
    store, summary = Store(folder), Summary()
    with tempfile.TemporaryDirectory(prefix="workbook-") as scratch:
        found = collect(paths, Path(scratch), problem, problems(course.root))
        submissions = [one for one in found if isinstance(one, Submission)]
        unusable = list(_alone((one for one in found if isinstance(one, Unusable)), submissions))
        secret, total = secret_of(folder), len(submissions) + len(unusable)
        for one in unusable:
            _keep(store, summary, Graded(_invalid(one), True))
        tasks = [Task(one, course.root, folder, secret, level, again, limits or {}) for one in submissions]
        progress(summary.total, total, summary)
        for graded in _worked_off(tasks, jobs, executor or processes):
            _keep(store, summary, graded)
            progress(summary.total, total, summary)
    store.write_csv()
    return summary


def _alone(unusable: Iterable[Unusable], submissions: list[Submission]) -> Iterator[Unusable]:
    """What cannot be used of students who handed in nothing else for that problem."""
    handed_in = {(one.student, one.problem) for one in submissions}
    students = {one.student for one in submissions}
    for one in unusable:
        rivals = {(one.student, one.problem), (one.student, None)}
        if one.student not in students or (one.problem is not None and not rivals & handed_in):
            yield one


def secret_of(folder: Path) -> str:
    """What all inputs are drawn from, made once for a folder of grades and readable by its owner alone."""
    path = folder / "secret"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another run was quicker
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        secret = secrets.token_hex(32)
        stream.write(secret)
    return secret


def _keep(store: Store, summary: Summary, graded: Graded) -> None:
    """Write a fresh result, and the whole notebook beside it."""
    summary.count(graded)
    if not graded.fresh:
        return
    try:
        if graded.whole:
            store.put_notebook(graded.result, graded.whole)
        store.put(graded.result)
    except OSError as error:
        raise WorkbookError(
            f"The result of {graded.result.student} cannot be written ({error.strerror}); the results before it stand. "
            "Make room and run the same command again."
        ) from error


def _invalid(unusable: Unusable) -> Result:
    return Result(
        unusable.student,
        unusable.problem or "unknown",
        results.INVALID,
        detail=unusable.reason,
        file=unusable.file,
        date=now(),
    )


# Workers


def processes(jobs: int) -> Executor:
    """Worker processes of this machine, which end with this process, however it ends."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)


def _worked_off(tasks: list[Task], jobs: int, executor: Callable[[int], Executor]) -> Iterator[Graded]:
    """Grade the tasks, a few at a time, in a new pool where one breaks; results come as they are ready."""
    waiting = [(task, 1) for task in reversed(tasks)]
    while waiting:
        pool = executor(jobs)
        running: dict[Future, tuple[Task, int]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < 2 * jobs:
                    task, attempt = waiting.pop()
                    running[pool.submit(work, task)] = task, attempt
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task, attempt = running.pop(future)
                    graded = _outcome(future)
                    if graded is not None:
                        yield graded
                    elif attempt < TRIES:
                        waiting.append((task, attempt + 1))
                    else:
                        yield Graded(_given_up(task), True)
        except BrokenProcessPool:  # a worker was killed while something was handed over
            pass
        finally:
            waiting += running.values()
            _stop(pool, bool(running))


def _outcome(future: Future) -> Graded | None:
    """What a worker found; None where it, or its sandbox, ended before."""
    error = future.exception()
    if error is None:
        graded = future.result()
        return None if graded.fresh and graded.result.state == results.GRADER_ERROR else graded
    if isinstance(error, BrokenProcessPool):
        return None
    raise error


def _given_up(task: Task) -> Result:
    one = task.submission
    detail = f"The grader failed {TRIES} times on this submission, which is no fault of the student's; run it again."
    return Result(one.student, one.problem or "unknown", results.GRADER_ERROR, detail, file=one.file, date=now())


def _stop(pool: Executor, at_once: bool) -> None:
    """Let the workers go; at once where somebody stopped us in the middle."""
    workers = list(getattr(pool, "_processes", None) or {})
    pool.shutdown(wait=not at_once, cancel_futures=True)
    if at_once:
        for worker in workers:
            try:
                os.kill(worker, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _begin() -> None:
    """Begin a worker: Ctrl-C is the parent's, and the parent's end is the worker's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


_sandboxes: dict[tuple, Sandbox] = {}  # a worker's own


def work(task: Task) -> Graded:
    """Grade one submission in a worker."""
    from helpers.grading import marking, sandbox, source

    course, store = source.Course(task.root), Store(task.folder)
    submission = task.submission
    limits = sandbox.Limits(**task.limits)
    try:
        content = submission.read()
    except WorkbookError as error:
        unusable = Unusable(submission.student, submission.problem, submission.file, str(error))
        return Graded(_invalid(unusable), True)
    seen = marking.Seen(content, submission.name, submission.problem, course)
    earlier = store.get(submission.student, seen.problem)
    if not task.again and earlier is not None and earlier.key == seen.key and earlier.state in results.FINAL:
        return Graded(earlier, False)
    kept = _sandbox(task.level, limits)
    result = marking.mark(seen, submission, kept, limits, task.secret)
    if result.state == results.GRADER_ERROR:
        _sandboxes.clear()
        kept.close()
    return Graded(result, True, seen.whole)


def _sandbox(level: str, limits: Limits) -> Sandbox:
    from helpers.grading import sandbox

    if (level, limits) not in _sandboxes:
        _sandboxes[level, limits] = sandbox.choose(level, limits)
    return _sandboxes[level, limits]
