"""The published npz file: found, read without pickle, compared, downloaded from a loopback server, damage named."""

import dataclasses
import hashlib
import io
import zipfile

import numpy as np
import pytest
import torch

from helpers import data, idx, npz
from helpers.errors import WorkbookError
from tests.test_download import server  # noqa: F401 - a fixture

COUNTS = (12, 6, 5)


def arrays(seed=0):
    draw = np.random.default_rng(seed)
    content = {}
    for part, count in zip(npz.PARTS, COUNTS, strict=True):
        content[f"{part}_images"] = draw.integers(256, size=(count, 4, 4), dtype=np.uint8)
        content[f"{part}_labels"] = draw.integers(2, size=(count, 1), dtype=np.uint8)
    return content


def packed(content):
    file = io.BytesIO()
    np.savez_compressed(file, **content)
    return file.getvalue()


def sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A tiny `pneumonia`, in no place yet, an empty cache, and a folder that WORKBOOK_DATA names; returns its file."""
    content = arrays()
    parts = {part: (content[f"{part}_images"], content[f"{part}_labels"].ravel()) for part in npz.PARTS}
    published = dataclasses.replace(
        npz.PNEUMONIA,
        counts=COUNTS,
        side=4,
        contents=npz.contents_of(parts),
        md5=hashlib.md5(packed(content)).hexdigest(),
    )
    monkeypatch.setitem(npz.PUBLISHED, "pneumonia", published)
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "own"))
    return tmp_path / "own" / "pneumoniamnist.npz"


def damage():
    return {row.name: row.damage for row in data.available(verify=True)}["pneumonia"]


def test_parts_and_values(small):
    small.write_bytes(packed(arrays()))
    loaded = data.load("pneumonia")
    assert loaded.name == "pneumonia"
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == COUNTS
    assert loaded.shape == (1, 4, 4)
    assert loaded.levels == 256
    assert loaded.classes == ("normal", "pneumonia")
    assert np.array_equal(loaded.validation.images[:, 0].numpy(), arrays()["val_images"])
    assert loaded.test.labels.tolist() == arrays()["test_labels"].ravel().tolist()
    assert loaded.test.labels.dtype == torch.int64
    assert damage() == []


def test_absent_is_digits_with_a_note(small):
    loaded = data.load("pneumonia")
    assert loaded.name == "digits"
    assert "workbook data get pneumonia (4 MB)" in loaded.note


def test_the_cache_is_searched_too(small, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / small.name).write_bytes(packed(arrays()))
    assert data.load("pneumonia").name == "pneumonia"


def test_another_order_holds_the_same_and_other_images_do_not(small):
    content = arrays()
    order = np.random.default_rng(1).permutation(COUNTS[0])
    small.write_bytes(packed(content | {name: content[name][order] for name in ("train_images", "train_labels")}))
    assert damage() == []
    small.write_bytes(packed(content | {"train_images": content["train_images"][order]}))
    assert "it holds other images or labels" in damage()[0]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: b"", "no npz file"),
        (lambda content: b"<html>sign in to this network</html>", "no npz file"),
        (lambda content: packed(content)[:-40], "no npz file"),
        (lambda content: packed({k: v for k, v in content.items() if k != "val_labels"}), "an array is missing"),
        (lambda content: packed(content | {"val_images": content["val_images"][1:]}), "5 x 4 x 4"),
        (lambda content: packed(content | {"val_images": content["val_images"].astype(float)}), "float64"),
        (lambda content: packed(content | {"test_labels": content["test_labels"] + 1}), "a label above 1"),
        (lambda content: packed(content | {"test_labels": content["test_labels"][1:]}), "labels do not fit"),
        (lambda content: packed(content | {"test_labels": content["test_labels"] * 0.5}), "labels do not fit"),
        (lambda content: packed(content | {"val_labels": np.array([print] * 6, dtype=object)}), "npz file of numbers"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(small, spoil, said):
    small.write_bytes(spoil(arrays()))
    with pytest.raises(WorkbookError) as error:
        data.load("pneumonia")
    text = sentence(error)
    assert said in text
    assert str(small) in text
    assert "workbook data get pneumonia" in text
    assert damage() == [text]


def test_a_flipped_byte_is_named(small):
    content = bytearray(packed(arrays()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
    content[first.header_offset + 80] ^= 0xFF
    small.write_bytes(content)
    with pytest.raises(WorkbookError) as error:
        data.load("pneumonia")
    assert "is damaged" in sentence(error)


class TestGet:
    @pytest.fixture
    def published(self, small, server, monkeypatch):  # noqa: F811
        server.files["/record/pneumoniamnist.npz"] = packed(arrays())
        urls = (server.url("/gone/pneumoniamnist.npz"), server.url("/record/pneumoniamnist.npz"))
        monkeypatch.setitem(npz.PUBLISHED, "pneumonia", dataclasses.replace(npz.PUBLISHED["pneumonia"], urls=urls))
        return small

    def test_from_absent_to_loaded(self, published, tmp_path, capfd):
        assert data.load("pneumonia").name == "digits"
        assert data.get("pneumonia") == tmp_path / "cache"
        out, err = capfd.readouterr()
        assert err == ""
        assert "100%" in out
        assert data.load("pneumonia").name == "pneumonia"

    def test_a_set_that_is_there_asks_nothing(self, published, server):  # noqa: F811
        published.write_bytes(packed(arrays()))
        assert data.get("pneumonia", progress=False) == published.parent
        assert server.asked == []

    def test_a_folder_of_ones_own(self, published, tmp_path):
        assert data.get("pneumonia", folder=tmp_path / "mine", progress=False) == tmp_path / "mine"
        assert (tmp_path / "mine" / "pneumoniamnist.npz").is_file()

    def test_a_damaged_download_is_replaced(self, published, tmp_path):
        data.get("pneumonia", progress=False)
        (tmp_path / "cache" / "pneumoniamnist.npz").write_bytes(b"spoilt")
        with pytest.raises(WorkbookError):
            data.load("pneumonia")
        data.get("pneumonia", progress=False)
        assert data.load("pneumonia").name == "pneumonia"

    def test_what_is_not_the_file_is_refused(self, published, server):  # noqa: F811
        server.files["/record/pneumoniamnist.npz"] = packed(arrays(seed=1))
        with pytest.raises(WorkbookError) as error:
            data.get("pneumonia", progress=False)
        assert "wrong checksum" in sentence(error)
        assert data.load("pneumonia").name == "digits"

    def test_an_instructors_mirror_serves_it(self, published, server, monkeypatch):  # noqa: F811
        server.files["/course/pneumoniamnist.npz"] = server.files.pop("/record/pneumoniamnist.npz")
        monkeypatch.setenv("WORKBOOK_MIRROR", server.url("/course"))
        data.get("pneumonia", progress=False)
        assert data.load("pneumonia").name == "pneumonia"

    def test_no_network_is_one_sentence(self, published, server):  # noqa: F811
        server.files.clear()
        with pytest.raises(WorkbookError) as error:
            data.get("pneumonia", progress=False)
        assert sentence(error).count("answers 404") == 2
