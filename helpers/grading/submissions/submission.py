"""What is found: a notebook that can be read, or something that cannot be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from helpers.bulk import NotPlain, without_bulk
from helpers.errors import WorkbookError
from helpers.grading.submissions import limits
from helpers.grading.submissions.content import InZip, OnDisk
from helpers.grading.submissions.refusals import UNREADABLE, what_is_wrong


@dataclass(frozen=True)
class Loaded:
    """What a submission's file holds.

    Attributes:
        digest: The sha256 of all its bytes.
        content: Its bytes without large outputs, or all of them where they are damaged; empty where it cannot be read.
        refused: Why it cannot be read, a sentence; else "".
    """

    digest: str
    content: bytes = field(repr=False)
    refused: str = ""


@dataclass(frozen=True)
class Earlier:
    """A notebook in whose place another one counts: its file and its time, as in `Submission`."""

    file: str
    submitted: float | None


@dataclass(frozen=True)
class Submission:
    """One notebook that a student handed in.

    Attributes:
        student: The student's name or number, as the gradebook will know it: never empty, NFC, without separators.
        problem: The problem that the names or the caller say; None where only the notebook itself can tell.
        file: Where it came from, as a person finds it: "pile.zip/Zahra_1_assignsubmission_file_/02_pixelcnn.ipynb".
        name: The notebook's file name.
        beside: Names of other files that came with it, and of notebooks that it replaces; they are ignored.
        submitted: Its time as a timestamp, where there is one.
        source: Where its bytes are.
        earlier: What it replaces: the student's other notebooks for the problem, the latest first.
        marked_late: Whether the platform says that it was late; None where it says nothing of that.
    """

    student: str
    problem: str | None
    file: str
    name: str
    beside: tuple[str, ...]
    submitted: float | None
    source: OnDisk | InZip = field(repr=False, compare=False)
    earlier: tuple[Earlier, ...] = ()
    marked_late: bool | None = None

    def read(self) -> bytes:
        """Return the notebook's bytes.

        Raises:
            WorkbookError: It cannot be read, or is too large.
        """
        try:
            return self.source.read(limits.NOTEBOOK_BYTES)
        except UNREADABLE as error:
            raise WorkbookError(f"{self.file} {what_is_wrong(error)}.") from error

    def digest(self) -> str:
        """The sha256 of the notebook's bytes; of none where they cannot be read."""
        try:
            digest = hashlib.sha256()
            for chunk in self.source.chunks(limits.NOTEBOOK_BYTES):
                digest.update(chunk)
            return digest.hexdigest()
        except UNREADABLE:
            return hashlib.sha256().hexdigest()

    def load(self) -> Loaded:
        """Read the notebook once, without ever holding large outputs."""
        digest = hashlib.sha256()
        try:
            try:
                pieces = _digested(self.source.chunks(limits.NOTEBOOK_BYTES), digest)
                content = without_bulk(pieces, limits.CELL_OUTPUTS, limits.OUTPUTS)
            except NotPlain:
                content = self.source.read(limits.NOTEBOOK_BYTES)
                digest = hashlib.sha256(content)  # of these very bytes, should the file have changed meanwhile
        except UNREADABLE as error:
            return Loaded(hashlib.sha256().hexdigest(), b"", f"{self.file} {what_is_wrong(error)}.")
        return Loaded(digest.hexdigest(), content)


def _digested(chunks: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


@dataclass(frozen=True)
class Unusable:
    """Something that a student handed in and that holds no notebook; the student may have a submission besides.

    Attributes:
        student: As in `Submission`.
        problem: As in `Submission`.
        file: As in `Submission`.
        reason: A sentence that says what is wrong and what to do.
    """

    student: str
    problem: str | None
    file: str
    reason: str
