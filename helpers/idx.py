"""The published idx files of MNIST and its relatives: where they are, what they must be, how they are read.

An idx file of unsigned bytes is the magic number 0x0800 + (number of dimensions), the sizes of the dimensions, all of
them big-endian 32-bit integers, and the bytes in row-major order (LeCun, Cortes and Burges 1998). The layout is
torchvision's: `MNIST/raw/train-images-idx3-ubyte`, plain or packed as .gz, under the folder that WORKBOOK_DATA names or
under the user's cache. Magic number, sizes and length are checked whenever a file is read, sha256 when asked for.
"""

import gzip
import math
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import platformdirs

from helpers.download import fetch, mirrored, readable_size, sha256_of
from helpers.errors import WorkbookError


@dataclass(frozen=True)
class IdxFile:
    """One published file: its size in bytes and checksum as packed and, where known, its checksum unpacked."""

    name: str
    size: int
    sha256: str
    sha256_unpacked: str | None = None


@dataclass(frozen=True)
class IdxSet:
    """A published data set of four idx files, in torchvision's layout."""

    name: str
    folder: str
    classes: tuple[str, ...]
    licence: str
    citation: str
    mirrors: tuple[str, ...]
    files: tuple[IdxFile, IdxFile, IdxFile, IdxFile]  # images and labels of train, images and labels of test
    counts: tuple[int, int] = (60_000, 10_000)
    validation: int = 5_000  # the last images of the training files
    side: int = 28

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The sizes that each file's header says."""
        train, test = self.counts
        return (train, self.side, self.side), (train,), (test, self.side, self.side), (test,)

    @property
    def size(self) -> int:
        """Size of the download in bytes."""
        return sum(file.size for file in self.files)


MNIST = IdxSet(
    name="mnist",
    folder="MNIST",
    classes=tuple("0123456789"),
    licence="CC BY-SA 3.0",
    citation="LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
)

FASHION_MNIST = IdxSet(
    name="fashion-mnist",
    folder="FashionMNIST",
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    licence="MIT",
    citation="Xiao, Rasul and Vollgraf, Fashion-MNIST, arXiv:1708.07747, 2017",
    mirrors=(
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
)

KMNIST = IdxSet(
    name="kmnist",
    folder="KMNIST",
    classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    licence="CC BY-SA 4.0",
    citation="Clanuwat et al., Deep Learning for Classical Japanese Literature, arXiv:1812.01718, 2018",
    mirrors=("https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            18_165_135,
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            29_497,
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            3_041_136,
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            5_120,
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        ),
    ),
)

PUBLISHED = {published.name: published for published in (MNIST, FASHION_MNIST, KMNIST)}


def cache_folder() -> Path:
    """Return the root under which downloads are kept, the user's own."""
    return platformdirs.user_cache_path("workbook-of-deep-generative-models", appauthor=False) / "data"


def roots() -> list[Path]:
    """Return the folders under which data sets are looked for: the one that WORKBOOK_DATA names, then the cache.

    Raises:
        WorkbookError: WORKBOOK_DATA names no folder.
    """
    own = os.environ.get("WORKBOOK_DATA")
    if own and not Path(own).is_dir():
        raise WorkbookError(f"WORKBOOK_DATA names {own}, which is no folder; correct it or unset it.")
    return [Path(own), cache_folder()] if own else [cache_folder()]


def find(published: IdxSet) -> Path | None:
    """Return the first folder that holds all four files, plain or packed; None where no folder does."""
    for root in roots():
        raw = root / published.folder / "raw"
        if all(_path(raw, file) is not None for file in published.files):
            return raw
    return None


def read(published: IdxSet, raw: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Read the four files of a folder that `find` returned.

    Returns:
        Train images, uint8, shape (N, H, W); train labels, uint8, shape (N,); test images and test labels likewise.

    Raises:
        WorkbookError: a file is damaged, holds other sizes than the published one, or cannot be read.
    """
    arrays = []
    for file, shape in zip(published.files, published.shapes, strict=True):
        path = _path(raw, file)
        array = _read_file(published, path, shape)
        if len(shape) == 1 and array.max() >= len(published.classes):
            raise _damaged(published, path, f"it holds a label above {len(published.classes) - 1}")
        arrays.append(array)
    return tuple(arrays)


def damage(published: IdxSet, raw: Path) -> list[str]:
    """Compare the files that `find` found with the published sha256; return a sentence for each that differs."""
    sentences = []
    for file in published.files:
        path = _path(raw, file)
        expected = file.sha256 if path.suffix == ".gz" else file.sha256_unpacked
        if expected is None:
            continue  # nobody published a checksum of the unpacked file; reading it checks its sizes
        try:
            whole = sha256_of(path) == expected
        except OSError as error:
            raise _unreadable(path, error) from error
        if not whole:
            sentences.append(str(_damaged(published, path, "its checksum is not the published one")))
    return sentences


def download(published: IdxSet, root: Path, progress: bool = True) -> Path:
    """Download the four packed files under `root`, going on where an earlier download stopped; return their folder.

    Raises:
        WorkbookError: a file cannot be had or written, or an unpacked one beside it, which goes first, is damaged.
    """
    raw = root / published.folder / "raw"
    for file in published.files:
        packed = f"{file.name}.gz"
        urls = mirrored(f"{published.folder}/raw/{packed}", [mirror + packed for mirror in published.mirrors])
        fetch(urls, raw / packed, file.sha256, file.size, progress)
    for sentence in damage(published, raw):
        raise WorkbookError(sentence)
    return raw


def _path(raw: Path, file: IdxFile) -> Path | None:
    for path in (raw / file.name, raw / f"{file.name}.gz"):
        try:
            if stat.S_ISREG(path.stat().st_mode):
                return path
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise _unreadable(path, error) from error
    return None


def _read_file(published: IdxSet, path: Path, shape: tuple[int, ...]) -> np.ndarray:
    header = np.array((0x0800 + len(shape), *shape), dtype=">u4").tobytes()
    size = len(header) + math.prod(shape)
    content = np.empty(size + 1, dtype=np.uint8)  # one more, to see that nothing follows
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            length = _read_into(file, content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(published, path, "it cannot be unpacked") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    found = content[: min(length, len(header))].tobytes()
    if len(found) < len(header) or found[:4] != header[:4]:
        raise _damaged(published, path, f"it is no idx file of {len(shape)} dimensions")
    if found != header:
        raise _damaged(published, path, f"it says {_sizes(found)} where {_sizes(header)} belongs")
    if length != size:
        raise _damaged(published, path, "it is cut short" if length < size else "it is longer than it says")
    return content[len(header) : size].reshape(shape)


def _read_into(file: BinaryIO, content: np.ndarray) -> int:
    """Fill an array from a file as far as both reach; return the number of bytes."""
    view, filled = memoryview(content), 0
    while count := file.readinto(view[filled:]):
        filled += count
    return filled


def _sizes(header: bytes) -> str:
    return " x ".join(str(size) for size in np.frombuffer(header, dtype=">u4")[1:])


def _damaged(published: IdxSet, path: Path, reason: str) -> WorkbookError:
    return WorkbookError(
        f"{path} is damaged ({reason}); delete it and run: workbook data get {published.name} "
        f'({readable_size(published.size)}), or take the embedded digits: DATASET = "digits".'
    )


def _unreadable(path: Path, error: OSError) -> WorkbookError:
    return WorkbookError(
        f"{path} cannot be read ({error.strerror}); allow reading it or set WORKBOOK_DATA to another folder."
    )
