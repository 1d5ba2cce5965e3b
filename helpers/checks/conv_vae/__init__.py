"""Checks of 03_conv_vae, in the notebook's order.

Notation: B images, C channels, H rows, W columns, d code variables; everything in nats.
"""

from helpers.checks.conv_vae.codes import active_units, knn_accuracy, posterior_means
from helpers.checks.conv_vae.collapse import free_bits, kl_weight
from helpers.checks.conv_vae.formulas import bernoulli_loss, elbo, gap, gaussian_loss, kl_formula, mse_kl_weight
from helpers.checks.conv_vae.likelihood import bernoulli_log_prob, gaussian_kl, gaussian_log_prob, reparameterize
from helpers.checks.conv_vae.networks import Decoder, Encoder
from helpers.checks.conv_vae.objective import negative_elbo, train_epoch
from helpers.checks.conv_vae.walks import interpolate, latent_grid, traverse

__all__ = [
    "Decoder",
    "Encoder",
    "active_units",
    "bernoulli_log_prob",
    "bernoulli_loss",
    "elbo",
    "free_bits",
    "gap",
    "gaussian_kl",
    "gaussian_log_prob",
    "gaussian_loss",
    "interpolate",
    "kl_formula",
    "kl_weight",
    "knn_accuracy",
    "latent_grid",
    "mse_kl_weight",
    "negative_elbo",
    "posterior_means",
    "reparameterize",
    "train_epoch",
    "traverse",
]
