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
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
import torch
from nbformat import NotebookNode

from helpers import doctor, reading
from helpers.checks.core import Check, checks_of
from helpers.checks.inputs import seed_of
from helpers.errors import WorkbookError
from helpers.grading import results
from helpers.grading.results import Question, Result
from helpers.grading.sandbox import Job, Limits, Sandbox, SandboxError
from helpers.grading.source import COURSE, Course
from helpers.grading.standin import Ended, Remote
from helpers.grading.submissions import Submission
from helpers.student import CHECK, is_named, kind_of, name_of, optional_names, read_release

HEADING = "exercise "  # how a line of the trace begins where an exercise's questions do
TOO_LARGE = {
    "memory": "It took more memory than the {memory} MiB that an answer may have.",
    "output": "It printed more than the {output} MiB that an answer may.",
}


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
            found = checks_of(importlib.import_module(f"helpers.checks.{module}")).get(name)
            if found is not None:
                return found
    raise WorkbookError(f"The release's check cell {call!r} calls no check; build the notebooks again.")


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
        self.syntax = False  # whether one of them is no Python of this version
        self.states: set[str] = set()
        self.deadline = time.monotonic() + limits.total_seconds
        self.job: Job | None = None
        self.side: Remote | None = None

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
        """Run a cell; one that ends the process is not run again."""
        try:
            error, syntax = self._process().run(step.source, step.name) if self._in_time() else ("", False)
        except Ended as ended:
            self.errors[step.name] = self._why(ended)
            self._close()
            return
        self.run.append(step)
        if step.own and error:
            self.errors[step.name] = error
            self.syntax = self.syntax or syntax

    def _ask(self, step: Step) -> Question:
        """Ask one exercise's check."""
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
            side.seed(seed_of("theirs", seed))
            side.allow(self.limits.question_seconds)
            report = check.judge(side.fetch(step.name), seed, step.points)
        except Ended as ended:  # before the check had anything to ask
            trouble = self._why(ended)
            self._close()
            return replace(question, trouble=trouble)
        trouble = question.trouble
        if side.over is not None:
            trouble = self._why(side.over)
        spoken = self.job.output.take() if self.job else ""
        if side.over is not None:
            self._close()
        seconds = round(time.monotonic() - began, 3)
        return replace(question, items=report.items, spoken=spoken, trouble=trouble, seconds=seconds)

    def _raised(self, exercise: str) -> str:
        error = self.errors.get(exercise)
        return f"The exercise's cell fails: {error}" if error else ""

    def _in_time(self) -> bool:
        return time.monotonic() < self.deadline

    def _process(self) -> Remote:
        """The student's process with all the cells behind it that it can take; it may take as long as a cell may."""
        if self.side is None:
            self.job = self.sandbox.open(self.limits)
            self.side = Remote(self.job.channel)
            self.side.asked = self.trace
            again, self.run = self.run, []
            for step in again:
                self.side.allow(self.limits.cell_seconds)
                self.side.run(step.source, step.name)
                self.run.append(step)
        self.side.allow(min(self.limits.cell_seconds, max(1.0, self.deadline - time.monotonic())))
        return self.side

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


# One submission


class Seen:
    """A submission's content as grading sees it; it is read when somebody first asks for more than its key.

    Attributes:
        digest: The content's sha256.
        course: The course whose release it is compared with.
        refused: After reading: why no notebook could be read; "" where one could.
        python: After reading: the version of Python that it was written with; () where it says none.
    """

    def __init__(self, content: bytes, name: str, problem: str | None = None, course: Course = COURSE):
        """Take the content; `name` is the file's, `problem` what the caller knows."""
        self.content, self.name, self.hint, self.course = content, name, problem, course
        self.digest = hashlib.sha256(content).hexdigest()
        self.refused, self.python = "", ()

    @cached_property
    def examined(self) -> doctor.Examined | None:
        """What the doctor made of it."""
        try:
            self.python = _python_of(self.content, self.name)
            return doctor.examine(self.content, self.name, self.course.root, self.hint)
        except WorkbookError as error:
            self.refused = str(error)
            return None

    @cached_property
    def problem(self) -> str:
        """The problem's name; "unknown" where neither the caller nor the notebook tells."""
        if self.hint is not None:
            return self.hint
        return self.examined.problem if self.examined else "unknown"

    @property
    def key(self) -> str:
        """What a grade depends on."""
        return key_of(self.digest, self.problem, self.course)

    @property
    def whole(self) -> str:
        """The whole notebook as JSON, "" where there is none."""
        return nbformat.writes(self.examined.notebook) + "\n" if self.examined else ""


def mark(seen: Seen, submission: Submission, sandbox: Sandbox, limits: Limits, secret: str) -> Result:
    """Grade one submission.

    Args:
        seen: Its content.
        submission: Whose it is and where it came from.
        sandbox: Where the student's code runs.
        limits: What it may use.
        secret: What the inputs are drawn from, together with the submission and the check.
    """
    began = time.monotonic()
    about = Result(
        submission.student,
        seen.problem,
        results.INVALID,
        sandbox=sandbox.level,
        key=seen.key,
        file=submission.file,
        date=results.now(),
    )
    if seen.examined is None:
        return replace(about, detail=seen.refused)
    beside = ", ".join(submission.beside)
    ignored = (f"Other files that came with it are not used: {beside}.",) if beside else ()
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
    if marking.syntax and python[:2] > sys.version_info[:2]:
        newer, ours = ".".join(map(str, python[:2])), platform.python_version()
        detail = f"It was written with Python {newer} and uses what Python {ours} does not know; grade it with {newer}."
        return replace(about, state=results.SET_ASIDE, detail=detail)
    state = next((s for s in (results.CRASH, results.TIMEOUT) if s in marking.states), results.GRADED)
    return replace(about, state=state, detail=_told(marking), questions=questions)


def _told(marking: Marking) -> str:
    """What the student's own cells raised, in a sentence; exercises say it beside their points."""
    checked = {step.name for step in marking.steps if step.kind == "check"}
    own = [f"{name}: {error}" for name, error in marking.errors.items() if name not in checked]
    return f"Cells of the student's own that fail: {' '.join(own)}" if own else ""


def _python_of(content: bytes, name: str) -> tuple[int, ...]:
    """The version of Python that a notebook says it was last run with; () where it says none."""
    notebook, _ = reading.read(content, name)
    version = str(notebook.metadata.get("language_info", {}).get("version", ""))
    parts = version.split(".")
    return tuple(int(part) for part in parts if part.isdecimal()) if len(parts) >= 2 else ()


# What a result depends on


def key_of(digest: str, problem: str, course: Course = COURSE) -> str:
    """The sha256 of all that a grade depends on: the submission, the release, the checks, and the grader's versions."""
    words = (digest, problem, _release_digest(problem, course.root), _code_digest(), torch.__version__)
    return hashlib.sha256("\x1f".join((*words, platform.python_version())).encode()).hexdigest()


@lru_cache
def _release_digest(problem: str, root: Path) -> str:
    path = root / "notebooks" / problem / f"{problem}.ipynb"
    return hashlib.sha256(path.read_bytes()).hexdigest() if problem and path.is_file() else ""


@lru_cache
def _code_digest() -> str:
    """The sha256 of the checks and of what carries them."""
    helpers = Path(__file__).resolve().parents[1]
    files = [*helpers.glob("checks/**/*.py"), *helpers.glob("grading/inside/*.py")]
    files += [helpers / "doctor.py", helpers / "grading" / "marking.py", helpers / "grading" / "standin.py"]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(helpers).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
