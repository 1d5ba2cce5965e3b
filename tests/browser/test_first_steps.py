"""A student's first minutes: the start page, a notebook, and a check of what is not written yet."""

from playwright.sync_api import expect

from tests.browser.looks import looks
from tests.browser.tab import Notebook, screenshot


def test_the_start_page_opens_a_notebook_and_an_untouched_check_advises(page, lab, hand_out):
    hand_out("00_start")
    page.goto(lab.url)  # what `workbook lab` opens
    start = page.locator(".jp-MarkdownViewer .jp-RenderedMarkdown")
    start.locator("table").wait_for()
    expect(start).to_contain_text("untouched")
    page.wait_for_function("e => e.scrollWidth <= e.clientWidth", arg=start.element_handle())  # as wide as its window
    seen = looks(page, ".jp-MarkdownViewer")
    assert seen.wrong() == {}
    assert seen.persian
    screenshot(page, "start-page")

    expect(page.get_by_text("Create Assignment"), "an instructor's tool is at hand").to_have_count(0)

    start.get_by_role("link", name="Start here").first.click()
    notebook = Notebook(page, "00_start").ready()
    checks = notebook.ask("return panel(path).content.widgets.map(named).filter(n => n.startsWith('check-'))")
    notebook.run_until(checks[0])
    outputs = notebook.outputs(checks[0])
    shown = "".join(outputs[-1]["data"]["text/html"])
    assert "fails" in shown
    assert not [output for output in outputs if output["output_type"] in ("error", "stream")]
    expect(notebook.show(checks[0]).locator(".jp-RenderedHTMLCommon").first).to_be_attached()
    screenshot(page, "untouched-check")
    notebook.save()
