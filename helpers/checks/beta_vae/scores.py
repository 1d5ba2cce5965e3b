"""Checks of the scores for disentanglement: mutual information from counts, its gap, and the vote of still variables."""

from __future__ import annotations

from math import log

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gives_shape, same, varies
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part, kind


def surprise(p: Tensor) -> Tensor:
    """Entropy of frequencies, in nats; empty cells count nothing."""
    return torch.special.entr(p).sum()


def shared(counts: Tensor) -> Tensor:
    """What rows and columns of a table share: their entropies minus that of the pair."""
    p = counts / counts.sum()
    return surprise(p.sum(1)) + surprise(p.sum(0)) - surprise(p)


@check
def mutual_information(student: Part, draw: Draw) -> Properties:
    """The mutual information of rows and columns of a table of counts."""
    counts = draw.integers(1, 30, 4, 3).double()
    p = counts / counts.sum()
    rows, columns = p.sum(1, keepdim=True), p.sum(0, keepdim=True)
    yield essential(
        "returns a scalar", lambda: gives_shape(student, (), counts), "One number for the table: a tensor of shape ()."
    )
    yield essential(
        "answers to the counts",
        lambda: varies(student, (counts,), (9 * torch.eye(4, 3).double() + 1,)),
        "Another table should have another information.",
    )
    yield (
        "the sum over all cells",
        lambda: same(
            student(counts),
            shared(counts),
            {
                "This is in bits; nats are asked for.": shared(counts) / log(2),
                "The sign: information is never negative.": -shared(counts),
                "The cells are not weighted by their frequencies.": (p / (rows * columns)).log().sum(),
                "The cells are averaged; they add up.": shared(counts) / 12,
                "This is the entropy of the pair.": surprise(p),
                "This is the sum of both entropies: that of the pair is missing.": surprise(p.sum(1))
                + surprise(p.sum(0)),
                "The cells are weighted by what independence would give: the divergence is turned round.": (
                    rows * columns * (rows * columns / p).log()
                ).sum(),
                "The counts are not divided by their number.": torch.xlogy(
                    counts, counts / (counts.sum(1, keepdim=True) * counts.sum(0, keepdim=True))
                ).sum(),
                "Only the frequencies of the rows stand in the denominator.": (p * (p / rows).log()).sum(),
                "Only the frequencies of the columns stand in the denominator.": (p * (p / columns).log()).sum(),
                "Frequencies outside, but counts inside of the logarithm.": torch.xlogy(
                    p, counts / (counts.sum(1, keepdim=True) * counts.sum(0, keepdim=True))
                ).sum(),
            },
        ),
        "Frequencies first; then p log(p / (row's p times column's p)), added over all cells.",
    )
    yield (
        "independent rows and columns share nothing",
        lambda: same(student(torch.outer(draw.integers(1, 9, 5), draw.integers(1, 9, 3)).double()), 0.0, absolute=1e-5),
        "Where every cell is the product of its row's and its column's frequency, the information is 0.",
    )
    sizes = draw.integers(1, 9, 4).double()
    yield (
        "empty cells count nothing",
        lambda: same(
            student(torch.diag(sizes)),
            surprise(sizes / sizes.sum()),
        ),
        "One-to-one tables are full of zeros; their information is the entropy, and 0 log 0 is 0. Nothing may be added to the counts.",
    )
    holes = counts.clone()
    holes[1], holes[0, 2] = 0, 0
    yield (
        "empty rows and columns are harmless",
        lambda: (
            same(student(holes), shared(holes))
            and same(student(torch.cat([holes, torch.zeros(4, 2).double()], 1)), shared(holes))
        ),
        "A bin without any code, or a value that never occurs, changes nothing.",
    )
    yield (
        "the number of counts does not matter",
        lambda: same(student(50 * counts), shared(counts)) and same(student(3 * holes), shared(holes)),
        "Fifty times as many of everything share as much: frequencies count.",
    )
    yield (
        "rows and columns may be exchanged",
        lambda: same(student(counts.T.contiguous()), shared(counts)),
        "Information is mutual: the table and its transpose have the same.",
    )


