"""A throwaway side in a child process: the student's object lives there, and only tensors and plain values cross.

It shows that the checks ask for nothing that cannot cross a process boundary. It is no sandbox: values are pickled.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

import torch
from torch import Tensor, nn

from helpers.checks.subject import Broken, Local, NotWritten, Part, type_of_container


class Place:
    """Where a tensor or an object stood in a nested value."""

    def __init__(self, what: str, number: int, names: tuple[str, ...] = ()):
        self.what, self.number, self.names = what, number, names


def take_apart(value: Any, tensors: list, rest: Any) -> Any:
    """Replace tensors by places, and whatever `rest` knows by what it returns for it."""
    if isinstance(value, Tensor):
        tensors.append(value)
        return Place("tensor", len(tensors) - 1)
    if isinstance(value, (list, tuple, set, frozenset)):
        return type_of_container(value)(take_apart(entry, tensors, rest) for entry in value)
    if isinstance(value, dict):
        return {key: take_apart(entry, tensors, rest) for key, entry in value.items()}
    return rest(value)


def put_together(value: Any, tensors: list, rest: Any) -> Any:
    """Undo `take_apart`."""
    if isinstance(value, Place) and value.what == "tensor":
        return tensors[value.number]
    if isinstance(value, (list, tuple, set, frozenset)):
        return type_of_container(value)(put_together(entry, tensors, rest) for entry in value)
    if isinstance(value, dict):
        return {key: put_together(entry, tensors, rest) for key, entry in value.items()}
    return rest(value)


class Child:
    """The child's loop: objects by number, and the graph of every call until the process ends."""

    def __init__(self, make_student):
        torch.set_num_threads(1)
        self.objects, self.calls, self.local = [make_student()], [], Local()

    def answer(self, request: tuple) -> Any:
        operation, *arguments = request
        return getattr(self, operation)(*arguments)

    def call(self, target: Any, method: str | None, args: Any, kwargs: Any, tensors: list[Tensor]) -> tuple:
        leaves = [t.detach().requires_grad_(t.requires_grad) for t in tensors]
        parts = []

        def real(value: Any) -> Any:
            if isinstance(value, Place):
                parts.append(self.objects[value.number])
                return Part(self.local, self.objects[value.number])
            return value

        handle = self.objects[target.number] if isinstance(target, Place) else target
        args, kwargs = put_together(args, leaves, real), put_together(kwargs, leaves, real)
        value = self.local.call(handle, method, args, kwargs)
        outputs: list[Tensor] = []
        shown = take_apart(value, outputs, self._number)
        modules = [m for m in [handle, *parts] if isinstance(m, nn.Module)]
        self.calls.append((leaves, outputs, modules))
        return len(self.calls) - 1, shown, [t.detach() for t in outputs], [t.requires_grad for t in outputs]

    def _number(self, value: Any) -> Any:
        if not isinstance(value, Part):
            return value
        self.objects.append(value.handle)
        names = tuple(n for n, _ in value.handle.named_parameters()) if isinstance(value.handle, nn.Module) else ()
        return Place("object", len(self.objects) - 1, names)

    def vjp(self, call: int, slopes: list[Tensor | None]) -> tuple[list, list]:
        leaves, outputs, modules = self.calls[call]
        wanted = [t for t in leaves if t.requires_grad] + [p for m in modules for p in m.parameters()]
        pairs = [(o, s) for o, s in zip(outputs, slopes, strict=True) if o.requires_grad and s is not None]
        outs, ins = [o for o, _ in pairs], [s for _, s in pairs]
        found = (
            torch.autograd.grad(outs, wanted, ins, allow_unused=True, retain_graph=True)
            if outs
            else [None] * len(wanted)
        )
        by_leaf = iter(found)
        return [next(by_leaf) if t.requires_grad else None for t in leaves], [
            {name: next(by_leaf) for name, _ in m.named_parameters()} for m in modules
        ]

    def parameters(self, number: int) -> dict[str, Tensor]:
        return {n: p.detach() for n, p in self.local.parameters(self.objects[number]).items()}

    def gradients(self, number: int) -> dict[str, Tensor | None]:
        return self.local.gradients(self.objects[number])

    def load(self, number: int, values: dict[str, Tensor]) -> None:
        self.local.load(self.objects[number], values)


