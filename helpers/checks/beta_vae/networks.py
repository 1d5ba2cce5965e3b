"""Checks of the networks for faces: their sizes, what depends on what, where they bend, and what learns.

Where a network bends shows from outside: with large biases every ReLU is open and the network affine, and with those of
all layers but one it bends exactly where that one has its ReLU. Shut by a large negative bias, a ReLU lets nothing pass.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, dependence, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.encoding import (
    a_code_for_each_image,
    an_image_for_each_code,
    both_heads_see_all,
    every_layer_learns,
    heads,
    heads_apart,
)
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Broken, Part

OPEN = 300.0  # a bias that opens every ReLU behind it
REACH = 22  # columns that three convolutions of 4 x 4 with stride 2 see


def widths(side: int, width: int) -> list[int]:
    """Features behind each halving of an image, from the first on."""
    return [width * 2 ** min(k, 3) for k in range(side.bit_length() - 3)]


def weights_of_windows(channels: Sequence[int]) -> int:
    """Weights and biases of 4 x 4 windows, plain or transposed, between neighbouring numbers of channels."""
    return sum(16 * a * b + b for a, b in itertools.pairwise(channels))


@check
def FaceEncoder(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Halvings with ReLUs until 4 x 4 places are left, and a linear layer: mu and log_var of each image's code."""
    latent, width = 3, 2
    make = functools.cache(lambda *shape: student(shape, latent, width))

    def both(shape: tuple[int, ...], network: Part | None = None) -> Callable[[Tensor], Tensor]:
        return lambda x: torch.cat(heads((network or make(*shape))(x), (len(x), latent)), 1)

    def shapes() -> Verdict:
        for shape in ((1, 8, 8), (3, 16, 16), (2, 64, 64), (3, 128, 128)):
            both(shape)(draw.normal(2, *shape))
        return Verdict(True)

    yield essential(
        "returns mu and log_var in their shapes",
        shapes,
        "For images of 8, 16, 64 and 128 pixels a side it should return two tensors (B, latent). How many halvings lead to 4 x 4?",
    )
    shape = (1, 16, 16)
    x = draw.normal(6, *shape)
    yield from a_code_for_each_image(both(shape), x)

    def sizes() -> Verdict:
        for side, start in ((16, 2), (64, 3), (128, 1)):
            features = widths(side, start)
            due = weights_of_windows([3, *features]) + (16 * features[-1] + 1) * 2 * latent
            found = _count(student((3, side, side), latent, start))
            if found != due:
                return Verdict(False, f"For {side} pixels and width {start} it has {found:,} weights and biases.")
        return Verdict(True)

    yield (
        "has as many weights as its layers should",
        sizes,
        "The number of weights is not that of the layers in the docstring: features double from `width` to at most 8 `width`, every"
        " convolution and the linear layer has a bias, and no other layer has weights.",
    )

    def moved() -> Tensor:
        fresh = [both(shape, student(shape, latent, 4)) for _ in range(3)]  # in a narrow network a place may be dead
        found = [dependence(network, [2 * draw.normal(*shape) for _ in range(2)]) for network in fresh]
        return torch.stack(found).any(0)

    yield from both_heads_see_all(moved, "Some pixel has no influence: does the linear layer see all 4 x 4 places?")
    yield from heads_apart(lambda: heads(make(*shape)(x), (6, latent)))

    def far() -> Verdict:
        seen = []
        for _ in range(8):
            network = student(shape, latent, width)
            network.load({name: 4 * p.detach() for name, p in network.parameters().items()})
            seen.append(torch.stack(heads(network(20 * x), (6, latent))))
        for name, values in zip(("mu", "log_var"), torch.cat(seen, 1).detach(), strict=True):
            if float(values.max()) < 2 or float(values.min()) > -2:
                return Verdict(False, f"In eight fresh encoders with large weights {name} stays on one side.")
        return Verdict(True)

    yield (
        "nothing bounds mu and log_var",
        far,
        "Both can be any real numbers, large and negative ones too: what is applied to them?",
    )
    features = widths(32, width)
    wide = (1, 32, 32)
    yield (
        "a ReLU behind every convolution",
        lambda: _bends(lambda: student(wide, latent, width), both, wide, features, draw),
        "Without a nonlinearity two convolutions in a row are one: one ReLU belongs behind each of them, and none elsewhere.",
    )
    yield (
        "looks through windows of 4 x 4, with stride 2",
        lambda: _windows(lambda: both(wide, student(wide, latent, width)), draw),
        "For 32 pixels, three convolutions with kernel 4, stride 2 and padding 1 let pixels meet that are up to 21 columns apart, and"
        " no others: before the linear layer, nothing looks at the whole image.",
    )
    yield from every_layer_learns(lambda: all_weights_learn(make(*shape), [x, draw.normal(6, *shape)], both(shape)))


