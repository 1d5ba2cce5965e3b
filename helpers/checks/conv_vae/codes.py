"""Checks of what is done with codes: collecting them, neighbours, active variables, walks, and a grid."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.distributions import Normal

from helpers.checks import autoencoders, doubles
from helpers.checks.compare import Verdict, gives_shape, same, tensor, varies
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
                "Something random is added: the mean of the code is the same each time.": mu.flip(0),
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

    def vote(k: int, label: int) -> Verdict:
        return same(student(line[order], votes[order], query, torch.tensor([label]), k), 1.0)

    yield (
        "k = 1 asks the nearest alone",
        lambda: vote(1, 2),
        "With one neighbour the nearest code decides. The query itself is not among the codes, so none is to be skipped.",
    )
    yield (
        "k of them vote",
        lambda: vote(4, 4),
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
    yield (
        "works for any number of images",
        lambda: same(student(mu[:40] * 3 + base[:40]).double(), torch.ones(5).double()),
        "The variance runs over the images, and there may be fewer of them, or more.",
    )


@check
def interpolate(student: Part, draw: Draw) -> Properties:
    """A straight walk from one code to another, both ends included."""
    start, end = draw.normal(4), draw.normal(4)

    def walk(t: Tensor) -> Tensor:
        return (1 - t[:, None]) * start + t[:, None] * end

    even = walk(torch.linspace(0, 1, 5).double())
    yield essential(
        "as many codes as steps",
        lambda: gives_shape(student, (5, 4), start, end, 5),
        "Five steps are five codes, both ends included: shape (steps, d).",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (start, end, 5), (start + 1, end - 2, 5)),
        "Other codes should give another walk.",
    )
    yield (
        "begins at the start",
        lambda: same(
            tensor(student(start, end, 5))[0],
            start,
            {"It begins at the end: which code weighs 1 - t?": end},
        ),
        "The first code is the start itself.",
    )
    yield (
        "ends at the end",
        lambda: same(
            tensor(student(start, end, 5))[-1],
            end,
            {
                "It ends at the start: which code weighs t?": start,
                "It stops one step before the end: both ends are included.": walk(torch.tensor([0.8]).double())[0],
            },
        ),
        "The last code is the end itself: does t reach 1?",
    )
    yield (
        "equal steps in a straight line",
        lambda: same(
            student(start, end, 5),
            even,
            {
                "Steps are not equal.": walk(torch.linspace(0, 1, 5).double() ** 2),
                "The walk lies on a sphere; a straight line was asked for.": even
                / even.norm(dim=1, keepdim=True)
                * start.norm(),
            },
        ),
        "Between two neighbours the difference is always the same: a fourth of the whole way with five codes.",
    )
    yield (
        "two steps are just the ends",
        lambda: same(student(start, end, 2), torch.stack([start, end])),
        "The shortest walk has two codes.",
    )
    yield (
        "codes of any size, any number of steps",
        lambda: same(student(start[:1], end[:1], 11), walk(torch.linspace(0, 1, 11).double())[:, :1]),
        "Eleven steps between codes of one variable.",
    )
    yield (
        "standing still works",
        lambda: same(student(start, start, 3), start.expand(3, 4)),
        "From a code to itself every step is that code.",
    )


@check
def traverse(student: Part, draw: Draw) -> Properties:
    """One code variable at several values, the others as they are."""
    z, values = draw.normal(4), 5 + draw.normal(3)

    def moved(variable: int) -> Tensor:
        return torch.stack([torch.cat([z[:variable], value[None], z[variable + 1 :]]) for value in values])

    yield essential(
        "one code per value",
        lambda: gives_shape(student, (3, 4), z, 2, values),
        "Three values give three codes, shape (n, d).",
    )
    yield essential(
        "answers to its arguments",
        lambda: varies(student, (z, 2, values), (z + 1, 2, values + 2)),
        "Another code and other values should give another walk.",
    )
    yield (
        "the variable takes the values in order",
        lambda: same(
            tensor(student(z, 2, values))[:, 2],
            values,
            {
                "The values are added to what was there; they should replace it.": z[2] + values,
                "The variable is multiplied by the values; they should replace it.": z[2] * values,
                "Every row has the last value: do the rows share their memory?": values[-1].expand(3),
                "Every row has the first value.": values[:1].expand(3),
                "The values come in the reverse order.": values.flip(0),
                "Nothing changed.": z[2].expand(3),
            },
        ),
        "In row k the variable should be values[k].",
    )
    yield (
        "the others stay",
        lambda: same(
            tensor(student(z, 2, values))[:, [0, 1, 3]],
            z[[0, 1, 3]].expand(3, 3),
            {"The others are set to zero; they should stay as they are.": torch.zeros(3, 3).double()},
        ),
        "All other code variables keep their values in every row.",
    )
    yield (
        "any variable",
        lambda: same(student(z, 0, values), moved(0)) and same(student(z, 3, values), moved(3)),
        "The first and the last code variable can be changed, too.",
    )
    yield (
        "any number of values",
        lambda: (
            same(student(z, 1, values[:1]), moved(1)[:1])
            and same(student(z, 1, z), torch.stack([torch.cat([z[:1], value[None], z[2:]]) for value in z]))
        ),
        "One value gives one code, and four values four.",
    )

    def untouched() -> Verdict:
        both = student.beside(doubles.one_after_another, student, 0, z, (0, values), (3, values))
        return same(both[1], moved(3))

    yield (
        "z itself stays",
        untouched,
        "A second call with the same z still sees the first one's change: was z itself written into?",
    )


@check
def latent_grid(student: Part, draw: Draw) -> Properties:
    """n x n codes at equal steps of the prior's probability, as a picture is read."""

    def axis(n: int) -> Tensor:
        return Normal(0.0, 1.0).icdf((torch.arange(n).double() + 0.5) / n)

    def grid(n: int) -> Tensor:
        z = axis(n)
        return torch.stack([torch.stack([right, up]) for up in z.flip(0) for right in z])

    n = draw.integer(4, 8)
    yield essential(
        "n * n codes of two variables",
        lambda: gives_shape(student, (n * n, 2), n),
        "Return shape (n * n, 2): all pairs of n values, one pair per row.",
    )
    yield essential(
        "the codes are different",
        lambda: Verdict(len(tensor(student(n)).unique(dim=0)) > 1),
        "All codes are the same: where do the n values come in?",
    )
    due = axis(n)
    centred = Normal(0.0, 1.0).icdf((torch.arange(n).double() + 1) / (n + 1))

    def values(column: int) -> Tensor:
        return tensor(student(n))[:, column].unique().double()

    def right_values() -> Verdict:
        seen = values(0)
        if len(seen) != n:
            return Verdict(False, f"For n = {n} there are {len(seen)} different values of z0.")
        return same(
            seen,
            due,
            {
                "The steps are equal in z, not in probability.": torch.linspace(due[0], due[-1], n).double(),
                "These are probabilities; send them through the inverse of the normal's cumulative distribution.": (
                    torch.arange(n).double() + 0.5
                )
                / n,
                "The values are (k + 1) / (n + 1) in probability; (k + 1/2) / n is asked for.": centred,
                "This is the density or the cumulative distribution itself; its inverse is asked for.": Normal(
                    0.0, 1.0
                ).cdf((torch.arange(n).double() + 0.5) / n),
                "The inverse of another function: that of the logistic distribution.": torch.logit(
                    (torch.arange(n).double() + 0.5) / n
                ),
            },
        )

    yield (
        "equal steps of probability",
        right_values,
        "Along each axis the values are those below which (k + 1/2) / n of the prior lies.",
    )
    yield (
        "both variables take the same values",
        lambda: same(values(1), values(0)),
        "z0 and z1 run over the same n values.",
    )
    yield (
        "every pair once",
        lambda: Verdict(len(tensor(student(n)).unique(dim=0)) == n * n),
        "Each pair of values should appear exactly once: n * n different codes.",
    )

    def first_row() -> Verdict:
        seen = tensor(student(n)).double()[:n, 0]
        return Verdict(bool((seen.diff() > 0).all()))

    yield (
        "z0 grows from left to right",
        first_row,
        "The first n codes are the top row, in which z0 (the first column of the result) grows.",
    )

    def rows() -> Verdict:
        seen = tensor(student(n)).double()[:, 1].reshape(n, n)
        still = bool((seen == seen[:, :1]).all())
        return Verdict(still and bool((seen[:, 0].diff() < 0).all()))

    yield (
        "z1 falls from the top to the bottom",
        rows,
        "Within a row z1 (the second column of the result) stays; the top row has its largest value.",
    )
    yield (
        "small grids are right as a whole",
        lambda: same(student(3), grid(3)) and same(student(1), torch.zeros(1, 2)),
        "For n = 3 the values are -.967, 0 and .967; for n = 1 there is one code, the origin.",
    )