def serve(make_student, pipe) -> None:
    """Run the child until it is told to stop."""
    child = Child(make_student)
    while (request := pipe.recv()) is not None:
        try:
            pipe.send(("value", child.answer(request)))
        except NotWritten as error:
            pipe.send(("not written", str(error)))
        except Broken as error:
            pipe.send(("broken", str(error)))


class Remote:
    """The side that a check sees: it holds no object of the student's, only numbers and mirrors of parameters."""

    def __init__(self, make_student):
        self.pipe, theirs = multiprocessing.get_context("fork").Pipe()
        self.process = multiprocessing.get_context("fork").Process(
            target=serve, args=(make_student, theirs), daemon=True
        )
        self.process.start()
        self.mirrors: dict[int, dict[str, Tensor]] = {}

    def close(self) -> None:
        self.pipe.send(None)
        self.process.join(5)

    def ask(self, *request: Any) -> Any:
        self.pipe.send(request)
        kind, value = self.pipe.recv()
        if kind == "value":
            return value
        raise {"not written": NotWritten, "broken": Broken}[kind](value)

    def call(self, handle: Any, method: str | None, args: tuple, kwargs: Any) -> Any:
        tensors: list[Tensor] = []
        modules: list[int] = []

        def number(value: Any) -> Any:
            if not isinstance(value, Part):
                return value
            modules.append(value.handle.number)
            return value.handle

        if isinstance(handle, Place) and handle.names:
            modules.append(handle.number)
        args, kwargs = take_apart(args, tensors, number), take_apart(dict(kwargs), tensors, number)
        modules = [m for m in modules if m in self.mirrors]
        leaves = [p for m in modules for p in self.mirrors[m].values()]
        spec = (self, handle, method, args, kwargs, modules, len(tensors))
        box: list[Any] = []
        outputs = Call.apply(spec, box, *tensors, *leaves)
        return put_together(box[0], list(outputs), self._part)

    def _part(self, value: Any) -> Any:
        if not isinstance(value, Place):
            return value
        if value.names:
            self.mirrors[value.number] = {
                n: p.clone().requires_grad_() for n, p in self.ask("parameters", value.number).items()
            }
        return Part(self, value)

    def parameters(self, handle: Place) -> dict[str, Tensor]:
        now = self.ask("parameters", handle.number)
        mirror = self.mirrors.setdefault(handle.number, {n: p.clone().requires_grad_() for n, p in now.items()})
        with torch.no_grad():
            for name, value in now.items():
                mirror[name].copy_(value)
        return mirror

    def gradients(self, handle: Place) -> dict[str, Tensor | None]:
        return self.ask("gradients", handle.number)

    def load(self, handle: Place, values: dict[str, Tensor]) -> None:
        self.ask("load", handle.number, {n: v.detach() for n, v in values.items()})


class Call(torch.autograd.Function):
    """A call in the child: forward asks for values, backward for vector-Jacobian products."""

    @staticmethod
    def forward(ctx, spec, box, *tensors):
        side, handle, method, args, kwargs, modules, count = spec
        plain = [t.detach().requires_grad_(t.requires_grad) for t in tensors[:count]]
        call, shown, outputs, tracked = side.ask("call", handle, method, args, kwargs, plain)
        box.append(shown)
        ctx.side, ctx.call, ctx.modules, ctx.count = side, call, modules, count
        outputs = [o.clone() for o in outputs]
        ctx.mark_non_differentiable(*[o for o, t in zip(outputs, tracked, strict=True) if not t])
        return tuple(outputs)

    @staticmethod
    def backward(ctx, *slopes):
        by_tensor, by_module = ctx.side.ask("vjp", ctx.call, [s.detach().clone() for s in slopes])
        named = [grad for number in ctx.modules for grad in by_module_of(ctx, by_module, number)]
        return (None, None, *by_tensor, *named)


def by_module_of(ctx, by_module: list[dict], number: int) -> list:
    """The gradients of one module's parameters, in the order of its mirror."""
    mirror = ctx.side.mirrors[number]
    found = next(grads for grads in by_module if list(grads) == list(mirror))
    return [found[name] for name in mirror]
