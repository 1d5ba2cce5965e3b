"""Samples that a trained model leaves in the folder of its run, so that another notebook can judge them.

    samples.keep(run, images, levels=2, dataset=dataset, model="gated PixelCNN")   # at the end of a notebook
    for kept in samples.kept(run): ...                                             # in the notebook that compares

A file holds grey levels 0 to 255, whatever the model's own levels are, and says what they were: binarised samples have
to be compared with binarised images.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from helpers import presets
from helpers.images import DataSet
from helpers.references import ROOT

FOLDER = "samples"
WHITE = 255


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


def keep(run: presets.Run, images: Tensor, *, levels: int, dataset: DataSet, model: str) -> Path | None:
    """Write what a model drew into the run's folder; what the same model of this run left before is replaced.

    Args:
        run: The run that trained the model.
        images: Levels 0, ..., levels - 1, whole numbers or not, shape (N, C, H, W).
        levels: The number of levels; for images in [0, 1] that are not rounded it is 2 only if they are binarised, and
            images * 255 with 256 levels otherwise.
        dataset: What the model learned from.
        model: Its name for the reader; another model of the same run has another.

    Returns:
        The file; None in a process that does not write.
    """
    if presets.process_rank() > 0:
        return None
    white = images.detach().float().cpu() / (levels - 1) * WHITE
    about = {"model": model, "problem": run.problem, "preset": run.preset, "seed": run.seed, "levels": levels}
    about |= {"dataset": dataset.name, "checksum": dataset.checksum}
    content = io.BytesIO()
    np.savez_compressed(
        content, images=white.round().clamp(0, WHITE).to(torch.uint8).numpy(), about=np.array(json.dumps(about))
    )
    path = run.folder / FOLDER / f"{re.sub('[^a-z0-9]+', '_', model.lower()).strip('_')}.npz"
    presets.write_atomically(path, content.getvalue())
    return path


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
        for pattern in (f"[0-9][0-9]_*/*/{FOLDER}/*.npz", f"[0-9][0-9]_*/runs/*/{FOLDER}/*.npz")
        for path in sorted(home.glob(pattern))
    }
    found = [one for path in paths.values() if (one := _read(path))]
    return sorted(found, key=lambda one: (one.problem, one.preset, one.model, one.seed))


def _read(path: Path) -> Kept | None:
    """What a file holds; None where it is cut short or of another kind."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, about = arrays["images"], json.loads(str(arrays["about"]))
        if images.dtype != np.uint8 or images.ndim != 4 or not len(images):
            return None
        return Kept(**about, images=torch.from_numpy(images).float() / WHITE)
    except Exception:
        return None
