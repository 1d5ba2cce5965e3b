"""CelebA's faces with their 40 attributes: found in an own copy, cropped once, memory-mapped from then on.

CelebA (Liu et al. 2015) is given for non-commercial research only and must not be passed on, so the workbook downloads
none of it and keeps no picture of it: it reads a copy of one's own. Under the root that WORKBOOK_DATA names, or under
the user's cache, a folder `celeba` holds

- `list_attr_celeba.txt` in CelebA's text format: a line with the number of images, a line with the attributes' names,
  and a line per image with its file's name and a 1 or -1 for each attribute,
- the images: in a folder, as torchvision has it (`img_align_celeba/000001.jpg`), or in a .zip, .tar or .tar.gz,
- `list_eval_partition.txt`, where there is one: the file's name and 0, 1 or 2 for train, validation and test.

The official release's own folders (`Anno`, `Eval`, `Img`) do as well. Without a partition, or with one that leaves a
part empty, the first 80 % of the list train, the next 10 % validate and the last 10 % test.

Each image is cut to the square of 148/178 of its width in its middle, which is what is usually taken from the aligned
178 x 218 pictures, and scaled to 64 or 128 pixels. All of them in one file take 2.5 GB at 64 and 10 GB at 128 pixels;
the file lies in the user's cache, is made once and is mapped into memory, not read.
"""

import concurrent.futures
import hashlib
import io
import itertools
import json
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import idx
from helpers.errors import WorkbookError

SIDES = (64, 128)
ATTRIBUTES = "list_attr_celeba.txt"
PARTITION = "list_eval_partition.txt"
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
CROP = 148 / 178  # of the width
IMAGE_BYTES = 50_000_000  # no face's file is larger
CHUNK = 256  # images that are decoded together


@dataclass(frozen=True)
class FaceSet:
    """A set of faces with attributes, read from a copy of one's own."""

    name: str
    folder: str
    label: str  # the attribute that labels are made of
    classes: tuple[str, ...]
    licence: str
    citation: str
    page: str
    size: int = 0  # nothing is downloaded


CELEBA = FaceSet(
    name="celeba",
    folder="celeba",
    label="Smiling",
    classes=("not smiling", "smiling"),
    licence="non-commercial research only, no redistribution",
    citation="Liu, Luo, Wang and Tang, Deep Learning Face Attributes in the Wild, ICCV 2015",
    page="https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
)

PUBLISHED = {CELEBA.name: CELEBA}


@dataclass(frozen=True)
class Faces:
    """Faces in the order train, validation, test.

    Args:
        images: uint8, shape (N, 3, side, side), mapped into memory.
        attributes: 1 or -1, int8, shape (N, K).
        names: The attributes' names.
        counts: Images in train, validation and test.
    """

    images: np.ndarray
    attributes: np.ndarray
    names: tuple[str, ...]
    counts: tuple[int, int, int]


def find(published: FaceSet) -> Path | None:
    """Return the first folder that has a list of attributes; None where no root has."""
    for root in idx.roots():
        folder = root / published.folder
        if _text_file(folder, ATTRIBUTES) is not None:
            return folder
    return None


def read(published: FaceSet, folder: Path, side: int = 64) -> Faces:
    """Read the faces of a folder, from the cache where they have been cut and scaled before.

    Args:
        published: What the set is called, for messages.
        folder: A folder as described above; `find` returns one.
        side: 64 or 128 pixels.

    Raises:
        WorkbookError: a file is missing, damaged or unreadable, or there is no room for the cut images.
    """
    if side not in SIDES:
        raise WorkbookError(f"{published.name} comes with 64 or 128 pixels a side, not with {side}.")
    listed = _listed(published, folder)
    source = _source(published, folder, listed.files)
    path = idx.cache_folder() / "prepared" / f"{published.name}-{side}-{_key(listed, source)}.u8"
    shape = (len(listed.files), 3, side, side)
    if not path.is_file() or path.stat().st_size != np.prod(shape):
        _prepare(published, listed, source, path, side)
    return Faces(np.memmap(path, np.uint8, "c", shape=shape), listed.attributes, listed.names, listed.counts)


def damage(published: FaceSet, folder: Path) -> list[str]:
    """Decode every image of a folder; return a sentence where something is missing or damaged."""
    try:
        listed = _listed(published, folder)
        source = _source(published, folder, listed.files)
        seen = {name for name, _ in _decoded(published, source, set(listed.files), 64)}
        _refuse_missing(published, listed, source, seen)
    except WorkbookError as error:
        return [str(error)]
    return []


