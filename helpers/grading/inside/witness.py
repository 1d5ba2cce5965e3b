"""Stand-ins for collaborators that the grader keeps to itself: whoever calls one gets the grader's answer."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from helpers.checks.subject import Elsewhere

from . import wire

ANCHOR = "anchor"


class Line:
    """The line on which a stand-in asks, while the grader waits for the reply to its own request."""

    def __init__(self, channel: wire.Channel):
        """Speak over this channel."""
        self.channel = channel
        self.request = 0  # the number of the grader's request
        self.lock = threading.Lock()

    def ask(self, part: Callable[[Elsewhere], Any], **question: Any) -> Any:
        """What a witness answers.

        Args:
            part: Gets stand-ins for what a witness makes.
            question: The `witness` by its number, and the `args` and `kwargs` of a call or an `attribute` by name.

        Raises:
            Exception: What the witness raised.
        """
        with self.lock:
            self.channel.send(wire.pack({"id": self.request, "kind": "ask", **question}))
            header, blob = self.channel.receive()
        answer = wire.unpack(header, blob, part)
        if answer["kind"] == "raised":
            raise getattr(builtins, answer["error"])(answer["message"])
        return answer["value"]


class Witness(nn.Module):
    """Stands for one witness; a network among them has an idle weight, so that its values have a graph as usual."""

    def __init__(self, ask: Callable[..., Any], learns: bool):
        """Ask by calling `ask` (see `Line.ask`); `learns` where the witness is a network."""
        super().__init__()
        if learns:
            self.register_parameter(ANCHOR, nn.Parameter(torch.zeros((), dtype=torch.float64)))
        self.ask = ask  # last: from now on attributes that it lacks are asked for

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the witness answers."""
        return self._anchored(self.ask(args=args, kwargs=kwargs))

    def _anchored(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._anchored, value))
        if isinstance(value, Tensor) and value.is_floating_point() and ANCHOR in self._parameters:
            return value + self.anchor.to(value.dtype)
        return value

    def __getattr__(self, name: str) -> Any:
        """What the witness shows, beside what every module has."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            value = None if name.startswith("_") or "ask" not in self.__dict__ else self.ask(attribute=name)
            if value is None:
                raise
            return value

    def __deepcopy__(self, memo: dict) -> Witness:
        """There is but one witness behind all copies."""
        return self
