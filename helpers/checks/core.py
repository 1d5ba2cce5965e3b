"""A check: a plain function over a student's object and fresh inputs that yields named properties with advice.

    @check
    def reparameterize(student, draw):
        mu, log_var, eps = draw.normal(5, 3), draw.normal(5, 3), draw.normal(5, 3)
        yield "no noise", lambda: same(student(mu, log_var, 0 * eps), mu), "Without noise, z should be mu."

A property is `(name, test, advice)`: the test is a bool, a Verdict, or a function that returns one and is called under
guard, so that one property's failure never hides another. `essential(...)` marks a property without which the exercise
earns nothing, `remark(...)` one that earns nothing itself: what only the student's process can see of itself, so that
nobody could grade it. What the check does between its yields is essential too: if the student's object breaks there, the check
ends with 0 points. A check may touch the object only as `helpers.checks.subject` allows.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import torch

from helpers.checks.compare import Verdict
from helpers.checks.inputs import Draw, seed_of
from helpers.checks.report import Item, Report
from helpers.checks.subject import Broken, Local, NotWritten, Part, kind, one_line

Test = bool | Verdict | Callable[[], "bool | Verdict"]
Properties = Iterator[tuple[str, Test, str]]
RUNS = "runs on a small input"


class Essential(tuple):
    """A property without which the exercise earns nothing."""


class Remark(tuple):
    """A property that is worth a word and no points."""


def essential(name: str, test: Test, advice: str) -> Essential:
    """Mark a property as essential."""
    return Essential((name, test, advice))


def remark(name: str, test: Test, advice: str) -> Remark:
    """Mark a property as a remark."""
    return Remark((name, test, advice))


class Check:
    """A named specification of one exercise; call it on a student's object to get a Report."""

    def __init__(self, function: Callable[[Part, Draw], Properties]):
        """Take the name and the documentation of the function."""
        self.function, self.name, self.__doc__ = function, function.__name__, function.__doc__

    def __call__(self, student: Any, points: float = 1.0) -> Report:
        """Judge an object of this process, as notebooks do; outside IPython the table is printed.

        Args:
            student: The function or class that the exercise asks for.
            points: What the exercise is worth.
        """
        report = self.judge(Part(Local(), student), seed_of("notebook", self.name), points)
        if not in_ipython():
            print(report.text())
        return report

    def judge(self, student: Part, seed: int, points: float = 1.0) -> Report:
        """Judge a part with inputs drawn from `seed`; the same seed gives the same report."""
        with untouched(seed), quiet() as spoken:
            items = tuple(self._items(student, Draw(seed)))
        return Report(self.name, items, points, spoken())

    def _items(self, student: Part, draw: Draw) -> Iterator[Item]:
        """Try every property; the first breakage between properties ends the check."""
        if student.handle is None or student.handle is Ellipsis:
            yield Item(
                RUNS,
                False,
                "Define it in the exercise's cell and run that cell first.",
                one_line(kind(student.handle)),
                True,
            )
            return
        try:
            for entry in self.function(student, draw):
                name, test, advice = entry
                item = try_property(name, test, advice, isinstance(entry, Essential))
                yield replace(item, reason=one_line(item.reason), remark=isinstance(entry, Remark))
        except NotWritten as error:
            yield Item(
                RUNS, False, "Run the exercise's cell after each change, then this one.", one_line(str(error)), True
            )
        except Broken as error:
            yield Item(
                RUNS, False, "Try your code on a small input of your own in a new cell.", one_line(str(error)), True
            )
        except Exception as error:
            yield Item(
                RUNS, False, "Compare what your code returns with what the docstring asks for.", unusable(error), True
            )


def in_ipython() -> bool:
    """Whether a notebook (or IPython) shows the last value of a cell."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def check(function: Callable[[Part, Draw], Properties]) -> Check:
    """Make a check of a function that yields properties."""
    return Check(function)


def checks_of(module: ModuleType) -> dict[str, Check]:
    """The checks that a module defines, by name."""
    return {entry.name: entry for entry in vars(module).values() if isinstance(entry, Check)}


def try_property(name: str, test: Test, advice: str, is_essential: bool) -> Item:
    """Try one property under guard."""
    try:
        outcome = test() if callable(test) else test
    except NotWritten:
        raise
    except Broken as error:
        outcome = Verdict(False, str(error))
    except Exception as error:
        outcome = Verdict(False, unusable(error))
    if not isinstance(outcome, Verdict):
        outcome = Verdict(bool(outcome))
    if outcome.passed:
        return Item(name, True, essential=is_essential)
    return Item(name, False, outcome.advice or advice, outcome.reason, is_essential)


def unusable(error: Exception) -> str:
    """One line for a result that no comparison could make sense of; the check fails closed."""
    return f"The result could not be used ({type(error).__name__}: {one_line(str(error), 160)})."


@contextlib.contextmanager
def untouched(seed: int) -> Iterator[None]:
    """Seed the global generators for what the student's object draws by itself, and put every global state back."""
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()  # noqa: NPY002 - the state students share
    dtype, deterministic = torch.get_default_dtype(), torch.are_deterministic_algorithms_enabled()
    try:
        torch.default_generator.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        torch.set_default_dtype(torch.float32)
        with torch.enable_grad():
            yield
    finally:
        torch.set_rng_state(states[0])
        random.setstate(states[1])
        np.random.set_state(states[2])  # noqa: NPY002
        torch.set_default_dtype(dtype)
        if torch.are_deterministic_algorithms_enabled() != deterministic:  # the setter alone costs a second of imports
            torch.use_deterministic_algorithms(deterministic)


@contextlib.contextmanager
def quiet(limit: int = 2000) -> Iterator[Callable[[], str]]:
    """Keep everything that is printed meanwhile, warnings and file descriptor 2 included: nbgrader gives 0 for stderr.

    Yields:
        A function that returns what was printed, cut to `limit` characters.
    """
    out = io.StringIO()
    with (
        warnings.catch_warnings(),
        _descriptor_2(out),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *place: out.write(f"{category.__name__}: {message}\n")
        yield lambda: out.getvalue()[:limit]


@contextlib.contextmanager
def _descriptor_2(out: io.StringIO) -> Iterator[None]:
    """Send what native code writes to the process's standard error into `out`."""
    try:
        saved = os.dup(2)
    except OSError:  # no descriptor 2 in this process: nothing to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            caught.seek(0)
            out.write(caught.read().decode(errors="replace"))
