"""What the tests of grading share: a sandbox, and a course of two tiny problems.

CI must have a sandbox; elsewhere tests that need one are skipped with a reason.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

import helpers.checks
from helpers.grading import build, sandbox
from helpers.grading.source import Course
from tests.grading.handed_in import OTHER_NAMES, renamed

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def warm():
    """A warm bubblewrap, shared by the tests; a test that harms it makes its own."""
    need_bubblewrap()
    kept = sandbox.choose("bwrap")
    yield kept
    kept.close()


def need_bubblewrap():
    """Skip a test where there is no bubblewrap, but fail in CI: there a grader without a sandbox is no grader."""
    if shutil.which("bwrap") is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no bubblewrap; .ci/run installs it.")
        pytest.skip("bubblewrap is not installed")


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A built course of two tiny problems, made once."""
    course = Course(tmp_path_factory.mktemp("built") / "course")
    text = (HERE.parent / "sources" / "01_tiny.py").read_text(encoding="utf-8")
    for problem, source in (("01_tiny", text), ("02_other", renamed(text, OTHER_NAMES))):
        pictures = course.solutions / "expected" / problem
        pictures.mkdir(parents=True)
        (pictures / "curve.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (course.solutions / f"{problem}.py").write_text(source, encoding="utf-8")
    build.build_all(course=course)
    return course


@pytest.fixture
def two(built, tmp_path, monkeypatch):
    """The test's own copy of that course; this process finds its checks."""
    shutil.copytree(built.root, tmp_path / "two")
    monkeypatch.setattr(helpers.checks, "__path__", [*helpers.checks.__path__, str(HERE / "checks")])
    yield Course(tmp_path / "two")
    sys.modules.pop("helpers.checks.tiny", None)
    vars(helpers.checks).pop("tiny", None)
