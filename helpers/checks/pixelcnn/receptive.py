"""Check of the receptive field: which pixels move the logits of one pixel, and how strongly."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def receptive_field(student: Part, draw: Draw) -> Properties:
    """How strongly each pixel moves the logits of one pixel: mean over images, sum over colours, of absolute gradients."""
    levels, shape, row, column = 3, (3, 3, 4), 1, 2
    linear, own_linear = _model(student, levels, shape, 0, draw.integer(0, 10**6))
    bent, own_bent = _model(student, levels, shape, 0, draw.integer(0, 10**6), 2.0)
    blank = draw.permutation(row * shape[2] + column)[: draw.integer(2, 5)].tolist()  # of the pixels before the place
    sparse, own_sparse = _model(student, levels, shape, 0, draw.integer(0, 10**6), 0.0, blank)
    x = draw.uniform(5, *shape) * (levels - 1)

    def slopes(model: nn.Module, *place: int) -> Tensor:
        return _slopes_of(model, x, (..., *place))

    def sizes(gradient: Tensor) -> Tensor:
        return gradient.abs().sum(1).mean(0)

    def field(model: Part) -> Tensor:
        return tensor(student(model, x, row, column), shape[1:]).detach()

    per_image, weights = slopes(own_bent, row, column), sizes(slopes(own_linear, row, column))
    elsewhere = {
        "Rows and columns are swapped: in logits (B, K, C, H, W), which of the last two comes first?": sizes(
            slopes(own_linear, column, row)
        ),
        "These are the gradients of the logits of all pixels together: which pixel was asked for?": sizes(
            slopes(own_linear)
        ),
    }

    def one_map() -> Verdict:
        seen = torch.stack([field(linear), field(bent)])
        if bool((seen < 0).any()):
            return Verdict(False, f"The least value is {seen.min():.3g}.", "Gradients have signs, sizes have none.")
        advice = "The map is zero: what was differentiated does not change with the image. Is it the logits themselves?"
        return Verdict(bool(seen.max() > 1e-9), "", advice)

    def zeros() -> Verdict:
        seen, due = field(sparse), sizes(slopes(own_sparse, row, column))
        if bool((seen[due == 0] != 0).any()):
            usual = field(linear)
            return Verdict(False, "", next((advice for advice, slip in elsewhere.items() if close(usual, slip)), ""))
        due[row, column] = 0  # some colours only
        return Verdict(bool((seen[due > 0] > 0).all()), "", "Some pixel that does matter is zero as well.")

    yield essential(
        "one non-negative number per pixel",
        one_map,
        "Return a map (H, W) of sizes: gradients have signs, and signs cancel in sums.",
    )
    yield essential(
        "pixels that do not matter are exactly zero",
        zeros,
        "This model's pixel at row 1, column 2 depends on no later pixel, nor on all earlier ones. Whose gradient is this?",
    )
    first = slopes(own_linear, row, column)
    by_level = [sizes(_slopes_of(own_linear, x, (slice(None), k, slice(None), row, column))) for k in range(levels)]
    yield (
        "a linear model gives back its weights",
        lambda: same(
            field(linear),
            weights,
            {
                "This is the gradient of the first level's logit alone; all levels of the pixel count.": by_level[0],
                "This is the gradient of the last level's logit alone; all levels of the pixel count.": by_level[-1],
                "Only the first colour's logits count here; all colours of the pixel have logits.": sizes(
                    _slopes_of(own_linear, x, (slice(None), slice(None), 0, row, column))
                ),
                "This is the gradient of log-probabilities, in which levels compete; the logits are asked for.": sizes(
                    _slopes_of(own_linear, x, (..., row, column), F.log_softmax)
                ),
                "This is the gradient of all logits of the row up to the pixel; the pixel's own are asked for.": sizes(
                    _slopes_of(own_linear, x, (..., row, slice(None, column + 1)))
                ),
                "This is the gradient of the logits' mean; their sum is asked for.": weights
                / (len(x) * levels * shape[0]),
                "This says where there is influence, not how much.": (weights > 0).double(),
                "Each level's gradient was made a size before they were added: sum the logits first.": sum(by_level),
                "The map was divided by its largest value; keep its scale.": weights / weights.max(),
                "Squares weigh large gradients more: the absolute value is asked for.": first.square().sum(1).mean(0),
                "This is a Euclidean length over the colours; sizes should simply add up.": first.square()
                .sum(1)
                .sqrt()
                .mean(0),
                "Colours should be added up, not averaged.": weights / shape[0],
                "Signs cancel between colours: which comes first, the absolute value or the sum?": first.sum(1)
                .abs()
                .mean(0),
                "The map counts the strongest colour only: colours should be added up.": first.abs().amax(1).mean(0),
                "This is a sum over the images; the map should not grow with the batch.": weights * len(x),
            },
        ),
        "For a model that is linear in x the map should hold the summed sizes of its weights, colour by colour."
        " Which logits are differentiated, and what happens to their gradient afterwards?",
    )
    yield (
        "averages sizes over the images",
        lambda: same(
            field(bent),
            sizes(per_image),
            {
                "Signs cancel between images: which comes first, the absolute value or the mean?": per_image.mean(0)
                .abs()
                .sum(0),
                "Only the first image counts here.": per_image[0].abs().sum(0),
                "The map takes the strongest image; the mean over the images is asked for.": per_image.abs()
                .sum(1)
                .amax(0),
            },
        ),
        "For each pixel: the absolute gradient, summed over colours, averaged over the images of the batch.",
    )

    def again() -> Verdict:
        calls = (bent, row, column), (bent, row, column - 1)
        second = student.beside(doubles.one_after_another, student, 1, x, *calls)[1]
        return Verdict(close(tensor(second, shape[1:]), tensor(student(bent, x, row, column - 1), shape[1:])))

    yield remark(
        "a second look shows the same",
        again,
        "Called for the second time with the same images it gives another map: what is left on them after the first call?",
    )


def _model(student: Part, *about: object) -> tuple[Part, doubles.LowerTriangular]:
    """A model beside the student's object, and the same one here: its gradients are not theirs to say."""
    return student.beside(doubles.LowerTriangular, *about), doubles.LowerTriangular(*about)


def _slopes_of(model: nn.Module, x: Tensor, place: tuple, function: Callable[..., Tensor] | None = None) -> Tensor:
    """The gradient of the sum of the logits at a place, or of a function of the levels' logits there."""
    leaf = x.clone().requires_grad_()
    logits = tensor(model(leaf))
    return gradients((function(logits, dim=1) if function else logits)[place], leaf)[0]
