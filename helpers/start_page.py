"""The page that `workbook lab` opens: all problems with their minutes and points, and how far the student has come.

It is markdown, `work/start.md`, so that its links open the notebooks in JupyterLab and in VS Code alike, with no
network. It is made anew when JupyterLab opens, whenever a notebook is saved there, and after `workbook check`; one that
a student has changed stays as it is, and the page goes beside it.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import itertools
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from helpers import student
from helpers.errors import WorkbookError

if TYPE_CHECKING:
    from helpers.preflight import Preflight

NAME = "start"
_MARK = "<!-- made by workbook lab, which makes it anew; {digest} -->"
_MARKED = re.compile(_MARK.format(digest=r"(?P<digest>\w{64})"))
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_MINUTES = re.compile(r"about ([\d.]+) minutes?: ")
_MACHINE = re.compile(r"machine time ([\d.]+) minutes?")
_VALIDATE = """\
# Written by workbook lab, for the button Validate: it runs the whole notebook, so training has to take seconds.
c = get_config()
settings = {"WORKBOOK_PRESET": "smoke", "WORKBOOK_DATASET": "digits", "WORKBOOK_HEADLESS": "1"}
c.Execute.extra_arguments = [f"--IPKernelApp.exec_lines=import os; os.environ.update({settings!r})"]
c.Execute.timeout = 300
"""
# nbgrader's tools for instructors; one of them would let a click take a cell's points away. Validate stays.
_TEACHING = {f"@jupyter/nbgrader:{tool}": True for tool in ("create-assignment", "formgrader", "course-list", "menu")}
# On a student's server, their other halves only complain that work/ is no course.
_QUIET = {f"nbgrader.server_extensions.{tool}": False for tool in ("course_list", "formgrader")}
_PERSIAN = """\
<div dir="rtl" lang="fa">

واژه‌نامهٔ فارسی در پایان [دفترچهٔ آغاز]({link}) است.

