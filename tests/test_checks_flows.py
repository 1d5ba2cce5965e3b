"""What the checks of flows share: Jacobians by autograd that values confirm, round trips, and masses of densities."""

import math

import pytest
import torch

from helpers.checks import flow_doubles as doubles
from helpers.checks import flows
from helpers.checks.inputs import Draw
from helpers.checks.subject import Broken


def normal(z):
    return (-0.5 * z**2 - 0.5 * math.log(2 * math.pi)).flatten(1).sum(1)


@pytest.fixture
def draw():
    return Draw(5)


@pytest.fixture
def doubled(draw):
    return [
        doubles.Affine(draw.normal(2, 3), draw.normal(2, 3)),
        doubles.Sinh(),
        doubles.Backwards(),
    ]


def test_doubles_are_flows(doubled, draw):
    x = draw.normal(4, 2, 3)
    for flow in doubled:
        assert flows.log_det_is_right(flow, x, draw)
        assert flows.round_trip(flow, flow.inverse, x)
        assert flows.rows_stay_apart(flow, x)


def test_a_jacobian_has_outputs_in_rows(draw):
    matrix = draw.normal(3, 3)
    torch.testing.assert_close(flows.jacobian(lambda x: x @ matrix.T, draw.normal(3), draw), matrix)


def test_usual_slips_of_a_log_det_are_named(draw):
    x = draw.normal(3, 4)

    def verdict(change):
        return flows.log_det_is_right(lambda b: (b.sinh(), change(b.cosh().log().sum(1))), x, draw)

    assert verdict(lambda d: d)
    assert "sign" in verdict(lambda d: -d).advice
    assert "mean over the values" in verdict(lambda d: d / 4).advice
    assert "sum" in verdict(lambda d: d.sum().expand(len(d))).advice
    assert "0" in verdict(lambda d: 0 * d).advice


def test_gradients_that_do_not_fit_the_values_are_refused(draw):
    x = draw.normal(3)
    with pytest.raises(Broken, match="do not fit"):
        flows.jacobian(lambda b: b + 2 * b.detach(), x, draw)
    with pytest.raises(Broken, match="keeps their number"):
        flows.jacobian(lambda b: b[:, :2], x, draw)


def test_single_precision_is_good_enough(draw):
    assert flows.log_det_is_right(lambda b: (b.float().sinh(), b.float().cosh().log().sum(1)), draw.normal(3, 4), draw)


@pytest.mark.parametrize(
    "value",
    [torch.zeros(2, 3), (torch.zeros(2, 3),), (torch.zeros(2, 3), torch.zeros(2, 1)), (torch.zeros(2, 3), None)],
)
def test_what_is_no_pair_is_said(value):
    with pytest.raises(Broken):
        flows.pair(value)


@pytest.mark.parametrize("dims", [1, 2])
def test_densities_add_up_to_one(dims):
    flow = doubles.Sinh()

    def log_prob(x):
        z, log_det = flow(x)
        return normal(z) + log_det

    assert flows.integrates_to_one(log_prob, -4, 4, dims, 200)
    assert not flows.integrates_to_one(lambda x: normal(flow(x)[0]), -4, 4, dims, 200)


def test_even_pixels_cover_levels_and_noise_evenly():
    x, u = flows.even_pixels(5, 4)
    assert x.shape == u.shape == (20, 1, 1, 1)
    assert x.flatten().bincount().tolist() == [4] * 5
    assert u.mean() == 0.5
    values = ((x + u) / 5).flatten().sort().values
    torch.testing.assert_close(values, (torch.arange(20).double() + 0.5) / 20)


def test_bases_are_densities():
    assert flows.integrates_to_one(doubles.logistic_base, -30, 30, 1, 3000)
    assert flows.integrates_to_one(doubles.uniform_base, 0, 1, 2, 5)


def test_waves_mix_all_inputs_of_a_row(draw):
    net, x = doubles.Waves(6, (4, 3), seed=1), draw.normal(2, 2, 3)
    assert net(x).shape == (2, 4, 3)
    assert flows.rows_stay_apart(net, x)
    leaf = x.clone().requires_grad_()
    assert (torch.autograd.grad(net(leaf).sum(), leaf)[0] != 0).all()
