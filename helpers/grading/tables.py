"""Tables that spreadsheets open: what graded work, and what was handed in, comes to in rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.grading.results import Result

COLUMNS = ("student", "name", "problem", "question", "earned", "points", "by hand", "state", "sandbox", "advice")
HANDED_IN_COLUMNS = ("student", "name", "problem", "file", "handed in", "marked late", "counts", "state")
_APART = re.compile(r'[,;"\t\r\n]')
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_of(results: Iterable[Result]) -> str:
    """A row per question of every submission; one row with the state where there are no questions."""
    return table_of(COLUMNS, (row for result in results for row in rows_of(result)))


def rows_of(result: Result) -> Iterator[tuple[str, ...]]:
    """A row per question; one with the state where there is no grade."""
    whose, about = (result.student, result.name, result.problem), (result.state, result.sandbox)
    if not result.has_grade:
        yield (*whose, "", "", "", "", *about, result.detail)
        return
    for question in result.questions:
        earned = "" if question.earned is None else f"{question.earned:g}"
        by_hand = "yes" if question.by_hand else ""
        yield (*whose, question.name, earned, f"{question.points:g}", by_hand, *about, question.advice)


def handed_in_rows_of(result: Result) -> Iterator[tuple[str, ...]]:
    """A row per file that was handed in: the one that counts, then those that it replaces."""
    whose = (result.student, result.name, result.problem)
    late = "yes" if result.marked_late else ""
    yield (*whose, result.file, result.submitted, late, "yes" if result.file else "", result.state)
    for one in result.earlier:
        yield (*whose, one.file, one.submitted, "", "replaced by a later one", "")


def table_of(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A CSV in which no spreadsheet takes a field, or a part of one, for a formula.

    Students choose their names, and their code writes messages. Where a spreadsheet expects semicolons between fields,
    as in many languages, a field with one of its own would come apart and its second half be a formula after all: so
    it is in quotes.
    """
    return "".join(",".join(map(_field, row)) + "\n" for row in (columns, *rows))


def _field(text: str) -> str:
    text = f"'{text}" if text.startswith(_FORMULA) else text
    if not _APART.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
