"""Checks of 01_foundations, in the notebook's order.

Notation: N observations in the last dimension, R repetitions, K draws or categories, D dimensions, B rows of a batch.
"""

from helpers.checks.foundations.approximations import laplace, newton_mode, quadrature, slope_and_curvature
from helpers.checks.foundations.choices import gumbel, gumbel_max, gumbel_softmax, straight_through
from helpers.checks.foundations.estimation import draw_gaussian, gaussian_map, gaussian_mle, map_mean, mle_mean
from helpers.checks.foundations.gradients import (
    leave_one_out,
    normal_score,
    reparameterised_gradient,
    reparameterised_variance,
    score_gradient,
)
from helpers.checks.foundations.matrices import eigen_gaps, triangular_log_det, vector_slopes
from helpers.checks.foundations.posteriors import log_joint, posterior
from helpers.checks.foundations.variables import coupling_jacobians, densities

__all__ = [
    "coupling_jacobians",
    "densities",
    "draw_gaussian",
    "eigen_gaps",
    "gaussian_map",
    "gaussian_mle",
    "gumbel",
    "gumbel_max",
    "gumbel_softmax",
    "laplace",
    "leave_one_out",
    "log_joint",
    "map_mean",
    "mle_mean",
    "newton_mode",
    "normal_score",
    "posterior",
    "quadrature",
    "reparameterised_gradient",
    "reparameterised_variance",
    "score_gradient",
    "slope_and_curvature",
    "straight_through",
    "triangular_log_det",
    "vector_slopes",
]
