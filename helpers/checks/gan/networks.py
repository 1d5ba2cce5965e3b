"""Checks of the two networks: by what comes out when something goes in."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import adversaries
from helpers.checks.compare import Verdict, close, gives_shape, gradients, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, size_that_counts
from helpers.checks.subject import Part

LATENT, CLASSES, WIDTH = 5, 3, 6  # all different, and different from the kernels' size
SHAPES = ((1, 8, 8), (3, 12, 16))
FAR = 1e3  # from 0, seen from what a first layer gives


def labels(*numbers: int, classes: int = CLASSES) -> Tensor:
    """One-hot labels, float64."""
    return torch.eye(classes, dtype=torch.float64)[list(numbers)]


def _scrambled(net: Part, draw: Draw, scale: float = 1.0) -> None:
    """Give a network other weights, larger ones than it began with."""
    net.load({name: scale * draw.normal(*p.shape) for name, p in net.parameters().items()})


def _tells_labels_apart(three: Callable[[], Tensor], net: Part, draw: Draw, scale: float) -> Verdict:
    """Whether the same input under three labels gives three outputs, for some of several weights: ReLUs may be shut."""
    widest = torch.zeros(3, 3, dtype=torch.float64)
    for _ in range(4):
        _scrambled(net, draw, scale)
        rows = three().detach().reshape(3, -1)
        widest = torch.maximum(widest, (rows[:, None] - rows[None]).abs().amax(2))
    return Verdict(bool((widest + torch.eye(3)).min() > 1e-6))


def _biases(net: Part, length: int) -> dict[str, Tensor]:
    """The biases of a length, by the names that PyTorch's layers give them."""
    return {n: p.detach() for n, p in net.parameters().items() if n.endswith("bias") and p.shape == (length,)}


def _before_the_last(net: Part, channels: int) -> dict[str, Tensor]:
    """Weights and biases of all layers but the normalising ones and the one that makes so many channels."""
    layers: dict[str, dict[str, Tensor]] = {}
    for name, p in net.parameters().items():
        layers.setdefault(name.rpartition(".")[0] or name, {})[name] = p.detach()
    hidden = {}
    for layer in layers.values():
        is_last = any(p.ndim > 2 and channels in p.shape[:2] for p in layer.values())
        if any(p.ndim > 1 for p in layer.values()) and not is_last:
            hidden |= layer
    return hidden


def _moves(function: Callable[[Tensor], Tensor], start: Tensor, size: float = 0.5) -> Tensor:
    """For each entry of one input and each output whether the output moves with it: (inputs, outputs)."""
    count = start.numel()
    steps = size * torch.eye(count, dtype=torch.float64).reshape(count, *start.shape)
    before = tensor(function(start[None])).detach().reshape(1, -1)
    after = torch.cat([tensor(function((start + step)[None])).detach().reshape(1, -1) for step in steps])
    return (after - before).abs() > 1e-9 * (1 + before.abs())


