"""Bubblewrap: the root that a student's process sees, and the warm process in it that forks a child per submission."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from helpers.checks import MACHINERY
from helpers.grading.sandbox.limits import Limits, SandboxError
from helpers.grading.sandbox.watch import Output, Watch, below, pid_of

HELPERS = Path(__file__).resolve().parents[2]
INSIDE = HELPERS / "grading" / "inside"
NOBODY = 65534  # whom root becomes
MOVED = Path("/python")  # where a virtual environment below /tmp is found inside
START_SECONDS = 120  # a cold disk reads torch slowly
ANSWER_SECONDS = 20  # a warm process has nothing to do but to answer


def environment(helpers: Path) -> dict[str, str]:
    """The environment of a student's process: ours stays out of it."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "WORKBOOK_HELPERS": str(helpers.parent),
        "WORKBOOK_PRESET": "smoke",
        "WORKBOOK_DATASET": "digits",
        "WORKBOOK_HEADLESS": "1",
        "WORKBOOK_RUN_DIR": "/tmp/run",
    }


def surroundings() -> dict[str, str]:
    """The environment of bubblewrap itself, which a student's process may be able to read."""
    return {"PATH": os.environ.get("PATH", os.defpath)}


def settings(limits: Limits, **more: Any) -> dict[str, Any]:
    """What `start.py` is told."""
    become = NOBODY if os.getuid() == 0 else None
    return {"limits": limits.of_process, "disk": limits.disk, "shared": limits.shared, "become": become} | more


def _python_folders() -> Iterator[Path]:
    """The folders of this Python: the installation, the virtual environment, and what these link to."""
    folders = {
        Path(sys.base_prefix),
        Path(sys.prefix),
        Path(sys.base_exec_prefix),
        Path(sys.executable).resolve().parents[1],
    }
    inner = {folder for folder in folders if any(folder != other and folder.is_relative_to(other) for other in folders)}
    return iter(sorted(folders - inner))


def place_of(path: Path) -> str:
    """Where a folder or file of this Python is found inside: at its place, or at another if its place is below /tmp.

    A sandbox's /tmp is its own, and empty.
    """
    environment = Path(sys.prefix)
    if environment.is_relative_to("/tmp") and path.is_relative_to(environment):
        return str(MOVED / path.relative_to(environment))
    return str(path)


def hidden() -> dict[str, bool]:
    """What no student's process sees of the helpers, and whether it is a folder: the grader, and what checks expect."""
    modules = [path for path in sorted((HELPERS / "checks").iterdir()) if path.is_dir() or path.suffix == ".py"]
    checks = [path for path in modules if path.stem not in ("__init__", "__pycache__", *MACHINERY)]
    compiled = [path for path in modules if path.stem == "__pycache__"]
    covered = [HELPERS / "grading", *compiled, *checks]
    return {f"/workbook/{path.relative_to(HELPERS.parent)}": path.is_dir() for path in covered}


def bwrap_command(arguments: Sequence[str], limits: Limits) -> list[str]:
    """The command that runs `start.py` with these arguments in a root that holds Python, helpers and little else."""
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    if os.getuid() == 0:  # the file system is laid out as root, then start.py becomes nobody
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    command += ["--perms", "0755", "--dir", "/etc", "--ro-bind", "/usr", "/usr"]  # or only root could pass
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/") / name
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"):
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    binds = {str(folder): place_of(folder) for folder in _python_folders() if not folder.is_relative_to("/usr")}
    binds |= {str(HELPERS): "/workbook/helpers", str(INSIDE): "/workbook/inside/inside"}
    for parent in sorted({parent for place in binds.values() for parent in Path(place).parents} - {Path("/")}):
        command += ["--perms", "0755", "--dir", str(parent)]
    for folder, place in binds.items():
        command += ["--ro-bind", folder, place]
    for place, is_folder in hidden().items():
        command += ["--tmpfs", place, "--remount-ro", place] if is_folder else ["--ro-bind", os.devnull, place]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder, size in (("/tmp", limits.disk), ("/dev/shm", limits.shared)):
        command += ["--perms", "1777", "--size", str(size), "--tmpfs", folder]
    for folder in ("/dev", "/"):
        command += ["--remount-ro", folder]
    for name, value in environment(Path("/workbook/helpers")).items():
        command += ["--setenv", name, value]
    python = place_of(Path(sys.executable))
    return [*command, "--chdir", "/tmp", python, "-s", "/workbook/inside/inside/start.py", *arguments]


