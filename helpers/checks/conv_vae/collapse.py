"""Checks of the remedies against posterior collapse: the weight of the KL, and free bits."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gradients, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part, kind


@check
def kl_weight(student: Part, draw: Draw) -> Properties:
    """From 0 at step 0 in a straight line to 1 at the end of the warm-up, and 1 ever after."""
    warmup = draw.integer(20, 90)

    def number() -> Verdict:
        value = student(3, warmup)
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, (int, float)) and not isinstance(value, bool), f"It returned {what}.")

    yield essential("returns a plain number", number, "The weight is one Python number per step.")
    yield essential(
        "answers to the step",
        lambda: varies(student, (0, warmup), (warmup // 2, warmup), (2 * warmup, warmup)),
        "The weight should change during training.",
    )
    yield (
        "begins at 0",
        lambda: same(student(0, warmup), 0.0),
        "In step 0 the KL should weigh nothing: the code may speak for free.",
    )
    yield (
        "rises in a straight line",
        lambda: same(
            torch.tensor([float(student(step, warmup)) for step in (1, warmup // 2, warmup - 1)]).double(),
            torch.tensor([1, warmup // 2, warmup - 1]).double() / warmup,
            {
                "The whole KL counts from the start.": torch.ones(3).double(),
                "The weight falls where it should rise.": 1
                - torch.tensor([1, warmup // 2, warmup - 1]).double() / warmup,
                "There is no weight before the warm-up ends: it jumps.": torch.zeros(3).double(),
                "It is one step ahead.": torch.tensor([2, warmup // 2 + 1, warmup]).double() / warmup,
            },
        ),
        "Half of the warm-up is half of the KL, and one step is one part of it.",
    )
    yield (
        "is 1 when the warm-up ends",
        lambda: same(student(warmup, warmup), 1.0),
        "In step `warmup` the weight should be 1: below it the loss is no bound.",
    )
    later = [turn * warmup + 1 for turn in range(1, 13)] + [50 * warmup, 1000 * warmup + 1]
    yield (
        "stays 1",
        lambda: same(
            torch.tensor([float(student(step, warmup)) for step in later]).double(), torch.ones(len(later)).double()
        ),
        "After the warm-up the weight is 1 and nothing else, however long the training lasts.",
    )
    yield (
        "works for the shortest warm-up",
        lambda: same(torch.tensor([float(student(step, 1)) for step in (0, 1, 2)]), torch.tensor([0.0, 1.0, 1.0])),
        "With a warm-up of one step the weights are 0, 1, 1, 1, and so on.",
    )


@check
def free_bits(student: Part, draw: Draw) -> Properties:
    """The sum over code variables of the larger of the allowance and the batch's mean divergence."""
    allowance = 0.3 + 0.2 * float(draw.uniform(1))
    quiet, loud = 0.05 + 0.1 * draw.uniform(6, 2), 1 + draw.uniform(6, 3)
    kl = torch.cat([quiet, loud], 1)[:, draw.permutation(5)]
    uneven = torch.zeros(6, 4).double()
    uneven[0] = 6 * (1 + draw.uniform(4))  # speaks for one image of six
    due = kl.mean(0).clamp(min=allowance).sum()

    def advice_of(values: Tensor) -> dict[str, Tensor]:
        mean, floor = values.mean(0), torch.tensor(allowance).double()
        return {
            "The allowance plays no part.": mean.sum(),
            "The maximum is taken before the mean over the batch.": values.clamp(min=allowance).mean(0).sum(),
            "The maximum is taken of the sum over the code variables: each has an allowance of its own.": torch.maximum(
                mean.sum(), floor
            ),
            "The allowance of all code variables together is compared with their sum.": torch.maximum(
                mean.sum(), len(mean) * floor
            ),
            "This is the smaller of the two.": mean.clamp(max=allowance).sum(),
            "The allowance is subtracted: below it the cost is constant, and that constant is the allowance.": (
                mean - allowance
            )
            .clamp(min=0)
            .sum(),
            "The allowance is added to the divergence.": (mean + allowance).sum(),
            "This is a mean over the code variables; the divergence is their sum.": mean.clamp(min=allowance).mean(),
            "This is a sum over the batch where a mean was asked for.": values.sum(0).clamp(min=allowance).sum(),
            "This is a sum over the batch where a mean was asked for, taken after the maximum.": values.clamp(
                min=allowance
            ).sum(),
            "The two dimensions are mixed up: the mean runs over the images.": values.mean(1)
            .clamp(min=allowance)
            .sum(),
        }

    yield essential(
        "one number for the batch",
        lambda: Verdict(tensor(student(kl, allowance), ()) is not None),
        "Return a scalar tensor: a sum over code variables of means over the batch.",
    )
    yield essential(
        "answers to the divergences",
        lambda: varies(student, (kl, allowance), (3 * kl, allowance)),
        "Larger divergences should cost more.",
    )
    yield (
        "loud code variables pay what they say",
        lambda: same(student(loud, allowance), loud.mean(0).sum(), advice_of(loud)),
        "Where every mean divergence is above the allowance, the result is their sum.",
    )
    yield (
        "quiet ones pay the allowance",
        lambda: same(student(quiet, allowance), torch.tensor(2 * allowance).double(), advice_of(quiet)),
        "Where both mean divergences are below the allowance, the result is twice the allowance.",
    )
    yield (
        "each code variable has its own allowance",
        lambda: same(student(kl, allowance), due, advice_of(kl)),
        "Two quiet and three loud code variables: the loud ones must not pay for the quiet ones.",
    )
    yield (
        "the mean over images comes first",
        lambda: same(student(uneven, allowance), uneven.mean(0).sum(), advice_of(uneven)),
        "A code variable that speaks for one image of six, loudly, has used up its allowance. What stands inside what?",
    )

    def slope() -> Verdict:
        leaf = kl.clone().requires_grad_()
        found = gradients(tensor(student(leaf, allowance)), leaf)[0]
        return same(found, (kl.mean(0) > allowance).double().expand(6, 5) / 6)

    yield (
        "a gradient reaches the loud ones only",
        slope,
        "Below the allowance nothing pulls, above it everything does: is something detached?",
    )
    yield (
        "without an allowance it is the plain divergence",
        lambda: same(student(kl, 0.0), kl.mean(0).sum()),
        "With lambda = 0 the result should be the mean over images of the summed divergence.",
    )
