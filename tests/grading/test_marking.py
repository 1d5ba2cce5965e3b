"""Honest work gets its points whatever stands around it, and trouble in one place costs that place alone."""

import re
import sys
import time
from dataclasses import replace

import pytest

from helpers.errors import WorkbookError
from helpers.grading import build, keys, marking, results
from helpers.grading.sandbox import Limits, SandboxError
from tests.grading.handed_in import RIGHT, handed_in, submission

SECRET = "a secret of this test"
IMPATIENT = Limits(question_seconds=3, cell_seconds=3)  # a busy machine needs most of it for what is right


@pytest.fixture
def mark(two, warm):
    """Grade bytes in the shared sandbox."""

    def run(content, limits=Limits(), box=warm, **about):  # noqa: B008 - frozen
        return marking.mark(marking.Seen(submission(content, **about), two), box, limits, SECRET)

    return run


@pytest.fixture
def graded(two, mark):
    """Grade a notebook of the tiny problem with these answers and own cells."""

    def run(limits=Limits(), **handed):  # noqa: B008
        return mark(handed_in(two, **handed), limits)

    return run


def earned(result):
    return {question.name: question.earned for question in result.questions if not question.by_hand}


def trouble(result, name):
    return next(question.trouble for question in result.questions if question.name == name)


FULL = {"mean": 4, "Counter": 2}

# Cells of a student's own that run here as they do in a notebook; the exercises behind them have all their points.
OWN = {
    "generators": """
        import random
        import numpy as np
        import torch
        noise = random.random() + np.random.rand() + torch.rand(1).item()
        torch.manual_seed(3); np.random.seed(3); random.seed(3)
        """,
    "progress bars": """
        import tqdm, tqdm.auto, tqdm.notebook
        for bar in (tqdm.tqdm, tqdm.auto.tqdm, tqdm.notebook.tqdm):
            assert sum(bar(range(3))) == 3
        """,
    "logging": """
        import logging
        logging.basicConfig(level=logging.DEBUG)
        logging.getLogger("mine").warning("seen")
        """,
    "warnings": """
        import warnings
        warnings.simplefilter("error")
        """,
    "windows": """
        import matplotlib.pyplot as plt
        plt.figure(); plt.plot([1, 2]); plt.title("نام"); plt.show(); plt.savefig("curve.png")
        """,
    "magics": """
        %matplotlib inline
        %load_ext autoreload
        %autoreload 2
        !pip list
        files = !ls
        print(len(files))
        %time product = 6 * 7
        assert product == 42
        sum?
        """,
    "a timed cell": """
        %%time
        timed = 1
        """,
    "await": """
        import asyncio
        await asyncio.sleep(0)
        """,
    "display": """
        import torch
        from IPython.display import HTML, clear_output, display as show
        display(torch.zeros(2), HTML("<b>x</b>")); show("x"); clear_output()
        """,
    "widgets": """
        import ipywidgets
        ipywidgets.interact(lambda x: x, x=(0, 3))
        """,
    "workers": """
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        data = TensorDataset(torch.arange(6.0))
        assert sum(batch.sum() for batch, in DataLoader(data, 2, num_workers=2)) == 15
        """,
    "torch's settings": """
        import torch
        torch.set_default_dtype(torch.float64)
        torch.use_deterministic_algorithms(True)
        torch.set_num_threads(4)
        torch.set_grad_enabled(False)
        torch.set_default_device("cuda" if torch.cuda.is_available() else "cpu")
        torch.set_printoptions(precision=2)
        """,
    "the GPU if there is one": """
        import torch
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        assert torch.nn.Linear(2, 2).to(device)(torch.ones(1, 2, device=device)).isfinite().all()
        """,
    "data classes": """
        from __future__ import annotations
        import pickle, typing
        from dataclasses import dataclass

        @dataclass
        class Pair:
            left: int
            right: typing.Optional[Pair] = None

        assert pickle.loads(pickle.dumps(Pair(1, Pair(2)))) == Pair(1, Pair(2))
        assert typing.get_type_hints(Pair)["left"] is int
        """,
    "its own source": """
        import inspect
        def half(x):
            return x / 2
        assert "return x / 2" in inspect.getsource(half)
        """,
    "recursion": """
        import sys
        sys.setrecursionlimit(20_000)
        def down(n):
            return n and down(n - 1)
        assert down(5_000) == 0
        """,
    "threads": """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        threads = [threading.Thread(target=print, args=("in a thread",)) for _ in range(4)]
        [thread.start() for thread in threads], [thread.join() for thread in threads]
        assert list(ThreadPoolExecutor(2).map(abs, [-1])) == [1]
        """,
    "files": """
        import os
        open("notes.txt", "w").write("mine")
        os.makedirs("folder", exist_ok=True)
        os.chdir("folder")
        assert open("../notes.txt").read() == "mine"
        """,
    "a script": """
        if __name__ == "__main__":
            ran = True
        assert ran
        """,
    "helpers": """
        from helpers import data, presets
        import helpers.plots
        assert len(data.load("digits").train) > 1000
        """,
    "training for a moment": """
        import torch
        net = torch.nn.Linear(2, 1)
        steps = torch.optim.Adam(net.parameters())
        for _ in range(5):
            steps.zero_grad(); net(torch.ones(3, 2)).sum().backward(); steps.step()
        """,
}


