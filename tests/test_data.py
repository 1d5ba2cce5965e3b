import dataclasses
import gzip
import itertools
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers import data, idx
from helpers.data import Batches, Split
from helpers.errors import WorkbookError

SMALL = dataclasses.replace(idx.MNIST, counts=(60, 20), validation=10, side=4)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """An empty cache and no WORKBOOK_DATA: the machine that runs the tests may have both."""
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.setattr(idx, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A tiny `mnist` in a folder that WORKBOOK_DATA names; returns the folder of its four files."""
    monkeypatch.setitem(idx.PUBLISHED, "mnist", SMALL)
    root = tmp_path / "own"
    raw = write_small(root)
    monkeypatch.setenv("WORKBOOK_DATA", str(root))
    return raw


def write_small(root: Path) -> Path:
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    draw = np.random.default_rng(0)
    for file, shape in zip(SMALL.files, SMALL.shapes, strict=True):
        values = draw.integers(256 if len(shape) == 3 else 10, size=shape, dtype=np.uint8)
        write_idx(raw / file.name, values)
    return raw


def write_idx(path: Path, values: np.ndarray, magic: int | None = None, sizes: tuple[int, ...] | None = None) -> None:
    header = (0x0800 + values.ndim if magic is None else magic, *(sizes or values.shape))
    path.write_bytes(np.array(header, dtype=">u4").tobytes() + values.tobytes())


def pack(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    return packed


def sentence(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".") or text.endswith("?")
    return text


def ramp(n: int, levels: int = 256) -> Split:
    """Images whose first pixel tells them apart, with the same number as label."""
    images = torch.arange(n).remainder(levels).to(torch.uint8).reshape(n, 1, 1, 1).expand(n, 1, 2, 3).contiguous()
    return Split(images, torch.arange(n), levels)


def flat(lists: list[list[int]]) -> list[int]:
    return list(itertools.chain.from_iterable(lists))


def labels_of(batches) -> list[list[int]]:
    return [labels.tolist() for _, labels in batches]


class TestDigits:
    def test_three_disjoint_parts_hold_every_image_once(self):
        from sklearn.datasets import load_digits

        digits = data.load("digits")
        parts = (digits.train, digits.validation, digits.test)
        rows = torch.cat([torch.cat([part.images.flatten(1).long(), part.labels[:, None]], 1) for part in parts])
        bunch = load_digits()
        published = np.concatenate([bunch.data, bunch.target[:, None]], axis=1).astype(np.int64)
        assert sorted(rows.tolist()) == sorted(published.tolist())

    def test_parts_are_stratified(self):
        digits = data.load("digits")
        for part, share in ((digits.train, 0.7), (digits.validation, 0.1), (digits.test, 0.2)):
            per_class = part.labels.bincount(minlength=10)
            assert per_class.max() - per_class.min() <= 8
            assert len(part) == pytest.approx(share * 1797, rel=0.02)

    def test_values_are_17_levels(self):
        digits = data.load("digits")
        assert digits.levels == digits.train.levels == 17
        assert digits.shape == (1, 8, 8)
        assert digits.train.images.dtype == torch.uint8
        assert digits.train.labels.dtype == torch.int64
        assert digits.train.images.unique().tolist() == list(range(17))
        assert digits.note == ""

    def test_checksum_tells_the_split_from_any_other(self):
        digits = data.load("digits")
        assert digits.checksum.startswith("1f4e8e066d29")
        swapped = dataclasses.replace(digits, validation=digits.test, test=digits.validation)
        assert swapped.checksum != digits.checksum

    def test_a_set_shows_its_sizes_and_not_its_pixels(self):
        assert repr(data.load("digits").validation) == "Split(178 x 1 x 8 x 8, 17 levels, cpu)"


class TestScaled:
    def test_ends_are_zero_and_one(self):
        levels = torch.tensor([0, 8, 16], dtype=torch.uint8)
        assert data.scaled(levels, 17).tolist() == [0.0, 0.5, 1.0]
        assert data.scaled(levels, 17).dtype == torch.float32

    def test_split_scales_by_its_own_levels(self):
        assert data.load("digits").train.scaled().max() == 1


class TestBinarise:
    def test_probability_is_the_level(self):
        images = torch.arange(17, dtype=torch.uint8).expand(20_000, 17)
        drawn = data.binarise(images, 17, torch.Generator().manual_seed(0))
        assert drawn.dtype == torch.uint8
        assert set(drawn.unique().tolist()) == {0, 1}
        p = torch.arange(17) / 16
        bound = 5 * (p * (1 - p) / len(images)).sqrt()  # five standard errors; none at 0 and 1, which are certain
        assert ((drawn.float().mean(0) - p).abs() <= bound + 1e-9).all()

    def test_256_levels_fit(self):
        images = torch.tensor([0, 255], dtype=torch.uint8).expand(1000, 2)
        drawn = data.binarise(images, 256, torch.Generator().manual_seed(0))
        assert drawn.float().mean(0).tolist() == [0.0, 1.0]

    def test_pixels_are_independent(self):
        images = torch.full((20_000, 2), 8, dtype=torch.uint8)
        drawn = data.binarise(images, 17, torch.Generator().manual_seed(0)).float()
        assert abs(torch.corrcoef(drawn.T)[0, 1]) < 0.03

    def test_evaluation_is_one_draw_and_training_stays_grey(self):
        grey = data.load("digits")
        binary = grey.binarised(seed=3)
        assert binary.levels == 2
        assert binary.draw_seed == 3
        for part in (binary.validation, binary.test):
            assert part.images.unique().tolist() == [0, 1]
            assert not part.drawn
            assert part.levels == 2
        assert torch.equal(binary.train.images, grey.train.images)
        assert binary.train.drawn

    def test_seed_decides_the_draw(self):
        grey = data.load("digits")
        one, same, other = grey.binarised(0), grey.binarised(0), grey.binarised(1)
        assert one.checksum == same.checksum != other.checksum
        assert grey.checksum != one.checksum

    def test_the_draw_follows_the_image(self):
        grey = data.load("digits")
        drawn = torch.stack([grey.binarised(seed).test.scaled() for seed in range(40)]).mean(0)
        assert (drawn - grey.test.scaled()).abs().mean() < 0.05

    def test_twice_is_refused(self):
        with pytest.raises(WorkbookError) as error:
            data.load("digits").binarised(0).binarised(0)
        assert "nothing to binarise" in sentence(error)


class TestBatches:
    def test_an_epoch_is_a_permutation(self):
        batches = Batches(ramp(50), 8, seed=0)
        seen = labels_of(batches)
        assert [len(batch) for batch in seen] == [8] * 6 + [2]
        assert len(batches) == 7
        assert sorted(flat(seen)) == list(range(50))
        assert flat(seen) != list(range(50))

    def test_images_and_labels_stay_together(self):
        for images, labels in Batches(ramp(50), 8, seed=1):
            assert images.dtype == torch.uint8
            assert images.shape[1:] == (1, 2, 3)
            assert torch.equal(images[:, 0, 0, 0].long(), labels)

    def test_epochs_differ_and_seeds_differ(self):
        batches = Batches(ramp(50), 50, seed=0)
        first, second = labels_of(batches), labels_of(batches)
        assert first != second
        assert labels_of(Batches(ramp(50), 50, seed=0)) == first
        assert labels_of(Batches(ramp(50), 50, seed=1)) not in (first, second)

    def test_without_shuffling_the_order_is_the_splits(self):
        batches = Batches(ramp(50), 8, seed=0, shuffle=False)
        assert flat(labels_of(batches)) == list(range(50))
        assert flat(labels_of(batches)) == list(range(50))

    def test_the_last_smaller_batch_can_be_dropped(self):
        batches = Batches(ramp(50), 8, seed=0, drop_last=True)
        assert [len(batch) for batch in labels_of(batches)] == [8] * 6 == [8] * len(batches)

    def test_a_dropped_image_is_not_always_the_same_one(self):
        batches = Batches(ramp(9), 8, seed=0, drop_last=True)
        left_out = {(set(range(9)) - set(labels_of(batches)[0])).pop() for _ in range(20)}
        assert len(left_out) > 3

    def test_binary_batches_are_fresh_draws(self):
        train = data.load("digits").binarised(0).train
        batches = Batches(train, 1266, seed=0)
        assert batches.levels == 2
        (first, _), (second, _) = next(iter(batches)), next(iter(Batches(train, 1266, seed=1)))
        assert first.unique().tolist() == [0, 1]
        assert abs(first.float().mean() - train.scaled().mean()) < 0.005
        assert not torch.equal(first, second)

    def test_a_grey_split_is_binarised_on_demand_and_not_otherwise(self):
        grey = data.load("digits").train
        (images, _) = next(iter(Batches(grey, 64, seed=0, binarise=True)))
        assert images.unique().tolist() == [0, 1]
        (images, _) = next(iter(Batches(grey, 64, seed=0)))
        assert len(images.unique()) > 2

    def test_pixels_are_drawn_afresh_in_every_epoch_and_batch(self):
        half = Split(torch.full((64, 1, 8, 8), 8, dtype=torch.uint8), torch.arange(64), 17, drawn=True)
        batches = Batches(half, 32, seed=0, shuffle=False)
        draws = [images for _ in range(2) for images, _ in batches]
        for k, one in enumerate(draws):
            for other in draws[k + 1 :]:
                assert 0.4 < (one != other).float().mean() < 0.6

    def test_the_global_generator_is_left_alone(self):
        torch.manual_seed(0)
        before = torch.get_rng_state()
        list(Batches(data.load("digits").binarised(0).train, 64, seed=0))
        assert torch.equal(torch.get_rng_state(), before)

    @pytest.mark.parametrize("stop", [0, 1, 5, 9, 10, 14, 20, 23])
    def test_resuming_gives_the_uninterrupted_batches(self, stop):
        train = data.load("digits").binarised(0).train
        epochs, size = 3, 130  # ten batches an epoch
        whole, _ = run(Batches(train, size, seed=5), epochs)
        first, state = run(Batches(train, size, seed=5), epochs, most=stop)
        resumed = Batches(train, size, seed=5)
        resumed.load_state_dict(state)
        second, _ = run(resumed, epochs)
        assert len(whole) == 30
        assert len(first) + len(second) == len(whole)
        assert all(torch.equal(a, b) for a, b in zip(whole, first + second, strict=True))

    def test_the_state_is_plain_and_small(self, tmp_path):
        batches = Batches(ramp(50), 8, seed=0)
        for _ in batches:
            torch.save(batches.state_dict(), tmp_path / "state.pt")
            assert torch.load(tmp_path / "state.pt", weights_only=True) == batches.state_dict()
            assert batches.state_dict()["next"] == 1
            break

    def test_an_epoch_left_early_begins_anew(self):
        batches = Batches(ramp(50), 8, seed=0)
        untouched = batches.state_dict()
        first = next(iter(batches))[1]
        assert batches.state_dict() == untouched
        assert torch.equal(next(iter(batches))[1], first)
        assert len(labels_of(batches)) == 7
        assert batches.epoch == 1

    def test_the_state_is_the_newest_iterations(self):
        batches = Batches(ramp(50), 8, seed=0)
        older, newer = iter(batches), iter(batches)
        next(older)
        next(newer), next(newer)
        older.close()
        assert batches.state_dict()["next"] == 2

    def test_the_state_of_other_batches_is_refused(self):
        state = Batches(ramp(50), 8, seed=0).state_dict()
        with pytest.raises(WorkbookError) as error:
            Batches(ramp(50), 16, seed=1).load_state_dict(state)
        assert "another seed and batch_size" in sentence(error)

    def test_several_processes_share_every_batch(self):
        alone = labels_of(Batches(ramp(54), 8, seed=0))
        shares = [labels_of(Batches(ramp(54), 8, seed=0, rank=rank, world_size=4)) for rank in range(4)]
        for share in shares:
            assert [len(batch) for batch in share] == [2] * 6 + [1]
        for whole, *parts in zip(alone, *shares, strict=True):
            together = flat(parts)
            assert len(set(together)) == len(together) == len(whole) // 4 * 4
            assert set(together) <= set(whole)

    def test_several_processes_draw_their_own_pixels(self):
        half = Split(torch.full((64, 1, 8, 8), 8, dtype=torch.uint8), torch.arange(64), 17, drawn=True)
        one, other = (next(iter(Batches(half, 64, seed=0, rank=rank, world_size=2)))[0] for rank in range(2))
        assert 0.4 < (one != other).float().mean() < 0.6

    def test_impossible_batches_are_refused(self):
        with pytest.raises(WorkbookError) as error:
            Batches(ramp(5), 8, seed=0, drop_last=True)
        assert "smaller batch" in sentence(error)
        with pytest.raises(WorkbookError) as error:
            Batches(ramp(50), 9, seed=0, world_size=2)
        assert "shared equally" in sentence(error)

    @pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
    def test_everything_stays_on_the_gpu(self):
        binary = data.load("digits", "cuda").binarised(0)
        images, labels = next(iter(Batches(binary.train, 32, seed=0)))
        assert images.is_cuda
        assert labels.is_cuda
        assert binary.checksum == data.load("digits").binarised(0).checksum


def run(batches: Batches, epochs: int, most: int | None = None) -> tuple[list[torch.Tensor], dict]:
    """What a training loop sees, up to `most` batches, and the state that it would save after the last of them."""
    seen, state = [], batches.state_dict()
    while batches.epoch < epochs and len(seen) != most:
        for images, _ in batches:
            seen.append(images)
            state = batches.state_dict()
            if len(seen) == most:
                break
    return seen, state


class TestIdx:
    def test_parts_and_values(self, small):
        loaded = data.load("mnist")
        assert loaded.name == "mnist"
        assert loaded.note == ""
        assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (50, 10, 20)
        assert loaded.shape == (1, 4, 4)
        written = np.frombuffer((small / "train-images-idx3-ubyte").read_bytes()[16:], np.uint8).reshape(60, 1, 4, 4)
        assert np.array_equal(torch.cat([loaded.train.images, loaded.validation.images]).numpy(), written)
        labels = np.frombuffer((small / "t10k-labels-idx1-ubyte").read_bytes()[8:], np.uint8)
        assert loaded.test.labels.tolist() == labels.tolist()
        assert loaded.test.labels.dtype == torch.int64

    def test_packed_and_plain_files_are_the_same(self, small):
        plain = data.load("mnist").checksum
        for file in SMALL.files:
            pack(small / file.name)
        assert data.load("mnist").checksum == plain

    def test_the_cache_is_searched_after_workbook_data(self, small, cache, monkeypatch):
        own = data.load("mnist").checksum
        raw = write_small(cache)
        write_idx(raw / "t10k-labels-idx1-ubyte", np.zeros(20, np.uint8))
        assert data.load("mnist").checksum == own
        monkeypatch.delenv("WORKBOOK_DATA")
        assert data.load("mnist").test.labels.tolist() == [0] * 20

    def test_a_set_with_a_missing_file_is_absent(self, small):
        (small / "t10k-labels-idx1-ubyte").unlink()
        assert data.load("mnist").name == "digits"

    @pytest.mark.parametrize("packed", [False, True])
    @pytest.mark.parametrize(
        ("file", "spoil", "said"),
        [
            (0, lambda path: path.write_bytes(path.read_bytes()[:-1]), "cut short"),
            (0, lambda path: path.write_bytes(path.read_bytes() + b"x"), "longer than it says"),
            (0, lambda path: path.write_bytes(b""), "no idx file"),
            (0, lambda path: path.write_bytes(path.read_bytes()[:9]), "no idx file"),
            (0, lambda path: path.write_bytes(b"<html>sign in to this network</html>"), "no idx file"),
            (0, lambda path: write_idx(path, np.zeros((60, 4, 4), np.uint8), magic=0x0D03), "no idx file"),
            (0, lambda path: write_idx(path, np.zeros(60 * 16, np.uint8)), "no idx file of 3 dimensions"),
            (0, lambda path: write_idx(path, np.zeros((59, 4, 4), np.uint8)), "59 x 4 x 4 where 60 x 4 x 4"),
            (1, lambda path: write_idx(path, np.zeros(59, np.uint8)), "59 where 60 belongs"),
            (3, lambda path: write_idx(path, np.full(20, 10, np.uint8)), "label above 9"),
        ],
    )
    def test_a_damaged_file_is_named_with_what_to_do(self, small, file, spoil, said, packed):
        path = small / SMALL.files[file].name
        spoil(path)
        if packed:
            path = pack(path)
        with pytest.raises(WorkbookError) as error:
            data.load("mnist")
        text = sentence(error)
        assert said in text
        assert str(path) in text
        assert "workbook data get mnist" in text

    @pytest.mark.parametrize(
        "spoil", [lambda b: b[: len(b) // 2], lambda b: b"no gzip at all", lambda b: b[:10] + b"\xff" * 40]
    )
    def test_a_damaged_packing_is_named(self, small, spoil):
        path = pack(small / "train-images-idx3-ubyte")
        path.write_bytes(spoil(path.read_bytes()))
        with pytest.raises(WorkbookError) as error:
            data.load("mnist")
        assert "cannot be unpacked" in sentence(error)

    def test_an_unreadable_file_is_named(self, small, monkeypatch):
        def refuse(path, *_, **__):
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(WorkbookError) as error:
            data.load("mnist")
        assert "cannot be read (Permission denied)" in sentence(error)

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
    def test_an_unreadable_folder_is_named(self, small):
        small.chmod(0)
        try:
            with pytest.raises(WorkbookError) as error:
                data.load("mnist")
        finally:
            small.chmod(0o755)
        assert "cannot be read" in sentence(error)

    def test_a_workbook_data_that_is_no_folder_is_named(self, monkeypatch, tmp_path):
        monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "nowhere"))
        with pytest.raises(WorkbookError) as error:
            data.load("mnist")
        assert "nowhere, which is no folder" in sentence(error)
        assert data.load("digits").name == "digits"


class TestNames:
    def test_an_absent_set_falls_back_to_digits_and_says_so(self):
        for name, size in (("mnist", "12 MB"), ("fashion-mnist", "31 MB"), ("kmnist", "21 MB"), ("pneumonia", "4 MB")):
            loaded = data.load(name)
            assert loaded.name == "digits"
            assert loaded.note == (
                f"{name} is not on this machine, so these are scikit-learn's 8 x 8 digits; "
                f"get it with: workbook data get {name} ({size})."
            )

    def test_a_wrong_name_gets_a_suggestion(self):
        for wrong, right in (("mnst", "mnist"), ("FashionMNIST", "fashion-mnist"), ("fashion_mnist", "fashion-mnist")):
            with pytest.raises(WorkbookError) as error:
                data.load(wrong)
            assert sentence(error).endswith(f"did you mean {right}?")
        with pytest.raises(WorkbookError) as error:
            data.get("imagenet")
        assert sentence(error).endswith("choose one of digits, faces, mnist, fashion-mnist, kmnist, pneumonia, celeba.")

    def test_the_list_says_what_is_here(self, small):
        rows = {row.name: row for row in data.available()}
        assert (
            list(rows) == data.names() == ["digits", "faces", "mnist", "fashion-mnist", "kmnist", "pneumonia", "celeba"]
        )
        assert rows["digits"].present
        assert rows["digits"].size == 0
        assert rows["mnist"].present
        assert rows["mnist"].folder == small
        assert not rows["kmnist"].present
        assert rows["kmnist"].folder is None
        assert rows["kmnist"].size == 21_240_888
        assert all(row.licence for row in rows.values())
        assert not any(row.damage for row in rows.values())

    def test_the_list_verifies_when_asked(self, small):
        (row,) = [row for row in data.available(verify=True) if row.name == "mnist"]
        assert len(row.damage) == 4  # the small files are none of the published ones
        assert all("checksum" in text for text in row.damage)

    def test_digits_need_no_download(self):
        assert data.get("digits") is None

    def test_every_published_checksum_is_one(self):
        checksums = [
            checksum
            for published in idx.PUBLISHED.values()
            for file in published.files
            for checksum in (file.sha256, file.sha256_unpacked)
            if checksum is not None
        ]
        assert len(checksums) == len(set(checksums)) == 20
        assert all(len(checksum) == 64 and set(checksum) <= set("0123456789abcdef") for checksum in checksums)


REAL = os.environ.get("WORKBOOK_DATA")


@pytest.mark.skipif(not REAL, reason="WORKBOOK_DATA names no folder with the real data sets")
class TestReal:
    @pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "kmnist"])
    def test_files_are_the_published_ones(self, monkeypatch, name):
        monkeypatch.setenv("WORKBOOK_DATA", REAL)
        if not {row.name: row.present for row in data.available()}[name]:
            pytest.skip(f"{name} is not under WORKBOOK_DATA")
        loaded = data.load(name)
        assert loaded.name == name
        assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (55_000, 5_000, 10_000)
        assert loaded.shape == (1, 28, 28)
        assert loaded.train.images.max() == 255
        assert loaded.test.labels.unique().tolist() == list(range(10))
        assert {row.name: row.damage for row in data.available(verify=True)}[name] == []

    def test_pneumonia_is_the_published_one_with_its_official_split(self, monkeypatch):
        monkeypatch.setenv("WORKBOOK_DATA", REAL)
        loaded = data.load("pneumonia")
        if loaded.name != "pneumonia":
            pytest.skip("pneumonia is not under WORKBOOK_DATA")
        assert (len(loaded.train), len(loaded.validation), len(loaded.test)) == (4708, 524, 624)
        assert loaded.shape == (1, 28, 28)
        assert loaded.train.labels.bincount().tolist() == [1214, 3494]
        assert loaded.test.labels.float().mean().item() == pytest.approx(0.625)
        assert {row.name: row.damage for row in data.available(verify=True)}["pneumonia"] == []

    def test_mnist_is_mnist(self, monkeypatch):
        monkeypatch.setenv("WORKBOOK_DATA", REAL)
        mnist = data.load("mnist")
        if mnist.name != "mnist":
            pytest.skip("mnist is not under WORKBOOK_DATA")
        assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
        assert mnist.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
        assert mnist.train.scaled().mean().item() == pytest.approx(0.1306, abs=5e-4)
        assert mnist.binarised(0).test.images.float().mean().item() == pytest.approx(0.1325, abs=5e-4)


def test_the_first_images_of_a_split():
    train = data.load("digits").train
    few = train.first(3)
    assert len(few) == 3
    assert torch.equal(few.images, train.images[:3])
    assert torch.equal(few.labels, train.labels[:3])
    assert len(train.first(10**9)) == len(train)
