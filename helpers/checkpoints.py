"""Checkpoints: the whole state of a training in one file that is always whole, and the configuration it belongs to.

A checkpoint is torch.save's format, holds tensors and plain values only, and is loaded with weights_only=True. Its
fingerprint names what the state depends on, so that a changed network, loss, optimiser, data set or number of epochs is
noticed and trained anew instead of being mixed with what was trained before.
"""

import functools
import hashlib
import io
import os
import pickle
import random
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from helpers import presets

FORMAT = 1
DAMAGED = (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile)
PLAIN = (bool, int, float, str, bytes, type(None))


class Checkpoint:
    """The file of one training.

    Args:
        path: Where it is.
        fingerprint: Named parts of the configuration; all have to agree for the file to be taken up.
    """

    def __init__(self, path: Path, fingerprint: dict[str, str]) -> None:
        self.path = path
        self.fingerprint = fingerprint

    def save(self, state: dict[str, Any]) -> None:
        """Write the state (tensors and plain values) atomically.

        Raises:
            OSError: The folder cannot be written or the disk is full; the earlier file is still whole.
        """
        buffer = io.BytesIO()
        torch.save({"format": FORMAT, "fingerprint": self.fingerprint, "state": state}, buffer)
        presets.write_atomically(self.path, buffer.getbuffer())

    def load(self) -> tuple[dict[str, Any] | None, str]:
        """The state, or None and why the file cannot be taken up (an empty text where there is none)."""
        for rest in self.path.parent.glob(f".{self.path.name}.*"):  # of a process that was killed while writing
            rest.unlink(missing_ok=True)
        if not self.path.exists():
            return None, ""
        try:
            content = _read(self.path)
            state, fingerprint = content["state"], content["fingerprint"]
            if content["format"] != FORMAT:
                return None, f"{self.path.name} was written by another version"
        except DAMAGED:
            return None, f"{self.path.name} is damaged"
        changed = [part for part in self.fingerprint if fingerprint.get(part) != self.fingerprint[part]]
        if changed:
            return None, f"{self.path.name} belongs to another configuration ({', '.join(changed)} changed)"
        return state, ""

    def set_aside(self) -> Path:
        """Keep a file that was not taken up under the name NAME.previous.pt, in place of an earlier one."""
        aside = self.path.with_suffix(f".previous{self.path.suffix}")
        os.replace(self.path, aside)
        return aside


