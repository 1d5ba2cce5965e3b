"""Whatever became of a file, the doctor makes a whole notebook of it or says one sentence, and no answer is touched."""

import contextlib
import copy
import json
import random
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import compute_checksum

from helpers import doctor, student
from helpers.errors import WorkbookError
from helpers.grading import build
from helpers.grading.source import COURSE, Course, problems
from tests.patience import PATIENCE

# odd spaces, tabs, letters and line ends
MEAN = 'def mean(numbers):\n    """Mine — ∑ و نام."""\n    return "\\d" \t \r\n    \n'
COUNTER = (
    "# mine\nclass Counter:\n    def __init__(self):\n        self.total = 0\n\n\n"
    "    def add(self, amount):\n        return self\n\n"
)
WHY = "By what would one divide? 🙂  \n"
OWN = "trial = mean([1.0, 2.0])\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A course with the tiny problem and a second one, built once."""
    course = Course(tmp_path_factory.mktemp("house"))
    course.solutions.mkdir()
    tiny = (Path(__file__).parent / "sources" / "01_tiny.py").read_text(encoding="utf-8")
    (course.solutions / "01_tiny.py").write_text(tiny, encoding="utf-8")
    other = tiny.replace('"Counter"', '"Tally"').replace("class Counter", "class Tally").replace("Tiny", "Other")
    other = other.replace("tiny.Counter(Counter)", "other.Tally(Tally)").replace("tiny.mean(mean)", "other.mean(mean)")
    other = other.replace("    tiny=Simple", "    other=Simple").replace("        Counter=check", "        Tally=check")
    (course.solutions / "02_other.py").write_text(other, encoding="utf-8")
    build.build_all(course=course)
    return course


@pytest.fixture
def release(house):
    return json.loads((house.notebooks / "01_tiny" / "01_tiny.ipynb").read_bytes())


@pytest.fixture
def own(release):
    """A student's complete notebook, as the JSON that a file holds."""
    cell(release, "mean")["source"] = MEAN
    cell(release, "Counter")["source"] = COUNTER
    cell(release, "why")["source"] = "".join(cell(release, "why")["source"]).replace("YOUR ANSWER HERE", WHY)
    at = release["cells"].index(cell(release, "check-mean")) + 1
    release["cells"].insert(at, code(OWN, id="mine"))
    return release


def cell(notebook, name):
    """The first cell of that name."""
    for cell in notebook["cells"]:
        graded = cell["metadata"].get("nbgrader")
        if name == cell.get("id") or (isinstance(graded, dict) and name == graded.get("grade_id")):
            return cell
    raise LookupError(name)


def source(notebook, name):
    return "".join(cell(notebook, name)["source"])


def code(text, like=None, **about):
    metadata = copy.deepcopy(like["metadata"]) if like else {}
    return {"cell_type": "code", "metadata": metadata, "source": text, "outputs": [], "execution_count": 1} | about


def examine(house, notebook, name="01_tiny.ipynb", **known):
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return doctor.examine(content, name, house.root, **known)


def assert_whole(examined, house):
    """The release's cells, each once and in its order, locked ones unchanged, in a valid notebook that stays whole."""
    nbformat.validate(examined.notebook)
    released = student.read_release(examined.problem, house.root)
    names = [student.name_of(c) for c in released.cells]
    found = {student.name_of(c): c for c in examined.notebook.cells}
    assert [student.name_of(c) for c in examined.notebook.cells if student.name_of(c) in names] == names
    assert [name for name in names if student.is_named(found[name])] == [
        student.name_of(c) for c in examined.notebook.cells if student.is_named(c)
    ]
    for cell in released.cells:
        mine = found[student.name_of(cell)]
        assert mine.cell_type == cell.cell_type
        assert mine.metadata == cell.metadata
        if student.is_named(cell) and not cell.metadata.nbgrader.solution:
            assert mine.source == cell.source
    again = doctor.examine(nbformat.writes(examined.notebook).encode(), f"{examined.problem}.ipynb", house.root)
    assert again.repairs == ()
    for one, other in zip(again.notebook.cells, examined.notebook.cells, strict=True):
        assert one == other
    assert again.notebook == examined.notebook
    assert again.answered == examined.answered
    return examined


