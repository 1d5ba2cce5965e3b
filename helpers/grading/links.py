"""The repository's address, and what opens a notebook of it elsewhere: links for Colab and Kaggle, and a first cell.

The address is one setting, `repository-code` in CITATION.cff. Where there is none, nothing points anywhere.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from helpers.errors import WorkbookError
from helpers.grading.source import Course
from helpers.student import INSTALL

BRANCH = "main"
_SETTING = re.compile(r"^repository-code:(?P<address>[^#\n]*)", re.MULTILINE)
_ADDRESS = re.compile(r"https://[\w.-]+(/[\w.~-]+)+")
_GITHUB = re.compile(r"https://github\.com/(?P<name>[\w.-]+/[\w.-]+)")
_CELL = """\
# Colab and Kaggle do not have the workbook: this cell installs it there. Elsewhere it does nothing.
import importlib.util
import os
import subprocess
import sys

# os.environ["WORKBOOK_RUNS"] = "/content/drive/MyDrive/workbook"  # a mounted Drive, for long trainings
if importlib.util.find_spec("helpers") is None:
    source = os.environ.get("WORKBOOK_SOURCE", "{source}")
    if not source:
        raise ImportError("Open the notebook by workbook lab, or set WORKBOOK_SOURCE to the workbook's folder.")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", source], check=True)
    importlib.invalidate_caches()
    subprocess.run([sys.executable, "-m", "helpers.elsewhere"], check=True)
"""


def repository(course: Course) -> str:
    """The address of the course's repository, or "" where none is set.

    Raises:
        WorkbookError: It is no address.
    """
    path = course.root / "CITATION.cff"
    setting = _SETTING.search(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    if setting is None:
        return ""
    written = setting["address"].strip().strip("\"'")
    address = written.removesuffix("/").removesuffix(".git")
    if not _ADDRESS.fullmatch(address):
        raise WorkbookError(f"repository-code in CITATION.cff is {written!r}; write it as https://host/owner/name.")
    return address


def places(repository: str, problem: str) -> dict[str, str]:
    """What opens a problem's notebook on Colab and on Kaggle, label -> address; nothing where it is not on GitHub."""
    github = _GITHUB.fullmatch(repository)
    if github is None:
        return {}
    place = f"{github['name']}/blob/{BRANCH}/notebooks/{problem}/{problem}.ipynb"
    colab = f"https://colab.research.google.com/github/{place}"
    kaggle = f"https://kaggle.com/kernels/welcome?src=https://github.com/{place}"
    return {"Open in Colab": colab, "Open in Kaggle": kaggle}


def links(repository: str, problem: str) -> str:
    """The same as markdown, in one line."""
    return " · ".join(f"[{label}]({target})" for label, target in places(repository, problem).items())


def install_cell(repository: str) -> NotebookNode:
    """The first code cell of every notebook; it has no part in grading and may be changed."""
    source = f"git+{repository}" if repository else ""
    return new_code_cell(_CELL.format(source=source).rstrip(), id=INSTALL, metadata={"tags": [INSTALL]})
