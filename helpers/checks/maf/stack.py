"""Checks of the stack: batch norm as a layer of a flow, and layers one after the other with the order reversed."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import conditioners
from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.flows import jacobian, log_det_is_right, pair, round_trip, rows_stay_apart
from helpers.checks.inputs import Draw
from helpers.checks.learning import all_weights_learn, size_that_counts
from helpers.checks.subject import Broken, Part


@check
def BatchNorm(student: Part, draw: Draw) -> Properties:  # noqa: N802 - checks carry the name of their exercise
    """Batch norm that is invertible and reports its log-determinant: the batch's statistics in training, running ones after."""
    dims, batch, eps, momentum = 3, 5, 0.3, 0.2
    x = 2 * draw.normal(batch, dims) + torch.tensor([3.0, -1.0, 0.5]).double()
    gamma, beta = 0.5 * draw.normal(dims), draw.normal(dims)
    mean, var = x.mean(0), x.var(0, correction=0)

    def made(training: bool, **options: float) -> Part:
        norm = student(dims, **{"momentum": momentum, "eps": eps, **options})
        _set(norm, gamma, beta)
        norm.method("train" if training else "eval")
        return norm

    def z_of(centre: Tensor, width: Tensor, points: Tensor = x) -> Tensor:
        return (points - centre) / width * gamma.exp() + beta

    width = (var + eps).sqrt()
    slips = {
        "The variance divides by B - 1; the docstring asks for the mean of squared deviations.": z_of(
            mean, (x.var(0) + eps).sqrt()
        ),
        "eps is missing: a value that never varies would be divided by zero.": z_of(mean, var.sqrt()),
        "eps is added to the root; it belongs to the variance, under the root.": z_of(mean, var.sqrt() + eps),
        "It is divided by the variance, not by its root.": z_of(mean, var + eps),
        "The mean is not subtracted.": z_of(torch.zeros(dims), width),
        "gamma is used as the scale itself; the scale is its exponential.": (x - mean) / width * gamma + beta,
        "gamma is not used.": (x - mean) / width + beta,
        "beta is not used.": (x - mean) / width * gamma.exp(),
        "beta is subtracted.": (x - mean) / width * gamma.exp() - beta,
        "The shift comes before the scale.": ((x - mean) / width + beta) * gamma.exp(),
        "The running averages are used in training mode; the batch's own statistics are due.": z_of(
            torch.zeros(dims), torch.full((dims,), 1 + eps).double().sqrt()
        ),
        "The running averages are used in training mode, already updated.": z_of(
            momentum * mean, (1 - momentum + momentum * var + eps).sqrt()
        ),
        "One mean and variance are used for all values: each value has its own.": z_of(
            x.mean(), (x.var(unbiased=False) + eps).sqrt()
        ),
        "The statistics are those of each row: the batch is dimension 0.": z_of(
            x.mean(1, keepdim=True), (x.var(1, unbiased=False, keepdim=True) + eps).sqrt()
        ),
        "The scale is the inverse of what it should be.": (x - mean) / width * (-gamma).exp() + beta,
    }
    yield essential(
        "in training it uses the batch's mean and variance",
        lambda: same(pair(made(True)(x), batch)[0], z_of(mean, width), slips),
        "In training mode each value should have the mean beta over the batch, and nearly the spread exp(gamma).",
    )

    def log_det_of(spread: Tensor) -> dict[str, Tensor]:
        due = (gamma - 0.5 * (spread + eps).log()).sum()
        usual = {
            "The sign of log_det: dividing by a large number shrinks space.": -due,
            "The part of the variance has the wrong sign.": (gamma + 0.5 * (spread + eps).log()).sum(),
            "gamma is not counted.": -(0.5 * (spread + eps).log()).sum(),
            "The division by the spread is not counted.": gamma.sum(),
            "eps is missing in log_det.": (gamma - 0.5 * spread.log()).sum(),
            "The half is missing: it is divided by the root of the variance.": (gamma - (spread + eps).log()).sum(),
            "This is a mean over the values.": due / dims,
            "It is multiplied by the size of the batch: one number per row is due.": due * batch,
            "log_det is 0: does this map keep volumes?": 0 * due,
            "The scales are added up, not their logarithms.": (gamma.exp() - 0.5 * (spread + eps).log()).sum(),
        }
        return {advice: value.expand(batch) for advice, value in {"": due, **usual}.items()}

    def log_det(training: bool) -> Verdict:
        spread = var if training else torch.ones(dims).double()
        values = log_det_of(spread)
        return same(pair(made(training)(x), batch)[1], values.pop(""), values)

    yield essential(
        "log_det is that of the scales",
        lambda: log_det(True),
        "Each value is divided by a root and multiplied by an exponential. What is the logarithm of the product of all that?",
    )

    def after(*batches: Tensor, **options: float) -> Part:
        norm = made(True, **options)
        for points in batches:
            norm(points)
        norm.method("eval")
        return norm

    y = draw.normal(4, dims)
    yield essential(
        "a new layer's running mean is 0 and variance 1",
        lambda: same(
            pair(made(False)(y), 4)[0], z_of(torch.zeros(dims), torch.full((dims,), 1 + eps).double().sqrt(), y)
        ),
        "In evaluation mode, before any training, nothing has been averaged yet.",
    )
    running = momentum * mean, 1 - momentum + momentum * var
    slips_running = {
        "No average was kept: evaluation still uses what the layer began with.": z_of(
            torch.zeros(dims), torch.full((dims,), 1 + eps).double().sqrt(), y
        ),
        "Evaluation uses the statistics of the batch at hand.": z_of(
            y.mean(0), (y.var(0, unbiased=False) + eps).sqrt(), y
        ),
        "momentum is the share of the new batch, not of what was before.": z_of(
            (1 - momentum) * mean, (momentum + (1 - momentum) * var + eps).sqrt(), y
        ),
        "Only the last batch is kept: an average moves a little with each batch.": z_of(mean, width, y),
        "The averages were multiplied down, but the batch not added with its share.": z_of(
            mean, (1 - momentum + var + eps).sqrt(), y
        ),
        "The running mean is not updated.": z_of(torch.zeros(dims), (running[1] + eps).sqrt(), y),
        "The running variance is not updated.": z_of(running[0], torch.full((dims,), 1 + eps).double().sqrt(), y),
        "The running variance divides by B - 1; the mean of squared deviations is asked for.": z_of(
            running[0], (1 - momentum + momentum * x.var(0) + eps).sqrt(), y
        ),
    }
    yield (
        "evaluation uses the running averages",
        lambda: same(pair(after(x)(y), 4)[0], z_of(running[0], (running[1] + eps).sqrt(), y), slips_running),
        "After one training batch the running averages should have moved towards the batch's mean and variance by the share"
        " `momentum`, and evaluation should use them, for z and for log_det.",
    )

    def evaluated_log_det() -> Verdict:
        spread = running[1]
        values = {advice: (value[:1]).expand(4) for advice, value in log_det_of(spread).items()}
        return same(
            pair(after(x)(y), 4)[1],
            values.pop(""),
            {
                **values,
                "log_det still uses the statistics of the batch.": log_det_of(y.var(0, unbiased=False))[""][:1].expand(
                    4
                ),
            },
        )

    yield (
        "log_det in evaluation uses the running variance",
        evaluated_log_det,
        "In evaluation mode the spread that is divided by is the running one, so log_det must be computed from it.",
    )

    def second() -> Verdict:
        other = draw.normal(6, dims) - 1
        centre = (1 - momentum) * running[0] + momentum * other.mean(0)
        spread = (1 - momentum) * running[1] + momentum * other.var(0, unbiased=False)
        return same(pair(after(x, other)(y), 4)[0], z_of(centre, (spread + eps).sqrt(), y))

    yield (
        "each training batch moves the averages",
        second,
        "After two training batches, both should have left their share, the second with the weight `momentum`.",
    )
    yield (
        "an image's density does not depend on its batch-mates",
        lambda: rows_stay_apart(after(x), y),
        "In evaluation mode the first row's z or log_det changes with the other rows, or a batch of one fails.",
    )

    def stays() -> Verdict:
        norm = after(x)
        before = pair(norm(y))[0].detach().clone()
        norm(5 + y)
        return same(pair(norm(y))[0], before)

    yield (
        "evaluation changes nothing",
        stays,
        "Evaluating other images has changed the layer. When should the averages move?",
    )

    def back() -> Verdict:
        norm = after(x, 1 + x)
        undone = round_trip(norm, lambda z: norm.method("inverse", z), y)
        if not undone:
            return undone
        before = tensor(norm.method("inverse", y)).detach()
        norm.method("train")
        stays = same(norm.method("inverse", y), before)
        return stays if stays else Verdict(False, "In training mode it goes another way back.")

    yield (
        "the inverse undoes evaluation",
        back,
        "x -> z -> x should give x again in evaluation mode: undo the four steps in reverse order, with the running averages.",
    )

    def slopes() -> Verdict:
        leaf, own = x.clone().requires_grad_(), x.clone().requires_grad_()
        norm = made(True)
        centre, spread = own.mean(0), own.var(0, unbiased=False)
        due = (((own - centre) / (spread + eps).sqrt() * gamma.exp() + beta) ** 3).sum() - batch * (
            0.5 * (spread + eps).log()
        ).sum()
        z, stretched = pair(norm(leaf), batch)
        found = gradients((z**3).sum() + stretched.sum(), leaf)[0]
        return same(found, torch.autograd.grad(due, own)[0])

    yield (
        "a gradient passes through the batch's statistics",
        slopes,
        "In training the mean and the variance depend on x, and pass their part of the gradient on. Is something detached?",
    )
    yield (
        "gamma and beta learn",
        lambda: _learn(made(True), x),
        "gamma gets a gradient from z and from log_det, beta from z.",
    )

    def kept_apart() -> Verdict:
        leaf = x.clone().requires_grad_()
        norm = made(True)
        norm(leaf)
        norm.method("eval")
        return Verdict(not bool(gradients(pair(norm(y))[0], leaf)[0].any()))

    yield remark(
        "the averages carry no graph",
        kept_apart,
        "The running averages remember how they were computed, batch after batch, and memory grows. What should be detached?",
    )


