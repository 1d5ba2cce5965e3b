"""Checks of what a judge says: the Inception score, its value in a case that can be solved, features read out."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks import judges
from helpers.checks.compare import Verdict, same, tensor
from helpers.checks.core import Properties, check, essential, remark
from helpers.checks.derivation import formula
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


def number(value: object) -> Tensor:
    """One finite number as a float64 tensor of shape ()."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = torch.tensor(float(value), dtype=torch.float64)
    return tensor(value, ()).detach().double()


def pair(value: object, words: str) -> tuple[Tensor, Tensor]:
    """Two numbers, from a pair or from one tensor that unpacks into them.

    Raises:
        Broken: There are not two.
    """
    if isinstance(value, Tensor) and value.shape == (2,):
        value = value.unbind()
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Broken(f"It should return two numbers: {words}.")
    return number(value[0]), number(value[1])


@check
def inception_score(student: Part, draw: Draw) -> Properties:
    """The exponential of the mean divergence of the rows from their own mean."""
    classes = draw.integer(3, 7)
    weights = 0.05 + draw.uniform(9, classes) ** 3
    p = weights / weights.sum(1, keepdim=True)
    q = p.mean(0)
    mean_entropy, entropy = -(p * p.log()).sum(1).mean(), -(q * q.log()).sum()
    information = entropy - mean_entropy
    reversed_ = (q * (q.log() - p.log())).sum(1).mean()
    uniform = math.log(classes) - mean_entropy
    slips = {
        "The exponential is missing: this is the mean divergence itself.": information,
        "The divergence is turned round: the image's own distribution weighs the logarithm and stands on top.": reversed_.exp(),
        "The divergence is turned round, and the exponential is missing.": reversed_,
        "The exponential is taken image by image; the score takes it once, of the mean.": (
            (p * (p.log() - q.log())).sum(1).exp().mean()
        ),
        "The divergences are added up over the images; a mean is asked for.": (9 * information).exp(),
        "The terms are averaged over the classes; a divergence is a sum over them.": (information / classes).exp(),
        "The rows are compared with the uniform distribution; the marginal is their own mean.": uniform.exp(),
        "The logarithms are to base 2 and the exponential is not.": (information / math.log(2)).exp(),
        "This is only the sharpness of the rows; where is the marginal?": (-mean_entropy).exp(),
        "This is only the entropy of the marginal: how sharp the rows are must count.": entropy.exp(),
        "The sign is turned round.": (-information).exp(),
    }
    yield essential(
        "rows in general position",
        lambda: same(number(student(p)), information.exp(), slips),
        "For nine rows without zeros the score is off. Which average makes the marginal, and what is summed over what?",
    )
    one_hot = torch.eye(classes, dtype=torch.float64).repeat(3, 1)
    yield (
        "one-hot and balanced: K",
        lambda: same(
            number(student(one_hot[draw.permutation(3 * classes)])),
            torch.tensor(float(classes)).double(),
            {"The exponential is missing.": math.log(classes)},
        ),
        "If each image is surely of one class, and all classes are equally frequent, the score is the number of classes. What "
        "becomes of 0 log 0?",
    )
    yield (
        "all rows alike: 1",
        lambda: same(
            torch.stack([number(student(p[:1].expand(6, classes))), number(student(one_hot[:1].expand(4, classes)))]),
            torch.ones(2).double(),
            {"The exponential is missing.": torch.zeros(2).double()},
        ),
        "If the judge says the same of every image, sure or not, the score is 1.",
    )
    yield (
        "images twice change nothing",
        lambda: same(number(student(torch.cat([p, p]))), information.exp()),
        "The same images twice are the same distribution, so the score stays.",
    )
    faint = (1 + 2e-3 * draw.normal(50, classes)).softmax(1).float()
    exact = faint.double()
    due = (exact * (exact.log() - exact.mean(0).log())).sum(1).mean().exp() - 1
    yield (
        "computed in float64",
        lambda: same(number(student(faint)) - 1, due, relative=1e-2, absolute=1e-12),
        "For rows in float32 that are nearly alike the small excess over 1 is lost. In which precision is it computed?",
    )


