"""The doctor of handed-in files: a whole notebook from what is there, what was put right, and no answer touched.

A file passes three hands. helpers.reading takes what can be read of its bytes; the doctor says which cell stands for
which cell of the release (by grade id, by cell id, else by what the cell defines); and helpers.student moves the
answers into the release, as it does for an update. So locked cells are always the release's own, and the source of an
answer arrives as it was.

Nothing is guessed at: where two answers carry one name, the last one counts, as in a run from top to bottom; what
belongs nowhere stands at the end as text. Nothing is ever executed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import PathFinder, all_suffixes
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.errors import WorkbookError
from helpers.lost import stretches
from helpers.reading import notebook_of, read, shown
from helpers.student import (
    ANSWER_HERE,
    LEFT_OUT,
    LONGEST_CODE,
    ROOT,
    carry_over,
    definitions,
    edited,
    from_another,
    in_common,
    is_named,
    kind_of,
    name_of,
    problem_of,
    problems,
    read_release,
    title_of,
)

_WRITTEN = ("exercise", "question")  # the kinds of cells in which students write


@dataclass(frozen=True)
class Examined:
    """A whole notebook, made of what was handed in.

    Attributes:
        problem: The problem's name.
        notebook: The release's cells in the release's order with the student's answers in them, the student's own
            cells where they stood, and at the end, as text, what has no place.
        repairs: What was put right, a sentence each; empty where nothing was.
        answered: The exercises and questions in which the student wrote anything, or whose stub they left alone and
            wrote a definition of their own behind it.
    """

    problem: str
    notebook: NotebookNode
    repairs: tuple[str, ...]
    answered: frozenset[str]


def examine(content: bytes, name: str, root: Path = ROOT, problem: str | None = None) -> Examined:
    """Make a whole notebook of a file.

    Args:
        content: What the file holds.
        name: What it is called, which is a hint at its problem and no more.
        root: The workbook's folder, whose `notebooks/` hold the release.
        problem: Its problem, where the caller knows it.

    Raises:
        WorkbookError: No notebook of this workbook can be made of it.
    """
    return repair(*read(content, name), name, root, problem)


def repair(
    notebook: NotebookNode, sentences: list[str], name: str, root: Path = ROOT, problem: str | None = None
) -> Examined:
    """Make a whole notebook of what `read` found, whose sentences become the first of the repairs.

    Raises:
        WorkbookError: It is no notebook of this workbook, or not the problem's.
    """
    problem = _problem(notebook, name, root, problem)
    release = read_release(problem, root)
    another = from_another(notebook, release)
    repairs = [*sentences, *renamed(name, problem)]
    kernel, wanted = (book.metadata.get("kernelspec", {}).get("name") for book in (notebook, release))
    if kernel not in (None, wanted):
        repairs.append(f"It asked for the kernel {shown(kernel)}; it is the release's {wanted} again.")
    if another:
        repairs.append("It comes from another release of the workbook; the answers were carried into this one.")
    mending = _Mending(notebook, release, another)
    merged, left = carry_over(notebook_of(mending.mend(), notebook.metadata), release, same_release=not another)
    repairs += [*mending.repairs, *_left(left, release)]
    return Examined(problem, merged, tuple(repairs), frozenset(_answered(merged, release)))


def _problem(notebook: NotebookNode, name: str, root: Path, problem: str | None) -> str:
    """The notebook's problem, which holds at least one of its exercises or questions."""
    known, path = problems(root), Path(shown(name))
    if problem is not None and problem not in known:
        raise WorkbookError(f"There is no problem {problem!r} here; build or release it first.")
    try:
        found = problem_of(notebook, path, root)
    except WorkbookError:
        if problem is None:
            raise
        found = problem
    shares = in_common(notebook, read_release(problem or found, root))
    if problem not in (None, found) and in_common(notebook, read_release(found, root)) > shares:
        raise WorkbookError(f"{path} is the notebook of {found}, not of {problem}; hand it in there.")
    if not shares:
        raise WorkbookError(
            f"{path} holds no exercise or question of {problem or found}; go back to an earlier copy of it."
        )
    return problem or found


def renamed(name: str, problem: str) -> list[str]:
    """A sentence where a file is not called as its notebook is."""
    if Path(name).name == f"{problem}.ipynb":
        return []
    return [f"The file is called {shown(name)}; it is read as {problem}.ipynb."]


