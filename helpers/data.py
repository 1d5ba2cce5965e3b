"""Image data sets by name: `data.load("digits")`, what is on this machine, and how to get what is not.

`digits` comes with scikit-learn; the others are published files (see `idx` and `npz`). Nothing is downloaded unasked.
Published pairs of domains (see `domains`, which loads them) are listed and fetched here, too.
What a data set is, and how batches are drawn from it, is in `images`; its names are here too, as `data.Batches`.
"""

import difflib
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from helpers import idx, image_folders, npz
from helpers.download import readable_size
from helpers.errors import WorkbookError
from helpers.images import Batches, DataSet, Split, binarise, scaled

__all__ = [
    "Availability",
    "Batches",
    "DataSet",
    "Split",
    "available",
    "binarise",
    "get",
    "load",
    "names",
    "scaled",
]

DIGITS = "digits"
DIGITS_LICENCE = "CC BY 4.0"


def names() -> list[str]:
    """Return the names that `load` takes."""
    return [DIGITS, *_published()]


def load(name: str, device: torch.device | str = "cpu") -> DataSet:
    """Load a data set onto a device; where it is not on this machine, the embedded digits, with a note that says so.

    Args:
        name: One of `names()`.
        device: Where the tensors go.

    Returns:
        The data set; its `note` is not empty where it is not the one asked for.

    Raises:
        WorkbookError: there is no such set, or its files are damaged or unreadable.
    """
    if _known(name) == DIGITS:
        return _digits().to(device)
    published = _published()[name]
    if isinstance(published, image_folders.ZippedDomains):
        raise WorkbookError(f'{name} is a pair of domains, which domains.load("{name}", size) loads.')
    folder = _format_of(published).find(published)
    if folder is not None:
        read = _read_npz if isinstance(published, npz.NpzSet) else _read_idx
        return read(published, folder).to(device)
    note = (
        f"{name} is not on this machine, so these are scikit-learn's 8 x 8 digits; "
        f"get it with: workbook data get {name} ({readable_size(published.size)})."
    )
    return replace(_digits(), note=note).to(device)


def get(name: str, folder: Path | str | None = None, progress: bool = True) -> Path | None:
    """Download a data set, unless it is there already.

    Args:
        name: One of `names()`.
        folder: The root under which the files go, those in idx format in torchvision's layout; by default the user's
            cache.
        progress: Whether bars are shown, on stdout.

    Returns:
        The folder of the files, None for the embedded digits, which need none.

    Raises:
        WorkbookError: there is no such set, or it cannot be downloaded or written.
    """
    if _known(name) == DIGITS:
        return None
    published = _published()[name]
    form = _format_of(published)
    if folder is None:
        present = form.find(published)
        if present is not None and not form.damage(published, present):
            return present
    return form.download(published, Path(folder or idx.cache_folder()), progress)


@dataclass(frozen=True)
class Availability:
    """What `workbook data list` says of one data set.

    Args:
        name: The name that `load` takes.
        size: Size of the download in bytes, 0 where nothing is downloaded.
        licence: The data's own licence.
        folder: Where the files are; None where they are not on this machine or come with a package.
        present: Whether `load` gives this set.
        damage: A sentence for each file that is not the published one; only looked for when asked.
    """

    name: str
    size: int
    licence: str
    folder: Path | None
    present: bool
    damage: list[str] = field(default_factory=list)


def available(verify: bool = False) -> list[Availability]:
    """List every data set: its download's size, its licence, whether it is here and where.

    Args:
        verify: Whether each file that is here is compared with its published checksum.
    """
    rows = [Availability(DIGITS, size=0, licence=DIGITS_LICENCE, folder=None, present=True)]
    for name, published in _published().items():
        form = _format_of(published)
        folder = form.find(published)
        damage = form.damage(published, folder) if verify and folder is not None else []
        rows.append(Availability(name, published.size, published.licence, folder, folder is not None, damage))
    return rows


def _published() -> dict[str, idx.IdxSet | npz.NpzSet | image_folders.ZippedDomains]:
    """Every published set by its name."""
    return {**idx.PUBLISHED, **npz.PUBLISHED, **image_folders.PUBLISHED}


def _format_of(published: idx.IdxSet | npz.NpzSet | image_folders.ZippedDomains) -> ModuleType:
    """The module that finds, compares and downloads files of a set's format."""
    if isinstance(published, image_folders.ZippedDomains):
        return image_folders
    return npz if isinstance(published, npz.NpzSet) else idx


def _known(name: str) -> str:
    if name in names():
        return name
    near = difflib.get_close_matches(name.lower().replace("_", "-"), names(), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names())}."
    raise WorkbookError(f"There is no data set {name!r}: {hint}")


def _digits() -> DataSet:
    """Read scikit-learn's 1797 digits; of each ten of a class, in the file's order, 7 train, 1 validates and 2 test."""
    from sklearn.datasets import load_digits  # takes a second, which the other sets need not pay

    bunch = load_digits()
    images = torch.from_numpy(bunch.images.astype(np.uint8)).unsqueeze(1)
    labels = torch.from_numpy(bunch.target.astype(np.int64))
    place = torch.zeros_like(labels)  # of an image among those of its class
    for k in range(10):
        place[labels == k] = torch.arange(int((labels == k).sum()))

    def part(chosen: Tensor) -> Split:
        return Split(images[chosen], labels[chosen], levels=17)

    return DataSet(
        name=DIGITS,
        levels=17,
        classes=tuple("0123456789"),
        licence=DIGITS_LICENCE,
        citation="Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998",
        train=part(place % 10 < 7),
        validation=part(place % 10 == 7),
        test=part(place % 10 > 7),
    )


def _read_idx(published: idx.IdxSet, folder: Path) -> DataSet:
    """Read idx files; the last images of the training files are the validation part."""
    images, labels, test_images, test_labels = map(torch.from_numpy, idx.read(published, folder))
    cut = len(images) - published.validation

    def part(images: Tensor, labels: Tensor) -> Split:
        return Split(images.unsqueeze(1), labels.long(), levels=256)

    return DataSet(
        name=published.name,
        levels=256,
        classes=published.classes,
        licence=published.licence,
        citation=published.citation,
        train=part(images[:cut], labels[:cut]),
        validation=part(images[cut:], labels[cut:]),
        test=part(test_images, test_labels),
    )


def _read_npz(published: npz.NpzSet, folder: Path) -> DataSet:
    """Read an npz file with its official split."""
    parts = {
        part: Split(torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels), levels=256)
        for part, (images, labels) in npz.read(published, folder).items()
    }
    return DataSet(
        name=published.name,
        levels=256,
        classes=published.classes,
        licence=published.licence,
        citation=published.citation,
        train=parts["train"],
        validation=parts["val"],
        test=parts["test"],
    )
