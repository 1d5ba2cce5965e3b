"""Domains of images in folders: published archives with trainA, trainB, testA and testB, and folders of one's own.

A published set is one zip. We know of no published checksum, so what arrives is verified by what it is: the size that
the server names, the archive's own checksums of its members, four folders of images, and that each image opens. Images
are cropped to the square in their middle and scaled.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from helpers import idx
from helpers.download import extract, fetch, mirrored
from helpers.errors import WorkbookError

FOUR = ("trainA", "trainB", "testA", "testB")
ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")
TEST_SHARE = 10  # of two plain folders, each tenth image is kept for the test
LARGEST = 89_000_000  # pixels of an image; more are a mistake or an attack
HOST = "efrosgans.eecs.berkeley.edu/cyclegan/datasets"


@dataclass(frozen=True)
class ZippedDomains:
    """A published pair of domains.

    Args:
        name: The name that `domains.load` takes; also the folder in the archive.
        kinds: What A and B show.
        size: Size of the download in bytes, roughly: it is shown, and not compared.
        counts: Images in trainA, trainB, testA and testB of the published archive, as far as we know.
        limit: The most bytes that the unpacked files may have.
        licence: The data's own licence.
        citation: Whom to cite.
        urls: Where the archive is published.
    """

    name: str
    kinds: tuple[str, str]
    size: int
    counts: tuple[int, int, int, int]
    limit: int
    licence: str
    citation: str
    urls: tuple[str, ...]

    @property
    def file(self) -> str:
        """The archive's name."""
        return f"{self.name}.zip"


CITATION = "Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017"
LICENCE = "images of ImageNet, for research"

HORSES = ZippedDomains(
    name="horse2zebra",
    kinds=("horse", "zebra"),
    size=116_900_000,
    counts=(1067, 1334, 120, 140),
    limit=1_000_000_000,
    licence=LICENCE,
    citation=CITATION,
    urls=(f"https://{HOST}/horse2zebra.zip", f"http://{HOST}/horse2zebra.zip"),
)
APPLES = ZippedDomains(
    name="apple2orange",
    kinds=("apple", "orange"),
    size=78_500_000,
    counts=(995, 1019, 266, 248),
    limit=1_000_000_000,
    licence=LICENCE,
    citation=CITATION,
    urls=(f"https://{HOST}/apple2orange.zip", f"http://{HOST}/apple2orange.zip"),
)
PUBLISHED = {published.name: published for published in (HORSES, APPLES)}


def find(published: ZippedDomains) -> Path | None:
    """Return the first folder that holds the four parts; None where no root has one."""
    for root in idx.roots():
        folder = root / published.name
        if all((folder / part).is_dir() for part in FOUR):
            return folder
    return None


def damage(published: ZippedDomains, folder: Path) -> list[str]:
    """What is wrong with an unpacked set: another number of images than published, or files that are no images."""
    sentences = []
    for part, count in zip(FOUR, published.counts, strict=True):
        paths = _paths(folder / part)
        if len(paths) != count:
            sentences.append(f"{folder / part} holds {len(paths)} images, and {count} were published.")
        sentences += [str(_no_image(path)) for path in paths if not _opens(path)]
    return sentences


def download(published: ZippedDomains, root: Path, progress: bool = True) -> Path:
    """Download the archive and unpack it under `root`, unless it is there; return the folder.

    The archive is removed once its images are in place, and also where it turns out to be no such archive.

    Raises:
        WorkbookError: it cannot be had, written or unpacked, or what it holds is not four folders of images.
    """
    folder, archive = root / published.name, root / published.file
    if all((folder / part).is_dir() for part in FOUR):
        return folder
    fetch(mirrored(published.file, published.urls), archive, None, None, progress)
    unpacked = root / f".{published.name}.unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)  # of a process that was stopped meanwhile
    try:
        extract(archive, unpacked, published.limit)
        inside = unpacked / published.name if (unpacked / published.name).is_dir() else unpacked
        _refuse_what_is_no_set(inside, archive)
        inside.replace(folder)
    except WorkbookError:
        archive.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise WorkbookError(
            f"{folder} cannot be written ({error.strerror or error}); choose a folder that you may write to."
        ) from error
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    archive.unlink(missing_ok=True)
    return folder


