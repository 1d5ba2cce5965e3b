"""Checks of 10_evaluation, in the notebook's order.

Notation: N real images and M fakes with D features each, K classes, k the neighbour that gives a ball its radius.
"""

from helpers.checks.evaluation.balls import (
    ball_tables,
    density_and_coverage,
    expected_coverage,
    inside,
    kth_distance,
    nearer_to_train,
    precision_and_recall,
)
from helpers.checks.evaluation.frechet import (
    extrapolated_fid,
    fid,
    frechet_distance,
    matrix_sqrt,
    mean_and_covariance,
    turned_ellipse,
)
from helpers.checks.evaluation.judging import features_of, inception_score, score_of_unsure_judge

__all__ = [
    "ball_tables",
    "density_and_coverage",
    "expected_coverage",
    "extrapolated_fid",
    "features_of",
    "fid",
    "frechet_distance",
    "inception_score",
    "inside",
    "kth_distance",
    "matrix_sqrt",
    "mean_and_covariance",
    "nearer_to_train",
    "precision_and_recall",
    "score_of_unsure_judge",
    "turned_ellipse",
]
