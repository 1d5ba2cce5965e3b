"""The student's own copies: how a notebook gets into `work/`, and how finished answers move into a newer release.

A released notebook is made of named cells (their names are nbgrader's grade ids) and of free ones (parameters,
training, plots, notes), whose names are their cell ids. Nothing here ever overwrites what a student wrote: a copy that
is there stays as it is, and an update keeps the earlier file beside the new one under a dated name.
"""

from __future__ import annotations

import ast
import copy
import datetime
import difflib
import itertools
import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.errors import WorkbookError

ROOT = Path(__file__).resolve().parents[1]
ANSWER_HERE = "YOUR ANSWER HERE"  # nbgrader's text_stub
EARLIER = "## From your earlier copy"


@dataclass(frozen=True)
class Copy:
    """What became of one notebook.

    Attributes:
        path: The student's notebook.
        state: "new", "kept" (it was there and current), "outdated" (it was there; a newer release is too), "updated".
        earlier: After an update, where the earlier file is now.
        left: After an update, how many of the student's cells found no place and stand at the end.
    """

    path: Path
    state: str
    earlier: Path | None = None
    left: int = 0


def problems(root: Path = ROOT) -> list[str]:
    """The problems whose notebooks are there, sorted."""
    return sorted(path.stem for path in (root / "notebooks").glob("*/*.ipynb") if path.stem == path.parent.name)


def find_problem(name: str, known: list[str]) -> str:
    """The problem that `02`, `pixelcnn` or `02_pixelcnn` means.

    Raises:
        WorkbookError: There is none, or there are several; the sentence says the nearest names.
    """
    wanted = Path(name).stem.lower().replace("-", "_")
    matches = [problem for problem in known if wanted in _spellings(problem)]
    if len(matches) == 1:
        return matches[0]
    if not known:
        raise WorkbookError("There is no problem here yet; run the command in the workbook's folder.")
    if matches:
        raise WorkbookError(f"{name!r} may be {' or '.join(matches)}; write the whole name.")
    spelled = {spelling: problem for problem in known for spelling in _spellings(problem)}
    near = list(dict.fromkeys(spelled[close] for close in difflib.get_close_matches(wanted, spelled, n=3, cutoff=0.5)))
    if near:
        raise WorkbookError(f"There is no problem {name!r}; did you mean {' or '.join(near)}?")
    raise WorkbookError(f"There is no problem {name!r}; the problems are {', '.join(known)}.")


def _spellings(problem: str) -> set[str]:
    number, _, rest = problem.partition("_")
    return {problem, number, number.lstrip("0") or "0", rest} - {""}


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook.

    Raises:
        WorkbookError: There is no such file, or it is no notebook.
    """
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except FileNotFoundError:
        raise WorkbookError(f"There is no file {path}; check its name.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}).") from None
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        reason = " ".join(str(error).split("\n")[0].split())[:120]
        raise WorkbookError(f"{path} is no whole notebook ({reason}); go back to an earlier copy of it.") from None
    return notebook


def start(problem: str, root: Path = ROOT, update: bool = False) -> Copy:
    """Copy a problem's notebook and its expected pictures into `work/`, unless a copy is there.

    Args:
        problem: The whole name, such as "02_pixelcnn".
        root: The workbook's folder.
        update: Whether to move a copy's answers into the release, where it is newer or the copy lost or changed cells.

    Raises:
        WorkbookError: The copy is no notebook.
    """
    released = root / "notebooks" / problem / f"{problem}.ipynb"
    own = root / "work" / problem / released.name
    if not own.exists():
        os.replace(_unfinished(own, released.read_bytes()), own)
        _copy_pictures(released.parent, own.parent)
        return Copy(own, "new")
    earlier, release = read_notebook(own), read_notebook(released)
    if not update:
        return Copy(own, "outdated" if outdated(earlier, release) else "kept")
    merged, left = carry_over(earlier, release)
    if _written(merged) == _written(earlier):
        return Copy(own, "kept")
    dated = _dated(own)
    unfinished = _unfinished(own, nbformat.writes(merged).encode() + b"\n")
    os.rename(own, dated)
    os.replace(unfinished, own)
    _copy_pictures(released.parent, own.parent)
    return Copy(own, "updated", dated, left)


def _written(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """What a notebook says, without outputs and metadata."""
    return [(name_of(cell), cell.cell_type, cell.source.strip()) for cell in notebook.cells]


def _unfinished(path: Path, content: bytes) -> Path:
    """Write content beside its final place, so that a full disk harms nothing that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_bytes(content)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise WorkbookError(f"{path} cannot be written ({error.strerror}); nothing was changed.") from None
    return unfinished


def _copy_pictures(released: Path, own: Path) -> None:
    """Copy the expected pictures, which are the release's and not the student's."""
    if (released / "expected").is_dir():
        shutil.copytree(released / "expected", own / "expected", dirs_exist_ok=True)


def _dated(path: Path) -> Path:
    """A free name for an earlier copy: `02_pixelcnn.2025-09-01.ipynb`, then `02_pixelcnn.2025-09-01-2.ipynb`."""
    today = datetime.date.today().isoformat()
    suffixes = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{path.stem}.{today}{suffix}{path.suffix}") for suffix in suffixes)
    return next(name for name in names if not name.exists())


# A newer release


