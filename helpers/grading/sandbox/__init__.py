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

import shutil
import subprocess
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from helpers.errors import WorkbookError
from helpers.grading.sandbox.bubblewrap import ANSWER_SECONDS, START_SECONDS, WarmBwrap, bwrap_command, environment
from helpers.grading.sandbox.limits import Limits, MiB, SandboxError
from helpers.grading.sandbox.process import IMAGE, OneEach, docker_command
from helpers.grading.sandbox.watch import Output, resident_of

if TYPE_CHECKING:  # it brings torch, which a sandbox starts without
    from helpers.grading.inside import wire

__all__ = [
    "LEVELS",
    "Job",
    "Limits",
    "MiB",
    "OneEach",
    "Sandbox",
    "SandboxError",
    "WarmBwrap",
    "bwrap_command",
    "choose",
    "describe",
    "docker_command",
    "environment",
    "probed",
]
LEVELS = ("auto", "bwrap", "docker", "reduced")


class Job(Protocol):
    """One student's process."""

    channel: wire.Channel
    output: Output

    def family(self) -> list[int]:
        """Its processes, whose memory is watched."""

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
        raise SandboxError(f"Bubblewrap does not work here: {error}{_if_forbidden(str(error))}") from error


def _if_forbidden(said: str) -> str:
    """What to do where the system forbids user namespaces, as Ubuntu does by default."""
    if not any(word in said for word in ("uid map", "namespace", "not permitted", "denied")):
        return ""
    advice = "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    return f" Where Ubuntu forbids user namespaces, allow them with: {advice}."


def _docker(limits: Limits) -> Sandbox:
    if shutil.which("docker") is None:
        raise SandboxError("Or install docker.")
    try:
        found = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, timeout=ANSWER_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError("For docker, start its engine, which does not answer.") from error
    if found.returncode != 0:
        raise SandboxError(f"For docker, start its engine and make the image: docker build --tag {IMAGE} .")
    return probed(OneEach("docker"), limits)


def probed(sandbox: Sandbox, limits: Limits) -> Sandbox:
    """The sandbox, after a child of it has answered and its memory could be seen.

    Raises:
        SandboxError: It has not.
    """
    from helpers.grading.inside import wire

    try:
        job = sandbox.open(limits)
        try:
            deadline = time.monotonic() + START_SECONDS
            job.channel.send(wire.pack({"id": 0, "do": "run", "source": "1 + 1", "name": "probe"}), deadline)
            header, blob = job.channel.receive(deadline)
            if wire.unpack(header, blob, part=lambda part: part).get("error") != "":
                raise SandboxError("Its answer is wrong.")
            if not any(map(resident_of, job.family())):
                raise SandboxError("The memory of its processes cannot be seen, so nothing would limit it.")
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
