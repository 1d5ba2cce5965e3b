"""Checks of 02_pixelcnn: likelihood, masks, the network, sampling, the receptive field and its repair.

Notation: B images, C colours, H rows, W columns, K grey levels; pixels count row by row from the upper left.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks import doubles
from helpers.checks.compare import Verdict, close, dependence, gradients, same, tensor
from helpers.checks.core import Test, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

Properties = Iterator[tuple[str, Test, str]]


@check
def log_likelihood(student: Part, draw: Draw) -> Properties:
    """log p(x) in nats, one number per image: the sum over colours and pixels of the log-probability of the level there."""
    one_pixel = torch.tensor([0.0, math.log(3.0)]).double().reshape(1, 2, 1, 1, 1)  # probabilities 1/4 and 3/4
    levels = draw.integers(0, 3, 4, 2, 3, 5)
    logits = draw.normal(4, 3, 2, 3, 5)
    chosen = torch.zeros_like(logits).scatter(1, levels[:, None], 1.0)
    log_prob = (logits * chosen).sum(1) - logits.exp().sum(1).log()
    total = log_prob.sum((1, 2, 3))
    yield essential(
        "one pixel, two levels",
        lambda: same(
            student(one_pixel, torch.ones(1, 1, 1, 1).long()),
            torch.tensor([math.log(0.75)]),
            {
                "This is the negative log-likelihood, a loss. Here the log-likelihood itself is asked for.": torch.tensor(
                    [-math.log(0.75)]
                ),
                "This is in bits. The exercise asks for nats: which logarithm is that?": torch.tensor(
                    [math.log2(0.75)]
                ),
                "This is a probability. Take its logarithm, in the numerically safe way.": torch.tensor([0.75]),
            },
        ),
        "For one pixel the result should be the logarithm of the probability that the softmax gives to the level there.",
    )
    yield (
        "one number per image",
        lambda: Verdict(tensor(student(logits, levels)).shape == (4,), _shape_seen(student(logits, levels))),
        "Reduce over colours, rows and columns, and keep the batch: means over a batch hide what single images do.",
    )
    yield (
        "log-probabilities add up over pixels and colours",
        lambda: same(
            student(logits, levels),
            total,
            {
                "This is a mean over the pixels. The chain rule multiplies probabilities: what happens to logs?": total
                / 30
            },
        ),
        "The logits have the K levels in dimension 1, and x has none. Does every pixel meet its own K logits?",
    )
    yield (
        "large logits stay finite",
        lambda: same(
            student(torch.tensor([1000.0, 0.0]).double().reshape(1, 2, 1, 1, 1), torch.zeros(1, 1, 1, 1).long()), [0.0]
        ),
        "A logit of 1000 for the right level means certainty. Where does an exponential overflow, or a logarithm meet 0?",
    )
    yield (
        "a gradient reaches the logits",
        lambda: _log_prob_gradient(student, logits, levels, chosen),
        "Training needs the gradient with respect to the logits. Is something detached, rounded or converted?",
    )


def _log_prob_gradient(student: Part, logits: Tensor, levels: Tensor, chosen: Tensor) -> Verdict:
    """The gradient of log softmax is the one-hot level minus the probabilities."""
    leaf = logits.clone().requires_grad_()
    return same(gradients(tensor(student(leaf, levels)), leaf)[0], chosen - logits.softmax(1))


@check
def bits_per_dim(student: Part, draw: Draw) -> Properties:
    """Bits per dimension: minus the log-likelihood in nats, per pixel value, in units of log 2."""
    nats = -(500 + 100 * draw.uniform(4))
    due = -nats / (784 * math.log(2))
    yield essential(
        "a fair coin per pixel costs one bit",
        lambda: same(student(torch.full((2,), 10 * math.log(0.5)).double(), 10), torch.ones(2)),
        "Ten pixels of probability 1/2 each should cost exactly one bit per dimension.",
    )
    yield (
        "one value per image, for any log-likelihood",
        lambda: same(
            student(nats, 784),
            due,
            {
                "The sign: likelier images should cost fewer bits, and bits are positive.": -due,
                "Still in nats: one bit is log 2 nats.": due * math.log(2),
                "Not yet per dimension: divide by the number of pixel values.": due * 784,
                "One bit is log 2 nats, so a number of bits is larger than the number of nats.": due * math.log(2) ** 2,
            },
        ),
        "Turn nats into bits, and share them among the dimensions.",
    )


@check
def causal_mask(student: Part, draw: Draw) -> Properties:
    """1 for the places of the kernel that come before the centre, 0 after it; the centre itself is 0 in A and 1 in B."""
    for rows, columns in ((3, 3), (5, 3), (3, 7)):
        r, c = rows // 2, columns // 2
        size = f"{rows} x {columns}"
        a = tensor(student((rows, columns), "A"), (rows, columns)).double()
        b = tensor(student((rows, columns), "B"), (rows, columns)).double()
        yield essential(
            f"rows above are seen ({size})",
            bool((a[:r] == 1).all() and (b[:r] == 1).all()),
            "Every place in the rows above comes before the centre in raster order, to the right as well.",
        )
        yield essential(
            f"rows below are hidden ({size})",
            bool((a[r + 1 :] == 0).all() and (b[r + 1 :] == 0).all()),
            "Pixels below have not been drawn yet.",
        )
        yield (
            f"left of the centre is seen ({size})",
            bool((a[r, :c] == 1).all() and (b[r, :c] == 1).all()),
            "The left part of the centre's own row comes before the centre: which slice of that row should be cut?",
        )
        yield (
            f"right of the centre is hidden ({size})",
            bool((a[r, c + 1 :] == 0).all() and (b[r, c + 1 :] == 0).all()),
            "The right part of the centre's own row comes after the centre.",
        )
        yield (
            f"the centre is hidden in A ({size})",
            bool(a[r, c] == 0),
            "Type A is for the first layer, whose input is the very pixel that is to be predicted.",
        )
        yield (
            f"the centre is seen in B ({size})",
            bool(b[r, c] == 1),
            "Type B is for later layers, whose features at the centre already know only the pixels before it.",
        )


@check
def colour_mask(student: Part, draw: Draw) -> Properties:
    """Which input channel an output channel sees at its own pixel: earlier colours, and its own colour in type B."""
    rows, columns = 6, 9  # outputs x inputs
    a = tensor(student(rows, columns, "A", 3), (rows, columns)).double()
    b = tensor(student(rows, columns, "B", 3), (rows, columns)).double()
    later = [(o, i) for o in range(rows) for i in range(columns) if i % 3 > o % 3]
    earlier = [(o, i) for o in range(rows) for i in range(columns) if i % 3 < o % 3]
    own = [(o, i) for o in range(rows) for i in range(columns) if i % 3 == o % 3]

    def every(mask: Tensor, pairs: list[tuple[int, int]], value: float) -> Verdict:
        wrong = next(((o, i) for o, i in pairs if mask[o, i] != value), None)
        return Verdict(wrong is None, "" if wrong is None else f"Seen for output {wrong[0]} and input {wrong[1]} of 9.")

    yield essential(
        "later colours are hidden",
        lambda: every(a, later, 0) and every(b, later, 0),
        "R must not see G or B, and G must not see B. Output channels are rows of the mask, and channel k has colour k mod 3.",
    )
    yield essential(
        "earlier colours are seen",
        lambda: every(a, earlier, 1) and every(b, earlier, 1),
        "G may look at R, and B at R and G, at the same pixel, in both types: otherwise colours would not match.",
    )
    yield (
        "its own colour is hidden in A",
        lambda: every(a, own, 0),
        "In the first layer a channel's own colour is the value that is to be predicted.",
    )
    yield (
        "its own colour is seen in B",
        lambda: every(b, own, 1),
        "In later layers a channel's own colour holds features of what came before.",
    )
    yield (
        "grey images are the case of one colour",
        lambda: same(student(2, 3, "A", 1), torch.zeros(2, 3)) and same(student(2, 3, "B", 1), torch.ones(2, 3)),
        "With a single colour, type A hides every channel of the own pixel and type B hides none.",
    )


@check
def MaskedConv2d(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """A convolution that keeps the size and sees its window only where the mask is 1, also after training."""
    plane = torch.tensor([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 0, 1]]).double()
    pairs = (draw.uniform(2, 3, 3, 5) > 0.5).double()
    x = draw.normal(2, 1, 4, 6)
    layer = student(1, 2, plane)
    yield essential(
        "keeps the height and the width",
        Verdict(tensor(layer(x)).shape == (2, 2, 4, 6), _shape_seen(layer(x))),
        "Pad by half the kernel on each side, rows and columns separately: this kernel is 3 x 5.",
    )
    yield essential(
        "sees what the mask shows",
        lambda: Verdict(bool((_window(layer, draw, 1, 2) >= plane).all())),
        "Some place where the mask is 1 has no influence on the output. Is the mask applied to the weights, place by place?",
    )
    yield (
        "does not see what the mask hides",
        lambda: Verdict(bool((_window(layer, draw, 1, 2) <= plane).all())),
        "Some place where the mask is 0 still influences the output.",
    )

    def after_training() -> Verdict:
        layer.load({name: draw.normal(*p.shape) for name, p in layer.parameters().items()})
        return Verdict(bool((_window(layer, draw, 1, 2) == plane).all()))

    yield (
        "still masked after the weights have changed",
        after_training,
        "An optimiser changes every weight, the hidden ones as well. When, then, must the mask be applied?",
    )

    def by_channel() -> Verdict:
        window = _window(student(3, 2, pairs), draw, 3, 2)
        return Verdict(bool((window == pairs.amax(0)).all() if window.ndim == 3 else (window == pairs).all()))

    yield (
        "takes a mask per pair of channels",
        by_channel,
        "A mask of shape (out, in, rows, columns) should hide places for single pairs of an output and an input channel.",
    )

    def trains() -> Verdict:
        leaves = student(1, 2, plane)
        slopes = gradients(tensor(leaves(x)) ** 2, list(leaves.parameters().values()))
        return Verdict(bool(slopes) and all(bool((g != 0).any()) for g in slopes))

    yield (
        "a gradient reaches the weights",
        trains,
        "Training needs a gradient for the weights and the bias. Is something detached, or changed through `.data`?",
    )
    yield (
        "outputs add up over the window",
        lambda: _is_affine(layer, draw),
        "A convolution is linear up to its bias; apply no nonlinearity here.",
    )


def _window(layer: Part, draw: Draw, in_channels: int, out_channels: int) -> Tensor:
    """Where in its window a 3 x 5 layer looks: (out, in, 3, 5) of 0 and 1; without channel axes when in_channels is 1."""
    height, width = 5, 9
    seen = dependence(layer, [draw.normal(in_channels, height, width) for _ in range(2)])
    seen = seen.reshape(out_channels, height, width, in_channels, height, width)[:, 2, 4]
    window = seen[:, :, 1:4, 2:7].double()
    outside = seen.double().sum() - window.sum()
    if outside > 0:
        raise Broken("Its output depends on pixels outside the window of the kernel.")
    return window.amax((0, 1)) if in_channels == 1 else window


def _is_affine(layer: Part, draw: Draw) -> Verdict:
    """Whether f(x + y) + f(0) = f(x) + f(y)."""
    x, y = draw.normal(1, 1, 4, 6), draw.normal(1, 1, 4, 6)
    return same(tensor(layer(x + y)) + layer(torch.zeros_like(x)), tensor(layer(x)) + layer(y))


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

    yield essential(
        "keeps the shape",
        Verdict(tensor(block(h)).shape == h.shape, _shape_seen(block(h))),
        "What goes in must come out in the same shape, or it cannot be added.",
    )
    yield essential(
        "adds to its input",
        lambda: same(student(width, doubles.ZeroConv)(h), h),
        "With convolutions that return 0 the block should return h itself, negative values too. What happens to the sum?",
    )
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen() & ~before).any())),
        "The correction at a pixel must not depend on later pixels. Is every convolution made by the factory `conv`?",
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
        "a gradient reaches every weight",
        lambda: _all_weights_learn(block, [draw.normal(2, width, 3, 4) for _ in range(3)]),
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

    yield essential(
        "logits come as (B, levels, C, H, W)",
        Verdict(tensor(grey(x)).shape == (2, levels, 1, height, width), _shape_seen(grey(x))),
        "The last layer gives levels x C channels; give the levels a dimension of their own, right after the batch.",
    )
    yield essential(
        "a pixel does not see itself",
        lambda: Verdict(not bool(seen_grey().diagonal().any())),
        "The logits of a pixel depend on the pixel itself, so the network can copy it. Which layer meets the pixel first?",
    )
    yield essential(
        "pixels to come are hidden",
        lambda: Verdict(not bool((seen_grey() & (order[:, None] < order[None, :])).any())),
        "Some logits depend on pixels that come later in raster order. Is every convolution made by the factory `conv`?",
    )
    yield (
        "the pixels just before are seen",
        lambda: Verdict(bool(seen_grey()[5, [0, 1, 2, 4]].all()), "Seen at row 1, column 1 of a 3 x 4 image."),
        "The neighbours to the left and above should influence a pixel.",
    )
    yield (
        "blocks widen the view",
        lambda: _reach_of_blocks(student, draw),
        "With more blocks the network should see further: are the blocks used, one after the other, and of type B?",
    )

    def seen_colours() -> Tensor:
        net = student(2, 3, 18, 1, doubles.CausalBox, doubles.BentBlock)
        found = dependence(net, [draw.uniform(3, 2, 2) for _ in range(3)])
        found = found.reshape(2, 3, 4, 3, 4).any(0)
        return found.permute(1, 0, 3, 2).reshape(12, 12)  # pixel by pixel, colour by colour

    yield (
        "colours follow the order R, G, B",
        lambda: Verdict(bool((seen_colours() == torch.ones(12, 12).tril(-1).bool()).all())),
        "On colour images each value should see the pixels before and the earlier colours of its own pixel, no more and"
        " no less. Does every convolution know the number of colours, and do the levels keep the channels in their order?",
    )
    yield (
        "a label changes every pixel",
        lambda: _label_matters(student, draw),
        "With classes > 0 the label should influence the logits everywhere, the first pixel included.",
    )
    yield (
        "a gradient reaches every weight",
        lambda: _all_weights_learn(grey, [draw.integers(0, levels, 2, 1, height, width) for _ in range(3)]),
        "Some layer has no influence on the logits: is every one of them used?",
    )


def _reach_of_blocks(student: Part, draw: Draw) -> Verdict:
    """How far up the last pixel of a tall image sees, with no block and with two."""
    reach = []
    for blocks in (0, 2):
        net = student(2, 1, 12, blocks, doubles.CausalBox, doubles.BentBlock)
        found = dependence(net, [draw.uniform(1, 9, 2) for _ in range(3)]).reshape(2, 18, 9, 2).any(0)
        reach.append(int(9 - found[-1].any(1).double().argmax()))
    return Verdict(reach[1] == reach[0] + 2, f"With 0 blocks it sees {reach[0]} rows, with 2 blocks {reach[1]}.")


def _label_matters(student: Part, draw: Draw) -> Verdict:
    """Whether logits differ between labels at every pixel while the image stays the same."""
    net = student(3, 1, 24, 1, doubles.CausalBox, doubles.BentBlock, classes=4)
    x = draw.integers(0, 3, 1, 1, 3, 4).expand(4, -1, -1, -1)
    logits = tensor(net(x, torch.arange(4)), (4, 3, 1, 3, 4))
    gaps = [(logits[a] - logits[b]).abs().amax(0).min() for a in range(4) for b in range(a)]
    return Verdict(bool(torch.stack(gaps).min() > 1e-9))


def _all_weights_learn(module: Part, batches: list[Tensor]) -> Verdict:
    """Whether each parameter gets a gradient on some batch; squares keep positive and negative parts from cancelling."""
    parameters = module.parameters()
    learns = torch.zeros(len(parameters), dtype=torch.bool)
    for batch in batches:
        slopes = gradients(tensor(module(batch)) ** 2, list(parameters.values()))
        learns |= torch.tensor([bool((g != 0).any()) for g in slopes])
    idle = [name for name, moves in zip(parameters, learns, strict=True) if not moves]
    return Verdict(bool(parameters) and not idle, f"No gradient reaches {idle[0]}." if idle else "")


@check
def train_epoch(student: Part, draw: Draw) -> Properties:
    """One step of gradient descent per batch, each from that batch alone, and the mean loss of the batches."""
    start, rate = draw.normal(3), 0.3
    batches = [(1 + draw.uniform(4, 3), draw.normal(4, 3)) for _ in range(3)]

    def run(data: list[tuple[Tensor, Tensor]]) -> tuple[object, Tensor]:
        model = student.beside(doubles.Scale, start)
        optimizer = student.beside(doubles.sgd, model, rate)
        result = student(model, doubles.square_gap, optimizer, data)
        return result, model.parameters()["w"].detach()

    def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
        return ((w * x - y) * x).sum(0) / x.numel()

    one = start - rate * slope(start, *batches[0])
    due, adding, losses, summed = start, start, [], torch.zeros(3).double()
    for x, y in batches:
        losses.append(float(((due * x - y) ** 2).mean() / 2))
        due = due - rate * slope(due, x, y)
        summed = summed + slope(adding, x, y)
        adding = adding - rate * summed
    yield essential(
        "one batch is one step downhill",
        lambda: same(
            run(batches[:1])[1],
            one,
            {
                "The weights did not move. Which call computes gradients, and which one uses them?": start,
                "The step went uphill: gradient descent lowers the loss.": 2 * start - one,
            },
        ),
        "After one batch the weights should have moved by one optimiser step along that batch's gradient.",
    )
    yield (
        "gradients of earlier batches are gone",
        lambda: same(
            run(batches)[1],
            due,
            {"Gradients pile up from batch to batch: PyTorch adds to `.grad` until it is told to clear it.": adding},
        ),
        "After three batches the weights should have made three steps, each with the gradient of its own batch.",
    )
    yield (
        "returns the mean loss",
        lambda: same(
            run(batches)[0],
            sum(losses) / 3,
            {
                "This is the sum over the batches.": sum(losses),
                "This is the loss of the last batch only.": losses[-1],
            },
        ),
        "Return the average of the batches' losses, each measured before its step.",
    )


@check
def draw_levels(student: Part, draw: Draw) -> Properties:
    """The inverse of the cumulative distribution: level k is drawn when u falls into the k-th interval of length p_k."""
    probabilities = torch.tensor([0.2, 0.5, 0.3]).double()
    grid = (torch.arange(1000).double() + 0.5) / 1000
    tiled = probabilities.log().expand(1000, 3)
    due = torch.bucketize(grid, probabilities.cumsum(0), right=True)
    counts = torch.tensor([200.0, 500.0, 300.0])

    def frequencies() -> Verdict:
        levels = tensor(student(tiled, grid), (1000,))
        seen = torch.stack([(levels == k).sum() for k in range(3)]).double()
        if bool((seen == 1000).any()):
            return Verdict(False, "", "Every u gave the same level: sampling is not choosing the likeliest one.")
        return Verdict(bool(((seen - counts).abs() <= 1).all()), f"Out of 1000 draws: {seen.long().tolist()}.")

    yield essential(
        "levels come up as often as their probabilities say",
        frequencies,
        "With probabilities .2, .5, .3 and 1000 evenly spread u, the levels should come up 200, 500 and 300 times.",
    )
    yield (
        "small u gives low levels",
        lambda: same(
            tensor(student(tiled, grid)).long(),
            due,
            {
                "Large u should give high levels: the order is upside down.": torch.bucketize(
                    1 - grid, probabilities.cumsum(0)
                )
            },
        ),
        "Level k belongs to the k-th piece when the interval [0, 1) is cut into pieces of lengths p_0, p_1, ...",
    )
    wide, u = draw.normal(2, 4, 3, 5), draw.uniform(2, 3, 5)

    def any_shape() -> Verdict:
        levels = tensor(student(wide, u), (2, 3, 5))
        one_by_one = [
            int(tensor(student(wide[b, :, i, j][None], u[b, i, j][None]))[0])
            for b in range(2)
            for i in range(3)
            for j in range(5)
        ]
        return Verdict(levels.flatten().tolist() == one_by_one)

    yield (
        "works on maps of pixels too",
        any_shape,
        "For logits (B, K, H, W) and u (B, H, W) every pixel should be drawn by its own logits and its own u.",
    )
    yield (
        "logits need not be normalised",
        lambda: same(tensor(student(tiled + 7, grid)).long(), due),
        "Adding 7 to all logits must not change anything: logits are not log-probabilities yet.",
    )

    def stays_inside() -> Verdict:
        top = tensor(student(torch.zeros(1, 7), torch.tensor([1 - 2.0**-24])))
        return Verdict(0 <= int(top[0]) <= 6, f"A u just below 1 gave level {int(top[0])} of 0..6.")

    yield (
        "never leaves the range of levels",
        stays_inside,
        "Rounding can leave the last cumulative probability a little below 1. Which level should a larger u give?",
    )
    yield (
        "levels are integers",
        lambda: Verdict(
            not tensor(student(tiled, grid)).is_floating_point() and student(tiled, grid).dtype != torch.bool
        ),
        "Levels count grey values: return an integer tensor.",
    )


@check
def sample(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling: each value is picked by the model's logits given the values already drawn."""
    shape, levels = (1, 3, 4), 4
    model = student.beside(doubles.LowerTriangular, levels, shape, 3, draw.integer(0, 10**6))
    u = draw.uniform(6, *shape)
    y = torch.arange(6) % 3

    def drawn(net: Part, noise: Tensor, labels: Tensor | None = None) -> Tensor:
        return tensor(student(net, noise, doubles.wavy_pick, labels), noise.shape).long()

    def consistent(net: Part, noise: Tensor, labels: Tensor | None = None) -> Verdict:
        x = drawn(net, noise, labels)
        due = doubles.wavy_pick(tensor(net(x, labels)), noise)
        wrong = (x != due).nonzero()
        if not len(wrong):
            return Verdict(True)
        at_once = doubles.wavy_pick(tensor(net(torch.zeros_like(x), labels)), noise)
        slip = "All pixels were drawn at once, without knowing each other." if bool((x == at_once).all()) else ""
        place = ", ".join(map(str, wrong[0].tolist()))
        return Verdict(False, f"Seen at [image, colour, row, column] = [{place}].", slip)

    yield essential(
        "every value follows from the values before it",
        lambda: consistent(model, u),
        "Each value should be picked by the model's logits given the values already drawn, row by row on this 3 x 4 image.",
    )
    yield essential(
        "the noise decides",
        lambda: Verdict(bool((drawn(model, u) != drawn(model, draw.uniform(6, *shape))).any())),
        "Other noise should give other images.",
    )
    yield (
        "the same noise gives the same images",
        lambda: Verdict(bool((drawn(model, u) == drawn(model, u)).all())),
        "All randomness is in u. Does something else draw random numbers?",
    )
    yield (
        "labels reach the model",
        lambda: consistent(model, u, y),
        "With labels y each image should be drawn from the model given its own label.",
    )
    colours = student.beside(doubles.LowerTriangular, 3, (3, 2, 3), 0, draw.integer(0, 10**6))
    yield (
        "colours are drawn one after the other",
        lambda: consistent(colours, draw.uniform(4, 3, 2, 3)),
        "At a pixel of a colour image G is drawn after R is known, and B after both.",
    )


