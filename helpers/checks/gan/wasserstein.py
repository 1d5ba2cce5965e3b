"""Checks of the Wasserstein GAN: what critic and generator minimise, and the penalty on the critic's slope."""

from __future__ import annotations

import torch
from torch import Tensor

from helpers.checks import adversaries
from helpers.checks.compare import Verdict, gradients, same, tensor
from helpers.checks.core import Properties, check, essential
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken, Part


@check
def critic_losses(student: Part, draw: Draw) -> Properties:
    """Mean of fake minus mean of real for the critic; minus the mean of fake for the generator."""
    real, fake = 1 + draw.normal(5), -1 + draw.normal(3)

    def pair(real: Tensor = real, fake: Tensor = fake) -> list[Tensor]:
        value = student(real, fake)
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Broken("It should return two losses: the critic's and the generator's.")
        return [tensor(entry) for entry in value]

    critic = fake.mean() - real.mean()
    yield (
        "the critic's loss",
        lambda: same(
            pair()[0],
            critic,
            {
                "The sign is turned around: a critic that minimises this gives real images low scores.": -critic,
                "Sums instead of means: then the numbers of images count.": fake.sum() - real.sum(),
                "The scores of the real images are missing.": fake.mean(),
                "Both means are added.": fake.mean() + real.mean(),
                "The two losses have changed places.": -fake.mean(),
                "This is the loss with sigmoid and logarithm; a critic's scores are used as they are.": (
                    adversaries.softplus(-real).mean() + adversaries.softplus(fake).mean()
                ),
                "A distance has no sign, but a loss has: without it the critic cannot know which side to raise.": (
                    critic.abs()
                ),
            },
        ),
        "What the critic minimises should be low when real images have high scores and drawn ones low scores.",
    )
    yield (
        "the generator's loss",
        lambda: same(
            pair()[1],
            -fake.mean(),
            {
                "The sign is turned around: the generator wants high scores.": fake.mean(),
                "A sum instead of a mean.": -fake.sum(),
                "This is the critic's loss with its sign changed; the real images' scores are none of the generator's"
                " business.": -critic,
                "This is the loss with sigmoid and logarithm; scores are used as they are.": adversaries.softplus(
                    -fake
                ).mean(),
                "The two losses have changed places.": critic,
            },
        ),
        "What the generator minimises should be low when its own images have high scores.",
    )

    def slopes() -> Verdict:
        ends = [real.clone().requires_grad_(), fake.clone().requires_grad_()]
        of_critic, of_generator = (gradients(loss, ends) for loss in pair(*ends))
        return (
            same(of_critic[0], torch.full((5,), -1 / 5))
            and same(of_critic[1], torch.full((3,), 1 / 3))
            and same(of_generator[1], torch.full((3,), -1 / 3))
        )

    yield (
        "the gradient reaches the scores",
        slopes,
        "Both players learn by the gradients of these losses. Is something detached, or made a plain number?",
    )


