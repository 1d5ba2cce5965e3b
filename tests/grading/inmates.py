"""Students for the tests of the sandbox: they run source in a job and tell what it returns."""

import contextlib
import textwrap
import time
from pathlib import Path

from helpers.grading.sandbox import Limits
from helpers.grading.standin import Remote
from tests.patience import PATIENCE


class Student:
    """A job whose student does as told."""

    def __init__(self, place, seconds=PATIENCE, **limits):
        self.job = place.open(Limits(**limits))
        self.side = Remote(self.job.channel)
        self.side.allow(seconds)

    def run(self, source):
        """The error of a cell."""
        return self.side.run(textwrap.dedent(source), "cell")[0]

    def tell(self, source):
        """What the source returns, as if it were a function's body."""
        error = self.run("def told():\n" + textwrap.indent(textwrap.dedent(source).strip(), "    "))
        assert not error, error
        return self.side.fetch("told")()


@contextlib.contextmanager
def student(place, seconds=PATIENCE, **limits):
    """A student whose sandbox must not have failed in the end."""
    one = Student(place, seconds, **limits)
    try:
        yield one
    finally:
        whole = one.job.close()
    assert whole, "the sandbox failed"


def soon(done, seconds=PATIENCE):
    """Whether something is so within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.02)
    return bool(done())


def alive(pid):
    """Whether a process is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
