"""`workbook grade`: what an instructor sees, whatever ends in the middle."""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from helpers import cli, student
from helpers.cli import displays
from helpers.grading import gradebook, pile, results, workers
from helpers.grading.pile import Summary
from helpers.grading.results import Store
from helpers.grading.source import Course
from tests.grading.conftest import need_bubblewrap
from tests.grading.handed_in import RIGHT, handed_in, pile_of
from tests.patience import PATIENCE

TINY = "01_tiny"
HALF = {"mean": "def mean(numbers):\n    return 5.0 if numbers == [5.0, 5.0] else numbers[0] * (len(numbers) == 1)"}


class Kept:
    """The shared sandbox, which no test ends."""

    level = "bwrap"

    def __init__(self, box):
        self.open = box.open

    def close(self):
        pass


@pytest.fixture
def workbook(two, warm, monkeypatch):
    """Run a command on the tiny course in this process, with a worker in a thread of it; returns its exit code."""
    monkeypatch.setattr(student, "ROOT", two.root)
    monkeypatch.chdir(two.root)
    monkeypatch.delenv("WORKBOOK_DEBUG", raising=False)
    monkeypatch.setattr(pile, "processes", ThreadPoolExecutor)
    monkeypatch.setattr(workers, "_sandboxes", {})
    monkeypatch.setattr("helpers.grading.sandbox.choose", lambda level, limits: Kept(warm))
    return lambda *arguments: cli.outcome_of(["grade", *arguments])


@pytest.fixture(scope="module")
def empty_gradebook(built, tmp_path_factory):
    """A gradebook without results, made once: nbgrader starts alembic for a new one."""
    course = Course(tmp_path_factory.mktemp("empty") / "course")
    shutil.copytree(built.root, course.root)
    gradebook.import_results([], course)
    return course.build / "gradebook.db"


@pytest.fixture
def with_gradebook(two, empty_gradebook):
    """The course has a gradebook already."""
    shutil.copy(empty_gradebook, two.build)


@pytest.fixture
def store(two):
    return Store(two.build / "grades")


@pytest.fixture
def submitted(two):
    """Where nbgrader keeps what was handed in."""
    return two.build / "submitted"


def refused(capsys):
    """The one line that a failed command left on stderr."""
    printed = capsys.readouterr().err
    assert printed.startswith("workbook: ")
    assert printed.count("\n") == 1
    return printed


def scores(course, name="ali", problem=TINY):
    """Of each graded cell in the gradebook: automatic and manual score, and whether a person has to look."""
    with Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", gradebook.COURSE_ID) as opened:
        grades = opened.find_submission_notebook(problem, problem, name).grades
        return {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in grades}


def by_hand(course, score, comment, name="ali"):
    """Grade the written question as formgrader does."""
    with Gradebook(f"sqlite:///{course.build / 'gradebook.db'}", gradebook.COURSE_ID) as opened:
        grade = opened.find_grade("why", TINY, TINY, name)
        grade.manual_score, grade.needs_manual_grade = score, False
        opened.find_comment("why", TINY, TINY, name).manual_comment = comment
        opened.db.commit()


# What it says


def test_help_can_be_read(workbook, capsys):
    assert workbook("--help") == 0
    printed = capsys.readouterr().out
    assert "Usage: workbook grade [OPTIONS] [PATH]" in printed
    assert all(
        option in printed for option in ("--problem", "--jobs", "--sandbox", "--out", "--regrade", "--explain", "PATH")
    )
    assert "the same command goes on where it was" in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= 100


def test_a_run_says_what_became_of_everything(workbook, two, with_gradebook, submitted, store, capsys):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, own="while True: x"), "pdf": b"%PDF"})
    assert workbook("build/submitted", "--jobs", "1") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "3 of 3: 2 graded, 1 invalid" in printed.out
    assert "- pdf, 01_tiny: invalid. 01_tiny.ipynb is no whole notebook" in printed.out
    assert "build/grades/grades.csv has a row per question, build/grades/results a file per submission." in printed.out
    assert "nbgrader's gradebook has the automatic scores of 2 submissions." in printed.out
    assert store.get("ali", TINY).earned == 6
    assert workbook("build/submitted") == 0
    assert "3 of 3: 2 graded, 1 invalid, 3 of them before" in capsys.readouterr().out


def test_the_bar_counts_what_is_done():
    out = Console(file=io.StringIO(), force_terminal=True, width=100)
    with displays.Counting(out) as display:
        summary = Summary()
        summary.states[TINY, results.GRADED] = 7
        display.progress(7, 20, summary)
        display.bar.refresh()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out.file.getvalue())
    assert " 7/20" in shown
    assert "7 graded" in shown
    assert display.counts() == "7 of 20 submissions graded"


