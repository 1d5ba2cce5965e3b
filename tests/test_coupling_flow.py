"""The flows of 05_coupling_flow as its notebook builds them: exact log-determinants, round trips, and known costs."""

import math

import pytest
import torch

from helpers.checks import flows
from helpers.checks.inputs import Draw
from helpers.grading.namespaces import solution_namespace


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("05_coupling_flow")


def shaken(flow):
    """The flow in float64, with weights that are not those of the identity."""
    generator = torch.Generator().manual_seed(0)
    flow = flow.double()
    with torch.no_grad():
        for p in flow.parameters():
            p.add_(0.1 * torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return flow


@pytest.fixture(params=["one scale", "several scales"])
def image_flow(request, notebook):
    """A small image flow of both kinds on 8 x 8 pixels, as deep as the notebook's smoke preset."""
    n = notebook

    def couplings(channels, mask):
        return n["alternating"](lambda b: n["Coupling"](n["Conditioner"](channels, 6, 1), b), mask, 2)

    start = [n["Logit"](0.01), *couplings(1, n["checkerboard"](8, 8)), n["Squeeze"]()]
    start += couplings(4, n["channel_mask"](4))
    if request.param == "one scale":
        return shaken(n["Flow"]([*start, n["Unsqueeze"]()]))
    inner = [*couplings(2, n["checkerboard"](4, 4)), n["Squeeze"](), *couplings(8, n["channel_mask"](8))]
    inner = n["Flow"]([*inner, n["Unsqueeze"]()])
    return shaken(n["Flow"]([*start, n["FactorOut"](inner), n["Unsqueeze"]()]))


def test_log_det_is_that_of_the_jacobian_and_images_come_back(image_flow):
    draw = Draw(1)
    v = 0.2 + 0.6 * draw.uniform(2, 1, 8, 8)  # where a small step stays one, for gradients are confirmed by steps
    assert flows.log_det_is_right(image_flow, v, draw)
    assert flows.round_trip(image_flow, image_flow.inverse, v)
    assert flows.rows_stay_apart(image_flow, v)
    assert image_flow(v)[0].shape == v.shape


def test_levels_come_back_from_their_noise(notebook, image_flow):
    draw = Draw(2)
    x = draw.integers(0, 17, 4, 1, 8, 8)
    with torch.no_grad():
        z = image_flow(notebook["dequantise"](x, draw.uniform(4, 1, 8, 8), 17)[0])[0]
    assert torch.equal(notebook["sample"](image_flow, z, 17), x)


@pytest.mark.parametrize("levels", [17, 256])
@pytest.mark.parametrize("alpha", [1e-6, 0.05])
def test_uniform_pixels_cost_what_theory_says(notebook, levels, alpha):
    x, u = flows.even_pixels(levels, 400)
    logit, bits = notebook["Logit"](alpha), notebook["bits_per_dim"]

    def logistic(v):
        z, log_det = logit(v)
        return (torch.nn.functional.logsigmoid(z) + torch.nn.functional.logsigmoid(-z)).flatten(1).sum(1) + log_det

    uniform = bits(x, u, levels, lambda v: 0 * v.flatten(1).sum(1))
    torch.testing.assert_close(uniform, torch.full_like(uniform, math.log2(levels)))
    cost = bits(x, u, levels, logistic)
    torch.testing.assert_close(cost, torch.full_like(cost, math.log2(levels) - math.log2(1 - 2 * alpha)))


def test_a_normal_base_costs_8_8135_bits_on_uniform_bytes(notebook):
    x, u = flows.even_pixels(256, 400)
    logit = notebook["Logit"](1e-7)
    cost = notebook["bits_per_dim"](x, u, 256, lambda v: notebook["log_prob"](logit, v)).mean().item()
    limit = 8 + (math.pi**2 / 6 + math.log(2 * math.pi) / 2 - 2) / math.log(2)
    assert round(limit, 4) == 8.8135
    assert abs(cost - limit) < 1e-3


def test_the_flow_of_the_plane_is_a_density_with_any_weights(notebook):
    torch.manual_seed(0)
    layers = notebook["alternating"](notebook["plane_coupling"], torch.tensor([1.0, 0.0]), 6)
    flow = shaken(notebook["Flow"](layers))
    with torch.no_grad():
        assert flows.integrates_to_one(lambda x: notebook["log_prob"](flow, x), -12, 12, 2, 300)
