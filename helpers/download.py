"""Fetch one file so that it arrives whole or not at all, and unpack an archive so that it stays in its folder.

A download grows in `<name>.part`, is resumed with HTTP's Range after a cut, is compared with its size and checksum,
and only then takes its name in one step: who finds the file finds all of it. Several mirrors are tried in turn;
`WORKBOOK_MIRROR` puts an instructor's own in front. Progress goes to stdout: anything on stderr costs a graded cell
its points.
"""

import errno
import hashlib
import lzma
import os
import shutil
import stat
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
import urllib3
from filelock import FileLock
from tqdm import tqdm

from helpers.errors import WorkbookError

CHUNK = 1 << 16
TIMEOUT = (10, 30)  # seconds to connect, seconds of silence
CUTS = 5  # how often one server may break off before the next one is asked


class _Unavailable(Exception):
    """A server that does not give the file; the message says why."""


def mirrored(path: str, urls: Sequence[str]) -> list[str]:
    """Put the instructor's own mirror, if `WORKBOOK_MIRROR` names one, in front: its address followed by `path`."""
    mirror = os.environ.get("WORKBOOK_MIRROR", "").rstrip("/")
    return [f"{mirror}/{path}", *urls] if mirror else list(urls)


def fetch(
    urls: Sequence[str], target: Path | str, checksum: str | None, size: int | None, progress: bool = True
) -> Path:
    """Download a file, from the first of `urls` that gives it whole.

    A file that is already there with the right checksum is kept and nothing is asked of the network. What arrived
    before a cut stays in `<target>.part`, so that the next call goes on from there.

    Args:
        urls: The same file on several servers, in the order in which they are tried.
        target: Where the file goes; its folder is made.
        checksum: Checksum of the file, in hexadecimal: its sha256, or its md5 where nothing better is published; None
            where nothing is, so that the caller has to look at what arrived.
        size: Size of the file in bytes; None where it is not published, so that each server is asked for it.
        progress: Whether a bar is shown, on stdout.

    Returns:
        The path of the whole file.

    Raises:
        WorkbookError: no server gives the file, what they give is not the file, or the disk does not take it.
    """
    target = Path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Two notebooks that fetch the same file must not write into one another's part.
        with FileLock(target.with_name(".lock")):
            if not is_whole(target, checksum, size):
                _check_room(target, size or 0)
                _from_first(urls, target, checksum, size, progress)
    except OSError as error:
        raise _disk_error(target, size or 0, error) from error
    return target


def is_whole(path: Path, checksum: str | None, size: int | None) -> bool:
    """Whether the file is there with this size, where it is known, and checksum."""
    return path.is_file() and size in (None, path.stat().st_size) and has_checksum(path, checksum)


def has_checksum(path: Path, checksum: str | None) -> bool:
    """Whether a file has this sha256 or, where the checksum is of that length, md5; any file has the checksum None."""
    if checksum is None:
        return True
    with path.open("rb") as file:
        kind = "md5" if len(checksum) == hashlib.md5().digest_size * 2 else "sha256"
        return hashlib.file_digest(file, kind).hexdigest() == checksum


def sha256_of(path: Path) -> str:
    """Return a file's sha256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def readable_size(size: int) -> str:
    """Write a number of bytes as a person reads it: 29 kB, 11 MB, 1.4 GB."""
    if size < 1e6:
        return f"{max(size, 1) / 1e3:.0f} kB"
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def _from_first(urls: Sequence[str], target: Path, checksum: str | None, size: int | None, progress: bool) -> None:
    part = target.with_name(f"{target.name}.part")
    reasons = []
    for url in urls:
        try:
            _receive_whole(url, part, checksum, _size_at(url) if size is None else size, progress)
        except _Unavailable as reason:
            reasons.append(f"{_server(url)} {reason}")
        else:
            part.replace(target)
            return
    raise WorkbookError(
        f"{target.name} could not be downloaded ({'; '.join(reasons)}): check the network and try again later, "
        "or set WORKBOOK_MIRROR to the address of a copy."
    )


def _server(url: str) -> str:
    """How a sentence names the server of an address; the address itself where it has none."""
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


def _size_at(url: str) -> int:
    """Ask a server how large its file is."""
    try:
        with requests.get(url, headers={"Accept-Encoding": "identity"}, stream=True, timeout=TIMEOUT) as response:
            if response.status_code != requests.codes.ok:
                raise _Unavailable(f"answers {response.status_code} {response.reason}")
            length = response.headers.get("Content-Length", "")
    except requests.RequestException as error:
        raise _Unavailable(_reason(error)) from error
    if not length.isdecimal():
        raise _Unavailable("does not say how large its file is")
    return int(length)


def _receive_whole(url: str, part: Path, checksum: str | None, size: int, progress: bool) -> None:
    """Bring `part` to its full size and compare its checksum; one that goes on from an older part gets a second try."""
    resumed = part.exists()
    _receive(url, part, size, progress)
    if has_checksum(part, checksum):
        return
    part.unlink()
    if not resumed:
        raise _Unavailable("gives a file with a wrong checksum, which was removed")
    _receive_whole(url, part, checksum, size, progress)


def _receive(url: str, part: Path, size: int, progress: bool) -> None:
    """Append to `part` until it has `size` bytes, going on after each cut as long as something arrives."""
    if part.exists() and part.stat().st_size > size:
        part.unlink()
    for _ in range(CUTS):
        offset = part.stat().st_size if part.exists() else 0
        if offset == size:
            return
        try:
            _append(url, part, offset, size, progress)
        except requests.RequestException as error:
            if not part.exists() or part.stat().st_size <= offset:
                raise _Unavailable(_reason(error)) from error
    if part.stat().st_size < size:
        raise _Unavailable("breaks off again and again; what arrived is kept")


def _append(url: str, part: Path, offset: int, size: int, progress: bool) -> None:
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()
            raise _Unavailable("has a shorter file")
        if response.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise _Unavailable(f"answers {response.status_code} {response.reason}")
        if not _continues(response, offset):
            offset = 0  # the server ignores Range and sends the file from its start
        length = response.headers.get("Content-Length")
        if length is not None and int(length) != size - offset:
            raise _Unavailable(f"has a file of another size ({int(length) + offset} instead of {size} bytes)")
        with _open_at(part, offset) as file, _bar(part, offset, size, progress) as bar:
            for chunk in _raw_chunks(response):
                offset += len(chunk)
                if offset > size:
                    break
                file.write(chunk)
                bar.update(len(chunk))
    if offset > size:
        part.unlink()
        raise _Unavailable("sends more than the file's size")
    if offset < size:
        raise requests.ConnectionError("connection closed early")


def _continues(response: requests.Response, offset: int) -> bool:
    return response.status_code == requests.codes.partial_content and response.headers.get(
        "Content-Range", ""
    ).startswith(f"bytes {offset}-")


def _raw_chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield the bytes as sent: where a server calls .gz an encoding, they would otherwise be unpacked on the way."""
    try:
        while chunk := response.raw.read(CHUNK, decode_content=False):
            yield chunk
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.ConnectionError(str(error)) from error


