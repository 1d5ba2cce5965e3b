"""What is found: a notebook that can be read, or something that cannot be used and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from helpers.errors import WorkbookError
from helpers.grading.submissions import limits
from helpers.grading.submissions.content import InZip, OnDisk
from helpers.grading.submissions.refusals import UNREADABLE, what_is_wrong


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
    """

    student: str
    problem: str | None
    file: str
    name: str
    beside: tuple[str, ...]
    submitted: float | None
    source: OnDisk | InZip = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Return the notebook's bytes.

        Raises:
            WorkbookError: It cannot be read, or is too large.
        """
        try:
            return self.source.read(limits.NOTEBOOK_BYTES)
        except UNREADABLE as error:
            raise WorkbookError(f"{self.file} {what_is_wrong(error)}.") from error


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
