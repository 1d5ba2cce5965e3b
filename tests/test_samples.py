"""Samples that runs leave: they come back as they were, beside a run and in build/run, and damage is no end."""

import dataclasses

import numpy as np
import pytest
import torch

from helpers import data, presets, samples


@pytest.fixture
def digits():
    return data.load("digits")


def a_run(folder, problem, seed=0):
    return presets.Run("smoke", "digits", seed, problem, torch.device("cpu"), "32-true", folder, True)


@pytest.fixture
def asking(tmp_path):
    return a_run(tmp_path / "work" / "10_evaluation" / "runs" / "smoke-digits", "10_evaluation")


def test_what_was_kept_comes_back(tmp_path, digits, asking):
    run = a_run(tmp_path / "work" / "02_pixelcnn" / "runs" / "smoke-digits", "02_pixelcnn", seed=3)
    images = digits.train.images[:5]
    run.keep_samples(images, levels=digits.levels, dataset=digits, model="Gated PixelCNN (8 bit)")
    assert (run.folder / "samples" / "gated_pixelcnn_8_bit.npz").is_file()
    (kept,) = samples.kept(asking, root=tmp_path)
    assert (kept.model, kept.problem, kept.seed, kept.levels) == ("Gated PixelCNN (8 bit)", "02_pixelcnn", 3, 17)
    assert (kept.dataset, kept.checksum) == ("digits", digits.checksum)
    assert torch.allclose(kept.images, digits.train.scaled()[:5], atol=0.5 / 255)


def test_a_model_replaces_what_it_left_and_other_models_stay(tmp_path, digits, asking):
    run = a_run(tmp_path / "build" / "run" / "07_gan" / "smoke", "07_gan")
    for count in (3, 4):
        run.keep_samples(torch.rand(count, 1, 8, 8) * 255, levels=256, dataset=digits, model="GAN")
    run.keep_samples(torch.zeros(2, 1, 8, 8), levels=2, dataset=digits, model="another")
    found = samples.kept(asking, root=tmp_path)
    assert [(one.model, len(one.images)) for one in found] == [("GAN", 4), ("another", 2)]


def test_values_beyond_the_levels_are_cut(tmp_path, digits, asking):
    run = a_run(tmp_path / "build" / "run" / "03_conv_vae" / "smoke", "03_conv_vae")
    run.keep_samples(torch.tensor([-3.0, 0.4, 0.6, 7.0]).reshape(1, 1, 2, 2), levels=2, dataset=digits, model="VAE")
    (kept,) = samples.kept(asking, root=tmp_path)
    assert (kept.images.flatten() * 255).tolist() == pytest.approx([0, 102, 153, 255])


def test_damaged_and_strange_files_are_named_and_passed_over(tmp_path, digits, asking, capsys):
    run = a_run(tmp_path / "build" / "run" / "07_gan" / "smoke", "07_gan")
    run.keep_samples(digits.train.images[:3], levels=17, dataset=digits, model="GAN")
    path = run.folder / "samples" / "gan.npz"
    path.with_name("cut.npz").write_bytes(path.read_bytes()[:-40])
    path.with_name("text.npz").write_text("no images")
    np.savez(path.with_name("other.npz"), images=np.zeros((2, 1, 8, 8)), about=np.array("{}"))
    assert [one.model for one in samples.kept(asking, root=tmp_path)] == ["GAN"]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(any(name in line for line in lines) for name in ("cut.npz", "text.npz", "other.npz"))


def test_nothing_is_found_where_nothing_is(tmp_path, asking):
    assert samples.kept(asking, root=tmp_path) == []
    elsewhere = dataclasses.replace(asking, folder=tmp_path / "somewhere")
    assert samples.kept(elsewhere, root=tmp_path) == []


def test_other_processes_write_nothing(tmp_path, digits, monkeypatch):
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    run = a_run(tmp_path / "build" / "run" / "07_gan" / "smoke", "07_gan")
    run.keep_samples(digits.train.images[:3], levels=17, dataset=digits, model="GAN")
    assert not list(tmp_path.rglob("*.npz"))
