"""The fingerprint of a training: which changes of the code count, and which do not."""

import functools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from torch import nn

from helpers import checkpoints

ROOT = Path(__file__).resolve().parents[1]

NOTEBOOK = '''
import torch
from torch import nn

WEIGHT = 2.0

def mask(kind):
    """Zeros and ones."""
    return kind in {"A", "B", "C"}

class Layer(nn.Module):
    """A layer."""

    def forward(self, x):
        return x * mask("A")

def bound(scale):
    def loss(model, x):
        return scale * WEIGHT * model(x).mean()
    return loss

loss = bound(3)
model = nn.Sequential(Layer())
'''


def digest(text):
    namespace = {"__name__": "__main__"}
    exec(compile(text, "a cell", "exec"), namespace)
    return checkpoints.code(namespace["loss"], namespace["model"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('in {"A", "B", "C"}', 'in {"A", "B"}'),
        ('mask("A")', 'mask("B")'),
        ("x * mask", "x + mask"),
        ("WEIGHT = 2.0", "WEIGHT = 2.5"),
        ("bound(3)", "bound(4)"),
        ("scale * WEIGHT", "scale + WEIGHT"),
        ("Sequential(Layer())", "Sequential(Layer(), nn.ReLU())"),
        ("def mask(kind):", "def mask(kind, other=1):"),
    ],
)
def test_a_change_of_what_the_code_does_counts(before, after):
    assert before in NOTEBOOK
    assert digest(NOTEBOOK.replace(before, after)) != digest(NOTEBOOK)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Zeros and ones.", "A mask of zeros and ones."),
        ("A layer.", "Another text."),
        ("WEIGHT = 2.0", "WEIGHT = 2.0  # a comment\n\n\n"),
        ("import torch\n", "import torch\nunused = 5\n"),
    ],
)
def test_a_change_of_words_does_not_count(before, after):
    assert before in NOTEBOOK
    assert digest(NOTEBOOK.replace(before, after)) == digest(NOTEBOOK)


def test_the_digest_is_the_same_in_every_process():
    script = f"""
        from helpers import checkpoints
        exec(compile({NOTEBOOK!r}, "a cell", "exec"))
        print(checkpoints.code(loss, model))
    """
    digests = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_partial_arguments_count():
    def loss(weight, model):
        return weight

    assert checkpoints.code(functools.partial(loss, 1)) != checkpoints.code(functools.partial(loss, 2))


def test_code_that_calls_itself_is_read_once():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    assert checkpoints.code(even) == checkpoints.code(even)


def test_settings_do_not_change_while_a_scheduler_moves_the_learning_rate():
    optimizer = torch.optim.Adam(nn.Linear(1, 1).parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    before = checkpoints.settings(optimizer), checkpoints.settings(scheduler)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] != 0.1
    assert (checkpoints.settings(optimizer), checkpoints.settings(scheduler)) == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda p: torch.optim.Adam(p, lr=0.1), lambda p: torch.optim.Adam(p, lr=0.2)),
        (lambda p: torch.optim.Adam(p, lr=0.1), lambda p: torch.optim.AdamW(p, lr=0.1)),
        (lambda p: torch.optim.Adam(p, lr=0.1), lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.5, 0.9))),
    ],
)
def test_settings_tell_optimizers_apart(one, other):
    parameters = list(nn.Linear(1, 1).parameters())
    assert checkpoints.settings(one(parameters)) != checkpoints.settings(other(parameters))
