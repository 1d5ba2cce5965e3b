"""What students wrote and showed can do nothing on a page, and can still be read."""

import html as entities
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from helpers.grading.reports import harmless
from tests.grading.shown import HARM, HOSTILE_ANSWER, HOSTILE_OUTPUTS, picture

FORBIDDEN = re.compile(r"</?(script|iframe|object|embed|form|input|button|style|link|meta|base|svg|video|audio)")
SCHEMES = ("javascript:", "vbscript:", "data:text")


def verify(page):
    """Refuse whatever could act or ask for something when a page opens."""
    for tag in re.findall(r"<[^>]*>", page):
        plain = re.sub(r"[\s\0-\x1f]", "", entities.unescape(tag)).lower()
        assert not FORBIDDEN.match(plain), tag
        assert not any(scheme in plain for scheme in SCHEMES), tag
        assert not re.search(r"\bon[a-z]+=", plain), tag
        assert "style=" not in plain, tag
        assert not re.search(r"<img[^>]*src=.?https?:", plain), tag
    return page


ATTACKS = [
    HOSTILE_ANSWER,
    f"<script>{HARM}",
    f"<scr<script>ipt>{HARM}</scr</script>ipt>",
    f"<IMG SRC=x OnErRoR={HARM}>",
    f'<a href="java\tscript:{HARM}">x</a>',
    f'<a href="&#106;avascript:{HARM}">x</a>',
    f"[x](&#106;avascript:{HARM})",
    f"[x]: javascript:{HARM}\n\n[x]",
    f"<javascript:{HARM}>",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    f"<img src='data:text/html,<script>{HARM}</script>'>",
    f"<svg><animate onbegin={HARM} attributeName=x dur=1s>",
    f"<math><mi xlink:href='javascript:{HARM}'>x</mi></math>",
    f"<noscript><p title='</noscript><img src=x onerror={HARM}>'>",
    "<style>@import 'https://evil.example';</style>",
    "<base href='https://evil.example/'><link rel=stylesheet href='https://evil.example/x.css'>",
    f"$\\text{{<img src=x onerror={HARM}>}}$",
    f"$$\\mathrm{{<script>{HARM}</script>}}$$",
    f'$\\href{{javascript:{HARM}}}{{x}}$ $\\style{{color:red}}{{x}}$ $\\class{{x" onload="{HARM}}}{{y}}$',
    f"`<script>{HARM}</script>`\n\n```html\n<script>{HARM}</script>\n```",
    f"<details open ontoggle={HARM}>",
    "a \ue0007\ue001 b \ue000\ue001",
    f"<!--><img src=x onerror={HARM}>-->",
    f"<![CDATA[<script>{HARM}</script>]]>",
    f"<table background='javascript:{HARM}'><td onclick={HARM}>x",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_answer_does_nothing(attack):
    assert "\ue000" not in verify(harmless.prose(attack))
    verify(harmless.html(attack))
    verify(harmless.code(attack))
    verify(harmless.text(attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_answer_does_nothing_where_nbgrader_shows_it(attack):
    from nbconvert.filters import markdown2html

    cells = [new_markdown_cell(attack), new_raw_cell(attack)]
    harmless.disarm(cells)
    for cell in cells:
        assert cell.cell_type == "markdown"
        shown = markdown2html(cell.source)
        assert "\\href{" not in shown
        verify(re.sub(r' (class|id|style)="[^"]*"|<(/?)style', "", shown))


@pytest.mark.parametrize("output", HOSTILE_OUTPUTS, ids=range(len(HOSTILE_OUTPUTS)))
def test_an_output_does_nothing(output):
    cell = new_code_cell("x", outputs=[nbformat.from_dict(output)])
    shown = harmless.outputs(cell, "x")
    assert len(shown) < 30_000
    shown = re.sub(r'src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+"', "", shown)
    verify(shown)
    harmless.disarm([cell])
    for kept in cell.outputs:
        assert set(kept.get("data", {})) <= {"text/html", "text/plain", "text/latex", "image/png", "image/jpeg"}
        assert "script>" not in kept.get("data", {}).get("text/html", "")
        assert "\\href" not in str(kept)
        assert kept.get("data", {}).get("image/png", "") == ""
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_a_written_answer_keeps_what_is_meant():
    shown = harmless.prose(
        "# Why\n\n**Because** $a < b$ and `c < d`:\n\n- one\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n"
        "[paper](https://example.org/a?b=c) <div dir='rtl'>چون نمی‌شود</div>\n\n$$\\frac{1}{2}$$"
    )
    assert "<h4>Why</h4>" in shown
    assert "<strong>Because</strong>" in shown
    assert "<mo>&#x0003C;</mo>" in shown
    assert "<mfrac>" in shown
    assert "<code>c &lt; d</code>" in shown
    assert "<td>2</td>" in shown
    assert 'href="https://example.org/a?b=c"' in shown
    assert '<div dir="rtl">چون نمی‌شود</div>' in shown


def test_markdown_without_html_stays_as_it_is_for_nbgrader():
    text = "# Why\n\n`a <b>` and $x_1$ چون\n\n```python\nif a <b: ...\n```"
    cell = new_markdown_cell(text)
    harmless.disarm([cell])
    assert cell.source == text


def test_printed_text_is_what_a_terminal_leaves():
    assert harmless.text("10%\r50%\r100%\n\x1b[31mred\x1b[0m \x1b]0;title\x07<b>") == "100%\nred &lt;b&gt;"
    assert harmless.text("a\u202egnp.exe") == "a\ufffdgnp.exe"
    assert harmless.text("نیم\u200cفاصله") == "نیم\u200cفاصله"
    assert harmless.text("a\x00b\x08") == "a\ufffdb\ufffd"


def test_long_text_is_cut():
    for shown in (harmless.text("x" * 10**6), harmless.code("x" * 10**6), harmless.prose("x" * 10**6)):
        assert len(shown) < 10 * harmless.LONGEST
        assert "letters were left out" in re.sub("<[^>]*>", "", shown)


def test_deep_markup_is_shown_as_text_or_cleaned():
    for bomb in ("<div>" * 5000, ">" * 5000, "[" * 5000, "*" * 5000, "$" * 5000, "- " * 3000, "`" * 5000):
        verify(harmless.prose(bomb))


def test_pictures_are_pictures_with_words_for_them():
    cell = new_code_cell("x", outputs=[new_output("display_data", {"image/png": picture(), "text/plain": "<Figure>"})])
    shown = harmless.outputs(cell, "the output of mean")
    assert f'<img src="data:image/png;base64,{picture()}"' in shown
    assert 'alt="Picture 1 of the output of mean' in shown
    assert harmless.embedded("image/png", "bm8gcGljdHVyZQ==") == ""
    assert harmless.embedded("image/jpeg", picture()) == ""


def test_a_picture_that_was_dropped_into_an_answer_is_shown():
    cell = new_markdown_cell("![my sketch](attachment:my%20sketch.png) ![none](attachment:other.png) <b>x</b>")
    cell.attachments = {"my sketch.png": {"image/png": picture()}, "bad.png": {"image/png": "bm8="}}
    shown = harmless.prose(cell.source, harmless.pictures_of(cell))
    assert shown.count("<img") == 1
    assert f'src="data:image/png;base64,{picture()}"' in shown
    assert 'alt="my sketch"' in shown
    harmless.disarm([cell])
    assert picture() in cell.source


def test_an_error_shows_what_was_raised_and_no_traceback():
    output = new_output("error", ename="KeyError", evalue="'x'", traceback=["helpers/checks/tiny.py in secret"])
    shown = harmless.outputs(new_code_cell("x", outputs=[output]), "x")
    assert "KeyError: &#x27;x&#x27;" in shown
    assert "secret" not in shown
