"""Late work is reported with how late it is, by whose deadline, and costs points only by a rule that is named."""

import csv
import datetime

import pytest

from helpers.errors import WorkbookError
from helpers.grading.deadlines import Deadlines, Penalty, span, write_late
from helpers.grading.results import GRADED, INVALID, MISSING, Question, Result, Store
from helpers.grading.roster import Roster
from tests.grading.making_piles import KNOWN, sentence


@pytest.fixture
def read(tmp_path):
    def run(text, roster=None):
        (tmp_path / "deadlines.csv").write_text(text, encoding="utf-8")
        return Deadlines.read(tmp_path / "deadlines.csv", KNOWN, roster)

    return run


@pytest.fixture
def roster(tmp_path):
    (tmp_path / "class.csv").write_text("id,name\n97123456,زهرا محمدی\n1,Ali\n2,Ali\n", encoding="utf-8")
    return Roster.read(tmp_path / "class.csv")


def result(submitted, student="ali", state=GRADED, marked_late=None):
    questions = (Question("gate", 6), Question("why", 4, by_hand=True)) if state == GRADED else ()
    return Result(
        student, "02_pixelcnn", state, questions=questions, submitted=submitted, marked_late=marked_late, file="x.ipynb"
    )


def at(time):
    return datetime.datetime.fromisoformat(time)


UTC = "problem,deadline,student\n02_pixelcnn,2026-11-20 12:00+00:00,\npixelcnn,2026-11-22 12:00+00:00,Sara\n"


def test_how_late_and_by_which_deadline(read):
    due = read(UTC)
    assert due.of("ali", "02_pixelcnn") == (at("2026-11-20T12:00+00:00"), False)
    assert due.of("SARA", "02_pixelcnn") == (at("2026-11-22T12:00+00:00"), True)
    assert due.of("ali", "03_vae") == (None, False)
    late = list(
        due.late(
            [
                result("2026-11-20T12:00:00+00:00"),
                result("2026-11-20T12:00:01+00:00", "omid"),
                result("2026-11-21T18:30:00+03:30", "nima"),
                result("2026-11-22T11:59:59+00:00", "sara"),
                result("2026-11-23T13:01:00+00:00", "sara"),
                result("", "gone", MISSING),
            ]
        )
    )
    assert [str(one) for one in late] == [
        "omid, 02_pixelcnn: 1 min after the deadline 2026-11-20 12:00",
        "nima, 02_pixelcnn: 1 d 3 h after the deadline 2026-11-20 12:00",
        "sara, 02_pixelcnn: 1 d 1 h after an extended deadline 2026-11-22 12:00",
    ]
    assert {one.penalty for one in late} == {0}


def test_where_no_time_says_it(read):
    due = read(UTC)
    unknown, marked = due.late([result(""), result("2026-11-30T00:00:00+00:00", marked_late=True)])
    assert str(unknown) == "ali, 02_pixelcnn: unknown: no time was recorded"
    assert str(marked) == "ali, 02_pixelcnn: marked late by the platform"
    assert list(due.late([result("2026-11-30T00:00:00+00:00", marked_late=False)])) == []  # the time of an export


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2026-11-20", "2026-11-20T23:59:59"),
        ("2026/11/20", "2026-11-20T23:59:59"),
        ("۲۰۲۶-۱۱-۲۰ ۲۳:۵۹", "2026-11-20T23:59:00"),
        ("2026-11-20T08:00", "2026-11-20T08:00:00"),
    ],
)
def test_times_without_a_zone_are_this_machines(read, written, means):
    due, _ = read(f"problem,deadline\n02_pixelcnn,{written}\n").of("ali", "02_pixelcnn")
    assert due == at(means).astimezone()


def test_an_extension_is_found_by_the_roster(read, roster):
    due = read("مسئله;مهلت;دانشجو\n02_pixelcnn;2026-11-20;زهرا محمدي\n", roster)
    assert due.of("97123456", "02_pixelcnn")[1]
    assert due.of("1", "02_pixelcnn") == (None, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("problem,deadline\n02_pixelcnn,soon\n", "Line 2 of"),
        ("problem,deadline\n02_pixelcnn,\n", "'' is no time; write one such as"),
        ("problem,deadline\n02_pixelcnn,1405-08-29\n", "is in the year 1405; write dates of the Gregorian calendar"),
        ("problem,deadline\n09_flows,2026-11-20\n", "There is no problem '09_flows'"),
        ("problem,deadline\n02,2026-11-20\npixelcnn,2026-11-21\n", "gives 02_pixelcnn a second deadline"),
        (
            "problem,deadline,student\n02,2026-11-20,Ali\n",
            "'Ali' is on the roster several times; write the student's id",
        ),
        ("problem,deadline,student\n02,2026-11-20,Sara\n", "'Sara' is not on the roster"),
        ("a,b\n1,2\n", "deadlines have the headings problem, deadline"),
    ],
)
def test_what_are_no_deadlines(read, roster, text, said):
    with pytest.raises(WorkbookError) as error:
        read(text, roster)
    assert said in sentence(str(error.value))


# Penalties


@pytest.mark.parametrize(
    ("rule", "hours", "taken"),
    [
        ("10%/day", 1 / 3600, 1),
        ("10%/day", 24, 1),
        ("10%/day", 24.1, 2),
        ("10% per day", 24 * 30, 10),
        ("10%/day up to 50%", 24 * 30, 5),
        ("10%/day, max=15%", 25, 1.5),
        ("0.5%/hour", 3, 0.15),
        ("۱۰٪/day", 1, 1),
    ],
)
def test_a_rule_takes_off_a_part_of_the_problems_points(rule, hours, taken):
    assert Penalty.parse(rule).of(hours * 3600, 10) == taken


@pytest.mark.parametrize("rule", ["", "10", "10/day", "10%/week", "-1%/day", "0%/day", "101%/day", "10%/day up to 0%"])
def test_what_is_no_rule(rule):
    with pytest.raises(WorkbookError) as error:
        Penalty.parse(rule)
    assert "write one such as 10%/day" in sentence(str(error.value))


def test_a_rule_says_itself_in_words():
    assert str(Penalty.parse("10%/day up to 50%")) == ("10 % of a problem's points for each day begun, 50 % at most")
    assert str(Penalty.parse("1%/hour")) == "1 % of a problem's points for each hour begun"


def test_points_are_taken_off_graded_work_only(read):
    days = [result("2026-11-22T13:00:00+00:00"), result("2026-11-22T13:00:00+00:00", "omid", INVALID)]
    found = list(read(UTC).late(days, Penalty.parse("10%/day")))
    assert [one.penalty for one in found] == [3, 0]
    assert str(found[0]).endswith("2 d 1 h after the deadline 2026-11-20 12:00; 3 points are taken off")


def test_the_table_of_late_work(read, tmp_path):
    found = read(UTC).late([result("2026-11-21T12:00:00+00:00", "=ali")], Penalty.parse("10%/day"))
    path = write_late(found, Store(tmp_path / "grades"))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    assert (row["student"], row["late by"], row["penalty"], row["extension"]) == ("'=ali", "1 d", "1", "")
    assert row["deadline"] == "2026-11-20 12:00+00:00"


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 min"), (3600, "1 h"), (3601, "1 h 1 min"), (90000, "1 d 1 h"), (86400, "1 d")]
)
def test_spans_in_words(seconds, words):
    assert span(seconds) == words
