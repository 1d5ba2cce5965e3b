"""A student's copy is never lost: not by starting again, not by a newer release that changed under it."""

import nbformat
import pytest

from helpers import student
from helpers.errors import WorkbookError
from helpers.grading import build

ANSWER = 'def mean(numbers: list[float]) -> float:\n    """Mine."""\n    return sum(numbers) / len(numbers)\n'


@pytest.fixture
def root(course):
    build.build_all(course=course)
    return course.root


@pytest.fixture
def own(root):
    """The student's copy, and a way to change cells of it by name."""
    path = student.start("01_tiny", root).path

    def write(changes=None, also=lambda notebook: None):
        notebook = nbformat.read(path, as_version=4)
        for name, source in (changes or {}).items():
            cell(notebook, name).source = source
        also(notebook)
        nbformat.write(notebook, path)
        return path

    return write


def cell(notebook, name):
    return next(cell for cell in notebook.cells if student.name_of(cell) == name)


def read(path):
    return nbformat.read(path, as_version=4)


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def newer(course, edit, *changes):
    """Release the tiny problem again with these changes of its source."""
    for old, new in changes:
        edit(old, new)
    build.build_all(course=course)


def test_the_first_start_copies_the_notebook_and_its_pictures(root):
    copied = student.start("01_tiny", root)
    assert copied.state == "new"
    assert copied.path == root / "work" / "01_tiny" / "01_tiny.ipynb"
    assert copied.path.read_bytes() == (root / "notebooks" / "01_tiny" / "01_tiny.ipynb").read_bytes()
    assert (copied.path.parent / "expected" / "curve.png").exists()


@pytest.mark.parametrize("content", [b'{"cells": [', b"", b"[]", b"{}", b"\xff\xfe", b"PK\x03\x04"])
def test_a_damaged_release_is_not_copied(root, content):
    (root / "notebooks" / "01_tiny" / "01_tiny.ipynb").write_bytes(content)
    with pytest.raises(WorkbookError, match=r"comes with the workbook, is no whole notebook .*fetch the workbook anew"):
        student.start("01_tiny", root)
    assert not (root / "work").exists()


@pytest.mark.parametrize("update", [False, True])
def test_a_damaged_release_leaves_a_copy_alone(own, root, update):
    path = own({"mean": ANSWER})
    before = path.read_bytes()
    (root / "notebooks" / "01_tiny" / "01_tiny.ipynb").write_bytes(before[:500])
    with pytest.raises(WorkbookError, match=r"fetch the workbook anew\. Your own copies stay as they are"):
        student.start("01_tiny", root, update)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.glob("*.ipynb")] == [path.name]


@pytest.mark.parametrize("update", [False, True])
def test_a_copy_that_is_there_keeps_every_byte(own, root, update):
    path = own({"mean": ANSWER, "start-2": "PRESET = 'full'"})
    before = path.read_bytes()
    assert student.start("01_tiny", root, update).state == "kept"
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.glob("*.ipynb")] == [path.name]


def test_a_newer_release_changes_nothing_until_asked(own, root, course, edit):
    path = own({"mean": ANSWER})
    before = path.read_bytes()
    newer(course, edit, ("# The mean of $n$ numbers", "# The arithmetic mean of $n$ numbers"))
    assert student.start("01_tiny", root).state == "outdated"
    assert path.read_bytes() == before


