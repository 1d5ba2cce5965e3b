"""Judge code by an exercise's check, in worker processes with a time limit: an endless loop ends with its worker.

A worker imports torch once (it is forked from a server that only imports), executes a problem's setup cells once, and
then judges one case after the other, each in a copy of that namespace, where every exercise is still its stub.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import inspect
import io
import multiprocessing
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

import torch
from torch import Tensor

from helpers.checks.core import Check
from helpers.checks.inputs import seed_of
from helpers.checks.report import Report
from helpers.checks.subject import Local, Part, describe
from helpers.errors import WorkbookError
from helpers.grading.namespaces import solution_namespace
from helpers.grading.regions import CODE_STUB, cut
from helpers.grading.source import COURSE, Course, load

SETUP_LIMIT = 300.0  # seconds for a problem's setup cells, which are given code, on a busy machine
PATIENCE = 10  # how many seconds a worker may take for one second of CPU time
CPU_TIME_IS_LIMITED = hasattr(signal, "setitimer")


@dataclass(frozen=True)
class Case:
    """Code that is to be judged as an answer to an exercise.

    Attributes:
        problem: The problem's name.
        exercise: The exercise's name.
        code: Defines the exercise's function or class.
        file: The file's name in tracebacks.
        line: The number of the code's first line in that file.
        constant: One of `CONSTANTS` where not the object itself is judged, but one that always returns this.
        seeds: How many draws of inputs; the first is the notebook's.
        limit: Seconds of CPU time for all of it; of other time ten times as much, so that a busy machine is no verdict.
    """

    problem: str
    exercise: str
    code: str
    file: str = "<answer>"
    line: int = 1
    constant: str = ""
    seeds: int = 3
    limit: float = 20.0


@dataclass(frozen=True)
class Judgement:
    """What came of a case.

    Attributes:
        reports: One report per seed; empty if there is a trouble.
        seconds: CPU time of one run of the check, the least of all seeds.
        trouble: Why there are no reports, in words that follow the name of the answer: "cannot be defined: …".
    """

    reports: tuple[Report, ...] = ()
    seconds: float = 0.0
    trouble: str = ""

    @property
    def full(self) -> int:
        """How many of the reports give all points."""
        return sum(report.passed for report in self.reports)

    @property
    def accepted(self) -> bool:
        """Whether every report gives all points."""
        return bool(self.reports) and self.full == len(self.reports)

    @property
    def rejected(self) -> bool:
        """Whether no report gives all points."""
        return self.full == 0


def judge(case: Case, course: Course = COURSE) -> Judgement:
    """Judge a case in this process, without a time limit."""
    namespace = dict(given(case.problem, course))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile("\n" * (case.line - 1) + case.code, case.file, "exec"), namespace)
        answer = namespace[case.exercise]
    except Exception as error:
        return Judgement(trouble=f"cannot be defined: {describe(error)}")
    if case.constant:
        answer = constantly(answer, CONSTANTS[case.constant])
    exercise = load(case.problem, course).exercises[case.exercise]
    check = check_of(exercise.check_code, namespace)
    reports, seconds = [], []
    for seed in seeds(case, check.name):
        start = time.process_time()
        reports.append(check.judge(Part(Local(), answer), seed, exercise.points))
        seconds.append(time.process_time() - start)
    return Judgement(tuple(reports), min(seconds))


def seeds(case: Case, check: str) -> list[int]:
    """The seed that notebooks use, and others that depend on names only."""
    others = [seed_of("audit", case.problem, case.exercise, number) for number in range(1, case.seeds)]
    return [seed_of("notebook", check), *others]


@functools.lru_cache(maxsize=4)
def given(problem: str, course: Course = COURSE) -> dict[str, Any]:
    """What an answer finds around it: parameters and given code, with every exercise as the stub that students get."""
    namespace = solution_namespace(problem, course)
    for cell in load(problem, course).cells:
        if cell.role == "exercise":
            exec(compile(cut(cell.script, CODE_STUB), f"<stub of {cell.name}>", "exec"), namespace)
    return namespace


def check_of(code: str, namespace: dict[str, Any]) -> Check:
    """The check that a check cell calls.

    Raises:
        WorkbookError: The call is of something else.
    """
    called = ast.parse(code, mode="eval").body.func
    check = eval(compile(ast.Expression(called), "<check>", "eval"), namespace)
    if not isinstance(check, Check):
        raise WorkbookError(f"{ast.unparse(called)} is no check; make it one with @check of helpers.checks.core.")
    return check


# Constant answers


def _filled(number: int) -> Callable[[Callable[[], Any]], Any]:
    """A result like the solution's, in which every number is replaced by one and the same."""

    def fill(value: Any) -> Any:
        if isinstance(value, Tensor):
            return torch.full_like(value.detach(), number)
        if isinstance(value, (bool, int, float, complex)):
            return type(value)(number)
        if isinstance(value, (list, tuple)):
            return (list if isinstance(value, list) else tuple)(map(fill, value))
        if isinstance(value, dict):
            return {key: fill(entry) for key, entry in value.items()}
        return None

    return lambda result: fill(result())


CONSTANTS: dict[str, Callable[[Callable[[], Any]], Any]] = {
    "None": lambda result: None,
    "0.0": lambda result: 0.0,
    "zeros in the right shape": _filled(0),
    "ones in the right shape": _filled(1),
}


