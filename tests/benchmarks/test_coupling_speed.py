"""A training step of the coupling flow against two libraries, with the same kind of network in every layer."""

import math

import pytest
import torch
from torch import nn

from helpers import training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

LAYERS, BATCH, STEPS = 8, 64, 5


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


def our_flow(notebook, net, mask):
    return notebook["Flow"](notebook["alternating"](lambda b: notebook["Coupling"](net(), b), mask, LAYERS))


def masks(mask):
    return [mask if layer % 2 == 0 else 1 - mask for layer in range(LAYERS)]


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


def compare(name, notebook, ours, theirs, x, what, benchmark):
    sizes = [sum(p.numel() for p in flow.parameters() if p.requires_grad) for flow in (theirs, ours)]
    assert 0.9 < sizes[1] / sizes[0] < 1.1
    ratio = measure(
        name,
        slow=some_steps(theirs, torch.optim.Adam(theirs.parameters(), lr=1e-4), x),
        fast=some_steps(ours, training.adam(ours, lr=1e-4), x, notebook["log_prob"]),
        repeats=7,
        note=f"{what}, {STEPS} training steps of {LAYERS} couplings on {' x '.join(map(str, x.shape))} values, "
        f"{sizes[0]:,} and {sizes[1]:,} parameters, float32, Adam",
        benchmark=benchmark,
    )
    assert ratio.ratio > 0.5  # reported: the aim is 1, and a busy machine can undo so little


def test_channel_couplings(benchmark, notebook):
    transforms = pytest.importorskip("nflows.transforms", reason="needs nflows (pip install nflows)")
    net, mask = notebook["Conditioner"], notebook["channel_mask"](4)
    theirs = transforms.CompositeTransform(
        [transforms.AffineCouplingTransform(b.flatten(), lambda *_: Unconditional(net(2, 64, 1))) for b in masks(mask)]
    )
    ours = our_flow(notebook, lambda: net(4, 64, 1), mask)
    compare(
        "coupling_step_vs_nflows",
        notebook,
        ours,
        theirs,
        torch.randn(BATCH, 4, 14, 14),
        "nflows, channel masks, one network per layer",
        benchmark,
    )


def test_checkerboard_couplings(benchmark, notebook):
    flows = pytest.importorskip("normflows.flows", reason="needs normflows (pip install normflows)")
    net, mask = notebook["Conditioner"], notebook["checkerboard"](28, 28)

    def half():
        """A network for the scales or for the shifts alone, of half the weights."""
        return nn.Sequential(net(1, 22, 1), nn.Conv2d(2, 1, 1))

    theirs = Chain([flows.MaskedAffineFlow(b, t=half(), s=half()) for b in masks(mask)])
    ours = our_flow(notebook, lambda: net(1, 32, 1), mask)
    compare(
        "coupling_step_vs_normflows",
        notebook,
        ours,
        theirs,
        torch.randn(BATCH, 1, 28, 28),
        "normflows, checkerboard masks, two networks per layer of half the size",
        benchmark,
    )