def test_lines_where_there_is_no_terminal_are_few(capsys):
    display = displays.Counting(Console(file=io.StringIO()))
    for done in range(201):
        display.progress(done, 200, Summary())
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("200 of 200")
    assert 10 <= len(said) <= 22


# Refusals


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("", 1, "name what to grade"),
        ("nothing.zip", 1, "there is no file or folder"),
        ("empty", 1, "holds no notebook"),
        ("empty --problem nothing", 1, "there is no problem 'nothing'"),
        ("empty --problem tyni", 1, "did you mean 01_tiny"),
        ("empty --sandbox wall", 1, "there is no sandbox 'wall'; choose one of: auto, bwrap, docker, reduced"),
        ("empty --jobs 0", 2, "jobs"),
        ("empty --seconds 0", 2, "seconds"),
        ("empty --fast", 2, "no such option"),
        ("build/submitted --out file/grades", 1, "cannot be written"),
        ("build/submitted --out elsewhere", 1, "holds results of 07_flows, which this course does not have"),
        ("--explain ali tiny", 1, "there is no result of 'ali' for 01_tiny"),
        ("--explain ali nothing", 1, "there is no problem 'nothing'"),
        ("--explain ali", 2, "explain"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_graded(
    workbook, two, submitted, store, capsys, arguments, code, sentence
):
    pile_of(submitted, {"ali": handed_in(two)})
    (two.root / "empty").mkdir()
    (two.root / "file").write_text("in the way")
    Store(two.root / "elsewhere").put(results.Result("ali", "07_flows", results.GRADED))
    assert workbook(*arguments.split()) == code
    assert sentence in refused(capsys).lower().replace("07_Flows", "07_flows")
    assert list(store.all()) == []


# The gradebook


def test_scores_come_into_the_gradebook_and_what_a_person_gave_stays(workbook, two, with_gradebook, submitted, capsys):
    pile_of(submitted, {"ali": handed_in(two)})
    assert workbook("build/submitted") == 0
    assert scores(two) == {"check-mean": (4, None, False), "check-Counter": (2, None, False), "why": (None, None, True)}
    by_hand(two, 2.5, "Say why.")
    pile_of(submitted, {"ali": handed_in(two, **HALF)})
    assert workbook("build/submitted") == 0
    assert scores(two)["check-mean"] == (3, None, False)
    assert scores(two)["why"] == (None, 2.5, True)  # another score: whoever graded it is asked to look again
    with sqlite3.connect(two.build / "gradebook.db") as database:
        assert ("Say why.",) in database.execute("select manual_comment from comment").fetchall()


def test_another_written_answer_is_looked_at_again_once(workbook, two, with_gradebook, submitted):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two)})
    workbook("build/submitted")
    by_hand(two, 2, "")
    by_hand(two, 3, "", "sara")
    pile_of(submitted, {"ali": handed_in(two, why=RIGHT["why"] + " Indeed.")})
    workbook("build/submitted")
    assert scores(two)["why"] == (None, 2, True)
    assert scores(two, "sara")["why"] == (None, 3, False)
    by_hand(two, 3, "Better.")
    workbook("build/submitted")
    assert scores(two)["why"] == (None, 3, False)


def test_no_score_stands_where_there_is_no_grade(workbook, two, submitted, capsys, monkeypatch):
    pile_of(submitted, {"ali": handed_in(two), "sara": handed_in(two, own="x ::= 1", version="99.0.1")})

    def failing(*_, **__):
        raise OSError("broken")

    monkeypatch.setattr("helpers.grading.marking.Marking.questions", failing)
    assert workbook("build/submitted") == 1
    assert "- ali, 01_tiny: grader error. The grader failed 3 times" in capsys.readouterr().out
    assert not (two.build / "gradebook.db").exists()
    monkeypatch.undo()


