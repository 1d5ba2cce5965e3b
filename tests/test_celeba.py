"""CelebA's layouts with tiny made-up faces: found, cut, mapped, split; what is missing or damaged is named."""

import io
import os
import tarfile
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from helpers import celeba, data, idx
from helpers.errors import WorkbookError

NAMES = ("Male", "Smiling", "Young")
COUNT = 20


def attributes(seed=0):
    return np.random.default_rng(seed).choice([-1, 1], size=(COUNT, len(NAMES)))


def listing(rows, names=NAMES, count=None):
    lines = [str(len(rows) if count is None else count), " ".join(names) + " "]
    lines += [f"{i + 1:06d}.jpg  {' '.join(f'{value:2d}' for value in row)}" for i, row in enumerate(rows)]
    return "\n".join(lines) + "\n"


def face(i, size=(178, 218)):
    """A picture whose middle square has the colour (10 i, 100, 50) and whose margin is white."""
    width, height = size
    picture = Image.new("RGB", size, "white")
    edge = round(148 / 178 * width)
    picture.paste(
        (10 * i, 100, 50), ((width - edge) // 2, (height - edge) // 2, (width + edge) // 2, (height + edge) // 2)
    )
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=95)
    return packed.getvalue()


def pictures(size=(178, 218)):
    return {f"{i + 1:06d}.jpg": face(i, size) for i in range(COUNT)}


def in_folder(folder, content):
    folder.mkdir(parents=True)
    for name, picture in content.items():
        (folder / name).write_bytes(picture)


