"""Checks of directions in the code: how they are found, walked along, and judged."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from helpers.checks import autoencoders
from helpers.checks.compare import Verdict, gives_shape, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part, kind


@check
def attribute_direction(student: Part, draw: Draw) -> Properties:
    """The mean code with the attribute minus the mean code without it, over all batches."""
    shape, latent, seed = (1, 2, 3), 4, draw.integer(0, 10**6)
    encode = student.beside(autoencoders.LinearEncoder, shape, latent, seed)
    own = autoencoders.LinearEncoder(shape, latent, seed)
    x = draw.normal(13, *shape)
    marks = torch.tensor([1, -1, -1, 1, -1, 1, 1, -1, -1, -1, 1, 1, -1])
    sizes = (5, 6, 2)
    with torch.no_grad():
        mu, log_var = own(x)

    def gap(codes: Tensor, marks: Tensor) -> Tensor:
        return codes[marks > 0].mean(0) - codes[marks < 0].mean(0)

    def cut(marks: Tensor) -> list[tuple[Tensor, Tensor]]:
        return list(zip(x.split(sizes), marks.split(sizes), strict=True))

    first, some = mu[:5], marks[:5]
    yield essential(
        "returns one vector",
        lambda: gives_shape(student, (latent,), encode, [(x[:5], some)]),
        "Of all images one direction remains, shape (d,), with finite numbers. An attribute is 1 or -1, and both occur: what does"
        " `attribute == 0` find, and what is True of -1?",
    )
    yield essential(
        "answers to the attributes",
        lambda: varies(lambda m: student(encode, [(x[:5], m)]), (some,), (some.flip(0),)),
        "With other attributes the direction should be another.",
    )
    yield (
        "the difference of the two means",
        lambda: same(
            student(encode, [(x[:5], some)]),
            gap(first, some),
            {
                "The sign: with the attribute minus without it.": -gap(first, some),
                "This is the mean code of the images with the attribute; that of the others is to be subtracted.": first[
                    some > 0
                ].mean(0),
                "The mean of all images is subtracted instead of the mean of the others.": first[some > 0].mean(0)
                - first.mean(0),
                "The codes are weighted by the attributes and averaged: each group has a size of its own.": (
                    first * some[:, None]
                ).mean(0),
                "The codes are added up instead of averaged.": (first * some[:, None]).sum(0),
                "These are differences of log-variances: the encoder returns the mean first.": gap(log_var[:5], some),
                "The two means are added.": first[some > 0].mean(0) + first[some < 0].mean(0),
                "Half of it: 1 and -1 are two apart, and the groups' means need no half.": gap(first, some) / 2,
                "The direction is scaled to length 1.": gap(first, some) / gap(first, some).norm(),
                "Medians instead of means.": first[some > 0].median(0).values - first[some < 0].median(0).values,
            },
        ),
        "One batch of five images, of which two have the attribute: the mean of their codes minus that of the other three. Codes are"
        " the encoder's means, without noise.",
    )
    parts = torch.stack([gap(mu[a:b], marks[a:b]) for a, b in ((0, 5), (5, 11), (11, 13))])
    yield (
        "every image counts the same",
        lambda: same(
            student(encode, cut(marks)),
            gap(mu, marks),
            {
                "A direction is made of each batch, and these are averaged: small batches count too much.": parts.mean(
                    0
                ),
                "Only the last batch is used.": parts[-1],
                "Only the first batch is used.": parts[0],
                "The directions of the batches are added up.": parts.sum(0),
                "The last batch is missing.": gap(mu[:11], marks[:11]),
            },
        ),
        "Batches of 5, 6 and 2 images should give the direction of all 13 at once.",
    )

    def lopsided() -> Verdict:
        groups = [(x[:4], torch.ones(4)), (x[4:11], -torch.ones(7)), (x[11:], torch.tensor([1.0, -1.0]))]
        together = torch.cat([m for _, m in groups])
        return same(student(encode, groups), gap(mu, together))

    yield (
        "a batch may lack one of the groups",
        lopsided,
        "The first batch has the attribute throughout, the second one not at all; together both groups occur. Split after collecting.",
    )


@check
def latent_arithmetic(student: Part, draw: Draw) -> Properties:
    """Decoded codes mu + alpha v, alpha in equal steps from -reach to reach."""
    shape, latent, seed = (1, 2, 3), 4, draw.integer(0, 10**6)
    encode = student.beside(autoencoders.LinearEncoder, shape, latent, seed)
    decode = student.beside(autoencoders.LinearDecoder, latent, shape, seed + 1)
    own_encode = autoencoders.LinearEncoder(shape, latent, seed)
    own_decode = autoencoders.LinearDecoder(latent, shape, seed + 1)
    x, v = draw.normal(5, *shape), 0.3 + draw.normal(latent)
    with torch.no_grad():
        mu, log_var = own_encode(x)

    def decoded(codes: Tensor) -> Tensor:
        with torch.no_grad():
            return own_decode(codes)

    def along(alphas: list[float], codes: Tensor = mu, way: Tensor = v) -> Tensor:
        return torch.stack([decoded(codes + alpha * way) for alpha in alphas])

    default = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    walk = functools.cache(lambda: student(x, v, encode, decode))
    yield essential(
        "seven steps of all images by default",
        lambda: gives_shape(student, (7, 5, *shape), x, v, encode, decode),
        "Of 5 images and 7 steps it should return shape (7, 5, C, H, W): the steps come first.",
    )
    yield essential(
        "answers to image and direction",
        lambda: (
            varies(lambda i: student(i, v, encode, decode), (x,), (2 * x + 1,))
            and varies(lambda w: student(x, w, encode, decode), (v,), (2 * v + 1,))
        ),
        "Other images, or another direction, should give other pictures.",
    )
    yield (
        "alpha = 0 is the reconstruction",
        lambda: same(
            tensor(walk())[3],
            decoded(mu),
            {
                "The log-variance is decoded: the encoder returns the mean first.": decoded(log_var),
                "The direction alone is decoded.": decoded(v.expand(5, latent)),
            },
        ),
        "In the middle stands the decoded mean code itself, without noise and without the direction.",
    )

    def ends() -> Verdict:
        value = tensor(walk())
        return same(
            value[[0, -1]],
            along(default)[[0, -1]],
            {
                "The direction is scaled to length 1; alpha counts whole directions.": along([-3, 3], way=v / v.norm()),
                "The order is turned round: the first step has the lowest alpha.": along([3, -3]),
                "The last alpha is missing: both ends belong to the steps.": along([-3, 3 - 6 / 7]),
                "It goes from 0 to reach.": along([0, 3]),
                "The steps reach from -1 to 1.": along([-1, 1]),
            },
        )

    yield (
        "from -reach to reach",
        ends,
        "The first picture has alpha = -3, the last one alpha = 3, with the direction as it is.",
    )
    yield (
        "equal steps, all from the image's own code",
        lambda: same(
            walk(),
            along(default),
            {
                "The steps are added up: each goes on from the code before.": torch.stack(
                    [decoded(mu + sum(default[: k + 1]) * v) for k in range(7)]
                ),
                "All images have the code of the first.": along(default, codes=mu[:1].expand(5, latent)),
            },
        ),
        "Between the ends alpha grows by 1 from step to step, and each image moves from its own code.",
    )
    yield (
        "other numbers of steps and other reaches",
        lambda: (
            same(student(x, v, encode, decode, 5, 2.0), along([-2.0, -1.0, 0.0, 1.0, 2.0]))
            and same(student(x, v, encode, decode, steps=4, reach=0.6), along([-0.6, -0.2, 0.2, 0.6]))
            and same(student(x[:1], v, encode, decode), along(default, codes=mu[:1]))
        ),
        "Five steps with reach 2 are -2, -1, 0, 1, 2; four steps with reach .6 are -.6, -.2, .2, .6.",
    )


@check
def monotone_share(student: Part, draw: Draw) -> Properties:
    """The share of faces whose score rises at every step."""
    rising = draw.uniform(4, 6).add(0.1).cumsum(0)  # 4 steps, 6 faces
    falling = rising.flip(0)

    def number() -> Verdict:
        value = student(rising)
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, float), f"It returned {what}.")

    yield essential("returns a float", number, "The docstring promises one Python float.")
    yield essential(
        "1 where all rise, 0 where all fall",
        lambda: (
            same(
                student(rising),
                1.0,
                {
                    "This is the number of faces; their share is asked for.": 6.0,
                    "This is a percentage; the share in [0, 1] is asked for.": 100.0,
                    "Falling scores are counted.": 0.0,
                },
            )
            and same(student(falling), 0.0)
        ),
        "Six faces whose scores rise at every step are a share of 1; turned round, of 0.",
    )
    mixed = torch.cat([rising[:, :3], falling[:, :2]], 1)
    yield (
        "the share of the faces",
        lambda: same(student(mixed), 0.6, {"This is what is left of 1.": 0.4, "This is the number of faces.": 3.0}),
        "Three of five faces rise: .6. Faces are the second dimension, steps the first.",
    )
    dip = rising.clone()
    dip[2, :2] = dip[1, :2] - 0.05  # falls once, and still ends higher than it began
    yield (
        "one step down is too many",
        lambda: same(
            student(dip),
            4 / 6,
            {
                "Only first and last step are compared: in between a score may fall.": 1.0,
                "Steps are counted instead of faces: a face that falls once does not count at all.": 16 / 18,
            },
        ),
        "Two of six faces fall once on the way up: four are left.",
    )
    yield (
        "a step that stays level does not rise",
        lambda: same(student(torch.tensor([[0.0, 0.0], [1.0, 1.0], [1.0, 2.0]]).double()), 0.5),
        "Scores 0, 1, 1 do not rise at every step.",
    )
    yield (
        "the size of the steps does not matter",
        lambda: same(student(mixed * 1e-3 - 5), 0.6) and same(student(mixed * 50), 0.6),
        "A small rise is a rise, and scores may be negative.",
    )


@check
def side_effects(student: Part, draw: Draw) -> Properties:
    """The change of each attribute in its own spreads, relative to the target's."""
    steps, faces, kinds = 5, 7, 4
    drift = torch.tensor([1.0, -0.5, 0.3, 2.0]).double()
    scores = draw.normal(faces, kinds) + torch.linspace(-2, 2, steps).double()[:, None, None] * drift
    scores = (scores + 0.3 * draw.normal(steps, faces, kinds)) * torch.tensor([1.0, 3.0, 0.5, 2.0]).double()

    def due(scores: Tensor, target: int) -> Tensor:
        moved = scores[-1].mean(0) - scores[0].mean(0)
        own = moved / scores[len(scores) // 2].var(0).sqrt()
        return own / own[target]

    moved = scores[-1].mean(0) - scores[0].mean(0)
    spread = scores[2].std(0)
    yield essential(
        "one number per attribute",
        lambda: gives_shape(student, (kinds,), scores),
        "Of 5 steps, 7 faces and 4 attributes remain 4 numbers.",
    )
    yield essential(
        "answers to the scores",
        lambda: varies(student, (scores,), (scores.flip(2),)),
        "Other scores, other side effects.",
    )
    yield (
        "the target has 1",
        lambda: Verdict(bool(same(tensor(student(scores))[0], 1.0)) and bool(same(tensor(student(scores, 2))[2], 1.0))),
        "Everything is relative to the target, so the target itself has 1, whichever attribute it is.",
    )
    rest = scores[torch.tensor([0, 1, 2, 3, 4])]
    yield (
        "changes in spreads, relative to the target's",
        lambda: same(
            student(rest),
            due(scores, 0),
            {
                "The changes are not divided by each score's spread.": moved / moved[0],
                "These are changes in spreads, not yet relative to the target's.": moved / spread,
                "The sizes are given; a sign says in which direction an attribute moves.": due(scores, 0).abs(),
                "The spread is taken over the steps, or over everything, instead of over faces at the middle step.": (
                    moved / scores.flatten(0, 1).std(0)
                )
                / (moved / scores.flatten(0, 1).std(0))[0],
                "The spread is that at the first step.": (moved / scores[0].std(0)) / (moved / scores[0].std(0))[0],
                "The spread is that at the last step.": (moved / scores[-1].std(0)) / (moved / scores[-1].std(0))[0],
                "The changes are divided by variances.": (moved / spread**2) / (moved / spread**2)[0],
                "The changes are multiplied by the spreads.": (moved * spread) / (moved * spread)[0],
                "Only the second half of the way is counted.": (
                    (scores[-1] - scores[2]).mean(0) / spread / ((scores[-1] - scores[2]).mean(0) / spread)[0]
                ),
                "The quotient is upside down.": 1 / due(scores, 0),
            },
        ),
        "Mean change from the first step to the last; over the standard deviation over faces at the middle step; over the target's.",
    )
    units = torch.tensor([1.0, 40.0, 0.1, 7.0]).double()
    yield (
        "the unit of a score does not matter",
        lambda: same(student(scores * units), due(scores, 0)),
        "A probe with logits twice as large moves twice as far and spreads twice as far: the result should stay.",
    )
    yield (
        "another target",
        lambda: same(student(scores, 3), due(scores, 3)),
        "With `target=3` everything is relative to the last attribute.",
    )
    yield (
        "only the ends and the middle count",
        lambda: same(
            student(torch.stack([scores[0], scores[2] - 9, scores[2], scores[4] + 5, scores[4]])), due(scores, 0)
        ),
        "What happens at the second and the fourth of five steps should not change the result.",
    )
    yield (
        "other numbers of steps",
        lambda: (
            same(student(scores[1:4]), due(scores[1:4], 0))
            and same(student(torch.cat([scores, scores.flip(2)[:2]])), due(torch.cat([scores, scores.flip(2)[:2]]), 0))
        ),
        "Of three steps the second is the middle one, of seven the fourth.",
    )
