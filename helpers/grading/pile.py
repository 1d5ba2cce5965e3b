"""Grading a pile of submissions: workers, progress, and a run that may end at any time and goes on where it was.

The pile is worked off through a `concurrent.futures.Executor`. This process reads what was handed in, one submission at
a time and without its outputs, and finds out which results are there already; what remains goes to workers, with all
that they need. A worker returns a result; only this process writes, one file at a time and whole.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from helpers.errors import WorkbookError
from helpers.grading import results
from helpers.grading.keys import key_of
from helpers.grading.results import HandedIn, Result, Store, now, time_of
from helpers.grading.sandbox.limits import Limits
from helpers.grading.submissions import Loaded, Submission, Unusable, collect, tell_apart
from helpers.grading.trying import worked_off
from helpers.grading.workers import Graded, Task, in_order, processes, stands

if TYPE_CHECKING:
    from helpers.grading.roster import Roster
    from helpers.grading.source import Course


@dataclass
class Summary:
    """What became of a pile.

    Attributes:
        states: How many submissions of each problem are in which state.
        kept: How many of the results were there before.
        outdated: How many of those are of earlier checks, another release or other limits.
        replaced: How many files were handed in and replaced by later ones.
        to_look_at: A sentence on every submission that needs a person.
        found: The students and problems of this pile.
    """

    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: int = 0
    outdated: int = 0
    replaced: int = 0
    to_look_at: list[str] = field(default_factory=list)
    found: set[tuple[str, str]] = field(default_factory=set)

    def count(self, graded: Graded) -> None:
        """Count one."""
        result = graded.result
        self.states[result.problem, result.state] += 1
        self.kept += not graded.fresh
        self.outdated += graded.outdated
        self.replaced += len(result.earlier)
        self.found.add((result.student, result.problem))
        if result.state not in (results.GRADED, results.MISSING):
            reason = result.detail or next((q.trouble for q in result.questions if q.trouble), "")
            self.to_look_at.append(f"{result.student}, {result.problem}: {result.state}. {reason}".strip())
        if graded.replaced:  # nothing but their times says which is which
            others = ", ".join(one.file for one in result.earlier)
            counts = f"{result.file} counts, being the latest; not graded: {others}."
            self.to_look_at.append(f"{result.student}, {result.problem}: {counts}")

    @property
    def failed(self) -> bool:
        """Whether a submission has no grade because the grader failed."""
        return any(state == results.GRADER_ERROR for _, state in self.states)

    def sentences(self) -> Iterator[str]:
        """What a person should know, a sentence each."""
        yield from self.to_look_at
        if self.replaced:
            yield f"Replaced by later hand-ins of the same students: {self.replaced}; submissions.csv lists them."
        if self.outdated:
            yield (
                f"Graded by earlier checks, another release or other limits: {self.outdated}, which stand; --regrade "
                "shows what would change."
            )

    def words(self) -> str:
        """The states in a few words."""
        by_state = Counter()
        for (_, state), count in self.states.items():
            by_state[state] += count
        words = [f"{by_state[state]} {state}" for state in results.STATES if by_state[state]]
        return ", ".join([*words, f"{self.kept} of them before"] if self.kept else words)


def table(summary: Summary) -> Table:
    """How many submissions of each problem are in which state."""
    states = [state for state in results.STATES if any(state == other for _, other in summary.states)]
    shown = Table("problem")
    for state in states:
        shown.add_column(state, justify="right")
    for problem in sorted({problem for problem, _ in summary.states}):
        shown.add_row(problem, *[str(summary.states[problem, state]) for state in states])
    return shown


def grade(
    paths: Sequence[Path],
    course: Course,
    folder: Path,
    problem: str | None = None,
    jobs: int = 1,
    level: str = "auto",
    limits: dict[str, float] | None = None,
    progress: Callable[[int, int, Summary], None] = lambda done, total, summary: None,
    executor: Callable[[int], Executor] | None = None,
    roster: Roster | None = None,
    current: bool = False,
) -> Summary:
    """Grade all submissions in some files and folders; work that has a result is not graded again.

    Args:
        paths: What `submissions.collect` takes.
        course: The course.
        folder: Where the results go, usually build/grades.
        problem: The problem of everything whose name does not say another one.
        jobs: How many workers.
        level: The level of the sandbox.
        limits: Limits of a submission other than the usual ones.
        progress: Called with how many are done, how many there are, and the summary so far.
        executor: Makes the executor of so many workers; the standard library's processes by default.
        roster: Who is in the class: it names the students, and says who handed in nothing.
        current: Whether a result stands only where checks, release and limits are what they were; then nobody is said
            to have handed in nothing, since that is no grade.

    Raises:
        WorkbookError: Nothing could be graded, or results cannot be written; those that are there stand.
    """
    from helpers.student import problems

    store, summary, known = Store(folder), Summary(), problems(course.root)
    _refuse_foreign(store, known)
    with tempfile.TemporaryDirectory(prefix="workbook-") as scratch:
        found = collect(paths, Path(scratch), problem, known, roster.tell_apart if roster else tell_apart)
        submissions = [one for one in found if isinstance(one, Submission)]
        unusable = list(_alone((one for one in found if isinstance(one, Unusable)), submissions))
        with written(folder):
            secret = secret_of(folder)
        kept = _Kept(store, summary, len(submissions) + len(unusable), progress, roster)
        for one in unusable:
            kept.keep(Graded(_invalid(one), True))
        kept.advance(len(unusable))
        asked = _Asked(store, course, known, secret, level, limits or {}, current)
        tasks = asked.tasks(_together(submissions), kept.finish)
        for task, graded in worked_off(tasks, jobs, executor or processes):
            _refuse_others(task, graded, course)
            kept.finish(task, graded)
    if roster:
        summary.to_look_at += roster.sentences()
    with written(folder):
        kept.retire_unknown()
        if roster and not current:
            mark_missing(store, roster, {name for _, name in summary.found}, summary)
        store.write_csv()
    return summary


def mark_missing(store: Store, roster: Roster, problems: Iterable[str], summary: Summary) -> None:
    """Say of everybody on the roster who handed in nothing for a problem that it is missing."""
    for problem in sorted(set(problems) - {results.UNKNOWN}):
        for student, name in roster.students.items():
            there = store.get(student, problem)
            if there is None:
                said = "Nothing was handed in."
                there = Result(student, problem, results.MISSING, detail=said, date=now(), name=name)
                store.put(there)
            if there.state == results.MISSING:
                summary.states[problem, results.MISSING] += 1


def retire_former(store: Store, roster: Roster, result: Result) -> list[str]:
    """Put away what the same student's work came to under a name that is not the roster's; a sentence on each."""
    return [
        f"{former}, {result.problem}: is {result.student} from now on; what the gradebook has under the earlier name "
        "stays there."
        for former in sorted(roster.former(result.student))
        if store.retire(former, result.problem)
    ]


@dataclass(frozen=True)
class _Asked:
    """What was asked for, and what is there already."""

    store: Store
    course: Course
    known: list[str]
    secret: str
    level: str
    limits: dict[str, float]
    current: bool

    def tasks(
        self, groups: Iterable[tuple[Submission, ...]], finish: Callable[[Task, list[Graded]], None]
    ) -> Iterator[Task]:
        """What has to be graded, read when it is asked for; what has results is finished on the way."""
        for group in groups:
            problems = {one.problem for one in group}
            looked_at = [*self.known, results.UNKNOWN] if None in problems else sorted(problems)
            there = (self.store.get(group[0].student, problem) for problem in looked_at)
            known = tuple(one for one in there if one is not None and one.state in results.FINAL)
            asked = self.course.root, self.secret, self.level, self.limits, known, self.current
            if known:
                task = Task(group, tuple(Loaded(one.digest(), b"") for one in group), *asked)
                standing = self._standing(task)
                if standing is not None:
                    finish(task, standing)
                    continue
            yield Task(group, tuple(one.load() for one in group), *asked)

    def _standing(self, task: Task) -> list[Graded] | None:
        """The results of a task that are there; None where one is missing, or only a worker can tell."""
        told = {result.digest: result.problem for result in task.known}
        told |= {one.digest: result.problem for result in task.known for one in result.earlier if one.digest}
        by_problem: dict[str, list[int]] = defaultdict(list)
        for place in in_order(task.submissions):
            problem = task.submissions[place].problem or told.get(task.contents[place].digest)
            if problem is None:
                return None
            by_problem[problem].append(place)
        results_of = {result.problem: result for result in task.known}
        found = []
        for problem, (*others, which) in by_problem.items():
            earlier, digest = results_of.get(problem), task.contents[which].digest
            key = key_of(digest, problem, Limits(**self.limits), self.course)
            if not stands(earlier, digest, key, self.current):
                return None
            found.append(Graded(earlier, False, which=which, replaced=tuple(others), outdated=earlier.key != key))
        return found


def _refuse_others(task: Task, graded: Iterable[Graded], course: Course) -> None:
    """Record no grade that other checks gave than this process has: a worker may be of another time or place."""
    for one in graded:
        if one.fresh and one.result.key:
            own = key_of(one.result.digest, one.result.problem, Limits(**task.limits), course)
            if one.result.key != own:
                raise WorkbookError(
                    "The checks or the notebooks changed while this run went on, or a worker has others; what was "
                    "graded stands. Run the same command again."
                )


def _refuse_foreign(store: Store, known: list[str]) -> None:
    """Let no results of one course come among another's."""
    foreign = sorted(store.problems() - set(known))
    if foreign:
        raise WorkbookError(
            f"{store.folder} holds results of {', '.join(foreign)}, which this course does not have; choose another "
            "folder with --out, or move them away."
        )


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Say in a sentence why something cannot be written."""
    try:
        yield
    except OSError as error:
        raise WorkbookError(
            f"{folder} cannot be written ({error.strerror}); what was graded stands. Make room or allow it, or choose "
            "another folder with --out, and run the same command again."
        ) from error


def _alone(unusable: Iterable[Unusable], submissions: list[Submission]) -> Iterator[Unusable]:
    """What cannot be used of students who handed in nothing else for that problem."""
    handed_in = {(one.student, one.problem) for one in submissions}
    students = {one.student for one in submissions}
    for one in unusable:
        rivals = {(one.student, one.problem), (one.student, None)}
        if one.student not in students or (one.problem is not None and not rivals & handed_in):
            yield one


def _together(submissions: Iterable[Submission]) -> list[tuple[Submission, ...]]:
    """One submission at a time; all of a student's where only the notebooks can tell which of them are rivals."""
    by_student = defaultdict(list)
    for one in submissions:
        by_student[one.student].append(one)
    groups = []
    for own in by_student.values():
        if any(one.problem is None for one in own):
            groups.append(tuple(own))
        else:
            groups += [(one,) for one in own]
    return groups


