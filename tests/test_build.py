"""Notebooks are built one way, byte for byte the same every time, and hold nothing that students must not see."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.errors import WorkbookError
from helpers.grading import build, source
from helpers.grading.source import COURSE, SourceError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def student(course):
    build.build_all(course=course)
    return _read(course.notebooks / "01_tiny" / "01_tiny.ipynb")


@pytest.fixture
def solution(course):
    build.build_all(course=course)
    return _read(course.solutions / "01_tiny.ipynb")


def _read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def _cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def _files(course):
    return {
        path.relative_to(course.root).as_posix(): path.read_bytes()
        for path in sorted(course.root.rglob("*"))
        if path.is_file()
    }


def test_a_build_makes_these_files_and_tells_which(course):
    made = build.build_all(course=course)
    names = {path.relative_to(course.root).as_posix() for path in made}
    folders = ("build/source/01_tiny", "build/release/01_tiny", "notebooks/01_tiny")
    assert names == {"solutions/01_tiny.ipynb"} | {
        f"{folder}/{name}" for folder in folders for name in ("01_tiny.ipynb", "expected/curve.png")
    }
    assert set(_files(course)) == names | {"solutions/01_tiny.py", "solutions/expected/01_tiny/curve.png"}


def test_a_second_build_writes_nothing(course):
    build.build_all(course=course)
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*")}
    assert build.build_all(course=course) == []
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*")} == before
    assert build.stale(course=course) == []


@pytest.mark.parametrize("seed", ["0", "1"])
def test_a_build_gives_the_same_bytes_anywhere(course, tmp_path, seed):
    build.build_all(course=course)
    here = _files(course)
    for path in (course.notebooks, course.build, course.solutions / "01_tiny.ipynb"):
        _remove(path)
    script = (
        "import sys; from pathlib import Path; from helpers.grading import build, source; "
        "build.build_all(course=source.Course(Path(sys.argv[1])))"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "TZ": "Asia/Tehran"}
    where = tmp_path / "elsewhere"
    where.mkdir()
    subprocess.run([sys.executable, "-c", script, "../course"], cwd=where, env=environment, check=True)
    assert _files(course) == here


def _remove(path):
    for inner in sorted(path.rglob("*"), reverse=True) if path.is_dir() else []:
        inner.rmdir() if inner.is_dir() else inner.unlink()
    path.rmdir() if path.is_dir() else path.unlink()


def test_files_end_in_one_newline_and_keep_their_letters(course):
    build.build_all(course=course)
    for path in course.root.rglob("*.ipynb"):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"}\n")
        assert "∑ and نام".encode() in content


def test_notebooks_are_of_format_4_5_with_nothing_of_a_run(student, solution):
    for notebook in (student, solution):
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert set(notebook.metadata) == {"kernelspec", "language_info", "workbook"}
        assert notebook.metadata.kernelspec.name == "python3"
        for cell in notebook.cells:
            assert cell.cell_type == "markdown" or (cell.outputs, cell.execution_count) == ([], None)


def test_ids_come_from_names_and_nbgrader_agrees(student):
    assert [cell.id for cell in student.cells] == [
        *("start-1", "install", "start-2", "start-3", "start-4", "start-5"),
        *("mean", "mean-1", "check-mean", "check-mean-1"),
        *("Counter", "check-Counter", "check-Counter-1", "check-Counter-2", "why", "why-1"),
    ]
    for cell in student.cells:
        assert cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) == cell.id


def test_each_kind_of_cell_is_graded_and_locked_as_it_should_be(student):
    def flags(name):
        meta = _cell(student, name).metadata.get("nbgrader")
        return meta and (meta["grade"], meta["solution"], meta["locked"], meta.get("points"))

    assert flags("mean") == (False, True, False, None)
    assert flags("check-mean") == (True, False, True, 4)
    assert flags("check-Counter") == (True, False, True, 2)
    assert flags("why") == (True, True, False, 3)
    for locked in ("start-1", "start-3", "start-4", "start-5", "mean-1"):
        assert flags(locked) == (False, False, True, None)
        assert _cell(student, locked).metadata.editable is False
    for free in ("start-2", "check-Counter-1", "check-Counter-2", "why-1"):
        assert flags(free) is None
        assert "editable" not in _cell(student, free).metadata
    assert _cell(student, "start-2").metadata.tags == ["parameters"]


def test_students_read_points_and_minutes(student):
    assert _cell(student, "start-1").source.endswith(
        "\n\n**9 points** · about 9 minutes: 2 reading, 7 coding and writing · machine time 1 minute (laptop preset)"
        " · 2 of the points are optional, for 5 more minutes"
    )
    assert _cell(student, "start-5").source == "**Exercise `mean`** · 4 points · about 3 minutes · about 1 line"
    assert _cell(student, "check-mean-1").source.endswith(" · 2 points · about 5 minutes · about 2 lines · optional")
    assert _cell(student, "check-mean").source == "checks.tiny.mean(mean, points=4)"


def test_the_total_says_nothing_of_options_where_there_are_none(course, edit):
    edit(" optional=true", "")
    build.build_all(course=course)
    total = _cell(_read(course.notebooks / "01_tiny" / "01_tiny.ipynb"), "start-1").source
    assert "optional" not in total
    assert "**9 points**" in total


@pytest.mark.parametrize(
    "call",
    [
        "checks.tiny.mean(mean,)",
        "checks.tiny.mean(\n    mean,\n)",
        "checks.tiny.mean( mean )",
        "checks.tiny.mean(mean) ",
    ],
)
def test_points_join_a_call_however_it_is_written(course, edit, call):
    edit("checks.tiny.mean(mean)", call)
    build.build_all(course=course)
    built = _cell(_read(course.notebooks / "01_tiny" / "01_tiny.ipynb"), "check-mean").source
    said = {}
    exec(
        built,
        {
            "mean": "mean",
            "checks": type("c", (), {"tiny": type("t", (), {"mean": lambda *a, **k: said.update(a=a, k=k)})}),
        },
    )
    assert said == {"a": ("mean",), "k": {"points": 4}}


def test_hints_unfold_and_stay_markdown(student):
    text = _cell(student, "mean-1").source
    assert text.count("<details>") == text.count("\n\n</details>") == 3
    assert (
        "<details><summary>Hint 2: the approach</summary>\n\nAdd up first,\nthen divide:\n\n`total / count`\n\n" in text
    )


def test_a_question_stays_and_its_answer_goes(student, solution):
    asked, answer = _cell(student, "why").source.split("</div>\n<div", 1)
    assert asked.startswith('<div dir="auto">\n\n**Question** · 3 points · about 4 minutes\n\nWhy is the mean')
    assert answer == ' dir="auto">\n\nYOUR ANSWER HERE\n\n</div>'
    shown = _cell(solution, "why").source
    assert "**Model answer**\n\nThere is nothing to divide by" in shown
    assert "SOLUTION" not in shown


def test_the_solution_is_whole_and_points_to_its_own_pictures(course, solution):
    assert "return sum(numbers) / len(numbers)" in _cell(solution, "mean").source
    assert "(expected/01_tiny/curve.png)" in _cell(solution, "start-1").source
    assert _cell(solution, "check-Counter-2").metadata == {"tags": ["plot"], "workbook": {"expected": "curve"}}
    assert not any("nbgrader" in cell.metadata for cell in solution.cells)
    assert (course.solutions / "expected" / "01_tiny" / "curve.png").exists()


def test_students_see_no_solution(course, student):
    assert "(expected/curve.png)" in _cell(student, "start-1").source
    for path in (
        course.notebooks / "01_tiny" / "01_tiny.ipynb",
        course.build / "release" / "01_tiny" / "01_tiny.ipynb",
    ):
        text = path.read_text(encoding="utf-8")
        for secret in ("sum(numbers)", "self.total", "SOLUTION", "nothing to divide by", "Rubric", "abs(amount)"):
            assert secret not in text
    assert _cell(student, "Counter").source.count("raise NotImplementedError()") == 2


def test_the_student_notebook_runs_to_its_end_apart_from_the_exercises(student):
    namespace = {}
    for cell in student.cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
    with pytest.raises(NotImplementedError):
        namespace["mean"]([1])


def test_a_new_picture_is_handed_on_and_an_old_one_removed(course):
    build.build_all(course=course)
    expected = course.solutions / "expected" / "01_tiny"
    (expected / "curve.png").rename(expected / "line.png")
    handed = course.notebooks / "01_tiny" / "expected"
    assert set(build.stale(course=course)) == {handed / "curve.png", handed / "line.png"}
    build.build_all(course=course)
    assert [path.name for path in handed.iterdir()] == ["line.png"]


def test_a_stale_notebook_is_named_and_left_alone(course, edit):
    build.build_all(course=course)
    edit("The arithmetic mean", "The mean")
    before = _files(course)
    notebook, solved = course.notebooks / "01_tiny" / "01_tiny.ipynb", course.solutions / "01_tiny.ipynb"
    assert set(build.stale(course=course)) == {notebook, solved}
    assert _files(course) == before
    (course.notebooks / "02_gone").mkdir()
    (course.notebooks / "02_gone" / "02_gone.ipynb").write_text("{}")
    assert course.notebooks / "02_gone" / "02_gone.ipynb" in build.stale(course=course)
    assert build.stale(["01_tiny"], course) == [notebook, solved]


def test_a_hand_edited_notebook_is_put_right(course):
    build.build_all(course=course)
    notebook = course.notebooks / "01_tiny" / "01_tiny.ipynb"
    right = notebook.read_bytes()
    notebook.write_bytes(right.replace(b"arithmetic", b"geometric"))
    assert build.build_all(course=course) == [notebook]
    assert notebook.read_bytes() == right


def test_one_bad_source_stops_all_before_anything_is_written(course, tiny):
    (course.solutions / "02_bad.py").write_text(tiny.replace(" points=4", ""), encoding="utf-8")
    before = _files(course)
    with pytest.raises(SourceError, match=r"solutions/02_bad.py:\d+: "):
        build.build_all(course=course)
    assert _files(course) == before
    assert build.build_all(["01_tiny"], course)


def test_a_failed_write_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    build.write_atomically(path, b"old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        build.write_atomically(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]
    assert path.read_bytes() == b"old"


def _keep(solved, student):
    student.cells = solved.cells


def _tell(solved, student):
    student.cells[2].source += "\nIt is sum(numbers) / len( numbers )."


def _tag(solved, student):
    student.cells[2].metadata["tags"] = ["sum(numbers) / len(numbers)"]


def _drop(solved, student):
    del student.cells[2]


def _edit(solved, student):
    student.cells[2].source += "!"


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (_keep, "would show a solution"),
        (_tell, "would show a solution"),
        (_tag, "would show a solution"),
        (_drop, "lost or gained"),
        (_edit, "differs"),
    ],
)
def test_the_last_gate_holds_back_what_nbgrader_lets_through(course, monkeypatch, tamper, says):
    generate = build._generate_assignment

    def tampered(problem, solved):
        student = generate(problem, solved)
        tamper(solved, student)
        return student

    monkeypatch.setattr(build, "_generate_assignment", tampered)
    before = _files(course)
    with pytest.raises(WorkbookError, match=says) as refusal:
        build.build_all(course=course)
    assert "\n" not in str(refusal.value)
    assert _files(course) == before


def test_outputs_and_widget_state_are_stripped(course, monkeypatch):
    build.build_all(course=course)
    before = _files(course)
    generate = build._generate_assignment

    def executed(problem, solved):
        student = generate(problem, solved)
        student.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
        for cell in student.cells:
            cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01"}
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="x")], 7
        return student

    monkeypatch.setattr(build, "_generate_assignment", executed)
    assert build.build_all(course=course) == []
    assert _files(course) == before


def test_what_nbgrader_refuses_is_said_in_one_line(course, monkeypatch):
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    monkeypatch.setattr(GenerateAssignment, "start", lambda self: (_ for _ in ()).throw(NbGraderException("no reason")))
    with pytest.raises(WorkbookError, match=r"^nbgrader cannot make the student's notebook of 01_tiny: no reason$"):
        build.build_all(course=course)


def test_the_committed_notebooks_are_what_a_build_writes():
    assert [path.relative_to(ROOT).as_posix() for path in build.stale()] == []


@pytest.mark.parametrize("problem", source.problems())
def test_no_committed_notebook_leaks(problem):
    """Independent of the build's own gate: no line of a region stands in the cell that it was cut from."""
    student = _read(COURSE.notebooks / problem / f"{problem}.ipynb")
    for cell in source.load(problem).cells:
        if not cell.graded:
            continue
        shown = _cell(student, cell.name).source
        kept = {line.strip() for line in cell.visible().split("\n")}
        for _, line in cell.hidden():
            if len(line.strip()) > 8 and line.strip() not in kept:
                assert line.strip() not in shown
