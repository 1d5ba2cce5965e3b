"""Images that a model makes while it is trained, shown every so often where somebody watches."""

from __future__ import annotations

import time
from collections.abc import Callable

from torch import Tensor

from helpers import miniatures
from helpers.progress import Progress

FIRST = 2.0  # seconds from the beginning to the first preview
EVERY = 10.0  # seconds between two of them at least
SHARE = 0.01  # share of the time that they may take


class Preview:
    """When to ask for images, and what becomes of them.

    Args:
        images: Returns fractions of one, shape (B, C, H, W).
        progress: The display that shows them.
    """

    def __init__(self, images: Callable[[], Tensor], progress: Progress) -> None:
        self._images = images
        self._progress = progress
        self._next = time.perf_counter() + FIRST

    def due(self) -> bool:
        """Whether enough time has passed since the last one."""
        return time.perf_counter() >= self._next

    def draw(self) -> None:
        """Ask for images and show them; where that fails, say so once and leave it, since the training goes on."""
        began = time.perf_counter()
        try:
            picture = miniatures.grid(self._images(), alt=f"Images that {self._progress.name} makes now")
        except Exception as error:  # a student's function, perhaps not written yet
            self._progress.say(
                f"shows no preview ({type(error).__name__}: {error}".rstrip(": ") + "); training goes on."
            )
            self._next = float("inf")
            return
        self._progress.preview(picture)
        now = time.perf_counter()
        self._next = now + max(EVERY, (now - began) / SHARE)
