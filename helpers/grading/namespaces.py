"""A namespace in which a problem's own cells have run, solutions included."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers.grading.source import COURSE, Course, load


def solution_namespace(
    problem: str | Path, course: Course = COURSE, preset: str = "smoke", dataset: str = "digits"
) -> dict[str, Any]:
    """Execute parameters, setup and solved exercises in a fresh namespace and return it.

    Line numbers in tracebacks are those of the source. What the cells write goes into a temporary folder, which
    lives as long as the namespace does.
    """
    source = load(problem, course)
    folder = _Folder()
    namespace = {"__name__": "__main__", "__file__": str(source.path), "__folder__": folder}
    environment = {
        "WORKBOOK_PRESET": preset,
        "WORKBOOK_DATASET": dataset,
        "WORKBOOK_HEADLESS": "1",
        "WORKBOOK_RUN_DIR": folder.path,
    }
    with _environment(environment), contextlib.chdir(folder.path), contextlib.redirect_stdout(io.StringIO()):
        for cell in source.cells:
            if cell.role in ("parameters", "setup", "exercise"):
                exec(compile("\n" * (cell.line - 1) + cell.script, str(source.path), "exec"), namespace)
    return namespace


class _Folder:
    """A temporary folder that goes when nothing refers to it, at the latest with the process."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="workbook-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