def test_a_locked_gradebook_is_one_sentence_and_the_results_stand(
    workbook, two, with_gradebook, submitted, store, capsys
):
    pile_of(submitted, {"ali": handed_in(two), "pdf": b"%PDF"})
    assert workbook("build/submitted") == 0
    pile_of(submitted, {"ali": handed_in(two, **HALF)})
    capsys.readouterr()
    with sqlite3.connect(two.build / "gradebook.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        assert workbook("build/submitted") == 1
        other.rollback()
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert "is locked by formgrader or another grading run" in printed.err
    assert "- pdf, 01_tiny: invalid." in printed.out
    assert store.get("ali", TINY).earned == 5
    assert "mean,3,4" in (store.folder / "grades.csv").read_text(encoding="utf-8-sig")
    assert scores(two)["check-mean"][0] == 4
    assert workbook("build/submitted") == 0
    assert scores(two)["check-mean"][0] == 3


def test_results_without_a_gradebook(workbook, two, submitted, store):
    pile_of(submitted, {"ali": handed_in(two)})
    assert workbook("build/submitted", "--no-gradebook", "--out", "elsewhere") == 0
    assert not (two.build / "gradebook.db").exists()
    assert Store(two.root / "elsewhere").get("ali", TINY).earned == 6
    assert list(store.all()) == []


def test_a_problem_that_is_not_built_yet_is_built_for_the_gradebook(workbook, two, with_gradebook, submitted):
    shutil.rmtree(two.build / "source")
    pile_of(submitted, {"ali": handed_in(two)})
    assert workbook("build/submitted") == 0
    assert scores(two)["check-mean"][0] == 4


def test_the_problem_of_files_that_do_not_say_it(workbook, two, store):
    folder = two.root / "handed in"
    folder.mkdir()
    for name, content in (("ali.ipynb", handed_in(two)), ("sara.ipynb", handed_in(two, "02_other"))):
        (folder / name).write_bytes(content)
    assert workbook("handed in", "--problem", "tiny", "--no-gradebook") == 0
    assert store.get("ali", TINY).state == results.GRADED
    assert "not of 01_tiny" in store.get("sara", TINY).detail


# An appeal


def test_explain_replays_a_result_with_what_was_asked_and_answered(workbook, two, submitted, store, capsys):
    tell = "def mean(numbers):\n    import torch\n    raise ValueError(f'{numbers[0]:.6f} {torch.rand(1).item():.6f}')"
    pile_of(submitted, {"زهرا": handed_in(two, mean=tell), "sara": handed_in(two, **HALF)})
    workbook("build/submitted", "--no-gradebook")
    before = store.path("زهرا", TINY).read_bytes()
    capsys.readouterr()
    assert workbook("--explain", "زهرا", "tiny") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("زهرا, 01_tiny: 2 of 6 points\n  graded 20")
    assert "from submitted/زهرا/01_tiny/01_tiny.ipynb" in printed
    assert "When it was graded its result was another" not in printed
    mean = store.get("زهرا", TINY).questions[0]
    assert all(f"  FAILS  {item.name}\n         {item.reason}" in printed for item in mean.items)
    assert len({item.reason for item in mean.items}) == 4  # each has numbers of its own, and they came again
    assert "  holds  the total" in printed
    asked = re.findall(
        r"^    call target=<a value of type function> .*\n      broken message=.It raised Value", printed, re.M
    )
    assert len(asked) == 4
    assert store.path("زهرا", TINY).read_bytes() == before


def test_explain_says_where_the_result_would_be_another_now(workbook, two, submitted, store, capsys):
    pile_of(submitted, {"ali": handed_in(two, **HALF)})
    workbook("build/submitted", "--no-gradebook")
    content = json.loads(store.path("ali", TINY).read_text(encoding="utf-8"))
    content["questions"][0]["items"][0]["passed"] = True
    store.path("ali", TINY).write_text(json.dumps(content), encoding="utf-8")
    capsys.readouterr()
    assert workbook("--explain", "ali", "tiny") == 0
    printed = capsys.readouterr().out
    assert printed.count("When it was graded its result was another") == 1


def test_explain_refuses_what_has_no_grade_and_what_is_gone(workbook, two, submitted, store, capsys):
    pile_of(submitted, {"ali": handed_in(two), "pdf": b"%PDF"})
    workbook("build/submitted", "--no-gradebook")
    capsys.readouterr()
    assert workbook("--explain", "pdf", "tiny") == 1
    assert "pdf has no grade for 01_tiny: invalid. 01_tiny.ipynb is no whole notebook" in refused(capsys)
    assert workbook("--explain", "omid", "tiny") == 1
    assert "look for the name in grades.csv" in refused(capsys)
    store.notebook("ali", TINY).unlink()
    assert workbook("--explain", "ali", "tiny") == 1
    assert "There is no file" in refused(capsys)


# Real processes, and their ends


class Run:
    """The command in a process of its own, in a session of its own as a terminal gives it."""

    def __init__(self, course, *arguments):
        need_bubblewrap()
        here = Path(__file__).parent
        self.process = subprocess.Popen(
            [sys.executable, here / "tiny_workbook.py", course.root, "grade", course.build / "submitted", *arguments],
            cwd=here.parents[1],
            env=os.environ | {"PYTHONPATH": str(here.parents[1])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # what runs in the background of a shell ignores Ctrl-C, and so would all that it starts
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.folder = course.build / "grades" / "results" / TINY

    def wait_for(self, count):
        """Wait until so many results are there, and return their bytes by name."""
        deadline = time.monotonic() + PATIENCE
        while len(found := self.results()) < count:
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return found

    def results(self):
        return {path.name: path.read_bytes() for path in self.folder.glob("*.json")}

    def family(self):
        """All processes below the command."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait_for_process(self, wanted):
        """Wait until a process below the command is as wanted: between two submissions there may be none."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for process in self.family():
                with contextlib.suppress(psutil.NoSuchProcess):  # it has ended since
                    if wanted(process):
                        return process
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def end(self):
        """What it printed, and its exit code."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return out, err, self.process.returncode


def all_gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_a_run_that_is_killed_or_stopped_at_any_time_goes_on_where_it_was(two, with_gradebook, submitted):
    """kill -9, then Ctrl-C in the terminal, then a run in which a worker and a sandbox are killed."""
    students = [f"s{number:02}" for number in range(14)]

    def takes(seconds, name):
        return handed_in(two, own=f"import time; time.sleep({seconds})  # {name}")

    # The later ones take so long that no run is over before a busy machine has come to stop it.
    pile_of(submitted, {name: takes(0.5 if name < "s08" else 8, name) for name in students})
    run = Run(two, "--no-gradebook")
    run.wait_for(2)
    run.wait_for_process(lambda process: process.name() == "bwrap")
    family = run.family()
    run.process.kill()
    assert run.end()[2] == -signal.SIGKILL
    assert all_gone(family)
    done = run.results()
    assert 2 <= len(done) < len(students) - 4

    run = Run(two, "--no-gradebook")
    run.wait_for(len(done) + 2)
    family = run.family()
    os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does
    _, err, code = run.end()
    assert code == 130
    said = re.fullmatch(
        r"workbook: stopped with (\d+) of 14 submissions graded; the same command goes on from there\.\n", err
    )
    assert said, err
    assert all_gone(family)
    now = run.results()
    assert int(said[1]) <= len(now) <= int(said[1]) + 1
    assert done.items() <= now.items()
    assert len(now) < len(students)

    graded = {json.loads(content)["student"] for content in now.values()}
    pile_of(submitted, {name: takes(0.5, name) for name in students if name not in graded})
    run = Run(two, "--jobs", "2")
    run.wait_for(len(now) + 1)
    family = run.family()
    run.wait_for_process(lambda process: process.name() == "bwrap").kill()
    run.wait_for_process(lambda process: "spawn_main" in " ".join(process.cmdline())).kill()
    out, err, code = run.end()
    assert (err, code) == ("", 0)
    assert f"14 of 14: 14 graded, {len(now)} of them before" in out
    assert all_gone(family)
    assert now.items() <= run.results().items()
    assert {json.loads(content)["earned"] for content in run.results().values()} == {6}
    assert not any(run.folder.parent.rglob(".*"))


def test_two_workers_give_what_one_gives(two, submitted, workbook, tmp_path):
    """In processes of their own, in any order, and in a thread of this process."""
    works = {"ali": {}, "sara": HALF, "omid": {"own": "import torch\nnoise = torch.rand(3)"}, "nima": {"mean": "x ="}}
    works["mina"] = {"mean": "def mean(numbers):\n    import torch\n    return sum(numbers) / len(numbers) + noise(1)"}
    pile_of(submitted, {name: handed_in(two, **work) for name, work in works.items()})
    grades = two.build / "grades"
    run = Run(two, "--jobs", "2", "--no-gradebook")
    assert run.end()[1:] == ("", 0)
    others = tmp_path / "others"
    others.mkdir()
    shutil.copy(grades / "secret", others)
    assert workbook("build/submitted", "--out", str(others), "--no-gradebook") == 0
    assert comparable(grades) == comparable(others)
    assert len(comparable(grades)) == len(works)


def comparable(folder):
    """What the results say, without times and without what was printed."""
    found = []
    for result in Store(folder).all():
        content = results.to_json(result)
        for part in (content, *content["questions"]):
            for name in ("seconds", "date", "spoken"):
                part.pop(name, None)
        found.append(content)
    return found
