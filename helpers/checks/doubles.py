"""Collaborators that a check puts beside a student's object: small networks whose behaviour is known exactly.

None of them is an answer to an exercise. Every module draws its weights from a seed of its own, in float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from helpers.checks.inputs import Draw


class LowerTriangular(nn.Module):
    """An autoregressive model with known dependence: the logits of pixel i are linear in the pixels before i.

    The pixels of a (C, H, W) image count row by row, and within a pixel colour by colour.
    """

    def __init__(
        self,
        levels: int,
        shape: tuple[int, int, int],
        classes: int = 0,
        seed: int = 0,
        bend: float = 0.0,
        blank: Sequence[int] = (),
    ):
        """Draw the weights.

        Args:
            levels: Number of levels.
            shape: (C, H, W) of the images.
            classes: Number of classes, or 0.
            seed: Other weights for each.
            bend: Adds that multiple of the sine of the logits, which makes them nonlinear.
            blank: Pixels that nothing depends on, as their numbers in raster order.
        """
        super().__init__()
        draw, (channels, height, width) = Draw(seed), shape
        size = channels * height * width
        self.levels, self.shape, self.bend = levels, shape, bend
        before = torch.ones(size, size).tril(-1).double()
        before[:, [channels * pixel + colour for pixel in blank for colour in range(channels)]] = 0
        self.weight = nn.Parameter(draw.normal(levels, size, size) * before)
        self.bias = nn.Parameter(draw.normal(levels, size))
        self.label = nn.Parameter(2 * draw.normal(max(classes, 1), levels, size))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Logits (B, levels, C, H, W) for images x (B, C, H, W) and labels y (B,)."""
        channels, height, width = self.shape
        pixels = x.permute(0, 2, 3, 1).reshape(len(x), -1).to(self.weight.dtype)
        logits = torch.einsum("kij,bj->bki", self.weight, pixels) + self.bias
        if y is not None:
            logits = logits + self.label[y]
        logits = logits + self.bend * logits.sin()
        return logits.reshape(len(x), self.levels, height, width, channels).permute(0, 1, 4, 2, 3)


def wavy_pick(logits: Tensor, u: Tensor) -> Tensor:
    """A rule that turns logits (B, K, ...) and one number u (B, ...) per pixel into a level; known, deterministic, odd."""
    waves = torch.stack([torch.sin(20 * (k + 1) * u) for k in range(logits.shape[1])], dim=1)
    return (logits + 3 * waves).argmax(1)


def unlikely_pick(logits: Tensor, u: Tensor) -> Tensor:
    """Another rule than `wavy_pick`: the least likely level, whatever u is."""
    return logits.argmin(1)


class CausalBox(nn.Module):
    """A causal convolution without a mask: a weighted sum of shifted images, made to order for a network under test.

    Channel k carries colour k mod `colours`; at its own pixel a channel sees earlier colours, and its own if `mask_type`
    is "B".
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, mask_type: str, colours: int = 1):
        """Draw one matrix for each place of the window that comes before the centre, and one for the centre.

        Raises:
            ValueError: The kernel has no centre, or the type is unknown.
        """
        super().__init__()
        if kernel_size % 2 == 0 or mask_type not in ("A", "B"):
            raise ValueError(
                f"no causal convolution of size {kernel_size} and type {mask_type!r}: sizes are odd, types A or B"
            )
        draw = Draw(97 * in_channels + 31 * out_channels + 7 * kernel_size + ord(mask_type) + colours)
        reach = kernel_size // 2
        self.places = [(r, c) for r in range(reach + 1) for c in range(-reach, reach + 1) if (r, c) > (0, 0)]
        self.weight = nn.Parameter(draw.normal(len(self.places) + 1, out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(draw.normal(out_channels))
        gap = (torch.arange(out_channels) % colours)[:, None] - (torch.arange(in_channels) % colours)[None, :]
        self.register_buffer("centre", (gap > 0 if mask_type == "A" else gap >= 0).double())

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_channels, H, W) to (B, out_channels, H, W)."""
        height, width = x.shape[-2:]
        total = torch.einsum("oi,bihw->bohw", self.weight[-1] * self.centre, x) + self.bias[:, None, None]
        for matrix, (up, left) in zip(self.weight, self.places, strict=False):
            moved = torch.zeros_like(x)
            rows, to = slice(0, height - up), slice(up, height)
            if up < height and abs(left) < width:
                source = slice(0, width - left) if left >= 0 else slice(-left, width)
                target = slice(left, width) if left >= 0 else slice(0, width + left)
                moved[:, :, to, target] = x[:, :, rows, source]
            total = total + torch.einsum("oi,bihw->bohw", matrix, moved)
        return total


