"""A problem's cells run in a namespace of their own: headless, at the smoke preset, and without a trace."""

import gc
import os
import traceback
from pathlib import Path

import pytest

from helpers.grading.namespaces import solution_namespace


def test_a_namespace_holds_what_the_cells_define(course):
    solved = solution_namespace("01_tiny", course)
    assert solved["SEED"] == 0
    assert solved["mean"]([1, 2, 6]) == 3
    assert solved["checks"].tiny.Counter(solved["Counter"], points=2) == 2
    assert solution_namespace("01_tiny", course)["mean"] is not solved["mean"], "each namespace is fresh"


def test_a_namespace_is_made_headless_at_the_smoke_preset_and_leaves_no_trace(course, edit, monkeypatch, capsys):
    monkeypatch.setenv("WORKBOOK_PRESET", "full")
    monkeypatch.delenv("WORKBOOK_HEADLESS", raising=False)
    edit(
        "import sys\n",
        "import os\nimport sys\n\nSEEN = dict(os.environ)\nprint('noise')\nPath = __import__('pathlib').Path\n"
        "Path('made.txt').write_text('made')\nPath(SEEN['WORKBOOK_RUN_DIR'], 'model.pt').write_text('weights')\n",
    )
    here, before = Path.cwd(), dict(os.environ)
    namespace = solution_namespace("01_tiny", course)
    seen = namespace["SEEN"]
    assert (seen["WORKBOOK_PRESET"], seen["WORKBOOK_DATASET"], seen["WORKBOOK_HEADLESS"]) == ("smoke", "digits", "1")
    assert Path.cwd() == here
    assert dict(os.environ) == before
    assert capsys.readouterr().out == ""
    assert Path(seen["WORKBOOK_RUN_DIR"], "model.pt").exists(), "the folder lives as long as the namespace"
    del namespace
    gc.collect()
    assert not Path(seen["WORKBOOK_RUN_DIR"]).exists()


def test_tracebacks_point_into_the_source(course, tiny):
    mean = solution_namespace("01_tiny", course)["mean"]
    with pytest.raises(ZeroDivisionError) as raised:
        mean([])
    frame = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert Path(frame.filename).name == "01_tiny.py"
    assert frame.line == "return sum(numbers) / len(numbers)"
    assert tiny.splitlines()[frame.lineno - 1].strip() == frame.line
