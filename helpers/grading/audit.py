"""Measure the checks like any classifier: right answers must get all points, wrong ones must not, and be told why.

Each check meets the answers of tests/answers, the solution itself, the stub and constant answers (which must get 0),
and mutants of the solution. An answer is judged with several draws of inputs, and must be judged rightly with each.

    python -m helpers.grading.audit 02_pixelcnn causal_mask gate
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from helpers.checks.core import RUNS
from helpers.errors import WorkbookError
from helpers.grading import answers
from helpers.grading.answers import Answer, Corpus
from helpers.grading.exercises import Exercise
from helpers.grading.judging import CONSTANTS, Case, Judgement, judge_all
from helpers.grading.mutants import Mutant, mutants
from helpers.grading.regions import CODE_STUB, cut
from helpers.grading.source import COURSE, Course, Source, load

RIGHT, WRONG = 3, 8  # how many answers of each kind an exercise needs
REJECTED = 0.95  # the share of mutants that a check must reject
SECONDS = 1.0  # CPU time that a check may take
MUTANT_SEEDS, MUTANT_LIMIT = 2, 5.0

_CAPTION = (
    "right: answers accepted; wrong: rejected; named: failing the item that names the mistake; empty: stub and "
    "constants at 0 points; mutants: rejected; equal: mutants that are right; CPU s: of one run of the check"
)


@dataclass
class Count:
    """So many of so many."""

    good: int = 0
    all: int = 0

    def add(self, good: bool) -> None:
        """Count one more."""
        self.good += good
        self.all += 1

    def __str__(self) -> str:
        """As tables show it."""
        return f"{self.good}/{self.all}"

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.good + other.good, self.all + other.all)


@dataclass
class Row:
    """What was found about one exercise's check.

    Attributes:
        exercise: Its name.
        right: Right answers that get all points, the solution among them.
        wrong: Wrong answers that do not.
        named: Wrong answers that fail the item which they are meant to fail.
        empty: The stub and the constant answers that get 0 points.
        mutants: Mutants that do not get all points, without those known to be equivalent.
        equivalent: Mutants known to be right answers.
        survivors: Mutants that get all points and are not known to be right.
        seconds: CPU time of the check, for the slowest right answer.
        problems: One sentence for each thing that must be put right.
    """

    problem: str
    exercise: str
    right: Count = field(default_factory=Count)
    wrong: Count = field(default_factory=Count)
    named: Count = field(default_factory=Count)
    empty: Count = field(default_factory=Count)
    mutants: Count = field(default_factory=Count)
    equivalent: int = 0
    survivors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AuditResult:
    """What an audit found, exercise by exercise."""

    rows: tuple[Row, ...]
    seconds: float

    @property
    def problems_found(self) -> list[str]:
        """One sentence for each thing that must be put right."""
        return [sentence for row in self.rows for sentence in row.problems]

    @property
    def failures(self) -> int:
        """How many things must be put right."""
        return len(self.problems_found)

    def total(self, name: str) -> Count:
        """The counts of one kind over all exercises."""
        return sum((getattr(row, name) for row in self.rows), Count())

    @property
    def false_rejects(self) -> int:
        """Right answers that do not get all points with every draw of inputs."""
        right = self.total("right")
        return right.all - right.good

    @property
    def false_accepts(self) -> int:
        """Wrong answers that get all points with some draw, and constant answers that get any."""
        wrong = self.total("wrong") + self.total("empty")
        return wrong.all - wrong.good

    def table(self) -> Group:
        """The figures, and the lines below them."""
        return Group(self.figures(), *map(Text, self.lines()))

    def figures(self) -> Table:
        """A row per exercise, and the totals."""
        table = Table(title="How the checks judge", title_justify="left", caption=_CAPTION, caption_justify="left")
        table.add_column("exercise", no_wrap=True)
        for heading in ("right", "wrong", "named", "empty", "mutants", "equal", "CPU s"):
            table.add_column(heading, justify="right", no_wrap=True)
        for problem in dict.fromkeys(row.problem for row in self.rows):
            table.add_section()
            table.add_row(Text(problem, "bold"))
            for row in (row for row in self.rows if row.problem == problem):
                counts = [row.right, row.wrong, row.named, row.empty, row.mutants, row.equivalent]
                table.add_row(row.exercise, *map(str, counts), f"{row.seconds:.3f}", style="red" * bool(row.problems))
        table.add_section()
        totals = [str(self.total(name)) for name in ("right", "wrong", "named", "empty", "mutants")]
        slowest = max((row.seconds for row in self.rows), default=0.0)
        table.add_row("all", *totals, str(sum(row.equivalent for row in self.rows)), f"{slowest:.3f}")
        return table

    def lines(self) -> Iterator[str]:
        """False rejects and false accepts, the mutants that survived as `equivalent.toml` wants them, the problems."""
        right, wrong, empty = (self.total(name).all for name in ("right", "wrong", "empty"))
        yield (
            f"{self.false_rejects} false rejects of {right} right answers, {self.false_accepts} false accepts of "
            f"{wrong + empty} wrong answers, in {self.seconds:.0f} s."
        )
        survivors = [(row.exercise, change) for row in self.rows for change in row.survivors]
        if survivors:
            yield "Mutants that get all points (make the check stricter, or say in equivalent.toml why they are right):"
        for exercise, change in survivors:
            yield f"  [[{exercise}]]  mutant = {json.dumps(change, ensure_ascii=False)}"
        if self.problems_found:
            yield "To be put right:"
        for sentence in self.problems_found:
            yield f"- {sentence}"


@dataclass(frozen=True)
class _Trial:
    """A case, and what to do with its judgement."""

    case: Case
    record: Callable[[Judgement], None]


def audit(
    problems: Iterable[str],
    mutants: bool = True,
    jobs: int = 2,
    course: Course = COURSE,
    exercises: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> AuditResult:
    """Judge the checks of some problems.

    Args:
        problems: Names of problems.
        mutants: Whether mutants are made and judged, too.
        jobs: How many worker processes judge.
        course: Where the problems and their answers are.
        exercises: Only these exercises; all where none is named.
        progress: Called with the number of answers judged and of all.

    Raises:
        WorkbookError: A source or an answer cannot be read, an exercise is unknown, or a solution does not run.
    """
    start, rows, trials, finish = time.monotonic(), [], [], []
    for problem in problems:
        source = load(problem, course)
        chosen = _chosen(source, exercises)
        corpus = answers.load(source, chosen, course)
        for name in chosen:
            row = Row(problem, name)
            inspector = _Inspector(source, source.exercises[name], corpus, row, course)
            rows.append(row)
            trials += inspector.trials(mutants)
            finish.append(inspector.finish)
    for trial, judgement in zip(
        trials, judge_all([trial.case for trial in trials], jobs, course, progress), strict=True
    ):
        trial.record(judgement)
    for conclude in finish:
        conclude(mutants)
    return AuditResult(tuple(rows), time.monotonic() - start)


def _chosen(source: Source, exercises: Collection[str]) -> list[str]:
    """The exercises to audit, in the order of the source."""
    unknown = [name for name in exercises if name not in source.exercises]
    if unknown:
        known = ", ".join(source.exercises)
        raise WorkbookError(f"{source.problem} has no exercise {unknown[0]!r}; its exercises are: {known}.")
    return [name for name in source.exercises if not exercises or name in exercises]


class _Inspector:
    """Brings the cases of one exercise and enters their judgements into its row."""

    def __init__(self, source: Source, exercise: Exercise, corpus: Corpus, row: Row, course: Course):
        """Prepare for one exercise."""
        self.source, self.exercise, self.corpus, self.row, self.course = source, exercise, corpus, row, course
        self.answers = corpus.answers[exercise.name]
        self.equivalent = corpus.equivalent.get(exercise.name, {})
        self.place = f"{source.path.relative_to(course.root.resolve()).as_posix()}:{exercise.line}"
        self.items: dict[str, None] = {RUNS: None}  # names of all items seen, in order
        self.survivors: set[str] = set()
        self.changes: set[str] = set()

    def trials(self, with_mutants: bool) -> Iterator[_Trial]:
        """Everything that the check is to judge, the solution first."""
        code = self.exercise.code
        whole = f"{self.place}: the solution of {self.exercise.name}"
        yield self._trial(code, lambda found: self._right(whole, found))
        stub = f"{self.place}: the stub of {self.exercise.name}"
        yield self._trial(cut(code, CODE_STUB), lambda found: self._nothing(stub, found))
        for constant in CONSTANTS:
            label = f"{self.place}: a {self.exercise.name} that always returns {constant}"
            yield self._trial(code, lambda found, label=label: self._nothing(label, found), constant=constant)
        for answer in self.answers:
            record = self._right_answer if answer.right else self._wrong
            yield self._trial(
                answer.code,
                lambda found, answer=answer, record=record: record(answer, found),
                file=str(self.course.root / answer.file),
                line=answer.line,
            )
        if with_mutants:
            for mutant in mutants(code, _imported(self.source)):
                self.changes.add(mutant.change)
                yield self._trial(
                    mutant.code,
                    lambda found, mutant=mutant: self._mutant(mutant, found),
                    seeds=MUTANT_SEEDS,
                    limit=MUTANT_LIMIT,
                )

    def _trial(self, code: str, record: Callable[[Judgement], None], **settings: object) -> _Trial:
        return _Trial(Case(self.source.problem, self.exercise.name, code, **settings), record)

    def _right_answer(self, answer: Answer, found: Judgement) -> None:
        self._right(str(answer), found)

    def _right(self, label: str, found: Judgement) -> None:
        """A right answer gets all points with every draw."""
        self.row.right.add(found.accepted)
        self.row.seconds = max(self.row.seconds, found.seconds)
        self._note_items(found)
        if found.trouble:
            self.row.problems.append(f"{label} {found.trouble}")
        elif not found.accepted:
            report = next(report for report in found.reports if not report.passed)
            item = report.failed[0]
            seen = f" ({item.reason})" if item.reason else ""
            self.row.problems.append(f"{label} is rejected: it fails {item.name!r}{seen}{_how_often(found, False)}.")

    def _wrong(self, answer: Answer, found: Judgement) -> None:
        """A wrong answer fails the item that is named, with every draw."""
        self.row.wrong.add(found.rejected)
        self._note_items(found)
        failed = [{item.name for item in report.failed} for report in found.reports]
        named = bool(failed) and all(answer.fails in names for names in failed)
        self.row.named.add(named)
        if found.trouble:
            self.row.problems.append(f"{answer} {found.trouble}")
        elif not found.rejected:
            self.row.problems.append(f"{answer} gets all points{_how_often(found, True)}.")
        elif not named:
            names = next(names for names in failed if answer.fails not in names)
            order = [repr(name) for name in self.items if name in names]
            self.row.problems.append(f"{answer} fails {', '.join(order)}, and not {answer.fails!r} as it says.")

    def _nothing(self, label: str, found: Judgement) -> None:
        """The stub and constants get no point at all."""
        earned = max((float(report) for report in found.reports), default=0.0)
        self.row.empty.add(earned == 0)
        if found.trouble:
            self.row.problems.append(f"{label} {found.trouble}")
        elif earned:
            holding = ", ".join(repr(item.name) for item in max(found.reports).items if item.passed)
            self.row.problems.append(
                f"{label} gets {earned:g} of {self.exercise.points:g} points, for {holding}; make something essential "
                "that it fails."
            )

    def _mutant(self, mutant: Mutant, found: Judgement) -> None:
        """A mutant is rejected with every draw, or known to be right."""
        if found.rejected:
            self.row.mutants.add(True)
            return
        self.survivors.add(mutant.change)
        if mutant.change in self.equivalent:
            self.row.equivalent += 1
        else:
            self.row.mutants.add(False)
            self.row.survivors.append(mutant.change)

    def _note_items(self, found: Judgement) -> None:
        for report in found.reports:
            self.items |= dict.fromkeys(item.name for item in report.items)

    def finish(self, with_mutants: bool) -> None:
        """What shows only when everything has been judged."""
        row, name = self.row, self.exercise.name
        self._count_answers()
        for answer in self.answers:
            if answer.fails and answer.fails not in self.items:
                known = ", ".join(map(repr, self.items))
                row.problems.append(
                    f"{answer} names {answer.fails!r}, which is no item of the check; they are: {known}."
                )
        if row.seconds > SECONDS:
            row.problems.append(
                f"{self.place}: the check of {name} takes {row.seconds:.1f} s of CPU time; make it take less than "
                f"{SECONDS:g} s."
            )
        if not with_mutants:
            return
        if row.mutants.all and row.mutants.good < REJECTED * row.mutants.all:
            row.problems.append(
                f"{self.place}: the check of {name} rejects {row.mutants.good} of {row.mutants.all} mutants, "
                f"less than {REJECTED:.0%}."
            )
        for change in self.equivalent:
            if change not in self.survivors:
                state = "is rejected by the check" if change in self.changes else "is not made (any more)"
                row.problems.append(f"{self.corpus.file}: the mutant {change!r} of {name} {state}; remove its entry.")

    def _count_answers(self) -> None:
        """Enough answers of both kinds, unless the exercise is said to be too small for them."""
        row, name = self.row, self.exercise.name
        right = sum(answer.right for answer in self.answers)
        wrong = len(self.answers) - right
        enough = right >= RIGHT and wrong >= WRONG
        if enough and name in self.corpus.small:
            row.problems.append(
                f"{self.corpus.file}: {name} is said to be small, yet has enough answers; remove the line."
            )
        elif not enough and name not in self.corpus.small:
            row.problems.append(
                f"{self.place}: {name} has {right} right and {wrong} wrong answers; write {RIGHT} and {WRONG}, or say "
                f"in {self.corpus.file} under [small] why there are not so many."
            )


def _how_often(found: Judgement, full: bool) -> str:
    """With how many of the draws, where it is not all of them."""
    count = found.full if full else len(found.reports) - found.full
    return "" if count == len(found.reports) else f", with {count} of {len(found.reports)} draws of inputs"


def _imported(source: Source) -> set[str]:
    """The names that a source's given code imports."""
    trees = [ast.parse(cell.script) for cell in source.cells if cell.role == "setup"]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).split(".")[0] for node in imports for alias in node.names}


def main() -> int:
    """Audit one problem from the command line, or some of its exercises."""
    parser = argparse.ArgumentParser(prog="python -m helpers.grading.audit", description=audit.__doc__.split("\n")[0])
    parser.add_argument("problem", help="such as 02_pixelcnn")
    parser.add_argument("exercises", nargs="*", help="only these")
    parser.add_argument("--no-mutants", action="store_true", help="judge the written answers only")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes")
    options = parser.parse_args()
    try:
        result = audit([options.problem], not options.no_mutants, options.jobs, exercises=options.exercises)
    except WorkbookError as error:
        print(error, file=sys.stderr)
        return 1
    Console(width=None if sys.stdout.isatty() else 100).print(result.figures())
    print(*result.lines(), sep="\n")  # unwrapped, so that a mutant can be copied into equivalent.toml
    return 1 if result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
