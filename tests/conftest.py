"""What several test modules share: a course of its own, with one tiny problem, and every solution executed once."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import expect, sync_playwright

from helpers.grading import build, execute, source
from helpers.grading.source import COURSE, Course
from tests.patience import PATIENCE

TINY = Path(__file__).parent / "sources" / "01_tiny.py"
expect.set_options(timeout=PATIENCE * 1000)


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


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, one for the whole session: Playwright starts but once in a process."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A tab of its own that is patient."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def executed(tmp_path_factory, request):
    """The solutions of the workbook, executed at the smoke preset: `executed("00_start")` is one's outcome.

    The first call executes all that this session asks for: by the parameter `problem`, or whole where a test has none.
    Processes that share the tests out among themselves share the outcomes, too: the first to ask executes.
    """
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    course, kept = Course(shared / "executed"), shared / "executed.pickle"
    outcomes: dict[str, execute.Outcome] = {}

    class Nobody:
        def advance(self, problem, done, total): ...

        def finish(self, outcome): ...

    def all_of_them() -> list[str]:
        items = [item for item in request.session.items if "executed" in item.fixturenames]
        asked = {item.callspec.params.get("problem") if hasattr(item, "callspec") else None for item in items}
        return source.problems(course) if None in asked else sorted(asked)

    def execute_all() -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("WORKBOOK_PRESET", "WORKBOOK_DATASET", "WORKBOOK_SEED", "WORKBOOK_DATA"):
                patch.delenv(name, raising=False)
            # the folder is there already where another process failed before this one
            shutil.copytree(COURSE.solutions, course.solutions, dirs_exist_ok=True)
            problems = all_of_them()
            build.build_all(problems, course=course)
            made = execute.run_all(problems, execute.Settings("smoke"), Nobody(), jobs=2, course=course)
        kept.write_bytes(pickle.dumps({one.problem: one for one in made}))

    def outcome(problem: str) -> execute.Outcome:
        if not outcomes:
            with FileLock(shared / "executed.lock"):
                if not kept.exists():
                    execute_all()
            outcomes.update(pickle.loads(kept.read_bytes()))
        return outcomes[problem]

    return outcome
