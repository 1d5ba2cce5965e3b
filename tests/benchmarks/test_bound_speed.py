"""The bound of 04_iwae encodes once and folds the codes into the batch; its training keeps the set on the device."""

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from helpers import data, presets, training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

PIXELS, HIDDEN, LATENT, CODES = 784, 500, 10, 50


@pytest.fixture
def notebook():
    return solution_namespace("04_iwae")


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return (torch.rand(12_800, 1, 28, 28, generator=generator) * 256).to(torch.uint8)


@torch.no_grad()
@pytest.mark.parametrize("batch", [1, 10, 100])
def test_folded_codes(benchmark, notebook, images, batch):
    torch.manual_seed(0)
    model = notebook["VAE"](PIXELS, HIDDEN, LATENT)
    x = (images[:batch] > 127).flatten(1).float()
    eps = torch.randn(CODES, batch, LATENT)
    found = {}

    def one_by_one():
        log_w = [notebook["log_weights"](x, *model(x, noise[None])) for noise in eps]
        found["one by one"] = notebook["log_mean_exp"](torch.cat(log_w))

    def folded():
        found["folded"] = notebook["iwae_bound"](model, x, eps)

    ratio = measure(
        f"folded_codes_{batch}",
        slow=one_by_one,
        fast=folded,
        repeats=9,
        note=f"one pass per code / all in one; m = {CODES}, {batch} images at a time, 500-500 units",
        benchmark=benchmark,
    )
    assert torch.allclose(found["one by one"], found["folded"], rtol=1e-4)
    if batch <= 10:
        assert ratio.ratio >= 3
    assert ratio.ratio >= 1.5


def test_device_resident_training(benchmark, notebook, images, tmp_path):
    """The whole way from grey levels to weights: the same network, loss and number of steps on both sides."""
    labels = torch.zeros(len(images), dtype=torch.long)
    run = presets.Run(
        "laptop",
        "mnist",
        0,
        "p",
        torch.device("cpu"),
        presets.best_precision(torch.device("cpu")),
        tmp_path,
        headless=True,
    )

    def loss(model, levels, _):
        x = levels.flatten(1).float()
        logits, _, mu, log_var = model(x, torch.randn(len(x), LATENT))
        return notebook["negative_elbo"](x, logits, mu, log_var)[0].mean()

    def network():
        torch.manual_seed(0)
        return notebook["VAE"](PIXELS, HIDDEN, LATENT)

    def workbook():
        model = network()
        batches = data.Batches(data.Split(images, labels, 256, drawn=True), batch_size=128, seed=0, drop_last=True)
        optimizer = training.adam(model, lr=1e-3)
        training.fit(model, loss, batches, optimizer=optimizer, epochs=1, name="vae", run=run, fresh=True)

    def plain():
        model = network().train()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        loader = DataLoader(TensorDataset(images.float() / 255, labels), batch_size=128, shuffle=True, drop_last=True)
        for grey, y in loader:
            value = loss(model, torch.bernoulli(grey), y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()

    ratio = measure(
        "vae_training",
        slow=plain,
        fast=workbook,
        repeats=3,
        note=f"DataLoader in float32 / set on the device, {run.precision}; 100 steps of 128 images, 500-500 units",
        benchmark=benchmark,
    )
    assert ratio.ratio > 0.8  # reported; bf16 pays where the processor multiplies it itself
