"""Checks of the two stacks that repair the blind spot: the shift, the gate, and one layer of both."""

from __future__ import annotations

import functools

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, dependence, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Broken, Part


@check
def shift(student: Part, draw: Draw) -> Properties:
    """The image moved down and to the right, zeros moving in, the size unchanged."""
    x = 1 + draw.uniform(2, 3, 4, 5)

    def moved(down: int, right: int) -> Tensor:
        target = torch.zeros_like(x)
        target[..., down:, right:] = x[..., : 4 - down, : 5 - right]
        return target

    yield essential(
        "moves down",
        lambda: same(
            student(x, 1, 0),
            moved(1, 0),
            {
                "It moved up: after a shift, row r should hold what row r - 1 held.": F.pad(x, (0, 0, 0, 1))[
                    ..., 1:, :
                ],
                "What leaves at the bottom comes in again at the top: later rows would be seen by the first one.": x.roll(
                    1, -2
                ),
                "Rows and columns are mixed up.": moved(0, 1),
                "Nothing moved.": x,
                "The first row still holds what it held: zeros should move in.": torch.cat(
                    [x[..., :1, :], x[..., :-1, :]], -2
                ),
            },
        ),
        "After shifting down by one, row r should hold what row r - 1 held, row 0 should be zero, and the size the same.",
    )
    yield (
        "moves to the right",
        lambda: same(
            student(x, 0, 1),
            moved(0, 1),
            {
                "What leaves at the right comes in again at the left: earlier pixels would see later ones.": x.roll(
                    1, -1
                ),
                "It moved to the left.": F.pad(x, (0, 1))[..., 1:],
                "Nothing moved to the right.": x,
                "The first column still holds what it held: zeros should move in.": torch.cat(
                    [x[..., :1], x[..., :-1]], -1
                ),
            },
        ),
        "After shifting right by one, column c should hold what column c - 1 held, and column 0 should be zero.",
    )
    yield (
        "moves both ways, and any distance",
        lambda: same(
            student(x, 2, 3),
            moved(2, 3),
            {
                "It moved by 1, whatever distance was asked for.": moved(1, 1),
                "It moved down only.": moved(2, 0),
                "It moved to the right only.": moved(0, 3),
                "Rows and columns are mixed up.": moved(3, 2),
            },
        ),
        "A shift by 2 rows and 3 columns at once should do both.",
    )
    yield (
        "no shift changes nothing",
        lambda: same(student(x, 0, 0), x),
        "A shift by 0 should give the image back. Does some slice become empty then?",
    )

    def passes_gradient() -> Verdict:
        leaf, pull = x.clone().requires_grad_(), draw.normal(*x.shape)
        due = torch.zeros_like(x)
        due[..., :3, :3] = pull[..., 1:, 2:]
        return same(gradients(tensor(student(leaf, 1, 2), x.shape) * pull, leaf)[0], due)

    yield (
        "a gradient passes",
        passes_gradient,
        "What stays in the image should pass its gradient on, or nothing before it learns. Is something detached?",
    )


@check
def gate(student: Part, draw: Draw) -> Properties:
    """tanh of the first half of the channels, let through by a sigmoid of the second half."""
    a = 2 * draw.normal(2, 6, 3, 4)
    first, second = a[:, :3], a[:, 3:]

    def through(door: float) -> object:
        return student(torch.cat([first, torch.full_like(second, door)], 1))

    yield essential(
        "half as many channels",
        lambda: gives_shape(student, first.shape, a),
        "Cut the channels (dimension 1) into two halves of equal size; the result has half as many channels.",
    )
    yield essential(
        "signal times door",
        lambda: same(
            student(a),
            first.tanh() * second.sigmoid(),
            {
                "The halves are swapped: the first half carries the signal, the second opens the door.": second.tanh()
                * first.sigmoid(),
                "Even and odd channels are paired. The exercise asks for the first and the second half.": a[
                    :, 0::2
                ].tanh()
                * a[:, 1::2].sigmoid(),
                "The signal should pass a tanh.": first * second.sigmoid(),
                "The signal passes a sigmoid here, so it can never be negative.": first.sigmoid() * second.sigmoid(),
                "The signal passes a ReLU here, so it can never be negative.": first.relu() * second.sigmoid(),
                "The door should be between 0 and 1: which function does that?": first.tanh() * second.tanh(),
                "The door decides how much passes, so it must go through a function of its own.": first.tanh() * second,
                "The door multiplies the signal.": first.tanh() + second.sigmoid(),
                "The door of one channel depends on the other channels: each has its own.": first.tanh()
                * second.softmax(1),
                "The door is only open or shut here; it should move smoothly between both.": first.tanh()
                * (second > 0),
                "The product passes a tanh: which of the two factors should?": (first * second.sigmoid()).tanh(),
                "The door opens when it should close: look at its sign.": first.tanh() * (-second).sigmoid(),
            },
        ),
        "Each number of the result is a squashed signal times a smooth door between 0 and 1. Try the example: a signal of"
        " 2 behind a door of 0.",
    )
    yield (
        "a closed door lets nothing through",
        lambda: same(through(-50.0), torch.zeros_like(first)),
        "With very negative door values the output should vanish.",
    )
    yield (
        "an open door changes nothing",
        lambda: same(through(50.0), first.tanh()),
        "With very large door values the squashed signal should pass whole.",
    )

    def passes_gradient() -> Verdict:
        leaf = a.clone().requires_grad_()
        slope = gradients(tensor(student(leaf)), leaf)[0]
        steep = torch.cat(
            [(1 - first.tanh() ** 2) * second.sigmoid(), first.tanh() * second.sigmoid() * (-second).sigmoid()], 1
        )
        return same(slope, steep)

    yield (
        "a gradient passes signal and door",
        passes_gradient,
        "Both halves should learn: is something detached, rounded or compared with a threshold?",
    )


