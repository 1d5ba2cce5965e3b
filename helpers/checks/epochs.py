"""What the checks of hand-written training loops share: clear gradients, every batch a step, the mean loss as a number.

`run(batches)` makes a fresh model, trains it for an epoch by the student's loop, and gives what the loop returned and
the weights after it. Weights and losses are lists in the order of the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from helpers.checks.compare import Verdict, close, same
from helpers.checks.core import Properties
from helpers.checks.subject import Part, kind

Run = Callable[[Sequence[tuple[Tensor, ...]]], tuple[object, Tensor]]
WITHOUT_A_STEP = "The weights did not move. Which call computes gradients, which one uses them, and in which order?"
UPHILL = "The step went uphill: gradient descent lowers the loss."


def every_batch_steps(
    run: Run,
    batches: Sequence[tuple[Tensor, ...]],
    own: Sequence[Tensor],
    others: Sequence[Tensor],
    advice: str,
    at_once: Tensor | None = None,
) -> Properties:
    """Three batches make three steps.

    Args:
        run: The epoch.
        batches: Three batches.
        own: Weights before and after each step.
        others: Weights at the end of loops whose mistake another property names.
        advice: What the property says where it fails.
        at_once: The weights after a single step for all batches.
    """

    def holds() -> Verdict:
        end = run(batches)[1]
        if any(end.shape == w.shape and close(end, w) for w in (own[3], *others)):
            return Verdict(True)
        slips = {
            "Only the first batch was used. Where does the loop end?": own[1],
            "There was a single step for all batches: the optimiser should step inside the loop.": at_once,
            "The last batch is missing.": own[2],
        }
        return same(end, own[3], {says: weights for says, weights in slips.items() if weights is not None})

    yield "every batch makes a step", holds, advice


def gradients_are_cleared(
    run: Run, batches: Sequence[tuple[Tensor, ...]], own: Sequence[Tensor], piled: Sequence[Tensor]
) -> Properties:
    """The second step uses the second batch's gradient alone; `piled` are weights where gradients pile up."""
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run(batches[:2])[1],
            own[2],
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": piled[2]},
        ),
        "After two batches the weights should have made two steps, each with the gradient of its own batch.",
    )


def plain_mean(
    run: Run, batches: Sequence[tuple[Tensor, ...]], before: Sequence[float], after: Sequence[float]
) -> Properties:
    """The loop returns the plain mean of the batches' losses, each measured before its step, as a Python number."""

    def plain() -> Verdict:
        value = run(batches)[0]
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, (int, float)), f"It returned {what}.")

    yield (
        "returns a plain number",
        plain,
        "The docstring promises a float: one Python number for all batches. A tensor may drag its whole graph along.",
    )
    sizes = [len(batch[0]) for batch in batches]
    weighted = sum(n * loss for n, loss in zip(sizes, before, strict=True)) / sum(sizes)
    yield (
        "returns the mean loss",
        lambda: same(
            run(batches)[0],
            sum(before) / len(before),
            {
                "This is the sum over the batches.": sum(before),
                "This is the loss of the last batch only.": before[-1],
                "This is the loss of the first batch only.": before[0],
                "These losses were measured after the steps.": sum(after) / len(after),
                "Here a larger batch counts more. The exercise asks for the plain mean over the batches.": weighted,
                "The sum is divided by the number of images; the losses are means over their batches already.": (
                    sum(before) / sum(sizes)
                ),
            },
        ),
        "Return the average of the batches' losses, each measured before its step.",
    )
