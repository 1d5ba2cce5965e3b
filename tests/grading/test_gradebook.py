"""Results come into nbgrader's gradebook whole or not at all, and what a person gave stays there."""

import csv
import datetime
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy import event
from sqlalchemy.engine import Engine
from traitlets.config import Config

from helpers.checks.report import Item
from helpers.errors import WorkbookError
from helpers.grading import build, gradebook
from helpers.grading.gradebook import import_results
from helpers.grading.results import CRASH, GRADED, GRADER_ERROR, INVALID, SET_ASIDE, TIMEOUT, Question, Result
from helpers.grading.source import Course

# What SQLAlchemy warns of would stand on the instructor's screen.
pytestmark = pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning", "error::sqlalchemy.exc.SADeprecationWarning")
ROOT = Path(__file__).resolve().parents[2]
TINY = "01_tiny"
NEW_EXERCISE = '''
# %% exercise="double" points=5 minutes=1 lines=1
def double(x: float) -> float:
    """Twice x."""
    ### BEGIN SOLUTION
    return x + x + 0
    ### END SOLUTION


# %% [markdown] hints="double"
# - What is twice a number?
# - Add it to itself.
# - `plus`

# %% check="double"
checks.tiny.double(double)

'''


@pytest.fixture(scope="module")
def graded_before(tmp_path_factory) -> Course:
    """A built course with an empty gradebook, made once: nbgrader starts alembic for a new one."""
    course = Course(tmp_path_factory.mktemp("template") / "course")
    (course.solutions / "expected" / TINY).mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "sources" / f"{TINY}.py", course.solutions)
    (course.solutions / "expected" / TINY / "curve.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    build.build_all(course=course)
    import_results([], course)
    return course


@pytest.fixture
def course(graded_before, tmp_path) -> Course:
    """A course of the test's own, in place of the one that is not built."""
    shutil.copytree(graded_before.root, tmp_path / "course")
    return Course(tmp_path / "course")


def _question(name: str, points: float, share: float) -> Question:
    """An exercise of which this share of four items passed."""
    return Question(name, points, tuple(Item(f"item {place}", place < 4 * share) for place in range(4)))


def _result(student: str = "ali", mean: float = 1, counter: float = 1, why: str = "", **more) -> Result:
    questions = (
        _question("mean", 4, mean),
        _question("Counter", 2, counter),
        Question("why", 3, by_hand=True, trouble=why),
    )
    return replace(Result(student, TINY, GRADED, key="k", questions=questions), **more)


def _opened(course: Course) -> Gradebook:
    return Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", gradebook.COURSE_ID)


def _grades(course: Course, student: str = "ali") -> dict[str, tuple]:
    """Of each graded cell: automatic and manual score, extra credit, greatest score, whether a person has to look."""
    with _opened(course) as opened:
        return {
            grade.name: (
                grade.auto_score,
                grade.manual_score,
                grade.extra_credit,
                grade.max_score,
                grade.needs_manual_grade,
            )
            for grade in opened.find_submission_notebook(TINY, TINY, student).grades
        }


def _by_hand(course: Course, cell: str, student: str = "ali", **given) -> None:
    """Grade a cell as formgrader does."""
    with _opened(course) as opened:
        grade = opened.find_grade(cell, TINY, TINY, student)
        for name, value in given.items():
            setattr(grade, name, value)
        grade.needs_manual_grade = False
        opened.db.commit()


def _dump(course: Course) -> list[str]:
    """Every row of every table, ids included."""
    with sqlite3.connect(course.build / "gradebook.db") as connection:
        return sorted(connection.iterdump())


def _cells(course: Course) -> dict[str, list[dict]]:
    """All that the gradebook knows of the problem, without ids."""
    with _opened(course) as opened:
        assignment = opened.find_assignment(TINY)
        notebook = opened.find_notebook(TINY, TINY)
        kinds = {
            "assignment": [assignment],
            "notebook": [notebook],
            "grade": notebook.grade_cells,
            "solution": notebook.solution_cells,
            "task": notebook.task_cells,
            "source": notebook.source_cells,
        }
        found = {
            kind: sorted(
                ({key: value for key, value in cell.to_dict().items() if key != "id"} for cell in cells),
                key=lambda cell: cell["name"],
            )
            for kind, cells in kinds.items()
        }
        return found | {"kernel": notebook.kernelspec, "course": assignment.course_id}


def _rebuild(course: Course, old: str, new: str) -> None:
    """Replace a passage of the source, and build it."""
    path = course.solutions / f"{TINY}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    build.build_all(course=course)


def _remove_exercise(course: Course, name: str, following: str) -> None:
    """Take an exercise and its check out of the source, up to what follows, and build it."""
    text = (course.solutions / f"{TINY}.py").read_text(encoding="utf-8")
    passage = text[text.index(f'# %% exercise="{name}"') : text.index(following)]
    _rebuild(course, passage, "")


# What a result becomes


def test_points_stand_in_the_gradebook_as_nbgrader_reports_them(course):
    done = import_results([_result(mean=0.5)], course)
    assert done == gradebook.Imported(1, 0, ())
    with _opened(course) as opened:
        submission = opened.find_submission(TINY, "ali")
        assert (submission.score, submission.max_score) == (4, 9)
        assert (submission.code_score, submission.max_code_score) == (4, 6)
        assert (submission.written_score, submission.max_written_score) == (0, 3)
        assert submission.needs_manual_grade
        assert submission.assignment.course_id == "deep_generative_models"
    assert _grades(course) == {
        "check-mean": (2, None, None, 4, False),
        "check-Counter": (2, None, None, 2, False),
        "why": (None, None, None, 3, True),
    }


def test_nbgrader_exports_the_points(course, tmp_path):
    import_results([_result("ali", mean=0.75), _result("zahra")], course)
    with _opened(course) as opened:
        CsvExportPlugin(to=str(tmp_path / "all.csv")).export(opened)
    with (tmp_path / "all.csv").open() as file:
        rows = {row["student_id"]: (row["score"], row["max_score"]) for row in csv.DictReader(file)}
    assert rows == {"ali": ("5.0", "9.0"), "zahra": ("6.0", "9.0")}


def test_formgrader_lists_the_class_and_waits_for_the_written_answer(course):
    import_results([_result("ali"), _result("zahra", mean=0, why="Not answered.")], course)
    config = Config()
    config.CourseDirectory.root = str(course.build)
    config.CourseDirectory.course_id = gradebook.COURSE_ID
    rows = {row["student"]: row for row in NbGraderAPI(CourseDirectory(config=config)).get_submissions(TINY)}
    assert (rows["ali"]["score"], rows["ali"]["needs_manual_grade"]) == (6, True)
    assert (rows["zahra"]["score"], rows["zahra"]["needs_manual_grade"]) == (2, False)


@pytest.mark.parametrize("state", [TIMEOUT, CRASH])
def test_a_submission_that_did_not_end_well_keeps_its_points(course, state):
    assert import_results([_result(counter=0, state=state)], course).written == 1
    assert _grades(course)["check-mean"][0] == 4
    assert _grades(course)["check-Counter"][0] == 0


def test_a_check_that_the_result_lacks_earns_nothing(course):
    import_results([_result(questions=(_question("mean", 4, 1),))], course)
    assert _grades(course)["check-Counter"] == (0, None, None, 2, False)
    assert _grades(course)["why"] == (None, None, None, 3, True)


def test_a_blank_question_earns_nothing_and_waits_for_nobody(course):
    import_results([_result(why="Not answered.")], course)
    assert _grades(course)["why"] == (0, None, None, 3, False)
    with _opened(course) as opened:
        comments = {
            comment.name: comment.comment for comment in opened.find_submission_notebook(TINY, TINY, "ali").comments
        }
    assert comments == {"mean": None, "Counter": None, "why": "No response."}


def test_names_of_every_script_are_kept_as_they_are(course):
    names = ["علی رضایی", "O'Brien; DROP TABLE grade", 'a "b" c', " x ", "100%", "نیم\u200cفاصله"]
    assert import_results([_result(name) for name in names], course).written == len(names)
    with _opened(course) as opened:
        assert {student.id for student in opened.students} == set(names)
        assert {opened.find_submission(TINY, name).score for name in names} == {6}


def test_what_is_known_of_a_student_stays(course):
    with _opened(course) as opened:
        opened.add_student("ali", first_name="Ali", last_name="Rezaei", email="ali@example.org", lms_user_id="7")
    import_results([_result()], course)
    with _opened(course) as opened:
        student = opened.find_student("ali")
        known = (student.first_name, student.last_name, student.email, student.lms_user_id, student.score)
    assert known == ("Ali", "Rezaei", "ali@example.org", "7", 6)


def test_progress_counts_the_results(course):
    seen = []
    import_results([_result(), _result("zahra", state=INVALID, questions=())], course, progress=seen.append)
    assert seen == [1, 2]


# Again


def test_the_same_results_again_change_nothing(course):
    results = [_result("ali", mean=0.25), _result("zahra", why="Not answered."), _result("x", state=GRADER_ERROR)]
    first = import_results(results, course)
    before = _dump(course)
    again = import_results(iter(results), course)
    assert _dump(course) == before
    assert (first.written, first.voided) == (2, 0)
    assert (again.written, again.voided) == (2, 2)


def test_a_later_time_of_handing_in_is_kept_though_no_point_has_changed(course):
    note = course.build / "submitted" / "ali" / TINY / "timestamp.txt"
    note.parent.mkdir(parents=True)
    for day in (1, 2):
        note.write_text(f"2026-11-0{day} 10:00:00 UTC\n", encoding="utf-8")
        import_results([_result()], course)
        with _opened(course) as opened:
            assert opened.find_submission(TINY, "ali").timestamp == datetime.datetime(2026, 11, day, 10)


def test_the_same_results_again_leave_what_a_person_gave(course):
    import_results([_result()], course)
    _by_hand(course, "why", manual_score=2.5, extra_credit=0.5)
    _by_hand(course, "check-mean", manual_score=1)
    before = _dump(course)
    import_results([_result()], course)
    assert _dump(course) == before
    assert _grades(course)["why"] == (None, 2.5, 0.5, 3, False)


def test_no_stale_score_survives_a_regrade(course):
    import_results([_result(why="Not answered.")], course)
    done = import_results([_result(questions=(_question("Counter", 2, 0.5), Question("why", 3, by_hand=True)))], course)
    assert done.voided == 1
    assert {name: grade[0] for name, grade in _grades(course).items()} == {
        "check-mean": 0,
        "check-Counter": 1,
        "why": None,
    }
    assert _grades(course)["why"][4]


def test_a_regrade_keeps_what_a_person_gave_and_asks_for_a_second_look(course):
    import_results([_result()], course)
    _by_hand(course, "why", manual_score=2, extra_credit=1)
    _by_hand(course, "check-mean", manual_score=3)
    with _opened(course) as opened:
        opened.find_comment("why", TINY, TINY, "ali").manual_comment = "Good, but short."
        opened.find_submission_notebook(TINY, TINY, "ali").flagged = True
        opened.db.commit()
    import_results([_result(mean=0.25)], course)
    assert _grades(course) == {
        "check-mean": (1, 3, None, 4, True),
        "check-Counter": (2, None, None, 2, False),
        "why": (None, 2, 1, 3, True),
    }
    with _opened(course) as opened:
        assert opened.find_submission(TINY, "ali").score == 3 + 2 + 3
        assert opened.find_comment("why", TINY, TINY, "ali").comment == "Good, but short."
        assert opened.find_submission_notebook(TINY, TINY, "ali").flagged


def test_points_by_hand_for_an_answer_that_is_now_blank_get_a_second_look(course):
    import_results([_result()], course)
    _by_hand(course, "why", manual_score=2)
    import_results([_result(why="Not answered.")], course)
    assert _grades(course)["why"] == (0, 2, None, 3, True)
    _by_hand(course, "why", manual_score=0)
    import_results([_result(why="Not answered.")], course)
    assert _grades(course)["why"] == (0, 0, None, 3, False)


def test_scores_of_stock_autograde_are_replaced_where_nothing_was_imported_yet(course):
    import_results([_result("zahra")], course)
    with _opened(course) as opened:
        opened.add_student("ali")
        with opened.db.no_autoflush:
            opened.add_submission(TINY, "ali")
        for grade in opened.find_submission_notebook(TINY, TINY, "ali").grades:
            grade.auto_score = 1.5
        opened.find_comment("mean", TINY, TINY, "ali").auto_comment = "No response."
        opened.db.commit()
    done = import_results([_result(mean=0)], course)
    assert (done.written, done.voided) == (1, 1)
    assert [grade[0] for grade in _grades(course).values()] == [0, 2, None]
    with _opened(course) as opened:
        assert opened.find_comment("mean", TINY, TINY, "ali").comment is None


# Results without a grade


@pytest.mark.parametrize("state", [INVALID, SET_ASIDE, GRADER_ERROR])
def test_a_result_without_a_grade_is_never_a_zero(course, state):
    import_results([_result("ali")], course)
    before = _dump(course)
    without = {"state": state, "detail": "The file is a picture.", "questions": ()}
    done = import_results([_result("ali", **without), _result("zahra", **without)], course)
    assert _dump(course) == before
    assert (done.written, done.voided) == (0, 0)
    assert done.left == tuple(
        f"{student}, 01_tiny: {state}, The file is a picture; the gradebook is left as it was."
        for student in ("ali", "zahra")
    )


def test_a_grade_without_a_question_is_left(course):
    done = import_results([_result(questions=())], course)
    assert done.written == 0
    assert "holds no question" in done.left[0]


def test_a_name_that_no_database_takes_costs_nobody_else_a_grade(course):
    done = import_results([_result("bad \udcff name"), _result("zahra")], course)
    assert done.written == 1
    assert len(done.left) == 1
    with _opened(course) as opened:
        assert [student.id for student in opened.students] == ["zahra"]


# The problem's cells


@pytest.mark.slow
def test_cells_are_those_of_generate_assignment_in_either_order(course, tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    (course.build / "gradebook.db").unlink()
    import_results([_result()], course)
    ours = _cells(course)
    assert [cell["name"] for cell in ours["grade"]] == ["check-Counter", "check-mean", "why"]
    _generate_assignment(course)
    assert _cells(course) == ours
    (course.build / "gradebook.db").unlink()
    _generate_assignment(course)
    stock = _cells(course)
    import_results([_result()], course)
    assert _cells(course) == ours
    assert {kind: stock[kind] for kind in ("grade", "solution", "task", "source", "kernel", "course")} == {
        kind: ours[kind] for kind in ("grade", "solution", "task", "source", "kernel", "course")
    }
    assert _grades(course)["check-mean"][0] == 4


def _generate_assignment(course: Course) -> None:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", TINY, "--force"]
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_changed_points_come_with_the_next_import(course):
    import_results([_result("ali"), _result("zahra")], course)
    _by_hand(course, "why", manual_score=2)
    _rebuild(course, 'exercise="mean" points=4', 'exercise="mean" points=8')
    questions = (_question("mean", 8, 0.5), *_result().questions[1:])
    import_results([_result("ali", questions=questions)], course)
    assert _grades(course)["check-mean"][:4] == (4, None, None, 8)
    assert _grades(course)["why"][1] == 2
    with _opened(course) as opened:
        assert opened.find_submission(TINY, "zahra").max_score == 13
    checked = next(cell for cell in _cells(course)["source"] if cell["name"] == "check-mean")
    assert "points=8" in checked["source"]


def test_a_result_of_other_points_is_left(course):
    import_results([_result("ali")], course)
    _rebuild(course, 'exercise="mean" points=4', 'exercise="mean" points=3')
    done = import_results([_result("ali")], course)
    assert done.written == 0
    assert done.left == (
        "ali, 01_tiny: mean was graded for 4 points and is worth 3 now, grade again; the gradebook is left as it was.",
    )


def test_a_removed_exercise_takes_only_its_own_grades_along(course):
    import_results([_result("ali"), _result("zahra")], course)
    _by_hand(course, "why", manual_score=2)
    _remove_exercise(course, "Counter", '# %% tags=["train"]')
    import_results([_result("ali")], course)
    assert _grades(course) == {"check-mean": (4, None, None, 4, False), "why": (None, 2, None, 3, False)}
    assert set(_grades(course, "zahra")) == {"check-mean", "why"}
    assert {cell["name"] for cell in _cells(course)["solution"]} == {"mean", "why"}
    assert not any("Counter" in cell["name"] for cell in _cells(course)["source"])
    with sqlite3.connect(course.build / "gradebook.db") as connection:
        for table in ("grade", "comment"):
            orphans = f"select count(*) from {table} where cell_id not in (select id from base_cell)"
            assert connection.execute(orphans).fetchone() == (0,)


def test_an_added_exercise_waits_for_the_regrade_of_earlier_submissions(course):
    import_results([_result("ali"), _result("zahra")], course)
    _by_hand(course, "why", manual_score=2)
    _rebuild(course, '# %% tags=["train"]', NEW_EXERCISE.lstrip("\n") + '# %% tags=["train"]')
    questions = (*_result().questions, _question("double", 5, 1))
    import_results([_result("ali", questions=questions)], course)
    assert _grades(course)["check-double"] == (5, None, None, 5, False)
    assert _grades(course)["why"] == (None, 2, None, 3, False)
    assert _grades(course, "zahra")["check-double"] == (None, None, None, 5, True)
    with _opened(course) as opened:
        assert opened.find_comment("double", TINY, TINY, "zahra").comment is None
        assert opened.find_submission(TINY, "ali").score == 13
    before = _dump(course)
    import_results([_result("ali", questions=questions)], course)
    assert _dump(course) == before


def test_a_problem_that_is_not_built_is_named(course):
    shutil.rmtree(course.build / "source")
    with pytest.raises(WorkbookError, match=r"^01_tiny is not built; run `workbook build 01_tiny`"):
        import_results([_result()], course)


# The database


def test_the_gradebook_is_the_one_that_nbgrader_config_names(course, monkeypatch):
    monkeypatch.setenv("WORKBOOK_PRESET", "full")
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.delenv("WORKBOOK_HEADLESS", raising=False)
    (course.build / "gradebook.db").unlink()
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    text = text.replace("gradebook.db'", "other.db'").replace("deep_generative_models", "spring")
    (course.root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    import_results([_result()], course)
    assert not (course.build / "gradebook.db").exists()
    with Gradebook(f"sqlite:///{course.build / 'other.db'}", "spring") as opened:
        assert opened.find_submission(TINY, "ali").score == 6
        assert opened.find_assignment(TINY).course_id == "spring"
    assert (os.environ["WORKBOOK_PRESET"], os.environ["PATH"]) == ("full", os.defpath)
    assert "WORKBOOK_HEADLESS" not in os.environ


def test_a_given_address_comes_before_the_configured_one(course, tmp_path):
    shutil.copy(course.build / "gradebook.db", tmp_path / "elsewhere.db")
    before = _dump(course)
    import_results([_result()], course, db_url=f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert _dump(course) == before
    with Gradebook(f"sqlite:///{tmp_path / 'elsewhere.db'}", gradebook.COURSE_ID) as opened:
        assert opened.find_submission(TINY, "ali").score == 6


def test_a_crash_in_the_middle_leaves_the_earlier_and_no_half(course, monkeypatch):
    import_results([_result("sara", mean=0)], course)
    find = Gradebook.find_submission_notebook

    def crash(self, notebook, assignment, student):
        found = find(self, notebook, assignment, student)
        if student == "zahra":  # her student and submission are made by then
            for grade in found.grades:
                grade.auto_score = 1
            self.db.commit()
            raise RuntimeError("the machine fell over")
        return found

    results = [_result("ali"), _result("zahra"), _result("sara")]
    monkeypatch.setattr(Gradebook, "find_submission_notebook", crash)
    with pytest.raises(RuntimeError, match="fell over"):
        import_results(results, course)
    monkeypatch.undo()
    with _opened(course) as opened:
        assert opened.find_submission(TINY, "ali").score == 6
        assert opened.find_submission(TINY, "sara").score == 2
        with pytest.raises(MissingEntry):
            opened.find_student("zahra")
    assert import_results(results, course).written == 3
    assert {_grades(course, student)["check-mean"][0] for student in ("ali", "zahra", "sara")} == {4}


def test_a_killed_process_leaves_no_half(course):
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "sys.path[:0] = sys.argv[2:]\n"
        "from helpers.grading import gradebook\n"
        "from helpers.grading.source import Course\n"
        "from test_gradebook import _result\n"
        "score = gradebook._auto_score\n"
        "def killed(cell, questions):\n"
        "    if questions['check-mean'].earned == 0:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return score(cell, questions)\n"
        "gradebook._auto_score = killed\n"
        "gradebook.import_results([_result('ali'), _result('zahra', mean=0)], Course(Path(sys.argv[1])))\n"
    )
    command = [sys.executable, "-c", script, str(course.root), str(ROOT), str(Path(__file__).parent)]
    assert subprocess.run(command, capture_output=True).returncode == -9
    with _opened(course) as opened:
        assert [student.id for student in opened.students] == ["ali"]
        assert opened.find_submission(TINY, "ali").score == 6


@pytest.fixture
def holder(course):
    """Another connection to the gradebook, which takes what locks it is told to."""
    connection = sqlite3.connect(course.build / "gradebook.db", isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_a_lock_that_goes_away_is_waited_for(course, holder):
    import_results([_result("ali")], course)
    holder.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(1.5, holder.execute, ["COMMIT"])
    release.start()
    assert import_results([_result("zahra")], course).written == 1
    release.join()


def test_a_lock_that_stays_is_said_in_a_sentence_and_the_next_run_goes_on(course, holder, caplog):
    def results():
        yield _result("ali")
        holder.execute("BEGIN EXCLUSIVE")
        yield _result("zahra")

    with pytest.raises(WorkbookError) as refused:
        import_results(results(), course)
    sentence = str(refused.value)
    assert sentence == (
        f"The gradebook {course.build / 'gradebook.db'} is locked by formgrader or another grading run; wait for it or "
        "close it, and run this again: finished results stand in build/grades, and what is not in the gradebook yet "
        "is written then."
    )
    assert caplog.records == []
    holder.execute("COMMIT")
    with _opened(course) as opened:
        assert [student.id for student in opened.students] == ["ali"]
    assert import_results([_result("ali"), _result("zahra")], course).written == 2


def test_a_gradebook_that_is_locked_from_the_start_is_named_too(course, holder):
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorkbookError, match="is locked by formgrader"):
        import_results([_result()], course)


def test_nobody_can_grade_between_the_reading_of_a_submission_and_its_writing(course, holder, monkeypatch):
    import_results([_result()], course)
    find, refused = Gradebook.find_submission_notebook, []
    holder.execute("pragma busy_timeout = 0")

    def grade_meanwhile(self, *names):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            holder.execute("update grade set manual_score = 1")
        refused.append(names)
        return find(self, *names)

    monkeypatch.setattr(Gradebook, "find_submission_notebook", grade_meanwhile)
    import_results([_result(mean=0)], course)
    assert refused == [(TINY, TINY, "ali")]


def test_an_open_formgrader_page_locks_nothing(course):
    import_results([_result()], course)
    with _opened(course) as page:
        assert page.find_submission(TINY, "ali").score == 6  # its session stays open
        assert import_results([_result(mean=0)], course).written == 1


def test_a_gradebook_that_may_not_be_written_is_named(course):
    import_results([_result("ali")], course)
    address = f"sqlite:///file:{course.build / 'gradebook.db'}?mode=ro&uri=true"
    with pytest.raises(WorkbookError, match=r"may not be written; allow it, and run this again: finished results"):
        import_results([_result("ali", mean=0)], course, db_url=address)
    assert _grades(course)["check-mean"][0] == 4


def test_a_full_disk_is_said_in_a_sentence(course, caplog):
    import_results([_result("ali")], course)
    before = _dump(course)

    def full(connection, record):
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages}")

    event.listen(Engine, "connect", full)
    try:
        with pytest.raises(WorkbookError, match="since the disk is full; make room"):
            import_results([_result(f"student {number}") for number in range(200)], course)
    finally:
        event.remove(Engine, "connect", full)
    assert caplog.records == []
    assert set(before) - set(_dump(course)) == set()
    assert import_results([_result("zahra")], course).written == 1


def test_an_older_gradebook_is_for_nbgrader_to_upgrade(course):
    import_results([_result("ali")], course)
    with sqlite3.connect(course.build / "gradebook.db") as connection:
        connection.execute("alter table student drop column lms_user_id")
    with pytest.raises(WorkbookError, match="back it up, run `nbgrader db upgrade`"):
        import_results([_result("sara")], course)  # ali's scores stand there already, and need no writing


def test_what_is_no_gradebook_is_said_without_a_traceback(course):
    (course.build / "gradebook.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WorkbookError, match=r"cannot be used \(file is not a database\)"):
        import_results([_result()], course)


def test_an_address_that_no_driver_takes_shows_no_password(course):
    with pytest.raises(WorkbookError, match="cannot be opened") as refused:
        import_results([_result()], course, db_url="nothing://someone:secret@host/gradebook")
    assert "secret" not in str(refused.value)


def test_a_folder_that_is_not_there_is_said(course, tmp_path):
    with pytest.raises(WorkbookError, match="see that its folder is there"):
        import_results([_result()], course, db_url=f"sqlite:///{tmp_path / 'nowhere' / 'gradebook.db'}")
