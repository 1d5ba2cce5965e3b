"""From what an instructor has to submissions: whose, of which problem, and how to read them.

    submitted/<student>/<problem>/<problem>.ipynb      nbgrader's folder, or one student's folder of it
    زهرا محمدی.ipynb, 97123456.zip, 97123456/…          one notebook, zip or folder per student, in a folder or a zip
    Full Name_123_assignsubmission_file_/….ipynb       Moodle's export, with or without folders
    name_LATE_123_4567_file-2.ipynb                    Canvas's export, with its marks of lateness and resubmission

A path is a pile of several students' work, unless its notebooks are named after problems ("02_pixelcnn.ipynb"): then it
is the work of the student that it is named after. Several paths that hold a single thing each are one student's each.

Nothing is unpacked by its own name, and links are not followed: a notebook is read out of its zip when it is asked for,
and only a zip within a zip is copied, under a name of ours, to where it can be read. Sizes, numbers of files and depth
are limited, and one student's trouble is that student's alone.
"""

from __future__ import annotations

import errno
import io
import itertools
import math
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from helpers.download import CHUNK, readable_size
from helpers.errors import WorkbookError

NOTEBOOK_BYTES = 256_000_000  # of one notebook; 100 MB of pictures in it are normal
ARCHIVE_BYTES = 512_000_000  # of one zip within a zip
STUDENT_BYTES = 1_000_000_000  # of all that is read of one student: notebooks, and zips within zips
STUDENT_FILES = 100_000  # a student who sends an environment along is still to be read
STUDENT_ARCHIVES = 100
DEPTH = 3  # the zip that the instructor has, the student's in it, and one in that
PILE_FILES = 1_000_000
PILE_DIRECTORY, STUDENT_DIRECTORY = 64 << 20, 16 << 20  # bytes of a zip's list of files: all of it is held in memory
LEVELS = 40  # of folders in a zip; what lies deeper is shown as if it did not
WRAPPERS = 8  # how many folders around the pile itself are looked through

UNNAMED = "unnamed"  # what has a name without anything that can be shown

EXPECTED = (
    "expected is nbgrader's submitted folder, a folder or zip with a notebook, zip or folder per student, "
    "or the zip of a learning platform"
)


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
    source: _OnDisk | _InZip = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Return the notebook's bytes.

        Raises:
            WorkbookError: It cannot be read, or is too large.
        """
        try:
            return self.source.read(NOTEBOOK_BYTES)
        except _UNREADABLE as error:
            raise WorkbookError(f"{self.file} {_what_is_wrong(error)}.") from error


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


def collect(
    paths: Sequence[Path], scratch: Path, problem: str | None = None, known: Sequence[str] = ()
) -> list[Submission | Unusable]:
    """Find the submissions in some files and folders, the latest of each student and problem.

    Args:
        paths: nbgrader's folder of submissions, folders or zips of several students' work or of one's, notebooks.
        scratch: A private folder for zips within zips; it must live as long as the submissions are read.
        problem: The problem of everything whose file name does not say another one.
        known: The names of the course's problems, such as "02_pixelcnn".

    Returns:
        Submissions and what cannot be used, by student and problem. Several notebooks of a student whose problems are
        not known are all there.

    Raises:
        WorkbookError: A path does not exist, cannot be read or holds no notebook.
    """
    names = _Names(problem, known)
    reader = _Reader(scratch)
    deliveries = []
    chosen = list(dict.fromkeys(Path(os.path.abspath(path)) for path in paths))
    for path in chosen:
        deliveries += _Pile(path, names, reader).deliveries(alone=len(chosen) == 1)
    _tell_apart(deliveries)
    candidates, unusable = [], []
    for delivery in deliveries:
        for one in _look_into(delivery, names, reader):
            (unusable if isinstance(one, Unusable) else candidates).append(one)
    return sorted([*_latest(candidates), *unusable], key=lambda one: (one.student, one.problem or "", one.file))


# What students, learning platforms and problems are called.


@dataclass(frozen=True)
class _Owner:
    """Whose something is: a name and, where a platform exported it, the platform's number for that person.

    Attributes:
        name: The student's name.
        number: The platform's number; "" where there is none.
        scope: Within what the number means one person: Moodle numbers anew in every export, Canvas never does.
    """

    name: str
    number: str = ""
    scope: str = ""


@dataclass(frozen=True)
class _Exported:
    """What a platform's name says: whose it is, its own name, which resubmission; `counts` is False for typed text."""

    owner: _Owner
    name: str = ""
    revision: int = 0
    counts: bool = True


