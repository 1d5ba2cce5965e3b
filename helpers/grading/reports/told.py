"""What a student may be told of a result: items and advice, and nothing that could hold an input.

A check's inputs are fresh, and the student's code sees them: what it prints, raises or names an exception with may hold
them, in the asked exercise and in every cell after it. So of all that is said of a failure only our own sentences are
passed on, and of an exception its class where that is one of Python's own.
"""

from __future__ import annotations

import builtins
import re

from helpers.checks.report import Item, Report
from helpers.grading import results
from helpers.grading.results import Question, Result

OWN_SENTENCES = (  # of the checks, the stand-in and marking, up to where something of the student's would follow
    "It is not written yet: replace `raise NotImplementedError()` by your code.",
    "It took too long: look for a loop without an end, or work that is repeated.",
    "It ended the Python process that it ran in, or used up its memory.",
    "It disturbed the conversation with the grader",
    "It took more memory than the ",
    "It printed more than the ",
    "The time for the whole notebook was over before this exercise.",
    results.NOT_ANSWERED,
)
COMPLETED = {
    OWN_SENTENCES[3]: "It disturbed the conversation with the grader.",
    OWN_SENTENCES[4]: "It took more memory than an answer may have.",
    OWN_SENTENCES[5]: "It printed more than an answer may.",
}
OWN_DETAIL = (results.INVALID, results.SET_ASIDE)  # states whose detail is of the file, before any check was asked
STATES = {
    results.GRADED: "",
    results.TIMEOUT: "Some of your code took too long; every exercise that could be asked has its points.",
    results.CRASH: "Some of your code ended its process or used up its memory; what could be asked has its points.",
    results.INVALID: "No notebook of this workbook could be read, so there are no points yet.",
    results.SET_ASIDE: "A person has to look at it before there are points.",
    "missing": "Nothing was handed in.",
    results.GRADER_ERROR: "The grader failed, which is no fault of yours; there are no points yet, and no zero.",
}
_RAISED = re.compile(r"(?:It raised |The exercise's cell fails: )([A-Za-z_]\w{0,60})")
_EXCEPTIONS = {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)}


def of_state(result: Result) -> str:
    """A sentence on the state of a submission; "" where it was graded in full."""
    known = STATES.get(result.state, f"Its state is: {result.state}.")
    return f"{known} {result.detail}".strip() if result.state in OWN_DETAIL else known


def of_failure(said: str) -> str:
    """What may be passed on of a reason or a trouble; "" where nothing may."""
    own = next((sentence for sentence in OWN_SENTENCES if sentence in said), "")
    raised = _RAISED.match(said)
    if said.startswith("The exercise's cell fails: "):
        what = f": {raised[1]}" if raised and raised[1] in _EXCEPTIONS else ""
        return f"The exercise's cell fails{what}. Restart the kernel and run your notebook from top to bottom." + (
            f" {COMPLETED.get(own, own)}" if own else ""
        )
    if own and said.startswith(own):
        return COMPLETED.get(own, own)
    if raised:
        what = raised[1] if raised[1] in _EXCEPTIONS else "an exception"
        return f"It raised {what} on an input of the check."
    return ""


def of_question(question: Question) -> tuple[str, tuple[Item, ...]]:
    """The trouble of an exercise and its items, as a student may see them."""
    items = tuple(Item(i.name, i.passed, i.advice, of_failure(i.reason), i.essential, i.remark) for i in question.items)
    return of_failure(question.trouble), items


def report_of(question: Question) -> Report:
    """The report of an exercise, as a student may see it."""
    trouble, items = of_question(question)
    if trouble or not items:
        items = (*items, Item("the exercise could be asked", not trouble, "", trouble, remark=True))
    return Report(question.name, items, question.points)
