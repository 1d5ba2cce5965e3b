"""Pictures and widgets: every picture has a text, none stays open, and a still picture stands in for sliders."""

import matplotlib

matplotlib.use("Agg")

import ipywidgets
import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from helpers import plots, presets, widgets

IMAGES = torch.randint(0, 17, (5, 1, 4, 6))
DRAWINGS = {
    "image grid": lambda alt: plots.image_grid(IMAGES, 17, columns=3, alt=alt, captions=list("abcde")),
    "colour grid": lambda alt: plots.image_grid(IMAGES.expand(-1, 3, -1, -1), 17, alt=alt),
    "curves": lambda alt: plots.curves(
        {"a": [1.0, 2.0], "b": ([0, 5], [2.0, 1.0])}, "x", "y", alt=alt, levels={"c": 1.5}, points={"b": ([2], [1.5])}
    ),
    "histograms": lambda alt: plots.histograms(
        {"a": torch.randn(90), "b": torch.rand(90)}, {"a": ([0, 1], [0.4, 0.2]), "b": ([0, 1], [1, 1])}, "x", alt=alt
    ),
    "intervals": lambda alt: plots.intervals(
        {"a": ((1, 5, 50), [1.0, 2.0, 2.5], [0.1, 0.2, 0.1])}, "m", "nats", alt=alt, levels={"c": 3.0}, logarithmic=True
    ),
    "named intervals": lambda alt: plots.intervals(
        {"a": ([1, 2], (1.0, 2.0), (0.1, 0.2))}, "", "nats", alt=alt, ticks=["one", "two"]
    ),
    "strips": lambda alt: plots.strips({"a": [0.0, 1e-3], "b": [0.1]}, "x", 1e-18, alt=alt),
    "bars": lambda alt: plots.bars({"a": 1.0, "b": 10.0}, "seconds", alt=alt, logarithmic=True),
    "scatter": lambda alt: plots.scatter(
        torch.randn(40, 2), torch.arange(40) % 10, [f"class {k}" for k in range(11)], "z1", "z2", alt=alt
    ),
    "scatter to scale": lambda alt: plots.scatter(torch.randn(9, 2), torch.zeros(9), ["a"], alt=alt, equal=True),
    "mosaic": lambda alt: plots.mosaic(IMAGES[:4], 17, columns=2, x_ticks=["a", "b"], y_ticks=["c", "d"], alt=alt),
    "colour mosaic": lambda alt: plots.mosaic(IMAGES[:2].expand(-1, 3, -1, -1) / 16, 2, columns=2, alt=alt),
    "planes": lambda alt: plots.planes({"a": torch.randn(9, 2)}, (-3, 3), density=torch.rand(4, 4), alt=alt),
    "fields": lambda alt: plots.fields(
        {"a": torch.eye(3), "nothing": torch.zeros(3, 3)}, mark=(1, 1), alt=alt, annotate=True
    ),
}


@pytest.fixture(scope="module")
def notebook():
    shell = start_ipython() or InteractiveShell.instance()
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_picture_is_a_png_with_its_text(name, notebook):
    with capture_output() as shown:
        DRAWINGS[name]("what it shows")
    (output,) = shown.outputs
    assert output.data["image/png"].startswith(b"\x89PNG")
    assert output.metadata["image/png"]["alt"] == output.data["text/plain"] == "what it shows"
    assert plt.get_fignums() == []


@pytest.mark.parametrize("watched", [True, False])
def test_a_picture_tells_its_text_where_somebody_watches(watched, notebook, monkeypatch):
    monkeypatch.setattr(presets, "headless", lambda: not watched)
    with capture_output() as shown:
        plots.curves({"a": [1.0, 2.0]}, "x", "y", alt='a < b, "so"')
    (output,) = shown.outputs
    assert ("text/html" in output.data) == watched
    if watched:
        assert output.data["text/html"].endswith('alt="a &lt; b, &quot;so&quot;">')


