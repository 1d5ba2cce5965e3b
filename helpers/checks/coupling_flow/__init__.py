"""Checks of 05_coupling_flow, in the notebook's order.

Notation: B rows of a batch, C channels, H rows and W columns of an image, K levels; a flow maps x to (z, log_det).
"""

from helpers.checks.coupling_flow.coupling import Coupling, inverse_of_coupling, log_det_of_coupling, scale_and_shift
from helpers.checks.coupling_flow.density import log_density_of_flow, log_prob, logit_normal
from helpers.checks.coupling_flow.masks import alternating, channel_mask, checkerboard
from helpers.checks.coupling_flow.pixels import Logit, bits_per_dim, dequantise, sample
from helpers.checks.coupling_flow.stacks import FactorOut, Flow, Squeeze
from helpers.checks.coupling_flow.training import fit

__all__ = [
    "Coupling",
    "FactorOut",
    "Flow",
    "Logit",
    "Squeeze",
    "alternating",
    "bits_per_dim",
    "channel_mask",
    "checkerboard",
    "dequantise",
    "fit",
    "inverse_of_coupling",
    "log_density_of_flow",
    "log_det_of_coupling",
    "log_prob",
    "logit_normal",
    "sample",
    "scale_and_shift",
]
