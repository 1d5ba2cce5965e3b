"""Checks of 07_gan, in the notebook's order.

Notation: B images, C colours, H rows, W columns, K classes; p is the data's distribution, q the generator's.
"""

from helpers.checks.gan.counting import dead_units, modes_covered, sample_sheet
from helpers.checks.gan.divergences import (
    js_divergence,
    kinked_pair,
    kl_divergence,
    line_divergences,
    shifted_jsd,
    wasserstein_1,
)
from helpers.checks.gan.game import (
    discriminator_loss,
    game_value,
    generator_loss,
    generator_slopes,
    optimal_discriminator,
)
from helpers.checks.gan.images import signed, with_label_planes
from helpers.checks.gan.networks import Discriminator, Generator
from helpers.checks.gan.rounds import gan_step, train_epoch
from helpers.checks.gan.wasserstein import critic_losses, gradient_penalty

__all__ = [
    "Discriminator",
    "Generator",
    "critic_losses",
    "dead_units",
    "discriminator_loss",
    "game_value",
    "gan_step",
    "generator_loss",
    "generator_slopes",
    "gradient_penalty",
    "js_divergence",
    "kinked_pair",
    "kl_divergence",
    "line_divergences",
    "modes_covered",
    "optimal_discriminator",
    "sample_sheet",
    "shifted_jsd",
    "signed",
    "train_epoch",
    "wasserstein_1",
    "with_label_planes",
]
