"""The gallery: a small page with the best picture of every problem, for every reader."""

import io
import re

import pytest
from PIL import Image

from helpers.errors import WorkbookError
from helpers.grading import showcase
from helpers.grading import source as sources
from helpers.grading.source import COURSE, Course

MEGABYTES = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The workbook's own gallery, made elsewhere."""

    class Elsewhere(Course):
        build = tmp_path_factory.mktemp("build")

    return showcase.write(Elsewhere(COURSE.root)).parent


def test_every_problem_opens_with_its_best_picture_and_all_is_small(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    sections = page.split("<section>")[1:]
    assert len(sections) == len(sources.problems())
    for problem, section in zip(sources.problems(), sections, strict=True):
        first = re.search(r'src="([^"]+)" width="\d+" height="\d+" alt="([^"]+)"', section)
        assert first[1].startswith(f"images/{problem}-")
    assert sum(path.stat().st_size for path in folder.rglob("*.*")) < MEGABYTES * 1e6


def test_every_picture_is_there_with_a_text_and_nothing_comes_from_elsewhere(folder):
    page = (folder / "index.html").read_text(encoding="utf-8")
    shown = re.findall(r'<img src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)"', page)
    assert len(shown) == page.count("<img")
    for place, width, height, alt in shown:
        with Image.open(folder / place) as picture:
            assert picture.size == (int(width), int(height))
        assert len(alt) > 10
    assert {path.name for path in (folder / "images").iterdir()} == {
        place.removeprefix("images/") for place, *_ in shown
    }
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert "<script" not in page
    assert "prefers-color-scheme: dark" in page


def test_a_large_picture_is_made_smaller_and_a_small_one_stays(tmp_path):
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    Image.effect_noise((1920, 600), 60).save(large)
    Image.new("P", (80, 40)).save(small, optimize=True)
    kind, content, size = showcase.smallest(large)
    assert (kind, size) == ("webp", (960, 300))
    assert Image.open(io.BytesIO(content)).size == size
    assert len(content) < large.stat().st_size / 4
    assert min(len(showcase.smallest(small)[1]), small.stat().st_size) == len(showcase.smallest(small)[1])


def test_pixels_of_people_are_never_shown(monkeypatch):
    source = sources.load("03_conv_vae")
    assert showcase.exhibits(source)
    monkeypatch.setattr(showcase.references, "records", lambda problem, root: [{"dataset": "celeba"}])
    assert showcase.exhibits(source) == []


def test_a_course_without_pictures_says_how_to_get_some(course):
    (course.solutions / "expected" / "01_tiny" / "curve.png").unlink()
    with pytest.raises(WorkbookError, match="--record"):
        showcase.write(course)
