"""Two domains of images without pairs: `domains.load("textures", size=64)`, and the batches drawn from them.

Domain A and domain B each have images to learn from and images to test on; nothing says which of A belongs to which
of B. Where the true translation is known, as it is for the procedural `textures`, it comes with the test images, to
measure against and never to learn from.

    textures                          drawn here: the same shapes, plain in A and striped in B
    horse2zebra, apple2orange         published photographs, see `image_folders`
    folder:PATH                       images of your own, see `image_folders`
    celeba:Black_Hair+Blond_Hair      faces with the first attribute and without the second, and the other way round
    celeba:Smiling                    faces with an attribute, and without it

Images are uint8 levels, shape (N, 3, H, W), as in `images`, and live on the device as a whole.
"""

import difflib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from helpers import celeba, image_folders, textures
from helpers.download import readable_size
from helpers.errors import WorkbookError
from helpers.images import scaled

TEXTURES = "textures"
EMBEDDED = "digits"  # what other problems are asked to take where no file may be needed
TENSORS = ("train_a", "train_b", "test_a", "test_b", "true_b", "true_a")
LEVELS = 256
MOST_FACES, MOST_TESTED = 20_000, 1000  # of a domain of faces


@dataclass(frozen=True, eq=False, repr=False)
class Domains:
    """Two domains, A and B.

    Args:
        name: The name that `load` takes.
        kinds: What the images of A and of B show, such as ("horse", "zebra").
        licence: The data's own licence.
        citation: Whom to cite.
        train_a: Images of A to learn from, uint8, shape (N, 3, H, W).
        train_b: Images of B to learn from; none is the translation of one of `train_a`.
        test_a: Images of A to test on.
        test_b: Images of B to test on.
        true_b: What `test_a` looks like in B, image by image; None where nobody knows.
        true_a: What `test_b` looks like in A.
        note: One line to show the reader, empty where there is nothing to say.
    """

    name: str
    kinds: tuple[str, str]
    licence: str
    citation: str
    train_a: Tensor
    train_b: Tensor
    test_a: Tensor
    test_b: Tensor
    true_b: Tensor | None = None
    true_a: Tensor | None = None
    note: str = ""
    levels: int = LEVELS

    def __repr__(self) -> str:
        sizes = f"{len(self.train_a)} + {len(self.test_a)} of A, {len(self.train_b)} + {len(self.test_b)} of B"
        return f"Domains({self.name}, {' x '.join(map(str, self.shape))}, {sizes}, {self.train_a.device})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        return tuple(self.train_a.shape[1:])

    @cached_property
    def checksum(self) -> str:
        """The sha256, in hexadecimal, of all images."""
        digest = hashlib.sha256()
        for part in TENSORS:
            images = getattr(self, part)
            digest.update(part.encode() if images is None else images.cpu().contiguous().numpy())
        return digest.hexdigest()

    def to(self, device: torch.device | str) -> "Domains":
        """Return the domains on another device."""
        parts = {part: getattr(self, part) for part in TENSORS}
        return replace(self, **{part: images.to(device) for part, images in parts.items() if images is not None})


def names() -> list[str]:
    """Return the names that `load` takes, but for those with a colon."""
    return [TEXTURES, *image_folders.PUBLISHED]


def load(name: str, size: int, device: torch.device | str = "cpu", count: int = 400) -> Domains:
    """Load two domains at a size; where a published set is not on this machine, `textures`, with a note that says so.

    Args:
        name: One of `names()`, "folder:PATH", or "celeba:" with one attribute or two; "digits", which other problems
            are given where no file may be needed, means `textures`.
        size: Height and width in pixels; larger and oblong images are cropped in the middle and scaled.
        device: Where the tensors go.
        count: Images of each domain to learn from, where they are drawn here; published ones are all taken.

    Raises:
        WorkbookError: there are no such domains, or files are missing, damaged or unreadable.
    """
    form, _, rest = name.partition(":")
    if form == "folder" and rest:
        return _of_folder(rest, size).to(device)
    if form == celeba.CELEBA.name and rest:
        return _of_faces(name, rest.split("+"), size, count).to(device)
    if name in (TEXTURES, EMBEDDED):
        return _textures(size, count).to(device)
    if name not in image_folders.PUBLISHED:
        raise _unknown(name)
    published = image_folders.PUBLISHED[name]
    folder = image_folders.find(published)
    if folder is not None:
        parts = image_folders.read_four(folder, size)
        return Domains(name, published.kinds, published.licence, published.citation, *_tensors(parts)).to(device)
    note = (
        f"{name} is not on this machine, so these are drawn textures, plain and striped; "
        f"get it with: workbook data get {name} (about {readable_size(published.size)})."
    )
    return replace(_textures(size, count), note=note).to(device)


