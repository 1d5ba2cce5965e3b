"""The audit finds each way in which a check can judge falsely, on a tiny course; then it judges our own checks."""

import sys
import time
from pathlib import Path

import pytest

from helpers.errors import WorkbookError
from helpers.grading import answers, audit, audited, judging, source
from helpers.grading.judging import Case, judge_all
from helpers.grading.source import Course

SOURCE = '''\
# %% [markdown] title="Lines" reading=1 machine=0
# # Lines

# %% tags=["parameters"]
PRESET = "smoke"

# %% tags=["setup"]
import os
from types import SimpleNamespace

import torch

from helpers.checks.compare import same
from helpers.checks.core import check, essential


class Lines:
    @check
    def line(student, draw):
        """Twice x plus one."""
        x, zero = draw.normal(4), torch.zeros(4).double()
        yield essential("the slope", lambda: same(student(x) - student(zero), 2 * x), "How steep?")
        yield "the offset", lambda: same(student(zero), torch.ones(4)), "Where does it begin?"


checks = SimpleNamespace(lines=Lines)

# %% exercise="line" points=2 minutes=1 lines=1
def line(x):
    """Twice x plus one."""
    ### BEGIN SOLUTION
    return 2 * x + 1
    ### END SOLUTION

# %% check="line"
checks.lines.line(line)
'''

RIGHT = '# %% right="as a sum"\ndef line(x):\n    return x + x + 1\n'
WRONG = '# %% wrong="starts at zero" fails="the offset"\ndef line(x):\n    return 2 * x\n'
SMALL = '[small]\nline = "One line."\n'
OFFSET = '        yield "the offset", lambda: same(student(zero), torch.ones(4)), "Where does it begin?"\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one exercise with a strict check, one right and one wrong answer; audits judge in this process."""

    def judge_here(cases, jobs, course, progress):
        judging.given.cache_clear()
        return [judging.judge(case, course) for case in cases]

    monkeypatch.setattr(audit, "judge_all", judge_here)
    course = Course(tmp_path)
    write(course, SOURCE, RIGHT + WRONG, SMALL)
    return course


def write(course: Course, text: str = "", corpus: str = "", exceptions: str = "") -> None:
    """Write what is given: the source, the answers, equivalent.toml."""
    folder = course.root / "tests" / "answers" / "01_lines"
    folder.mkdir(parents=True, exist_ok=True)
    course.solutions.mkdir(exist_ok=True)
    for path, content in (
        (course.solutions / "01_lines.py", text),
        (folder / "line.py", corpus),
        (folder / "equivalent.toml", exceptions),
    ):
        if content:
            path.write_text(content, encoding="utf-8")


def edited(old: str, new: str) -> str:
    assert SOURCE.count(old) == 1
    return SOURCE.replace(old, new)


def run(course: Course, mutants: bool = False, **settings) -> audit.AuditResult:
    return audit.audit(["01_lines"], mutants=mutants, jobs=1, course=course, **settings)


def test_a_good_check_passes(course):
    result = run(course, mutants=True)
    assert result.problems_found == []
    assert (result.failures, result.false_rejects, result.false_accepts) == (0, 0, 0)
    row = result.rows[0]
    assert (str(row.right), str(row.wrong), str(row.named), str(row.empty)) == ("2/2", "1/1", "1/1", "5/5")
    assert row.mutants.good == row.mutants.all >= 8
    assert 0 < row.seconds < 1


def test_the_table_shows_exercises_and_problems(course):
    from rich.console import Console

    write(course, corpus=RIGHT.replace("+ 1", "+ 3"))
    out = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    out.print(run(course).table())
    text = out.export_text()
    assert "line" in text
    assert "1/2" in text
    assert "1 false rejects of 2 right answers" in text
    assert 'the right answer "as a sum" is rejected' in text


def test_a_right_answer_that_is_rejected(course):
    write(course, corpus=RIGHT + RIGHT.replace("as a sum", "in tenths").replace("x + x + 1", "x + x + 1.1"))
    result = run(course)
    assert result.false_rejects == 1
    (sentence,) = result.problems_found
    assert sentence.startswith('tests/answers/01_lines/line.py:5: the right answer "in tenths" is rejected')
    assert "'the offset'" in sentence


def test_a_right_answer_that_does_not_run(course):
    write(course, corpus='# %% right="broken"\nline = undefined\n')
    (sentence,) = run(course).problems_found
    assert "cannot be defined" in sentence
    assert "line = undefined" in sentence


