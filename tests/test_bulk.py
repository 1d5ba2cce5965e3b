"""Bulky outputs are dropped before a notebook is parsed, and nothing else is, in however many pieces it comes."""

import json
import random
import tracemalloc

import pytest

from helpers import reading
from helpers.bulk import NotPlain, without_bulk

TEXTS = ["a\n", '"quoted" [ \\', "\\\\", '"outputs": [', "ی😀", "]}"]


def in_pieces(content, draw):
    """The content in pieces of any lengths, down to single bytes."""
    position = 0
    while position < len(content):
        length = draw.choice([1, 2, 5, 30, 1000])
        yield content[position : position + length]
        position += length


def notebook(draw):
    cells = []
    for _ in range(draw.randrange(5)):
        stream = {"output_type": "stream", "text": draw.sample(TEXTS, 3), "numbers": [1.5e-3, -2, True, None, {}]}
        picture = {"output_type": "display_data", "data": {"image/png": "A" * draw.randrange(300)}}
        outputs = [stream, picture][: draw.randrange(3)]
        metadata = {"widgets": {"a": [1]}, "tags": [draw.choice(TEXTS)]}
        cells.append({"cell_type": "code", "source": draw.choice(TEXTS), "outputs": outputs, "metadata": metadata})
    return {"cells": cells, "metadata": {"widgets": {"x": {"y": "z]"}}}}


def lightened(item, room=0):
    """What should be left."""
    if isinstance(item, list):
        return [lightened(part, room) for part in item]
    if not isinstance(item, dict):
        return item
    left = {}
    for key, value in item.items():
        if key == "outputs":
            left[key] = value if len(json.dumps(value, ensure_ascii=False).encode()) - 2 <= room else []
        else:
            left[key] = {} if key == "widgets" else lightened(value, room)
    return left


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii", [False, True])
def test_all_but_outputs_and_widgets_state_stays(indent, ascii):
    draw = random.Random(0)
    for _ in range(300):
        whole = notebook(draw)
        content = json.dumps(whole, indent=indent, ensure_ascii=ascii).encode()
        assert json.loads(without_bulk(in_pieces(content, draw))) == lightened(whole)


def test_small_outputs_stay_where_there_is_room():
    draw = random.Random(1)
    for room in (0, 50, 150, 10_000):
        for _ in range(100):
            whole = notebook(draw)
            content = json.dumps(whole, ensure_ascii=False).encode()
            assert json.loads(without_bulk(in_pieces(content, draw), room, 10**9)) == lightened(whole, room)


def test_the_room_of_a_notebook_is_for_all_its_cells():
    cells = [{"outputs": ["x" * 100]} for _ in range(5)]
    kept = json.loads(without_bulk([json.dumps(cells).encode()], 110, 250))
    assert [len(cell["outputs"]) for cell in kept] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "outputs",
    ['[{"a": "b]', '[{"a": 1]', '[{"a": "x\ny"}]', "[wrong]", "[\n<<<<<<< ours\n1]", '["\\', "[tru", "[1}"],
)
def test_damaged_outputs_are_not_guessed_at(outputs):
    content = f'{{"cells": [{{"source": "a", "outputs": {outputs}, "x": 1}}]}}'.encode()
    for draw in map(random.Random, range(20)):
        with pytest.raises(NotPlain):
            without_bulk(in_pieces(content, draw))


def test_a_key_that_only_ends_like_it_is_another():
    content = rb'{"my\"outputs": [1, 2], "no outputs": [3], "outputs" : [4]}'
    assert json.loads(without_bulk([content])) == {'my"outputs': [1, 2], "no outputs": [3], "outputs": []}


def test_a_damaged_notebook_loses_no_cell_that_it_did_not_lose_before():
    """What is wrong within outputs leaves the cells after them as they were."""
    cells = [
        {"cell_type": "code", "source": f"x = {n}", "outputs": [{"text": f"y{n}"}], "id": f"c{n}"} for n in range(4)
    ]
    content = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    damaged = content.replace('"y1"', '"y1')
    found, sentences = reading.read(damaged.encode(), "a.ipynb")
    assert [cell.source for cell in found.cells] == ["x = 0", "x = 2", "x = 3"]
    assert "damaged in the middle" in sentences[0]
    whole, sentences = reading.read(content.encode(), "a.ipynb")
    assert ([cell.source for cell in whole.cells], sentences) == ([f"x = {n}" for n in range(4)], [])


@pytest.mark.parametrize("output", ["picture", "text"])
def test_memory_does_not_grow_with_outputs(output):
    """30 MB of outputs go by in pieces, and no more is held than a piece and a string's end."""
    text = (
        ['"', b"iVBORw0KGgo".decode() * 2_700_000, '"']
        if output == "picture"
        else ['"line \\"1\\"\\n",\n'] * 1_800_000 + ['""']
    )
    content = ('{"cells": [{"outputs": [{"data": [' + "".join(text) + ']}], "source": "x"}]}').encode()
    pieces = [content[place : place + 65536] for place in range(0, len(content), 65536)]
    tracemalloc.start()
    left = without_bulk(iter(pieces), 2_000_000, 6_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert json.loads(left)["cells"][0] == {"outputs": [], "source": "x"}
    assert len(content) > 28e6
    assert peak < 5e6
