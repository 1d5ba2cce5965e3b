"""Whose is what: a pile is taken apart into one delivery per student."""

from __future__ import annotations

import itertools
import os
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from helpers.errors import WorkbookError
from helpers.grading.submissions import limits
from helpers.grading.submissions.archives import Reader, files_in_zip
from helpers.grading.submissions.files import File, file_on_disk, files_in_folder
from helpers.grading.submissions.names import UNNAMED, Names, readable, storable
from helpers.grading.submissions.platforms import Exported, Owner, exported, exports
from helpers.grading.submissions.refusals import UNREADABLE, what_is_wrong

_EXPECTED = (
    "expected is nbgrader's submitted folder, a folder or zip with a notebook, zip or folder per student, "
    "or the zip of a learning platform"
)


@dataclass
class Delivery:
    """What one student handed in, in one place.

    Attributes:
        owner: Whose it is.
        files: What stands there; zips are not yet opened.
        student: The student's name in the gradebook.
    """

    owner: Owner
    files: list[File]
    student: str = ""


@dataclass
class _Item:
    """A file or a folder with everything in it; the inside of a zip is a folder, too.

    Attributes:
        files: All files of it, or itself.
        level: Where its name stands in their trails.
        is_file: Whether it is a file.
    """

    files: list[File]
    level: int
    is_file: bool

    @property
    def name(self) -> str:
        """Its name."""
        return self.files[0].trail[self.level]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return os.path.splitext(self.name)[0] if self.is_file else _without_zip(self.name)

    @property
    def label(self) -> str:
        """Where it is, as a person finds it."""
        return "/".join(self.files[0].trail[: self.level + 1])

    @property
    def is_notebook(self) -> bool:
        """Whether it is called a notebook."""
        return self.is_file and self.files[0].is_notebook

    @cached_property
    def inside(self) -> list[_Item]:
        """What stands right within a folder."""
        level = self.level + 1
        items: dict[tuple[str, bool], _Item] = {}
        for file in self.files:
            if len(file.trail) > level:
                is_file = len(file.trail) == level + 1 and not file.is_folder
                items.setdefault((file.trail[level], is_file), _Item([], level, is_file)).files.append(file)
        return list(items.values())

    @cached_property
    def holds_work(self) -> bool:
        """Whether it is or holds a notebook or a zip."""
        return any(file.is_notebook or file.is_archive for file in self.files)

    @property
    def is_handed_in(self) -> bool:
        """Whether it may be what somebody handed in, rather than a README."""
        return not self.is_file or self.holds_work or self.files[0].is_handed_in

    @cached_property
    def works(self) -> list[_Item]:
        """What stands right within a folder and is or holds a notebook or a zip."""
        return [item for item in self.inside if item.holds_work]

    @cached_property
    def is_export(self) -> bool:
        """Whether a platform named what stands right within."""
        return any(exported(item.name) for item in self.inside)


def _without_zip(name: str) -> str:
    stem, ending = os.path.splitext(name)
    return stem if ending.lower() == ".zip" else name


