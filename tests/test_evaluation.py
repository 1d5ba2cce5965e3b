"""The solution of 10_evaluation against torchmetrics, torch-fidelity and prdc, and the Inception network's absence."""

import contextlib
import io

import pytest
import torch

from helpers import inception
from helpers.grading.namespaces import solution_namespace
from tests.peers import importable


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("10_evaluation")


SHAPES = [(300, 200, 8), (150, 260, 30), (40, 30, 64), (64, 90, 64), (30, 400, 50)]
NEIGHBOURS = [1, 3, 5]


def two_sets(n, m, dims, seed=0):
    draw = torch.Generator().manual_seed(seed)
    mixing = torch.randn(dims, dims, generator=draw, dtype=torch.float64) / dims**0.5
    real = torch.randn(n, dims, generator=draw, dtype=torch.float64) @ mixing
    return real, 0.9 * torch.randn(m, dims, generator=draw, dtype=torch.float64) @ mixing + 0.2


def four(notebook, real, fake, k):
    tables = notebook["ball_tables"](real, fake, k)
    scores = [*notebook["precision_and_recall"](*tables), *notebook["density_and_coverage"](tables[0], k)]
    return [float(score) for score in scores]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fid_is_torchmetrics(notebook, shape):
    theirs = importable("torchmetrics.image.fid")
    real, fake = two_sets(*shape)
    metric = theirs.FrechetInceptionDistance(feature=Rows(shape[2]), normalize=True, input_img_size=(1, 1, shape[2]))
    metric.set_dtype(torch.float64)
    for rows, is_real in ((real, True), (fake, False)):
        metric.update(rows[:, None, None, :].expand(-1, 3, 1, -1), real=is_real)
    assert float(notebook["fid"](real, fake)) == pytest.approx(float(metric.compute()), rel=1e-4, abs=1e-4)


class Rows(torch.nn.Module):
    """Stands for a network: an image of one row is its own features."""

    def __init__(self, num_features):
        super().__init__()
        self.num_features = num_features

    def forward(self, images):
        return images[:, 0, 0, :]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_fid_is_torch_fidelitys(notebook, shape):
    theirs = importable("torch_fidelity.metric_fid")
    real, fake = two_sets(*shape)
    due = theirs.fid_statistics_to_metric(
        theirs.fid_features_to_statistics(real), theirs.fid_features_to_statistics(fake), verbose=False
    )["frechet_inception_distance"]
    assert float(notebook["fid"](real, fake)) == pytest.approx(due, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("shape", [(400, 10), (90, 3), (50, 100)], ids=str)
def test_the_inception_score_is_torch_fidelitys_and_torchmetrics(notebook, shape):
    draw = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(*shape, generator=draw, dtype=torch.float64)
    score = float(notebook["inception_score"](logits.softmax(1)))
    theirs = importable("torch_fidelity.metric_isc").isc_features_to_metric(logits, splits=1, shuffle=False)
    assert score == pytest.approx(theirs["inception_score_mean"], rel=1e-4)
    metric = importable("torchmetrics.image.inception").InceptionScore(feature=Rows(shape[1]), splits=1)
    metric.update(logits[:, None, None, :])
    assert score == pytest.approx(float(metric.compute()[0]), rel=1e-4)


@pytest.mark.parametrize("k", NEIGHBOURS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_all_four_are_prdcs(notebook, shape, k):
    theirs = importable("prdc")
    real, fake = two_sets(*shape)
    with contextlib.redirect_stdout(io.StringIO()):
        due = theirs.compute_prdc(real.numpy(), fake.numpy(), k)
    assert four(notebook, real, fake, k) == pytest.approx(list(due.values()), abs=1e-4)


@pytest.mark.parametrize("k", NEIGHBOURS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_precision_and_recall_are_torch_fidelitys(notebook, shape, k):
    theirs = importable("torch_fidelity.metric_prc")
    real, fake = two_sets(*shape)
    due = theirs.calculate_precision_recall_full(fake, real, k)
    assert four(notebook, real, fake, k)[:2] == pytest.approx(list(due), abs=1e-4)


def test_published_figures_of_prdc(notebook):
    """The first rows of the authors' own example: standard normal in 1000 dimensions, here with fewer points."""
    draw = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 2000, 1000, generator=draw, dtype=torch.float64)
    _, _, density, coverage = four(notebook, real, fake, 5)
    assert density == pytest.approx(1.05, abs=0.1)
    assert coverage == pytest.approx(1 - 2**-5, abs=0.02)


def test_a_perfect_model_gets_the_coverage_of_the_formula(notebook):
    import sympy

    k, c = sympy.symbols("k c", positive=True)
    formula = notebook["expected_coverage"](k, c)
    draw = torch.Generator().manual_seed(0)
    points = torch.randn(3000, 4, generator=draw, dtype=torch.float64)
    for fakes in (500, 2000):
        found = four(notebook, points[:1000], points[1000 : 1000 + fakes], 3)[3]
        assert found == pytest.approx(float(formula.subs({k: 3, c: fakes / 1000})), abs=0.05)


def test_the_unsure_judge_has_the_score_of_the_formula(notebook):
    import sympy

    K, e = sympy.symbols("K e", positive=True)
    rows = torch.full((7, 7), 0.3 / 6, dtype=torch.float64).fill_diagonal_(0.7)
    due = notebook["score_of_unsure_judge"](K, e).subs({K: 7, e: 0.3})
    assert float(notebook["inception_score"](rows)) == pytest.approx(float(due), rel=1e-9)


def test_without_weights_there_is_one_line_and_no_network(tmp_path, monkeypatch, capsys):
    importable("torch_fidelity")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert inception.load() is None
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("No Inception features")
    assert inception.FILE in line


def test_damaged_weights_are_no_network(tmp_path, monkeypatch, capsys):
    importable("torch_fidelity")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    inception.weights().parent.mkdir()
    inception.weights().write_bytes(b"no weights")
    assert inception.load() is None
    assert "cannot be read" in capsys.readouterr().out


def test_with_weights_features_do_not_depend_on_the_batch(tmp_path, monkeypatch):
    """Random weights in the place of the published ones: 2048 features, 1008 probabilities, grey images as well."""
    importable("torch_fidelity")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(inception, "CHUNK", 2)
    inception.weights().parent.mkdir()
    torch.save({}, inception.weights())
    with monkeypatch.context() as bare:
        bare.setattr(torch.nn.Module, "load_state_dict", lambda *_, **__: None)
        torch.save(inception.load().network.state_dict(), inception.weights())
    network = inception.load()
    images = torch.rand(3, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    features = network.features(images)
    assert features.shape == (3, 2048)
    assert network.probabilities(images).sum(1).tolist() == pytest.approx([1, 1, 1], abs=1e-5)
    assert torch.allclose(network.features(images[2:]), features[2:], atol=1e-4)
