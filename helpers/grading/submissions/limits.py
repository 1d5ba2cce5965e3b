"""How much is read of a notebook, a zip, a student and a pile, and how deep."""

from __future__ import annotations

from helpers.download import readable_size
from helpers.grading.submissions.refusals import TooMuch

NOTEBOOK_BYTES = 256_000_000  # of one notebook; 100 MB of pictures in it are normal
CELL_OUTPUTS, OUTPUTS = 2_000_000, 6_000_000  # bytes of a cell's and of a notebook's outputs that are read at all
ARCHIVE_BYTES = 512_000_000  # of one zip within a zip
STUDENT_BYTES = 1_000_000_000  # of all that is read of one student: notebooks, and zips within zips
STUDENT_FILES = 100_000  # a student who sends an environment along is still to be read
STUDENT_ARCHIVES = 100
DEPTH = 3  # the zip that the instructor has, the student's in it, and one in that
PILE_FILES = 1_000_000
PILE_DIRECTORY, STUDENT_DIRECTORY = 64 << 20, 16 << 20  # bytes of a zip's list of files: all of it is held in memory
LEVELS = 40  # of folders in a zip; what lies deeper is shown as if it did not
WRAPPERS = 8  # how many folders around the pile itself are looked through


class Budget:
    """What one student's delivery may still use of us."""

    def __init__(self):
        """Start with all that a student may use."""
        self.bytes, self.files, self.archives = STUDENT_BYTES, STUDENT_FILES, STUDENT_ARCHIVES

    def spend(self, bytes: int = 0, files: int = 0, archives: int = 0) -> None:
        """Take away what is used now.

        Raises:
            TooMuch: That is more than is left.
        """
        self.bytes -= bytes
        self.files -= files
        self.archives -= archives
        if self.bytes < 0:
            raise TooMuch(f"unpacks to more than {readable_size(STUDENT_BYTES)}; ask for the notebook itself")
        if self.files < 0 or self.archives < 0:
            raise TooMuch("holds too many files; ask for the notebook itself")
