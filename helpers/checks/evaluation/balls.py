"""Checks of nearest neighbours: radii, balls, precision and recall, density and coverage, and a test for copies."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import judges
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.evaluation.judging import number, pair
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def on_a_line(draw: Draw, places: Tensor, dims: int = 3) -> tuple[Tensor, Tensor]:
    """Points at the given places along a random direction from a random start; and the direction, of length 1."""
    direction = draw.normal(dims) + 2
    direction = direction / direction.norm()
    return draw.normal(dims) + places.double()[:, None] * direction, direction


@check
def kth_distance(student: Part, draw: Draw) -> Properties:
    """The distance from the k-th nearest other point: not oneself, but another point at the same place counts."""
    hand = torch.tensor([[0.0], [1.0], [3.0], [7.0]]).double()
    ones = torch.tensor([1.0, 1.0, 2.0, 4.0]).double()
    yield essential(
        "the example by hand",
        lambda: same(
            student(hand, 1),
            ones,
            {
                "Each point finds itself as its nearest neighbour, at distance 0.": 0 * ones,
                "This is one neighbour too far.": torch.tensor([3.0, 2, 3, 6]).double(),
                "Distances are squared.": ones**2,
                "This is the farthest point.": torch.tensor([7.0, 6, 4, 7]).double(),
            },
        ),
        "Points 0, 1, 3, 7 and k = 1: the nearest other point is 1, 1, 2 and 4 away.",
    )
    count, k = draw.integer(7, 10), draw.integer(2, 4)
    order = draw.permutation(count)
    x, direction = on_a_line(draw, 2.0**order)
    # from 2^i the lower points come first, the nearest of them 2^(i - 1) away, and then the upper ones
    due = {
        j: torch.tensor([2.0**i - 2.0 ** (i - j) if i >= j else 2.0**j - 2.0**i for i in order.tolist()])
        for j in range(k + 2)
    }
    yield (
        "the k-th neighbour",
        lambda: same(
            student(x, k),
            due[k].double(),
            {
                "Each point counts itself: this is the neighbour before.": due[k - 1].double(),
                "This is one neighbour too far.": due[k + 1].double(),
                "Distances are squared.": due[k].double() ** 2,
                "This is the mean of the k nearest distances.": torch.stack([due[j] for j in range(1, k + 1)])
                .mean(0)
                .double(),
                "This is the nearest neighbour, whatever k is.": due[1].double(),
                "Absolute differences are added up; Euclidean distances are asked for.": due[k].double()
                * direction.abs().sum(),
            },
        ),
        "With k above 1 the radius is off. Does the point itself count?",
    )
    twice = 3 + draw.normal(40, 3)
    twice = torch.cat([twice, twice])
    yield (
        "another point at the same place is a neighbour",
        lambda: same(student(twice, 1), torch.zeros(80).double(), absolute=1e-5),
        "A point that is there twice has a neighbour at distance 0. Are zeros left out, instead of the point itself?",
    )
    grid, _ = on_a_line(draw, draw.permutation(450))
    yield (
        "many points",
        lambda: Verdict(
            float((tensor(student(grid, 2), (450,)).double() - 1).abs().gt(1e-4).sum()) == 2,
            "On a grid of 450 points all but the two at the ends have two neighbours at distance 1.",
        ),
        "Something goes wrong with hundreds of points. Are all blocks compared with all points?",
    )
    far = torch.arange(50.0)[draw.permutation(50)][:, None] + torch.tensor([3000.25, 5000.5])
    yield (
        "computed in float64",
        lambda: (
            same(student(far, 1), torch.full((50,), 2**0.5).double(), relative=1e-6)
            and Verdict(tensor(student(far, 1)).dtype == torch.float64, "It returned float32.")
        ),
        "Points in float32 that lie far from 0 should give radii without rounding errors, in float64.",
    )


def _table(value: object, shape: tuple[int, int]) -> Tensor:
    """A table of zeros and ones, or truth values."""
    table = tensor(value, shape)
    if not bool(((table == 0) | (table == 1)).all()):
        raise Broken("Some entry of the table is neither true nor false.")
    return table.double()


@check
def inside(student: Part, draw: Draw) -> Properties:
    """Entry (i, j): whether point j is nearer to centre i than the radius of ball i; the rim is outside."""
    line = torch.tensor([[0.0], [1.0], [3.0], [7.0]]).double()
    radii = torch.tensor([1.0, 1.0, 2.0, 4.0]).double()
    points = torch.tensor([[0.5], [5.5], [-1.5]]).double()
    due = torch.tensor([[1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 1, 0]]).double()
    yield essential(
        "one row per ball, one column per point",
        lambda: Verdict(_table(student(line, radii, points), (4, 3)).shape == (4, 3)),
        "For 4 balls and 3 points the table has 4 rows and 3 columns.",
    )
    yield essential(
        "the example by hand",
        lambda: same(_table(student(line, radii, points), (4, 3)), due, {"Inside and outside are exchanged.": 1 - due}),
        "Balls at 0, 1, 3, 7 with radii 1, 1, 2, 4: the point 0.5 is in the first two, 5.5 in the last, -1.5 in none.",
    )
    many = torch.tensor([[0.2], [2.5], [6.0], [-3.0]]).double()
    square = torch.tensor([[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]).double()
    wrong = torch.tensor([[1, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]).double()
    other = torch.tensor([0.5, 1.0, 2.0, 3.5]).double()
    yield (
        "each ball has its own radius",
        lambda: same(
            _table(student(line, other, many), (4, 4)),
            torch.where(torch.arange(4)[None] >= 0, square, wrong),
        ),
        "With as many balls as points the radii belong to rows. Are they compared as a row, so that points have radii?",
    )
    rim = torch.tensor([[2.0], [-1.0], [11.0]]).double()
    on_rim = torch.tensor([[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0]]).double()
    yield (
        "the rim is outside",
        lambda: same(_table(student(line, radii, rim), (4, 3)), on_rim),
        "A point exactly as far as the radius is not inside: 2 from the centre 1 with radius 1.",
    )
    flat = torch.tensor([[0.0, 0.0], [4.0, 0.0]]).double()
    corner = torch.tensor([[3.0, 3.0], [0.3, 0.3], [4.0, -1.0]]).double()
    yield (
        "distances are Euclidean",
        lambda: (
            same(
                _table(student(flat, torch.tensor([4.3, 0.9]).double(), corner), (2, 3)),
                torch.tensor([[1, 1, 1], [0, 0, 0]]).double(),
            )
            and same(
                _table(student(flat, torch.tensor([4.1, 1.1]).double(), corner), (2, 3)),
                torch.tensor([[0, 1, 0], [0, 0, 1]]).double(),
            )
        ),
        "In two dimensions the distance of (3, 3) from the origin is 4.24, and its square is not compared with a radius.",
    )
    places = 3 + draw.normal(40, 3)
    yield (
        "a point at the centre is inside",
        lambda: same(_table(student(places, torch.full((40,), 1e-3), places), (40, 40)).diagonal(), torch.ones(40)),
        "A point at a ball's centre is inside, however small the ball. By rounding its squared distance may be below 0.",
    )
    grid = torch.arange(450.0)[draw.permutation(450)]
    yield (
        "many balls, and float64",
        lambda: same(
            _table(student(grid[:, None] + 5000, torch.full((450,), 1.5), grid[:30, None] + 5000), (450, 30)),
            ((grid[:, None] - grid[None, :30]).square() < 2).double(),
        ),
        "With hundreds of balls, in float32 and far from 0, the table should be exact. Turn features into float64 first.",
    )


@check
def ball_tables(student: Part, draw: Draw) -> Properties:
    """Each set's balls have the radii of that set and hold points of the other one; N and M differ."""
    k = draw.integer(2, 6)

    def tables(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        value = student(real, fake, k, judges.odd_radii, judges.odd_inside)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tables.")
        return _table(value[0], (len(real), len(fake))), _table(value[1], (len(fake), len(real)))

    def hits(centres: Tensor, radii: Tensor, points: Tensor) -> Tensor:
        return judges.odd_inside(centres, radii, points).double()

    real, fake = draw.normal(30, 3), draw.normal(30, 3) + 0.3
    r, f = judges.odd_radii(real, k), judges.odd_radii(fake, k)
    yield essential(
        "the real images' balls, with their radii",
        lambda: same(
            tables(real, fake)[0],
            hits(real, r, fake),
            {
                "The radii are those of the fakes: a ball around a real image has the real image's radius.": hits(
                    real, f, fake
                ),
                "These are the fakes' balls: the two tables are exchanged.": hits(fake, f, real),
                "The real images lie in their own balls; which fakes do?": hits(real, r, real),
                "k is not the one that is given.": hits(real, judges.odd_radii(real, k + 1), fake),
                "k is not the one that is given. ": hits(real, judges.odd_radii(real, k - 1), fake),
                "k is not passed on.": hits(real, judges.odd_radii(real, 5), fake),
            },
        ),
        "The first table says which fakes lie in which real image's ball. Are its radii and its entries what the given `radii`"
        " and `inside` say?",
    )
    yield essential(
        "the fakes' balls, with their radii",
        lambda: same(
            tables(real, fake)[1],
            hits(fake, f, real),
            {
                "The radii are those of the real images: a ball around a fake has the fake's radius.": hits(
                    fake, r, real
                ),
                "This is the first table again.": hits(real, r, fake),
                "This is the first table's transpose; but the fakes' balls have other radii.": hits(real, r, fake).T,
                "This table is transposed: it should have one row per fake.": hits(fake, f, real).T,
                "The fakes lie in their own balls; which real images do?": hits(fake, f, fake),
            },
        ),
        "The second table says which real images lie in which fake's ball, one row per fake.",
    )
    few = draw.normal(5, 3), draw.normal(8, 3)
    yield (
        "more fakes than real images",
        lambda: all(
            same(mine, due)
            for mine, due in zip(
                tables(*few),
                (
                    hits(few[0], judges.odd_radii(few[0], k), few[1]),
                    hits(few[1], judges.odd_radii(few[1], k), few[0]),
                ),
                strict=True,
            )
        ),
        "With 5 real images and 8 fakes the tables have shapes (5, 8) and (8, 5), each with the radii of its rows.",
    )


def _hits(draw: Draw, rows: int, columns: int) -> Tensor:
    """A table of truth values in which each axis has empty lines and different numbers of hits."""
    table = draw.uniform(rows, columns) < 0.5
    table[0], table[:, 0] = True, True
    table[-1], table[:, -2:] = False, False
    return table[draw.permutation(rows)][:, draw.permutation(columns)]


def _shares(table: Tensor) -> tuple[Tensor, Tensor]:
    """The shares of rows, and of columns, with a hit."""
    return tuple((table.sum(axis) > 0).sum() / torch.tensor(float(table.shape[1 - axis])).double() for axis in (1, 0))


@check
def precision_and_recall(student: Part, draw: Draw) -> Properties:
    """The share of fakes in a real image's ball, and the share of real images in a fake's ball."""
    real_balls, fake_balls = _hits(draw, 7, 9), _hits(draw, 9, 7)
    fake_balls[fake_balls.any(1).nonzero()[:2, 0]] = False
    (covered, precision), (holding, recall) = _shares(real_balls), _shares(fake_balls)

    def both(*tables: Tensor) -> tuple[Tensor, Tensor]:
        return pair(student(*tables), "precision and recall")

    def filled(table: Tensor) -> Tensor:
        return table.double().mean()

    yield essential(
        "precision: fakes in a real image's ball",
        lambda: same(
            both(real_balls, fake_balls)[0],
            precision,
            {
                "This is the share of real balls that hold a fake; precision is a share of the fakes.": covered,
                "Precision and recall are exchanged.": recall,
                "This looks at the fakes' balls; precision needs the real images'.": holding,
                "This is the mean of the table: one ball is enough for a fake.": filled(real_balls),
                "Only fakes that lie in all balls count; one ball is enough.": real_balls.all(0).double().mean(),
                "These are counts, not shares.": precision * 9,
                "The count is divided by the number of the others.": precision * 9 / 7,
                "This is the share of fakes in no ball.": 1 - precision,
            },
        ),
        "Of 9 fakes and 7 real images, which share of the fakes lies in the ball of at least one real image?",
    )
    yield essential(
        "recall: real images in a fake's ball",
        lambda: same(
            both(real_balls, fake_balls)[1],
            recall,
            {
                "This is coverage: the share of real images whose own ball holds a fake. Recall uses the fakes' balls.": covered,
                "Precision and recall are exchanged.": precision,
                "This is the share of fakes whose ball holds a real image; recall is a share of the real images.": holding,
                "This is the mean of the table: one ball is enough for a real image.": filled(fake_balls),
                "Only real images that lie in all balls count; one ball is enough.": fake_balls.all(0).double().mean(),
                "These are counts, not shares.": recall * 7,
                "The count is divided by the number of the others.": recall * 7 / 9,
            },
        ),
        "Of 7 real images, which share lies in the ball of at least one of the 9 fakes?",
    )
    near = torch.zeros(6, 8, dtype=torch.bool)
    near[2] = True  # all fakes are copies of one real image: in its ball, with no balls of their own
    yield (
        "a collapsed model: precise, without recall",
        lambda: same(torch.stack(both(near, torch.zeros(8, 6, dtype=torch.bool))), torch.tensor([1.0, 0.0]).double()),
        "If all fakes lie in the ball of one real image and their own balls are empty, precision is 1 and recall 0.",
    )


@check
def density_and_coverage(student: Part, draw: Draw) -> Properties:
    """All hits by k and the number of fakes, and the share of real images whose ball holds a fake."""
    table, k = _hits(draw, 7, 9), 2
    hits = table.sum().double()
    covered, precise = _shares(table)

    def both(balls: Tensor, neighbours: int) -> tuple[Tensor, Tensor]:
        return pair(student(balls, neighbours), "density and coverage")

    yield essential(
        "density: hits by k and fakes",
        lambda: same(
            both(table, k)[0],
            hits / (9 * k),
            {
                "It is divided by the number of real images; the mean is over the fakes.": hits / (7 * k),
                "It is divided by the number of all pairs.": hits / (63 * k),
                "It is divided by the number of all pairs, and not by k.": hits / 63,
                "It is not divided by k.": hits / 9,
                "It is not divided by the number of fakes.": hits / k,
                "This is precision: density counts every ball that holds a fake.": precise,
                "This is precision over k: density counts every ball that holds a fake.": precise / k,
                "Density and coverage are exchanged.": covered,
            },
        ),
        "Each fake counts as many times as there are real balls around it; the sum is divided by k and the number of fakes.",
    )
    yield (
        "density may exceed 1",
        lambda: same(
            both(torch.ones(6, 4, dtype=torch.bool), 2)[0],
            torch.tensor(3.0).double(),
            {"It is cut off at 1; fakes that crowd where real images are dense get more.": 1.0},
        ),
        "Fakes in the balls of all six real images have density 3 for k = 2. Is something cut off?",
    )
    yield essential(
        "coverage: real balls that hold a fake",
        lambda: same(
            both(table, k)[1],
            covered,
            {
                "This is precision: the share of fakes in a ball. Coverage is a share of the real images.": precise,
                "Density and coverage are exchanged.": hits / (9 * k),
                "Only balls that hold all fakes count; one fake is enough.": table.all(1).double().mean(),
                "Coverage does not depend on k by itself.": covered / k,
                "This is a count, not a share.": covered * 7,
                "The count is divided by the number of fakes.": covered * 7 / 9,
                "A ball counts once for each fake in it.": hits / 7,
                "This is the share of real balls without a fake.": 1 - covered,
            },
        ),
        "Of 7 real images, which share has a ball that holds at least one fake?",
    )
    yield (
        "k divides density alone",
        lambda: same(torch.stack(both(table, 3)), torch.stack([hits / 27, covered])),
        "With the same table and k = 3 instead of 2, density changes by that factor and coverage not at all.",
    )


@check
def expected_coverage(student: Part, draw: Draw) -> Properties:
    """One minus the probability that the k nearest of all others are real: (1 / (1 + c))^k."""
    slips: dict[str, Callable[[float, float], float]] = {
        "This is the probability that a ball is *not* covered.": lambda k, c: (1 + c) ** -k,
        "This holds for as many fakes as real images: c is missing.": lambda k, c: 1 - 2.0**-k,
        "The share of fakes stands where that of real images should.": lambda k, c: 1 - (c / (1 + c)) ** k,
        "The share of fakes stands where that of real images should, and the complement is missing.": lambda k, c: (
            (c / (1 + c)) ** k
        ),
        "c is fakes per real image, not the other way round: a real one has the share 1 / (1 + c).": lambda k, c: (
            1 - (1 / (1 + 1 / c)) ** k
        ),
        "The power is missing: all k nearest must be real.": lambda k, c: 1 - 1 / (1 + c),
        "The power is missing, it is multiplied by k.": lambda k, c: 1 - k / (1 + c),
        "One neighbour too few: the k-th lies on the rim, and a fake nearer than it covers.": lambda k, c: (
            1 - (1 + c) ** (1 - k)
        ),
        "One neighbour too many.": lambda k, c: 1 - (1 + c) ** (-k - 1),
        "The probability is not c: of all others the share 1 / (1 + c) is real.": lambda k, c: 1 - c**-k,
        "Fakes arrive one by one, but their number is c times that of real images: no exponential.": lambda k, c: (
            1 - 2.718281828459045 ** (-c * k)
        ),
    }
    yield essential(
        "the formula",
        lambda: formula(student, draw, lambda k, c: 1 - (1 + c) ** -k, {"k": (1.5, 8), "c": (0.3, 3)}, slips),
        "A ball stays empty if the nearest k of all other points are real. How probable is that for each of them?",
    )


@check
def nearer_to_train(student: Part, draw: Draw) -> Properties:
    """The share of fakes whose nearest neighbour is a training image, ties for one half."""
    train, held_out = draw.normal(6, 3), draw.normal(6, 3) + 4
    near, far = train[[0, 2, 2, 5]] + 0.01, held_out[[1, 1, 3]] + 0.01

    def share(*sets: Tensor) -> Tensor:
        return number(student(*(points.float() for points in sets)))

    yield essential(
        "four of seven",
        lambda: same(
            share(train, held_out, torch.cat([near, far])),
            torch.tensor(4 / 7).double(),
            {
                "This is the share that is nearer to the held-out images.": 3 / 7,
                "This is a count, not a share.": 4.0,
                "The count is divided by the number of training images.": 4 / 6,
            },
        ),
        "Four fakes beside training images and three beside held-out ones.",
    )
    yield (
        "copies: 1, and copies of the others: 0",
        lambda: (
            same(share(train, held_out, train), torch.tensor(1.0).double())
            and same(share(train, held_out, held_out), torch.tensor(0.0).double())
        ),
        "Copies of training images should give 1.",
    )
    yield (
        "ties count one half",
        lambda: same(share(train, train.flip(0), draw.normal(5, 3)), torch.tensor(0.5).double()),
        "If both sets are the same, no fake is nearer to either.",
    )
    spread = torch.tensor([[0.0], [100.0]]).double(), torch.tensor([[30.0], [40.0]]).double()
    yield (
        "the nearest image decides",
        lambda: same(share(*spread, torch.tensor([[5.0], [95.0], [33.0]]).double()), torch.tensor(2 / 3).double()),
        "Only the nearest image of each set counts, not the mean of all distances, nor the farthest.",
    )