def download(published: FaceSet, root: Path, progress: bool = True) -> Path:
    """Say where the set comes from, since it may not be passed on.

    Raises:
        WorkbookError: always.
    """
    raise WorkbookError(
        f"{published.name} may not be passed on, so ask its makers for it ({published.page}) and put "
        f"img_align_celeba with its images, or its zip, and {ATTRIBUTES} into {root / published.folder}, "
        f"or set WORKBOOK_DATA to a folder that has a folder {published.folder} with them."
    )


# The lists


@dataclass(frozen=True)
class _Listed:
    """The files' names and their attributes in the order train, validation, test."""

    files: list[str]
    attributes: np.ndarray
    names: tuple[str, ...]
    counts: tuple[int, int, int]
    path: Path


def _listed(published: FaceSet, folder: Path) -> _Listed:
    path = _text_file(folder, ATTRIBUTES)
    if path is None:
        raise WorkbookError(f"{folder} has no {ATTRIBUTES}, so nothing is known of its images.")
    files, attributes, names = _attributes(published, path)
    if published.label not in names:
        raise _damaged(path, f"it has no attribute {published.label}")
    partition = _text_file(folder, PARTITION)
    part = None if partition is None else _partition(partition, files)
    if part is None or len(np.unique(part)) < 3:
        part = np.repeat([0, 1, 2], _shares(len(files)))
    order = np.argsort(part, kind="stable")
    counts = tuple(int((part == k).sum()) for k in range(3))
    return _Listed([files[i] for i in order], attributes[order], names, counts, path)


