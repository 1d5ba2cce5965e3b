"""The bound of 04_iwae encodes once and folds the codes into the batch; its training keeps the set on the device."""

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from helpers import data, presets, training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

PIXELS, HIDDEN, LATENT, CODES = 784, 500, 10, 50
ROOM = 2_000  # decoded images at a time, as in the notebook's laptop preset


@pytest.fixture
def notebook():
    return solution_namespace("04_iwae")


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return (torch.rand(12_800, 1, 28, 28, generator=generator) * 256).to(torch.uint8)


@torch.no_grad()
@pytest.mark.parametrize("batch", [1, 10])
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
    assert ratio.ratio >= 3


@torch.no_grad()
def test_evaluation_of_a_test_set(benchmark, notebook, images):
    """The notebook's evaluation against what one would write first: a loop over the codes of every batch of 100.

    Encoding each image once halves the multiplications (an image's encoder costs as much as its decoder), so in float32
    no way to fold the codes is much more than twice as fast where batches are large enough to keep the processor busy.
    """
    torch.manual_seed(0)
    model = notebook["VAE"](PIXELS, HIDDEN, LATENT)
    x = (images[:500] > 127).flatten(1).float()

    def noise(m, n):
        return torch.randn(m, n, LATENT)

    def one_by_one():
        for batch in x.split(100):
            log_w = [notebook["log_weights"](batch, *model(batch, noise(1, len(batch)))) for _ in range(CODES)]
            notebook["log_mean_exp"](torch.cat(log_w))

    def in_chunks():
        notebook["evaluate_in_chunks"](lambda x, eps: notebook["iwae_bound"](model, x, eps), x, CODES, ROOM, noise)

    ratio = measure(
        "folded_codes_test_set",
        slow=one_by_one,
        fast=in_chunks,
        repeats=9,
        note=f"one pass per code, 100 images at a time / all in one, {ROOM // CODES} at a time as in the notebook; "
        f"m = {CODES}, 500 images, 500-500 units",
        benchmark=benchmark,
    )
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
