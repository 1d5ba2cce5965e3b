"""Image data sets by name: `data.load("digits")`, what is on this machine, and how to get what is not.

`digits` comes with scikit-learn, and `faces` are drawn from known factors; the others are published files (see `idx`,
`npz` and `celeba`). Nothing is downloaded unasked.
What a data set is, and how batches are drawn from it, is in `images`; its names are here too, as `data.Batches`.
"""

import difflib
import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from torch import Tensor

from helpers import celeba, faces, idx, npz
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
    "may_be_shown",
    "names",
    "scaled",
]

EMBEDDED = DIGITS, FACES = "digits", "faces"
DIGITS_LICENCE = "CC BY 4.0"
FACES_LICENCE = "CC BY 4.0 (drawn by the workbook)"
MAPPED_BYTES = 4_000_000_000  # a mapped set that is larger stays in the file, and batches go to the device

Published = idx.IdxSet | npz.NpzSet | celeba.FaceSet


def names() -> list[str]:
    """Return the names that `load` takes."""
    return [*EMBEDDED, *_published()]


def may_be_shown(name: str) -> bool:
    """Whether the licence of a data set allows pictures of it in what is published."""
    return name not in celeba.PUBLISHED


def load(name: str, device: torch.device | str = "cpu", side: int | None = None) -> DataSet:
    """Load a data set onto a device; where it is not on this machine, an embedded one, with a note that says so.

    In the place of celeba come the drawn faces, in the place of the others scikit-learn's digits.

    Args:
        name: One of `names()`.
        device: Where the tensors go. A mapped set of more than 4 GB stays in its file, on the CPU.
        side: Height and width of an image, for the sets that offer several: 32, 64 or 128 for faces, 64 or 128 for
            celeba; by default 64.

    Returns:
        The data set; its `note` is not empty where it is not the one asked for.

    Raises:
        WorkbookError: there is no such set, or its files are damaged or unreadable.
    """
    if _known(name) in EMBEDDED:
        return _embedded(name, side).to(device)
    published = _published()[name]
    folder = _format_of(published).find(published)
    if isinstance(published, celeba.FaceSet):
        return _photographs(published, folder, side or celeba.SIDES[0], device)
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
        The folder of the files, None for the embedded sets, which need none.

    Raises:
        WorkbookError: there is no such set, or it cannot be downloaded or written.
    """
    if _known(name) in EMBEDDED:
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
    licences = {DIGITS: DIGITS_LICENCE, FACES: FACES_LICENCE}
    rows = [Availability(name, size=0, licence=licences[name], folder=None, present=True) for name in EMBEDDED]
    for name, published in _published().items():
        form = _format_of(published)
        folder = form.find(published)
        damage = form.damage(published, folder) if verify and folder is not None else []
        rows.append(Availability(name, published.size, published.licence, folder, folder is not None, damage))
    return rows


def _published() -> dict[str, Published]:
    """Every published set by its name."""
    return {**idx.PUBLISHED, **npz.PUBLISHED, **celeba.PUBLISHED}


def _format_of(published: Published) -> ModuleType:
    """The module that finds, compares and downloads files of a set's format."""
    return {npz.NpzSet: npz, celeba.FaceSet: celeba}.get(type(published), idx)


def _known(name: str) -> str:
    if name in names():
        return name
    near = difflib.get_close_matches(name.lower().replace("_", "-"), names(), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names())}."
    raise WorkbookError(f"There is no data set {name!r}: {hint}")


def _embedded(name: str, side: int | None) -> DataSet:
    """A set that needs no file."""
    return _drawn_faces(side or 64) if name == FACES else _digits()


def _drawn_faces(side: int) -> DataSet:
    """Draw every combination of the factors once; labels say whether a face smiles."""
    if side not in faces.SIDES:
        raise WorkbookError(f"faces come with 32, 64 or 128 pixels a side, not with {side}.")
    factors = faces.combinations()
    images, labels = faces.draw(factors, side), (factors[:, faces.SMILE] > 0).long()
    parts = [
        Split(images[low:high], labels[low:high], levels=256, factors=factors[low:high])
        for low, high in itertools.pairwise(np.cumsum((0, *faces.COUNTS)))
    ]
    return DataSet(
        name=FACES,
        levels=256,
        classes=("not smiling", "smiling"),
        licence=FACES_LICENCE,
        citation="The workbook of deep generative models, helpers/faces.py",
        train=parts[0],
        validation=parts[1],
        test=parts[2],
        factor_names=tuple(faces.FACTORS),
    )


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


def _photographs(published: celeba.FaceSet, folder: Path | None, side: int, device: torch.device | str) -> DataSet:
    """Map photographs of faces into memory: attributes are factors, one the label. Drawn faces where none are."""
    if folder is None:
        note = f"{published.name} is not on this machine, so these are drawn faces; how to get it: "
        return replace(_drawn_faces(side), note=f"{note}workbook data get {published.name}.").to(device)
    found = celeba.read(published, folder, side)
    images, attributes = torch.from_numpy(found.images), torch.from_numpy(found.attributes)
    labels = (attributes[:, found.names.index(published.label)] > 0).long()
    parts = [
        Split(images[low:high], labels[low:high], levels=256, factors=attributes[low:high])
        for low, high in itertools.pairwise(np.cumsum((0, *found.counts)))
    ]
    loaded = DataSet(
        name=published.name,
        levels=256,
        classes=published.classes,
        licence=published.licence,
        citation=published.citation,
        train=parts[0],
        validation=parts[1],
        test=parts[2],
        factor_names=found.names,
    )
    return loaded if images.nbytes > MAPPED_BYTES else loaded.to(device)
