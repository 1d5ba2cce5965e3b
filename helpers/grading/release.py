"""The student bundle: notebooks, what they import, and the environment; no solutions, answers, corpus or grading.

The archive is made from a list of what belongs in it, never by leaving things out, and the same files give the same
bytes (sorted names, one fixed date).
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from helpers import references
from helpers.errors import WorkbookError
from helpers.grading import build
from helpers.grading import source as sources
from helpers.grading.source import COURSE, Course

TOP = "workbook"
FILES = (
    "LICENSE",
    "LICENSE-PROSE",
    "environment.yml",
    "pyproject.toml",
    "requirements.lock",
    "requirements-cuda.lock",
)
DATE = (2025, 1, 1, 0, 0, 0)

README = """\
# Workbook of deep generative models: the student's copy

Set it up once (Python 3.11 or newer):

    python -m venv .venv
    .venv/bin/python -m pip install --editable .        # Windows: .venv\\Scripts\\python -m pip install --editable .

or, with conda: `conda env create -f environment.yml` and `conda activate workbook`. PyTorch for Linux brings about 4 GB
of CUDA libraries; without an NVIDIA card, install PyTorch's CPU build first (pytorch.org says how).

Then, in this folder (with `.venv` activated):

    workbook lab                    copies the notebooks into work/ and opens JupyterLab there
    workbook check NOTEBOOK         before you hand in: is the file whole, do the checks pass?
    workbook doctor NOTEBOOK        repairs a damaged notebook into a new file, and touches no answer
    workbook data list              the data sets, their sizes, and whether they are here

Your own copies are in work/, and no command overwrites them. When a newer workbook comes out, unpack it over this
folder and run `workbook start PROBLEM --update`: your answers move into the new notebook, and the old file stays.

Problems:

{problems}

The code is under the BSD 3-Clause licence (LICENSE), prose and figures under CC BY 4.0 (LICENSE-PROSE).
"""


def bundle(course: Course = COURSE) -> dict[str, bytes]:
    """The content of every file of the student bundle, by its path.

    Raises:
        WorkbookError: A notebook is not what its source makes.
    """
    problems = sources.problems(course)
    if not problems:
        raise WorkbookError("There is no problem in solutions/, so there is nothing to release.")
    stale = [path for path in build.stale(problems, course) if path.is_relative_to(course.notebooks)]
    if stale:
        raise WorkbookError(f"{stale[0].relative_to(course.root)} is out of date; run workbook build first.")
    listed = "\n".join(f"- `{problem}`: {sources.load(problem, course).title}" for problem in problems)
    files = {"README.md": README.format(problems=listed).encode()}
    for name in FILES:
        files[name] = (course.root / name).read_bytes()
    for path in _modules(course.root / "helpers"):
        files[path.relative_to(course.root).as_posix()] = path.read_bytes()
    for problem in problems:
        for path in [course.notebooks / problem / f"{problem}.ipynb", *_pictures(course.notebooks / problem)]:
            files[path.relative_to(course.root).as_posix()] = path.read_bytes()
        kept = references.places(problem, course.root)[0]
        if kept.is_file():
            files[f"notebooks/{problem}/reference.json"] = kept.read_bytes()
    return dict(sorted(files.items()))


def _modules(package: Path) -> list[Path]:
    """The modules that students have: all but those for instructors."""
    found = (path for path in package.rglob("*.py") if "grading" not in path.relative_to(package).parts)
    return sorted(found)


def _pictures(folder: Path) -> list[Path]:
    return sorted((folder / "expected").glob("*.png"))


def to_zip(files: dict[str, bytes]) -> bytes:
    """The archive, with everything in one folder; equal files give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{TOP}/{name}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system
            archive.writestr(entry, content)
    return packed.getvalue()


def release(out: Path | None = None, course: Course = COURSE) -> Path:
    """Write the student bundle; by default build/student.zip.

    Raises:
        WorkbookError: A notebook is not what its source makes, or the archive cannot be written.
    """
    out = out or course.build / "student.zip"
    content = to_zip(bundle(course))
    try:
        build.write_atomically(out, content)
    except OSError as error:
        raise WorkbookError(f"{out} cannot be written ({error.strerror}); name another place with --out.") from None
    return out
