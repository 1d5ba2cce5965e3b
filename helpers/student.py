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
import hashlib
import itertools
import os
import re
import shutil
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from helpers.errors import WorkbookError

ROOT = Path(__file__).resolve().parents[1]
ANSWER_HERE = "YOUR ANSWER HERE"  # nbgrader's text_stub
EARLIER = "## From your earlier copy"
CHECK = "check-"  # a check's name is this and its exercise's
STUBS = ("YOUR CODE HERE", "NotImplementedError", ANSWER_HERE)  # one of them is in whatever a release asks for
INSTALL = "install"  # tag of the cell that installs the workbook where it is missing; each release brings its own
LEFT_OUT = {"train", "plot", INSTALL}  # tags of cells that neither `workbook check` nor grading runs
_FREE = {"parameters", "notes"}  # tags of cells that are the student's to change in every release
LONGEST_CODE = 200_000  # letters; an answer has a few hundred, and parsing takes a hundred times their memory
_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
_DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)


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
    notebook, damage = _parsed(content_of(path))
    if damage:
        raise WorkbookError(
            f"{path} is no whole notebook ({damage}); workbook doctor makes a new one of what can be read."
        )
    return notebook


def _parsed(content: bytes) -> tuple[NotebookNode, str]:
    """A notebook from what its file holds, and in a few words why there is none; "" where all is well."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except NotJSONError:
        return NotebookNode(), "it is cut off or damaged"
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        return NotebookNode(), " ".join(str(error).split("\n")[0].split())[:120]
    return notebook, ""


def content_of(path: Path) -> bytes:
    """What a file holds.

    Raises:
        WorkbookError: There is no such file, or it cannot be read.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would be waited for
            raise WorkbookError(f"{path} is no file that can be read; check its name.")
        return path.read_bytes()
    except FileNotFoundError:
        raise WorkbookError(f"There is no file {path}; check its name.") from None
    except IsADirectoryError:
        raise WorkbookError(f"{path} is a folder; name the notebook in it.") from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be read ({error.strerror}).") from None


def read_release(problem: str, root: Path = ROOT) -> NotebookNode:
    """A problem's notebook as it was released.

    Raises:
        WorkbookError: There is none, or it is damaged.
    """
    path = _released(problem, root)
    try:
        notebook, damage = _parsed(content_of(path))
    except WorkbookError:
        damage = "it is missing or cannot be read"
    if damage:
        raise WorkbookError(
            f"{path}, which comes with the workbook, is no whole notebook ({damage}); fetch the workbook anew. "
            "Your own copies stay as they are."
        )
    return notebook


def _released(problem: str, root: Path) -> Path:
    return root / "notebooks" / problem / f"{problem}.ipynb"


def problem_of(notebook: NotebookNode, path: Path, root: Path = ROOT) -> str:
    """Which problem a notebook is, by its metadata, else by its cells, else by its file's name.

    Raises:
        WorkbookError: It is none of this workbook's.
    """
    known = problems(root)
    named = notebook.metadata.get("workbook", {}).get("problem")
    if named in known:
        return named
    shared = {problem: in_common(notebook, read_release(problem, root)) for problem in known}
    if any(shared.values()):
        return max(shared, key=shared.get)
    by_name = [problem for problem in known if path.name.startswith(problem)]
    if by_name:
        return by_name[-1]
    if not known:
        raise WorkbookError("There are no notebooks here to compare with; run the command in the workbook's folder.")
    raise WorkbookError(
        f"{path.name} belongs to no problem of this workbook ({', '.join(known)}); give it its first name back."
    )


def in_common(notebook: NotebookNode, release: NotebookNode) -> int:
    """How many exercises, checks and questions of a release a notebook has, by name or by what its code defines."""
    asked = {name_of(cell) for cell in release.cells if is_named(cell) and kind_of(cell) in ("exercise", "question")}
    asked |= {CHECK + name for name in asked}
    found = {name_of(cell) for cell in notebook.cells}
    found = found.union(*(definitions(cell.source) for cell in notebook.cells if cell.cell_type == "code"))
    return len(asked & found)


def start(problem: str, root: Path = ROOT, update: bool = False) -> Copy:
    """Copy a problem's notebook and its expected pictures into `work/`, unless a copy is there.

    Args:
        problem: The whole name, such as "02_pixelcnn".
        root: The workbook's folder.
        update: Whether to move a copy's answers into the release, where it is newer or the copy lost or changed cells.

    Raises:
        WorkbookError: The copy or the release is no notebook.
    """
    released, release = _released(problem, root), read_release(problem, root)
    own = root / "work" / problem / released.name
    if not own.exists():
        replace(own, released.read_bytes())
        _copy_pictures(released.parent, own.parent)
        return Copy(own, "new")
    earlier = read_notebook(own)
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
    return Copy(own, "updated", dated, len(left))


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


def replace(path: Path, content: bytes) -> None:
    """Write a file that no student writes in, in place of its earlier version.

    Raises:
        WorkbookError: It cannot be written; an earlier version is still whole.
    """
    os.replace(_unfinished(path, content), path)