class _Mending:
    """The cells of one notebook, and which of them stand for each named cell of the release.

    Attributes:
        cells: The student's cells, in the file's order; a place is an index into them.
        named: The release's named cells.
        groups: For each of them, the places of the cells that carry its name.
        chosen: The place of the one that counts.
        dropped: The places of copies that say nothing new.
        repairs: What was put right, a sentence each.
    """

    def __init__(self, notebook: NotebookNode, release: NotebookNode, another: bool):
        """Group the cells by their grade ids; `another` says that they come from another release."""
        self.cells, self.another = [nbformat.from_dict(cell) for cell in notebook.cells], another
        self.named = {name_of(cell): cell for cell in release.cells if is_named(cell)}
        self.groups: dict[str, list[int]] = {name: [] for name in self.named}
        self.chosen: dict[str, int] = {}
        self.dropped: set[int] = set()
        self.repairs: list[str] = []
        self._texts: list[str] = []
        self._definitions: dict[int, set[str]] = {}
        for place, cell in enumerate(self.cells):
            if is_named(cell) and name_of(cell) in self.named:
                self.groups[name_of(cell)].append(place)

    def mend(self) -> list[NotebookNode]:
        """One cell at most for each named cell of the release, with its type and its grading data, in its order."""
        self._tell_apart()
        self._find_lost()
        self._free_strangers()
        copies = {name: self._choose(name) for name, group in self.groups.items() if group}
        told = set() if self.another else self._tell_of_stretches()
        for name in self.named:
            if name in self.chosen:
                self._restore(name)
            elif not self.another and name not in told:  # a newer release has new cells
                unanswered = kind_of(self.named[name]) in _WRITTEN
                self._say(name, "is missing, and counts as unanswered" if unanswered else "was missing, and is back")
        mended = self._in_order(copies)
        if self._texts:
            names = ", ".join(self._texts)
            self.repairs.append(f"Text of the notebook was changed, copied or removed ({names}); it is as released.")
        return mended

    def _say(self, name: str, words: str) -> None:
        """Say something of a named cell; all that is said of texts becomes one sentence."""
        if kind_of(self.named[name]) == "text":
            self._texts += [name] * (name not in self._texts)
        else:
            self.repairs.append(f"{title_of(self.named[name])} {words}.")

    def _tell_of_stretches(self) -> set[str]:
        """Say in one sentence what is missing for long; returns the names."""
        told: set[str] = set()
        for stretch in stretches(self.named.values(), self.named.keys() - self.chosen.keys()):
            told |= stretch.names
            names = stretch.to_answer()
            unanswered = f"; as unanswered count {', '.join(names)}" if names else ""
            self.repairs.append(f"{stretch} was missing, and is back{unanswered}.")
        return told

    def _defined(self, place: int) -> set[str]:
        """What a code cell defines."""
        if place not in self._definitions:
            cell = self.cells[place]
            self._definitions[place] = definitions(cell.source) if cell.cell_type == "code" else set()
        return self._definitions[place]

    def _exercises(self) -> list[str]:
        return [name for name, cell in self.named.items() if kind_of(cell) == "exercise"]

    def _answers(self, name: str) -> list[int]:
        """The places of a name's cells in which something was written."""
        return [place for place in self.groups[name] if edited(self.cells[place], self.named[name])]

    def _tell_apart(self) -> None:
        """A cell with the name of an exercise that is answered elsewhere, which defines another one, is the other's."""
        for name in self._exercises():
            answers = self._answers(name)
            unnamed = (place for place, cell in enumerate(self.cells) if answers and not is_named(cell))
            if all(name in self._defined(place) for place in answers):
                continue
            if not any(name in self._defined(place) for place in (*answers, *unnamed)):
                continue
            for place in answers:
                defined = self._defined(place)
                other = next((other for other in self._exercises() if other in defined), None)
                if name in defined or other is None:
                    continue
                self.groups[name].remove(place)
                words = f"carried the name of {name}; it defines {other}"
                if self._answers(other):
                    self._free(place)
                    self.repairs.append(f"Cell {place + 1} {words}, which is answered, and is kept as an added cell.")
                else:
                    self._give(place, other)
                    self.groups[other] = sorted([*self.groups[other], place])
                    self.repairs.append(f"Cell {place + 1} {words}, and counts for that.")

    def _find_lost(self) -> None:
        """Find cells that lost their grading data: by cell id, by what they define, or by what they say.

        From the last exercise to the first: a cell that defines several stands for the last of them, so that no stub
        behind it hides what it defines.
        """
        free = {place: cell for place, cell in enumerate(self.cells) if not is_named(cell)}
        strangers = [place for place, cell in enumerate(self.cells) if self._is_strange(cell)]
        for name in reversed([name for name, group in self.groups.items() if not group]):
            released = self.named[name]
            how = "lost its grading data and has them again"
            found = [place for place, cell in free.items() if cell.id == name]
            if not found and kind_of(released) == "exercise":
                how = "lost its name, and was recognised by what it defines"
                found = [place for place in [*free, *strangers] if name in self._defined(place)]
            elif not found:
                how = "lost its name, and was recognised by its text"
                text = released.source.partition(ANSWER_HERE)[0].strip()
                found = [place for place, cell in free.items() if text and cell.source.strip().startswith(text)]
                if kind_of(released) != "question":
                    found = [place for place in found if free[place].source.strip() == text][:1]
            for place in found:
                free.pop(place, None)
                strangers = [other for other in strangers if other != place]
                self._give(place, name)
            self.groups[name] = sorted(found)
            if found:
                self._say(name, f"{how} (cell {max(found) + 1})")

    def _is_strange(self, cell: NotebookNode) -> bool:
        """Whether a cell asks to be graded for something that this release does not ask."""
        return is_named(cell) and name_of(cell) not in self.named

    def _free_strangers(self) -> None:
        """Cells of other problems become the student's own; those of another release are left for carry_over."""
        strangers = [] if self.another else [p for p, cell in enumerate(self.cells) if self._is_strange(cell)]
        if strangers:
            names = ", ".join(dict.fromkeys(shown(name_of(self.cells[place])) for place in strangers[:10]))
            self.repairs.append(f"Cells that belong to no exercise of this problem ({names}) are graded no more.")
        for place in strangers:
            self._free(place)

    def _choose(self, name: str) -> list[int]:
        """Choose the cell that counts; returns the places of other answers, which become the student's own cells."""
        group, released = self.groups[name], self.named[name]
        right = [place for place in group if self.cells[place].cell_type == released.cell_type] or group
        changed = {place: True for place in right if edited(self.cells[place], released)}
        if kind_of(released) in _WRITTEN:
            chosen = list(changed or right)[-1]
        else:
            chosen = next((place for place in right if place not in changed), right[-1])
        self.chosen[name] = chosen
        counted = self.cells[chosen].source.strip()
        others = [place for place in group if place != chosen]
        kept = [place for place in others if edited(self.cells[place], released)]
        kept = [place for place in kept if self.cells[place].source.strip() not in (counted, "")]
        self.dropped.update(set(others) - set(kept))
        for place in kept:
            self._free(place)
        if kept:
            self._say(
                name,
                f"was there {len(group)} times with different text; the last one that can count does (cell "
                f"{chosen + 1}), as in a run from top to bottom, and the others are kept as added cells",
            )
        elif others:
            self._say(name, f"was there {len(group)} times; one is kept (cell {chosen + 1})")
        return kept if kind_of(released) == "exercise" else []

    def _restore(self, name: str) -> None:
        """Give the cell that counts its type and its grading data, and say what a locked one went through."""
        place, released = self.chosen[name], self.named[name]
        cell, where = self.cells[place], f"(cell {place + 1})"
        if cell.cell_type != released.cell_type:
            self._say(name, f"was turned into a {cell.cell_type} cell {where}; it is {released.cell_type} again")
            cell = self.cells[place] = _retyped(cell, released.cell_type)
        own = cell.metadata.nbgrader.get("checksum")
        if own in (None, released.metadata.nbgrader.get("checksum")):
            if _essential(cell) != _essential(released):
                self._say(name, f"had other grading data than the release {where}; it has the release's again")
            self._give(place, name)
        if kind_of(released) not in _WRITTEN and edited(cell, released):
            self._say(name, f"was edited {where}; it is as released, and the edited one stands at the end as text")

    def _give(self, place: int, name: str) -> None:
        """Give a cell a name and its grading data; no checksum where it may come from another release."""
        data = nbformat.from_dict(self.named[name].metadata.nbgrader)
        if self.another and self.cells[place].metadata.get("nbgrader", {}).get("checksum") != data.get("checksum"):
            data.pop("checksum", None)
        self.cells[place].metadata["nbgrader"] = data

    def _free(self, place: int) -> None:
        """Make a cell the student's own."""
        self.cells[place].metadata.pop("nbgrader", None)

    def _in_order(self, copies: dict[str, list[int]]) -> list[NotebookNode]:
        """The cells in the release's order, added ones behind what they stood behind, other answers before the answer.

        An added cell that defines an exercise once more would hide the one that counts if it came after it.
        """
        order = {name: number for number, name in enumerate(self.named)}
        names = {place: name for name, place in self.chosen.items()}
        early = {place for places in copies.values() for place in places}
        blocks: list[tuple[int, list[NotebookNode]]] = [(-1, [])]
        for place, cell in enumerate(self.cells):
            if place in names:
                before = [self.cells[copy] for copy in copies[names[place]]]
                blocks.append((order[names[place]], [*before, cell]))
            elif place not in self.dropped and place not in early:
                blocks[-1][1].append(cell)
        for place, cell in enumerate(self.cells):
            if place not in names and cell.id in self.named:
                cell.id = ""  # or it would be taken for the release's
        moved = [number for number, _ in blocks]
        if moved != sorted(moved) and not self.another:
            self.repairs.append("Cells of the notebook were moved; they stand in the release's order again.")
        return [cell for _, block in sorted(blocks, key=lambda block: block[0]) for cell in block]


