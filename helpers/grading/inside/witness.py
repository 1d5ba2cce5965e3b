"""Stand-ins for collaborators that the grader keeps to itself: whoever calls one gets the grader's answer."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from . import wire

ANCHOR = "anchor"


class Line:
    """The line on which a stand-in asks, while the grader waits for the reply to its own request."""

    def __init__(self, channel: wire.Channel):
        """Speak over this channel."""
        self.channel = channel
        self.request = 0  # the number of the grader's request
        self.lock = threading.Lock()

    def ask(self, witness: int, args: tuple, kwargs: dict[str, Any], part: Callable) -> Any:
        """What the witness of this number answers.

        Args:
            witness: Its number.
            args: What it is called with.
            kwargs: And by name.
            part: Gets stand-ins for what a witness makes.

        Raises:
            Exception: What the witness raised.
        """
        call = {"id": self.request, "kind": "ask", "witness": witness, "args": args, "kwargs": kwargs}
        with self.lock:
            self.channel.send(wire.pack(call))
            answer = wire.unpack(*self.channel.receive(), part)
        if answer["kind"] == "raised":
            raise getattr(builtins, answer["error"])(answer["message"])
        return answer["value"]


class Witness(nn.Module):
    """Stands for one witness; a network among them has an idle weight, so that its values have a graph as usual."""

    def __init__(self, ask: Callable[[tuple, dict[str, Any]], Any], learns: bool):
        """Ask by calling `ask(args, kwargs)`; `learns` where the witness is a network."""
        super().__init__()
        self.ask = ask
        if learns:
            self.register_parameter(ANCHOR, nn.Parameter(torch.zeros((), dtype=torch.float64)))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the witness answers."""
        return self._anchored(self.ask(args, kwargs))

    def _anchored(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(self._anchored, value))
        if isinstance(value, Tensor) and value.is_floating_point() and ANCHOR in self._parameters:
            return value + self.anchor.to(value.dtype)
        return value

    def __deepcopy__(self, memo: dict) -> Witness:
        """There is but one witness behind all copies."""
        return self
