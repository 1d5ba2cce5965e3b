"""No attack of the corpus gains a point over the honest answer in it, harms anybody else, or leaves anything behind."""

import builtins
import csv
import io
import json
import os
import resource
import socket
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
import torch

from helpers.checks import compare, core, doubles, learning, report, subject
from helpers.grading import pile, results, tables, workers
from helpers.grading.source import COURSE
from helpers.student import name_of
from tests.grading.attacks import corpus, official, stock
from tests.grading.attacks.corpus import PROBLEM, ROOT
from tests.patience import PATIENCE

ATTACKS = {attack.name: attack for attack in corpus.attacks()}
OURS = (torch, torch.nn.Module, torch.autograd, builtins, compare, core, doubles, learning, report, subject)
NEXT = ("bits_per_dim", "train_epoch", "gate")  # what the next student is asked
GROWTH = 1536 * 2**20  # bytes that grading one submission may take here for a moment; importing torch took a third


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """What an attacker may know of this machine: the repository, the results of others, and a port that listens."""
    folder = tmp_path_factory.mktemp("grades")
    (folder / "secret").write_text("the seed of all inputs", encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {"@ROOT@": str(ROOT), "@RESULTS@": str(folder), "@PORT@": str(server.getsockname()[1])}


@pytest.fixture(scope="module")
def honest():
    """A solved notebook, as the next student hands it in."""
    return corpus.submission(asked=NEXT)


def family(warm):
    """The processes of a sandbox that no submission has brought."""
    return {process.pid for process in psutil.Process(warm.process.pid).children(recursive=True)}


def alone_again(warm, before, seconds=PATIENCE):
    """Whether the processes of a submission are all gone, or go soon."""
    end = time.monotonic() + seconds
    while family(warm) != before and time.monotonic() < end:
        time.sleep(0.02)
    return family(warm) == before


def left_behind(places):
    """What the attacks would leave where they may not write, or what would come out of a sandbox's own /tmp."""
    folders = ("/", "/tmp", "/dev/shm", "/var/tmp", ROOT, ROOT / "helpers", places["@RESULTS@"])
    marks = ("attacked", "left-behind", "other", "0", "1")
    return {f"{folder}/{name}" for folder in folders for name in os.listdir(folder) if name.startswith(marks)}


def state():
    """What this process computes with."""
    return [dict(vars(thing)) for thing in OURS]


def peak():
    """The most memory that this process has taken so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_gains_nothing_and_harms_nobody(attack, warm, places, honest, tmp_path):
    running, lying, ours, most = family(warm), left_behind(places), state(), peak()
    began = time.monotonic()
    result = official.attacked(attack, warm, places)
    assert time.monotonic() - began < official.LIMITS.total_seconds

    earned = official.earned(result)
    assert earned.pop(attack.exercise) <= attack.honest + 1e-3
    points = corpus.points(attack.problem)
    kept = {name: points[name] for name in earned if name not in attack.costs}
    assert {name: earned[name] for name in kept} == kept

    assert result.state in (results.GRADED, results.TIMEOUT, results.CRASH)
    assert not [line for question in result.questions for line in question.spoken.splitlines() if "FOUND" in line]
    store = results.Store(tmp_path)
    store.put(result)
    assert store.get("student", attack.problem) == result
    shown = [row[-1] for row in csv.reader(io.StringIO(tables.csv_of([result])))]
    assert all(letter.isprintable() for advice in shown for letter in advice)

    assert alone_again(warm, running)
    assert left_behind(places) == lying
    assert all(now == before for now, before in zip(state(), ours, strict=True))
    assert peak() - most < GROWTH

    after = official.graded(honest, warm)
    assert after.state == results.GRADED
    assert after.earned == after.points == sum(corpus.points()[name] for name in NEXT)


def test_what_one_submission_leaves_the_next_does_not_find(warm, places):
    attack = ATTACKS["what another submission left behind"]
    for _ in range(2):
        spoken = [question.spoken for question in official.attacked(attack, warm, places).questions]
        assert not any(spoken)


def test_the_corpus_says_what_is_right_of_itself():
    assert len(ATTACKS) == len(list(corpus.attacks())) >= 25
    for attack in ATTACKS.values():
        assert 0 <= attack.honest <= corpus.points(attack.problem)[attack.exercise]
        assert attack.stock in ("", "harmful", "no such conversation") or attack.stock.startswith(("a dead", "spoils"))


# What the attacks are worth where the checks run in the student's own process


def test_the_attacks_are_real():
    command = [sys.executable, "-m", "tests.grading.attacks.notebook_tier"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = {name: attack.notebook for name, attack in ATTACKS.items() if attack.notebook is not None}
    assert json.loads(done.stdout) == said
    assert all(points > ATTACKS[name].honest for name, points in said.items())


def test_stock_nbgrader_has_been_given_every_harmless_attack():
    kept = json.loads(stock.KEPT.read_text(encoding="utf-8"))
    assert set(kept["earned"]) == {name for name, attack in ATTACKS.items() if not attack.stock}
    assert sum(points or 0 for points in kept["earned"].values()) > 25  # it is fooled


# Files: what comes beside a notebook, and what a zip may hold


def test_what_lies_beside_or_around_a_notebook_does_nothing(warm, tmp_path, monkeypatch):
    handed_in, out, outside = tmp_path / "pile", tmp_path / "grades", tmp_path / "outside"
    handed_in.mkdir()
    outside.mkdir()
    zero = {"gate": "def gate(a):\n    return a[:, ::2]\n"}
    attacked = nbformat.writes(corpus.submission(zero))

    modules = ("torch", "torch/__init__", "helpers", "helpers/checks/__init__", "sitecustomize", "usercustomize")
    own = {f"{module}.py": "raise SystemExit" for module in modules}
    _zip(handed_in / "modules.zip", {f"{PROBLEM}.ipynb": attacked, **own})
    _zip(
        handed_in / "climbing.zip",
        {
            f"{PROBLEM}.ipynb": attacked,
            "../../../../attacked.py": "raise SystemExit",
            f"{tmp_path}/attacked": "x",
            "../honest.ipynb": attacked,
            "C:\\attacked": "x",
        },
    )
    _zip(handed_in / "linked.zip", {f"{PROBLEM}.ipynb": attacked, "link": str(out)}, links=("link",))
    _zip(handed_in / "only-a-link.zip", {f"{PROBLEM}.ipynb": "/etc/passwd"}, links=(f"{PROBLEM}.ipynb",))
    (outside / "someone-else.ipynb").write_text(nbformat.writes(corpus.submission()), encoding="utf-8")
    (handed_in / "borrowed.ipynb").symlink_to(outside / "someone-else.ipynb")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as inner, inner.open(f"{PROBLEM}.ipynb", "w") as stream:
        for _ in range(300):
            stream.write(bytes(2**20))
    (handed_in / "bomb.zip").write_bytes(bomb.getvalue())
    (handed_in / "checks.ipynb").write_text(nbformat.writes(_with_checks_of_its_own(zero)), encoding="utf-8")
    unwritable = attacked.replace("def gate", '\\"\\ud800\\"\\ndef gate')
    (handed_in / "surrogates.ipynb").write_text(unwritable, encoding="utf-8")
    (handed_in / "honest.ipynb").write_text(nbformat.writes(corpus.submission()), encoding="utf-8")

    monkeypatch.setitem(workers._sandboxes, "bwrap", warm)
    pile.grade([handed_in], COURSE, out, PROBLEM, level="bwrap", executor=lambda jobs: ThreadPoolExecutor(1))

    kept = {result.student: result for result in results.Store(out).all()}
    most = sum(corpus.points().values())
    assert kept["honest"].earned == most
    for student in ("modules", "climbing", "linked", "checks", "surrogates"):
        assert official.earned(kept[student])["gate"] == 0
        assert kept[student].earned == most - corpus.points()["gate"], student
    assert not kept["only-a-link"].has_grade
    assert not kept["bomb"].has_grade
    assert "borrowed" not in kept or not kept["borrowed"].has_grade
    left = {path.name for path in tmp_path.rglob("*")}
    assert not any("attacked" in name for name in left)
    assert {path.name for path in out.iterdir()} == {"secret", "results", "notebooks", "grades.csv", "submissions.csv"}
    assert {path.name for path in tmp_path.iterdir()} == {"pile", "grades", "outside"}


def _zip(path: Path, entries, links=()):
    """A zip with these entries, some of them symbolic links."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name)
            if name in links:
                entry.external_attr = 0o120777 << 16
            archive.writestr(entry, content)


def _with_checks_of_its_own(answers):
    """A notebook whose check of the gate gives points and stands twice, and whose parameters and setup lie."""
    notebook = corpus.submission(answers)
    for cell in list(notebook.cells):
        if name_of(cell) == "check-gate":
            cell.source = "2.0"
            again = nbformat.v4.new_code_cell("2.0", metadata=cell.metadata)
            again.metadata.nbgrader = dict(cell.metadata.nbgrader, points=200)
            notebook.cells.append(again)
        elif cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", []):
            cell.source += "\nimport builtins\nbuiltins.float = lambda x: 2.0\nraise SystemExit"
        elif cell.source.startswith("import itertools"):
            cell.source += "\nclass checks:\n    pixelcnn = None"
    return notebook