@check
def score_of_unsure_judge(student: Part, draw: Draw) -> Properties:
    """K balanced classes, each recognised with probability 1 - e: K times (1 - e)^(1 - e) times (e / (K - 1))^e."""

    def sharpness(K: float, e: float) -> float:
        return (1 - e) ** (1 - e) * (e / (K - 1)) ** e

    slips = {
        "The exponential is missing: this is the mean divergence.": lambda K, e: math.log(K * sharpness(K, e)),
        "The rest e goes to K - 1 classes, each of which gets only a part of it.": lambda K, e: (
            K * (1 - e) ** (1 - e) * e**e
        ),
        "The rest is spread over the K - 1 *other* classes, not over all K.": lambda K, e: (
            K * (1 - e) ** (1 - e) * (e / K) ** e
        ),
        "The K - 1 other classes count together, not as one.": lambda K, e: (
            K * (1 - e) ** (1 - e) * (e / (K - 1)) ** (e / (K - 1))
        ),
        "The entropy has the wrong sign: an unsure judge lowers the score.": lambda K, e: K / sharpness(K, e),
        "The entropy of the marginal is missing.": sharpness,
        "The logarithms are to base 2 and the exponential is not.": lambda K, e: math.exp(
            math.log(K * sharpness(K, e)) / math.log(2)
        ),
        "The divergence is turned round.": lambda K, e: math.exp(
            -math.log(K) - (math.log(1 - e) + (K - 1) * math.log(e / (K - 1))) / K
        ),
        "This is the score of a judge that is always sure.": lambda K, e: K,
        "Only the right class is counted.": lambda K, e: K * (1 - e) ** (1 - e),
    }
    yield essential(
        "the formula",
        lambda: formula(student, draw, lambda K, e: K * sharpness(K, e), {"K": (2.5, 12), "e": (0.02, 0.9)}, slips),
        "By symmetry the marginal is uniform, and every image has the same divergence from it.",
    )


@check
def features_of(student: Part, draw: Draw) -> Properties:
    """The features of all images in order, as a network in evaluation mode gives them, in any batch size."""
    images = draw.normal(7, 2, 1, 3)
    weight = torch.arange(1, 7).double() / 6
    due = images.flatten(1) * weight

    def network(mode: str) -> Part:
        made = student.beside(judges.MoodyFeatures, weight)
        made.method(mode)
        return made

    slips = {
        "The network is in training mode: an image's features depend on its batch.": torch.cat(
            [part - part.mean(0) for part in due.split(3)]
        ),
        "The network is in training mode, and all images go through at once.": due - due.mean(0),
    }
    others = draw.normal(8, 2, 1, 3)  # nobody has told yet what the network makes of `images`
    yield essential(
        "all rows, in order",
        lambda: same(student(network("eval"), others, 3), others.flatten(1) * weight),
        "Eight images in batches of three should give eight rows in the order of the images, the last batch included.",
    )
    yield (
        "a network in training mode is switched",
        lambda: same(student(network("train"), images, 3), due, slips),
        "A network that comes in training mode uses statistics of the batch. Which call switches it?",
    )
    yield (
        "the batch size has no influence",
        lambda: all(same(student(network("train"), images, size), due) for size in (1, 2, 7, 100)),
        "Batches of 1, 2, 7 and 100 should give the same features.",
    )

    def modes_after(mode: str) -> list[bool]:
        made = network(mode)
        student(made, images, 4)
        return made.method("modes")

    yield remark(
        "the network is left in its mode",
        lambda: Verdict(modes_after("train") == [True, True] and modes_after("eval") == [False, False]),
        "A network that was being trained should be in training mode afterwards, its layers included, and one that was not"
        " should not.",
    )

    def in_batches() -> Verdict:
        own = draw.normal(6)
        made = student.witness(judges.MoodyFeatures, own)
        made.method("eval")
        found = tensor(student(made, images, 3))
        most = made.method("largest_batch")
        if most > 3:
            return Verdict(False, f"It saw {most} images at once.")
        return same(found, images.flatten(1) * own)

    yield (
        "no more than a batch at once",
        in_batches,
        "All images at once may not fit into memory; the network should see at most `batch_size` of them.",
    )

    def without_graph() -> Verdict:
        made = network("eval")
        student(made, images, 3)
        return Verdict(made.method("calls_with_graph") == 0)

    yield remark(
        "no graph of gradients",
        without_graph,
        "Nobody asks for gradients here, and keeping track of them costs memory and time. Which context switches them off?",
    )

    def exact() -> Verdict:
        value = tensor(student(network("eval"), images.float(), 3))
        return Verdict(value.dtype == torch.float64, f"It returned {value.dtype}.")

    yield "float64", exact, "The docstring asks for float64, also for images in float32."