class ZeroConv(nn.Module):
    """A convolution that returns zeros of the right shape."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, mask_type: str, colours: int = 1):
        """Remember the number of output channels."""
        super().__init__()
        self.out_channels = out_channels

    def forward(self, x: Tensor) -> Tensor:
        """Zeros (B, out_channels, H, W), with a gradient that is zero too."""
        return 0 * x.sum(1, keepdim=True).expand(-1, self.out_channels, -1, -1)


class SignedConv(nn.Module):
    """A convolution that averages the channels of each pixel, times a gain, plus an offset: to see where ReLUs stand."""

    def __init__(self, out_channels: int, gain: float, offset: float = 0.0):
        """Remember the number of output channels and both numbers."""
        super().__init__()
        self.out_channels, self.gain, self.offset = out_channels, gain, offset
        self.register_buffer(
            "weight", torch.ones(1).double()
        )  # networks ask for the dtype of their last layer's weight

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, in_channels, H, W) to (B, out_channels, H, W)."""
        return self.gain * x.mean(1, keepdim=True).expand(-1, self.out_channels, -1, -1) + self.offset


def signed_convs(reducing: int, mixing: int, expanding: int) -> Callable[..., SignedConv]:
    """A factory of `SignedConv`s, whose sign depends on whether the number of channels falls, stays or grows."""

    def conv(in_channels: int, out_channels: int, kernel_size: int, mask_type: str, colours: int = 1) -> SignedConv:
        signs = {-1: reducing, 0: mixing, 1: expanding}
        return SignedConv(out_channels, signs[(out_channels > in_channels) - (out_channels < in_channels)])

    return conv


def head_convs(last: int, gain: float = 1.0, offset: float = 0.0) -> Callable[..., SignedConv]:
    """A factory of `SignedConv`s that only average, but for a network's 1 x 1 ones with other than `last` outputs."""

    def conv(in_channels: int, out_channels: int, kernel_size: int, mask_type: str, colours: int = 1) -> SignedConv:
        if kernel_size == 1 and out_channels != last:
            return SignedConv(out_channels, gain, offset)
        return SignedConv(out_channels, 1.0)

    return conv


def follows(model: nn.Module, device: str, channels: int, plane: tuple[int, ...] = (4, 6)) -> bool:
    """Whether all tensors that a model computes with follow it to another device; "meta" is one without values."""
    model.to(device)
    try:
        model(torch.zeros(1, channels, *plane, dtype=torch.float64, device=device))
    except RuntimeError as error:  # code that branches on values fails on "meta" too, with another message
        return "device" not in str(error)
    return True


class BentBlock(nn.Module):
    """A residual block for a network under test: a tanh and one convolution of type B."""

    def __init__(self, width: int, conv: type[nn.Module], colours: int = 1):
        """Make its one convolution with the factory of the network under test."""
        super().__init__()
        self.conv = conv(width, width, 3, "B", colours)

    def forward(self, h: Tensor) -> Tensor:
        """Map (B, width, H, W) to the same shape."""
        return h + self.conv(torch.tanh(h))


class Scale(nn.Module):
    """One number w per feature: x (B, D) -> w * x."""

    def __init__(self, start: Tensor):
        """Begin at the weights `start`, shape (D,)."""
        super().__init__()
        self.w = nn.Parameter(start.clone())

    def forward(self, x: Tensor) -> Tensor:
        """Multiply each feature by its weight."""
        return self.w * x