def _learn(norm: Part, x: Tensor) -> Verdict:
    """Whether every parameter of a norm has a gradient."""
    return all_weights_learn(norm, [x], lambda points: _both(norm(points)))


def _both(value: object) -> Tensor:
    """z and log_det of a flow in one tensor."""
    z, log_det = pair(value)
    return torch.cat([z, log_det[:, None]], 1)


def _set(norm: Part, gamma: Tensor, beta: Tensor) -> None:
    """Set gamma and beta.

    Raises:
        Broken: The layer has other parameters.
    """
    names = set(norm.parameters())
    if names != {"gamma", "beta"}:
        raise Broken(f"Its parameters should be gamma and beta, and are {', '.join(sorted(names)) or 'none'}.")
    norm.load({"gamma": gamma, "beta": beta})


@check
def MAF(student: Part, draw: Draw) -> Properties:  # noqa: N802
    """Layers one after the other, each followed by its norm and a reversal of the order; log-determinants add up."""
    dims, count, seed = 4, 3, draw.integer(0, 10**6)
    x = draw.normal(3, dims)

    def made(number: int = count) -> Part:
        layers = student.beside(conditioners.Makers, "triangle", seed)
        norms = student.beside(conditioners.Makers, "bend", seed)
        return student(dims, number, layers, norms)

    def composed(number: int, order: str = "lnf", points: Tensor = x) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """What the same layers give in some order: l a layer, n its norm, f the reversal."""
        layers, norms = (conditioners.Makers(kind, seed) for kind in ("triangle", "bend"))
        pairs = [(layers(dims).double(), norms(dims).double()) for _ in range(number)]
        of_layers, of_norms = [], []
        for layer, norm in pairs:
            for step in order:
                if step == "l":
                    points, stretched = layer(points)
                    of_layers.append(stretched.detach())
                elif step == "n":
                    points, stretched = norm(points)
                    of_norms.append(stretched.detach())
                elif step == "f":
                    points = points.flip(1)
        return points.detach(), of_layers, of_norms

    flow = made()
    z, of_layers, of_norms = composed(count)
    yield essential(
        "one layer, its norm, the reversal",
        lambda: same(
            pair(made(1)(x), 3)[0],
            composed(1)[0],
            {
                "The order is not reversed after the layer.": composed(1, "ln")[0],
                "The norm comes before the layer.": composed(1, "nlf")[0],
                "The norm is left out.": composed(1, "lf")[0],
                "The layer is left out.": composed(1, "nf")[0],
                "The order is reversed before the layer, not after it.": composed(1, "fln")[0],
                "The batch is reversed; the values are dimension 1.": composed(1, "ln")[0].flip(0),
                "The order is reversed between the layer and its norm.": composed(1, "lfn")[0],
                "The reversal moves the values round instead.": composed(1, "ln")[0].roll(1, 1),
            },
        ),
        "With a single layer, z should be the layer, then its norm, then the values in reverse order.",
    )
    yield essential(
        "layers follow one another",
        lambda: same(
            pair(flow(x), 3)[0],
            z,
            {
                "The order is not reversed between the layers.": composed(count, "ln")[0],
                "Only one layer is used.": composed(1)[0],
                "The last layer is left out.": composed(count - 1)[0],
                "The order is not reversed after the last layer.": z.flip(1),
            },
        ),
        "Each layer should get what the one before returned. Are all of them used, in their order, each with its own norm?",
    )
    total = torch.stack([*of_layers, *of_norms]).sum(0)
    yield essential(
        "log-determinants add up",
        lambda: log_det_is_right(
            flow,
            x,
            draw,
            {
                "The log-determinants of the norms are missing.": torch.stack(of_layers).sum(0),
                "The log-determinants of the layers are missing.": torch.stack(of_norms).sum(0),
                "Only the last one is kept: each overwrites the one before.": of_norms[-1],
                "Only the last layer's and norm's are kept.": of_norms[-1] + of_layers[-1],
                "The first ones are missing.": total - of_norms[0] - of_layers[0],
                "The norms' log-determinants are subtracted.": torch.stack(of_layers).sum(0)
                - torch.stack(of_norms).sum(0),
                "They are averaged over the layers.": total / count,
            },
        ),
        "Every layer and every norm stretches space; the reversal does not. Logarithms of factors add up, row by row.",
    )
    yield (
        "every value depends on every other",
        lambda: Verdict(bool((jacobian(lambda points: pair(made(2)(points))[0], x[0], draw).abs() > 1e-12).all())),
        "After two layers each z should depend on each x; without a reversal in between, the first value stays what one layer"
        " makes of it.",
    )
    yield essential(
        "the inverse undoes the flow",
        lambda: round_trip(flow, lambda points: flow.method("inverse", points), x),
        "x -> z -> x should give x again. Which of the three steps comes first on the way back, and which layer?",
    )
    yield (
        "every layer has weights of its own",
        lambda: _own(made, x),
        "With more layers there should be more parameters, for layers and norms. A plain list hides its entries from"
        " `parameters()`, and one layer in a list many times is still one.",
    )
    yield (
        "a gradient reaches every weight",
        lambda: all_weights_learn(flow, [x], lambda points: _both(flow(points))),
        "Some layer has no influence on z and log_det, or passes no gradient on.",
    )
    yield (
        "rows of a batch do not mix",
        lambda: rows_stay_apart(flow, x),
        "The first row's result changes with the other rows, or log_det has one number for all.",
    )


def _own(made: Callable[[int], Part], x: Tensor) -> Verdict:
    """Whether two more layers bring two more sets of weights."""

    def size(flow: Part) -> int:
        return size_that_counts(flow, [x], lambda points: _both(flow(points)))

    one, three = size(made(1)), size(made(3))
    kinds = (conditioners.Makers(kind, 0)(x.shape[1]) for kind in ("triangle", "bend"))
    due = 2 * sum(p.numel() for layer in kinds for p in layer.parameters())
    return Verdict(three - one == due, f"Two more layers brought {three - one} more weights.")
