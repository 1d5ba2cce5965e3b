"""Checks of 06_maf, in the notebook's order.

Notation: B rows of a batch, D values of an image; a flow maps x to (z, log_det), with log_det = log |det dz/dx|.
"""

from helpers.checks.maf.curves import auroc, average_precision, roc_curve
from helpers.checks.maf.detection import anomaly_scores, one_class
from helpers.checks.maf.made import MADE, MaskedLinear, degree_mask
from helpers.checks.maf.sampling import iaf_sample, maf_inverse, parallel_inverse
from helpers.checks.maf.stack import MAF, BatchNorm
from helpers.checks.maf.stripes import StripedLinear
from helpers.checks.maf.transform import log_prob, maf_forward, nll, to_logits

__all__ = [
    "MADE",
    "MAF",
    "BatchNorm",
    "MaskedLinear",
    "StripedLinear",
    "anomaly_scores",
    "auroc",
    "average_precision",
    "degree_mask",
    "iaf_sample",
    "log_prob",
    "maf_forward",
    "maf_inverse",
    "nll",
    "one_class",
    "parallel_inverse",
    "roc_curve",
    "to_logits",
]