@check
def gradient_penalty(student: Part, draw: Draw) -> Properties:
    """For f(x) = a |x|^2 / 2 it is the mean of (a |x_hat| - 1)^2, and so is its derivative with respect to a."""
    real, fake, u = draw.normal(4, 2, 3), draw.normal(4, 2, 3), draw.uniform(4)
    real[0], fake[0] = real[0] / 20, fake[0] / 20  # a slope that is too small
    weight = u[:, None, None]
    between = weight * real + (1 - weight) * fake

    def penalty(points: Tensor, a: float = 1.0) -> Tensor:
        return ((a * points.flatten(1).norm(dim=1) - 1) ** 2).mean()

    def measured(a: float, *inputs: Tensor) -> Tensor:
        return tensor(student(student.beside(adversaries.ScaledSquare, a), *inputs), ())

    norms = between.flatten(1).norm(dim=1)
    other = (1 - weight) * real + weight * fake
    yield essential(
        "the slope between real and drawn images",
        lambda: same(
            measured(1.0, real, fake, u),
            penalty(between),
            {
                "u is the share of the real image, not of the drawn one.": penalty(other),
                "The slope is taken at the real images, not between both.": penalty(real),
                "The slope is taken at the drawn images, not between both.": penalty(fake),
                "The points are halfway, whatever u is.": penalty((real + fake) / 2),
                "One norm is taken over the whole batch; each image has its own.": (between.norm() - 1) ** 2,
                "The norm is taken within rows of an image; it goes over all values of an image.": (
                    (between.norm(dim=2) - 1) ** 2
                ).mean(),
                "The norm is taken along the image's first dimension only.": ((between.norm(dim=1) - 1) ** 2).mean(),
                "The square of the norm is compared with 1, not the norm.": ((norms**2 - 1) ** 2).mean(),
                "The slope is compared with 0, not with 1.": (norms**2).mean(),
                "The deviation is not squared.": (norms - 1).mean(),
                "The absolute deviation is taken, not its square.": (norms - 1).abs().mean(),
                "The mean of the norms is compared with 1; each image's own norm should be.": (norms.mean() - 1) ** 2,
                "A sum over the batch instead of a mean.": ((norms - 1) ** 2).sum(),
                "Only slopes that are too large are punished; those that are too small are as well, in this form.": (
                    (norms - 1).clamp(min=0) ** 2
                ).mean(),
                "The slope is that of the mean score, B times too small: sum the scores.": (
                    (norms / 4 - 1) ** 2
                ).mean(),
            },
        ),
        "For f(x) = |x|^2 / 2 the slope at a point is the point itself, so the penalty tells where it is taken: at u times the"
        " real plus (1 - u) times the drawn image, image by image.",
    )
    yield (
        "no penalty where the slope is 1",
        lambda: same(measured(1.0, *[_on_the_sphere(draw)] * 2, u), 0.0),
        "For f(x) = |x|^2 / 2 and images of length 1, real and drawn alike, every slope is 1 and the penalty 0.",
    )
    yield (
        "slopes of another critic",
        lambda: same(measured(0.4, real, fake, u), penalty(between, 0.4)),
        "With another critic the penalty should follow. Is a slope assumed instead of asked for?",
    )
    wide = draw.normal(3, 1, 2, 4), draw.normal(3, 1, 2, 4), draw.uniform(3)
    share = wide[2][:, None, None, None]
    rows = draw.normal(3, 2), draw.normal(3, 2), draw.uniform(3)
    yield (
        "images of any shape",
        lambda: Verdict(
            bool(same(measured(1.0, *wide), penalty(share * wide[0] + (1 - share) * wide[1])))
            and bool(same(measured(1.0, *rows), penalty(rows[2][:, None] * rows[0] + (1 - rows[2][:, None]) * rows[1])))
        ),
        "It should work for points (B, D) as well as for images (B, C, H, W). How many dimensions does u need?",
    )

    def learned() -> Verdict:
        critic = student.beside(adversaries.ScaledSquare, 1.3)
        found = student.beside(adversaries.slopes_of, student, critic, real, fake, u)
        due = (2 * (1.3 * norms - 1) * norms).mean()
        return same(
            tensor(found[0]),
            due,
            {"The penalty does not reach the critic's weights: its gradient was taken without `create_graph`.": 0.0},
        )

    yield essential(
        "the penalty reaches the critic's weights",
        learned,
        "The penalty should itself have a gradient with respect to the critic's weights: that is all it is for. Was the graph"
        " of the first gradient kept?",
    )

    def clean() -> Verdict:
        critic = student.beside(adversaries.ScaledSquare, 1.3)
        left = student.beside(adversaries.leftover_of, student, critic, real, fake, u)
        return same(tensor(left[0]), 0.0)

    yield (
        "nothing is left in the critic's gradients",
        clean,
        "Computing the penalty should add nothing to `.grad`: ask with torch.autograd.grad, not with `backward`.",
    )

    def asked() -> Verdict:
        ends = real.clone().requires_grad_(), fake.clone().requires_grad_()
        return same(measured(1.0, *ends, u), penalty(between))

    yield (
        "images that ask for a gradient themselves",
        asked,
        "It should also work when the images come with a graph, as drawn ones may.",
    )


def _on_the_sphere(draw: Draw) -> Tensor:
    """Images of length 1, all values equal but for their signs."""
    signs = (draw.normal(4, 2, 3) > 0).double() * 2 - 1
    return signs / 6**0.5
