"""A training step of the coupling flow against two libraries, with networks of the notebook in every layer."""

import math

import pytest
import torch
from torch import nn

from helpers import training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

LAYERS, WIDTH, BLOCKS, BATCH, STEPS = 8, 64, 3, 32, 2
CHANNELS, SIDE = 4, 14


@pytest.fixture(scope="module")
def notebook():
    torch.manual_seed(0)
    return solution_namespace("05_coupling_flow")


class Unconditional(nn.Module):
    """A network as nflows calls it, with a context that there is none of."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x, context):
        return self.net(x)


class Chain(nn.Module):
    """Layers of normflows one after another."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        total = x.new_zeros(len(x))
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return x, total


def log_prob(flow, x):
    z, log_det = flow(x)
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1) + log_det


def some_steps(flow, optimizer, x, log_prob=log_prob):
    """Steps of maximum likelihood, as a function without arguments."""

    def work():
        for _ in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            (-log_prob(flow, x).mean()).backward()
            optimizer.step()

    return work


def in_bfloat16(log_prob):
    """The same as `training.fit` runs it on a CPU that multiplies in bfloat16."""

    def mixed(flow, x):
        with torch.autocast("cpu", torch.bfloat16):
            return log_prob(flow, x)

    return mixed


def compare(name, notebook, theirs, ours, x, what, benchmark, mixed=False):
    sizes = [sum(p.numel() for p in flow.parameters() if p.requires_grad) for flow in (theirs, ours)]
    assert abs(sizes[1] / sizes[0] - 1) < 0.03
    log_prob = in_bfloat16(notebook["log_prob"]) if mixed else notebook["log_prob"]
    ratio = measure(
        name,
        slow=some_steps(theirs, torch.optim.Adam(theirs.parameters(), lr=1e-4), x),
        fast=some_steps(ours, training.adam(ours, lr=1e-4), x, log_prob),
        repeats=7,
        note=f"{what}, {STEPS} training steps of {LAYERS} couplings on {' x '.join(map(str, x.shape))} values, "
        f"{sizes[0]:,} and {sizes[1]:,} parameters, float32 with torch's Adam / ours "
        f"{'in bf16-mixed' if mixed else 'in float32'}, channels_last, with the fused one",
        benchmark=benchmark,
    )
    assert ratio.ratio > 0.5  # reported: the aim is 1, and a busy machine can undo so little


def our_flow(notebook, mask, channels, width, blocks):
    """Couplings with the notebook's networks, in the order in memory that the notebook's own flow has."""
    layer = lambda b: notebook["Coupling"](notebook["Conditioner"](channels, width, blocks), b)  # noqa: E731
    return notebook["Flow"](notebook["alternating"](layer, mask, LAYERS)).to(memory_format=torch.channels_last)


def compare_channels(notebook, library, theirs, benchmark, mixed=False):
    """Our layers mask the values that they keep, theirs cut them off: ours has a few weights more at both ends."""
    compare(
        f"coupling_step_{'bf16_' * mixed}vs_{library}",
        notebook,
        theirs,
        our_flow(notebook, notebook["channel_mask"](CHANNELS), CHANNELS, WIDTH, BLOCKS),
        torch.randn(BATCH, CHANNELS, SIDE, SIDE),
        f"{library}, channel masks, the same network of {BLOCKS} blocks of {WIDTH} features in every layer",
        benchmark,
        mixed,
    )


def test_channels_against_nflows(benchmark, notebook):
    transforms = pytest.importorskip("nflows.transforms", reason="nflows is missing (the extra `bench` has it)")
    net, mask = notebook["Conditioner"], notebook["channel_mask"](CHANNELS).flatten()
    theirs = [
        transforms.AffineCouplingTransform(b, lambda *_: Unconditional(net(CHANNELS // 2, WIDTH, BLOCKS)))
        for b in [mask, 1 - mask] * (LAYERS // 2)
    ]
    compare_channels(notebook, "nflows", transforms.CompositeTransform(theirs), benchmark)


@pytest.mark.parametrize("mixed", [False, True], ids=["float32", "bf16"])
def test_channels_against_normflows(benchmark, notebook, mixed):
    flows = pytest.importorskip("normflows.flows", reason="normflows is missing (the extra `bench` has it)")
    net = notebook["Conditioner"]
    theirs = [
        flows.AffineCouplingBlock(net(CHANNELS // 2, WIDTH, BLOCKS), split_mode=mode)
        for mode in ["channel", "channel_inv"] * (LAYERS // 2)
    ]
    compare_channels(notebook, "normflows", Chain(theirs), benchmark, mixed)


def test_checkerboards_against_normflows(benchmark, notebook):
    """Its masked layers have two networks; both widths are multiples of 16, to which convolutions are padded."""
    flows = pytest.importorskip("normflows.flows", reason="normflows is missing (the extra `bench` has it)")
    mask = notebook["checkerboard"](28, 28)

    def half():
        """A network for the scales or for the shifts alone, of half the weights."""
        return nn.Sequential(notebook["Conditioner"](1, 80, 2), nn.Conv2d(2, 1, 1))

    compare(
        "coupling_step_checkerboard_vs_normflows",
        notebook,
        Chain([flows.MaskedAffineFlow(b, t=half(), s=half()) for b in [mask, 1 - mask] * (LAYERS // 2)]),
        our_flow(notebook, mask, 1, 112, 2),
        torch.randn(8, 1, 28, 28),
        "normflows, checkerboard masks, two networks of 2 blocks of 80 features per layer / one of 112",
        benchmark,
    )