def test_an_update_carries_answers_notes_parameters_and_own_cells(own, root, course, edit):
    def add(notebook):
        at = notebook.cells.index(cell(notebook, "check-mean")) + 1
        notebook.cells.insert(at, nbformat.v4.new_code_cell("mean([1, 2])  # my own trial"))
        written = cell(notebook, "why")
        written.source = written.source.replace("YOUR ANSWER HERE", "Nothing can be shared among nobody. هیچ")
        noted = next(c for c in notebook.cells if "notes" in c.metadata.get("tags", []))
        noted.source += "\nMy neighbour helped."
        parameters = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
        parameters.source = 'PRESET = "smoke"\nDATASET = "digits"\nSEED = 7'

    path = own({"mean": ANSWER}, add)
    before = path.read_bytes()
    newer(
        course,
        edit,
        ("# The mean of $n$ numbers", "# The arithmetic mean of $n$ numbers"),
        ('# %% check="mean"', "# %% [markdown]\n# A new paragraph.\n\n" + '# %% check="mean"'),
    )
    done = student.start("01_tiny", root, update=True)
    assert (done.state, done.left) == ("updated", 0)
    assert done.earlier.read_bytes() == before
    assert done.earlier.name.startswith("01_tiny.20")
    merged = read(path)
    nbformat.validate(merged)
    assert cell(merged, "mean").source == ANSWER
    assert "Nothing can be shared among nobody. هیچ" in cell(merged, "why").source
    after_check = merged.cells.index(cell(merged, "check-mean")) + 1
    assert merged.cells[after_check].source == "mean([1, 2])  # my own trial"
    everything = "\n".join(sources(merged))
    assert "My neighbour helped." in everything
    assert "SEED = 7" in everything
    assert "The arithmetic mean of" in everything
    assert "A new paragraph." in everything
    assert student.start("01_tiny", root).state == "kept"


def test_what_a_student_left_alone_comes_from_the_newer_release(own, root, course, edit):
    own({"mean": ANSWER})
    newer(
        course, edit, ('"""A running total."""', '"""A running total, from zero."""'), ("# Give one reason.", "# Two!")
    )
    merged = read(student.start("01_tiny", root, update=True).path)
    assert "from zero" in cell(merged, "Counter").source
    assert "Two!" in cell(merged, "why").source
    assert student.EARLIER not in "\n".join(sources(merged))


def test_an_answer_to_a_stub_with_other_arguments_is_kept_as_text(own, root, course, edit):
    own({"mean": ANSWER})
    newer(
        course,
        edit,
        ("def mean(numbers: list[float]) -> float:", "def mean(numbers: list[float], start: float) -> float:"),
        ("return sum(numbers) / len(numbers)", "return sum(numbers, start) / len(numbers)"),
    )
    done = student.start("01_tiny", root, update=True)
    merged = read(done.path)
    assert done.left == 1
    assert "start: float" in cell(merged, "mean").source
    assert "NotImplementedError" in cell(merged, "mean").source
    last = merged.cells[-1]
    assert last.cell_type == "markdown"  # as code it would define mean a second time
    assert ANSWER.strip() in last.source
    assert student.EARLIER in merged.cells[-2].source


def test_an_answer_that_does_not_parse_yet_stays_in_its_cell(own, root, course, edit):
    own({"mean": "def mean(numbers):\n    return (sum(numbers"})
    newer(course, edit, ("# The mean of $n$", "# A mean of $n$"))
    merged = read(student.start("01_tiny", root, update=True).path)
    assert cell(merged, "mean").source == "def mean(numbers):\n    return (sum(numbers"


def test_answers_to_what_was_removed_are_kept_at_the_end(own, root, course, tiny):
    def answer(notebook):
        written = cell(notebook, "why")
        written.source = written.source.replace("YOUR ANSWER HERE", "Because of the division.")

    own({"mean": ANSWER, "Counter": "class Counter:\n    total = 0"}, answer)
    kept = tiny[: tiny.index('# %% exercise="Counter"')] + tiny[tiny.index('# %% tags=["train"]') :]
    kept = kept[: kept.index('# %% [markdown] answer="why"')] + kept[kept.index('# %% [markdown] tags=["notes"]') :]
    (course.solutions / "01_tiny.py").write_text(kept, encoding="utf-8")
    build.build_all(course=course)
    done = student.start("01_tiny", root, update=True)
    merged = read(done.path)
    assert done.left == 2
    assert cell(merged, "mean").source == ANSWER
    assert "class Counter:\n    total = 0" in merged.cells[-2].source
    assert "Because of the division." in merged.cells[-1].source
    assert {c.cell_type for c in merged.cells[-3:]} == {"markdown"}
    assert not any("nbgrader" in c.metadata for c in merged.cells[-3:])


