"""A new process for each submission: in a bubblewrap or a container of its own, or with limits and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from helpers.grading.sandbox.bubblewrap import (
    ANSWER_SECONDS,
    HELPERS,
    INSIDE,
    NOBODY,
    START_SECONDS,
    bwrap_command,
    environment,
    hidden,
    settings,
    surroundings,
)
from helpers.grading.sandbox.limits import Limits, SandboxError
from helpers.grading.sandbox.watch import Output, Watch, below

IMAGE = os.environ.get("WORKBOOK_DOCKER_IMAGE", "workbook")
DOCKER_FAILED = 125  # what `docker run` ends with where its engine fails


class OneEach:
    """A new process for each submission, of one level."""

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
        """Start it and wait until it has imported everything: what fails before is no fault of the student's.

        Raises:
            SandboxError: It does not start.
        """
        from helpers.grading.inside import wire

        self.level, self.name = level, f"workbook-{secrets.token_hex(8)}"
        self.folder = tempfile.mkdtemp(prefix="workbook-") if level == "reduced" else None
        try:
            self._start(limits)
        except OSError as error:
            self._tidy()
            raise SandboxError(f"It does not start ({error}). {_as_root()}".strip()) from error
        try:
            self._hear_ready()
        except (wire.Closed, wire.Late, wire.Malformed) as error:
            said = " ".join(self.output.take().split())[-300:]
            self.close()
            raise SandboxError(f"It gives no answer. {said or _as_root()}".strip()) from error

    def _start(self, limits: Limits) -> None:
        from helpers.grading.inside import wire

        command, environ = self._command(limits)
        lowered = as_nobody() if self.level == "reduced" else {}
        read, write = os.pipe()
        try:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=write,
                env=environ,
                cwd=self.folder,
                start_new_session=True,
                **lowered,
            )
        except OSError:
            os.close(read)
            raise
        finally:
            os.close(write)
        self.output = Output(read, limits.output)
        self.channel = wire.Channel(os.dup(self.process.stdout.fileno()), os.dup(self.process.stdin.fileno()))
        self.process.stdout.close()
        self.process.stdin.close()
        self.watch = Watch(limits, self.output, self.family, self._kill)

    def _command(self, limits: Limits) -> tuple[list[str], dict[str, str]]:
        if self.level == "bwrap":
            return bwrap_command(["one", json.dumps(settings(_beside_others(limits)))], limits), surroundings()
        if self.level == "docker":
            return docker_command(limits, self.name), dict(os.environ)
        os.chmod(self.folder, 0o777)
        here = {name: self.folder for name in ("HOME", "TMPDIR", "MPLCONFIGDIR")}
        own = environment(HELPERS) | here | {"WORKBOOK_RUN_DIR": f"{self.folder}/run"}
        told = json.dumps(settings(_beside_others(limits), become=None))
        return [sys.executable, "-s", str(INSIDE / "start.py"), "one", told], own

    def _hear_ready(self) -> None:
        from helpers.grading.inside import wire

        header, blob = self.channel.receive(time.monotonic() + START_SECONDS)
        if wire.unpack(header, blob, part=lambda part: part) != {"id": 0, "kind": "ready"}:
            raise wire.Malformed("another word than ready")

    def family(self) -> list[int]:
        """See `Job`."""
        return [self.process.pid, *below(self.process.pid)]

    def verdict(self) -> str:
        """See `Job`."""
        return self.watch.verdict

    def _kill(self) -> None:
        """End the process with all that it started and can still be found."""
        family = []
        for pid in below(self.process.pid):
            with contextlib.suppress(psutil.Error):
                family.append(psutil.Process(pid))
        if self.level == "docker":  # the container is the engine's child and outlives its client
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(["docker", "rm", "--force", self.name], capture_output=True, timeout=ANSWER_SECONDS)
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=ANSWER_SECONDS)

    def close(self) -> bool:
        """See `Job`; a sandbox that a signal ended before was ended from outside."""
        self.watch.stop()
        ended = self.process.poll()
        self._kill()
        self.process.wait()
        self.channel.close()
        self._tidy()
        failed = ended is not None and (ended < 0 or (self.level == "docker" and ended == DOCKER_FAILED))
        return self.level == "reduced" or self.watch.verdict != "" or not failed

    def _tidy(self) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def as_nobody() -> dict[str, Any]:
    """How root starts a process as nobody; an ordinary user starts it as itself."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def _as_root() -> str:
    """What root has to know where a process does not start as somebody else."""
    if os.getuid() != 0:
        return ""
    return (
        "As root, students' code runs as the user nobody, who has to be allowed to read Python and the workbook "
        f"({sys.executable} and {HELPERS}): grade as an ordinary user."
    )


def _beside_others(limits: Limits) -> Limits:
    """The limits of a process that has no user namespace of its own: its user's other processes count too."""
    user = NOBODY if os.getuid() == 0 else os.getuid()
    others = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            others += process.num_threads() if process.uids().real == user else 0
    return Limits(**{**vars(limits), "processes": limits.processes + others})


def docker_command(limits: Limits, name: str = "workbook") -> list[str]:
    """The command for one container: no network, nothing writable but sized memory, no capabilities, another user."""
    command = ["docker", "run", "--rm", "--interactive", "--init", "--name", name, "--network", "none", "--read-only"]
    command += ["--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", f"{NOBODY}:{NOBODY}"]
    command += ["--memory", str(limits.memory), "--memory-swap", str(limits.memory), "--cpus", "1"]
    command += ["--pids-limit", str(limits.processes), "--shm-size", str(limits.shared)]
    command += ["--tmpfs", f"/tmp:rw,size={limits.disk},mode=1777", "--workdir", "/tmp"]
    command += ["--volume", f"{HELPERS}:/workbook/helpers:ro"]
    for place, is_folder in hidden().items():
        command += ["--tmpfs", f"{place}:ro,size=4096"] if is_folder else ["--volume", f"{os.devnull}:{place}:ro"]
    command += ["--volume", f"{INSIDE}:/workbook/inside/inside:ro"]
    for variable, value in environment(Path("/workbook/helpers")).items():
        if variable != "PATH":
            command += ["--env", f"{variable}={value}"]
    told = json.dumps(settings(limits, become=None))
    return [*command, IMAGE, "python", "-s", "/workbook/inside/inside/start.py", "one", told]
