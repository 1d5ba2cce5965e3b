"""results.json as Gradescope documents it, valid for upload, without what no student may see."""

import json
from dataclasses import replace

import pytest

from helpers import cli, student
from helpers.grading.reports.gradescope import results_json
from helpers.grading.results import CRASH, GRADER_ERROR, INVALID, NOT_ANSWERED, Result
from tests.grading.classes import SECRET, TINY, Class, result

VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP = {"score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "tests", "leaderboard"}
TEST = {
    "score",
    "max_score",
    "status",
    "name",
    "name_format",
    "number",
    "output",
    "output_format",
    "tags",
    "visibility",
}


def verify(text):
    """Refuse what the documented format does not have."""
    content = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert set(content) <= TOP | {"extra_data"}
    assert isinstance(content["score"], (int, float))
    assert isinstance(content["execution_time"], int)
    assert content["visibility"] in VISIBILITIES
    assert content["stdout_visibility"] in VISIBILITIES
    assert content["output_format"] in FORMATS
    for test in content["tests"]:
        assert set(test) <= TEST | {"extra_data"}
        assert test["visibility"] in VISIBILITIES
        assert test["output_format"] in FORMATS
        assert test["name_format"] in FORMATS
        assert isinstance(test["number"], str)
        assert all(isinstance(tag, str) for tag in test["tags"])
        assert test.get("status") in ("passed", "failed", None)
        assert ("score" in test) == ("max_score" in test)
        assert 0 <= test.get("score", 0) <= test.get("max_score", 0)
    return content


def test_a_result_has_a_test_per_exercise_and_question():
    content = verify(results_json(result("ali", mean=0.75, repairs=("The file is called x.ipynb.",))))
    assert content["score"] == 5
    assert content["execution_time"] == 2
    assert content["output"] == "The file is called x.ipynb."
    mean, counter, why = content["tests"]
    assert (mean["name"], mean["score"], mean["max_score"], mean["status"]) == ("mean", 3, 4, "failed")
    assert mean["output"].splitlines() == [
        "ok    item 0",
        "ok    item 1",
        "ok    item 2",
        "FAILS item 3",
        "      It raised ValueError on an input of the check.",
        "      Divide by how many there are.",
    ]
    assert (counter["name"], counter["status"]) == ("Counter (optional)", "passed")
    assert "score" not in why
    assert why["output"] == "A person reads the answer and gives up to 3 points."
    assert sum(test.get("score", 0) for test in content["tests"]) == content["score"]


def test_nothing_that_a_check_saw_is_in_it():
    shown = result("ali", mean=0, counter=0, state=CRASH, detail=f"Cells that fail: {SECRET}")
    questions = tuple(replace(question, trouble=f"The exercise's cell fails: {SECRET}") for question in shown.questions)
    text = results_json(replace(shown, questions=questions))
    assert SECRET not in text
    verify(text)


def test_a_blank_answer_and_an_exercise_that_could_not_be_asked_say_so():
    shown = result("ali", why=NOT_ANSWERED)
    questions = (replace(shown.questions[0], items=(), trouble="It took too long: look for a loop"), shown.questions[2])
    content = verify(results_json(replace(shown, questions=questions)))
    assert content["tests"][0]["score"] == 0
    assert content["tests"][0]["output"] == "It could not be asked."
    assert content["tests"][1]["output"] == NOT_ANSWERED


def test_names_of_every_script_and_half_letters_can_be_written():
    verify(results_json(result("زهرا", repairs=("\ud83d نیم\u200cفاصله",))))


def test_the_command_writes_a_file_for_every_grade_and_names_the_others(two, monkeypatch, capsys):
    monkeypatch.setattr(student, "ROOT", two.root)
    monkeypatch.chdir(two.root)
    group = Class(two)
    for name in ("ali", "زهرا محمدی"):
        group.add(result(name, repairs=("\ud83d",)))
    group.add(result("sara", problem="02_other"))
    group.add(Result("pdf", TINY, INVALID, "It is a PDF."))
    group.add(Result("omid", TINY, GRADER_ERROR))
    assert cli.outcome_of(["gradescope", "--problem", "tiny"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 results.json in build/gradescope.",
        "- omid, 01_tiny: grader error, so there is no grade to hand on.",
        "- pdf, 01_tiny: invalid, so there is no grade to hand on.",
    ]
    found = sorted(path.relative_to(two.build).as_posix() for path in (two.build / "gradescope").rglob("results.json"))
    assert found == [f"gradescope/ali/{TINY}/results.json", f"gradescope/زهرا محمدی/{TINY}/results.json"]
    for path in found:
        verify((two.build / path).read_text(encoding="utf-8"))
