"""A result is one file that is whole or not there, belongs to one student only, and is never lost."""

import csv
import io
import json
import os
import unicodedata

import pytest

from helpers.checks.report import Item
from helpers.grading import build, results
from helpers.grading.results import Answers, Question, Result, Store, file_name, from_json, to_json
from helpers.grading.tables import csv_of

WHOLE = Result(
    "زهرا محمدی",
    "01_tiny",
    results.TIMEOUT,
    detail="Cells without a check that fail: own-1: It took too long.",
    sandbox="bwrap",
    key="k" * 64,
    seed=2**62 + 1,
    questions=(
        Question("mean", 4, (Item("three numbers", True), Item("one number", False, "Try it.", "It was 2.", True))),
        Question("why", 3, by_hand=True, answer="a" * 64),
        Question("Counter", 2, trouble="It took too long.", spoken="x\n", seconds=1.5, optional=True),
    ),
    repairs=("The file was cut off.",),
    seconds=2.5,
    file="pile.zip/زهرا محمدی/01_tiny.ipynb",
    date="2026-01-01T00:00:00+00:00",
)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "grades")


def result(student="ali", key="one", state=results.GRADED, **more):
    return Result(student, "01_tiny", state, key=key, questions=(Question("mean", 4, (Item("a", True),)),), **more)


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_result_comes_back_as_it_was_written(store):
    assert from_json(json.loads(json.dumps(to_json(WHOLE)))) == WHOLE
    store.put(WHOLE)
    assert store.get("زهرا محمدی", "01_tiny") == WHOLE
    assert list(store.all()) == [WHOLE]


def test_the_file_is_for_people_too(store):
    store.put(WHOLE)
    text = store.path(WHOLE.student, WHOLE.problem).read_text(encoding="utf-8")
    assert "زهرا محمدی" in text
    content = json.loads(text)
    assert (content["earned"], content["points"]) == (0, 6)
    assert [question["earned"] for question in content["questions"]] == [0, None, 0]
    assert {"state", "sandbox", "seed", "seconds", "questions"} <= set(content)
    first, second = content["questions"][0]["items"]
    assert (first["name"], first["passed"]) == ("three numbers", True)
    assert (second["advice"], second["reason"], second["essential"]) == ("Try it.", "It was 2.", True)


def test_half_a_letter_in_what_a_student_wrote_can_be_kept(store):
    odd = result(detail="half: \ud800")
    store.put(odd)
    store.put_notebook(odd, '{"source": "\ud800"}')
    assert store.get("ali", "01_tiny") == odd
    store.write_csv()


# What it replaces


def test_another_result_of_the_same_student_is_kept_among_the_earlier_ones(store):
    for key in ("one", "two", "three"):
        store.put(result(key=key))
    assert store.get("ali", "01_tiny").key == "three"
    kept = store.folder / "results" / "01_tiny" / "earlier"
    assert files(kept) == ["ali-one.json", "ali-two.json"]
    assert from_json(json.loads((kept / "ali-one.json").read_text())).key == "one"
    assert [one.key for one in store.all()] == ["three"]


def test_the_same_result_again_leaves_nothing_behind(store):
    for date in ("2026-01-01", "2026-01-02"):
        store.put(result(date=date, seconds=len(date)))
    assert store.get("ali", "01_tiny").date == "2026-01-02"
    assert files(store.folder) == ["results/01_tiny/ali.json"]


def test_a_regrade_that_finds_something_else_loses_no_earlier_result(store):
    """Such as one that was too slow the first time: the key is the same, and so would be the name of the file."""
    for state in (results.TIMEOUT, results.GRADED, results.TIMEOUT):
        store.put(result(state=state))
    assert files(store.folder / "results" / "01_tiny" / "earlier") == ["ali-one-2.json", "ali-one.json"]


def test_a_failure_of_the_grader_is_nothing_to_keep(store):
    store.put(result(state=results.GRADER_ERROR, key=""))
    store.put(result())
    assert files(store.folder) == ["results/01_tiny/ali.json"]


def test_a_result_can_be_retired(store):
    store.put(Result("ali", results.UNKNOWN, results.INVALID))
    store.retire("ali", results.UNKNOWN)
    store.retire("sara", results.UNKNOWN)
    assert store.get("ali", results.UNKNOWN) is None
    assert files(store.folder) == ["results/unknown/earlier/ali-none.json"]
    assert store.problems() == set()


# Files that are no results


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "{}", '{"student": "ali"}', '{"questions": [1]}', "[" * 100_000, "\x00"]
)
def test_a_file_that_is_no_result_is_no_result(store, content):
    store.put(result("sara"))
    path = store.path("ali", "01_tiny")
    path.write_text(content, encoding="utf-8")
    assert store.get("ali", "01_tiny") is None
    assert [one.student for one in store.all()] == ["sara"]
    store.put(result())
    assert store.get("ali", "01_tiny") == result()


def test_a_write_that_fails_leaves_the_earlier_result(store, monkeypatch):
    store.put(result())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.put(result(key="two"))
    monkeypatch.undo()
    assert store.get("ali", "01_tiny").key == "one"
    assert files(store.folder) == ["results/01_tiny/ali.json"]