</div>
"""


@dataclass(frozen=True)
class Row:
    """One problem as the page shows it.

    Attributes:
        problem: The whole name.
        title: The heading of its notebook.
        points: All points, those given by hand included.
        minutes: Reading, coding and writing.
        machine: Minutes of training at the laptop preset.
        progress: How far the student is, in a few words.
        untouched: Whether nothing is written yet.
        done: Whether all checks that were run give full points.
        link: The student's copy, from the page; "" where there is none.
    """

    problem: str
    title: str
    points: float
    minutes: str
    machine: str
    progress: str
    untouched: bool
    done: bool
    link: str


def write(root: Path = student.ROOT) -> Path:
    """Make the page; its path."""
    page = text(root)
    page = f"{_MARK.format(digest=_digest(page))}\n\n{page}"
    names = itertools.chain([NAME], (f"{NAME}-{number}" for number in itertools.count(2)))
    path = next(path for name in names if _is_free(path := root / "work" / f"{name}.md"))
    if not path.is_file() or path.read_text(encoding="utf-8") != page:
        student.replace(path, page.encode())
    return path


def _is_free(path: Path) -> bool:
    """Whether the page may be written there: there is nothing, or a page that nobody has changed."""
    if not path.exists():
        return True
    try:
        mark, _, rest = path.read_text(encoding="utf-8").partition("\n\n")
    except (OSError, ValueError):
        return False
    marked = _MARKED.fullmatch(mark)
    return marked is not None and marked["digest"] == _digest(rest)


def _digest(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()


def text(root: Path = student.ROOT) -> str:
    """The page as markdown."""
    rows = [row_of(problem, root) for problem in student.problems(root)]
    lines = ["| | problem | points | minutes | your progress |", "|---|---|---|---|---|"]
    for row in rows:
        number = row.problem.partition("_")[0]
        named = f"[{row.title}]({row.link})" if row.link else row.title
        minutes = row.minutes + (f" + {row.machine} of machine time" if row.machine not in ("", "0") else "")
        lines.append(f"| {number} | {named} | {row.points:g} | {minutes} | {row.progress} |")
    parts = [
        "# Workbook of deep generative models",
        "These are your own copies of the notebooks; no command overwrites what you wrote. Before you hand one in, run "
        "`workbook check` on it.",
        _next(rows),
        "\n".join(lines),
        "Points under *your progress* come from the checks whose results are saved in the notebook, or from "
        "`workbook check`. Written questions are read by a person. This page is as old as its opening: open it again "
        "to see the newest state.",
    ]
    glossary = next((row for row in rows if row.problem == "00_start" and row.link), None)
    if glossary:
        parts.append(_PERSIAN.format(link=glossary.link))
    return "\n\n".join(filter(None, parts)).rstrip() + "\n"


def _next(rows: list[Row]) -> str:
    """Where to go on: what was begun last in the order of the problems, else the first that is untouched."""
    open_ones = [row for row in rows if row.link and not row.done]
    begun = [row for row in open_ones if not row.untouched]
    if begun:
        return f"**Go on with** [{begun[-1].title}]({begun[-1].link})."
    return f"**Begin with** [{open_ones[0].title}]({open_ones[0].link})." if open_ones else ""


def row_of(problem: str, root: Path = student.ROOT) -> Row:
    """What the page says of one problem."""
    own = root / "work" / problem / f"{problem}.ipynb"
    link = f"{problem}/{problem}.ipynb" if own.is_file() else ""
    try:
        release = student.read_release(problem, root)
    except WorkbookError:  # one damaged file must not keep the others shut
        damaged = "the notebook that came with the workbook is damaged: fetch the workbook anew"
        return Row(problem, problem, 0, "", "", damaged, untouched=True, done=False, link=link)
    opening = release.cells[0].source if release.cells else ""
    progress, untouched, done = _progress(problem, own, release, root)
    return Row(
        problem=problem,
        title=_found(_HEADING, opening) or problem,
        points=sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in release.cells),
        minutes=_found(_MINUTES, opening),
        machine=_found(_MACHINE, opening),
        progress=progress,
        untouched=untouched,
        done=done,
        link=link,
    )


def _found(pattern: re.Pattern[str], opening: str) -> str:
    match = pattern.search(opening)
    return match[1].strip().replace("|", "\\|") if match else ""


def _progress(problem: str, own: Path, release: NotebookNode, root: Path) -> tuple[str, bool, bool]:
    """How far the student is, whether nothing is written yet, and whether all checks give full points."""
    if not own.is_file():
        return f"not copied yet: `workbook start {problem}`", True, False
    try:
        notebook = student.read_notebook(own)
    except WorkbookError:
        return f"cannot be read: `workbook doctor {problem}/{problem}.ipynb`", False, False
    released = {student.name_of(cell): cell for cell in release.cells if student.is_named(cell)}
    asked = {name: cell for name, cell in released.items() if cell.metadata.nbgrader.get("solution")}
    own_cells = {student.name_of(cell): cell for cell in notebook.cells if student.is_named(cell)}
    written = sum(name in own_cells and student.edited(own_cells[name], cell) for name, cell in asked.items())
    if not written:
        return "untouched", True, False
    begun = f"started: {written} of {len(asked)} written"
    earned, points = _earned(own_cells, released)
    kept = _kept(problem, root)
    if kept and (kept["sources"] == _sources(notebook) or earned is None):
        earned, points = kept["earned"], kept["points"]
        begun += "" if kept["sources"] == _sources(notebook) else f" (changed since the check of {kept['date']})"
    if earned is None:
        return begun, False, False
    return f"{begun}, checks {earned:g} of {points:g} points", False, earned >= points


def _earned(own: dict[str, NotebookNode], released: dict[str, NotebookNode]) -> tuple[float | None, float]:
    """The points in the saved outputs of the checks, None where none was run, and the points of all checks."""
    from helpers.preflight import score_of  # here, since it brings what runs notebooks

    checks = {name: cell for name, cell in released.items() if student.kind_of(cell) == "check"}
    scores = [score_of(own[name]) for name in checks if name in own]
    shown = [score for score in scores if score is not None]
    return (sum(shown) if shown else None), sum(cell.metadata.nbgrader.points for cell in checks.values())


def _sources(notebook: NotebookNode) -> str:
    """A digest of what a notebook says, without its outputs."""
    return _digest("\0".join(cell.source.strip() for cell in notebook.cells))


# What `workbook check` found


def keep(path: Path, result: Preflight, root: Path = student.ROOT) -> None:
    """Keep the points of a check of the student's own copy in work/, and make the page anew if it is there."""
    own = root / "work" / result.problem / f"{result.problem}.ipynb"
    if path.resolve() != own.resolve():
        return
    counted = [line for line in result.lines if line.earned is not None]
    try:
        sources = _sources(student.read_notebook(own))
    except WorkbookError:  # it is cut off, which the check has said already
        return
    content = {
        "sources": sources,
        "earned": sum(line.earned for line in counted),
        "points": sum(line.points for line in counted),
        "date": datetime.date.today().isoformat(),
    }
    with contextlib.suppress(WorkbookError):  # a full disk must not take the check's answer away
        student.replace(_place(result.problem, root), (json.dumps(content, indent=1) + "\n").encode())
        if (root / "work" / f"{NAME}.md").exists():
            write(root)


