"""A notebook as one HTML page that needs no network: pictures inside, formulas as MathML, no scripts from elsewhere."""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path

from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|(?<![\\$])\$(?P<inline>(?=\S)[^$]+?(?<=[^\s\\]))\$(?!\d)", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s:]+\.png)\)")
FUNCTION = re.compile(r"\\(log|exp|sin|cos|max|min)(?![a-z])(?!\s*[({_^])")
LONGEST_FORMULA = 2_000  # letters; the longest of the workbook's own has a fifth
MATHML = re.compile(  # what the converter writes; it lets HTML within \text through as it stands
    r"(?:[^<>]|</?m[a-z]+(?: (?:xmlns|display|mathvariant|stretchy|fence|form|separator|accent|accentunder"
    r"|movablelimits|lspace|rspace|minsize|maxsize|width|height|depth|voffset|linethickness|columnalign|columnspacing|columnlines"
    r"|rowspacing|rowlines|displaystyle|scriptlevel|symmetric|largeop|notation|mathcolor|mathsize|linebreak)"
    r'="[^"<>&]*")* ?/?>)*+'
)
MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*$\n?", re.MULTILINE)


def page(notebook: NotebookNode, folder: Path) -> str:
    """Render a notebook; pictures that its text names are taken from `folder`."""
    # nbconvert's own embed_images closes every piece of HTML that spans paragraphs, such as a folded hint
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="", mermaid_js_url="")
    exporter.register_preprocessor(Readable(folder), enabled=True)
    body, _ = exporter.from_notebook_node(notebook)
    return body


class Readable(Preprocessor):
    """Turns formulas of the prose into MathML, embeds its pictures, and drops the marks of solution regions."""

    def __init__(self, folder: Path):
        """Take the folder in which pictures are looked for."""
        super().__init__(enabled=True)
        self.folder = folder

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Rewrite one cell."""
        cell.source = MARK.sub("", cell.source)
        if cell.cell_type == "markdown":
            cell.source = with_mathml(PICTURE.sub(self._embedded, cell.source))
        return cell, resources

    def _embedded(self, picture: re.Match[str]) -> str:
        """A picture with its bytes in place of its path; one that is missing stays as it was written."""
        path = self.folder / picture["path"]
        if not path.is_file():
            return picture[0]
        return f"![{picture['alt']}](data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()})"


def with_mathml(markdown: str) -> str:
    """Replace every formula outside code by MathML on a single line, so that markdown keeps it as it is."""
    return "".join(part if CODE.fullmatch(part) else FORMULA.sub(_mathml, part) for part in CODE.split(markdown))


def with_formulas(markdown: str) -> tuple[str, list[str]]:
    """Replace every formula outside code by a mark with its number; returns the formulas too, as MathML or as written.

    The marks are private letters, U+E000 before and U+E001 behind the number, which the text must not hold before.
    """
    formulas: list[str] = []

    def kept(formula: re.Match[str]) -> str:
        tex, display = formula["display"] or formula["inline"], "block" if formula["display"] else "inline"
        formulas.append(harmless_mathml(tex, display) or escape(formula[0]))
        return f"\ue000{len(formulas) - 1}\ue001"

    parts = (part if CODE.fullmatch(part) else FORMULA.sub(kept, part) for part in CODE.split(markdown))
    return "".join(parts), formulas


def harmless_mathml(tex: str, display: str) -> str:
    """A formula that anybody may have written, as MathML and nothing else; "" where it cannot be set.

    Args:
        tex: The formula without its delimiters.
        display: "inline" or "block".
    """
    converted = _converted(tex, display) if len(tex) <= LONGEST_FORMULA else ""
    return converted if converted.startswith("<math") and MATHML.fullmatch(converted) else ""


def _mathml(formula: re.Match[str]) -> str:
    """One formula; what the converter does not know stays as it was written."""
    display = "block" if formula["display"] else "inline"
    return _converted(formula["display"] or formula["inline"], display) or formula[0]


def _converted(tex: str, display: str) -> str:
    """A formula as MathML on one line; "" where the converter does not know it."""
    try:
        return " ".join(convert(FUNCTION.sub(r"\\\1\\,", tex), display=display).split())
    except Exception:  # a formula is never worth a page
        return ""
