"""Check of the training loop with early stopping that students write by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import doubles, flow_doubles
from helpers.checks.compare import Verdict, close, same
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind

RATE = 0.3


@check
def fit(student: Part, draw: Draw) -> Properties:
    """A step per batch, a validation per epoch, an end when it no longer helps, and the weights of the best epoch."""
    start = draw.normal(3)
    batches = [(1 + draw.uniform(n, 3), draw.normal(n, 3)) for n in (5, 2, 4)]

    def run(values: list[float], patience: int, epochs: int | None = None, data: list | None = None) -> _Outcome:
        """Train on validation losses from a script."""
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, RATE)
        script = student.beside(flow_doubles.Script, values)
        data = batches if data is None else data
        losses = student(model, doubles.square_gap, optimizer, data, script, epochs or len(values), patience)
        return _Outcome(losses, model.parameters()["w"].detach(), script.method("weights"))

    def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return ((w * x - y) * x).sum(0) / x.numel()

    steps = [start]  # weights after each step of four epochs
    for x, y in 4 * batches:
        steps.append(steps[-1] - RATE * slope(steps[-1], x, y))
    epochs = steps[3::3]  # weights after each epoch

    def piled(count: int) -> Tensor:
        w, total = start, torch.zeros(3).double()
        for x, y in (4 * batches)[:count]:
            total = total + slope(w, x, y)
            w = w - RATE * total
        return w

    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run([1.0], 3, data=batches[:1]).end,
            steps[1],
            {
                "The weights did not move. Which call computes gradients, which one uses them, and in which order?": start,
                "The step went uphill: gradient descent lowers the loss.": 2 * start - steps[1],
            },
        ),
        "After one epoch of one batch the weights should have moved by one step of the optimiser along that batch's gradient.",
    )
    yield (
        "every batch makes a step",
        lambda: _one_of(
            run([1.0], 3).end,
            [steps[3], piled(3)],
            {
                "Only the first batch was used.": steps[1],
                "The last batch is missing.": steps[2],
                "There was a single step for all batches.": start - RATE * sum(slope(start, *b) for b in batches),
            },
        ),
        "An epoch of three batches should make three steps, in their order.",
    )
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run([1.0], 3, data=batches[:2]).end,
            steps[2],
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": piled(2)},
        ),
        "After two batches the weights should have made two steps, each with the gradient of its own batch.",
    )

    def validated() -> Verdict:
        shown = run([4.0, 3.0, 2.0, 1.0], 9).shown
        if len(shown) != 4:
            return Verdict(False, f"In 4 epochs it was called {len(shown)} times.")
        return same(
            torch.stack(list(shown)),
            torch.stack(epochs),
            {"It is called before the epoch's steps instead of after them.": torch.stack([start, *epochs[:3]])},
        )

    yield (
        "validation comes once, after each epoch",
        validated,
        "After the last batch of an epoch, and not after every batch, `validate(model)` is called once.",
    )

    def returned() -> Verdict:
        losses = run([4.0, 2.5, 3.0, 3.5], 9).losses
        if not isinstance(losses, (list, tuple)) or not all(isinstance(loss, (int, float)) for loss in losses):
            what = kind(losses.handle if isinstance(losses, Part) else losses)
            return Verdict(False, f"It returned {what}.")
        return Verdict(list(losses) == [4.0, 2.5, 3.0, 3.5], f"It returned {[round(float(v), 4) for v in losses]}.")

    yield (
        "returns the validation losses",
        returned,
        "A list of floats, one per epoch, in their order: what `validate` returned, all of it.",
    )

    def ends(values: list[float], patience: int, due: int) -> Verdict:
        number = len(run(values, patience).shown)
        return Verdict(number == due, f"With patience {patience} and validation losses {values}: {number} epochs.")

    yield (
        "stops when patience is used up",
        lambda: ends([3.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0], 2, 4),
        "The example in the text: losses 3, 1, 2, 2 with patience 2 end the training after the fourth epoch.",
    )
    yield (
        "patience begins anew with every new best",
        lambda: ends([5.0, 4.0, 4.5, 3.0, 3.5, 2.0, 2.5, 1.0], 2, 8),
        "Single bad epochs between better and better ones should not add up.",
    )
    yield (
        "a new lowest loss counts, however little lower",
        lambda: ends([-1.0, -1.0001, -1.0002, -1.0003, -1.0004, -1.0005], 2, 6),
        "Losses that fall by a ten-thousandth fall. By how much does yours have to be lower?",
    )
    yield (
        "better than the epoch before is not enough",
        lambda: ends([3.0, 1.0, 9.0, 8.0, 7.0, 6.0, 5.0], 3, 5),
        "Losses that fall again, yet stay above the lowest, are no new lowest loss.",
    )
    yield (
        "an equal loss is no new lowest loss",
        lambda: ends([2.0, 1.0, 1.0, 1.0, 1.0], 2, 4),
        "Losses that stay at the lowest value so far use up patience, too.",
    )
    yield (
        "as many epochs as asked for, at most",
        lambda: Verdict(len(run([4.0, 3.0, 2.0, 1.0, 0.5], 9, epochs=2).shown) == 2),
        "With `epochs` = 2 there are two epochs, however long they would help.",
    )
    yield (
        "ends with the best epoch's weights",
        lambda: same(
            run([3.0, 1.0, 2.0, 2.0], 2).end,
            epochs[1],
            {
                "These are the weights of the last epoch. Are they brought back, and is what you kept a copy that stays?": epochs[
                    3
                ],
                "These are the weights of the first epoch.": epochs[0],
                "These are the weights of the epoch after the best one.": epochs[2],
                "These are the weights from before the training.": start,
            },
        ),
        "Validation was lowest after the second of four epochs, so the model should have the weights that it had then.",
    )
    yield (
        "also when the epochs run out",
        lambda: same(
            run([3.0, 1.0, 2.0], 9).end,
            epochs[1],
            {
                "These are the weights of the last epoch: patience was not used up, yet the best is still another one.": epochs[
                    2
                ]
            },
        ),
        "With patience to spare, the best epoch may still be an earlier one.",
    )
    yield (
        "the last epoch may be the best",
        lambda: same(run([3.0, 2.0, 1.0], 2).end, epochs[2], {"The last epoch was not considered.": epochs[1]}),
        "When validation falls to the end, the last weights are the best.",
    )
    yield (
        "losses may be negative",
        lambda: same(run([-1.0, -3.0, -2.0], 2).end, epochs[1]),
        "The loss of a density may well be below 0. With what do you compare the first epoch?",
    )


class _Outcome:
    """What one training returned, the weights it ended with, and the weights that validation was shown."""

    def __init__(self, losses: object, end: Tensor, shown: object):
        """Keep all three.

        Raises:
            Broken: The weights that were shown are unusable.
        """
        if not isinstance(shown, (list, tuple)):
            raise Broken("The validation could not be followed.")
        self.losses, self.end, self.shown = losses, end, shown


def _one_of(value: Tensor, targets: list[Tensor], slips: dict[str, Tensor]) -> Verdict:
    """Whether a value equals one of the targets; slips are those of the first."""
    if any(value.shape == target.shape and close(value, target) for target in targets):
        return Verdict(True)
    return same(value, targets[0], slips)
