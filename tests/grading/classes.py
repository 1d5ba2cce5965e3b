"""A graded class without grading: results and notebooks as `workbook grade` leaves them."""

import nbformat

from helpers import doctor
from helpers.grading.outputs import with_outputs
from helpers.grading.results import GRADED, Question, Result, Store
from tests.grading.answered import right_in_part

TINY = "01_tiny"
SECRET = "0.8414709848"  # stands for an input of a check
REASON = f"It raised ValueError: {SECRET} (at your line `raise ValueError({SECRET})`)."


def result(student, mean=1.0, counter=1.0, why="", problem=TINY, state=GRADED, **more):
    """A result in which this share of each exercise is right; all that its checks saw holds a secret."""
    said = {"advice": "Divide by how many there are.", "reason": REASON, "spoken": SECRET}
    questions = (
        right_in_part("mean", 4, mean, **said),
        right_in_part("Counter", 2, counter, optional=True, **said),
        Question("why", 3, by_hand=True, trouble=why, answer="a"),
    )
    about = {"key": "k", "date": "2026-11-01T10:00:00+00:00", "seconds": 1.2, "file": f"pile.zip/{student}.ipynb"}
    return Result(student, problem, state, questions=questions, **(about | more))


class Class:
    """A course's class, to which submissions are added."""

    def __init__(self, course):
        self.course, self.store = course, Store(course.build / "grades")

    def add(self, result, content=None):
        """Keep a result, and the notebook that was graded."""
        if content is not None:
            whole = doctor.examine(content, f"{result.problem}.ipynb", self.course.root, result.problem).notebook
            self.store.put_notebook(result, nbformat.writes(with_outputs(whole, content)))
        self.store.put(result)
        return result
