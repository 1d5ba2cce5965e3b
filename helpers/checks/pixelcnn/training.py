"""Check of the training loop that students write by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import doubles, epochs
from helpers.checks.compare import same
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One step of gradient descent per batch, each from that batch alone, and the mean loss of the batches."""
    start, rate = draw.normal(3), 0.3
    sizes = (5, 2, 4)  # unequal, as the last batch of an epoch often is
    batches = [(1 + draw.uniform(n, 3), draw.normal(n, 3)) for n in sizes]

    def run(data: list[tuple[Tensor, Tensor]]) -> tuple[object, Tensor]:
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, rate)
        result = student(model, doubles.square_gap, optimizer, data)
        return result, model.parameters()["w"].detach()

    def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return ((w * x - y) * x).sum(0) / x.numel()

    def gap(w: Tensor, x: Tensor, y: Tensor) -> float:
        return float(((w * x - y) ** 2).mean() / 2)

    own, piled, summed = [start], [start], torch.zeros(3).double()  # weights before and after each step
    for x, y in batches:
        own.append(own[-1] - rate * slope(own[-1], x, y))
        summed = summed + slope(piled[-1], x, y)
        piled.append(piled[-1] - rate * summed)
    at_once = start - rate * sum(slope(start, *batch) for batch in batches)
    before = [gap(w, *batch) for w, batch in zip(own[:-1], batches, strict=True)]
    after = [gap(w, *batch) for w, batch in zip(own[1:], batches, strict=True)]
    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1])[1],
            own[1],
            {
                epochs.WITHOUT_A_STEP: start,
                epochs.UPHILL: 2 * start - own[1],
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser along that batch's gradient. Use the loss"
        " and the optimiser that are given, once per batch, and call the loss as the docstring says.",
    )

    advice = "Three batches should make three steps, in their order."
    yield from epochs.every_batch_steps(run, batches, own, [piled[3]], advice, at_once)
    yield from epochs.gradients_are_cleared(run, batches, own, piled)
    yield from epochs.plain_mean(run, batches, before, after)
