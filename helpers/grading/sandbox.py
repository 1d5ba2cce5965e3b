"""Where students' code runs while it is graded: a process that sees no network, no other submission and none of ours.

Three levels, best first, and the one that was used is recorded with every grade:

    bwrap     bubblewrap: a warm process in a sandbox imports once and forks an isolated child per submission; where the
              kernel allows no namespaces within namespaces, one bubblewrap per submission
    docker    a container per submission, where an engine and the image of the Dockerfile are at hand
    reduced   a process with limits and nothing else, only when asked for: it can read what this user can read

`choose` probes a level before it is used. A `Job` is one student's process: a channel for messages, what it printed,
and an end that takes everything that it started with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import psutil

from helpers.errors import WorkbookError
from helpers.grading.inside import wire

LEVELS = ("auto", "bwrap", "docker", "reduced")
HELPERS = Path(__file__).resolve().parents[1]
INSIDE = Path(__file__).resolve().parent / "inside"
NOBODY = 65534  # whom root becomes
START_SECONDS = 120  # a cold disk reads torch slowly
IMAGE = os.environ.get("WORKBOOK_DOCKER_IMAGE", "workbook")
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


class Job(Protocol):
    """One student's process."""

    channel: wire.Channel
    output: Output

    def verdict(self) -> str:
        """Why the process was ended by us ("memory", "output"), or "" where it was not."""

    def close(self) -> bool:
        """End the process and everything that it started; False where the sandbox itself had failed before."""


class Sandbox(Protocol):
    """A way to start students' processes."""

    level: str

    def open(self, limits: Limits) -> Job:
        """Start a process for one submission."""

    def close(self) -> None:
        """End everything."""


# What a job has


class Output:
    """What a student's process prints: read for ever, so that printing never blocks, and kept in part."""

    KEPT = 4000

    def __init__(self, descriptor: int, limit: int):
        """Read this descriptor in a thread; more than `limit` bytes are too many."""
        self.limit, self.size, self._kept = limit, 0, bytearray()
        self._descriptor = descriptor
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError), os.fdopen(self._descriptor, "rb", buffering=0) as stream:
            while chunk := stream.read(65536):
                self.size += len(chunk)
                self._kept += chunk[: max(0, self.KEPT - len(self._kept))]

    def take(self) -> str:
        """What was printed since the last time, cut."""
        kept, self._kept = self._kept, bytearray()
        return kept.decode("utf-8", "replace")


class Watch:
    """A thread that ends a job whose processes together take too much memory, or that prints without end."""

    PERIOD = 0.05

    def __init__(self, pid: int, limits: Limits, output: Output, end: Any):
        """Watch the processes below `pid`, which is itself counted too; call `end` when there is too much."""
        self.pid, self.limits, self.output, self.end = pid, limits, output, end
        self.verdict = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(self.PERIOD):
            if self.output.size > self.limits.output:
                self.verdict = "output"
            elif memory_below(self.pid) > self.limits.memory:
                self.verdict = "memory"
            if self.verdict:
                self.end()
                return

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        self._thread.join()


def memory_below(pid: int) -> int:
    """Bytes of anonymous and shared memory of a process and all its descendants; 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(_memory_of(member) for member in family)


def _memory_of(process: psutil.Process) -> int:
    """Memory that is not a file's: RssAnon and RssShmem on Linux, all that is resident elsewhere."""
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as stream:
            fields = dict(line.split(":", 1) for line in stream if line.startswith(("RssAnon", "RssShmem")))
        return sum(int(field.split()[0]) * 1024 for field in fields.values())
    except OSError:
        with contextlib.suppress(psutil.Error):
            return process.memory_info().rss
        return 0


# Bubblewrap


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


