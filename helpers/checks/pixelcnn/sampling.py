"""Checks of sampling: one level, a whole image, and a completed image."""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor, nn

from helpers.checks import doubles
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def draw_levels(student: Part, draw: Draw) -> Properties:
    """The inverse of the cumulative distribution: level k is drawn when u falls into the k-th interval of length p_k."""
    tiled = torch.tensor([0.2, 0.5, 0.3]).double().log().expand(1000, 3)
    grid = (torch.arange(1000).double() + 0.5) / 1000
    spread = tiled.softmax(1).softmax(1)[0].mul(1000).round().long().tolist()
    slips = {
        (200, 100, 700): "A level's piece does not begin at 0 but where the pieces of all lower levels end.",
        (
            500,
            300,
            200,
        ): "The levels seem to be counted in the order of their probabilities. Which grey value is meant?",
        tuple(spread): "More even than the probabilities: is the softmax taken once, and of the logits?",
        (333, 334, 333): "All levels come up equally often: what do the logits decide?",
        (0, 300, 700): "Which pieces are counted here, those to the left of u or those to its right?",
        (0, 200, 800): "Levels count from 0. How many pieces lie wholly to the left of a small u?",
        (30, 70, 900): "Pieces are laid end to end by their lengths: are these lengths, or logarithms of lengths?",
        (200, 800, 0): "The highest level never comes up. Which numbers are allowed for a level?",
    }

    def frequencies() -> Verdict:
        levels, again = (tensor(student(tiled, grid), (1000,)) for _ in range(2))
        if bool((levels != again).any()):
            return Verdict(False, "The same u gave other levels.", "All randomness is in u: what else is drawn here?")
        if bool(((levels < 0) | (levels > 2)).any()):
            seen = f"Levels from {int(levels.min())} to {int(levels.max())} came up where 0, 1 and 2 are possible."
            return Verdict(False, seen, "Levels count from 0. How many pieces lie wholly to the left of a small u?")
        seen = tuple(int((levels == k).sum()) for k in range(3))
        advice = slips.get(seen, "")
        if seen == (0, 1000, 0):
            advice = "Every u gave the same level: drawing is not choosing the likeliest one."
        elif max(seen) > 990:
            advice = "Nearly every u gave the same level. Do the pieces of one value fill the interval from 0 to 1?"
        if not _as_often(seen, (200, 500, 300)):
            return Verdict(False, f"Out of 1000 draws: {list(seen)}.", advice)
        low, middle = draw.integer(100, 450), draw.integer(100, 450)  # as no table of answers would know
        due = low, middle, 1000 - low - middle
        other = (torch.tensor(due).double() / 1000).log().expand(1000, 3)
        levels = tensor(student(other, grid), (1000,))
        seen = tuple(int((levels == k).sum()) for k in range(3))
        return Verdict(_as_often(seen, due), f"With other probabilities, out of 1000 draws: {list(seen)}.")

    yield essential(
        "levels come up as often as their probabilities say",
        frequencies,
        "With probabilities .2, .5, .3 and 1000 evenly spread u, the levels should come up 200, 500 and 300 times.",
    )
    yield (
        "small u gives low levels",
        lambda: Verdict(bool((tensor(student(tiled, grid), (1000,)).double().diff() >= 0).all())),
        "The pieces are laid from left to right in the order of the levels, so a larger u never gives a lower level.",
    )
    maps, u = 2 * draw.normal(3, 4, 5, 6), draw.uniform(3, 5, 6)
    yield (
        "works on maps of pixels too",
        lambda: _u_in_piece(student(maps, u), maps, u),
        "For logits (B, K, H, W) and u (B, H, W) every pixel should be drawn by its own logits and its own u:"
        " which dimension holds the levels, and does u meet the pixel that it belongs to?",
    )
    free, v = 2 * draw.normal(200, 5) + draw.normal(200, 1), draw.uniform(200)
    yield (
        "logits need not be normalised",
        lambda: _u_in_piece(student(free, v), free, v),
        "Logits are not log-probabilities yet: adding the same number to all of them must not change anything.",
    )
    yield (
        "large logits do no harm",
        lambda: _u_in_piece(student(free + 1000, v), free, v),
        "With 1000 added to all logits the draws should stay as they are. Where does an exponential overflow?",
    )
    peaked, edge = 3 * draw.normal(64, 7).float(), torch.full((64,), 1 - 2.0**-24)
    yield (
        "u just below 1 gives the highest level",
        lambda: _highest(tensor(student(peaked.clamp(min=-4), edge), (64,))),
        "Rounding can leave the last cumulative probability a little below 1. Which level should a larger u give?",
    )
    never = torch.tensor([[-math.inf, 0.0, 0.0], [-math.inf, -math.inf, 0.0], [0.0, 0.0, -math.inf]]).double()
    yield (
        "a level of probability 0 is never drawn",
        lambda: same(tensor(student(never, torch.zeros(3).double()), (3,)), torch.tensor([1, 2, 0])),
        "u = 0 can happen, and a piece of length 0 holds no number at all: each piece has its left end and not its right.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(tiled, grid)),
        "Levels count grey values: return an int64 tensor.",
    )


