"""Checks of 02_pixelcnn, in the notebook's order.

Notation: B images, C colours, H rows, W columns, K grey levels; pixels count row by row from the upper left.
"""

from helpers.checks.pixelcnn.caching import conv_at
from helpers.checks.pixelcnn.likelihood import bits_per_dim, log_likelihood
from helpers.checks.pixelcnn.masks import MaskedConv2d, causal_mask, colour_mask
from helpers.checks.pixelcnn.network import PixelCNN, ResidualBlock
from helpers.checks.pixelcnn.receptive import receptive_field
from helpers.checks.pixelcnn.sampling import complete, draw_levels, sample
from helpers.checks.pixelcnn.stacks import GatedBlock, gate, shift
from helpers.checks.pixelcnn.training import train_epoch

__all__ = [
    "GatedBlock",
    "MaskedConv2d",
    "PixelCNN",
    "ResidualBlock",
    "bits_per_dim",
    "causal_mask",
    "colour_mask",
    "complete",
    "conv_at",
    "draw_levels",
    "gate",
    "log_likelihood",
    "receptive_field",
    "sample",
    "shift",
    "train_epoch",
]