def test_a_wrong_answer_that_is_accepted(course):
    write(course, corpus=WRONG.replace("2 * x", "2 * x + 1"))
    result = run(course)
    assert result.false_accepts == 1
    assert result.problems_found == [
        'tests/answers/01_lines/line.py:2: the wrong answer "starts at zero" gets all points.'
    ]


def test_a_wrong_answer_that_is_accepted_by_luck(course):
    """A check that draws a single number misses a lost sign with some draws."""
    write(
        course,
        edited("x, zero = draw.normal(4)", "x, zero = draw.normal(1).expand(4)"),
        '# %% wrong="size only" fails="the slope"\ndef line(x):\n    return 2 * x.abs() + 1\n',
    )
    result = run(course)
    assert result.false_accepts == 1
    assert "of 3 draws of inputs" in result.problems_found[0]


def test_a_wrong_answer_whose_mistake_is_not_named(course):
    write(course, corpus=WRONG.replace('fails="the offset"', 'fails="the slope"'))
    result = run(course)
    assert (result.false_accepts, str(result.rows[0].named)) == (0, "0/1")
    (sentence,) = result.problems_found
    assert sentence.endswith("\"starts at zero\" fails 'the offset', and not 'the slope' as it says.")


def test_an_item_that_the_check_does_not_have(course):
    write(course, corpus=WRONG.replace('fails="the offset"', 'fails="offset"'))
    assert any("'offset', which is no item of the check; they are:" in s for s in run(course).problems_found)


def test_constants_that_get_points(course):
    """An item that constants fulfil earns points unless an essential one fails."""
    write(
        course, edited('essential("the slope", lambda: same(student(x) - student(zero), 2 * x), "How steep?")', _LOOSE)
    )
    result = run(course)
    assert str(result.rows[0].empty) == "4/5"
    assert result.false_accepts == 1
    (sentence,) = result.problems_found
    assert "a line that always returns ones in the right shape gets 1 of 2 points, for 'the offset'" in sentence


_LOOSE = '"the slope", lambda: same(student(x) - student(zero), 2 * x), "How steep?"'


def test_mutants_that_survive_and_are_listed(course):
    write(course, edited(OFFSET, ""), RIGHT)
    result = run(course, mutants=True)
    assert "return 2 * x + 1 -> return 2 * x - 1" in result.rows[0].survivors
    (sentence,) = result.problems_found
    assert "mutants, less than 95%" in sentence
    assert any("2 * x - 1" in text and "[[line]]" in text for text in result.lines())


def test_mutants_that_are_known_to_be_right(course):
    write(course, edited("    return 2 * x + 1\n", "    return 2 * x.clone() + 1\n"))
    change = "return 2 * x.clone() + 1 -> return 2 * x + 1"
    assert run(course, mutants=True).rows[0].survivors == [change]
    write(course, exceptions=f'{SMALL}\n[[line]]\nmutant = "{change}"\nwhy = "Nothing is changed in place."\n')
    result = run(course, mutants=True)
    assert result.problems_found == []
    assert result.rows[0].equivalent == 1


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("return 2 * x + 1 -> return 2 * x - 1", "is rejected by the check"),
        ("return x -> return -x", "is not made (any more)"),
    ],
)
def test_an_exception_that_is_not_needed(course, change, state):
    write(course, exceptions=f'{SMALL}\n[[line]]\nmutant = "{change}"\nwhy = "Who knows."\n')
    (sentence,) = run(course, mutants=True).problems_found
    assert (
        sentence == f"tests/answers/01_lines/equivalent.toml: the mutant {change!r} of line {state}; remove its entry."
    )


def test_too_few_answers(course):
    write(course, exceptions="# none\n")
    (sentence,) = run(course).problems_found
    assert "line has 1 right and 1 wrong answers; write 3 and 8" in sentence


def test_enough_answers_for_an_exercise_that_is_said_to_be_small(course):
    right = [RIGHT.replace("as a sum", f"right {n}") for n in range(3)]
    wrong = [WRONG.replace("starts at zero", f"wrong {n}") for n in range(8)]
    write(course, corpus="\n".join(right + wrong))
    (sentence,) = run(course).problems_found
    assert "is said to be small, yet has enough answers" in sentence
    write(course, exceptions="# none\n")
    assert run(course).problems_found == []


