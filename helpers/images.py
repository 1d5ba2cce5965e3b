"""Sets of images as integer levels on a device, in parts, and batches drawn from them there.

An image is a tensor of integer levels v in {0, ..., levels - 1}, uint8, shape (C, H, W): digits has 17 levels, MNIST
and its relatives have 256. A model of discrete pixels takes the levels as they are (`.long()` where a loss asks for
int64); `scaled` gives v / (levels - 1) in [0, 1] as float32 for a model of real ones. Binarising draws a pixel
x ~ Bernoulli(v / (levels - 1)): afresh for every training batch, and once, with a recorded seed, for validation and
test (Salakhutdinov & Murray 2008).

The sets are small, so all of one lives on the device as uint8 and a batch is an index into it: no worker processes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from helpers.errors import WorkbookError


def scaled(images: Tensor, levels: int) -> Tensor:
    """Map integer levels 0, ..., levels - 1 to float32 in [0, 1], in the same shape."""
    return images.float() / (levels - 1)


def binarise(images: Tensor, levels: int, generator: torch.Generator) -> Tensor:
    """Draw x ~ Bernoulli(v / (levels - 1)) for every pixel v.

    The draw is one of integers, so the probability is exact: x = 1 where u < v, u uniform on {0, ..., levels - 2}.

    Args:
        images: Integer levels, uint8, any shape.
        levels: The number of levels, at most 256.
        generator: On the images' device.

    Returns:
        0 and 1, uint8, in the same shape and on the same device.
    """
    threshold = torch.randint(levels - 1, images.shape, generator=generator, dtype=torch.uint8, device=images.device)
    return (threshold < images).to(torch.uint8)


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Images and labels of one part of a data set.

    Args:
        images: Integer levels 0, ..., levels - 1, uint8, shape (N, C, H, W).
        labels: Class indices, int64, shape (N,).
        levels: The number of levels that the images hold.
        drawn: Whether a batch is a fresh Bernoulli draw from the images, so that the batch has two levels.
        factors: What else is known of each image, shape (N, K), where the set says it: the values of the factors that
            it was drawn from, or its attributes. `DataSet.factor_names` names the K columns.
    """

    images: Tensor
    labels: Tensor
    levels: int
    drawn: bool = False
    factors: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.images.shape))
        return f"Split({sizes}, {self.levels} levels{', drawn per batch' if self.drawn else ''}, {self.images.device})"

    def scaled(self) -> Tensor:
        """Return the images as float32 in [0, 1], shape (N, C, H, W)."""
        return scaled(self.images, self.levels)

    def first(self, count: int) -> "Split":
        """Return the first `count` images, or all where there are fewer."""
        factors = None if self.factors is None else self.factors[:count]
        return replace(self, images=self.images[:count], labels=self.labels[:count], factors=factors)

    def to(self, device: torch.device | str) -> "Split":
        """Return the split on another device."""
        factors = None if self.factors is None else self.factors.to(device)
        return replace(self, images=self.images.to(device), labels=self.labels.to(device), factors=factors)


@dataclass(frozen=True, eq=False, repr=False)
class DataSet:
    """A data set in three parts; the test part is for the one final figure and selects nothing.

    Args:
        name: The name that `load` takes.
        levels: The number of levels of a pixel as a model sees it.
        classes: The classes' names; label k means classes[k].
        licence: The data's own licence.
        citation: Whom to cite.
        train: The part to learn from.
        validation: The part to choose by.
        test: The part to report.
        note: One line to show the reader, empty where there is nothing to say.
        draw_seed: The seed of the one draw of validation and test, where the set is binarised.
        factor_names: The names of the columns of the parts' `factors`; empty where there are none.
    """

    name: str
    levels: int
    classes: tuple[str, ...]
    licence: str
    citation: str
    train: Split
    validation: Split
    test: Split
    note: str = ""
    draw_seed: int | None = None
    factor_names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        parts = f"train={self.train}, validation={self.validation}, test={self.test}"
        return f"DataSet({self.name}, {self.levels} levels, {parts})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return tuple(self.train.images.shape[1:])

    @property
    def device(self) -> torch.device:
        """Where the set lives."""
        return self.train.images.device

    @cached_property
    def checksum(self) -> str:
        """The sha256, in hexadecimal, of the images', labels' and factors' bytes: train, validation, test."""
        digest = hashlib.sha256()
        for split in (self.train, self.validation, self.test):
            digest.update(split.images.cpu().numpy())
            digest.update(split.labels.cpu().numpy())
            if split.factors is not None:
                digest.update(split.factors.cpu().contiguous().numpy())
        return digest.hexdigest()

    def factor(self, name: str) -> int:
        """Return the column of `factors` that holds a factor or an attribute.

        Raises:
            WorkbookError: this set knows nothing of that name.
        """
        if name not in self.factor_names:
            known = ", ".join(self.factor_names) or "none"
            raise WorkbookError(f"{self.name} has no factor {name!r}; it knows: {known}.")
        return self.factor_names.index(name)

    def to(self, device: torch.device | str) -> "DataSet":
        """Return the set on another device."""
        return replace(self, **{part: getattr(self, part).to(device) for part in ("train", "validation", "test")})

    def binarised(self, seed: int) -> "DataSet":
        """Return the set with two levels: validation and test drawn once, train drawn afresh for every batch.

        The one draw is made on the CPU, so that a seed means the same test set on every device. It does not depend on
        the seed of training: figures under one `draw_seed` compare.

        Args:
            seed: The seed of the one draw, kept as `draw_seed`.
        """
        if self.levels == 2:
            raise WorkbookError(f"{self.name} has two levels already, so there is nothing to binarise.")
        generator = torch.Generator().manual_seed(seed)

        def draw(split: Split) -> Split:
            images = binarise(split.images.cpu(), split.levels, generator)
            return replace(split, images=images.to(split.images.device), levels=2)

        return replace(
            self,
            levels=2,
            train=replace(self.train, drawn=True),
            validation=draw(self.validation),
            test=draw(self.test),
            draw_seed=seed,
        )


