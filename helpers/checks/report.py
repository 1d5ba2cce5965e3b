"""What a check found: named properties with advice, readable as a table, as text and as nbgrader's partial credit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Item:
    """One property of a student's object.

    Attributes:
        name: The property, in a few words.
        passed: Whether it holds.
        advice: What to think about when it does not.
        reason: What was seen on the small input that was tried, or "" when there is nothing to add.
        essential: Whether the exercise earns nothing without this property.
        remark: Whether it is only remarked upon and earns no points.
    """

    name: str
    passed: bool
    advice: str = ""
    reason: str = ""
    essential: bool = False
    remark: bool = False


class Report(float):
    """The points earned, as a float (nbgrader reads partial credit from its text), with the items behind them.

    Every item weighs the same, but a remark weighs nothing; an essential item that fails leaves 0 points.
    """

    name: str
    items: tuple[Item, ...]
    points: float
    spoken: str

    def __new__(cls, name: str, items: tuple[Item, ...], points: float = 1.0, spoken: str = "") -> Report:
        """Grade the items out of `points`; `spoken` is what the student's code printed meanwhile."""
        report = super().__new__(cls, round(points * fraction_of(items), 4))
        report.name, report.items, report.points, report.spoken = name, tuple(items), points, spoken
        return report

    def __reduce__(self) -> tuple:
        """Pickle by the items, since a float subclass would lose them."""
        return Report, (self.name, self.items, self.points, self.spoken)

    @property
    def fraction(self) -> float:
        """The share of the points earned, in [0, 1]."""
        return fraction_of(self.items)

    @property
    def passed(self) -> bool:
        """Whether every property holds."""
        return bool(self.items) and all(item.passed for item in self.items)

    @property
    def failed(self) -> list[Item]:
        """The properties that do not hold, in the order of the check."""
        return [item for item in self.items if not item.passed]

    def __repr__(self) -> str:
        """The points alone: nbgrader parses this text as the score."""
        return f"{float(self):g}"

    __str__ = __repr__

    def headline(self) -> str:
        """One line: how many properties hold, and the points."""
        holding = sum(item.passed for item in self.items)
        return f"{self.name}: {holding} of {len(self.items)} properties hold, {float(self):g} of {self.points:g} points"

    def text(self) -> str:
        """The table for terminals and logs."""
        lines = [self.headline()]
        for item in self.items:
            lines.append(f"  {'ok    ' if item.passed else 'FAILS '} {item.name}")
            if not item.passed:
                lines += [f"         {line}" for line in (item.reason, item.advice, _worth(item)) if line]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The table for notebooks: the first failing property in full, those after it folded."""
        failed = self.failed
        parts = [f"<strong>{escape(self.headline())}</strong>"]
        if failed:
            parts.append(_failing(failed[0]))
        if failed[1:]:
            rest = "".join(_failing(item) for item in failed[1:])
            noun = "property fails" if len(failed) == 2 else "properties fail"
            summary = f"{len(failed) - 1} more {noun}, perhaps for the same reason"
            parts.append(f"<details><summary>{summary}</summary>{rest}</details>")
        holding = [item for item in self.items if item.passed]
        if holding:
            rows = "".join(f'<li style="list-style:none">{_MARK_HOLDS} {marked(item.name)}</li>' for item in holding)
            parts.append(f'<ul style="margin:.3em 0;padding-left:.2em">{rows}</ul>')
        if self.spoken:
            parts.append(
                f"<details><summary>What your code printed</summary><pre>{escape(self.spoken)}</pre></details>"
            )
        edge = _BLUE if not failed else _ORANGE
        style = f"border-left:4px solid {edge};padding:.2em .8em;max-width:60em"
        return f'<div dir="auto" style="{style}">{"".join(parts)}</div>'


# Okabe and Ito's blue and vermillion are told apart by every kind of colour vision; the words say the same.
_BLUE, _ORANGE = "#0072B2", "#D55E00"
_MARK_HOLDS = f'<span style="color:{_BLUE}" aria-label="holds">&#10003;</span>'
_MARK_FAILS = f'<span style="color:{_ORANGE}" aria-label="fails">&#10007;</span>'


_CODE = re.compile(r"`([^`\n]+)`")


def marked(sentence: str) -> str:
    """A sentence of a check as HTML: escaped first, then what stands between two backticks is set as code."""
    return with_code(escape(sentence))


def with_code(escaped: str) -> str:
    """Escaped text in which what stands between two backticks is set as code."""
    return _CODE.sub(r"<code>\1</code>", escaped)


def _failing(item: Item) -> str:
    """A failing property with what was seen and what to think about."""
    lines = "".join(f"<div>{marked(line)}</div>" for line in (item.reason, item.advice, _worth(item)) if line)
    heading = f"{_MARK_FAILS} <strong>{marked(item.name)}</strong>"
    return f'<div style="margin:.3em 0">{heading}<div style="padding-left:1.3em">{lines}</div></div>'


def _worth(item: Item) -> str:
    """A word where a property costs nothing."""
    return "This costs no points." if item.remark else ""


def fraction_of(items: tuple[Item, ...]) -> float:
    """The share of properties that hold, or 0 when an essential one fails or there are none; remarks do not count."""
    counted = [item.passed for item in items if not item.remark]
    if not counted or any(item.essential and not item.passed for item in items):
        return 0.0
    return sum(counted) / len(counted)
