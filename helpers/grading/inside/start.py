"""The sandbox's first process: `python start.py one …` serves one submission, `python start.py warm …` forks many.

`one` reads requests from its standard input and answers on its standard output; what the student's code prints goes to
standard error. `warm` imports everything once and then forks a child for every submission that the grader asks for over
a socket. It holds no student's state and no secret. Each child is alone: its own namespaces (see `confine`), an init of
its own that takes every process with it when it ends, and the two descriptors that came with the request.

    warm -- keeper -- init (process 1 of its namespace) -- the student's process -- whatever that starts

The keeper stays outside, so that the grader can have the whole namespace ended and know that it has.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

if __package__ in (None, ""):  # run as a file: find `helpers` and this package beside it
    _here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:0] = [os.environ["WORKBOOK_HELPERS"], os.path.dirname(_here)]
    __package__ = os.path.basename(_here)
    __import__(__package__)

from . import confine


def main(arguments: list[str]) -> None:
    """Serve as the first argument says; the second is JSON: limits and, as root, whom to become."""
    settings = json.loads(arguments[1])
    if settings["become"] is not None:
        _become(settings["become"])
    {"one": one, "warm": warm}[arguments[0]](settings)


def _become(user: int) -> None:
    """Be another user and nobody else; root does not run a student's code as itself."""
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        sys.exit(f"Root cannot become user {user} here ({error.strerror}): grade as an ordinary user.")


def one(settings: Mapping[str, Any]) -> None:
    """Serve one submission over standard input and output; the first message out says "ready"."""
    channel = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    from . import runtime, wire

    runtime.preload()
    confine.limit(settings["limits"])
    if sys.platform == "linux":
        confine.die_with_parent()
        confine.drop_privileges()
        confine.refuse_calls()
    _speak_at_once()
    spoken_to = wire.Channel(*channel)
    spoken_to.send(wire.pack({"id": 0, "kind": "ready"}))
    runtime.serve(spoken_to)
    os._exit(0)


def _speak_at_once() -> None:
    """Hand on what is printed when it is printed: the question that it belongs to is judged right after."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        stream = os.fdopen(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


# The warm parent


def warm(settings: Mapping[str, Any]) -> None:
    """Import, say "ready", and fork for every request until the grader hangs up."""
    control = socket.socket(fileno=settings["control"])
    confine.die_with_parent()
    from . import runtime

    runtime.preload()
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)  # a keeper takes them when it is ready for them, and loses none
    keepers: dict[int, tuple[int, int]] = {}  # by the end that can be polled: job, process
    _tell(control, {"ready": 1})
    while True:
        readable, _, _ = select.select([control, *keepers], [], [])
        for end in readable:
            if end in keepers:
                job, keeper = keepers.pop(end)
                os.close(end)
                _, status = os.waitpid(keeper, 0)
                _tell(control, {"job": job, "ended": os.waitstatus_to_exitcode(status)})
        if control not in readable:
            continue
        message, descriptors, _, _ = socket.recv_fds(control, 65536, 8)
        if not message:
            os._exit(0)
        request = json.loads(message)
        if request["do"] == "fork":
            keeper = _fork(request["settings"], descriptors)
            keepers[os.pidfd_open(keeper)] = request["job"], keeper
            _tell(control, {"job": request["job"], "forked": keeper})
        else:
            for job, keeper in keepers.values():
                if job == request["job"]:
                    os.kill(keeper, signal.SIGTERM)
        for descriptor in descriptors:
            os.close(descriptor)


def _tell(control: socket.socket, answer: Mapping[str, int]) -> None:
    control.send(json.dumps(answer).encode())


def _fork(settings: Mapping[str, Any], descriptors: list[int]) -> int:
    """Fork a keeper and return its number; in the keeper and below this never returns."""
    keeper = os.fork()
    if keeper:
        return keeper
    with _failing_aloud():
        _keep(settings, *descriptors)


TOLD = {signal.SIGTERM, signal.SIGCHLD}  # what a keeper is told: to end its namespace, and that its init has ended
FAILED = 70  # of a keeper: the sandbox could not be made, which is no fault of the student's
ENDED = 0  # of a keeper: everything in the namespace is gone


@contextlib.contextmanager
def _failing_aloud() -> Iterator[None]:
    """End this process, which must not return into the parent's code, as failed; the last error goes to its output."""
    try:
        yield
    except BaseException:
        traceback.print_exc()
    os._exit(FAILED)


def _keep(settings: Mapping[str, Any], channel: int, output: int) -> None:
    """Make the namespaces, start their init, and wait until all in them is gone."""
    confine.die_with_parent()
    os.closerange(3, min(channel, output))
    os.closerange(min(channel, output) + 1, max(channel, output))
    os.closerange(max(channel, output) + 1, 4096)
    confine.separate(settings["disk"], settings["shared"])
    confine.drop_privileges()
    init = os.fork()
    if not init:
        with _failing_aloud():
            _init(settings, channel, output)
    os.close(channel)
    os.close(output)
    while True:
        if signal.sigwait(TOLD) == signal.SIGTERM:
            os.kill(init, signal.SIGKILL)
        ended, status = os.waitpid(init, os.WNOHANG)
        if ended:
            os._exit(FAILED if os.waitstatus_to_exitcode(status) == FAILED else ENDED)


def _init(settings: Mapping[str, Any], channel: int, output: int) -> None:
    """Be process 1: start the student's process, bury orphans, and end with it; all else in the namespace ends then."""
    confine.die_with_parent()
    ours, theirs = os.pipe()
    student = os.fork()
    if not student:
        with _failing_aloud():
            os.close(ours)
            _become_student(settings, channel, output, theirs)
    os.close(theirs)
    os.close(channel)
    os.close(output)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Python's handler would let it through even to process 1
    confined = os.read(ours, 1) == b"."
    with contextlib.suppress(BaseException):  # from here on whatever happens is the student's doing
        while os.wait()[0] != student:
            continue
    os._exit(ENDED if confined else FAILED)


def _become_student(settings: Mapping[str, Any], channel: int, output: int, done: int) -> None:
    """Give up all that the student's code must not have, say so to init, and serve."""
    from . import runtime, wire

    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.close(nothing)
    os.setsid()
    os.chdir("/tmp")
    confine.limit(settings["limits"])
    confine.refuse_calls()
    os.write(done, b".")
    os.close(done)
    _speak_at_once()
    runtime.serve(wire.Channel(channel, channel))
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
