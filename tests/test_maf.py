"""The solution of 06_maf against scikit-learn, with ties, and its two samplers against one another."""

import pytest
import torch
from sklearn import metrics

from helpers import data
from helpers.grading.namespaces import solution_namespace


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("06_maf")


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("levels", [2, 7, 50, 10**9])
def test_curves_and_areas_are_scikit_learns(notebook, seed, levels):
    draw = torch.Generator().manual_seed(seed)
    labels = torch.randint(2, (300,), generator=draw)
    labels[:2] = torch.tensor([0, 1])
    scores = torch.randint(levels, (300,), generator=draw).double() / 7 + labels
    false, true = notebook["roc_curve"](scores, labels)
    theirs = metrics.roc_curve(labels, scores, drop_intermediate=False)
    assert false.numpy() == pytest.approx(theirs[0], abs=1e-12)
    assert true.numpy() == pytest.approx(theirs[1], abs=1e-12)
    assert notebook["auroc"](scores, labels) == pytest.approx(metrics.roc_auc_score(labels, scores), abs=1e-12)
    precision = notebook["average_precision"](scores, labels)
    assert precision == pytest.approx(metrics.average_precision_score(labels, scores), abs=1e-12)


def test_both_samplers_draw_the_same(notebook):
    torch.manual_seed(0)
    flow = notebook["make_flow"](20, width=64).double()
    x = torch.randn(200, 20, dtype=torch.float64)
    flow.train()(x)
    z = torch.randn(16, 20, dtype=torch.float64)
    draw = notebook["draw"]
    one_by_one = draw(flow, z, notebook["maf_inverse"])
    together = draw(flow, z, lambda net, noise: notebook["parallel_inverse"](net, noise, tolerance=1e-6))
    assert torch.allclose(one_by_one, together, atol=1e-4)
    assert torch.allclose(flow(one_by_one)[0], z)


def test_a_trained_flow_is_undone_in_few_passes(notebook):
    """The aim of 8 x fewer passes than values, which the benchmark times, as a count."""
    torch.manual_seed(0)
    digits = data.load("digits").train
    flow = notebook["make_flow"](64, width=128, depth=2)
    optimizer = torch.optim.Adam(flow.parameters(), lr=1e-3)
    for _ in range(3):
        for images, _ in data.Batches(digits, 64, seed=0, drop_last=True):
            optimizer.zero_grad()
            notebook["nll"](flow, notebook["noisy_logits"](images, digits.levels)[0]).backward()
            optimizer.step()
    passes = [0]

    def counted(net, z):
        def count(x):
            passes[0] += 1
            return net(x)

        return notebook["parallel_inverse"](count, z, tolerance=1e-4)

    z = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))
    drawn = notebook["draw"](flow, z, counted)
    assert passes[0] <= len(flow.layers) * 64 / 8
    assert torch.allclose(drawn, notebook["draw"](flow, z, notebook["maf_inverse"]), rtol=0, atol=1e-4)
    assert torch.allclose(flow(drawn)[0], z, rtol=0, atol=1e-3)


def test_a_value_far_out_counts_as_one_where_data_end(notebook):
    """Nothing is made up for values that hardly occur: they drew others after them until numbers overflowed."""
    torch.manual_seed(0)
    layer = notebook["Autoregressive"](30, width=64)
    x = torch.randn(16, 30).sign()
    assert all(map(torch.equal, layer.near(6 * x), layer.near(1e6 * x)))


def test_a_flow_is_no_reconstruction_model(notebook):
    torch.manual_seed(0)
    flow = notebook["make_flow"](10, width=32).double().eval()
    strange = 40 * torch.randn(5, 10, dtype=torch.float64)
    assert torch.allclose(notebook["draw"](flow, flow(strange)[0], notebook["maf_inverse"]), strange)
