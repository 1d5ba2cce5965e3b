"""Published archives of two domains: listed, downloaded from a loopback server, unpacked safely, verified."""

import dataclasses
import io
import zipfile

import pytest
from PIL import Image

from helpers import data, domains, idx, image_folders
from helpers.errors import WorkbookError
from tests.test_download import server  # noqa: F401 - a fixture

COUNTS = (3, 4, 1, 2)


def picture(number):
    file = io.BytesIO()
    Image.new("RGB", (24, 16), (20 * number, 0, 0)).save(file, "JPEG")
    return file.getvalue()


def members():
    found = {"horse2zebra/": b""}
    for part, count in zip(image_folders.FOUR, COUNTS, strict=True):
        found |= {f"horse2zebra/{part}/n{number}.jpg": picture(number) for number in range(count)}
    return found


def packed(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return file.getvalue()


def sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.fixture
def horses(monkeypatch, tmp_path, server):  # noqa: F811
    """A tiny horse2zebra on a loopback server, in no place yet; returns the server and a function that publishes."""
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.delenv("WORKBOOK_MIRROR", raising=False)
    small = dataclasses.replace(image_folders.HORSES, counts=COUNTS, urls=(server.url("/h.zip"),), limit=100_000)
    monkeypatch.setitem(image_folders.PUBLISHED, "horse2zebra", small)

    def publish(content):
        server.files["/h.zip"] = packed(content) if isinstance(content, dict) else content

    publish(members())
    return publish


def test_the_list_knows_both(horses):
    rows = {row.name: row for row in data.available()}
    assert not rows["horse2zebra"].present
    assert not rows["apple2orange"].present
    assert rows["apple2orange"].size > 1e6


def test_download_unpack_load(horses, tmp_path):
    folder = data.get("horse2zebra", progress=False)
    assert folder == tmp_path / "cache" / "horse2zebra"
    assert sorted(path.name for path in folder.parent.iterdir() if not path.name.startswith(".")) == ["horse2zebra"]
    pair = domains.load("horse2zebra", 16)
    assert pair.kinds == ("horse", "zebra")
    assert [len(part) for part in (pair.train_a, pair.train_b, pair.test_a, pair.test_b)] == list(COUNTS)
    assert {row.name: row.damage for row in data.available(verify=True)}["horse2zebra"] == []
    assert data.get("horse2zebra", progress=False) == folder  # nothing is asked of the network


def test_absent_it_is_textures_and_a_note(horses):
    pair = domains.load("horse2zebra", 32, count=3)
    assert pair.name == "textures"
    assert "workbook data get horse2zebra (about 117 MB)" in pair.note


def test_data_load_says_who_loads_it(horses):
    with pytest.raises(WorkbookError) as error:
        data.load("horse2zebra")
    assert "domains.load" in sentence(error)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>sign in to this network</html>", "damaged or no zip"),
        (packed(members())[:-300], "damaged or no zip"),
        ({**members(), "horse2zebra/trainA/n0.jpg": b"no image"}, "trainA/n0.jpg, which is no image"),
        ({k: v for k, v in members().items() if "testB" not in k}, "no images in testB"),
        ({**members(), "../outside.jpg": picture(0)}, "points outside its folder"),
        ({**members(), "horse2zebra/trainA/bomb.jpg": bytes(200_000)}, "more than it should"),
    ],
)
def test_what_is_no_such_archive_is_refused_and_removed(horses, tmp_path, content, said):
    horses(content)
    with pytest.raises(WorkbookError) as error:
        data.get("horse2zebra", progress=False)
    assert said in sentence(error)
    left = [path.name for path in (tmp_path / "cache").iterdir() if path.name != ".lock"]
    assert left == []
    horses(members())
    assert data.get("horse2zebra", progress=False).is_dir()  # the next try is a fresh one


def test_another_number_of_images_is_told_when_verified(horses):
    folder = data.get("horse2zebra", progress=False)
    (folder / "trainB" / "n0.jpg").unlink()
    (folder / "testA" / "n0.jpg").write_bytes(b"no image")
    told = {row.name: row.damage for row in data.available(verify=True)}["horse2zebra"]
    assert len(told) == 2
    assert "holds 3 images, and 4 were published" in told[0]
    assert "n0.jpg is damaged or no image" in told[1]
