"""What a grade depends on, as one sha256: the same key means the same grade, on whatever machine it was given.

Nothing of torch is imported here: a run that finds everything graded already says so at once.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from helpers.grading.sandbox.limits import Limits
from helpers.grading.source import COURSE, Course

HELPERS = Path(__file__).resolve().parents[1]


def key_of(digest: str, problem: str, limits: Limits, course: Course = COURSE) -> str:
    """The sha256 of all that a grade depends on: submission, release, checks, limits, and the versions that grade."""
    numbers = str(tuple(map(float, astuple(limits))))  # 30 seconds and 30.0 seconds are the same
    words = (digest, problem, release_digest(problem, course.root), code_digest(HELPERS), numbers)
    return hashlib.sha256("\x1f".join((*words, *versions())).encode()).hexdigest()


@lru_cache
def versions() -> tuple[str, str]:
    """The versions of torch and of Python."""
    return importlib.metadata.version("torch"), platform.python_version()


@lru_cache
def release_digest(problem: str, root: Path) -> str:
    """The sha256 of a problem's notebook as students got it; "" where there is none."""
    path = root / "notebooks" / problem / f"{problem}.ipynb"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@lru_cache
def code_digest(helpers: Path) -> str:
    """The sha256 of the checks and of what carries them."""
    files = [*helpers.glob("checks/**/*.py"), *helpers.glob("grading/inside/*.py")]
    files += [helpers / name for name in ("bulk.py", "doctor.py", "reading.py", "student.py")]
    files += [helpers / "grading" / name for name in ("marking.py", "standin.py")]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(helpers).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
