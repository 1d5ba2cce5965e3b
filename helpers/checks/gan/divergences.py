"""Checks of the distances between two distributions: computed for finitely many values, and derived as formulas."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from helpers.checks import adversaries, doubles
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part

HALF = math.log(2) / 2


def distributions(draw: Draw, *shape: int) -> Tensor:
    """Random distributions over the last dimension, none of whose probabilities is small."""
    weights = 0.1 + draw.uniform(*shape)
    return weights / weights.sum(-1, keepdim=True)


@check
def kl_divergence(student: Part, draw: Draw) -> Properties:
    """The sum of p log(p / q): 0 log 0 is 0, and what q holds for impossible makes it infinite."""
    p, q = distributions(draw, 2, 3, 5), distributions(draw, 2, 3, 5)
    due = (p * (p.log() - q.log())).sum(-1)
    yield essential(
        "where no probability is zero",
        lambda: same(
            student(p, q),
            due,
            {
                "This is KL(q || p): the average is taken over p, which also stands on top.": (
                    q * (q.log() - p.log())
                ).sum(-1),
                "The sign is turned around: a KL divergence is never negative.": -due,
                "This averages over the values; the divergence is a sum, weighted by p.": due / 5,
                "This is in bits; the exercise asks for nats.": due / math.log(2),
                "This is the entropy's part alone: q is missing.": (p * p.log()).sum(-1),
                "This is the cross-entropy: the entropy of p is missing.": -(p * q.log()).sum(-1),
                "Nothing weighs the logarithms here.": (p.log() - q.log()).sum(-1),
            },
        ),
        "For two distributions without zeros the sum over the last dimension is off. Which of the two weighs the logarithm,"
        " and which stands on top in it?",
    )
    few = torch.tensor([0.5, 0.5, 0.0, 0.0], dtype=torch.float64)
    wide = torch.tensor([0.125, 0.25, 0.625, 0.0], dtype=torch.float64)
    yield (
        "what p never takes adds nothing",
        lambda: same(_number(student(few, wide)), 0.5 * math.log(4) + 0.5 * math.log(2), absolute=1e-6),
        "Where p is 0 the term counts as 0, also where q is 0 as well. What does floating-point arithmetic make of it?",
    )
    yield (
        "what q holds for impossible is infinite",
        lambda: Verdict(_number(student(wide, few)) == math.inf),
        "Where q is 0 and p is not, the divergence is `inf`. A small number added to q, or a clamp, hides that.",
    )
    tiny = torch.tensor([1 - 1e-12, 1e-12], dtype=torch.float64)
    half = torch.tensor([0.5, 0.5], dtype=torch.float64)
    yield (
        "small probabilities count as they are",
        lambda: same(
            student(half, tiny),
            -math.log(2) - 0.5 * math.log(1e-12) - 0.5 * math.log1p(-1e-12),
            relative=1e-6,
        ),
        "A probability of 1e-12 is not zero. Is something added to the probabilities, or cut off?",
    )
    both = torch.stack([few, wide])
    yield (
        "one number per pair of distributions",
        lambda: same(student(both, both), torch.zeros(2)),
        "A batch of pairs should give one divergence each, and that of a distribution from itself is 0.",
    )


def _number(value: object) -> Tensor | float:
    """One number, infinite or not."""
    if isinstance(value, Tensor) and value.numel() == 1:
        value = value.detach().reshape(()).double()
        return math.inf if value == math.inf else value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return math.inf if value == math.inf else torch.tensor(float(value)).double()
    return tensor(value, ())


@check
def js_divergence(student: Part, draw: Draw) -> Properties:
    """Half of the KL divergence of either from the mixture of both."""
    p, q = distributions(draw, 4, 5), distributions(draw, 4, 5)
    m = (p + q) / 2
    kl = adversaries.tilted_kl
    due = (kl(p, m) + kl(q, m)) / 2
    yield essential(
        "is made of two KL divergences from the mixture",
        lambda: same(
            student(p, q, adversaries.tilted_kl),
            due,
            {
                "The half is missing.": 2 * due,
                "The mixture stands on the wrong side of the KL divergence.": (kl(m, p) + kl(m, q)) / 2,
                "The mixture is no distribution: its probabilities add up to 2.": (kl(p, p + q) + kl(q, p + q)) / 2,
                "These are KL divergences between p and q themselves; where is the mixture?": (kl(p, q) + kl(q, p)) / 2,
                "Only one of the two is compared with the mixture.": kl(p, m) / 2,
                "Only p is compared with the mixture, and counts fully.": kl(p, m),
                "Only q is compared with the mixture, and counts fully.": kl(q, m),
                "The second divergence is subtracted.": (kl(p, m) - kl(q, m)) / 2,
            },
        ),
        "With another function as `kl` the result should follow. Use the `kl` that is given, once for p and once for q.",
    )
    yield (
        "works on one pair alone",
        lambda: same(student(p[0], q[0], adversaries.tilted_kl), due[0]),
        "A single pair of distributions, without a batch, should give a single number.",
    )
    yield (
        "changes nothing when p and q change places",
        lambda: same(student(q, p, adversaries.tilted_kl), due),
        "The JSD of q and p is that of p and q. Do both play the same part?",
    )


@check
def wasserstein_1(student: Part, draw: Draw) -> Properties:
    """What crosses each gap between neighbouring places, times the gap's width."""
    gaps = 0.2 + 2 * draw.uniform(5)
    x = torch.cat([draw.normal(1), gaps]).cumsum(0)
    point = torch.eye(6, dtype=torch.float64)
    yield essential(
        "one heap moves as far as the places are apart",
        lambda: same(
            student(point[1], point[4], x),
            x[4] - x[1],
            {
                "This counts the gaps and does not measure them: the places are not evenly spaced.": 3.0,
                "The sign is that of the direction; a distance has none.": x[1] - x[4],
                "This is the distance of the masses, not of their places.": 2.0,
            },
        ),
        "If all mass lies on one place in p and on another in q, their distance is that of the places.",
    )
    yield (
        "to the left as well as to the right",
        lambda: same(
            student(point[4], point[1], x),
            x[4] - x[1],
            {"Mass that moves the other way counts negatively: where is the absolute value?": x[1] - x[4]},
        ),
        "Moving a heap back costs as much as moving it there.",
    )
    p = (distributions(draw, 6) + (point[0] + point[5]) / 2) / 2
    q = (distributions(draw, 6) + point[2]) / 2  # some mass has to move to the right, some to the left

    def transported(a: Tensor, b: Tensor) -> float:
        """The cheapest transport on a line, heap by heap from the left."""
        a, b, cost = a.tolist(), b.tolist(), 0.0
        i = j = 0
        while i < 6 and j < 6:
            moved = min(a[i], b[j])
            cost += moved * abs(float(x[i] - x[j]))
            a[i], b[j] = a[i] - moved, b[j] - moved
            i, j = (i + 1, j) if a[i] <= b[j] else (i, j + 1)
        return cost

    left = (p - q).cumsum(0)
    yield (
        "is the cheapest transport between any two",
        lambda: same(
            student(p, q, x),
            transported(p, q),
            {
                "This is the difference of the means: mass that moves to the left is set off against mass that moves to"
                " the right. Absolute values come before the sum.": (left[:-1] * gaps).sum().abs(),
                "These differences are not added up from the left: how much has to cross each gap?": (
                    (p - q).abs()[:-1] * gaps
                ).sum(),
                "The gaps are squared.": (left[:-1].abs() * gaps**2).sum(),
                "What crosses is squared.": (left[:-1] ** 2 * gaps).sum(),
                "This is the mean over the gaps; the distance is a sum.": (left[:-1].abs() * gaps).mean(),
                "What crosses a gap lies to the left of it; here each gap is off by one place.": (
                    left[1:].abs() * gaps
                ).sum(),
            },
            absolute=1e-9,
        ),
        "What crosses a gap is the difference of the masses to its left; it costs the width of the gap.",
    )
    batch = torch.stack([p, q, point[0]])
    yield (
        "one number per pair",
        lambda: same(
            student(batch, q.expand(3, 6), x),
            torch.tensor([transported(row, q) for row in batch], dtype=torch.float64),
            absolute=1e-9,
        ),
        "A batch of pairs on the same places should give one distance for each.",
    )
    yield (
        "moving all places changes nothing, stretching them stretches it",
        lambda: same(student(p, q, 3 * x + 7), 3 * transported(p, q), absolute=1e-9),
        "Places that are three times as far apart make the distance three times as large, wherever they begin.",
    )


