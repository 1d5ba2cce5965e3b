"""nbgrader's gradebook on a real PostgreSQL server: the same points, the same care for what a person gave."""

import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, text
from traitlets.config import Config

from helpers.errors import WorkbookError
from helpers.grading import gradebook
from helpers.grading.gradebook import import_results
from helpers.grading.marks import Mark, read_marks
from helpers.grading.results import GRADED, Question, Result
from helpers.grading.source import Course
from tests.grading.answered import right_in_part
from tests.grading.postgres import PASSWORD, USER, server

ROOT = Path(__file__).resolve().parents[2]
TINY = "01_tiny"
ZAHRA = "زهرا محمدی"


@pytest.fixture(scope="module")
def database():
    with server() as made:
        yield made


@pytest.fixture
def course(built, tmp_path):
    shutil.copytree(built.root, tmp_path / "course")
    return Course(tmp_path / "course")


def result(student="ali", mean=1.0, why="", **more):
    questions = (
        right_in_part("mean", 4, mean),
        right_in_part("Counter", 2, 1),
        Question("why", 3, by_hand=True, trouble=why),
    )
    return Result(student, TINY, GRADED, key="k", questions=questions, **more)


def rows(address):
    """Every row of the tables that hold points."""
    with create_engine(address).connect() as connection:
        return [
            sorted(map(str, connection.execute(text(f"select * from {table}"))))
            for table in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment", "base_cell")
        ]


def by_hand(address, student, points, words):
    with Gradebook(address, gradebook.COURSE_ID) as opened:
        grade = opened.find_grade("why", TINY, TINY, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        opened.find_comment("why", TINY, TINY, student).manual_comment = words
        opened.db.commit()


def test_points_come_in_once_and_what_a_person_gave_stays(database, course):
    address = database()
    results = [result("ali"), result(ZAHRA, mean=0.5), result("omid", why="Not answered.")]
    assert import_results(results, course, address) == gradebook.Imported(3, 0, ())
    by_hand(address, ZAHRA, 2.5, "Good.\nکافی نیست.")
    before = rows(address)
    assert import_results(results, course, address) == gradebook.Imported(3, 3, ())
    assert rows(address) == before
    import_results([result(ZAHRA, mean=0.25)], course, address)
    marks = read_marks(course, address)
    assert marks[ZAHRA, TINY]["why"] == Mark(2.5, 0.0, True, "Good.\nکافی نیست.")
    assert marks["ali", TINY]["why"] == Mark(waits=True)
    with Gradebook(address, gradebook.COURSE_ID) as opened:
        submission = opened.find_submission(TINY, ZAHRA)
        assert (submission.score, submission.code_score) == (5.5, 3)


def test_formgraders_api_lists_the_class(database, course):
    address = database()
    import_results([result("ali"), result(ZAHRA, mean=0.5, why="Not answered.")], course, address)
    config = Config()
    config.CourseDirectory.root = str(course.build)
    config.CourseDirectory.course_id = gradebook.COURSE_ID
    config.CourseDirectory.db_url = address
    listed = {row["student"]: row for row in NbGraderAPI(CourseDirectory(config=config)).get_submissions(TINY)}
    assert (listed["ali"]["score"], listed["ali"]["needs_manual_grade"]) == (6, True)
    assert (listed[ZAHRA]["score"], listed[ZAHRA]["needs_manual_grade"]) == (4, False)


def test_the_address_stands_in_nbgrader_config(database, course):
    address = database()
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (course.root / "nbgrader_config.py").write_text(
        f"{config}\nc.CourseDirectory.db_url = {address!r}\n", encoding="utf-8"
    )
    assert read_marks(course) == {}
    assert import_results([result()], course).written == 1
    assert read_marks(course)["ali", TINY]["why"].waits
    assert not (course.build / "gradebook.db").exists()


def test_points_that_a_person_gives_in_the_middle_of_an_import_are_not_lost(database, course, monkeypatch):
    address = database()
    import_results([result()], course, address)
    find = Gradebook.find_submission_notebook

    def meanwhile(self, *names):
        found = find(self, *names)
        assert [grade.manual_score for grade in found.grades] == [None] * 3
        monkeypatch.undo()
        by_hand(address, "ali", 2, "Meanwhile.")
        return found

    monkeypatch.setattr(Gradebook, "find_submission_notebook", meanwhile)
    import_results([result(mean=0.5)], course, address)
    mark = read_marks(course, address)["ali", TINY]["why"]
    assert (mark.points, mark.comment) == (2, "Meanwhile.")


def test_a_server_that_is_not_there_is_one_sentence_without_its_password(course):
    address = f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:9/gone"
    for use in (lambda: import_results([result()], course, address), lambda: read_marks(course, address)):
        with pytest.raises(WorkbookError) as refused:
            use()
        assert "postgresql+psycopg://instructor:***@127.0.0.1:9/gone" in str(refused.value)
        assert PASSWORD not in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_database_that_is_not_there_is_one_sentence(database, course):
    address = database() + "_gone"
    with pytest.raises(WorkbookError, match="does not exist") as refused:
        import_results([result()], course, address)
    assert PASSWORD not in str(refused.value)
