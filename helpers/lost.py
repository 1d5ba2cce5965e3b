"""What a damaged notebook lost, in few sentences: many of the release's cells in a row are one loss, not one each."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from helpers.student import kind_of, name_of, title_of

MANY = 5  # lost cells in a row that are told of together; texts between them count for nothing


@dataclass(frozen=True)
class Stretch:
    """Named cells of a release that follow one another in it and are all lost.

    Attributes:
        cells: The cells, texts included.
        at_end: Whether the release ends with them.
    """

    cells: tuple[NotebookNode, ...]
    at_end: bool

    @property
    def names(self) -> set[str]:
        """Their names."""
        return {name_of(cell) for cell in self.cells}

    def to_answer(self) -> list[str]:
        """The names of the exercises and questions among them."""
        return [name_of(cell) for cell in self.cells if kind_of(cell) in ("exercise", "question")]

    def __str__(self) -> str:
        """The beginning of a sentence: "Everything from the exercise gate on"."""
        titles = [title_of(cell) for cell in self.cells if kind_of(cell) != "text"]
        first, last = (title[0].lower() + title[1:] for title in (titles[0], titles[-1]))
        return f"Everything from {first} on" if self.at_end else f"Everything from {first} to {last}"


def stretches(cells: Iterable[NotebookNode], lost: Collection[str]) -> Iterator[Stretch]:
    """The long stretches among the named cells of a release, in its order, of those whose names are lost."""
    runs = [(gone, tuple(run)) for gone, run in itertools.groupby(cells, lambda cell: name_of(cell) in lost)]
    for place, (gone, run) in enumerate(runs):
        if gone and sum(kind_of(cell) != "text" for cell in run) >= MANY:
            yield Stretch(run, at_end=place == len(runs) - 1)