@check
def line_divergences(student: Part, draw: Draw) -> Properties:
    """For parallel lines: infinite, infinite, log 2, |theta|; and 0 all four where the lines are the same."""
    parts = [student.beside(doubles.part_of, student, place) for place in range(4)]
    apart, same_line = {"theta": (-2.0, 2.0)}, {"theta": (0.0, 0.0)}
    names = ("KL(P || Q)", "KL(Q || P)", "JSD", "Wasserstein-1")
    slips = [
        {
            "It is 0 everywhere. If P gives probability to points that are impossible under Q, what is the logarithm's"
            " argument there?": lambda theta: 0.0,
            "This would be the answer for the JSD, which is bounded.": lambda theta: math.log(2),
            "The KL divergence does not care how far apart the lines are.": abs,
        }
    ] * 2 + [
        {
            "Twice too much: each of the two KL divergences from the mixture counts half.": lambda theta: (
                2 * math.log(2)
            ),
            "Each half alone is log 2, half of it; both halves together make more.": lambda theta: HALF,
            "The mixture has density wherever P or Q has, so nothing is infinite here.": lambda theta: math.inf,
            "This is in bits; the exercise asks for nats.": lambda theta: 1.0,
            "The JSD does not care how far apart the lines are: it sees only that they do not meet.": lambda theta: (
                abs(theta) * math.log(2)
            ),
        },
        {
            "A distance is never negative; theta may be.": lambda theta: theta,
            "This is the square, as for Wasserstein-2 before the root is taken.": lambda theta: theta**2,
            "Wasserstein is finite: mass can be moved, however far.": lambda theta: math.inf,
            "Does it not matter how far the mass moves?": lambda theta: math.log(2),
            "Half of the way? All the mass has to go all the way.": lambda theta: abs(theta) / 2,
        },
    ]
    due: list[Callable[[float], float]] = [
        lambda theta: math.inf,
        lambda theta: math.inf,
        lambda theta: math.log(2),
        abs,
    ]
    for name, part, value, mistakes in zip(names, parts, due, slips, strict=True):
        yield (
            f"{name} of lines that are apart",
            lambda part=part, value=value, mistakes=mistakes: formula(part, draw, value, apart, mistakes),
            f"For theta other than 0, of either sign, {name} is something else. Do the two lines share any point?",
        )

    def from_itself(part: Part) -> Verdict:
        if formula(part, draw, lambda theta: 0.0, apart):  # nobody earns half of the points by four zeros
            return Verdict(False, "It is 0 for every theta.", "What is 0 for any two lines measures nothing.")
        return formula(
            part,
            draw,
            lambda theta: 0.0,
            same_line,
            {
                "At theta = 0 this still treats the lines as two. A Python `if` looks at the symbol, which is never 0;"
                " sympy.Piecewise looks at its value.": lambda theta: math.inf,
                "At theta = 0 this still treats the lines as two, though P and Q are the same.": lambda theta: math.log(
                    2
                ),
            },
        )

    for name, part in zip(names, parts, strict=True):
        yield (
            f"{name} of a line from itself",
            lambda part=part: from_itself(part),
            "At theta = 0 both distributions are the same, and the distance of a distribution from itself is 0.",
        )