def bwrap_command(arguments: Sequence[str], limits: Limits) -> list[str]:
    """The command that runs `start.py` with these arguments in a root that holds Python, helpers and little else."""
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    if os.getuid() == 0:  # the file system is laid out as root, then start.py becomes nobody
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/") / name
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            command += ["--ro-bind", str(path), str(path)]
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"):
        command += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    binds = {str(folder): str(folder) for folder in _python_folders() if not folder.is_relative_to("/usr")}
    binds |= {str(HELPERS): "/workbook/helpers", str(INSIDE): "/workbook/inside/inside"}
    for parent in sorted({parent for place in binds.values() for parent in Path(place).parents} - {Path("/")}):
        command += ["--perms", "0755", "--dir", str(parent)]  # or only root could pass
    for folder, place in binds.items():
        command += ["--ro-bind", folder, place]
    command += ["--tmpfs", "/workbook/helpers/grading"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for folder, size in (("/tmp", limits.disk), ("/dev/shm", limits.shared)):
        command += ["--perms", "1777", "--size", str(size), "--tmpfs", folder]
    for folder in ("/workbook/helpers/grading", "/dev", "/"):
        command += ["--remount-ro", folder]
    for name, value in environment(Path("/workbook/helpers")).items():
        command += ["--setenv", name, value]
    return [*command, "--chdir", "/tmp", sys.executable, "-s", "/workbook/inside/inside/start.py", *arguments]


def _settings(limits: Limits, **more: Any) -> str:
    become = NOBODY if os.getuid() == 0 else None
    return json.dumps(
        {"limits": limits.of_process, "disk": limits.disk, "shared": limits.shared, "become": become} | more
    )


class WarmBwrap:
    """One bubblewrap that has imported everything, and forks an isolated child for each submission."""

    level = "bwrap"

    def __init__(self, limits: Limits):
        """Start it and wait until it is ready.

        Raises:
            SandboxError: It does not start.
        """
        self.limits = limits
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        settings = _settings(limits, control=theirs.fileno())
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
        self.process = subprocess.Popen(
            bwrap_command(["warm", settings], limits),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._answer("ready", START_SECONDS)

    def _answer(self, kind: str, seconds: float) -> dict[str, int]:
        """The next answer of this kind."""
        self.control.settimeout(seconds)
        try:
            while True:
                message = self.control.recv(65536)
                if not message:
                    break
                answer = json.loads(message)
                if kind in answer:
                    return answer
        except (TimeoutError, OSError):
            pass
        said = self._said()
        self.close()
        raise SandboxError(f"The sandbox does not answer{said}.")

    def _said(self) -> str:
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return f" ({lines[-1][:200]})" if lines else ""

    def open(self, limits: Limits) -> ForkedJob:
        """Fork a child for one submission."""
        return ForkedJob(self, limits)

    def fork(self, channel: int, output: int) -> int:
        """Have a child forked that gets these descriptors; its keeper's number."""
        try:
            socket.send_fds(self.control, [json.dumps({"do": "fork"}).encode()], [channel, output])
        except OSError as error:
            self.close()
            raise SandboxError("The sandbox is gone.") from error
        return self._answer("forked", 20)["forked"]

    def end(self, keeper: int) -> None:
        """Have everything below a keeper ended."""
        with contextlib.suppress(OSError):
            self.control.send(json.dumps({"do": "end", "keeper": keeper}).encode())

    def wait(self, keeper: int) -> bool:
        """Wait until a keeper has ended, and with it all that it kept; False where it had failed."""
        while (answer := self._answer("ended", 20))["ended"] != keeper:
            continue
        return answer["status"] == 0

    def close(self) -> None:
        """End everything."""
        self.control.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.errors.close()


class ForkedJob:
    """A child of a warm sandbox."""

    def __init__(self, warm: WarmBwrap, limits: Limits):
        """Fork it."""
        ours, theirs = socket.socketpair()
        read, write = os.pipe()
        try:
            self.keeper = warm.fork(theirs.fileno(), write)
        except SandboxError:
            ours.close()
            os.close(read)
            raise
        finally:
            theirs.close()
            os.close(write)
        self.warm = warm
        self.output = Output(read, limits.output)
        descriptor = ours.detach()
        self.channel = wire.Channel(descriptor, descriptor)
        self.watch = Watch(_pid_of(warm.process.pid, self.keeper), limits, self.output, lambda: warm.end(self.keeper))

    def verdict(self) -> str:
        """See `Job`."""
        return self.watch.verdict

    def close(self) -> bool:
        """See `Job`."""
        self.watch.stop()
        self.channel.close()
        self.warm.end(self.keeper)
        return self.warm.wait(self.keeper)


def _pid_of(bwrap: int, number: int) -> int:
    """The process that has this number within the sandbox, by its number here; 0 where it is gone already."""
    for process in psutil.Process(bwrap).children(recursive=True):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
            numbers = next(line for line in lines if line.startswith("NSpid:")).split()[1:]
            if len(numbers) >= 2 and int(numbers[1]) == number:
                return process.pid
    return 0


# One process per submission


class OneEach:
    """A new process for each submission: one bubblewrap, one container, or, reduced, only limits."""

    def __init__(self, level: str):
        """Use this level."""
        self.level = level

    def open(self, limits: Limits) -> ProcessJob:
        """Start a process for one submission."""
        return ProcessJob(self.level, limits)

    def close(self) -> None:
        """Nothing is kept between submissions."""


class ProcessJob:
    """A process of its own, spoken to over its standard input and output."""

    def __init__(self, level: str, limits: Limits):
        """Start it."""
        self.level, self.folder = level, tempfile.mkdtemp(prefix="workbook-")
        command, surroundings = self._command(limits)
        read, write = os.pipe()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=write,
            env=surroundings,
            cwd=self.folder if level == "reduced" else None,
            start_new_session=True,
        )
        os.close(write)
        self.output = Output(read, limits.output)
        self.channel = wire.Channel(os.dup(self.process.stdout.fileno()), os.dup(self.process.stdin.fileno()))
        self.process.stdout.close()
        self.process.stdin.close()
        self.watch = Watch(self.process.pid, limits, self.output, self._kill)

    def _command(self, limits: Limits) -> tuple[list[str], dict[str, str]]:
        if self.level == "bwrap":
            return bwrap_command(["one", _settings(limits, confine=True)], limits), dict(os.environ)
        if self.level == "docker":
            return docker_command(limits), dict(os.environ)
        os.chmod(self.folder, 0o777)
        own = environment(HELPERS) | {
            "HOME": self.folder,
            "TMPDIR": self.folder,
            "WORKBOOK_RUN_DIR": f"{self.folder}/run",
        }
        settings = _settings(limits)
        return [sys.executable, "-s", str(INSIDE / "start.py"), "one", settings], own | {"MPLCONFIGDIR": self.folder}

    def verdict(self) -> str:
        """See `Job`."""
        return self.watch.verdict

    def _kill(self) -> None:
        """End the process with all that it started and can still be found."""
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def close(self) -> bool:
        """See `Job`; a sandbox that a signal ended before was ended from outside."""
        self.watch.stop()
        ended = self.process.poll()
        self._kill()
        self.process.wait()
        self.channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.level == "reduced" or self.watch.verdict != "" or ended is None or ended >= 0


def docker_command(limits: Limits) -> list[str]:
    """The command for one container: no network, nothing writable but sized memory, no capabilities, another user."""
    command = ["docker", "run", "--rm", "--interactive", "--init", "--network", "none", "--read-only"]
    command += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", f"{NOBODY}:{NOBODY}"]
    command += ["--memory", str(limits.memory), "--memory-swap", str(limits.memory), "--cpus", "1"]
    command += ["--pids-limit", str(limits.processes), "--shm-size", str(limits.shared)]
    command += ["--tmpfs", f"/tmp:rw,size={limits.disk},mode=1777", "--workdir", "/tmp"]
    command += ["--volume", f"{HELPERS}:/workbook/helpers:ro", "--tmpfs", "/workbook/helpers/grading:ro,size=4096"]
    command += ["--volume", f"{INSIDE}:/workbook/inside/inside:ro"]
    for name, value in environment(Path("/workbook/helpers")).items():
        if name != "PATH":
            command += ["--env", f"{name}={value}"]
    settings = json.dumps(json.loads(_settings(limits)) | {"become": None})
    return [*command, IMAGE, "python", "-s", "/workbook/inside/inside/start.py", "one", settings]


# The choice


def choose(level: str = "auto", limits: Limits | None = None) -> Sandbox:
    """A sandbox of this level that has been tried out.

    Args:
        level: "auto" takes bwrap or docker, whichever works first, and never "reduced".
        limits: What a submission may use.

    Raises:
        WorkbookError: The level does not work here; the sentence says what to do.
    """
    limits = limits or Limits()
    if level not in LEVELS:
        raise WorkbookError(f"There is no sandbox {level!r}; choose one of: {', '.join(LEVELS)}.")
    if level == "reduced":
        return probed(OneEach("reduced"), limits)
    reasons = []
    for name, start in (("bwrap", _bwrap), ("docker", _docker)):
        if level in ("auto", name):
            try:
                return start(limits)
            except WorkbookError as error:
                reasons.append(str(error))
    raise WorkbookError(" ".join([*reasons, "Or ask for less with --sandbox reduced, for code that you trust."]))


def _bwrap(limits: Limits) -> Sandbox:
    if shutil.which("bwrap") is None:
        raise SandboxError("Install bubblewrap (on Debian and Ubuntu: apt install bubblewrap) to grade in a sandbox.")
    try:
        return probed(WarmBwrap(limits), limits)
    except SandboxError:
        pass  # no namespaces within namespaces here
    try:
        return probed(OneEach("bwrap"), limits)
    except SandboxError as error:
        raise SandboxError(
            f"Bubblewrap does not work here: {error} Where Ubuntu forbids user namespaces, allow them with: "
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        ) from error


def _docker(limits: Limits) -> Sandbox:
    if shutil.which("docker") is None:
        raise SandboxError("Or install docker.")
    engine = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, text=True)
    if engine.returncode != 0:
        raise SandboxError(f"For docker, start its engine and make the image: docker build --tag {IMAGE} .")
    return probed(OneEach("docker"), limits)


def probed(sandbox: Sandbox, limits: Limits) -> Sandbox:
    """The sandbox, after a child of it has answered.

    Raises:
        SandboxError: It has not.
    """
    try:
        job = sandbox.open(limits)
        try:
            job.channel.send(wire.pack({"id": 0, "do": "run", "source": "1 + 1", "name": "probe"}))
            header, blob = job.channel.receive(time.monotonic() + START_SECONDS)
            if wire.unpack(header, blob, part=lambda part: part).get("error") != "":
                raise SandboxError("Its answer is wrong.")
        except (wire.Closed, wire.Late, wire.Malformed) as error:
            raise SandboxError(f"It gives no answer. {job.output.take().strip()[-200:]}") from error
        finally:
            job.close()
    except SandboxError:
        sandbox.close()
        raise
    return sandbox


def describe(limits: Limits) -> dict[str, Any]:
    """The limits as a grade records them."""
    return asdict(limits)
