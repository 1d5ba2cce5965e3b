"""Feedback pages: what a student is shown, what no student may see, and that nothing on them acts."""

import html
import re
from dataclasses import replace

import pytest

from helpers import cli, student
from helpers.errors import WorkbookError
from helpers.grading.marks import Mark
from helpers.grading.reports.feedback import write_feedback
from helpers.grading.results import CRASH, GRADER_ERROR, INVALID, NOT_ANSWERED, SET_ASIDE, TIMEOUT, Result
from tests.grading.classes import SECRET, TINY, Class, result
from tests.grading.handed_in import handed_in
from tests.grading.shown import HARM, HOSTILE_ANSWER, HOSTILE_OUTPUTS, drawn, picture, stdout, with_run
from tests.grading.test_harmless import verify

ZAHRA = "زهرا محمدی"


@pytest.fixture
def group(two):
    return Class(two)


@pytest.fixture
def write(group):
    """Write pages; returns a function that reads one."""

    def run(marks=None, **chosen):
        write_feedback(group.store, group.course.build / "feedback", marks or {}, **chosen)
        return lambda name, page=TINY: (group.course.build / "feedback" / name / f"{page}.html").read_text("utf-8")

    return run


def plain(page):
    """What a person reads of a page."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_a_page_shows_points_what_fails_with_its_advice_and_the_students_own_work(group, write):
    content = with_run(handed_in(group.course), mean=stdout("my own output"), plot=drawn())
    group.add(result("ali", mean=0.75, repairs=("The cell `mean` was there 2 times.",)), content)
    page = write()("ali")
    shown = plain(page)
    assert "5 of 9 points so far. Written answers for 3 points wait for a person to read them." in shown
    assert "mean · 3 of 4 points" in shown
    assert "✗ item 3 It raised ValueError on an input of the check. Divide by how many there are." in shown
    assert "3 properties hold" in shown
    assert "why · 3 points, open" in shown
    assert "There is nothing to divide by." in shown
    assert "my own output" in shown
    assert "return sum ( numbers )" in shown
    assert "was there 2 times" in shown
    assert picture() in page
    assert f'{TINY}.html">' in write()("ali", "index")


def test_no_page_shows_what_a_check_saw(group, write):
    troubled = result("ali", mean=0, counter=0)
    told = f"The exercise's cell fails: KeyError: {SECRET} (in `x[{SECRET}]`)"
    questions = tuple(replace(q, trouble=told) if q.items else q for q in troubled.questions)
    troubled = replace(troubled, questions=questions, detail=f"Cells without a check that fail: {SECRET}")
    group.add(troubled, handed_in(group.course))
    named = replace(
        questions[0], trouble="", items=(replace(questions[0].items[0], reason=f"It raised x{SECRET[2:]}: no."),)
    )
    group.add(replace(result("sara"), questions=(named,), state=CRASH), handed_in(group.course))
    read = write()
    for name in ("ali", "sara"):
        assert SECRET not in read(name)
        assert SECRET[2:] not in read(name)
    assert "The exercise's cell fails: KeyError. Restart the kernel" in plain(read("ali"))
    assert "It raised an exception on an input" in plain(read("sara"))


def test_no_page_shows_anything_of_another_student(group, write):
    for name in ("Bahman", "Soraya"):
        answers = {"why": f"Because {name} says so.", "mean": f"def mean(numbers):\n    return '{name}s code'"}
        group.add(result(name), handed_in(group.course, **answers))
    read = write()
    for name, other in (("Bahman", "Soraya"), ("Soraya", "Bahman")):
        for page in (TINY, "index"):
            assert name in read(name, page)
            assert other not in read(name, page)


def test_nothing_of_a_hostile_notebook_acts(group, write):
    content = with_run(handed_in(group.course, why=HOSTILE_ANSWER), mean=HOSTILE_OUTPUTS, plot=HOSTILE_OUTPUTS)
    hostile = "<script>window.harmed=1</script>"
    group.add(result(hostile, repairs=(hostile,)), content)
    folder = group.course.build / "feedback"
    write()
    pages = list(folder.rglob("*.html"))
    assert len(pages) == 2
    for path in pages:
        page = path.read_text("utf-8")
        assert "default-src 'none'" in page
        assert "script-src 'none'" in page
        body = re.sub(r'src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+"', "", page[page.index("<body>") :])
        verify(body)
        assert len(page) < 300_000


def test_hostile_pages_ask_nothing_and_run_nothing_in_a_browser(group, write, browser):
    content = with_run(handed_in(group.course, why=HOSTILE_ANSWER), mean=HOSTILE_OUTPUTS, plot=drawn())
    group.add(result(ZAHRA), content)
    write()
    page = browser.new_page(viewport={"width": 640, "height": 800}, color_scheme="dark")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((group.course.build / "feedback" / ZAHRA / f"{TINY}.html").as_uri())
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("window.harmed") is None
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("[...document.images].every((image) => image.alt)")
    ink, paper = page.evaluate("((s) => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert (ink, paper) == ("rgb(230, 232, 235)", "rgb(21, 24, 28)")
    name = page.locator("main > p bdi").first
    assert name.evaluate("(e) => getComputedStyle(e).direction") == "rtl"
    page.close()


def test_a_persian_answer_runs_from_right_to_left(group, write):
    group.add(result(ZAHRA), handed_in(group.course, why="چون تقسیم بر صفر تعریف نشده است."))
    page = write()(ZAHRA)
    assert f'<bdi dir="auto">{ZAHRA}</bdi>' in page
    assert '<div class="answer" dir="auto"><p>چون' in page


# What a person gave


def test_points_and_comments_of_a_person_come_before_the_automatic_ones(group, write):
    group.add(result("ali", mean=0.5), handed_in(group.course))
    marks = {
        "why": Mark(2.5, 0.5, False, "Good, <b>but</b> short.\nکافی نیست"),
        "mean": Mark(3, comment="Half a point for the idea."),
        "Counter": Mark(waits=False),
    }
    shown = plain(write({("ali", TINY): marks})("ali"))
    assert "8 of 9 points so far." in shown
    assert "wait for a person" not in shown
    assert "Good, <b>but</b> short. کافی نیست" in shown
    assert "mean · 3 of 4 points" in shown
    assert "points given by a person" in shown
    assert "Extra credit: 0.5 points" in shown


def test_a_blank_question_earns_nothing_and_says_so(group, write):
    group.add(result("ali", why=NOT_ANSWERED), handed_in(group.course))
    shown = plain(write()("ali"))
    assert "6 of 9 points so far." in shown
    assert "✗ not answered" in shown


def test_points_that_a_person_is_to_look_at_again_say_so(group, write):
    group.add(result("ali"), handed_in(group.course))
    assert "to be looked at again" in plain(write({("ali", TINY): {"why": Mark(2, waits=True)}})("ali"))


# States


@pytest.mark.parametrize(
    ("state", "sentence", "points"),
    [
        (TIMEOUT, "Some of your code took too long", True),
        (CRASH, "ended its process or used up its memory", True),
        (INVALID, "No notebook of this workbook could be read, so there are no points yet. It is a picture.", False),
        (SET_ASIDE, "A person has to look at it before there are points. It is a picture.", False),
        (GRADER_ERROR, "no fault of yours; there are no points yet, and no zero.", False),
        ("missing", "Nothing was handed in.", False),
        ("eaten by a dog", "Its state is: eaten by a dog.", False),
    ],
)
def test_every_state_has_a_page_and_a_sentence(group, write, state, sentence, points):
    group.add(
        result("ali", state=state, detail="It is a picture.")
        if points
        else Result("ali", TINY, state, "It is a picture.")
    )
    shown = plain(write()("ali"))
    assert sentence in shown
    assert ("points so far" in shown) == points
    assert ("It is a picture." in shown) == (state in (INVALID, SET_ASIDE))
    if not points:
        assert state in plain(write()("ali", "index"))


def test_a_page_without_a_kept_notebook_has_points_and_advice(group, write):
    group.add(result("ali", mean=0))
    assert "Divide by how many there are." in plain(write()("ali"))


# Files


def test_only_what_is_asked_for_is_written_and_the_index_knows_the_rest(group, write):
    for problem in (TINY, "02_other"):
        for name in ("ali", "sara"):
            group.add(result(name, problem=problem))
    folder = group.course.build / "feedback"
    write(student="ali")
    assert {path.name for path in folder.iterdir()} == {"ali"}
    (folder / "ali" / "02_other.html").unlink()
    write(problem=TINY)
    assert {path.name for path in folder.iterdir()} == {"ali", "sara"}
    assert "02_other" not in write(problem=TINY)("sara", "index")
    assert "02_other" in write(problem="02_other")("sara", "index")
    assert TINY in write(problem="02_other")("sara", "index")


def test_names_that_a_file_system_confuses_have_folders_of_their_own(group, write):
    for name in ("Ali", "ali", "../out", "a/b"):
        group.add(result(name))
    write()
    folders = [path.name for path in (group.course.build / "feedback").iterdir()]
    assert len({name.casefold() for name in folders}) == 4
    assert all(len(list((group.course.build / "feedback" / name).iterdir())) == 2 for name in folders)


def test_what_is_not_there_is_one_sentence(group, write):
    with pytest.raises(WorkbookError, match=r"^There is no result in .*; run workbook grade, or look for the name"):
        write()
    group.add(result("ali"))
    with pytest.raises(WorkbookError, match="There is no result of 'omid' in"):
        write(student="omid")
    (group.course.build / "feedback").write_text("in the way")
    with pytest.raises(WorkbookError, match="cannot be written"):
        write()


@pytest.fixture
def workbook(two, monkeypatch):
    monkeypatch.setattr(student, "ROOT", two.root)
    monkeypatch.chdir(two.root)
    return lambda *arguments: cli.outcome_of(list(arguments))


def test_the_command_writes_pages_and_says_where(workbook, group, capsys):
    group.add(result("ali"))
    assert workbook("feedback") == 0
    assert capsys.readouterr().out == "1 page in build/feedback, beside an index for each student.\n"
    assert workbook("feedback", "--problem", "tiny", "--student", "ali", "--out", "elsewhere") == 0
    assert (group.course.root / "elsewhere" / "ali" / f"{TINY}.html").is_file()
    assert not (group.course.build / "gradebook.db").exists()


@pytest.mark.parametrize("command", ["feedback", "report", "gradescope"])
def test_mistakes_of_the_commands_are_one_sentence(workbook, group, capsys, command):
    assert workbook(command) == 1
    assert "There is no result in" in capsys.readouterr().err
    group.add(result("ali"))
    assert workbook(command, "--problem", "tyni") == 1
    assert "did you mean 01_tiny" in capsys.readouterr().err
    assert workbook(command, "--fast") == 2
    if command != "gradescope":
        (group.course.build / "gradebook.db").write_bytes(b"no database" * 100)
        capsys.readouterr()
        assert workbook(command) == 1
        printed = capsys.readouterr().err
        assert "cannot be read (file is not a database)" in printed
        assert printed.count("\n") == 1
        assert workbook(command, "--no-gradebook") == 0
    assert HARM not in capsys.readouterr().out
