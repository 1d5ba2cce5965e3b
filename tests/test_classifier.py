"""The judge of drawn images: learns, repeats itself, is kept, and disturbs nothing."""

import pytest
import torch

from helpers import classifier, data


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


@pytest.fixture(scope="module")
def judged(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judges")
    return classifier.judge(digits, folder), folder


def test_it_recognises_images_that_it_has_never_seen(digits, judged):
    judge, _ = judged
    assert judge.accuracy > 0.95
    assert judge.accuracy == judge.recognised(digits.test.scaled(), digits.test.labels)
    assert judge.recognised(digits.test.scaled(), digits.test.labels + 1) < 0.1


def test_it_is_read_again_and_not_trained_again(digits, judged, monkeypatch):
    judge, folder = judged
    monkeypatch.setattr(classifier, "train", lambda *_: pytest.fail("trained again"))
    again = classifier.judge(digits, folder)
    images = digits.test.scaled()[:50]
    assert again.accuracy == judge.accuracy
    assert torch.equal(again.probabilities(images), judge.probabilities(images))


def test_training_is_deterministic_and_leaves_the_random_state(digits):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (classifier.train(digits.train, 10, steps=5) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_damaged_file_is_trained_anew(digits, judged, tmp_path, monkeypatch):
    judge, folder = judged
    (kept,) = folder.iterdir()
    (tmp_path / kept.name).write_bytes(kept.read_bytes()[:100])
    monkeypatch.setattr(classifier, "train", lambda *_: judge.network)
    assert classifier.judge(digits, tmp_path).accuracy == judge.accuracy
    assert (tmp_path / kept.name).stat().st_size == kept.stat().st_size


def test_another_data_set_is_another_file(digits, judged, monkeypatch):
    judge, folder = judged
    monkeypatch.setattr(classifier, "train", lambda *_: judge.network)
    changed = data.DataSet(
        **{name: getattr(digits, name) for name in ("levels", "classes", "licence", "citation", "validation", "test")},
        name="digits",
        train=digits.train.first(100),
    )
    classifier.judge(changed, folder)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_no_hindrance(digits, judged, tmp_path, monkeypatch):
    judge, _ = judged
    monkeypatch.setattr(classifier, "train", lambda *_: judge.network)
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert classifier.judge(digits, blocked / "folder").accuracy == judge.accuracy


def test_shapes_and_chunks(digits, judged):
    judge, _ = judged
    images = digits.test.scaled().repeat(4, 1, 1, 1)
    assert judge.features(images).shape == (len(images), classifier.FEATURES)
    assert judge.classes_of(images).dtype == torch.int64
    assert torch.allclose(judge.probabilities(images).sum(1), torch.ones(len(images)))
    assert torch.allclose(judge.probabilities(images)[:10], judge.probabilities(images[:10]), atol=1e-6)


def test_it_takes_images_of_other_shapes():
    network = classifier.Network((3, 12, 20), 4)
    assert network(torch.rand(2, 3, 12, 20)).shape == (2, 4)


def test_binarised_images_are_learned_on_their_own_scale(digits):
    split = digits.train
    drawn = type(split)(split.images * 15, split.labels, levels=256, drawn=True)
    network = classifier.train(drawn, 10, steps=200)
    images = (drawn.images > 120).float()
    assert (network(images).argmax(1) == drawn.labels).double().mean() > 0.8
