"""Checks of 00_start, in the notebook's order.

Notation: B images or rows, C channels, H rows and W columns of an image, K classes.
"""

from helpers.checks.start.bugs import accuracy, channels_first, squared_error
from helpers.checks.start.learning import Classifier, train
from helpers.checks.start.slopes import gradient, logit_slope
from helpers.checks.start.tensors import brightness, cross_entropy, squared_distances

__all__ = [
    "Classifier",
    "accuracy",
    "brightness",
    "channels_first",
    "cross_entropy",
    "gradient",
    "logit_slope",
    "squared_distances",
    "squared_error",
    "train",
]
