"""Grading one submission: its cells run in a sandboxed child, the checks ask from this process.

Locked cells come from the release, exercises and the student's own cells from the submission, in order; training and
plots are not run. A check is asked where it stands, so that it sees what a run from top to bottom would have shown it.
Where the student's process ends (too slow, too large, os._exit), a new one runs the cells before it again, without the
cell that did it, and the next question is asked there: one cell's failure never costs another exercise.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import platform
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import nbformat
from nbformat import NotebookNode

from helpers import doctor, reading
from helpers.checks.core import Check, checks_of
from helpers.checks.inputs import seed_of
from helpers.errors import WorkbookError
from helpers.grading import results
from helpers.grading.keys import key_of
from helpers.grading.outputs import with_outputs
from helpers.grading.results import Question, Result
from helpers.grading.sandbox import Job, Limits, Sandbox, SandboxError
from helpers.grading.source import COURSE, Course
from helpers.grading.standin import Ended, Remote
from helpers.grading.submissions import Loaded, Submission
from helpers.student import CHECK, is_named, kind_of, name_of, optional_names, read_release

HEADING = "exercise "  # how a line of the trace begins where an exercise's questions do
TOO_LARGE = {
    "memory": "It took more memory than the {memory} MiB that an answer may have.",
    "output": "It printed more than the {output} MiB that an answer may.",
}
NEWER_MODULES = {"annotationlib", "compression"}  # of Python's own, which this Python may not know
LIBRARY = re.compile(r"(?:ImportError|ModuleNotFoundError|AttributeError): .*?(?:from|module|named) '(\w+)")


@dataclass(frozen=True)
class Step:
    """One cell of the notebook as grading sees it.

    Attributes:
        kind: "cell" is run; "check" is asked; "question" waits for a person.
        name: The cell's name; of a check the exercise's.
        source: What is run; of a check its call.
        points: What it is worth.
        optional: Whether the notebook is complete without it.
        own: Whether the student wrote it.
    """

    kind: str
    name: str
    source: str
    points: float = 0.0
    optional: bool = False
    own: bool = False


def steps_of(notebook: NotebookNode, release: NotebookNode) -> list[Step]:
    """What grading does with a whole notebook, in its order."""
    released = {name_of(cell): cell for cell in release.cells}
    optional = optional_names(release)
    steps = []
    for cell in notebook.cells:
        name = name_of(cell)
        target = released.get(name)
        tags = set((target or cell).metadata.get("tags", []))
        named = target is not None and is_named(target)
        kind = kind_of(target) if named else "own"
        if kind == "question":
            steps.append(Step("question", name, "", target.metadata.nbgrader.points, name in optional))
        elif kind == "check":
            exercise = name.removeprefix(CHECK)
            steps.append(Step("check", exercise, target.source, target.metadata.nbgrader.points, exercise in optional))
        elif cell.cell_type == "code" and not tags & doctor.LEFT_OUT:
            pristine = kind == "given code" or "parameters" in tags
            steps.append(Step("cell", name, target.source if pristine else cell.source, own=not pristine))
    return steps


def check_of(call: str) -> Check:
    """The check that a check cell calls: `checks.pixelcnn.gate(gate, points=2)`.

    Raises:
        WorkbookError: It calls none.
    """
    match ast.parse(call, mode="eval").body:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name("checks"), attr=module), attr=name)):
            found = _checks_in(f"helpers.checks.{module}").get(name)
            if found is not None:
                return found
    raise WorkbookError(f"The release's check cell {call!r} calls no check; build the notebooks again.")


def _checks_in(module: str) -> dict[str, Check]:
    try:
        return checks_of(importlib.import_module(module))
    except ModuleNotFoundError as error:
        if error.name == module:
            return {}
        raise


# The student's process


class Marking:
    """One submission's cells and questions, in as many processes of the student's as it takes."""

    def __init__(
        self, steps: Iterable[Step], sandbox: Sandbox, limits: Limits, seed: int, trace: list[str] | None = None
    ):
        """Prepare; `trace` gets what is asked and answered, for a person who wants to see it."""
        self.steps, self.sandbox, self.limits, self.seed, self.trace = list(steps), sandbox, limits, seed, trace
        self.run: list[Step] = []  # cells that the process has behind it
        self.errors: dict[str, str] = {}  # what the student's cells raised
        self.foreign = False  # whether one of them is no Python of this version
        self.states: set[str] = set()
        self.deadline = time.monotonic() + limits.total_seconds
        self.job: Job | None = None
        self.side: Remote | None = None
        self.served = 0  # questions that the process has been asked

    def questions(self) -> list[Question]:
        """Go through the notebook.

        Raises:
            SandboxError: The sandbox failed; nothing is known of the student's work.
        """
        found = []
        try:
            for step in self.steps:
                if step.kind == "cell":
                    self._run(step)
                elif step.kind == "check":
                    found.append(self._ask(step))
                else:
                    found.append(Question(step.name, step.points, by_hand=True, optional=step.optional))
        finally:
            self._close()
        return found

    def _run(self, step: Step) -> None:
        """Run a cell; one that ends the process is not run again, unless answers that were asked there may be why.

        Raises:
            SandboxError: It is the release's own and fails before any of the student's: something is missing here.
        """
        if not self._in_time():
            return
        others = self.served if self.side else 0
        side = self._process()
        try:
            error, syntax = side.run(step.source, step.name)
            error = shown(error)
        except Ended as ended:
            if others:
                self._close()
                self._run(step)
                return
            self._refuse_ours(step, str(ended))
            self.errors[step.name] = self._why(ended)
            self._close()
            return
        self._refuse_ours(step, error)
        self.run.append(step)
        if step.own and error:
            self.errors[step.name] = error
            self.foreign = self.foreign or syntax or _names_library(error)

    def _refuse_ours(self, step: Step, error: str) -> None:
        """Blame no student for a cell of the release that fails before any of theirs has run."""
        if error and not step.own and not self.errors and not any(before.own for before in self.run):
            raise SandboxError(f"The release's own cell {step.name} fails in the sandbox. {error}")

    def _ask(self, step: Step) -> Question:
        """Ask one exercise's check.

        Where the process ends that was asked for other exercises before, what they left in it may be why (a destructor,
        memory, CPU time), and the question is asked once more in a process of its own.
        """
        others, states = self.served if self.side else 0, set(self.states)
        found = self._answered(step)
        if self.side is None and others and self._in_time():
            self.states = states
            return self._answered(step)
        return found

    def _answered(self, step: Step) -> Question:
        """Ask one exercise's check in the process that is there, or in a new one."""
        check, seed = check_of(step.source), seed_of(self.seed, step.name)
        question = Question(step.name, step.points, optional=step.optional, trouble=self._raised(step.name))
        if not self._in_time():
            self.states.add(results.TIMEOUT)
            return replace(question, trouble="The time for the whole notebook was over before this exercise.")
        began = time.monotonic()
        if self.trace is not None:
            self.trace.append(f"{HEADING}{step.name}")
        try:
            side = self._process()
            self.served += 1
            side.seed(seed_of("theirs", seed))
            side.allow(self.limits.question_seconds)
            self.job.output.take()  # what was printed before belongs to no question
            report = check.judge(side.fetch(step.name), seed, step.points)
        except Ended as ended:  # before the check had anything to ask
            trouble = self._why(ended)
            self._close()
            return replace(question, trouble=trouble)
        self.foreign = self.foreign or any(_names_library(item.reason) for item in report.items)
        trouble, spoken = question.trouble, shown(self.job.output.take())
        if side.over is not None:
            trouble = self._why(side.over)
            self._close()
        items = tuple(replace(item, reason=shown(item.reason), advice=shown(item.advice)) for item in report.items)
        seconds = round(time.monotonic() - began, 3)
        return replace(question, items=items, spoken=spoken, trouble=trouble, seconds=seconds)

    def _raised(self, exercise: str) -> str:
        error = self.errors.get(exercise)
        return f"The exercise's cell fails: {error}" if error else ""

    def _in_time(self) -> bool:
        return time.monotonic() < self.deadline

    def _process(self) -> Remote:
        """The student's process with all the cells behind it that it can take; it may take as long as a cell may."""
        while self.side is None:
            self._open()
        self._allow_a_cell()
        return self.side

    def _open(self) -> None:
        """Start a process and run the cells again; a cell that ends the process this time is left out from here on."""
        self.job = self.sandbox.open(self.limits)
        self.side, self.served = Remote(self.job.channel), 0
        self.side.asked = self.trace
        self._allow_a_cell()
        try:
            self.side.seed(seed_of(self.seed, "cells"))
        except Ended as ended:
            raise SandboxError(f"The sandbox gives no answer. {ended}") from ended
        for step in list(self.run):
            self._allow_a_cell()
            try:
                self.side.run(step.source, step.name)
            except Ended as ended:
                self.errors[step.name] = self._why(ended)
                self.run.remove(step)
                self._close()
                return

    def _allow_a_cell(self) -> None:
        """Let what is asked next take as long as a cell may, and no longer than the whole notebook."""
        self.side.allow(min(self.limits.cell_seconds, max(1.0, self.deadline - time.monotonic())))

    def _why(self, ended: Ended) -> str:
        """A sentence for the student on why the process ended, which also becomes part of the submission's state."""
        self.states.add({"timeout": results.TIMEOUT}.get(ended.state, results.CRASH))
        verdict = self.job.verdict() if self.job else ""
        if verdict in TOO_LARGE:
            amounts = {"memory": self.limits.memory // 2**20, "output": self.limits.output // 2**20}
            return TOO_LARGE[verdict].format(**amounts)
        return str(ended)

    def _close(self) -> None:
        """End the student's process.

        Raises:
            SandboxError: It was not the student's code that ended it before.
        """
        job, self.job, self.side = self.job, None, None
        if job is not None and not job.close():
            raise SandboxError("The sandbox ended by itself, or was ended from outside.")


def shown(text: str) -> str:
    """What a student's code said, without what would move a cursor, turn letters round or be half a letter."""
    kept = "\n\t\u200c\u200d"  # lines, and the joiners of Persian, which are spelling
    return "".join(letter if letter.isprintable() or letter in kept else "\ufffd" for letter in text)


# One submission


class Seen:
    """A submission as grading sees it; its notebook is made when somebody first asks for more than its key.

    Attributes:
        submission: Whose it is and where it came from.
        course: The course whose release it is compared with.
        content: Its bytes, large outputs left out.
        digest: The sha256 of the whole file.
        refused: Why no notebook could be read; "" where one could, or nobody has asked yet.
        python: The version of Python that it was written with; () where it says none, or nobody has asked yet.
    """

    def __init__(self, submission: Submission, course: Course = COURSE, loaded: Loaded | None = None):
        """Read the file, unless somebody has."""
        self.submission, self.course, self.python = submission, course, ()
        loaded = loaded or submission.load()
        self.content, self.digest, self.refused = loaded.content, loaded.digest, loaded.refused

    @cached_property
    def examined(self) -> doctor.Examined | None:
        """What the doctor made of it."""
        if self.refused:
            return None
        name, problem = self.submission.name, self.submission.problem
        try:
            notebook, sentences = reading.read(self.content, name)
            self.python = _python_of(notebook)
            return doctor.repair(notebook, sentences, name, self.course.root, problem)
        except WorkbookError as error:
            self.refused = str(error)
            return None

    @cached_property
    def problem(self) -> str:
        """The problem's name; "unknown" where neither the file's name nor the notebook tells."""
        if self.submission.problem is not None:
            return self.submission.problem
        return self.examined.problem if self.examined else results.UNKNOWN

    @property
    def whole(self) -> str:
        """The whole notebook as JSON, with the outputs of the student's own run; "" where there is none."""
        return nbformat.writes(with_outputs(self.examined.notebook, self.content)) + "\n" if self.examined else ""


def mark(seen: Seen, sandbox: Sandbox, limits: Limits, secret: str, beside: Iterable[str] = ()) -> Result:
    """Grade one submission.

    Args:
        seen: The submission.
        sandbox: Where the student's code runs.
        limits: What it may use.
        secret: What the inputs are drawn from, together with the submission and the check.
        beside: Other files of the student's that are not used, besides those that the submission names.
    """
    began = time.monotonic()
    submission = seen.submission
    about = Result(
        submission.student,
        seen.problem,
        results.INVALID,
        sandbox=sandbox.level,
        key=key_of(seen.digest, seen.problem, limits, seen.course),
        digest=seen.digest,
        file=submission.file,
        date=results.now(),
    )
    if seen.examined is None:
        return replace(about, detail=seen.refused)
    others = ", ".join([*submission.beside, *beside])
    ignored = (f"Other files that came with it are not used: {others}.",) if others else ()
    about = replace(
        about,
        seed=seed_of(secret, seen.digest, seen.problem),
        repairs=(*seen.examined.repairs, *ignored),
    )
    result = mark_whole(seen.examined.notebook, about, sandbox, limits, seen.course, seen.python)
    texts = {name_of(cell): cell.source for cell in seen.examined.notebook.cells}
    questions = (
        _written(question, texts[question.name], question.name in seen.examined.answered)
        if question.by_hand
        else question
        for question in result.questions
    )
    return replace(result, questions=tuple(questions), seconds=round(time.monotonic() - began, 3))


def _written(question: Question, text: str, answered: bool) -> Question:
    """A written question with word of its answer."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return replace(question, answer=digest, trouble="" if answered else results.NOT_ANSWERED)


def mark_whole(
    notebook: NotebookNode,
    about: Result,
    sandbox: Sandbox,
    limits: Limits,
    course: Course = COURSE,
    python: tuple[int, ...] = (),
    trace: list[str] | None = None,
) -> Result:
    """Grade a whole notebook with the seed in `about`.

    Args:
        notebook: What the doctor made.
        about: The result without questions.
        sandbox: Where the student's code runs.
        limits: What it may use.
        course: The course.
        python: The version of Python that the student wrote for, where the file says it.
        trace: Gets what is asked and answered.
    """
    steps = steps_of(notebook, read_release(about.problem, course.root))
    marking = Marking(steps, sandbox, limits, about.seed, trace)
    try:
        questions = tuple(marking.questions())
    except SandboxError as error:
        return replace(about, state=results.GRADER_ERROR, detail=str(error))
    if marking.foreign and python[:2] > sys.version_info[:2]:
        newer, ours = ".".join(map(str, python)), platform.python_version()
        detail = f"It was written with Python {newer} and uses what Python {ours} does not know; grade it with {newer}."
        return replace(about, state=results.SET_ASIDE, detail=detail)
    state = next((s for s in (results.CRASH, results.TIMEOUT) if s in marking.states), results.GRADED)
    return replace(about, state=state, detail=_told(marking), questions=questions)


def _told(marking: Marking) -> str:
    """What the student's own cells raised, in a sentence; exercises say it beside their points."""
    checked = {step.name for step in marking.steps if step.kind == "check"}
    own = [f"{name}: {error}" for name, error in marking.errors.items() if name not in checked]
    return f"Cells without a check that fail: {' '.join(own)}" if own else ""


def _python_of(notebook: NotebookNode) -> tuple[int, ...]:
    """The version of Python that a notebook says it was last run with; () where it says none."""
    parts = str(notebook.metadata.get("language_info", {}).get("version", "")).split(".")
    return tuple(int(part) for part in parts if part.isdecimal()) if len(parts) >= 2 else ()


def _names_library(error: str) -> bool:
    """Whether an error says that a module of Python's own library lacks something, as an older one does."""
    named = LIBRARY.search(error)
    return named is not None and named[1] in sys.stdlib_module_names | NEWER_MODULES
