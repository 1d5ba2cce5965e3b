"""Checks of 08_cyclegan, in the notebook's order.

Notation: B images, C colours, H rows, W columns; domains A and B, generators A -> B and B -> A.
"""

from helpers.checks.cyclegan.history import ImageBuffer, rate_factor
from helpers.checks.cyclegan.layers import ResidualBlock, init_weights, instance_norm
from helpers.checks.cyclegan.losses import cycle_loss, fooling_loss, identity_loss, judge_loss, other_pair
from helpers.checks.cyclegan.measures import gain_over_input, psnr, unpaired_order
from helpers.checks.cyclegan.networks import PatchDiscriminator, ResnetGenerator, receptive_field
from helpers.checks.cyclegan.optimisers import make_optimizers
from helpers.checks.cyclegan.steps import cyclegan_step, generator_step, judge_step

__all__ = [
    "ImageBuffer",
    "PatchDiscriminator",
    "ResidualBlock",
    "ResnetGenerator",
    "cycle_loss",
    "cyclegan_step",
    "fooling_loss",
    "gain_over_input",
    "generator_step",
    "identity_loss",
    "init_weights",
    "instance_norm",
    "judge_loss",
    "judge_step",
    "make_optimizers",
    "other_pair",
    "psnr",
    "rate_factor",
    "receptive_field",
    "unpaired_order",
]
