"""An instructor's afternoon: twelve notebooks graded, one of them read and marked in formgrader, feedback for all."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from helpers.grading import answers, build, source
from helpers.grading.source import COURSE, Course
from helpers.student import is_named, kind_of
from tests.browser.answered import solved, write_answers
from tests.browser.conftest import ROOT
from tests.browser.looks import Looks, looks
from tests.browser.tab import screenshot
from tests.grading.conftest import need_bubblewrap
from tests.grading.handed_in import pile_of
from tests.grading.serving import formgrader, workbook

START = "00_start"
ZAHRA = "زهرا محمدی"
RIGHT, WRONG, PARTIAL = ("ali", "maryam", "omid", ZAHRA), ("bahar", "farid", "hamed"), ("kian", "laleh", "nima")
CUT, LOST = "reza", "sina"  # a file that ends too early, and one from which cells are gone
QUESTION = "reading_curves"
PERSIAN_ANSWER = "الف) پیش از آموزش زیان نزدیک لگاریتم ده است، چون همهٔ رده‌ها یک احتمال دارند."
PERSIAN_COMMENT = "بخش ب کافی نیست."


def class_of_twelve(course: Course) -> dict[str, bytes]:
    """What the students hand in: right, wrong throughout, right in the first half, damaged."""
    right = solved(START)
    corpus = answers.load(source.load(START), list(right)).answers
    slips = {
        name: [answer.code for answer in corpus[name] if not answer.right] or [code] for name, code in right.items()
    }
    work = {student: (right, "Because the logarithm of ten is 2.3.") for student in (*RIGHT, LOST)}
    work[ZAHRA] = (right, PERSIAN_ANSWER)
    for place, student in enumerate(WRONG):
        work[student] = ({name: wrong[place % len(wrong)] for name, wrong in slips.items()}, "I do not know.")
    for place, student in enumerate(PARTIAL):
        work[student] = (dict(list(right.items())[: 4 + place]), "")
    pile = {}
    for student, given in work.items():
        pile[student] = nbformat.read(course.notebooks / START / f"{START}.ipynb", as_version=4)
        write_answers(pile[student], *given)
    checks = [cell for cell in pile[LOST].cells if is_named(cell) and kind_of(cell) == "check"]
    pile[LOST].cells = [cell for cell in pile[LOST].cells if cell not in (checks[0], checks[-1])]
    files = {student: nbformat.writes(notebook).encode() for student, notebook in pile.items()}
    return files | {CUT: files[RIGHT[0]][:2000]}


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Course:
    """A course with the first problem, and the class graded by `workbook grade`."""
    need_bubblewrap()
    course = Course(tmp_path_factory.mktemp("class") / "course")
    course.solutions.mkdir(parents=True)
    shutil.copy(COURSE.solutions / f"{START}.py", course.solutions)
    for folder in ("expected", "reference"):
        shutil.copytree(COURSE.solutions / folder, course.solutions / folder)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    build.build_all([START], course=course)
    pile_of(course.build / "submitted", class_of_twelve(course), START)
    workbook(course, "grade", "build/submitted")
    return course


@pytest.fixture(scope="module")
def server(graded):
    with formgrader(graded.root) as asked:
        yield asked


def test_formgrader_lists_the_assignment_and_generates_it(server, page, graded):
    page.goto(f"{server.address}/formgrader/manage_assignments")
    row = page.get_by_role("row").filter(has_text=START)
    expect(row.locator(".num-submissions")).to_have_text(re.compile(r"^\s*12\s*$"))
    released = graded.build / "release" / START / f"{START}.ipynb"
    before = released.read_bytes()
    released.unlink()
    row.locator(".assign a").click()
    dialog = page.locator("#success-modal, #error-modal")
    dialog.get_by_role("heading").wait_for()
    screenshot(page, "formgrader-generated")
    assert dialog.get_attribute("id") == "success-modal", dialog.inner_text()
    assert released.read_bytes() == before


def test_every_student_has_the_points_that_the_answers_earn(server, page):
    most = sum(cell.metadata.nbgrader.points for cell in checks_of_the_release())
    rows = {row["student"]: row for row in server.api(f"submissions/{START}")}
    points = {student: row["code_score"] for student, row in rows.items() if row["autograded"]}
    assert {student: points[student] for student in (*RIGHT, LOST)} == dict.fromkeys((*RIGHT, LOST), most)
    assert all(points[student] < most / 2 for student in WRONG), points
    assert 0 < points["kian"] < points["laleh"] < points["nima"] < most
    assert points.get(CUT, 0) == 0
    page.goto(f"{server.address}/formgrader/manage_submissions/{START}")
    for student in (*RIGHT, *WRONG, *PARTIAL, LOST):
        row = page.get_by_role("row").filter(has_text=student)
        expect(row.locator(".score")).to_have_text(re.compile(rf"^\s*{re.escape(f'{round(points[student], 2):g}')} / "))
    screenshot(page, "formgrader-submissions")


def checks_of_the_release():
    notebook = nbformat.read(COURSE.notebooks / START / f"{START}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if is_named(cell) and kind_of(cell) == "check"]


def test_a_score_and_a_comment_by_hand_reach_both_kinds_of_feedback(server, page, graded):
    submission = server.submissions(START)[ZAHRA]["id"]
    page.goto(f"{server.address}/formgrader/submissions/{submission}/?index=0")
    wait_for_marks(page)
    expect(page.locator("input#check-brightness")).to_have_attribute("placeholder", "1")
    expect(page.get_by_role("main")).to_contain_text(PERSIAN_ANSWER)
    assert looks(page, "#notebook").broken == []
    screenshot(page, "formgrader-submission")

    score, comment = page.locator(f"input#{QUESTION}"), page.locator(f"textarea#{QUESTION}-comment")
    score.scroll_into_view_if_needed()
    for field, text, kind in ((score, "2.5", "grade"), (comment, PERSIAN_COMMENT, "comment")):
        with page.expect_response(lambda answer, kind=kind: f"/api/{kind}/" in answer.url) as answered:
            field.fill(text)
            field.press("Tab")
        assert answered.value.ok
    score.scroll_into_view_if_needed()
    screenshot(page, "formgrader-marked")
    page.reload()
    wait_for_marks(page)
    expect(score).to_have_value("2.5")
    expect(comment).to_have_value(PERSIAN_COMMENT)

    workbook(graded, "feedback")
    most = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in released_cells())
    earned = sum(cell.metadata.nbgrader.points for cell in checks_of_the_release()) + 2.5
    page.goto((graded.build / "feedback" / ZAHRA / f"{START}.html").as_uri())
    assert PERSIAN_COMMENT in page.inner_text("body")
    assert f"{earned:g} of {most:g} points" in page.inner_text("body")
    assert examine(page, "feedback").persian

    command = [sys.executable, "-m", "nbgrader", "generate_feedback", START, "--student", ZAHRA]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=graded.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page.goto((graded.build / "feedback" / ZAHRA / START / f"{START}.html").as_uri())
    assert PERSIAN_COMMENT in page.inner_text("body")
    assert re.search(rf"Score: {earned:.1f} / {most:.1f}", page.inner_text("body"))
    screenshot(page, "nbgraders-feedback")


def test_the_keyboard_moves_from_score_to_score_with_no_network(server, page):
    elsewhere = []
    page.on("request", lambda request: elsewhere.extend({request.url} if server.address not in request.url else ()))
    first, second, *_ = sorted(row["id"] for row in server.submissions(START).values())
    page.goto(f"{server.address}/formgrader/submissions/{first}/")
    wait_for_marks(page)
    fields = page.locator(".tabbable")
    expect(fields.first).to_be_focused()
    for key, places in (("Tab", range(1, 6)), ("Shift+Tab", range(4, -1, -1))):
        for place in places:
            page.keyboard.press(key)
            expect(fields.nth(place)).to_be_focused()
    page.locator(f"input#{QUESTION}").focus()
    page.keyboard.press("Control+.")
    expect(page).to_have_url(re.compile(rf"submissions/{second}/\?index=\d+$"))
    expect(page.locator(f"input#{QUESTION}")).to_be_focused()
    expect(page.locator("#notebook math")).not_to_have_count(0)
    assert "$" not in "".join(page.locator("#notebook .text_cell_render > p").all_inner_texts())
    assert elsewhere == []


def wait_for_marks(page) -> None:
    """Wait for keys, scores and comments: a submission's page asks for each of these by itself, once it is there."""
    page.wait_for_function("() => formgrader.loaded && formgrader.grades.loaded && formgrader.comments.loaded")