def _essential(cell: NotebookNode) -> dict[str, Any]:
    """What grading data say, without what tells only of the release."""
    return {key: value for key, value in cell.metadata.nbgrader.items() if key not in ("checksum", "cell_type")}


def _retyped(cell: NotebookNode, kind: str) -> NotebookNode:
    """The cell with the same source and another type."""
    about = {"id": cell.id, "metadata": cell.metadata, "source": cell.source, "cell_type": kind}
    return nbformat.from_dict(about | ({"outputs": [], "execution_count": None} if kind == "code" else {}))


def _left(left: list[NotebookNode], release: NotebookNode) -> Iterator[str]:
    """What stands at the end as text, a sentence each; locked cells that were edited have theirs already."""
    names = {name_of(cell) for cell in release.cells if is_named(cell)}
    others = 0
    for cell in left:
        name = name_of(cell)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            why = "is one to other arguments" if name in names else "has no place in this release"
            yield f"The answer to {shown(name)} {why}; it stands at the end as text."
        else:
            others += not is_named(cell) or name not in names
    if others:
        yield f"{others} changed cell{'s' * (others > 1)} of the other release stand at the end as text."


def _answered(notebook: NotebookNode, release: NotebookNode) -> set[str]:
    """The names of exercises and questions in which the student wrote anything, or defined it behind a bare stub."""
    asked = {name_of(cell): cell for cell in release.cells if is_named(cell) and kind_of(cell) in _WRITTEN}
    given = {name_of(cell) for cell in release.cells} - set(asked)
    last: dict[str, int] = {}  # where a name is defined last, by an exercise or an added cell
    for place, cell in enumerate(notebook.cells):
        runs = cell.cell_type == "code" and not LEFT_OUT & set(cell.metadata.get("tags", []))
        if runs and name_of(cell) not in given:
            last |= dict.fromkeys(definitions(cell.source), place)
    answered = set()
    for place, cell in enumerate(notebook.cells):
        name = name_of(cell)
        if name in asked and (_wrote(cell, asked[name]) or last.get(name, place) > place):
            answered.add(name)
    return answered


