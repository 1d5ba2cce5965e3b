"""What is not read, and the words in which that is said: whatever follows a file's name in a sentence."""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
import zlib

from helpers.download import readable_size


class Unfit(Exception):
    """Something that is refused; the message is what follows its name in a sentence."""


class TooMuch(Unfit):
    """All that a student sent is refused, being more than a student's work can be."""


# What a damaged or malicious zip makes of zipfile, zlib and struct.
UNREADABLE = (Unfit, zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError)


def what_is_wrong(error: Exception) -> str:
    """Say what one of the `UNREADABLE` errors means."""
    if isinstance(error, Unfit):
        return str(error)
    # A damaged zip sends its reader to places that do not exist.
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return f"cannot be read ({error.strerror})"
    return "is damaged or incomplete; download it again, or ask for it again"


def too_large(limit: int) -> str:
    """Say that a notebook has more than so many bytes."""
    return f"is larger than {readable_size(limit)}; ask for it without outputs"


def refused_kind(mode: int) -> str:
    """Say that something is no plain file; "" where it is one."""
    if stat.S_ISLNK(mode):
        return "is a link, and links are not followed; ask for the file itself"
    return "" if stat.S_ISREG(mode) else "is no plain file; ask for the file itself"
