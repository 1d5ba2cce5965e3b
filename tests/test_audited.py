"""What was audited in full is judged in part until anything changes that its verdicts depend on."""

import pytest

from helpers.grading import audited, readme
from helpers.grading.audit import AuditResult, Count, Row

PROBLEM = "01_tiny"


def found(*problems):
    """The result of an audit of both exercises, with these sentences of complaint."""
    rows = [Row(PROBLEM, name, right=Count(4, 4), wrong=Count(9, 9), empty=Count(5, 5)) for name in ("mean", "Counter")]
    rows[0].mutants, rows[0].problems = Count(19, 20), list(problems)
    return AuditResult(tuple(rows), 1.0)


@pytest.fixture
def answers(course):
    """The folder of the problem's answers."""
    folder = course.root / "tests" / "answers" / PROBLEM
    folder.mkdir(parents=True)
    (folder / "mean.py").write_text("# an answer\n", encoding="utf-8")
    return folder


def test_everything_is_due_at_first(course):
    assert audited.due([PROBLEM], course) == {PROBLEM: ["mean", "Counter"]}


def test_a_tenth_of_what_is_as_it_was_is_due(course, answers):
    assert audited.record(found(), course) == [PROBLEM]
    (chosen,) = audited.due([PROBLEM], course).values()
    assert len(chosen) == 1
    assert set(chosen) < {"mean", "Counter"}
    assert audited.due([PROBLEM], course) == {PROBLEM: chosen}


def test_every_exercise_has_its_turn(course, answers):
    """Each state of the workbook chooses anew, whichever file has changed; here another problem's answers do."""
    audited.record(found(), course)
    print_of = audited.fingerprint
    turns = set()
    for state in range(20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                audited,
                "fingerprint",
                lambda problem, c, s=state: print_of(problem, c) if problem == PROBLEM else str(s),
            )
            patch.setattr(audited.sources, "load", lambda problem, c, load=audited.sources.load: load(PROBLEM, c))
            turns |= set(audited.due([PROBLEM, "02_other"], course)[PROBLEM])
    assert turns == {"mean", "Counter"}


@pytest.mark.parametrize("change", ["answers", "a solution", "a check's call"])
def test_a_change_makes_all_of_a_problem_due(course, answers, edit, change):
    audited.record(found(), course)
    if change == "answers":
        (answers / "mean.py").write_text("# another answer\n", encoding="utf-8")
    elif change == "a solution":
        edit("### BEGIN SOLUTION\n    return", "### BEGIN SOLUTION\n    return 0 +")
    else:
        edit("checks.tiny.mean(mean)", "checks.tiny.mean(mean) ")
    assert audited.due([PROBLEM], course) == {PROBLEM: ["mean", "Counter"]}


def test_prose_makes_nothing_due(course, answers, edit):
    audited.record(found(), course)
    before = audited.fingerprint(PROBLEM, course)
    edit("# # ", "# # A better title: ")
    assert audited.fingerprint(PROBLEM, course) == before


def test_a_problem_with_a_false_verdict_is_not_recorded_and_no_longer_known(course, answers):
    audited.record(found(), course)
    assert audited.record(found("mean accepts a wrong answer"), course) == []
    assert audited.records(course) == {}


def test_a_problem_that_is_gone_is_forgotten(course, answers):
    audited.record(found(), course)
    (course.solutions / "01_tiny.py").unlink()
    assert audited.record(AuditResult((), 0.0), course) == []
    assert audited.records(course) == {}


def test_the_readme_counts_what_was_judged(course, answers):
    assert readme.audit_table(course) == "No audit is recorded yet."
    audited.record(found(), course)
    assert "| 01_tiny | 2 | 8 of 8 | 18 of 18 | 10 of 10 | 19 of 20 |" in readme.audit_table(course)
