"""Notebooks with the outputs of a run, and with what would do harm on a page that showed it as it is."""

import base64
import struct
import zlib

import nbformat
from nbformat.v4 import new_output

from helpers.student import name_of

HARM = "window.harmed=1"
HOSTILE_ANSWER = (
    f"Why?\n\n<script>{HARM}</script><img src=x onerror={HARM}> [click](javascript:{HARM}) "
    f"<a href='java&#x0A;script:{HARM}'>here</a> <a href='  JavaScript:{HARM}'>and here</a> "
    f"<iframe srcdoc='<script>{HARM}</script>'></iframe> <form action=javascript:{HARM}><button>go</button></form> "
    f"$\\text{{<script>{HARM}</script>}}$ $\\text{{<img src=x onerror={HARM}>}}$ $\\href{{javascript:{HARM}}}{{x}}$ "
    f"<svg onload={HARM}></svg><math><mtext><table><mglyph><style><img src=x onerror={HARM}></style></table></math> "
    f"<div dir=rtl style='background:url(https://evil.example/x)'>سلام</div> ![seen](https://evil.example/pixel.png)"
)
HOSTILE_OUTPUTS = [
    new_output("display_data", {"text/html": f"<script>{HARM}</script><img src=x onerror={HARM}><b>bold</b>"}),
    new_output("display_data", {"text/html": "<img src='https://evil.example/x.png'><style>*{display:none}</style>"}),
    new_output("display_data", {"application/javascript": HARM}),
    new_output("display_data", {"text/latex": f"$\\href{{javascript:{HARM}}}{{x}}$"}),
    new_output(
        "display_data",
        {"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg' onload='{HARM}'><script>{HARM}</script></svg>"},
    ),
    new_output("display_data", {"image/png": '"><script>window.harmed=1</script>'}),
    new_output("error", ename="<script>", evalue=f"<script>{HARM}</script>", traceback=[f"<script>{HARM}</script>"]),
    new_output("stream", name="stdout", text="x" * 3_000_000),
]


def picture():
    """A small PNG, as base64."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((40 * column, 90, 200)) * 1 for column in range(4))
    head = struct.pack(">IIBBBBB", 1, 4, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(content).decode()


def with_run(content, **outputs):
    """A notebook's bytes with outputs in its cells, by name or by tag."""
    notebook = nbformat.reads(content.decode(), as_version=4)
    for cell in notebook.cells:
        for name in (name_of(cell), *cell.metadata.get("tags", [])):
            if cell.cell_type == "code" and name in outputs:
                cell.outputs = outputs[name]
    return nbformat.writes(notebook).encode()


def stdout(text):
    return [new_output("stream", name="stdout", text=text)]


def drawn():
    return [new_output("display_data", {"image/png": picture(), "text/plain": "<Figure>"})]
