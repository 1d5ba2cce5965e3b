"""Grading a pile of submissions: workers, progress, and a run that may end at any time and goes on where it was.

The pile is worked off through a `concurrent.futures.Executor`. Each worker keeps one sandbox of its own, so the import
of torch is paid once per worker. A worker returns a result; only this process writes, one file at a time and whole.
What fails through the machine (a worker or a sandbox that is killed) is tried again; what a student's code does is not.
"""

from __future__ import annotations

import ctypes
import importlib
import multiprocessing
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from helpers.errors import WorkbookError
from helpers.grading import results
from helpers.grading.results import Result, Store, now
from helpers.grading.submissions import Submission, Unusable, collect

if TYPE_CHECKING:  # torch and nbformat take seconds to import, which is the workers' business
    from helpers.grading.marking import Seen
    from helpers.grading.sandbox import Sandbox
    from helpers.grading.source import Course

TRIES = 3  # of a submission whose worker or sandbox ended


@dataclass(frozen=True)
class Task:
    """What is looked at together, with all that a worker needs.

    Attributes:
        submissions: One; or all of a student whose problems only the notebooks themselves can tell.
    """

    submissions: tuple[Submission, ...]
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
        remark: A sentence on other files of the same student and problem that it counts in place of, or "".
    """

    result: Result
    fresh: bool
    whole: str = ""
    remark: str = ""


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
        if graded.remark:
            self.to_look_at.append(f"{result.student}, {result.problem}: {graded.remark}")

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
    from helpers.student import problems

    store, summary, known = Store(folder), Summary(), problems(course.root)
    _refuse_foreign(store, known)
    with tempfile.TemporaryDirectory(prefix="workbook-") as scratch:
        found = collect(paths, Path(scratch), problem, known)
        submissions = [one for one in found if isinstance(one, Submission)]
        unusable = list(_alone((one for one in found if isinstance(one, Unusable)), submissions))
        with _written(folder):
            secret = secret_of(folder)
        results_of = _Kept(store, summary)
        total, done = len(submissions) + len(unusable), len(unusable)
        for one in unusable:
            results_of.keep(Graded(_invalid(one), True))
        common = course.root, folder, secret, level, again, limits or {}
        tasks = [Task(group, *common) for group in _together(submissions)]
        progress(done, total, summary)
        for task, graded in _worked_off(tasks, jobs, executor or processes):
            for one in graded:
                results_of.keep(one)
            done += len(task.submissions)
            progress(done, total, summary)
    with _written(folder):
        results_of.retire_unknown()
        store.write_csv()
    return summary


def _refuse_foreign(store: Store, known: list[str]) -> None:
    """Let no results of one course come among another's."""
    foreign = sorted(store.problems() - set(known))
    if foreign:
        raise WorkbookError(
            f"{store.folder} holds results of {', '.join(foreign)}, which this course does not have; choose another "
            "folder with --out, or move them away."
        )


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Say in a sentence why something cannot be written."""
    try:
        yield
    except OSError as error:
        raise WorkbookError(
            f"{folder} cannot be written ({error.strerror}); what was graded stands. Make room or allow it, or choose "
            "another folder with --out, and run the same command again."
        ) from error


def _alone(unusable: Iterable[Unusable], submissions: list[Submission]) -> Iterator[Unusable]:
    """What cannot be used of students who handed in nothing else for that problem."""
    handed_in = {(one.student, one.problem) for one in submissions}
    students = {one.student for one in submissions}
    for one in unusable:
        rivals = {(one.student, one.problem), (one.student, None)}
        if one.student not in students or (one.problem is not None and not rivals & handed_in):
            yield one


def _together(submissions: Iterable[Submission]) -> list[tuple[Submission, ...]]:
    """One submission at a time; all of a student's where only the notebooks can tell which of them are rivals."""
    by_student = defaultdict(list)
    for one in submissions:
        by_student[one.student].append(one)
    groups = []
    for own in by_student.values():
        if any(one.problem is None for one in own):
            groups.append(tuple(own))
        else:
            groups += [(one,) for one in own]
    return groups