class UnpairedBatches:
    """The batches (x, y) of one epoch after another, x of A and y of B, uint8, drawn without any pairing.

    The order of epoch e depends on (seed, e) alone: `order` turns uniform numbers, one per image, into it. So the state
    is two integers, and a training that goes on from it gets the batches that an uninterrupted one gets.

    Args:
        a: Images of A.
        b: Images of B.
        batch_size: Pairs in a batch.
        seed: Seed of the order.
        order: `order(u_a, u_b)` returns indices, int64, shape (pairs, 2): an image of A and one of B.
        pairs: At most so many pairs make an epoch; all that `order` gives by default.
    """

    def __init__(
        self,
        a: Tensor,
        b: Tensor,
        batch_size: int,
        seed: int,
        order: Callable[[Tensor, Tensor], Tensor],
        pairs: int | None = None,
    ):
        self.a, self.b, self.batch_size, self.seed, self.order = a, b, batch_size, seed, order
        self.most = pairs
        self.epoch, self.next = 0, 0
        self.pairs = len(self._order(0))
        if self.pairs < batch_size:
            raise WorkbookError(f"{self.pairs} pairs do not fill one batch of {batch_size}; choose a smaller batch.")

    def __len__(self) -> int:
        return self.pairs // self.batch_size

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        epoch, first = self.epoch, self.next
        rows = self._order(epoch)
        for batch in range(first, len(self)):
            self.epoch, self.next = (epoch, batch + 1) if batch + 1 < len(self) else (epoch + 1, 0)
            chosen = rows[batch * self.batch_size : (batch + 1) * self.batch_size]
            yield self.a[chosen[:, 0]], self.b[chosen[:, 1]]

    def state_dict(self) -> dict[str, int]:
        """The place after the batch that was handed out last."""
        return {"epoch": self.epoch, "next": self.next, "seed": self.seed, "batch_size": self.batch_size}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on from a state of batches with the same settings."""
        if (state["seed"], state["batch_size"]) != (self.seed, self.batch_size):
            raise WorkbookError("The checkpoint's batches had another seed or size; use the same or start a new run.")
        self.epoch, self.next = state["epoch"], state["next"]

    def _order(self, epoch: int) -> Tensor:
        seed = np.random.SeedSequence((self.seed, epoch)).generate_state(1, np.uint64).item()
        generator = torch.Generator().manual_seed(seed >> 1)
        draws = [torch.rand(len(images), generator=generator, dtype=torch.float64) for images in (self.a, self.b)]
        return self.order(*draws)[: self.most].to(self.a.device)


def signed(images: Tensor, levels: int = LEVELS) -> Tensor:
    """Map levels to float32 in [-1, 1], where a generator that ends in a tanh draws."""
    return 2 * scaled(images, levels) - 1


def _textures(size: int, count: int) -> Domains:
    train_a, _ = textures.scenes(count, size, seed=1)
    _, train_b = textures.scenes(count, size, seed=2)  # other scenes: no image of A has its translation in B
    test_a, true_b = textures.scenes(64, size, seed=3)
    true_a, test_b = textures.scenes(64, size, seed=4)
    return Domains(
        TEXTURES, textures.KINDS, "CC0", "drawn by this workbook", train_a, train_b, test_a, test_b, true_b, true_a
    )


def _of_folder(path: str, size: int) -> Domains:
    parts, kinds = image_folders.read_own(path, size)
    return Domains(f"folder:{path}", kinds, "your own", "", *_tensors(parts))


def _of_faces(name: str, wanted: list[str], size: int, count: int) -> Domains:
    """Two domains of CelebA by one attribute or two; `textures`, with a note, where there is no copy of it."""
    published = celeba.CELEBA
    folder = celeba.find(published)
    if folder is None:
        note = f"{published.name} is not on this machine, so these are drawn textures; see {published.page}."
        return replace(_textures(size, count), note=note)
    side = min((side for side in celeba.SIDES if side >= size), default=max(celeba.SIDES))
    found = celeba.read(published, folder, side)
    unknown = [attribute for attribute in wanted if attribute not in found.names]
    if unknown or len(wanted) > 2:
        raise WorkbookError(
            f"{name} does not name one or two of CelebA's attributes; they are: {', '.join(found.names)}."
        )
    has = [found.attributes[:, found.names.index(attribute)] > 0 for attribute in wanted]
    sides = (has[0] & ~has[1], has[1] & ~has[0]) if len(has) == 2 else (has[0], ~has[0])
    cuts = np.cumsum((0, *found.counts))
    learned = [np.flatnonzero(chosen[: cuts[1]])[:MOST_FACES] for chosen in sides]
    tested = [cuts[2] + np.flatnonzero(chosen[cuts[2] :])[:MOST_TESTED] for chosen in sides]
    if not all(map(len, [*learned, *tested])):
        raise WorkbookError(f"{name}: one of the two domains has no faces to learn from or to test on; take others.")
    kinds = tuple(attribute.replace("_", " ").lower() for attribute in wanted)
    if len(kinds) == 1:
        kinds = (kinds[0], f"no {kinds[0]}")
    parts = [_resized(torch.from_numpy(np.array(found.images[rows])), size) for rows in [*learned, *tested]]
    return Domains(name, kinds, published.licence, published.citation, *parts)


def _resized(images: Tensor, size: int) -> Tensor:
    """Images at another size, if they have it not."""
    if images.shape[-1] == size:
        return images
    scaled_down = torch.nn.functional.interpolate(images.float(), (size, size), mode="area")
    return scaled_down.round().clamp(0, 255).to(torch.uint8)


def _tensors(parts: list[np.ndarray]) -> list[Tensor]:
    return [torch.from_numpy(images) for images in parts]


def _unknown(name: str) -> WorkbookError:
    near = difflib.get_close_matches(name.lower(), names(), n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(names())}, or folder:PATH."
    return WorkbookError(f"There are no domains {name!r}: {hint}")
