"""Which of a student's notebooks count: deliveries are opened, and of each problem the latest notebook is taken."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from helpers.grading.submissions import limits
from helpers.grading.submissions.archives import Reader
from helpers.grading.submissions.files import File
from helpers.grading.submissions.names import Names
from helpers.grading.submissions.piles import Delivery
from helpers.grading.submissions.platforms import exports, without_revision
from helpers.grading.submissions.refusals import UNREADABLE, TooMuch, too_large, what_is_wrong
from helpers.grading.submissions.submission import Earlier, Submission, Unusable


@dataclass(frozen=True)
class Candidate:
    """A submission, and how it stands to others of its student and problem.

    Attributes:
        submission: The submission, which does not yet know which others it replaces.
        delivery: What it came with.
        group: Of all in a group only the latest counts.
        rank: The latest has the highest.
    """

    submission: Submission
    delivery: Delivery
    group: tuple[str, ...]
    rank: tuple[bool, int, float, str, str]


def look_into(delivery: Delivery, names: Names, reader: Reader) -> Iterator[Candidate | Unusable]:
    """Open a delivery's zips and find the notebooks."""
    try:
        files = [(file, names.problem_of(file.name, file.trail[:-1])) for file in _opened(delivery, reader)]
    except TooMuch as error:
        top = min(delivery.files, key=lambda file: (len(file.trail), file.trail))
        problem = names.problem_of(top.name, top.trail[:-1])
        yield Unusable(delivery.student, problem, top.label, f"This {error}.")
        return
    others = [(file, problem) for file, problem in files if not (file.wrong or file.is_notebook)]
    settled = {problem for file, problem in files if file.wrong or file.is_notebook}
    beside = {problem: _beside(problem, others) for problem in settled}
    for file, problem in files:
        if file.wrong:
            yield Unusable(delivery.student, problem, file.label, f"{file.name} {file.wrong}.")
        elif file.is_notebook:
            yield _candidate(file, problem, delivery, names, beside[problem])
    if not settled:
        yield from _not_notebooks(others, delivery)
    elif None not in settled:
        # Beside notebooks, what is for another problem is looked for by its name or folder only.
        loose = [
            (file, problem)
            for file, problem in others
            if problem not in {None, *settled}
            and (file.is_handed_in or (file.is_folder and names.is_problem(file.name)))
        ]
        yield from _not_notebooks(loose, delivery)


def _opened(delivery: Delivery, reader: Reader) -> list[File]:
    """The files of a delivery and of its zips; what is wrong with one of them stands in it.

    Raises:
        TooMuch: All of it together is more than a student's work can be.
    """
    budget = limits.Budget()
    budget.spend(files=len(delivery.files))
    files, waiting = [], list(delivery.files)
    while waiting:
        file = waiting.pop()
        if not file.wrong and file.is_archive:
            waiting += _inside(file, reader, budget)
            continue
        if not file.wrong and file.is_notebook:
            if file.size > limits.NOTEBOOK_BYTES:
                file = replace(file, wrong=too_large(limits.NOTEBOOK_BYTES))
            else:
                budget.spend(bytes=file.size)
        files.append(file)
    owners = {given.owner for file in files if file.is_notebook for given in exports(file.trail)}
    if not delivery.owner.number and len(owners) > 1:
        raise TooMuch("is several students' work, as a platform exports it; grade it by itself")
    return sorted(files, key=lambda file: file.trail)


def _inside(archive: File, reader: Reader, budget: limits.Budget) -> list[File]:
    """The files in a zip; the zip itself, with what is wrong, where it cannot be opened."""
    budget.spend(archives=1)
    try:
        files = reader.files(archive, budget)
    except TooMuch:
        raise
    except UNREADABLE as error:
        return [replace(archive, wrong=what_is_wrong(error))]
    budget.spend(files=len(files))
    given = {"revision": archive.revision, "marked_late": archive.marked_late}
    return [replace(file, **given) for file in files] or [File(archive.trail, None)]


def _beside(problem: str | None, others: Iterable[tuple[File, str | None]]) -> tuple[str, ...]:
    """Names of the files that may belong to a problem; any may where it is not known."""
    names = {
        file.name
        for file, other in others
        if not file.is_folder and (problem is None or other is None or problem == other)
    }
    return tuple(sorted(names))


def _candidate(file: File, problem: str | None, delivery: Delivery, names: Names, beside: tuple[str, ...]) -> Candidate:
    submission = Submission(
        delivery.student,
        problem,
        file.label,
        file.name,
        beside,
        file.submitted,
        file.source,
        marked_late=file.marked_late,
    )
    if problem is not None:
        group = (delivery.student, problem)
    elif file.own_name and not delivery.owner.scope:  # Canvas, which marks one file's resubmissions
        group = (delivery.student, "", *file.trail[:-1], without_revision(file.name))
    else:
        group = (delivery.student, "", *file.trail)
    time = -math.inf if file.submitted is None else file.submitted
    rank = (names.mentioned(file.name) is not None, file.revision, time, file.name, file.label)
    return Candidate(submission, delivery, group, rank)


def _not_notebooks(files: Iterable[tuple[File, str | None]], delivery: Delivery) -> Iterator[Unusable]:
    """Report what was handed in without a notebook, once for each problem."""
    by_problem = defaultdict(list)
    for file, problem in files:
        by_problem[problem].append(file)
    for problem, group in by_problem.items():
        sent = [file for file in group if not file.is_folder]
        if sent:
            listed = ", ".join(file.name for file in sent[:3]) + (f" and {len(sent) - 3} more" if sent[3:] else "")
            reason = f"There is no notebook, only {listed}; ask for the .ipynb file."
        else:
            reason = f"{group[0].name} is empty; ask for the .ipynb file."
        yield Unusable(delivery.student, problem, (sent or group)[0].label, reason)


def latest(candidates: Iterable[Candidate]) -> Iterator[Submission]:
    """Of each group the latest, which names those that came with it and that it replaces."""
    groups = defaultdict(list)
    for candidate in candidates:
        groups[candidate.group].append(candidate)
    for group in groups.values():
        best, *others = sorted(group, key=lambda candidate: candidate.rank, reverse=True)
        if not others:
            yield best.submission
            continue
        replaced = {one.submission.name for one in others if one.delivery is best.delivery}
        beside = tuple(sorted({*best.submission.beside, *replaced}))
        earlier = tuple(Earlier(one.submission.file, one.submission.submitted) for one in others)
        yield replace(best.submission, beside=beside, earlier=earlier)
