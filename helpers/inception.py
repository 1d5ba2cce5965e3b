"""The Inception network of published scores, where it is to be had: torch-fidelity's, weights in torch's cache.

    network = inception.load()     # None, and one line that says what is missing, where it cannot be had
    network.features(images)       # (N, 2048), images in [0, 1]
    network.probabilities(images)  # (N, 1008)

Nothing is downloaded here: the line says how to. The weights (92 MB) are those of the published FID code of 2015.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import torch
from torch import Tensor, nn

FILE = "weights-inception-2015-12-05-6726825d.pth"
NAME = "inception-v3-compat"
CHUNK = 50


class Inception:
    """The network in evaluation mode, on the CPU or where it is moved to."""

    def __init__(self, network: nn.Module):
        """Take torch-fidelity's extractor of "2048" and "logits"."""
        self.network = network.eval()

    def features(self, images: Tensor) -> Tensor:
        """The 2048 features of images in [0, 1], shape (N, C, H, W), C = 1 or 3."""
        return self._run(images)[0]

    def probabilities(self, images: Tensor) -> Tensor:
        """The probabilities of its 1008 classes for images in [0, 1], shape (N, C, H, W)."""
        return self._run(images)[1].softmax(1)

    @torch.no_grad()
    def _run(self, images: Tensor) -> tuple[Tensor, Tensor]:
        colour = images.expand(-1, 3, -1, -1) if images.shape[1] == 1 else images
        levels = (colour * 255).round().clamp(0, 255).to(torch.uint8)
        parts = [self.network(chunk) for chunk in levels.split(CHUNK)]
        return torch.cat([part[0] for part in parts]).float(), torch.cat([part[1] for part in parts]).float()


def weights() -> Path:
    """Where the weights lie once they were downloaded."""
    return Path(torch.hub.get_dir()) / "checkpoints" / FILE


def load() -> Inception | None:
    """The network, or None after one printed line that says why not and what to do."""
    silence = io.StringIO()
    try:
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except Exception as error:  # torchvision of another build raises what it likes
        print(
            f"No Inception features: torch-fidelity (in the extra `bench`) cannot be imported: {type(error).__name__}."
        )
        return None
    path = weights()
    if not path.is_file():
        print(f"No Inception features: {FILE} (92 MB, torch-fidelity's release v0.2.0) is not in {path.parent}.")
        return None
    try:
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            network = FeatureExtractorInceptionV3(NAME, ["2048", "logits"], feature_extractor_weights_path=str(path))
    except Exception as error:
        print(f"No Inception features: {path} cannot be read ({type(error).__name__}).")
        return None
    return Inception(network)
