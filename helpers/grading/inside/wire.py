"""Messages between the grader and the process that holds a student's objects: tensors and plain values, nothing else.

A message is two lengths (8 bytes each, big-endian), a JSON header of the first length and a safetensors blob of the
second. JSON has fewer types than Python, so values are tagged: `{"tuple": [...]}`, `{"dict": [[key, value], ...]}`,
`{"bytes": base64}`, `{"tensor": i}` for the i-th tensor of the blob, `{"part": number}` for an object that stays where
it is, `{"name": "helpers.checks.doubles:Scale"}` for a function, class or dtype that both sides have. Whatever does not
read as such a message raises `Malformed`: the reader never guesses, never unpickles, and never makes room for what was
merely announced. safetensors lacks complex128, so complex tensors cross as pairs of reals: `{"complex tensor": i}`.
"""

from __future__ import annotations

import base64
import importlib
import json
import math
import os
import select
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from helpers.checks.subject import Elsewhere

LENGTHS = struct.Struct(">QQ")
HEADER_LIMIT = 4 * 2**20  # bytes of JSON, which take fifty times as much as values
BLOB_LIMIT = 256 * 2**20  # bytes of tensors
INDEX_LIMIT = 2**20  # bytes of the blob's own header, which names its tensors
DEPTH_LIMIT = 50  # containers within containers
DIMENSION_LIMIT = 32  # of a tensor
KEY_LIMIT = 10_000  # keys and members of sets in a message: who chooses them can make them collide
CONTAINERS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
REALS = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
INTEGERS = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint64, torch.uint32, torch.uint16, torch.uint8)
DTYPES = {*REALS, *INTEGERS, torch.bool, torch.complex64, torch.complex128}  # of tensors that cross
NAMED = ("helpers.", "torch")  # where names may lead


class Malformed(Exception):
    """What arrived is no message of the expected form."""


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """Nothing whole arrived in time."""


# Values


@dataclass
class Writer:
    """Makes JSON of values.

    Attributes:
        tensors: Collects the values' tensors.
        keys: How many more keys and members of sets there may be.
        room: How many more bytes of tensors.
    """

    tensors: list[Tensor] = field(default_factory=list)
    keys: int = KEY_LIMIT
    room: int = BLOB_LIMIT - INDEX_LIMIT

    def write(self, value: Any, depth: int = 0) -> Any:
        """A value as JSON.

        Raises:
            TypeError: The value, or something in it, cannot cross.
            ValueError: It is too large.
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
            self.room -= value.numel() * value.element_size()
            if self.room < 0 or _spread(value):
                raise ValueError("it is too large")
            value = _dense(value)
            self.tensors.append(torch.view_as_real(value) if value.is_complex() else value)
            return {"complex tensor" if value.is_complex() else "tensor": len(self.tensors) - 1}
        if isinstance(value, Elsewhere):
            return {"part": value.number, "names": list(value.names), "what": value.what}
        for tag, kind in CONTAINERS.items():
            if isinstance(value, kind):
                self._count(0 if kind in (list, tuple) else len(value))
                return {tag: [self.write(entry, depth + 1) for entry in value]}
        if isinstance(value, dict):
            self._count(len(value))
            return {"dict": [[self.write(k, depth + 1), self.write(v, depth + 1)] for k, v in value.items()]}
        return {"name": name_of(value)}

    def _count(self, keys: int) -> None:
        self.keys -= keys
        if self.keys < 0:
            raise ValueError("it has too many entries")


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
    if value.dim() >= DIMENSION_LIMIT:
        raise TypeError("it has too many dimensions")
    if value.dtype not in DTYPES:
        raise TypeError(f"a tensor of {value.dtype} cannot cross")
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


@dataclass
class Reader:
    """Undoes `Writer`.

    Attributes:
        tensors: The message's tensors.
        part: Gets objects of the other side.
        by_name: Gets names.
        keys: How many more keys and members of sets there may be.
    """

    tensors: Sequence[Tensor]
    part: Callable[[Elsewhere], Any]
    by_name: Callable[[str], Any]
    keys: int = KEY_LIMIT

    def read(self, value: Any, depth: int = 0) -> Any:
        """The value that was written.

        Raises:
            Malformed: It is not what `Writer` makes.
        """
        if depth > DEPTH_LIMIT:
            raise Malformed("values too deep")
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if not isinstance(value, dict) or not value:
            raise Malformed("a value without a tag")
        if len(value) > 1 and set(value) != {"part", "names", "what"}:
            raise Malformed("a value with two tags")
        tag, content = next(iter(value.items()))
        try:
            if tag in CONTAINERS and isinstance(content, list):
                self._count(0 if tag in ("list", "tuple") else len(content))
                return CONTAINERS[tag](self.read(entry, depth + 1) for entry in content)
            if tag == "dict" and isinstance(content, list):
                self._count(len(content))
                return {self.read(key, depth + 1): self.read(v, depth + 1) for key, v in map(_pair, content)}
            if tag in ("tensor", "complex tensor") and type(content) is int and content >= 0:
                tensor = self.tensors[content]
                return tensor if tag == "tensor" else torch.view_as_complex(tensor)
            if tag == "complex":
                real, imaginary = map(_float, _pair(content))
                return complex(real, imaginary)
            if tag == "bytes" and isinstance(content, str):
                return base64.b64decode(content, validate=True)
            if tag == "part" and len(value) == 3:
                return self.part(_elsewhere(**value))
            if tag == "name" and isinstance(content, str):
                return self.by_name(content)
        except (TypeError, ValueError, IndexError, RuntimeError) as error:
            raise Malformed(f"a {tag} that is none") from error
        raise Malformed("an unknown tag")

    def _count(self, keys: int) -> None:
        self.keys -= keys
        if self.keys < 0:
            raise Malformed("too many keys")


def _pair(content: Any) -> tuple[Any, Any]:
    if not isinstance(content, list) or len(content) != 2:
        raise ValueError("no pair")
    return content[0], content[1]


def _float(value: Any) -> float:
    if type(value) is not float:
        raise ValueError("no float")
    return value


def _elsewhere(part: Any, names: Any, what: Any) -> Elsewhere:
    if type(part) is not int or not isinstance(names, list) or not all(isinstance(w, str) for w in (what, *names)):
        raise ValueError("no handle")
    return Elsewhere(part, tuple(names), what[:200])


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
    writer = Writer()
    header = json.dumps({key: writer.write(value) for key, value in message.items()}).encode("ascii")
    blob = safetensors.torch.save({str(i): t for i, t in enumerate(writer.tensors)}) if writer.tensors else b""
    if len(header) > HEADER_LIMIT or _index_of(blob) > INDEX_LIMIT:
        raise ValueError("it is too large")
    return LENGTHS.pack(len(header), len(blob)) + header + blob


def _index_of(blob: bytes) -> int:
    """The length of a blob's own header, which stands in its first eight bytes."""
    return int.from_bytes(blob[:8], "little")


