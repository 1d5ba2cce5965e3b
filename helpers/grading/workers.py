"""What a worker does: it gets a student's work, bytes and all, and gives back results; it reads and writes no grades.

A worker keeps one sandbox of its own, so the import of torch is paid once per worker. It may be a process of this
machine or of another one, since nothing that it needs lies in the instructor's folders but the course itself.
"""

from __future__ import annotations

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.grading import results
from helpers.grading.keys import key_of
from helpers.grading.results import Result
from helpers.grading.sandbox.limits import Limits
from helpers.grading.submissions import Loaded, Submission

if TYPE_CHECKING:  # torch and nbformat take seconds to import, which is the workers' business
    from helpers.grading.marking import Seen
    from helpers.grading.sandbox import Sandbox
    from helpers.grading.source import Course


@dataclass(frozen=True)
class Task:
    """What is looked at together, with all that a worker needs.

    Attributes:
        submissions: One; or all of a student whose problems only the notebooks themselves can tell.
        contents: What they hold, in the same order.
        root: The course's folder.
        secret: What inputs are drawn from.
        level: The level of the sandbox.
        limits: Limits other than the usual ones.
        known: Results of the student's that stand where it is the same work.
        current: Whether they stand only where checks, release and limits are the same as well.
    """

    submissions: tuple[Submission, ...]
    contents: tuple[Loaded, ...]
    root: Path
    secret: str
    level: str
    limits: dict[str, float] = field(default_factory=dict)
    known: tuple[Result, ...] = ()
    current: bool = False


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes:
        result: What grading found.
        fresh: Whether it was graded now; False where its result was there.
        whole: The notebook that was graded, as JSON; "" where there is none.
        which: Which of the task's submissions it is.
        replaced: Which of them it replaces.
        outdated: Whether the result is of earlier checks, another release or other limits.
    """

    result: Result
    fresh: bool
    whole: str = ""
    which: int = 0
    replaced: tuple[int, ...] = ()
    outdated: bool = False


def stands(earlier: Result | None, digest: str, key: str, current: bool) -> bool:
    """Whether a result need not be found again: it is of the same work, and of the same checks where that is asked."""
    if earlier is None or earlier.state not in results.FINAL:
        return False
    return earlier.key == key or (earlier.digest == digest and not current)


def in_order(submissions: Sequence[Submission]) -> list[int]:
    """Their places, the latest last; of two at one time the one that says its problem is the later."""

    def time(place: int) -> tuple[float, bool, str]:
        one = submissions[place]
        return one.submitted or 0.0, one.problem is not None, one.file

    return sorted(range(len(submissions)), key=time)


def processes(jobs: int) -> Executor:
    """Worker processes of this machine, which end with this process, however it ends."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)


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
        by_problem: dict[str, list[tuple[int, Seen]]] = defaultdict(list)
        for place in in_order(task.submissions):
            seen = marking.Seen(task.submissions[place], course, task.contents[place])
            by_problem[seen.problem].append((place, seen))
        return [_graded(task, course, *own) for own in by_problem.values()]


def _graded(task: Task, course: Course, *own: tuple[int, Seen]) -> Graded:
    """The result of one submission, which is the latest of a student's: the one that is there, or a new one."""
    from helpers.grading import marking

    *others, (which, seen) = own
    replaced, limits = tuple(place for place, _ in others), Limits(**task.limits)
    key = key_of(seen.digest, seen.problem, limits, course)
    earlier = next((one for one in task.known if one.problem == seen.problem), None)
    if stands(earlier, seen.digest, key, task.current):
        return Graded(earlier, False, which=which, replaced=replaced, outdated=earlier.key != key)
    beside = [task.submissions[place].name for place in replaced]
    result = marking.mark(seen, _sandbox(task), limits, task.secret, beside)
    if result.state == results.GRADER_ERROR:
        _sandboxes.pop(task.level).close()
    return Graded(result, True, seen.whole, which, replaced)


def _start_early(task: Task) -> None:
    """Start a worker's sandbox while the worker itself imports torch, unless what there is may have results already."""
    name = "helpers.grading.marking"
    if name not in sys.modules and not task.known:
        threading.Thread(target=importlib.import_module, args=(name,)).start()
        _sandbox(task)


def _sandbox(task: Task) -> Sandbox:
    """Start the worker's sandbox, or take the one that it has."""
    from helpers.grading import sandbox

    if task.level not in _sandboxes:
        _sandboxes[task.level] = sandbox.choose(task.level, Limits(**task.limits))
    return _sandboxes[task.level]


def end_sandboxes() -> None:
    """End this worker's sandboxes, where it lives longer than the run that started them, and is not busy."""
    if _turn.acquire(blocking=False):
        try:
            while _sandboxes:
                _sandboxes.popitem()[1].close()
        finally:
            _turn.release()
