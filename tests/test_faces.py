"""Drawn faces: each factor changes what it should and nothing else, and the set is independent in its factors."""

import pytest
import torch

from helpers import data, faces
from helpers.errors import WorkbookError


def varied(factor, count=5):
    """Faces that differ in one factor."""
    rows = torch.zeros(count, len(faces.FACTORS))
    rows[:, factor] = torch.linspace(-1, 1, count)
    return faces.draw(rows).float() / 255


def redness(images):
    """How much redder than blue a pixel is."""
    return images[:, 0] - images[:, 2]


def changed_rows(images):
    """First and last row in which images differ."""
    rows = (images.amax(0) - images.amin(0)).amax((0, 2)).gt(0.1).nonzero().flatten()
    return int(rows.min()), int(rows.max())


@pytest.mark.parametrize("side", faces.SIDES)
def test_shape_type_and_determinism(side):
    rows = faces.combinations()[:20]
    drawn = faces.draw(rows, side)
    assert drawn.shape == (20, 3, side, side)
    assert drawn.dtype == torch.uint8
    assert torch.equal(drawn, faces.draw(rows, side))


def test_a_face_does_not_depend_on_the_others(monkeypatch):
    rows = faces.combinations()[:30]
    whole = faces.draw(rows, 32)
    monkeypatch.setattr(faces, "CHUNK_PIXELS", 7 * 32**2)
    assert torch.equal(faces.draw(rows, 32), whole)
    assert torch.equal(faces.draw(rows[3:4], 32), whole[3:4])
    assert faces.draw(rows[:0], 32).shape == (0, 3, 32, 32)


def test_a_larger_picture_shows_the_same_face():
    rows = faces.combinations()[:10]
    small, large = (faces.draw(rows, side).float() for side in (32, 64))
    pooled = torch.nn.functional.avg_pool2d(large, 2)
    assert (pooled - small).abs().mean() < 4


def test_the_smile_moves_the_mouth_only():
    images = varied(faces.SMILE)
    first, last = changed_rows(images)
    assert first > 64 * 0.5
    assert last < 64 * 0.85
    columns = (images[-1] - images[0]).abs().amax((0, 1)).gt(0.1).nonzero().flatten()
    centre = images[:, :, first : last + 1, 28:36]
    heights = torch.arange(last - first + 1.0)
    mouth = [(redness(face[None])[0].mean(1).clamp(min=0) * heights).sum() for face in centre]
    assert mouth[0] < mouth[-1]  # the middle of a smiling mouth is lower
    assert columns.min() > 12
    assert columns.max() < 52


def test_the_eyes_open_and_nothing_else_moves():
    images = varied(faces.EYES)
    white = (images.amin(1) > 0.9).float().sum((1, 2))
    assert (white.diff() > 0).all()
    first, last = changed_rows(images)
    assert first > 16
    assert last < 40


def test_hue_leaves_the_shape():
    images = varied(faces.HUE)
    wall = (images.amax(0) - images.amin(0)).amax(0) < 0.02
    assert 0.2 < wall.float().mean() < 0.7  # backdrop, pupils and mouth keep their colours
    assert redness(images)[0].mean() > redness(images)[-1].mean()


def test_position_and_size_move_the_face():
    where = torch.arange(64.0)
    dark = (varied(faces.POSITION).amax(1) < 0.2).float()
    centres = (dark.sum(1) * where).sum(1) / dark.sum((1, 2))
    assert (centres.diff() > 1).all()
    assert abs(float(centres.mean()) - 31.5) < 0.5
    wall = varied(torch.tensor(faces.SIZE))[:, :, 5:60, 32]
    skin = (wall[:, 1] - wall[:, 0] > 0.1).float().sum(1)
    assert (skin.diff() > 0).all()


@pytest.mark.parametrize("factor", range(5))
def test_every_step_of_every_factor_shows_at_every_side(factor):
    count = list(faces.FACTORS.values())[factor]
    for side in faces.SIDES:
        rows = torch.zeros(count, 5)
        rows[:, factor] = torch.linspace(-1, 1, count)
        images = faces.draw(rows, side).float()
        assert images.diff(dim=0).abs().amax((1, 2, 3)).min() > 20


def test_the_set_has_every_combination_once_and_independent_factors():
    rows = faces.combinations()
    assert len(rows) == sum(faces.COUNTS) == len(rows.unique(dim=0))
    assert torch.corrcoef(rows.T).fill_diagonal_(0).abs().max() < 1e-6
    assert torch.corrcoef(rows[: faces.COUNTS[0]].T).fill_diagonal_(0).abs().max() < 0.05
    numbers = faces.numbered(rows)
    assert numbers.amin(0).tolist() == [0] * 5
    assert (numbers.amax(0) + 1).tolist() == list(faces.FACTORS.values())


def test_as_a_data_set():
    loaded = data.load("faces", side=32)
    assert loaded.shape == (3, 32, 32)
    assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == faces.COUNTS
    assert loaded.factor_names == ("smile", "eyes", "hue", "position", "size")
    assert torch.equal(loaded.train.labels, (loaded.train.factors[:, 0] > 0).long())
    assert torch.equal(loaded.test.images, faces.draw(loaded.test.factors, 32))
    assert loaded.train.labels.float().mean().sub(0.5).abs() < 0.02
    assert data.get("faces") is None


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(WorkbookError, match="32, 64 or 128"):
        data.load("faces", side=48)
    with pytest.raises(WorkbookError, match="smile, eyes, hue, position, size"):
        faces.draw(torch.zeros(3, 4))
