"""The student's objects as the checks see them from another process: a `Side` whose calls cross a channel.

A check works on it as on an object of its own process: it calls parts, asks for gradients with torch.autograd.grad, and
reads parameters by name. A call is an autograd function whose forward asks the other side for values and whose backward
asks it for vector-Jacobian products. Every reply is taken as a claim: what is malformed, late or out of turn ends the
student's process and fails the question.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from helpers.checks.subject import Broken, Elsewhere, NotWritten, Part, one_line, type_of_container
from helpers.grading.inside import wire
from helpers.grading.witnesses import Witnesses

MESSAGE_LIMIT = 2000  # characters of a student's own message
QUESTION_LIMIT = 512 * 2**20  # bytes of all replies to one question, which a check may keep
PARAMETERS = {"value": dict, "frozen": list}  # what tells a module's parameters
TOLD = ("call", "vjp", "parameters", "gradients", "load")  # requests that an appeal wants to see
TOO_LONG = "It took too long: look for a loop without an end, or work that is repeated."
GONE = "It ended the Python process that it ran in, or used up its memory."


class Ended(Broken):
    """The student's process is gone or beyond use; `state` says why: "timeout" or "crash"."""

    def __init__(self, message: str, state: str):
        """Keep the sentence for the student and the state."""
        super().__init__(message)
        self.state = state


