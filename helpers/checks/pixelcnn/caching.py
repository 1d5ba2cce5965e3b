"""Check of the cached sampler's heart: a convolution at a single pixel."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks.compare import Verdict, same
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def conv_at(student: Part, draw: Draw) -> Properties:
    """The output of a convolution at a single pixel, from a padded cache of its input."""
    cache = draw.normal(3, 6, 9, 2)  # a 5 x 7 image of 2 channels, padded for a kernel of 2 x 3
    weight, large, bias = draw.normal(2, 3, 2, 4), draw.normal(3, 5, 2, 4), 1 + draw.uniform(4)
    whole, flipped = _conv(cache, weight), _conv(cache, weight.flip(0, 1))
    row, column = 1, 3
    due = whole[:, row, column]
    by_channel, by_output = weight.reshape(2, 2, 3, 4).permute(1, 2, 0, 3), weight.reshape(4, 12).T.reshape(2, 3, 2, 4)
    slips = {
        "The kernel is flipped: the window's first place should meet the kernel's first.": flipped[:, row, column],
        "Row and column are swapped.": whole[:, column, row],
        "The window begins too far up and to the left: the cache is padded already.": whole[:, row - 1, column - 1],
        "The window begins too far to the left: the cache is padded already.": whole[:, row, column - 1],
        "The window begins too far down and to the right: what was added to row and column?": whole[
            :, row + 1, column + 1
        ],
        "The window begins too far to the right: what was added to the column?": whole[:, row, column + 1],
        "The window and the kernel are not flattened in the same order.": _conv(cache, by_channel)[:, row, column],
        "The kernel is reshaped where its axes should be moved.": _conv(cache, by_output)[:, row, column],
        "The window has as many rows as the kernel has columns.": _conv(cache, weight.reshape(3, 2, 2, 4))[
            :, row, column
        ],
        "Only one place of the window is used: a convolution sums over all of them.": cache[:, row, column]
        @ weight[0, 0],
        "Only the middle of the window is used: a convolution sums over all of it.": cache[:, row + 1, column + 1]
        @ weight[1, 1],
        "The images of the batch are added up; each should keep its own result.": due.sum(0).expand_as(due),
        "Negative numbers are cut off; a convolution is linear.": due.relu(),
        "This is a mean over the window; a convolution is a sum.": due / 12,
        "This is a mean over the places of the window; a convolution is a sum.": due / 6,
    }

    yield essential(
        "sums its window, weighted by the kernel",
        lambda: same(student(cache, weight, torch.zeros_like(bias), row, column), due, slips),
        "Without a bias, the result at row 1, column 3 should equal what the full convolution gives there: one row for each"
        " image, one column for each output channel.",
    )
    yield (
        "adds the bias",
        lambda: same(
            student(cache, weight, bias, row, column),
            due + bias,
            {
                "The bias is missing.": due,
                "The bias should be added once, and not for every place of the window.": due + 6 * bias,
                "The bias should be added once, and not for every product.": due + 12 * bias,
                "The bias should be added, not subtracted.": due - bias,
            },
        ),
        "Each output channel has a bias of its own, which is added once.",
    )

    def corners() -> Verdict:
        tries = (
            (place, same(student(cache, weight, bias, *place), whole[:, place[0], place[1]] + bias))
            for place in ((0, 0), (0, 6), (4, 0), (4, 6))
        )
        wrong = next((place for place, verdict in tries if not verdict), None)
        return Verdict(wrong is None, f"Seen at row {wrong[0]}, column {wrong[1]} of 5 x 7." if wrong else "")

    yield (
        "equals the whole convolution in every corner",
        corners,
        "Every pixel of the image has its whole window inside the cache, the last row and column too. Where does it begin?",
    )
    yield (
        "takes kernels of any size",
        lambda: (
            same(student(cache, weight[:1], bias, 3, 2), _conv(cache, weight[:1])[:, 3, 2] + bias)
            and same(student(cache, large, bias, 2, 4), _conv(cache, large)[:, 2, 4] + bias)
        ),
        "Kernels of 1 x 3 and 3 x 5 should work as well: from which argument is the size of the window taken?",
    )


def _conv(cache: Tensor, weight: Tensor) -> Tensor:
    """A convolution without bias over a padded input with its channels last: (B, H, W, O)."""
    return F.conv2d(cache.permute(0, 3, 1, 2), weight.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)
