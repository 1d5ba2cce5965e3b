"""Notebooks on other people's machines: links to Colab and Kaggle, and a first cell that installs what is missing."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import nbformat
import pytest

from helpers import elsewhere, presets, student
from helpers.errors import WorkbookError
from helpers.grading import build, links

ROOT = Path(__file__).resolve().parents[1]


def cite(course, line):
    (course.root / "CITATION.cff").write_text(f'cff-version: 1.2.0\ntitle: "Tiny"\n{line}\nversion: 1\n')


def built(course):
    build.build_all(course=course)
    return nbformat.read(course.notebooks / "01_tiny" / "01_tiny.ipynb", as_version=4)


def install_cell(notebook):
    return next(cell for cell in notebook.cells if cell.id == links.INSTALL)


# Links


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_notebooks_of_a_repository_on_github_open_with_a_link(course, ending):
    cite(course, f'repository-code: "https://github.com/some-one/book{ending}"')
    notebook = built(course)
    place = "some-one/book/blob/main/notebooks/01_tiny/01_tiny.ipynb"
    assert f"(https://colab.research.google.com/github/{place})" in notebook.cells[0].source
    assert f"(https://kaggle.com/kernels/welcome?src=https://github.com/{place})" in notebook.cells[0].source
    assert '"git+https://github.com/some-one/book"' in install_cell(notebook).source


@pytest.mark.parametrize("line", ["", "# repository-code: https://github.com/some-one/book"])
def test_without_a_repository_nothing_points_anywhere(course, line):
    cite(course, line)
    notebook = built(course)
    assert "Open in" not in notebook.cells[0].source
    assert "://" not in install_cell(notebook).source


def test_a_repository_elsewhere_can_be_installed_from_but_has_no_links(course):
    cite(course, "repository-code: https://git.example.org/course/book")
    notebook = built(course)
    assert "Open in" not in notebook.cells[0].source
    assert "git+https://git.example.org/course/book" in install_cell(notebook).source


@pytest.mark.parametrize("address", ["book", "http://github.com/a/b", "https://github.com", 'https://g.com/a");x("'])
def test_what_is_no_address_is_refused(course, address):
    cite(course, f"repository-code: {address}")
    with pytest.raises(WorkbookError, match="repository-code in CITATION"):
        built(course)


# The cell


def test_the_cell_is_the_first_code_and_no_part_of_grading(course):
    notebook = built(course)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].id == links.INSTALL
    assert "nbgrader" not in code[0].metadata
    assert code[1].metadata.tags == ["parameters"]
    assert links.INSTALL in student.LEFT_OUT


def test_a_newer_release_brings_its_own_cell(course):
    built(course)
    own = student.start("01_tiny", course.root).path
    cite(course, "repository-code: https://github.com/some-one/book")
    built(course)
    updated = student.start("01_tiny", course.root, update=True)
    notebook = nbformat.read(own, as_version=4)
    assert (updated.state, updated.left) == ("updated", 0)
    assert "some-one/book" in install_cell(notebook).source
    assert sum(cell.id == links.INSTALL for cell in notebook.cells) == 1


def test_where_the_workbook_is_installed_the_cell_does_nothing(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    exec(links.install_cell("https://github.com/some-one/book").source, {})


def test_without_an_address_the_cell_says_what_to_do(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.delenv("WORKBOOK_SOURCE", raising=False)
    with pytest.raises(ImportError, match="workbook lab"):
        exec(links.install_cell("").source, {})


# What it installs


def test_ranges_are_installed_and_never_what_would_replace_a_front_end():
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    needed = elsewhere.needed()
    assert set(needed) < set(stated)
    assert all(">=" in one for one in needed)
    assert {re.match(r"[\w-]+", one)[0] for one in set(stated) - set(needed)} == elsewhere.NOT_NEEDED


def test_notebooks_need_nothing_of_what_is_left_out():
    used = set()
    for path in (ROOT / "solutions").glob("*.py"):
        for names in re.findall(r"^from helpers import (.+)$", path.read_text(), re.MULTILINE):
            used |= set(names.split(", "))
    blocked = {name.replace("-", "_") for name in elsewhere.NOT_NEEDED} - {"ipykernel"}
    code = (
        f"import sys\nfor name in {sorted(blocked)!r}: sys.modules[name] = None\n"
        f"from helpers import {', '.join(sorted(used))}\nfrom helpers import devices, miniatures, previews, progress\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


@pytest.mark.slow
def test_on_a_bare_machine_the_first_cell_installs_the_workbook_and_the_notebook_goes_on(tmp_path):
    # the machine has the libraries, but not the workbook: the folder of this environment without its .pth files
    venv.create(tmp_path / "bare", with_pip=False)
    python = tmp_path / "bare" / ("Scripts" if os.name == "nt" else "bin") / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    source = tmp_path / "workbook"
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-PROSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    shutil.copytree(ROOT / "helpers", source / "helpers", ignore=shutil.ignore_patterns("__pycache__"))

    notebook = student.read_release("00_start", ROOT)
    first = next(
        place
        for place, cell in enumerate(notebook.cells)
        if "solution" in str(cell.metadata.get("nbgrader", "")) and cell.metadata.nbgrader.solution
    )
    cells = [cell.source for cell in notebook.cells[:first] if cell.cell_type == "code"]
    script = tmp_path / "cells.py"
    script.write_text("\n\n".join([*cells, "run.record(one=1.0)\nimport helpers\nprint('from', helpers.__file__)"]))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBOOK_", "PYTHON"))}
    clean |= {"WORKBOOK_SOURCE": str(source), "WORKBOOK_PRESET": "smoke", "WORKBOOK_RUNS": str(tmp_path / "drive")}
    clean |= {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1", "OMP_NUM_THREADS": "1"}
    without = subprocess.run([python, "-c", "import helpers"], env=clean, cwd=tmp_path, capture_output=True, text=True)
    assert "No module named 'helpers'" in without.stderr
    done = subprocess.run([python, script], env=clean, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert f"from {site}" in done.stdout
    assert (tmp_path / "drive" / "00_start" / "smoke-digits" / "metrics.json").is_file()


# Long trainings


def test_runs_of_all_problems_may_be_kept_on_a_mounted_drive(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBOOK_RUN_DIR", raising=False)
    monkeypatch.setenv("WORKBOOK_RUNS", str(tmp_path / "drive"))
    monkeypatch.setenv("WORKBOOK_PRESET", "smoke")
    folders = [presets.start("smoke", "digits", 0, name=name).folder for name in ("03_conv_vae", "04_iwae")]
    assert folders == [tmp_path / "drive" / name / "smoke-digits" for name in ("03_conv_vae", "04_iwae")]
