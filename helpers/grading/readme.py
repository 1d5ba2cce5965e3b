"""The README's tables: results, audits and ratios, made from solutions/reference alone.

So no figure stands in the README without its seed, hardware, versions, commit and date; a test compares.

    python -m helpers.grading.readme        keeps the ratios in build/benchmarks, and refreshes the tables
"""

from __future__ import annotations

from typing import Any

from helpers import references
from helpers.errors import WorkbookError
from helpers.grading import audited, links, records
from helpers.grading import source as sources
from helpers.grading.build import write_atomically
from helpers.grading.source import COURSE, Course


def results_table(course: Course = COURSE) -> str:
    """A row per record of every problem, as markdown."""
    rows = [
        (sources.load(problem, course), record)
        for problem in sources.problems(course)
        for record in references.records(problem, course.root)
    ]
    return _markdown(
        ("problem", "preset", "data", "figures", "seconds", "seed", "machine", "from"),
        [
            (
                source.problem,
                r["preset"],
                r["dataset"],
                _figures(r["figures"], source.figures),
                f"{r['seconds']:.0f}",
                r["seed"],
                *_origin(r),
            )
            for source, r in rows
        ],
        "No run is recorded yet.",
    )


def audit_table(course: Course = COURSE) -> str:
    """A row per audited problem, as markdown."""
    rows = [
        (
            problem,
            one["exercises"],
            *(f"{good} of {of}" for good, of in (one[name] for name in audited.COUNTS)),
            one["date"],
        )
        for problem, one in audited.records(course).items()
    ]
    head = (
        "problem",
        "exercises",
        "right answers accepted",
        "wrong answers rejected",
        "stubs and constants at 0 points",
    )
    return _markdown((*head, "mutants rejected", "date"), rows, "No audit is recorded yet.")


def speed_table(course: Course = COURSE) -> str:
    """A row per ratio, as markdown."""
    return _markdown(
        ("what", "times faster", "lowest to highest", "seconds", "machine", "from"),
        [
            (
                f"{ratio['name'].replace('_', ' ')}: {ratio['note']}".rstrip(": "),
                f"**{_short(ratio['ratio'])}**",
                _spread(ratio),
                f"{ratio['slow_seconds']:.3g} against {ratio['fast_seconds']:.3g}",
                *_origin(ratio),
            )
            for ratio in records.benchmarks(course)
        ],
        "No ratio is recorded yet.",
    )


def links_table(course: Course = COURSE) -> str:
    """A line per problem with the links that open it elsewhere; "" where no repository is set."""
    address = links.repository(course)
    shown = ((problem, links.links(address, problem)) for problem in sources.problems(course))
    return "\n".join(f"- `{problem}`: {targets}" for problem, targets in shown if targets)


def _figures(figures: dict[str, Any], shown: tuple[str, ...]) -> str:
    """The figures that are to be shown, as far as the run has them; all where none are named."""
    chosen = {name: figures[name] for name in shown or figures if name in figures}
    return "<br>".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in chosen.items())


def _spread(ratio: dict[str, Any]) -> str:
    pairs = "1 pair" if ratio["repeats"] == 1 else f"{ratio['repeats']} pairs"
    return f"{_short(ratio['low'])} to {_short(ratio['high'])} in {pairs}"


def _short(value: Any) -> str:
    """A number with four digits; a whole number, a word or a truth value as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _origin(record: dict[str, Any]) -> tuple[str, str]:
    """The machine, and the versions, the commit and the date."""
    hardware, versions = record["hardware"], record["versions"]
    machine = hardware.get("gpu") or f"{hardware['cpu']}, {hardware['cores']} cores"
    return machine, f"torch {versions['torch']}, {record['commit']}, {record['date']}"


def _markdown(head: tuple[str, ...], rows: list[tuple[Any, ...]], none: str) -> str:
    if not rows:
        return none
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(field) for field in line)} |" for line in lines)


def with_tables(text: str, course: Course = COURSE) -> str:
    """A README's text with every table between its marks.

    Raises:
        WorkbookError: A mark is missing.
    """
    tables = {"results": results_table(course), "audit": audit_table(course), "speed": speed_table(course)}
    if "<!-- elsewhere:begin -->" in text:
        tables["elsewhere"] = links_table(course)
    for name, table in tables.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        before, first, rest = text.partition(begin)
        _, last, after = rest.partition(end)
        if not (first and last):
            raise WorkbookError(f"README.md has no region {begin} … {end}; put both marks where the table belongs.")
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


def refresh_readme(course: Course = COURSE) -> bool:
    """Write the tables into README.md; whether anything changed."""
    path = course.root / "README.md"
    text = path.read_text(encoding="utf-8")
    fresh = with_tables(text, course)
    if fresh != text:
        write_atomically(path, fresh.encode())
    return fresh != text


if __name__ == "__main__":
    if any((COURSE.build / "benchmarks").glob("*.json")):
        print("recorded:", ", ".join(records.record_benchmarks()))
    refresh_readme()
