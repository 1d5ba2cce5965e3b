"""Collaborators whose word a check takes: they stay on the check's side, and the student's process has to ask for them.

A double that lives beside the student's code may be made to say anything, how often it was called for one. A witness
lives here: the other side holds a stand-in (`inside.witness`) that sends every call, so what a witness counts is what
was asked of it, and its values, which nobody else can compute, are what was answered. Values cross without gradients.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from helpers.checks.subject import Elsewhere, Local, Part, kind, one_line
from helpers.grading.inside import wire
from helpers.grading.inside.witness import ANCHOR

ERRORS = (TypeError, ValueError, IndexError, KeyError, AttributeError)  # that cross by name; others as RuntimeError
NUMBERS = 4096  # in all tensors of one call: two of them may be multiplied out, in the grader's own memory
MESSAGE_LIMIT = 500  # characters of what a witness says about a call that it refuses


class Witnesses:
    """The witnesses of a question, by numbers below zero: those of the student's objects are above."""

    def __init__(self) -> None:
        """Begin with none."""
        self.local = Local()
        self.objects: dict[int, Any] = {}

    def __contains__(self, handle: object) -> bool:
        """Whether a handle is that of a witness."""
        return isinstance(handle, Elsewhere) and handle.number in self.objects

    def add(self, witness: Any) -> Elsewhere:
        """Take an object in; what the other side may know of it: a number, what it is, and whether it is a module."""
        number = -1 - len(self.objects)
        self.objects[number] = witness
        return Elsewhere(number, (ANCHOR,) if isinstance(witness, nn.Module) else (), kind(witness)[:200])

    def clear(self) -> None:
        """Forget them all."""
        self.objects.clear()

    def call(self, handle: Elsewhere, method: str | None, args: tuple, kwargs: Mapping[str, Any]) -> Any:
        """What the check itself asks of a witness."""
        return self.local.call(self.objects[handle.number], method, args, kwargs)

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a witness answers to the other side: a value, an attribute, or the error that the call raises.

        Raises:
            wire.Malformed: That is no call of a witness.
        """
        number, args, kwargs, attribute = (asked.get(name) for name in ("witness", "args", "kwargs", "attribute"))
        if type(number) is not int or number not in self.objects:
            raise wire.Malformed("a call of nobody")
        if isinstance(attribute, str):
            return {"kind": "value", "value": self._shown(self.objects[number], attribute)}
        if not isinstance(args, tuple) or not isinstance(kwargs, dict) or not all(isinstance(k, str) for k in kwargs):
            raise wire.Malformed("a call without arguments")
        try:
            if sum(_room(tensor) for tensor in _tensors([*args, *kwargs.values()])) > NUMBERS:
                raise ValueError(f"more than {NUMBERS} numbers at once are more than this is made for")
            with torch.no_grad():
                value = self.objects[number](*args, **kwargs)
            return {"kind": "value", "value": self._crossing(self.local.wrap(value))}
        except Exception as error:
            known = type(error) if type(error) in ERRORS else RuntimeError
            return {"kind": "raised", "error": known.__name__, "message": one_line(str(error), MESSAGE_LIMIT)}

    def _shown(self, witness: Any, attribute: str) -> Any:
        """One of the attributes that a witness shows, those in its `shown`; None where it is no such."""
        return self.local.wrap(getattr(witness, attribute)) if attribute in getattr(witness, "shown", ()) else None

    def _crossing(self, value: Any) -> Any:
        """A value as it crosses: what a witness makes is a witness, too."""
        if isinstance(value, Part):
            return self.add(value.handle)
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._crossing, value))
        return value


def _tensors(value: Any) -> Iterator[Tensor]:
    """All tensors in what a call brings."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple, set, frozenset, dict)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _tensors(entry)


def _room(tensor: Tensor) -> int:
    """How many numbers a tensor's shape stands for; an empty side may meet a long one of another tensor."""
    return math.prod(max(size, 1) for size in tensor.shape)