@check
def Discriminator(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """One free logit per image, that hangs on every pixel and on the label, and passes gradients everywhere."""
    nets = {shape: student(shape, CLASSES, WIDTH, adversaries.planes_behind) for shape in SHAPES}
    y = labels(0, 2, 1, 0)
    shaped = Verdict(True)
    for shape, net in nets.items():
        shaped = shaped and gives_shape(net, (4,), draw.normal(4, *shape), y)
    yield essential(
        "one logit per image",
        shaped,
        "For a batch of B images it should return shape (B,): no further dimension. Images need not be square.",
    )
    if not shaped:
        return
    shape = SHAPES[1]
    net, x = nets[shape], draw.normal(4, *shape)

    def free() -> Verdict:
        seen = []
        for _ in range(8):
            _scrambled(net, draw)
            seen.append(tensor(net(3 * draw.normal(4, *shape), y)).detach())
        seen = torch.cat(seen)
        return Verdict(
            bool((seen.min() < -3) & (seen.max() > 3)), f"They stay between {seen.min():.3g} and {seen.max():.3g}."
        )

    yield essential(
        "logits may take any value",
        free,
        "With large weights, logits of either sign should become large. The losses apply the sigmoid: does anything stand"
        " behind the last layer?",
    )

    def straight() -> Verdict:
        """With a last bias that makes all logits negative, they must rise as they do with one that makes them positive."""
        one = student(shape, CLASSES, WIDTH, adversaries.planes_behind)
        one.method("eval")
        _scrambled(one, draw)
        ends, rises = torch.stack([x[0], x[0] + 0.1 * draw.normal(*shape)]), []
        for offset in (-1e5, 1e5):
            one.load({name: torch.full_like(p, offset) for name, p in _biases(one, 1).items()})
            logits = tensor(one(ends, y[:1].expand(2, -1))).detach()
            rises.append(logits[1] - logits[0])
        return Verdict(close(*rises, relative=1e-3), "Logits below zero rise otherwise than logits above.")

    yield (
        "nothing behind the last layer",
        straight,
        "The linear layer's output is the logit. Does an activation follow it?",
    )

    def every_pixel() -> Verdict:
        one = student(SHAPES[0], CLASSES, WIDTH, adversaries.planes_behind)
        found = torch.zeros(64, 1, dtype=torch.bool)
        for _ in range(2):
            _scrambled(one, draw)
            found |= _moves(lambda images: one(images, y[:1]), draw.normal(*SHAPES[0]))
        return Verdict(bool(found.all()), f"{int((~found).sum())} of 64 pixels have no influence.")

    yield (
        "every pixel counts",
        every_pixel,
        "Some pixels have no influence on the logit. Do the convolutions cover the whole image?",
    )

    def every_place() -> Verdict:
        """A spot far from the edges, moved by one place of the last maps, must change the logit."""
        one = student((1, 24, 24), CLASSES, WIDTH, adversaries.flat_planes)
        spots = torch.zeros(2, 1, 24, 24, dtype=torch.float64)
        spots[0, :, 10:12, 10:12] = spots[1, :, 10:12, 14:16] = 3.0
        for _ in range(2):
            _scrambled(one, draw)
            logits = tensor(one(spots, y[:1].expand(2, -1))).detach()
            if not close(logits[:1], logits[1:], relative=1e-6):
                return Verdict(True)
        return Verdict(False, "A spot that moves by four pixels changes nothing.")

    yield (
        "the linear layer sees every place by itself",
        every_place,
        "The same spot at another place should have another influence. Are the maps averaged before the linear layer?",
    )

    def labelled() -> Verdict:
        return _tells_labels_apart(lambda: tensor(net(x[:1].expand(3, -1, -1, -1), labels(0, 1, 2))), net, draw, 1.0)

    yield (
        "the label counts",
        labelled,
        "The same image under another label should get another logit. Do the label's planes reach the first convolution?",
    )

    def given_planes() -> Verdict:
        other = student(SHAPES[0], CLASSES, WIDTH, adversaries.flat_planes)
        one = student(SHAPES[0], CLASSES, WIDTH, adversaries.planes_behind)
        weights = {name: draw.normal(*p.shape) for name, p in one.parameters().items()}
        image = draw.normal(2, *SHAPES[0])
        results = []
        for judge in (one, other):
            judge.load(weights)
            results.append(tensor(judge(image, y[:2])).detach())
        return Verdict(not close(results[0], results[1]))

    yield (
        "labels come in by the planes that are given",
        given_planes,
        "With another function for `planes` the logits should change: use `self.planes`.",
    )

    def alone() -> Verdict:
        _scrambled(net, draw)
        together = tensor(net(x, y)).detach()
        single = torch.cat([tensor(net(x[i : i + 1], y[i : i + 1])).detach().reshape(1) for i in range(4)])
        return Verdict(close(together, single, absolute=1e-5))

    yield (
        "each image is judged by itself",
        alone,
        "The logit of an image changes with the other images of its batch. Is there a batch normalisation, or a mean over the"
        " batch? Both would spoil the gradient penalty later.",
    )

    def leaks() -> Verdict:
        """With biases that push every hidden unit far below zero, the logit must still move with the image."""
        _scrambled(net, draw)
        net.load(
            {name: torch.full_like(p, -60.0) for name, p in net.parameters().items() if p.ndim == 1 and len(p) > 1}
        )
        net.load({name: p.abs() * -0.05 for name, p in net.parameters().items() if p.ndim == 4})
        ends = tensor(net(torch.stack([x[0], x[0] + 1e-2 * draw.normal(*shape)]), y[:1].expand(2, -1))).detach()
        return Verdict(bool((ends[0] - ends[1]).abs() > 1e-9), "With strongly negative biases the logit stands still.")

    yield (
        "a gradient passes also where units are off",
        leaks,
        "When the inputs of all hidden units are negative, the logit should still follow the image. Which activation lets"
        " something through on that side?",
    )

    def behind_each() -> Verdict:
        """Units of a layer that are all open or all shut, with those of the other layer open: the slope must differ."""
        ends = torch.stack([x[0], x[0] + 0.1 * draw.normal(*shape)])
        for place, length in (("first", WIDTH), ("second", 2 * WIDTH)):
            mine, others = _biases(net, length), _biases(net, 3 * WIDTH - length)
            if not mine or not others:
                continue
            _scrambled(net, draw)
            heights = {WIDTH: FAR, 2 * WIDTH: FAR**2}
            net.load({name: torch.full_like(p, heights[len(p)]) for name, p in others.items()})
            rises = []
            for sign in (1, -1):
                net.load({name: torch.full_like(p, sign * heights[length]) for name, p in mine.items()})
                scores = tensor(net(ends, y[:1].expand(2, -1))).detach()
                rises.append(scores[1] - scores[0])
            if close(rises[0], rises[1], relative=1e-3):
                return Verdict(False, f"Shutting the units of the {place} convolution changes no slope.")
        return Verdict(True)

    yield (
        "an activation behind each convolution",
        behind_each,
        "Two layers without an activation between them are one linear map. What follows each convolution?",
    )

    def bends() -> Verdict:
        _scrambled(net, draw)
        a, b = 3 * draw.normal(1, *shape), 3 * draw.normal(1, *shape)
        ends = tensor(net(torch.cat([a, (a + b) / 2, b]), y[:1].expand(3, -1))).detach()
        return Verdict(not close(ends[1], (ends[0] + ends[2]) / 2, absolute=1e-9))

    yield (
        "more than a linear map",
        bends,
        "The logit is a linear function of the image. What stands between the layers?",
    )
    fresh = student(shape, CLASSES, WIDTH, adversaries.planes_behind)
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(fresh, [(x, y)] * 2, lambda batch: tensor(fresh(*batch))),
        "Some weights have no influence on the logit: is every layer used, and registered with the module?",
    )

    def passes() -> Verdict:
        leaf = x.clone().requires_grad_()
        slopes = gradients(tensor(fresh(leaf, y)), leaf)[0]
        return Verdict(bool(slopes.flatten(1).any(1).all()) and _is_felt(x, slopes))

    def _is_felt(images: Tensor, slopes: Tensor) -> bool:
        """Whether the logits rise along the slopes by what these claim: a gradient is another process's own word."""
        way = 1e-4 * slopes / slopes.flatten(1).norm(dim=1).amax()
        ends = [tensor(fresh(images + sign * way, y)).detach().sum() for sign in (-1, 1)]
        return close(ends[1] - ends[0], 2 * (way * slopes).sum(), relative=0.05, absolute=0)

    yield (
        "a gradient reaches the image",
        passes,
        "The generator learns through the discriminator, by the logit's gradient with respect to the image. Is something"
        " detached?",
    )

    def unlabelled() -> Verdict:
        plain = student(SHAPES[0], 0, WIDTH, adversaries.planes_behind)
        return gives_shape(plain, (1,), draw.normal(1, *SHAPES[0]), torch.zeros(1, 0, dtype=torch.float64))

    yield (
        "works without labels, and on a single image",
        unlabelled,
        "With classes = 0 and one image it should return one logit, shape (1,). A bare `squeeze()` also removes the batch.",
    )
    yield (
        "the width is the caller's choice",
        lambda: _grows(
            lambda width: student(SHAPES[0], CLASSES, width, adversaries.planes_behind),
            draw.normal(4, *SHAPES[0]),
            labels(0, 2, 1, 0),
        ),
        "A wider network should have more weights: is `width` used in both convolutions?",
    )


