"""Whether a module learns, seen from where its student's code cannot reach: by its values before and after a change.

What another process says of its gradients is a claim. A gradient that is claimed to be there counts when the loss moves
by just so much as the weight is moved; a parameter, when what the module gives moves with it; and an optimiser's steps
are made here and handed over as weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, close, gradients, tensor
from helpers.checks.subject import Part

STEP = 1e-3  # by which a weight is moved; answers may be computed in float32
TOLERANCE = 0.05  # of a slope found in that way
TRIES = 24  # entries of a parameter, the steepest first


def all_weights_learn(
    module: Part, batches: Sequence, output: Callable[[object], Tensor] | None = None, whence: str = ""
) -> Verdict:
    """Whether each parameter gets a gradient on some batch, and gets it for a reason; a table need only count.

    Args:
        module: The module.
        batches: What it is tried on.
        output: Maps a batch to the output that counts; the module itself by default.
        whence: Where the gradient would come from, as the end of a sentence: " from h".
    """
    output = output or (lambda batch: tensor(module(batch)))
    parameters = {name: p for name, p in module.parameters().items() if p.numel()}
    learning = {name: p for name, p in parameters.items() if p.requires_grad}
    tables = [name for name, p in parameters.items() if _is_table(p)]
    idle = {name: p for name, p in parameters.items() if name not in tables}
    for batch in batches:

        def loss(batch: object = batch) -> Tensor:  # squares keep positive and negative parts from cancelling
            return (output(batch) ** 2).sum()

        slopes = gradients(loss(), list(learning.values()))
        for name, slope in zip(learning, slopes, strict=True):
            if name in idle and _is_felt(module, name, learning[name], slope, loss):
                del idle[name]
    if idle:
        return Verdict(False, f"No gradient reaches {next(iter(idle))}{whence}.")
    dead = set(tables) - set(that_count(module, batches, output)) if tables else set()
    return Verdict(bool(learning) and not dead, f"{min(dead)} has no influence{whence}." if dead else "")


def _is_table(parameter: Tensor) -> bool:
    """Whether a parameter is frozen on purpose, as a mask may be: it holds whole numbers, as weights do not."""
    whole = not parameter.is_floating_point() or torch.equal(parameter, parameter.round())
    return whole and not parameter.requires_grad


@torch.no_grad()
def that_count(module: Part, batches: Sequence, output: Callable[[object], Tensor] | None = None) -> dict[str, Tensor]:
    """The parameters that have an influence of their own on what a module gives.

    One that is only said to be there has none, and of several names for one and the same only one has. None is believed
    where the module gives something else in the end although its parameters are those of the beginning.

    Args:
        module: The module.
        batches: What it is tried on.
        output: Maps a batch to what it gives; the module itself by default.
    """
    output = output or (lambda batch: tensor(module(batch)))
    parameters = module.parameters()
    usual = {name: p.detach().clone() for name, p in parameters.items()}
    start = {name: _moved(value, place, 0.1) for place, (name, value) in enumerate(usual.items())}  # no two alike

    def seen(**moved: Tensor) -> list[Tensor]:
        module.load(start | moved)
        return [output(batch).detach().clone() for batch in batches]

    def counts(name: str) -> bool:
        return any(_differ(seen(**{name: _moved(start[name], 1, step)}), before) for step in (0.5, -0.5))

    try:
        before = seen()
        found = {name: p for name, p in parameters.items() if counts(name)}
        return {} if _differ(seen(), before) else found
    finally:
        module.load(usual)


def size_that_counts(module: Part, batches: Sequence, output: Callable[[object], Tensor] | None = None) -> int:
    """How many numbers a module has to learn, in parameters that have an influence of their own: see `that_count`."""
    return sum(p.numel() for p in that_count(module, batches, output).values())


def _moved(value: Tensor, phase: int, size: float) -> Tensor:
    """A parameter with other values, where no entry moves as all others do."""
    waves = 1 + (phase + torch.arange(value.numel())).sin().reshape(value.shape)
    return (value + size * waves).to(value.dtype) if value.is_floating_point() else value + 1


def _differ(some: Sequence[Tensor], others: Sequence[Tensor]) -> bool:
    """Whether outputs differ by more than a trace: a weight that is moved by a half leaves more."""
    return not all(
        one.shape == other.shape and close(one, other, 1e-6, 1e-6) for one, other in zip(some, others, strict=True)
    )


def _is_felt(module: Part, name: str, parameter: Tensor, slope: Tensor, loss: Callable[[], Tensor]) -> bool:
    """Whether the loss has the slope that is claimed in some entry of a parameter.

    One entry is enough: weights that an answer overwrites before each pass have a gradient and no influence.
    """
    value, claims = parameter.detach().clone(), slope.detach().flatten()
    try:
        for place in claims.abs().topk(min(TRIES, claims.numel())).indices.tolist():
            if claims[place] == 0:
                return False
            ends = []
            for step in (-STEP, STEP):
                moved = value.clone()
                moved.view(-1)[place] += step
                module.load({name: moved})
                with torch.no_grad():
                    ends.append(float(loss()))
            found = (ends[1] - ends[0]) / (2 * STEP)
            if abs(found - float(claims[place])) <= TOLERANCE * abs(float(claims[place])):
                return True
    finally:
        module.load({name: value})
    return False


def few_steps(module: Part, x: Tensor) -> bool:
    """Train a module a little, with momentum and weight decay; False where that does not change what it gives.

    Three steps downhill towards an output of 1, so that every weight changes that has a gradient or is not zero. Weights
    that are frozen cannot be trained.
    """
    parameters = {name: p for name, p in module.parameters().items() if not _is_table(p)}
    if not all(p.requires_grad for p in parameters.values()):
        return False
    weights = {name: p.detach().clone() for name, p in parameters.items()}
    speeds = {name: torch.zeros_like(w) for name, w in weights.items()}
    before = tensor(module(x)).detach()
    for _ in range(3):
        parameters = module.parameters()
        loss = ((tensor(module(x)) - 1) ** 2).mean()
        slopes = gradients(loss, [parameters[name] for name in weights])
        for (name, weight), slope in zip(weights.items(), slopes, strict=True):
            speeds[name] = 0.9 * speeds[name] + slope.detach() + 0.1 * weight
            weights[name] = weight - 0.5 * speeds[name]
        module.load(weights)
    return not torch.equal(tensor(module(x)).detach(), before)
