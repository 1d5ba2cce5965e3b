"""formgrader on a class that `workbook grade` graded: over HTTP, as its pages ask."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import compute_checksum
from playwright.sync_api import expect

from helpers.grading.source import Course
from helpers.student import name_of
from tests.grading.conftest import need_bubblewrap
from tests.grading.handed_in import handed_in, pile_of
from tests.grading.serving import formgrader, workbook
from tests.grading.shown import HARM, HOSTILE_ANSWER, HOSTILE_OUTPUTS, drawn, stdout, with_run

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
TINY = "01_tiny"
ZAHRA = "زهرا محمدی"
HALF = "def mean(numbers):\n    return 5.0 if numbers == [5.0, 5.0] else numbers[0] * (len(numbers) == 1)"


@pytest.fixture(scope="module")
def graded(built, tmp_path_factory):
    """A graded class: one whose run showed something, one in Persian, one hostile, one that left the question blank."""
    need_bubblewrap()
    course = Course(tmp_path_factory.mktemp("class") / "course")
    shutil.copytree(built.root, course.root)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    run = {"mean": stdout("this is Ali's own output"), "plot": drawn()}
    pile = {
        "ali": with_run(handed_in(course), **run),
        ZAHRA: handed_in(course, mean=HALF, why="Why?\n\nچون تقسیم بر صفر تعریف نشده است."),
        "mallory": with_run(handed_in(course, why=HOSTILE_ANSWER, own="# own"), mean=HOSTILE_OUTPUTS),
        "omid": (course.notebooks / TINY / f"{TINY}.ipynb").read_bytes(),
    }
    pile_of(course.build / "submitted", pile)
    (course.build / "submitted" / "ali" / TINY / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC\n")
    workbook(course, "grade", "build/submitted")
    return course


@pytest.fixture(scope="module")
def server(graded):
    with formgrader(graded.root) as asked:
        yield asked


def autograded(course, student):
    return nbformat.read(course.build / "autograded" / student / TINY / f"{TINY}.ipynb", as_version=4)


def opened(server, student):
    """The page of a submission, unescaped."""
    submission = server.submissions(TINY)[student]["id"]
    return server.page(f"submissions/{submission}/?index=0")[0]


def test_the_assignment_and_its_submissions_are_listed(server):
    assignment = next(row for row in server.api("assignments") if row["name"] == TINY)
    assert (assignment["num_submissions"], assignment["max_score"]) == (4, 9)
    rows = {row["student"]: row for row in server.api(f"submissions/{TINY}")}
    assert {student: row["code_score"] for student, row in rows.items()} == {
        "ali": 6,
        ZAHRA: 5,
        "mallory": 6,
        "omid": 0,
    }
    assert all(row["autograded"] for row in rows.values())
    assert {student for student, row in rows.items() if row["needs_manual_grade"]} == {"ali", ZAHRA, "mallory"}
    for page in ("manage_assignments", f"manage_submissions/{TINY}", "gradebook", f"gradebook/{TINY}/{TINY}"):
        assert "formgrader" in server.page(page)[0]


def test_a_submission_opens_with_its_own_outputs_its_scores_and_the_official_items(server):
    page = opened(server, "ali")
    assert "this is Ali&#39;s own output" in page or "this is Ali's own output" in page
    assert 'src="data:image/png;base64' in page
    assert "There is nothing to divide by." in page
    assert 'id="check-mean"' in page
    assert 'id="why-comment"' in page
    assert "4 of 4 properties hold" in page
    half = html.unescape(opened(server, ZAHRA))
    assert "چون تقسیم بر صفر تعریف نشده است." in half
    assert "3 of 4 properties hold" in half
    assert "Divide by how many there are." in half
    assert "own output" not in half


def test_the_automatic_points_are_in_place_and_the_written_answer_waits(server):
    submission = server.submissions(TINY)[ZAHRA]["id"]
    grades = {row["name"]: row for row in server.api(f"grades?submission_id={submission}")}
    assert grades["check-mean"]["auto_score"] == 3
    assert grades["why"]["auto_score"] is None
    assert grades["why"]["needs_manual_grade"]


def test_what_a_student_wrote_does_nothing_in_the_instructors_page(server):
    page = opened(server, "mallory")
    assert "\\href{" not in page[page.index('id="notebook"') :]
    for tag in re.findall(r"<[^>]*>", page[page.index('id="notebook"') :]):
        assert HARM not in tag
        assert "javascript:" not in html.unescape(tag).lower().replace(" ", "").replace("\n", "")
        assert "onerror" not in tag
        assert "evil.example" not in tag
    assert "سلام" in page
    assert len(page) < 500_000


def test_no_script_of_a_student_runs_in_a_browser(server, page):
    submission = server.submissions(TINY)["mallory"]["id"]
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.address}/formgrader/submissions/{submission}/")
    page.wait_for_function("window.formgrader?.loaded")
    for link in page.query_selector_all("#notebook a"):
        assert re.match(r"(#|https?:|mailto:|$)", link.get_attribute("href") or "")
    assert page.evaluate("window.harmed") is None
    assert not [address for address in asked if "evil.example" in address]


def test_notebooks_carry_the_grading_data_and_checksums_of_stock_autograde(graded, tmp_path):
    course = Course(tmp_path / "stock")
    shutil.copytree(graded.root, course.root)
    shutil.rmtree(course.build / "autograded")
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "nbgrader", "autograde", TINY, "--student", "ali", "--force"]
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    stock, ours = autograded(course, "ali"), autograded(graded, "ali")
    assert [name_of(cell) for cell in ours.cells] == [name_of(cell) for cell in stock.cells]
    for one, other in zip(ours.cells, stock.cells, strict=True):
        assert one.metadata.get("nbgrader") == other.metadata.get("nbgrader")
        assert one.source == other.source
        if "nbgrader" in one.metadata and not one.metadata.nbgrader.solution:
            assert one.metadata.nbgrader.checksum == compute_checksum(one)
    stamps = [root.build / "autograded" / "ali" / TINY / "timestamp.txt" for root in (course, graded)]
    assert stamps[0].read_text() == stamps[1].read_text()


def test_one_question_is_marked_for_one_student_after_the_other(server):
    submissions = sorted(row["id"] for row in server.submissions(TINY).values())
    fields = {}
    for submission in submissions:
        page, _ = server.page(f"submissions/{submission}/")
        fields[submission] = re.findall(r'<(?:input|textarea)[^>]*class="(?:score|comment) tabbable"[^>]*>', page)
        fields[submission] = [re.search(r'id="([^"]+)"|id="([^"]+)"', field)[1] for field in fields[submission]]
    assert len(set(map(tuple, fields.values()))) == 1
    tabbable = re.findall(r'class="[\w-]+ tabbable" id="([\w-]+)"|id="([\w-]+)" class="comment tabbable"', page)
    index = [name or other for name, other in tabbable].index("why")
    visited, here = [submissions[0]], submissions[0]
    while True:
        _, address = server.page(f"submissions/{here}/next?index={index}")
        if f"/gradebook/{TINY}/{TINY}" in address:
            break
        assert address.endswith(f"index={index}")
        here = re.search(r"submissions/([^/?]+)", address)[1]
        visited.append(here)
    assert visited == submissions


def test_the_keyboard_leads_from_one_answer_to_a_question_to_the_next_without_a_network(server, page):
    elsewhere = []
    page.on("request", lambda request: elsewhere.extend({request.url} if server.address not in request.url else ()))
    first, second, *_ = sorted(row["id"] for row in server.submissions(TINY).values())
    page.goto(f"{server.address}/formgrader/submissions/{first}/")
    page.wait_for_function("window.formgrader?.loaded && formgrader.grades.loaded && formgrader.comments.loaded")
    expect(page.locator("#notebook math")).not_to_have_count(0)
    page.locator("#why").fill("1.5")
    page.keyboard.press("Control+.")
    # not `wait_for_url`: formgrader sets out twice, and the first way may be broken off
    expect(page).to_have_url(re.compile(rf"submissions/{second}/\?index=\d+$"))
    expect(page.locator("#why")).to_be_focused()
    grades = {row["name"]: row for row in server.api(f"grades?submission_id={first}")}
    assert grades["why"]["manual_score"] == 1.5
    assert elsewhere == []


def test_points_and_a_comment_of_a_person_survive_a_regrade_and_reach_the_student(server, graded):
    submission = server.submissions(TINY)["ali"]["id"]
    grades = {row["name"]: row for row in server.api(f"grades?submission_id={submission}")}
    comments = {row["name"]: row for row in server.api(f"comments?submission_id={submission}")}
    given = dict(grades["why"], manual_score=2.5, extra_credit=0.5)
    assert server.put(f"grade/{grades['why']['id']}", **given) == 200
    words = "Good, but <b>why</b>?\nکافی نیست."
    assert server.put(f"comment/{comments['why']['id']}", **dict(comments["why"], manual_comment=words)) == 200
    assert not server.submissions(TINY)["ali"]["needs_manual_grade"]

    pile_of(graded.build / "submitted", {"ali": with_run(handed_in(graded, mean=HALF), mean=stdout("second run"))})
    workbook(graded, "grade", "build/submitted")
    row = {row["name"]: row for row in server.api(f"grades?submission_id={submission}")}
    assert (row["why"]["manual_score"], row["why"]["extra_credit"]) == (2.5, 0.5)
    assert row["why"]["needs_manual_grade"]
    assert row["check-mean"]["auto_score"] == 3
    assert "second run" in opened(server, "ali")

    workbook(graded, "feedback", "--student", "ali")
    ours = html.unescape((graded.build / "feedback" / "ali" / f"{TINY}.html").read_text(encoding="utf-8"))
    assert "8 of 9 points so far" in ours
    assert words in ours
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", TINY, "--student", "ali"]
    done = subprocess.run(command, cwd=graded.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    stock = (graded.build / "feedback" / "ali" / TINY / f"{TINY}.html").read_text(encoding="utf-8")
    assert "(Score: 8.0 / 9.0)" in stock
    assert "کافی نیست." in stock
