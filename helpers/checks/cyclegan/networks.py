"""Checks of generator and discriminator: kernels of single taps turn a network into a way for single pixels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from helpers.checks import translators
from helpers.checks.compare import Verdict, close, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.cyclegan.layers import moved
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Broken, Part

COLOURS, W = 3, 5  # no number of maps is a size of a kernel
NORMS = 5  # of a generator without its blocks
FIELD = 70  # pixels across that one judgement sees


class Path:
    """A network whose kernels are 0 but for one tap each, so that one colour takes one way through it.

    Args:
        net: The network.
        shapes: Of the kernels.
        steps: For each layer on the way: the kernel that it uses, the two maps that its tap joins (first and second
            index of the kernel), and the tap's place.
    """

    def __init__(self, net: Part, steps: Sequence[tuple[tuple[int, ...], tuple[int, int], tuple[int, int]]]):
        self.net, self.steps = net, list(steps)

    def load(self, signs: Sequence[float] = (), places: dict[int, tuple[int, int]] | None = None) -> None:
        """Set the taps; signs are those of the layers in their order, places those of single layers."""
        signs = list(signs) or [1.0] * len(self.steps)
        kernels = {shape: torch.zeros(shape, dtype=torch.float64) for shape, _, _ in self.steps}
        for number, (sign, (shape, maps, place)) in enumerate(zip(signs, self.steps, strict=True)):
            kernels[shape][(*maps, *(places or {}).get(number, place))] = sign
        values = {}
        for name, p in self.net.parameters().items():
            values[name] = kernels.get(tuple(p.shape), torch.zeros(p.shape, dtype=torch.float64))
        self.net.load(values)


def _kernels(net: Part) -> list[tuple[int, ...]]:
    return sorted(tuple(p.shape) for p in net.parameters().values() if p.ndim == 4)


def _generator_path(net: Part) -> Path:
    """Colour 0, map 0, map 0, map 1, map 2, map 1, colour 0: kernels of one shape join other maps on the way up."""
    middle = (1, 1)
    return Path(
        net,
        [
            ((W, COLOURS, 7, 7), (0, 0), (3, 3)),
            ((2 * W, W, 3, 3), (0, 0), middle),
            ((4 * W, 2 * W, 3, 3), (1, 0), middle),
            ((4 * W, 2 * W, 3, 3), (1, 2), middle),
            ((2 * W, W, 3, 3), (2, 1), middle),
            ((COLOURS, W, 7, 7), (0, 1), (3, 3)),
        ],
    )


GENERATOR_KERNELS = sorted(
    [(W, COLOURS, 7, 7), (COLOURS, W, 7, 7)] + 2 * [(2 * W, W, 3, 3)] + 2 * [(4 * W, 2 * W, 3, 3)]
)


def _sparse(x: Tensor) -> Tensor:
    """What is left of the first colour where only each fourth row and column is kept; elsewhere 0."""
    kept = torch.zeros_like(x)
    kept[:, 0, ::4, ::4] = x[:, 0, ::4, ::4]
    return kept


@check
def ResnetGenerator(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """A tap in each kernel leads each fourth pixel through; its value tells of norms, ReLUs, tanh and borders."""
    net = student(COLOURS, W, 2, translators.Passing, translators.Lowered)
    x = 3 + draw.uniform(2, COLOURS, 12, 16)
    shaped = gives_shape(net, tuple(x.shape), x)
    yield essential(
        "images of the same size",
        shaped,
        "Height and width should come out as they went in (multiples of 4, not necessarily square). Does each transposed"
        " convolution double exactly, and each 7 x 7 convolution keep the size?",
    )
    if not shaped:
        return

    def kernels() -> Verdict:
        found = _kernels(net)
        odd = [shape for shape in found if shape not in GENERATOR_KERNELS]
        return Verdict(found == GENERATOR_KERNELS, f"Its kernels have shapes {found}." if odd or found else "None.")

    yield essential(
        "the kernels of the table",
        kernels,
        "Besides the blocks there should be a 7 x 7 convolution from the colours to `width` maps and one back, two 3 x 3"
        " convolutions that double the maps, and two transposed ones that halve their number.",
    )
    if not kernels():
        return

    def counted() -> Verdict:
        for count in (0, 1, 5):
            other = student(COLOURS, W, count, translators.Passing, translators.Lowered)
            marks = [tuple(p.shape) for p in other.parameters().values() if p.ndim == 2]
            if marks != [(4 * W, 11)] * count:
                return Verdict(False, f"For blocks = {count} it makes {len(marks)}, of {marks[:1]}.")
        return Verdict(True)

    yield (
        "as many blocks as asked for, at a quarter of the size",
        counted,
        "`block(4 * width, norm)` should be called once for each of the `blocks`; each call makes a block of its own.",
    )
    path = _generator_path(net)

    def out(
        signs: Sequence[float] = (), places: dict[int, tuple[int, int]] | None = None, images: Tensor = x
    ) -> Tensor:
        path.load(signs, places)
        return tensor(net(images))

    def level(norms: float, sign: float = 1.0) -> Tensor:
        return torch.tanh(sign * _sparse((x - norms / 2).clamp(min=0)))

    down = [1.0] * 5 + [-1.0]
    small = _sparse(x - NORMS / 2)
    yield essential(
        "the last layer: a convolution, then tanh",
        lambda: same(
            out(down),
            -torch.tanh(small),
            {
                "There is no tanh at the end.": -small,
                "A sigmoid stands at the end, whose values lie between 0 and 1.": torch.sigmoid(-small),
                "A ReLU stands behind the last convolution.": torch.zeros_like(x),
                "A norm stands behind the last convolution: it takes the image's own mean away.": torch.tanh(
                    -small - 0.5
                ),
                "A norm and a ReLU stand behind the last convolution.": torch.zeros_like(x) - 0.0,
                **{
                    f"There are {count} norms on the way, where the table has {NORMS}.": level(count, -1.0)
                    for count in (0, 1, 2, 3, 4, 6)
                },
            },
        ),
        "With one tap in each kernel and norms that take .5 away, each fourth pixel of the first colour should come out as minus"
        " the tanh of what is left of it, and all others as 0.",
    )

    plain = student(COLOURS, W, 1, translators.Passing, translators.Same)
    way = _generator_path(plain)
    for number, place in enumerate(
        ("first convolution", "first halving", "second halving", "first doubling", "second doubling")
    ):

        def shut(number: int = number) -> Verdict:
            signs = [1.0] * 6
            signs[number] = signs[number + 1] = -1.0
            way.load(signs)
            if not (verdict := same(plain(x), torch.zeros_like(x))):
                return verdict
            # a value of .2, from which the norm takes .5: only a ReLU that stands behind the norm makes it 0
            signs = [1.5] * 6
            signs[number], signs[number + 1] = 0.2, -10.0
            path.load(signs)
            return same(net(torch.ones_like(x)), torch.zeros_like(x))

        yield (
            f"a ReLU behind the {place}",
            shut,
            f"Negative values should not pass the {place}: something other than 0 comes out where only they were. Is it a ReLU,"
            " and does it stand behind the norm?",
        )
    for shift, tap, side in ((3, (0, 0), "above and left"), (-3, (6, 6), "below and right")):

        def bordered(where: int, shift: int = shift, tap: tuple[int, int] = tap) -> Verdict:
            def due(border: str) -> Tensor:
                if where == 0:
                    return torch.tanh(_sparse(moved(x, shift, border)) / 8)
                return torch.tanh(moved(_sparse(x), shift, border) / 8)

            way.load([1.0] * 5 + [1 / 8], {where: tap})
            return same(
                plain(x),
                due("mirror"),
                {
                    "Beyond the border lie zeros (zero padding).": due("zero"),
                    "Beyond the border the outermost pixels are repeated; a mirror does not repeat them.": due("edge"),
                },
            )

        # with each fourth pixel kept, either convolution looks beyond one of the borders for nothing
        where, word = (0, "first") if shift > 0 else (5, "last")
        yield (
            f"the {word} convolution sees a mirror image {side}",
            lambda bordered=bordered, where=where: bordered(where),
            f"With a tap in a corner of the {word} 7 x 7 kernel, the mirror image of the border should move in.",
        )

    def halved() -> Verdict:
        """The two halving convolutions look one pixel up and left, and beyond the border they see 0."""
        verdict = Verdict(True)
        for number, step in ((1, 2), (2, 4)):
            due = torch.zeros_like(x)
            due[:, 0, ::4, ::4] = moved(x[:, :1, :: step // 2, :: step // 2], 1, "zero")[
                :, 0, :: 8 // step, :: 8 // step
            ]
            way.load([1.0] * 5 + [1 / 8], {number: (0, 0)})
            verdict = verdict and same(plain(x), torch.tanh(due / 8))
        return verdict

    yield (
        "the halving convolutions pad with zeros",
        halved,
        "With a tap in a corner of their kernels, the two convolutions of stride 2 should look one pixel up and left, and see 0"
        " beyond the border: padding=1.",
    )

    def bare() -> Verdict:
        """The first of two blocks turns the sign of what passes, and the first doubling turns it back."""
        two = student(COLOURS, W, 2, translators.Passing, translators.Same)
        _generator_path(two).load([1.0, 1.0, 1.0, -1.0, 1.0, 1 / 8])
        first = next(name for name, p in two.parameters().items() if p.ndim == 2)
        two.load({first: torch.full((4 * W, 11), -2.0, dtype=torch.float64)})
        return same(two(x), torch.tanh(_sparse(x) / 8))

    yield (
        "nothing follows a block",
        bare,
        "What a block returns should go on as it is, negative values too, to the next block and to the first doubling. Does a"
        " ReLU stand behind the blocks?",
    )
    yield (
        "other numbers of colours",
        lambda: gives_shape(student(1, W, 1, translators.Passing, translators.Same), (2, 1, 12, 16), x[:, :1]),
        "With channels = 1 grey images should come out of grey images. Is a number of colours fixed inside?",
    )
    usual = student(COLOURS, W, 1, translators.Passing)

    def steady() -> Verdict:
        usual.method("train")
        for _ in range(3):
            trained = tensor(usual(x)).detach()
        together = trained[:1]
        single = tensor(usual(x[:1])).detach()
        usual.method("eval")
        if not close(tensor(usual(x)).detach(), trained, absolute=1e-5):
            return Verdict(False, "Evaluation gives something else than training.")
        return Verdict(
            close(single, together, absolute=1e-5), "An image's result changes with the others of its batch."
        )

    yield (
        "by default each image by itself, in training and evaluation alike",
        steady,
        "With the default norm nothing should be remembered from batch to batch or shared within one. Are the defaults of the"
        " arguments as in the signature?",
    )
    fresh = student(COLOURS, W, 2, translators.Passing, translators.Opened)
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(fresh, [x - 3, 3 * draw.normal(2, COLOURS, 12, 16)], None, " from the image"),
        "Some weights have no influence on the image: is every layer used, and registered with the module?",
    )
    yield (
        "the blocks get the norm",
        lambda: _told(student),
        "`block(channels, norm)` should be called with the norm that the generator was given.",
    )


def _told(student: Part) -> Verdict:
    """Whether blocks are made with the norm that was given: one that has weights of its own shows."""
    net = student(COLOURS, W, 3, translators.Telling, translators.Lowered)
    told = sum(p.ndim == 3 for p in net.parameters().values())
    return Verdict(told == 3, f"{told} of 3 blocks were.")


@check
def PatchDiscriminator(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """A grid of free numbers, each of which sees 70 x 70 pixels; a tap in each kernel tells of norms and slopes."""
    net = student(COLOURS, W, translators.Lowered)
    large, oblong = draw.uniform(1, COLOURS, 128, 128), 3 + draw.uniform(2, COLOURS, 40, 64)

    def grid() -> Verdict:
        seen = tuple(tensor(net(large)).shape), tuple(tensor(net(oblong)).shape)
        return Verdict(seen == ((1, 1, 14, 14), (2, 1, 3, 6)), f"For 128 x 128 it is {seen[0]}, for 40 x 64 {seen[1]}.")

    yield essential(
        "14 x 14 judgements at 128 px",
        grid,
        "An image of 128 x 128 should give shape (B, 1, 14, 14), one of 40 x 64 (B, 1, 3, 6). Follow the sizes through the"
        " table: which strides are 2, which 1?",
    )
    if not grid():
        return
    widths = [W, 2 * W, 4 * W, 8 * W]
    shapes = [(a, b, 4, 4) for a, b in zip([*widths, 1], [COLOURS, *widths], strict=True)]

    def kernels() -> Verdict:
        return Verdict(_kernels(net) == sorted(shapes), f"Its kernels have shapes {_kernels(net)}.")

    yield essential(
        "five kernels of 4 x 4 with the table's numbers of maps",
        kernels,
        "The maps should be w, 2w, 4w, 8w and 1, and all kernels 4 x 4.",
    )
    if not kernels():
        return
    path = Path(net, [(shape, (0, 0), (1, 1)) for shape in shapes])
    kept = oblong[:, :1, ::8, ::8][:, :, :3, :6]

    def out(signs: Sequence[float] = ()) -> Tensor:
        path.load(signs)
        return tensor(net(oblong))

    low = kept - 1.5
    yield essential(
        "numbers of any size, in place of probabilities",
        lambda: same(
            out([1.0] * 4 + [-1.0]),
            -low,
            {
                "A sigmoid stands at the end: least squares take plain numbers.": torch.sigmoid(-low),
                "A tanh stands at the end.": torch.tanh(-low),
                "A LeakyReLU stands behind the last convolution.": -0.2 * low,
                "A ReLU stands behind the last convolution.": torch.zeros_like(low),
                "A norm stands behind the last convolution.": -low - 0.5,
                "The first convolution is followed by a norm; it should be the one without.": -(kept - 2.0),
                **{f"There are {n} norms on the way, where the table has 3.": -(kept - n / 2) for n in (0, 1, 2, 5)},
            },
        ),
        "With one tap in each kernel and norms that take .5 away, each eighth pixel should come out less 1.5, with the sign of the"
        " last tap: three norms, and nothing behind the last convolution.",
    )

    def unnormed() -> Verdict:
        """A negative first tap: behind the LeakyReLU only a fifth is left, and only then come norms."""
        due = (((-0.2 * kept - 0.5) * 0.2 - 0.5) * 0.2 - 0.5) * 0.2
        return same(
            out([-1.0, 1.0, 1.0, 1.0, 1.0]),
            due,
            {"The first layer has a norm, and one of the others has none.": due - 0.02},
        )

    yield (
        "no norm behind the first convolution",
        unnormed,
        "The first convolution is followed by its LeakyReLU at once, the three after it by a norm and then a LeakyReLU.",
    )
    plain = student(COLOURS, W, translators.Same)
    way = Path(plain, [(shape, (0, 0), (1, 1)) for shape in shapes])
    for number, place in enumerate(("first", "second", "third", "fourth")):

        def slope(number: int = number) -> Verdict:
            signs = [1.0] * 5
            signs[number] = signs[number + 1] = -1.0
            way.load(signs)
            return same(
                plain(oblong),
                0.2 * kept,
                {
                    "Nothing stands behind it.": kept,
                    "A ReLU stands behind it, through which no gradient passes.": torch.zeros_like(kept),
                    "Its slope on the negative side is PyTorch's default, 0.01.": 0.01 * kept,
                },
            )

        yield (
            f"a LeakyReLU of slope 0.2 behind the {place} convolution",
            slope,
            f"Negative values should leave the {place} layer a fifth as large.",
        )

    def padded() -> Verdict:
        """With its tap in the upper left corner, a layer looks one of its own pixels up and left."""
        for number, step in enumerate((1, 2, 4, 8, 8)):
            way.load([1.0] * 5, {number: (0, 0)})

            def due(border: str, step: int = step) -> Tensor:
                return moved(oblong[:, :1, ::step, ::step], 1, border)[:, :, :: 8 // step, :: 8 // step][:, :, :3, :6]

            mirror = {"Beyond the border lies a mirror image; here it should be zeros.": due("mirror")}
            if not (verdict := same(plain(oblong), due("zero"), mirror)):
                return verdict
        return Verdict(True)

    yield (
        "all five convolutions pad with zeros",
        padded,
        "With a tap in a corner of one kernel, each judgement should look one pixel of that layer up and left, and see 0 beyond"
        " the border: padding=1.",
    )
    yield (
        "other numbers of colours",
        lambda: gives_shape(student(1, W, translators.Same), (2, 1, 3, 6), oblong[:, :1]),
        "With channels = 1 it should judge grey images. Is a number of colours fixed inside?",
    )

    def field() -> Verdict:
        place, start = 7, 8 * 7 - 23
        window = slice(start, start + FIELD)
        seen = torch.zeros(4, dtype=torch.bool)
        for _ in range(3):
            plain.load({name: draw.normal(*p.shape) for name, p in plain.parameters().items()})
            outside = large + draw.normal(*large.shape)
            outside[:, :, window, window] = large[:, :, window, window]
            images = [large, outside]
            for row, column in (
                (start, start),
                (start, window.stop - 1),
                (window.stop - 1, start),
                (window.stop - 1,) * 2,
            ):
                one = large.clone()
                one[:, :, row, column] += 10
                images.append(one)
            patch = tensor(plain(torch.cat(images))).detach()[:, 0, place, place]
            if not close(patch[1], patch[0], relative=1e-9, absolute=1e-9):
                return Verdict(False, "A pixel outside the window of 70 x 70 counts.")
            seen |= (patch[2:] - patch[0]).abs() > 1e-9 * patch[0].abs()
        return Verdict(bool(seen.all()), "" if seen.all() else "A corner of the window of 70 x 70 does not count.")

    yield (
        f"each judgement sees {FIELD} x {FIELD} pixels",
        field,
        "Without a norm, a judgement should depend on its window of 70 x 70 pixels, up to the corners, and on nothing else.",
    )
    usual = student(COLOURS, W)

    def steady() -> Verdict:
        for _ in range(3):
            trained = tensor(usual(oblong)).detach()
        single = tensor(usual(oblong[:1])).detach()
        usual.method("eval")
        if not close(tensor(usual(oblong)).detach(), trained, absolute=1e-5):
            return Verdict(False, "Evaluation gives something else than training.")
        return Verdict(
            close(single, trained[:1], absolute=1e-5), "An image's result changes with the others of its batch."
        )

    yield (
        "by default each image by itself, in training and evaluation alike",
        steady,
        "With the default norm nothing should be remembered from batch to batch or shared within one.",
    )
    fresh = student(COLOURS, W, translators.Same)
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(fresh, [oblong - 3, draw.normal(2, COLOURS, 40, 64)], None, " from the judgements"),
        "Some weights have no influence on the judgements: is every layer used, and registered with the module?",
    )


@check
def receptive_field(student: Part, draw: Draw) -> Properties:
    """Widths of windows that can be counted by hand."""

    def width(layers: list[tuple[int, int]], due: int, slips: dict[str, int] | None = None) -> Verdict:
        value = student(layers)
        if isinstance(value, Tensor) and value.numel() == 1:
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
            raise Broken("It should return a whole number.")
        advice = next((advice for advice, slip in (slips or {}).items() if value == slip), "")
        return Verdict(value == due, f"For {layers} it returns {int(value)}.", advice)

    yield essential(
        "one layer sees its kernel",
        lambda: Verdict(all(width([(k, s)], k) for k, s in ((3, 1), (4, 2), (7, 1)))),
        "A value of a single convolution sees as many pixels as its kernel is wide, whatever the stride.",
    )
    yield essential(
        "two layers",
        lambda: width(
            [(3, 2), (5, 1)],
            11,
            {
                "Either the layers are taken in the other order (begin with the last), or the stride does not count.": 7,
                "Kernels are added up, strides left out.": 8,
                "The window is multiplied with the stride; it is one less than that: between r values lie r - 1 steps.": 13,
            },
        ),
        "A value of the second layer sees 5 values of the first, which lie 2 pixels apart and see 3 pixels each.",
    )
    yield (
        "the discriminator's 70",
        lambda: width([(4, 2), (4, 2), (4, 2), (4, 1), (4, 1)], 70),
        "The five layers of the table together see 70 pixels.",
    )
    first, second, third = draw.integer(2, 6), draw.integer(2, 4), draw.integer(2, 6)
    yield (
        "order matters",
        lambda: Verdict(
            bool(width([(first, second), (third, 1)], (third - 1) * second + first))
            and bool(width([(third, 1), (first, second)], first + third - 1))
        ),
        "A stride counts for the layers behind it, not for those before it.",
    )
    yield (
        "kernels of one pixel",
        lambda: Verdict(bool(width([(1, 1)] * 3, 1)) and bool(width([(1, 2), (1, 2), (2, 1)], 5))),
        "Layers of 1 x 1 widen nothing, but their strides still count.",
    )
    yield (
        "three by three",
        lambda: Verdict(bool(width([(3, 2), (3, 2)], 7)) and bool(width([(3, 1), (3, 1), (3, 1)], 7))),
        "Three layers of 3 x 3 with stride 1 see 7 pixels; so do two with stride 2.",
    )
