"""07_gan runs on where its optional exercises are left out: what is core must not wait for them."""

import pytest
import torch

from helpers.grading.namespaces import solution_namespace


def not_written(*inputs):
    raise NotImplementedError


@pytest.fixture(scope="module")
def notebook():
    return solution_namespace("07_gan")


def test_the_ring_is_played_without_an_epoch_of_the_students_own(notebook, monkeypatch):
    monkeypatch.setitem(notebook, "train_epoch", not_written)
    rounds = []
    notebook["play_batches"](
        lambda x, y, z: rounds.append((len(x), tuple(z.shape))), notebook["ring_batches"](3, 128, 0)
    )
    assert rounds == [(128, (2, 128, notebook["LATENT_2D"]))] * 3


def test_a_round_that_is_not_written_still_says_so(notebook, monkeypatch):
    monkeypatch.setitem(notebook, "train_epoch", not_written)
    with pytest.raises(NotImplementedError):
        notebook["play_batches"](not_written, notebook["ring_batches"](3, 128, 0))


def test_a_sheet_shows_every_class_without_the_exercise(notebook, monkeypatch):
    classes = notebook["K"]
    monkeypatch.setitem(notebook, "sample_sheet", not_written)
    monkeypatch.setitem(notebook, "asked", torch.arange(classes).repeat(3))
    monkeypatch.setitem(notebook, "judge_noise", torch.zeros(3 * classes, 2))
    images = notebook["sheet"](lambda z, y: y.argmax(1).double(), torch.zeros(2, 2))
    assert torch.equal(images, (torch.arange(classes).repeat(2) + 1) / 2)