class Pile:
    """One path that the instructor named."""

    def __init__(self, path: Path, names: Names, reader: Reader):
        """Look at this path."""
        self.path, self.names, self.reader = path, names, reader
        self._by_owner: dict[Owner, Delivery] = {}
        self._nobodys: list[Delivery] = []

    def deliveries(self, alone: bool) -> list[Delivery]:
        """What each student handed in.

        Args:
            alone: Whether this is the only path; of several, those that hold a single thing are one student's each.

        Raises:
            WorkbookError: There is no notebook, or nothing that can be read.
        """
        files = self._files()
        root = _Item(files, 0, len(files[0].trail) == 1)
        if root.is_file or (exported(root.name) and self._is_one_persons(root)):
            self._sort(root, os.fspath(self.path.parent))
        elif not alone and self._is_one_thing(root):
            self._give(Owner(self._named_after(root)), files)
        else:
            self._sort_all(self._pile_within(root))
        found = [*self._by_owner.values(), *self._nobodys]
        if not found:
            raise self._no_notebook()
        return found

    def _no_notebook(self) -> WorkbookError:
        return WorkbookError(f"{self.path} holds no notebook: {_EXPECTED}.")

    def _files(self) -> list[File]:
        """Everything in the path, but for what is in zips within it."""
        try:
            path = self.path.resolve(strict=True)
        except (OSError, RuntimeError):
            raise WorkbookError(f"There is no file or folder {self.path}: {_EXPECTED}.") from None
        trail = (readable(self.path.name) or "/",)
        files = self._in_folder(path, trail) if path.is_dir() else self._in_file(file_on_disk(path, trail))
        if not any(map(_may_be_work, files)):
            raise self._no_notebook()
        return files

    def _in_folder(self, path: Path, trail: tuple[str, ...]) -> list[File]:
        files = list(itertools.islice(files_in_folder(path, trail), limits.PILE_FILES + 1))
        if len(files) > limits.PILE_FILES:
            raise WorkbookError(f"{self.path} holds more than {limits.PILE_FILES:,} files: {_EXPECTED}.")
        if files[0].trail == trail and files[0].wrong:
            raise WorkbookError(f"{self.path} {files[0].wrong}.")
        return files

    def _in_file(self, file: File) -> list[File]:
        if file.wrong:
            raise WorkbookError(f"{self.path} {file.wrong}.")
        if file.is_notebook:
            return [file]
        try:
            if not file.is_archive and not zipfile.is_zipfile(file.source.path):
                raise WorkbookError(f"{self.path} is neither a notebook nor a zip: {_EXPECTED}.")
            return files_in_zip(file.source.path, file.trail, 1, limits.PILE_DIRECTORY)
        except UNREADABLE as error:
            raise WorkbookError(f"{self.path} {what_is_wrong(error)}.") from error

    def _pile_within(self, root: _Item) -> _Item:
        """The folder in which the pile lies: many a zip holds a single folder of everything."""
        for _ in range(limits.WRAPPERS):
            people = [item for item in root.inside if item.is_handed_in]
            if root.is_export or len(people) != 1 or not self._is_wrapper(people[0], root.stem):
                break
            root = people[0]
        return root

    def _sort_all(self, root: _Item) -> None:
        """Give everything to its owner, or all to the only one."""
        if not root.is_export and self._is_one_students(root):
            self._give(Owner(self._named_after(root)), root.files)
            return
        for item in root.inside:
            self._sort(item, self._scope(root))

    def _scope(self, item: _Item) -> str:
        return f"{self.path.parent}/{item.label}"

    def _is_one_students(self, folder: _Item) -> bool:
        """Whether what is here is named after problems rather than people, at least half of it."""
        named = [item for item in folder.works if self.names.is_problem(item.stem) and self._is_answer(item)]
        return bool(named) and 2 * len(named) >= len(folder.works)

    def _is_answer(self, item: _Item) -> bool:
        """Whether it is a notebook, or a folder with a notebook that is named after a problem: nbgrader's shape."""
        return item.is_notebook or any(inner.is_notebook and self.names.is_problem(inner.stem) for inner in item.inside)

    def _is_one_persons(self, root: _Item) -> bool:
        """Whether what a platform may have named does not hold several people's things: a pile may have any name."""
        return not root.is_export and (len(root.works) <= 1 or self._is_one_students(root))

    def _is_one_thing(self, root: _Item) -> bool:
        """Whether all there is is one notebook, zip or folder, which then need not be named after the student."""
        if root.is_export or len(root.works) != 1 or not self.names.person(root.stem):
            return False
        (only,) = root.works
        return not (only.is_export or self._is_one_students(only))

    def _is_wrapper(self, folder: _Item, around: str) -> bool:
        """Whether the only thing in a pile is a folder of the pile, rather than the only student's."""
        if folder.is_export:
            return True
        if folder.is_file or self._is_one_students(folder):
            return False
        return len(folder.works) > 1 or folder.name.casefold() == around.casefold()

    def _named_after(self, item: _Item) -> str:
        """The person that an item, or the nearest folder or zip around it, is named after."""
        around = [*self.path.parent.parts[1:], *item.files[0].trail[: item.level]]
        stems = (item.stem, *map(_without_zip, reversed(around)))
        return next(filter(None, map(self.names.person, stems)), UNNAMED)

    def _give(self, owner: Owner, files: Iterable[File]) -> None:
        self._by_owner.setdefault(owner, Delivery(owner, [])).files.extend(files)

    def _sort(self, item: _Item, scope: str) -> None:
        """Give a file or folder of a pile to its owner."""
        if given := exported(item.name, scope):
            if given.counts:
                self._give(given.owner, (_renamed(file, given, item.level) for file in item.files))
        elif self.names.is_problem(item.stem):
            self._sort_problem(item)
        elif item.is_handed_in:
            self._give(Owner(self.names.person(item.stem) or UNNAMED), item.files)

    def _sort_problem(self, item: _Item) -> None:
        """Look for the students in what is named after a problem; on its own it is nobody's."""
        if item.level == 0:
            self._give(Owner(self._named_after(item)), item.files)
        elif item.is_file and item.files[0].is_archive:
            try:
                inside = _Item(self.reader.files(item.files[0]), item.level, False).inside
            except UNREADABLE as error:
                self._give_nobody(item, what_is_wrong(error))
            else:
                self._sort_each(inside, item)
        elif not item.is_file:
            self._sort_each(item.inside, item)
        elif item.is_handed_in:
            self._give_nobody(item, "does not say whose it is; name it, or its folder, after the student")

    def _sort_each(self, inside: Iterable[_Item], around: _Item) -> None:
        for item in inside:
            if item.level > limits.WRAPPERS:
                self._give_nobody(item, "lies too deep; name it, or its folder, after the student")
            else:
                self._sort(item, self._scope(around))

    def _give_nobody(self, item: _Item, wrong: str) -> None:
        files = [file if file.wrong else replace(file, wrong=wrong) for file in item.files]
        self._nobodys.append(Delivery(Owner(storable(item.stem) or UNNAMED), files))


def _may_be_work(file: File) -> bool:
    return file.is_notebook or file.is_archive or any(given.counts for given in exports(file.trail))


def _renamed(file: File, given: Exported, level: int) -> File:
    """The file under the name that its student gave it."""
    own_name = given.name if len(file.trail) == level + 1 else ""
    return replace(file, own_name=own_name, revision=given.revision, marked_late=given.late)


def tell_apart(deliveries: Iterable[Delivery]) -> None:
    """Name the students; where a platform knows two people of one name, their numbers tell them apart."""
    numbers = defaultdict(set)
    for delivery in deliveries:
        numbers[delivery.owner.scope, delivery.owner.name].add(delivery.owner.number)
    for delivery in deliveries:
        owner = delivery.owner
        alike = len(numbers[owner.scope, owner.name] - {""}) > 1
        delivery.student = f"{owner.name}_{owner.number}" if alike and owner.number else owner.name