# Moodle: "<full name>_<number>_assignsubmission_<kind>_", then the file's name or a folder of files. Typed text has a
# kind of its own; a group without members has no number.
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.S)

# Canvas: "<name>[_LATE]_<user>_<attachment>_<file>[-<resubmission>].<ending>". The attachment's number is long, which
# tells "ali_97123456_02_pixelcnn.ipynb" apart. Typed text has no attachment, a nameless hand-in no user.
_CANVAS = re.compile(
    r"(?:(?:LATE_)?(?P<nameless>anon_[0-9A-Za-z]+)|(?P<name>.+?)(?:_LATE)?_(?P<number>[1-9]\d*))"
    r"_(?:[1-9]\d{2,}_(?P<file>.+)|(?P<typed>text\.html|link\.html))",
    re.S | re.I,
)
_REVISION = re.compile(r"-(\d{1,6})(?=\.\w+$)")


def _exported(name: str, scope: str = "") -> _Exported | None:
    """Read a name that Moodle or Canvas gave; None where it is not of their making."""
    if "_assignsubmission_" in name and (moodle := _MOODLE.fullmatch(name)):
        owner = _Owner(_person(moodle["name"].replace("_", " ")) or UNNAMED, moodle["number"] or "", scope)
        return _Exported(owner, moodle["file"] or "", counts=moodle["kind"] == "file")
    if canvas := _CANVAS.fullmatch(name):
        owner = _Owner(_person(canvas["name"] or canvas["nameless"]) or UNNAMED, canvas["number"] or "")
        file = canvas["file"] or ""
        revision = _REVISION.search(file)
        return _Exported(owner, file, int(revision[1]) if revision else 0, counts=canvas["typed"] is None)
    return None


# What stands beside a problem's name without being anybody's.
_NOBODY = re.compile(
    r"(?:(?:copy|final|new|v|version|solutions?|solved|answers?|submission|نهایی)[\s_-]*)*\d{0,3}", re.I
)
_EDGES = " _-–—.,;()[]{}"


class _Names:
    """Find problems and people in the names of files and folders."""

    def __init__(self, problem: str | None, known: Sequence[str]):
        """Know the course's problems, and the one that the caller names."""
        self.problem = problem
        self._spelled = {self._spelling(name): name for name in [*known, *([problem] if problem else [])]}
        longest_first = sorted(self._spelled, key=len, reverse=True)
        # "02-PixelCNN (1).ipynb" says 02_pixelcnn, but 102_pixelcnn is something else.
        ways = [r"(?<!\d)" + r"[\s_-]*".join(map(re.escape, spelled.split("_"))) for spelled in longest_first]
        self._mention = re.compile("|".join(f"({way})" for way in ways) or "(?!)", re.I)
        self._by_group = [self._spelled[spelled] for spelled in longest_first]

    @staticmethod
    def _spelling(name: str) -> str:
        return re.sub(r"[\s_-]+", "_", name.casefold())

    def mentioned(self, name: str) -> str | None:
        """The problem that a name starts with or contains."""
        match = self._mention.search(name)
        return self._by_group[match.lastindex - 1] if match else None

    def person(self, name: str) -> str:
        """Whom a name is about: "ali" in "ali_02_pixelcnn"; "" where it is about a problem and nobody."""
        match = self._mention.search(name)
        if match is None:
            return _person(name)
        sides = [side.strip(_EDGES) for side in (name[: match.start()], name[match.end() :])]
        return _person(" ".join(side for side in sides if not _NOBODY.fullmatch(side)))

    def is_problem(self, name: str) -> bool:
        """Whether a name is about a problem and nobody: "02_pixelcnn", "02_pixelcnn-Copy1"."""
        return self.mentioned(name) is not None and not self.person(name)

    def problem_of(self, file: _File) -> str | None:
        """The problem that the file's own name says, else the caller, else the nearest folder or zip around it."""
        around = (self.mentioned(name) for name in reversed(file.trail[:-1]))
        return self.mentioned(file.name) or self.problem or next(filter(None, around), None)


_PERSON_BYTES = 150  # a file system's 255, less what the grader adds to a name


def _person(name: str) -> str:
    """A name that gradebook and file systems take: readable, no separators, not too long; "" if nothing is left."""
    name = " ".join(_readable(name).translate(_SEPARATORS).split()).lstrip(". ")
    if len(name.encode()) > _PERSON_BYTES:
        name = f"{name.encode()[:_PERSON_BYTES].decode(errors='ignore')} {zlib.crc32(name.encode()):08x}"
    return name


