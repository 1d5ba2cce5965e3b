"""Which checks have been audited in full as they are now, so that CI need not judge all of them at every change.

`workbook audit --record` keeps, for each problem without a false verdict, the counts and a fingerprint of all that they
depend on, in solutions/reference/audit.json. A problem whose fingerprint is another now is due in full; of the others a
tenth of the exercises is, another tenth for every state of the workbook.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from helpers import checks
from helpers.grading import source as sources
from helpers.grading.audit import AuditResult
from helpers.grading.records import provenance, write_json
from helpers.grading.source import COURSE, Course

SHARE = 10  # one in ten exercises of a problem that is as it was
CODE = ("exercise", "check", "setup", "parameters")  # the cells that a verdict depends on
JUDGES = ("answers", "audit", "judging", "mutants", "namespaces", "regions")  # modules beside this one
COUNTS = ("right", "wrong", "empty", "mutants")
LIBRARIES = ("networkx", "numpy", "sympy", "torch")


def fingerprint(problem: str, course: Course = COURSE) -> str:
    """The sha256 of the problem's code, its answers, its checks, and what judges them."""
    digest = hashlib.sha256()
    for words in _ingredients(problem, course):
        digest.update(hashlib.sha256(words).digest())
    return digest.hexdigest()


def _ingredients(problem: str, course: Course) -> Iterator[bytes]:
    for cell in sources.load(problem, course).cells:
        if cell.role in CODE:
            yield cell.script.encode()
    folder = course.root / "tests" / "answers" / problem
    here = Path(__file__).parent
    for path in [*sorted(folder.glob("*.*")), *_checks(problem, course), *(here / f"{name}.py" for name in JUDGES)]:
        yield path.name.encode()
        yield path.read_bytes()
    for library in LIBRARIES:
        yield importlib.metadata.version(library).split("+")[0].encode()


def _checks(problem: str, course: Course) -> list[Path]:
    """All modules of checks but those of other problems."""
    root, own = Path(checks.__file__).parent, problem.partition("_")[2]
    others = {name.partition("_")[2] for name in sources.problems(course)} - {own}
    return sorted(path for path in root.glob("**/*.py") if path.relative_to(root).parts[0].split(".")[0] not in others)


def records(course: Course = COURSE) -> dict[str, dict[str, Any]]:
    """The last full audit of each problem, by its name."""
    path = _path(course)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def record(result: AuditResult, course: Course = COURSE) -> list[str]:
    """Keep the counts of a full audit's problems, mutants and all, that had no false verdict; their names."""
    kept = {name: one for name, one in records(course).items() if name in sources.problems(course)}
    fresh = {}
    for problem in dict.fromkeys(row.problem for row in result.rows):
        part = AuditResult(tuple(row for row in result.rows if row.problem == problem), 0.0)
        if part.failures:
            kept.pop(problem, None)
            continue
        totals = {name: part.total(name) for name in COUNTS}
        counts = {name: [total.good, total.all] for name, total in totals.items()}
        fresh[problem] = {"exercises": len(part.rows), **counts, "equivalent": sum(row.equivalent for row in part.rows)}
        fresh[problem] |= provenance(course) | {"fingerprint": fingerprint(problem, course)}
    write_json(_path(course), dict(sorted((kept | fresh).items())))
    return list(fresh)


def due(problems: Iterable[str], course: Course = COURSE) -> dict[str, list[str]]:
    """The exercises to audit now, by problem: all where something has changed, else a tenth."""
    known, problems = records(course), list(problems)
    prints = {problem: fingerprint(problem, course) for problem in problems}
    state = "".join(prints.values())
    chosen = {}
    for problem in problems:
        exercises = list(sources.load(problem, course).exercises)
        if known.get(problem, {}).get("fingerprint") == prints[problem]:
            ranked = sorted(exercises, key=lambda name: hashlib.sha256(f"{state} {name}".encode()).digest())
            exercises = ranked[: -(-len(exercises) // SHARE)]
        chosen[problem] = exercises
    return chosen


def _path(course: Course) -> Path:
    return course.solutions / "reference" / "audit.json"
