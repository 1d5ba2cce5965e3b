"""A small classifier that judges generated images: which class they show, and features in which images are compared.

    judge = classifier.judge(dataset)          # trained once per data set, then read from the cache
    judge.classes_of(images)                   # images in [0, 1], shape (B, C, H, W)
    judge.accuracy                             # on the test part, which it has never seen

Two convolutions and two linear layers, trained on the training part in a fixed order from a fixed seed, in float32 on
the CPU. The file in the cache is named by the data's checksum and by this network's version, so another data set or
another network is another file.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from helpers import presets
from helpers.idx import cache_folder
from helpers.images import Batches, DataSet, Split, scaled

VERSION = 1  # of the network and its training: another one is another file
STEPS, BATCH, RATE = 800, 128, 2e-3
FEATURES = 64
CHUNK = 1000  # images that are judged at once


class Network(nn.Module):
    """Logits of the classes; `features` gives the last layer's input.

    Args:
        shape: (C, H, W) of an image, H and W at least 4.
        classes: Number of classes.
    """

    def __init__(self, shape: tuple[int, int, int], classes: int):
        super().__init__()
        channels, height, width = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * (height // 4) * (width // 4), FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Linear(FEATURES, classes)

    def features(self, x: Tensor) -> Tensor:
        """Map images in [0, 1], (B, C, H, W), to features (B, FEATURES)."""
        return self.body(x)

    def forward(self, x: Tensor) -> Tensor:
        """Map images in [0, 1], (B, C, H, W), to logits (B, classes)."""
        return self.head(self.features(x))


@dataclass(frozen=True)
class Judge:
    """A trained classifier.

    Attributes:
        network: On the CPU, in evaluation mode.
        accuracy: Share of the test part that it classifies rightly.
    """

    network: Network
    accuracy: float

    def probabilities(self, images: Tensor) -> Tensor:
        """p(y | x) of images in [0, 1], (B, C, H, W): shape (B, classes), on the CPU."""
        return torch.cat([logits.softmax(1) for logits in self._in_chunks(self.network, images)])

    def classes_of(self, images: Tensor) -> Tensor:
        """The likeliest class of images in [0, 1], (B, C, H, W): int64, shape (B,), on the CPU."""
        return self.probabilities(images).argmax(1)

    def features(self, images: Tensor) -> Tensor:
        """Features of images in [0, 1], (B, C, H, W): shape (B, FEATURES), on the CPU."""
        return torch.cat(list(self._in_chunks(self.network.features, images)))

    def recognised(self, images: Tensor, labels: Tensor) -> float:
        """The share of images in [0, 1] that it takes for the class that they are meant to show, labels (B,)."""
        return float((self.classes_of(images) == labels.cpu()).double().mean())

    @staticmethod
    def _in_chunks(function: nn.Module, images: Tensor) -> Iterator[Tensor]:
        with torch.no_grad():
            for chunk in images.detach().float().cpu().split(CHUNK):
                yield function(chunk)


def judge(dataset: DataSet, folder: Path | None = None) -> Judge:
    """The judge of a data set, read from the cache or trained now (seconds for digits, half a minute for MNIST).

    Args:
        dataset: Its training part is learned from, its test part gives the accuracy.
        folder: Where trained judges are kept; by default the user's cache. Where it cannot be written, nothing is kept.
    """
    path = (folder or cache_folder() / "judges") / f"{dataset.name}-{dataset.checksum[:16]}-{VERSION}.pt"
    network = Network(dataset.shape, len(dataset.classes))
    accuracy = _read(path, network)
    if accuracy is None:
        network = train(dataset.train.to("cpu"), len(dataset.classes))
        test = dataset.test.to("cpu")
        accuracy = Judge(network, 0.0).recognised(test.scaled(), test.labels)
        _write(path, network, accuracy)
    return Judge(network.eval(), accuracy)


def train(split: Split, classes: int, steps: int = STEPS, seed: int = 0) -> Network:
    """Train a network on a part of a data set; no other random number than those of `seed` is used or disturbed."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        network = Network(tuple(split.images.shape[1:]), classes)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2 * RATE, total_steps=steps)
    batches = Batches(split, batch_size=min(BATCH, len(split)), seed=seed, drop_last=True)
    endless = _endless(batches)
    for _ in range(steps):
        images, labels = next(endless)
        loss = F.cross_entropy(network(scaled(images, batches.levels)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def _endless(batches: Batches) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from batches


def _read(path: Path, network: Network) -> float | None:
    """Fill the network from a file and return its accuracy; None where there is no whole file."""
    try:
        kept = torch.load(io.BytesIO(path.read_bytes()), weights_only=True)
        network.load_state_dict(kept["network"])
        return float(kept["accuracy"])
    except Exception:  # missing, cut short, or of another kind: it is trained again
        return None


def _write(path: Path, network: Network, accuracy: float) -> None:
    if presets.process_rank() > 0:
        return
    content = io.BytesIO()
    torch.save({"network": network.state_dict(), "accuracy": accuracy}, content)
    try:
        os.makedirs(path.parent, exist_ok=True)
        presets.write_atomically(path, content.getvalue())
    except OSError:
        return
