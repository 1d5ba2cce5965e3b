"""Two domains without pairs: drawn ones with a known truth, batches that resume, folders of one's own, faces."""

import numpy as np
import pytest
import torch
from PIL import Image

from helpers import celeba, checkpoints, domains, idx, image_folders, textures
from helpers.data import may_be_shown
from helpers.errors import WorkbookError


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """No data on this machine but what a test puts there."""
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)


def rising(u_a, u_b):
    pairs = min(len(u_a), len(u_b))
    return torch.stack([u_a.argsort()[:pairs], u_b.argsort()[:pairs]], dim=1)


def paint(folder, count, colour, size=(20, 12), ending="png"):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.new("RGB", size, (*colour, 10 * number)).save(folder / f"{number:02}.{ending}")


def sentence(error):
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    return text


class TestTextures:
    def test_views_of_a_scene_differ_in_white_stripes_alone(self):
        plain, striped = textures.scenes(20, 64, seed=0)
        differs = (plain != striped).any(1)
        assert striped.permute(0, 2, 3, 1)[differs].eq(round(255 * textures.WHITE)).all()
        white = torch.arange(64) // textures.stripe_width(64) % 2 == 1
        assert not differs[:, :, ~white].any()
        assert all(0.02 < float(share) < 0.4 for share in differs.double().mean((1, 2)))

    def test_each_view_follows_from_the_other(self):
        plain, striped = textures.scenes(30, 32, seed=1)
        white = torch.arange(32) // textures.stripe_width(32) % 2 == 1
        left = torch.arange(32) - torch.where(white, textures.stripe_width(32), 0)
        is_white = (striped == round(255 * textures.WHITE)).all(1, keepdim=True)
        filled = torch.where(is_white, striped[..., left], striped)
        assert (filled != plain).any(1).double().mean() < 0.05  # where a shape begins within a white stripe

    def test_the_seed_decides(self):
        assert torch.equal(textures.scenes(3, 32, 5)[0], textures.scenes(3, 32, 5)[0])
        assert not torch.equal(textures.scenes(3, 32, 5)[0], textures.scenes(3, 32, 6)[0])

    def test_learned_images_have_no_counterpart_and_tested_ones_do(self):
        pair = domains.load("textures", 32, count=10)
        assert pair.shape == (3, 32, 32)
        assert not torch.equal(pair.train_b, textures.scenes(10, 32, 1)[1])
        assert ((pair.test_a != pair.true_b).any(1).double().mean((1, 2)) < 0.4).all()
        assert pair.checksum == domains.load("textures", 32, count=10).checksum
        assert pair.checksum != domains.load("textures", 32, count=11).checksum

    def test_where_no_file_may_be_needed_it_is_textures(self):
        assert domains.load("digits", 32, count=4).name == "textures"


class TestBatches:
    def batches(self, **options):
        a, b = (torch.arange(start, start + 9, dtype=torch.uint8)[:, None, None, None] for start in (0, 100))
        return domains.UnpairedBatches(a, b[:7], **{"batch_size": 2, "seed": 3, "order": rising, **options})

    def test_each_epoch_has_an_order_of_its_own_and_no_image_twice(self):
        batches = self.batches()
        epochs = [torch.cat([torch.cat(batch, dim=1).flatten(1) for batch in batches]) for _ in range(2)]
        assert not torch.equal(*epochs)
        for rows in epochs:
            assert len(batches) == 3
            assert all(len(set(column.tolist())) == 6 for column in rows.T)

    def test_a_limit_makes_epochs_short(self):
        assert len(self.batches(pairs=2)) == 1

    def test_going_on_from_a_state_gives_the_same_batches(self):
        whole = self.batches()
        expected = [batch for _ in range(2) for batch in whole]
        first = self.batches()
        taken = iter(first)
        got = [next(taken), next(taken)]
        second = self.batches()
        second.load_state_dict(first.state_dict())
        got += list(second) + list(second)
        assert all(
            torch.equal(x, y) for one, other in zip(got, expected, strict=True) for x, y in zip(one, other, strict=True)
        )

    def test_another_seed_is_refused(self):
        with pytest.raises(WorkbookError) as error:
            self.batches(seed=4).load_state_dict(self.batches().state_dict())
        assert "another seed or size" in sentence(error)

    def test_the_checkpoint_knows_them(self):
        batches = self.batches()
        assert checkpoints.batches_state(batches)
        assert checkpoints.data(batches)

    def test_too_few_pairs_are_refused(self):
        with pytest.raises(WorkbookError) as error:
            self.batches(batch_size=8)
        assert "do not fill" in sentence(error)


