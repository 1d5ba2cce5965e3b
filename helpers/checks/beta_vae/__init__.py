"""Checks of 09_beta_vae, in the notebook's order.

Notation: B images, C channels, S pixels a side, d code variables, K factors or attributes; everything in nats.
"""

from helpers.checks.beta_vae.directions import attribute_direction, latent_arithmetic, monotone_share, side_effects
from helpers.checks.beta_vae.factorising import discriminator_loss, permute_dims, total_correlation
from helpers.checks.beta_vae.formulas import (
    aggregate_kl,
    code_information,
    gaussian_tc,
    lagrangian,
    log_ratio,
    price_of_limit,
)
from helpers.checks.beta_vae.networks import FaceDecoder, FaceEncoder
from helpers.checks.beta_vae.objective import average_posterior_std, beta_vae_loss
from helpers.checks.beta_vae.scores import factor_vae_score, mig, mutual_information
from helpers.checks.beta_vae.steps import discriminator_step, vae_step

__all__ = [
    "FaceDecoder",
    "FaceEncoder",
    "aggregate_kl",
    "attribute_direction",
    "average_posterior_std",
    "beta_vae_loss",
    "code_information",
    "discriminator_loss",
    "discriminator_step",
    "factor_vae_score",
    "gaussian_tc",
    "lagrangian",
    "latent_arithmetic",
    "log_ratio",
    "mig",
    "monotone_share",
    "mutual_information",
    "permute_dims",
    "price_of_limit",
    "side_effects",
    "total_correlation",
    "vae_step",
]
