"""Work that students of the tiny course hand in: right but for what a test says."""

import nbformat

from helpers.grading.submissions import Submission
from helpers.student import name_of

RIGHT = {
    "mean": "def mean(numbers: list[float]) -> float:\n    return sum(numbers) / len(numbers)",
    "Counter": (
        "class Counter:\n    def __init__(self):\n        self.total = 0\n\n"
        "    def add(self, amount):\n        self.total += amount\n        return self"
    ),
    "why": "Why is the mean of an empty list not defined?\n\nGive one reason.\n\nThere is nothing to divide by.",
}
OTHER_NAMES = {"mean": "average", "Counter": "Tally", "Tiny": "Other"}  # of the second problem's parts


def handed_in(course, problem="01_tiny", own="", at=0, version="", **answers):
    """A notebook with right answers but for those given, as bytes, and a cell of the student's own.

    Args:
        course: The course.
        problem: The problem.
        own: The source of a cell of the student's own.
        at: Behind which exercise that cell stands; 0 stands for the cells before the first one.
        version: The version of Python that the notebook says it was written with.
        answers: Other answers by the names of their cells in 01_tiny.
    """
    names = OTHER_NAMES if problem == "02_other" else {}
    written = {names.get(name, name): renamed(text, names) for name, text in (RIGHT | answers).items()}
    notebook = nbformat.read(course.notebooks / problem / f"{problem}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = written.get(name_of(cell), cell.source)
    if own:
        exercises = [place for place, cell in enumerate(notebook.cells) if name_of(cell) in written]
        place = exercises[at - 1] + 1 if at else exercises[0]
        notebook.cells.insert(place, nbformat.v4.new_code_cell(own, id="own-1"))
    if version:
        notebook.metadata["language_info"] = {"name": "python", "version": version}
    return nbformat.writes(notebook).encode()


def renamed(text, names):
    """A text with other names."""
    for old, new in names.items():
        text = text.replace(old, new)
    return text


class Content:
    """The bytes of a submission that lies nowhere."""

    def __init__(self, content):
        self.content = content

    def read(self, limit):
        return self.content

    def chunks(self, limit):
        yield self.content


def submission(content, student="ali", problem="01_tiny", name="01_tiny.ipynb", submitted=None):
    """A submission of these bytes."""
    return Submission(student, problem, f"pile/{student}/{name}", name, (), submitted, Content(content))


def pile_of(folder, contents, problem="01_tiny"):
    """An nbgrader's folder of submissions: bytes by student."""
    for student, content in contents.items():
        path = folder / student / problem / f"{problem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
