"""A real JupyterLab with a headless Chromium before it, for tests that use the workbook as people do.

`lab` is a server on a course of its own, started by `workbook lab`; `page` is a tab; `notebook("00_start")` opens a
student's copy in it (tests.browser.tab). Screenshots and the server's log go to build/browser/.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browser.answered import write_answers
from tests.browser.tab import PICTURES, Notebook, plain, screenshot
from tests.patience import PATIENCE
from tests.servers import serving

ROOT = Path(__file__).resolve().parents[2]
PROBLEMS = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("*/*.ipynb")))

# Where JupyterLab and its kernels keep what is theirs; a test must neither see a person's settings nor change them.
HOMES = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, and the course's folder with the student's copies in work/."""

    url: str
    root: Path

    @property
    def work(self) -> Path:
        """The student's own copies."""
        return self.root / "work"

    def saved(self, problem: str) -> dict[str, Any]:
        """A student's notebook as the file holds it."""
        return json.loads((self.work / problem / f"{problem}.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def course_folder(tmp_path_factory) -> Path:
    """A workbook as students have it, but for what they import: its notebooks, and no copies yet."""
    root = tmp_path_factory.mktemp("browser") / "workbook"
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copy(ROOT / "nbgrader_config.py", root)  # as in a clone; JupyterLab's extensions of nbgrader read it
    return root


@pytest.fixture(scope="session")
def command(course_folder) -> list[str]:
    """The command `workbook` on that folder."""
    code = (
        "import sys; from pathlib import Path; from helpers import cli, student\n"
        f"student.ROOT = Path({str(course_folder)!r}); cli.main(sys.argv[1:])"
    )
    return [sys.executable, "-c", code]


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory) -> dict[str, str]:
    """The environment of a student's commands: settings of their own, and the workbook on the path."""
    homes = {name: str(tmp_path_factory.mktemp(name.lower())) for name in HOMES}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBOOK_", "JUPYTER"))}
    return kept | homes | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "WORKBOOK_PRESET": "smoke"}


@pytest.fixture
def workbook(command, surroundings, course_folder):
    """Run `workbook …` beside JupyterLab; what it printed, and its exit code."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *map(str, arguments)], cwd=course_folder, env=surroundings, capture_output=True, text=True
        )

    return run


@pytest.fixture(scope="session")
def lab(browser, course_folder, command, surroundings, tmp_path_factory):
    """JupyterLab as `workbook lab` starts it, without a token, with settings of its own."""
    log = tmp_path_factory.mktemp("log") / "jupyterlab.log"
    try:
        with serving(
            [*command, "lab", "--expose-app-in-browser"], "api/status", course_folder, surroundings, log
        ) as url:
            yield Lab(url, course_folder)
    finally:
        PICTURES.mkdir(parents=True, exist_ok=True)
        shutil.copy(log, PICTURES / "jupyterlab.log")


@pytest.fixture
def page(browser, request):
    """A tab of its own, 1280 pixels wide; what it shows is kept where the test fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE * 1000)
    tab = context.new_page()
    failures = request.session.testsfailed
    yield tab
    if request.session.testsfailed > failures:
        screenshot(tab, f"failed-{request.node.name}")
    context.close()


@pytest.fixture
def hand_out(lab):
    """Put a fresh copy of a notebook into work/, with these answers in it: `hand_out("00_start", {…}, "Because …")`."""

    def copy(problem: str, answers: dict[str, str] | None = None, words: str = "") -> None:
        released = nbformat.read(lab.root / "notebooks" / problem / f"{problem}.ipynb", as_version=4)
        write_answers(released, answers or {}, words)
        nbformat.write(released, lab.work / problem / f"{problem}.ipynb")

    return copy


@pytest.fixture
def notebook(page, lab, request):
    """Open a student's copy: `notebook("00_start")`; its kernel is ended after the test."""
    opened = []

    def open_one(problem: str) -> Notebook:
        # a workspace by the test's name, so that no test begins with another's tabs
        page.goto(f"{lab.url}/lab/workspaces/{plain(request.node.name)}/tree/{problem}/{problem}.ipynb")
        opened.append(Notebook(page, problem))
        return opened[-1].ready()

    yield open_one
    if opened:
        page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")


@pytest.fixture
def own_notebook(page, lab):
    """Open a notebook of these cells: `own_notebook("live", setting="…", train="…")`."""

    def write(name: str, **cells: str) -> Notebook:
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text, id=key) for key, text in cells.items()])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = lab.work / name / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(made, path)
        page.goto(f"{lab.url}/lab/workspaces/{name}/tree/{name}/{name}.ipynb")
        return Notebook(page, name).ready()

    yield write
    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
