"""Workers on other machines: a Dask scheduler's, in place of this machine's processes.

    workbook grade build/submitted --cluster tcp://host:8786

Each worker has the workbook installed and a sandbox of its own. What a student handed in goes to it, and its result
comes back; it needs no folder of the instructor's. A worker whose checks, notebooks or versions are others than this
machine's is refused before it grades anything, since it would give other grades.

Dask runs again elsewhere what a worker had in hand that ended; a grade is written once, by this process. What crosses
the network is not encrypted unless the scheduler's address is tls://.
"""

from __future__ import annotations

import importlib.metadata
import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import WorkbookError
from helpers.grading import keys
from helpers.grading import workers as there
from helpers.grading.workers import Graded, Task
from helpers.student import ROOT, problems

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Promise

CONNECT_SECONDS = 20  # for a scheduler to answer
WORKERS_SECONDS = 60  # for a worker to appear, at the beginning or after the last one has gone
LOOK_SECONDS = 2  # between two looks at whether the cluster is still there


@contextmanager
def workers(address: str | None, jobs: int, course: Path) -> Iterator[tuple[int, Callable[[int], Executor] | None]]:
    """How many workers grade, and what makes their executor; None is for processes of this machine.

    Args:
        address: The scheduler's address; None for this machine alone.
        jobs: How many workers this machine has, where there is no scheduler.
        course: The course's folder.

    Raises:
        WorkbookError: The extra is not installed, the scheduler gives no answer, or a worker is not fit.
    """
    if address is None:
        yield jobs, None
        return
    client = _connected(address)
    try:
        width = _fit_workers(client, address, course)
        yield width, lambda jobs: _Cluster(client, address)
    finally:
        with suppress(Exception):  # workers that cannot be reached end their sandboxes when they end
            if client.status == "running":
                client.run(there.end_sandboxes, on_error="ignore")
        with suppress(Exception):
            client.close(timeout=5)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise WorkbookError(
            'A cluster needs the extra "cluster"; install it with: python -m pip install -e ".[cluster]"'
        ) from None
    for name in ("distributed", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what is wrong is said here, in a sentence
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WorkbookError(
            f"There is no scheduler at {address} ({reason}); start one with: dask scheduler, and workers with: "
            f"dask worker {address} --nthreads 1"
        ) from None


def _fit_workers(client: Client, address: str, course: Path) -> int:
    """The number of workers' threads, once every worker there is has shown that it grades as this machine does."""
    deadline = time.monotonic() + WORKERS_SECONDS
    while not client.nthreads():
        if time.monotonic() > deadline:
            raise WorkbookError(
                f"The scheduler at {address} has no workers; start some with: dask worker {address} --nthreads 1"
            )
        time.sleep(0.2)
    own = identity(course)
    for worker, answer in client.run(identity, course, on_error="return").items():
        if isinstance(answer, BaseException):
            raise WorkbookError(_unfit(worker, answer))
        for what, value in own.items():
            if answer.get(what) != value:
                raise WorkbookError(
                    f"The worker {worker} has other {what} than this machine; install the same there, start it anew, "
                    "and run the same command again."
                )
    return sum(client.nthreads().values())


def _unfit(worker: str, error: BaseException) -> str:
    """Why a worker cannot grade."""
    if _is_missing(error):
        return (
            f"The worker {worker} lacks the workbook ({error}); install the same release there, start it anew, and run "
            "the same command again."
        )
    return f"The worker {worker} cannot say which checks it has ({type(error).__name__}: {error}); start it anew."


def _is_missing(error: BaseException) -> bool:
    """Whether a module was not found; what fails while a worker unpacks its orders comes as words only."""
    return isinstance(error, ImportError) or "ModuleNotFoundError(" in str(error)


def identity(course: Path) -> dict[str, Any]:
    """What has to be the same on two machines for the same grades, by what it is called."""
    root = _root(course)
    loaded = keys.code_digest(keys.HELPERS)
    now = keys.code_digest.__wrapped__(keys.HELPERS)
    keys.release_digest.cache_clear()  # a worker may have lived through a release
    torch, python = keys.versions()
    names = ("numpy", "sympy", "networkx", "safetensors")
    versions = {name: importlib.metadata.version(name) for name in names}
    return {
        "checks": (loaded, now == loaded),
        "notebooks": {problem: keys.release_digest(problem, root) for problem in problems(root)},
        "versions of libraries": versions | {"torch": torch},
        "a Python": python,
    }


def _root(course: Path) -> Path:
    """Where a course is on this machine: where the instructor has it, or where this machine's workbook is."""
    return course if (course / "notebooks").is_dir() else ROOT


def grade_there(task: Task) -> list[Graded]:
    """Grade in a Dask worker, in one thread as everywhere."""
    import torch

    torch.set_num_threads(1)
    return there.work(replace(task, root=_root(task.root)))


class _Cluster(Executor):
    """A scheduler's workers as an executor, which fails in a sentence where the cluster does."""

    def __init__(self, client: Client, address: str):
        """Hand tasks to this client's scheduler."""
        self._client, self._address = client, address
        self._running: dict[Future, Promise] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, function: Callable[[Task], list[Graded]], task: Task) -> Future:
        """Have a task graded; it is run again elsewhere where its worker ends."""
        future: Future = Future()
        future.set_running_or_notify_cancel()
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph")  # a notebook is not that large
                promise = self._client.submit(grade_there, task, pure=False)
        except Exception as error:  # whatever a lost connection raises
            raise WorkbookError(self._lost()) from error
        with self._lock:
            self._running[future] = promise
        promise.add_done_callback(lambda promise: self._done(future, promise))
        return future

    def _done(self, future: Future, promise: Promise) -> None:
        """Hand on what became of a task."""
        with self._lock:
            if self._running.pop(future, None) is None:
                return  # given up meanwhile
        try:
            if promise.status == "finished":
                future.set_result(promise.result())
            elif promise.status == "cancelled":
                future.set_exception(WorkbookError(self._lost()))
            else:
                future.set_exception(_explained(promise.exception()))
        except Exception as error:
            future.set_exception(error)
        finally:
            promise.release()

    def _watch(self) -> None:
        """Give up where the scheduler, or every worker, has been gone for too long."""
        seen = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            try:
                if self._client.status != "running":
                    self._give_up(self._lost())
                elif self._client.nthreads():
                    seen = time.monotonic()
            except Exception:  # the scheduler gives no answer now
                pass
            if time.monotonic() - seen > WORKERS_SECONDS:
                self._give_up(
                    f"The cluster at {self._address} has had no workers for {WORKERS_SECONDS} seconds; what was graded "
                    "stands. Start some, and run the same command again."
                )

    def _give_up(self, sentence: str) -> None:
        with self._lock:
            lost, self._running = list(self._running), {}
        for future in lost:
            future.set_exception(WorkbookError(sentence))

    def _lost(self) -> str:
        return (
            f"The connection to the scheduler at {self._address} is lost; what was graded stands, and the same command "
            "goes on from there."
        )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ask for nothing more; the workers live on."""
        self._over.set()
        with self._lock:
            promises, self._running = list(self._running.values()), {}
        if promises:
            with suppress(Exception):
                self._client.cancel(promises)


def _explained(error: BaseException) -> BaseException:
    """The error of a worker; in a sentence where it cannot grade at all."""
    while error.__cause__ is not None and not isinstance(error, WorkbookError) and not _is_missing(error):
        error = error.__cause__
    if _is_missing(error):
        return WorkbookError(_unfit("that came last", error))
    return error
