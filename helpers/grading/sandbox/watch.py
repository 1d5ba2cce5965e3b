"""What a grader sees of a student's processes from outside: what they print, and how much memory they take together."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from helpers.grading.sandbox.limits import Limits


class Output:
    """What a student's process prints: read for ever, so that printing never blocks, and kept in part."""

    KEPT = 4000

    def __init__(self, descriptor: int, limit: int):
        """Take from this descriptor; more than `limit` bytes are too many."""
        self.limit, self.size, self._kept = limit, 0, bytearray()
        self._descriptor: int | None = descriptor
        self._lock = threading.Lock()
        os.set_blocking(descriptor, False)

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to read; False at once where nothing will come any more."""
        descriptor = self._descriptor
        if descriptor is None:
            return False
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(1000 * seconds)
        return True

    def read(self) -> None:
        """Read what is there, up to the limit."""
        with self._lock:
            while self._descriptor is not None and self.size <= self.limit:
                try:
                    chunk = os.read(self._descriptor, 65536)
                except BlockingIOError:
                    return
                except OSError:
                    chunk = b""
                if not chunk:
                    self._close()
                self.size += len(chunk)
                self._kept += chunk[: max(0, self.KEPT - len(self._kept))]

    def take(self) -> str:
        """What was printed since the last time, cut."""
        self.read()
        with self._lock:
            kept, self._kept = self._kept, bytearray()
        return kept.decode("utf-8", "replace")

    def close(self) -> None:
        """Read no more, whoever could still print."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None


class Watch:
    """A thread that reads a job's output, and ends a job that takes too much memory or prints without end."""

    PERIOD = 0.05

    def __init__(self, limits: Limits, output: Output, memory: Callable[[], int], end: Callable[[], None]):
        """Watch the output and what `memory` says; call `end` when there is too much of either."""
        self.limits, self.output, self.memory, self.end = limits, output, memory, end
        self.verdict = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        looked = 0.0
        while not self._over.is_set():
            if not self.output.wait(self.PERIOD):
                self._over.wait(self.PERIOD)
            self.output.read()
            if self.output.size > self.limits.output:
                self.verdict = "output"
            elif time.monotonic() - looked >= self.PERIOD:
                looked = time.monotonic()
                self.verdict = "memory" if self.memory() > self.limits.memory else ""
            if self.verdict:
                self.end()
                return

    def stop(self) -> None:
        """Watch no longer, and read no longer."""
        self._over.set()
        self._thread.join()
        self.output.close()


# Processes


def below(pid: int) -> list[int]:
    """The processes below one, nearest first; orphans count to the init of their namespace."""
    found = [pid]
    for process in found:  # grows
        found += _children(process)
    return found[1:]


def _children(pid: int) -> list[int]:
    """A process's children: from the kernel's lists of them where it keeps such, or from a look at every process."""
    try:
        lists = [Path(f"/proc/{pid}/task/{thread}/children") for thread in os.listdir(f"/proc/{pid}/task")]
        return [int(child) for one in lists for child in one.read_text(encoding="ascii").split()]
    except OSError:
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []


def pid_of(number: int, above: int) -> int:
    """The process that has this number in the namespace below process `above`, by its number here; 0 if it is gone."""
    for pid in below(above):
        numbers = _status(pid).get("NSpid", "").split()
        if len(numbers) >= 2 and int(numbers[1]) == number:
            return pid
    return 0


def memory_of(pid: int) -> int:
    """Memory of a process that is not a file's: RssAnon and RssShmem on Linux, all that is resident elsewhere."""
    if os.path.isdir("/proc/self"):
        status = _status(pid)
        return sum(int(status[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem") if name in status)
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).memory_info().rss
    return 0


def _status(pid: int) -> dict[str, str]:
    """What the kernel says of a process; nothing where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line.split(":", 1) for line in lines if ":" in line)