class TestOwnFolders:
    def test_two_folders_become_two_domains_in_the_order_of_their_names(self, tmp_path):
        paint(tmp_path / "own" / "summer", 12, (0, 200))
        paint(tmp_path / "own" / "winter", 10, (200, 0))
        pair = domains.load(f"folder:{tmp_path / 'own'}", 8)
        assert pair.kinds == ("summer", "winter")
        assert [len(part) for part in (pair.train_a, pair.train_b, pair.test_a, pair.test_b)] == [11, 9, 1, 1]
        assert pair.shape == (3, 8, 8)
        assert pair.train_a[:, 0].unique().tolist() == [0]
        assert pair.true_b is None
        assert not may_be_shown(pair.name)

    def test_train_and_test_folders_are_taken_as_they_are(self, tmp_path):
        for part, count in (("trainA", 3), ("trainB", 4), ("testA", 1), ("testB", 2)):
            paint(tmp_path / part, count, (50, 60))
        pair = domains.load(f"folder:{tmp_path}", 16)
        assert [len(part) for part in (pair.train_a, pair.train_b, pair.test_a, pair.test_b)] == [3, 4, 1, 2]

    def test_the_square_in_the_middle_is_taken(self, tmp_path):
        paint(tmp_path / "a", 3, (0, 0))
        paint(tmp_path / "b", 3, (0, 0))
        wide = np.zeros((10, 30, 3), np.uint8)
        wide[:, 10:20] = 200
        Image.fromarray(wide).save(tmp_path / "a" / "00.png")
        assert domains.load(f"folder:{tmp_path}", 10).train_a[0].unique().tolist() == [200]

    @pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
    def test_images_of_every_kind_become_colours(self, tmp_path, mode):
        for folder in ("a", "b"):
            paint(tmp_path / folder, 2, (90, 90))
            image = Image.new("L", (9, 9), 90)
            ending = "jpg" if mode == "CMYK" else "png"
            kind = Image.new(mode, (9, 9)) if mode == "I;16" else image.convert(mode)
            kind.save(tmp_path / folder / f"odd.{ending}")
        assert domains.load(f"folder:{tmp_path}", 8).shape == (3, 8, 8)

    def test_what_is_missing_is_said_in_one_sentence(self, tmp_path):
        for name, said in ((f"folder:{tmp_path / 'none'}", "is no folder"), (f"folder:{tmp_path}", "holds 0 folders")):
            with pytest.raises(WorkbookError) as error:
                domains.load(name, 8)
            assert said in sentence(error)
        paint(tmp_path / "a", 1, (0, 0))
        paint(tmp_path / "b", 5, (0, 0))
        with pytest.raises(WorkbookError) as error:
            domains.load(f"folder:{tmp_path}", 8)
        assert "at least two" in sentence(error)

    @pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n and no more"])
    def test_a_file_that_is_no_image_is_named(self, tmp_path, content):
        paint(tmp_path / "a", 3, (0, 0))
        paint(tmp_path / "b", 3, (0, 0))
        (tmp_path / "b" / "00.jpg").write_bytes(content)
        with pytest.raises(WorkbookError) as error:
            domains.load(f"folder:{tmp_path}", 8)
        assert str(tmp_path / "b" / "00.jpg") in sentence(error)

    def test_an_image_that_is_cut_short_is_named(self, tmp_path):
        paint(tmp_path / "a", 3, (0, 0), size=(64, 64), ending="jpg")
        paint(tmp_path / "b", 3, (0, 0))
        whole = (tmp_path / "a" / "01.jpg").read_bytes()
        (tmp_path / "a" / "01.jpg").write_bytes(whole[: len(whole) * 2 // 3])
        with pytest.raises(WorkbookError) as error:
            domains.load(f"folder:{tmp_path}", 8)
        assert "01.jpg" in sentence(error)

    def test_an_image_of_monstrous_size_is_refused(self, tmp_path, monkeypatch):
        monkeypatch.setattr(image_folders, "LARGEST", 100)
        paint(tmp_path / "a", 3, (0, 0))
        paint(tmp_path / "b", 3, (0, 0))
        with pytest.raises(WorkbookError) as error:
            domains.load(f"folder:{tmp_path}", 8)
        assert "20 x 12 pixels" in sentence(error)


class TestFaces:
    @pytest.fixture
    def copy(self, monkeypatch, tmp_path):
        """A copy of forty faces, of which every second is dark and every fourth blond; the colour tells the number."""
        folder = tmp_path / "own" / "celeba"
        (folder / "img_align_celeba").mkdir(parents=True)
        lines = ["40", "Black_Hair Blond_Hair Smiling"]
        for number in range(40):
            name = f"{number + 1:06}.jpg"
            Image.new("RGB", (89, 109), (6 * number, 100, 100)).save(folder / "img_align_celeba" / name, quality=100)
            lines.append(f"{name} {1 if number % 2 == 0 else -1} {1 if number % 4 in (1, 2) else -1} -1")
        (folder / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
        monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "own"))

    def test_two_attributes_exclude_one_another(self, copy):
        pair = domains.load("celeba:Black_Hair+Blond_Hair", 64)
        assert pair.kinds == ("black hair", "blond hair")
        numbers = [(part[:, 0].double().mean((1, 2)) / 6).round().long() % 4 for part in (pair.train_a, pair.train_b)]
        assert (numbers[0] == 0).all()
        assert (numbers[1] == 1).all()
        assert len(pair.train_a) == len(pair.train_b) == 8  # of the first thirty-two
        assert not may_be_shown(pair.name)

    def test_one_attribute_splits_all(self, copy):
        pair = domains.load("celeba:Black_Hair", 32)
        assert pair.kinds == ("black hair", "no black hair")
        assert len(pair.train_a) + len(pair.train_b) == 32
        assert pair.shape == (3, 32, 32)

    def test_an_unknown_attribute_is_named_with_those_there_are(self, copy):
        with pytest.raises(WorkbookError) as error:
            domains.load("celeba:Green_Hair", 64)
        assert "Black_Hair, Blond_Hair" in sentence(error)

    def test_without_a_copy_it_is_textures_and_a_note(self):
        pair = domains.load("celeba:Black_Hair", 32, count=3)
        assert pair.name == "textures"
        assert celeba.CELEBA.page in pair.note


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(WorkbookError) as error:
        domains.load("horse2zebr", 64)
    assert "did you mean horse2zebra" in sentence(error)
    with pytest.raises(WorkbookError) as error:
        domains.load("imagenet", 64)
    assert "textures, horse2zebra, apple2orange, or folder:PATH" in sentence(error)


def test_levels_become_numbers_from_minus_1_to_1():
    assert domains.signed(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-1, 1]
