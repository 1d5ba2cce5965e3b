"""Messages between the grader and the process that holds a student's objects: tensors and plain values, nothing else.

A message is two lengths (8 bytes each, big-endian), a JSON header of the first length and a safetensors blob of the
second. JSON has fewer types than Python, so values are tagged: `{"tuple": [...]}`, `{"dict": [[key, value], ...]}`,
`{"bytes": base64}`, `{"tensor": i}` for the i-th tensor of the blob, `{"part": number}` for an object that stays where
it is, `{"name": "helpers.checks.doubles:Scale"}` for a function, class or dtype that both sides have. Whatever does not
read as such a message raises `Malformed`: the reader never guesses, and never unpickles.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import select
import struct
import time
from collections.abc import Callable
from functools import reduce
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from helpers.checks.subject import Elsewhere

LENGTHS = struct.Struct(">QQ")
HEADER_LIMIT = 16 * 2**20  # bytes of JSON
BLOB_LIMIT = 256 * 2**20  # bytes of tensors
DEPTH_LIMIT = 50  # containers within containers
CONTAINERS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
NAMED = ("helpers.", "torch")  # where names may lead


class Malformed(Exception):
    """What arrived is no message of the expected form."""


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """Nothing whole arrived in time."""


# Values


def encode(value: Any, tensors: list[Tensor], depth: int = 0) -> Any:
    """A value as JSON; its tensors are added to the list.

    Raises:
        TypeError: The value, or something in it, cannot cross.
    """
    if depth > DEPTH_LIMIT:
        raise TypeError("it is nested too deeply")
    if value is None or isinstance(value, (bool, int, float, str)):
        return _plain(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Tensor):
        tensors.append(_dense(value))
        return {"tensor": len(tensors) - 1}
    if isinstance(value, Elsewhere):
        return {"part": value.number, "names": list(value.names), "what": value.what}
    for tag, kind in CONTAINERS.items():
        if isinstance(value, kind):
            return {tag: [encode(entry, tensors, depth + 1) for entry in value]}
    if isinstance(value, dict):
        pairs = value.items()
        return {"dict": [[encode(k, tensors, depth + 1), encode(v, tensors, depth + 1)] for k, v in pairs]}
    return {"name": name_of(value)}


def _plain(value: Any) -> Any:
    """A plain value without what a subclass adds to it."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None


def _dense(value: Tensor) -> Tensor:
    """A tensor as bytes can hold it: plain, dense, contiguous, on the CPU, without a graph."""
    if value.layout is not torch.strided or value.is_quantized or value.is_nested or value.device.type == "meta":
        raise TypeError("it is no plain dense tensor")
    return value.detach().as_subclass(Tensor).to("cpu").resolve_conj().resolve_neg().contiguous().clone()


def name_of(value: Any) -> str:
    """The name by which the other side finds the same function, class or dtype.

    Raises:
        TypeError: It has none that both sides know.
    """
    if isinstance(value, torch.dtype):
        return f"torch:{str(value).removeprefix('torch.')}"
    own = f"{getattr(value, '__module__', None)}:{getattr(value, '__qualname__', '')}"
    builtin = f"torch:{getattr(value, '__name__', '')}"  # torch.sin and its like do not know their module
    for name in (own, builtin):
        if name.startswith(NAMED) and _leads_to(name, value):
            return name
    raise TypeError(f"a value of type {type(value).__name__} cannot cross")


def _leads_to(name: str, value: Any) -> bool:
    try:
        return named(name) is value
    except (AttributeError, ImportError):
        return False


def named(name: str) -> Any:
    """The function, class or dtype of `helpers` or `torch` that has this name.

    Raises:
        Malformed: It leads elsewhere.
    """
    module, _, path = name.partition(":")
    if not module.startswith(NAMED):
        raise Malformed("a name outside helpers and torch")
    return reduce(getattr, path.split("."), importlib.import_module(module))