_SEPARATORS = str.maketrans("/\\", "  ")

# Marks of direction and the like, with which two names would look alike; the joiners of Persian are spelling and stay.
_INVISIBLE = set("\u200b\u200e\u200f\u061c\u2060\ufeff")
_INVISIBLE |= {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def _readable(name: str) -> str:
    """A file's name as it can be shown and stored: NFC, no control characters, bytes that are no text as %XX."""
    if name.isascii() and name.isprintable():
        return name.strip()
    name = "".join(f"%{ord(letter) - 0xDC00:02X}" if "\udc80" <= letter <= "\udcff" else letter for letter in name)
    return "".join(filter(_is_shown, unicodedata.normalize("NFC", name))).strip()


def _is_shown(letter: str) -> bool:
    return letter not in _INVISIBLE and unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")


# What is there, listed without opening it.

# What a student may send in place of a notebook.
_OTHER_FORMATS = {".pdf", ".doc", ".docx", ".odt", ".html", ".htm", ".py", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz"}


@dataclass(frozen=True)
class _File:
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
    """

    trail: tuple[str, ...]
    source: _OnDisk | _InZip | None
    size: int = 0
    submitted: float | None = None
    wrong: str = ""
    archives: int = 0
    own_name: str = ""
    revision: int = 0

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

    def unusable(self, student: str, names: _Names, wrong: str) -> Unusable:
        """Say what is wrong with it."""
        return Unusable(student, names.problem_of(self), self.label, f"{self.name} {wrong}.")

    @property
    def is_handed_in(self) -> bool:
        """Whether it looks like a hand-in of the wrong kind; a README or a table of marks does not."""
        return bool(self.wrong) or self.ending in _OTHER_FORMATS or ".ipynb" in self.name.lower()


class _Unfit(Exception):
    """Something that is refused; the message is what follows its name in a sentence."""


class _TooMuch(_Unfit):
    """All that a student sent is refused, being more than a student's work can be."""


# What a damaged or malicious zip makes of zipfile, zlib and struct.
_UNREADABLE = (_Unfit, zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, RuntimeError, ValueError)
_DAMAGED = "is damaged or incomplete; download it again, or ask for it again"


def _what_is_wrong(error: Exception) -> str:
    if isinstance(error, _Unfit):
        return str(error)
    # A damaged zip sends its reader to places that do not exist.
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return f"cannot be read ({error.strerror})"
    return _DAMAGED


def _too_large(limit: int) -> str:
    return f"is larger than {readable_size(limit)}; ask for it without outputs"


def _regular(path: Path) -> int:
    """Open a plain file; what became a link or a pipe meanwhile is refused."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _Unfit("is no plain file; ask for the file itself")
    return descriptor


@dataclass(frozen=True)
class _OnDisk:
    """The bytes of a file."""

    path: Path

    def read(self, limit: int) -> bytes:
        """All of it, if it is no more than `limit` bytes."""
        with os.fdopen(_regular(self.path), "rb") as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise _Unfit(_too_large(limit))
        return content


@dataclass(frozen=True)
class _InZip:
    """The bytes of an entry of a zip, which are found without going through the zip's list of files again.

    Attributes:
        archive: The zip.
        start: Where the entry begins.
        packed: The size of what stands there.
        size: The size of what comes out of it.
        checksum: Its CRC.
        deflated: Whether it is compressed.
    """

    archive: Path
    start: int
    packed: int
    size: int
    checksum: int
    deflated: bool

    def read(self, limit: int) -> bytes:
        """All of it, if it is no more than `limit` bytes."""
        if self.size > limit:
            raise _Unfit(_too_large(limit))
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """All of it, piece by piece, and never more than the zip says."""
        size = checksum = 0
        with os.fdopen(_regular(self.archive), "rb") as file:
            for chunk in self._unpacked(file):
                size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
                if size > self.size:
                    break
                yield chunk
        if (size, checksum) != (self.size, self.checksum):
            raise zipfile.BadZipFile

    def _unpacked(self, file: BinaryIO) -> Iterator[bytes]:
        file.seek(self.start)
        header = file.read(_HEADER.size)
        signature, name, extra = _HEADER.unpack(header)
        if signature != b"PK\x03\x04":
            raise zipfile.BadZipFile
        file.seek(name + extra, os.SEEK_CUR)
        left, unpacker = self.packed, zlib.decompressobj(-zlib.MAX_WBITS)
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            while self.deflated and chunk:
                yield unpacker.decompress(chunk, CHUNK)
                chunk = unpacker.unconsumed_tail
            yield chunk
        yield unpacker.flush()


_HEADER = struct.Struct("<4s22xHH")  # what stands before an entry: of interest are the lengths of name and extra field


class _Bounded(io.FileIO):
    """A zip whose list of files, which zipfile reads at one go, is refused where it is too long."""

    directory = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes."""
        if size > self.directory:
            raise _Unfit("holds too many files; ask for the notebook itself")
        return super().read(size)


@contextmanager
def _zip(path: Path, directory: int) -> Iterator[zipfile.ZipFile]:
    with _Bounded(_regular(path), "rb") as file:
        file.directory = directory
        with zipfile.ZipFile(file) as archive:
            yield archive


# What systems and tools leave behind, nbgrader's time of collection among it.
_LITTER = {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "timestamp.txt"}
_LITTER |= {"__pycache__", "node_modules", "site-packages"}


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LITTER


def _files_in_folder(path: Path, trail: tuple[str, ...]) -> Iterator[_File]:
    """Every file of a folder, and its empty folders; links are named, never followed."""
    waiting = [(os.fspath(path), trail)]
    while waiting:
        folder, trail = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not _is_litter(entry.name)]
        except OSError as error:
            yield _File(trail, None, wrong=f"cannot be read ({error.strerror})")
            continue
        if not entries:
            yield _File(trail, None)
        for entry in entries:
            inner = (*trail, _readable(entry.name) or UNNAMED)
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, inner))
            else:
                yield _file_on_disk(Path(entry.path), inner)


