"""The student's side of the grader: cells run here, and objects are called here when the grader asks.

One request at a time arrives as a message (see `wire`) and gets one reply that bears its number. Nothing here judges
anything and nothing here is trusted: what the student's code does to this process, it does to its own answers.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import importlib
import inspect
import linecache
import random
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from helpers.checks.report import Report
from helpers.checks.subject import Broken, Elsewhere, Local, NotWritten, Part, describe, kind, type_of_container

from . import wire
from .witness import Line, Witness

# as they were before any student's code, which may lose or replace them
SEEDS = torch.manual_seed, random.seed, np.random.seed


def serve(channel: wire.Channel, runtime: Runtime | None = None) -> None:
    """Answer requests until the channel closes."""
    runtime = runtime or Runtime()
    runtime.line = Line(channel)
    while True:
        try:
            header, blob = channel.receive()
        except (wire.Closed, wire.Malformed):
            return
        try:
            channel.send(runtime.reply(header, blob))
        except wire.Closed:
            return


class Runtime:
    """The student's namespace, objects by number, and the graph of every call until the grader lets go of it."""

    def __init__(self) -> None:
        """Begin with an empty namespace."""
        torch.set_num_threads(1)
        self.namespace = _main().__dict__
        self.local = Local()
        self.objects: dict[int, Any] = {}
        self.calls: dict[int, tuple[list[Tensor], list[Tensor]]] = {}
        self.count = 0
        self.line: Line | None = None  # to the grader, where one serves

    def reply(self, header: bytes, blob: bytes) -> bytes:
        """Answer one request; whatever happens, there is one reply with its number."""
        request = wire.unpack(header, blob, self._real, wire.named)
        number = request.pop("id")
        if self.line is not None:
            self.line.request = number
        for call in request.pop("done", ()):
            self.calls.pop(call, None)
        try:
            operation = getattr(self, f"do_{request.pop('do')}")
            return wire.pack({"id": number, "kind": "value", **operation(**request)})
        except NotWritten as error:
            return wire.pack({"id": number, "kind": "not written", "message": str(error)})
        except Broken as error:
            return wire.pack({"id": number, "kind": "broken", "message": str(error)})
        except (TypeError, ValueError) as error:
            return wire.pack({"id": number, "kind": "broken", "message": f"It returned what cannot be used: {error}."})
        except BaseException as error:
            return wire.pack({"id": number, "kind": "broken", "message": describe(error)})

    # What the grader may ask

    def do_run(self, source: str, name: str) -> dict[str, Any]:
        """Run a cell; its error is one line, "" where there is none, and `written` is False where a stub raised it."""
        filename = f"<cell {name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        try:
            run_cell(_without_magics(source), filename, self.namespace)
        except SyntaxError as error:
            place = f" in line {error.lineno}" if error.lineno else ""
            return {"error": f"{type(error).__name__}{place}: {error.msg}", "syntax": True}
        except BaseException as error:
            return {"error": describe(error), "syntax": False}
        return {"error": "", "syntax": False}

    def do_seed(self, seed: int) -> dict[str, Any]:
        """Begin a question: seed every generator and put back what earlier code may have changed for all."""
        for seed_it in SEEDS:
            seed_it(seed % 2**32)
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)
        warnings.resetwarnings()
        self.objects.clear()
        self.calls.clear()
        return {}

    def do_fetch(self, name: str) -> dict[str, Any]:
        """The object that the student's cells have bound to a name."""
        return {"value": self._numbered(self.namespace.get(name))}

    def do_call(
        self, target: Any, method: str | None, args: tuple, kwargs: dict[str, Any], tracked: list[bool]
    ) -> dict[str, Any]:
        """Call an object or a method of it, keep the graph, and say which of the returned tensors have one."""
        leaves: list[Tensor] = []

        def ready(value: Any) -> Any:
            if isinstance(value, Tensor):
                leaves.append(value.requires_grad_(tracked[len(leaves)]))
                return value
            return value

        args, kwargs = _mapped(args, ready), _mapped(kwargs, ready)
        value = self.local.call(_handle(target), method, args, kwargs)
        outputs: list[Tensor] = []
        shown = self._shown(value, outputs)
        self.count += 1
        self.calls[self.count] = (leaves, outputs)
        return {"value": shown, "call": self.count, "tracked": [bool(output.requires_grad) for output in outputs]}

    def do_vjp(self, call: int, slopes: list[Tensor | None], modules: list[Any]) -> dict[str, Any]:
        """Vector-Jacobian products of a call: for its tensors in their order, and for the parameters of modules."""
        leaves, outputs = self.calls[call]
        modules = [_handle(module) for module in modules]
        wanted = [t for t in leaves if t.requires_grad]
        wanted += [p for module in modules for p in module.parameters() if p.requires_grad]
        pairs = [(o, s) for o, s in zip(outputs, slopes, strict=True) if o.requires_grad and s is not None]
        found: list[Tensor | None] = [None] * len(wanted)
        if pairs and wanted:
            ends, starts = [o for o, _ in pairs], [s.to(o.dtype) for o, s in pairs]
            found = list(torch.autograd.grad(ends, wanted, starts, allow_unused=True, retain_graph=True))
        following = iter(found)
        by_tensor = [next(following) if t.requires_grad else None for t in leaves]
        by_module = [
            {name: next(following) if p.requires_grad else None for name, p in module.named_parameters()}
            for module in modules
        ]
        return {"tensors": by_tensor, "modules": by_module}

    def do_parameters(self, target: Any) -> dict[str, Any]:
        """A module's parameters by name, and which of them are frozen."""
        parameters = self.local.parameters(_handle(target))
        frozen = [name for name, p in parameters.items() if not p.requires_grad]
        return {"value": {name: p.detach() for name, p in parameters.items()}, "frozen": frozen}

    def do_gradients(self, target: Any) -> dict[str, Any]:
        """What has accumulated in each parameter's `.grad`."""
        return {"value": self.local.gradients(_handle(target))}

    def do_load(self, target: Any, values: dict[str, Tensor]) -> dict[str, Any]:
        """Set the named parameters of a module, and say what all of them are then."""
        self.local.load(_handle(target), values)
        return self.do_parameters(target)

    # Values

    def _shown(self, value: Any, outputs: list[Tensor]) -> Any:
        """What crosses of a value; its tensors are also listed."""

        def show(entry: Any) -> Any:
            if isinstance(entry, Tensor):
                outputs.append(entry)
                return entry
            return self._numbered(entry.handle) if isinstance(entry, Part) else entry

        return _mapped(value, show)

    def _numbered(self, handle: Any) -> Elsewhere | None:
        if handle is None or handle is Ellipsis:
            return None
        self.count += 1
        self.objects[self.count] = handle
        names = tuple(name for name, _ in handle.named_parameters()) if isinstance(handle, nn.Module) else ()
        return Elsewhere(self.count, names, kind(handle)[:200])

    def _real(self, part: Elsewhere) -> Part:
        if part.number < 0 and part.number not in self.objects:
            self.objects[part.number] = self._witness(part)
        if part.number not in self.objects:
            raise wire.Malformed("an object that is not here")
        return Part(self.local, self.objects[part.number])

    def _witness(self, part: Elsewhere) -> Witness:
        """A stand-in for what the grader keeps to itself."""

        def ask(**question: Any) -> Any:
            return self.local.unwrap(self.line.ask(self._real, witness=part.number, **question))

        return Witness(ask, learns=bool(part.names))


