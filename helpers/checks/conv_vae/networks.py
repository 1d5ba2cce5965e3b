"""Checks of the convolutional encoder and decoder: what depends on what, what bends, and what learns.

That the encoder looks through windows shows from outside: without a layer in between, two pixels act together only
where one window holds both, and elsewhere their effects add up exactly.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, close, dependence, tensor
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
from helpers.checks.learning import all_weights_learn, that_count
from helpers.checks.subject import Part

WINDOW = 10  # columns that two convolutions of 4 x 4 with stride 2 see of an image
OPEN, CLOSED_NEVER = 12.0, 1e4  # biases that open every ReLU behind them, for inputs of size 3 and for all others


@check
def Encoder(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Two strided convolutions with ReLUs and a linear layer: mu and log_var of each image's code."""
    latent, width = 3, 5
    make = functools.cache(lambda *shape: student(shape, latent, width))

    def both(shape: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
        return lambda x: torch.cat(heads(make(*shape)(x), (len(x), latent)), 1)

    def shapes() -> Verdict:
        for shape in ((1, 8, 8), (2, 12, 8), (3, 8, 20)):
            both(shape)(draw.normal(4, *shape))
        return Verdict(True)

    yield essential(
        "returns mu and log_var in their shapes",
        shapes,
        "For images of 1 x 8 x 8, 2 x 12 x 8 and 3 x 8 x 20 it should return two tensors (B, latent). How many places are left"
        " after two halvings?",
    )
    x = draw.normal(6, 1, 8, 8)
    yield from a_code_for_each_image(both((1, 8, 8)), x)
    yield from both_heads_see_all(
        lambda: dependence(both((1, 8, 8)), [2 * draw.normal(1, 8, 8) for _ in range(8)]),
        "Some pixel has no influence: does the last layer see all places of the image?",
    )
    yield from heads_apart(lambda: heads(make(1, 8, 8)(x), (6, latent)))

    def signs() -> Verdict:
        seen = torch.cat([torch.stack(heads(student((1, 8, 8), latent, width)(x), (6, latent))) for _ in range(12)], 1)
        for name, values in zip(("mu", "log_var"), seen, strict=True):
            if not (bool((values < 0).any()) and bool((values > 0).any())):
                return Verdict(False, f"In twelve fresh encoders {name} always has the same sign.")
        return Verdict(True)

    yield (
        "mu and log_var take both signs",
        signs,
        "Both can be any real numbers: a log-variance is negative where the variance is below 1. What is applied to them?",
    )

    def far() -> Verdict:
        large = student((1, 8, 8), latent, width)
        large.load({name: 5 * p.detach() for name, p in large.parameters().items()})
        mu, log_var = (head.detach() for head in heads(large(20 * x), (6, latent)))
        return Verdict(float(mu.abs().max()) > 2 and float(log_var.abs().max()) > 2)

    yield (
        "nothing bounds mu and log_var",
        far,
        "With larger weights and images both should grow: what squeezes them into an interval?",
    )
    kernels = (16 * width, 16 * width * 2 * width)
    yield (
        "two ReLUs bend it",
        lambda: _bends(student((1, 8, 8), latent, width), draw, (1, 8, 8), (width, 2 * width), kernels, latent),
        "Without nonlinearities the whole encoder is one matrix: one ReLU belongs behind each convolution.",
    )
    yield (
        "layers of the sizes asked for",
        lambda: _holds(
            make(2, 12, 8),
            2 * kernels[0] + kernels[1] + 2 * width * 3 * 2 * 2 * latent,
            draw.normal(6, 2, 12, 8),
            both((2, 12, 8)),
        ),
        "The kernels are of 4 x 4 values, for `width` features and then twice as many, and one linear layer sees all places.",
    )
    yield (
        "what is negative is silenced",
        lambda: _silences(student((1, 8, 8), latent, width), draw.uniform(6, 1, 8, 8), kernels),
        "Where a layer gives negative numbers only, nothing should pass: a ReLU stands behind it, and no other bend.",
    )
    together = functools.cache(lambda: _together(both((1, 8, 24)), draw, 24))
    yield (
        "looks through windows",
        lambda: Verdict(not bool(together().triu(WINDOW).any())),
        "Two pixels far apart act together in a hidden layer, before the linear one. Convolutions see ten columns, not the"
        " whole image.",
    )
    yield (
        "its windows are ten pixels wide",
        lambda: _windows(together()),
        "Pixels nine columns apart should meet in some window: two kernels of 4 x 4 with stride 2, a ReLU behind each.",
    )
    yield from every_layer_learns(
        lambda: all_weights_learn(make(1, 8, 8), [x, draw.normal(6, 1, 8, 8)], both((1, 8, 8)))
    )


@check
def Decoder(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """A linear layer and two transposed convolutions: logits of an image for each code."""
    latent, width, shape = 4, 6, (1, 8, 12)
    z = 2 * draw.normal(6, latent)
    decoder = functools.cache(lambda: student(latent, shape, width))

    def shapes() -> Verdict:
        for size in (shape, (2, 12, 8), (3, 8, 8)):
            tensor(student(latent, size, width)(z), (6, *size))
        return Verdict(True)

    yield essential(
        "returns images of the shape asked for",
        shapes,
        "For 1 x 8 x 12, 2 x 12 x 8 and 3 x 8 x 8 it should return (B, C, H, W). From which size do two doublings lead there?",
    )
    yield from an_image_for_each_code(lambda codes: decoder()(codes), z)

    def depends() -> Verdict:
        found = dependence(decoder(), [3 * draw.normal(latent) for _ in range(24)])
        return Verdict(bool(found.any(0).all()) and bool(found.any(1).all()))

    yield (
        "every pixel depends on the code",
        depends,
        "Some pixel, or some code variable, has no part in it.",
    )

    def signs() -> Verdict:
        seen = torch.cat([tensor(student(latent, shape, width)(z)) for _ in range(12)])
        return Verdict(bool((seen < 0).any()) and bool((seen > 0).any()), "", _bounded(seen))

    yield (
        "logits take both signs",
        signs,
        "Logits can be any real numbers, negative ones too: what is applied to the last layer's output?",
    )

    def far() -> Verdict:
        large = student(latent, shape, width)
        large.load({name: 5 * p.detach() for name, p in large.parameters().items()})
        seen = tensor(large(20 * z)).detach()
        return Verdict(float(seen.abs().max()) > 2, "", _bounded(seen))

    yield (
        "nothing bounds the logits",
        far,
        "With larger weights and codes the logits should grow: what squeezes them into an interval?",
    )
    places = 2 * width * (shape[1] // 4) * (shape[2] // 4)
    kernels = (latent * places, 16 * 2 * width * width)
    yield (
        "two ReLUs bend it",
        lambda: _bends(student(latent, shape, width), draw, (latent,), (places, width), kernels),
        "One ReLU belongs behind the linear layer, one between the transposed convolutions; without them it is one matrix.",
    )
    yield (
        "layers of the sizes asked for",
        lambda: _holds(student(latent, (2, *shape[1:]), width), kernels[0] + kernels[1] + 16 * width * 2, z),
        "One linear layer leads to 2 `width` features of every place; the kernels are of 4 x 4 values, to `width` features and then"
        " to the channels.",
    )
    yield (
        "what is negative is silenced",
        lambda: _silences(student(latent, shape, width), draw.uniform(6, latent), kernels),
        "Where a layer gives negative numbers only, nothing should pass: a ReLU stands behind it, and no other bend.",
    )
    yield (
        "no weight belongs to a single pixel",
        lambda: _shared(decoder(), draw, latent),
        "Some weight moves one pixel and no other: transposed convolutions use the same weights at all places.",
    )
    yield (
        "each place paints a window of ten pixels",
        lambda: _painted(student(latent, (1, 8, 24), width), draw, latent, 2 * width * 2 * 6),
        "One of the (H / 4) x (W / 4) places should reach ten rows and columns of the image: two kernels of 4 x 4 with stride"
        " 2 and padding 1.",
    )
    yield from every_layer_learns(lambda: all_weights_learn(decoder(), [z, 3 * draw.normal(8, latent)]))


def _bounded(seen: Tensor) -> str:
    """Advice for logits that look like probabilities."""
    inside = float(seen.min()) >= 0 and float(seen.max()) <= 1
    return "These are probabilities. The loss takes logits, the numbers before the sigmoid." if inside else ""


def _bends(
    module: Part,
    draw: Draw,
    shape: tuple[int, ...],
    sizes: tuple[int, int],
    kernels: tuple[int, int],
    latent: int | None = None,
) -> Verdict:
    """Whether a module has a ReLU behind each of two layers, told apart by the sizes of their biases.

    Large biases hold a ReLU open, so that only the other one can bend. Behind an open first one, the second is looked for
    at many biases, since its kinks may lie anywhere. Layers without biases have to silence what is negative.
    """

    def values(x: Tensor) -> Tensor:
        output = module(x)
        return tensor(output) if latent is None else torch.cat(heads(output, (len(x), latent)), 1)

    a, b = 3 * draw.uniform(8, *shape), 3 * draw.uniform(8, *shape)  # positive: a ReLU in front of all does nothing
    batch = torch.cat([a, b, (a + b) / 2])

    def rows() -> Tensor:
        return values(batch).detach()

    def straight() -> bool:
        first, second, middle = rows().split(8)
        return close(2 * middle, first + second, 1e-7, 1e-7 * float(1 + (first + second).abs().max()))

    start = {name: p.detach().clone() for name, p in module.parameters().items()}

    def held(size: int, value: float) -> dict[str, Tensor]:
        return {name: torch.full_like(p, value) for name, p in start.items() if tuple(p.shape) == (size,)}

    def try_with(*biases: tuple[int, float]) -> bool:
        module.load({name: value for pair in biases for name, value in held(*pair).items()})
        found = straight() or close(rows(), usual)  # a bias that was not taken over holds nothing open
        module.load(start)
        return found

    usual = rows()
    if straight():
        return Verdict(False, "It is linear.")
    if not held(sizes[0], 0) or not held(sizes[1], 0):  # layers without biases cannot be told apart in this way
        return _silences(module, draw.uniform(6, *shape), kernels)
    if try_with((sizes[1], CLOSED_NEVER)):
        return Verdict(False, "With the second ReLU held open it is linear: the first one is missing.")
    if all(try_with((sizes[0], OPEN), (sizes[1], OPEN * step / 24)) for step in range(-48, 49)):
        return Verdict(False, "With the first ReLU held open it is linear: the second one is missing.")
    return Verdict(True)


def _silences(module: Part, inputs: Tensor, kernels: tuple[int, int]) -> Verdict:
    """Whether nothing passes where a layer's kernel and all biases are negative and what the layer sees is positive.

    A layer is found by how many numbers its kernel holds; one that is not found is not judged.
    """
    start = {name: p.detach().clone() for name, p in module.parameters().items()}
    for which, size in zip(("first", "second"), kernels, strict=True):
        kernel = [name for name, p in start.items() if p.ndim > 1 and p.numel() == size]
        biases = [name for name, p in start.items() if p.ndim == 1]
        module.load({name: -start[name].abs() for name in kernel + biases})
        output = module(inputs)
        values = (
            torch.cat([tensor(part) for part in output], 1) if isinstance(output, (tuple, list)) else tensor(output)
        )
        module.load(start)
        if kernel and not close(values, values[:1].expand_as(values)):
            return Verdict(False, f"Something passes behind the {which} layer.")
    return Verdict(True)


def _holds(module: Part, asked: int, inputs: Tensor, output: Callable[[Tensor], Tensor] | None = None) -> Verdict:
    """Whether kernels and matrices hold as many numbers in all as are asked for; biases are free."""
    held = sum(p.numel() for p in that_count(module, [inputs], output).values() if p.ndim > 1)
    return Verdict(held == asked, f"Its kernels and matrices hold {held:,} numbers in all.")


def _together(function: Callable[[Tensor], Tensor], draw: Draw, columns: int) -> Tensor:
    """Which two pixels of a row act together: a boolean (columns, columns), the left one first."""
    left, right = torch.combinations(torch.arange(columns)).T
    met = torch.zeros(columns, columns, dtype=torch.bool)
    for _ in range(6):
        step = torch.zeros(columns, 1, 8, columns).double()
        step[torch.arange(columns), 0, 3, torch.arange(columns)] = 4 * draw.normal(columns)
        x = draw.normal(1, 8, columns)
        start, alone = function(x[None]), function(x + step)
        both = function(x + step[left] + step[right])
        extra = both - alone[left] - alone[right] + start
        moved = (extra.abs() > 1e-6 * (1 + start.abs().max())).any(1)
        met[left[moved], right[moved]] = True
    return met


def _windows(met: Tensor) -> Verdict:
    """Whether pixels as far apart as a window allows meet just where windows lie: with padding 1 at columns 4 k - 3."""
    ends = met.diagonal(WINDOW - 1).nonzero().flatten()
    if not len(ends):
        return Verdict(False)
    misplaced = bool((ends % 4 != 1).any())
    return Verdict(not misplaced, "", "The windows lie elsewhere than with a padding of 1 in both convolutions.")


def _shared(module: Part, draw: Draw, latent: int) -> Verdict:
    """Whether no single entry of a parameter moves exactly one place of the image, over several codes."""
    z = 2 * draw.normal(24, latent)
    start = {name: p.detach().clone() for name, p in module.parameters().items()}
    before = tensor(module(z)).detach()
    for name, value in start.items():
        for place in draw.permutation(value.numel())[:4].tolist():
            moved = value.clone()
            moved.view(-1)[place] += 1.0
            module.load({name: moved})
            pixels = ((tensor(module(z)).detach() - before).abs() > 1e-9).any(0)
            module.load({name: value})
            if int(pixels.sum()) == 1:
                return Verdict(False, f"An entry of {name} moves a single pixel.")
    return Verdict(True)


def _painted(module: Part, draw: Draw, latent: int, places: int) -> Verdict:
    """Which columns of the image a number behind the linear layer moves: ten, from column 4 k - 3 on.

    The numbers are moved by the linear layer's bias or weights, found by their size; in whatever order they are laid out,
    each belongs to one place.
    """
    z = 2 * draw.normal(16, latent)
    rows = [(name, p.detach().clone()) for name, p in module.parameters().items() if p.shape[:1] == (places,)]
    if not rows:  # another layer in its place
        return Verdict(True)
    name, value = rows[-1]
    before = tensor(module(z)).detach()
    widths = []
    for place in draw.permutation(places)[:40].tolist():
        moved = value.clone()
        moved[place] += 30 * (1 if value.ndim == 1 else z[0].sign())
        module.load({name: moved})
        columns = ((tensor(module(z)).detach() - before).abs() > 1e-9).any(0).flatten(0, 1).any(0).nonzero().flatten()
        if len(columns) and columns[0] > 0 and columns[-1] < 23:
            widths.append((int(columns[0]), int(columns[-1])))
    module.load({name: value})
    widest = max((last - first + 1 for first, last in widths), default=0)
    placed = all(first % 4 == 1 for first, last in widths if last - first + 1 == widest)
    return Verdict(widest == WINDOW and placed, f"The widest that was seen has {widest} columns.")
