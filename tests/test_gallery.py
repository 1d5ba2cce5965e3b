"""The gallery shows the expected pictures that are there, wherever a repository or a student bundle keeps them."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import gallery, plots


def keep(path, height=20):
    path.parent.mkdir(parents=True)
    plt.imsave(path, np.zeros((height, 40, 3)))


@pytest.fixture
def course(tmp_path):
    keep(tmp_path / "solutions" / "expected" / "02_drawn" / "samples.png")
    keep(tmp_path / "notebooks" / "03_bundled" / "expected" / "samples.png", height=40)
    return tmp_path


def test_pictures_are_found_in_both_places(course):
    assert gallery.expected("02_drawn", "samples", course).parts[-3:] == ("expected", "02_drawn", "samples.png")
    assert gallery.expected("03_bundled", "samples", course).parts[-3:] == ("03_bundled", "expected", "samples.png")
    assert gallery.expected("02_drawn", "loss", course) is None


def test_what_is_missing_is_left_out(course, monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: shown.append((figure, alt)))
    gallery.show(
        {"two": ("02_drawn", "samples"), "three": ("03_bundled", "samples"), "four": ("04_later", "samples")},
        title="Drawn",
        root=course,
    )
    ((figure, alt),) = shown
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["two", "three"]
    assert alt == "Drawn: two, three"
    plt.close("all")


def test_an_empty_gallery_says_so(course, capsys):
    gallery.show({"four": ("04_later", "samples")}, root=course)
    assert "no expected pictures" in capsys.readouterr().out