def _wrote(cell: NotebookNode, released: NotebookNode) -> bool:
    """Whether a cell says more than the release does, apart from spaces."""
    if len(cell.source) > LONGEST_CODE:
        return True  # squeezing takes many times its memory
    bare = released.source.replace(ANSWER_HERE, "")
    return _squeezed(cell.source) not in ("", _squeezed(released.source), _squeezed(bare))


def _squeezed(text: str) -> str:
    return "".join(text.split())


# What lies beside a notebook


def stray_modules(folder: Path) -> list[str]:
    """The files and packages beside a notebook that Python would import in place of a library, sorted."""
    folder = folder.resolve()
    elsewhere = [entry for entry in sys.path if Path(entry).resolve() != folder]
    found = []
    for path in sorted(folder.iterdir()):
        suffix = next((suffix for suffix in all_suffixes() if path.name.endswith(suffix)), "")
        is_package = any((path / f"__init__{suffix}").is_file() for suffix in all_suffixes())
        name = path.name.removesuffix(suffix) if suffix else path.name
        is_code = is_package or (suffix and path.is_file())
        if is_code and path not in (ROOT / "helpers", ROOT / "tests") and _is_library(name, elsewhere):
            found.append(path.name)
    return found


def _is_library(name: str, folders: list[str]) -> bool:
    """Whether a name is that of an installed module; nothing is imported to know it."""
    if name in sys.stdlib_module_names or name in ("helpers", "sitecustomize", "usercustomize"):
        return True
    spec = PathFinder.find_spec(name, folders) if name.isidentifier() else None
    return spec is not None and spec.origin is not None  # a folder without code is no library


def stray_sentence(folder: Path) -> str:
    """One sentence on such files; "" where there are none."""
    names = [shown(name) for name in stray_modules(folder)]
    if not names:
        return ""
    verb, pronoun = ("is", "it") if len(names) == 1 else ("are", "them")
    return (
        f"{', '.join(names)} beside the notebook {verb} imported here in place of the library of that name; "
        f"grading does not use {pronoun}, so rename {pronoun}."
    )
