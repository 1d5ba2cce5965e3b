"""Check of the training loop for models whose loss takes noise."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import doubles, epochs, importance
from helpers.checks.compare import Verdict, same
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind

RATE = 0.2
Weights = tuple[Tensor, Tensor]


def _costs(weights: Weights, x: Tensor, eps: Tensor) -> Tensor:
    """nelbo, kl and rec of each image, shape (3, B)."""
    kl, rec = ((eps * weights[1]) ** 2).sum(1) / 2, ((x * weights[0] - 1) ** 2).sum(1) / 2
    return torch.stack([3 * kl + rec, kl, rec])


def _slopes(weights: Weights, x: Tensor, eps: Tensor, kl: float = 3.0, rec: float = 1.0) -> Weights:
    """Gradient of the mean of kl times the second cost and rec times the third."""
    w, v = weights
    return rec * ((w * x - 1) * x).mean(0), kl * (v * eps**2).mean(0)


def _step(weights: Weights, slopes: Weights, rate: float = RATE) -> Weights:
    return tuple(weight - rate * slope for weight, slope in zip(weights, slopes, strict=True))


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One step per batch along the gradient of the mean of nelbo, and the three means over all images."""
    start = (draw.normal(3), 1 + draw.uniform(2))
    sizes = (5, 4, 2)  # unequal, as the last batch of an epoch often is
    batches = [(0.5 + draw.uniform(n, 3), 0.5 + draw.uniform(n, 2)) for n in sizes]

    def run(data: list[tuple[Tensor, Tensor]]) -> tuple[object, Tensor]:
        model = student.beside(importance.Slopes, *start)
        result = student(model, importance.three_costs, student.beside(doubles.sgd, model, RATE), data)
        weights = model.parameters()
        return result, torch.cat([weights["w"].detach(), weights["v"].detach()])

    own, piled, summed = [start], [start], (0 * start[0], 0 * start[1])  # weights before and after each step
    for batch in batches:
        own.append(_step(own[-1], _slopes(own[-1], *batch)))
        summed = tuple(a + b for a, b in zip(summed, _slopes(piled[-1], *batch), strict=True))
        piled.append(_step(piled[-1], summed))
    own, piled = [torch.cat(w) for w in own], [torch.cat(w) for w in piled]
    first = batches[0]

    def single(**parts: float) -> Tensor:
        return torch.cat(_step(start, _slopes(start, *first, **parts)))

    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1])[1],
            own[1],
            {
                epochs.WITHOUT_A_STEP: own[0],
                epochs.UPHILL: 2 * own[0] - own[1],
                "The step is as many times too long as there are images: nelbo was summed over the batch.": own[0]
                + 5 * (own[1] - own[0]),
                "Only rec was minimised: nelbo is the loss.": single(kl=0.0, rec=1.0),
                "Only kl was minimised: nelbo is the loss.": single(kl=1.0, rec=0.0),
                "The sum of all three was minimised: nelbo contains kl and rec already.": single(kl=4.0, rec=2.0),
                "kl + rec was minimised. Use what the loss gives as nelbo: it need not be the plain sum.": single(
                    kl=1.0, rec=1.0
                ),
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser along the gradient of the mean of nelbo.",
    )

    advice = "Three batches should make three steps, in their order."
    yield from epochs.every_batch_steps(run, batches, own, [piled[3]], advice)
    yield from epochs.gradients_are_cleared(run, batches, own, piled)

    def floats() -> Verdict:
        value = run(batches)[0]
        if isinstance(value, (tuple, list)):
            wrong = [part for part in value if isinstance(part, bool) or not isinstance(part, (int, float))]
            what = f"{len(value)} values" + (f", one of them {kind(wrong[0])}" if wrong else "")
            return Verdict(len(value) == 3 and not wrong, f"It returned {what}.")
        return Verdict(False, f"It returned {kind(value.handle if isinstance(value, Part) else value)}.")

    yield (
        "returns three plain numbers",
        floats,
        "The docstring promises three floats for the whole epoch. A tensor may drag its whole graph along.",
    )
    starts = [(w[:3], w[3:]) for w in own]
    before = [_costs(starts[place], *batch) for place, batch in enumerate(batches)]
    after = [_costs(starts[place + 1], *batch) for place, batch in enumerate(batches)]
    due = torch.cat(before, dim=1).mean(1)

    def returned() -> Verdict:
        value = run(batches)[0]
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise Broken("It should return the means of nelbo, kl and rec.")
        numbers = torch.stack([torch.as_tensor(part).detach().double().reshape(()) for part in value])
        return same(
            numbers,
            due,
            {
                "These are means of the batches' means: the images of a small last batch count too much.": torch.stack(
                    [costs.mean(1) for costs in before]
                ).mean(0),
                "These are sums over the images.": torch.cat(before, dim=1).sum(1),
                "These are sums of the batches' means.": torch.stack([costs.mean(1) for costs in before]).sum(0),
                "The sums are divided by the number of batches, not of images.": torch.cat(before, dim=1).sum(1) / 3,
                "These are the figures of the last batch only.": before[-1].mean(1),
                "These are the figures of the first batch only.": before[0].mean(1),
                "These figures were measured after the steps.": torch.cat(after, dim=1).mean(1),
                "The order: nelbo, kl, rec.": due[[0, 2, 1]],
                "The order: nelbo, kl, rec. ": due[[1, 2, 0]],
            },
        )

    yield (
        "returns the means over the images",
        returned,
        "Return the averages of nelbo, kl and rec over all images of the epoch, each measured before its batch's step.",
    )
