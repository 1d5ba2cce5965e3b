"""Checks of what codes hold: their means over a data set, what their neighbours know, and which variables are active."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import autoencoders
from helpers.checks.compare import Verdict, same, tensor, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part, kind


@check
def posterior_means(student: Part, draw: Draw) -> Properties:
    """The means of the codes of a whole data set with their labels, in order."""
    shape, latent, seed = (1, 2, 3), 4, draw.integer(0, 10**6)
    encode = student.beside(autoencoders.LinearEncoder, shape, latent, seed)
    own = autoencoders.LinearEncoder(shape, latent, seed)
    batches = [(draw.normal(n, *shape), draw.integers(0, 10, n)) for n in (5, 5, 2)]
    images, labels = torch.cat([x for x, _ in batches]), torch.cat([y for _, y in batches])
    with torch.no_grad():
        mu, log_var = own(images)

    def pair() -> tuple[Tensor, Tensor]:
        value = student(encode, batches)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors: means and labels.")
        return tensor(value[0]), tensor(value[1])

    yield essential(
        "returns means and labels of all images",
        lambda: Verdict(
            (tuple(pair()[0].shape), tuple(pair()[1].shape)) == ((12, latent), (12,)),
            f"The shapes are {tuple(pair()[0].shape)} and {tuple(pair()[1].shape)}.",
            "The last batch is missing, or the first: batches may be of different sizes."
            if len(pair()[0]) < 12
            else "",
        ),
        "Three batches of 5, 5 and 2 images have 12 codes and 12 labels: join along the batch.",
    )
    yield essential(
        "answers to the images",
        lambda: varies(lambda x: student(encode, [(x, labels)])[0], (images,), (2 * images + 1,)),
        "Other images should have other codes.",
    )
    yield (
        "the means, in order",
        lambda: same(
            pair()[0],
            mu,
            {
                "These are the log-variances: the encoder returns the mean first.": log_var,
                "These are standard deviations.": (log_var / 2).exp(),
                "Mean and log-variance are added.": mu + log_var,
                "The batches come in the reverse order.": torch.cat([mu[10:], mu[5:10], mu[:5]]),
                "The codes are centred; the means themselves are asked for.": mu - mu.mean(0),
                "The codes are scaled to length 1; the means themselves are asked for.": torch.nn.functional.normalize(
                    mu
                ),
                "The images come in the reverse order.": mu.flip(0),
            },
        ),
        "The code of an image is the mean that `encode` returns for it, without noise.",
    )
    yield (
        "each label beside its code",
        lambda: same(pair()[1], labels),
        "The labels come in the order of the batches, unchanged.",
    )

    def one() -> Verdict:
        value = student(encode, batches[:1])
        return same(value[0], mu[:5]) and same(value[1], labels[:5])

    yield "a single batch works", one, "With one batch there is nothing to join, and the result should be its codes."


@check
def knn_accuracy(student: Part, draw: Draw) -> Properties:
    """The share of queries whose k nearest codes vote for the right label."""
    spread = 0.1 * draw.normal(6, 2)
    places = torch.tensor([[0.0, 0.0], [0, 0], [0, 0], [10, 0], [10, 0], [10, 0]]).double() + spread
    labels = torch.tensor([1, 1, 1, 0, 0, 0])
    queries = torch.tensor([[1.0, 0], [9.0, 1], [2, 1], [0, 1], [8, 0]]).double() + 0.1 * draw.normal(5, 2)
    truth = torch.tensor([1, 0, 1, 1, 0])

    def number() -> Verdict:
        value = student(places, labels, queries, truth, 3)
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, float), f"It returned {what}.")

    yield essential("returns a float", number, "The docstring promises one Python float.")
    yield essential(
        "two far clusters are told apart",
        lambda: same(
            student(places, labels, queries, truth, 3),
            1.0,
            {
                "Everything is wrong here: the farthest codes vote instead of the nearest.": 0.0,
                "This is a percentage, or a count; the share in [0, 1] is asked for.": 100.0,
                "This is the number of right answers; their share is asked for.": 5.0,
            },
        ),
        "Queries beside a cluster should get its label. Which neighbours does `topk` choose, and along which dimension?",
    )
    yield essential(
        "answers to the truth",
        lambda: varies(student, (places, labels, queries, truth, 3), (places, labels, queries, 1 - truth, 3)),
        "With all true labels exchanged the accuracy should change.",
    )
    yield (
        "a share in [0, 1]",
        lambda: same(
            student(places, labels, queries, torch.tensor([1, 1, 1, 0, 0]), 3),
            0.6,
            {
                "This is the error; the accuracy is what is left of 1.": 0.4,
                "This is a percentage; the share in [0, 1] is asked for.": 60.0,
                "This is the number of right answers; their share is asked for.": 3.0,
            },
        ),
        "Three of five right is .6.",
    )
    line = torch.tensor([0.0, 1.0, 1.2, 1.3, 6.0, 6.1, 6.2]).double()[:, None]
    votes = torch.tensor([2, 4, 4, 4, 2, 2, 2])
    query = torch.tensor([[0.1]]).double()  # nearest: 2, then three times 4, then 2s
    order = draw.permutation(7)

    def vote(k: int, label: int, due: float = 1.0) -> Verdict:
        return same(student(line[order], votes[order], query, torch.tensor([label]), k), due)

    yield (
        "k = 1 asks the nearest alone",
        lambda: vote(1, 2),
        "With one neighbour the nearest code decides. The query itself is not among the codes, so none is to be skipped.",
    )
    yield (
        "k of them vote",
        lambda: vote(4, 4) and vote(4, 2, 0.0),
        "With four neighbours, of which three agree, they outvote the nearest one: does `k` count, and the majority?",
    )
    yield (
        "no more than k vote",
        lambda: vote(3, 4) and vote(7, 2),
        "With three neighbours the majority is another than with all seven codes.",
    )
    lots = torch.tensor([9, 9, 0, 1, 5, 0, 9]).long()
    near = torch.tensor([[0.0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.4], [9, 9], [0.4, 0.6]]).double()
    yield (
        "the most frequent label wins, not the mean or the largest",
        lambda: (
            same(student(near, lots, torch.tensor([[0.45, 0.5]]).double(), torch.tensor([9]), 6), 1.0)
            and same(
                student(
                    line, torch.tensor([0, 0, 8, 0, 8, 8, 8]), torch.tensor([[0.5]]).double(), torch.tensor([0]), 4
                ),
                1.0,
            )
        ),
        "Labels are names: 0 and 8 do not average to 4, and 8 is not more than 0. Count votes.",
    )
    long = torch.tensor([[0.0, 3.0], [2.5, 2.5]]).double()  # the sizes of |x| + |y| and of x^2 + y^2 disagree
    scaled = torch.tensor([[1.0, 0.0], [10.0, 1.0], [0.0, 2.0]]).double()
    yield (
        "distances are Euclidean",
        lambda: (
            same(
                student(
                    torch.tensor([[3.3, 0.0], [2.2, 2.2]]).double(),
                    torch.tensor([0, 1]),
                    0 * long[:1],
                    torch.tensor([1]),
                    1,
                ),
                1.0,
                {"It looks like city blocks: sums of the sizes of the differences.": 0.0},
            )
            and same(
                student(
                    torch.tensor([[2.9, 0.0], [2.2, 2.2]]).double(),
                    torch.tensor([0, 1]),
                    0 * long[:1],
                    torch.tensor([0]),
                    1,
                ),
                1.0,
                {"It looks like the largest difference in any one variable.": 0.0},
            )
            and same(
                student(scaled, torch.tensor([0, 1, 2]), torch.tensor([[2.0, 0.1]]).double(), torch.tensor([0]), 1),
                1.0,
                {"It looks like the angle, or the inner product: distances are asked for.": 0.0},
            )
        ),
        "Near means a small square root of the sum of squared differences.",
    )


@check
def active_units(student: Part, draw: Draw) -> Properties:
    """Which code variables' means vary over the data set by more than the threshold."""
    base = draw.normal(200, 5)
    base = (base - base.mean(0)) / base.std(0)
    spread = torch.tensor([0.0, 0.05, 0.2, 1.0, 0.07]).double()  # variances 0, .0025, .04, 1, .0049
    offset = torch.tensor([3.0, -2.0, 0.0, 0.0, 5.0]).double()
    mu = base * spread + offset
    due = torch.tensor([False, False, True, True, False])

    def booleans() -> Verdict:
        value = tensor(student(mu), (5,))
        return Verdict(value.dtype == torch.bool, f"Its entries are of type {value.dtype}.")

    yield essential(
        "one boolean per code variable",
        booleans,
        "Return a boolean tensor of shape (d,): one variance for each code variable, compared with the threshold.",
    )
    yield essential(
        "finds the active ones",
        lambda: same(
            student(mu).double(),
            due.double(),
            {
                "True and False are exchanged.": 1 - due.double(),
                "The sizes of the means are compared, not how they vary: 3 for every image says nothing.": (
                    (mu**2).mean(0) > 0.01
                ).double(),
                "The standard deviation is compared with a threshold for the variance.": (spread > 0.01).double(),
                "The mean itself is compared, not how it varies.": (mu.mean(0) > 0.01).double(),
                "Every code variable is called active.": torch.ones(5).double(),
                "None is called active.": torch.zeros(5).double(),
            },
        ),
        "Two of these five code variables vary over the images by more than .01 in variance; some others are large and still.",
    )
    yield (
        "a mean that never changes is silent, however large",
        lambda: same(student(offset.expand(50, 5)).double(), torch.zeros(5).double()),
        "Where every image has the same code, no variable is active.",
    )
    yield (
        "a variance below the threshold is silent",
        lambda: same(student(0.08 * base).double(), torch.zeros(5).double()),
        "A standard deviation of .08 is a variance of .0064, which is below .01.",
    )
    yield (
        "the threshold counts",
        lambda: (
            same(student(mu, 0.5).double(), torch.tensor([0.0, 0, 0, 1, 0]).double())
            and same(student(mu, 0.001).double(), torch.tensor([0.0, 1, 1, 1, 1]).double())
        ),
        "With another threshold other variables are active.",
    )
    yield (
        "a variance above the threshold is active, near or far",
        lambda: same(student(0.12 * base + 100).double(), torch.ones(5).double()),
        "A standard deviation of .12 is a variance of .0144, wherever the mean lies.",
    )
    two = torch.tensor([1.0, -1.0]).double().repeat(20)[:, None].expand(40, 5)
    yield (
        "the variance counts, not the range",
        lambda: same(student(0.12 * two).double(), torch.ones(5).double()),
        "Codes that are .12 for half of the images and -.12 for the others have a variance of .0144.",
    )
    yield (
        "works for any number of images",
        lambda: same(student(mu[:40] * 3 + base[:40]).double(), torch.ones(5).double()),
        "The variance runs over the images, and there may be fewer of them, or more.",
    )
