"""What commands share: arguments of the same meaning, and how they name problems, folders and the grader's modules."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import complain
from helpers.errors import WorkbookError

if TYPE_CHECKING:
    from rich.console import Console

    from helpers.grading.results import Store
    from helpers.grading.source import Course


Problems = Annotated[
    list[str] | None,
    typer.Argument(metavar="PROBLEM", help="02, pixelcnn or 02_pixelcnn; all when left out.", show_default=False),
]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")]
Port = Annotated[int | None, typer.Option(help="The port; by default the first free one from 8888.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many problems at a time.")]
Student = Annotated[
    str | None, typer.Option("--student", "-s", metavar="NAME", help="Only this one's, as grades.csv has the name.")
]
OneProblem = Annotated[str | None, typer.Option("--problem", "-p", metavar="PROBLEM", help="Only this problem's.")]
Grades = Annotated[Path | None, typer.Option(help="The folder of results; by default build/grades.")]
FromGradebook = Annotated[bool, typer.Option(help="Take what persons gave from nbgrader's gradebook.")]


def served(process: subprocess.Popen, options: list[str]) -> int:
    """Wait for a Jupyter server; its exit code, and a word on what stops it in most containers."""
    code = wait_for(process)
    if code and "--allow-root" not in options and getattr(os, "geteuid", lambda: 1)() == 0:
        complain("Jupyter does not start as root unless it is told to; in a container of your own, add --allow-root.")
    return code


def wait_for(process: subprocess.Popen) -> int:
    """Wait for a program that answers Ctrl-C itself, as JupyterLab does with a question; its exit code."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def whole_name(problem: str | None) -> str | None:
    """A problem's whole name, where one is given."""
    from helpers.student import find_problem

    return find_problem(problem, grading("source").problems(course())) if problem else None


def results_in(folder: Path | None) -> Store:
    """The results in a folder, by default the usual one."""
    return grading("results").Store(folder or root() / "build" / "grades")


def given(gradebook: bool) -> dict:
    """What persons gave in nbgrader's gradebook."""
    return grading("marks").read_marks(course()) if gradebook else {}


def root() -> Path:
    """The workbook's folder."""
    from helpers import student

    return student.ROOT


def course() -> Course:
    """The workbook's folder as an instructor's course."""
    return grading("source").Course(root())


def grading(name: str) -> ModuleType:
    """A module of helpers.grading, which students do not have."""
    try:
        return importlib.import_module(f"helpers.grading.{name}")
    except ModuleNotFoundError as error:
        if error.name in ("helpers.grading", f"helpers.grading.{name}"):
            raise WorkbookError("This command is for instructors; the student bundle does not bring it.") from None
        raise


def named(problems: list[str] | None) -> list[str]:
    """The sources' whole names, in order and once each; all where none is named."""
    from helpers.student import find_problem

    known = grading("source").problems(course())
    if not problems and not known:
        raise WorkbookError("There is no problem in solutions/ yet.")
    return list(dict.fromkeys(find_problem(name, known) for name in problems)) if problems else known


def near(path: Path) -> str:
    """The path as it is shortest from here."""
    path, here = path.resolve(), Path.cwd().resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def console() -> Console:
    """Where tables go: wide enough for a log where there is no terminal."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=120)
