"""The flow of 06_maf: sampling all values at once against one by one, a training step and zuko; training against peers.

A peer has the same number of MADEs with the same layers and the reversals between them. The notebook's flow also has
its batch norms, less than one weight in a thousand, and a peer has torch's Adam as it comes, not the fused one.
"""

import os
import shutil

import pytest
import torch
from torch import nn

from helpers import data, training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

WIDTH, DEPTH, LAYERS, IMAGES, BATCH, TOLERANCE = 512, 2, 5, 64, 128, 1e-4
STEPS = 3
MADES = f"{LAYERS} MADEs of {DEPTH} x {WIDTH}"
SIZES = f"trained weights, {MADES}, tolerance {TOLERANCE}"


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
    assert gap <= 1e-4
    assert ratio.ratio >= least


def test_parallel_sampling_of_28_x_28(benchmark, notebook, large):
    compare(benchmark, notebook, "maf_sampling_784", large[0], least=50)


def test_parallel_sampling_of_8_x_8(benchmark, notebook):
    flow, _ = trained(notebook, data.load("digits").train, steps=200)
    compare(benchmark, notebook, "maf_sampling_64", flow, least=6)  # the aim is 8: so many passes fewer


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


class Reversing(nn.Module):
    """Layers of normflows, with the order of the values reversed after each of them."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            x, total = x.flip(1), total + log_det
        return x, total


def zuko(dims, notebook):
    """A flow and its loss on a batch."""
    flow = missing("zuko.flows").MAF(dims, transforms=LAYERS, hidden_features=[WIDTH] * DEPTH)
    return flow, lambda x: -flow().log_prob(x).mean()


def nflows(dims, notebook):
    """The same; a block is one layer after the first, and a residual one would be two."""
    flow = missing("nflows.flows.autoregressive").MaskedAutoregressiveFlow(
        dims, WIDTH, num_layers=LAYERS, num_blocks_per_layer=DEPTH - 1, use_residual_blocks=False
    )
    return flow, lambda x: -flow.log_prob(x).mean()


def normflows(dims, notebook):
    """The same, run in the direction in which all values are known: the library's own chain trains the other one."""
    layer = missing("normflows.flows").MaskedAffineAutoregressive
    flow = Reversing(layer(dims, WIDTH, num_blocks=DEPTH - 1, use_residual_blocks=False) for _ in range(LAYERS))
    return flow, lambda x: notebook["nll"](flow, x)


def missing(module):
    """The module, or a skipped benchmark."""
    library = module.partition(".")[0]
    return pytest.importorskip(module, reason=f"{library} is missing (the extra `bench` has it)")


def weights(flow):
    return sum(parameter.numel() for parameter in flow.parameters() if parameter.requires_grad)


def some_steps(loss, optimizer, x):
    """Steps of maximum likelihood, as a function without arguments."""

    def work():
        for _ in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            loss(x).backward()
            optimizer.step()

    return work


def test_sampling_against_zuko(benchmark, notebook, large):
    """zuko inverts in as many passes as there are values, whatever the weights: its own are as they come."""
    flow, x = large
    theirs, _ = zuko(x.shape[1], notebook)
    noise = torch.randn(IMAGES, x.shape[1], generator=torch.Generator().manual_seed(0))
    assert abs(weights(theirs) / weights(flow) - 1) < 0.005

    @torch.no_grad()
    def one_by_one():
        theirs().transform.inv(noise)

    ratio = measure(
        "maf_sampling_vs_zuko",
        slow=one_by_one,
        fast=sampler(notebook, flow, noise, "parallel_inverse", {}),
        repeats=3,
        warm_up=False,
        note=f"zuko / ours, {IMAGES} images of {x.shape[1]} values, {SIZES}",
        benchmark=benchmark,
    )
    assert ratio.ratio >= 50


@pytest.mark.parametrize("way", ["as written", "striped", "compiled", "striped and compiled"])
@pytest.mark.parametrize("peer", [zuko, nflows, normflows], ids=lambda peer: peer.__name__)
def test_training_step_against_peers(benchmark, notebook, peer, way):
    """The notebook's flow as it is written, in stripes, and compiled as by `training.fit`; the peer as it comes.

    Stripes leave out weights that a mask hides: the flow is of the same size and stores fewer zeros.
    """
    torch.manual_seed(0)
    dims = 28 * 28
    theirs, their_loss = peer(dims, notebook)
    ours = notebook["make_flow"](dims, WIDTH, DEPTH, LAYERS)
    assert abs(weights(theirs) / weights(ours) - 1) < 0.005
    if "striped" in way:
        ours = notebook["make_flow"](dims, WIDTH, DEPTH, LAYERS, notebook["striped_linear"])
    if "compiled" in way and not shutil.which(os.environ.get("CXX", "g++")):
        pytest.skip("torch.compile finds no compiler of C++")
    ran = torch.compile(ours) if "compiled" in way else ours
    x = torch.randn(BATCH, dims)
    kind = "" if way == "as written" else way.replace(" and ", "_") + "_"
    ratio = measure(
        f"maf_step_{kind}vs_{peer.__name__}",
        slow=some_steps(their_loss, torch.optim.Adam(theirs.parameters(), lr=1e-4), x),
        fast=some_steps(lambda x: notebook["nll"](ran, x), training.adam(ours, lr=1e-4), x),
        repeats=25,
        note=f"{peer.__name__} with torch's Adam / ours with the fused one, {way}, {STEPS} training "
        f"steps of {BATCH} rows of {dims} values, {MADES}, {weights(theirs):,} and {weights(ours):,} parameters, "
        "float32",
        benchmark=benchmark,
    )
    assert ratio.ratio > 0.5  # reported: the aim is 1.2, and a busy machine can undo so little
