"""Whether a module learns, seen from where its student's code cannot reach: by its values before and after a change.

What another process says of its gradients is a claim. A gradient that is claimed to be there counts when the loss moves
by just so much as the weight is moved; and an optimiser's steps are made here and handed over as weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gradients, tensor
from helpers.checks.subject import Part

STEP = 1e-3  # by which a weight is moved; answers may be computed in float32
TOLERANCE = 0.05  # of a slope found in that way
TRIES = 24  # entries of a parameter, the steepest first


def all_weights_learn(
    module: Part, batches: Sequence, output: Callable[[object], Tensor] | None = None, whence: str = ""
) -> Verdict:
    """Whether each parameter that is not frozen gets a gradient on some batch, and gets it for a reason.

    Args:
        module: The module.
        batches: What it is tried on.
        output: Maps a batch to the output that counts; the module itself by default.
        whence: Where the gradient would come from, as the end of a sentence: " from h".
    """
    output = output or (lambda batch: tensor(module(batch)))
    parameters = module.parameters().items()
    learning = {name: p for name, p in parameters if p.requires_grad and p.numel()}  # others are frozen on purpose
    idle = dict(learning)
    for batch in batches:

        def loss(batch: object = batch) -> Tensor:  # squares keep positive and negative parts from cancelling
            return (output(batch) ** 2).sum()

        slopes = gradients(loss(), list(learning.values()))
        for name, slope in zip(learning, slopes, strict=True):
            if name in idle and _is_felt(module, name, learning[name], slope, loss):
                del idle[name]
    return Verdict(bool(learning) and not idle, f"No gradient reaches {next(iter(idle))}{whence}." if idle else "")


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

    Three steps downhill towards an output of 1, so that every weight changes that has a gradient or is not zero.
    """
    weights = {name: p.detach().clone() for name, p in module.parameters().items() if p.requires_grad}
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