def _as_often(seen: tuple[int, ...], due: tuple[int, ...]) -> bool:
    """Whether numbers of draws are what they should be, but for the ends of the pieces."""
    return all(abs(one - other) <= 1 for one, other in zip(seen, due, strict=True))


def _u_in_piece(value: object, logits: Tensor, u: Tensor) -> Verdict:
    """Whether u lies in its level's piece: between the mass of all lower levels and that mass plus the level's own."""
    levels = tensor(value, u.shape).long()
    k = torch.arange(logits.shape[1]).reshape(-1, *[1] * (logits.ndim - 2))
    mass = logits.softmax(1)
    lower = (mass * (k < levels[:, None])).sum(1)
    own = (mass * (k == levels[:, None])).sum(1)
    wrong = ((u < lower - 1e-5) | (u > lower + own + 1e-5)).nonzero()
    if not len(wrong):
        return Verdict(True)
    place = tuple(wrong[0].tolist())
    where = f"place {list(place)}" if u.ndim > 1 else f"row {place[0]}"
    return Verdict(False, f"Seen at {where}: u = {u[place]:.3f} gave level {int(levels[place])} of 0..{len(k) - 1}.")


def _highest(levels: Tensor) -> Verdict:
    """Whether all levels are 6, the highest of seven."""
    wrong = levels[levels != 6]
    return Verdict(not len(wrong), f"It gave level {int(wrong[0])} of 0..6." if len(wrong) else "")


def _is_int64(value: object) -> Verdict:
    """Whether a value is an int64 tensor."""
    kind = tensor(value).dtype
    return Verdict(kind == torch.int64, f"It returned {kind}.")


