"""Feedback: a page per student and problem, and an index per student, to be handed out as they are.

    build/feedback/<student>/<problem>.html    points, what fails with its advice, the student's own work and outputs
    build/feedback/<student>/index.html        the student's problems

A page holds what is the student's, what a student may be told (`told`), and what a person gave in the gradebook. All
that a student wrote is made harmless (`harmless`); nothing is asked of the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from helpers.checks.report import Item, marked, with_code
from helpers.grading.marks import Mark, Marks
from helpers.grading.outputs import is_check, kept_notebook
from helpers.grading.reports import harmless, told
from helpers.grading.reports.page import named, number, page, table, write_page
from helpers.grading.results import NOT_ANSWERED, Question, Result, Store
from helpers.student import name_of


@dataclass(frozen=True)
class Work:
    """One submission as its page shows it.

    Attributes:
        result: What grading found.
        marks: What a person gave, by exercise or question.
        cells: The student's cells by name; empty where the notebook is not kept.
    """

    result: Result
    marks: dict[str, Mark] = field(default_factory=dict)
    cells: dict[str, NotebookNode] = field(default_factory=dict)

    def points(self, question: Question) -> float | None:
        """The points of an exercise or question, a person's before the automatic ones; None while nobody gave any."""
        mark = self.marks.get(question.name, Mark())
        if mark.points is not None:
            return mark.points + mark.extra
        if question.by_hand and question.trouble == NOT_ANSWERED:
            return mark.extra
        return None if question.earned is None else question.earned + mark.extra

    @property
    def total(self) -> float:
        """All points given so far."""
        return round(sum(self.points(question) or 0.0 for question in self.result.questions), 4)

    @property
    def most(self) -> float:
        """All points there are."""
        return sum(question.points for question in self.result.questions)

    @property
    def waiting(self) -> list[Question]:
        """The written answers that nobody gave points for."""
        return [question for question in self.result.questions if self.points(question) is None]


def write_feedback(
    store: Store,
    folder: Path,
    marks: Marks,
    student: str | None = None,
    problem: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Path]:
    """Write the pages of all results, or of one student's or one problem's; returns the pages of submissions.

    Args:
        store: The results.
        folder: Where the pages go, usually build/feedback.
        marks: What persons gave.
        student: Only this student's.
        problem: Only this problem's.
        progress: Called with the number of pages written.

    Raises:
        WorkbookError: There is no such result, or a page cannot be written.
    """
    chosen, folders = store.chosen(student, problem)
    written, by_student = [], defaultdict(list)
    for result in chosen:
        work = Work(result, marks.get((result.student, result.problem), {}), _cells(store, result))
        path = _page(folder, folders, result)
        write_page(path, submission_page(work))
        written.append(path)
        progress(len(written))
    students = {result.student for result in chosen}
    for result in store.all() if problem else chosen:
        if result.student in students and _page(folder, folders, result).is_file():
            by_student[result.student].append(Work(result, marks.get((result.student, result.problem), {})))
    for whose, own in by_student.items():
        write_page(folder / folders[whose] / "index.html", index_page(whose, own))
    return written


def _page(folder: Path, folders: dict[str, str], result: Result) -> Path:
    return folder / folders[result.student] / f"{result.problem}.html"


def _cells(store: Store, result: Result) -> dict[str, NotebookNode]:
    """The cells of the notebook that was graded, by name; {} where it is not kept."""
    try:
        notebook = kept_notebook(store.notebook(result.student, result.problem))
        return {name_of(cell): cell for cell in notebook.cells}
    except (OSError, ValueError):
        return {}


# The index of a student


def index_page(student: str, works: list[Work]) -> str:
    """A student's problems with their points."""
    rows = [
        f'<th scope="row"><a href="{quote(work.result.problem)}.html">{escape(work.result.problem)}</a></th>'
        f'<td class="n">{number(work.total) if work.result.has_grade else "–"}</td>'
        f'<td class="n">{number(work.most) if work.result.has_grade else "–"}</td><td>{_standing(work)}</td>'
        for work in works
    ]
    shown = table(
        "Your problems. The points are those given so far.", ["problem", "points", "of", "state"], rows, (1, 2)
    )
    return page(f"Feedback for {student}", f"<main>\n<h1>Feedback for {named(student)}</h1>\n{shown}\n</main>")


def _standing(work: Work) -> str:
    """A few words on where a submission stands."""
    if not work.result.has_grade:
        return escape(work.result.state)
    waiting = len(work.waiting)
    return f"{waiting} written answer{'s' * (waiting != 1)} to be read" if waiting else "complete"


# The page of a submission


def submission_page(work: Work) -> str:
    """The page of one submission."""
    result = work.result
    parts = [
        '<a class="skip" href="#first">To the exercises</a>',
        "<main>",
        '<nav aria-label="All problems"><a href="index.html">All your problems</a></nav>',
        f"<h1>{escape(result.problem)}</h1>",
        f'<p>Feedback for {named(result.student)} <span class="quiet">· graded {escape(result.date[:10])}</span></p>',
        *_about(work),
    ]
    if result.has_grade:
        parts += [
            _overview(work),
            '<div id="first"></div>',
            *(_section(work, question) for question in result.questions),
        ]
        parts += _others(work)
    return page(f"{result.problem}: feedback for {result.student}", "\n".join([*parts, "</main>"]))


