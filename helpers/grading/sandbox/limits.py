"""What one submission may use, and the error of a sandbox that fails."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.errors import WorkbookError

MiB = 2**20


class SandboxError(WorkbookError):
    """The sandbox failed, which is no fault of any student's."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes:
        question_seconds: Wall time of the calls of one check.
        cell_seconds: Wall time of one cell.
        total_seconds: Wall time of the whole submission.
        cpu_seconds: CPU time of one process.
        memory: Bytes of one process's data, and of all processes together.
        processes: Processes and threads.
        disk: Bytes of all files.
        shared: Bytes of shared memory.
        output: Bytes that it may print.
        open_files: Files that a process may have open.
    """

    question_seconds: float = 30
    cell_seconds: float = 60
    total_seconds: float = 600
    cpu_seconds: int = 300
    memory: int = 4096 * MiB
    processes: int = 128
    disk: int = 256 * MiB
    shared: int = 256 * MiB
    output: int = 16 * MiB
    open_files: int = 512

    @property
    def of_process(self) -> dict[str, int]:
        """The limits that the kernel keeps for each process; files are limited by their file system as well."""
        return {
            "RLIMIT_DATA": self.memory,
            "RLIMIT_CPU": self.cpu_seconds,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_FSIZE": self.disk,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 64 * 1024,
            "RLIMIT_MSGQUEUE": 0,
        }
