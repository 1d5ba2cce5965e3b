"""Checks of the network: the residual block and the stack that gives every value its logits."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, dependence, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, that_count
from helpers.checks.subject import Part


@check
def ResidualBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """h plus a correction computed by causal convolutions of type B, with ReLUs before them."""
    width = 8
    h = draw.normal(2, width, 3, 4)
    block = student(width, doubles.CausalBox)
    order = torch.arange(12)
    before = order[:, None] >= order[None, :]  # output pixel x input pixel, raster order

    def correction(x: Tensor) -> Tensor:
        return tensor(block(x), x.shape) - x

    def seen() -> Tensor:
        found = dependence(correction, [draw.normal(width, 3, 4) for _ in range(3)])
        return found.reshape(width, 12, width, 12).any(2).any(0)

    shaped = gives_shape(block, h.shape, h)
    yield essential(
        "keeps the shape",
        shaped,
        "What goes in must come out in the same shape, or it cannot be added. Which convolution changes the number of channels,"
        " and which one changes it back?",
    )
    if not shaped:
        return
    yield essential(
        "adds to its input",
        lambda: same(
            student(width, doubles.ZeroConv)(h),
            h,
            {
                "Negative entries of h got lost. Is a ReLU applied to the sum, or to h itself, perhaps in place?": h.relu(),
                "Nothing was left: what is the correction added to?": torch.zeros_like(h),
            },
        ),
        "With convolutions that return 0 the block should return h itself, negative values too. What happens to the sum?",
    )
    positive = 1 + draw.uniform(2, width, 3, 4)
    mean = positive.mean(1, keepdim=True)
    yield essential(
        "the correction is what the convolutions give",
        lambda: same(
            student(width, student.beside(doubles.signed_convs, 1, 1, 1))(positive),
            positive + mean,
            {
                "Nothing is added to h: are the convolutions called?": positive,
                "The correction is subtracted.": positive - mean,
                "The correction is added twice.": positive + 2 * mean,
            },
        ),
        "With positive features and convolutions that only average channels, the block should add that average to h: nothing"
        " scaled, squashed or normalised.",
    )
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen() & ~before).any())),
        "The correction at a pixel must not depend on later pixels. Is every convolution made by the factory `conv`, and is"
        " nothing else (a normalisation, a mean) taken over the image?",
    )
    yield (
        "the own pixel is seen",
        lambda: Verdict(bool(seen().diagonal().all())),
        "Inside the network a pixel's own features are allowed: which mask type does a later layer need?",
    )
    yield (
        "neighbours are seen",
        lambda: Verdict(bool(seen()[5, [0, 1, 2, 4]].all()), "Seen at row 1, column 1 of a 3 x 4 image."),
        "The pixels to the left and above should influence the correction: one convolution must be larger than 1 x 1.",
    )

    def cut_off(sign: int, *signs: int) -> Verdict:
        lone = student(width, student.beside(doubles.signed_convs, *signs))
        x = sign * (1 + draw.uniform(2, width, 3, 4))
        return same(lone(x), x)

    for place, signs in (("first", (-1, -1, 1, 1)), ("second", (1, -1, -1, 1)), ("third", (1, 1, -1, 1))):
        yield (
            f"a ReLU stands before the {place} convolution",
            lambda signs=signs: cut_off(*signs),
            f"What is negative should not pass the {place} convolution. Read the formula from the inside out.",
        )

    yield (
        "a correction can be negative",
        lambda: same(student(width, student.beside(doubles.signed_convs, 1, 1, -1))(positive), positive - mean),
        "When the third convolution gives something negative, that is added to h. What stands behind that convolution?",
    )

    def colours() -> Verdict:
        found = dependence(student(6, doubles.CausalBox, 3), [draw.normal(6, 1, 1) for _ in range(3)])
        colour = torch.arange(6) % 3
        return Verdict(not bool((found & (colour[:, None] < colour[None, :])).any()))

    yield (
        "colours keep their order",
        colours,
        "With 3 colours a channel of R depends on a channel of G or B at the same pixel. Does every convolution know the number"
        " of colours?",
    )
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(block, [draw.normal(2, width, 3, 4) for _ in range(3)]),
        "Some convolution of the block has no influence on its output: is every one of them used?",
    )


@check
def PixelCNN(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Logits of every pixel, computed from the pixels before it: type A first, then residual blocks of type B."""
    levels, height, width = 3, 3, 4
    grey = student(levels, 1, 12, 2, doubles.CausalBox, doubles.BentBlock)
    x = draw.integers(0, levels, 2, 1, height, width)
    order = torch.arange(height * width)

    def seen_grey() -> Tensor:
        found = dependence(grey, [draw.uniform(1, height, width) * (levels - 1) for _ in range(3)])
        return found.reshape(levels, height * width, height * width).any(0)

    shaped = gives_shape(grey, (2, levels, 1, height, width), x)
    yield essential(
        "logits come as (B, levels, C, H, W)",
        shaped,
        "The last layer gives levels x C channels; give the levels a dimension of their own, right after the batch.",
    )
    if not shaped:
        return
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen_grey() & (order[:, None] < order[None, :])).any())),
        "Some logits depend on pixels that come later in raster order. Is every convolution made by the factory `conv`, and is"
        " nothing else (a normalisation, a mean) taken over the image?",
    )
    yield essential(
        "a pixel does not see itself",
        lambda: Verdict(not bool(seen_grey().diagonal().any())),
        "The logits of a pixel depend on the pixel itself, so the network can copy it. Which layer meets the pixel first?",
    )
    yield essential(
        "the pixels just before are seen",
        lambda: Verdict(bool(seen_grey()[5, [0, 1, 2, 4]].all()), "Seen at row 1, column 1 of a 3 x 4 image."),
        "The neighbours to the left and above should influence a pixel. On grey images a 1 x 1 convolution of type A lets"
        " nothing pass: which layers are of type B?",
    )
    yield (
        "the first layer sees a 7 x 7 window",
        lambda: _verdict_of_reach(_rows_seen(student, draw, 0), 3, "Without blocks"),
        "Without blocks a pixel should see as many rows above as half of the first kernel covers: its size is in the docstring.",
    )
    yield (
        "blocks widen the view",
        lambda: _verdict_of_reach(_rows_seen(student, draw, 2) - _rows_seen(student, draw, 0), 2, "With 2 blocks more"),
        "Each of these blocks looks one row further up: are all of them used, one after the other, and of type B?",
    )

    def own_weights() -> Verdict:
        nets = [student(levels, 1, 12, blocks, doubles.CausalBox, doubles.BentBlock) for blocks in (1, 3)]
        one, three = (that_count(net, [x]).values() for net in nets)
        block = doubles.BentBlock(12, doubles.CausalBox).parameters()
        one, three, block = (sum(p.numel() for p in entries) for entries in (one, three, block))
        return Verdict(three - one == 2 * block, f"Two more blocks brought {three - one} more numbers to learn.")

    yield (
        "every block has weights of its own",
        own_weights,
        "With more blocks there should be more parameters. Is a new block made each time, and does the module know all of them?"
        " A plain list hides its entries from `parameters()`.",
    )
    yield (
        "the head has an activation before its convolutions",
        lambda: _bends(student, gain=-1.0, offset=5.0, low=-0.9),
        "Two linear maps in a row are one linear map. What stands between the last sum and the first convolution of the head?",
    )
    yield (
        "the head has an activation between its convolutions",
        lambda: _bends(student, gain=1.0, offset=-0.5, low=0.1),
        "Two linear maps in a row are one linear map. What stands between the two convolutions of the head?",
    )
    yield (
        "logits may take any value",
        lambda: _logits_are_free(student(levels, 1, 12, 1, doubles.CausalBox, doubles.BentBlock), draw),
        "Logits are free numbers, and the likelihood applies the softmax. Does anything stand behind the last convolution?",
    )

    def seen_colours() -> Tensor:
        net = student(2, 3, 18, 1, doubles.CausalBox, doubles.BentBlock)
        found = dependence(net, [draw.uniform(3, 2, 2) for _ in range(3)])
        found = found.reshape(2, 3, 4, 3, 4).any(0)
        return found.permute(1, 0, 3, 2).reshape(12, 12)  # pixel by pixel, colour by colour

    yield (
        "colours follow the order R, G, B",
        lambda: _in_raster_order(seen_colours()),
        "On colour images each value should see the pixels before and the earlier colours of its own pixel, no more and"
        " no less. Does every convolution know the number of colours, and do the levels keep the channels in their order?",
    )
    yield (
        "a label changes every pixel",
        lambda: _label_matters(student, draw),
        "With classes > 0 the label should influence the logits everywhere, the first pixel included.",
    )
    yield (
        "a label's vector is added after the first layer",
        lambda: _label_is_added(student, draw),
        "Adding 1 to the features after the first layer, or to every entry of the label's vector, should make no difference.",
    )
    yield (
        "images of a batch do not mix",
        lambda: same(tensor(grey(x))[:1], tensor(grey(x[:1]))),
        "The first image's logits change with the second image. What is computed over the whole batch?",
    )
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(grey, [draw.integers(0, levels, 2, 1, height, width) for _ in range(3)]),
        "Some layer has no influence on the logits: is every one of them used?",
    )