def _about(work: Work) -> Iterator[str]:
    """Points, state and repairs."""
    result, waiting = work.result, work.waiting
    if result.has_grade:
        rest = ""
        if waiting:
            open_points = sum(question.points for question in waiting)
            rest = f" Written answers for {number(open_points)} points wait for a person to read them."
        yield f"<p><strong>{number(work.total)} of {number(work.most)} points so far.</strong>{rest}</p>"
    if state := told.of_state(result):
        shown = f"<strong>{escape(result.state)}</strong>: {_said(state)}"
        yield f'<div class="notice" role="note" dir="auto">{shown}</div>'
    if result.repairs:
        repairs = "".join(f'<li dir="auto">{_said(repair)}</li>' for repair in result.repairs)
        yield f"<details open><summary>What was noticed about your file</summary><ul>{repairs}</ul></details>"


def _said(sentence: str) -> str:
    return harmless.text(sentence)


def _overview(work: Work) -> str:
    """Points per exercise and question."""
    rows = []
    for question in work.result.questions:
        name = f"<code>{escape(question.name)}</code>" + (" (optional)" if question.optional else "")
        rows.append(
            f'<th scope="row"><a href="#{escape(question.name)}">{name}</a></th>'
            f'<td class="n">{number(work.points(question))}</td><td class="n">{number(question.points)}</td>'
            f"<td>{_verdict(work, question)}</td>"
        )
    heads = ["exercise or question", "points", "of", "what was found"]
    return table("Points of each exercise and written question.", heads, rows, (1, 2))


def _verdict(work: Work, question: Question) -> str:
    """A few words on an exercise or question, with a sign that does not rest on colour."""
    mark = work.marks.get(question.name, Mark())
    if question.by_hand:
        if question.trouble == NOT_ANSWERED and mark.points is None:
            return '<span class="bad">✗ not answered</span>'
        if mark.points is None:
            return '<span class="wait">… a person still has to read it</span>'
        again = " · to be looked at again" if mark.waits else ""
        return f'<span class="good">✓ read by a person</span>{again}'
    holding, asked = sum(item.passed for item in question.items), len(question.items)
    by_person = " · points given by a person" if mark.points is not None else ""
    if not asked:
        return f'<span class="bad">✗ could not be asked</span>{by_person}'
    kind, sign = ("good", "✓") if holding == asked else ("bad", "✗")
    found = "every property holds" if holding == asked else f"{holding} of {asked} properties hold"
    return f'<span class="{kind}">{sign} {found}</span>{by_person}'


def _section(work: Work, question: Question) -> str:
    """One exercise or question: points, what fails, the student's work, what a person wrote."""
    given = work.points(question)
    points = f"{number(question.points)} points"
    points = f"{points}, open" if given is None else f"{number(given)} of {points}"
    parts = [
        f'<section aria-labelledby="{escape(question.name)}">',
        f'<h2 id="{escape(question.name)}"><code>{escape(question.name)}</code> '
        f'<span class="quiet">· {points}</span></h2>',
        f"<p>{_verdict(work, question)}</p>",
    ]
    if not question.by_hand:
        parts += _items(question)
    mark = work.marks.get(question.name, Mark())
    if mark.extra:
        parts.append(f"<p>Extra credit: {number(mark.extra)} points, which are among those above.</p>")
    if mark.comment:
        parts.append(f'<h3>Comment</h3>\n<div class="comment" dir="auto">{harmless.text(mark.comment)}</div>')
    parts += _own_work(work.cells.get(question.name), question.name)
    return "\n".join([*parts, "</section>"])


def _items(question: Question) -> Iterator[str]:
    """What fails, with advice; what holds, folded."""
    trouble, items = told.of_question(question)
    if trouble:
        yield f'<div class="notice" role="note">{with_code(_said(trouble))}</div>'
    failed = [item for item in items if not item.passed]
    if failed:
        yield '<ul class="items">' + "".join(map(_failing, failed)) + "</ul>"
    holding = [item for item in items if item.passed]
    if holding:
        names = "".join(f'<li class="holds" dir="auto">✓ {marked(item.name)}</li>' for item in holding)
        noun = "property holds" if len(holding) == 1 else "properties hold"
        yield f'<details><summary>{len(holding)} {noun}</summary><ul class="items">{names}</ul></details>'


def _failing(item: Item) -> str:
    """One property that fails."""
    lines = "".join(f"<div>{with_code(_said(line))}</div>" for line in (item.reason, item.advice) if line)
    free = "<div>This costs no points.</div>" if item.remark else ""
    name = f'<span class="bad">✗</span> <strong>{marked(item.name)}</strong>'
    return f'<li class="fails" dir="auto">{name}{lines}{free}</li>'


def _own_work(cell: NotebookNode | None, name: str) -> Iterator[str]:
    """The student's answer, and what its cell showed."""
    if cell is None:
        return
    if cell.cell_type == "code":
        yield f"<h3>Your code</h3>\n{harmless.code(cell.source)}"
    else:
        answer = harmless.prose(cell.source, harmless.pictures_of(cell))
        yield f'<h3>Your answer</h3>\n<div class="answer" dir="auto">{answer}</div>'
    if shown := harmless.outputs(cell, f"the output of {name}"):
        yield f"<h3>What your run showed</h3>\n{shown}"


def _others(work: Work) -> list[str]:
    """What the cells without a check showed: training, plots and the student's own."""
    graded = {question.name for question in work.result.questions}
    parts = []
    for name, cell in work.cells.items():
        if name in graded or is_check(cell) or cell.cell_type != "code":
            continue
        if shown := harmless.outputs(cell, "your run"):
            source = f"<details><summary>The cell's code</summary>{harmless.code(cell.source)}</details>"
            parts.append(f'<section aria-label="outputs of one cell">{shown}\n{source}</section>')
    return ["<h2>What else your run showed</h2>", *parts] if parts else []