def test_a_check_that_is_slow(course, monkeypatch):
    monkeypatch.setattr(audit, "SECONDS", 0.0)
    (sentence,) = run(course).problems_found
    assert "the check of line takes 0.0 s of CPU time; make it take less than 0 s" in sentence


def test_a_check_that_is_none(course):
    write(course, edited("SimpleNamespace(lines=Lines)", "SimpleNamespace(lines=SimpleNamespace(line=print))"))
    with pytest.raises(WorkbookError, match=r"checks\.lines\.line is no check"):
        run(course)


def test_a_solution_that_does_not_run(course, monkeypatch):
    monkeypatch.setattr(audit, "judge_all", judge_all)
    write(course, edited('PRESET = "smoke"', "PRESET = smoke"))
    with pytest.raises(WorkbookError, match="The solution of 01_lines does not run: It raised NameError"):
        run(course)


def test_an_unknown_exercise(course):
    with pytest.raises(WorkbookError, match="01_lines has no exercise 'curve'; its exercises are: line"):
        run(course, exercises=["curve"])


# Workers


def case(code: str, **settings) -> Case:
    return Case("01_lines", "line", code, **settings)


def test_an_endless_loop_ends_with_its_worker(course):
    start = time.monotonic()
    endless, right = case("def line(x):\n    while True: pass", limit=0.5), case("line = lambda x: 2 * x + 1")
    found = judge_all([endless, right, endless, right], jobs=2, course=course)
    assert [judgement.accepted for judgement in found] == [False, True, False, True]
    assert found[0].trouble == "takes longer than 0.5 s"
    assert time.monotonic() - start < 60


def test_a_worker_that_is_killed_leaves_no_folder(course, tmp_path):
    note = tmp_path / "note"
    code = f"""
import pathlib, tempfile
def line(x):
    pathlib.Path({str(note)!r}).write_text(tempfile.mkdtemp())
    while True: pass
"""
    judge_all([case(code, limit=0.5)], course=course)
    assert not Path(note.read_text()).exists()


def test_an_answer_that_sleeps_ends_with_its_worker(course, monkeypatch):
    monkeypatch.setattr(judging, "PATIENCE", 1)
    code = "import time\ndef line(x):\n    time.sleep(600)"
    (found,) = judge_all([case(code, limit=0.5)], jobs=1, course=course)
    assert found.trouble == "takes longer than 0.5 s"


def test_mutants_that_never_end_are_rejected(course, monkeypatch):
    monkeypatch.setattr(audit, "judge_all", judge_all)
    monkeypatch.setattr(audit, "MUTANT_LIMIT", 0.5)
    write(
        course,
        edited("    return 2 * x + 1\n", "    n = 1\n    while n > 0:\n        n -= 1\n    return 2 * x + 1\n"),
    )
    result = run(course, mutants=True)
    survivors = result.rows[0].survivors
    assert "n = 1 -> n = 2" in survivors  # it ends, and is right
    assert not any("n -= 1 -> (left out)" in change or "n += 1" in change for change in survivors)


def test_an_answer_that_ends_its_process_is_rejected(course):
    leaves, right = case("def line(x):\n    os._exit(0)"), case("line = lambda x: 2 * x + 1")
    found = judge_all([leaves, right], jobs=1, course=course)
    assert found[0].trouble == "ends the process that it runs in"
    assert found[0].rejected
    assert found[1].accepted


def test_an_answer_does_not_meet_the_one_before(course):
    """What an answer defines beside itself is gone for the next, and exercises are stubs."""
    first = case("torch = None\nhelper = 1\ndef line(x):\n    return 2 * x + 1")
    second = case("def line(x):\n    return helper * x")
    third = case("def line(x):\n    return 2 * x + torch.ones_like(x)")
    found = judge_all([first, second, third], jobs=1, course=course)
    assert [judgement.accepted for judgement in found] == [True, False, True]
    with pytest.raises(NotImplementedError):
        judging.given("01_lines", course)["line"](0)


def test_the_first_seed_is_the_notebooks(course):
    from helpers.checks.inputs import seed_of

    assert judging.seeds(case("", seeds=3), "line")[0] == seed_of("notebook", "line")
    assert len(set(judging.seeds(case("", seeds=3), "line"))) == 3


