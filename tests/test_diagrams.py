"""Diagrams: every box is there with its words, and every arrow goes from box to box."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from helpers import diagrams, plots


@pytest.fixture
def drawn(monkeypatch):
    figures = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: figures.append((figure, alt)))
    yield figures
    plt.close("all")


def test_boxes_have_their_words_and_arrows_their_ends(drawn):
    diagrams.boxes(
        {"a": (0, 0), "b": (2, 1)}, [("a", "b")], labels={"a": "where it\nbegins"}, emphasised=["b"], alt="two boxes"
    )
    ((figure, alt),) = drawn
    words = {text.get_text(): text for text in figure.axes[0].texts if text.get_text()}
    assert set(words) == {"where it\nbegins", "b"}
    edges = {name: text.get_bbox_patch().get_edgecolor() for name, text in words.items()}
    assert edges["b"] == matplotlib.colors.to_rgba(plots.ORANGE) != edges["where it\nbegins"]
    (arrow,) = [text for text in figure.axes[0].texts if not text.get_text()]
    assert (arrow.xyann, arrow.xy) == ((0, 0), (2, 1))
    assert alt == "two boxes"


def test_an_arrow_ends_at_the_edge_of_its_box(drawn):
    diagrams.boxes({"a": (0, 0), "b": (2, 0)}, [("a", "b")])
    figure = drawn[0][0]
    figure.canvas.draw()
    box = next(t for t in figure.axes[0].texts if t.get_text() == "b").get_bbox_patch().get_window_extent()
    arrow = next(t for t in figure.axes[0].texts if not t.get_text()).arrow_patch.get_window_extent()
    assert box.x0 - 15 < arrow.x1 <= box.x0


def test_an_arrow_to_nowhere_is_an_error(drawn):
    with pytest.raises(KeyError):
        diagrams.boxes({"a": (0, 0)}, [("a", "b")])
