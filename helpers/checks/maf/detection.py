"""Checks of anomaly detection: what is learned from normal images only, and the score of an image."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import conditioners
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


@check
def one_class(student: Part, draw: Draw) -> Properties:
    """The normal training images, and all images to be judged, standardised by the normal ones; 1 marks an anomaly."""
    dims, normal = 4, draw.integer(1, 3)
    labels = torch.tensor([0, 1, 2, 3, normal, 3, normal, 0, 1, 2, normal, 3])
    other_labels = torch.tensor([normal, 0, 3, 1, 2, normal, 3])
    train, other = 2 * draw.normal(12, dims) + draw.normal(dims), 3 * draw.normal(7, dims) + 1
    train = train + 2.0 * (labels != normal).double()[:, None]
    mine = train[labels == normal]

    def width(points: Tensor) -> Tensor:
        return (points - points.mean(0)).square().mean().sqrt()

    def by(source: Tensor, spread: Tensor, points: Tensor) -> Tensor:
        return (points - source.mean(0)) / spread

    value = student(train, labels, other, other_labels, normal)
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        raise Broken("It should return three tensors: normal training images, images to be judged, labels.")
    kept, judged, marks = (tensor(entry) for entry in value)
    yield essential(
        "only normal images are trained on",
        lambda: Verdict(
            kept.shape == mine.shape, f"For {len(mine)} normal images of 12 it kept shape {tuple(kept.shape)}."
        ),
        "The detector must never see another class: which rows of the training images are normal?",
    )
    yield essential(
        "every image is judged",
        lambda: Verdict(judged.shape == other.shape and len(marks) == len(other)),
        "Images to be judged are all kept, normal and not, in their order.",
    )
    everything = torch.cat([train, other])
    due = by(mine, width(mine), mine)
    yield (
        "normal training images are standardised",
        lambda: same(
            kept,
            due,
            {
                "They are standardised by all training images, anomalies included.": by(train, width(train), mine),
                "They are standardised with the help of the images that are judged.": by(
                    everything, width(everything), mine
                ),
                "The width belongs to all training images, anomalies included.": by(mine, width(train), mine),
                "Each value is divided by its own spread: a single number is asked for.": by(
                    mine, mine.std(0, unbiased=False), mine
                ),
                "Each value is divided by its own spread: a single number is asked for. ": by(mine, mine.std(0), mine),
                "The width is taken about the common mean, so brightness counts as spread.": by(
                    mine, mine.std(unbiased=False), mine
                ),
                "One mean is used for all values; each value has its own.": (mine - mine.mean())
                / (mine - mine.mean()).square().mean().sqrt(),
                "It is divided by the variance, not by its root.": by(mine, width(mine) ** 2, mine),
                "They are not divided by the width.": mine - mine.mean(0),
                "The mean is not subtracted.": mine / width(mine),
                "Nothing is standardised.": mine,
            },
        ),
        "Subtract each value's mean over the normal training images, divide everything by the one width of what is left.",
    )
    yield essential(
        "judged images are standardised by the normal ones",
        lambda: same(
            judged,
            by(mine, width(mine), other),
            {
                "They are standardised by their own mean and width: test data must not be learned from.": by(
                    other, width(other), other
                ),
                "They are standardised by the normal ones among themselves: labels of test data must not be used.": by(
                    other[other_labels == normal], width(other[other_labels == normal]), other
                ),
                "They are standardised by all training images, anomalies included.": by(train, width(train), other),
                "Means and width come from all images together.": by(everything, width(everything), other),
                "The width belongs to all training images, anomalies included.": by(mine, width(train), other),
                "They are standardised by their own width.": by(mine, width(other), other),
                "They are not standardised.": other,
                "Each value is divided by its own spread: a single number is asked for.": by(
                    mine, mine.std(0, unbiased=False), other
                ),
                "They are not divided by the width.": other - mine.mean(0),
            },
        ),
        "The same mean and width as for the normal training images: nothing is learned from what is judged.",
    )
    anomalous = (other_labels != normal).long()
    yield essential(
        "1 marks an anomaly",
        lambda: same(
            marks,
            anomalous,
            {
                "The classes are swapped: 1 should mark what is not normal.": 1 - anomalous,
                "These are the old labels.": other_labels,
                "Class 0 is taken for the normal one, whatever was asked.": (other_labels != 0).long(),
            },
        ),
        "The new labels should be 1 where the class is not the normal one, and 0 where it is.",
    )
    yield (
        "labels are integers",
        lambda: Verdict(marks.dtype == torch.int64, f"It returned {marks.dtype}."),
        "The docstring asks for int64.",
    )


@check
def anomaly_scores(student: Part, draw: Draw) -> Properties:
    """-log p(x) of each image for itself: the flow in evaluation mode."""
    flow = student.beside(conditioners.Moody)
    x = draw.normal(5, 3)

    def scores(points: Tensor, training: bool = True) -> Tensor:
        flow.method("train" if training else "eval")
        return tensor(student(flow, points, conditioners.odd_log_prob))

    log_p = conditioners.odd_log_prob(x, x.sum(1))
    moody = conditioners.odd_log_prob(x - x.mean(0), x.sum(1))
    slips = {
        "The sign: an anomaly is improbable, so its score should be high.": log_p,
        "The flow is still in training mode: an image's score depends on its batch.": -moody,
        "The flow is still in training mode, and the sign is wrong.": moody,
        "These are probabilities, not logarithms.": log_p.exp(),
        "These are probabilities with a minus.": -log_p.exp(),
        "The log-determinant is left out.": -conditioners.odd_log_prob(x, 0 * x.sum(1)),
        "Only the log-determinant is counted.": -x.sum(1),
        "The images go into the log-likelihood with no flow before it.": -conditioners.odd_log_prob(x, 0 * x[:, 0]),
        "All images got the same number, their mean.": -log_p.mean().expand(5),
        "The scores are shifted to start at zero: a score must not depend on the other images.": log_p.max() - log_p,
        "The scores are divided by their largest: a score must not depend on the other images.": -log_p
        / log_p.abs().max(),
        "The scores are standardised: a score must not depend on the other images.": -(log_p - log_p.mean())
        / log_p.std(),
        "The scores are ranks: a score must not depend on the other images.": (-log_p).argsort().argsort().double(),
        "The scores are decisions already: no threshold is chosen here.": (-log_p > -log_p.mean()).double(),
    }
    yield essential(
        "one score per image",
        lambda: Verdict(scores(x).shape == (5,), f"It returned shape {tuple(scores(x).shape)}."),
        "Images are judged one by one; a mean over them is a loss.",
    )
    yield essential(
        "the score is -log p",
        lambda: same(scores(x, training=False), -log_p, slips),
        "With a flow in evaluation mode the score is minus what `log_prob` makes of z and log_det.",
    )
    yield (
        "a flow in training mode is switched",
        lambda: same(scores(x), -log_p, slips),
        "A flow that was left in training mode uses the batch's statistics. Which call switches it?",
    )
    yield (
        "batch-mates have no influence",
        lambda: same(scores(x[:1]), -log_p[:1]) and same(scores(x[:2]), -log_p[:2]),
        "An image scored alone should get the same score.",
    )
