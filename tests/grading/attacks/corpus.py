"""The corpus of attacks: submissions that try to earn points without an answer, or to harm.

Each file in `cells/` holds attacks in py:percent; an attack is the code that stands in place of one exercise's answer,
while every other exercise is solved. Its header says

    attack      what it does, in a few words
    problem     the problem, where it is no exercise of `PROBLEM`
    exercise    the exercise whose points it wants
    honest      the points that its answer earns without the attack
    notebook    the points that it earns in a notebook, whose checks run in the student's own process; only where
                it can be run there without harm
    stock       why stock nbgrader is not given it ("harmful"), if so
    costs       other exercises that the attack spoils for its own submission

A cell marked `common` stands before every attack of its file. @ROOT@ and the like are places that the attacker knows.

What the official grader judges is a process: whatever answers as a right answer does, on inputs that nobody knew, is a
right answer. A line that is missing in an answer may stand elsewhere, in a patched optimiser for instance; such a
submission has that line, and is no attack.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from helpers.grading import source
from helpers.student import CHECK, name_of, read_release

PROBLEM = "02_pixelcnn"
ROOT = Path(__file__).resolve().parents[3]
CELLS = Path(__file__).resolve().parent / "cells"


@dataclass(frozen=True)
class Attack:
    """One attack; see the module."""

    name: str
    exercise: str
    honest: float
    code: str
    notebook: float | None = None
    stock: str = ""
    costs: tuple[str, ...] = ()
    file: str = ""
    problem: str = PROBLEM


def attacks() -> Iterator[Attack]:
    """The corpus, file by file."""
    for path in sorted(CELLS.glob("*.py")):
        common = ""
        for cell in jupytext.read(path, fmt="py:percent").cells:
            about = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
            if "attack" in about:
                yield Attack(
                    name=about.pop("attack"),
                    honest=float(about.pop("honest")),
                    costs=tuple(about.pop("costs", "").split()),
                    code=common + cell.source,
                    file=path.stem,
                    **about,
                )
            elif "common" in about:
                common = cell.source + "\n\n\n"


def submission(
    answers: dict[str, str] | None = None, asked: Collection[str] | None = None, problem: str = PROBLEM
) -> NotebookNode:
    """The notebook with every exercise solved but for these answers.

    Args:
        answers: The code of an exercise, by its name.
        asked: The exercises whose checks it holds; all by default.
        problem: The problem.
    """
    answers = solutions(problem) | (answers or {})
    notebook = copy.deepcopy(release(problem))
    for cell in notebook.cells:
        cell.source = answers.get(name_of(cell), cell.source)
    names = [name_of(cell).removeprefix(CHECK) for cell in notebook.cells]
    left_out = set() if asked is None else set(solutions(problem)) - set(asked)
    notebook.cells = [
        cell
        for cell, name in zip(notebook.cells, names, strict=True)
        if name_of(cell) != f"{CHECK}{name}" or name not in left_out
    ]
    return notebook


@functools.cache
def release(problem: str = PROBLEM) -> NotebookNode:
    """The notebook that students get."""
    return read_release(problem, ROOT)


@functools.cache
def points(problem: str = PROBLEM) -> dict[str, float]:
    """What each exercise is worth."""
    return {name: exercise.points for name, exercise in source.load(problem).exercises.items()}


@functools.cache
def solutions(problem: str = PROBLEM) -> dict[str, str]:
    """The solution of each exercise."""
    return {cell.name: cell.script for cell in source.load(problem).cells if cell.role == "exercise"}
