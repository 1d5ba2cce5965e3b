"""Checks of the first tensors: a mean over the right dimensions, distances by broadcasting, a loss by indexing."""

from __future__ import annotations

import math

import torch

from helpers.checks.compare import Verdict, gives_shape, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.start.shapes import gives_shape_or
from helpers.checks.subject import Part


@check
def brightness(student: Part, draw: Draw) -> Properties:
    """The mean of all values of an image, one number per image."""
    images = draw.uniform(5, 3, 4, 2)
    images[:, :, 0, 1] = 0.0  # black pixels count, too
    due = images.mean((1, 2, 3))
    yield essential(
        "one number per image",
        lambda: gives_shape_or(
            student,
            (5,),
            {
                (): "Five images went in, and a single number came out. Without a dimension, a mean runs over everything, the batch"
                " too: name the dimensions that should disappear.",
                (3, 4, 2): "The batch is gone, and the pixels are still there: it should be the other way round.",
                (
                    5,
                    3,
                ): "Each channel has its own number. One number per image is asked for: the channels should disappear as well.",
                (
                    5,
                    1,
                    1,
                    1,
                ): "The values are fine, but the dimensions that were averaged away should be gone, not kept with size 1.",
            },
            images,
        ),
        "Five images of shape (3, 4, 2) went in, so five numbers should come out, as one tensor. Which dimensions should disappear?",
    )
    yield essential(
        "a white image has brightness 1, a black one 0",
        lambda: same(
            student(torch.stack([torch.ones(3, 4, 2), torch.zeros(3, 4, 2)]).double()),
            torch.tensor([1.0, 0.0]),
            {
                "This adds the values up. A larger image should not be brighter for its size.": torch.tensor(
                    [24.0, 0.0]
                ),
                "Both images got the same number: each one should have its own.": torch.tensor([0.5, 0.5]),
                "Divide by the number of all values; each colour of a pixel is a value of its own.": torch.tensor(
                    [3.0, 0.0]
                ),
                "This is one minus the brightness: white is 1 here.": torch.tensor([0.0, 1.0]),
            },
        ),
        "All values of the first image are 1 and all values of the second are 0. What is their mean?",
    )
    yield (
        "every value of an image counts the same",
        lambda: same(
            student(images),
            due,
            {
                "Only one channel was looked at.": images[:, 0].mean((1, 2)),
                "This is a median, which ignores how bright the brightest values are.": images.flatten(1)
                .median(1)
                .values,
                "This is the largest value of each image.": images.amax((1, 2, 3)),
                "This is half-way between the darkest and the brightest value.": (
                    images.amax((1, 2, 3)) + images.amin((1, 2, 3))
                )
                / 2,
                "This is a root of a mean of squares: just average the values.": images.square().mean((1, 2, 3)).sqrt(),
                "Black pixels are left out: a value of 0 counts like any other.": images.sum((1, 2, 3)) / 21,
            },
        ),
        "The mean should run over channels, rows and columns: three dimensions, all but the first.",
    )
    grey = draw.uniform(2, 1, 5, 3)
    yield (
        "images of any size",
        lambda: same(
            student(grey),
            grey.mean((1, 2, 3)),
            {
                "This is divided by 24, whatever the image. The images of the example hold 24 numbers, these hold 15.": grey.sum(
                    (1, 2, 3)
                )
                / 24,
            },
        ),
        "Two images of shape (1, 5, 3). Does some line count on the size of the images, or on how many there are?",
    )


@check
def squared_distances(student: Part, draw: Draw) -> Properties:
    """The table of squared Euclidean distances between the rows of two sets."""
    a, b = draw.normal(4, 3), draw.normal(6, 3)
    due = torch.stack([torch.stack([(row - other).square().sum() for other in b]) for row in a])
    yield essential(
        "a table with a row per a and a column per b",
        lambda: gives_shape_or(
            student,
            (4, 6),
            {
                (6, 4): "The table lies on its side: its rows belong to a, its columns to b.",
                (4, 6, 3): "All pairs are there, coordinate by coordinate: the coordinates still have to be added up.",
                (
                    6,
                    4,
                    3,
                ): "All pairs are there, but the rows should belong to a; and the coordinates still have to be added up.",
                (4, 3): "The sum ran over the rows of b. The coordinates should disappear, and all rows stay.",
                (6, 3): "The sum ran over the rows of a. The coordinates should disappear, and all rows stay.",
                (4,): "There is one number per row of a. Every row of a should have one number per row of b.",
            },
            a,
            b,
        ),
        "Four rows of a and six rows of b make 4 x 6 pairs. For a difference of all pairs each set needs a dimension of size 1 where"
        " the other has its rows.",
    )
    side = 1 + float(draw.uniform(1))
    yield essential(
        "the triangle with sides 3, 4, 5",
        lambda: same(
            student(torch.zeros(1, 2).double(), side * torch.tensor([[3.0, 4.0]]).double()),
            torch.tensor([[25 * side**2]]),
            {
                "This is the distance itself; its square is asked for, which needs no root.": torch.tensor(
                    [[5 * side]]
                ),
                "Squares should be added up over the D coordinates, not averaged.": torch.tensor([[12.5 * side**2]]),
                "These are absolute differences added up (the way of a taxi). Square them first.": torch.tensor(
                    [[7 * side]]
                ),
                "First the squares, then the sum: this is the square of the summed differences.": torch.tensor(
                    [[49 * side**2]]
                ),
            },
        ),
        "From (0, 0) to (3, 4) it is 5 units as the crow flies, so the squared distance is 25 square units.",
    )
    yield (
        "every pair has its own distance",
        lambda: same(
            student(a, b),
            due,
            {
                "This is the product a b of the coordinates, a similarity. Differences make distances.": a @ b.T,
                "The cross term has the wrong sign.": a.square().sum(1)[:, None] + b.square().sum(1) + 2 * a @ b.T,
                "The cross term counts twice in a square of a difference.": a.square().sum(1)[:, None]
                + b.square().sum(1)
                - a @ b.T,
            },
        ),
        "Entry [i, j] belongs to row i of a and row j of b. Which dimension did the sum run over, and which rows met?",
    )
    rows = draw.normal(4, 5)
    yield (
        "a point is at distance 0 from itself",
        lambda: same(student(rows, rows), (rows[:, None] - rows[None]).square().sum(2), absolute=1e-5),
        "Compared with itself, a set of four rows of five numbers should have zeros on the diagonal of its table, and the distances"
        " of its rows beside it.",
    )