def _file_on_disk(path: Path, trail: tuple[str, ...]) -> _File:
    try:
        about = path.lstat()
    except OSError as error:
        return _File(trail, None, wrong=f"cannot be read ({error.strerror})")
    return _File(trail, _OnDisk(path), about.st_size, about.st_mtime, _refused_kind(about.st_mode))


def _refused_kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, and links are not followed; ask for the file itself"
    return "" if stat.S_ISREG(mode) else "is no plain file; ask for the file itself"


def _files_in_zip(path: Path, trail: tuple[str, ...], archives: int, directory: int) -> list[_File]:
    """Every file that a zip lists, and its empty folders."""
    with _zip(path, directory) as archive:
        entries = archive.infolist()
    files, folders, filled = [], {}, set()
    for entry in entries:
        name = _repaired(entry)
        # Older tools for Windows write backslashes; and as nothing is written by its name, "../" means nothing here.
        parts = tuple(_readable(part) or UNNAMED for part in re.split(r"[/\\]", name) if part not in ("", ".", ".."))
        if not parts or any(map(_is_litter, parts)):
            continue
        parts = (*parts[:LEVELS], parts[-1]) if len(parts) > LEVELS else parts
        if name.endswith(("/", "\\")):
            folders[parts] = _File((*trail, *parts), None, archives=archives)
        else:
            files.append(
                _File((*trail, *parts), _source(path, entry), entry.file_size, _time(entry), _refusal(entry), archives)
            )
        for length in range(len(parts) - 1, 0, -1):
            if parts[:length] in filled:
                break
            filled.add(parts[:length])
    return files + [folder for parts, folder in folders.items() if parts not in filled]


def _source(path: Path, entry: zipfile.ZipInfo) -> _InZip:
    deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    return _InZip(path, entry.header_offset, entry.compress_size, entry.file_size, entry.CRC, deflated)


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
    if stat.S_IFMT(mode) and (wrong := _refused_kind(mode)):  # 0 where the zip was not made on Unix
        return wrong
    if entry.flag_bits & 0x41:
        return "is locked with a password; ask for it without one"
    # No platform or system uses another method by itself.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by a method that is not read here; ask for an ordinary zip"
    return ""