# A whole notebook


def test_a_release_needs_nothing_and_keeps_every_byte(house):
    path = house.notebooks / "01_tiny" / "01_tiny.ipynb"
    examined = assert_whole(examine(house, path.read_bytes()), house)
    assert (examined.problem, examined.repairs, examined.answered) == ("01_tiny", (), frozenset())
    assert build.to_bytes(examined.notebook) == path.read_bytes()


def test_a_complete_notebook_keeps_every_answer(house, own):
    examined = assert_whole(examine(house, own), house)
    assert examined.repairs == ()
    assert examined.answered == {"mean", "Counter", "why"}
    places = [student.name_of(c) for c in examined.notebook.cells]
    assert places[places.index("check-mean") + 1] == "mine"


def test_training_plots_and_parameters_stay_as_the_student_left_them(house, own):
    for item in own["cells"]:
        if {"train", "plot", "parameters", "notes"} & set(item["metadata"].get("tags", [])):
            item["source"] = f"# mine {item['id']}"
    examined = assert_whole(examine(house, own), house)
    assert examined.repairs == ()
    assert sum(c.source.startswith("# mine") and "tags" in c.metadata for c in examined.notebook.cells) == 4


@pytest.mark.parametrize("blank", ["", "  \n", "same", "crlf"])
def test_spaces_are_no_answer(house, release, blank):
    text = source(release, "why")
    cell(release, "why")["source"] = {
        "same": text.replace("YOUR ANSWER HERE", " \n "),
        "crlf": text.replace("\n", "\r\n"),
    }.get(blank, blank)
    stub = source(release, "mean")
    cell(release, "mean")["source"] = {"same": stub + "\n\n", "crlf": stub.replace("\n", "\r\n")}.get(blank, blank)
    examined = examine(house, release)
    assert examined.answered == frozenset()
    assert examined.repairs == ()


# What is put right. Each harm leaves the three answers whole somewhere in the file; the sentence says what was done.


def harm_retyped(book):
    cell(book, "mean").update(cell_type="markdown")
    cell(book, "Counter").update(cell_type="raw")
    cell(book, "why").update(cell_type="code")


def harm_checks(book):
    cell(book, "check-mean")["source"] = "4.0"
    cell(book, "start-4")["source"] = "checks = None"


def harm_text(book):
    cell(book, "start-3")["source"] += ["mine"]
    book["cells"].remove(cell(book, "start-1"))


def harm_removed(book):
    book["cells"] = [c for c in book["cells"] if not c["id"].startswith(("check-", "start-"))]


def harm_grading_data(book):
    cell(book, "check-mean")["metadata"]["nbgrader"]["points"] = 400
    cell(book, "mean")["metadata"]["nbgrader"]["solution"] = "yes"


def harm_all_grading_data(book):
    for item in book["cells"]:
        item["metadata"].pop("nbgrader", None)


def harm_all_names(book):
    harm_all_grading_data(book)
    for item in book["cells"]:
        item["metadata"] = {}
        del item["id"]
    book["metadata"] = {}


def harm_one_name(book):
    cell(book, "mean").update(metadata={}, id="x")


def harm_copies(book):
    for name in ("mean", "check-mean", "why", "start-4"):
        book["cells"].append(copy.deepcopy(cell(book, name)))


def harm_stub_behind(book):
    stub = code("def mean(numbers):\n    raise NotImplementedError()", cell(book, "mean"))
    stub["metadata"]["nbgrader"]["checksum"] = student.checksum(nbformat.from_dict(stub), stub["source"])
    book["cells"].append(stub)


def harm_earlier_answer(book):
    at = book["cells"].index(cell(book, "mean"))
    book["cells"].insert(at, code("def mean(numbers):\n    return 0", cell(book, "mean"), id="mean-0"))