class Rounds:
    """Batches in another order on each pass: the first pass begins with the first batch, the next with the second."""

    def __init__(self, batches: list):
        """Keep the batches."""
        self.batches, self.passes = list(batches), 0

    def __len__(self) -> int:
        """Number of batches."""
        return len(self.batches)

    def __iter__(self) -> Iterator:
        """Begin the next pass."""
        first = self.passes % len(self.batches)
        self.passes += 1
        return iter(self.batches[first:] + self.batches[:first])


def square_gap(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Half the mean square of model(x) - y: its gradient is known in closed form."""
    return ((model(x) - y) ** 2).mean() / 2


def sgd(model: nn.Module, rate: float) -> torch.optim.Optimizer:
    """Plain gradient descent on all parameters of a model."""
    return torch.optim.SGD(model.parameters(), lr=rate)


def product_of_halves(a: Tensor) -> Tensor:
    """A gate for a layer under test: the first half of the channels times the second."""
    first, second = a.chunk(2, dim=1)
    return first * second


def sum_of_halves(a: Tensor) -> Tensor:
    """Another gate: the first half of the channels plus the second."""
    first, second = a.chunk(2, dim=1)
    return first + second


def one_after_another(function: Callable, number: int, shared: object, *calls: tuple) -> list[object]:
    """What a function returns in several calls, all of which get the very same object as argument `number`.

    What a call changes in that object, or leaves on it, shows in what the later ones return.
    """
    return [function(*call[:number], shared, *call[number:]) for call in calls]


def without_autograd(function: Callable, *arguments: object) -> bool:
    """Whether a function returns something although autograd keeps nothing for a way back.

    Raises:
        RuntimeError: Autograd was to keep something.
    """

    def refuse(_: Tensor) -> None:
        raise RuntimeError("autograd is switched off here")

    with torch.autograd.graph.saved_tensors_hooks(refuse, refuse):  # torch.func refuses to work under hooks at all
        return function(*arguments) is not None


def part_of(formula: Callable, *place: int) -> Callable:
    """A formula out of several: what a function returns at a place, such as a number of a tuple or an entry of a matrix.

    Args:
        formula: Returns a tuple, or a tuple of matrices.
        place: The number in the tuple; with a row and a column behind it, the entry of the matrix that is there.
    """

    def part(*symbols: object) -> object:
        from sympy import Tuple  # here, since few checks need it and its import takes a second

        several = formula(*symbols)
        if isinstance(several, Tuple):
            several = tuple(several)
        if not isinstance(several, (tuple, list)) or place[0] >= len(several):
            raise ValueError("the function returns one formula where several are asked for")
        chosen = several[place[0]]
        return chosen[place[1:]] if place[1:] else chosen

    return part


def values_of(formula: Callable, names: list[str], points: list[list[float]]) -> list[float]:
    """The values of a formula: a function that makes a sympy expression of one symbol per name, in their order.

    Args:
        formula: Takes the symbols; returns an expression, or a plain number.
        names: The symbols' names; a symbol is positive where its values at all points are, and real anyway.
        points: One value per symbol, point by point.

    Raises:
        ValueError: The expression holds other symbols, or its value is no real number.
    """
    import sympy  # here, since few checks need it and its import takes a second

    symbols = [
        sympy.Symbol(name, real=True, positive=True if all(point[place] > 0 for point in points) else None)
        for place, name in enumerate(names)
    ]
    expression = formula(*symbols)
    if isinstance(expression, (int, float)):
        expression = sympy.sympify(expression)
    if not isinstance(expression, sympy.Expr):
        raise ValueError("the function returns no formula")
    strange = sorted(str(symbol) for symbol in expression.free_symbols - set(symbols))
    if strange:
        raise ValueError(f"the formula holds {', '.join(strange)}, which it is not given")
    values = []
    for point in points:
        value = expression.subs(dict(zip(symbols, map(sympy.Float, point), strict=True))).evalf()
        if value in (sympy.oo, -sympy.oo):
            values.append(math.inf if value == sympy.oo else -math.inf)
        elif value.is_real:
            values.append(float(value))
        elif value.is_finite and abs(sympy.im(value)) < 1e-12:  # an imaginary part of rounding
            values.append(float(sympy.re(value)))
        else:
            raise ValueError("the formula's value is no real number")
    return values