def write_new(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook where there is no file yet.

    Raises:
        WorkbookError: There is one, or it cannot be written.
    """
    try:
        with path.open("xb") as file:
            try:
                file.write(nbformat.writes(notebook).encode() + b"\n")
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        raise WorkbookError(
            f"{path} is there, and no file is overwritten; move it, or name another with --out."
        ) from None
    except OSError as error:
        raise WorkbookError(f"{path} cannot be written ({error.strerror}).") from None


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


def is_named(cell: NotebookNode) -> bool:
    """Whether a cell has a name that grading knows; the others are free."""
    return "nbgrader" in cell.metadata


def kind_of(cell: NotebookNode) -> str:
    """What a named cell of a release is: exercise, question, check, text or given code."""
    graded = cell.metadata.nbgrader
    if graded.get("solution"):
        return "exercise" if cell.cell_type == "code" else "question"
    if graded.get("grade"):
        return "check"
    return "text" if cell.cell_type == "markdown" else "given code"


def title_of(cell: NotebookNode) -> str:
    """How a sentence names a cell of a release."""
    name, kind = name_of(cell), kind_of(cell)
    return f"The check of {name.removeprefix(CHECK)}" if kind == "check" else f"The {kind} {name}"


def optional_names(release: NotebookNode) -> set[str]:
    """The exercises and questions whose badge says that they are optional."""
    badge = re.compile(r"^\*\*(?:Exercise `(\w+)`|Question)\*\*.* · optional$", re.MULTILINE)
    found = ((name_of(cell), badge.search(cell.source)) for cell in release.cells if cell.cell_type == "markdown")
    return {match[1] or name for name, match in found if match}


def outdated(earlier: NotebookNode, release: NotebookNode) -> bool:
    """Whether a copy comes from another release, or lost named cells."""
    names = {name_of(cell) for cell in earlier.cells if is_named(cell)}
    lost = any(name_of(cell) not in names for cell in release.cells if is_named(cell))
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
    if released is not None and cell.source.strip() == released.source.strip():
        return False
    stored = _checksum(cell)
    if stored is None:
        return True
    if cell.metadata.nbgrader.get("solution") and not any(stub in cell.source for stub in STUBS):
        return True  # whatever a program wrote into its metadata, what asks for nothing is an answer
    sources = (cell.source, cell.source.replace("\r\n", "\n").strip())
    return all(checksum(cell, source) != stored for source in sources)


def checksum(cell: NotebookNode, source: str) -> str:
    """What nbgrader's compute_checksum gives for a named cell with this source, without a second of importing it."""
    graded = cell.metadata["nbgrader"]
    grade, solution = graded.get("grade", False), graded.get("solution", False)
    locked = not solution and (bool(grade) or graded.get("locked", False))
    parts = [source, cell.cell_type, str(grade), str(solution), str(locked), str(graded.get("grade_id", ""))]
    if grade:
        parts.append(str(float(graded.get("points", 0))))
    return hashlib.md5("".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def carry_over(
    earlier: NotebookNode, release: NotebookNode, same_release: bool = False
) -> tuple[NotebookNode, list[NotebookNode]]:
    """Move a student's answers, notes and own cells into a newer release.

    Exercises and written answers go by name, own cells behind the cell that they stood behind. What has no place any
    more (a removed exercise, an answer to a stub with other arguments, a changed training cell) stands as text at the
    end, so that it is not run.

    Args:
        earlier: The student's notebook.
        release: The notebook to move into.
        same_release: Whether the student's comes from this very release, so that a training or a plot cell that
            differs is the student's doing and stays in its place.

    Returns:
        The new notebook, and the student's cells that stand at its end.
    """
    merged = copy.deepcopy(release)
    unseen = {name_of(cell): cell for cell in merged.cells}
    released, free = set(unseen), _FREE | LEFT_OUT if same_release else _FREE
    kept_names = {cell.get("id", "") for cell in earlier.cells} if same_release else set()
    own: dict[str, list[NotebookNode]] = defaultdict(list)
    left: list[NotebookNode] = []
    seen: set[str] = set()
    anchor = ""
    for cell in earlier.cells:
        name = name_of(cell)
        target = _target(cell, unseen, kept_names)
        if _is_own(cell, name, target, seen, same_release):
            own[anchor].append(_freed(cell, released))
            continue
        if not _carried(cell, target, free):
            left.append(cell)
        if target is not None:
            anchor = name_of(target)
            seen.add(anchor)
            del unseen[anchor]
    merged.cells = own[""] + [item for cell in merged.cells for item in (cell, *own[name_of(cell)])]
    if left:
        merged.cells.append(_text_cell(_heading(len(left))))
        merged.cells += [_as_text(cell) for cell in left]
    _number(merged.cells, released)
    return merged, left


def _target(cell: NotebookNode, released: dict[str, NotebookNode], kept: set[str]) -> NotebookNode | None:
    """The released cell that a cell comes from, by name; a free one, unless its name was kept, also by tag."""
    tags, named = cell.metadata.get("tags", []), released.get(name_of(cell))
    if is_named(cell):
        return named if named is not None and is_named(named) else None
    if not tags:
        return named
    alike = [other for other in released.values() if other.metadata.get("tags") == tags and not is_named(other)]
    alike = [other for other in alike if name_of(other) == name_of(cell) or name_of(other) not in kept]
    same = [other for other in alike if other.source.strip() == cell.source.strip()]
    same += [other for other in alike if name_of(other) == name_of(cell)]
    if not same and len(alike) == 1 and _FREE & set(tags):
        same = alike
    return same[0] if same else None


def _is_own(cell: NotebookNode, name: str, target: NotebookNode | None, seen: set[str], same_release: bool) -> bool:
    """Whether the student added the cell: no released one, or a second copy of one that they changed."""
    if is_named(cell):
        return name in seen and edited(cell)
    return target is None and (same_release or not (_FREE | LEFT_OUT) & set(cell.metadata.get("tags", [])))


def _freed(cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """A student's own cell, without a name that belongs to a released one."""
    cell = copy.deepcopy(cell)
    cell.metadata.pop("nbgrader", None)
    cell.id = "" if cell.get("id") in taken else cell.get("id") or ""
    return cell


def _number(cells: list[NotebookNode], released: set[str]) -> None:
    """Give each cell that is not the release's an id of its own, the same on every run."""
    taken = set(released)
    for cell in cells:
        if cell.id and cell.id not in taken:
            taken.add(cell.id)
        elif cell.id not in released:
            cell.id = ""
    fresh = (f"own-{number}" for number in itertools.count(1))
    for cell in cells:
        if not cell.id:
            cell.id = next(name for name in fresh if name not in taken)


def _carried(cell: NotebookNode, target: NotebookNode | None, free: set[str]) -> bool:
    """Put what the student wrote into the new release's cell; False where it has no place there."""
    graded = (cell if target is None else target).metadata.get("nbgrader", {})
    if target is not None and cell.source.strip() == target.source.strip():
        return True
    if (graded and not edited(cell)) or INSTALL in cell.metadata.get("tags", []):
        return True
    if target is None or target.cell_type != cell.cell_type:
        return False
    if not graded:
        is_free = bool(free & set(target.metadata.get("tags", [])))
        target.source = cell.source if is_free else target.source
        return is_free
    if not graded.get("solution"):
        return False
    same_stub = _checksum(cell) is not None and _checksum(cell) == _checksum(target)
    if cell.cell_type == "code":
        asked = _signatures(target.source)
        fits = same_stub or asked <= (_signatures(cell.source) or asked)
        target.source = cell.source if fits else target.source
        return fits
    question = target.source.partition(ANSWER_HERE)[0]
    keeps = same_stub or cell.source.startswith(question)
    target.source = cell.source if keeps else target.source.replace(ANSWER_HERE, cell.source, 1)
    if "attachments" in cell:
        target["attachments"] = cell["attachments"]  # pictures in an answer
    return True


def _signatures(code: str) -> set[tuple[str, str]]:
    """Every function and method of a cell with the names of its arguments; nothing where the code does not parse."""
    found = set()
    for node in _statements(code) or ():
        inside = node.body if isinstance(node, ast.ClassDef) else []
        for function in (node, *inside):
            if isinstance(function, ast.FunctionDef):
                place = f"{node.name}." if function is not node else ""
                arguments = function.args
                every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
                found.add((place + function.name, ", ".join(argument.arg for argument in every)))
    return found


def definitions(code: str) -> set[str]:
    """The functions and classes that a cell defines at its top level, by what its lines begin with if need be."""
    statements = _statements(code)
    if statements is None:
        return set(_DEFINITION.findall(code[:LONGEST_CODE]))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in statements if isinstance(node, kinds)}


def _statements(code: str) -> list[ast.stmt] | None:
    """A cell's statements, magics passed over; None where the code does not parse."""
    for text in (code, _MAGIC.sub(r"\1pass", code)) if len(code) <= LONGEST_CODE else ():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a "\d" in a student's string
            try:
                return ast.parse(text).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return None


def _heading(count: int) -> str:
    noun = "This cell" if count == 1 else f"These {count} cells"
    return f"{EARLIER}\n\n{noun} found no place in the notebook. Nothing here is run; copy what you still need."


def _as_text(cell: NotebookNode) -> NotebookNode:
    """A cell as markdown, so that it is shown and not run."""
    if cell.cell_type == "markdown":
        return _text_cell(cell.source)
    fence = "`" * (3 + cell.source.count("```"))
    return _text_cell(f"`{name_of(cell)}`\n\n{fence}python\n{cell.source}\n{fence}")


def _text_cell(source: str) -> NotebookNode:
    """A markdown cell that `_number` still gives its id."""
    cell = nbformat.v4.new_markdown_cell(source)
    cell.id = ""
    return cell
