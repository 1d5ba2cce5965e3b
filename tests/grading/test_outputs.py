"""What is kept of a student's own run: what a page can show, and never more than it can carry."""

import json
import tracemalloc

import nbformat
import pytest
from nbformat.v4 import new_output

from helpers import doctor
from helpers.grading import outputs
from helpers.grading.outputs import outputs_of, with_outputs
from helpers.student import name_of
from tests.grading.handed_in import handed_in
from tests.grading.shown import drawn, picture, stdout, with_run


def whole(course, content):
    """The notebook that grading keeps of these bytes."""
    return with_outputs(doctor.examine(content, "01_tiny.ipynb", course.root, "01_tiny").notebook, content)


def by_cell(notebook):
    return {name_of(cell): cell.outputs for cell in notebook.cells if cell.get("outputs")}


def test_outputs_come_back_into_the_cells_that_showed_them(built):
    content = with_run(handed_in(built, own="print(2)"), mean=stdout("one"), plot=drawn(), train=stdout("epoch 1"))
    kept = by_cell(whole(built, content))
    assert kept["mean"] == stdout("one")
    assert kept["check-Counter-1"] == stdout("epoch 1")
    assert kept["check-Counter-2"][0].data["image/png"] == picture()
    assert set(kept) == {"mean", "check-Counter-1", "check-Counter-2"}
    nbformat.validate(whole(built, content))


def test_what_a_check_showed_in_the_students_file_is_left_out(built):
    content = with_run(handed_in(built), **{"check-mean": stdout("4 of 4 points, I swear")})
    assert by_cell(whole(built, content)) == {}


def test_outputs_of_another_program_are_left_out(built):
    content = with_run(handed_in(built), mean=stdout("old"), plot=drawn())
    notebook = nbformat.reads(content.decode(), as_version=4)
    setup = next(cell for cell in notebook.cells if "setup" in cell.metadata.get("tags", []))
    setup.source, setup.outputs = "print('edited')", stdout("edited")
    kept = by_cell(whole(built, nbformat.writes(notebook).encode()))
    assert "mean" in kept
    assert not any("edited" in str(value) for value in kept.values())


def test_a_notebook_without_outputs_is_the_same_notebook(built):
    content = handed_in(built)
    examined = doctor.examine(content, "01_tiny.ipynb", built.root, "01_tiny").notebook
    assert with_outputs(examined, content) is examined


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF",
        b'{"cells": [',
        b"[1]",
        b'{"cells": 5}',
        b'{"cells": [5, {"outputs": 3}]}',
        b"\xff{",
        b"[" * 10**5,
    ],
)
def test_a_file_that_cannot_be_read_has_none(content):
    assert outputs_of(content) == {}


def cell(*shown):
    return json.dumps({"cells": [{"cell_type": "code", "id": "a", "source": ["x =", " 1"], "outputs": shown}]}).encode()


def kept(*shown):
    return outputs_of(cell(*shown)).get(("a", "x = 1"), [])


def test_text_is_cut_in_its_middle():
    text = kept({"output_type": "stream", "name": "stdout", "text": "a" * 10**6 + "the end"})[0]["text"]
    assert len(text) < outputs.PRINTED + 100
    assert text.endswith("the end")
    assert "letters were left out" in text


def test_a_traceback_is_left_out_and_its_message_cut():
    shown = kept({"output_type": "error", "ename": "E", "evalue": "b" * 9999, "traceback": ["helpers/checks/tiny.py"]})
    assert shown[0]["traceback"] == []
    assert len(shown[0]["evalue"]) < outputs.TRACE + 100


def test_what_is_too_large_or_of_no_known_kind_goes_and_says_so():
    large = {
        "output_type": "display_data",
        "data": {"image/png": "A" * (outputs.PICTURE + 1), "text/plain": "<Figure>"},
    }
    assert "left out" in kept(large)[0]["data"]["text/plain"]
    assert "image/png" not in kept(large)[0]["data"]
    assert kept({"output_type": "display_data", "data": {"application/javascript": "alert(1)"}}) == []
    assert kept({"output_type": "comm", "data": {}}) == []
    assert kept({"output_type": "display_data", "data": 5}) == []


def test_half_letters_become_marks():
    text = kept(json.loads('{"output_type": "stream", "name": "stdout", "text": "\\ud83d"}'))[0]["text"]
    assert text.encode() == b"?"


def test_all_outputs_together_keep_within_their_budget():
    picture_of = {"output_type": "display_data", "data": {"image/png": "A" * 10**6}}
    shown = kept(*[picture_of] * 40)
    assert 1 <= len(shown) <= outputs.BUDGET // 10**6 + 1
    assert len(kept(*[{"output_type": "stream", "text": "a"}] * 5000)) == outputs.OUTPUTS


def test_large_outputs_are_not_held_while_a_file_is_read():
    content = cell(*[{"output_type": "display_data", "data": {"image/png": "A" * (2 * 10**6)}}] * 20)
    tracemalloc.start()
    try:
        outputs_of(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.3 * len(content)


def test_an_output_of_a_known_shape_is_valid_for_nbformat(built):
    shown = [new_output("execute_result", {"text/plain": "1", "text/html": "<b>1</b>"}, execution_count=7)]
    assert by_cell(whole(built, with_run(handed_in(built), mean=shown)))["mean"][0].execution_count is None
