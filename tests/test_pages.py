"""A page of a notebook reads the same with no network: formulas, folded hints and pictures are all inside."""

import base64
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.grading.pages import page, with_mathml

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
HINT = "<details><summary>Hint 1</summary>\n\nUse `x_i` and $x_i$.\n\n</details>"


@pytest.fixture
def shown(tmp_path):
    (tmp_path / "expected").mkdir()
    (tmp_path / "expected" / "dot.png").write_bytes(PIXEL)
    cells = [
        new_markdown_cell("Where $\\log p(x_{<i})$ is\n\n$$\\sum_i x_i$$"),
        new_markdown_cell(HINT),
        new_markdown_cell("![a dot](expected/dot.png) ![gone](expected/gone.png)"),
        new_markdown_cell("Why?\n\n### BEGIN SOLUTION\n**Because.**\n### END SOLUTION"),
        new_code_cell("### BEGIN SOLUTION\ny = 1\n### END SOLUTION"),
    ]
    return page(nbformat.from_dict(new_notebook(cells=cells)), tmp_path)


def test_nothing_is_loaded_from_elsewhere(shown):
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", shown)
    assert not re.search(r"import\(\s*[\"']https?:", shown)


def test_formulas_are_mathml(shown):
    assert re.search(r"""<math [^>]*display="inline"[^>]*><mrow>""", shown)
    assert re.search(r"""<math [^>]*display="block"[^>]*><mrow>""", shown)
    assert "$" not in re.sub(r"(?s)<(script|style).*?</\1>", "", shown)


def test_a_hint_stays_folded_with_its_text_inside(shown):
    inside = re.search(r"(?s)<details>(.*?)</details>", shown)[1]
    assert "<code>x_i</code>" in inside
    assert "<math" in inside


def test_pictures_are_inside_and_a_missing_one_keeps_its_text(shown):
    assert base64.b64encode(PIXEL).decode() in shown
    assert 'alt="gone"' in shown


def test_marks_of_solutions_are_dropped_and_their_text_is_formatted(shown):
    assert "BEGIN SOLUTION" not in shown
    assert "<strong>Because.</strong>" in shown


@pytest.mark.parametrize("text", ["`$x$`", "```\n$x$\n```", "it costs 5$ or 6$", r"a \$ sign and \$ another"])
def test_what_is_no_formula_stays(text):
    assert with_mathml(text) == text


def test_a_formula_that_the_converter_does_not_know_stays_readable():
    assert "x" in with_mathml(r"$\begin{nonsense} x$")
