"""The page on a class: what it counts, what it puts side by side, and that it asks and runs nothing of others."""

import html
import re
import shutil
from dataclasses import replace

import pytest

from helpers import cli, student
from helpers.grading.marks import Mark
from helpers.grading.reports.class_figures import exercises_of, misconceptions_of, to_look_at
from helpers.grading.reports.class_page import write_report
from helpers.grading.reports.feedback import Work
from helpers.grading.results import CRASH, GRADED, INVALID, NOT_ANSWERED, TIMEOUT, Question, Result
from tests.grading.answered import right_in_part
from tests.grading.classes import TINY, Class, result
from tests.grading.handed_in import handed_in
from tests.grading.shown import HARM, HOSTILE_ANSWER
from tests.grading.test_harmless import verify
from tests.grading.test_similar import ONE, OTHER, RENAMED

ZAHRA = "زهرا محمدی"


@pytest.fixture
def group(two):
    return Class(two)


@pytest.fixture
def report(group):
    """Write the page; returns its text."""

    def run(marks=None, **chosen):
        path = group.course.build / "report.html"
        write_report(group.store, path, marks or {}, group.course, **chosen)
        return path.read_text("utf-8")

    return run


def table(page, caption):
    """The rows of a table, as a person reads them."""
    found = next(part for part in page.split("<table")[1:] if caption in html.unescape(part.split("</caption>")[0]))
    rows = re.findall(r"<tr>(.*?)</tr>", found.split("</table>")[0], re.DOTALL)
    return [
        [" ".join(html.unescape(re.sub("<[^>]*>", " ", cell)).split()) for cell in re.split(r"(?=<t[hd])", row)[1:]]
        for row in rows
    ]


def mean_as(program):
    """One of the longer programs as an answer to the exercise `mean`."""
    first, second = re.search(r"def spread\((\w+)[^,]*, (\w+)", program).groups()
    program = re.sub(r"def spread\(.*\)( -> float)?:", f"def mean({first}):", program)
    return re.sub(rf"\b{second}\b", "2.0", re.sub(rf"\b{first}\b", "numbers", program))


# Counting


def test_points_are_counted_by_their_share():
    works = [Work(result(str(place), mean=share)) for place, share in enumerate((0, 0.25, 0.5, 0.75, 1, 1))]
    works.append(Work(result("by hand", mean=0), {"mean": Mark(3.9), "why": Mark(1.5)}))
    works.append(Work(Result("pdf", TINY, INVALID)))
    mean, counter, why = exercises_of(works)
    assert mean.bins == [1, 1, 1, 1, 1, 2]
    assert mean.mean == pytest.approx((0 + 0.25 + 0.5 + 0.75 + 1 + 1 + 0.975) / 7)
    assert mean.full == pytest.approx(2 / 7)
    assert counter.bins == [0, 0, 0, 0, 0, 7]
    assert (why.waiting, why.bins) == (6, [0, 0, 1, 0, 0, 0])


def test_extra_credit_is_all_points_and_an_exercise_without_points_is_none():
    works = [Work(result("ali"), {"mean": Mark(4, extra=1)})]
    assert exercises_of(works)[0].bins == [0, 0, 0, 0, 0, 1]
    free = replace(result("ali"), questions=(right_in_part("free", 0, 1),))
    assert exercises_of([Work(free)])[0].shares == [0]


def test_misconceptions_are_counted_once_a_student_and_only_of_who_wrote_something():
    stub = "It is not written yet: replace `raise NotImplementedError()` by your code."
    graded = [result("a", mean=0.75), result("b", mean=0.75), result("c", mean=0.5, counter=0.75), result("d")]
    blank = right_in_part("mean", 4, 0, reason=stub)
    graded.append(replace(result("e"), questions=(blank, Question("why", 3, by_hand=True, trouble=NOT_ANSWERED))))
    graded.append(Result("f", TINY, INVALID))
    found = misconceptions_of(graded)
    assert [(one.exercise, one.name, one.count, one.asked) for one in found] == [
        ("mean", "item 3", 3, 4),
        ("Counter", "item 3", 1, 4),
        ("mean", "item 2", 1, 4),
    ]
    assert found[0].advice == "Divide by how many there are."
    mean, why = exercises_of([Work(graded[4])])
    assert (mean.unwritten, why.unwritten) == (1, 1)


