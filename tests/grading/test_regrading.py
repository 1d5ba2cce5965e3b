"""A regrade shows what it changes before it writes; a roster and deadlines say what a class needs to know."""

import csv
import json
import os

import pytest
import typer

from helpers.grading import keys, regrading, results, trying
from helpers.grading.results import Store
from tests.grading import test_grade_command
from tests.grading.handed_in import handed_in, pile_of
from tests.grading.making_piles import make_zip
from tests.grading.test_grade_command import HALF, TINY, by_hand, refused, scores

workbook, store, submitted = (
    test_grade_command.workbook,
    test_grade_command.store,
    test_grade_command.submitted,
)
with_gradebook, empty_gradebook = test_grade_command.with_gradebook, test_grade_command.empty_gradebook


def contents(folder):
    """Every file of the results and its bytes, but for what a regrade keeps for itself."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and regrading.FOLDER not in path.parts
    }


@pytest.fixture
def stricter(monkeypatch):
    """From now on the check of `mean` wants more, and everything is of earlier checks."""

    def change():
        from helpers.checks import tiny
        from helpers.checks.core import check

        @check
        def mean(student, draw):
            """No sum is good enough."""
            yield "three numbers", lambda: True, "Fine."
            yield "never", lambda: False, "It is not so."

        monkeypatch.setattr(tiny, "mean", mean)
        monkeypatch.setattr(keys, "code_digest", lambda helpers: "stricter checks")

    return change


def table(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


# Regrading


def test_a_difference_is_shown_and_nothing_is_written_until_that_is_wanted(
    workbook, two, with_gradebook, submitted, store, capsys, stricter
):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, Counter="class Counter: pass"), "pdf": b"%PDF"})
    assert workbook("build/submitted") == 0
    by_hand(two, 2.5, "Say why.")
    stricter()
    before, in_gradebook = contents(store.folder), scores(two)
    capsys.readouterr()

    assert workbook("build/submitted") == 0  # without being asked, nothing is graded again
    assert "- Graded by earlier checks, another release or other limits: 3, which stand" in capsys.readouterr().out
    assert contents(store.folder) == before

    assert workbook("build/submitted", "--regrade") == 1
    printed = capsys.readouterr()
    assert "ali, 01_tiny: 6 -> 4 of 6 points; mean 4 -> 2" in printed.out
    assert "sara, 01_tiny: 4 -> 2 of 6 points; mean 4 -> 2" in printed.out
    assert "pdf" not in printed.out.partition("ali,")[2]
    assert "Of 3 scores: 0 up, 2 down; changed most: 01_tiny mean (2)." in printed.out
    assert printed.err == ("workbook: Nothing was changed; to write these scores, run the same command with --yes.\n")
    assert contents(store.folder) == before
    assert scores(two) == in_gradebook

    assert workbook("build/submitted", "--regrade", "--yes") == 0
    assert (store.get("ali", TINY).earned, store.get("sara", TINY).earned) == (4, 2)
    assert scores(two)["check-mean"] == (2, None, False)
    assert scores(two)["why"] == (None, 2.5, True)
    assert not (store.folder / regrading.FOLDER).exists()
    earlier = list((store.folder / "results" / TINY / "earlier").glob("ali-*.json"))
    assert [json.loads(path.read_text(encoding="utf-8"))["earned"] for path in earlier] == [6]
    capsys.readouterr()
    workbook("build/submitted")
    assert "earlier checks" not in capsys.readouterr().out


def test_what_was_shown_is_what_is_written_and_is_not_graded_twice(
    workbook, two, submitted, store, capsys, stricter, monkeypatch
):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    workbook("build/submitted", "--no-gradebook")
    stricter()
    assert workbook("build/submitted", "--no-gradebook", "--regrade") == 1
    shown = contents(store.folder / regrading.FOLDER / "results")
    shown = {path.name: content for path, content in shown.items()} or {
        path.name: path.read_bytes() for path in (store.folder / regrading.FOLDER / "results").rglob("*.json")
    }

    def none(jobs):
        raise AssertionError("a worker")

    monkeypatch.setattr("helpers.grading.pile.processes", none)
    assert workbook("build/submitted", "--no-gradebook", "--regrade", "--yes") == 0
    found = {path.name: path.read_bytes() for path in (store.folder / "results" / TINY).glob("*.json")}
    assert found == shown
    assert (store.folder / "secret").read_bytes()


def test_the_question_is_asked_where_there_is_somebody(workbook, two, submitted, store, stricter, monkeypatch, capsys):
    pile_of(submitted, {"ali": handed_in(two)})
    workbook("build/submitted", "--no-gradebook")
    stricter()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, code, points in ((False, 1, 6), (True, 0, 4)):
        monkeypatch.setattr(typer, "confirm", lambda question, answer=answer: answer)
        assert workbook("build/submitted", "--no-gradebook", "--regrade") == code
        assert store.get("ali", TINY).earned == points


def test_new_work_and_other_states_are_told_as_such(workbook, two, submitted, store, capsys):
    pile_of(submitted, {"ali": handed_in(two), "sara": b"%PDF"})
    workbook("build/submitted", "--no-gradebook")
    pile_of(submitted, {"ali": handed_in(two, own="import os\nos._exit(0)"), "sara": handed_in(two, **HALF)})
    pile_of(submitted, {"omid": handed_in(two)})
    capsys.readouterr()
    assert workbook("build/submitted", "--no-gradebook", "--regrade", "--yes") == 0
    printed = capsys.readouterr().out
    assert "ali, 01_tiny: graded -> crash; 6 -> 6 of 6 points" in printed
    assert "omid, 01_tiny: new; 6 of 6 points" in printed
    assert "sara, 01_tiny: invalid -> graded; 5 of 6 points; mean none -> 3; Counter none -> 2" in printed
    assert "Of 3 scores: 1 up, 0 down, 1 new" in printed
    assert {result.student for result in store.all()} == {"ali", "sara", "omid"}


def test_where_the_grader_fails_the_earlier_grade_stands(workbook, two, submitted, store, stricter, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    workbook("build/submitted", "--no-gradebook")
    stricter()
    from helpers.grading import marking

    mark = marking.mark

    def failing(seen, *rest, **more):
        if seen.submission.student == "sara":
            raise RecursionError("too deep")
        return mark(seen, *rest, **more)

    monkeypatch.setattr(marking, "mark", failing)
    assert workbook("build/submitted", "--no-gradebook", "--regrade", "--yes") == 1
    assert (store.get("ali", TINY).earned, store.get("sara", TINY).earned) == (4, 6)
    assert trying.TRIES == 3


def test_putting_in_place_may_be_stopped_and_goes_on(workbook, two, submitted, store, stricter, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    workbook("build/submitted", "--no-gradebook")
    stricter()
    put, left = Store.put, iter([True])

    def stopping(self, result):
        if self.folder == store.folder and not next(left, False):
            raise KeyboardInterrupt
        put(self, result)

    monkeypatch.setattr(Store, "put", stopping)
    assert workbook("build/submitted", "--no-gradebook", "--regrade", "--yes") == 130
    assert sorted(result.earned for result in store.all()) == [4, 6]
    monkeypatch.setattr(Store, "put", put)
    assert workbook("build/submitted", "--no-gradebook", "--regrade", "--yes") == 0
    assert [result.earned for result in store.all()] == [4, 4]


# The class


def test_a_roster_names_tells_who_is_missing_and_forgets_earlier_names(
    workbook, two, with_gradebook, store, capsys, tmp_path
):
    content = handed_in(two)
    pile = make_zip(
        two.root / "moodle.zip",
        {
            f"زهرا محمدي_17_assignsubmission_file_/{TINY}.ipynb": content,
            f"Ali Rezaei_18_assignsubmission_file_/{TINY}.ipynb": handed_in(two, **HALF),
        },
    )
    assert workbook("moodle.zip", "--no-gradebook") == 0
    assert store.get("زهرا محمدي", TINY).earned == 6
    roster = "id,name\n97123456,زهرا محمدی\n97123457,نیما یوسفی‌راد\n97123458,=Omid\n"
    (two.root / "class.csv").write_text(roster, encoding="utf-8")
    capsys.readouterr()
    assert workbook("moodle.zip", "--roster", "class.csv") == 0
    printed = capsys.readouterr().out
    assert "- Not on the roster, and graded under their own names: Ali Rezaei." in printed
    rows = table(store.folder / "grades.csv")
    assert (store.folder / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert {(row["student"], row["name"], row["state"]) for row in rows} == {
        ("97123456", "زهرا محمدی", "graded"),
        ("97123457", "نیما یوسفی‌راد", "missing"),
        ("97123458", "'=Omid", "missing"),
        ("Ali Rezaei", "", "graded"),
    }
    assert "2" in next(line for line in printed.splitlines() if TINY in line and "│" in line)
    assert len(list((store.folder / "results" / TINY / "earlier").glob("*.json"))) == 1
    assert len(list((store.folder / "notebooks" / TINY).glob("*.ipynb"))) == 2
    assert "- زهرا محمدي, 01_tiny: is 97123456 from now on; what the gradebook has" in printed

    capsys.readouterr()
    pile.unlink()
    make_zip(two.root / "moodle.zip", {f"نيما يوسفي راد_3_assignsubmission_file_/{TINY}.ipynb": content})
    assert workbook("moodle.zip", "--roster", "class.csv", "--no-gradebook") == 0
    states = {row["student"]: row["state"] for row in table(store.folder / "grades.csv")}
    assert states == {
        "97123456": "graded", "97123457": "graded", "97123458": "missing", "Ali Rezaei": "graded"
    }  # fmt: skip


def test_resubmissions_are_listed(workbook, two, store, capsys):
    members = {
        f"rezaeiali_LATE_12_3450_{TINY}.ipynb": handed_in(two, **HALF),
        f"rezaeiali_LATE_12_3451_{TINY}-1.ipynb": handed_in(two),
        f"mohammadizahra_13_3452_{TINY}.ipynb": handed_in(two),
    }
    make_zip(two.root / "canvas.zip", members)
    assert workbook("canvas.zip", "--no-gradebook") == 0
    assert "- Replaced by later hand-ins of the same students: 1; submissions.csv lists them." in (
        capsys.readouterr().out
    )
    rows = [
        (row["student"], row["file"], row["marked late"], row["counts"])
        for row in table(store.folder / "submissions.csv")
    ]
    assert rows == [
        ("mohammadizahra", f"canvas.zip/mohammadizahra_13_3452_{TINY}.ipynb", "", "yes"),
        ("rezaeiali", f"canvas.zip/rezaeiali_LATE_12_3451_{TINY}-1.ipynb", "yes", "yes"),
        ("rezaeiali", f"canvas.zip/rezaeiali_LATE_12_3450_{TINY}.ipynb", "", "replaced by a later one"),
    ]
    assert store.get("rezaeiali", TINY).earned == 6


def test_the_notebook_of_earlier_work_is_kept(workbook, two, submitted, store):
    pile_of(submitted, {"ali": handed_in(two, **HALF)})
    workbook("build/submitted", "--no-gradebook")
    before = store.notebook("ali", TINY).read_bytes()
    pile_of(submitted, {"ali": handed_in(two)})
    workbook("build/submitted", "--no-gradebook")
    (kept,) = (store.folder / "notebooks" / TINY / "earlier").iterdir()
    assert kept.read_bytes() == before != store.notebook("ali", TINY).read_bytes()
    (result,) = (store.folder / "results" / TINY / "earlier").iterdir()
    assert result.stem == kept.stem


def test_late_work_is_reported_and_loses_points_only_where_that_is_asked(
    workbook, two, with_gradebook, submitted, store, capsys
):
    from nbgrader.api import Gradebook

    from helpers.grading.gradebook import COURSE_ID

    def taken(name):
        with Gradebook(f"sqlite:///{two.build / 'gradebook.db'}", COURSE_ID) as opened:
            return opened.find_submission(TINY, name).late_submission_penalty

    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two), "omid": handed_in(two)})
    for name, time in (("ali", 1_700_000_000), ("sara", 1_700_000_000), ("omid", 1_600_000_000)):
        os.utime(submitted / name / TINY / f"{TINY}.ipynb", (time, time))  # 2023-11-14 22:13:20 UTC
    due = "problem,deadline,student\ntiny,2023-11-13 22:00+00:00,\ntiny,2023-11-14 22:00+00:00,sara\n"
    (two.root / "deadlines.csv").write_text(due, encoding="utf-8")
    assert workbook("build/submitted", "--deadlines", "deadlines.csv") == 0
    printed = capsys.readouterr().out
    assert "- ali, 01_tiny: 1 d 14 min after the deadline 2023-11-13 22:00." in printed
    assert "- sara, 01_tiny: 14 min after an extended deadline 2023-11-14 22:00." in printed
    assert "2 late or unknown, nothing is taken off; build/grades/late.csv has a row for each." in printed
    assert (taken("ali"), taken("sara"), taken("omid")) == (0, 0, 0)
    points = store.get("ali", TINY).earned

    assert workbook("build/submitted", "--deadlines", "deadlines.csv", "--late-penalty", "10%/day") == 0
    printed = capsys.readouterr().out
    assert "taken off: 10 % of a problem's points for each day begun" in printed
    assert (taken("ali"), taken("sara"), taken("omid")) == (1.8, 0.9, 0)  # of 9 points
    assert store.get("ali", TINY).earned == points
    assert [row["penalty"] for row in table(store.folder / "late.csv")] == ["1.8", "0.9"]
    assert workbook("build/submitted") == 0  # says nothing of lateness, and changes nothing of it
    assert taken("ali") == 1.8
    assert workbook("build/submitted", "--deadlines", "deadlines.csv") == 0
    assert taken("ali") == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--roster none.csv", "There is no file none.csv"),
        ("--deadlines none.csv", "There is no file none.csv"),
        ("--late-penalty 10%/day", "A late penalty needs deadlines"),
        ("--deadlines none.csv --late-penalty much", "The late penalty 'much' is no rule"),
        ("--cluster nonsense://x", "There is no scheduler at nonsense://x"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_graded(workbook, two, submitted, store, capsys, arguments, sentence):
    pile_of(submitted, {"ali": handed_in(two)})
    assert workbook("build/submitted", *arguments.split()) == 1
    assert sentence in refused(capsys)
    assert list(store.all()) == []


def test_missing_is_no_grade_and_nothing_final():
    assert results.MISSING in results.STATES
    assert results.MISSING not in results.FINAL