def _place(problem: str, root: Path) -> Path:
    return root / "work" / ".progress" / f"{problem}.json"


def _kept(problem: str, root: Path) -> dict[str, Any] | None:
    """What the last check found, or None where there was none or its file is damaged."""
    try:
        content = json.loads(_place(problem, root).read_text(encoding="utf-8"))
        kinds = {"sources": str, "earned": int | float, "points": int | float, "date": str}
        return content if all(isinstance(content[key], kind) for key, kind in kinds.items()) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


# In JupyterLab


def lab_options(root: Path = student.ROOT) -> tuple[list[str], dict[str, str]]:
    """What JupyterLab is started with to open the page and keep it fresh: options, and environment variables.

    nbgrader's button Validate finds its settings on the same path as JupyterLab.
    """
    path = write(root)
    settings = root / "work" / ".lab"
    overrides = {
        "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
        # beside the list of files, long lines of code would have to be scrolled sideways
        "@jupyterlab/notebook-extension:tracker": {"codeCellConfig": {"lineWrap": True}},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    student.replace(settings / "labconfig" / "default_setting_overrides.json", json.dumps(overrides).encode())
    student.replace(settings / "labconfig" / "page_config.json", json.dumps({"disabledExtensions": _TEACHING}).encode())
    student.replace(settings / "nbgrader_config.py", _VALIDATE.encode())
    student.replace(
        settings / "jupyter_server_config.d" / "teaching.json",
        json.dumps({"ServerApp": {"jpserver_extensions": _QUIET}}).encode(),
    )
    config = os.pathsep.join(filter(None, [str(settings), os.environ.get("JUPYTER_CONFIG_PATH", "")]))
    options = [
        f"--LabApp.default_url=/lab/tree/{path.name}",
        "--FileContentsManager.post_save_hook=helpers.start_page.saved",
    ]
    return options, {"JUPYTER_CONFIG_PATH": config}


def saved(model: dict[str, Any], os_path: str, contents_manager: Any, **_: Any) -> None:
    """Make the page anew after a notebook was saved; JupyterLab calls this."""
    work = Path(contents_manager.root_dir)
    if model.get("type") == "notebook" and Path(os_path).parent.parent == work:
        with contextlib.suppress(Exception):  # whatever is wrong with the page, the notebook is saved
            write(work.parent)