def test_a_person_is_to_look_at_what_was_not_graded_in_full_and_at_damage():
    everything = [
        result("fine", repairs=("The file is called x.ipynb; it is read as 01_tiny.ipynb.",)),
        result("cut", repairs=("The file is cut off or damaged; 3 cells were read.",)),
        result("slow", state=TIMEOUT, counter=0),
        Result("pdf", TINY, INVALID, "It is a PDF."),
        Result("odd", TINY, "eaten by a dog", "Woof."),
        Result("omid", TINY, "missing"),
    ]
    found = {look.result.student: look.why for look in to_look_at(everything)}
    assert set(found) == {"cut", "slow", "pdf", "odd", "omid"}
    assert found["cut"].startswith("The file is cut off")
    assert found["pdf"].endswith("It is a PDF.")
    assert found["odd"] == "a state that this page does not know. Woof."
    assert found["omid"].startswith("nothing was handed in")


# The page


def test_the_page_shows_the_class(group, report):
    group.add(result("ali", mean=0.75), handed_in(group.course))
    group.add(result(ZAHRA, mean=0.75, counter=0, state=CRASH), handed_in(group.course))
    group.add(Result("pdf", TINY, INVALID, "It is a PDF.", file="pile.zip/pdf"))
    group.add(result("ali", problem="02_other"), handed_in(group.course, "02_other"))
    page = report({("ali", TINY): {"why": Mark(3)}})
    head, tiny, other = table(page, "Problems: how many")
    assert head == ["problem", "results", "graded", "crash", "invalid", "median points", "of", "answers to read"]
    assert tiny == [TINY, "3", "1", "1", "1", "8", "9", "1"]
    assert other == ["02_other", "1", "1", "0", "0", "6", "9", "1"]
    assert [row[0] for row in table(page, "Submissions that were not graded in full")[1:]] == ["pdf", ZAHRA]
    rows = table(page, "01_tiny: points per exercise")
    assert rows[1][:7] == ["mean", "code", "4", "75 %", "0 %", "0", "–"]
    assert rows[3][:7] == ["why", "written", "3", "100 %", "100 %", "0", "1"]
    assert "0: 0, up to ¼: 0, up to ½: 0, up to ¾: 2, less than all: 0, all: 0" in html.unescape(page)
    assert table(page, "Properties that fail")[1] == ["2", "100 %", "mean", "item 3", "Divide by how many there are."]
    assert table(page, "Points so far of every student")[1:] == [
        ["ali", "8", "6", "14"],
        ["pdf", "invalid", "", "0"],
        [ZAHRA, "3", "", "3"],
    ]


def test_near_identical_answers_stand_side_by_side_and_are_said_to_prove_nothing(group, report):
    for name, answer in (("ali", ONE), (ZAHRA, RENAMED), ("omid", OTHER)):
        group.add(result(name), handed_in(group.course, mean=mean_as(answer)))
    page = report()
    assert "Similarity is no proof." in page
    figures = re.findall(r"<figcaption>(.*?)</figcaption>(.*?)</figure>", page, re.DOTALL)
    assert len(figures) == 2
    assert {re.sub("<[^>]*>", "", names) for names, _ in figures} == {"ali", ZAHRA}
    assert "mittel" in "".join(code for _, code in figures)
    assert "2 students, the same but for names and comments" in page


def test_model_answers_and_untouched_notebooks_are_not_alike(group, report):
    release = (group.course.notebooks / TINY / f"{TINY}.ipynb").read_bytes()
    for name in ("ali", "sara"):
        group.add(result(name), handed_in(group.course))
        group.add(result(f"{name} blank", mean=0), release)
    page = report()
    assert "<figure>" not in page