def dedented(source):
    return "\n".join(line[8:] for line in source.strip("\n").split("\n"))


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in OWN.items()])
def test_what_an_own_cell_does_costs_nothing(graded, source):
    result = graded(own=dedented(source))
    assert (result.detail, result.state) == ("", results.GRADED)
    assert earned(result) == FULL


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("name = input('Who? ')", "EOFError"),
        ("1 / 0", "ZeroDivisionError"),
        ("def broken(:", "SyntaxError"),
        ("exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import a_library_of_mine", "ModuleNotFoundError"),
        ("sum = None\nsum([1])", "TypeError"),
    ],
)
def test_an_own_cell_that_fails_is_named_and_costs_nothing(graded, source, said):
    result = graded(own=source, at=1)
    assert result.state == results.GRADED
    assert said in result.detail
    assert result.detail.startswith("Cells without a check that fail: own-1: ")
    assert earned(result) == FULL | ({"mean": 0} if "sum =" in source else {})


ANSWERS = {
    "prints": "    print('the mean of', numbers)\n    return sum(numbers) / len(numbers)",
    "warns": "    import warnings\n    warnings.warn('careful')\n    return sum(numbers) / len(numbers)",
    "writes to stderr": "    import os\n    os.write(2, b'native')\n    return sum(numbers) / len(numbers)",
    "is slow": "    import time\n    time.sleep(0.4)\n    return sum(numbers) / len(numbers)",
    "draws numbers": "    import torch\n    torch.rand(3)\n    return sum(numbers) / len(numbers)",
    "plots": "    from matplotlib import pyplot\n    pyplot.plot(numbers)\n    return sum(numbers) / len(numbers)",
    "returns a number of numpy's": "    import numpy as np\n    return float(np.mean(numbers))",
    "is recursive": (
        "    def add(rest):\n        return rest[0] + add(rest[1:]) if rest else 0\n"
        "    return add(numbers) / len(numbers)"
    ),
    "uses a helper of an own cell": "    return total(numbers) / len(numbers)",
    "reads a file of an own cell": "    return sum(numbers) / len(numbers) + float(open('zero.txt').read())",
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in ANSWERS.items()])
def test_a_right_answer_has_its_points_whatever_else_it_does(graded, body):
    helper = "def total(numbers):\n    return sum(numbers)\n\nopen('zero.txt', 'w').write('0')\n"
    helper += "import warnings\nwarnings.simplefilter('error')"  # which the notebook's check does not see either
    result = graded(mean=f"def mean(numbers):\n{body}", own=helper)
    assert earned(result) == FULL
    assert result.state == results.GRADED