def constantly(answer: Any, value: Callable[[Callable[[], Any]], Any]) -> Any:
    """An answer that depends on no input: the right one, whose every result is replaced by `value(result)`.

    The right answer is called for the shapes of its results only, on copies; of a class each public method is replaced.
    """
    if not isinstance(answer, type):
        return _constant(answer, value)
    methods = {
        name: _constant(entry, value)
        for name, entry in vars(answer).items()
        if inspect.isfunction(entry) and (name == "__call__" or not name.startswith("_"))
    }
    return type(answer.__name__, (answer,), methods)


def _constant(function: Callable, value: Callable[[Callable[[], Any]], Any]) -> Callable:
    """A function that returns the same whatever it is given, and leaves what it is given as it is."""

    def constant(*args: Any, **kwargs: Any) -> Any:
        def result() -> Any:
            ours, theirs = copies((args, kwargs))
            return function(*ours, **theirs)

        return value(result)

    return constant


def copies(value: Any) -> Any:
    """A deep copy; results of computations, which torch does not copy, become results of computations of their own."""
    memo = {
        id(part): part.detach().clone().requires_grad_(part.requires_grad).clone()
        for part in _tensors(value)
        if not part.is_leaf
    }
    return copy.deepcopy(value, memo)


def _tensors(value: Any) -> Iterable[Tensor]:
    """The tensors in nested containers."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple, set)):
        for part in value:
            yield from _tensors(part)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


# Worker processes


def judge_all(
    cases: Sequence[Case], jobs: int = 1, course: Course = COURSE, progress: Callable[[int, int], None] | None = None
) -> list[Judgement]:
    """Judge many cases, `jobs` at a time, each within its limit.

    Args:
        cases: What to judge; cases of one problem should stand together.
        jobs: Number of worker processes.
        course: Where the problems are.
        progress: Called with the number of cases done and of all.

    Raises:
        WorkbookError: A problem's own cells cannot be executed.
    """
    waiting, done = deque(enumerate(cases)), {}
    workers = [_Worker(course) for _ in range(min(jobs, len(cases)))]
    try:
        while len(done) < len(cases):
            for worker in workers:
                if worker.case is None and waiting:
                    worker.begin(*waiting.popleft())
            busy = [worker for worker in workers if worker.case is not None]
            patience = min(worker.deadline for worker in busy) - time.monotonic()
            ready = wait([worker.connection for worker in busy], max(0.0, patience))
            for worker in busy:
                judgement = worker.outcome(worker.connection in ready)
                if judgement is not None:
                    done[worker.number] = judgement
                    worker.case = None
                    if progress:
                        progress(len(done), len(cases))
    finally:
        for worker in workers:
            worker.stop()
    return [done[number] for number in range(len(cases))]


def _context() -> multiprocessing.context.BaseContext:
    """Fork from a server that has imported torch and done nothing with it, where there is fork."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class _Worker:
    """The parent's side of a worker process."""

    def __init__(self, course: Course):
        """Start the process."""
        self.course = course
        self.case: Case | None = None
        self.number, self.deadline = -1, 0.0
        self.start()

    def start(self) -> None:
        """Start a process that waits for cases."""
        context = _context()
        self.connection, theirs = context.Pipe()
        self.scratch = tempfile.TemporaryDirectory(prefix="workbook-", ignore_cleanup_errors=True)
        self.process = context.Process(target=_serve, args=(theirs, self.course, self.scratch.name), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        self.scratch.cleanup()  # a process that is killed leaves its temporary folders

    def begin(self, number: int, case: Case) -> None:
        """Hand over a case."""
        self.number, self.case = number, case
        self.deadline = time.monotonic() + SETUP_LIMIT
        try:
            self.connection.send(case)
        except OSError:  # it ended after its last case
            self.stop()
            self.start()
            self.connection.send(case)

    def outcome(self, is_ready: bool) -> Judgement | None:
        """What came of the case, or None while it is being judged."""
        trouble = ""
        if is_ready:
            try:
                message = self.connection.recv()
            except (EOFError, OSError):
                message, trouble = None, self._end()
            if isinstance(message, WorkbookError):
                raise message
            if isinstance(message, Judgement):
                return message
            if not trouble:  # the namespace is made: from here on the answer's own time counts
                self.deadline = time.monotonic() + PATIENCE * self.case.limit
                return None
        elif time.monotonic() >= self.deadline:
            trouble = self._late()
        else:
            return None
        self.stop()
        self.start()
        return Judgement(trouble=trouble)

    def _late(self) -> str:
        return f"takes longer than {self.case.limit:g} s"

    def _end(self) -> str:
        """Why the process ended by itself: its CPU time was over, or the answer ended it."""
        self.process.join()
        over = CPU_TIME_IS_LIMITED and self.process.exitcode == -signal.SIGPROF
        return self._late() if over else "ends the process that it runs in"


def _serve(connection: Connection, course: Course, scratch: str) -> None:
    """A worker's whole life: receive a case, say when its problem is ready, send what came of it."""
    tempfile.tempdir = scratch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    torch.set_num_threads(1)
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        try:
            given(case.problem, course)
        except Exception as error:
            connection.send(WorkbookError(f"The solution of {case.problem} does not run: {describe(error)}"))
            return
        connection.send("ready")
        with _cpu_time(case.limit):
            try:
                outcome = judge(case, course)
            except WorkbookError as error:
                outcome = error
        connection.send(outcome)


@contextlib.contextmanager
def _cpu_time(seconds: float) -> Iterator[None]:
    """End this process when it has used up its CPU time."""
    if not CPU_TIME_IS_LIMITED:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