def _open_at(part: Path, offset: int) -> BinaryIO:
    return part.open("ab" if offset else "wb")


def _bar(part: Path, offset: int, size: int, progress: bool) -> tqdm:
    name = part.name.removesuffix(".part")
    return tqdm(
        total=size,
        initial=offset,
        desc=name,
        unit="B",
        unit_scale=True,
        file=sys.stdout,
        disable=not progress,
        ncols=80,
    )


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "does not answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "shows a certificate that is not trusted here"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    return f"is no usable address ({type(error).__name__})"


def _check_room(target: Path, size: int) -> None:
    part = target.with_name(f"{target.name}.part")
    arrived = part.stat().st_size if part.exists() else 0
    if shutil.disk_usage(target.parent).free < size - arrived:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _disk_error(target: Path, size: int, error: OSError) -> WorkbookError:
    if error.errno == errno.ENOSPC:
        return WorkbookError(
            f"The disk of {target.parent} is full: {target.name} needs {readable_size(size)}; make room and try again "
            "(what has arrived is kept)."
        )
    return WorkbookError(
        f"{target} cannot be written ({error.strerror or error}); choose a folder that you may write to."
    )


def extract(archive: Path | str, folder: Path | str, limit: int) -> Path:
    """Unpack a zip or tar archive into a new folder, all of it or nothing.

    Args:
        archive: A .zip, .tar, .tar.gz, .tar.bz2 or .tar.xz file.
        folder: Where it goes; it must not exist yet, or be empty.
        limit: The most bytes that the files may have together, so that a small archive cannot fill the disk.

    Returns:
        The folder.

    Raises:
        WorkbookError: the file is no whole archive, a member would leave the folder or is no plain file or folder, or
            the members exceed the limit; the folder is then not made.
    """
    archive, folder = Path(archive), Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkbookError(f"{folder} is there already; move it away before unpacking {archive.name}.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
            unpacked = Path(temporary) / "unpacked"
            unpacked.mkdir()
            _unpack(archive, unpacked, limit)
            if folder.exists():
                folder.rmdir()
            unpacked.replace(folder)
    except _DAMAGED as error:
        raise _damaged(archive) from error
    except OSError as error:
        raise _disk_error(folder, limit, error) if error.errno else _damaged(archive) from error
    return folder


_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, RuntimeError)


def _damaged(archive: Path) -> WorkbookError:
    return WorkbookError(f"{archive} is damaged or no zip or tar archive; delete it and download it again.")


def _unpack(archive: Path, folder: Path, limit: int) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as file:
            for member in file.infolist():
                kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where the archive was not made on Unix
                _check_member(archive, member.filename, plain=kind in (0, stat.S_IFREG, stat.S_IFDIR))
                limit -= _copy(file.open(member), folder / member.filename, archive, limit, is_folder=member.is_dir())
    else:
        with tarfile.open(archive) as file:
            for member in file:
                _check_member(archive, member.name, plain=member.isreg() or member.isdir())
                content = None if member.isdir() else file.extractfile(member)
                limit -= _copy(content, folder / member.name, archive, limit, is_folder=member.isdir())


def _check_member(archive: Path, name: str, plain: bool) -> None:
    windows = PureWindowsPath(name)
    if not plain:
        raise WorkbookError(
            f"{archive} was not unpacked: {name!r} in it is a link or a device, so do not trust this file."
        )
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise WorkbookError(
            f"{archive} was not unpacked: {name!r} in it points outside its folder, so do not trust it."
        )


def _copy(content: BinaryIO | None, path: Path, archive: Path, limit: int, is_folder: bool) -> int:
    """Write one member, counting what really comes out rather than what the archive promises; return the bytes."""
    if is_folder:
        path.mkdir(parents=True, exist_ok=True)
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with content, path.open("wb") as file:
        while chunk := content.read(CHUNK):
            written += len(chunk)
            if written > limit:
                raise WorkbookError(
                    f"{archive} was not unpacked: it holds more than it should, so do not trust this file."
                )
            file.write(chunk)
    return written
