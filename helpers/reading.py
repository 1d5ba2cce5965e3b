"""What can be read of a file that was handed in: plain cells, from whole notebooks and from damaged ones.

Outputs and widgets' state are dropped before the file is parsed, and pictures outside answers while it is, since they
may be a thousand times larger than what was written. Of metadata only what names cells is kept, and only where it has
the types that it should have. What is read is text for people and for the doctor: nothing of it is ever executed.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from contextlib import suppress
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.bulk import NotPlain, without_bulk
from helpers.errors import WorkbookError

MAX_CELLS = 2_000  # a problem has a tenth of them
_PATIENCE = 10_000  # with one damaged file: what is no cell costs one, what cannot be read, maybe to the end, a hundred
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16's, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLANK = " \t\r\n\0"
_BETWEEN = re.compile(r"[ \t\r\n\0,]*")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_CELLS = re.compile(r'"cells"\s*:\s*\[')
# within a JSON string the quote after the brace would be escaped, so this finds the beginnings of objects only
_CELL = re.compile(r'\{\s*"(?:attachments|cell_type|execution_count|id|metadata|outputs|source)"\s*:')
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TYPES = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown", "html": "markdown"}
_GRADING_DATA = {
    "grade_id": str,
    "grade": bool,
    "solution": bool,
    "locked": bool,
    "task": bool,
    "points": (int, float),
    "schema_version": int,
    "checksum": str,
    "cell_type": str,
}


def read(content: bytes, name: str) -> tuple[NotebookNode, list[str]]:
    """What can be read of a file: plain cells without outputs, and a sentence for each thing that was put right.

    Raises:
        WorkbookError: It is no notebook.
    """
    try:
        document, sentences = _document(content)
        cells = _cells(document, sentences)
    except _NoNotebook as reason:
        raise WorkbookError(
            f"{shown(name)} is no whole notebook ({reason}); go back to an earlier copy of it."
        ) from None
    metadata = document.get("metadata")
    return notebook_of(cells, _about(metadata if isinstance(metadata, dict) else {})), sentences


def notebook_of(cells: list[NotebookNode], metadata: dict[str, Any]) -> NotebookNode:
    """A notebook of cells that may lack ids, which nbformat's own function refuses."""
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


class _NoNotebook(Exception):
    """Why a file is no notebook, in a few words."""


def _document(content: bytes) -> tuple[dict[str, Any], list[str]]:
    """The file's one JSON object, less what is dropped while it is parsed."""
    with suppress(NotPlain):  # then they are dropped while the file is parsed, one at a time
        content = without_bulk([content])
    text, whole, sentences = _text(content)
    start = len(text) - len(text.lstrip(_BLANK))
    if start == len(text) and whole:
        raise _NoNotebook("it is empty")
    if text[start : start + 1] != "{":
        raise _NoNotebook(_conflict(text) or "it is no JSON object, as notebooks are")
    try:
        document, end = _DECODER.raw_decode(text, start)
    except RecursionError:
        raise _NoNotebook("it is nested too deeply") from None
    except ValueError:
        if _conflict(text):
            raise _NoNotebook(_conflict(text)) from None
        if not whole:
            raise _NoNotebook("it is not UTF-8 text, as notebooks are") from None
        document, sentence = _salvaged(text, start)
        return document, [*sentences, sentence]
    if not whole or text[end:].strip(_BLANK[:-1]):
        sentences.append("There was something after the end of the notebook; it was dropped.")
    return document, sentences


def _text(content: bytes) -> tuple[str, bool, list[str]]:
    """The file's text, whether that is all of it or what is before a letter that cannot be read, and sentences."""
    mark, encoding = next((pair for pair in _BYTE_ORDER_MARKS if content.startswith(pair[0])), (b"", "utf-8"))
    sentences = []
    if mark:
        content = content[len(mark) :]
        kind = "UTF-8 with a byte-order mark" if encoding == "utf-8" else encoding[:6].upper()
        sentences.append(f"The file was stored as {kind} and is read as such.")
    try:
        return content.decode(encoding), True, sentences
    except UnicodeDecodeError as error:
        cut = 0 < error.start > len(content) - 4  # within the last letter
        return content[: error.start].decode(encoding), cut, sentences


def _conflict(text: str) -> str:
    """What is wrong where git left its marks; "" where it left none."""
    return "it holds a git merge conflict, of which one side is to be chosen" if _CONFLICT.search(text) else ""


def _lighter(item: dict[str, Any]) -> dict[str, Any] | None:
    """A JSON object without what is large and no answer; called while parsing, so that one output at a time is held."""
    if "output_type" in item and "cells" not in item:
        return None
    item.pop("outputs", None)
    item.pop("widgets", None)
    if "attachments" in item and not _is_answer(item):
        del item["attachments"]
    return item


def _is_answer(item: dict[str, Any]) -> bool:
    """Whether an object is the cell of an exercise or a question; pictures in an answer belong to it."""
    metadata = item.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return isinstance(graded, dict) and graded.get("solution") is True


def _whole_number(digits: str) -> int:
    return int(digits) if len(digits) < 20 else 0  # Python refuses very long ones, and nothing here means one


_DECODER = json.JSONDecoder(object_hook=_lighter, parse_int=_whole_number, strict=False)


