"""Pictures that prose shows: each has an alternative text, and each expected one is made by one plot cell."""

from __future__ import annotations

import re

from helpers.grading.cells import Cell, Refused

EXPECTED = re.compile(r"(?<![\w/.])expected/(?P<name>[\w-]+)\.png")
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]*)")


def opening_picture(cell: Cell) -> tuple[str, str] | None:
    """The name and the alternative text of the expected picture that a text begins with, or None."""
    for picture in _PICTURE.finditer(cell.source):
        expected = EXPECTED.fullmatch(picture["path"])
        if expected:
            return expected["name"], picture["alt"]
    return None


def refuse_taken_pictures(cells: tuple[Cell, ...]) -> None:
    """Refuse two plot cells that make a picture of one name, whatever its case.

    Raises:
        Refused: The name is another picture's.
    """
    seen: dict[str, Cell] = {}
    for cell in cells:
        name = cell.keys.get("expected", "").lower()
        if name and seen.setdefault(name, cell) is not cell:
            raise Refused(cell.header, f"the picture {name!r} is made in line {seen[name].header} already; rename one.")


def refuse_pictures(cells: tuple[Cell, ...]) -> None:
    """Refuse pictures without an alternative text, and expected ones that no plot cell makes.

    Raises:
        Refused: There is one.
    """
    made = {cell.keys["expected"] for cell in cells if "expected" in cell.keys}
    for cell in cells:
        if cell.kind != "markdown":
            continue
        for row, line in enumerate(cell.source.split("\n")):
            if any(not picture["alt"].strip() for picture in _PICTURE.finditer(line)):
                raise Refused(cell.line + row, "the picture needs an alternative text between the brackets.")
            for picture in EXPECTED.finditer(line):
                if picture["name"] not in made:
                    raise Refused(
                        cell.line + row, f'{picture[0]} is made by no plot cell; give one expected="{picture["name"]}".'
                    )