def _in_raster_order(seen: Tensor) -> Verdict:
    """Whether each value of an RGB image sees the values before it and no other: (outputs, inputs), value by value."""
    wrong = (seen != torch.ones_like(seen).tril(-1)).nonzero().tolist()
    if not wrong:
        return Verdict(True)
    output, source = (f"{'RGB'[i % 3]} of pixel {i // 3}" for i in wrong[0])
    return Verdict(False, f"{output} {'depends' if seen[tuple(wrong[0])] else 'does not depend'} on {source}.")


def _logits_are_free(net: Part, draw: Draw) -> Verdict:
    """Whether large weights make the levels' logits at a pixel differ by more than any squashing allows, without ties."""
    gaps = []
    for _ in range(5):
        net.load({name: 3 * draw.normal(*p.shape) for name, p in net.parameters().items()})
        logits = tensor(net(draw.integers(0, 3, 4, 1, 3, 4)))
        gaps.append(logits.sort(1).values.diff(dim=1))
    gaps = torch.stack(gaps)
    if bool((gaps == 0).any()):
        return Verdict(False, "Two levels of a pixel have exactly the same logit.")
    return Verdict(bool(gaps.max() > 10), "However large the weights, the logits of a pixel stay close together.")


def _rows_seen(student: Part, draw: Draw, blocks: int) -> int:
    """How many rows above its own the last pixel of a tall image sees."""
    net = student(2, 1, 12, blocks, doubles.CausalBox, doubles.BentBlock)
    found = dependence(net, [draw.uniform(1, 9, 2) for _ in range(3)]).reshape(2, 18, 9, 2).any(0)
    return 8 - int(found[-1].any(1).double().argmax())