def test_helpers_in_own_cells_may_need_each_other_and_stand_behind_the_exercise(graded):
    answer = "def mean(numbers):\n    return total(numbers) / len(numbers)"
    assert earned(graded(mean=answer, own="total = sum", at=1)) == FULL
    assert earned(graded(mean=answer, own="total = sum", at=2)) == FULL | {"mean": 0}  # behind the check that needs it


def test_what_is_printed_is_kept_beside_its_question_and_cut(graded):
    result = graded(mean="def mean(numbers):\n    print('x' * 10_000)\n    return sum(numbers) / len(numbers)")
    spoken = {question.name: question.spoken for question in result.questions}
    assert set(spoken["mean"]) <= {"x", "\n"}
    assert 0 < len(spoken["mean"]) <= 4000
    assert spoken["Counter"] == ""


def test_half_letters_and_control_characters_of_a_message_reach_no_terminal(graded, two, tmp_path):
    result = graded(
        mean="def mean(numbers):\n    raise ValueError('\\ud800 \\x1b[2J \\u202e end')", own="1 / 0  # \x07"
    )
    words = [item.reason for question in result.questions for item in question.items]
    assert any("end" in text for text in words)
    assert all(letter.isprintable() for text in [*words, result.detail] for letter in text)
    store = results.Store(tmp_path)
    store.put(result)
    assert store.get("ali", "01_tiny") == result


# Releases


def test_work_on_an_older_release_has_its_points(two, mark):
    older = handed_in(two)
    path = two.solutions / "01_tiny.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("The arithmetic mean.", "The mean of some numbers."), encoding="utf-8")
    build.build_all(course=two)
    result = mark(older)
    assert any("another release" in sentence for sentence in result.repairs)
    assert earned(result) == FULL


# The same grade every time


DRAWN = """
import random, torch, numpy as np
drawn = random.random() + np.random.rand() + torch.rand(1).item()
"""


def test_the_same_seed_gives_the_same_grade_and_chance_in_own_cells_is_seeded(graded):
    """An answer that is right by chance, on which numbers drawn in an own cell decide."""
    answer = "def mean(numbers):\n    return sum(numbers) / len(numbers) + (drawn + torch.rand(1).item()) * 5e-10"
    once, again = (graded(mean=f"print(drawn)\n{answer}", own=DRAWN) for _ in range(2))
    assert once.seed == again.seed != 0
    assert plain(once) == plain(again)
    shown = [next(q.spoken for q in result.questions) for result in (once, again)]
    assert shown[0] == shown[1]
    assert len(once.questions[0].items) == 4


def plain(result):
    """What a result says, without times."""
    questions = tuple(replace(question, seconds=0.0, spoken="") for question in result.questions)
    return replace(result, seconds=0.0, date="", questions=questions)


def test_the_draws_of_an_own_cell_are_the_same_in_every_process(graded):
    tell = "def mean(numbers):\n    raise ValueError(f'drawn {drawn:.12f}')"
    reasons = {item.reason for _ in range(3) for item in graded(mean=tell, own=DRAWN).questions[0].items}
    assert len(reasons) == 1
    assert "drawn" in reasons.pop()


# Ends of the process


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        ("while True: pass", results.TIMEOUT, "too long"),
        ("import time; time.sleep(60)", results.TIMEOUT, "too long"),
        ("import os; os._exit(0)", results.CRASH, "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", results.CRASH, "ended the Python process"),
    ],
)
def test_an_exercise_that_ends_its_process_costs_itself_only(graded, body, state, words):
    result = graded(IMPATIENT, mean=f"def mean(numbers):\n    {body}", own="kept = 1")
    assert result.state == state
    assert earned(result) == {"mean": 0, "Counter": 2}
    assert words in trouble(result, "mean")
    assert trouble(result, "Counter") == ""


