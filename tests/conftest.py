"""What several test modules share: a course of its own, with one tiny problem."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.grading.source import Course

TINY = Path(__file__).parent / "sources" / "01_tiny.py"


@pytest.fixture
def tiny() -> str:
    """The source of a problem with an exercise, an optional exercise and a question."""
    return TINY.read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path, tiny: str) -> Course:
    """A course whose only problem is the tiny one, with its expected picture."""
    course = Course(tmp_path / "course")
    (course.solutions / "expected" / "01_tiny").mkdir(parents=True)
    (course.solutions / "01_tiny.py").write_text(tiny, encoding="utf-8")
    (course.solutions / "expected" / "01_tiny" / "curve.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return course


@pytest.fixture
def edit(course: Course) -> Callable[[str, str], str]:
    """Replace one passage of the tiny source; returns the new source."""

    def replace(old: str, new: str) -> str:
        path = course.solutions / "01_tiny.py"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the source"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text.replace(old, new)

    return replace