class Batches:
    """The batches of one epoch after another, drawn on the device that holds the split.

    Iterating gives one epoch of (images, labels): levels as uint8, shape (B, C, H, W), and int64, shape (B,). Epoch e
    takes the split in an order that depends on (seed, e) alone, and its batch b draws pixels by (seed, e, b) alone; so
    the state is two integers, and a run that goes on from it gets bit for bit the batches that the uninterrupted one
    gets, on the same kind of device. Take the state inside the loop: an epoch that is left early begins anew, so that
    a look at the first batch takes nothing away from an evaluation.

        batches = Batches(dataset.train, batch_size=32, seed=0)
        while batches.epoch < epochs:
            for images, labels in batches:
                ...

    Args:
        split: What to draw from.
        batch_size: Images in a batch, over all processes together.
        seed: Seed of the order and of the drawn pixels, at least 0.
        shuffle: Whether the order changes from epoch to epoch; otherwise it is the split's own.
        binarise: Whether pixels are drawn afresh; by default as the split says.
        drop_last: Whether a last, smaller batch is left out.
        rank: This process' number where several train together; each gets an equal share of every batch.
        world_size: The number of those processes.
    """

    def __init__(
        self,
        split: Split,
        batch_size: int,
        seed: int,
        shuffle: bool = True,
        binarise: bool | None = None,
        drop_last: bool = False,
        rank: int = 0,
        world_size: int = 1,
    ):
        if batch_size % world_size:
            raise WorkbookError(f"A batch of {batch_size} images cannot be shared equally by {world_size} processes.")
        self.split = split
        self.batch_size = batch_size
        self.seed = seed
        self.shuffle = shuffle
        self.binarise = split.drawn if binarise is None else binarise
        self.rank, self.world_size = rank, world_size
        unit = batch_size if drop_last else world_size  # a last batch is a multiple of the processes
        self.examples = len(split) - len(split) % unit
        if not self.examples:
            raise WorkbookError(f"{len(split)} images do not fill one batch of {batch_size}; choose a smaller batch.")
        self.epoch = 0
        self._next = 0
        self._first = 0
        self._running = None

    def __len__(self) -> int:
        return -(-self.examples // self.batch_size)

    @property
    def levels(self) -> int:
        """The number of levels in a batch."""
        return 2 if self.binarise else self.split.levels

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        epoch, first = self.epoch, self._first
        self._first = 0
        self._running = running = object()  # the newest iteration is the one whose place is the state
        order = self._order(epoch)
        try:
            for batch in range(first, len(self)):
                self.epoch, self._next = (epoch, batch + 1) if batch + 1 < len(self) else (epoch + 1, 0)
                yield self._batch(order, epoch, batch)
        except GeneratorExit:
            if running is self._running:
                self._next = 0
            raise

    def state_dict(self) -> dict[str, int | bool]:
        """Return the place after the batch that was handed out last, with the settings that it belongs to."""
        return {"epoch": self.epoch, "next": self._next, **self._settings()}

    def load_state_dict(self, state: dict[str, int | bool]) -> None:
        """Go on from a state; it must come from batches with the same settings."""
        changed = [name for name, value in self._settings().items() if state.get(name) != value]
        if changed:
            raise WorkbookError(
                f"The checkpoint's batches had another {' and '.join(changed)}; use the same again or start a new run."
            )
        self.epoch = state["epoch"]
        self._next = self._first = state["next"]

    def _settings(self) -> dict[str, int | bool]:
        names = ("seed", "batch_size", "examples", "shuffle", "binarise", "world_size")
        return {name: getattr(self, name) for name in names}

    def _generator(self, *place: int) -> torch.Generator:
        seed = np.random.SeedSequence((self.seed, *place)).generate_state(1, np.uint64).item()
        return torch.Generator(self.split.images.device).manual_seed(seed >> 1)  # torch takes signed 64 bits

    def _order(self, epoch: int) -> Tensor | None:
        if not self.shuffle:
            return None
        generator = self._generator(epoch)
        return torch.randperm(len(self.split), generator=generator, device=generator.device)

    def _batch(self, order: Tensor | None, epoch: int, batch: int) -> tuple[Tensor, Tensor]:
        start = batch * self.batch_size
        share = slice(start + self.rank, min(start + self.batch_size, self.examples), self.world_size)
        if order is None:
            images, labels = self.split.images[share], self.split.labels[share]
        else:
            rows = order[share]
            images, labels = self.split.images.index_select(0, rows), self.split.labels.index_select(0, rows)
        if self.binarise:
            images = binarise(images, self.split.levels, self._generator(epoch, batch, self.rank))
        return images, labels