class _Reader:
    """Lists zips; a zip within a zip is first copied into the scratch folder."""

    def __init__(self, scratch: Path):
        """Use this folder; it is made when something is copied."""
        self.scratch = scratch

    def files(self, archive: _File, budget: _Budget | None = None) -> list[_File]:
        """Every file in a zip."""
        if archive.wrong:
            raise _Unfit(archive.wrong)
        if archive.archives >= DEPTH:
            raise _Unfit(f"is a zip within {DEPTH} other zips; ask for the notebook itself")
        path = archive.source.path if isinstance(archive.source, _OnDisk) else self._copy(archive, budget)
        return _files_in_zip(path, archive.trail, archive.archives + 1, STUDENT_DIRECTORY)

    def _copy(self, archive: _File, budget: _Budget | None) -> Path:
        if archive.size > ARCHIVE_BYTES:
            raise _Unfit(f"is larger than {readable_size(ARCHIVE_BYTES)}; ask for the notebook itself")
        if budget is not None:
            budget.spend(bytes=archive.size)
        return self._keep(archive.source.chunks())

    def _keep(self, chunks: Iterator[bytes]) -> Path:
        """Write what comes into a new file; a disk that is full is nobody's submission's fault."""
        try:
            self.scratch.mkdir(parents=True, exist_ok=True)
            file = tempfile.NamedTemporaryFile(dir=self.scratch, suffix=".zip", delete=False)  # noqa: SIM115
        except OSError as error:
            raise self._not_written(error) from error
        try:
            with file:
                for chunk in chunks:
                    self._write(file, chunk)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
        return Path(file.name)

    def _write(self, file: BinaryIO, chunk: bytes) -> None:
        try:
            file.write(chunk)
        except OSError as error:
            raise self._not_written(error) from error

    def _not_written(self, error: OSError) -> WorkbookError:
        return WorkbookError(f"{self.scratch} cannot be written ({error.strerror}); make room there and try again.")


@dataclass
class _Budget:
    """What one student's delivery may still use of us."""

    bytes: int
    files: int
    archives: int

    def spend(self, **used: int) -> None:
        """Take away what is used now."""
        for what, amount in used.items():
            setattr(self, what, getattr(self, what) - amount)
        if self.bytes < 0:
            raise _TooMuch(f"unpacks to more than {readable_size(STUDENT_BYTES)}; ask for the notebook itself")
        if self.files < 0 or self.archives < 0:
            raise _TooMuch("holds too many files; ask for the notebook itself")


# Whose it is.


@dataclass
class _Delivery:
    """What one student handed in, in one place.

    Attributes:
        owner: Whose it is.
        files: What stands there; zips are not yet opened.
        student: The student's name in the gradebook.
    """

    owner: _Owner
    files: list[_File]
    student: str = ""


@dataclass
class _Item:
    """A file or a folder with everything in it; the inside of a zip is a folder, too.

    Attributes:
        files: All files of it, or itself.
        level: Where its name stands in their trails.
        is_file: Whether it is a file.
    """

    files: list[_File]
    level: int
    is_file: bool

    @property
    def name(self) -> str:
        """Its name."""
        return self.files[0].trail[self.level]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        stem, ending = os.path.splitext(self.name)
        return stem if self.is_file or ending.lower() == ".zip" else self.name

    @property
    def label(self) -> str:
        """Where it is, as a person finds it."""
        return "/".join(self.files[0].trail[: self.level + 1])

    @property
    def is_notebook(self) -> bool:
        """Whether it is called a notebook."""
        return self.is_file and self.files[0].is_notebook

    @cached_property
    def inside(self) -> list[_Item]:
        """What stands right within a folder."""
        level = self.level + 1
        items: dict[tuple[str, bool], _Item] = {}
        for file in self.files:
            if len(file.trail) > level:
                is_file = len(file.trail) == level + 1 and not file.is_folder
                items.setdefault((file.trail[level], is_file), _Item([], level, is_file)).files.append(file)
        return list(items.values())

    @cached_property
    def holds_work(self) -> bool:
        """Whether it is or holds a notebook or a zip."""
        return any(file.is_notebook or file.is_archive for file in self.files)

    @property
    def is_handed_in(self) -> bool:
        """Whether it may be what somebody handed in, rather than a README."""
        return not self.is_file or self.holds_work or self.files[0].is_handed_in

    @cached_property
    def works(self) -> list[_Item]:
        """What stands right within a folder and is or holds a notebook or a zip."""
        return [item for item in self.inside if item.holds_work]

    @cached_property
    def is_export(self) -> bool:
        """Whether a platform named what stands right within."""
        return any(_exported(item.name) for item in self.inside)


