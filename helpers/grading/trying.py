"""Working off tasks with workers that may end: what fails through the machine is tried again, and nothing else is.

A student's code that takes too long or ends its process has a result like any other. A worker or a sandbox that is
killed has none: its task is tried again after all others and alone, so that it takes no other along.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass

from helpers.errors import WorkbookError
from helpers.grading import results, workers
from helpers.grading.results import Result, now
from helpers.grading.workers import Graded, Task

TRIES = 3  # of a task whose worker or sandbox ended


@dataclass
class _Try:
    """A task and what became of it so far: how many times it failed through the machine, and how."""

    task: Task
    failed: int = 0
    reason: str = ""


class _Waiting:
    """What is still to be graded: what comes first, then what failed, which is tried alone."""

    def __init__(self, tasks: Iterator[Task]):
        """Ask for tasks only when they are wanted, since each holds what was handed in."""
        self._fresh, self._failed, self._next = map(_Try, tasks), deque(), None

    def __bool__(self) -> bool:
        return self.first is not None

    @property
    def first(self) -> _Try | None:
        """The next one, which stays; None where all is done."""
        if self._next is None:
            self._next = next(self._fresh, None) or (self._failed.popleft() if self._failed else None)
        return self._next

    def take(self) -> _Try:
        """Take the next one away."""
        one, self._next = self.first, None
        return one

    def put_back(self, one: _Try) -> None:
        """Have it tried again."""
        self._failed.append(one)


def worked_off(
    tasks: Iterator[Task], jobs: int, executor: Callable[[int], Executor]
) -> Iterator[tuple[Task, list[Graded]]]:
    """Grade the tasks, a few at a time, in a new pool where one breaks; results come as they are ready.

    What failed is tried again after all others and alone: when a worker ends, nobody knows on whose account.
    """
    waiting = _Waiting(tasks)
    while waiting:
        pool = executor(jobs)
        running: dict[Future, _Try] = {}
        try:
            while waiting or running:
                while waiting and len(running) < (1 if waiting.first.failed else 2 * jobs):
                    with _ctrl_c_later():
                        future = pool.submit(workers.work, waiting.first.task)
                    running[future] = waiting.take()
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    one = running.pop(future)
                    graded, one.reason = _outcome(future)
                    one.failed += bool(one.reason)
                    if not one.reason:
                        yield one.task, graded
                    elif one.failed < TRIES:
                        waiting.put_back(one)
                    else:
                        yield one.task, list(_given_up(one))
        except BrokenExecutor:  # a worker was killed while something was handed over
            for one in running.values():
                one.failed += 1
                waiting.put_back(one)
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
    for which, submission in enumerate(one.task.submissions):
        problem = submission.problem or results.UNKNOWN
        about = Result(submission.student, problem, results.GRADER_ERROR, detail, date=now())
        yield Graded(about, True, which=which)


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
