"""One training: its state between the steps, and what moves it on, keeps it, takes it up again and stops it."""

import math
import signal
import threading
import time
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from helpers import checkpoints, presets, previews
from helpers.errors import WorkbookError
from helpers.history import Curve, History
from helpers.progress import Progress, duration

READ_EVERY = 0.5  # seconds between two readings of the losses
READ_STEPS = 50  # steps between two readings on several devices, which have to read together
SAVE_EVERY = 30.0  # seconds between two checkpoints within an epoch
SAVE_EPOCHS = 5.0  # seconds between two checkpoints at ends of epochs
SAVE_SHARE = 0.05  # share of the time that writing checkpoints may take

Step = Callable[..., Mapping[str, Tensor]]


class Batches(Protocol):
    """What is iterated once per epoch; `data.Batches` and a DataLoader are such."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...


class Diverged(WorkbookError):
    """A loss or a parameter stopped being a finite number; `history` is the course up to there."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


@dataclass
class Trainer:
    """The state of one training between its steps, and what moves it on."""

    step: Step
    batches: Batches
    modules: dict[str, nn.Module]
    optimizers: dict[str, Optimizer]
    schedulers: Sequence[Any]
    keep: Mapping[str, Any]
    epochs: int
    seed: int
    budget: float
    validate: Callable[[], Any] | None
    on_epoch: Callable[[int, History], None] | None
    preview: previews.Preview | None
    watch: Sequence[str]
    fabric: Any
    nets: dict[str, nn.Module]
    progress: Progress
    checkpoint: checkpoints.Checkpoint | None
    history: History
    done: int = 0  # batches of the current epoch
    sums: dict[str, tuple[float, int]] = field(default_factory=dict)  # of the current epoch's figures
    unread: list[tuple[int, dict[str, Tensor]]] = field(
        default_factory=list
    )  # steps and figures since the last reading
    order: dict[str, Any] | None = None  # what fixed the order of the current epoch's batches
    good: dict[str, Any] = field(default_factory=dict)  # the last state that was known to be finite
    read_at: float = 0.0
    looked_at: float = 0.0
    saved_at: float = 0.0
    save_pause: float = 0.0

    @property
    def device(self) -> torch.device:
        return self.fabric.device

    @property
    def length(self) -> int:
        """Steps per epoch."""
        return steps_per_epoch(self.batches)

    @property
    def epoch(self) -> int:
        """The number of finished epochs."""
        return len(self.history.epochs)

    def set_up(self, compiled: bool) -> None:
        """Move the modules to the device and wrap them for its precision and for several devices."""
        for name, module in self.modules.items():
            if _channels_last_pays(self.fabric, module):
                module.to(memory_format=torch.channels_last)
            self.nets[name] = self.fabric.setup_module(torch.compile(module) if compiled else module)
            for method in _own_methods(module):
                self.nets[name].mark_forward_method(method)
        if compiled:
            self.step = _falling_back(self)

    def take_up(self, fresh: bool) -> bool:
        """Continue from the checkpoint if there is one that fits; True if it holds a finished training."""
        presets.seed_everything(self.seed)
        state, why = (None, "") if self.checkpoint is None or fresh else self.checkpoint.load()
        if why:
            if self.fabric.global_rank == 0:
                why += f" and is kept as {self.checkpoint.set_aside().name}"
            self.progress.say(f"{why}; training starts anew.")
        if state is not None:
            self._restore(state)
        self.fabric.barrier()  # no process may write before all have read
        if self.history.finished:
            self.progress.close(f"trained already ({self._result()}); fresh=True trains it again.", self.history)
            return True
        if state is not None:
            self.progress.say(f"continues in epoch {self.epoch + 1} of {self.epochs}, at step {self.history.steps}.")
        self.good = self._state()
        return False

    def go(self) -> None:
        """Train until the end, the budget or Ctrl-C."""
        self.saved_at = self.read_at = self.looked_at = time.perf_counter()
        with self.progress.stopping(), _interruptible(self.fabric.world_size == 1) as interrupted:
            while self.epoch < self.epochs and not interrupted.is_set() and not self.history.finished:
                self._run_epoch(interrupted)
            self._read()
            self.history.finished |= self.epoch == self.epochs
            self._save()
        if self.history.finished:
            self.progress.close(f"{self._result()}.", self.history)
        else:
            self.progress.close(
                f"interrupted in epoch {self.epoch + 1} of {self.epochs}, at step {self.history.steps}; what was "
                "trained is kept; run this again to continue from here.",
                self.history,
            )

    def _run_epoch(self, interrupted: threading.Event) -> None:
        for net in self.nets.values():
            net.train()
        for batch in self._rest_of_epoch():
            batch = on_device(batch, self.device)
            figures = self.step(self.nets, self.optimizers, *batch)
            for scheduler in self.schedulers:
                scheduler.step()
            self.done += 1
            self.history.steps += 1
            self.unread.append((self.history.steps, {name: _detached(value) for name, value in figures.items()}))
            self.history.images += len(batch[0]) * self.fabric.world_size
            if self._reading_due():
                self._read()
                self._look_at_the_clock()
            if interrupted.is_set() or self.history.finished:
                return
        self._read()
        self._end_epoch()

    def _rest_of_epoch(self) -> Iterator[Any]:
        """The batches of this epoch that are still to come, in the order that was fixed when it began."""
        if self.done == 0:
            if self.fabric.world_size > 1:  # one order for all processes, whatever random numbers each has used
                presets.seed_everything(self.seed + self.epoch)
            self.order = {
                "batches": checkpoints.batches_state(self.batches),
                "random": checkpoints.random_state(self.device),
            }
            return self._dealt(iter(self.batches))
        now = checkpoints.random_state(self.device)
        checkpoints.set_batches_state(self.batches, self.order["batches"])
        checkpoints.set_random_state(self.order["random"], self.device)
        batches = self._dealt(iter(self.batches))
        for _ in range(self.done):
            next(batches)
        checkpoints.set_random_state(now, self.device)
        return batches

    def _dealt(self, batches: Iterator[Any]) -> Iterator[Any]:
        """The share of this process: process r of W takes the batches r, W + r, 2 W + r, ..., as many as all can."""
        rank, processes = self.fabric.global_rank, self.fabric.world_size
        dealt = getattr(self.batches, "world_size", 1) != processes
        for number, batch in enumerate(batches):
            if number == 0 and processes > 1:  # the order is drawn; what the steps draw should differ
                presets.seed_everything((self.seed + self.epoch + 7919 * (rank + 1)) % 2**32)
            if not dealt or (number % processes == rank and number < self.length * processes):
                yield batch

    def _reading_due(self) -> bool:
        if self.fabric.world_size > 1:
            return self.history.steps % READ_STEPS == 0
        return time.perf_counter() - self.looked_at >= READ_EVERY  # epochs may be shorter, and read at their ends, too

    def _read(self) -> None:
        """Bring the figures of the steps since the last reading to the CPU, all at once."""
        now = time.perf_counter()
        self.history.seconds += now - self.read_at
        self.read_at = now
        if not self.unread:
            return
        entries = [(step, name) for step, figures in self.unread for name in figures]
        values = torch.stack([value.to(self.device) for _, figures in self.unread for value in figures.values()])
        self.unread = []
        latest = {}
        values = self.fabric.all_reduce(values, reduce_op="mean").tolist()
        for (step, name), value in zip(entries, values, strict=True):
            if not math.isfinite(value) and (name in self.watch or not self.watch):
                self._diverged(f"{name} became {value} at step {step}")
            self.history.curves.setdefault(name, Curve()).add(step, value)
            total, count = self.sums.get(name, (0.0, 0))
            self.sums[name] = (total + value, count + 1)
            latest[name] = value
        self._show(latest)

    def _look_at_the_clock(self) -> None:
        """What depends on time, decided by the first process for all."""
        late = self.history.seconds >= self.budget
        due = time.perf_counter() - self.saved_at >= max(SAVE_EVERY, self.save_pause)
        if self.fabric.world_size > 1:
            late, due = self.fabric.broadcast((late, due))
        self.history.finished = late
        if due:
            self._save()
        if self.preview is not None and self.preview.due():
            with _undisturbed(self.device), _evaluating(self.modules.values()):
                self.preview.draw()
            self.read_at = time.perf_counter()  # looking is no training
        self.looked_at = time.perf_counter()

    def _end_epoch(self) -> None:
        row = {"epoch": self.epoch + 1, "step": self.history.steps}
        row |= {name: total / count for name, (total, count) in self.sums.items()}
        with _undisturbed(self.device):
            row |= self._validated()
            row["seconds"] = self.history.seconds = self.history.seconds + time.perf_counter() - self.read_at
            self.read_at = time.perf_counter()
            self.history.epochs.append(row)
            self.done, self.sums, self.order = 0, {}, None
            if self.on_epoch is not None:
                self.on_epoch(self.epoch, self.history)
        due = time.perf_counter() - self.saved_at >= max(SAVE_EPOCHS, self.save_pause)
        if self.fabric.world_size > 1:
            due = self.fabric.broadcast(due)
        if due and self.epoch < self.epochs:
            self._save()

    def _validated(self) -> dict[str, float]:
        if self.validate is None:
            return {}
        for net in self.nets.values():
            net.eval()
        with torch.no_grad():
            figures = self.validate()
        figures = figures if isinstance(figures, Mapping) else {"validation": figures}
        return {name: float(value) for name, value in figures.items()}

    def _state(self) -> dict[str, Any]:
        """Everything that the training's future depends on, copied to the CPU."""
        return checkpoints.copy_to_cpu(
            {
                "modules": {name: module.state_dict() for name, module in self.modules.items()},
                "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
                "schedulers": [scheduler.state_dict() for scheduler in self.schedulers],
                "kept": {name: thing.state_dict() for name, thing in self.keep.items()},
                "batches": checkpoints.batches_state(self.batches),
                "random": checkpoints.random_state(self.device),
                "order": self.order,
                "done": self.done,
                "sums": self.sums,
                "history": self.history.to_dict(),
            }
        )

    def _restore(self, state: dict[str, Any]) -> None:
        for name, module in self.modules.items():
            module.load_state_dict(state["modules"][name])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        for scheduler, content in zip(self.schedulers, state["schedulers"], strict=True):
            scheduler.load_state_dict(content)
        for name, thing in self.keep.items():
            thing.load_state_dict(checkpoints.copy_to(state["kept"][name], self.device))
        checkpoints.set_batches_state(self.batches, state["batches"])
        checkpoints.set_random_state(state["random"], self.device)
        self.order, self.done, self.sums = state["order"], state["done"], state["sums"]
        self.history = History.from_dict(state["history"])

    def _save(self) -> None:
        """Take the state as the last good one, and write it, unless it holds something that is no finite number."""
        began = time.perf_counter()
        if not _all_finite(self.modules.values()):
            self._diverged(f"a parameter stopped being finite by step {self.history.steps}")
        self.good = self._state()
        if self.checkpoint is not None and self.fabric.global_rank == 0:
            try:
                self.checkpoint.save(self.good)
            except OSError as error:
                self.progress.say(f"no checkpoint could be written ({error.strerror or error}); training goes on.")
        self.saved_at = time.perf_counter()
        self.save_pause = (self.saved_at - began) / SAVE_SHARE

    def _diverged(self, what: str) -> None:
        history = self.history
        self._restore(self.good)
        back = f"step {self.history.steps}" if self.history.steps else "its start"
        self.progress.close("stopped.", history)
        raise Diverged(
            f"{history.name}: {what}, so training stopped and the model is back at {back}; try a smaller "
            "learning rate, clip=1.0 or more warm-up steps, and look for log(0) and for divisions by zero in the loss.",
            history,
        )

    def _show(self, figures: dict[str, float]) -> None:
        total = self.epochs * self.length
        elapsed = max(self.history.seconds, 1e-9)
        fraction = max(self.history.steps / total, min(1.0, elapsed / self.budget))
        state = f"epoch {min(self.epoch + 1, self.epochs)} of {self.epochs}, " + ", ".join(
            f"{name} {value:.4g}" for name, value in figures.items()
        )
        left = duration(elapsed * (1 - fraction) / fraction)
        self.progress.update(
            fraction, f"{state}, {self.history.steps / elapsed:,.1f} steps/s, {left} left", self.history
        )

    def _result(self) -> str:
        history = self.history
        epochs = f"{self.epoch} epoch{'s' if self.epoch != 1 else ''}"
        figures = ", ".join(f"{name} {history.last(name):.4g}" for name in history.curves)
        return (
            f"{epochs}, {history.steps} steps in {duration(history.seconds)} "
            f"({history.images_per_second:,.0f} images/s), {figures}"
        )


