"""The collaborators of autoregressive flows under test are what they say: their order, log-determinants, inverses."""

import pytest
import torch

from helpers.checks import conditioners
from helpers.checks.compare import dependence


@pytest.mark.parametrize("head", [0, 1])
def test_a_conditioner_sees_the_values_before_and_no_other(head):
    net = conditioners.Conditioner(5, seed=1)
    seen = dependence(lambda x: net(x)[head], [torch.randn(5).double() for _ in range(3)])
    assert torch.equal(seen, torch.ones(5, 5).tril(-1).bool())
    assert net.calls() == 3


def test_a_chain_goes_down_by_one_value_and_its_last_row_may_be_stronger():
    chain = conditioners.Chain(0.5, last=2.0)
    t, log_s = chain(torch.ones(2, 3).double())
    assert t.tolist() == [[0, 0.5, 0.5], [0, 2, 2]]
    assert not log_s.any()


def test_wires_follow_the_degrees():
    into, out = torch.tensor([1, 2, 3]), torch.tensor([1, 2, 1, 3])
    for strict in (False, True):
        wires = conditioners.Wires(into, out, strict)
        seen = dependence(wires, [torch.randn(3).double()])
        expected = out[:, None] > into if strict else out[:, None] >= into
        assert torch.equal(seen, expected)


def test_idle_units_are_counted():
    degrees = torch.tensor([1, 2, 3, 3])
    model = torch.nn.Sequential(
        conditioners.Wires(torch.arange(1, 4), degrees, False),
        conditioners.Wires(degrees, torch.arange(1, 4), True),
    )
    assert conditioners.idle_units(model, 3) == 2
    assert conditioners.idle_units(model, 4) == 0


@pytest.mark.parametrize("kind", ["triangle", "bend"])
def test_flows_know_their_inverse_and_their_determinant(kind):
    make = conditioners.Makers(kind, seed=4)
    first, second = make(4).double(), make(4).double()
    x = torch.randn(3, 4, dtype=torch.float64)
    z, log_det = first(x)
    assert not torch.allclose(z, second(x)[0])
    assert torch.allclose(first.inverse(z), x)
    for row, stretched in zip(x, log_det, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda point: first(point[None])[0][0], row)
        assert torch.linalg.slogdet(jacobian).logabsdet.item() == pytest.approx(stretched.item())


def test_moods_change_with_the_mode():
    flow, x = conditioners.Moody(), torch.randn(4, 2)
    assert torch.allclose(flow.train()(x)[0].mean(0), torch.zeros(2), atol=1e-6)
    assert torch.equal(flow.eval()(x)[0], x)
