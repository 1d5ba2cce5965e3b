"""What zips hold, and zips within zips: listed within limits, copied under names of ours, never unpacked."""

from __future__ import annotations

import io
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from helpers.download import readable_size
from helpers.errors import WorkbookError
from helpers.grading.submissions import limits
from helpers.grading.submissions.content import InZip, OnDisk, open_plain
from helpers.grading.submissions.files import File, is_litter
from helpers.grading.submissions.names import UNNAMED, readable
from helpers.grading.submissions.refusals import Unfit, refused_kind


class _Bounded(io.FileIO):
    """A zip whose list of files, which zipfile reads at one go, is refused where it is too long."""

    def __init__(self, path: Path, directory: int):
        """Open a zip whose list of files may take so many bytes."""
        super().__init__(path, "rb", opener=open_plain)
        self.directory = directory

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes."""
        if size > self.directory:
            raise Unfit("holds too many files; ask for the notebook itself")
        return super().read(size)


def files_in_zip(path: Path, trail: tuple[str, ...], archives: int, directory: int) -> list[File]:
    """Every file that a zip lists, and its empty folders.

    Args:
        path: The zip.
        trail: The names that lead to it.
        archives: How many zips its files are in.
        directory: How many bytes its list of files may take.
    """
    with _Bounded(path, directory) as file, zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    files, folders, filled = [], {}, set()
    for entry in entries:
        name = _repaired(entry)
        # Older tools for Windows write backslashes; and as nothing is written by its name, "../" means nothing here.
        parts = tuple(readable(part) or UNNAMED for part in re.split(r"[/\\]", name) if part not in ("", ".", ".."))
        if not parts or any(map(is_litter, parts)):
            continue
        parts = (*parts[: limits.LEVELS], parts[-1]) if len(parts) > limits.LEVELS else parts
        if name.endswith(("/", "\\")):
            folders[parts] = File((*trail, *parts), None, archives=archives)
        else:
            source = InZip.of(path, entry)
            files.append(File((*trail, *parts), source, source.size, _time(entry), _refusal(entry), archives))
        for length in range(len(parts) - 1, 0, -1):
            if parts[:length] in filled:
                break
            filled.add(parts[:length])
    return files + [folder for parts, folder in folders.items() if parts not in filled]


def _repaired(entry: zipfile.ZipInfo) -> str:
    """The entry's name; many tools write UTF-8 and do not say so, which is then read as an old code page."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _time(entry: zipfile.ZipInfo) -> float | None:
    if entry.date_time <= (1980, 1, 1, 0, 0, 0):  # what stands there when nobody set it
        return None
    try:
        return datetime(*entry.date_time).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _refusal(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) and (wrong := refused_kind(mode)):  # 0 where the zip was not made on Unix
        return wrong
    if entry.flag_bits & 0x41:
        return "is locked with a password; ask for it without one"
    # No platform or system uses another method by itself.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by a method that is not read here; ask for an ordinary zip"
    return ""


class Reader:
    """Lists zips; a zip within a zip is first copied into the scratch folder."""

    def __init__(self, scratch: Path):
        """Use this folder; it is made when something is copied."""
        self.scratch = scratch

    def files(self, archive: File, budget: limits.Budget | None = None) -> list[File]:
        """Every file in a zip; a budget, where there is one, pays for the copy.

        Raises:
            Unfit: The zip is refused; other errors of `refusals.UNREADABLE` say that it is damaged.
            WorkbookError: The scratch folder cannot be written.
        """
        if archive.wrong:
            raise Unfit(archive.wrong)
        if archive.archives >= limits.DEPTH:
            raise Unfit(f"is a zip within {limits.DEPTH} other zips; ask for the notebook itself")
        path = archive.source.path if isinstance(archive.source, OnDisk) else self._copy(archive, budget)
        return files_in_zip(path, archive.trail, archive.archives + 1, limits.STUDENT_DIRECTORY)

    def _copy(self, archive: File, budget: limits.Budget | None) -> Path:
        if archive.size > limits.ARCHIVE_BYTES:
            raise Unfit(f"is larger than {readable_size(limits.ARCHIVE_BYTES)}; ask for the notebook itself")
        if budget is not None:
            budget.spend(bytes=archive.size)
        with self._writing():
            self.scratch.mkdir(parents=True, exist_ok=True)
            file = tempfile.NamedTemporaryFile(dir=self.scratch, suffix=".zip", delete=False)  # noqa: SIM115
        try:
            for chunk in archive.source.chunks(limits.ARCHIVE_BYTES):
                with self._writing():
                    file.write(chunk)
            with self._writing():
                file.close()
        except BaseException:
            with suppress(OSError):  # what is left in its buffer cannot be written now either
                file.close()
            Path(file.name).unlink(missing_ok=True)
            raise
        return Path(file.name)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A disk that is full is nobody's submission's fault."""
        try:
            yield
        except OSError as error:
            raise WorkbookError(
                f"{self.scratch} cannot be written ({error.strerror}); make room there and try again."
            ) from error