class _Pile:
    """One path that the instructor named."""

    def __init__(self, path: Path, names: _Names, reader: _Reader):
        """Look at this path."""
        self.path, self.names, self.reader = path, names, reader
        self._by_owner: dict[_Owner, _Delivery] = {}
        self._nobodys: list[_Delivery] = []

    def deliveries(self, alone: bool) -> list[_Delivery]:
        """What each student handed in.

        Args:
            alone: Whether this is the only path; of several, those that hold a single thing are one student's each.

        Raises:
            WorkbookError: There is no notebook, or nothing that can be read.
        """
        files = self._files()
        root = _Item(files, 0, len(files[0].trail) == 1)
        if root.is_file or (_exported(root.name) and self._is_one_persons(root)):
            self._sort(root, os.fspath(self.path.parent))
        elif not alone and self._is_one_thing(root):
            self._give(_Owner(self._named_after(root)), files)
        else:
            self._sort_all(self._pile_within(root))
        found = [*self._by_owner.values(), *self._nobodys]
        if not found:
            raise self._no_notebook()
        return found

    def _no_notebook(self) -> WorkbookError:
        return WorkbookError(f"{self.path} holds no notebook: {EXPECTED}.")

    def _files(self) -> list[_File]:
        """Everything in the path, but for what is in zips within it."""
        try:
            path = self.path.resolve(strict=True)
        except (OSError, RuntimeError):
            raise WorkbookError(f"There is no file or folder {self.path}: {EXPECTED}.") from None
        trail = (_readable(self.path.name) or "/",)
        files = self._in_folder(path, trail) if path.is_dir() else self._in_file(_file_on_disk(path, trail))
        if not any(file.is_notebook or file.is_archive or any(one.counts for one in _exports(file)) for file in files):
            raise self._no_notebook()
        return files

    def _in_folder(self, path: Path, trail: tuple[str, ...]) -> list[_File]:
        files = list(itertools.islice(_files_in_folder(path, trail), PILE_FILES + 1))
        if len(files) > PILE_FILES:
            raise WorkbookError(f"{self.path} holds more than {PILE_FILES:,} files: {EXPECTED}.")
        if files[0].trail == trail and files[0].wrong:
            raise WorkbookError(f"{self.path} {files[0].wrong}.")
        return files

    def _in_file(self, file: _File) -> list[_File]:
        if file.wrong:
            raise WorkbookError(f"{self.path} {file.wrong}.")
        if file.is_notebook:
            return [file]
        try:
            if not file.is_archive and not zipfile.is_zipfile(file.source.path):
                raise WorkbookError(f"{self.path} is neither a notebook nor a zip: {EXPECTED}.")
            return _files_in_zip(file.source.path, file.trail, 1, PILE_DIRECTORY)
        except _UNREADABLE as error:
            raise WorkbookError(f"{self.path} {_what_is_wrong(error)}.") from error

    def _pile_within(self, root: _Item) -> _Item:
        """The folder in which the pile lies: many a zip holds a single folder of everything."""
        for _ in range(WRAPPERS):
            people = [item for item in root.inside if item.is_handed_in]
            if root.is_export or len(people) != 1 or not self._is_wrapper(people[0], root.stem):
                break
            root = people[0]
        return root

    def _sort_all(self, root: _Item) -> None:
        """Give everything to its owner, or all to the only one."""
        if not root.is_export and self._is_one_students(root):
            self._give(_Owner(self._named_after(root)), root.files)
            return
        for item in root.inside:
            self._sort(item, self._scope(root))

    def _scope(self, item: _Item) -> str:
        return f"{self.path.parent}/{item.label}"

    def _is_one_students(self, folder: _Item) -> bool:
        """Whether what is here is named after problems rather than people, at least half of it."""
        named = [item for item in folder.works if self.names.is_problem(item.stem) and self._is_answer(item)]
        return bool(named) and 2 * len(named) >= len(folder.works)

    def _is_answer(self, item: _Item) -> bool:
        """Whether it is a notebook, or a folder with a notebook that is named after a problem: nbgrader's shape."""
        return item.is_notebook or any(inner.is_notebook and self.names.is_problem(inner.stem) for inner in item.inside)

    def _is_one_persons(self, root: _Item) -> bool:
        """Whether what a platform may have named does not hold several people's things: a pile may have any name."""
        return not root.is_export and (len(root.works) <= 1 or self._is_one_students(root))

    def _is_one_thing(self, root: _Item) -> bool:
        """Whether all there is is one notebook, zip or folder, which then need not be named after the student."""
        if root.is_export or len(root.works) != 1 or not self.names.person(root.stem):
            return False
        (only,) = root.works
        return not (only.is_export or self._is_one_students(only))

    def _is_wrapper(self, folder: _Item, around: str) -> bool:
        """Whether the only thing in a pile is a folder of the pile, rather than the only student's."""
        if folder.is_export:
            return True
        if folder.is_file or self._is_one_students(folder):
            return False
        return len(folder.works) > 1 or folder.name.casefold() == around.casefold()

    def _named_after(self, item: _Item) -> str:
        """The person that an item, or the nearest folder or zip around it, is named after."""
        around = [*self.path.parent.parts[1:], *item.files[0].trail[: item.level]]
        stems = (name[:-4] if name.lower().endswith(".zip") else name for name in reversed(around))
        return next(filter(None, map(self.names.person, (item.stem, *stems))), UNNAMED)

    def _give(self, owner: _Owner, files: Iterable[_File]) -> None:
        self._by_owner.setdefault(owner, _Delivery(owner, [])).files.extend(files)

    def _sort(self, item: _Item, scope: str) -> None:
        """Give a file or folder of a pile to its owner."""
        if exported := _exported(item.name, scope):
            if exported.counts:
                self._give(exported.owner, (_renamed(file, exported, item.level) for file in item.files))
        elif self.names.is_problem(item.stem):
            self._sort_problem(item)
        elif item.is_handed_in:
            self._give(_Owner(self.names.person(item.stem) or UNNAMED), item.files)

    def _sort_problem(self, item: _Item) -> None:
        """Look for the students in what is named after a problem; on its own it is nobody's."""
        if item.level == 0:
            self._give(_Owner(self._named_after(item)), item.files)
        elif item.is_file and item.files[0].is_archive:
            try:
                inside = _Item(self.reader.files(item.files[0]), item.level, False).inside
            except _UNREADABLE as error:
                self._give_nobody(item, _what_is_wrong(error))
            else:
                self._sort_each(inside, item)
        elif not item.is_file:
            self._sort_each(item.inside, item)
        elif item.is_handed_in:
            self._give_nobody(item, "does not say whose it is; name it, or its folder, after the student")

    def _sort_each(self, inside: Iterable[_Item], around: _Item) -> None:
        for item in inside:
            if item.level > WRAPPERS:
                self._give_nobody(item, "lies too deep; name it, or its folder, after the student")
            else:
                self._sort(item, self._scope(around))

    def _give_nobody(self, item: _Item, wrong: str) -> None:
        files = [file if file.wrong else replace(file, wrong=wrong) for file in item.files]
        self._nobodys.append(_Delivery(_Owner(_person(item.stem) or UNNAMED), files))


