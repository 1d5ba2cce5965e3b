"""A student's hour with the first notebook: answers by keyboard, a slider, Validate, and what `workbook check` says."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.answered import solved
from tests.browser.tab import Notebook, screenshot

START = "00_start"
EXERCISE, CHECK = "brightness", "check-brightness"
FAILS, HOLDS = "rgb(213, 94, 0)", "rgb(0, 114, 178)"  # the edge of a check's table


def type_over(notebook: Notebook, name: str, lines: int, text: str) -> None:
    """Select the last lines of a cell with the keyboard, up to the docstring, and type something else there."""
    keys = notebook.page.keyboard
    notebook.show(name)
    notebook.ask("panel(path).content.node.focus()")
    keys.press("Enter")
    notebook.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active .cm-focused")
    keys.press("Control+End")
    for _ in range(lines - 1):
        keys.press("Shift+ArrowUp")
    keys.press("Shift+Home")
    keys.type(text)
    notebook.wait(
        "return panel(path).content.widgets[find(path, name)].model.sharedModel.getSource().endsWith(text)",
        name=name,
        text=f'"""\n    {text}',
    )


def run_by_keyboard(notebook: Notebook, last: str) -> None:
    """Press Shift + Enter from cell to cell until the last one has run."""
    names = notebook.names()
    before = notebook.ask("return panel(path).content.widgets[find(path, last)].model.executionCount", last=last)
    for place in range(names.index(notebook.active()), names.index(last) + 1):
        assert notebook.active() == names[place]
        notebook.page.keyboard.press("Shift+Enter")
        notebook.wait("return named(panel(path).content.activeCell) === next", next=names[place + 1])
    notebook.wait(
        "const m = panel(path).content.widgets[find(path, last)].model;"
        "return m.executionCount !== null && m.executionCount !== before && m.executionState !== 'running'",
        last=last,
        before=before,
    )
    notebook.idle()


def table(notebook: Notebook):
    """The check's table on the page."""
    return notebook.show(CHECK).locator(".jp-OutputArea-output.jp-RenderedHTMLCommon > div")


def test_a_wrong_answer_is_told_what_it_misses_and_the_right_one_turns_the_table(hand_out, notebook, page):
    hand_out(START)
    opened = notebook(START)
    opened.run_until(EXERCISE)
    type_over(opened, EXERCISE, 2, "return images.mean()")
    run_by_keyboard(opened, CHECK)
    shown = table(opened)
    expect(shown).to_contain_text("one number per image")
    expect(shown).to_contain_text("a single number came out")  # the advice names this very mistake
    expect(shown).to_have_css("border-left-color", FAILS)
    screenshot(page, "wrong-answer")

    type_over(opened, EXERCISE, 1, "return images.mean(dim=(1, 2, 3))")
    run_by_keyboard(opened, CHECK)
    shown = table(opened)
    expect(shown).to_have_text(re.compile(r"^\s*brightness: (\d+) of \1 properties hold, 1 of 1 points"))
    expect(shown).to_have_css("border-left-color", HOLDS)
    screenshot(page, "right-answer")


@pytest.fixture
def finished(hand_out, notebook) -> Notebook:
    """The first notebook with every answer written, run from top to bottom."""
    hand_out(START, solved(START), "Because the logarithm of ten is 2.3.")
    opened = notebook(START)
    opened.run_all()
    return opened


def test_a_finished_notebook_runs_and_is_validated_checked_and_shown_on_the_start_page(finished, page, lab, workbook):
    wrong = [name for name in finished.names() if any(is_wrong(output) for output in finished.outputs(name))]
    assert wrong == []

    outputs = [output["data"] for name in finished.names() for output in finished.outputs(name) if "data" in output]
    drawn = [data for data in outputs if "image/png" in data]
    assert drawn
    assert all('alt="' in "".join(data["text/html"]) for data in drawn), "JupyterLab does not tell what a PNG shows"
    move_the_slider(finished)
    screenshot(page, "slider-moved")

    page.keyboard.press("Escape")
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Toolbar").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".nbgrader-SuccessDialog, .nbgrader-ErrorDialog")
    dialog.wait_for()
    screenshot(page, "validated")
    expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    dialog.get_by_role("button").first.click()
    dialog.wait_for(state="detached")

    page.keyboard.press("Control+s")
    finished.wait("return !panel(path).context.model.dirty")
    saved = {cell.get("id"): cell for cell in lab.saved(START)["cells"]}
    assert any(cell.get("outputs") for cell in saved.values())
    row = next(
        line for line in (lab.work / "start.md").read_text().splitlines() if f"({START}/" in line and "| 00 |" in line
    )
    assert re.search(r"(\d+) of \1 written, checks (\d+) of \2 points", row), row

    said = workbook("check", lab.work / START / f"{START}.ipynb")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "every required check passes" in said.stdout

    # what nbgrader gives the kernels of Validate must not reach those in which a student works
    first = finished.ask("return named(panel(path).content.widgets.find(c => c.model.type === 'code'))")
    finished.write(first, "import os\nprint(os.environ['WORKBOOK_PRESET'], os.environ.get('WORKBOOK_HEADLESS'))")
    finished.restart()
    finished.run(first)
    assert "".join(finished.outputs(first)[0]["text"]).split() == ["smoke", "None"]


def is_wrong(output: dict) -> bool:
    """Whether an output is an error, or would stand in a red box."""
    return output["output_type"] == "error" or output.get("name") == "stderr"


def move_the_slider(notebook: Notebook) -> None:
    """Reach a slider with the tab key, move it with an arrow, and wait for another picture."""
    page = notebook.page
    (name,) = (name for name in notebook.names() if any(is_widget(output) for output in notebook.outputs(name)))
    cell = notebook.show(name)
    cell.get_by_role("slider").wait_for()
    picture = cell.locator(".jp-OutputArea-output img")
    picture.wait_for()
    first = picture.get_attribute("src")
    expect(picture).to_have_attribute("alt", re.compile("^A digit"))
    notebook.ask("panel(path).content.node.focus()")
    for _ in range(20):
        if page.evaluate("() => document.activeElement.getAttribute('role') === 'slider'"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError("the slider cannot be reached with the tab key")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([cell, first]) => [...cell.querySelectorAll('.jp-OutputArea-output img')].some(i => i.src !== first)",
        arg=[cell.element_handle(), first],
    )


def is_widget(output: dict) -> bool:
    return "application/vnd.jupyter.widget-view+json" in output.get("data", {})