def in_tar(path, content, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, picture in content.items():
            entry = tarfile.TarInfo(f"celebA/{name}")
            entry.size = len(picture)
            archive.addfile(entry, io.BytesIO(picture))


def in_zip(path, content):
    with zipfile.ZipFile(path, "w") as archive:
        for name, picture in content.items():
            archive.writestr(f"img_align_celeba/{name}", picture)


def sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.fixture
def own(monkeypatch, tmp_path):
    """A folder `celeba` with the list of attributes and no image yet, and an empty cache."""
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    folder = tmp_path / "own" / "celeba"
    folder.mkdir(parents=True)
    (folder / celeba.ATTRIBUTES).write_text(listing(attributes()))
    monkeypatch.setenv("WORKBOOK_DATA", str(folder.parent))
    return folder


LAYOUTS = {
    "torchvision": lambda own: in_folder(own / "img_align_celeba", pictures()),
    "beside the list": lambda own: [(own / name).write_bytes(picture) for name, picture in pictures().items()],
    "the official release": lambda own: in_folder(own / "Img" / "img_align_celeba", pictures()),
    "tar.gz": lambda own: in_tar(own / "faces.tar.gz", pictures()),
    "tar": lambda own: in_tar(own / "faces.tar", pictures(), "w"),
    "zip": lambda own: in_zip(own / "img_align_celeba.zip", pictures()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_set(own, layout):
    LAYOUTS[layout](own)
    loaded = data.load("celeba")
    assert (loaded.name, loaded.levels, loaded.shape) == ("celeba", 256, (3, 64, 64))
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (16, 2, 2)
    assert loaded.factor_names == NAMES
    assert np.array_equal(loaded.train.factors.numpy(), attributes()[:16])
    assert loaded.train.factors.dtype == torch.int8
    assert loaded.test.labels.tolist() == [int(row[1] > 0) for row in attributes()[18:]]
    assert loaded.factor("Smiling") == 1
    for i, image in enumerate(loaded.train.images):
        expected = torch.tensor([10 * i, 100, 50])[:, None, None]
        assert (image[:, 2:-2, 2:-2].int() - expected).abs().max() <= 6  # JPEG's own noise; the margin is cut away
    assert "redistribution" in loaded.licence


def test_half_size_images_are_cut_alike_and_128_pixels_are_to_be_had(own):
    in_tar(own / "faces.tar.gz", pictures((89, 109)))
    loaded = data.load("celeba", side=128)
    assert loaded.shape == (3, 128, 128)
    middle = loaded.train.images[5, :, 16:-16, 16:-16].int()
    assert (middle - torch.tensor([50, 100, 50])[:, None, None]).abs().max() <= 6


def test_another_side_is_refused(own):
    in_folder(own / "img_align_celeba", pictures())
    with pytest.raises(WorkbookError) as error:
        data.load("celeba", side=96)
    assert "64 or 128" in sentence(error)


def test_the_cut_faces_are_made_once_and_mapped(own, monkeypatch):
    in_folder(own / "img_align_celeba", pictures())
    first = data.load("celeba")
    monkeypatch.setattr(celeba, "cut", lambda content, side: pytest.fail("cut again"))
    faces = celeba.read(celeba.CELEBA, own)
    assert isinstance(faces.images, np.memmap)
    assert data.load("celeba").checksum == first.checksum
    before = faces.images[0, 0, 0, 0]
    faces.images[0] = 255 - before  # a copy of one's own: the file keeps what it has
    assert celeba.read(celeba.CELEBA, own).images[0, 0, 0, 0] == before
    assert not (own / "prepared").exists()


def test_other_images_are_cut_anew(own):
    in_folder(own / "img_align_celeba", pictures())
    before = data.load("celeba").checksum
    (own / "img_align_celeba" / "000001.jpg").write_bytes(face(12, (89, 109)))
    assert data.load("celeba").checksum != before


def test_a_cut_file_of_another_size_is_made_anew(own, tmp_path):
    in_folder(own / "img_align_celeba", pictures())
    checksum = data.load("celeba").checksum
    (prepared,) = (tmp_path / "cache" / "prepared").glob("*.u8")
    prepared.write_bytes(b"short")
    assert data.load("celeba").checksum == checksum


def test_the_official_split_counts_and_keeps_images_with_their_attributes(own):
    in_folder(own / "img_align_celeba", pictures())
    part = np.arange(COUNT) % 3
    lines = [f"{i + 1:06d}.jpg {k}" for i, k in enumerate(part)]
    (own / celeba.PARTITION).write_text("\n".join(lines))
    loaded = data.load("celeba")
    for k, split in enumerate((loaded.train, loaded.validation, loaded.test)):
        rows = np.flatnonzero(part == k)
        assert np.array_equal(split.factors.numpy(), attributes()[rows])
        assert (split.images[:, 0, 32, 32].int() - torch.from_numpy(10 * rows)).abs().max() <= 6


def test_a_partition_that_leaves_a_part_empty_is_not_taken(own):
    in_folder(own / "img_align_celeba", pictures())
    (own / celeba.PARTITION).write_text("\n".join(f"{i + 1:06d}.jpg 0" for i in range(COUNT)))
    assert [len(s) for s in (data.load("celeba").train, data.load("celeba").test)] == [16, 2]


def test_the_factors_follow_the_images(own):
    in_folder(own / "img_align_celeba", pictures())
    loaded = data.load("celeba")
    assert loaded.train.first(3).factors.shape == (3, 3)
    assert loaded.to("cpu").train.factors is not None
    with pytest.raises(WorkbookError, match="no factor 'smile'; it knows: Male, Smiling, Young"):
        loaded.factor("smile")
    assert data.load("digits").factor_names == ()
    assert data.load("digits").train.first(3).factors is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda own: (own / celeba.ATTRIBUTES).write_text("<html>\n"), "first two lines"),
        (lambda own: (own / celeba.ATTRIBUTES).write_text(""), "first two lines"),
        (lambda own: (own / celeba.ATTRIBUTES).write_bytes(b"\xff\xfe\x00"), "no text"),
        (
            lambda own: (own / celeba.ATTRIBUTES).write_text(listing(attributes(), count=99)),
            "says 99 images and lists 20",
        ),
        (lambda own: (own / celeba.ATTRIBUTES).write_text(listing(attributes() * 2)), "3 times 1 or -1"),
        (lambda own: (own / celeba.ATTRIBUTES).write_text(listing(attributes()[:, :2])), "times 1 or -1"),
        (lambda own: (own / celeba.ATTRIBUTES).write_text(listing(attributes(), names=("a", "b", "c"))), "Smiling"),
        (lambda own: (own / celeba.PARTITION).write_text("000001.jpg 3\n"), "0, 1 or 2"),
        (lambda own: (own / celeba.PARTITION).write_text("000001.jpg 0\n"), "which part 000002.jpg is"),
        (lambda own: (own / "img_align_celeba" / "000007.jpg").write_bytes(b"spoilt"), "000007.jpg is damaged"),
        (lambda own: (own / "img_align_celeba" / "000007.jpg").write_bytes(face(6)[:500]), "000007.jpg is damaged"),
        (lambda own: (own / "img_align_celeba" / "000007.jpg").unlink(), "lacks 1 of the 20 images"),
    ],
)
def test_what_is_damaged_or_missing_is_named(own, spoil, said, tmp_path):
    in_folder(own / "img_align_celeba", pictures())
    spoil(own)
    with pytest.raises(WorkbookError) as error:
        data.load("celeba")
    assert said in sentence(error)
    assert not list((tmp_path / "cache").rglob("*.u8*"))  # nothing half-made stays
    assert said in celeba.damage(celeba.CELEBA, own)[0]