def test_one_problem_only(group, report):
    group.add(result("ali"), handed_in(group.course))
    group.add(result("sara", problem="02_other"), handed_in(group.course, "02_other"))
    page = report(problem="02_other")
    assert "sara" in page
    assert "01_tiny" not in page


def test_late_marks_of_the_results_are_shown(group, report):
    group.add(result("ali"))
    assert 'id="late"' not in report()
    text = f"\ufeffstudent,problem,late by\n{ZAHRA},{TINY},2 d 3 h\nali,02_other,5 min\n"
    (group.store.folder / "late.csv").write_text(text, encoding="utf-8")
    rows = table(report(problem=TINY), "Work that came after its deadline")
    assert rows == [["student", "problem", "late by"], [ZAHRA, TINY, "2 d 3 h"]]


def test_results_without_notebooks_or_sources_have_their_points(group, report):
    group.add(result("ali"))
    shutil.rmtree(group.course.solutions)
    assert table(report(), "Points so far of every student")[1] == ["ali", "6", "6"]
    shutil.rmtree(group.course.notebooks)
    assert table(report(), "Points so far of every student")[1] == ["ali", "6", "6"]


def test_nothing_of_a_hostile_student_acts(group, report):
    hostile = f"<script>{HARM}</script>"
    code = mean_as(ONE) + f"\n# </script><script>{HARM}</script>"
    for name in (hostile, "ali"):
        answer = HOSTILE_ANSWER + " The lower bound is loose because the approximate posterior cannot match " * 5
        group.add(result(name, mean=0, file=hostile), handed_in(group.course, mean=code, why=answer))
    group.add(Result("x", TINY, hostile, hostile))
    (group.store.folder / "late.csv").write_text(f"student,{hostile}\nali,{hostile}\n", encoding="utf-8")
    page = report()
    assert page.count("<script>") == 1
    body = page[page.index("<body>") : page.index("<script>")]
    verify(re.sub(r"<svg class=\"bars\".*?</svg>", "", body, flags=re.DOTALL))
    assert "<figure>" in page


def test_tables_have_captions_and_headings(group, report):
    group.add(result("ali", mean=0))
    page = report()
    assert page.count("<caption>") == page.count("<table") == page.count('role="region"') > 3
    assert all('scope="col"' in head for head in re.findall(r"<thead>(.*?)</thead>", page))
    assert 'role="img" aria-label="0: 1' in page


def test_tables_sort_without_a_network_and_by_keyboard(group, report, browser):
    for name, share in (("ali", 0.5), ("omid", 1), (ZAHRA, 0.25)):
        group.add(result(name, mean=share), handed_in(group.course, mean=mean_as(ONE)))
    report()
    page = browser.new_page(viewport={"width": 640, "height": 800})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((group.course.build / "report.html").as_uri())
    students = page.locator("table", has=page.get_by_text("Points so far of every student"))
    button = students.get_by_role("button", name="sum")

    def column():
        return students.locator("tbody tr td:last-child").all_inner_texts()

    button.focus()
    page.keyboard.press("Enter")
    assert column() == ["3", "4", "6"]
    page.keyboard.press("Space")
    assert column() == ["6", "4", "3"]
    assert students.locator("th[aria-sort=descending]").inner_text().startswith("sum")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert asked == [(group.course.build / "report.html").as_uri()]
    assert said == []
    page.close()


def test_the_command_writes_the_page_and_says_where(group, monkeypatch, capsys):
    monkeypatch.setattr(student, "ROOT", group.course.root)
    monkeypatch.chdir(group.course.root)
    for name, answer in (("ali", ONE), (ZAHRA, RENAMED)):
        group.add(result(name), handed_in(group.course, mean=mean_as(answer)))
    assert cli.outcome_of(["report"]) == 0
    assert capsys.readouterr().out == "build/report.html shows 2 results; 1 group of near-identical answers.\n"
    assert cli.outcome_of(["report", "--out", "elsewhere/page.html", "--problem", "tiny"]) == 0
    assert (group.course.root / "elsewhere" / "page.html").is_file()
    assert group.store.get("ali", TINY).state == GRADED