def steps_per_epoch(batches: Batches) -> int:
    """Steps per epoch: batches that share themselves out all count; others are dealt out whole."""
    processes = presets.process_count()
    if getattr(batches, "world_size", 1) == processes:
        return len(batches)
    if len(batches) < processes:
        raise WorkbookError(f"There are {len(batches)} batches for {processes} processes; choose a smaller batch size.")
    return len(batches) // processes


def _falling_back(training: Trainer) -> Step:
    """The training's step, which at its first call leaves compilation aside if that fails."""
    plain = training.step

    def first(nets: dict[str, nn.Module], optimizers: dict[str, Optimizer], *batch: Tensor) -> Mapping[str, Tensor]:
        before = checkpoints.random_state(training.device)
        training.step = plain
        try:
            return plain(nets, optimizers, *batch)
        except torch._dynamo.exc.TorchDynamoException as error:
            training.progress.say(f"runs without compilation, which fails here ({type(error).__name__}).")
            checkpoints.set_random_state(before, training.device)
            training.set_up(compiled=False)
            for net in training.nets.values():
                net.train()
            return plain(training.nets, optimizers, *batch)

    return first


def _channels_last_pays(fabric: Any, module: nn.Module) -> bool:
    mixed = fabric.strategy.precision.precision == "bf16-mixed"
    convolutions = any(isinstance(part, nn.Conv2d | nn.ConvTranspose2d) for part in module.modules())
    return convolutions and (mixed or fabric.device.type == "cuda") and fabric.device.type != "mps"