@check
def kinked_pair(student: Part, draw: Draw) -> Properties:
    """Two distributions whose JSD is continuous at 0 and has different slopes on its two sides."""
    thetas = [-0.5, -0.31, -0.1, -1e-3, 0.0, 1e-3, 0.1, 0.31, 0.5]

    def pair(theta: float) -> tuple[Tensor, Tensor]:
        value = student(theta)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors, p and q.")
        p, q = (tensor(part).detach().double() for part in value)
        if p.ndim != 1 or p.shape != q.shape:
            raise Broken(
                f"p and q should be two rows of N probabilities; yours have shapes {tuple(p.shape)}, {tuple(q.shape)}."
            )
        return p, q

    def valid() -> Verdict:
        for theta in thetas:
            for name, part in zip("pq", pair(theta), strict=True):
                if bool((part < -1e-12).any()):
                    return Verdict(False, f"At theta = {theta} a probability of {name} is negative.")
                if abs(float(part.sum()) - 1) > 1e-6:
                    return Verdict(False, f"At theta = {theta} those of {name} add up to {float(part.sum()):.4g}.")
        return Verdict(True)

    def jsd(theta: float) -> float:
        p, q = pair(theta)
        m = (p + q) / 2
        return float(sum(torch.xlogy(a, a).sum() - torch.xlogy(a, m).sum() for a in (p, q)) / 2)

    whole = valid()
    yield essential(
        "two distributions for every theta",
        whole,
        "For every theta between -0.5 and 0.5, negative ones too, p and q should hold no negative numbers and add up to 1.",
    )
    if not whole:
        return

    def continuous() -> Verdict:
        jump = max(abs(jsd(theta) - jsd(0.0)) for theta in (-1e-10, 1e-10))
        return Verdict(jump < 1e-3, f"Next to 0 it jumps by {jump:.3g}.")

    yield essential(
        "the divergence is continuous at 0",
        continuous,
        "The JSD must not jump at theta = 0: that is the example of the two lines, and another pair is asked for.",
    )

    def kinked() -> Verdict:
        at_zero, bends = jsd(0.0), []
        for step in (1e-3, 1e-4, 1e-5):
            right, left = (jsd(step) - at_zero) / step, (at_zero - jsd(-step)) / step
            bends.append(abs(right - left))
        reason = f"From the left and from the right of 0 the slopes differ by {bends[-1]:.3g}."
        return Verdict(min(bends) > 0.02 and bends[-1] > bends[0] / 2, reason)  # a bend that does not fade nearer to 0

    yield essential(
        "the divergence has no derivative at 0",
        kinked,
        "The slopes of the JSD to the left and to the right of 0 should differ. If both distributions share all their values"
        " the divergence is a smooth valley; if it depends on theta in the same way on both sides, where does it turn?",
    )


