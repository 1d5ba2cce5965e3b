"""How every notebook looks in JupyterLab once its solution has run: wide and narrow, light and dark."""

import shutil

import nbformat
import pytest

from tests.browser.conftest import PROBLEMS, ROOT, Lab
from tests.browser.looks import looks
from tests.browser.tab import Notebook, screenshot

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
TRACKER = "@jupyterlab/notebook-extension:tracker"


def put(context, lab: Lab, address: str, content: dict) -> None:
    """Ask the server to keep something, as JupyterLab does."""
    context.request.get(f"{lab.url}/lab")
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "_xsrf")
    answer = context.request.put(f"{lab.url}{address}", data=content, headers={"X-XSRFToken": token})
    assert answer.ok, answer.text()


@pytest.fixture(scope="module")
def shown_whole(lab, browser):
    """JupyterLab makes the HTML of all cells, those out of sight included, and is put back afterwards."""
    context = browser.new_context()
    put(context, lab, f"/lab/api/settings/{TRACKER}", {"raw": '{"windowingMode": "none"}'})
    yield
    put(context, lab, f"/lab/api/settings/{TRACKER}", {"raw": "{}"})
    context.close()


def lay_open(lab: Lab, page, problem: str, executed) -> None:
    """Put an executed notebook into work/executed/, where JupyterLab trusts it as one that it ran itself."""
    shutil.copytree(ROOT / "notebooks" / problem, lab.work / "executed" / problem, dirs_exist_ok=True)
    content = nbformat.read(executed.notebook, as_version=4)
    for cell in content.cells:
        if cell.cell_type == "code":
            cell.metadata["trusted"] = True
    model = {"type": "notebook", "format": "json", "content": content}
    put(page.context, lab, f"/api/contents/executed/{problem}/{problem}.ipynb", model)


def read_to_the_end(opened: Notebook) -> None:
    """Wait until every text is rendered, and every formula set."""
    opened.wait(
        "const cells = panel(path).content.widgets;"
        "return cells.every(c => c.isAttached && (c.model.type !== 'markdown' || c.rendered))"
    )
    opened.page.wait_for_function(
        r"""selector => [...document.querySelectorAll(selector + ' .jp-RenderedMarkdown')].every(e => {
            const copy = e.cloneNode(true);
            copy.querySelectorAll('code, pre, mjx-container').forEach(inner => inner.remove());
            return !/\$[^$]*\\[a-z]+[^$]*\$/.test(copy.textContent);
        })""",
        arg=NOTEBOOK,
    )


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.usefixtures("shown_whole")
def test_an_executed_notebook_looks_right(problem, page, lab, executed):
    lay_open(lab, page, problem, executed(problem))
    page.goto(f"{lab.url}/lab/workspaces/looks-{problem}/tree/executed/{problem}/{problem}.ipynb")
    opened = Notebook(page, problem, f"executed/{problem}").ready()
    read_to_the_end(opened)
    outputs = [output for name in opened.names() for output in opened.outputs(name)]
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]
    drawn = [output for output in outputs if "image/png" in output.get("data", {})]
    assert all(len(output["metadata"]["image/png"]["alt"]) > 3 for output in drawn)

    light = looks(page, NOTEBOOK)
    assert light.pictures, "there is nothing to look at"
    assert light.wrong("unread") == {}  # nobody watched: no HTML around the PNGs
    assert light.persian or problem != "00_start"
    screenshot(page, f"{problem}-top")

    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    dark = looks(page, NOTEBOOK)
    page.locator(f"{NOTEBOOK} .jp-OutputArea-output > div[style*=border-left]").first.scroll_into_view_if_needed()
    screenshot(page, f"{problem}-dark")
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")
    assert dark.faint == []

    # a browser at 200 % shows half the pixels; what is wide may be scrolled then, and nothing may be lost
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 640, "height": 450})
    page.wait_for_function("selector => document.querySelector(selector).clientWidth < 640", arg=NOTEBOOK)
    narrow = looks(page, NOTEBOOK)
    screenshot(page, f"{problem}-at-200-percent")
    assert narrow.clipped == []
    assert narrow.broken == []
