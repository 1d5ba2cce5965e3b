"""What students wrote and what their runs showed, as HTML that can do nothing: no script, no link that runs code, no
address that is asked when the page opens.

HTML is built anew by bleach from a short list of elements and attributes; code and printed text are escaped; pictures
are embedded, SVG as a picture too, in which no script runs. Formulas are taken out before HTML is cleaned and come back
as MathML that a converter wrote, so that no student's MathML or SVG is ever let through.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote

import bleach
from nbconvert.filters import markdown2html
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

from helpers.grading.pages import with_formulas

LONGEST = 20_000  # letters of one answer, program or printed text on a page
TEXT = {"a", "abbr", "b", "bdi", "bdo", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp"}
TEXT |= {"small", "span", "strong", "sub", "sup", "u", "var"}
BLOCKS = {"blockquote", "dd", "div", "dl", "dt", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
TAGS = frozenset(TEXT | BLOCKS | TABLES)
ATTRIBUTES = {
    "dir": re.compile(r"(?i)ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z-]{1,20}"),
    "colspan": re.compile(r"\d{1,3}"),
    "rowspan": re.compile(r"\d{1,3}"),
    "title": re.compile(r".{0,300}", re.DOTALL),
}
LINK = re.compile(r"(?i)(https?://|mailto:)[^\s<>\"']+")
EMBEDDED = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_INVISIBLE = re.compile(r"<(script|style|title|template|noscript)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_LARGE_HEADING = re.compile(r"<(/?)h[12]\b", re.IGNORECASE)
_EMPTY = re.compile(r"<img(?: alt=\"[^\"<>]*\")?>|<a>(?:\xb6|&#182;|&para;)</a>")  # no picture; nbconvert's anchors
_RAW = re.compile(r"<[A-Za-z/!?]")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_TEX_THAT_ACTS = re.compile(r"\\(href|url|require|cssId|class|style|data|unicode)(?![A-Za-z])")
_DROPPED = (
    "attached:"  # in place of "attachment:", which nbconvert looks up in a notebook and fails where it is missing
)
_ATTACHED = re.compile(r' src="attached:([^"]*)"')
_LEADS = re.compile(r"""((?:href|src|action|background|poster)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))""")
_KNOWN_LEAD = re.compile(r"""(?i)(href="(https?://|mailto:|\#)[^"]*"|src="data:image/png;base64,[^"]*")""")
_MARKS = re.compile("[\ue000\ue001]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_highlight = Highlight2HTML()


def html(markup: str, pictures: dict[str, str] | None = None) -> str:
    """Somebody's HTML, of which only harmless elements and attributes are left.

    Args:
        markup: The HTML.
        pictures: Addresses that hold the pictures to which `attached:NAME` refers, by name.
    """
    if len(markup) > 10 * LONGEST:
        return f"<pre>{text(markup)}</pre>"
    markup = _LARGE_HEADING.sub(r"<\1h4", _INVISIBLE.sub("", markup))
    kept = bleach.clean(
        markup,
        tags=TAGS,
        attributes=_allowed,
        protocols=frozenset({"http", "https", "mailto", "data", "attached"}),  # `_allowed` says which of them where
        strip=True,
    )
    kept = _ATTACHED.sub(lambda name: _attached(name[1], pictures or {}), kept)
    return _EMPTY.sub("", kept).replace("<a ", '<a rel="noopener noreferrer nofollow" ')


def _attached(name: str, pictures: dict[str, str]) -> str:
    """The source of a picture that was dropped into a cell."""
    picture = pictures.get(unquote(unescape(name)), "")
    return f' src="{picture}"' if picture else ""


def _allowed(tag: str, name: str, value: str) -> object:
    """Whether an attribute may stay: something true where it may."""
    if name == "href":
        return tag == "a" and LINK.fullmatch(value) is not None
    if tag == "img":
        return name == "alt" or (name == "src" and (EMBEDDED.fullmatch(value) or value.startswith(_DROPPED)))
    return name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value) is not None


def prose(markdown: str, pictures: dict[str, str] | None = None) -> str:
    """A written answer: markdown with formulas, and with pictures that were dropped into it."""
    markdown, formulas = with_formulas(_MARKS.sub("", _cut(markdown)))
    cleaned = _rendered(markdown, pictures)
    return re.sub("\ue000(\\d+)\ue001", lambda mark: formulas[int(mark[1])], cleaned)


def _rendered(markdown: str, pictures: dict[str, str] | None = None) -> str:
    """Markdown as harmless HTML, or as it was written where no renderer takes it."""
    try:
        return html(markdown2html(markdown.replace("attachment:", _DROPPED)), pictures)
    except Exception:  # mistune, nbconvert and bleach each have their own, and an answer is never worth a page
        return f"<pre>{text(markdown)}</pre>"


def code(source: str) -> str:
    """A program, with its words in colours."""
    try:
        shown = _highlight(_without_turns(_cut(source)))
    except (RecursionError, ValueError):
        shown = f"<pre>{text(source)}</pre>"
    return f'<div class="code" dir="ltr" tabindex="0" role="region" aria-label="code">{shown}</div>'


def text(printed: str) -> str:
    """Printed text, as a terminal would leave it: without colours, and of a progress bar its last state."""
    lines = _ANSI.sub("", _cut(printed)).replace("\r\n", "\n").split("\n")
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines]
    return escape(_without_turns("\n".join(lines)))


def _without_turns(shown: str) -> str:
    """Text in which no letter is there to turn others round or to move a cursor."""
    kept = "\n\t\u200c\u200d"
    shown = _BIDI.sub("\ufffd", shown)
    return "".join(letter if letter.isprintable() or letter in kept else "\ufffd" for letter in shown)


def _cut(shown: str) -> str:
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}\n[… {len(shown) - LONGEST} letters were left out …]"


# Outputs


def outputs(cell: NotebookNode, about: str) -> str:
    """The outputs of a cell, one below the other; pictures are described as those of `about`."""
    shown, pictures = [], 0
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if any(mime.startswith("image/") for mime in data):
            pictures += 1
        shown.append(_output(output, f"Picture {pictures} of {about}, drawn by the student's own run"))
    return "".join(part for part in shown if part)


def _output(output: NotebookNode, alt: str) -> str:
    """One output: a picture, else a table, else what was printed."""
    kind, data = output.get("output_type"), output.get("data", {})
    if kind == "stream":
        return _pre(output.get("text", ""))
    if kind == "error":
        return _pre(f"{output.get('ename', '')}: {output.get('evalue', '')}")
    for mime in ("image/png", "image/jpeg", "image/svg+xml"):
        picture = embedded(mime, data.get(mime, ""))
        if picture:
            return f'<img src="{picture}" alt="{escape(alt)}">'
    if data.get("text/html"):
        return f'<div class="output" dir="auto" tabindex="0">{html(data["text/html"])}</div>'
    if data.get("text/latex"):
        return f'<div class="output">{prose(data["text/latex"])}</div>'
    return _pre(data.get("text/plain", ""))


def _pre(printed: str) -> str:
    shown = text(printed).strip("\n")
    return f'<pre class="output" dir="auto" tabindex="0">{shown}</pre>' if shown.strip() else ""


def pictures_of(cell: NotebookNode) -> dict[str, str]:
    """Addresses that hold the pictures that were dropped into a cell, by name."""
    found = {}
    for name, bundle in cell.get("attachments", {}).items():
        for mime in SIGNATURES:
            if picture := embedded(mime, bundle.get(mime, "")):
                found[name] = picture
    return found


def embedded(mime: str, data: str) -> str:
    """A picture as an address that holds it; "" where it is none."""
    if mime == "image/svg+xml":
        encoded = base64.b64encode(data.encode()).decode() if "<svg" in data else ""
        return f"data:{mime};base64,{encoded}" if encoded else ""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if not content.startswith(SIGNATURES[mime]):
        return ""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


# In a notebook, which nbgrader shows as it is


def disarm(cells: Iterable[NotebookNode]) -> None:
    """Make cells harmless where nbgrader's formgrader shows them, which renders HTML and formulas as they stand."""
    for cell in cells:
        if cell.cell_type == "code":
            cell.outputs = [harmless for output in cell.get("outputs", []) if (harmless := _disarmed(output))]
        elif cell.cell_type == "raw":
            cell.cell_type, cell.source = "markdown", f"<pre>{text(_without_acts(cell.source))}</pre>"
        else:
            cell.source = _disarmed_prose(cell)


