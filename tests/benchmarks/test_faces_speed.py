"""Drawn faces are drawn many at a time: a whole data set in seconds."""

import torch

from helpers import faces
from tests.benchmarks.ratio import measure

COUNT = 256


def test_faces_together(benchmark):
    factors = faces.combinations()[:COUNT]
    drawn = {}

    def one_by_one():
        drawn["one by one"] = torch.cat([faces.draw(row[None]) for row in factors])

    def together():
        drawn["together"] = faces.draw(factors)

    ratio = measure(
        "faces_together",
        slow=one_by_one,
        fast=together,
        repeats=5,
        note=f"{COUNT} faces of 64 x 64, one by one / all at once",
        benchmark=benchmark,
    )
    assert (drawn["one by one"].int() - drawn["together"].int()).abs().max() <= 1
    assert ratio.ratio > 0  # reported: how much is gained depends on the cache