def secret_of(folder: Path, given: str = "") -> str:
    """What all inputs are drawn from, made once for a folder of grades and readable by its owner alone.

    One that is given takes the place of the folder's own.
    """
    path = folder / "secret"
    if given or not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(prefix=".secret.", dir=folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(given or secrets.token_hex(32))
        os.replace(fresh, path)  # whole at once: a run that is killed here leaves no half of it
    return path.read_text(encoding="ascii")


class _Kept:
    """Where results go as they come: files, the summary, and word of how far it is."""

    def __init__(
        self,
        store: Store,
        summary: Summary,
        total: int,
        progress: Callable[[int, int, Summary], None],
        roster: Roster | None,
    ):
        """Write into this store, count in this summary, and tell of so many submissions."""
        self.store, self.summary, self.total, self.progress, self.roster = store, summary, total, progress, roster
        self.done = 0

    def advance(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        self.progress(self.done, self.total, self.summary)

    def finish(self, task: Task, graded: Iterable[Graded]) -> None:
        """Keep the results of a task."""
        for one in graded:
            self.keep(replace(one, result=_stamped(one, task)), before=one.result)
        self.advance(len(task.submissions))

    def keep(self, graded: Graded, before: Result | None = None) -> None:
        """Count a result; write a fresh one and its whole notebook, and of an earlier one what is known anew of it."""
        result = graded.result
        if self.roster:
            result = replace(result, name=self.roster.students.get(result.student, ""))
            graded = replace(graded, result=result)
        if graded.fresh or result != before:
            with written(self.store.folder):
                if graded.whole:
                    self.store.put_notebook(result, graded.whole)
                self.store.put(result)
                self.summary.to_look_at += retire_former(self.store, self.roster, result) if self.roster else ()
        self.summary.count(graded)

    def retire_unknown(self) -> None:
        """What could not be told before is told now, or is not there any more."""
        for student in {student for student, _ in self.summary.found}:
            if (student, results.UNKNOWN) not in self.summary.found:
                self.store.retire(student, results.UNKNOWN)


def _stamped(graded: Graded, task: Task) -> Result:
    """The result with what this pile says of where the work came from, when, and in place of what it counts."""
    one = task.submissions[graded.which]
    others = [
        HandedIn(task.submissions[place].file, time_of(task.submissions[place].submitted), task.contents[place].digest)
        for place in reversed(graded.replaced)
    ]
    others += [HandedIn(earlier.file, time_of(earlier.submitted)) for earlier in one.earlier]
    return replace(
        graded.result,
        file=one.file,
        submitted=time_of(one.submitted),
        marked_late=one.marked_late,
        earlier=tuple(others),
    )


def _invalid(unusable: Unusable) -> Result:
    return Result(
        unusable.student,
        unusable.problem or results.UNKNOWN,
        results.INVALID,
        detail=unusable.reason,
        file=unusable.file,
        date=now(),
    )
