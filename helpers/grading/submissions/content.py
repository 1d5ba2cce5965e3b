"""Where a notebook's bytes are: a file, or an entry of a zip, of which never more than its zip says is unpacked."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from helpers.download import CHUNK
from helpers.grading.submissions.refusals import Unfit, refused_kind, too_large


def open_plain(path: str | os.PathLike[str], flags: int) -> int:
    """An opener, as `open` takes one, of plain files: what became a link or a pipe meanwhile is refused."""
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if wrong := refused_kind(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unfit(wrong)
    return descriptor


@dataclass(frozen=True)
class OnDisk:
    """The bytes of a file."""

    path: Path

    def read(self, limit: int) -> bytes:
        """All of it, if it is no more than `limit` bytes."""
        return b"".join(self.chunks(limit))

    def chunks(self, limit: int) -> Iterator[bytes]:
        """All of it, piece by piece, if it is no more than `limit` bytes."""
        with open(self.path, "rb", opener=open_plain) as file:
            left = limit
            while chunk := file.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Unfit(too_large(limit))
                yield chunk


@dataclass(frozen=True)
class InZip:
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

    @classmethod
    def of(cls, archive: Path, entry: zipfile.ZipInfo) -> InZip:
        """An entry where the zip's list of files says that it is."""
        deflated = entry.compress_type == zipfile.ZIP_DEFLATED
        return cls(archive, entry.header_offset, entry.compress_size, entry.file_size, entry.CRC, deflated)

    def read(self, limit: int) -> bytes:
        """All of it, if it is no more than `limit` bytes."""
        return b"".join(self.chunks(limit))

    def chunks(self, limit: int) -> Iterator[bytes]:
        """All of it, if it is no more than `limit` bytes, piece by piece, and never more than the zip says."""
        if self.size > limit:
            raise Unfit(too_large(limit))
        size = checksum = 0
        with open(self.archive, "rb", opener=open_plain) as file:
            for chunk in self._unpacked(file):
                size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
                if size > self.size:
                    break
                yield chunk
        if (size, checksum) != (self.size, self.checksum):
            raise zipfile.BadZipFile

    def _unpacked(self, file: BinaryIO) -> Iterator[bytes]:
        file.seek(self.start)
        signature, name, extra = _HEADER.unpack(file.read(_HEADER.size))
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
