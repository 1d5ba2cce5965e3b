"""What a student's own run showed: the outputs of a handed-in notebook, cut to what a page can carry.

Grading drops outputs before it reads a notebook, since they may be a thousand times larger than what was written. Here
they are read once more, each cut while the file is parsed, and put into the notebook that is kept: for feedback and for
whoever marks by hand. They are the student's claims; nothing is graded by them, and whoever shows them has to make them
harmless (`helpers.grading.reports.harmless`). The outputs of checks are left out: the official ones take their place.
"""

from __future__ import annotations

import codecs
import copy
import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import reads_json

from helpers.student import is_named, kind_of, name_of

BUDGET = 4_000_000  # letters of all outputs of one notebook
PICTURE = 1_500_000  # letters of one picture, as base64
MARKUP = 200_000  # letters of one table or formula
PRINTED = 20_000  # letters of printed text
TRACE = 500  # letters of an exception's message
OUTPUTS = 2_000  # of one notebook
ROOM = {"image/png": PICTURE, "image/jpeg": PICTURE, "image/svg+xml": MARKUP, "text/html": MARKUP}
ROOM |= {"text/latex": MARKUP, "text/plain": PRINTED}


def kept_notebook(path: Path) -> NotebookNode:
    """Read a notebook that grading kept, without the tenth of a second of validating it.

    Raises:
        OSError: It is not there.
        ValueError: It is none.
    """
    try:
        return reads_json(path.read_text(encoding="utf-8"))
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} is no notebook") from error


def with_outputs(notebook: NotebookNode, content: bytes) -> NotebookNode:
    """The whole notebook with the outputs that its cells have in the file that was handed in.

    Args:
        notebook: What the doctor made of the file; it is not changed.
        content: The file.
    """
    found = outputs_of(content)
    if not found:
        return notebook
    whole = copy.copy(notebook)
    whole.cells = [_shown(cell, found) for cell in notebook.cells]
    return whole


def _shown(cell: NotebookNode, found: dict[tuple[str, str], list[dict]]) -> NotebookNode:
    """A cell with its outputs, where it is still what was run."""
    if cell.cell_type != "code" or is_check(cell):
        return cell
    outputs = found.get((name_of(cell), cell.source.strip())) or found.get(("", cell.source.strip()))
    if not outputs:
        return cell
    shown = copy.copy(cell)
    shown.outputs = from_dict(outputs)
    return shown


def is_check(cell: NotebookNode) -> bool:
    """Whether a cell calls a check."""
    return is_named(cell) and kind_of(cell) == "check"


def outputs_of(content: bytes) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The outputs of a notebook's code cells by name and source, and by "" and source; {} where it cannot be read."""
    text = content.decode("utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8", "replace")
    decoder = json.JSONDecoder(object_hook=_Cutter(), parse_int=_whole_number, strict=False)
    try:
        document, _ = decoder.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError):
        return {}
    cells = document.get("cells") if isinstance(document, dict) else None
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, dict) or not isinstance(cell.get("outputs"), list):
            continue
        outputs = [output for output in cell["outputs"] if isinstance(output, dict) and output]
        source = _text(cell.get("source")).strip()
        if outputs and source:
            found.setdefault(("", source), outputs)
            found[_name_in(cell), source] = outputs
    return found


def _name_in(cell: dict[str, Any]) -> str:
    """A raw cell's grade id, or its id."""
    metadata = cell.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = graded.get("grade_id") if isinstance(graded, dict) else None
    name = name or cell.get("id")
    return name if isinstance(name, str) else ""


def _whole_number(digits: str) -> int:
    return int(digits) if len(digits) < 20 else 0


class _Cutter:
    """Cuts every output as soon as it is parsed, and drops what comes when the budget is spent."""

    def __init__(self):
        """Begin with the whole budget."""
        self.left, self.outputs = BUDGET, OUTPUTS

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        """An object of the file, lighter."""
        item.pop("attachments", None)
        item.pop("widgets", None)
        if "output_type" not in item or "cells" in item:
            return item
        if self.left <= 0 or self.outputs <= 0:
            return {}
        self.outputs -= 1
        output = _cut(item)
        self.left -= sum(len(text) for text in _texts(output))
        return output


def _cut(item: dict[str, Any]) -> dict[str, Any]:
    """One output as nbformat has it, with nothing in it that is large or of a kind that no page shows."""
    kind = item["output_type"]
    if kind == "stream":
        name = "stderr" if item.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _printed(item.get("text"), PRINTED)}
    if kind == "error":
        said = {key: _printed(item.get(key), TRACE) for key in ("ename", "evalue")}
        return {"output_type": "error", **said, "traceback": []}
    if kind not in ("display_data", "execute_result"):
        return {}
    data = item.get("data") if isinstance(item.get("data"), dict) else {}
    kept = {mime: _fitting(mime, _text(data[mime])) for mime in ROOM if mime in data}
    kept = {mime: text for mime, text in kept.items() if text}
    if not kept:
        return {}
    if "text/plain" in kept and len(kept) < len(ROOM.keys() & data.keys()):
        kept["text/plain"] += "\n[Something too large to be kept was left out here.]"
    output = {"output_type": kind, "data": kept, "metadata": {}}
    return output | {"execution_count": None} if kind == "execute_result" else output


def _fitting(mime: str, text: str) -> str:
    """What of a piece of data is kept: text is cut, what cannot be cut and is too large goes."""
    if mime == "text/plain":
        return _printed(text, PRINTED)
    return text if len(text) <= ROOM[mime] else ""


def _printed(value: Any, room: int) -> str:
    """Text without half letters, its middle left out where it is long."""
    text = _text(value)
    if len(text) <= room:
        return text
    tail = room // 5
    return f"{text[: room - tail]}\n[… {len(text) - room} letters were left out …]\n{text[-tail:]}"


def _text(value: Any) -> str:
    """What nbformat keeps as one string or as a list of lines."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _texts(output: dict[str, Any]) -> list[str]:
    data = output.get("data", {})
    return [text for text in (*output.values(), *data.values()) if isinstance(text, str)]