class Remote:
    """The student's process as the side that checks know."""

    def __init__(self, channel: wire.Channel):
        """Speak over this channel."""
        self.channel = channel
        self.deadline = time.monotonic()
        self.over: Ended | None = None  # set when the process is beyond use
        self.asked: list[str] | None = None  # a record of requests, where somebody wants to see them
        self._count = 0
        self._received = 0  # bytes since the question began
        self._witnesses = Witnesses()
        self._mirrors: dict[int, dict[str, Tensor]] = {}
        self._done: list[int] = []  # calls whose graphs nobody can ask for any more

    def allow(self, seconds: float) -> None:
        """Let what is asked from now on take so long together."""
        self.deadline = time.monotonic() + seconds

    # Cells and names

    def run(self, source: str, name: str) -> tuple[str, bool]:
        """Run a cell; its error in one line ("" where there is none), and whether it is an error of syntax."""
        try:
            reply = self._surely("run", {"source": source, "name": name}, {"error": str, "syntax": bool})
        except ValueError:  # more than a message may hold
            return "The cell is too large to be run.", False
        return one_line(reply["error"], MESSAGE_LIMIT), reply["syntax"]

    def seed(self, seed: int) -> None:
        """Begin a question: seed the generators there, and forget the objects and graphs of the last one."""
        self._mirrors.clear()
        self._witnesses.clear()
        self._done.clear()
        self._received = 0
        self._surely("seed", {"seed": seed}, {})

    def fetch(self, name: str) -> Part:
        """What the student's cells have bound to a name; a part of None where that is nothing."""
        value = self._surely("fetch", {"name": name}, {"value": object})["value"]
        return Part(self, value if isinstance(value, Elsewhere) else None)

    # What checks do

    def call(self, handle: Any, method: str | None, args: tuple, kwargs: Mapping[str, Any]) -> Any:
        """See `Side.call`."""
        if handle in self._witnesses:
            return self._witnesses.call(handle, method, args, kwargs)
        tensors: list[Tensor] = []
        modules: list[Elsewhere] = []

        def crossing(value: Any) -> Any:
            if isinstance(value, Tensor):
                tensors.append(value)
            if not isinstance(value, Part):
                return value
            if value.handle is not None:
                modules.append(value.handle)
            return value.handle

        args, kwargs = _mapped(tuple(args), crossing), _mapped(dict(kwargs), crossing)
        if isinstance(handle, Elsewhere):
            modules.insert(0, handle)
        modules = [module for module in dict.fromkeys(modules) if module.number in self._mirrors]
        leaves = [p for module in modules for p in self._mirrors[module.number].values()]
        request = _Request(self, handle, method, args, kwargs, modules, len(tensors))
        if not torch.is_grad_enabled() or not any(t.requires_grad for t in (*tensors, *leaves)):
            return self._parts(request.ask(tensors)[0])
        outputs = _Call.apply(request, *tensors, *leaves)
        returned = iter(outputs)
        shown, request.shown = request.shown, None  # or the request would keep what keeps it
        return self._parts(_mapped(shown, lambda leaf: next(returned) if isinstance(leaf, Tensor) else leaf))

    def parameters(self, handle: Any) -> dict[str, Tensor]:
        """See `Side.parameters`: mirrors here, brought up to date by every call of this."""
        return self._mirrored(handle, self._ask("parameters", {"target": handle}, PARAMETERS))

    def _mirrored(self, handle: Any, reply: Mapping[str, Any]) -> dict[str, Tensor]:
        """The mirrors of a module's parameters, brought up to date by a reply that tells them."""
        now = _tensors_by_name(reply["value"])
        frozen = {name for name in reply["frozen"] if isinstance(name, str)}
        mirror = self._mirrors.get(handle.number, {})
        if _forms(mirror) != _forms(now):
            mirror = {name: p.clone().requires_grad_(_can_learn(p) and name not in frozen) for name, p in now.items()}
            self._mirrors[handle.number] = mirror
        with torch.no_grad():
            for name, value in now.items():
                mirror[name].copy_(value)
        return dict(mirror)

    def gradients(self, handle: Any) -> dict[str, Tensor | None]:
        """See `Side.gradients`."""
        value = self._ask("gradients", {"target": handle}, {"value": dict})["value"]
        given = {name: gradient for name, gradient in value.items() if gradient is not None}
        return _tensors_by_name(given) | {name: None for name in value if name not in given}

    def load(self, handle: Any, values: Mapping[str, Tensor]) -> None:
        """See `Side.load`."""
        request = {"target": handle, "values": {name: v.detach() for name, v in values.items()}}
        self._mirrored(handle, self._ask("load", request, PARAMETERS))

    def witness(self, factory: Callable, args: tuple, kwargs: Mapping[str, Any]) -> Part:
        """See `Side.witness`: an object of this process."""
        made = self._witnesses.local.call(factory, None, args, kwargs)
        return Part(self, self._witnesses.add(made.handle))

    # Requests

    def _ask(self, do: str, request: Mapping[str, Any], fields: Mapping[str, type]) -> dict[str, Any]:
        """One request and its reply, which has to have these fields.

        Raises:
            NotWritten, Broken: What the student's code made of it.
            Ended: There is no reply of the expected form, and there will be none any more.
        """
        if self.over is not None:
            raise self.over
        self._count += 1
        told = self.asked if do in TOLD else None
        if told is not None:
            told.append(_shown(do, request))
        done = len(self._done)  # a graph may be let go of meanwhile
        content = wire.pack({"id": self._count, "do": do, "done": self._done[:done], **request})
        del self._done[:done]
        try:
            self.channel.send(content, self.deadline)
            reply = self._next()
            while reply.get("kind") == "ask":
                answer = self._witnesses.answer(_numbered(reply, self._count))
                if told is not None:
                    told += [_shown("  asked", reply), _shown("  answered", answer)]
                self.channel.send(wire.pack({"id": self._count, **answer}), self.deadline)
                reply = self._next()
            _verify(reply, self._count, fields)
        except wire.Late:
            raise self._end(TOO_LONG, "timeout") from None
        except wire.Closed:
            raise self._end(GONE, "crash") from None
        except wire.Malformed as error:
            raise self._end(f"It disturbed the conversation with the grader ({error}).", "crash") from None
        if told is not None:
            told.append(_shown(f"  {'gave' if reply['kind'] == 'value' else reply['kind']}", reply))
        if reply["kind"] == "value":
            return reply
        kind = NotWritten if reply["kind"] == "not written" else Broken
        raise kind(one_line(reply["message"], MESSAGE_LIMIT))

    def _next(self) -> dict[str, Any]:
        """What comes next from the other side.

        Raises:
            wire.Malformed, wire.Late, wire.Closed: Nothing that can be read.
        """
        header, blob = self.channel.receive(self.deadline)
        self._received += len(header) + len(blob)
        if self._received > QUESTION_LIMIT:
            raise wire.Malformed("more than one question can ask for")
        return wire.unpack(header, blob, part=self._part)

    def _surely(self, do: str, request: Mapping[str, Any], fields: Mapping[str, type]) -> dict[str, Any]:
        """A request that the other side can always fulfil, whatever the student's code is: failing is no answer.

        Raises:
            Ended: There is no reply of the expected form, and there will be none any more.
        """
        try:
            return self._ask(do, request, fields)
        except Ended:
            raise
        except Broken as error:
            raise self._end(f"It disturbed the conversation with the grader. {error}", "crash") from None

    def _end(self, message: str, state: str) -> Ended:
        self.over = Ended(message, state)
        return self.over

    def _part(self, part: Elsewhere) -> Elsewhere:
        return part

    def _parts(self, value: Any) -> Any:
        """The value with a part for every object that stayed there; modules get mirrors of their parameters."""

        def part(leaf: Any) -> Any:
            if not isinstance(leaf, Elsewhere):
                return leaf
            if leaf.names:
                self.parameters(leaf)
            return Part(self, leaf)

        return _mapped(value, part)

    def _let_go(self, call: int) -> None:
        self._done.append(call)