@check
def FaceDecoder(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """A linear layer and doublings with ReLUs between them: the mean image of each code."""
    latent, width, shape = 4, 2, (1, 16, 16)
    z = 2 * draw.normal(6, latent)
    decoder = functools.cache(lambda: student(latent, shape, width))

    def shapes() -> Verdict:
        for size in ((1, 8, 8), (3, 16, 16), (2, 64, 64), (3, 128, 128)):
            tensor(student(latent, size, width)(z[:2]), (2, *size))
        return Verdict(True)

    yield essential(
        "returns images in their shapes",
        shapes,
        "For images of 8, 16, 64 and 128 pixels a side it should return (B, C, S, S). How many doublings lead there from 4 x 4?",
    )
    yield from an_image_for_each_code(lambda codes: decoder()(codes), z)

    def sizes() -> Verdict:
        for side, start in ((16, 2), (64, 3), (128, 1)):
            features = widths(side, start)[::-1]
            due = (latent + 1) * 16 * features[0] + weights_of_windows([*features, 3])
            found = _count(student(latent, (3, side, side), start))
            if found != due:
                return Verdict(False, f"For {side} pixels and width {start} it has {found:,} weights and biases.")
        return Verdict(True)

    yield (
        "has as many weights as its layers should",
        sizes,
        "The number of weights is not that of the layers in the docstring: the encoder's features in the reverse order, a bias in the"
        " linear layer and in every transposed convolution, and no other layer with weights.",
    )

    def every_variable() -> Verdict:
        fresh = [student(latent, shape, 4) for _ in range(4)]  # in a narrow network a place may happen to be dead
        found = torch.stack([dependence(network, [3 * draw.normal(latent) for _ in range(4)]) for network in fresh])
        return Verdict(bool(found.any(0).all()), "Some code variable moves only a part of the image.")

    yield (
        "every code variable moves the whole image",
        every_variable,
        "The linear layer feeds all 4 x 4 places, so a code variable can change every pixel.",
    )

    def free() -> Verdict:
        seen = []
        for _ in range(4):
            network = student(latent, shape, width)
            network.load({name: 5 * p.detach() for name, p in network.parameters().items()})
            seen.append(tensor(network(10 * z), (6, *shape)))
        values = torch.cat(seen).detach()
        return Verdict(float(values.max()) > 3 and float(values.min()) < -3)

    yield (
        "nothing follows the last layer",
        free,
        "The mean of a Gaussian can be any number: with large weights it should pass 3 and -3. What is applied to the output?",
    )
    features, big = widths(32, width)[::-1], (1, 32, 32)

    def flat(shape: tuple[int, ...], network: Part) -> Callable[[Tensor], Tensor]:
        return lambda codes: tensor(network(codes)).flatten(1)

    yield (
        "a ReLU behind every layer but the last",
        lambda: _bends(
            lambda: student(latent, big, width),
            flat,
            (latent,),
            [16 * features[0], *features[1:]],
            draw,
            size=big,
            incoming=0,
        ),
        "Without a nonlinearity two layers in a row are one: a ReLU belongs behind the linear layer and between the transposed"
        " convolutions, and none behind the last.",
    )
    yield from every_layer_learns(lambda: all_weights_learn(decoder(), [z, 2 * draw.normal(6, latent)]))


def _count(network: Part) -> int:
    """How many weights and biases a network has."""
    return sum(p.numel() for p in network.parameters().values())


def _bends(
    make: Callable[[], Part],
    as_function: Callable,
    shape: tuple[int, ...],
    features: Sequence[int],
    draw: Draw,
    size: tuple[int, ...] | None = None,
    incoming: int = 1,
) -> Verdict:
    """Whether a network of this many hidden features is affine with every ReLU opened, and has a ReLU where one is not.

    Args:
        make: Makes a fresh network.
        as_function: Given the shape and the network, maps a batch of inputs to a batch of outputs.
        shape: Of one input.
        features: The number of biases of each layer that a ReLU should follow; all different.
        draw: Where the inputs come from.
        size: Of an image, where that is not the input.
        incoming: The dimension of a window's weights that runs over what comes in.
    """
    x = draw.normal(8, *shape)

    def at(chosen: int | None, level: float) -> Callable[[Tensor], Tensor]:
        """A fresh network with every ReLU opened, but those behind the layer of so many biases at another level."""
        network = make()
        weights = {name: p.detach() for name, p in network.parameters().items()}
        biases = {name: p for name, p in weights.items() if p.ndim == 1}
        # with weights that add up to 0 a layer passes on nothing of the large biases before it
        windows = {name: p for name, p in weights.items() if p.ndim == 4 and p.shape[incoming] > 1}
        network.load({name: p - p.mean(incoming, keepdim=True) for name, p in windows.items()})
        for number in features:
            found = [name for name, p in biases.items() if len(p) == number]
            if len(found) != 1:
                raise Broken(f"It should have one layer with {number} biases for images of 32 pixels.")
            own = level if number == chosen else OPEN
            network.load({found[0]: torch.full((number,), own, dtype=torch.float64)})
        return as_function(size or shape, network)

    def share(gap: Tensor, function: Callable[[Tensor], Tensor]) -> float:
        """How large a gap is beside the way that the output goes."""
        return float(gap.abs().max() / (function(x) - function(0 * x)).abs().max().clamp(min=1e-300))

    def bend(function: Callable[[Tensor], Tensor]) -> float:
        return share(function(x) + function(-x) - 2 * function(0 * x), function)

    if bend(at(None, OPEN)) > 1e-4:
        return Verdict(
            False, "It bends although every ReLU that belongs there is open: another nonlinearity is at work."
        )
    for place, number in enumerate(features, 1):
        edges = [at(number, 0.0) for _ in range(2)]
        if max(map(bend, edges)) < 1e-3:
            return Verdict(False, f"Behind layer {place} nothing bends.")
        # a ReLU of twice as much is twice as much, and of what is far below 0 nothing passes
        if max(share(edge(2 * x) + edge(0 * x) - 2 * edge(x), edge) for edge in edges) > 1e-3:
            return Verdict(
                False, f"Behind layer {place} twice as much in is not twice as much out, as it is with a ReLU."
            )
        shut = at(number, -OPEN)
        if float((shut(x) - shut(0 * x)).abs().max()) > 1e-6:
            return Verdict(False, f"Behind layer {place} negative numbers pass; a ReLU makes them 0.")
    return Verdict(True)


def _windows(fresh: Callable[[], Callable[[Tensor], Tensor]], draw: Draw) -> Verdict:
    """Whether two columns of a 32 x 32 image act together exactly where one window of the last convolution sees both."""

    def together(first: int, second: int, tries: int) -> float:
        largest = 0.0
        for _ in range(tries):
            function = fresh()
            base = draw.normal(4, 1, 32, 32)
            one, two = torch.zeros(2, 4, 1, 32, 32).double()
            one[..., first], two[..., second] = 20 * draw.normal(4, 1, 32), 20 * draw.normal(4, 1, 32)
            values = [function(x) for x in (base + one + two, base + one, base + two, base)]
            largest = max(largest, float((values[0] - values[1] - values[2] + values[3]).abs().max()))
        return largest

    if together(1, 1 + REACH, 3) > 1e-6 or together(0, 31, 2) > 1e-6:
        return Verdict(False, "Pixels act together that are 22 or more columns apart.")
    if together(1, REACH, 6) < 1e-6 or together(9, 22, 3) < 1e-6:
        return Verdict(False, "Pixels up to 21 columns apart do not act together though a window holds both.")
    return Verdict(True)
