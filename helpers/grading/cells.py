"""The cells of a source: what each is for, as the short keys of its header say, and where it stands in the file.

A header, by the role of its cell:

# %% [markdown] title="PixelCNN" reading=25 machine=4      the opening: minutes of reading and of machine time; with
#                                                          figures="test_nats seconds" the README shows those alone
# %% tags=["parameters"]                                   papermill's parameters, editable by students
# %% tags=["setup"]                                        given code, locked, run by the grader
# %% exercise="causal_mask" points=4 minutes=6 lines=3     code with solution regions; optional=true if it is
# %% [markdown] hints="causal_mask"                        a list of three: a nudge, the approach, almost the line
# %% check="causal_mask"                                   checks.pixelcnn.causal_mask(causal_mask)
# %% [markdown] answer="blind_spot" points=3 minutes=5     a question, and below it its model answer in a region
# %% tags=["train"] and tags=["plot"]                      not run by the grader; a plot may have expected="NAME"
# %% [markdown]                                            prose; students write where tags=["notes"]
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from helpers.grading.regions import CODE_STUB, TEXT_STUB, by_region, cut

# Which keys a cell's header may carry, by the cell's role; those in the first set must be there.
_KEYS = {
    "title": ({"title", "reading", "machine"}, {"figures"}),
    "prose": (set(), set()),
    "notes": ({"tags"}, set()),
    "hints": ({"hints"}, set()),
    "answer": ({"answer", "points", "minutes"}, {"optional"}),
    "parameters": ({"tags"}, set()),
    "setup": ({"tags"}, set()),
    "train": ({"tags"}, set()),
    "plot": ({"tags"}, {"expected"}),
    "exercise": ({"exercise", "points", "minutes", "lines"}, {"optional"}),
    "check": ({"check"}, set()),
}
_CODE_TAGS = ("parameters", "setup", "train", "plot")
_JUPYTEXTS_OWN = ("lines_to_next_cell", "cell_marker", "region")
_MARKER = re.compile(r"\s*#\s*%%(%*)(\s|$)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,48}")


class Refused(Exception):
    """A line number and a sentence, before the file's name is known."""


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    Attributes:
        kind: "code" or "markdown".
        role: What it is for: "title", "parameters", "setup", "exercise", "hints", "check", "answer", "train", "plot",
            "prose" or "notes".
        source: The text as it stands in a notebook.
        script: The text as it stands in the file (where markdown and magics are comments).
        header: The number of the header's line in the file.
        line: The number of the text's first line in the file.
        keys: The keys of the header.
    """

    kind: str
    role: str
    source: str
    script: str
    header: int
    line: int
    keys: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The exercise or question that the cell belongs to, or ""."""
        return self.keys.get(self.role, "") if self.role in ("exercise", "check", "hints", "answer") else ""

    @property
    def graded(self) -> bool:
        """Whether the cell holds a solution that students write themselves."""
        return self.role in ("exercise", "answer")

    def visible(self) -> str:
        """What students see of the cell: the stub in place of each solution region."""
        return cut(self.source, CODE_STUB if self.kind == "code" else TEXT_STUB)

    def hidden(self) -> list[tuple[int, str]]:
        """The lines of the solution regions, with their numbers in the file."""
        return [(self.line + row, text) for row, text, inside in by_region(self.source) if inside]


def cells_of(text: str) -> tuple[Cell, ...]:
    """Split a source into cells, each with its role and place.

    Raises:
        Refused: There is no cell, text outside of cells, or a header that says nothing sensible.
    """
    lines = text.splitlines()
    markers = [row for row, line in enumerate(lines) if _MARKER.match(line)]
    if not markers:
        raise Refused(1, "there is no cell; begin each one with a line # %%.")
    for row in markers:
        _verify_readable(lines[row], row)
    notebook = _read(text, Refused(1, "the lines between # --- cannot be read; copy them from another source."))
    before = len(notebook.cells) - len(markers)
    if before == 1:
        row = next(row for row, line in enumerate(lines) if line.strip())
        raise Refused(row + 1, "there is text before the first cell; put it into a cell that begins with # %%.")
    if before:
        raise Refused(
            markers[0] + 1, "a line that begins like a cell (# %%) stands inside a string or a fenced block; reword it."
        )
    return tuple(_cell(lines, row, cell, row == markers[0]) for row, cell in zip(markers, notebook.cells, strict=True))


def _verify_readable(header: str, row: int) -> None:
    """Refuse a header that jupytext or nbformat cannot take, which they would say with a traceback."""
    _read(f"{header}\n", Refused(row + 1, 'this header cannot be read; tags are a list, such as tags=["setup"].'))


def _read(text: str, refusal: Refused) -> Any:
    """The notebook that jupytext reads, or a refusal."""
    import jupytext  # late: a run that grades needs none of it, and it brings a web server

    try:
        return jupytext.reads(text, fmt="py:percent")
    except Exception:  # each reader has exceptions of its own
        raise refusal from None


