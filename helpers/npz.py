"""Published data sets in one npz file each: where they are, what they must hold, how they are read.

An npz file is a zip of numpy arrays; MedMNIST's hold `train_images`, uint8, shape (N, H, W), and `train_labels`, shape
(N, 1), and likewise `val_` and `test_`: an official split. The file lies at the root that WORKBOOK_DATA names or in the
user's cache. Arrays are read without pickle, so that a file can bring nothing but numbers; shapes and labels are
checked whenever a file is read. What it holds is compared with what was published when asked for: by a checksum of each
part's images and labels in sorted order, which repacked files and files in another order pass as well.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import idx
from helpers.download import fetch, has_checksum, mirrored, readable_size
from helpers.errors import WorkbookError

PARTS = ("train", "val", "test")


@dataclass(frozen=True)
class NpzSet:
    """A published data set in one npz file.

    Args:
        name: The name that `data.load` takes.
        file: The file's name.
        classes: The classes' names; label k means classes[k].
        licence: The data's own licence.
        citation: Whom to cite.
        urls: Where the file is published.
        md5: The published checksum of the file.
        size: Its size in bytes, roughly: it is shown, and not compared.
        contents: The checksum of what it holds, see `contents_of`.
        counts: Images in each part.
        side: Height and width of an image.
    """

    name: str
    file: str
    classes: tuple[str, ...]
    licence: str
    citation: str
    urls: tuple[str, ...]
    md5: str
    size: int
    contents: str
    counts: tuple[int, int, int]
    side: int = 28


PNEUMONIA = NpzSet(
    name="pneumonia",
    file="pneumoniamnist.npz",
    classes=("normal", "pneumonia"),
    licence="CC BY 4.0",
    citation="Yang et al., MedMNIST v2, Scientific Data 10:41, 2023 (PneumoniaMNIST); Kermany et al., Cell 172, 2018",
    urls=(
        "https://zenodo.org/records/10519652/files/pneumoniamnist.npz",
        "https://zenodo.org/record/6496656/files/pneumoniamnist.npz",
    ),
    md5="28209eda62fecd6e6a2d98b1501bb15f",
    size=4_200_000,
    contents="78516dd3f17fdcac35c749d5ff52353a03bb54108bf71f4fe2356d421722921d",
    counts=(4708, 524, 624),
)

PUBLISHED = {published.name: published for published in (PNEUMONIA,)}


def find(published: NpzSet) -> Path | None:
    """Return the first root that holds the file; None where no root does."""
    for root in idx.roots():
        path = root / published.file
        try:
            if path.is_file():
                return root
        except OSError as error:
            raise _unreadable(path, error) from error
    return None


def read(published: NpzSet, root: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read the file of a root that `find` returned.

    Returns:
        Images, uint8, shape (N, H, W), and labels, int64, shape (N,), of "train", "val" and "test".

    Raises:
        WorkbookError: the file is damaged, holds something else than the published one, or cannot be read.
    """
    path = root / published.file
    parts = {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            for part, count in zip(PARTS, published.counts, strict=True):
                images, labels = arrays[f"{part}_images"], arrays[f"{part}_labels"]
                parts[part] = _checked(published, path, part, images, labels, count)
    except (KeyError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(published, path, "it is no npz file of numbers, or an array is missing") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    return parts


def contents_of(parts: dict[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """The sha256 of what a set holds, whatever the order within a part: each part's sorted images with their labels."""
    digest = hashlib.sha256()
    for part in PARTS:
        images, labels = parts[part]
        rows = [image.tobytes() + bytes([label]) for image, label in zip(images, labels.tolist(), strict=True)]
        digest.update(b"".join(sorted(rows)))
    return digest.hexdigest()


def damage(published: NpzSet, root: Path) -> list[str]:
    """Compare what the file of a root holds with what was published; return a sentence where it differs."""
    path = root / published.file
    try:
        whole = contents_of(read(published, root)) == published.contents or has_checksum(path, published.md5)
    except WorkbookError as error:
        return [str(error)]
    return [] if whole else [str(_damaged(published, path, "it holds other images or labels"))]


def download(published: NpzSet, root: Path, progress: bool = True) -> Path:
    """Download the file into `root`, going on where an earlier download stopped; return the root.

    Raises:
        WorkbookError: the file cannot be had or written.
    """
    urls = mirrored(published.file, published.urls)
    fetch(urls, root / published.file, published.md5, None, progress)
    return root


def _checked(
    published: NpzSet, path: Path, part: str, images: np.ndarray, labels: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """One part's images and labels, if they are what the published set has."""
    shape = (count, published.side, published.side)
    if images.dtype != np.uint8 or images.shape != shape:
        sizes = " x ".join(map(str, images.shape))
        raise _damaged(published, path, f"its {part} images are {images.dtype} of {sizes}, not uint8 of {shape}")
    labels = labels.reshape(-1)
    if labels.dtype.kind not in "ui" or len(labels) != count:
        raise _damaged(published, path, f"its {part} labels do not fit the images")
    if labels.min() < 0 or labels.max() >= len(published.classes):
        raise _damaged(published, path, f"it holds a label above {len(published.classes) - 1}")
    return images, labels.astype(np.int64)


def _damaged(published: NpzSet, path: Path, reason: str) -> WorkbookError:
    return WorkbookError(
        f"{path} is damaged ({reason}); delete it and run: workbook data get {published.name} "
        f'({readable_size(published.size)}), or take the embedded digits: DATASET = "digits".'
    )


def _unreadable(path: Path, error: OSError) -> WorkbookError:
    return WorkbookError(
        f"{path} cannot be read ({error.strerror or error}); allow reading it or set WORKBOOK_DATA to another folder."
    )
