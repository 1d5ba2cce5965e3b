"""The run that a notebook starts: what wins, what is seeded, what is refused, what is kept."""

import json
import random

import numpy as np
import pytest
import torch

from helpers import presets, references
from helpers.errors import WorkbookError


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch, tmp_path):
    for name in ("PRESET", "DATASET", "SEED", "RUN_DIR", "HEADLESS"):
        monkeypatch.delenv(f"WORKBOOK_{name}", raising=False)
    for name in (
        *presets.LIVE_FRONT_ENDS,
        "KAGGLE_KERNEL_RUN_TYPE",
        "RANK",
        "LOCAL_RANK",
        "WORLD_SIZE",
        "TORCHELASTIC_RUN_ID",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def start(preset="laptop", dataset="mnist", seed=3, **options):
    return presets.start(preset, dataset, seed, name="02_pixelcnn", **options)


def under_torchrun(monkeypatch, rank):
    for name, value in {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 4, "TORCHELASTIC_RUN_ID": "a"}.items():
        monkeypatch.setenv(name, str(value))


def test_the_notebook_decides_where_the_environment_is_silent():
    run = start()
    assert (run.preset, run.dataset, run.seed, run.problem) == ("laptop", "mnist", 3, "02_pixelcnn")


def test_the_environment_wins_over_the_notebook(monkeypatch):
    monkeypatch.setenv("WORKBOOK_PRESET", "full")
    monkeypatch.setenv("WORKBOOK_DATASET", "kmnist")
    monkeypatch.setenv("WORKBOOK_SEED", "11")
    run = start()
    assert (run.preset, run.dataset, run.seed) == ("full", "kmnist", 11)


def test_smoke_runs_on_embedded_data_in_float32_on_the_cpu():
    run = start("smoke")
    assert (run.dataset, run.device, run.precision) == ("digits", torch.device("cpu"), "32-true")
    assert start("smoke", smoke_dataset="faces").dataset == "faces"


def test_smoke_takes_a_data_set_that_was_asked_for_by_name(monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATASET", "mnist")
    assert start("smoke").dataset == "mnist"


def test_a_problem_that_draws_its_numbers_itself_takes_no_data_set(monkeypatch, capsys):
    monkeypatch.setenv("WORKBOOK_DATASET", "mnist")
    assert start("smoke", None).dataset == start("laptop", None).dataset == references.SYNTHETIC
    assert "precision 32-true, data synthetic, seed 3\n" in capsys.readouterr().out


def test_start_says_one_line_on_stdout(capfd):
    start("smoke")
    out, err = capfd.readouterr()
    assert err == ""
    assert out == (
        "02_pixelcnn: preset smoke, device cpu, precision 32-true, "
        "data digits (the smoke preset's, instead of mnist), seed 3\n"
    )


def test_only_the_first_of_several_processes_speaks_and_writes(monkeypatch, capsys):
    under_torchrun(monkeypatch, rank=1)
    run = start()
    run.record(test_nats=1.0)
    assert capsys.readouterr().out == ""
    assert not run.folder.exists()


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (("huge", "mnist", 0), {}, 'PRESET is \'huge\'; choose "smoke", "laptop" or "full".'),
        (("smoke", "mnist", 0), {"WORKBOOK_PRESET": "tiny"}, "WORKBOOK_PRESET is 'tiny'; choose"),
        ((["smoke"], "mnist", 0), {}, "PRESET is ['smoke']; choose"),
        (("laptop", 5, 0), {}, "DATASET is 5; write the name of a data set in quotes"),
        (("smoke", "mnist", -1), {}, "SEED is -1; choose a whole number"),
        (("smoke", "mnist", True), {}, "SEED is True; choose a whole number"),
        (("smoke", "mnist", 0.5), {}, "SEED is 0.5; choose a whole number"),
        (("smoke", "mnist", 0), {"WORKBOOK_SEED": "one"}, "WORKBOOK_SEED is 'one'; choose a whole number"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(monkeypatch, arguments, environment, sentence):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(WorkbookError) as refusal:
        start(*arguments)
    assert str(refusal.value).startswith(sentence)
    assert "\n" not in str(refusal.value)


def test_choose_gives_the_value_of_the_preset():
    sizes = {"smoke": 1, "laptop": 2, "full": 3}
    assert [start(preset).choose(**sizes) for preset in presets.PRESETS] == [1, 2, 3]


def test_the_seed_fixes_every_generator():
    def draws(seed):
        start(seed=seed)
        return torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()

    assert draws(5) == draws(5)
    for one, other in zip(draws(5), draws(6), strict=True):
        assert one != other


def test_bfloat16_only_where_the_processor_has_it(monkeypatch):
    cpu = torch.device("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    assert presets.best_precision(cpu) == "bf16-mixed"
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_f": True}, raising=False)
    assert presets.best_precision(cpu) == "32-true"
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert presets.best_precision(cpu) == "32-true"
    assert presets.best_precision(torch.device("mps")) == "32-true"


def test_each_process_of_torchrun_takes_its_own_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    under_torchrun(monkeypatch, rank=2)
    assert presets.best_device() == torch.device("cuda", 2)


@pytest.mark.parametrize(
    ("here", "folder"),
    [
        (".", "work/02_pixelcnn/runs/laptop-mnist"),  # a source run as a script from the repository
        ("work/02_pixelcnn", "work/02_pixelcnn/runs/laptop-mnist"),  # the student's copy
        ("work", "work/02_pixelcnn/runs/laptop-mnist"),
        ("work/mine", "work/mine/work/02_pixelcnn/runs/laptop-mnist"),
        ("notebooks/02_pixelcnn", "notebooks/02_pixelcnn/work/02_pixelcnn/runs/laptop-mnist"),
    ],
)
def test_the_folder_of_a_run_lies_under_work(monkeypatch, tmp_path, here, folder):
    (tmp_path / here).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / here)
    assert start().folder == tmp_path / folder


def test_the_folder_of_a_run_can_be_redirected(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBOOK_RUN_DIR", str(tmp_path / "elsewhere"))
    assert start().folder == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"JPY_SESSION_NAME": "a.ipynb"}, False),
        ({"VSCODE_CWD": "/"}, False),
        ({"COLAB_RELEASE_TAG": "1"}, False),
        ({"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}, False),
        ({"KAGGLE_KERNEL_RUN_TYPE": "Batch"}, True),
        ({"JPY_SESSION_NAME": "a.ipynb", "WORKBOOK_HEADLESS": "1"}, True),
    ],
)
def test_headless_unless_a_front_end_is_there(monkeypatch, environment, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert presets.headless() is expected
    assert start().headless is expected


def figures(run):
    return json.loads((run.folder / "metrics.json").read_text())["figures"]


def test_figures_add_up_under_their_names():
    run = start()
    run.record(test_nats=90.5, epochs=torch.tensor(3))
    run.record(test_nats=np.float32(88.5), device="cpu", finished=True)
    assert figures(run) == {"test_nats": 88.5, "epochs": 3, "device": "cpu", "finished": True}
    start().record(more=1)
    assert figures(run) == {"test_nats": 88.5, "epochs": 3, "device": "cpu", "finished": True, "more": 1}


def test_figures_of_another_run_or_a_damaged_file_are_dropped(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBOOK_RUN_DIR", str(tmp_path))
    start(seed=1).record(old=1)
    run = start(seed=2)
    run.record(new=2)
    assert figures(run) == {"new": 2}
    (tmp_path / "metrics.json").write_text('{"figures": ')
    run.record(new=3)
    assert figures(run) == {"new": 3}


@pytest.mark.parametrize("value", [float("nan"), torch.tensor(float("inf")), torch.zeros(2), None, [1]])
def test_a_figure_that_is_no_finite_value_is_refused(value):
    run = start()
    with pytest.raises(WorkbookError, match="The figure nats is"):
        run.record(nats=value)
    assert not run.folder.exists()


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(monkeypatch, tmp_path):
    path = tmp_path / "kept"
    presets.write_atomically(path, b"old")
    monkeypatch.setattr(presets.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        presets.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