@check
def complete(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling that keeps the known pixels and draws the others given all values before them."""
    shape, levels = (1, 3, 4), 4
    model = student.beside(doubles.LowerTriangular, levels, shape, 3, draw.integer(0, 10**6))
    x = draw.integers(0, levels, 5, *shape)
    u = draw.uniform(5, *shape)
    y = torch.arange(5) % 3
    known = draw.uniform(5, *shape) < 0.5

    def drawn(images: Tensor, mask: Tensor, labels: Tensor | None = None) -> Tensor:
        return tensor(student(model, images, mask, u, doubles.wavy_pick, labels), images.shape).long()

    def consistent(mask: Tensor, labels: Tensor | None = None) -> Verdict:
        images = drawn(x, mask, labels)
        due = doubles.wavy_pick(tensor(model(images, labels)), u)
        return Verdict(bool(((images == due) | mask).all()))

    yield essential(
        "known pixels stay as they are",
        lambda: same(drawn(x, known)[known], x[known]),
        "Where `known` is True the image must not change.",
    )
    yield essential(
        "unknown pixels follow from all values before them",
        lambda: consistent(known),
        "Each unknown value should be picked by the model's logits given the known and the drawn values before it.",
    )
    yield (
        "what stood at unknown pixels does not matter",
        lambda: same(drawn(x, known), drawn(torch.where(known, x, (x + 1) % levels), known)),
        "The result changes with what the image held where it is not known. Does the model look at old content?",
    )
    yield (
        "labels reach the model",
        lambda: consistent(known, y),
        "With labels y each image should be completed by the model given its own label.",
    )


@check
def receptive_field(student: Part, draw: Draw) -> Properties:
    """How strongly each pixel moves the logits of one pixel: mean over images, sum over colours, of absolute gradients."""
    levels, shape, row, column = 3, (2, 3, 4), 1, 2
    linear = student.beside(doubles.LowerTriangular, levels, shape, 0, draw.integer(0, 10**6))
    bent = student.beside(doubles.LowerTriangular, levels, shape, 0, draw.integer(0, 10**6), 2.0)
    x = draw.uniform(5, *shape) * (levels - 1)

    def slopes(model: Part) -> Tensor:
        leaf = x.clone().requires_grad_()
        return gradients(tensor(model(leaf))[..., row, column], leaf)[0]

    def field(model: Part) -> Tensor:
        return tensor(student(model, x, row, column), shape[1:]).detach()

    per_image = slopes(bent)
    yield essential(
        "one non-negative number per pixel",
        lambda: Verdict(bool((field(linear) >= 0).all()) and bool((field(linear) > 0).any())),
        "Return a map (H, W) of sizes: gradients have signs, and signs cancel in sums.",
    )
    yield essential(
        "pixels that do not matter are exactly zero",
        lambda: Verdict(
            bool((field(linear)[row + 1 :] == 0).all()) and bool((field(linear)[row, column + 1 :] == 0).all())
        ),
        "This model's pixel at row 1, column 2 depends on no later pixel. Whose gradient is this?",
    )
    yield (
        "a linear model gives back its weights",
        lambda: same(field(linear), slopes(linear)[0].abs().sum(0)),
        "For a model that is linear in x the map should hold the summed sizes of its weights, colour by colour.",
    )
    yield (
        "averages sizes over the images",
        lambda: same(
            field(bent),
            per_image.abs().sum(1).mean(0),
            {
                "Signs cancel between images: which comes first, the absolute value or the mean?": per_image.mean(0)
                .abs()
                .sum(0),
                "Signs cancel between colours: which comes first, the absolute value or the sum?": per_image.sum(1)
                .abs()
                .mean(0),
                "This is a sum over the images; the map should not grow with the batch.": per_image.abs().sum(1).sum(0),
                "Colours should be added up, not averaged.": per_image.abs().mean(1).mean(0),
            },
        ),
        "For each pixel: the absolute gradient, summed over colours, averaged over the images of the batch.",
    )


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
            },
        ),
        "After shifting down by one, row r should hold what row r - 1 held, and row 0 should be zero.",
    )
    yield (
        "moves to the right",
        lambda: same(
            student(x, 0, 1),
            moved(0, 1),
            {
                "What leaves at the right comes in again at the left.": x.roll(1, -1),
                "It moved to the left.": F.pad(x, (0, 1))[..., 1:],
            },
        ),
        "After shifting right by one, column c should hold what column c - 1 held, and column 0 should be zero.",
    )
    yield (
        "moves both ways, and any distance",
        lambda: same(student(x, 2, 3), moved(2, 3)),
        "Shift by 2 rows and 3 columns at once.",
    )
    yield (
        "no shift changes nothing",
        lambda: same(student(x, 0, 0), x),
        "A slice that ends at -0 is empty: does a shift by 0 work?",
    )


@check
def gate(student: Part, draw: Draw) -> Properties:
    """tanh of the first half of the channels, let through by a sigmoid of the second half."""
    a = 2 * draw.normal(2, 6, 3, 4)
    first, second = a[:, :3], a[:, 3:]
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
                "The door should be between 0 and 1: which function does that?": first.tanh() * second.tanh(),
                "The door multiplies the signal.": first.tanh() + second.sigmoid(),
            },
        ),
        "Cut the channels (dimension 1) into two halves of equal size; the result has half as many channels.",
    )
    yield (
        "a closed door lets nothing through",
        lambda: same(student(torch.cat([first, torch.full_like(second, -50.0)], 1)), torch.zeros_like(first)),
        "With very negative door values the output should vanish.",
    )


@check
def GatedBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Two stacks: v carries the rows above, h the pixels to the left; h listens to v, v never to h."""
    width, height, columns = 2, 4, 5
    block = student(width, 3, doubles.product_of_halves)
    v, h = draw.normal(2, width, height, columns), draw.normal(2, width, height, columns)
    size = height * columns

    def seen(output: int, moving: int) -> Tensor:
        """Pixels of output stack `output` that depend on pixels of input stack `moving`: (size, size)."""

        def function(batch: Tensor) -> Tensor:
            fixed = (h if moving == 0 else v)[:1].expand(len(batch), -1, -1, -1)
            return tensor(_pair(block(batch, fixed) if moving == 0 else block(fixed, batch))[output])

        found = dependence(function, [draw.normal(width, height, columns) for _ in range(3)])
        return found.reshape(width, size, width, size).any(2).any(0)

    row = torch.arange(size) // columns
    column = torch.arange(size) % columns
    down = row[:, None] - row[None, :]  # how far the output lies below the input
    right = column[:, None] - column[None, :]
    yield essential(
        "returns both stacks in their shapes",
        lambda: Verdict(all(tensor(stack).shape == v.shape for stack in _pair(block(v, h)))),
        "Return the new v and the new h, in this order, each of shape (B, width, H, W).",
    )
    yield essential(
        "v sees no row below",
        lambda: Verdict(not bool((seen(0, 0) & (down < 0)).any())),
        "The vertical stack looks at later rows. How must its input be padded so that the kernel ends at its own row?",
    )
    yield (
        "v sees its own row and the row above, to both sides",
        lambda: Verdict(bool((seen(0, 0) == ((down >= 0) & (down <= 1) & (right.abs() <= 1))).all())),
        "With a 3 x 3 window, v should see three pixels of its own row and three of the row above. Which sides need padding?",
    )
    yield essential(
        "v does not listen to h",
        lambda: Verdict(not bool(seen(0, 1).any())),
        "h at a pixel knows the pixels left of it; from v it would spread to the row's other pixels, and the future leaks.",
    )
    yield essential(
        "h sees nothing to the right and no other row",
        lambda: Verdict(not bool((seen(1, 1) & ~((down == 0) & (right >= 0))).any())),
        "The horizontal stack should look at its own row only, and only to the left. On which side is its input padded?",
    )
    yield (
        "h sees itself and its left neighbour",
        lambda: Verdict(bool((seen(1, 1) == ((down == 0) & (right >= 0) & (right <= 1))).all())),
        "With a window of 3, h should see its own pixel and one to the left.",
    )
    yield (
        "h listens to v",
        lambda: Verdict(bool(seen(1, 0).diagonal().all()) and not bool((seen(1, 0) & (down < 0)).any())),
        "Without the link from v to h, the rows above never reach the logits.",
    )

    def keeps_h() -> Verdict:
        still = student(width, 3, doubles.product_of_halves)
        still.load({name: torch.zeros_like(p) for name, p in still.parameters().items()})
        return same(_pair(still(v, h))[1], h)

    yield (
        "h keeps what it had",
        keeps_h,
        "With all weights at zero h should come back unchanged: the horizontal stack is residual.",
    )

    def uses_gate() -> Verdict:
        product, total = (student(width, 3, gate) for gate in (doubles.product_of_halves, doubles.sum_of_halves))
        total.load(product.parameters())
        pairs = zip(_pair(product(v, h)), _pair(total(v, h)), strict=True)
        return Verdict(all(not close(one, other) for one, other in pairs))

    yield (
        "both stacks pass the gate",
        uses_gate,
        "With another gate in its place, both v and h should change. Call the function `gate` that the block is given.",
    )


def _pair(value: object) -> tuple[Tensor, Tensor]:
    """Two stacks.

    Raises:
        Broken: The value is no pair.
    """
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken("It should return two tensors: v and h.")
    return tensor(value[0]), tensor(value[1])


@check
def conv_at(student: Part, draw: Draw) -> Properties:
    """The output of a convolution at a single pixel, from a padded cache of its input."""
    rows, columns, in_channels, out_channels = 3, 5, 2, 4
    x = draw.normal(2, in_channels, 4, 6)
    weight, bias = draw.normal(rows, columns, in_channels, out_channels), draw.normal(out_channels)
    cache = F.pad(x, (columns // 2, columns // 2, rows // 2, rows // 2)).permute(0, 2, 3, 1).contiguous()
    whole = F.conv2d(x, weight.permute(3, 2, 0, 1), bias, padding=(rows // 2, columns // 2))

    def at(row: int, column: int) -> Verdict:
        return same(
            student(cache, weight, bias, row, column),
            whole[:, :, row, column],
            {"The bias is missing.": whole[:, :, row, column] - bias},
        )

    yield essential(
        "equals the whole convolution in the middle",
        lambda: at(1, 3),
        "At row 1, column 3 the result should equal what the full convolution gives there, for both images.",
    )
    yield (
        "equals it in every corner",
        lambda: next((v for v in (at(r, c) for r in (0, 3) for c in (0, 5)) if not v), Verdict(True)),
        "The cache is padded already: pixel (row, column) of the image has its window's upper left corner at (row, column).",
    )
    moved = cache.clone()
    moved[:, 3:, :] += 100
    yield (
        "looks at its window only",
        lambda: same(student(moved, weight, bias, 0, 0), whole[:, :, 0, 0]),
        "The result at the first pixel must not depend on rows outside its window.",
    )


def _shape_seen(value: object) -> str:
    """The shape of a student's result, in words."""
    return f"It returned shape {tuple(value.shape)}." if isinstance(value, Tensor) else ""
