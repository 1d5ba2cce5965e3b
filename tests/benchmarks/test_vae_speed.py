"""Training of the convolutional VAE of 03_conv_vae: the workbook's loop and loader against a plain DataLoader loop."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from helpers import data, presets, training
from helpers.grading.namespaces import solution_namespace
from tests.benchmarks.ratio import measure

EXAMPLES, BATCH_SIZE, LATENT, WIDTH, LR = 3_200, 64, 16, 16, 1e-3


class PerItem(Dataset):
    """What torchvision's FashionMNIST with ToTensor does: each image to PIL and back to floats, one at a time."""

    def __init__(self, split: data.Split):
        self.split = split

    def __len__(self) -> int:
        return len(self.split)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.split.images[index, 0].numpy(), mode="L")
        pixels = torch.from_numpy(np.array(picture, np.uint8, copy=True))[None]
        return pixels.to(torch.float32).div(255), int(self.split.labels[index])


@pytest.fixture
def split():
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (EXAMPLES, 1, 28, 28), dtype=torch.uint8, generator=draw)
    return data.Split(images, torch.randint(10, (EXAMPLES,), generator=draw), levels=256)


@pytest.fixture(autouse=True)
def one_thread():
    """One thread, so that the ratio does not depend on what the machine's other cores do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_conv_vae_training(benchmark, split, tmp_path):
    solution = solution_namespace("03_conv_vae")
    run = presets.Run("smoke", "digits", 0, "p", torch.device("cpu"), "32-true", tmp_path, headless=True)

    def model():
        torch.manual_seed(0)
        encoder = solution["Encoder"]((1, 28, 28), LATENT, WIDTH)
        return solution["VAE"](encoder, solution["Decoder"](LATENT, (1, 28, 28), WIDTH), LATENT)

    def loss(vae, images, labels):
        x = data.scaled(images, split.levels)
        return vae(x, torch.randn(len(x), LATENT))[0].mean()

    def workbook():
        vae = model()
        batches = data.Batches(split, batch_size=BATCH_SIZE, seed=0)
        training.fit(vae, loss, batches, optimizer=training.adam(vae, lr=LR), epochs=1, name="vae", run=run, fresh=True)

    def plain():
        vae = model().train()
        optimizer = torch.optim.Adam(vae.parameters(), lr=LR)
        for x, _ in DataLoader(PerItem(split), batch_size=BATCH_SIZE, shuffle=True):
            value = vae(x, torch.randn(len(x), LATENT))[0].mean()
            optimizer.zero_grad()
            value.backward()
            optimizer.step()

    ratio = measure(
        "conv_vae_training",
        slow=plain,
        fast=workbook,
        note="plain loop, DataLoader of single images / fit with data.Batches; VAE of problem 03, width 16, float32",
        benchmark=benchmark,
    )
    assert ratio.ratio > 0.5  # reported, not asserted, down to what could only be a fault
