"""The frame of every page that people read: one file that asks nothing of the network, light and dark, on paper too.

A content security policy allows no script but the page's own, which is named by its hash, and nothing from elsewhere:
should something of a student's ever come through, it does nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from pathlib import Path

from helpers.errors import WorkbookError
from helpers.grading.build import write_atomically


def page(title: str, body: str, script: str = "") -> str:
    """A whole page.

    Args:
        title: What a browser shows in its tab.
        body: HTML that is harmless by now.
        script: A script of ours, which stands in the page.
    """
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"script-src 'sha256-{hashed}'" if script else "script-src 'none'"
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; {allowed}; base-uri 'none'"
    tail = f"<script>{script}</script>\n" if script else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" '
        f'content="no-referrer">\n<title>{escape(title)}</title>\n<style>\n{asset("page.css")}</style>\n</head>\n'
        f"<body>\n{body}\n{tail}</body>\n</html>\n"
    )


def asset(name: str) -> str:
    """A style or a script of the pages."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def write_page(path: Path, content: str) -> None:
    """Replace a file at once.

    Raises:
        WorkbookError: It cannot be written.
    """
    try:
        write_atomically(path, content.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise WorkbookError(
            f"{path} cannot be written ({error.strerror}); make room or allow it, and run this again."
        ) from error


def table(caption: str, heads: Iterable[str], rows: Iterable[str], numbers: Iterable[int] = ()) -> str:
    """A table that can be sorted where the page has a script, and scrolled where it is too wide.

    Args:
        caption: What it shows.
        heads: The headings of its columns.
        rows: The cells of each row, as HTML.
        numbers: Which columns are of numbers.
    """
    right = set(numbers)
    head = "".join(
        f'<th scope="col"{" class=n" if place in right else ""}>{escape(words)}</th>'
        for place, words in enumerate(heads)
    )
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="sortable"><caption>'
        f"{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )


def named(name: str) -> str:
    """A name that somebody chose, in the direction of its script, isolated from what stands beside it."""
    return f'<bdi dir="auto">{escape(name)}</bdi>'


def number(value: float | None) -> str:
    """Points as people write them: 3, 2.5, 0.3333 as 0.33; a dash where there are none."""
    return "–" if value is None else f"{round(value, 2):g}"
