"""Answers for students of tests."""

import nbformat
from nbformat import NotebookNode

from helpers.grading.pages import MARK
from helpers.grading.source import COURSE
from helpers.student import ANSWER_HERE, name_of


def solved(problem: str) -> dict[str, str]:
    """What our solution writes into each exercise, by name."""
    solution = nbformat.read(COURSE.solutions / f"{problem}.ipynb", as_version=4)
    return {cell.id: MARK.sub("", cell.source) for cell in solution.cells if MARK.search(cell.source)}


def write_answers(notebook: NotebookNode, answers: dict[str, str], words: str = "") -> None:
    """Write these answers into exercises, by name, and words under every question unless they are empty."""
    for cell in notebook.cells:
        cell.source = answers.get(name_of(cell), cell.source)
        if words and cell.cell_type == "markdown":
            cell.source = cell.source.replace(ANSWER_HERE, words)