@pytest.mark.parametrize(
    ("source", "state"), [("while True: pass", results.TIMEOUT), ("import os\nos._exit(0)", results.CRASH)]
)
def test_a_cell_that_ends_its_process_costs_itself_only(graded, source, state):
    for at in (0, 1):
        result = graded(IMPATIENT, own=source, at=at)
        assert result.state == state
        assert earned(result) == FULL
        assert "own-1" in result.detail


def test_both_states_are_told_by_the_graver_one(graded):
    ends = "class Counter:\n    def __init__(self):\n        import os; os._exit(0)"
    result = graded(IMPATIENT, mean="def mean(numbers):\n    while True: pass", Counter=ends)
    assert result.state == results.CRASH
    assert earned(result) == {"mean": 0, "Counter": 0}
    assert "too long" in trouble(result, "mean")


def test_a_cell_that_ends_the_process_only_when_it_is_run_again_costs_no_other(two, graded):
    """What a cell does may depend on time; the second process meets a cell that the first one survived."""
    once = f"import time\nif time.time() > {time.time() + 7}:\n    import os; os._exit(0)"
    endless = "def mean(numbers):\n    import time; time.sleep(600)"
    result = graded(replace(IMPATIENT, question_seconds=8), own=once, mean=endless)
    assert result.state == results.CRASH
    assert earned(result) == {"mean": 0, "Counter": 2}


def test_the_whole_notebook_has_a_limit_of_its_own(graded):
    result = graded(Limits(cell_seconds=60, total_seconds=1.5), own="import time\ntime.sleep(30)")
    assert result.state == results.TIMEOUT
    assert earned(result) == {"mean": 0, "Counter": 0}
    assert "time for the whole notebook" in trouble(result, "Counter")


def test_an_exercise_whose_cell_fails_says_so(graded):
    result = graded(mean="def mean(numbers):\nreturn 1")
    assert earned(result) == {"mean": 0, "Counter": 2}
    assert "The exercise's cell fails: IndentationError in line 2" in trouble(result, "mean")


def test_an_untouched_notebook_earns_nothing_and_is_graded(two, mark):
    result = mark((two.notebooks / "01_tiny" / "01_tiny.ipynb").read_bytes())
    assert result.state == results.GRADED
    assert (result.earned, result.points) == (0, 6)
    assert trouble(result, "why") == results.NOT_ANSWERED


# Written questions


def test_a_written_answer_waits_for_a_person_and_has_a_digest_of_its_own(graded):
    asked = [graded(why=RIGHT["why"] + more).questions[-1] for more in ("", "", " Indeed.")]
    assert [question.earned for question in asked] == [None] * 3
    assert [question.trouble for question in asked] == [""] * 3
    assert asked[0].answer == asked[1].answer != asked[2].answer
    assert re.fullmatch("[0-9a-f]{64}", asked[0].answer)


# A newer Python


NEWER = f"{sys.version_info[0]}.{sys.version_info[1] + 1}.2"


@pytest.mark.parametrize(
    "own",
    [
        "type ::= newer",
        "from typing import of_the_future",
        "import math\nmath.of_the_future(1)",
        "import annotationlib",
    ],
)
def test_work_that_needs_a_newer_python_is_set_aside(graded, own):
    result = graded(own=own, version=NEWER)
    assert result.state == results.SET_ASIDE
    assert not result.has_grade
    ours = f"{sys.version_info[0]}.{sys.version_info[1]}."
    assert f"with Python {NEWER} and uses what Python {ours}" in result.detail


def test_an_answer_that_calls_what_only_a_newer_python_has_is_set_aside(graded):
    result = graded(mean="def mean(numbers):\n    import math\n    return math.of_the_future(numbers)", version=NEWER)
    assert result.state == results.SET_ASIDE


