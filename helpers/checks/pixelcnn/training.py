"""Check of the training loop that students write by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, same
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part, kind


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
                "The weights did not move. Which call computes gradients, which one uses them, and in which order?": start,
                "The step went uphill: gradient descent lowers the loss.": 2 * start - own[1],
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser along that batch's gradient. Use the loss"
        " and the optimiser that are given, once per batch, and call the loss as the docstring says.",
    )

    def each_steps() -> Verdict:
        end = run(batches)[1]
        if any(end.shape == w.shape and close(end, w) for w in (own[3], piled[3])):
            return Verdict(True)
        return same(
            end,
            own[3],
            {
                "Only the first batch was used. Where does the loop end?": own[1],
                "There was a single step for all batches: the optimiser should step inside the loop.": at_once,
                "The last batch is missing.": own[2],
            },
        )

    yield (
        "every batch makes a step",
        each_steps,
        "Three batches should make three steps, in their order.",
    )
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run(batches[:2])[1],
            own[2],
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": piled[2]},
        ),
        "After two batches the weights should have made two steps, each with the gradient of its own batch.",
    )

    def plain() -> Verdict:
        value = run(batches)[0]
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, (int, float)), f"It returned {what}.")

    yield (
        "returns a plain number",
        plain,
        "The docstring promises a float: one Python number for all batches. A tensor may drag its whole graph along.",
    )
    yield (
        "returns the mean loss",
        lambda: same(
            run(batches)[0],
            sum(before) / 3,
            {
                "This is the sum over the batches.": sum(before),
                "This is the loss of the last batch only.": before[-1],
                "This is the loss of the first batch only.": before[0],
                "These losses were measured after the steps.": sum(after) / 3,
                "Here a larger batch counts more. The exercise asks for the plain mean over the batches.": sum(
                    n * loss for n, loss in zip(sizes, before, strict=True)
                )
                / sum(sizes),
                "The sum is divided by the number of images; the losses are means over their batches already.": sum(
                    before
                )
                / sum(sizes),
            },
        ),
        "Return the average of the batches' losses, each measured before its step.",
    )