def test_constants_keep_what_they_are_given():
    """They take shapes from the right answer without its effects, and depend on no value."""
    import torch

    def step(weights, x):
        weights += x
        return weights, 3, [x > 0], "text"

    class Holder:
        def __init__(self):
            self.x = 1

        def get(self, x):
            return self.x * x

    weights, x = torch.ones(2, requires_grad=True) * 1, torch.tensor([1.0, -1.0])
    ones = judging.constantly(step, judging.CONSTANTS["ones in the right shape"])(weights, x)
    assert weights.tolist() == [1, 1]
    assert ones[0].tolist() == [1, 1]
    assert ones[1] == 1
    assert ones[2][0].tolist() == [True, True]
    assert ones[3] is None
    held = judging.constantly(Holder, judging.CONSTANTS["zeros in the right shape"])()
    assert held.get(x).tolist() == [0, 0]
    assert judging.constantly(Holder, judging.CONSTANTS["None"])().get(x) is None


# The corpus


@pytest.mark.parametrize(
    ("corpus", "sentence"),
    [
        (WRONG.replace(' fails="the offset"', ""), "line.py:1: the wrong answer 'starts at zero' does not say what it"),
        (RIGHT.replace("# %% right", "# %% wright"), "line.py:1: the header cannot be read"),
        (RIGHT.replace('"as a sum"', '"as a sum" fails="x"'), "line.py:1: the header cannot be read"),
        (RIGHT.replace('"as a sum"', "as a sum"), "line.py:1: the header cannot be read"),
        (RIGHT.replace("as a sum", " "), "line.py:1: the answer has no label"),
        (RIGHT.replace("def line", "def lime"), "line.py:1: the answer 'as a sum' defines no line"),
        (RIGHT + "\n" + RIGHT, "line.py:5: the label 'as a sum' is taken by line 1"),
        (RIGHT.replace("x + x", "x + )"), "line.py:3: the answer 'as a sum' is a syntax error"),
        ("import torch\n" + RIGHT, "line.py:1: code stands before the first cell"),
    ],
)
def test_an_answer_that_cannot_be_judged_is_refused(course, corpus, sentence):
    write(course, corpus=corpus)
    with pytest.raises(answers.AnswerError) as refusal:
        run(course)
    assert f"tests/answers/01_lines/{sentence}" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("exceptions", "sentence"),
    [
        ("[small\n", "it is no TOML"),
        ('[small]\ncurve = "One line."\n', "has no exercise 'curve'"),
        ('[small]\nline = ""\n', "the reason is missing"),
        ('[[curve]]\nmutant = "a -> b"\nwhy = "Same."\n', "has no exercise 'curve'"),
        ('[[line]]\nmutant = "a -> b"\n', "is not of the form"),
        ('[[line]]\nmutant = "a -> b"\nwhy = " "\n', "the reason is missing"),
    ],
)
def test_exceptions_that_cannot_be_read_are_refused(course, exceptions, sentence):
    write(course, exceptions=exceptions)
    with pytest.raises(answers.AnswerError, match=r"tests/answers/01_lines/equivalent\.toml") as refusal:
        run(course)
    assert sentence in str(refusal.value)


def test_a_file_of_no_exercise_is_refused(course):
    (course.root / "tests" / "answers" / "01_lines" / "curve.py").write_text(RIGHT)
    with pytest.raises(answers.AnswerError, match=r"curve\.py:1: 01_lines has no exercise 'curve'"):
        run(course)


def test_an_assignment_is_an_answer(course):
    write(course, corpus='# Comments may stand first.\n\n# %% right="a lambda"\nline = lambda x: 2 * x + 1\n')
    assert str(run(course).rows[0].right) == "2/2"


def test_the_command_refuses_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["audit", source.problems()[0], "no_such_exercise"])
    assert audit.main() == 1
    assert capsys.readouterr().err.count("\n") == 1


# Our own checks


@pytest.mark.slow
def test_the_corpus_judges_the_checks():
    """No right answer is rejected, no wrong one accepted or misnamed, and no more mutants survive than may.

    Whatever is no longer as it was when it was audited in full, and a tenth of the rest: `make audit` judges all.
    """
    due = audited.due(source.problems())
    assert all(due.values())
    for problem, exercises in due.items():
        result = audit.audit([problem], jobs=2, exercises=exercises)
        assert result.problems_found == []
        assert result.total("right").all >= 3 * len(exercises)


def test_every_problem_has_answers():
    root = Path(source.COURSE.root) / "tests" / "answers"
    assert {path.name for path in root.iterdir()} == set(source.problems())
