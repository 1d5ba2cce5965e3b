"""Checks of the first network and of the training loop that students write by hand."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, that_count
from helpers.checks.subject import Part, kind

PIXELS, HIDDEN, CLASSES = 12, 7, 5


@check
def Classifier(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Two linear layers with biases and a ReLU between them, from images to logits."""
    network = student(PIXELS, HIDDEN, CLASSES)
    images = draw.normal(6, 3, 2, 2)
    means = torch.tensor([1, 0.1, 0.02, -1, -0.1, -0.02]).double().reshape(6, 1, 1, 1)  # near 0 smooth bends show
    images = images - images.mean((1, 2, 3), keepdim=True) + means

    def set_all(first: float, last: float, bias: float) -> None:
        values = {PIXELS * HIDDEN: first, HIDDEN * CLASSES: last}  # by size, whatever the names
        network.load(
            {name: torch.full_like(p, values.get(p.numel(), bias)) for name, p in network.parameters().items()}
        )

    def registered() -> Verdict:
        due = (PIXELS + 1) * HIDDEN + (HIDDEN + 1) * CLASSES
        found = sum(p.numel() for p in that_count(network, [images]).values())
        return Verdict(found == due, f"The module has {found} parameters.")

    yield essential(
        "one row of logits per image",
        lambda: Verdict(bool(tensor(network(images), (6, CLASSES)).numel())),
        "Images (B, C, H, W) go in and logits (B, classes) come out. A linear layer works on the last dimension: what has to happen"
        " to the three others?",
    )
    yield (
        "two layers with biases, known to the module",
        registered,
        "12 pixels, 7 hidden units and 5 classes should give 12 x 7 + 7 + 7 x 5 + 5 parameters. A layer in a plain Python list is not"
        " found by `parameters()`, and never learns: make it an attribute.",
    )

    def ends() -> Verdict:
        set_all(0.0, 0.0, -1.0)
        return same(
            network(images),
            torch.full((6, CLASSES), -1.0),
            {
                "The logits passed a ReLU, so that none can be negative. The last layer's output is the result.": torch.zeros(
                    6, CLASSES
                ),
                "These are probabilities. The loss takes logits: leave the softmax to it.": torch.full(
                    (6, CLASSES), 1 / CLASSES
                ),
                "These are log-probabilities. The loss takes logits: leave the softmax to it.": torch.full(
                    (6, CLASSES), -math.log(CLASSES)
                ),
            },
        )

    yield (
        "logits may be negative",
        ends,
        "With all weights 0 and all biases -1, every logit should be -1, the bias of the last layer. What comes after that layer?",
    )

    def bend() -> Verdict:
        set_all(1.0, -1.0, 0.0)
        total = images.sum((1, 2, 3))[:, None].expand(6, CLASSES)
        bright = images.clamp(min=0).sum((1, 2, 3))[:, None].expand(6, CLASSES)
        return same(
            network(images),
            -HIDDEN * total.clamp(min=0),
            {
                "There is no ReLU: two linear layers without one are a single linear layer.": -HIDDEN * total,
                "The ReLU comes after the last layer; between the layers there is none.": HIDDEN
                * (-total).clamp(min=0),
                "The ReLU is applied to the images; between the layers there is none.": -HIDDEN * bright,
                "There is a ReLU too many: the last layer's output is the result.": torch.zeros(6, CLASSES),
                "The bend is a smooth relative of the ReLU (GELU). Here the plain one is asked for.": -HIDDEN
                * nn.functional.gelu(total),
                "The bend is a smooth relative of the ReLU (SiLU). Here the plain one is asked for.": -HIDDEN
                * nn.functional.silu(total),
            },
        )

    yield essential(
        "a ReLU stands between the layers",
        bend,
        "With weights 1 in the first layer and -1 in the last one, and biases 0, an image whose pixels sum up to less than 0 should"
        " give exactly 0, and another one minus that sum, once per hidden unit. Is there a ReLU between the layers, and nothing else?",
    )

    def alone() -> Verdict:
        set_all(0.5, 0.5, 0.1)
        whole = tensor(network(images), (6, CLASSES))
        single = torch.cat([tensor(network(images[n : n + 1]), (1, CLASSES)) for n in range(6)])
        return Verdict(close(whole, single))

    yield (
        "an image's logits do not depend on its neighbours",
        alone,
        "An image in a batch of one gets other logits than in a batch of six. Which dimension was mixed with the batch?",
    )

    def learn() -> Verdict:
        weights = {name: draw.normal(*p.shape) for name, p in network.parameters().items()}
        network.load(weights)
        return all_weights_learn(network, [draw.normal(8, 3, 2, 2) for _ in range(3)])

    yield (
        "every weight gets a gradient",
        learn,
        "Is each layer used once in `forward`, and is nothing detached?",
    )