def decode(value: Any, tensors: list[Tensor], part: Callable[[Elsewhere], Any], by_name: Callable[[str], Any]) -> Any:
    """Undo `encode`; objects of the other side are given to `part`, names to `by_name`.

    Raises:
        Malformed: It is not what `encode` makes.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if not isinstance(value, dict) or not value:
        raise Malformed("a value without a tag")

    def inner(entry: Any) -> Any:
        return decode(entry, tensors, part, by_name)

    tag, content = next(iter(value.items()))
    try:
        if tag in CONTAINERS and isinstance(content, list):
            return CONTAINERS[tag](inner(entry) for entry in content)
        if tag == "dict":
            return {inner(key): inner(entry) for key, entry in content}
        if tag == "tensor" and type(content) is int and content >= 0:
            return tensors[content]
        if tag == "complex":
            real, imaginary = content
            return complex(real, imaginary)
        if tag == "bytes":
            return base64.b64decode(content, validate=True)
        if tag == "part" and type(content) is int:
            names, what = value.get("names", []), value.get("what", "")
            if isinstance(what, str) and isinstance(names, list) and all(isinstance(name, str) for name in names):
                return part(Elsewhere(content, tuple(names), what[:200]))
        if tag == "name" and isinstance(content, str):
            return by_name(content)
    except (TypeError, ValueError, IndexError) as error:
        raise Malformed(f"a {tag} that is none") from error
    raise Malformed("an unknown tag")


def no_names(name: str) -> Any:
    """Refuse names: the grader takes none from a student's side."""
    raise Malformed("a name")


# Messages


def pack(message: dict[str, Any]) -> bytes:
    """A message as bytes; each of its entries is a value.

    Raises:
        TypeError: A value cannot cross.
        ValueError: It is too large.
    """
    tensors: list[Tensor] = []
    header = json.dumps({key: encode(value, tensors) for key, value in message.items()}).encode("utf-8")
    blob = safetensors.torch.save({str(i): t for i, t in enumerate(tensors)}) if tensors else b""
    if len(header) > HEADER_LIMIT or len(blob) > BLOB_LIMIT:
        raise ValueError("it is too large")
    return LENGTHS.pack(len(header), len(blob)) + header + blob


def unpack(
    header: bytes, blob: bytes, part: Callable[[Elsewhere], Any], by_name: Callable[[str], Any] = no_names
) -> dict[str, Any]:
    """Undo `pack`.

    Raises:
        Malformed: The bytes are no message.
    """
    try:
        content = json.loads(header)
        tensors = safetensors.torch.load(blob) if blob else {}
    except (ValueError, RecursionError, safetensors.SafetensorError, TypeError, KeyError, RuntimeError) as error:
        raise Malformed("no JSON or no tensors") from error
    if not isinstance(content, dict):
        raise Malformed("no message")
    try:
        ordered = [tensors[str(i)] for i in range(len(tensors))]
        return {key: decode(value, ordered, part, by_name) for key, value in content.items()}
    except (KeyError, RecursionError) as error:
        raise Malformed("tensors without a number, or values too deep") from error


class Channel:
    """Two file descriptors that bytes come from and go to."""

    def __init__(self, read: int, write: int):
        """Use these descriptors; they may be the same socket."""
        self.read, self.write = read, write

    def send(self, content: bytes) -> None:
        """Send bytes.

        Raises:
            Closed: Nobody reads any more.
        """
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self.write, view) :]
        except (BrokenPipeError, ConnectionError, OSError) as error:
            raise Closed from error

    def receive(self, deadline: float | None = None) -> tuple[bytes, bytes]:
        """The next message's header and blob.

        Args:
            deadline: The time.monotonic() by which the whole of it must be here; None waits.

        Raises:
            Closed, Late, Malformed: There is none.
        """
        header, blob = LENGTHS.unpack(self._exactly(LENGTHS.size, deadline))
        if header > HEADER_LIMIT or blob > BLOB_LIMIT:
            raise Malformed("a message that is too large")
        return self._exactly(header, deadline), self._exactly(blob, deadline)

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        """The next `count` bytes; memory grows with what arrives, not with what was announced."""
        chunks, missing = [], count
        while missing:
            self._wait(deadline)
            try:
                chunk = os.read(self.read, min(missing, 2**20))
            except OSError as error:
                raise Closed from error
            if not chunk:
                raise Closed
            chunks.append(chunk)
            missing -= len(chunk)
        return b"".join(chunks)

    def _wait(self, deadline: float | None) -> None:
        if deadline is None:
            return
        left = deadline - time.monotonic()
        poll = select.poll()
        poll.register(self.read, select.POLLIN)
        if left <= 0 or not poll.poll(1000 * left):
            raise Late

    def close(self) -> None:
        """Close both descriptors."""
        for descriptor in {self.read, self.write}:
            try:
                os.close(descriptor)
            except OSError:
                continue