def test_a_sound_copy_has_no_damage(own):
    in_folder(own / "img_align_celeba", pictures())
    assert celeba.damage(celeba.CELEBA, own) == []


@pytest.mark.parametrize("name", ["faces.tar.gz", "faces.zip"])
def test_a_damaged_archive_is_named(own, name):
    in_tar(own / "whole.tgz", pictures())
    content = (own / "whole.tgz").read_bytes()
    (own / "whole.tgz").unlink()
    (own / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(WorkbookError) as error:
        data.load("celeba")
    assert f"{name} is damaged (it cannot be unpacked" in sentence(error)


def test_a_list_without_images_says_where_they_go(own):
    with pytest.raises(WorkbookError) as error:
        data.load("celeba")
    assert "img_align_celeba" in sentence(error)


def test_an_archive_writes_nothing_outside_the_cache(own, tmp_path):
    with tarfile.open(own / "faces.tar", "w") as archive:
        for name, picture in (pictures() | {"stray.jpg": face(1)}).items():
            entry = tarfile.TarInfo(f"../../{name}")
            entry.size = len(picture)
            archive.addfile(entry, io.BytesIO(picture))
    before = {path for path in tmp_path.rglob("*") if "cache" not in path.parts}
    assert len(data.load("celeba").train) == 16
    assert {path for path in tmp_path.rglob("*") if "cache" not in path.parts} == before


def test_nothing_is_downloaded(own, tmp_path):
    (own / celeba.ATTRIBUTES).unlink()
    with pytest.raises(WorkbookError) as error:
        data.get("celeba")
    assert "mmlab.ie.cuhk.edu.hk" in sentence(error)
    assert celeba.ATTRIBUTES in sentence(error)
    loaded = data.load("celeba")
    assert loaded.name == "faces"
    assert loaded.shape == data.load("celeba", side=64).shape == (3, 64, 64)
    assert "workbook data get celeba" in loaded.note
    (row,) = [row for row in data.available() if row.name == "celeba"]
    assert not row.present
    assert row.size == 0
    assert "non-commercial" in row.licence


def test_its_pictures_must_not_be_shown():
    assert not data.may_be_shown("celeba")
    assert data.may_be_shown("digits")


REAL = os.environ.get("WORKBOOK_DATA")


@pytest.mark.skipif(not REAL, reason="WORKBOOK_DATA names no folder with the real data sets")
def test_the_real_faces(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBOOK_DATA", REAL)
    folder = celeba.find(celeba.CELEBA)
    if folder is None or folder.parent != type(folder)(REAL):
        pytest.skip("celeba is not under WORKBOOK_DATA")
    files, *_ = celeba._attributes(celeba.CELEBA, folder / celeba.ATTRIBUTES)
    if len(files) > 20_000:
        pytest.skip("the whole set takes minutes to cut")
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path)
    loaded = data.load("celeba")
    assert len(loaded.factor_names) == 40
    assert sum(map(len, (loaded.train, loaded.validation, loaded.test))) == len(files)
    assert 0.4 < loaded.train.labels.float().mean() < 0.6  # 48 % of the published faces smile
    mean = loaded.train.images.float().mean((0, 2, 3)) / 255
    assert mean[0] > mean[1] > mean[2]  # skin