def _grows(make: Callable[[int], Part], *batch: Tensor) -> Verdict:
    """Whether a network of twice the width has clearly more weights."""

    def size(net: Part) -> int:
        return size_that_counts(net, [batch], lambda inputs: tensor(net(*inputs)))

    small, large = size(make(8)), size(make(16))
    return Verdict(large > 2.2 * small, f"Twice the width makes {large} numbers to learn of {small}.")


@check
def Generator(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """An image in [-1, 1] that hangs on every noise value and on the label."""
    nets = {shape: student(LATENT, CLASSES, shape, WIDTH) for shape in SHAPES}
    z, y = draw.normal(4, LATENT), labels(0, 2, 1, 0)
    shaped = Verdict(True)
    for shape, net in nets.items():
        shaped = shaped and gives_shape(net, (4, *shape), z, y)
    yield essential(
        "images of the shape that is asked for",
        shaped,
        "For noise (B, latent) and labels (B, K) it should return (B, C, H, W), also for images that are not square. Each"
        " transposed convolution doubles height and width.",
    )
    if not shaped:
        return
    shape = SHAPES[1]
    net = nets[shape]
    for each in nets.values():
        each.method("eval")  # what batch normalisation does to a batch is not the question

    def bounded() -> Verdict:
        low, high = 0.0, 0.0
        for scale in (0.3, 1.0, 3.0) * 2:
            _scrambled(net, draw, scale)
            seen = tensor(net(z, y)).detach()
            low, high = min(low, float(seen.min())), max(high, float(seen.max()))
        if low < -1 or high > 1:
            return Verdict(False, f"Values reach from {low:.3g} to {high:.3g}.")
        return Verdict(low < -0.9 and high > 0.9, f"Values stay between {low:.3g} and {high:.3g}.")

    yield essential(
        "values fill [-1, 1] and do not leave it",
        bounded,
        "Whatever the weights, values should lie between -1 and 1, and large weights should come near both. Which function ends"
        " the network?",
    )

    def every_noise() -> Verdict:
        found = torch.zeros(LATENT, dtype=torch.bool)
        for _ in range(4):
            _scrambled(net, draw, 0.3)
            found |= _moves(lambda noise: net(noise, y[:1]), z[0]).any(1)
        return Verdict(bool(found.all()), f"{int((~found).sum())} of {LATENT} noise values change nothing.")

    yield (
        "every noise value counts",
        every_noise,
        "Moving one of the noise values changes no pixel. Is all of z used?",
    )

    def labelled() -> Verdict:
        return _tells_labels_apart(lambda: tensor(net(z[:1].expand(3, -1), labels(0, 1, 2))), net, draw, 0.3)

    yield (
        "the label counts",
        labelled,
        "The same noise under another label should give another image. Does the label go in beside the noise?",
    )

    def alone() -> Verdict:
        _scrambled(net, draw, 0.3)
        together = tensor(net(z, y)).detach()
        single = torch.cat([tensor(net(z[i : i + 1], y[i : i + 1])).detach() for i in range(4)])
        return Verdict(close(together, single, absolute=1e-5))

    yield (
        "each row of noise makes its own image",
        alone,
        "In evaluation mode an image should depend on its own noise and label only. Are rows mixed when shapes change?",
    )

    def batched() -> Verdict:
        own = student(LATENT, CLASSES, shape, WIDTH)
        own.method("train")
        seen = [tensor(own(torch.cat([z[:1], others]), y)).detach()[0] for others in (z[1:], 2 - z[1:])]
        if close(*seen):
            return Verdict(False, "An image is the same whatever else is in its batch.")
        before = tensor(own(z, y)).detach()
        own.load({name: 8 * p for name, p in _before_the_last(own, shape[0]).items()})
        gap = (tensor(own(z, y)).detach() - before).abs().max()
        return Verdict(
            bool(gap < 0.1), "Larger weights in a layer before it change the images: a spread is not divided out."
        )

    yield (
        "in training the batch is normalised",
        batched,
        "In training mode mean and spread over the batch should be divided out before each transposed convolution. Where does"
        " the batch normalisation stand?",
    )

    def every_pixel() -> Verdict:
        moved = torch.zeros(shape, dtype=torch.bool).flatten()
        for _ in range(3):
            _scrambled(net, draw, 0.3)
            moved |= _moves(lambda noise: net(noise, y[:1]), draw.normal(LATENT), 2.0).any(0)
        return Verdict(bool(moved.all()), f"{int((~moved).sum())} of {moved.numel()} values stand still.")

    yield (
        "every pixel moves with the noise",
        every_pixel,
        "Some pixels are the same for all noise. Do the transposed convolutions cover the whole image?",
    )

    def bends() -> Verdict:
        widest = 0.0
        for _ in range(4):
            _scrambled(net, draw, 0.15)
            a, b = draw.normal(2, LATENT) * 2
            images = tensor(net(torch.stack([a, (a + b) / 2, b]), y[:1].expand(3, -1))).detach()
            inside = images.abs().amax(0) < 0.999
            before = images.clamp(-1 + 1e-12, 1 - 1e-12).atanh()
            gap = (before[1] - (before[0] + before[2]) / 2).abs()[inside]
            widest = max(widest, float(gap.max()) if gap.numel() else 0.0)
        return Verdict(widest > 1e-6)

    yield (
        "more than a linear map and a tanh",
        bends,
        "Before the tanh the image is a linear function of the noise. What stands between the layers?",
    )

    def behind_each() -> Verdict:
        """With all biases of a layer far below zero its ReLUs are shut, and the image no longer moves with the noise."""
        small = 2 * WIDTH * (shape[1] // 4) * (shape[2] // 4)
        for place, lengths in (("first", (2 * WIDTH, small)), ("second", (WIDTH,))):
            mine = {name: p for length in lengths for name, p in _biases(net, length).items()}
            if not mine:
                continue
            shapes = {name: tuple(p.shape) for name, p in net.parameters().items()}
            norms = {n: p for n, p in mine.items() if shapes.get(n.removesuffix("bias") + "weight") == tuple(p.shape)}
            mine = norms or mine  # what stands right before the ReLU
            net.load(
                {
                    name: torch.ones_like(p) if p.ndim == 1 and name.endswith("weight") else 0.1 * draw.normal(*p.shape)
                    for name, p in net.parameters().items()
                }
            )
            net.load({name: 0.02 * draw.normal(*p.shape) for name, p in net.parameters().items() if p.ndim == 4})
            net.load({name: torch.full_like(p, -30.0) for name, p in mine.items()})
            images = tensor(net(z, y[:1].expand(4, -1))).detach()
            if not close(images[1:], images[:1].expand(3, -1, -1, -1), relative=0, absolute=1e-9):
                return Verdict(
                    False, f"Something passes the {place} transposed convolution's input though it is negative."
                )
        return Verdict(True)

    yield (
        "a ReLU before each transposed convolution",
        behind_each,
        "Two layers without an activation between them are one linear map. What stands before each transposed convolution?",
    )
    fresh = student(LATENT, CLASSES, shape, WIDTH)
    fresh.method("eval")
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(
            fresh, [(z, y), (draw.normal(4, LATENT), y)], lambda batch: tensor(fresh(*batch)), " from the image"
        ),
        "Some weights have no influence on the image: is every layer used, and registered with the module?",
    )

    def unlabelled() -> Verdict:
        plain = student(LATENT, 0, SHAPES[0], WIDTH)
        return gives_shape(plain, (3, *SHAPES[0]), z[:3], torch.zeros(3, 0, dtype=torch.float64))

    yield (
        "works without labels",
        unlabelled,
        "With classes = 0 and labels of shape (B, 0) it should draw from the noise alone.",
    )
    yield (
        "the width is the caller's choice",
        lambda: _grows(lambda width: student(LATENT, CLASSES, SHAPES[0], width), z, y),
        "A wider network should have more weights: is `width` used at the start and between the convolutions?",
    )
