"""The widgets of helpers.widgets by keyboard alone: reached with the tab key, moved with arrows and the space bar."""

import pytest
from playwright.sync_api import expect

from tests.browser.tab import screenshot

SLIDERS = """
import matplotlib.pyplot as plt
from helpers import plots, widgets

def draw(number, weight_of_the_penalty):
    figure, axis = plt.subplots(figsize=(3, 2))
    axis.plot([0, number, weight_of_the_penalty])
    plots.show(figure, f"number {number}, weight {weight_of_the_penalty:.2f}")

widgets.explore(draw, number=(0, 9, 4), weight_of_the_penalty=(0.0, 1.0, 0.5))
"""
BUTTONS = """
import matplotlib.pyplot as plt
from helpers import plots, widgets

def draw(on, model):
    figure, axis = plt.subplots(figsize=(3, 2))
    axis.plot(sorted(on))
    plots.show(figure, f"{model}: {sorted(on)}")

widgets.choose(draw, [1, 2, 3], chosen=[2], label="layers", model=(["plain", "gated"], "plain"))
"""


def tab_to(page, selector: str) -> None:
    """Press the tab key until what is focused is such an element."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key does not reach {selector}")


@pytest.mark.parametrize(
    ("source", "first", "steps"),
    [
        (
            SLIDERS,
            "number 4, weight 0.50",
            [
                ("[role=slider]", "ArrowRight", "number 5, weight 0.50"),
                ("[role=slider]", "ArrowLeft", "number 5, weight 0.49"),
            ],
        ),
        (
            BUTTONS,
            "plain: [2]",
            [("select", "g", "gated: [2]"), ("button", "Space", "gated: [1, 2]")],
        ),
    ],
    ids=["sliders", "buttons and a list"],
)
def test_a_picture_changes_by_keyboard(source, first, steps, own_notebook, page):
    notebook = own_notebook("widgets", draw=source)
    cell = notebook.run("draw")
    cell.get_by_alt_text(first, exact=True).wait_for()
    labels = cell.locator(".widget-label")
    expect(labels.nth(1)).to_be_visible()
    assert labels.evaluate_all("found => found.filter(e => e.scrollWidth > e.clientWidth).length") == 0  # none cut off
    notebook.ask("panel(path).content.node.focus()")
    for selector, key, then in steps:
        tab_to(page, f".jp-OutputArea {selector}")
        page.keyboard.press(key)
        cell.get_by_alt_text(then, exact=True).wait_for()
    expect(cell.locator("img")).to_have_count(1)
    screenshot(page, f"widget-{first}")
