"""People and problems in the names of files and folders, and names as they can be shown and stored."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

UNNAMED = "unnamed"  # what has a name without anything that can be shown

# What stands beside a problem's name without being anybody's.
_NOBODY = re.compile(
    r"(?:(?:copy|final|new|v|version|solutions?|solved|answers?|submission|نهایی)[\s_-]*)*\d{0,3}", re.I
)
_EDGES = " _-–—.,;()[]{}"


class Names:
    """Find problems and people in the names of files and folders."""

    def __init__(self, problem: str | None, known: Sequence[str]):
        """Know the course's problems, and the one that the caller names."""
        self.problem = problem
        spelled = {_spelling(name): name for name in [*known, *([problem] if problem else [])]}
        longest_first = sorted(spelled, key=len, reverse=True)
        # "02-PixelCNN (1).ipynb" says 02_pixelcnn, but 102_pixelcnn is something else.
        ways = [r"(?<!\d)" + r"[\s_-]*".join(map(re.escape, spelling.split("_"))) for spelling in longest_first]
        self._mention = re.compile("|".join(f"({way})" for way in ways) or "(?!)", re.I)
        self._by_group = [spelled[spelling] for spelling in longest_first]

    def mentioned(self, name: str) -> str | None:
        """The problem that a name starts with or contains."""
        match = self._mention.search(name)
        return self._by_group[match.lastindex - 1] if match else None

    def person(self, name: str) -> str:
        """Whom a name is about: "ali" in "ali_02_pixelcnn"; "" where it is about a problem and nobody."""
        match = self._mention.search(name)
        if match is None:
            return storable(name)
        sides = [side.strip(_EDGES) for side in (name[: match.start()], name[match.end() :])]
        return storable(" ".join(side for side in sides if not _NOBODY.fullmatch(side)))

    def is_problem(self, name: str) -> bool:
        """Whether a name is about a problem and nobody: "02_pixelcnn", "02_pixelcnn-Copy1"."""
        return self.mentioned(name) is not None and not self.person(name)

    def problem_of(self, name: str, around: Sequence[str]) -> str | None:
        """The problem that a file's own name says, else the caller, else the nearest of the names around it."""
        nearest_first = map(self.mentioned, reversed(around))
        return self.mentioned(name) or self.problem or next(filter(None, nearest_first), None)


def _spelling(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.casefold())


_PERSON_BYTES = 150  # a file system's 255, less what the grader adds to a name
_SEPARATORS = str.maketrans("/\\", "  ")


def storable(name: str) -> str:
    """A name that gradebook and file systems take: readable, no separators, not too long; "" if nothing is left."""
    name = " ".join(readable(name).translate(_SEPARATORS).split()).lstrip(". ")
    if len(name.encode()) > _PERSON_BYTES:
        name = f"{name.encode()[:_PERSON_BYTES].decode(errors='ignore')} {zlib.crc32(name.encode()):08x}"
    return name


# Marks of direction and the like, with which two names would look alike; the joiners of Persian are spelling and stay.
_INVISIBLE = set("\u200b\u200e\u200f\u061c\u2060\ufeff")
_INVISIBLE |= {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def readable(name: str) -> str:
    """A file's name as it can be shown and stored: NFC, no control characters, bytes that are no text as %XX."""
    if name.isascii() and name.isprintable():
        return name.strip()
    name = "".join(f"%{ord(letter) - 0xDC00:02X}" if "\udc80" <= letter <= "\udcff" else letter for letter in name)
    return "".join(filter(_is_shown, unicodedata.normalize("NFC", name))).strip()


def _is_shown(letter: str) -> bool:
    return letter not in _INVISIBLE and unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
