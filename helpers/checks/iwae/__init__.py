"""Checks of 04_iwae, in the notebook's order.

Notation: B images of P pixels, codes of D numbers, m codes per image; log_var holds log sigma^2; all in nats.
"""

from helpers.checks.iwae.bounds import exact_bound, log_mean_exp, log_weights
from helpers.checks.iwae.densities import gaussian_log_density, log_bernoulli, log_normal
from helpers.checks.iwae.elbo import kl_to_prior, negative_elbo
from helpers.checks.iwae.evaluation import effective_sample_size, evaluate_in_chunks, iwae_surrogate
from helpers.checks.iwae.network import VAE, sample_gaussian
from helpers.checks.iwae.oracle import elbo_gap, linear_gaussian_log_prob, linear_gaussian_posterior, log_evidence
from helpers.checks.iwae.training import train_epoch

__all__ = [
    "VAE",
    "effective_sample_size",
    "elbo_gap",
    "evaluate_in_chunks",
    "exact_bound",
    "gaussian_log_density",
    "iwae_surrogate",
    "kl_to_prior",
    "linear_gaussian_log_prob",
    "linear_gaussian_posterior",
    "log_bernoulli",
    "log_evidence",
    "log_mean_exp",
    "log_normal",
    "log_weights",
    "negative_elbo",
    "sample_gaussian",
    "train_epoch",
]