def name_of(cell: NotebookNode) -> str:
    """A cell's name: its grade id, or its cell id where it is free."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")


def outdated(earlier: NotebookNode, release: NotebookNode) -> bool:
    """Whether a copy comes from another release, or lost named cells."""
    names = {name_of(cell) for cell in earlier.cells if "nbgrader" in cell.metadata}
    lost = any(name_of(cell) not in names for cell in release.cells if "nbgrader" in cell.metadata)
    return lost or from_another(earlier, release)


def from_another(earlier: NotebookNode, release: NotebookNode) -> bool:
    """Whether a copy comes from another release: its cells carry the checksums of the release that they come from."""
    made_by = earlier.metadata.get("workbook")
    if made_by is not None and made_by != release.metadata.get("workbook"):
        return True
    checksums = {name_of(cell): _checksum(cell) for cell in release.cells}
    pairs = ((_checksum(cell), checksums.get(name_of(cell))) for cell in earlier.cells)
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _checksum(cell: NotebookNode) -> str | None:
    """The checksum of the released cell, which an edit of the source leaves as it was."""
    return cell.metadata.get("nbgrader", {}).get("checksum")


def edited(cell: NotebookNode, released: NotebookNode | None = None) -> bool:
    """Whether a named cell differs from the release that it came from, or else from `released`."""
    from nbgrader.utils import compute_checksum  # takes a second to import

    if released is not None and cell.source.strip() == released.source.strip():
        return False
    return _checksum(cell) is None or compute_checksum(cell) != _checksum(cell)


def carry_over(earlier: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, int]:
    """Move a student's answers, notes and own cells into a newer release.

    Exercises and written answers go by name, own cells behind the cell that they stood behind. What has no place any
    more (a removed exercise, an answer to a stub with other arguments, a changed training cell) stands as text at the
    end, so that it is not run.

    Returns:
        The new notebook, and how many cells stand at its end.
    """
    merged = copy.deepcopy(release)
    released = {name_of(cell): cell for cell in merged.cells}
    own: dict[str, list[NotebookNode]] = defaultdict(list)
    left: list[NotebookNode] = []
    seen: set[str] = set()
    anchor = ""
    for cell in earlier.cells:
        name = name_of(cell)
        target = _target(cell, [other for other in merged.cells if name_of(other) not in seen])
        if _is_own(cell, name, target, seen):
            own[anchor].append(_freed(cell, set(released)))
            continue
        if not _carried(cell, target):
            left.append(cell)
        if target is not None:
            anchor = name_of(target)
            seen.add(anchor)
    merged.cells = own[""] + [item for cell in merged.cells for item in (cell, *own[name_of(cell)])]
    if left:
        merged.cells.append(nbformat.v4.new_markdown_cell(_heading(len(left))))
        merged.cells += [_as_text(cell) for cell in left]
    return merged, len(left)


def _target(cell: NotebookNode, released: list[NotebookNode]) -> NotebookNode | None:
    """The released cell that a cell comes from, by name; a free one, whose name may shift, also by tag."""
    tags = cell.metadata.get("tags", [])
    if "nbgrader" in cell.metadata:
        released = [other for other in released if "nbgrader" in other.metadata]
    if "nbgrader" in cell.metadata or not tags:
        return next((other for other in released if name_of(other) == name_of(cell)), None)
    alike = [other for other in released if other.metadata.get("tags") == tags and "nbgrader" not in other.metadata]
    same = [other for other in alike if other.source.strip() == cell.source.strip()]
    same += [other for other in alike if name_of(other) == name_of(cell)]
    if not same and len(alike) == 1 and {"parameters", "notes"} & set(tags):
        same = alike
    return same[0] if same else None


def _is_own(cell: NotebookNode, name: str, target: NotebookNode | None, seen: set[str]) -> bool:
    """Whether the student added the cell: no released one, or a second copy of one that they changed."""
    if "nbgrader" in cell.metadata:
        return name in seen and edited(cell)
    return target is None and not {"parameters", "train", "plot", "notes"} & set(cell.metadata.get("tags", []))


def _freed(cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """A student's own cell, without a name that belongs to a released one."""
    cell = copy.deepcopy(cell)
    cell.metadata.pop("nbgrader", None)
    if cell.get("id") is None or cell.id in taken:
        cell.id = nbformat.v4.new_raw_cell().id
    return cell


def _carried(cell: NotebookNode, target: NotebookNode | None) -> bool:
    """Put what the student wrote into the new release's cell; False where it has no place there."""
    graded = (cell if target is None else target).metadata.get("nbgrader", {})
    if target is not None and cell.source.strip() == target.source.strip():
        return True
    if graded and not edited(cell):
        return True
    if target is None or target.cell_type != cell.cell_type:
        return False
    if not graded:
        free = {"parameters", "notes"} & set(target.metadata.get("tags", []))
        if free:
            target.source = cell.source
        return bool(free)
    if not graded.get("solution"):
        return False
    if cell.cell_type == "code":
        fits = _signatures(target.source) <= (_signatures(cell.source) or _signatures(target.source))
        target.source = cell.source if fits else target.source
        return fits
    question = target.source.partition(ANSWER_HERE)[0]
    target.source = cell.source if cell.source.startswith(question) else target.source.replace(ANSWER_HERE, cell.source)
    return True


def _signatures(code: str) -> set[tuple[str, str]]:
    """Every function and method of a cell with the names of its arguments; nothing where the code does not parse."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    found = set()
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else []
        for function in (node, *inside):
            if isinstance(function, ast.FunctionDef):
                place = f"{node.name}." if function is not node else ""
                arguments = function.args
                every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                found.add((place + function.name, ", ".join(argument.arg for argument in every)))
    return found


def _heading(count: int) -> str:
    noun = "This cell" if count == 1 else f"These {count} cells"
    return f"{EARLIER}\n\n{noun} found no place in the newer notebook. Nothing here is run; copy what you still need."


def _as_text(cell: NotebookNode) -> NotebookNode:
    """A cell as markdown, so that it is shown and not run."""
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source)
    fence = "`" * (3 + cell.source.count("```"))
    return nbformat.v4.new_markdown_cell(f"`{name_of(cell)}`\n\n{fence}python\n{cell.source}\n{fence}")