def test_a_changed_question_stands_above_the_earlier_answer(own, root, course, edit):
    def answer(notebook):
        written = cell(notebook, "why")
        written.source = written.source.replace("YOUR ANSWER HERE", "Because of the division.")

    own(also=answer)
    newer(course, edit, ("# Give one reason.", "# Give two reasons."))
    text = cell(read(student.start("01_tiny", root, update=True).path), "why").source
    assert text.index("Give two reasons.") < text.index("Because of the division.")


def test_a_training_cell_that_differs_is_shown_and_not_run(own, root, course, edit):
    def tune(notebook):
        next(c for c in notebook.cells if "train" in c.metadata.get("tags", [])).source = "time.sleep(0.5)  # longer"

    own({"mean": ANSWER}, tune)
    newer(course, edit, ("time.sleep(0.01)", "time.sleep(0.02)"), ("# The mean of $n$", "# A mean of $n$"))
    merged = read(student.start("01_tiny", root, update=True).path)
    trained = [c for c in merged.cells if "time.sleep" in c.source and c.cell_type == "code"]
    assert [("0.02" in c.source) for c in trained] == [True]
    assert "time.sleep(0.5)  # longer" in merged.cells[-1].source


def test_an_update_mends_what_was_lost_copied_or_edited(own, root):
    def harm(notebook):
        notebook.cells.remove(cell(notebook, "check-mean"))
        copied = nbformat.from_dict(cell(notebook, "Counter"))
        copied = nbformat.v4.new_code_cell("class Counter:\n    trial = 1", metadata=copied.metadata)
        notebook.cells.append(copied)

    own({"mean": ANSWER, "check-Counter": "6.0"}, harm)
    merged = read(student.start("01_tiny", root, update=True).path)
    names = [student.name_of(c) for c in merged.cells if "nbgrader" in c.metadata]
    assert len(names) == len(set(names))
    assert "check-mean" in names
    assert cell(merged, "check-Counter").source == "checks.tiny.Counter(Counter, points=2)"
    assert cell(merged, "mean").source == ANSWER
    assert any("trial = 1" in source for source in sources(merged))


def test_every_update_of_a_day_keeps_its_own_earlier_copy(own, root, course, edit):
    own({"mean": ANSWER})
    newer(course, edit, ("# The mean of $n$", "# A mean of $n$"))
    first = student.start("01_tiny", root, update=True).earlier
    newer(course, edit, ("# A mean of $n$", "# Any mean of $n$"))
    second = student.start("01_tiny", root, update=True).earlier
    assert first != second
    assert first.exists()
    assert second.exists()


@pytest.mark.parametrize("name", ["2", "02", "pixelcnn", "02_pixelcnn", "02-pixelcnn", "notebooks/02_pixelcnn.ipynb"])
def test_a_problem_has_several_names(name):
    assert student.find_problem(name, ["00_start", "02_pixelcnn", "03_conv_vae"]) == "02_pixelcnn"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pixelcn", "did you mean 02_pixelcnn"),
        ("conv_va", "did you mean 03_conv_vae"),
        ("99", "the problems are 02_pixelcnn, 03_conv_vae"),
    ],
)
def test_an_unknown_problem_gets_the_nearest_names(name, sentence):
    with pytest.raises(WorkbookError, match=sentence):
        student.find_problem(name, ["02_pixelcnn", "03_conv_vae"])


def test_a_damaged_copy_is_refused_and_left_alone(own, root):
    path = own()
    path.write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(WorkbookError, match="is no whole notebook"):
        student.start("01_tiny", root, update=True)
    assert path.read_text(encoding="utf-8") == '{"cells": ['


def test_a_full_disk_leaves_the_earlier_copy(own, root, course, edit, monkeypatch):
    path = own({"mean": ANSWER})
    newer(course, edit, ("# The mean of $n$", "# A mean of $n$"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(student.Path, "write_bytes", full)
    with pytest.raises(WorkbookError, match=r"No space left on device.*nothing was changed"):
        student.start("01_tiny", root, update=True)
    monkeypatch.undo()
    assert cell(read(path), "mean").source == ANSWER
    assert [file.name for file in path.parent.iterdir() if file.is_file()] == [path.name]