def _handle(target: Any) -> Any:
    return target.handle if isinstance(target, Part) else target


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A nested value with every leaf changed."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return type_of_container(value)(_mapped(entry, change) for entry in value)
    if isinstance(value, dict):
        return {key: _mapped(entry, change) for key, entry in value.items()}
    return change(value)


# The notebook's surroundings


def run_cell(source: str, filename: str, namespace: dict[str, Any]) -> None:
    """Run a cell as a notebook does: it may await, and what it imports from `__future__` holds for later cells too."""
    future = sum(
        feature.compiler_flag
        for name in __future__.all_feature_names
        if namespace.get(name) is (feature := getattr(__future__, name))
    )
    code = compile(source, filename, "exec", future | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(types.FunctionType(code, namespace)())
    else:
        exec(code, namespace)


def _main() -> types.ModuleType:
    """A fresh `__main__`, as a notebook's kernel has it."""
    module = types.ModuleType("__main__")
    module.__dict__["get_ipython"] = _Shell
    sys.modules["__main__"] = module
    builtins.get_ipython = _Shell
    builtins.display = _display
    return module


class _Shell:
    """Stands for IPython where a cell uses magics: they do nothing, but `%time` and `%%time` run their code."""

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        """Run the line where the magic would run it once."""
        if name == "time":
            run_cell(line, "<cell>", sys.modules["__main__"].__dict__)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run the cell where the magic would."""
        if name in ("time", "timeit", "capture", "prun"):
            run_cell(_without_magics(cell), "<cell>", sys.modules["__main__"].__dict__)

    def system(self, *_: Any) -> None:
        """Do nothing."""

    def getoutput(self, *_: Any) -> list[str]:
        """Nothing, line by line."""
        return []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def _display(*values: Any, **_: Any) -> None:
    """Show values as a kernel without a screen does."""
    for value in values:
        print(value)


def _without_magics(source: str) -> str:
    """The cell as Python, its magics as calls; unchanged where IPython is not here."""
    if not any(
        line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?") for line in source.splitlines()
    ):
        return source
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return source
    return TransformerManager().transform_cell(source)


def preload() -> None:
    """Import all that the notebooks import, so that a forked child need not; no operation of torch.

    What answers compile (torch.compile) runs here as it is written.
    """
    for name in (
        "IPython.core.inputtransformer2",
        "matplotlib.pyplot",
        "networkx",
        "sklearn.datasets",
        "sympy",
        "torch._dynamo",  # the first optimiser imports it
        "helpers.checks.adversaries",
        "helpers.checks.autoencoders",
        "helpers.checks.core",
        "helpers.checks.doubles",
        "helpers.checks.conditioners",
        "helpers.checks.factor_doubles",
        "helpers.checks.flow_doubles",
        "helpers.checks.graph_doubles",
        "helpers.checks.integrands",
        "helpers.checks.importance",
        "helpers.checks.judges",
        "helpers.classifier",
        "helpers.data",
        "helpers.heatmaps",
        "helpers.inception",
        "helpers.plots",
        "helpers.presets",
        "helpers.references",
        "helpers.samples",
        "helpers.training",
        "helpers.widgets",
    ):
        try:
            importlib.import_module(name)
        except ImportError:  # a cell that needs it says so
            continue
    torch.compiler.set_stance("force_eager")  # compiling takes a compiler and most of a question's time, for one call
    importlib.import_module("helpers.checks").__getattr__ = _Checks


class _Checks:
    """Stands for a problem's checks, which are asked from outside: in a student's own cell they find nothing."""

    def __init__(self, problem: str):
        """Stand for the checks of a problem."""
        self.problem = problem

    def __getattr__(self, name: str) -> Callable[..., Report]:
        return lambda *args, **kwargs: Report(name, ())
