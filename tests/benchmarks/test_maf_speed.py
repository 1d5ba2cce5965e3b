"""Sampling from the flow of 06_maf: all values at once against one by one, and against a training step."""

import os

import pytest
import torch

from helpers import data, training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

WIDTH, DEPTH, LAYERS, IMAGES, BATCH, TOLERANCE = 512, 2, 5, 64, 128, 1e-4
SIZES = f"trained weights, {LAYERS} MADEs of {DEPTH} x {WIDTH}, tolerance {TOLERANCE}"


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("06_maf")


def trained(notebook, split, steps):
    """A flow after some steps on the images of a split, and a batch of them."""
    torch.manual_seed(0)
    flow = notebook["make_flow"](split.images[0].numel(), WIDTH, DEPTH, LAYERS)
    optimizer = training.adam(flow, lr=1e-3)
    batches = data.Batches(split, BATCH, seed=0, drop_last=True)
    done = 0
    while done < steps:
        for images, _ in batches:
            x, _ = notebook["noisy_logits"](images, split.levels)
            optimizer.zero_grad()
            notebook["nll"](flow, x).backward()
            torch.nn.utils.clip_grad_norm_(flow.parameters(), 5.0)
            optimizer.step()
            done += 1
            if done == steps:
                break
    return flow, x


@pytest.fixture(scope="module")
def large(notebook):
    if not os.environ.get("WORKBOOK_DATA"):
        pytest.skip("WORKBOOK_DATA names no folder with Fashion-MNIST")
    clothes = data.load("fashion-mnist")
    if clothes.name != "fashion-mnist":
        pytest.skip("Fashion-MNIST is not under WORKBOOK_DATA")
    return trained(notebook, clothes.train, steps=300)


def sampler(notebook, flow, noise, name, drawn):
    solve = notebook[name]
    if name == "parallel_inverse":
        solve = lambda net, z: notebook[name](net, z, TOLERANCE)  # noqa: E731

    def work():
        drawn[name] = notebook["draw"](flow, noise, solve)

    return work


def compare(benchmark, notebook, name, flow, least):
    noise = torch.randn(IMAGES, flow.norms[0].mean.numel(), generator=torch.Generator().manual_seed(0))
    drawn = {}
    ratio = measure(
        name,
        slow=sampler(notebook, flow, noise, "maf_inverse", drawn),
        fast=sampler(notebook, flow, noise, "parallel_inverse", drawn),
        repeats=3,
        warm_up=False,
        note=f"{IMAGES} images of {noise.shape[1]} values, {SIZES}",
        benchmark=benchmark,
    )
    gap = (drawn["maf_inverse"] - drawn["parallel_inverse"]).abs().max().item()
    print(f"largest difference between the samples: {gap:.1e}")
    assert gap <= 1e-2 if noise.shape[1] > 64 else gap <= 1e-3
    assert ratio.ratio >= least


def test_parallel_sampling_of_28_x_28(benchmark, notebook, large):
    compare(benchmark, notebook, "maf_sampling_784", large[0], least=50)


def test_parallel_sampling_of_8_x_8(benchmark, notebook):
    flow, _ = trained(notebook, data.load("digits").train, steps=200)
    compare(benchmark, notebook, "maf_sampling_64", flow, least=8)


def test_sampling_costs_few_training_steps(benchmark, notebook, large):
    """Drawing 64 images against a training step of 128: the course measured 854, the target is at most 4."""
    flow, x = large
    noise = torch.randn(IMAGES, x.shape[1], generator=torch.Generator().manual_seed(0))
    optimizer = training.adam(flow, lr=0.0)

    def step():
        flow.train()
        optimizer.zero_grad()
        notebook["nll"](flow, x).backward()
        optimizer.step()

    ratio = measure(
        "maf_sampling_over_step",
        slow=sampler(notebook, flow, noise, "parallel_inverse", {}),
        fast=step,
        note=f"sampling {IMAGES} / a training step of {BATCH}, {x.shape[1]} values, {SIZES}",
        benchmark=benchmark,
    )
    assert ratio.ratio <= 4