def _cell(lines: list[str], row: int, cell: Any, first: bool) -> Cell:
    """Make a cell from what jupytext read behind the marker in `row`."""
    header = row + 1
    keys = {key: value for key, value in cell.metadata.items() if key not in _JUPYTEXTS_OWN}
    if "incorrectly_encoded_metadata" in keys:
        raise Refused(header, 'the header cannot be read; write its keys as name="text" points=4 tags=["setup"].')
    if cell.cell_type not in ("code", "markdown"):
        raise Refused(header, f"a {cell.cell_type} cell has no use here; make it markdown or code.")
    role = _role(cell.cell_type, keys, header, first)
    _verify_keys(role, keys, header)
    _verify_values(keys, header)
    source = cell.source.strip("\n")
    if not source.strip():
        raise Refused(header, "the cell is empty; fill it or remove it.")
    start = row + 1
    while not lines[start].strip():
        start += 1
    script = "\n".join(lines[start : start + source.count("\n") + 1])
    return Cell(cell.cell_type, role, source, script, header, start + 1, MappingProxyType(keys))


def _role(kind: str, keys: Mapping[str, Any], line: int, first: bool) -> str:
    """What a cell is for, from the keys of its header."""
    named = _roles_of_markdown(keys, line, first) if kind == "markdown" else _roles_of_code(keys, line)
    if len(named) > 1:
        raise Refused(line, f"the cell is both {named[0]} and {named[1]}; split it.")
    if named:
        return named[0]
    if kind == "code":
        _refuse_without_role(keys, line)
    return "prose"


def _roles_of_markdown(keys: Mapping[str, Any], line: int, first: bool) -> list[str]:
    tags = keys.get("tags", [])
    if "tags" in keys and tags != ["notes"]:
        raise Refused(line, f'a markdown cell may have tags=["notes"] only, and not {tags}.')
    named = [role for role in ("hints", "answer") if role in keys]
    return named + (["notes"] if tags else []) + (["title"] if first else [])


def _roles_of_code(keys: Mapping[str, Any], line: int) -> list[str]:
    tags = keys.get("tags", [])
    unknown = [tag for tag in tags if tag not in _CODE_TAGS]
    if unknown:
        raise Refused(line, f"the tag {unknown[0]!r} is unknown; the tags of code are {', '.join(_CODE_TAGS)}.")
    return [*(role for role in ("exercise", "check") if role in keys), *tags]


def _refuse_without_role(keys: Mapping[str, Any], line: int) -> None:
    """A code cell names no role: most likely a key is misspelled, or there is none."""
    known = sorted(set().union(*(required | allowed for required, allowed in _KEYS.values())))
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise Refused(line, f"the key {unknown[0]!r} is unknown; the keys are {', '.join(known)}.")
    tags = ", ".join(f'["{tag}"]' for tag in _CODE_TAGS)
    raise Refused(line, f'a code cell needs a role: exercise="NAME", check="NAME" or one of the tags {tags}.')


def _verify_keys(role: str, keys: Mapping[str, Any], line: int) -> None:
    """Refuse keys that are unknown to the role, or missing."""
    required, allowed = _KEYS[role]
    unknown = [key for key in keys if key not in required | allowed]
    if unknown:
        may = ", ".join(sorted(required | allowed)) or "no keys"
        kind = "prose" if role == "prose" else f"a cell of the kind {role}"
        raise Refused(line, f"the key {unknown[0]!r} is unknown here; {kind} takes {may}.")
    missing = sorted(required - set(keys))
    if missing:
        what = f"{role} {keys[role]!r}" if role in keys else f"{role} cell"
        raise Refused(line, f"the {what} lacks {missing[0]}; add {missing[0]}=… to the header.")


def _verify_values(keys: Mapping[str, Any], line: int) -> None:
    """Refuse keys of no sensible value."""
    for key in ("points", "minutes", "lines"):
        if key in keys and not _positive(keys[key], whole=key == "lines"):
            number = "whole number" if key == "lines" else "number"
            raise Refused(line, f"{key} must be a positive {number}, and not {keys[key]!r}.")
    for key in ("reading", "machine"):
        if key in keys and not (keys[key] == 0 or _positive(keys[key])):
            raise Refused(line, f"{key} must be a number of minutes, and not {keys[key]!r}.")
    if "figures" in keys and not all(map(_NAME.fullmatch, str(keys["figures"]).split() or [""])):
        raise Refused(line, f"figures must be names of recorded figures with spaces between, not {keys['figures']!r}.")
    if not isinstance(keys.get("optional", False), bool):
        raise Refused(line, f"optional must be true or false, and not {keys['optional']!r}.")
    for key in ("exercise", "check", "hints", "answer", "expected"):
        if key in keys and not (isinstance(keys[key], str) and _NAME.fullmatch(keys[key])):
            raise Refused(
                line, f"{key} must be a name of at most 49 letters, digits and underscores, and not {keys[key]!r}."
            )


def _positive(value: Any, whole: bool = False) -> bool:
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    return number and 0 < value < math.inf