@check
def mig(student: Part, draw: Draw) -> Properties:
    """The mean over factors of the gap between the two largest informations, over the entropy."""
    information, entropies = draw.uniform(5, 3), 1 + 2 * draw.uniform(3)
    ordered = information.sort(0, descending=True).values
    gap = ordered[0] - ordered[1]
    across = information.sort(1, descending=True).values
    yield essential(
        "returns a scalar",
        lambda: gives_shape(student, (), information, entropies),
        "One number for all factors: a tensor of shape ().",
    )
    yield essential(
        "answers to informations and entropies",
        lambda: (
            varies(lambda i: student(i, entropies), (information,), (information**2 / 2,))
            and varies(lambda e: student(information, e), (entropies,), (3 * entropies,))
        ),
        "Other informations, or other entropies, should give another gap.",
    )
    sizes = 1 + draw.uniform(4)
    yield (
        "a one-to-one code has 1",
        lambda: same(
            student(torch.diag(sizes)[draw.permutation(4)], sizes),
            1.0,
            {
                "The gap is not divided by the entropy of its factor.": sizes.mean(),
                "This is the sum over the factors.": 4.0,
            },
        ),
        "Each factor is known by one variable completely and by no other one: the gap is the whole entropy, and the score 1.",
    )
    yield (
        "a doubled code has 0",
        lambda: same(student(torch.cat([torch.diag(sizes)] * 2), sizes), 0.0),
        "Where two variables know a factor equally well there is no gap.",
    )
    yield (
        "the gap between the two largest, per entropy, averaged",
        lambda: same(
            student(information, entropies),
            (gap / entropies).mean(),
            {
                "The gap is not divided by the entropy of its factor.": gap.mean(),
                "This is the sum over the factors.": (gap / entropies).sum(),
                "Both sums are divided as wholes: divide each factor's gap by its own entropy.": gap.sum()
                / entropies.sum(),
                "The gap is taken from the largest to the smallest.": ((ordered[0] - ordered[-1]) / entropies).mean(),
                "The gap is taken between variables 0 and 1, whichever are largest.": (
                    (information[0] - information[1]) / entropies
                ).mean(),
                "There is no gap: this is the largest information.": (ordered[0] / entropies).mean(),
                "The sign: the largest comes first.": -(gap / entropies).mean(),
                "The largest informations are sought over the factors of each variable.": (
                    (across[:, 0] - across[:, 1]).mean() / entropies.mean()
                ),
                "The gap is taken between the second and the third.": ((ordered[1] - ordered[2]) / entropies).mean(),
                "The gap is multiplied by the entropy.": (gap * entropies).mean(),
                "The gap from the mean of the others is taken, not from the second largest.": (
                    (ordered[0] - ordered[1:].mean(0)) / entropies
                ).mean(),
            },
        ),
        "For each factor (a column) the two largest of its column; their difference over that factor's entropy; the mean over factors.",
    )
    yield (
        "the order of the variables does not matter",
        lambda: same(student(information[draw.permutation(5)], entropies), (gap / entropies).mean()),
        "The two largest are sought, wherever they stand.",
    )
    square = draw.uniform(3, 3)
    top = square.sort(0, descending=True).values
    yield (
        "variables are rows, factors are columns",
        lambda: same(student(square, entropies), ((top[0] - top[1]) / entropies).mean()),
        "With as many variables as factors nothing stops a mistake in the dimension: informations have shape (d, K).",
    )
    yield (
        "two variables and one factor",
        lambda: same(student(torch.tensor([[0.5], [1.5]]).double(), torch.tensor([2.0]).double()), 0.5),
        "The example by hand: 1.5 and .5 with entropy 2 give .5.",
    )