def unpack(
    header: bytes, blob: bytes, part: Callable[[Elsewhere], Any], by_name: Callable[[str], Any] = no_names
) -> dict[str, Any]:
    """Undo `pack`.

    Raises:
        Malformed: The bytes are no message.
    """
    try:
        content = json.loads(header)
        tensors = _tensors(blob)
    except (ValueError, RecursionError, safetensors.SafetensorError, TypeError, KeyError, RuntimeError) as error:
        raise Malformed("no JSON or no tensors") from error
    if not isinstance(content, dict):
        raise Malformed("no message")
    reader = Reader(tensors, part, by_name)
    return {key: reader.read(value) for key, value in content.items()}


def _tensors(blob: bytes) -> list[Tensor]:
    """The tensors of a blob in their order."""
    if not blob:
        return []
    if _index_of(blob) > INDEX_LIMIT:
        raise ValueError("too many tensors")
    by_number = safetensors.torch.load(blob)
    tensors = [by_number[str(i)] for i in range(len(by_number))]
    if any(tensor.dim() > DIMENSION_LIMIT or tensor.dtype not in DTYPES or _spread(tensor) for tensor in tensors):
        raise ValueError("tensors that no check can use")
    return tensors


def _spread(tensor: Tensor) -> bool:
    """Whether an empty tensor has another side so long that a sum over the empty one would fill the memory."""
    return not tensor.numel() and math.prod(max(size, 1) for size in tensor.shape) * tensor.element_size() > BLOB_LIMIT


class Channel:
    """Two file descriptors that bytes come from and go to."""

    def __init__(self, read: int, write: int):
        """Use these descriptors, which become non-blocking; they may be the same socket."""
        self.read, self.write = read, write
        for descriptor in {read, write}:
            os.set_blocking(descriptor, False)

    def send(self, content: bytes, deadline: float | None = None) -> None:
        """Send bytes.

        Args:
            content: The bytes.
            deadline: The time.monotonic() by which all must be taken; None waits.

        Raises:
            Closed, Late: Nobody reads any more, or not in time.
        """
        view = memoryview(content)
        while view:
            _wait(self.write, select.POLLOUT, deadline)
            try:
                view = view[os.write(self.write, view) :]
            except BlockingIOError:
                continue
            except OSError as error:
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
        taken = bytearray()
        while len(taken) < count:
            _wait(self.read, select.POLLIN, deadline)
            try:
                chunk = os.read(self.read, min(count - len(taken), 2**18))
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed from error
            if not chunk:
                raise Closed
            taken += chunk
        return bytes(taken)

    def close(self) -> None:
        """Close both descriptors."""
        descriptors, self.read, self.write = {self.read, self.write} - {CLOSED}, CLOSED, CLOSED
        for descriptor in descriptors:
            os.close(descriptor)


CLOSED = -1  # stands for the descriptor of a channel that was closed


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    """Wait until a descriptor can be read or written.

    Raises:
        Closed, Late: The descriptor is closed, or the time is over.
    """
    if descriptor == CLOSED:
        raise Closed
    left = None if deadline is None else deadline - time.monotonic()
    if left is not None and left <= 0:
        raise Late
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(None if left is None else 1000 * left):
        raise Late