def _without_acts(written: str) -> str:
    """Formulas whose commands link or dress become plain ones."""
    return _TEX_THAT_ACTS.sub(r"\\mathrm{\1}", written)


def _disarmed_prose(cell: NotebookNode) -> str:
    """Markdown as it is where it holds no HTML of its own and leads nowhere but to pages, else what is harmless of it.

    nbconvert lets both through: elements as they stand, and links to scripts that markdown's own notation makes.
    """
    markdown = _without_acts(cell.source)
    plain = "".join(part for part in _CODE.split(markdown) if not _CODE.fullmatch(part))
    if len(markdown) <= LONGEST and "attachment:" not in markdown and not _RAW.search(plain):
        try:
            leads = _LEADS.findall(markdown2html(markdown))
        except Exception:  # formgrader would fail in the same way
            leads = [""]
        if all(_KNOWN_LEAD.fullmatch(unescape(lead)) for lead in leads):
            return markdown
    cleaned = _rendered(_cut(markdown), pictures_of(cell))
    return f"<div>{cleaned}</div>".replace("\n\n", "\n&#10;").replace("\n\n", "\n&#10;")


def _disarmed(output: NotebookNode) -> NotebookNode | None:
    """An output in which nothing acts."""
    if output.output_type == "stream":
        output.text = _ANSI.sub("", output.text)
    elif output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    else:
        data = {mime: _disarmed_data(mime, content) for mime, content in output.data.items()}
        svg = data.pop("image/svg+xml", "")
        if svg and not data.get("image/png"):
            data["text/html"] = f'<img src="{svg}" alt="a drawing of the student\'s own run">'
        data = {mime: content for mime, content in data.items() if content}
        if not data:
            return None
        output.data = NotebookNode(data)
    return output


def _disarmed_data(mime: str, content: str) -> str:
    if mime in ("text/html", "text/latex"):
        content = _without_acts(content)
        return html(content) if mime == "text/html" else content
    if mime == "image/svg+xml":
        return embedded(mime, content)
    if mime in SIGNATURES:
        return embedded(mime, content).rpartition(",")[2]
    return content if mime == "text/plain" else ""