@pytest.mark.parametrize("version", ["", "3.11.0", "2.7", "later", "3"])
def test_the_same_mistakes_are_graded_where_our_python_is_no_older(graded, version):
    result = graded(mean="def mean ::= newer", version=version)
    assert result.state == results.GRADED
    assert earned(result) == {"mean": 0, "Counter": 2}


def test_a_newer_python_alone_sets_nothing_aside(graded):
    result = graded(own="1 / 0", mean="def mean(numbers):\n    return numbers.of_the_future", version=NEWER)
    assert result.state == results.GRADED
    assert earned(result) == {"mean": 0, "Counter": 2}


# Whose fault it is


def test_a_cell_of_the_release_that_fails_before_any_of_the_students_is_no_fault_of_theirs(two, mark):
    path = two.solutions / "01_tiny.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("import contextlib\n", "import a_missing_library\nimport contextlib\n"), encoding="utf-8"
    )
    build.build_all(course=two)
    result = mark(handed_in(two))
    assert result.state == results.GRADER_ERROR
    assert "a_missing_library" in result.detail
    assert result.questions == ()


class Failing:
    """A sandbox whose processes cannot be started, or turn out to have failed when they are closed."""

    level = "failing"

    def __init__(self, box, on):
        self.box, self.on = box, on

    def open(self, limits):
        if self.on == "open":
            raise SandboxError("It is gone.")
        job = self.box.open(limits)
        close, job.close = job.close, lambda: close() and self.on != "close"
        return job


@pytest.mark.parametrize("on", ["open", "close"])
def test_a_sandbox_that_fails_is_no_grade(two, mark, warm, on):
    result = mark(handed_in(two), box=Failing(warm, on))
    assert result.state == results.GRADER_ERROR
    assert result.questions == ()
    assert not result.has_grade


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"{}", b'{"cells": []}', b"\xff\xfe\x00"])
def test_what_is_no_notebook_is_invalid_and_says_why(mark, content):
    result = mark(content)
    assert result.state == results.INVALID
    assert len(result.detail) > 20
    assert result.questions == ()


def test_what_cannot_be_read_is_invalid(two, warm):
    class Gone:
        def chunks(self, limit):
            raise FileNotFoundError(2, "No such file or directory")

    seen = marking.Seen(replace(submission(b""), source=Gone()), two)
    assert marking.mark(seen, warm, Limits(), SECRET).state == results.INVALID
    assert "No such file" in seen.refused


def test_a_check_cell_that_calls_no_check_stops_everything_with_a_sentence(two):
    for call in ("checks.tiny.no_such(1)", "checks.nothing.at_all(1)", "print(1)", "checks.tiny"):
        with pytest.raises(WorkbookError, match="build the notebooks again"):
            marking.check_of(call)


# Keys


def test_a_key_depends_on_all_that_a_grade_does(two, tmp_path, monkeypatch):
    def key(digest="d", problem="01_tiny", limits=Limits()):  # noqa: B008
        keys.release_digest.cache_clear()
        keys.code_digest.cache_clear()
        return keys.key_of(digest, problem, limits, two)

    helpers = tmp_path / "helpers"
    for name in ("checks", "grading/inside"):
        (helpers / name).mkdir(parents=True)
    for name in (
        "doctor",
        "bulk",
        "reading",
        "student",
        "grading/marking",
        "grading/standin",
        "grading/inside/runtime",
        "checks/a",
    ):
        (helpers / f"{name}.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(keys, "HELPERS", helpers)
    first = key()
    assert key() == first == key(limits=Limits(question_seconds=30.0))
    assert len({first, key("e"), key(problem="02_other"), key(limits=Limits(question_seconds=5))}) == 4
    (helpers / "checks" / "a.py").write_text("stricter = True", encoding="utf-8")
    changed = key()
    assert changed != first
    release = two.notebooks / "01_tiny" / "01_tiny.ipynb"
    release.write_bytes(release.read_bytes().replace(b"Tiny", b"Wee"))
    assert key() not in (first, changed)
    keys.code_digest.cache_clear()
