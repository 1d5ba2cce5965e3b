"""Whether a map x -> (z, log_det) is a flow: its log-determinant, its inverse, and the mass of the density it gives.

A flow takes a batch (B, *shape) and returns z, as many values per row, and log_det = log |det dz/dx|, shape (B,). So
log p(x) = log p(z) + log_det. What is due comes from the map itself: the Jacobian by autograd in float64, confirmed by
calling alone, since another process's gradients are its own claims.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken

Flow = Callable[[Tensor], Any]  # x -> (z, log_det)

STEPS = (1e-3, 1e-5)  # by which inputs are moved: answers may be computed in float32, and others have kinks
TOLERANCE = 0.02  # of a slope found in that way


def pair(value: Any, batch: int | None = None) -> tuple[Tensor, Tensor]:
    """What a flow returned as (z, log_det), with one log-determinant per row.

    Raises:
        Broken: It is something else; the message says what it is.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        what = f"{len(value)} values" if isinstance(value, (tuple, list)) else "one value"
        raise Broken(f"It should return two tensors, (z, log_det), and returned {what}.")
    z, log_det = tensor(value[0]), tensor(value[1])
    if z.ndim == 0 or log_det.shape != z.shape[:1]:
        raise Broken(
            f"log_det should hold one number per row of the batch, and has shape {tuple(log_det.shape)} where z has"
            f" {tuple(z.shape)}."
        )
    if batch is not None and len(z) != batch:
        raise Broken(f"For a batch of {batch} it returned {len(z)} rows.")
    return z, log_det


def jacobian(function: Callable[[Tensor], Any], x: Tensor, draw: Draw) -> Tensor:
    """The matrix dz/dx of one input, (D, D), both flattened.

    All rows of a batch are the same input, and row i is asked for the gradient of its i-th output: one call, one
    gradient. A step along a random direction then shows whether the gradients fit the values.

    Args:
        function: Maps (B, *shape) to a batch of as many values, treating its rows alike.
        x: One input, shape `shape`, float64.
        draw: Where the direction comes from.

    Raises:
        Broken: The sizes differ, or gradients do not fit the values.
    """
    size = x.numel()
    batch = x.expand(size, *x.shape).clone().requires_grad_()
    z = tensor(function(batch)).flatten(1)
    if z.shape != (size, size):
        raise Broken(f"For inputs of {size} values it returned {z.shape[1]}: a flow keeps their number.")
    slopes = gradients(z.diagonal(), batch)[0].reshape(size, size)
    direction = draw.normal(*x.shape)
    claimed = slopes @ direction.flatten()
    near = TOLERANCE * float(1 + claimed.abs().max())
    for step in STEPS:
        ends = tensor(function(torch.stack([x + step * direction, x - step * direction]))).detach().flatten(1)
        found = (ends[0] - ends[1]).double() / (2 * step)
        if torch.allclose(found, claimed, rtol=TOLERANCE, atol=near):
            return slopes.detach()
    raise Broken("Its gradients do not fit its values: is something detached, rounded or converted?")


def log_abs_det(function: Callable[[Tensor], Any], x: Tensor, draw: Draw) -> Tensor:
    """log |det dz/dx| of each row of x (B, *shape), from the Jacobian: shape (B,)."""
    return torch.stack([torch.linalg.slogdet(jacobian(function, row, draw)).logabsdet for row in x])


def log_det_is_right(flow: Flow, x: Tensor, draw: Draw, slips: Mapping[str, Tensor] | None = None) -> Verdict:
    """Whether a flow's log_det is that of its Jacobian, row by row.

    Args:
        flow: x -> (z, log_det).
        x: Inputs (B, *shape), float64; B of at least 2 shows sums over the batch.
        draw: Where directions come from.
        slips: Advice -> the log_det that a known mistake gives, tried before the usual ones.
    """
    log_det = pair(flow(x), len(x))[1]
    due = log_abs_det(lambda batch: pair(flow(batch), len(batch))[0], x, draw)
    usual = {
        "The sign of log_det: where the map stretches, its log-determinant is positive.": -due,
        "This is a mean over the values of a row. The determinant multiplies: what happens to logs?": due
        / x[0].numel(),
        "All rows got the same number, their sum: add up within a row, never across the batch.": due.sum().expand(
            len(x)
        ),
        "All rows got the same number, their mean: every row has a log-determinant of its own.": due.mean().expand(
            len(x)
        ),
        "log_det is 0: does this map keep volumes?": torch.zeros_like(due),
    }
    return same(log_det, due, {**(slips or {}), **usual})


def round_trip(there: Callable[[Tensor], Any], back: Callable[[Tensor], Any], x: Tensor) -> Verdict:
    """Whether `back` undoes `there`, which returns a tensor or (z, log_det)."""
    z = there(x)
    z = pair(z, len(x))[0] if isinstance(z, (tuple, list)) else tensor(z)
    again = back(z)
    if isinstance(again, (tuple, list)):
        raise Broken(f"The way back should return one tensor, and returned {len(again)} values.")
    return same(again, x)


def grid(low: float, high: float, dims: int, points: int) -> tuple[Tensor, float]:
    """The middles of the cells of a grid over [low, high]^dims, (points^dims, dims), and a cell's size."""
    width = (high - low) / points
    middles = low + width * (torch.arange(points).double() + 0.5)
    cells = torch.tensor(list(itertools.product(middles.tolist(), repeat=dims))) if dims > 1 else middles[:, None]
    return cells.double(), width**dims


def mass(log_prob: Callable[[Tensor], Any], low: float, high: float, dims: int, points: int) -> float:
    """The integral of exp(log_prob) over [low, high]^dims by the rule of middles.

    Args:
        log_prob: Maps (N, dims) to log-densities (N,).
        low: Lower end in every dimension.
        high: Upper end.
        dims: 1 or 2.
        points: Cells per dimension.
    """
    cells, size = grid(low, high, dims, points)
    return float(tensor(log_prob(cells), (len(cells),)).detach().double().exp().sum() * size)


def integrates_to_one(
    log_prob: Callable[[Tensor], Any], low: float, high: float, dims: int, points: int, tolerance: float = 1e-3
) -> Verdict:
    """Whether exp(log_prob) is a density: its integral over a box that holds all of it is 1."""
    total = mass(log_prob, low, high, dims, points)
    return Verdict(abs(total - 1) < tolerance, f"The density adds up to {total:.4g}, where every density adds up to 1.")


def rows_stay_apart(function: Callable[[Tensor], Any], x: Tensor) -> Verdict:
    """Whether the first row's values, and its log_det if there is one, are the same without the others."""

    def parts(value: Any) -> Sequence[Tensor]:
        return pair(value) if isinstance(value, (tuple, list)) else (tensor(value),)

    together, alone = parts(function(x)), parts(function(x[:1]))
    for one, other in zip(together, alone, strict=True):
        verdict = same(other, one[:1].detach())
        if not verdict:
            return verdict
    return Verdict(True)


def even_pixels(levels: int, cells: int) -> tuple[Tensor, Tensor]:
    """Every level equally often, each with the middles of `cells` equal parts of [0, 1) as its noise.

    Averages over them are averages over uniform pixels with uniform noise. Without a logit and with a uniform base they
    cost exactly log2(levels) bits each.

    Returns:
        Levels, int64, and noise, float64, each of shape (levels * cells, 1, 1, 1).
    """
    x = torch.arange(levels).repeat_interleave(cells)
    u = ((torch.arange(cells).double() + 0.5) / cells).repeat(levels)
    return x.reshape(-1, 1, 1, 1), u.reshape(-1, 1, 1, 1)