def released_cells():
    return nbformat.read(COURSE.notebooks / START / f"{START}.ipynb", as_version=4).cells


def test_wrong_and_damaged_work_is_told_what_is_wrong(page, graded):
    workbook(graded, "feedback")
    page.goto((graded.build / "feedback" / WRONG[0] / f"{START}.html").as_uri())
    assert "a single number came out" in page.inner_text("body")
    examine(page, "feedback-of-wrong-answers")
    page.goto((graded.build / "feedback" / CUT / f"{START}.html").as_uri())
    examine(page, "feedback-of-a-damaged-file")


def test_the_page_of_the_class_names_what_it_misunderstands(page, graded):
    workbook(graded, "report")
    page.goto((graded.build / "report.html").as_uri())
    assert "one number per image" in page.inner_text("body")
    assert ZAHRA in page.inner_text("body")
    assert examine(page, "class").persian


def examine(page, name: str) -> Looks:
    """Look at a page of ours, wide and narrow, light and dark; what it looks like in the light."""
    light = looks(page, "body")
    screenshot(page, name)
    page.emulate_media(color_scheme="dark")
    dark = looks(page, "body")
    screenshot(page, f"{name}-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 640, "height": 450})
    narrow = looks(page, "body")
    screenshot(page, f"{name}-at-200-percent")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert light.wrong() == {}
    assert dark.faint == []
    assert narrow.clipped == []
    return light
