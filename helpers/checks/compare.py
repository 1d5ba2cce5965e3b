"""Comparisons that say what they saw: values, shapes, gradients, and which outputs depend on which inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from helpers.checks.subject import Broken, NotWritten, Part, kind

# Answers may be computed in float32 on float64 inputs (about 1e-6 relative error, growing with the number of terms);
# the mistakes that the checks look for are larger by orders of magnitude.
RELATIVE, ABSOLUTE = 1e-4, 1e-6


@dataclass(frozen=True)
class Verdict:
    """Whether a property holds; when it does not, what was seen, and advice more specific than the property's own."""

    passed: bool
    reason: str = ""
    advice: str = ""

    def __bool__(self) -> bool:
        """Whether the property holds."""
        return self.passed


def tensor(value: Any, shape: Sequence[int] | None = None) -> Tensor:
    """A student's value as a finite CPU tensor of the given shape.

    Raises:
        Broken: It is not one; the message says what it is.
    """
    if isinstance(value, (bool, int, float)):
        value = torch.tensor(value)
    if isinstance(value, Part) or not isinstance(value, Tensor):
        what = kind(value.handle) if isinstance(value, Part) else kind(value)
        raise Broken(f"It should return a tensor, and returned {what}.")
    if value.device.type != "cpu":
        raise Broken(f"It returned a tensor on {value.device}, though its inputs are on the CPU.")
    if not bool(torch.isfinite(value).all()):
        raise Broken("It returned NaN or infinity.")
    if shape is not None and tuple(value.shape) != tuple(shape):
        raise Broken(f"It returned shape {tuple(value.shape)} where {tuple(shape)} is asked for.")
    return value


def close(value: Tensor, target: Tensor, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    """Whether two tensors of one shape agree within the tolerances."""
    return torch.allclose(
        value.detach().to(torch.float64), target.detach().to(torch.float64), rtol=relative, atol=absolute
    )


def same(
    value: Any,
    target: Tensor | float | int,
    slips: Mapping[str, Tensor | float] | None = None,
    relative: float = RELATIVE,
    absolute: float = ABSOLUTE,
) -> Verdict:
    """Whether a student's value equals the target, shape and all.

    Args:
        value: What the student's object returned.
        target: What it should be.
        slips: Advice -> the value that a known mistake gives; the advice of the first that matches is shown.
        relative: Relative tolerance.
        absolute: Absolute tolerance.
    """
    target = torch.as_tensor(target)
    value = tensor(value, target.shape)
    if close(value, target, relative, absolute):
        return Verdict(True)
    for advice, slip in (slips or {}).items():
        slip = torch.as_tensor(slip)
        if slip.shape == value.shape and close(value, slip, relative, absolute):
            return Verdict(False, where_different(value, target), advice)
    return Verdict(False, where_different(value, target))


def where_different(value: Tensor, target: Tensor) -> str:
    """Where two tensors differ most: the place and the student's value there, never the value that was due."""
    gap = (value.detach().to(torch.float64) - target.detach().to(torch.float64)).abs()
    if gap.ndim == 0:
        return f"Yours is {value.item():.6g}."
    place = tuple(int(i) for i in torch.unravel_index(gap.argmax(), gap.shape))
    index = ", ".join(map(str, place))
    return f"Seen at [{index}] of a result of shape {tuple(value.shape)}: yours is {value[place].item():.6g}."


def gradients(output: Tensor, inputs: Tensor | Sequence[Tensor]) -> list[Tensor]:
    """Gradients of the sum of `output` with respect to each input; zeros where no gradient arrives."""
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    if not output.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    found = torch.autograd.grad(output.sum(), inputs, allow_unused=True, retain_graph=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(inputs, found, strict=True)]


def dependence(function: Callable[[Tensor], Any], inputs: Sequence[Tensor]) -> Tensor:
    """Which outputs depend on which inputs, found by calling alone: a gradient can be forged or be zero by accident.

    Each input is tried in one batch that holds it and, for every element, a copy with that element moved. An output
    depends on an input when it moves in any of the tries: ReLU hides a dependence in some, never in all.

    Args:
        function: Maps (B, *shape) to (B, *output_shape), treating the rows of a batch alike.
        inputs: Tries, each of shape `shape`, float64.

    Returns:
        Boolean (outputs, inputs), both flattened.
    """
    moved = [_moved(function, x) for x in inputs]
    return torch.stack(moved).any(0)


def _moved(function: Callable[[Tensor], Any], x: Tensor) -> Tensor:
    """One try of `dependence`: (outputs, inputs)."""
    size = x.numel()
    steps = torch.cat([torch.zeros(1, size, dtype=x.dtype), torch.eye(size, dtype=x.dtype)])
    batch = x[None] + steps.reshape(size + 1, *x.shape)
    output = tensor(function(batch)).detach().to(torch.float64)
    if output.ndim == 0 or output.shape[0] != size + 1:
        raise Broken(f"For a batch of {size + 1} it returned shape {tuple(output.shape)}: the batch comes first.")
    output = output.reshape(size + 1, -1)
    gap = (output[1:] - output[:1]).abs()
    # rows of one batch may be rounded differently; a moved element changes a dependent output by far more
    return (gap > 1e-9 * (1 + output[:1].abs())).T


def varies(function: Callable[..., Any], *calls: tuple) -> Verdict:
    """Whether a function answers to its arguments at all: a constant gives the same result to every call."""
    first, *others = [tensor(function(*call)) for call in calls]
    moved = any(other.shape != first.shape or not close(other, first) for other in others)
    return Verdict(moved, "" if moved else "It returned the same for different arguments.")


def gives_shape(function: Callable[..., Any], shape: Sequence[int], *inputs: Any) -> Verdict:
    """Whether a call returns a tensor of this shape; a broken call is a reason too, and ends nothing."""
    try:
        tensor(function(*inputs), shape)
    except NotWritten:
        raise
    except Broken as error:
        return Verdict(False, str(error))
    return Verdict(True)