# Names


ODD = ["زهرا محمدی", "نیما یوسفی‌راد", "O'Neil, Ada", "a/b", "a\\b", "..", ".", "", " ali", "ali ", "%41", "a:b|c?"]
ODD += ["𝔸li", "\ud800"]


@pytest.mark.parametrize("student", ODD)
def test_every_name_has_a_file_of_its_own_that_stays_in_its_folder(store, student):
    others = [other for other in ODD if other != student]
    assert file_name(student) not in map(file_name, others)
    path = store.path(student, "01_tiny")
    assert path.parent == store.folder / "results" / "01_tiny"
    assert path.name not in (".json", "..json")
    store.put(result(student))
    assert store.get(student, "01_tiny").student == student


def test_names_of_every_length_fit_a_file_system(store):
    long = ["ز" * 75 + end for end in ("الف", "ب")] + ["😀" * 37, "a" * 150]
    for student in long:
        store.put(result(student))
        store.put(result(student, key="two"))
        store.put_notebook(result(student), "{}")
    assert {one.student for one in store.all()} == set(long)


def test_names_that_unicode_writes_in_two_ways_are_two_files():
    composed = "José"
    assert file_name(composed) != file_name(unicodedata.normalize("NFD", composed))


def test_a_file_system_that_knows_no_capitals_mixes_up_no_students(store):
    """A link shows what such a file system would: another student's file under this one's name."""
    store.put(result("Ali"))
    folder = store.folder / "results" / "01_tiny"
    (folder / "ali.json").symlink_to("Ali.json")
    assert store.get("ali", "01_tiny") is None
    store.put(result("ali", key="mine"))
    store.put_notebook(result("ali"), "mine")
    assert store.get("Ali", "01_tiny").key == "one"
    assert store.get("ali", "01_tiny").key == "mine"
    assert store.notebook("ali", "01_tiny") != store.notebook("Ali", "01_tiny")
    (folder / "ali.json").unlink()
    assert {(one.student, one.key) for one in store.all()} == {("Ali", "one"), ("ali", "mine")}


# The table


def rows(*found):
    return list(csv.DictReader(io.StringIO(csv_of(found))))


def test_the_table_has_a_row_per_question(store):
    mean, why, counter = rows(WHOLE)
    assert (mean["question"], mean["earned"], mean["points"], mean["by hand"]) == ("mean", "0", "4", "")
    assert mean["advice"] == "one number: It was 2. Try it."
    assert (why["earned"], why["by hand"]) == ("", "yes")
    assert counter["advice"] == "It took too long."
    assert {row["state"] for row in (mean, why, counter)} == {"timeout"}


def test_a_result_without_a_grade_is_one_row_without_points():
    for state in (results.INVALID, results.SET_ASIDE, results.GRADER_ERROR):
        (row,) = rows(result(state=state, detail="A person has to look."))
        assert (row["earned"], row["points"], row["advice"]) == ("", "", "A person has to look.")


def test_no_cell_of_the_table_is_a_formula():
    odd = result("=HYPERLINK(1)", detail="+1", state=results.INVALID)
    assert {text[0] for text in rows(odd)[0].values() if text} & set("=+-@") == set()


def test_spreadsheets_read_every_script(store):
    store.put(WHOLE)
    assert store.write_csv().read_bytes().startswith(b"\xef\xbb\xbf")
    assert "زهرا محمدی" in store.write_csv().read_text(encoding="utf-8-sig")


# Written answers


def answered(answer, student="ali"):
    return Result(student, "01_tiny", results.GRADED, questions=(Question("why", 3, by_hand=True, answer=answer),))


def test_a_new_answer_is_told_from_the_one_that_the_gradebook_had(tmp_path):
    answers = Answers(tmp_path)
    assert answers.renewed(answered("one")) == set()
    answers.keep(answered("one"))
    answers.save()
    again = Answers(tmp_path)
    assert again.renewed(answered("one")) == set()
    assert again.renewed(answered("two")) == {"why"}
    assert again.renewed(answered("two", "sara")) == set()
    again.keep(answered("two"))
    assert again.renewed(answered("two")) == set()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"01_tiny": 1}'])
def test_a_damaged_memory_of_answers_is_none(tmp_path, content):
    (tmp_path / "answers.json").write_text(content, encoding="utf-8")
    assert Answers(tmp_path).renewed(answered("one")) == set()


def test_nothing_is_written_where_nothing_was_answered(tmp_path):
    answers = Answers(tmp_path)
    answers.keep(result())
    answers.save()
    assert files(tmp_path) == []


def test_files_are_written_at_once(store, monkeypatch):
    """Through build.write_atomically, which tests of its own hold to that."""
    written = []
    monkeypatch.setattr(build, "write_atomically", lambda path, content: written.append(path.name))
    store.put(result())
    store.put_notebook(result(), "{}")
    store.write_csv()
    assert written == ["ali.json", "ali.ipynb", "submissions.csv", "grades.csv"]
