"""Checks of the parts of a generator: instance normalisation, a residual block, and how weights begin."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from helpers.checks import translators
from helpers.checks.compare import Verdict, close, gives_shape, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn
from helpers.checks.subject import Part

EPS = 1e-5  # of nn.InstanceNorm2d


def normalised(x: Tensor, dims: tuple[int, ...] = (2, 3), eps: float = EPS, unbiased: bool = False) -> Tensor:
    """Maps with mean 0 and variance 1 over some dimensions."""
    mean = x.mean(dims, keepdim=True)
    return (x - mean) / torch.sqrt(((x - mean) ** 2).sum(dims, keepdim=True) / _divisor(x, dims, unbiased) + eps)


def _divisor(x: Tensor, dims: tuple[int, ...], unbiased: bool) -> int:
    return torch.Size([x.shape[d] for d in dims]).numel() - unbiased


@check
def instance_norm(student: Part, draw: Draw) -> Properties:
    """Mean 0 and variance 1 for each map of each image; shifts and positive scales of a map are forgotten."""
    x = 2 * draw.normal(3, 4, 5, 6) + 3 * draw.normal(3, 4, 1, 1)
    mean = x.mean((2, 3), keepdim=True)
    slips = {
        "One mean for the whole batch (batch normalisation): each image has its own.": normalised(x, (0, 2, 3)),
        "One mean for all maps of an image (layer normalisation): each map has its own.": normalised(x, (1, 2, 3)),
        "Each row is normalised by itself.": normalised(x, (3,)),
        "Each column is normalised by itself.": normalised(x, (2,)),
        "The mean and variance run over the maps, not over the pixels.": normalised(x, (1,)),
        "The variance divides by the number of pixels minus 1.": normalised(x, unbiased=True),
        "The root is missing: divided by the variance.": (x - mean)
        / (x.var((2, 3), keepdim=True, unbiased=False) + EPS),
        "The mean is not taken away.": x / (x.var((2, 3), keepdim=True, unbiased=False) + EPS).sqrt(),
        "Only the mean is taken away.": x - mean,
    }
    yield essential(
        "each map of each image by itself",
        lambda: same(student(x), normalised(x), slips, relative=1e-5),
        "Each map of each image should have mean 0 and mean square 1 over its own pixels.",
    )
    yield (
        "contrast and brightness are forgotten",
        lambda: same(student(5 * x + 7), tensor(student(x)).detach(), relative=1e-3, absolute=1e-3),
        "A map times 5 plus 7 should give the same result.",
    )
    faint = 1e-2 * draw.normal(1, 2, 4, 4)
    yield (
        "eps stands with the variance",
        lambda: same(
            student(faint, 1e-3),
            normalised(faint, eps=1e-3),
            {
                "eps is added to the standard deviation: it belongs to the variance, below the root.": (
                    (faint - faint.mean((2, 3), keepdim=True))
                    / (faint.std((2, 3), keepdim=True, unbiased=False) + 1e-3)
                ),
                "eps is not used.": normalised(faint, eps=0.0),
                "Another eps than the caller's is used.": normalised(faint),
            },
        ),
        "For a faint map, eps counts: it is added to the variance before the root is taken.",
    )
    yield (
        "a map of equal values becomes 0",
        lambda: same(student(torch.full((1, 2, 3, 3), 4.0, dtype=torch.float64)), torch.zeros(1, 2, 3, 3)),
        "Where nothing varies there is nothing left but 0, and no division by 0.",
    )

    def followed() -> Verdict:
        z = draw.normal(2, 2, 3, 3).requires_grad_()
        due = z.detach().clone().requires_grad_()
        weights = draw.normal(2, 2, 3, 3)
        (found,) = torch.autograd.grad((tensor(student(z)) * weights).sum(), z, allow_unused=True)
        (right,) = torch.autograd.grad((normalised(due) * weights).sum(), due)
        return same(torch.zeros_like(z) if found is None else found, right)

    yield (
        "the gradient knows that mean and variance depend on x",
        followed,
        "The mean and the variance are computed from x, and the gradient has to pass through them: is something detached?",
    )


def mirrored(size: int, shift: int) -> Tensor:
    """Where place i - shift lies if the row continues as in a mirror beyond its ends."""
    places = (torch.arange(size) - shift).abs()
    return torch.where(places >= size, 2 * (size - 1) - places, places)


def moved(x: Tensor, shift: int, border: str = "mirror") -> Tensor:
    """An image moved down and to the right; what moves in is its mirror image, its edge again, or 0."""
    if border == "mirror":
        return x[..., mirrored(x.shape[-2], shift), :][..., mirrored(x.shape[-1], shift)]
    rows, columns = ((torch.arange(size) - shift) for size in x.shape[-2:])
    inside = ((rows >= 0) & (rows < x.shape[-2]))[:, None] & ((columns >= 0) & (columns < x.shape[-1]))
    found = x[..., rows.clamp(0, x.shape[-2] - 1), :][..., columns.clamp(0, x.shape[-1] - 1)]
    return found if border == "edge" else found * inside


def single_taps(net: Part, place: int, value: float, channels: int) -> None:
    """Make each kernel of a block one number on the diagonal at one place, and each bias 0."""
    kernels = {}
    for name, p in net.parameters().items():
        weights = torch.zeros(p.shape, dtype=torch.float64)
        if p.ndim == 4:
            weights[torch.arange(channels), torch.arange(channels), place, place] = value
        kernels[name] = weights
    net.load(kernels)


@check
def ResidualBlock(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """With kernels of a single tap the block moves its input; what moves in from outside is the mirror image."""
    channels = 5  # no size of a kernel
    block, x = student(channels, translators.Lowered), 2 * draw.normal(2, channels, 5, 6)
    shaped = gives_shape(block, (2, channels, 5, 6), x)
    yield essential(
        "the shape stays",
        shaped,
        "A block maps (B, channels, H, W) to the same shape, whatever height and width.",
    )
    if not shaped:
        return
    kernels = [p for p in block.parameters().values() if p.ndim == 4]

    def two() -> Verdict:
        shapes = [tuple(p.shape) for p in kernels]
        return Verdict(shapes == [(channels, channels, 3, 3)] * 2, f"Its kernels have shapes {shapes}.")

    yield essential(
        "two convolutions of 3 x 3",
        two,
        "The docstring asks for two convolutions of 3 x 3 that keep the number of maps.",
    )
    if not two():
        return

    def change(shift: int, border: str = "mirror", order: str = "conv norm relu conv norm") -> Tensor:
        h = x
        for layer in order.split():
            if layer == "conv":
                h = moved(h, shift, border)
            elif layer == "norm":
                h = h - 0.5
            else:
                h = h.clamp(min=0)
        return h

    def seen(shift: int) -> Tensor:
        single_taps(block, 1 - shift, 1.0, channels)
        return tensor(block(x))

    plain = change(0)
    yield essential(
        "the change is added to what came in",
        lambda: same(
            seen(0),
            x + plain,
            {
                "What came in is not added: the result is the change alone.": plain,
                "A ReLU follows the sum, which forbids negative values on the way past the block.": (x + plain).clamp(
                    min=0
                ),
                "A ReLU stands behind the second norm.": x + plain.clamp(min=0),
                "There is no ReLU between the two convolutions.": x + change(0, order="conv norm conv norm"),
                "The ReLU stands before the first norm.": x + change(0, order="conv relu norm conv norm"),
                "Only the first convolution is normalised.": x + change(0, order="conv norm relu conv"),
                "Only the second convolution is normalised.": x + change(0, order="conv relu conv norm"),
                "Nothing is normalised: use the `norm` that is given.": x + change(0, order="conv relu conv"),
                "The ReLU comes before the convolutions.": x + change(0, order="relu conv norm conv norm"),
                "The change is taken away.": x - plain,
                "A LeakyReLU stands where a ReLU should.": x + F.leaky_relu(x - 0.5, 0.2) - 0.5,
                "A LeakyReLU stands where a ReLU should. ": x + F.leaky_relu(x - 0.5, 0.01) - 0.5,
            },
        ),
        "With kernels that change nothing, norms that take .5 away, and no bias, the block should return its input plus what"
        " norm, ReLU, norm make of it.",
    )

    def silent() -> Verdict:
        block.load({name: torch.zeros_like(p) for name, p in block.parameters().items()})
        quiet = student(channels, translators.Same)
        quiet.load({name: torch.zeros_like(p) for name, p in quiet.parameters().items()})
        return same(quiet(x), x, {"Negative values do not come through.": x.clamp(min=0)})

    yield (
        "with all weights 0 nothing changes",
        silent,
        "If f is 0, the block should return its input exactly, negative values included: nothing follows the sum.",
    )
    for shift, side in ((1, "above and left"), (-1, "below and right")):
        yield (
            f"beyond the border lies a mirror image, {side}",
            lambda shift=shift: same(
                seen(shift),
                x + change(shift),
                {
                    "Beyond the border lie zeros (zero padding).": x + change(shift, "zero"),
                    "Beyond the border the outermost pixels are repeated; a mirror does not repeat them.": x
                    + change(shift, "edge"),
                },
            ),
            "With a kernel whose only tap lies in a corner, the image moves by one pixel per convolution; what moves in should be"
            " the mirror image, before both convolutions.",
        )
    usual = student(channels)

    def agree() -> Verdict:
        usual.load({name: draw.normal(*p.shape) for name, p in usual.parameters().items() if p.ndim == 4})
        usual.method("train")
        for _ in range(3):
            trained = tensor(usual(x)).detach()
        usual.method("eval")
        return Verdict(close(tensor(usual(x)).detach(), trained, absolute=1e-5))

    yield (
        "training and evaluation do the same",
        agree,
        "By default the same input should give the same result in training and in evaluation. Does the norm keep running"
        " statistics, or is there a dropout?",
    )

    def alone() -> Verdict:
        usual.method("train")
        together = tensor(usual(x)).detach()
        single = torch.cat([tensor(usual(x[i : i + 1])).detach() for i in range(2)])
        return Verdict(close(together, single, absolute=1e-5))

    yield (
        "each image is normalised by itself",
        alone,
        "The result of an image should not change with the others of its batch. Which normalisation is the default?",
    )

    def default() -> Verdict:
        single_taps(usual, 1, 1.0, channels)
        once = normalised(x)
        return same(usual(x), x + normalised(once.clamp(min=0)), absolute=1e-4)

    yield (
        "by default instance normalisation",
        lambda: _with_gain(usual, default),
        "Without a `norm` the block should normalise each map of each image: hand the argument on as it is.",
    )
    fresh = student(channels, translators.Opened)
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(fresh, [x, draw.normal(2, channels, 5, 6)], None, " from the output"),
        "Some weights have no influence: is every layer used, and registered with the module? Are both convolutions their own?",
    )


def _with_gain(net: Part, test) -> Verdict:
    """Run a test in which 1-dimensional weights that scale maps, if there are any, are 1."""
    verdict = test()
    if verdict:
        return verdict
    scales = {n: torch.ones_like(p) for n, p in net.parameters().items() if p.ndim == 1 and n.endswith("weight")}
    if not scales:
        return verdict
    kernels = {n: p.detach().clone() for n, p in net.parameters().items()}
    net.load({**kernels, **scales})
    return test()


@check
def init_weights(student: Part, draw: Draw) -> Properties:
    """Weights of convolutions look like draws from N(0, 0.02), biases are 0, all else is as it was."""
    net = student.beside(translators.Assorted)
    before = {name: p.detach().clone() for name, p in net.parameters().items()}
    returned = student(net)
    after = {name: p.detach().clone() for name, p in net.parameters().items()}
    kernels = {name: p for name, p in after.items() if p.ndim == 4}

    yield essential(
        "all weights of convolutions are drawn anew",
        lambda: Verdict(
            all(not close(p, before[name]) and float(p.std()) > 1e-4 for name, p in kernels.items()),
            "Not drawn: " + ", ".join(n for n, p in kernels.items() if close(p, before[n]) or float(p.std()) <= 1e-4),
        ),
        "Some convolution still has its old weights, or equal ones. Transposed convolutions count as well, and so do parts of"
        " parts: does the walk reach them?",
    )
    yield (
        "their spread is 0.02",
        lambda: Verdict(
            all(abs(float(p.std()) / 0.02 - 1) < 0.06 for p in kernels.values()),
            ", ".join(f"{n}: {float(p.std()):.4g}" for n, p in kernels.items()),
        ),
        "The standard deviation of the weights should be 0.02. Is that number taken for a variance, or the other way round?",
    )
    yield (
        "their mean is 0",
        lambda: Verdict(
            all(abs(float(p.mean())) < 0.02 * 5 / p.numel() ** 0.5 for p in kernels.values()),
            ", ".join(f"{n}: {float(p.mean()):.4g}" for n, p in kernels.items()),
        ),
        "The weights should scatter around 0.",
    )

    def bell() -> Verdict:
        """Normal draws: 31.7 % lie beyond one standard deviation and 4.6 % beyond two; of uniform ones 42 % and none."""
        for name, p in kernels.items():
            z = (p / 0.02).abs().flatten()
            beyond = [float((z > bound).double().mean()) for bound in (1, 2)]
            if abs(beyond[0] - 0.3173) > 0.03 or abs(beyond[1] - 0.0455) > 0.012:
                return Verdict(False, f"Of {name}, {beyond[0]:.1%} lie beyond 0.02 and {beyond[1]:.1%} beyond 0.04.")
        return Verdict(True)

    yield (
        "they are normally distributed",
        bell,
        "A share of 31.7 % should lie beyond one standard deviation and 4.6 % beyond two, as normal draws do.",
    )
    yield (
        "biases of convolutions are 0",
        lambda: same(torch.cat([after["first.bias"], after["up.bias"]]), torch.zeros(64)),
        "The biases of all convolutions that have one should be 0.",
    )
    others = [n for n in after if n.startswith(("linear", "deep.0.1"))]
    yield (
        "what is no convolution stays as it is",
        lambda: Verdict(all(close(after[n], before[n]) for n in others)),
        "Linear layers and norms should keep their weights: only nn.Conv2d and nn.ConvTranspose2d begin anew.",
    )

    def anew() -> Verdict:
        other = student.beside(translators.Assorted)
        student(other)
        second = other.parameters()
        return Verdict(all(not close(second[name].detach(), p) for name, p in kernels.items()))

    yield (
        "two calls draw different weights",
        anew,
        "A second network should begin elsewhere. Is a seed fixed inside?",
    )

    def itself() -> Verdict:
        if not isinstance(returned, Part) or sorted(returned.parameters()) != sorted(after):
            return Verdict(False, "It returned something else than the network.")
        mark = torch.full((32,), 5.0, dtype=torch.float64)
        returned.load({"first.bias": mark})
        return Verdict(close(net.parameters()["first.bias"], mark), "It returned a copy of the network.")

    yield (
        "returns the module",
        itself,
        "The docstring promises the same module.",
    )
