"""Diagrams: every meaning has a shape or a line of its own, boxes have their words, and the picture has a text."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from helpers import diagrams, plots
from helpers.diagrams import Graph

EDGES = {("A", "T"), ("O", "T"), frozenset({"T", "M"})}
AT = {"A": (0, 2), "O": (2, 2), "T": (1, 1), "M": (1, 0)}


@pytest.fixture
def drawn(monkeypatch):
    """Figures and their texts, as they are shown."""
    shown = []
    monkeypatch.setattr(diagrams, "show", lambda figure, alt: shown.append((figure, alt)))
    yield shown
    plt.close("all")


def arrows(axis):
    return [text.arrow_patch for text in axis.texts if getattr(text, "arrow_patch", None)]


def test_the_text_says_what_the_picture_shows(drawn):
    diagrams.graphs([Graph(EDGES, AT, observed={"M"}, start="A", reached={"T", "O"}, title="an alarm")])
    assert drawn[0][1] == "an alarm: A → T, M – T, O → T: observed M: A reaches O, T"
    diagrams.graphs([Graph(EDGES, AT)], alt="in other words")
    assert drawn[1][1] == "in other words"


def test_observed_reached_and_other_nodes_differ_in_shape(drawn):
    diagrams.graphs([Graph(EDGES, AT, observed={"M"}, start="A", reached={"O"})])
    axis = drawn[0][0].axes[0]
    markers = {(line.get_xdata()[0], line.get_ydata()[0]): line.get_marker() for line in axis.lines}
    assert markers == {(1, 0): "s", (0, 2): "o", (2, 2): "h", (1, 1): "o"}
    assert len([line for line in axis.lines if line.get_xdata()[0] == 0]) == 2, "a second rim around the start"


def test_traced_and_added_edges_differ_in_line(drawn):
    edges = [("A", "T"), ("O", "T"), frozenset({"A", "O"})]
    diagrams.graphs([Graph(edges, AT, traced=[("T", "A")], dashed=[frozenset({"A", "O"})])])
    traced, plain, added = arrows(drawn[0][0].axes[0])
    assert traced.get_linewidth() > 2 * plain.get_linewidth()
    assert plain.get_linestyle() == "-" != added.get_linestyle()


def test_many_graphs_stand_in_rows(drawn):
    diagrams.graphs([Graph(EDGES, AT, title=f"{k}", below="a word") for k in range(5)], columns=3)
    axes = drawn[0][0].axes
    assert len(axes) == 6
    assert [axis.get_title() for axis in axes] == ["0", "1", "2", "3", "4", ""]


# Boxes


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