def _verdict_of_reach(rows: int, due: int, when: str) -> Verdict:
    """Whether a number of rows is the one that is due, in words."""
    return Verdict(rows == due, f"{when} the last pixel of a tall image sees {rows} rows above its own.")


def _bends(student: Part, gain: float, offset: float, low: float) -> Verdict:
    """Whether logits are no affine function of a constant image's value t in [low, 0.9], where h = t after the first layer.

    The head's first convolution gives gain * h + offset. With 5 - h its sign never changes, so a bend can only come
    from before it; with t > 0 and h - 0.5 a bend at zero can only come from behind it.
    """
    net = student(3, 1, 12, 0, student.beside(doubles.head_convs, 3, gain, offset), doubles.BentBlock)
    values = torch.linspace(low, 0.9, 5).double() + 1  # levels 0..2 are mapped to -1..1
    logits = tensor(net(values.reshape(5, 1, 1, 1)))[:, 0, 0, 0, 0]
    return Verdict(not close(logits[2:] - logits[1:-1], logits[1:-1] - logits[:-2]) or close(logits[1:], logits[:-1]))


def _label_matters(student: Part, draw: Draw) -> Verdict:
    """Whether logits differ between labels at every pixel while the image stays the same."""
    net = student(3, 1, 24, 1, doubles.CausalBox, doubles.BentBlock, classes=4)
    x = draw.integers(0, 3, 1, 1, 3, 4).expand(4, -1, -1, -1)
    logits = tensor(net(x, torch.arange(4)), (4, 3, 1, 3, 4))
    gaps = [(logits[a] - logits[b]).abs().amax(0).min() for a in range(4) for b in range(a)]
    return Verdict(bool(torch.stack(gaps).min() > 1e-9))


def _label_is_added(student: Part, draw: Draw) -> Verdict:
    """Whether a vector that is larger by 1 does what an image does whose pixels are larger by 1 after scaling.

    The convolutions average channels, so the features after the first layer are the scaled pixels themselves.
    """
    net = student(3, 1, 12, 1, student.beside(doubles.head_convs, 3), doubles.BentBlock, classes=2)
    vectors = draw.normal(1, 12)
    net.load({name: torch.cat([vectors, vectors + 1]) for name, p in net.parameters().items() if p.shape == (2, 12)})
    x, labels = draw.uniform(2, 1, 3, 4), torch.arange(2)
    # levels 0..2 are mapped to -1..1, so one level more is 1 more
    return same(tensor(net(x, labels * 0 + 1)), tensor(net(x + 1, labels * 0)))
