"""Checks of the evaluation in chunks, and of the tools for training on the bound."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import importance
from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


@check
def evaluate_in_chunks(student: Part, draw: Draw) -> Properties:
    """One number per image from chunks of floor(rows / m) images, each with noise of its own."""
    x, seed = draw.normal(11, 4), draw.integer(0, 10**6)

    def run(m: int, rows: int) -> Tensor:
        tally, noise = student.beside(importance.Tally), student.beside(importance.Noise, 3, seed)
        return tensor(student(tally, x, m, rows, noise), (len(x),)).detach()

    def due(m: int, size: int, fresh: bool = True) -> Tensor:
        bound, noise = importance.Tally(), importance.Noise(3, seed)
        first = noise(m, min(size, len(x)))
        found = []
        for place, chunk in enumerate(x.split(size)):
            eps = first[:, : len(chunk)] if place == 0 or not fresh else noise(m, len(chunk))
            found.append(bound(chunk, eps).detach())
        return torch.cat(found)

    def seen(m: int, rows: int) -> list[int]:
        """The rows of each call that the numbers came from."""
        tally = student.witness(importance.Tally)
        noise = student.beside(importance.Noise, 3, seed)
        found = tensor(student(tally, x, m, rows, noise), (len(x),)).detach()
        if not same(found.sort().values, tally.method("given").sort().values):
            raise Broken("These are not the numbers that `bound` gave: ask it once for every image.")
        return tally.method("seen")

    yield essential(
        "one number per image",
        lambda: Verdict(run(2, 100).shape == (11,)),
        "Return the numbers of all images in one tensor, shape (N,): no mean, and no list of chunks.",
    )

    def moved() -> Verdict:
        tally, noise = student.beside(importance.Tally), student.beside(importance.Noise, 3, seed)
        other = tensor(student(tally, x + 1, 2, 100, noise), (len(x),)).detach()
        return Verdict(bool((other != run(2, 100)).all()))

    yield essential("every image counts", moved, "Other images give other numbers, all of them.")
    shared = importance.Noise(3, seed)(2, 1).expand(-1, len(x), -1)
    yield (
        "all at once where there is room",
        lambda: same(
            run(2, 100),
            due(2, 50),
            {
                "All images got the same noise. The mean is right even so, but their errors no longer average out.": importance.Tally()(
                    x, shared
                ).detach()
            },
        ),
        "With room for all images the result is that of a single call of the bound.",
    )
    yield (
        "chunks in the images' order",
        lambda: same(
            run(2, 8),
            due(2, 4),
            {
                "All chunks got the same noise: draw anew for every chunk.": due(2, 4, fresh=False),
                "The chunks are back to front.": due(2, 4).flip(0),
            },
        ),
        "Eleven images, two codes each and room for eight: chunks of four, four and three images, each with noise of its own, drawn"
        " in the images' order.",
    )

    def bounded() -> Verdict:
        for m, rows in ((2, 8), (3, 10), (5, 5), (2, 9), (4, 11)):
            most = max(seen(m, rows))
            if most > rows:
                return Verdict(False, f"With m = {m} and room for {rows} rows, one chunk had {most}.")
        return Verdict(True)

    yield (
        "no chunk is too large",
        bounded,
        "A chunk of n images needs n times m rows, and there is room for `rows`.",
    )

    def filled() -> Verdict:
        for m, rows in ((2, 8), (3, 10), (2, 100)):
            calls, needed = len(seen(m, rows)), math.ceil(len(x) / max(1, rows // m))
            if calls > needed:
                return Verdict(False, f"With m = {m} and room for {rows} rows it took {calls} chunks.")
        return Verdict(True)

    yield (
        "no more chunks than needed",
        filled,
        "Every chunk costs time of its own: take as many images at once as there is room for.",
    )
    yield (
        "at least one image",
        lambda: same(run(6, 4), due(6, 1)),
        "Where not even one image fits, take one at a time all the same.",
    )

    def without_graph() -> Verdict:
        tally, noise = student.beside(importance.Tally), student.beside(importance.Noise, 3, seed)
        return Verdict(student.beside(importance.keeps_graph, student, tally, x, 2, 8, noise) is False)

    yield remark(
        "no graph is kept",
        without_graph,
        "Measuring needs no gradients, and a graph over all chunks would fill the memory that chunks are to save. Is `@torch.no_grad()`"
        " still there?",
    )


@check
def effective_sample_size(student: Part, draw: Draw) -> Properties:
    """1 over the sum of the squared shares of the weights, one number per image."""
    log_w = draw.normal(6, 3)
    share = log_w.exp() / log_w.exp().sum(0)
    due = 1 / (share**2).sum(0)
    yield essential(
        "one number per image",
        lambda: gives_shape(student, (3,), log_w),
        "Add up over the codes, dimension 0, and keep the images.",
    )
    yield essential(
        "the evenness of the weights counts",
        lambda: bool((tensor(student(log_w / 4)) != tensor(student(log_w))).all()),
        "The number depends on how even the weights of an image are.",
    )
    yield (
        "equal weights",
        lambda: same(
            student(torch.full((6, 3), 1.5).double()),
            torch.full((3,), 6.0),
            {
                "This is one over the effective sample size.": torch.full((3,), 1 / 6),
                "This is the effective share of the codes: times m.": torch.ones(3),
                "The weights are not normalised: their shares have to sum to 1.": torch.full(
                    (3,), 1 / (6 * math.exp(3.0))
                ),
                "log_w is taken for the weights.": torch.full((3,), 1 / (6 * 1.5**2)),
                "This is the sum of the shares.": torch.ones(3),
            },
        ),
        "Six equal weights count as six.",
    )
    yield (
        "one weight outweighs all",
        lambda: same(student(torch.tensor([[30.0], [0.0], [-5.0]]).double()), torch.ones(1)),
        "Where one code holds all of the weight, only one counts.",
    )
    yield (
        "any weights",
        lambda: same(
            student(log_w),
            due,
            {
                "The shares are not squared.": 1 / share.sum(0),
                "The shares are taken over the images, and should be over the codes.": 1
                / (log_w.softmax(1) ** 2).sum(0),
                "This is another measure, the exponential of the entropy.": (-(share * share.log()).sum(0)).exp(),
                "This is one over the largest share.": 1 / share.max(0).values,
                "This is one over the effective sample size.": 1 / due,
                "The squares are averaged, and should be added up.": 6 * due,
                "All images got the same number.": due.mean().expand(3),
                "The root is one step too many.": due.sqrt(),
            },
        ),
        "Normalise the weights of each image, square them, add them up, and take one over that.",
    )
    yield (
        "tiny and huge weights",
        lambda: same(student(torch.cat([log_w - 2000, log_w + 2000], dim=1)), torch.cat([due, due])),
        "Shares do not change when all weights of an image are multiplied by a number, however large or small.",
    )


@check
def iwae_surrogate(student: Part, draw: Draw) -> Properties:
    """sum_k share_k log w_k with the shares held constant: its gradient is that of the bound."""
    log_w = draw.normal(6, 3)
    share = log_w.exp() / log_w.exp().sum(0)
    value = (share * log_w).sum(0)

    def slope() -> Tensor:
        leaf = log_w.clone().requires_grad_()
        return gradients(tensor(student(leaf), (3,)), leaf)[0]

    yield essential(
        "one number per image",
        lambda: gives_shape(student, (3,), log_w),
        "Add up over the codes, dimension 0, and keep the images.",
    )
    yield essential(
        "larger weights, a larger number",
        lambda: bool((tensor(student(log_w + 1)) > tensor(student(log_w))).all()),
        "Where all weights of an image are larger, the result should be larger.",
    )
    yield (
        "the value",
        lambda: same(
            student(log_w),
            value,
            {
                "This is the bound itself. It has the right gradient; what was asked for is the surrogate.": log_w.exp()
                .mean(0)
                .log(),
                "All codes count alike: where are the shares?": log_w.mean(0),
                "The weights are not normalised.": (log_w.exp() * log_w).sum(0),
                "The shares are multiplied with the weights, and should be with their logarithms.": (
                    share * log_w.exp()
                ).sum(0),
                "The shares are taken over the images, and should be over the codes.": (log_w.softmax(1) * log_w).sum(
                    0
                ),
                "The sign: larger is better.": -value,
                "The shares sum to 1, so nothing is left to divide by.": value / 6,
                "This is the logarithm of the largest weight.": log_w.max(0).values,
                "The logarithms of the shares stand where the shares belong.": (share.log() * log_w).sum(0),
                "The shares stand in place of the weights, too.": (share * share.log()).sum(0),
                "All images got the same number.": value.sum().expand(3),
            },
        ),
        "Multiply each logarithm by its share of the weights, and add up over the codes.",
    )
    yield (
        "the gradient is the shares",
        lambda: same(
            slope(),
            share,
            {
                "A gradient passes through the shares, too: they are to be held constant.": share * (1 + log_w - value),
                "No gradient passes at all: only the shares are to be held constant.": torch.zeros_like(share),
                "The gradient passes through the shares, and not through the logarithms: it is the other way round.": share
                * (log_w - value),
                "All codes pull alike.": torch.full_like(share, 1 / 6),
            },
        ),
        "Each code should pull with its share of the weight, and with nothing else.",
    )
    yield (
        "tiny and huge weights",
        lambda: same(student(torch.cat([log_w - 2000, log_w + 2000], dim=1)), torch.cat([value - 2000, value + 2000])),
        "Shares do not change when all weights of an image are multiplied by a number, however large or small.",
    )
