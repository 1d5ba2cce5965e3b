"""The `workbook` command: what students and instructors do, one short command each.

Every error is one line on stderr, with exit code 1, or 2 where the command itself is written wrongly; WORKBOOK_DEBUG=1
shows the traceback of an unexpected one. Modules are imported by the commands that need them, so that help is instant,
and so that students, who have no `helpers.grading`, can use the commands that are theirs.
"""

from importlib import import_module

from helpers.cli.application import app, main, outcome_of

for name in ("students", "authors", "instructors"):  # each adds its commands, in the order of the help
    import_module(f"helpers.cli.{name}")

__all__ = ["app", "main", "outcome_of"]
