"""What makes the pages of nbgrader's formgrader, and of its generate_feedback, independent of the network.

nbgrader has formulas set by a MathJax that its pages load from elsewhere. Where there is no network, the formulas stay
TeX and, worse, the script of a submission's page stops before it knows its keys, since it first asks MathJax when it
will be ready. So nbgrader_config.py names three things of this package: a filter that writes the formulas of all prose
as MathML, a preprocessor that does so with outputs, and a folder with a template for formgrader,
nbconvert/templates/formgrade/mathjax.html.j2, that answers that question at once and loads nothing.
"""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from helpers.grading.pages import harmless_mathml
from helpers.grading.reports import harmless


class _Renderer(IPythonRenderer):
    """Writes formulas as MathML; what is a formula, and all else, is as in nbconvert."""

    def inline_math(self, body: str) -> str:
        return harmless_mathml(body, "inline") or super().inline_math(body)

    def block_math(self, body: str) -> str:
        return harmless_mathml(body, "block") or super().block_math(body)

    def latex_environment(self, name: str, body: str) -> str:
        written = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return harmless_mathml(written, "block") or super().latex_environment(name, body)


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """The filter of nbconvert's templates that renders markdown, with MathML for its formulas."""
    cell: Any = context.get("cell", {})
    renderer = _Renderer(
        escape=False,
        attachments=cell.get("attachments", {}),
        exclude_anchor_links=True,  # to add one, nbconvert would turn a heading's MathML into unknown elements
    )
    return MarkdownWithMath(renderer=renderer).render(source)


class Outputs(Preprocessor):
    """Writes outputs that are formulas, such as an expression of sympy's, as MathML."""

    enabled = True

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Rewrite one cell's outputs in the copy that becomes a page."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/latex" in data and "text/html" not in data:
                data["text/html"] = harmless.prose(data["text/latex"])
        return cell, resources