def _exports(file: _File) -> Iterator[_Exported]:
    """What the names in a file's trail say that a platform gave; the path's own may be anything."""
    return filter(None, map(_exported, file.trail[1:] or file.trail))


def _renamed(file: _File, exported: _Exported, level: int) -> _File:
    """The file under the name that its student gave it."""
    return replace(file, own_name=exported.name if len(file.trail) == level + 1 else "", revision=exported.revision)


def _tell_apart(deliveries: Iterable[_Delivery]) -> None:
    """Name the students; where a platform knows two people of one name, their numbers tell them apart."""
    numbers = defaultdict(set)
    for delivery in deliveries:
        numbers[delivery.owner.scope, delivery.owner.name].add(delivery.owner.number)
    for delivery in deliveries:
        owner = delivery.owner
        alike = len(numbers[owner.scope, owner.name] - {""}) > 1
        delivery.student = f"{owner.name}_{owner.number}" if alike and owner.number else owner.name


# What is in it.


@dataclass(frozen=True)
class _Candidate:
    """A submission, and how it stands to others of its student and problem.

    Attributes:
        submission: The submission, which does not yet know which others it replaces.
        delivery: What it came with.
        group: Of all in a group only the latest counts.
        rank: The latest has the highest.
    """

    submission: Submission
    delivery: _Delivery
    group: tuple[str, ...]
    rank: tuple[bool, int, float, str, str]


def _look_into(delivery: _Delivery, names: _Names, reader: _Reader) -> Iterator[_Candidate | Unusable]:
    """Open a delivery's zips and find the notebooks."""
    try:
        files = _opened(delivery, reader)
    except _TooMuch as error:
        top = min(delivery.files, key=lambda file: (len(file.trail), file.trail))
        yield Unusable(delivery.student, names.problem_of(top), top.label, f"This {error}.")
        return
    fit = [file for file in files if not file.wrong]
    notebooks = [file for file in fit if file.is_notebook]
    others = [file for file in fit if not file.is_notebook]
    beside = [(file.name, names.problem_of(file)) for file in others if not file.is_folder]
    for file in notebooks:
        yield _candidate(file, delivery, names, beside)
    for file in files:
        if file.wrong:
            yield file.unusable(delivery.student, names, file.wrong)
    settled = {names.problem_of(file) for file in files if file.wrong or file.is_notebook}
    if not settled:
        yield from _not_notebooks(others, delivery, names)
    elif None not in settled:
        # Beside notebooks, what is for another problem is looked for by its name or folder only.
        meant = [file for file in others if file.is_handed_in or (file.is_folder and names.is_problem(file.name))]
        loose = [file for file in meant if names.problem_of(file) not in {None, *settled}]
        yield from _not_notebooks(loose, delivery, names)