def harm_markdown_copy_behind(book):
    item = copy.deepcopy(cell(book, "mean"))
    book["cells"].append(item | {"cell_type": "markdown", "source": "my first try", "id": "x"})


def harm_moved(book):
    item = cell(book, "mean")
    book["cells"].remove(item)
    book["cells"].append(item)


def harm_strangers(book):
    item = code("def decoder(z):\n    return z", cell(book, "mean"), id="decoder")
    item["metadata"]["nbgrader"]["grade_id"] = "decoder"
    book["cells"].insert(3, item)


def harm_wrong_id(book):
    item = cell(book, "Counter")
    item["metadata"] = copy.deepcopy(cell(book, "mean")["metadata"])
    item["id"] = "mean-copy"


def harm_kernel(book):
    book["metadata"]["kernelspec"] = {"name": "conda-env-mine", "display_name": "mine", "language": "R"}


def harm_ids(book):
    for item in book["cells"]:
        item["id"] = "same"


def harm_types(book):
    cell(book, "mean")["metadata"]["nbgrader"]["grade_id"] = ["mean"]
    cell(book, "why")["metadata"]["nbgrader"] = "why"
    cell(book, "Counter")["metadata"] |= {"tags": "mine", "collapsed": {"deep": [1]}}
    book["metadata"]["workbook"] = ["01_tiny"]


def harm_rubble(book):
    book["cells"][2:2] = [None, 3, [], {}, {"cell_type": "code"}, {"source": 5}, {"source": [1], "metadata": 3}]


HARMS = {
    "turned into a markdown cell": harm_retyped,
    "The check of mean was edited": harm_checks,
    "Text of the notebook was changed": harm_text,
    "The check of mean was missing, and is back": harm_removed,
    "The check of mean had other grading data": harm_grading_data,
    "The exercise mean lost its grading data and has them again": harm_all_grading_data,
    "The question why lost its name, and was recognised by its text": harm_all_names,
    "The exercise mean lost its name, and was recognised by what it defines": harm_one_name,
    "The exercise mean was there 2 times; one is kept": harm_copies,
    "The exercise mean was there 2 times; one is kept (cell 7)": harm_stub_behind,
    "with different text; the last one that can count does (cell 8)": harm_earlier_answer,
    "the others are kept as added cells": harm_markdown_copy_behind,
    "Cells of the notebook were moved": harm_moved,
    "belong to no exercise of this problem (decoder)": harm_strangers,
    "carried the name of mean; it defines Counter, and counts for that": harm_wrong_id,
    "It asked for the kernel conda-env-mine": harm_kernel,
    "": harm_ids,
    "The exercise mean lost its grading data": harm_types,
    "Cells 3, 4, 5, 6, 7, 8, 9 had no text that can be read": harm_rubble,
}


@pytest.mark.parametrize("sentence", HARMS)
def test_a_harm_is_put_right_and_said_and_no_answer_is_touched(house, own, sentence):
    question = source(own, "why")
    HARMS[sentence](own)
    examined = assert_whole(examine(house, own, problem="01_tiny"), house)
    if sentence:
        assert any(sentence in repair for repair in examined.repairs), examined.repairs
    else:
        assert examined.repairs == ()
    assert source(examined.notebook, "mean") == MEAN
    assert source(examined.notebook, "Counter") == COUNTER
    assert source(examined.notebook, "why") == question
    assert examined.answered == {"mean", "Counter", "why"}
    assert sum(c.source == OWN and c.cell_type == "code" for c in examined.notebook.cells) == 1
    assert all("\n" not in repair and repair.endswith(".") for repair in examined.repairs)


