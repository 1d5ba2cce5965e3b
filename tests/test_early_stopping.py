"""A training ends when validation no longer improves, and gives its best weights, also after an interruption."""

import math

import pytest
import torch
from torch import nn

from helpers import early_stopping, presets, training

CPU = torch.device("cpu")


@pytest.fixture
def run(tmp_path):
    return presets.Run("smoke", "digits", 3, "02_pixelcnn", CPU, "32-true", tmp_path / "run", headless=True)


class Counter(nn.Module):
    """One weight that falls by 1 with every step: after epoch e of one batch it is -e."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.w + 0 * x


def train(values, run, patience=2, epochs=8, fresh=False):
    """Train with scripted validation values; the history, the model, and the epoch whose weights it has."""
    model = Counter()
    script = iter(values)
    best = early_stopping.Best(model, run, "count", patience)
    history = training.fit(
        model,
        lambda model, x: model(x).sum(),
        [torch.zeros(1)],
        optimizer=torch.optim.SGD(model.parameters(), lr=1.0),
        epochs=epochs,
        name="count",
        run=run,
        validate=lambda: next(script),
        on_epoch=best,
        fresh=fresh,
    )
    return history, model, best.restore(history)


def test_ends_after_its_patience_and_restores_the_best(run):
    history, model, epoch = train([3, 1, 2, 2, 0, 0, 0, 0], run)
    assert len(history.epochs) == 4
    assert history.finished
    assert epoch == 2
    assert model.w.item() == -2


def test_without_patience_all_epochs_are_trained(run):
    history, model, epoch = train([3, 1, 2, 2, 2, 2, 2, 0.5], run, patience=None)
    assert len(history.epochs) == epoch == 8
    assert model.w.item() == -8


def test_the_first_of_equal_epochs_counts_and_nan_never(run):
    history, model, epoch = train([math.nan, 1, 1, 1, 0, 0, 0, 0], run)
    assert (len(history.epochs), epoch, model.w.item()) == (4, 2, -2)


def test_a_training_that_had_ended_gives_the_same_weights(run):
    train([3, 1, 2, 2], run)
    history, model, epoch = train([], run)
    assert (len(history.epochs), epoch, model.w.item()) == (4, 2, -2)


def test_weights_of_another_training_are_not_taken(run):
    train([3, 1, 2, 2], run)
    _, model, epoch = train([3, 2, 1, 5, 5, 0, 0, 0], run, fresh=True)
    assert (epoch, model.w.item()) == (3, -3)


def test_without_a_run_the_weights_are_kept_in_memory():
    _, model, epoch = train([3, 1, 2, 2], None)
    assert (epoch, model.w.item()) == (2, -2)
