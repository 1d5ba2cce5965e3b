"""The cached sampler of 02_pixelcnn against the plain one: the same images from the same noise, many times faster."""

import pytest
import torch

from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

IMAGES, SIDE, WIDTH, BLOCKS = 16, 28, 64, 5


@pytest.fixture
def notebook():
    return solution_namespace("02_pixelcnn")


def test_cached_sampler(benchmark, notebook):
    torch.manual_seed(0)
    model = notebook["PixelCNN"](levels=2, channels=1, width=WIDTH, blocks=BLOCKS).eval()
    u = torch.rand(IMAGES, 1, SIDE, SIDE)
    drawn = {}

    def plain():
        drawn["plain"] = notebook["sample"](model, u)

    def cached():
        drawn["cached"] = notebook["cached_sample"](model, u)

    cached()
    ratio = measure(
        "cached_sampler",
        slow=plain,
        fast=cached,
        repeats=3,
        warm_up=False,
        note=f"{IMAGES} images of {SIDE} x {SIDE}, {BLOCKS} blocks of {WIDTH} features, equal draw for draw",
        benchmark=benchmark,
    )
    assert torch.equal(drawn["plain"], drawn["cached"])
    assert ratio.ratio >= 100
