"""A notebook in a browser's tab: run its cells by their names, wait for conditions, look at what they show.

State is read from JupyterLab's own model (cells out of sight may have no HTML), looks from the page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PICTURES = Path(__file__).resolve().parents[2] / "build" / "browser"


def screenshot(page: Page, name: str) -> Path:
    """Keep what the tab shows in build/browser/."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{plain(name)}.png"
    page.screenshot(path=path)
    return path


def plain(name: str) -> str:
    """A name without anything that a file or an address cannot bear."""
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")


# In the page: a notebook's widget by its path, and a cell of it by its name.
_FIND = """
const panel = path => [...window.jupyterapp.shell.widgets('main')].find(w => w.context && w.context.path === path);
const named = cell => (cell.model.getMetadata('nbgrader') || {}).grade_id || cell.model.id;
const find = (path, name) => panel(path).content.widgets.findIndex(cell => named(cell) === name);
"""


class Notebook:
    """A notebook that is open in a tab; cells go by their grade ids, or by their cell ids where they have none."""

    def __init__(self, page: Page, problem: str, folder: str = ""):
        """Take the tab's notebook of this problem; `ready` waits for it. Its folder is the problem's, or another."""
        self.page, self.problem = page, problem
        self.path = f"{folder or problem}/{problem}.ipynb"

    def ready(self) -> Notebook:
        """Wait until it is on the screen and its kernel idle."""
        self.wait(
            "const p = window.jupyterapp && window.jupyterapp.shell && panel(path);"
            "return !!p && p.isVisible && p.context.isReady && p.content.widgets.length > 0"
            " && !!p.sessionContext.session && p.sessionContext.session.kernel.status === 'idle'"
        )
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        return self

    def ask(self, code: str, **given: Any) -> Any:
        """Run JavaScript with `path`, `panel`, `find` and what is given; its value."""
        names = ", ".join(["path", *given])
        return self.page.evaluate(f"({{ {names} }}) => {{ {_FIND} {code} }}", {"path": self.path, **given})

    def wait(self, condition: str, **given: Any) -> None:
        """Wait until JavaScript, as for `ask`, returns true."""
        names = ", ".join(["path", *given])
        self.page.wait_for_function(f"({{ {names} }}) => {{ {_FIND} {condition} }}", arg={"path": self.path, **given})

    def show(self, name: str) -> Locator:
        """Scroll a cell into sight and select it; its element, once it is there."""
        index = self.ask("return find(path, name)", name=name)
        assert index >= 0, f"{self.problem} has no cell {name!r}"
        self.ask(
            "const n = panel(path).content; n.deselectAll(); n.activeCellIndex = index; n.mode = 'command';"
            "n.scrollToItem(index, 'start').catch(() => {})",
            index=index,
        )
        self.wait("return panel(path).content.widgets[index].isAttached", index=index)
        element = self.page.locator(
            f'.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell[data-windowed-list-index="{index}"]'
        )
        element.wait_for()
        return element

    def write(self, name: str, source: str) -> None:
        """Replace a cell's source, as if it were typed."""
        self.ask(
            "panel(path).content.widgets[find(path, name)].model.sharedModel.setSource(source)",
            name=name,
            source=source,
        )

    def start(self, name: str) -> Locator:
        """Run a cell and do not wait for its end; its element."""
        element = self.show(name)
        self.ask("window.jupyterapp.commands.execute('notebook:run-cell'); return null")
        return element

    def run(self, name: str) -> Locator:
        """Run a cell, and wait until it has ended and the kernel is idle; its element."""
        # a new kernel may give the very number that an earlier one gave
        self.ask("panel(path).content.widgets[find(path, name)].model.executionCount = null", name=name)
        element = self.start(name)
        self.wait(
            "const m = panel(path).content.widgets[find(path, name)].model;"
            "return m.executionCount !== null && m.executionState !== 'running'",
            name=name,
        )
        self.idle()
        return element

    def run_until(self, name: str) -> Locator:
        """Run all code cells down to a cell, that one included, as a reader who goes on at every error."""
        cells = self.ask("return panel(path).content.widgets.map(c => [named(c), c.model.type])")
        for cell, kind in cells:
            if kind == "code":
                element = self.run(cell)
            if cell == name:
                return element
        raise AssertionError(f"{self.problem} has no cell {name!r}")

    def names(self) -> list[str]:
        """The names of all cells, from top to bottom."""
        return self.ask("return panel(path).content.widgets.map(named)")

    def active(self) -> str:
        """The name of the cell that is selected."""
        return self.ask("return named(panel(path).content.activeCell)")

    def run_all(self) -> None:
        """Run > Run All Cells, and wait until the last code cell has ended, or the first that fails."""
        self.ask("window.jupyterapp.commands.execute('notebook:run-all-cells'); return null")
        self.wait(
            "const code = panel(path).content.widgets.filter(c => c.model.type === 'code').map(c => c.model);"
            "return code.every(m => m.executionCount !== null && m.executionState !== 'running')"
            " || code.some(m => m.outputs.toJSON().some(output => output.output_type === 'error'))"
        )
        self.idle()

    def idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.wait("return panel(path).sessionContext.session.kernel.status === 'idle'")

    def outputs(self, name: str) -> list[dict[str, Any]]:
        """A cell's outputs, in the notebook format."""
        return self.ask(
            "const outputs = panel(path).content.widgets[find(path, name)].model.outputs;"
            "return outputs ? outputs.toJSON() : []",  # a text has none
            name=name,
        )

    def interrupt(self) -> None:
        """Kernel > Interrupt, and wait until the kernel is idle."""
        self.ask("return window.jupyterapp.commands.execute('kernelmenu:interrupt').then(() => null)")
        self.idle()

    def restart(self) -> None:
        """Kernel > Restart and Clear Outputs of All Cells, without the question; wait until the kernel is idle."""
        self.ask(
            "return panel(path).sessionContext.session.kernel.restart()"
            ".then(() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')).then(() => null)"
        )
        self.idle()

    def save(self) -> None:
        """Save the notebook."""
        self.ask("return panel(path).context.save().then(() => null)")
