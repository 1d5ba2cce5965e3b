"""Checks of the likelihood: log p(x) of an image in nats, and bits per dimension."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Part


@check
def log_likelihood(student: Part, draw: Draw) -> Properties:
    """log p(x) in nats, one number per image: the sum over colours and pixels of the log-probability of the level there."""
    likely = 0.6 + 0.3 * float(draw.uniform(1))  # the second level's probability in an image of one pixel
    logit = math.log(likely / (1 - likely))
    one_pixel = torch.tensor([0.0, logit]).double().reshape(1, 2, 1, 1, 1)
    levels = draw.integers(0, 3, 4, 2, 3, 5)
    logits = draw.normal(4, 3, 2, 3, 5)
    chosen = torch.zeros_like(logits).scatter(1, levels[:, None], 1.0)
    log_prob = (logits * chosen).sum(1) - logits.exp().sum(1).log()
    total = log_prob.sum((1, 2, 3))
    yield essential(
        "one number per image",
        lambda: gives_shape(student, (4,), logits, levels),
        "Reduce over colours, rows and columns, and keep the batch: means over a batch hide what single images do.",
    )
    yield essential(
        "one pixel, two levels",
        lambda: same(
            student(one_pixel, torch.ones(1, 1, 1, 1).long()),
            torch.tensor([math.log(likely)]),
            {
                "This is the negative log-likelihood, a loss. Here the log-likelihood itself is asked for.": torch.tensor(
                    [-math.log(likely)]
                ),
                "This is in bits. The exercise asks for nats: which logarithm is that?": torch.tensor(
                    [math.log2(likely)]
                ),
                "This is a probability. Take its logarithm, in the numerically safe way.": torch.tensor([likely]),
                "This is a probability with a minus. Which of PyTorch's losses takes logits, and which takes log-probabilities?": torch.tensor(
                    [-likely]
                ),
                "This is the logit itself. A logit is no log-probability yet: the levels of a pixel must share 1.": torch.tensor(
                    [logit]
                ),
                "Every level got probability 1. Along which dimension does the softmax run, and where are the levels?": torch.zeros(
                    1
                ),
                "The softmax is applied twice: does the function that you call want logits or probabilities?": torch.tensor(
                    [likely - math.log(math.exp(1 - likely) + math.exp(likely))]
                ),
            },
        ),
        "For one pixel the result should be the logarithm of the probability that the softmax gives to the level there.",
    )
    yield (
        "log-probabilities add up over pixels and colours",
        lambda: same(
            student(logits, levels),
            total,
            {
                "This is a mean over the pixels. The chain rule multiplies probabilities: what happens to logs?": total
                / 30,
                "Pixels are added up, but colours are averaged.": total / 2,
                "Pixels are averaged.": total / 15,
                "Only the first colour was counted.": log_prob[:, 0].sum((1, 2)),
                "Values of level 0 were left out: black is a level like any other.": (log_prob * (levels > 0)).sum(
                    (1, 2, 3)
                ),
                "All images got the same number: add up within an image, never across the batch.": total.sum().expand(
                    4
                ),
                "All images got the same number: never average across the batch.": total.mean().expand(4),
            },
        ),
        "The logits have the K levels in dimension 1, and x has no such dimension. Does every value meet its own K logits, all of"
        " them?",
    )
    yield (
        "levels may be of any integer type",
        lambda: same(student(logits, levels.to(torch.uint8)), student(logits, levels)),
        "Images are kept as uint8, one byte per level. Which integer type do PyTorch's losses and lookups ask for?",
    )
    huge = torch.tensor([1000.0, 0.0]).double().reshape(1, 2, 1, 1, 1).expand(2, -1, -1, -1, -1)
    yield (
        "large logits stay finite",
        lambda: same(student(huge, torch.arange(2).reshape(2, 1, 1, 1)), torch.tensor([0.0, -1000.0])),
        "Logits 1000 and 0 give the levels log-probabilities 0 and -1000. Where does an exponential overflow, or a logarithm"
        " meet 0?",
    )
    yield (
        "a gradient reaches the logits",
        lambda: _log_prob_gradient(student, logits, levels, chosen),
        "Training needs the gradient with respect to the logits. Is something detached, rounded or converted?",
    )


def _log_prob_gradient(student: Part, logits: Tensor, levels: Tensor, chosen: Tensor) -> Verdict:
    """The gradient of log softmax is the one-hot level minus the probabilities."""
    leaf = logits.clone().requires_grad_()
    return same(gradients(tensor(student(leaf, levels)), leaf)[0], chosen - logits.softmax(1))


@check
def bits_per_dim(student: Part, draw: Draw) -> Properties:
    """Bits per dimension: minus the log-likelihood in nats, per pixel value, in units of log 2."""
    nats = -(500 + 100 * draw.uniform(4))
    coins = torch.cat([torch.tensor([10.0, 20.0, 0.0]).double(), draw.integers(1, 60, 3)])  # fair ones, per image

    def judged(log_prob: Tensor, dims: int, due: Tensor) -> Verdict:
        slips = {
            "The sign: likelier images should cost fewer bits, and bits are positive.": -due,
            "Still in nats: one bit is log 2 nats.": due * math.log(2),
            "Not yet per dimension: divide by the number of pixel values.": due * dims,
            "Neither in bits nor per dimension yet.": due * dims * math.log(2),
            "One bit is log 2 nats, so a number of bits is larger than the number of nats.": due * math.log(2) ** 2,
            "It is divided by the number of images. The exercise asks for bits per value of an image.": due
            * dims
            / len(due),
            "It is divided by 784, whatever the image. How many values has this one?": due * dims / 784,
            "A bit belongs to the logarithm of base 2, not of base 10.": due * math.log(2) / math.log(10),
            "All images got the same number: their mean is taken later, where it is wanted.": due.mean().expand_as(due),
        }
        return same(student(log_prob, dims), due, slips)

    yield essential(
        "a fair coin per pixel costs one bit",
        lambda: judged(math.log(0.5) * coins, 10, coins / 10),
        "An image of ten values that have probability 1/2 each should cost exactly one bit per dimension; with probability"
        " 1/4 each it should cost two, and a certain image nothing.",
    )
    yield (
        "one value per image, for any log-likelihood",
        lambda: judged(nats, 784, -nats / (784 * math.log(2))),
        "Turn nats into bits, and share them among the dimensions.",
    )
