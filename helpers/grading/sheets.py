"""Tables that instructors write: CSV files as spreadsheets save them, with headings in English or Persian."""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from helpers.errors import WorkbookError

_LONGEST = 50_000_000  # bytes; a class of a thousand has a hundred thousand
_ONE_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ـ": "", "ء": ""})


def folded(text: str) -> str:
    """What is left of a text when everything that only looks different is made the same.

    Letters of Arabic and Persian that are one letter in two forms, digits of every script, case, marks above and below
    letters, and all that is neither letter nor digit: spaces, joiners, marks of direction, punctuation.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()).translate(_ONE_LETTER)
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in plain if letter.isalnum()
    )


def with_digits(text: str) -> str:
    """The text with digits of every script as 0 to 9, and without what cannot be seen."""
    seen = (letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc") or letter in "\t\n")
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in seen).strip()


def read_sheet(path: Path, columns: Mapping[str, Iterable[str]], what: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file, by the columns that are known.

    Args:
        path: The file: UTF-8, or UTF-16 with a byte-order mark; fields between commas, semicolons or tabs.
        columns: Of each column the headings that it may have; of two that fit, the first counts.
        what: What the file should be, for messages: "a roster has columns such as …".

    Returns:
        The line of each row and its fields, as they stand; of columns that are not there, nothing. Empty rows are left
        out.

    Raises:
        WorkbookError: It cannot be read, or none of its headings is known.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
    except FileNotFoundError:
        raise WorkbookError(f"There is no file {path}: {what}.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}).") from None
    if len(content) > _LONGEST:
        raise WorkbookError(f"{path} is larger than any class: {what}.")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        lines = content.decode("utf-16" if wide else "utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise WorkbookError(f"{path} is not UTF-8; save it from the spreadsheet as “CSV UTF-8”.") from None
    first = next((line for line in lines if line.strip()), "")
    try:
        reader = csv.reader(lines, delimiter=max(",;\t", key=first.count))
        heading: list[str] | None = None
        rows = []
        for row in reader:
            fields = [field.strip() for field in row]
            if not any(fields):
                continue
            if heading is None:
                heading = _known(fields, columns)
                if not any(heading):
                    raise WorkbookError(f"{path} has none of the headings that it should have: {what}.")
                continue
            found: dict[str, str] = {}
            for name, field in zip(heading, fields, strict=False):
                if name and field:
                    found.setdefault(name, field)
            rows.append((reader.line_num, found))
    except csv.Error as error:
        raise WorkbookError(f"{path} is no CSV file ({error}): {what}.") from None
    if not rows:
        raise WorkbookError(f"{path} has no rows: {what}.")
    return rows


def _known(fields: Iterable[str], columns: Mapping[str, Iterable[str]]) -> list[str]:
    """Of each heading the column that it names, or ""."""
    named = {}
    for column, headings in columns.items():
        for heading in headings:
            named.setdefault(folded(heading), column)
    return [named.get(folded(field), "") for field in fields]
