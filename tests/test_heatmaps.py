"""A table of figures as a picture: every figure stands in its cell, and odd ones stop nothing."""

import math

import matplotlib.pyplot as plt
import pytest

from helpers import heatmaps


@pytest.fixture
def drawn(monkeypatch):
    """The words of the figure that was shown, and its alternative text."""
    seen = {}

    def show(figure, alt):
        figure.canvas.draw()
        seen["words"] = [text.get_text() for text in figure.axes[0].texts]
        seen["ticks"] = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        seen["alt"] = alt
        plt.close(figure)

    monkeypatch.setattr(heatmaps, "show", show)
    return seen


def test_every_figure_stands_in_its_cell(drawn):
    figures = {"good": [1.0, 12.3456], "bad": [-1e-9, math.nan]}
    heatmaps.heat_map(figures, ["a", "b"], {"good": [0.0, 1e9], "bad": [-5.0, math.nan]}, title="Two", alt="Words")
    assert drawn["words"] == ["1", "12.3", "0", "–"]
    assert drawn["ticks"] == ["good", "bad"]
    assert drawn["alt"] == "Words"


def test_the_title_stands_for_a_missing_text(drawn):
    heatmaps.heat_map({"one": [1.0]}, ["a"], {"one": [0.0]}, title="One")
    assert drawn["alt"] == "One"