@check
def cross_entropy(student: Part, draw: Draw) -> Properties:
    """The mean over the batch of minus the log-probability, in nats, that the softmax gives to the right class."""
    p = 0.3 + 0.2 * float(draw.uniform(1))  # the right class's probability, of two; never 1 / 2
    q = 0.6 + 0.3 * float(draw.uniform(1))
    two = torch.tensor([[p, 1 - p], [1 - q, q]]).double()
    logits_of_two, right_of_two = two.log() + torch.tensor([[0.7], [-0.4]]), torch.tensor([0, 1])
    by_hand = -(math.log(p) + math.log(q)) / 2
    logits, labels = 2 * draw.normal(7, 5), draw.integers(0, 5, 7)
    chosen = torch.zeros_like(logits).scatter(1, labels[:, None], 1.0)
    log_prob = logits - logits.exp().sum(1, keepdim=True).log()
    due = -(log_prob * chosen).sum() / 7
    yield essential(
        "one number for the batch",
        lambda: gives_shape(student, (), logits, labels),
        "A loss is one number: average over the images of the batch at the end.",
    )
    yield essential(
        "two images, two classes, by hand",
        lambda: same(
            student(logits_of_two, right_of_two),
            by_hand,
            {
                "The sign: a surprise is never negative, and a loss falls when the model gets better.": -by_hand,
                "These are summed over the images; the mean is asked for.": 2 * by_hand,
                "This is in bits: the exercise asks for nats, the natural logarithm.": by_hand / math.log(2),
                "These are the wrong classes' probabilities. Which column belongs to the label?": -(
                    math.log(1 - p) + math.log(1 - q)
                )
                / 2,
                "This averages probabilities and takes the logarithm afterwards. First the logarithm, then the mean.": -math.log(
                    (p + q) / 2
                ),
                "These are probabilities, without their logarithm.": (p + q) / 2,
                "These are probabilities with a minus, without their logarithm.": -(p + q) / 2,
                "This is the mean of all log-probabilities, of right and wrong classes alike.": -float(
                    two.log().mean()
                ),
                "These are logits with a minus. Only after the softmax do the classes share 1.": -float(
                    logits_of_two[[0, 1], right_of_two].mean()
                ),
                "The softmax runs over the images. Each image's classes should share 1, so which dimension is it?": -float(
                    logits_of_two.log_softmax(0)[[0, 1], right_of_two].mean()
                ),
                "The softmax runs over everything at once. Each image's classes should share 1.": -float(
                    logits_of_two.flatten().log_softmax(0).reshape(2, 2)[[0, 1], right_of_two].mean()
                ),
                "The softmax is applied twice: does the function that you call take logits or probabilities?": -float(
                    two.log_softmax(1)[[0, 1], right_of_two].mean()
                ),
                "This is divided by the number of images and by the number of classes; the images are enough.": by_hand
                / 2,
            },
        ),
        "For each image, look up the log-probability of its own label; change the sign; average.",
    )
    yield (
        "ten equal logits cost log 10 nats",
        lambda: same(student(torch.full((6, 10), 3.0).double(), draw.integers(0, 10, 6)), math.log(10)),
        "A classifier that knows nothing gives each of ten classes 1/10. Along which dimension does your softmax run?",
    )
    yield (
        "any batch, any number of classes",
        lambda: same(
            student(logits, labels),
            due,
            {
                "The softmax runs over the images. Each image's classes should share 1, so which dimension is it?": -(
                    logits.log_softmax(0) * chosen
                ).sum()
                / 7,
                "Every image met every label: index rows and labels together, one pair per image.": -log_prob[
                    :, labels
                ].mean(),
                "This is divided by the number of classes; divide by the number of images.": due * 7 / 5,
                "The softmax is applied twice: does the function that you call take logits or probabilities?": -(
                    logits.softmax(1).log_softmax(1) * chosen
                ).sum()
                / 7,
            },
        ),
        "Seven images and five classes: does each image get the log-probability of its own label, and of no other?",
    )
    huge = torch.tensor([[1000.0, 0.0], [0.0, 1000.0]]).double()
    yield (
        "large logits stay finite",
        lambda: same(student(huge, torch.tensor([0, 0])), 500.0),
        "With logits 1000 and 0 the right class costs 0 nats or 1000, on average 500. Where does an exponential overflow, or a"
        " logarithm meet 0? PyTorch has a logarithm of the softmax in one call.",
    )

    def slope() -> Verdict:
        leaf = logits.clone().requires_grad_()
        return same(gradients(tensor(student(leaf, labels)), leaf)[0], (log_prob.exp() - chosen) / 7)

    yield (
        "a gradient reaches the logits",
        slope,
        "Training needs the gradient. Did something leave PyTorch on the way, by `.item()`, `.detach()` or `torch.tensor(...)`?",
    )
