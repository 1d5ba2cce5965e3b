"""A gallery of the workbook as one static page: what the solution of every problem draws.

The first picture of a problem is the one that its notebook opens with; the others that its plot cells make follow,
folded away. All have the alternative texts of the source. The page needs no network and no script.
"""

from __future__ import annotations

import ast
import html
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from helpers import data, references
from helpers.errors import WorkbookError
from helpers.grading import links
from helpers.grading import source as sources
from helpers.grading.build import write_atomically
from helpers.grading.pictures import opening_picture
from helpers.grading.source import COURSE, Course, Source

WIDTH = 960  # pixels; no picture is shown wider


@dataclass(frozen=True)
class Exhibit:
    """One picture: its file in solutions/expected/, and a text for those who cannot see it."""

    path: Path
    alt: str


def exhibits(source: Source, course: Course = COURSE) -> list[Exhibit]:
    """The expected pictures of a problem that are there, the one that its notebook opens with first."""
    folder = course.solutions / "expected" / source.problem
    records = references.records(source.problem, course.root)
    if records and not any(data.may_be_shown(record["dataset"]) for record in records):
        return []  # nothing but such data can have made the pictures
    opening = opening_picture(source.cells[0])
    named = dict([opening] if opening else [])
    for cell in source.cells:
        if "expected" in cell.keys and (alt := _alt(cell.source)):
            named.setdefault(cell.keys["expected"], alt)
    places = ((folder / f"{name}.png", alt) for name, alt in named.items())
    return [Exhibit(path, alt) for path, alt in places if path.is_file()]


def _alt(code: str) -> str:
    """The alternative text that a plot cell gives its last picture; "" where it is made at run time."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    texts = [word.value for call in calls for word in call.keywords if word.arg == "alt"]
    return texts[-1].value if texts and isinstance(texts[-1], ast.Constant) else ""


def write(course: Course = COURSE) -> Path:
    """Make build/gallery/index.html and its pictures; the page's path.

    Raises:
        WorkbookError: There is no picture yet.
    """
    folder = course.build / "gallery"
    loaded = (sources.load(problem, course) for problem in sources.problems(course))
    chosen = [(source, exhibits(source, course)) for source in loaded]
    chosen = [(source, pictures) for source, pictures in chosen if pictures]
    if not chosen:
        raise WorkbookError("There is no expected picture yet; make some by workbook run --record.")
    shutil.rmtree(folder, ignore_errors=True)
    address = links.repository(course)
    sections = [_section(source, pictures, folder, address) for source, pictures in chosen]
    write_atomically(folder / "index.html", _PAGE.format(sections="\n".join(sections)).encode())
    return folder / "index.html"


def _section(source: Source, pictures: list[Exhibit], folder: Path, address: str) -> str:
    first, *others = (_figure(picture, source.problem, folder) for picture in pictures)
    title = html.escape(f"{source.problem.partition('_')[0]} · {source.title}")
    opened = _anchors(address, source.problem)
    more = f"<details><summary>{len(others)} more</summary>{''.join(others)}</details>" if others else ""
    return f"<section><h2>{title}</h2>{first}<p>{source.points:g} points{opened}</p>{more}</section>"


def _anchors(address: str, problem: str) -> str:
    return "".join(
        f' · <a href="{html.escape(target)}">{label}</a>' for label, target in links.places(address, problem).items()
    )


def _figure(exhibit: Exhibit, problem: str, folder: Path) -> str:
    """A picture as the page shows it, made as small as it can be without a visible loss."""
    kind, content, (width, height) = smallest(exhibit.path)
    place = f"images/{problem}-{exhibit.path.stem}.{kind}"
    write_atomically(folder / place, content)
    alt = html.escape(exhibit.alt)
    image = f'<img src="{place}" width="{width}" height="{height}" alt="{alt}" loading="lazy">'
    return f"<figure>{image}<figcaption aria-hidden='true'>{alt}</figcaption></figure>"


def smallest(path: Path) -> tuple[str, bytes, tuple[int, int]]:
    """A picture as PNG or as WebP, whichever is smaller, no wider than `WIDTH`: the ending, the bytes and the size."""
    with Image.open(path) as picture:
        fits = picture.width <= WIDTH
        image = picture.convert("RGB")
    if not fits:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "webp", quality=85, method=6)
    if fits and path.stat().st_size <= len(file.getvalue()):
        return "png", path.read_bytes(), image.size
    return "webp", file.getvalue(), image.size


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery: workbook of deep generative models</title>
<style>
:root {{ color-scheme: light dark; --page: #fff; --card: #f4f4f2; --text: #1c1c1c; --quiet: #555; --link: #00568c; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --page: #141414; --card: #222; --text: #eee; --quiet: #b5b5b5; --link: #7cc4f0; }}
}}
body {{ margin: 0 auto; padding: 1.5rem; max-width: 80rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }}
main {{ display: grid; gap: 1.5rem; align-items: start;
  grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }}
section {{ background: var(--card); border-radius: .5rem; padding: 1rem; }}
h1 {{ font-size: 1.7rem; }}
h2 {{ font-size: 1.15rem; margin: 0 0 .6rem; }}
figure {{ margin: 0 0 .8rem; }}
img {{ display: block; width: 100%; height: auto; background: #fff; border-radius: .25rem; }}
figcaption, p {{ color: var(--quiet); font-size: .9rem; margin: .4rem 0; }}
a, summary {{ color: var(--link); }}
summary {{ cursor: pointer; margin-bottom: .6rem; }}
</style>
</head>
<body>
<h1>Workbook of deep generative models</h1>
<p>What the notebooks draw once their exercises are solved. Prose and figures: CC BY 4.0.</p>
<main>
{sections}
</main>
</body>
</html>
"""
