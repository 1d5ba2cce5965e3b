"""Where a student's object lives, and all that a check may do with it: call it and ask for gradients.

A check sees `Part`s: handles on objects of the student's side. In a notebook the side is `Local`, this process. The
official grader puts another side in its place, whose calls run in a sandboxed child, so a check must keep to what can
cross: tensors, plain values, parts, and functions or classes of `helpers` and `torch`, which are sent by name.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

PLAIN = (bool, int, float, complex, str, bytes, type(None))
JOINERS = "\u200c\u200d"  # spelling in Persian and other scripts
HELPERS = Path(__file__).resolve().parents[1]


class Broken(Exception):
    """The student's object could not be used; the message is one line for the student."""


class NotWritten(Broken):
    """The exercise still raises NotImplementedError."""


class Side(Protocol):
    """The process that holds the student's object."""

    def call(self, handle: Any, method: str | None, args: tuple, kwargs: Mapping[str, Any]) -> Any:
        """Call an object (or a method of it); tensors and plain values come back as such, other objects as `Part`s."""

    def parameters(self, handle: Any) -> dict[str, Tensor]:
        """The parameters of a module by name, as tensors that gradients can be asked for."""

    def gradients(self, handle: Any) -> dict[str, Tensor | None]:
        """What has accumulated in each parameter's `.grad`."""

    def load(self, handle: Any, values: Mapping[str, Tensor]) -> None:
        """Set the named parameters of a module."""

    def witness(self, factory: Callable, args: tuple, kwargs: Mapping[str, Any]) -> Part:
        """A collaborator out of the student's reach."""


@dataclass(frozen=True)
class Elsewhere:
    """The handle of an object in another process.

    Attributes:
        number: The object's number there.
        names: Of a module the names of its parameters.
        what: What it is, in words for a student.
    """

    number: int
    names: tuple[str, ...] = ()
    what: str = ""


class Part:
    """A handle on an object of the student's side: it is called, never looked into."""

    def __init__(self, side: Side, handle: Any):
        """Name the object `handle` of `side`."""
        self.side, self.handle = side, handle

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object.

        Raises:
            Broken: The call failed; the message says how, in one line.
        """
        return self.side.call(self.handle, None, args, kwargs)

    def method(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call one of the methods that the exercise names."""
        return self.side.call(self.handle, name, args, kwargs)

    def beside(self, factory: Callable, *args: Any, **kwargs: Any) -> Part:
        """Build a collaborator next to the object: `factory` is a function or class of `helpers` or `torch`."""
        return self.side.call(factory, None, args, kwargs)

    def witness(self, factory: Callable, *args: Any, **kwargs: Any) -> Part:
        """Build a collaborator whose word counts: in the grader it stays out of the reach of the student's code.

        It is called for values: no gradient passes through it. What it says of its calls is true, whatever the
        student's code has done to its own process, as long as its values are judged too (who does not ask it cannot
        know them: give it numbers that nobody else has). Of its attributes it shows those that its `shown` names.
        """
        return self.side.witness(factory, args, kwargs)

    def parameters(self) -> dict[str, Tensor]:
        """The object's parameters by name, as they are now."""
        return self.side.parameters(self.handle)

    def gradients(self) -> dict[str, Tensor | None]:
        """What the student's own code has left in each parameter's `.grad`."""
        return self.side.gradients(self.handle)

    def load(self, values: Mapping[str, Tensor]) -> None:
        """Set the named parameters to given values."""
        self.side.load(self.handle, values)


class Local:
    """The student's object in this process: the notebook's side."""

    def call(self, handle: Any, method: str | None, args: tuple, kwargs: Mapping[str, Any]) -> Any:
        """Call on copies of the tensors, so that in-place edits stay on the student's side as they would in a child."""
        try:
            function = handle if method is None else getattr(handle, method)
            return self.wrap(function(*self.unwrap(args), **self.unwrap(dict(kwargs))))
        except NotImplementedError as error:
            raise NotWritten("It is not written yet: replace `raise NotImplementedError()` by your code.") from error
        except Broken:
            raise
        except (Exception, SystemExit) as error:
            raise Broken(describe(error)) from error

    def parameters(self, handle: Any) -> dict[str, Tensor]:
        """See `Side.parameters`."""
        return dict(as_module(handle).named_parameters())

    def gradients(self, handle: Any) -> dict[str, Tensor | None]:
        """See `Side.gradients`."""
        return {name: p.grad for name, p in as_module(handle).named_parameters()}

    def load(self, handle: Any, values: Mapping[str, Tensor]) -> None:
        """See `Side.load`."""
        with torch.no_grad():
            for name, parameter in as_module(handle).named_parameters():
                if name in values:
                    parameter.copy_(values[name])

    def witness(self, factory: Callable, args: tuple, kwargs: Mapping[str, Any]) -> Part:
        """See `Side.witness`; here everything is within reach."""
        return self.call(factory, None, args, kwargs)

    def wrap(self, value: Any) -> Any:
        """What a check may see of a value: tensors and plain values as they are, other objects as parts."""
        if isinstance(value, Tensor):
            return value.as_subclass(Tensor)
        if isinstance(value, np.generic):
            value = value.item()  # numpy's numbers are numbers
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, (list, tuple, set, frozenset)):
            return type_of_container(value)(map(self.wrap, value))
        if isinstance(value, dict):
            return {self.wrap(key): self.wrap(entry) for key, entry in value.items()}
        if isinstance(value, nn.Module) and any(map(is_lazy, value.parameters())):
            raise Broken("A lazy layer has no weights before its first input: pass one through it in `__init__`.")
        return Part(self, value.double() if isinstance(value, nn.Module) else value)

    def unwrap(self, value: Any) -> Any:
        """The object behind what a check passes."""
        if isinstance(value, Part):
            return value.handle
        if isinstance(value, Tensor):
            return value.clone()
        if isinstance(value, (list, tuple, set, frozenset)):
            return type_of_container(value)(map(self.unwrap, value))
        if isinstance(value, dict):
            return {key: self.unwrap(entry) for key, entry in value.items()}
        return value


def type_of_container(value: Any) -> type:
    """The plain container type of a value: named tuples and other subclasses cross as what they hold."""
    return next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))


def as_module(handle: Any) -> nn.Module:
    """The module behind a handle.

    Raises:
        Broken: It is no module.
    """
    if not isinstance(handle, nn.Module):
        raise Broken(f"It should be a torch.nn.Module, and is {kind(handle)}.")
    return handle


def kind(value: Any) -> str:
    """What a value is, in words for a student."""
    if isinstance(value, Elsewhere):
        return value.what
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"a value of type {type(value).__name__}"


def one_line(text: str, limit: int = 2000) -> str:
    """What a student's code says, as a line that every file and every terminal takes."""
    words = " ".join(text[: 2 * limit].split())[:limit]
    return "".join(letter if letter.isprintable() or letter in JOINERS else "\ufffd" for letter in words)


def describe(error: BaseException) -> str:
    """One line for an exception of the student's code: what was raised, and the student's own line nearest to it."""
    message = one_line(str(error))
    if len(message) > 200:
        message = message[:200] + " ..."
    words = f"{type(error).__name__}: {message}" if message else type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        line = linecache.getline(frame.filename, frame.lineno).strip() if frame.lineno else ""
        if line and _is_students(frame.filename):
            return f"It raised {words} (at your line `{line}`)."
    return f"It raised {words}."


def _is_students(filename: str) -> bool:
    """Whether a frame's file is the student's own: no library's and not ours."""
    path = Path(filename)
    return "site-packages" not in path.parts and HELPERS not in path.parents and not filename.startswith("<frozen")