def secret_of(folder: Path) -> str:
    """What all inputs are drawn from, made once for a folder of grades and readable by its owner alone."""
    path = folder / "secret"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(prefix=".secret.", dir=folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
        os.replace(fresh, path)  # whole at once: a run that is killed here leaves no half of it
    return path.read_text(encoding="ascii")


class _Kept:
    """Where results go as they come: files, and the summary."""

    def __init__(self, store: Store, summary: Summary):
        """Write into this store and count in this summary."""
        self.store, self.summary = store, summary
        self.of: dict[str, set[str]] = defaultdict(set)  # the problems that each student of this pile has results of

    def keep(self, graded: Graded) -> None:
        """Count a result; write a fresh one, and the whole notebook beside it."""
        result = graded.result
        self.of[result.student].add(result.problem)
        if graded.fresh:
            with _written(self.store.folder):
                if graded.whole:
                    self.store.put_notebook(result, graded.whole)
                self.store.put(result)
        self.summary.count(graded)

    def retire_unknown(self) -> None:
        """What could not be told before is told now, or is not there any more."""
        for student, handed_in in self.of.items():
            if results.UNKNOWN not in handed_in:
                self.store.retire(student, results.UNKNOWN)


def _invalid(unusable: Unusable) -> Result:
    return Result(
        unusable.student,
        unusable.problem or results.UNKNOWN,
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


@dataclass
class _Try:
    """A task and what became of it so far: how many times it failed through the machine, and how."""

    task: Task
    failed: int = 0
    reason: str = ""


def _worked_off(
    tasks: list[Task], jobs: int, executor: Callable[[int], Executor]
) -> Iterator[tuple[Task, list[Graded]]]:
    """Grade the tasks, a few at a time, in a new pool where one breaks; results come as they are ready.

    What failed is tried again after all others and alone: when a worker ends, nobody knows on whose account.
    """
    waiting = deque(map(_Try, tasks))
    while waiting:
        pool = executor(jobs)
        running: dict[Future, _Try] = {}
        try:
            while waiting or running:
                while waiting and len(running) < (1 if waiting[0].failed else 2 * jobs):
                    with _ctrl_c_later():
                        future = pool.submit(work, waiting[0].task)
                    running[future] = waiting.popleft()
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    one = running.pop(future)
                    graded, one.reason = _outcome(future)
                    one.failed += bool(one.reason)
                    if not one.reason:
                        yield one.task, graded
                    elif one.failed < TRIES:
                        waiting.append(one)
                    else:
                        yield one.task, list(_given_up(one))
        except BrokenExecutor:  # a worker was killed while something was handed over
            for one in running.values():
                one.failed += 1
                waiting.append(one)
        finally:
            _stop(pool, bool(running))


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Keep Ctrl-C back while a worker is started, which would answer it with a traceback until it has begun."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _outcome(future: Future) -> tuple[list[Graded], str]:
    """What a worker found; and where it, or its sandbox, failed, a few words on that.

    Raises:
        WorkbookError: Nothing can be graded here.
    """
    error = future.exception()
    if isinstance(error, BrokenExecutor):
        return [], "a worker was ended from outside"
    if isinstance(error, WorkbookError):
        raise error
    if error is not None:
        return [], " ".join(f"{type(error).__name__}: {error}".split())[:200]
    graded = future.result()
    failures = (one.result.detail for one in graded if one.fresh and one.result.state == results.GRADER_ERROR)
    return graded, next(failures, "")


def _given_up(one: _Try) -> Iterator[Graded]:
    """The results of submissions that the grader could not grade."""
    reason = one.reason.rstrip(".")
    detail = (
        f"The grader failed {TRIES} times, which is no fault of the student's ({reason}); run the same command again."
    )
    for submission in one.task.submissions:
        problem = submission.problem or results.UNKNOWN
        about = Result(submission.student, problem, results.GRADER_ERROR, detail, file=submission.file, date=now())
        yield Graded(about, True)


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
    """Begin a worker: Ctrl-C is the parent's, and the parent's end is the worker's.

    It computes in one thread, as a sandbox does: what a check compares is small, and several workers share the machine.
    """
    os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


_sandboxes: dict[str, Sandbox] = {}  # a worker's own
_turn = threading.Lock()  # checks keep a process's output and generators to themselves, so there is one at a time


def work(task: Task) -> list[Graded]:
    """Grade what belongs together in a worker."""
    with _turn:
        _start_early(task)
        from helpers.grading import marking, source

        course = source.Course(task.root)
        by_problem = defaultdict(list)
        for submission in sorted(task.submissions, key=_time):
            seen = marking.Seen(submission, course)
            by_problem[seen.problem].append(seen)
        return [_graded(task, own[-1], [seen.submission for seen in own[:-1]]) for own in by_problem.values()]


def _time(submission: Submission) -> tuple[float, bool, str]:
    """When a submission was handed in; of two at one time the one that says its problem is the later."""
    return submission.submitted or 0.0, submission.problem is not None, submission.file


def _graded(task: Task, seen: Seen, replaced: list[Submission]) -> Graded:
    """The result of one submission, which is the latest: the one that is there, or a new one."""
    from helpers.grading import marking
    from helpers.grading.sandbox.limits import Limits

    limits, others = Limits(**task.limits), ", ".join(one.file for one in replaced)
    remark = f"{seen.submission.file} counts, being the latest; not graded: {others}." if others else ""
    earlier = Store(task.folder).get(seen.submission.student, seen.problem)
    key = marking.key_of(seen.digest, seen.problem, limits, seen.course)
    if not task.again and earlier is not None and earlier.key == key and earlier.state in results.FINAL:
        return Graded(earlier, False, remark=remark)
    kept = _sandbox(task)
    result = marking.mark(seen, kept, limits, task.secret, beside=[one.name for one in replaced])
    if result.state == results.GRADER_ERROR:
        _sandboxes.pop(task.level).close()
    return Graded(result, True, seen.whole, remark)


def _start_early(task: Task) -> None:
    """Start a worker's sandbox while the worker itself imports torch, unless all there is may have results already."""
    store, name = Store(task.folder), "helpers.grading.marking"
    there = all(one.problem and store.path(one.student, one.problem).is_file() for one in task.submissions)
    if name not in sys.modules and (task.again or not there):
        threading.Thread(target=importlib.import_module, args=(name,)).start()
        _sandbox(task)


def _sandbox(task: Task) -> Sandbox:
    """Start the worker's sandbox, or take the one that it has."""
    from helpers.grading import sandbox

    if task.level not in _sandboxes:
        _sandboxes[task.level] = sandbox.choose(task.level, sandbox.Limits(**task.limits))
    return _sandboxes[task.level]