@check
def factor_vae_score(student: Part, draw: Draw) -> Properties:
    """The accuracy of a majority vote by the code variable that hardly moves."""
    spread = torch.tensor([1.0, 10.0, 0.1]).double()

    def sets(still: list[int], scale: Tensor = spread, calm: float = 0.05) -> Tensor:
        """Sets of codes of which one variable hardly moves, measured by its own spread."""
        codes = draw.normal(len(still), 40, len(scale))
        for place, variable in enumerate(still):
            codes[place, :, variable] *= calm
        return codes * scale + 3 * draw.normal(len(still), 1, len(scale)) * scale

    fixed = torch.tensor([0, 1, 2, 2, 1, 0, 2, 1])
    perfect = sets([2, 0, 1, 1, 0, 2, 1, 0])

    def number() -> Verdict:
        value = student(perfect, fixed, spread)
        what = kind(value.handle if isinstance(value, Part) else value)
        return Verdict(isinstance(value, float), f"It returned {what}.")

    yield essential("returns a float", number, "The docstring promises one Python float.")
    yield essential(
        "a variable per factor has 1",
        lambda: same(
            student(perfect, fixed, spread),
            1.0,
            {
                "This is the number of sets; their share is asked for.": 8.0,
                "This is a percentage; the share in [0, 1] is asked for.": 100.0,
                "The number of the variable is compared with that of the factor: a variable may stand for any factor.": 0.0,
                "The error is asked less than the accuracy: this is what is left of 1.": 0.0,
            },
        ),
        "Each factor holds one variable still, each another: every vote can be right. Which factor a variable stands for is for the"
        " majority to say, and variances are to be measured by the variable's own spread.",
    )
    still = [0, 0, 0, 1, 1, 1]
    votes = torch.tensor([0, 0, 1, 1, 1, 1])
    yield essential(
        "a vote for the wrong factor counts against it",
        lambda: same(
            student(sets(still), votes, spread),
            5 / 6,
            {"This is the error; the accuracy is what is left of 1.": 1 / 6, "Every set is called right.": 1.0},
        ),
        "The example by hand: variable 0 is voted for by factors A, A, B, variable 1 by B, B, B. Five of six are right.",
    )
    one = torch.tensor([0, 1, 2, 0, 1, 0])
    yield (
        "each variable stands for one factor",
        lambda: same(
            student(sets([1] * 6), one, spread),
            0.5,
            {
                "Each factor gets its favourite variable: the majority is to be sought per variable.": 1.0,
                "The shares of the factors are averaged; every set counts the same.": 1 / 3,
            },
        ),
        "One variable is still in all sets. It stands for the factor that came most often, three times of six.",
    )
    two = torch.tensor([0, 0, 0, 0, 0, 1])
    yield (
        "a factor may have several variables",
        lambda: same(
            student(sets([0, 0, 1, 1, 2, 2]), two, spread),
            5 / 6,
            {"Each factor gets only one variable; several variables may stand for one factor.": 0.5},
        ),
        "Factor A holds variables 0 and 1 still, and once variable 2. Both of the former stand for A.",
    )
    loud = torch.tensor([1.0, 30.0, 1.0]).double()
    yield (
        "variances are measured by the variable's spread",
        lambda: same(
            student(sets([1, 1, 0, 0, 2, 2], loud, 0.2), torch.tensor([0, 0, 1, 1, 2, 2]), loud),
            1.0,
        ),
        "A variable with a large spread hardly moves where it moves little *for it*. Divide the variance by the variance over all data.",
    )
    small = torch.full((5,), 0.01).double()
    pairs = small * torch.tensor([-1.0, 1.0]).double()[None, :, None] * (1 - 0.9 * torch.eye(5).double()[:, None, :])
    yield (
        "few images, and small codes",
        lambda: same(student(pairs, torch.arange(5).flip(0), small), 1.0),
        "Five sets of two images, with codes of about .01: how many variables and factors there are has nothing to do with how"
        " many images a set has, or how large their codes are.",
    )
    near = torch.tensor([4.0, 1.0]).double()
    codes = torch.zeros(2, 3, 2).double()
    pattern = torch.tensor([-1.0, 0.0, 1.0]).double()
    codes[0, :, 0], codes[0, :, 1] = 1.2 * pattern, 0.4 * pattern  # .3 and .4 spreads: variable 0
    codes[1, :, 0], codes[1, :, 1] = 2.0 * pattern, 0.4 * pattern  # .5 and .4 spreads: variable 1
    yield (
        "by its square, for a variance",
        lambda: same(student(codes, torch.tensor([0, 1]), near), 1.0),
        "A variance is measured by a variance: a standard deviation by a standard deviation.",
    )
    halves = torch.tensor([[1.0, 2.0], [2.0, 1.0]]).double()[:, None] * torch.tensor([-1.0, 1.0]).double()[:, None]
    yield (
        "answers to the spread",
        lambda: (
            same(student(halves, torch.tensor([0, 1]), torch.tensor([1.0, 1.0]).double()), 1.0)
            and same(student(halves, torch.tensor([0, 1]), torch.tensor([100.0, 1.0]).double()), 0.5)
        ),
        "The spread over all data is given, and these sets are only a part of all data: with another spread the same codes give other"
        " votes.",
    )
    level = 100 + sets([0, 1, 2, 0])
    yield (
        "where the still variable stands does not matter",
        lambda: same(student(level, torch.tensor([2, 0, 1, 2]), spread), 1.0),
        "A variable is still where it does not vary, not where it is small.",
    )
    mixed = torch.tensor([0, 1, 2, 1, 0, 2, 0, 2])
    yield (
        "answers to the factors",
        lambda: varies(student, (perfect, fixed, spread), (perfect, mixed, spread)),
        "With other fixed factors the votes are less right.",
    )
