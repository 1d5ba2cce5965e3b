"""`python -m tests.grading.attacks` prints the table: attack, stock nbgrader's score, ours."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from helpers.grading import sandbox
from tests.grading.attacks import corpus, official, stock


def main() -> None:
    """Run the corpus before the official grader, beside what stock nbgrader once gave."""
    kept = json.loads(stock.KEPT.read_text(encoding="utf-8"))
    table = Table(title=f"Attacks; stock nbgrader {kept['nbgrader']} of {kept['date']}")
    for column in ("attack", "exercise", "points", "honest", "stock nbgrader", "ours"):
        table.add_column(column, justify="left" if column in ("attack", "exercise") else "right")
    place = sandbox.choose("bwrap", official.LIMITS)
    try:
        for attack in corpus.attacks():
            ours = official.earned(official.attacked(attack, place, {"@ROOT@": str(corpus.ROOT), "@PORT@": "22"}, ()))
            theirs = kept["earned"].get(attack.name)
            table.add_row(
                attack.name,
                attack.exercise,
                f"{corpus.points(attack.problem)[attack.exercise]:g}",
                f"{attack.honest:g}",
                f"not run: {attack.stock}" if attack.stock else "no grade" if theirs is None else f"{theirs:g}",
                f"{ours.get(attack.exercise, 0.0):g}",
            )
    finally:
        place.close()
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
