"""The report on a class: build/report.html, one file with names in it, for instructors and nobody else."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from nbformat import NotebookNode

from helpers.checks.report import marked
from helpers.errors import WorkbookError
from helpers.grading import results, similar
from helpers.grading.marks import Marks
from helpers.grading.outputs import kept_notebook
from helpers.grading.regions import by_region
from helpers.grading.reports import harmless
from helpers.grading.reports.class_figures import (
    BINS,
    Exercise,
    exercises_of,
    late_marks,
    misconceptions_of,
    to_look_at,
)
from helpers.grading.reports.feedback import Work
from helpers.grading.reports.page import asset, named, number, page, table, write_page
from helpers.grading.results import Result, Store
from helpers.grading.source import COURSE, Course, SourceError, load
from helpers.student import edited, name_of, read_release

MOST_ITEMS = 40  # misconceptions of a problem that are shown
MOST_GROUPS = 40  # groups of near-identical answers of a problem that are shown
MOST_TEXTS = 6  # answers of a group that stand side by side
MOST_PAIRS = 40
NO_PROOF = (
    "Similarity is no proof. Short exercises have few good answers, students talk to one another as they should, and "
    "the same help leads to the same lines. What stands here is a reason to read both answers and to ask, no more."
)


def write_report(
    store: Store, path: Path, marks: Marks, course: Course = COURSE, problem: str | None = None
) -> tuple[int, int]:
    """Write the page.

    Args:
        store: The results.
        path: Where it goes.
        marks: What persons gave.
        course: The course, for what was given and the model answers.
        problem: Only this problem.

    Returns:
        How many submissions, and how many groups of near-identical answers it shows.

    Raises:
        WorkbookError: There is no result, or the page cannot be written.
    """
    chosen, _ = store.chosen(problem=problem)
    works = [Work(result, marks.get((result.student, result.problem), {})) for result in chosen]
    by_problem = defaultdict(list)
    for work in works:
        by_problem[work.result.problem].append(work)
    alike = {name: likeness(name, own, store, course) for name, own in by_problem.items() if name != results.UNKNOWN}
    late = [row for row in late_marks(store) if problem in (None, row.get("problem"))]
    body = "\n".join(_body(by_problem, alike, late))
    write_page(path, page("Class report", body, asset("page.js")))
    return len(works), sum(len(found.groups) for found in alike.values())


def _body(by_problem: dict[str, list[Work]], alike: dict[str, similar.Likeness], late: list[dict]) -> Iterator[str]:
    """The whole page, part by part."""
    works = [work for own in by_problem.values() for work in own]
    students = {work.result.student for work in works}
    now = datetime.datetime.now().astimezone()
    yield '<a class="skip" href="#look">To what needs a look</a>'
    yield "<main>\n<h1>Class report</h1>"
    yield (
        f'<p class="quiet">{len(works)} results of {len(students)} students, as of {now:%Y-%m-%d %H:%M}. '
        "It holds names: it is for those who mark.</p>"
    )
    links = [f'<li><a href="#{escape(name)}">{escape(name)}</a></li>' for name in alike]
    fixed = [("look", "to look at"), *([("late", "late")] if late else []), ("students", "students")]
    links = [f'<li><a href="#{place}">{words}</a></li>' for place, words in fixed] + links
    yield f'<nav aria-label="Parts of this page"><ul>{"".join(links)}</ul></nav>'
    yield _summary(by_problem)
    yield from _look(works)
    yield from _late(late)
    for name, found in alike.items():
        yield f'<h2 id="{escape(name)}">{escape(name)}</h2>'
        yield from _exercises(name, by_problem[name])
        yield from _misconceptions(by_problem[name])
        yield from _alike(found)
    yield from _students(by_problem)
    yield "</main>"


# Tables


def _summary(by_problem: dict[str, list[Work]]) -> str:
    """A row per problem."""
    states = sorted({work.result.state for own in by_problem.values() for work in own}, key=_rank)
    rows = []
    for name, own in by_problem.items():
        counts = Counter(work.result.state for work in own)
        graded = [work for work in own if work.result.has_grade]
        totals = sorted(work.total for work in graded)
        median = totals[len(totals) // 2] if totals else None
        waiting = sum(len(work.waiting) for work in graded)
        cells = [number(median), number(graded[0].most if graded else None), str(waiting)]
        cells = [str(len(own)), *(str(counts[state]) for state in states), *cells]
        rows.append(f'<th scope="row">{escape(name)}</th>' + "".join(f'<td class="n">{cell}</td>' for cell in cells))
    heads = ["problem", "results", *states, "median points", "of", "answers to read"]
    return table("Problems: how many results are in which state, and points so far.", heads, rows, range(1, len(heads)))


def _rank(state: str) -> tuple[int, str]:
    """States in the order of the grader, unknown ones behind them."""
    return (results.STATES.index(state) if state in results.STATES else len(results.STATES)), state


def _look(works: list[Work]) -> Iterator[str]:
    """Submissions that need a person."""
    yield '<h2 id="look">Submissions to look at</h2>'
    found = to_look_at(work.result for work in works)
    if not found:
        yield "<p>None: everything was graded in full, and no file was damaged.</p>"
        return
    rows = [
        f'<th scope="row">{_whose(look.result)}</th><td>{escape(look.result.problem)}</td>'
        f"<td>{escape('damaged file' if look.result.state == results.GRADED else look.result.state)}</td>"
        f'<td class="long" dir="auto">{harmless.text(look.why)}</td><td class="long">{named(look.result.file)}</td>'
        for look in found
    ]
    heads = ["student", "problem", "state", "why", "file"]
    yield table("Submissions that were not graded in full, and files that were damaged.", heads, rows)


def _whose(result: Result) -> str:
    """A student's number or name, with the roster's name where there is one."""
    name = getattr(result, "name", "")
    return named(result.student) + (f" · {named(name)}" if name and name != result.student else "")


def _late(late: list[dict[str, str]]) -> Iterator[str]:
    """Late marks."""
    if not late:
        return
    yield '<h2 id="late">Late</h2>'
    columns = list(dict.fromkeys(column for row in late for column in row))
    rows = ["".join(f"<td>{named(row.get(column, ''))}</td>" for column in columns) for row in late]
    yield table("Work that came after its deadline, as late.csv beside the results has it.", columns, rows)


def _exercises(problem: str, works: list[Work]) -> Iterator[str]:
    """The distribution of points per exercise."""
    exercises = exercises_of(works)
    if not exercises:
        yield "<p>There are no points for this problem yet.</p>"
        return
    rows = []
    for exercise in exercises:
        question = exercise.question
        kind = "written" if question.by_hand else "code"
        kind += ", optional" if question.optional else ""
        cells = [number(question.points), _percent(exercise.mean), _percent(exercise.full)]
        cells += [str(exercise.unwritten), str(exercise.waiting) if question.by_hand else "–"]
        rows.append(
            f'<th scope="row"><code>{escape(question.name)}</code></th><td>{kind}</td>'
            + "".join(f'<td class="n" data-value="{cell.rstrip(" %")}">{cell}</td>' for cell in cells)
            + f'<td data-value="{exercise.mean or 0:.4f}">{_bars(exercise)}</td>'
        )
    heads = ["exercise or question", "kind", "points", "mean", "all points", "left blank", "to read", "distribution"]
    caption = f"{problem}: points per exercise; the bars are 0, up to ¼, up to ½, up to ¾, less than all, and all."
    yield f"<h3>Points per exercise</h3>\n{table(caption, heads, rows, numbers=(2, 3, 4, 5, 6))}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _bars(exercise: Exercise) -> str:
    """A small histogram, which says its numbers to whoever cannot see it."""
    bins = exercise.bins
    most, words = max(*bins, 1), ", ".join(f"{name}: {count}" for name, count in zip(BINS, bins, strict=True))
    bars = "".join(
        f'<rect x="{20 * place + 2}" y="{30 - height:.1f}" width="16" height="{height:.1f}"/>'
        for place, count in enumerate(bins)
        if (height := 28 * count / most) > 0
    )
    return (
        f'<svg class="bars" viewBox="0 0 120 32" role="img" aria-label="{escape(words)}"><title>{escape(words)}</title>'
        f'<line x1="0" y1="30.5" x2="120" y2="30.5"/>{bars}</svg>'
    )


def _misconceptions(works: list[Work]) -> Iterator[str]:
    """The most common failing properties."""
    found = misconceptions_of(work.result for work in works)
    if not found:
        return
    rows = [
        f'<td class="n">{one.count}</td><td class="n" data-value="{one.count / one.asked:.4f}">'
        f'{_percent(one.count / one.asked)}</td><th scope="row"><code>{escape(one.exercise)}</code></th>'
        f'<td class="long">{marked(one.name)}</td><td class="long">{marked(one.advice)}</td>'
        for one in found[:MOST_ITEMS]
    ]
    rest = len(found) - len(rows)
    more = f" {rest} rarer ones are left out." if rest > 0 else ""
    caption = f"Properties that fail, of those who wrote the exercise, the most common first.{more}"
    heads = ["students", "share", "exercise", "property that fails", "advice that they get"]
    yield f"<h3>Misconceptions</h3>\n{table(caption, heads, rows, numbers=(0, 1))}"


def _students(by_problem: dict[str, list[Work]]) -> Iterator[str]:
    """Points of every student."""
    problems = [name for name in by_problem if name != results.UNKNOWN]
    of: dict[str, dict[str, Work]] = defaultdict(dict)
    for name in problems:
        for work in by_problem[name]:
            of[work.result.student][name] = work
    rows = []
    for student, own in sorted(of.items()):
        whose = _whose(next(iter(own.values())).result)
        total = sum(work.total for work in own.values() if work.result.has_grade)
        cells = "".join(f'<td class="n">{_points(own.get(name))}</td>' for name in problems)
        rows.append(
            f'<th scope="row" data-value="{escape(student)}">{whose}</th>{cells}<td class="n">{number(total)}</td>'
        )
    yield '<h2 id="students">Students</h2>'
    numbers = range(1, len(problems) + 2)
    yield table(
        "Points so far of every student; a state where there are none.", ["student", *problems, "sum"], rows, numbers
    )


def _points(work: Work | None) -> str:
    if work is None:
        return ""
    return number(work.total) if work.result.has_grade else escape(work.result.state)


# Near-identical answers


def likeness(problem: str, works: list[Work], store: Store, course: Course) -> similar.Likeness:
    """Compare the answers to one problem; nothing where its release is not there."""
    try:
        release = read_release(problem, course.root)
    except WorkbookError:
        return similar.Likeness()
    asked = {name_of(cell): cell for cell in release.cells if cell.metadata.get("nbgrader", {}).get("solution")}
    answers: dict[str, dict[str, str]] = {name: {} for name in asked}
    for work in works:
        result = work.result
        for name, cell in _answers(store, result).items():
            if name in asked and cell.cell_type == asked[name].cell_type and edited(cell, asked[name]):
                answers[name][result.student] = _own_lines(cell, asked[name])
    given = {name: [_own_lines(cell, cell), *_model(problem, name, course)] for name, cell in asked.items()}
    return similar.compare(answers, given, [name for name, cell in asked.items() if cell.cell_type == "code"])


def _answers(store: Store, result: Result) -> dict[str, NotebookNode]:
    if not result.has_grade:
        return {}
    try:
        return {name_of(cell): cell for cell in kept_notebook(store.notebook(result.student, result.problem)).cells}
    except (OSError, ValueError):
        return {}


def _own_lines(cell: NotebookNode, released: NotebookNode) -> str:
    """A program as it is; of a written answer the lines that the question did not have."""
    if cell.cell_type == "code":
        return cell.source
    asked = {line.strip() for line in released.source.split("\n")}
    return "\n".join(line for line in cell.source.split("\n") if line.strip() not in asked)


def _model(problem: str, name: str, course: Course) -> list[str]:
    """The model answer; [] where there are no sources here."""
    try:
        source = load(problem, course)
    except (SourceError, WorkbookError, OSError):
        return []
    if name in source.exercises:
        return ["\n".join(line for _, line, _ in by_region(source.exercises[name].code))]
    return []


def _alike(found: similar.Likeness) -> Iterator[str]:
    """Groups of near-identical answers, side by side."""
    compared = sum(found.compared.values())
    if not compared:
        return
    yield f'<h3>Near-identical answers</h3>\n<div class="notice" role="note">{NO_PROOF}</div>'
    usual = "; ".join(f"<code>{escape(name)}</code>: {count}" for name, count in sorted(found.usual.items()))
    usual = f" Answers that much of the class wrote are left out ({usual})." if usual else ""
    yield (
        f"<p>Answers that were compared: {compared}. Comments are dropped and the students' own names numbered; what "
        f"is short, or equal to the model answer, is not compared.{usual} "
        f"Groups of near-identical ones: {len(found.groups)}.</p>"
    )
    yield from _pairs(similar.pairs(found.groups))
    for group in found.groups[:MOST_GROUPS]:
        yield _group(group)
    if len(found.groups) > MOST_GROUPS:
        yield f"<p>{len(found.groups) - MOST_GROUPS} groups that are less alike are left out.</p>"


def _pairs(pairs: Iterable[tuple[tuple[str, str], list[str]]]) -> Iterator[str]:
    """Students who are together more than once."""
    rows = [
        f"<td>{named(one)}</td><td>{named(other)}</td>"
        f'<td class="n">{len(questions)}</td><td class="long">{", ".join(map(escape, questions))}</td>'
        for (one, other), questions in list(pairs)[:MOST_PAIRS]
    ]
    if rows:
        heads = ["one", "another", "answers", "in which exercises"]
        yield table("Students who are together in several groups.", heads, rows, numbers=(2,))


def _group(group: similar.Group) -> str:
    """One group: its answers side by side."""
    percent = "the same but for names and comments" if group.likeness == 1 else f"{100 * group.likeness:.0f} % alike"
    figures = []
    for text, students in group.answers[:MOST_TEXTS]:
        shown = harmless.code(text) if group.code else f'<div class="answer" dir="auto">{harmless.prose(text)}</div>'
        figures.append(f"<figure><figcaption>{', '.join(map(named, students))}</figcaption>{shown}</figure>")
    more = len(group.answers) - len(figures)
    rest = f"<p>{more} more of them are left out.</p>" if more > 0 else ""
    who = f"{len(group.students)} students"
    return (
        f"<details open><summary><code>{escape(group.question)}</code>: {who}, {percent}</summary>\n"
        f'<div class="side">{"".join(figures)}</div>{rest}</details>'
    )