@check
def shifted_jsd(student: Part, draw: Draw) -> Properties:
    """|theta| log 2 while the intervals overlap, log 2 beyond."""
    slips = {
        "The divergence is never negative; theta may be.": lambda theta: theta * math.log(2),
        "Both P and Q have a part of their own; each adds as much as the other, and counts half.": lambda theta: (
            min(abs(theta), 1) * HALF
        ),
        "Both parts count half: P's own part and Q's own part do not add up to twice.": lambda theta: (
            2 * min(abs(theta), 1) * math.log(2)
        ),
        "This is the transport distance, not the JSD.": abs,
        "This is in bits; the exercise asks for nats.": lambda theta: min(abs(theta), 1),
        "The intervals are treated as if they never met.": lambda theta: math.log(2),
        "This is the part where both live; there the mixture equals either, and nothing is added.": lambda theta: (
            max(1 - abs(theta), 0) * math.log(2)
        ),
    }
    beyond = {
        "The JSD is bounded: beyond theta = 1 nothing overlaps, and moving on changes nothing.": lambda theta: (
            abs(theta) * math.log(2)
        )
    } | slips
    for name, low, high, mistakes in (
        ("intervals that overlap, moved to the right", 0.05, 0.95, slips),
        ("intervals that overlap, moved to the left", -0.95, -0.05, slips),
        ("intervals that do not meet", 1.05, 3.0, beyond),
        ("intervals that do not meet, moved to the left", -3.0, -1.05, beyond),
    ):
        yield essential(
            name,
            lambda low=low, high=high, mistakes=mistakes: formula(
                student,
                draw,
                lambda theta: min(abs(theta), 1) * math.log(2),
                {"theta": (low, high)},
                mistakes,
            ),
            "Cut the line into three parts: only P, both, only Q. What does each add, and how long is it?",
        )
    yield (
        "an interval and itself",
        lambda: formula(student, draw, lambda theta: 0.0, {"theta": (0.0, 0.0)}),
        "At theta = 0 both are the same distribution.",
    )