@check
def GatedBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Two stacks: v carries the rows above, h the pixels to the left; h listens to v, v never to h."""
    width, height, columns = 2, 4, 5
    block = student(width, 3, doubles.product_of_halves)
    v, h = draw.normal(2, width, height, columns), draw.normal(2, width, height, columns)
    down, right = _offsets(height, columns)
    at_v = functools.cache(lambda: _views(block, width, height, columns, draw, moving=0))
    at_h = functools.cache(lambda: _views(block, width, height, columns, draw, moving=1))

    every = "A pixel moves with all others, later ones as well: what computes over the whole image here?"

    def in_shape() -> Verdict:
        shapes = [tuple(stack.shape) for stack in _pair(block(v, h))]
        seen = f"For v and h of shape {tuple(v.shape)} the results have the shapes {shapes[0]} and {shapes[1]}."
        return Verdict(shapes == [tuple(v.shape)] * 2, seen)

    def deaf() -> Verdict:
        heard, own = at_h()
        advice = "The first result moves with h, the second does not. In which order are they returned?"
        return Verdict(not bool(heard.any()), "", "" if bool(own.any()) else advice)

    yield essential(
        "returns both stacks in their shapes",
        in_shape,
        "Return the new v and the new h, each of shape (B, width, H, W). By how much does each kernel shrink its input,"
        " and which of your paddings makes up for it?",
    )
    yield essential(
        "v sees no row below",
        lambda: Verdict(not bool((at_v()[0] & (down < 0)).any()), "", every if bool(at_v()[0].all()) else ""),
        "The vertical stack looks at later rows. How must its input be padded so that the kernel ends at its own row?",
    )
    yield essential(
        "v does not listen to h",
        deaf,
        "h at a pixel knows the pixels left of it; from v it would spread to the row's other pixels, and the future leaks.",
    )
    yield essential(
        "h sees nothing to the right and no other row",
        lambda: Verdict(
            not bool((at_h()[1] & ~((down == 0) & (right >= 0))).any()), "", every if bool(at_h()[1].all()) else ""
        ),
        "The horizontal stack should look at its own row only, and only to the left. On which side is its input padded?",
    )
    yield essential(
        "both stacks look further than their own pixel",
        lambda: Verdict(bool(at_v()[0][12, 7]) and bool(at_h()[1][12, 11])),
        "v should learn from the pixel above, and h from the pixel to the left: are both convolutions used?",
    )
    around, left = (down >= 0) & (down <= 1) & (right.abs() <= 1), (down == 0) & (right >= 0) & (right <= 1)
    yield (
        "v sees its own row and the row above, to both sides",
        lambda: Verdict(bool((at_v()[0] == around).all())),
        "With a 3 x 3 window, v should see three pixels of its own row and three of the row above. Which sides need padding?",
    )
    yield (
        "h sees itself and its left neighbour",
        lambda: Verdict(bool((at_h()[1] == left).all())),
        "With a window of 3, h should see its own pixel and one to the left. How much padding is that?",
    )

    def without_weights() -> tuple[Tensor, Tensor]:
        still = student(width, 3, doubles.product_of_halves)
        still.load({name: torch.zeros_like(p) for name, p in still.parameters().items()})
        return _pair(still(v, h))

    yield (
        "h keeps what it had",
        lambda: same(without_weights()[1], h),
        "With all weights at zero h should come back unchanged: the horizontal stack is residual.",
    )
    yield (
        "v is made anew",
        lambda: same(without_weights()[0], torch.zeros_like(v)),
        "With all weights at zero nothing of v should be left: only the horizontal stack is residual.",
    )

    def listens() -> Verdict:
        advice = "h hears v, but not just what the vertical convolution of this layer saw at the same pixel."
        return Verdict(bool((at_v()[1] == around).all()), "", advice if bool(at_v()[1].any()) else "")

    yield (
        "h listens to v",
        listens,
        "Without the link from v to h, the rows above never reach the logits, and the blind spot is as large as ever.",
    )

    def another_gate() -> tuple[Part, Part]:
        product, total = (student(width, 3, gate) for gate in (doubles.product_of_halves, doubles.sum_of_halves))
        total.load(product.parameters())
        return product, total

    def uses_gate() -> Verdict:
        pairs = zip(*(_pair(block(v, h)) for block in another_gate()), strict=True)
        return Verdict(all(not close(one, other) for one, other in pairs))

    yield (
        "both stacks pass the gate",
        uses_gate,
        "With another gate in its place, both v and h should change. Is the function `gate` used that the block is given?",
    )

    def one_gate() -> Verdict:
        zero = torch.zeros_like(v)
        both, neither = _pair(block(v, h))[1], _pair(block(zero, zero))[1]
        alone = _pair(block(v, zero))[1] + _pair(block(zero, h))[1]
        return Verdict(not close(both + neither, alone))

    yield (
        "v and h meet inside one gate",
        one_gate,
        "What comes from v and what comes from h should be added before the gate of h, so that each can close the other's.",
    )

    def linear_else() -> Verdict:
        total = another_gate()[1]
        zero, one, two = torch.zeros_like(v), (v, h), (draw.normal(*v.shape), draw.normal(*h.shape))
        start, a, b = _pair(total(zero, zero)), _pair(total(*one)), _pair(total(*two))
        both = _pair(total(one[0] + two[0], one[1] + two[1]))
        return Verdict(all(close(both[i] + start[i], a[i] + b[i]) for i in (0, 1)))

    yield (
        "nothing but the gate is nonlinear",
        linear_else,
        "With a linear gate in its place the whole block should be linear up to its biases. What else bends?",
    )

    def all_learn() -> Verdict:
        return all_weights_learn(block, [(v, h)], lambda stacks: _pair(block(*stacks))[1], " from h")

    yield (
        "a gradient reaches every weight",
        all_learn,
        "Some convolution of the block learns nothing from h: is every one of them used, and none detached?",
    )

    def wide() -> Verdict:
        layer = student(1, 5, doubles.product_of_halves)
        down, right = _offsets(5, 6)
        from_v, from_h = (_views(layer, 1, 5, 6, draw, moving) for moving in (0, 1))
        around, left = (down >= 0) & (down <= 2) & (right.abs() <= 2), (down == 0) & (right >= 0) & (right <= 2)
        return Verdict(bool((from_v[0] == around).all()) and bool((from_h[1] == left).all()))

    yield (
        "works with other windows",
        wide,
        "With a 5 x 5 window both stacks should see two pixels far. Does the padding follow the size of the kernel?",
    )


def _offsets(height: int, columns: int) -> tuple[Tensor, Tensor]:
    """How far output pixel i lies below and to the right of input pixel j: two tensors (i, j) in raster order."""
    place = torch.arange(height * columns)
    row, column = place // columns, place % columns
    return row[:, None] - row[None, :], column[:, None] - column[None, :]


def _views(block: Part, width: int, height: int, columns: int, draw: Draw, moving: int) -> tuple[Tensor, Tensor]:
    """Which pixels of the stack `moving` (0 is v, 1 is h) the new v and the new h see: two tensors (size, size)."""
    size, other = height * columns, draw.normal(1, width, height, columns)

    def function(batch: Tensor) -> Tensor:
        still = other.expand(len(batch), -1, -1, -1)
        return torch.stack(_pair(block(*((batch, still) if moving == 0 else (still, batch)))), 1)

    found = dependence(function, [draw.normal(width, height, columns) for _ in range(3)])
    return found.reshape(2, width, size, width, size).any(3).any(1).unbind(0)


def _pair(value: object) -> tuple[Tensor, Tensor]:
    """Two stacks.

    Raises:
        Broken: The value is no pair.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken("It should return two tensors: v and h.")
    return tensor(value[0]), tensor(value[1])