def _shares(count: int) -> tuple[int, int, int]:
    """The sizes of the parts where nobody says them: 80 %, 10 % and 10 %, and never none."""
    tenth = max(1, count // 10)
    return count - 2 * tenth, tenth, tenth


def _attributes(published: FaceSet, path: Path) -> tuple[list[str], np.ndarray, tuple[str, ...]]:
    lines = _lines(path)
    try:
        count = int(lines[0])
        names = tuple(lines[1].split())
    except (IndexError, ValueError):
        raise _damaged(path, "its first two lines are no number of images and names of attributes") from None
    rows = [line.split() for line in lines[2:] if line.strip()]
    if len(rows) != count or count < 3:
        raise _damaged(path, f"it says {count} images and lists {len(rows)}; at least 3 are needed")
    for row in rows:
        if len(row) != len(names) + 1 or not {"1", "-1"}.issuperset(row[1:]):
            raise _damaged(path, f"the line of {row[0]} is not a name and {len(names)} times 1 or -1")
    files = [row[0] for row in rows]
    if len(set(files)) < count:
        raise _damaged(path, "it names an image twice")
    return files, np.array([row[1:] for row in rows], dtype=np.int8), names


def _partition(path: Path, files: list[str]) -> np.ndarray:
    rows = [line.split() for line in _lines(path) if line.strip()]
    part = {row[0]: row[1] for row in rows if len(row) == 2}
    if len(part) != len(rows) or not {"0", "1", "2"}.issuperset(part.values()):
        raise _damaged(path, "a line is not a name and 0, 1 or 2")
    absent = next((name for name in files if name not in part), None)
    if absent is not None:
        raise _damaged(path, f"it does not say in which part {absent} is")
    return np.array([int(part[name]) for name in files])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _damaged(path, "it is no text") from None
    except OSError as error:
        raise _unreadable(path, error) from error


def _text_file(folder: Path, name: str) -> Path | None:
    """The file of this name in the folder or right under one of its folders."""
    try:
        if not folder.is_dir():
            return None
        return next((place / name for place in _places(folder) if (place / name).is_file()), None)
    except OSError as error:
        raise _unreadable(folder, error) from error


def _places(folder: Path) -> list[Path]:
    """A folder and those right under it, in the order of their names."""
    return [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]


# The images


@dataclass(frozen=True)
class _Source:
    """Where the images are: a folder, or archives of which the first that has some of them is taken."""

    path: Path
    stamp: str  # changes when the images do


def _source(published: FaceSet, folder: Path, files: list[str]) -> _Source:
    """Find the folder or the archive with the images that are listed."""
    try:
        places = _places(folder)
        inner = [path for place in places[1:] for path in _places(place)[1:]]
        for place in (*places, *inner):
            if (place / files[0]).is_file():
                return _Source(place, _stamp_of_folder(place))
        packed = [p for place in places for p in sorted(place.iterdir()) if p.is_file() and p.name.endswith(ARCHIVES)]
        packed.sort(key=lambda path: "img" not in path.name)  # stable: one that says that it has images goes first
        if packed:
            about = packed[0].stat()
            return _Source(packed[0], f"{packed[0].name} {about.st_size} {about.st_mtime_ns}")
    except OSError as error:
        raise _unreadable(folder, error) from error
    raise WorkbookError(
        f"{folder} lists {files[0]} and has neither a folder with it nor a {', '.join(ARCHIVES[:-1])} file; "
        f"put the images there, for example as {folder / 'img_align_celeba'}."
    )


def _stamp_of_folder(folder: Path) -> str:
    """A checksum of the names and sizes of a folder's files."""
    with os.scandir(folder) as entries:
        sizes = sorted(f"{entry.name} {entry.stat().st_size}" for entry in entries if entry.is_file())
    return hashlib.sha256("\n".join(sizes).encode()).hexdigest()


def _key(listed: _Listed, source: _Source) -> str:
    """What the cut images depend on besides their size."""
    return hashlib.sha256("\n".join([source.stamp, *listed.files]).encode()).hexdigest()[:16]


def _prepare(published: FaceSet, listed: _Listed, source: _Source, path: Path, side: int) -> None:
    """Cut and scale every image into one file, which appears when it is whole."""
    row_of = {name: row for row, name in enumerate(listed.files)}
    size = 3 * side * side
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.truncate(len(row_of) * size)
            seen = set()
            for name, image in _decoded(published, source, set(row_of), side):
                file.seek(row_of[name] * size)
                file.write(image.tobytes())
                seen.add(name)
        _refuse_missing(published, listed, source, seen)
        about = {"set": published.name, "side": side, "from": str(source.path), "images": len(row_of)}
        path.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise WorkbookError(
            f"The faces of {published.name} need {len(row_of) * size / 1e9:.1f} GB in {path.parent}, which cannot be "
            f"written ({error.strerror or error})."
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _refuse_missing(published: FaceSet, listed: _Listed, source: _Source, seen: set[str]) -> None:
    missing = [name for name in listed.files if name not in seen]
    if missing:
        raise WorkbookError(
            f"{source.path} lacks {len(missing)} of the {len(listed.files)} images that {listed.path} lists, "
            f"{missing[0]} first; complete it, or cut the list to the images that are there."
        )


def _decoded(published: FaceSet, source: _Source, wanted: set[str], side: int) -> Iterator[tuple[str, np.ndarray]]:
    """Every image that is wanted, uint8 of shape (3, side, side), with its file's name, several at a time."""

    def decode(found: tuple[str, bytes]) -> tuple[str, np.ndarray]:
        name, content = found
        try:
            return name, cut(content, side)
        except (OSError, ValueError, SyntaxError, zlib.error) as error:
            raise _damaged(source.path / name, "it is no picture that can be decoded") from error

    contents = _contents(source.path, wanted)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        while chunk := list(itertools.islice(contents, CHUNK)):
            yield from pool.map(decode, chunk)


def cut(content: bytes, side: int) -> np.ndarray:
    """Decode a picture, cut the square of 148/178 of its width out of its middle and scale it.

    Args:
        content: A picture's file.
        side: Pixels of the result.

    Returns:
        uint8, shape (3, side, side).
    """
    from PIL import Image  # here, since only those who prepare faces need it

    with Image.open(io.BytesIO(content)) as picture:
        width, height = picture.size
        edge = min(round(CROP * width), height)
        left, top = (width - edge) / 2, (height - edge) / 2
        whole = picture.convert("RGB")
    box = (left, top, left + edge, top + edge)
    return np.asarray(whole.resize((side, side), Image.Resampling.BICUBIC, box=box)).transpose(2, 0, 1)


def _contents(path: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """The files' contents; of an archive only the last part of a name counts, and nothing is written anywhere."""
    try:
        if path.is_dir():
            for name in sorted(wanted):
                if (path / name).is_file():
                    yield name, (path / name).read_bytes()
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    name = entry.filename.rpartition("/")[2]
                    if name in wanted and entry.file_size <= IMAGE_BYTES:
                        yield name, archive.read(entry)
        else:
            with tarfile.open(path) as archive:
                for member in archive:
                    name = member.name.rpartition("/")[2]
                    if name in wanted and member.isfile() and member.size <= IMAGE_BYTES:
                        yield name, archive.extractfile(member).read()
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _damaged(path, "it cannot be unpacked") from error
    except OSError as error:
        if isinstance(error, PermissionError):
            raise _unreadable(path, error) from error
        raise _damaged(path, f"it cannot be unpacked: {error.strerror or error}") from error


def _damaged(path: Path, reason: str) -> WorkbookError:
    return WorkbookError(
        f'{path} is damaged ({reason}); replace it by a sound copy, or take another data set, such as "digits".'
    )


def _unreadable(path: Path, error: OSError) -> WorkbookError:
    return WorkbookError(
        f"{path} cannot be read ({error.strerror or error}); allow reading it or set WORKBOOK_DATA to another folder."
    )
