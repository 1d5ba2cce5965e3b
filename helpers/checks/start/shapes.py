"""Shapes, and what a wrong one says of the mistake behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from helpers.checks.compare import Verdict, tensor


def gives_shape_or(
    function: Callable[..., Any], shape: tuple[int, ...], slips: Mapping[tuple[int, ...], str], *inputs: Any
) -> Verdict:
    """Whether a call returns a tensor of this shape; where it does not, advice by the shape that it has.

    Args:
        function: What is called.
        shape: The shape that is due.
        slips: A shape that a known mistake gives -> the advice for it.
        inputs: The arguments.

    Raises:
        Broken: The call fails, or returns no tensor, or one of yet another shape.
    """
    value = function(*inputs)
    if isinstance(value, Tensor) and tuple(value.shape) in slips:
        seen = tuple(value.shape)
        return Verdict(False, f"It returned shape {seen} where {shape} is asked for.", slips[seen])
    tensor(value, shape)
    return Verdict(True)
