"""Dropping what is bulky in a notebook's bytes before anything is parsed, piece by piece.

A student's notebook may hold 100 MB of pictures beside 50 kB of answers. Decoded and parsed it would take a multiple of
that; here its bytes pass by once, and what is kept is all that is outside outputs and widgets' state, and such outputs
as there is room for.

Only what is surely JSON is dropped. Where a file is damaged within its outputs, nothing of it may be taken for
structure: then all of it is kept, for `helpers.reading`, which knows what can be saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Within a string the quotes would be escaped, so these are keys, and the bracket after one begins its value.
_HEAVY = {b'"outputs"': re.compile(rb"[ \t\r\n]*:[ \t\r\n]*\["), b'"widgets"': re.compile(rb"[ \t\r\n]*:[ \t\r\n]*\{")}
_HELD = 80  # bytes at the end of a piece in which a key may begin
_LETTERS = rb'[^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+)*+'  # of a string
_IN_STRING = re.compile(_LETTERS)
_PLAIN = re.compile(rb'(?:[ \t\r\n,:]++|[-+0-9.eE]++|true|false|null|NaN|Infinity|"' + _LETTERS + rb'")*+')
_LONGEST_WORD = len(b"Infinity")
_CLOSING = {ord("["): ord("]"), ord("{"): ord("}")}


class NotPlain(Exception):
    """What should be outputs is no JSON: nothing may be dropped."""


def _begin(data: bytes, position: int, word: bytes) -> int:
    """Where the next value of this key begins, behind its bracket; 0 where there is none."""
    while (position := data.find(word, position)) >= 0:
        value = _HEAVY[word].match(data, position + len(word))
        if value and data[position - 1 : position] != b"\\":
            return value.end()
        position += 1
    return 0


class _Filter:
    """Takes pieces of a file and keeps what is not to be dropped."""

    def __init__(self, cell_room: int, room: int) -> None:
        self.kept = bytearray()
        self._cell_room, self._room = cell_room, room
        self._aside = bytearray()  # the outputs of a cell, as long as they may be kept
        self._left = 0  # how much longer they may be
        self._waiting = b""  # what cannot be judged before the next piece is there
        self._open: list[int] = []  # the brackets that would end what is being dropped
        self._in_string = False

    def take(self, piece: bytes, last: bool = False) -> None:
        """Take the next piece.

        Raises:
            NotPlain: Something within outputs is no JSON, or they do not end.
        """
        data, self._waiting, position = self._waiting + piece, b"", 0
        while position < len(data):
            if not self._open:
                position = self._keep(data, position, last)
                continue
            pass_by = self._pass_string if self._in_string else self._pass_plain
            begin, position = position, pass_by(data, position)
            if self._open:
                self._set_aside(data[begin:position])
            if self._waiting:
                break
        if last and (self._open or self._waiting):
            raise NotPlain

    def _keep(self, data: bytes, position: int, last: bool) -> int:
        found = min((end for word in _HEAVY if (end := _begin(data, position, word))), default=None)
        if found is None:
            end = len(data) if last else max(position, len(data) - _HELD)
            self.kept += data[position:end]
            self._waiting = data[end:]
            return len(data)
        self.kept += data[position:found]
        self._open.append(_CLOSING[data[found - 1]])
        self._left = min(self._cell_room, self._room) if data[found - 1] == ord("[") else 0
        self._aside = bytearray()
        return found

    def _set_aside(self, passed: bytes) -> None:
        self._left -= len(passed)
        if self._left >= 0:
            self._aside += passed
        else:
            self._aside = bytearray()

    def _end(self) -> None:
        if self._left >= 0:
            self._room -= len(self._aside)
            self.kept += self._aside

    def _pass_string(self, data: bytes, position: int) -> int:
        position = _IN_STRING.match(data, position).end()
        rest = data[position : position + 2]
        if rest[:1] == b'"':
            self._in_string = False
            return position + 1
        if rest == b"\\":  # what it escapes is in the next piece
            self._waiting = rest
        elif rest:
            raise NotPlain
        return position

    def _pass_plain(self, data: bytes, position: int) -> int:
        begin, position = position, _PLAIN.match(data, position).end()
        if position == len(data):
            return position
        letter = data[position]
        if letter in _CLOSING:
            self._open.append(_CLOSING[letter])
        elif letter == self._open[-1]:
            self._open.pop()
            if not self._open:
                self._set_aside(data[begin:position])
                self._end()
                self.kept.append(letter)
        elif letter == ord('"'):  # a string that goes on in the next piece, or holds what no string may
            self._in_string = True
        elif len(data) - position < _LONGEST_WORD:
            self._waiting = data[position:]
            return position
        else:
            raise NotPlain
        return position + 1


def without_bulk(pieces: Iterable[bytes], cell_room: int = 0, room: int = 0) -> bytes:
    """A notebook's bytes with empty outputs; never more is held than what is kept and one piece.

    Args:
        pieces: The file's bytes in order, of any lengths; all of them are taken.
        cell_room: Outputs of a cell that take no more bytes are kept,
        room: as long as all that are kept take no more than this.

    Raises:
        NotPlain: Outputs are damaged or cut off; pieces after the damage are taken all the same.
    """
    kept, failed = _Filter(cell_room, room), False
    for piece in pieces:
        if not failed:
            try:
                kept.take(piece)
            except NotPlain:
                failed, kept.kept = True, bytearray()
    if failed:
        raise NotPlain
    kept.take(b"", last=True)
    return bytes(kept.kept)
