"""The device-resident loader against DataLoader, as training throughput of a small classifier on 28 x 28 images.

All loaders feed the same model, optimiser and batch size with the same images; only where a batch comes from differs.
"""

import numpy as np
import pytest
import torch
from PIL import Image
from ratio import measure
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from helpers.data import Batches, Split, scaled

EXAMPLES, BATCH_SIZE = 12_800, 128


class PerItem(Dataset):
    """What torchvision's MNIST with ToTensor does: each image to PIL and back to a float tensor, one at a time."""

    def __init__(self, images: Tensor, labels: Tensor):
        self.images, self.labels = images, labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.images[index].numpy(), mode="L")
        pixels = torch.from_numpy(np.array(picture, np.uint8, copy=True)).view(28, 28, 1)
        return pixels.permute(2, 0, 1).contiguous().to(torch.float32).div(255), int(self.labels[index])


@pytest.fixture
def split():
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (EXAMPLES, 1, 28, 28), dtype=torch.uint8, generator=draw)
    return Split(images, torch.randint(10, (EXAMPLES,), generator=draw), levels=256)


@pytest.fixture(autouse=True)
def one_thread():
    """One thread, so that the ratio does not depend on what the machine's other cores do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def training(batches, prepare=lambda images: images):
    """An epoch of training on what `batches` gives, as a function without arguments."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.Adam(model.parameters(), fused=True)

    def epoch():
        for images, labels in batches:
            loss = nn.functional.cross_entropy(model(prepare(images)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return epoch


def resident(split: Split):
    return training(Batches(split, BATCH_SIZE, seed=0), lambda images: scaled(images, split.levels))


NOTE = f"an epoch of {EXAMPLES} images of 28 x 28, batches of {BATCH_SIZE}, MLP 784-256-10, fused Adam, CPU, one thread"


def test_loader_against_a_data_set_of_pictures(benchmark, split):
    peer = DataLoader(PerItem(split.images[:, 0], split.labels), BATCH_SIZE, shuffle=True)
    ratio = measure("loader_vs_pictures", training(peer), resident(split), note=NOTE, benchmark=benchmark)
    assert ratio.ratio >= 2


def test_loader_against_a_tensor_data_set(benchmark, split):
    """The images are float32 beforehand, as is usual, so that the peer need not scale them. Reported, not asserted."""
    peer = DataLoader(TensorDataset(split.scaled(), split.labels), BATCH_SIZE, shuffle=True)
    measure("loader_vs_tensor_data_set", training(peer), resident(split), note=NOTE, benchmark=benchmark)