@pytest.mark.parametrize("seed", range(40))
def test_several_harms_at_once_touch_no_answer_either(house, own, seed):
    question = source(own, "why")
    # these decide which of several answers counts, or take away what an answer is known by
    deciding = (harm_earlier_answer, harm_stub_behind, harm_markdown_copy_behind, harm_retyped)
    harms = random.Random(seed).sample([harm for harm in HARMS.values() if harm not in deciding], 4)
    for harm in sorted(harms, key=lambda harm: harm is harm_rubble):  # which is nothing to work on
        with contextlib.suppress(LookupError):  # an earlier harm took what this one needs
            harm(own)
    examined = assert_whole(examine(house, own, problem="01_tiny"), house)
    assert source(examined.notebook, "mean") == MEAN
    assert source(examined.notebook, "Counter") == COUNTER
    assert source(examined.notebook, "why") == question
    assert examined.answered == {"mean", "Counter", "why"}


def test_of_two_answers_the_last_counts_and_no_other_one_hides_it(house, own):
    """Even where they stand behind the check, to which the one that counts moves."""
    for number in (1, 2):
        own["cells"].append(code(f"def mean(numbers):\n    return {number}", cell(own, "mean"), id=f"mean-{number}"))
    examined = assert_whole(examine(house, own), house)
    sources = [c.source for c in examined.notebook.cells if c.cell_type == "code"]
    at = sources.index("def mean(numbers):\n    return 2")
    assert sources[at - 2 : at] == [MEAN, "def mean(numbers):\n    return 1"]
    assert not any(text.startswith("def mean") for text in sources[at + 1 :])
    assert source(examined.notebook, "mean").endswith("return 2")


def test_a_wrong_id_on_a_second_answer_leaves_both_in_place(house, own):
    harm_wrong_id(own)
    own["cells"].append(code("class Counter:\n    mine = 1", metadata=cell(own, "check-mean")["metadata"], id="x"))
    own["cells"][-1]["metadata"] = copy.deepcopy(cell(own, "mean")["metadata"])
    examined = assert_whole(examine(house, own), house)
    assert source(examined.notebook, "mean") == MEAN
    assert any(c.source == COUNTER for c in examined.notebook.cells)
    assert any(c.source == "class Counter:\n    mine = 1" for c in examined.notebook.cells)


def test_one_cell_that_defines_two_lost_exercises_is_hidden_by_no_stub(house, own):
    own["cells"] = [c for c in own["cells"] if c["id"] not in ("mean", "Counter")]
    own["cells"].insert(0, code(MEAN + COUNTER))
    examined = assert_whole(examine(house, own), house)
    assert source(examined.notebook, "Counter") == MEAN + COUNTER
    assert {"mean", "Counter"} <= examined.answered


def test_a_definition_behind_a_bare_stub_is_an_answer_and_one_before_it_is_none(house, release):
    at = release["cells"].index(cell(release, "mean"))
    release["cells"].insert(at + 1, code(MEAN, id="mine"))
    examined = assert_whole(examine(house, release), house)
    assert (examined.answered, examined.repairs) == ({"mean"}, ())
    release["cells"].insert(at, release["cells"].pop(at + 1))
    assert examine(house, release).answered == frozenset()
    release["cells"].insert(at + 2, code(MEAN, metadata={"tags": ["plot"]}))  # which grading does not run
    assert examine(house, release).answered == frozenset()


def test_a_lost_cell_with_magics_or_a_slip_is_recognised(house, own):
    cell(own, "mean").update(metadata={}, id="x", source="%%time\n" + MEAN)
    cell(own, "Counter").update(metadata={}, id="y", source="class Counter:\n    def add(self:\n")
    examined = assert_whole(examine(house, own), house)
    assert source(examined.notebook, "mean") == "%%time\n" + MEAN
    assert source(examined.notebook, "Counter") == "class Counter:\n    def add(self:\n"


def test_what_is_gone_is_unanswered(house, own):
    own["cells"] = [c for c in own["cells"] if c["id"] not in ("mean", "why")]
    examined = assert_whole(examine(house, own), house)
    assert examined.answered == {"Counter"}
    assert "The exercise mean is missing, and counts as unanswered." in examined.repairs
    assert "The question why is missing, and counts as unanswered." in examined.repairs