def test_a_grid_shows_levels_as_grey_values(notebook, monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.image_grid(IMAGES[:1], 17)
    pixels = drawn[0].axes[0].images[0]
    assert torch.allclose(torch.as_tensor(pixels.get_array().data), IMAGES[0, 0].double() / 16)
    assert pixels.get_clim() == (0, 1)
    plt.close("all")


def test_settled_curves_leave_the_plunge_out_of_the_range(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.curves(
        {"loss": [500.0] + [100.0 - i / 40 for i in range(39)]}, "step", "nats", levels={"test": 99.0}, settled=True
    )
    low, high = drawn[0].axes[0].get_ylim()
    assert 98 < low < 99 + 1 / 40
    assert 100 < high < 101
    plt.close("all")


def test_settled_curves_leave_room_for_their_dots(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.curves({"loss": [3.0, 2.0, 1.0]}, "step", "nats", points={"loss": ([1, 2], [2.5, 9.0])}, settled=True)
    assert drawn[0].axes[0].get_ylim()[1] > 9.0
    plt.close("all")


def test_strips_keep_zeros_on_a_logarithmic_axis(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.strips({"a": [0.0, 1e-3], "b": [0.1]}, "x", 1e-18)
    (axis,) = drawn[0].axes
    assert [dots.get_offsets()[:, 0].tolist() for dots in axis.collections] == [[1e-18, 1e-3], [0.1]]
    assert axis.get_xscale() == "log"
    plt.close("all")


def test_exact_zeros_stay_white(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.fields({"a": torch.tensor([[0.0, 1e-9], [1.0, 0.0]])})
    values = drawn[0].axes[0].images[0].get_array()
    assert values.mask.tolist() == [[True, False], [False, True]]
    plt.close("all")


def test_headless_a_widget_is_one_still_picture(monkeypatch):
    monkeypatch.setenv("WORKBOOK_HEADLESS", "1")
    calls = []
    widgets.explore(lambda row, column: calls.append((row, column)), row=(0, 9, 4), column=(0, 9, 3))
    assert calls == [(4, 3)]


def test_live_a_widget_redraws_when_a_slider_moves(monkeypatch, notebook):
    monkeypatch.delenv("WORKBOOK_HEADLESS", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "a notebook")
    calls, shown = [], []
    monkeypatch.setattr("IPython.display.display", shown.append)
    widgets.explore(lambda row: calls.append(row), row=(0, 9, 4))
    (box,) = shown
    slider = next(child for child in box.children if isinstance(child, ipywidgets.IntSlider))
    slider.value = 7
    assert calls == [4, 7]


def test_live_a_widget_takes_real_numbers(monkeypatch, notebook):
    monkeypatch.delenv("WORKBOOK_HEADLESS", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "a notebook")
    calls, shown = [], []
    monkeypatch.setattr("IPython.display.display", shown.append)
    widgets.explore(lambda z_1, steps: calls.append((z_1, steps)), z_1=(-3.0, 3.0, 0.0), steps=(1, 9, 4))
    (box,) = shown
    slider = next(child for child in box.children if isinstance(child, ipywidgets.FloatSlider))
    assert (slider.description, slider.min, slider.max) == ("z 1", -3, 3)
    slider.value = 1.26
    assert calls == [(0.0, 4), (pytest.approx(1.26), 4)]


def test_ten_classes_differ_by_colour_and_marker_together(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    names = [f"class {k}" for k in range(10)]
    plots.scatter(torch.randn(50, 2), torch.arange(50) % 10, names)
    (axis,) = drawn[0].axes
    looks = {
        (tuple(map(tuple, dots.get_facecolor())), dots.get_paths()[0].vertices.tobytes()) for dots in axis.collections
    }
    assert len(looks) == 10
    assert sorted(text.get_text() for text in axis.texts) == names
    plt.close("all")


def test_a_mosaic_lays_images_row_by_row(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.mosaic(IMAGES[:4], 17, columns=2)
    (axis,) = drawn[0].axes
    pixels = torch.as_tensor(axis.images[0].get_array().data).squeeze(-1)
    assert torch.allclose(pixels[:4, 6:], IMAGES[1, 0].double() / 16)
    assert torch.allclose(pixels[4:, :6], IMAGES[2, 0].double() / 16)
    plt.close("all")


def test_intervals_reach_as_far_as_their_errors(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    plots.intervals({"a": ([1, 2], [3.0, 5.0], [0.5, 0.25])}, "x", "y", ticks=["one", "two"])
    (axis,) = drawn[0].axes
    (bars,) = axis.containers
    ends = [segment[:, 1].tolist() for segment in bars[2][0].get_segments()]
    assert ends == [[2.5, 3.5], [4.75, 5.25]]
    assert [label.get_text() for label in axis.get_xticklabels()] == ["one", "two"]
    plt.close("all")


def test_what_points_are_extrapolated_to_has_their_colour(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    series = {name: ([1, 2], [3.0, 5.0], [0.5, 0.25]) for name in ("a", "b", "c")}
    plots.intervals(series, "x", "y", levels={"truth": 0.0}, extrapolated={"a": 1.0, "c": 2.0})
    (axis,) = drawn[0].axes
    colours = {bars.get_label(): bars[0].get_color() for bars in axis.containers}
    dashed = {
        line.get_label(): (line.get_color(), line.get_ydata()[0]) for line in axis.lines if len(line.get_xdata()) == 2
    }
    assert dashed["a, extrapolated"] == (colours["a"], 1.0)
    assert dashed["c, extrapolated"] == (colours["c"], 2.0)
    assert "b, extrapolated" not in dashed
    assert dashed["truth"][0] not in colours.values()
    plt.close("all")


def test_planes_show_points_lines_and_a_density_the_right_way_up(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    points, density = torch.randn(5, 2), torch.arange(6).reshape(3, 2)
    plots.planes({"a": points, "b": points}, (-2, 2), torch.arange(5), [[points], []], density)
    first, second, last = drawn[0].axes
    assert torch.allclose(torch.as_tensor(first.collections[0].get_offsets().data), points.double())
    assert (len(first.lines), len(second.lines)) == (1, 0)
    picture = last.images[0].get_array().data
    assert picture.shape == (2, 3)  # rows go up, so the first index of the density runs to the right
    assert picture[1].tolist() == [1, 3, 5]
    assert first.get_xlim() == first.get_ylim() == (-2, 2)
    plt.close("all")


def test_overlaid_histograms_share_their_bins_and_lose_nothing(monkeypatch):
    drawn = []
    monkeypatch.setattr(plots, "show", lambda figure, alt: drawn.append(figure))
    one, other = torch.linspace(0, 1, 500), torch.cat([torch.linspace(0.5, 2, 100), torch.tensor([1e6])])
    plots.overlaid({"normal": one, "strange": other}, "score", bins=20)
    (axis,) = drawn[0].axes
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["normal (500)", "strange (101)"]
    areas = [sum(bar.get_height() * bar.get_width() for bar in bars) for bars in axis.containers if len(bars) == 20]
    assert areas == pytest.approx([1, 1])
    assert axis.get_xlim()[1] < 3
    plt.close("all")


def test_overlaid_takes_values_that_are_all_the_same(monkeypatch):
    monkeypatch.setattr(plots, "show", lambda figure, alt: None)
    plots.overlaid({"a": torch.ones(3)}, "score")
    plt.close("all")