def _own_methods(module: nn.Module) -> list[str]:
    """The public methods that a module's own classes add to nn.Module, such as `encode` and `log_prob`."""
    own = {name: thing for kind in type(module).__mro__ for name, thing in vars(kind).items()}
    return sorted(
        name
        for name, thing in own.items()
        if isinstance(thing, types.FunctionType) and not name.startswith("_") and not hasattr(nn.Module, name)
    )


def on_device(batch: Any, device: torch.device) -> tuple[Tensor, ...]:
    parts = batch if isinstance(batch, tuple | list) else (batch,)
    return tuple(part.to(device, non_blocking=True) for part in parts)


def _detached(value: Any) -> Tensor:
    return value.detach().float().reshape(()) if isinstance(value, Tensor) else torch.tensor(float(value))


def _all_finite(modules: Iterable[nn.Module]) -> bool:
    tensors = [t for module in modules for t in module.state_dict().values() if t.is_floating_point() and t.numel()]
    return not tensors or bool(torch.stack([t.float().sum() for t in tensors]).isfinite().all())


@contextmanager
def _undisturbed(device: torch.device) -> Iterator[None]:
    """Put the random generators back after what happens inside."""
    before = checkpoints.random_state(device)
    yield
    checkpoints.set_random_state(before, device)


@contextmanager
def _evaluating(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Put the modules into evaluation mode without gradients, and back, each part to the mode that it had."""
    parts = [(part, part.training) for module in modules for part in module.modules()]
    for part, _ in parts:
        part.training = False
    try:
        with torch.no_grad():
            yield
    finally:
        for part, training in parts:
            part.training = training


@contextmanager
def _interruptible(alone: bool) -> Iterator[threading.Event]:
    """Make Ctrl-C a flag that is read between steps, so that no step is left half done; a second one stops at once."""
    pressed = threading.Event()
    if not alone or threading.current_thread() is not threading.main_thread():
        yield pressed
        return

    def press(*_: Any) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    earlier = signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, earlier)
