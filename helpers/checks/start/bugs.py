"""Checks of three repairs: each item is named after what the bug does, since that is what one sees of it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from helpers.checks.compare import Verdict, close, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.start.shapes import gives_shape_or
from helpers.checks.subject import Part, kind

ALL_PAIRS = "This is the mean over all pairs of a prediction and a target: (B, 1) minus (B,) is a table (B, B). Look at the shapes."


@check
def squared_error(student: Part, draw: Draw) -> Properties:
    """The mean of (prediction - target)^2 over the batch, for predictions (B, 1) and targets (B,)."""
    prediction, target = draw.normal(6, 1), draw.normal(6)
    gap = prediction[:, 0] - target

    def pairs(p: Tensor, t: Tensor) -> Tensor:
        return ((p - t) ** 2).mean()

    yield essential(
        "one number for the batch",
        lambda: gives_shape_or(
            student,
            (),
            {
                (6,): "These are the errors of the single examples; their mean is missing.",
                (6, 6): "These are 36 errors for six examples: who is compared with whom? And their mean is missing.",
            },
            prediction,
            target,
        ),
        "A loss is one number: the mean over the batch.",
    )
    yield essential(
        "a perfect prediction costs nothing",
        lambda: same(student(target[:, None], target), 0.0, {ALL_PAIRS: pairs(target[:, None], target)}),
        "Each prediction equals its target here, and still the loss is not 0. Who is compared with whom?",
    )
    yield essential(
        "two predictions, by hand",
        lambda: same(
            student(torch.tensor([[1.0], [4.0]]).double(), torch.tensor([0.0, 1.0]).double()),
            5.0,
            {
                ALL_PAIRS: 6.5,
                "This is the sum over the batch; the mean is asked for.": 10.0,
                "This is half of it.": 2.5,
                "These are absolute errors, without the square.": 2.0,
                "This is the square of the mean error, in which errors of opposite sign cancel.": 4.0,
                "This is a root of the mean square; leave the root out.": 5**0.5,
                "Only the first prediction was compared.": 1.0,
                "Only the last prediction was compared.": 9.0,
            },
        ),
        "Predictions 1 and 4, targets 0 and 1: the errors are 1 and 3, their squares 1 and 9, the mean is 5.",
    )
    yield (
        "any batch",
        lambda: same(
            student(prediction, target),
            (gap**2).mean(),
            {
                ALL_PAIRS: pairs(prediction, target),
                "Predictions and targets meet in another order.": pairs(prediction[:, 0].flip(0), target),
            },
        ),
        "Prediction i belongs to target i.",
    )

    def slope() -> Verdict:
        leaf = prediction.clone().requires_grad_()
        return same(gradients(tensor(student(leaf, target)), leaf)[0], (gap / 3)[:, None])

    yield (
        "every prediction is pulled towards its own target",
        slope,
        "The gradient of the loss should point from each target to its own prediction. Is something detached or converted?",
    )


@check
def channels_first(student: Part, draw: Draw) -> Properties:
    """Images (B, H, W, C) as (B, C, H, W), every value at its place."""
    images = draw.integers(0, 200, 2, 3, 5, 4).to(torch.uint8)
    due = torch.stack([images[..., c] for c in range(4)], dim=1)
    yield essential(
        "channels come second",
        lambda: gives_shape_or(
            student,
            (2, 4, 3, 5),
            {
                (2, 4, 5, 3): "Rows and columns have changed places as well: the picture lies on its side.",
                (2, 3, 5, 4): "Nothing has moved: the channels still come last.",
                (4, 2, 3, 5): "The channels come before the batch; the batch should stay in front.",
                (
                    2,
                    5,
                    4,
                    3,
                ): "The rows went to the end. Name the old dimensions in their new order, not the other way round.",
            },
            images,
        ),
        "Images of shape (2, 3, 5, 4), that is two of 3 rows and 5 columns with 4 channels, should become (2, 4, 3, 5).",
    )
    yield essential(
        "pixels keep their places",
        lambda: same(
            student(images),
            due,
            {
                "The picture is scrambled: a reshape reads the same numbers in the same order into other boxes, and moves no dimension.": images.reshape(
                    2, 4, 3, 5
                ),
                "The channels come in reversed order.": due.flip(1),
                "The values were divided by 255; only their places should change.": due / 255,
                "The pictures stand on their heads.": due.flip(2),
                "The pictures are mirrored.": due.flip(3),
                "Rows and columns were exchanged, and the sizes patched up.": due.transpose(2, 3).reshape(2, 4, 3, 5),
            },
        ),
        "The value at row h, column w and channel c should be found at [b, c, h, w]. Which operation moves dimensions without"
        " re-reading the numbers?",
    )
    yield (
        "levels stay what they are",
        lambda: Verdict(close(tensor(student(images + 50), (2, 4, 3, 5)), due + 50)),
        "Only the places should change, and no value. Is something scaled or converted on the way?",
    )


def _hits(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).double().mean())


@check
def accuracy(student: Part, draw: Draw) -> Properties:
    """The fraction of images whose largest logit is the label's, of the model as it is used, not as it is trained."""
    labels = 1 + draw.integers(0, 4, 64)
    logits = 3 * torch.eye(5).double()[labels] - 1
    some = torch.tensor([[2.0, 3.0, 4.0], [4.0, 3.0, 1.0], [4.0, 0.0, 3.0], [0.0, 4.0, 3.0], [2.5, 2.0, 4.0]]).double()
    right = torch.tensor([0, 2, 1, 1, 0])  # three of five, for a model whose largest output is at the smallest input
    upside_down = student.beside(nn.Softmin, 1)

    def fresh() -> Part:  # a part of a model has a mode of its own, which its whole sets
        return student.beside(nn.Sequential, student.beside(nn.Dropout, 0.5))

    def number(value: object) -> float:
        return value if isinstance(value, (int, float)) else float("nan")

    def plain() -> Verdict:
        value = student(upside_down, some, right)
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, (int, float)), f"It returned {what}.")

    yield essential("a plain number", plain, "The docstring promises a float: `.item()` makes one of a tensor.")
    yield essential(
        "three of five right are 0.6",
        lambda: same(
            student(upside_down, some, right),
            0.6,
            {
                "This counts the mistakes.": 0.4,
                "This counts; divide by the number of images.": 3.0,
                "This is a percentage; a fraction is asked for.": 60.0,
                "The number of right answers is divided by the number of classes.": 1.0,
                "The guess is upside down: was the smallest output taken, or the images themselves instead of the model's output?": _hits(
                    some, right
                ),
            },
        ),
        "The guess is the class with the largest logit, along dimension 1. Compare it with the labels and average.",
    )

    def steady() -> Verdict:
        model = fresh()
        first, second = number(student(model, logits, labels)), number(student(model, logits, labels))
        if first == second == 1.0:
            return Verdict(True)
        return Verdict(False, f"Two calls on the same model and the same images gave {first:.3f} and {second:.3f}.")

    yield essential(
        "the same question gets the same answer",
        steady,
        "A layer of the model is dropout, which erases half of its numbers at random while it trains. How is a model told, with"
        " all its layers, that it is not training now?",
    )

    def kept() -> Verdict:
        norm = student.beside(nn.Sequential, student.beside(nn.BatchNorm1d, 3))
        student(norm, 5 + some, right)
        norm.method("eval")
        return same(norm(some), some / (1 + 1e-5) ** 0.5)

    yield remark(
        "looking changes nothing",
        kept,
        "This model has batch normalisation, which learns its statistics from every batch that it sees while it trains. After"
        " your evaluation they are other ones: the images to be judged were learned from.",
    )

    def mode(setting: str) -> bool:
        model = fresh()
        model.method(setting)
        student(model, logits, labels)
        return bool((tensor(model(torch.ones(200).double())) == 0).any())  # dropout is at work

    yield remark(
        "a model in training goes on training",
        lambda: Verdict(mode("train")),
        "Before the call the model was in training mode, and afterwards it is not: the rest of the training would go on without"
        " dropout. Note the mode, and put it back.",
    )
    yield remark(
        "a model in use stays in use",
        lambda: Verdict(not mode("eval")),
        "Before the call the model was in evaluation mode, and afterwards it is in training mode. Which mode should you put"
        " back: always the same, or the one that was?",
    )