@check
def sample(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling: each value is picked by the model's logits given the values already drawn."""
    shape, levels = (1, 3, 4), 4
    model, own = _model(student, levels, shape, 3, draw.integer(0, 10**6))
    colours, own_colours = _model(student, 3, (3, 2, 3), 0, draw.integer(0, 10**6))
    u, other, y = draw.uniform(12, *shape), draw.uniform(12, *shape), torch.arange(12) % 3
    of_colours = draw.uniform(12, 3, 2, 3)

    def drawn(net: Part = model, noise: Tensor = u, labels: Tensor | None = None, rule=doubles.wavy_pick) -> Tensor:
        return tensor(student(net, noise, rule, labels), noise.shape).long()

    usual = functools.cache(drawn)
    yield essential(
        "the noise decides",
        lambda: Verdict(bool((usual() != drawn(noise=other)).any())),
        "Other noise should give other images. What does each draw need besides the logits?",
    )
    yield (
        "the same noise gives the same images",
        lambda: Verdict(bool((usual() == drawn()).all())),
        "All randomness is in u, and the two calls had the same u. What else draws random numbers here?",
    )
    yield (
        "the rule `pick` decides",
        lambda: Verdict(bool((usual() != drawn(rule=doubles.unlikely_pick)).any())),
        "Another rule for picking levels should give other images: is the function used that was handed over as `pick`?",
    )
    yield essential(
        "every value follows from the values before it",
        lambda: _follows(own, usual(), u),
        "On this 3 x 4 image some value is not what `pick` makes of its own logits and its own u, once all earlier"
        " values are known. When is the model asked, about which image, and which part of u goes with which place?",
    )
    yield (
        "colours are drawn one after the other",
        lambda: _follows(own_colours, drawn(colours, of_colours), of_colours),
        "At a pixel of a colour image G is drawn after R is known, and B after both; then comes the next pixel.",
    )
    yield (
        "labels reach the model",
        lambda: _follows(own, drawn(labels=y), u, y),
        "With labels y each image should be drawn from the model given its own label.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(model, u, doubles.wavy_pick, None)),
        "Levels count grey values: return an int64 tensor.",
    )


def _model(student: Part, *about: object) -> tuple[Part, doubles.LowerTriangular]:
    """A model beside the student's object, and the same one here: what follows from it is not theirs to say."""
    return student.beside(doubles.LowerTriangular, *about), doubles.LowerTriangular(*about)


def _follows(net: nn.Module, x: Tensor, u: Tensor, y: Tensor | None = None, known: Tensor | None = None) -> Verdict:
    """Whether every unknown value of x is what the net and u give once all values before it are there.

    When it is not, the advice names the order of drawing that explains the values, if a known one does.
    """
    known = torch.zeros_like(x, dtype=torch.bool) if known is None else known
    wrong = ((x != doubles.wavy_pick(tensor(net(x, y)), u)) & ~known).nonzero()
    if not len(wrong):
        return Verdict(True)
    place = tuple(wrong[0].tolist())
    reason = f"Seen at [image, colour, row, column] = {list(place)}."
    if y is not None and _follows(net, x, u, None, known):
        return Verdict(False, reason, "The images are right for a model without labels: where do the labels go?")
    for advice, rank in _slips_of_order(x.shape[1:]).items():
        if _explains(rank, net, x, u, y, known):
            return Verdict(False, reason, advice)
    here = (slice(None), *place[1:])
    if bool((x[here] == 0)[~known[here]].all()) and int((wrong[:, 1:] == wrong[0, 1:]).all(1).sum()) > 2:
        return Verdict(False, f"{reason} All values drawn there are 0.", "Does the loop reach every place?")
    return Verdict(False, reason)


def _slips_of_order(shape: torch.Size) -> dict[str, Tensor]:
    """Advice -> when each place (C, H, W) would be drawn; places of one rank are drawn without knowing each other."""
    c, r, s = torch.meshgrid(*map(torch.arange, shape), indexing="ij")
    colours, rows, columns = shape
    raster = (r * columns + s) * colours + c
    return {
        "Each value was drawn as if no other were known. When is the model asked again, and where does the order begin?": (
            torch.zeros_like(raster)
        ),
        "The values of a row were drawn as if they did not know each other. When is the model asked again?": r,
        "The colours of a pixel were drawn as if they did not know each other. When is the model asked again?": (
            r * columns + s
        ),
        "Whole planes were drawn, one colour after the other: which comes first, all of R or all of the first pixel?": (
            (c * rows + r) * columns + s
        ),
        "The image was drawn column by column. The order is that of reading.": (s * rows + r) * colours + c,
        "The image was drawn from the bottom row upwards.": (s - r * columns) * colours + c,
    }


def _explains(rank: Tensor, net: nn.Module, x: Tensor, u: Tensor, y: Tensor | None, known: Tensor) -> bool:
    """Whether every unknown value is what net and u give when all values of its own or a higher rank are still zero."""
    for now in rank.unique():
        there = (rank == now) & ~known
        picked = doubles.wavy_pick(tensor(net(torch.where(known | (rank < now), x, 0), y)), u)
        if bool((picked != x)[there].any()):
            return False
    return True


@check
def complete(student: Part, draw: Draw) -> Properties:
    """Ancestral sampling that keeps the known pixels and draws the others given all values before them."""
    shape, levels = (1, 3, 4), 4
    model, own = _model(student, levels, shape, 3, draw.integer(0, 10**6))
    colours, own_colours = _model(student, 3, (3, 2, 3), 0, draw.integer(0, 10**6))
    x, y = draw.integers(0, levels, 24, *shape), torch.arange(24) % 3
    u, other = draw.uniform(24, *shape), draw.uniform(24, *shape)
    known = draw.uniform(24, *shape) < 0.4
    known[0] = torch.tensor([True, False, False])[:, None]  # an image of which some is known and some is not, for sure
    in_colour = draw.integers(0, 3, 24, 3, 2, 3), draw.uniform(24, 3, 2, 3) < 0.4, draw.uniform(24, 3, 2, 3)
    nothing = torch.zeros_like(known)

    def drawn(mask: Tensor = known, labels: Tensor | None = None, images: Tensor = x, noise: Tensor = u) -> Tensor:
        return tensor(student(model, images, mask, noise, doubles.wavy_pick, labels), x.shape).long()

    usual = functools.cache(drawn)

    def keeps() -> Verdict:
        seen = usual()
        if bool((seen == x)[known].all()):
            return Verdict(True)
        kept = bool((seen == x)[~known].all())
        return Verdict(False, "", "What was unknown was kept, and what was known was drawn." if kept else "")

    def follows() -> Verdict:
        images = usual()
        verdict = _follows(own, images, u, known=known)
        if verdict:
            return verdict
        if bool((images != drawn()).any()):
            return Verdict(False, "Two calls gave two results.", "All randomness is in u: what else is drawn here?")
        if bool((images[~known & known.any(0)] == 0).all()):
            advice = (
                "Wherever a value is known in one image, it was drawn in no other. Decide for each image by itself."
            )
            return Verdict(False, verdict.reason, advice)
        if bool((images == drawn(noise=other)).all()):
            return Verdict(False, verdict.reason, "Other noise gave the same images. What decides a draw?")
        if bool((images != drawn(images=torch.where(known, x, x + 3))).any()):
            advice = "The draws depend on what stood at unknown places. What does the model see there?"
            return Verdict(False, verdict.reason, advice)
        if bool((images == drawn(nothing))[~known].all()):
            advice = "The draws are those of an image of which nothing is known: when do known values come in?"
            return Verdict(False, verdict.reason, advice)
        return verdict

    yield essential(
        "known values stay as they are",
        keeps,
        "Where `known` is True the image must not change.",
    )
    yield essential(
        "unknown values follow from all values before them",
        follows,
        "Each unknown value should be picked by its own u and by the logits that the model gives when it sees the known"
        " and the drawn values before it. What does the image look like when the model is asked?",
    )
    yield (
        "what stood at unknown places does not matter",
        lambda: Verdict(bool((usual() == drawn(images=torch.where(known, x, x + 3))).all())),
        "The result changes with what the image held where it is not known. Is every unknown value replaced?",
    )
    yield (
        "colours are drawn one after the other",
        lambda: _follows(
            own_colours,
            tensor(student(colours, *in_colour, doubles.wavy_pick, None), in_colour[0].shape).long(),
            in_colour[2],
            known=in_colour[1],
        ),
        "On colour images a value may be known while the other colours of its pixel are not: each is a place of its own.",
    )
    yield (
        "labels reach the model",
        lambda: _follows(own, drawn(labels=y), u, y, known),
        "With labels y each image should be completed by the model given its own label.",
    )

    def untouched() -> Verdict:
        rest = u, doubles.wavy_pick, None
        calls = (model, known, *rest), (model, ~known, *rest)  # the second keeps what the first had to draw
        again = student.beside(doubles.one_after_another, student, 1, x, *calls)[1]
        return Verdict(bool((tensor(again, x.shape).long() == drawn(~known)).all()))

    yield remark(
        "the images handed over stay untouched",
        untouched,
        "The caller still needs the image as it was, to show it beside the completion: write into a copy.",
    )
    yield (
        "levels are integers",
        lambda: _is_int64(student(model, x.to(torch.uint8), known, u, doubles.wavy_pick, None)),
        "Levels count grey values: return an int64 tensor, whatever the type of the images (data sets keep them as uint8).",
    )