def _salvaged(text: str, start: int) -> tuple[dict[str, Any], str]:
    """The cells that are whole in a text that is not, one by one, and a sentence on what is lost."""
    begin = _CELLS.search(text, start)
    position, cells = begin.end() if begin else len(text), []
    spent = resumed = 0
    closed = False
    while spent < _PATIENCE and len(cells) <= MAX_CELLS:
        position = _BETWEEN.match(text, position).end()
        closed = text[position : position + 1] == "]" and not spent
        if closed or position >= len(text):
            break
        try:
            cell, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            spent += 100
            following = _CELL.search(text, position + 1)
            if following is None:
                break
            position = following.start()
            continue
        if isinstance(cell, dict) and "source" in cell:  # grading data have a cell_type too
            cells.append(cell)
            resumed += spent > 0
        else:
            spent += 1
    if not cells:
        raise _NoNotebook("it is cut off or damaged before its first cell ends")
    read = f"{len(cells)} cell{'s were' if len(cells) > 1 else ' was'} read"
    if closed:
        return {"cells": cells}, f"The file is cut off after its cells; {read}, and nothing of them is lost."
    if resumed:
        return {"cells": cells}, f"The file is damaged in the middle; {read}, and what stood between them is lost."
    return {"cells": cells}, f"The file is cut off or damaged; {read}, and what came after them is lost."


def _cells(document: dict[str, Any], sentences: list[str]) -> list[NotebookNode]:
    """The document's cells as version 4.5 knows them; versions before 4 keep them in worksheets."""
    items = document.get("cells")
    if not isinstance(items, list):
        sheets = document.get("worksheets")
        sheets = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        items = [item for sheet in sheets if isinstance(sheet, list) for item in sheet] if sheets else None
    if items is None:
        raise _NoNotebook("it holds no cells")
    if len(items) > MAX_CELLS:
        raise _NoNotebook(f"it holds {len(items)} cells, and {MAX_CELLS} at most are read")
    cells, lost, halves = [], [], []
    for number, item in enumerate(items, 1):
        source = _source(item)
        if source is None:
            lost.append(number)
            continue
        if _SURROGATE.search(source):
            halves.append(number)
            source = _SURROGATE.sub("\ufffd", source)
        cells.append(_plain(item, source))
    if items and not cells:
        raise _NoNotebook("none of its cells can be read")
    if lost:
        sentences.append(f"{_places(lost)} had no text that can be read; what was there is lost.")
    if halves:
        sentences.append(f"{_places(halves)} had half letters, which no file can hold; \ufffd stands for each.")
    return cells


def _source(item: Any) -> str | None:
    """A cell's text; None where there is none."""
    source = item.get("source", item.get("input")) if isinstance(item, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _plain(item: dict[str, Any], source: str) -> NotebookNode:
    """A cell with its type, source, id, tags and grading data, as far as they are what they should be."""
    kind = item.get("cell_type")
    kind = _TYPES.get(kind, "raw") if isinstance(kind, str) else "raw"
    metadata = item.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    kept: dict[str, Any] = {}
    if graded := _grading_data(metadata.get("nbgrader")):
        kept["nbgrader"] = graded
    if tags := _strings(metadata.get("tags")):
        kept["tags"] = tags
    known = item.get("id")
    known = known if isinstance(known, str) and _ID.fullmatch(known) else ""
    cell = {"cell_type": kind, "id": known, "metadata": kept, "source": source}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    elif attachments := _attachments(item.get("attachments")):
        cell["attachments"] = attachments
    return nbformat.from_dict(cell)


def _grading_data(data: Any) -> dict[str, Any]:
    """What of nbgrader's metadata has the right types; nothing at all where that names no cell."""
    data = data if isinstance(data, dict) else {}
    kept = {key: data[key] for key, kind in _GRADING_DATA.items() if key in data and isinstance(data[key], kind)}
    if isinstance(kept.get("points"), bool) or not math.isfinite(kept.get("points", 0)):
        del kept["points"]
    return kept if kept.get("grade_id") and all(_is_text(value) for value in kept.values()) else {}


def _is_text(value: Any) -> bool:
    """Whether a value, if it is a string, can be written into a file."""
    return not isinstance(value, str) or value.isascii() or not _SURROGATE.search(value)


def _strings(values: Any) -> list[str]:
    """The strings of a list, once each, as tags must be."""
    values = values if isinstance(values, list) else []
    return list(dict.fromkeys(v for v in values if isinstance(v, str) and v and "," not in v and _is_text(v)))


def _attachments(data: Any) -> dict[str, dict[str, str]]:
    """The pictures that are what pictures should be."""
    pictures = data.items() if isinstance(data, dict) else ()
    return {
        name: bundle
        for name, bundle in pictures
        if isinstance(bundle, dict) and all(isinstance(value, str) for value in bundle.values())
        if all(map(_is_text, [name, *bundle, *bundle.values()]))
    }


def _about(metadata: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What the notebook's metadata say of its problem, its kernel, and the Python that it was written with."""
    about = {}
    for key in ("workbook", "kernelspec", "language_info"):
        value = metadata.get(key)
        if isinstance(value, dict):
            about[key] = {name: text for name, text in value.items() if isinstance(text, str)}
    return about


def _places(numbers: list[int]) -> str:
    """Cells by their numbers, the first ten of them: "Cell 3", "Cells 3, 5"."""
    listed = ", ".join(map(str, numbers[:10])) + (" and more" if len(numbers) > 10 else "")
    return f"Cell{'s' * (len(numbers) > 1)} {listed}"


def shown(name: str) -> str:
    """A name that a student chose, short, on one line, and printable everywhere."""
    letters = (letter if letter.isprintable() else " " for letter in name)
    text = " ".join("".join(letters).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
