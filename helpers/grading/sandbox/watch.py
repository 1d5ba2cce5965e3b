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

    def __init__(self, limits: Limits, output: Output, family: Callable[[], list[int]], end: Callable[[], None]):
        """Watch the output and the memory of the processes that `family` names; call `end` when there is too much."""
        self.limits, self.output, self.family, self.end = limits, output, family, end
        self.verdict = ""
        self._rest = self._resident = self._room = 0.0
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
                self.verdict = "memory" if self._too_much_memory() else ""
            if self.verdict:
                self.end()
                return

    def _too_much_memory(self) -> bool:
        """Whether the processes take more together than they may.

        What is resident is quickly known, but counts a page for every process that shares it. Where that is too much,
        the shares decide. They take long to count, so they are not counted again at once unless much was added.
        """
        family = self.family()
        resident = sum(map(resident_of, family))
        rests = time.monotonic() < self._rest and resident < self._resident + self._room
        if resident <= self.limits.memory or rests:
            return False
        began = time.monotonic()
        taken = sum(map(share_of, family))
        now = time.monotonic()
        self._rest, self._resident, self._room = now + 2 * (now - began), resident, self.limits.memory - taken
        return taken > self.limits.memory

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


def resident_of(pid: int) -> int:
    """Resident memory of a process: on Linux what is no file's (RssAnon and RssShmem), all of it elsewhere."""
    if os.path.isdir("/proc/self"):
        return _bytes(_status(pid), ("RssAnon", "RssShmem"))
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).memory_info().rss
    return 0


def share_of(pid: int) -> int:
    """The same with every page divided by the number of processes that share it, where the kernel counts that."""
    return _bytes(_fields(Path(f"/proc/{pid}/smaps_rollup")), ("Pss_Anon", "Pss_Shmem")) or resident_of(pid)


def _bytes(fields: dict[str, str], names: tuple[str, ...]) -> int:
    return sum(int(fields[name].split()[0]) * 1024 for name in names if name in fields)


def _status(pid: int) -> dict[str, str]:
    """What the kernel says of a process; nothing where it is gone."""
    return _fields(Path(f"/proc/{pid}/status"))


def _fields(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line.split(":", 1) for line in lines if ":" in line)