def test_a_long_loss_is_one_sentence_that_names_what_counts_as_unanswered():
    content = (COURSE.notebooks / "02_pixelcnn" / "02_pixelcnn.ipynb").read_bytes()
    examined = doctor.examine(content[: len(content) // 2], "02_pixelcnn.ipynb", COURSE.root)
    assert_whole(examined, COURSE)
    cut, loss = examined.repairs
    assert "cut off" in cut
    assert loss.startswith("Everything from the ")
    assert " on was missing, and is back; as unanswered count " in loss
    assert loss.endswith(", GatedBlock, later_work.")


def test_an_own_signature_is_an_answer_to_this_release(house, own):
    text = "def mean(my_values, start=0):\n    return start"
    cell(own, "mean")["source"] = text
    examined = examine(house, own)
    assert examined.repairs == ()
    assert source(examined.notebook, "mean") == text


def test_what_an_edit_of_a_locked_cell_said_stands_at_the_end(house, own):
    harm_checks(own)
    examined = examine(house, own)
    assert any("checks = None" in c.source and c.cell_type == "markdown" for c in examined.notebook.cells)


def test_pictures_in_an_answer_are_kept_and_no_others(house, own):
    pictures = {"proof.png": {"image/png": "iVBORw0KGgo="}}
    for name in ("why", "start-1"):
        cell(own, name)["attachments"] = copy.deepcopy(pictures)
    examined = assert_whole(examine(house, own), house)
    assert [c.id for c in examined.notebook.cells if "attachments" in c] == ["why"]
    assert cell(examined.notebook, "why")["attachments"] == pictures


# Another release


@pytest.fixture
def newer(course, edit):
    """The tiny problem's next release: another text, other arguments of mean, no Counter."""
    build.build_all(course=course)

    def make(*changes):
        for old, new in changes:
            edit(old, new)
        build.build_all(course=course)
        return course

    return make


def test_an_older_release_is_an_ordinary_thing(newer, own):
    course = newer(("# The mean of $n$", "# A mean of $n$"), ('"""A running total."""', '"""A total."""'))
    examined = assert_whole(examine(course, own), course)
    assert examined.repairs == (
        "It comes from another release of the workbook; the answers were carried into this one.",
    )
    assert (source(examined.notebook, "mean"), source(examined.notebook, "Counter")) == (MEAN, COUNTER)
    assert examined.answered == {"mean", "Counter", "why"}


def test_an_answer_to_other_arguments_stands_at_the_end_and_is_said(newer, own):
    course = newer(("mean(numbers: list[float])", "mean(values: list[float])"), ("sum(numbers) / len(numbers)", "0"))
    examined = assert_whole(examine(course, own), course)
    assert "The answer to mean is one to other arguments; it stands at the end as text." in examined.repairs
    assert "mean" not in examined.answered
    assert MEAN in examined.notebook.cells[-1].source


def test_an_older_release_that_lost_a_name_is_recognised(newer, own):
    harm_one_name(own)
    course = newer(("# The mean of $n$", "# A mean of $n$"))
    examined = assert_whole(examine(course, own), course)
    assert source(examined.notebook, "mean") == MEAN


# Which problem


@pytest.mark.parametrize("name", ["homework.ipynb", "02_other.ipynb", "", "a/b\n\udce9.ipynb"])
def test_the_cells_say_more_than_the_name(house, own, name):
    for metadata in (own["metadata"], {}):
        examined = examine(house, own | {"metadata": metadata}, name)
        assert examined.problem == "01_tiny"
        assert examined.repairs == tuple(doctor.renamed(name, "01_tiny"))
        assert examined.repairs[0].isprintable()


def test_the_notebook_of_another_problem_is_no_zero(house, own):
    with pytest.raises(WorkbookError, match="is the notebook of 01_tiny, not of 02_other"):
        examine(house, own, problem="02_other")
    with pytest.raises(WorkbookError, match="no problem '03_none'"):
        examine(house, own, problem="03_none")


def test_a_notebook_without_exercises_is_no_zero(house, own):
    own["cells"] = [c for c in own["cells"] if c["id"].startswith("start")]
    for known in (None, "01_tiny"):
        with pytest.raises(WorkbookError, match="holds no exercise or question of 01_tiny"):
            examine(house, own, problem=known)


# The bytes


MARKS = {"utf-8-sig": "", "utf-16": "", "utf-32": "", "utf-16-be": "\ufeff", "utf-32-be": "\ufeff"}


@pytest.mark.parametrize("encoding", MARKS)
def test_a_byte_order_mark_says_how_to_read(house, own, encoding):
    text = MARKS[encoding] + json.dumps(own, ensure_ascii=False)
    examined = assert_whole(examine(house, text.encode(encoding)), house)
    assert source(examined.notebook, "mean") == MEAN
    assert "was stored as UTF-" in examined.repairs[0]


@pytest.mark.parametrize(
    "rest", [b"]}", b"\0" * 500, b"\n{}", b">>>>>>> theirs\n", b"\xff\xfe\x80 rubbish", "ü".encode()[:1] + b"ab" * 9]
)
def test_what_follows_the_end_is_dropped(house, own, rest):
    examined = assert_whole(examine(house, json.dumps(own).encode() + rest), house)
    assert examined.repairs == ("There was something after the end of the notebook; it was dropped.",)
    assert examined.answered == {"mean", "Counter", "why"}


@pytest.mark.parametrize("part", range(0, 100, 3))
def test_what_is_cut_off_gives_the_cells_before(house, own, part):
    content = json.dumps(own, ensure_ascii=False).encode()
    content = content[: len(content) * part // 100]
    read = sum(json.dumps(c, ensure_ascii=False).encode() in content for c in own["cells"])
    if read <= own["cells"].index(cell(own, "mean")):
        with pytest.raises(WorkbookError, match=r"whole notebook|holds no exercise"):
            examine(house, content)
        return
    examined = examine(house, content)
    assert_whole(examined, house)
    assert "cut off" in examined.repairs[0]
    assert f"{read} cells were read" in examined.repairs[0]
    assert "mean" in examined.answered
    assert source(examined.notebook, "mean") == MEAN


def test_cells_after_a_damaged_one_are_read(house, own):
    content = json.dumps(own, indent=1).replace('"id": "check-mean",', '"id": "check-mean" oops {"source": "no cell"},')
    examined = assert_whole(examine(house, content.encode()), house)
    assert "damaged in the middle" in examined.repairs[0]
    assert examined.answered == {"mean", "Counter", "why"}
    assert "The check of mean was missing, and is back." in examined.repairs


def test_an_older_format_is_read(house, own):
    for item in own["cells"]:
        if item["cell_type"] == "code":
            item["input"] = item.pop("source")
        del item["id"]
    old = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": own["cells"]}]}
    examined = assert_whole(examine(house, old), house)
    assert examined.answered == {"mean", "Counter", "why"}


CONFLICT = b'{"cells": [\n<<<<<<< HEAD\n {},\n=======\n {"a": 1},\n>>>>>>> b\n]}'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
        (b"\0" * 9, "it is empty"),
        (b"[1]", "no JSON object"),
        (b"PK\x03\x04", "no JSON object"),
        (b"<<<<<<< HEAD\n{}", "merge conflict"),
        (CONFLICT, "merge conflict"),
        ('{"cells": ["é"]}'.encode("latin-1"), "not UTF-8"),
        (b"\xff", "no JSON object"),
        (b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"cells": ' + b'{"a":' * 100_000, "nested too deeply"),
        (b"{}", "holds no cells"),
        (b'{"output_type": 1, "cells": {}}', "holds no cells"),
        (b'{"worksheets": [1, {"cells": 2}]}', "none of its cells|belongs to no problem"),
        (b'{"cells": [NaN, -Infinity, 1e999, ' + b"9" * 9999 + b"]}", "none of its cells"),
        (b'{"cells": [' + b"{}," * 3000 + b"{}]}", "holds 3001 cells"),
        (b'{"cells": [', "cut off or damaged"),
        (b"{", "cut off or damaged"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_sentence(house, content, reason):
    with pytest.raises(WorkbookError, match=reason) as refusal:
        doctor.examine(content, "homework\n.ipynb", house.root)
    assert str(refusal.value).isprintable()


def test_half_letters_become_a_sign_and_are_said(house, own):
    cell(own, "mean")["source"] = MEAN + "# \ud800"
    cell(own, "why")["id"] = cell(own, "why")["metadata"]["nbgrader"]["grade_id"] = "\udfff"
    examined = assert_whole(examine(house, own), house)
    assert source(examined.notebook, "mean") == MEAN + "# \ufffd"
    assert "half letters" in examined.repairs[0]


JUNK = [
    None,
    True,
    -1,
    1e999,
    float("nan"),
    10**30,
    "",
    "\ud800",
    "x" * 3000,
    "mean",
    "code",
    [],
    {},
    [[]],
    ["mean", 3],
]
JUNK += [
    {"cells": []},
    {"nbgrader": {"grade_id": "mean", "solution": True}},
    {"output_type": "stream"},
    "\0",
    "def mean(",
]


def places_in(tree):
    """Every container of a JSON tree with each of its keys."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield tree, key
        yield from places_in(value)


def mutated(tree, draw):
    """A JSON tree with one to six places replaced, removed, doubled or exchanged."""
    for _ in range(draw.randint(1, 6)):
        places = list(places_in(tree))
        container, key = draw.choice(places)
        what = draw.randrange(4)
        if what == 0:
            container[key] = copy.deepcopy(draw.choice(JUNK))
        elif what == 1:
            del container[key]
        elif what == 2 and isinstance(container, list):
            container.insert(draw.randint(0, len(container)), copy.deepcopy(container[key]))
        else:
            other, place = draw.choice(places)
            container[key] = copy.deepcopy(other[place])
    return tree


@pytest.mark.parametrize("seed", range(20))
def test_nothing_but_a_sentence_or_a_whole_notebook_comes_of_a_mutated_tree(house, own, seed):
    draw = random.Random(seed)
    for _ in range(25):
        tree = mutated(copy.deepcopy(own), draw)
        problem = draw.choice([None, "01_tiny", "02_other"])
        check_examined(house, json.dumps(tree).encode(), problem)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_but_a_sentence_or_a_whole_notebook_comes_of_mutated_bytes(house, own, seed):
    draw = random.Random(seed)
    plain = json.dumps(own, indent=draw.choice([None, 1]), ensure_ascii=False).encode()
    for _ in range(15):
        content = bytearray(plain)
        for _ in range(draw.randint(1, 5)):
            begin = draw.randrange(len(content) or 1)
            end = begin + draw.choice([0, 1, 1, 5, 500])
            content[begin:end] = draw.choice(
                [b"", b"\xff", b"\0", b"[", b"}", b'"', b"\\", b"{" * 50, draw.randbytes(9)]
            )
        check_examined(house, bytes(content), "01_tiny")


def check_examined(house, content, problem):
    refusals = []
    try:
        examined = doctor.examine(content, "01_tiny.ipynb", house.root, problem)
    except WorkbookError as refusal:
        refusals.append(str(refusal))
    assert all(sentence.isprintable() for sentence in refusals)
    if refusals:
        return
    assert_whole(examined, house)
    assert doctor.examine(content, "01_tiny.ipynb", house.root, problem) == examined
    assert all(sentence.isprintable() and len(sentence) < 2000 for sentence in examined.repairs)


# What it costs


def test_outputs_cost_no_multiple_of_their_size(house, own):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 500_000}}
    lines = {"output_type": "stream", "name": "stdout", "text": ["a line of text, as training prints\n"] * 10_000}
    for item in own["cells"]:
        if item["cell_type"] == "code":
            item["outputs"] = [picture, lines, picture]
    own["metadata"]["widgets"] = {"state": "A" * 2_000_000}
    content = json.dumps(own).encode()
    assert len(content) > 10_000_000
    examine(house, own["cells"] and json.loads(json.dumps(own)))  # what is imported on first use is no cost of this
    tracemalloc.start()
    examined = doctor.examine(content, "01_tiny.ipynb", house.root)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * len(content)
    assert kept < 1_000_000
    assert examined.repairs == ()


@pytest.mark.parametrize("problem", problems())
def test_an_ordinary_notebook_needs_nothing(problem):
    content = (COURSE.notebooks / problem / f"{problem}.ipynb").read_bytes()
    examined = doctor.examine(content, f"{problem}.ipynb")
    assert examined.repairs == ()
    assert build.to_bytes(examined.notebook) == content


def test_many_copies_take_seconds_and_not_minutes(house, own):
    copies = [code(f"def mean(n):\n    return {n}", cell(own, "mean"), id=f"m{n}") for n in range(900)]
    copies += [code(f"class Counter:\n    n = {n}", cell(own, "mean"), id=f"c{n}") for n in range(900)]
    own["cells"] += copies
    began = time.process_time()
    examined = examine(house, own)
    assert time.process_time() - began < 30
    assert source(examined.notebook, "mean").endswith("return 899")


BOMBS = {
    "nested": b'{"cells": [' + b'{"cell_type":[' * 200_000,
    "siblings": b'{"cells": [{"cell_type":[{},{"cell_type":1},' + b"{}," * 500_000,
    "braces": b'{"cells": [x' + b"{ " * 1_000_000,
    "blanks": b'{"cells": [' + b" ," * 1_000_000,
    "zeros": b'{"cells": []}' + b"\0" * 2_000_000,
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_no_file_keeps_the_doctor_busy(house, content):
    began = time.process_time()
    with pytest.raises(WorkbookError):
        examine(house, content)
    assert time.process_time() - began < 10


def test_neither_nbgrader_nor_torch_is_imported(house):
    code = (
        "import sys; from pathlib import Path; from helpers import doctor\n"
        f"path = Path({str(house.notebooks)!r}) / '01_tiny' / '01_tiny.ipynb'\n"
        f"doctor.examine(path.read_bytes(), path.name, Path({str(house.root)!r}))\n"
        "print({'nbgrader', 'torch', 'numpy', 'IPython'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=student.ROOT, timeout=PATIENCE
    )
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.parametrize("problem", problems())
def test_checksums_are_nbgraders(problem):
    notebook = student.read_release(problem)
    for cell in filter(student.is_named, notebook.cells):
        assert student.checksum(cell, cell.source) == compute_checksum(cell) == cell.metadata.nbgrader.checksum
        cell.source += "é"
        assert student.checksum(cell, cell.source) == compute_checksum(cell) != cell.metadata.nbgrader.checksum


# What lies beside a notebook


def test_modules_that_hide_libraries_are_named(tmp_path):
    for name in ("torch.py", "random.py", "sitecustomize.py", "mine.py", "numpy.txt", "helpers.pyc"):
        (tmp_path / name).write_text("", encoding="utf-8")
    for folder in ("sympy", "scipy", "expected"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sympy" / "__init__.py").write_text("", encoding="utf-8")
    assert doctor.stray_modules(tmp_path) == [
        "helpers.pyc", "random.py", "sitecustomize.py", "sympy", "torch.py"
    ]  # fmt: skip
    assert "sympy, torch.py beside the notebook are imported" in doctor.stray_sentence(tmp_path)


def test_the_workbooks_own_helpers_hide_nothing(tmp_path):
    assert doctor.stray_sentence(student.ROOT) == ""
    assert doctor.stray_sentence(tmp_path) == ""
