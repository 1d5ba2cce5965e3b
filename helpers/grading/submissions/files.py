"""What folders hold, listed without opening it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from helpers.grading.submissions.content import InZip, OnDisk, open_plain
from helpers.grading.submissions.names import UNNAMED, readable
from helpers.grading.submissions.refusals import Unfit, refused_kind, what_is_wrong

# What a student may send in place of a notebook.
_OTHER_FORMATS = {".pdf", ".doc", ".docx", ".odt", ".html", ".htm", ".py", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz"}

# What systems and tools leave behind, nbgrader's time of collection and what Quera's judge said among it.
_LITTER = {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "timestamp.txt", "result.txt"}
_TIMESTAMP = "timestamp.txt"
_LITTER |= {"__pycache__", "node_modules", "site-packages"}


@dataclass(frozen=True)
class File:
    """A file, or an empty folder.

    Attributes:
        trail: The names that lead to it: the path's, folders' and zips', its own.
        source: Where its bytes are; None of a folder.
        size: Its size in bytes; what a zip says is an upper limit, since no more than that is ever read.
        submitted: Its time as a timestamp.
        wrong: Why it cannot be used, as what follows its name in a sentence; else "".
        archives: How many zips it is in.
        own_name: Its name without what a platform put in front.
        revision: Which resubmission the platform says it is.
        marked_late: Whether the platform says that it was late; None where it says nothing of that.
    """

    trail: tuple[str, ...]
    source: OnDisk | InZip | None
    size: int = 0
    submitted: float | None = None
    wrong: str = ""
    archives: int = 0
    own_name: str = ""
    revision: int = 0
    marked_late: bool | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.own_name.strip() or self.trail[-1]

    @property
    def label(self) -> str:
        """Where it is, as a person finds it."""
        return "/".join(self.trail)

    @property
    def ending(self) -> str:
        """The name's ending in small letters, with its dot."""
        return os.path.splitext(self.name)[1].lower()

    @property
    def is_folder(self) -> bool:
        """Whether it is an empty folder."""
        return self.source is None and not self.wrong

    @property
    def is_notebook(self) -> bool:
        """Whether it is called a notebook."""
        return self.ending == ".ipynb" and not self.is_folder

    @property
    def is_archive(self) -> bool:
        """Whether it is called a zip."""
        return self.ending == ".zip" and not self.is_folder

    @property
    def is_handed_in(self) -> bool:
        """Whether it looks like a hand-in of the wrong kind; a README or a table of marks does not."""
        return bool(self.wrong) or self.ending in _OTHER_FORMATS or ".ipynb" in self.name.lower()


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work."""
    return name.startswith(".") or name.lower() in _LITTER


def files_in_folder(path: Path, trail: tuple[str, ...]) -> Iterator[File]:
    """Every file of a folder, and its empty folders; links are named, never followed."""
    waiting = [(os.fspath(path), trail)]
    while waiting:
        folder, trail = waiting.pop()
        try:
            with os.scandir(folder) as found:
                everything = list(found)
            entries = [entry for entry in everything if not is_litter(entry.name)]
        except OSError as error:
            yield File(trail, None, wrong=what_is_wrong(error))
            continue
        if not entries:
            yield File(trail, None)
        collected = _collected(folder) if any(entry.name == _TIMESTAMP for entry in everything) else None
        for entry in entries:
            inner = (*trail, readable(entry.name) or UNNAMED)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, inner))
            else:
                file = file_on_disk(Path(entry.path), inner)
                yield file if collected is None else replace(file, submitted=collected)


def _collected(folder: str) -> float | None:
    """When nbgrader's file says that what is beside it was handed in; None where it says no time."""
    try:
        with open(os.path.join(folder, _TIMESTAMP), "rb", opener=open_plain) as file:
            text = file.read(200).decode("ascii").strip()
        time = datetime.fromisoformat(text.removesuffix(" UTC").strip())
        return (time.replace(tzinfo=UTC) if time.tzinfo is None else time).timestamp()
    except (Unfit, OSError, ValueError, OverflowError):
        return None


def file_on_disk(path: Path, trail: tuple[str, ...]) -> File:
    """One file, or the link or pipe that stands in its place."""
    try:
        about = path.lstat()
    except OSError as error:
        return File(trail, None, wrong=what_is_wrong(error))
    return File(trail, OnDisk(path), about.st_size, about.st_mtime, refused_kind(about.st_mode))