def _refuse_what_is_no_set(folder: Path, archive: Path) -> None:
    for part in FOUR:
        paths = _paths(folder / part) if (folder / part).is_dir() else []
        if not paths:
            raise WorkbookError(f"{archive.name} holds no images in {part}, so it was removed; try again later.")
        for path in paths:
            if not _opens(path):
                raise WorkbookError(
                    f"{archive.name} holds {part}/{path.name}, which is no image, so it was removed; try again later."
                )


def read_four(folder: Path, size: int) -> list[np.ndarray]:
    """Read trainA, trainB, testA and testB, each as uint8, shape (N, 3, size, size)."""
    return [_read(_paths(folder / part), size, folder / part) for part in FOUR]


def read_own(path: str, size: int) -> tuple[list[np.ndarray], tuple[str, str]]:
    """Read a folder of the reader's own: with trainA and trainB (testA and testB if there), or with two folders.

    Of two plain folders, in the order of their names, each tenth image is kept for the test.

    Returns:
        Images of A and B to learn from and to test on, and what A and B are called.

    Raises:
        WorkbookError: a sentence that says what is missing or which file is no image.
    """
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise WorkbookError(f"{folder} is no folder; write DATASET = 'folder:PATH' with the path of one.")
    try:
        inside = sorted(
            entry.name for entry in os.scandir(folder) if entry.is_dir() and not entry.name.startswith((".", "__"))
        )
    except OSError as error:
        raise WorkbookError(f"{folder} cannot be read ({error.strerror}); allow reading it.") from error
    if "trainA" in inside and "trainB" in inside:
        train = [folder / "trainA", folder / "trainB"]
        test = [folder / part if part in inside else None for part in ("testA", "testB")]
        kinds = ("A", "B")
    elif len(inside) == 2:
        train, test, kinds = [folder / name for name in inside], [None, None], (inside[0], inside[1])
    else:
        raise WorkbookError(
            f"{folder} holds {len(inside)} folders; it needs two with images, one per domain, or trainA and trainB."
        )
    learned, tested = [], []
    for of_train, of_test in zip(train, test, strict=True):
        paths = _paths(of_train)
        held = _paths(of_test) if of_test is not None else paths[TEST_SHARE - 1 :: TEST_SHARE] or paths[-1:]
        kept = paths if of_test is not None else [p for p in paths if p not in set(held)]
        if not kept or not held:
            raise WorkbookError(f"{of_train} holds {len(paths)} images; a domain needs at least two.")
        learned.append(_read(kept, size, of_train))
        tested.append(_read(held, size, of_test or of_train))
    return [*learned, *tested], kinds


def _paths(folder: Path) -> list[Path]:
    """The images of a folder, in the order of their names."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix.lower() in ENDINGS and not p.name.startswith("."))
    except OSError as error:
        raise WorkbookError(f"{folder} cannot be read ({error.strerror}); allow reading it.") from error


def _read(paths: Sequence[Path], size: int, folder: Path) -> np.ndarray:
    if not paths:
        raise WorkbookError(f"{folder} holds no images; put some there (jpg or png).")
    images = np.empty((len(paths), 3, size, size), dtype=np.uint8)
    for place, path in enumerate(paths):
        images[place] = _square(path, size)
    return images


def _square(path: Path, size: int) -> np.ndarray:
    """The square in the middle of an image, scaled, as uint8 of shape (3, size, size)."""
    try:
        with Image.open(path) as image:
            if image.width * image.height > LARGEST:
                raise WorkbookError(f"{path} has {image.width} x {image.height} pixels; make it smaller.")
            image.draft("RGB", (size, size))
            colours = image.convert("RGBA" if "transparency" in image.info or image.mode in ("LA", "RGBA") else "RGB")
            if colours.mode == "RGBA":  # what is transparent is shown on white
                colours = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours).convert("RGB")
            side = min(colours.size)
            left, top = (colours.width - side) // 2, (colours.height - side) // 2
            box = (left, top, left + side, top + side)
            scaled = colours.resize((size, size), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise _no_image(path) from error
    return np.asarray(scaled).transpose(2, 0, 1)


def _opens(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            image.verify()
    except Exception:  # Pillow's plugins raise whatever they like
        return False
    return True


def _no_image(path: Path) -> WorkbookError:
    return WorkbookError(f"{path} is damaged or no image; remove it or save it again as png or jpg.")
