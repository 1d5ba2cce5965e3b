"""Formulas on nbgrader's pages are set with no network, and nothing else than formulas comes of them."""

import os
import re

import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.grading.formgrader import markdown2html
from helpers.grading.source import COURSE
from helpers.student import problems
from tests.grading.shown import HARM

NAMES = re.compile(r"</?([a-zA-Z][\w:]*)")


def shown(markdown, **cell):
    return markdown2html({"cell": cell}, markdown)


@pytest.mark.parametrize(
    ("markdown", "display"),
    [
        ("where $x_i$ is", "inline"),
        (r"where \\(x_i\\) is", "inline"),
        ("$$\nx_i = 1\n$$", "block"),
        ("\\begin{align}\nx_i &= 1 \\\\\nx_j &= 2\n\\end{align}", "block"),
        ("## The mean of $x_i$", "inline"),
        ("[the mean of $x_i$](https://example.org)", "inline"),
        ("| a | b |\n|---|---|\n| $x_i$ | c |", "inline"),
    ],
)
def test_a_formula_is_mathml(markdown, display):
    page = shown(markdown)
    assert re.search(rf'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{display}"[^>]*>.*</math>', page)
    assert "$" not in page
    assert "begin" not in page


@pytest.mark.parametrize("problem", problems())
def test_every_formula_of_the_workbook_is_set(problem):
    notebook = nbformat.read(COURSE.notebooks / problem / f"{problem}.ipynb", as_version=4)
    pages = [shown(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert any("<math" in page for page in pages)
    left = re.sub(r"(?s)<(code|pre|math)\b.*?</\1>", "", "".join(pages))
    assert not re.findall(r"\$|\\\\[(\[]|\\begin", left)


def test_an_output_that_is_a_formula_is_mathml():
    from traitlets.config import PyFileConfigLoader

    environment = dict(os.environ)
    try:
        config = PyFileConfigLoader("nbgrader_config.py", str(COURSE.root)).load_config()
    finally:
        os.environ.clear()
        os.environ.update(environment)
    data = {"text/latex": r"$\displaystyle \sqrt{x}$", "text/plain": "sqrt(x)"}
    cell = new_code_cell("sqrt(x)", outputs=[new_output("execute_result", data, execution_count=1)])
    page, _ = HTMLExporter(config=config).from_notebook_node(new_notebook(cells=[cell]))
    assert "<msqrt>" in page
    assert "displaystyle \\sqrt" not in page


def test_all_else_is_as_nbconvert_has_it():
    page = shown("`$x$` costs \\$5\n\n![dot](attachment:dot.png)", attachments={"dot.png": {"image/png": "QUJD"}})
    assert "<code>$x$</code> costs $5" in page
    assert 'src="data:image/png;base64,QUJD"' in page


@pytest.mark.parametrize("formula", [r"\begin{nonsense} x", "x" * 5_000, r"\text{<b>x</b>}"])
def test_a_formula_that_cannot_be_set_stays_readable(formula):
    page = shown(f"where ${formula}$ is")
    assert "<math" not in page
    assert f"${formula.replace('<', '&lt;').replace('>', '&gt;')}$" in page


@pytest.mark.parametrize(
    "formula",
    [
        rf"\text{{<script>{HARM}</script>}}",
        rf"\text{{<img src=x onerror={HARM}>}}",
        rf"\text{{[x](javascript:{HARM})}}",
        rf"\text{{&lt;img src=x onerror={HARM}&gt;}}",
        rf"\href{{javascript:{HARM}}}{{x}}",
        rf"\color{{red\" onclick=\"{HARM}}}{{x}}",
        rf"\style{{x\" onclick=\"{HARM}}}{{x}}",
        rf"</math><img src=x onerror={HARM}>",
        rf'x" onclick="{HARM}',
    ],
)
@pytest.mark.parametrize("around", ["${}$", "$${}$$", "\\begin{{align}}{}\\end{{align}}", "![${}$](x.png)", "# ${}$"])
def test_a_formula_of_a_student_is_a_formula_at_most(formula, around):
    page = shown(around.format(formula))
    elements = {name.lower() for name in NAMES.findall(page)}
    assert all(name[0] == "m" or name in ("p", "h1", "img") for name in elements), page
    assert "img" not in elements or around.startswith("!")
    tags = [re.sub(r'"[^"]*"', '""', tag) for tag in re.findall(r"<[^>]*>", page)]
    assert not [tag for tag in tags if HARM in tag or "href=" in tag], page