def _read(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:  # torch.load itself does not look at the checksums
        if damaged := archive.testzip():
            raise ValueError(damaged)
    return torch.load(path, map_location="cpu", weights_only=True)


def copy_to_cpu(tree: Any) -> Any:
    """A deep copy of nested dicts, lists and tuples with every tensor on the CPU."""
    return copy_to(tree, "cpu")


def copy_to(tree: Any, device: torch.device | str) -> Any:
    """A deep copy of nested dicts, lists and tuples with every tensor on a device."""
    if isinstance(tree, torch.Tensor):
        return tree.detach().to(device, copy=True)
    if isinstance(tree, dict):
        return {key: copy_to(value, device) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(copy_to(value, device) for value in tree)
    return tree


def random_state(device: torch.device) -> dict[str, Any]:
    """The states of torch's, numpy's and Python's generators, as tensors and plain values."""
    name, keys, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002  the global generator is meant
    version, internal, next_gauss = random.getstate()
    state = {
        "torch": torch.get_rng_state(),
        "numpy": [name, torch.from_numpy(keys.astype(np.int64)), position, has_gauss, gauss],
        "python": [version, list(internal), next_gauss],
    }
    if device.type == "cuda":
        state["device"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        state["device"] = torch.mps.get_rng_state()
    return state


def set_random_state(state: dict[str, Any], device: torch.device) -> None:
    """Put every generator back; a device that the state does not know keeps its own."""
    torch.set_rng_state(state["torch"])
    name, keys, position, has_gauss, gauss = state["numpy"]
    np.random.set_state((name, keys.numpy().astype(np.uint32), position, has_gauss, gauss))  # noqa: NPY002
    version, internal, next_gauss = state["python"]
    random.setstate((version, tuple(internal), next_gauss))
    if "device" in state and device.type == "cuda":
        torch.cuda.set_rng_state(state["device"], device)
    elif "device" in state and device.type == "mps":
        torch.mps.set_rng_state(state["device"])


def batches_state(batches: Any) -> Any:
    """What fixes the order of an iterable of batches: its own state_dict, or the state of its generator, or nothing."""
    if hasattr(batches, "state_dict"):
        return copy_to_cpu(batches.state_dict())
    generator = getattr(batches, "generator", None)
    return generator.get_state() if isinstance(generator, torch.Generator) else None


def set_batches_state(batches: Any, state: Any) -> None:
    """Put an iterable of batches back to what `batches_state` saw."""
    if state is None:
        return
    if hasattr(batches, "load_state_dict"):
        batches.load_state_dict(state)
    else:
        batches.generator.set_state(state)


def shapes(modules: dict[str, nn.Module]) -> str:
    """A digest of the names, shapes and types of all parameters and buffers."""
    lines = [
        f"{name}.{key} {tuple(tensor.shape)} {tensor.dtype}"
        for name, module in sorted(modules.items())
        for key, tensor in module.state_dict().items()
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def settings(thing: Any) -> str:
    """The kind and the plain settings of an optimiser, a scheduler or a loader, without what training changes."""
    if isinstance(thing, torch.optim.Optimizer):
        groups = [
            # a scheduler moves lr and keeps the one that was asked for in initial_lr
            {**group, "lr": group.get("initial_lr", group.get("lr")), "initial_lr": None, "params": None}
            for group in thing.param_groups
        ]
        return f"{_original_name(type(thing))} {[sorted(_plain_items(group)) for group in groups]}"
    moving = ("epoch", "last_epoch", "rank")  # the number of a process differs, and its checkpoint is the same
    kept = {key: value for key, value in vars(thing).items() if not key.startswith("_") and key not in moving}
    return f"{_original_name(type(thing))} {sorted(_plain_items(kept))} {code(*getattr(thing, 'lr_lambdas', ()))}"


def data(batches: Any) -> str:
    """What is known of an iterable of batches: its length and settings, and the sum of the images of its split."""
    split = getattr(batches, "split", None)
    images = getattr(split, "images", None)
    content = f"{tuple(images.shape)} {images.sum().item()}" if isinstance(images, torch.Tensor) else ""
    of_split = settings(split) if hasattr(split, "__dict__") else ""
    return f"{len(batches)} {settings(batches) if hasattr(batches, '__dict__') else ''} {of_split} {content}"


def code(*things: Any) -> str:
    """A digest of the code of functions, classes and modules, and of what it uses from the place it was written in.

    Comments, line numbers and docstrings do not count. A function that a student mends in another cell does, since
    the code is followed through the names it uses.
    """
    digest = hashlib.sha256()
    _Reader(digest).read(things)
    return digest.hexdigest()


class _Reader:
    """Walks through code objects once each and feeds what they do to a digest."""

    def __init__(self, digest: Any) -> None:
        self.digest = digest
        self.seen: set[int] = set()

    def read(self, thing: Any) -> None:
        if isinstance(thing, PLAIN):
            self.note(repr(thing))
        elif isinstance(thing, list | tuple):
            for part in thing:
                self.read(part)
        elif id(thing) not in self.seen:
            self.seen.add(id(thing))
            self._open(thing)

    def note(self, text: str) -> None:
        self.digest.update(text.encode() + b"\n")

    def _open(self, thing: Any) -> None:
        if isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self.read(thing.__func__)
        elif isinstance(thing, functools.partial):
            self.read((thing.func, thing.args, *sorted(thing.keywords.items())))
        elif isinstance(thing, nn.Module):
            for module in thing.modules():
                self.read(type(module))
        elif isinstance(thing, type):
            self._class(thing)
        elif isinstance(thing, staticmethod | classmethod):
            self.read(thing.__func__)
        elif isinstance(thing, property):
            self.read((thing.fget, thing.fset))
        elif callable(thing) and _ours(type(thing)):
            self.read(type(thing))

    def _class(self, kind: type) -> None:
        self.note(kind.__qualname__)
        if _ours(kind):
            for base in kind.__bases__:
                self.read(base)
            for name, value in sorted(vars(kind).items()):
                if not name.startswith("__") or isinstance(value, types.FunctionType):
                    self.note(name)
                    self.read(value)

    def _function(self, function: types.FunctionType) -> None:
        self.note(function.__qualname__)
        if not _ours(function):
            return
        self.read((function.__defaults__, *sorted((function.__kwdefaults__ or {}).items())))
        names = self._code(function.__code__, function.__doc__)
        self.read([cell.cell_contents for cell in function.__closure__ or () if _filled(cell)])
        self.read([function.__globals__[name] for name in names if name in function.__globals__])

    def _code(self, code: types.CodeType, doc: str | None = None) -> list[str]:
        """Note what the code does and return the names that it uses, nested functions included."""
        self.note(f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars}")
        names = list(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                names += self._code(constant)
            elif isinstance(constant, frozenset):  # its order differs from process to process
                self.note(str(sorted(map(repr, constant))))
            elif constant != doc:
                self.note(repr(constant))
        return names


def _ours(thing: Any) -> bool:
    """Whether something was written in a notebook, a script or this workbook, not in an installed library."""
    module = getattr(thing, "__module__", None) or ""
    if module == "__main__":
        return True
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return bool(file) and "site-packages" not in file and not file.startswith(os.path.dirname(os.__file__))


def _filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a name that is not bound yet
        return False


def _plain_items(items: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (key, repr(value))
        for key, value in items.items()
        if isinstance(value, PLAIN) or (isinstance(value, tuple | list) and all(isinstance(v, PLAIN) for v in value))
    ]


def _original_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