def _numbered(reply: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """The reply.

    Raises:
        wire.Malformed: It belongs to another request.
    """
    if type(reply.get("id")) is not int or reply["id"] != number:
        raise wire.Malformed("a reply that nobody asked for")
    return reply


def _verify(reply: Mapping[str, Any], number: int, fields: Mapping[str, type]) -> None:
    """Whether a reply answers this request with what was asked for.

    Raises:
        wire.Malformed: It does not.
    """
    kind = _numbered(reply, number).get("kind")
    if not isinstance(kind, str):
        raise wire.Malformed("a reply of no kind")
    if kind in ("not written", "broken"):
        fields = {"message": str}
    elif kind != "value":
        raise wire.Malformed("a reply of no kind")
    for name, wanted in fields.items():
        if name not in reply or not isinstance(reply[name], wanted):
            raise wire.Malformed("a reply without what was asked for")


def _tensors_by_name(value: Mapping[Any, Any]) -> dict[str, Tensor]:
    if not all(isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in value.items()):
        raise Broken("Its parameters are no tensors.")
    return dict(value)


def _forms(tensors: Mapping[str, Tensor]) -> dict[str, tuple]:
    return {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}


def _can_learn(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A nested value with every leaf changed, in the order in which it is written."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return type_of_container(value)(_mapped(entry, change) for entry in value)
    if isinstance(value, dict):
        return {key: _mapped(entry, change) for key, entry in value.items()}
    return change(value)


# A call with gradients


class _Request:
    """One call of the student's object, and where its graph is kept."""

    def __init__(
        self,
        side: Remote,
        handle: Any,
        method: str | None,
        args: Any,
        kwargs: Any,
        modules: list[Elsewhere],
        count: int,
    ):
        """Remember what is called; `count` is the number of tensors among the arguments."""
        self.side, self.handle, self.method, self.args, self.kwargs = side, handle, method, args, kwargs
        self.modules, self.count = modules, count
        self.shown: Any = None
        self.number = 0

    def ask(self, tensors: list[Tensor]) -> tuple[Any, list[Tensor], list[bool]]:
        """What the call returns, the tensors in it, and which of them have a gradient."""
        grad = torch.is_grad_enabled()
        plain = iter([t.detach() for t in tensors])

        def without_graph(leaf: Any) -> Any:
            return next(plain) if isinstance(leaf, Tensor) else leaf

        reply = self.side._ask(
            "call",
            {
                "target": self.handle,
                "method": self.method,
                "args": _mapped(self.args, without_graph),
                "kwargs": _mapped(self.kwargs, without_graph),
                "tracked": [bool(t.requires_grad) and grad for t in tensors],
            },
            {"value": object, "call": int, "tracked": list},
        )
        outputs: list[Tensor] = []
        _mapped(reply["value"], lambda leaf: outputs.append(leaf) if isinstance(leaf, Tensor) else None)
        if len(outputs) != len(reply["tracked"]):
            raise self.side._end("It disturbed the conversation with the grader.", "crash")
        self.number = reply["call"]
        weakref.finalize(self, self.side._let_go, self.number)
        return reply["value"], outputs, [tracked is True for tracked in reply["tracked"]]


class _Call(torch.autograd.Function):
    """A call in the child: forward asks for values, backward for vector-Jacobian products."""

    @staticmethod
    def forward(ctx: Any, request: _Request, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The tensors in what the call returns."""
        with torch.enable_grad():
            request.shown, outputs, tracked = request.ask(list(tensors[: request.count]))
        ctx.request, ctx.forms = request, [(t.shape, t.dtype) for t in tensors]
        ctx.set_materialize_grads(False)
        learning = [t and _can_learn(o) for o, t in zip(outputs, tracked, strict=True)]
        ctx.mark_non_differentiable(*[o for o, t in zip(outputs, learning, strict=True) if not t])
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor | None) -> tuple[Any, ...]:
        """The gradients of the call's tensors and of the parameters of the modules that took part."""
        request: _Request = ctx.request
        side = request.side
        given = [None if slope is None else slope.detach() for slope in slopes]
        fields = {"tensors": list, "modules": list}
        reply = side._ask("vjp", {"call": request.number, "slopes": given, "modules": request.modules}, fields)
        found = list(reply["tensors"])
        for module, by_name in zip(request.modules, reply["modules"], strict=False):
            names = side._mirrors.get(module.number, {})
            found += [by_name.get(name) if isinstance(by_name, dict) else None for name in names]
        if len(found) != len(ctx.forms):
            raise side._end("It disturbed the conversation with the grader (gradients of something else).", "crash")
        return (None, *[_gradient(side, slope, *form) for slope, form in zip(found, ctx.forms, strict=True)])


def _gradient(side: Remote, slope: Any, shape: torch.Size, dtype: torch.dtype) -> Tensor | None:
    """The gradient of something of this form; the process is beyond use where it is none."""
    if slope is None:
        return None
    if not isinstance(slope, Tensor) or slope.shape != shape or slope.is_complex() != dtype.is_complex:
        raise side._end("It disturbed the conversation with the grader (a gradient of another shape).", "crash")
    return slope.to(dtype)


# What was asked, for a person to read


def _shown(what: str, content: Mapping[str, Any]) -> str:
    """A request or a reply in one line, its tensors in short."""
    left_out = {"id", "kind", "source", "do", "tracked"}
    parts = [
        f"{name}={_brief(value)}" for name, value in content.items() if name not in left_out and value not in (None, {})
    ]
    return f"{what} {' '.join(parts)}"[:MESSAGE_LIMIT]


def _brief(value: Any) -> str:
    if isinstance(value, Tensor):
        values = ", ".join(f"{v:.4g}" for v in value.flatten()[:6].tolist())
        return f"tensor{list(value.shape)}[{values}{', …' if value.numel() > 6 else ''}]"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_brief, value))})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_brief(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, Elsewhere):
        return f"<{value.what}>"
    return getattr(value, "__qualname__", None) or repr(value)
