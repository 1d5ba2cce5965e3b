"""Solution regions: the lines between two marks, which nbgrader replaces by a stub in the student's notebook."""

from __future__ import annotations

from collections.abc import Iterator

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


def by_region(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each line that is no mark, with its row (from 0) and whether it stands in a solution region."""
    inside = False
    for row, line in enumerate(text.split("\n")):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        else:
            yield row, line, inside


def cut(text: str, stub: str) -> str:
    """Replace each solution region as nbgrader does: by the stub, at the indentation of the region's first line."""
    kept, inside = [], False
    for line in text.split("\n"):
        if line.strip() == BEGIN:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + row for row in stub.split("\n")]
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)