class WarmBwrap:
    """One bubblewrap that has imported everything, and forks an isolated child for each submission.

    Bubblewrap ends with the thread that started it, so one thread starts it, takes in what it says, and stays.
    """

    level = "bwrap"

    def __init__(self, limits: Limits):
        """Start it and wait until it is ready.

        Raises:
            SandboxError: It does not start.
        """
        self._numbers = itertools.count(1)
        self._news = threading.Condition()
        self._ready, self._gone = False, False
        self._forked: dict[int, int] = {}  # answers that nobody has asked for yet, by the job's number
        self._ended: dict[int, int] = {}
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
        self._failure = ""
        self.process: subprocess.Popen | None = None
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._thread = threading.Thread(target=self._live, args=(theirs, limits), daemon=True)
        self._thread.start()
        self._hear(lambda: self._ready, START_SECONDS)

    def _live(self, theirs: socket.socket, limits: Limits) -> None:
        """Start bubblewrap and take in its answers until it ends."""
        try:
            self.process = subprocess.Popen(
                bwrap_command(["warm", json.dumps(settings(limits, control=theirs.fileno()))], limits),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env=surroundings(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            while message := self.control.recv(65536):
                self._take_in(json.loads(message))
        except OSError as error:
            self._failure = str(error)
        finally:
            theirs.close()
            with self._news:
                self._gone = True
                self._news.notify_all()

    def _take_in(self, answer: dict[str, int]) -> None:
        with self._news:
            if "forked" in answer:
                self._forked[answer["job"]] = answer["forked"]
            elif "ended" in answer:
                self._ended[answer["job"]] = answer["ended"]
            else:
                self._ready = True
            self._news.notify_all()

    def _hear(self, arrived: Any, seconds: float) -> None:
        """Wait until an answer has arrived.

        Raises:
            SandboxError: It has not, and none will: a sandbox that does not answer is ended.
        """
        with self._news:
            self._news.wait_for(lambda: arrived() or self._gone, seconds)
            if arrived():
                return
        self.close()
        raise SandboxError(f"The sandbox does not answer{f' ({self._failure})' if self._failure else ''}.")

    def open(self, limits: Limits) -> ForkedJob:
        """Fork a child for one submission."""
        return ForkedJob(self, limits)

    def fork(self, limits: Limits, channel: int, output: int) -> tuple[int, int]:
        """Have a child forked that gets these limits and descriptors; the job's number, and its keeper's process."""
        job = next(self._numbers)
        request = {"do": "fork", "job": job, "settings": settings(limits)}
        try:
            socket.send_fds(self.control, [json.dumps(request).encode()], [channel, output])
        except OSError:
            self._gone = True
        self._hear(lambda: job in self._forked, ANSWER_SECONDS)
        return job, pid_of(self._forked.pop(job), self.process.pid)

    def end(self, job: int) -> None:
        """Have everything below a keeper ended."""
        with contextlib.suppress(OSError):
            self.control.send(json.dumps({"do": "end", "job": job}).encode())

    def wait(self, job: int) -> bool:
        """Wait until a keeper has ended, and with it all that it kept; False where it had failed."""
        self._hear(lambda: job in self._ended, ANSWER_SECONDS)
        return self._ended.pop(job) == 0

    def close(self) -> None:
        """End everything."""
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self._thread.join()
        self.control.close()
        if not self._said.closed:
            self._said.seek(0)
            lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
            self._failure = lines[-1][:300] if lines else self._failure
            self._said.close()


class ForkedJob:
    """A child of a warm sandbox."""

    def __init__(self, warm: WarmBwrap, limits: Limits):
        """Fork it."""
        from helpers.grading.inside import wire  # it brings torch, which is imported while the sandbox starts

        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            self.number, self.keeper = warm.fork(limits, theirs.fileno(), write)
        except SandboxError:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        self.warm = warm
        descriptor = ours.detach()
        self.channel = wire.Channel(descriptor, descriptor)
        self.output = Output(read, limits.output)
        self.watch = Watch(limits, self.output, self.family, lambda: warm.end(self.number))

    def family(self) -> list[int]:
        """See `Job`; the keeper and its init are not the student's."""
        return below(self.keeper)[1:] if self.keeper else []

    def verdict(self) -> str:
        """See `Job`."""
        return self.watch.verdict

    def close(self) -> bool:
        """See `Job`."""
        self.channel.close()
        self.warm.end(self.number)
        try:
            return self.warm.wait(self.number)
        finally:
            self.watch.stop()