@check
def train(student: Part, draw: Draw) -> Properties:
    """One optimiser step per batch, for so many epochs, and the mean loss of each epoch."""
    start, rate = draw.normal(3), 0.3
    batches = [(1 + draw.uniform(n, 3), draw.normal(n, 3)) for n in (5, 2, 4)]

    def run(data: list[tuple[Tensor, Tensor]], epochs: int) -> tuple[object, Tensor]:
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, rate)
        result = student(model, doubles.square_gap, optimizer, student.beside(doubles.Rounds, data), epochs)
        return result, model.parameters()["w"].detach()

    def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return ((w * x - y) * x).sum(0) / x.numel()

    def gap(w: Tensor, x: Tensor, y: Tensor) -> float:
        return float(((w * x - y) ** 2).mean() / 2)

    twice = [*batches, *batches[1:], batches[0]]  # each pass has an order of its own, as where batches are shuffled
    own, piled, summed = [start], [start], torch.zeros(3).double()  # weights before and after each step
    for x, y in twice:
        own.append(own[-1] - rate * slope(own[-1], x, y))
        summed = summed + slope(piled[-1], x, y)
        piled.append(piled[-1] - rate * summed)
    before = [gap(w, *batch) for w, batch in zip(own[:-1], twice, strict=True)]
    after = [gap(w, *batch) for w, batch in zip(own[1:], twice, strict=True)]
    again = own[3]
    for x, y in batches:
        again = again - rate * slope(again, x, y)
    at_once = start - rate * sum(slope(start, *batch) for batch in batches)

    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1], 1)[1],
            own[1],
            {
                "The weights did not move. Which call computes gradients, which one uses them, and in which order?": start,
                "The step went uphill: gradient descent lowers the loss.": 2 * start - own[1],
                "The optimiser made two steps for one batch.": start - 2 * rate * slope(start, *batches[0]),
                "One epoch was asked for, and two were made.": own[1] - rate * slope(own[1], *batches[0]),
            },
        ),
        "After one batch the weights should have moved by one step of the optimiser along that batch's gradient. Use the loss"
        " and the optimiser that are given, and call the loss as the docstring says.",
    )

    def one_of(end: Tensor, right: tuple[Tensor, Tensor], slips: dict[str, Tensor]) -> Verdict:
        if any(end.shape == w.shape and close(end, w) for w in right):
            return Verdict(True)
        return same(end, right[0], slips)

    yield (
        "every batch makes a step",
        lambda: one_of(
            run(batches, 1)[1],
            (own[3], piled[3]),  # piled gradients are another item's matter
            {
                "Only the first batch was used. Where does the loop end?": own[1],
                "There was a single step for all batches: the optimiser should step inside the loop.": at_once,
                "Only the last batch made a step: look at what is indented.": start - rate * slope(start, *batches[-1]),
                "The last batch is missing.": own[2],
            },
        ),
        "Three batches should make three steps, in their order.",
    )
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run(batches[:2], 1)[1],
            own[2],
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": piled[2]},
        ),
        "After two batches the weights should have made two steps, each with the gradient of its own batch.",
    )

    yield (
        "every epoch goes through all batches",
        lambda: one_of(
            run(batches, 2)[1],
            (own[6], piled[6]),
            {
                "Only one epoch was made. Where does the outer loop end?": own[3],
                "The first epoch's batches were kept for the second. The loop should go through `batches` itself each time,"
                " since it may come in another order.": again,
            },
        ),
        "Two epochs of three batches should make six steps, with the same model and the same optimiser throughout.",
    )

    def plain() -> Verdict:
        value = run(batches, 2)[0]
        if isinstance(value, list) and len(value) == 2:
            odd = next((entry for entry in value if not isinstance(entry, (int, float))), None)
            words = "" if odd is None else f"The list holds {kind(odd.handle if isinstance(odd, Part) else odd)}."
            return Verdict(odd is None, words)
        if isinstance(value, list):
            return Verdict(False, f"It returned a list of {len(value)} entries for two epochs of three batches.")
        return Verdict(False, f"It returned {kind(value.handle if isinstance(value, Part) else value)}.")

    yield (
        "one plain number per epoch",
        plain,
        "The docstring promises a list of floats, one per epoch. A tensor in it may drag its whole graph along: `.item()` gives the"
        " number.",
    )

    def means(losses: list[float]) -> Tensor:
        return torch.tensor([sum(losses[:3]) / 3, sum(losses[3:]) / 3])

    yield (
        "each number is the mean loss of its epoch",
        lambda: same(
            _numbers(run(batches, 2)[0]),
            means(before),
            {
                "These are sums over the batches.": 3 * means(before),
                "These are the losses of the last batch of each epoch.": torch.tensor([before[2], before[5]]),
                "These losses were measured after the steps.": means(after),
                "The second number still counts the first epoch's losses: start a new list in each epoch.": torch.tensor(
                    [sum(before[:3]) / 3, sum(before) / 6]
                ),
                "The second number still holds the first epoch's sum: start from zero in each epoch.": torch.tensor(
                    [sum(before[:3]) / 3, sum(before) / 3]
                ),
            },
        ),
        "Average the batches' losses of one epoch, each measured before its step.",
    )


def _numbers(value: object) -> Tensor:
    """A list of plain numbers as a tensor; anything else as it is, for the comparison to refuse."""
    if isinstance(value, list) and all(isinstance(entry, (int, float)) for entry in value):
        return torch.tensor(value, dtype=torch.float64)
    return value