def _opened(delivery: _Delivery, reader: _Reader) -> list[_File]:
    """The files of a delivery and of its zips; what is wrong with one of them stands in it.

    Raises:
        _TooMuch: All of it together is more than a student's work can be.
    """
    budget = _Budget(STUDENT_BYTES, STUDENT_FILES, STUDENT_ARCHIVES)
    budget.spend(files=len(delivery.files))
    files, waiting = [], list(delivery.files)
    while waiting:
        file = waiting.pop()
        if not file.wrong and file.is_archive:
            waiting += _inside(file, reader, budget)
            continue
        if not file.wrong and file.is_notebook:
            if file.size > NOTEBOOK_BYTES:
                file = replace(file, wrong=_too_large(NOTEBOOK_BYTES))
            else:
                budget.spend(bytes=file.size)
        files.append(file)
    exported = {one.owner for file in files if file.is_notebook for one in _exports(file)}
    if not delivery.owner.number and len(exported) > 1:
        raise _TooMuch("is several students' work, as a platform exports it; grade it by itself")
    return sorted(files, key=lambda file: file.trail)


def _inside(archive: _File, reader: _Reader, budget: _Budget) -> list[_File]:
    """The files in a zip; the zip itself, with what is wrong, where it cannot be opened."""
    budget.spend(archives=1)
    try:
        files = reader.files(archive, budget)
    except _TooMuch:
        raise
    except _UNREADABLE as error:
        return [replace(archive, wrong=_what_is_wrong(error))]
    budget.spend(files=len(files))
    return [replace(file, revision=archive.revision) for file in files] or [_File(archive.trail, None)]


def _candidate(file: _File, delivery: _Delivery, names: _Names, others: Iterable[tuple[str, str | None]]) -> _Candidate:
    problem = names.problem_of(file)
    beside = {name for name, other in others if problem is None or other is None or problem == other}
    submission = Submission(
        delivery.student, problem, file.label, file.name, tuple(sorted(beside)), file.submitted, file.source
    )
    if problem is not None:
        group = (delivery.student, problem)
    elif file.own_name and not delivery.owner.scope:  # Canvas, which marks one file's resubmissions
        group = (delivery.student, "", *file.trail[:-1], _REVISION.sub("", file.name))
    else:
        group = (delivery.student, "", *file.trail)
    time = -math.inf if file.submitted is None else file.submitted
    rank = (names.mentioned(file.name) is not None, file.revision, time, file.name, file.label)
    return _Candidate(submission, delivery, group, rank)


def _not_notebooks(files: Iterable[_File], delivery: _Delivery, names: _Names) -> Iterator[Unusable]:
    """Report what was handed in without a notebook, once for each problem."""
    by_problem = defaultdict(list)
    for file in files:
        by_problem[names.problem_of(file)].append(file)
    for problem, group in by_problem.items():
        sent = [file for file in group if not file.is_folder]
        if sent:
            listed = ", ".join(file.name for file in sent[:3]) + (f" and {len(sent) - 3} more" if sent[3:] else "")
            reason = f"There is no notebook, only {listed}; ask for the .ipynb file."
        else:
            reason = f"{group[0].name} is empty; ask for the .ipynb file."
        yield Unusable(delivery.student, problem, (sent or group)[0].label, reason)


def _latest(candidates: Iterable[_Candidate]) -> Iterator[Submission]:
    """Of each group the latest, which names those that came with it and that it replaces."""
    groups = defaultdict(list)
    for candidate in candidates:
        groups[candidate.group].append(candidate)
    for group in groups.values():
        latest = max(group, key=lambda candidate: candidate.rank)
        replaced = {one.submission.name for one in group if one is not latest and one.delivery is latest.delivery}
        beside = tuple(sorted({*latest.submission.beside, *replaced}))
        yield replace(latest.submission, beside=beside)
