"""Checks of what judges a score: the ROC curve, its area, and the average precision.

Scores are made from counts: at each level so many anomalies and so many normal images. What is due follows from counts.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, NotWritten, Part

EXACT, SINGLE = 1e-12, 1e-6  # the first where precision is the question, the second where it is not


class Counts:
    """Scores on a few levels, with so many anomalies and normal images on each, in random order."""

    def __init__(self, draw: Draw, anomalies: list[int] | None = None, normal: list[int] | None = None):
        """Draw the counts, or take them, from the lowest level to the highest."""
        levels = draw.integer(5, 9)
        p = torch.tensor(anomalies) if anomalies else draw.integers(1, 5, levels)
        n = torch.tensor(normal) if normal else draw.integers(1, 7, levels)
        levels = len(p)
        heights = (0.1 + draw.uniform(levels)).cumsum(0) - 2
        scores = torch.cat([heights.repeat_interleave(p), heights.repeat_interleave(n)])
        labels = torch.cat([torch.ones(int(p.sum())), torch.zeros(int(n.sum()))]).long()
        order = draw.permutation(len(scores))
        self.scores, self.labels = scores[order], labels[order]
        self.p, self.n = p.double(), n.double()

    @property
    def caught(self) -> tuple[Tensor, Tensor]:
        """Anomalies and normal images at or above each level, from the highest down."""
        return self.p.flip(0).cumsum(0), self.n.flip(0).cumsum(0)

    def redrawn(self) -> Iterator[Counts]:
        """The same images with other scores in the same order: spread widely, and close to one another."""
        for scores in ((3 * self.scores).exp(), 1 + 1e-5 * self.scores):
            other = copy.copy(self)
            other.scores = scores
            yield other

    def area(self) -> float:
        """The part of pairs in which the anomaly is higher, ties for one half."""
        below = self.n.cumsum(0) - self.n
        return float((self.p * (below + self.n / 2.0)).sum() / (self.p.sum() * self.n.sum()))

    def precision(self) -> float:
        """The average precision."""
        p, n = self.caught
        return float((self.p.flip(0) / self.p.sum() * p / (p + n)).sum())


def _raises_on_nan(student: Part, counts: Counts) -> Verdict:
    """Whether a score that is no number raises an error."""
    spoilt = counts.scores.clone()
    spoilt[int(counts.labels.argmax())] = float("nan")
    try:
        student(spoilt, counts.labels)
    except NotWritten:
        raise
    except Broken as error:
        return Verdict("ValueError" in str(error), str(error))
    return Verdict(False, "It returned a number all the same.")


def _is_float(value: object) -> Verdict:
    """Whether a value is a Python float."""
    return Verdict(isinstance(value, float), "It returned something else.")


@check
def roc_curve(student: Part, draw: Draw) -> Properties:
    """False and true positive rates from (0, 0) to (1, 1), one point per different score, equal scores together."""
    spread = Counts(draw, [1, 0, 1, 1, 0, 1, 1], [0, 1, 0, 0, 1, 0, 0])
    tied = Counts(draw)

    def curve(counts: Counts) -> tuple[Tensor, Tensor]:
        value = student(counts.scores, counts.labels)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two tensors: false positive rates, then true positive rates.")
        false, true = tensor(value[0]), tensor(value[1])
        if false.ndim != 1 or false.shape != true.shape:
            raise Broken(
                f"Both should be vectors of one length; they have shapes {tuple(false.shape)} and {tuple(true.shape)}."
            )
        return false.double(), true.double()

    def due(counts: Counts) -> tuple[Tensor, Tensor]:
        p, n = (torch.cat([torch.zeros(1).double(), count]) for count in counts.caught)
        return n / n[-1], p / p[-1]

    false, true = due(spread)
    up = spread.p.cumsum(0), spread.n.cumsum(0)
    rising = tuple(torch.cat([torch.zeros(1).double(), count / count[-1]]) for count in (up[1], up[0]))

    def without_ties() -> Verdict:
        found = torch.stack(curve(spread))
        if found.shape[1] == len(true) - 1 and same(found, torch.stack([false, true])[:, 1:]):
            return Verdict(False, "", "The first point is missing: with no threshold reached, nobody is accused.")
        if found.shape[1] != len(true):
            return Verdict(False, f"For {len(true) - 1} different scores it returned {found.shape[1]} points.")
        total = spread.p.sum() + spread.n.sum()
        return same(
            found,
            torch.stack([false, true]),
            {
                "The rates are swapped: the first is that of normal images.": torch.stack([true, false]),
                "It begins with the lowest score; the threshold falls from the highest.": torch.stack(rising),
                "These are counts; rates are parts of all anomalies, and of all normal images.": torch.stack(
                    [false * spread.n.sum(), true * spread.p.sum()]
                ),
                "Rates are parts of the own class, not of all images.": torch.stack(
                    [false * spread.n.sum() / total, true * spread.p.sum() / total]
                ),
                "Both classes are divided by the number of anomalies.": torch.stack(
                    [false * spread.n.sum() / spread.p.sum(), true]
                ),
                "The labels are swapped: 1 marks an anomaly.": torch.stack([true, false]),
                "The points come in falling order.": torch.stack([false, true]).flip(1),
            },
            relative=SINGLE,
            absolute=SINGLE,
        )

    yield essential(
        "without ties",
        without_ties,
        "With all scores different, each image adds a step: upwards for an anomaly, to the right for a normal image, from the"
        " highest score down.",
    )

    def with_ties() -> Verdict:
        found, expected = torch.stack(curve(tied)), torch.stack(due(tied))
        if found.shape != expected.shape:
            return Verdict(False, f"For {expected.shape[1] - 1} different scores it returned {found.shape[1]} points.")
        return same(found, expected, relative=SINGLE, absolute=SINGLE)

    yield essential(
        "equal scores enter together",
        with_ties,
        "No threshold separates equal scores, so a run of them gives one point, at its end.",
    )

    def ends() -> Verdict:
        x, y = curve(tied)
        return Verdict(bool(x[0] == y[0] == 0) and bool((x[-1] - 1).abs() < SINGLE and (y[-1] - 1).abs() < SINGLE))

    yield "from (0, 0) to (1, 1)", ends, "No threshold reached accuses nobody; the lowest one accuses everybody."

    def monotone() -> Verdict:
        drawn = Counts(draw)
        before = torch.stack(due(drawn))
        for other in drawn.redrawn():
            found = torch.stack(curve(other))
            if found.shape != before.shape:
                return Verdict(
                    False, f"For {before.shape[1] - 1} different scores it returned {found.shape[1]} points."
                )
            verdict = same(found, before, relative=SINGLE, absolute=SINGLE)
            if not verdict:
                return verdict
        return Verdict(True)

    yield (
        "only the order of the scores counts",
        monotone,
        "A map that keeps the order of the scores must not change the curve. Is there a fixed grid of thresholds, or are scores"
        " taken for equal that are only close?",
    )
    yield (
        "all scores equal",
        lambda: same(torch.stack(curve(Counts(draw, [3], [4]))), torch.tensor([[0.0, 1.0], [0.0, 1.0]])),
        "If all scores are equal, there are two points: nobody, and everybody.",
    )
    yield (
        "exact to float64",
        lambda: _precise(student, draw),
        "Rates should be right to twelve digits, also with thousands of images. In which precision is counted?",
    )


def _precise(student: Part, draw: Draw) -> Verdict:
    """Whether rates of float32 scores are right in float64."""
    counts = Counts(draw, [7, 11, 13], [17, 19, 3])
    value = student(counts.scores.float(), counts.labels)
    p, n = counts.caught
    found = torch.stack([tensor(value[0]).double(), tensor(value[1]).double()])[:, 1:]
    return same(found, torch.stack([n / n[-1], p / p[-1]]), relative=EXACT, absolute=EXACT)


def _judged(student: Part, counts: Counts, due: float, slips: dict[str, float], tolerance: float = SINGLE) -> Verdict:
    """Whether the number for these scores is the one that is due."""
    value = student(counts.scores, counts.labels)
    if isinstance(value, float):  # a float is a double, which a tensor made of it would not be
        value = torch.tensor(value, dtype=torch.float64)
    exact = {advice: torch.tensor(slip, dtype=torch.float64) for advice, slip in slips.items()}
    return same(value, torch.tensor(due, dtype=torch.float64), exact, relative=tolerance, absolute=tolerance)


@check
def auroc(student: Part, draw: Draw) -> Properties:
    """The probability that an anomaly scores higher than a normal image, ties counting one half."""
    hand = Counts(draw, [1, 0, 1, 0, 1], [0, 2, 0, 1, 0])  # no ties between classes
    tied = Counts(draw)

    def slips(counts: Counts) -> dict[str, float]:
        area = counts.area()
        ties = float((counts.p * counts.n).sum() / (counts.p.sum() * counts.n.sum()))
        prevalence = float(counts.p.sum() / (counts.p.sum() + counts.n.sum()))
        return {
            "Turned round: a high score should mean an anomaly, and 1 marks one.": 1 - area,
            "Ties count nothing here; each should count one half.": area - ties / 2,
            "Ties count fully here; each should count one half.": area + ties / 2,
            "Turned round, and ties count fully.": 1 - area + ties / 2,
            "Turned round, and ties count nothing.": 1 - area - ties / 2,
            "Pairs are counted, not divided by their number.": area * float(counts.p.sum() * counts.n.sum()),
            "This is the average precision.": counts.precision(),
            "This is the prevalence.": prevalence,
            "This is twice the area minus 1.": 2 * area - 1,
        }

    yield essential(
        "an anomaly that scores higher wins its pair",
        lambda: _judged(student, hand, hand.area(), slips(hand)),
        "Without ties the result is the part of all pairs of an anomaly and a normal image in which the anomaly scores higher.",
    )
    yield (
        "ties count one half",
        lambda: _judged(student, tied, tied.area(), slips(tied)),
        "Equal scores of an anomaly and a normal image count one half, wherever they stand in the list.",
    )
    yield (
        "knows nothing: one half",
        lambda: _judged(student, Counts(draw, [3], [8]), 0.5, {}),
        "If all scores are equal the result is one half, however many anomalies there are.",
    )

    def monotone() -> Verdict:
        drawn = Counts(draw)
        verdicts = [_judged(student, other, drawn.area(), {}) for other in drawn.redrawn()]
        return next((verdict for verdict in verdicts if not verdict), verdicts[-1])

    yield (
        "only the order of the scores counts",
        monotone,
        "A map that keeps the order of the scores must not change the area. Is there a threshold somewhere, or are scores"
        " taken for equal that are only close?",
    )

    def turned() -> Verdict:
        other = Counts(draw, [1, 2, 5, 6], [7, 4, 2, 1])
        area = other.area()
        other.scores = -other.scores
        return _judged(student, other, 1 - area, {"Here the larger of the two areas is returned.": max(area, 1 - area)})

    yield (
        "a reversed score gives the rest of 1",
        turned,
        "A score that is wrong way round should get less than one half, and say so.",
    )
    yield (
        "NaN is not dropped in silence",
        lambda: _raises_on_nan(student, tied),
        "A score that is no number should raise a ValueError.",
    )
    yield (
        "exact to float64",
        lambda: _thousands(student, draw, Counts.area),
        "The result should be right to twelve digits, for many images as well. In which precision is it computed?",
    )
    yield (
        "returns a plain number",
        lambda: _is_float(student(tied.scores, tied.labels)),
        "The docstring promises a float.",
    )


def _thousands(student: Part, draw: Draw, due: Callable[[Counts], float]) -> Verdict:
    """Whether the result is exact for float32 scores of a thousand images."""
    many = Counts(draw, [37, 41, 113, 7, 59], [101, 53, 211, 3, 17])
    many.scores = many.scores.float()
    return _judged(student, many, due(many), {}, EXACT)


@check
def average_precision(student: Part, draw: Draw) -> Properties:
    """Precision averaged over the recall that each different score gains, from the highest down."""
    hand = Counts(draw, [0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1], [1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0])
    tied = Counts(draw)

    def slips(counts: Counts) -> dict[str, float]:
        p, n = counts.caught
        precision, recall = p / (p + n), p / p[-1]
        steps = torch.diff(torch.cat([torch.zeros(1).double(), recall]))
        up, accused = counts.p.cumsum(0), (counts.p + counts.n).cumsum(0)
        swapped = (counts.n.flip(0) / counts.n.sum() * n / (p + n)).sum()
        with_start = torch.cat([torch.ones(1).double(), precision])
        before = torch.cat([torch.ones(1).double(), precision[:-1]])
        return {
            "The classes are swapped: precision asks for anomalies, labelled 1.": float(swapped),
            "The scores are sorted the wrong way round: the highest comes first.": float(
                (counts.p / counts.p.sum() * up / accused).sum()
            ),
            "This is the area by trapezoids, which is too kind; a sum of steps is asked for.": float(
                (steps * (with_start[1:] + with_start[:-1]) / 2).sum()
            ),
            "The precision is that before the gain; it belongs to the threshold that gains.": float(
                (steps * before).sum()
            ),
            "This is the plain mean of the precisions.": float(precision.mean()),
            "This is the area under the ROC curve.": counts.area(),
            "This is the prevalence.": float(counts.p.sum() / (counts.p.sum() + counts.n.sum())),
            "Recall is divided by the number of all images.": float(
                (steps * precision).sum() * counts.p.sum() / (counts.p.sum() + counts.n.sum())
            ),
            "It is not divided by the number of anomalies.": float((steps * precision).sum() * counts.p.sum()),
            "Recall is summed, not its gains.": float((recall * precision).sum()),
        }

    yield essential(
        "without ties",
        lambda: _judged(student, hand, hand.precision(), slips(hand)),
        "From the highest score down, each anomaly adds the precision reached at it; the sum is divided by their number.",
    )
    yield (
        "equal scores enter together",
        lambda: _judged(student, tied, tied.precision(), slips(tied)),
        "No threshold separates equal scores: precision and recall are taken at the end of a run of them.",
    )
    yield (
        "knows nothing: the prevalence",
        lambda: _judged(student, Counts(draw, [3], [8]), 3 / 11, slips(Counts(draw, [3], [8]))),
        "If all scores are equal, the result is the share of anomalies.",
    )

    def monotone() -> Verdict:
        drawn = Counts(draw)
        verdicts = [_judged(student, other, drawn.precision(), {}) for other in drawn.redrawn()]
        return next((verdict for verdict in verdicts if not verdict), verdicts[-1])

    yield (
        "only the order of the scores counts",
        monotone,
        "A map that keeps the order of the scores must not change the result. Are scores taken for equal that are only close?",
    )
    yield (
        "NaN is not dropped in silence",
        lambda: _raises_on_nan(student, tied),
        "A score that is no number should raise a ValueError.",
    )
    yield (
        "exact to float64",
        lambda: _thousands(student, draw, Counts.precision),
        "The result should be right to twelve digits, for many images as well. In which precision is it computed?",
    )
    yield (
        "returns a plain number",
        lambda: _is_float(student(tied.scores, tied.labels)),
        "The docstring promises a float.",
    )
