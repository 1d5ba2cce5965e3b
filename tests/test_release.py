"""The student bundle: complete enough to work in, and without anything that belongs to instructors."""

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from helpers.errors import WorkbookError
from helpers.grading import build, leaks, release, source
from helpers.grading.source import COURSE, Course


@pytest.fixture
def house(course):
    """The tiny course in a house of its own, with this workbook's helpers and files."""
    shutil.copytree(COURSE.root / "helpers", course.root / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    for name in release.FILES:
        shutil.copy(COURSE.root / name, course.root / name)
    build.build_all(course=course)
    return course


@pytest.fixture
def bundle(house):
    return release.bundle(house)


# An editable install finds every module of this repository, also those that the bundle lacks.
ALONE = (
    "import sys\n"
    "sys.meta_path = [finder for finder in sys.meta_path if 'editable' not in getattr(finder, '__module__', '')]\n"
)


def run_in(folder, *command):
    """Run Python in an unpacked bundle, which must not see this repository's helpers."""
    site = folder.parent / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(ALONE, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKBOOK")}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), str(site)])
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


def test_the_bundle_holds_what_students_need(bundle):
    assert {
        "README.md",
        "LICENSE",
        "LICENSE-PROSE",
        "environment.yml",
        "pyproject.toml",
        "requirements.lock",
        "helpers/cli/students.py",
        "helpers/checks/core.py",
        "helpers/doctor.py",
        "helpers/preflight.py",
        "helpers/reading.py",
        "helpers/student.py",
        "notebooks/01_tiny/01_tiny.ipynb",
        "notebooks/01_tiny/expected/curve.png",
    } <= set(bundle)


def test_the_bundle_holds_nothing_of_instructors(bundle):
    kinds = {name.split("/")[0] for name in bundle}
    assert kinds <= {"helpers", "notebooks", "README.md", *release.FILES}
    assert not [name for name in bundle if re.search(r"grading|solution|answers|tests|\.py[cod]$|__pycache__", name)]


def test_no_line_of_a_solution_is_in_the_bundle(house, bundle):
    secrets = [text for _, text in leaks.essential(source.load("01_tiny", house).cells)]
    assert len(secrets) >= 3
    for name, content in bundle.items():
        if name.endswith((".ipynb", ".json", ".md")):
            squeezed = "".join(content.decode("utf-8").split())
            assert not [secret for secret in secrets if secret in squeezed], name
            assert "BEGIN SOLUTION" not in content.decode("utf-8")


@pytest.mark.parametrize("problem", source.problems())
def test_no_line_of_this_workbooks_solutions_is_in_its_notebooks_or_helpers(problem):
    """No reference implementation stands in helpers, where students could import the answer."""
    secrets = {text for _, text in leaks.essential(source.load(problem).cells) if len(text) >= 30}
    for path in release._modules(COURSE.root / "helpers"):
        squeezed = "".join(path.read_text(encoding="utf-8").split())
        assert not [secret for secret in secrets if secret in squeezed], path.name


def test_equal_files_give_equal_bytes(house, bundle, tmp_path):
    first = release.release(tmp_path / "first.zip", house)
    os.utime(house.root / "LICENSE", (1, 1))
    second = release.release(course=house)
    assert second == house.build / "student.zip"
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == [f"workbook/{name}" for name in sorted(bundle)]
        assert archive.testzip() is None


def test_a_reference_travels_with_its_notebook(house):
    place = house.solutions / "reference" / "01_tiny.json"
    place.parent.mkdir()
    place.write_text("[]", encoding="utf-8")
    assert release.bundle(house)["notebooks/01_tiny/reference.json"] == b"[]"


def test_an_outdated_notebook_is_not_released(house, edit):
    edit("# The mean of $n$", "# A mean of $n$")
    with pytest.raises(WorkbookError, match=r"01_tiny.ipynb is out of date; run workbook build"):
        release.bundle(house)


def test_an_archive_that_cannot_be_written_is_one_sentence(house, tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(WorkbookError, match=r"cannot be written .* name another place with --out"):
        release.release(taken, house)
    assert not any(path.name.startswith(".taken") for path in tmp_path.iterdir())


def test_a_house_without_problems_has_nothing_to_release(tmp_path):
    with pytest.raises(WorkbookError, match="nothing to release"):
        release.bundle(Course(tmp_path))


def test_a_student_can_work_in_the_unpacked_bundle(bundle, tmp_path):
    with zipfile.ZipFile(io.BytesIO(release.to_zip(bundle))) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "workbook"
    done = run_in(folder, "-c", "import helpers.checks.core as c, helpers.plots; print(c.__file__)")
    assert done.stdout.strip() == str(folder / "helpers" / "checks" / "core.py"), done.stderr
    done = run_in(folder, "-m", "helpers.cli", "start", "tiny")
    assert done.returncode == 0, done.stderr
    done = run_in(folder, "-m", "helpers.cli", "check", "work/01_tiny/01_tiny.ipynb")
    assert done.returncode == 1, done.stderr
    assert "incomplete: mean, why" in done.stdout
    path = folder / "work" / "01_tiny" / "01_tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == "mean":
            cell.source = "from statistics import fmean as mean"
        if cell.id == "why":
            cell.source = cell.source.replace("YOUR ANSWER HERE", "It would divide by zero.")
    nbformat.write(notebook, path)
    done = run_in(folder, "-m", "helpers.cli", "check", "work/01_tiny/01_tiny.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_in(folder, "-m", "helpers.cli", "release")
    assert done.returncode == 1
    assert done.stderr == "workbook: This command is for instructors; the student bundle does not bring it.\n"
