"""Samples that trained models left in the folders of their runs, for the notebook that judges them.

    run.keep_samples(images, levels=2, dataset=dataset, model="gated PixelCNN")   # in the notebook that trains
    for kept in samples.kept(run): ...                                            # in the notebook that compares

A file holds grey levels 0 to 255, whatever the model's own levels are, and says what they were: binarised samples have
to be compared with binarised images.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from helpers import presets
from helpers.references import ROOT


@dataclass(frozen=True, eq=False)
class Kept:
    """What one model drew.

    Attributes:
        model: Its name for the reader.
        problem: The problem that trained it.
        preset: The preset of that run.
        seed: The seed of that run.
        dataset: The name of the data set that it learned from.
        checksum: That data set's checksum.
        levels: The number of levels that the model draws; 2 means binarised images.
        images: In [0, 1], float32, shape (N, C, H, W).
    """

    model: str
    problem: str
    preset: str
    seed: int
    dataset: str
    checksum: str
    levels: int
    images: Tensor


def kept(run: presets.Run, root: Path = ROOT) -> list[Kept]:
    """All samples that runs left beside this run and in the workbook's build/run, by problem and model.

    Args:
        run: The run that asks.
        root: The workbook's folder.
    """
    own = [place.parent for place in run.folder.parents if place.name == run.problem]
    homes = [*own[:1], root / "build" / "run"]
    paths = {
        path.resolve(): path
        for home in homes
        for pattern in (f"[0-9][0-9]_*/*/{presets.SAMPLES}/*.npz", f"[0-9][0-9]_*/runs/*/{presets.SAMPLES}/*.npz")
        for path in sorted(home.glob(pattern))
    }
    found = [one for path in paths.values() if (one := _read(path))]
    return sorted(found, key=lambda one: (one.problem, one.preset, one.model, one.seed))


def _read(path: Path) -> Kept | None:
    """What a file holds; None, and a line that says so, where it is cut short or of another kind."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, about = arrays["images"], json.loads(str(arrays["about"]))
        if images.dtype != np.uint8 or images.ndim != 4 or not len(images):
            raise ValueError
        return Kept(**about, images=torch.from_numpy(images).float() / presets.WHITE)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error):
        print(f"{path} holds no samples that can be read, so it is left out; run its notebook again.")
        return None
