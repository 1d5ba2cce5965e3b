"""How far a command is: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from helpers.grading.execute import Outcome
    from helpers.grading.pile import Summary


def progress_display(out: Console) -> Bars | Lines:
    """A bar per problem on a terminal, a line at its begin and end elsewhere."""
    return Bars(out) if out.is_terminal else Lines()


class Counting:
    """How many submissions are graded: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, out: Console):
        """Draw on this console."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn()
        self.bar = Progress(*columns, console=out) if out.is_terminal else None
        self.task = self.bar.add_task("", total=None) if self.bar else None
        self.said = self.done = self.total = 0

    def __enter__(self) -> Counting:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar:
            self.bar.stop()

    def progress(self, done: int, total: int, summary: Summary) -> None:
        """Show how far it is."""
        self.done, self.total = done, total
        if self.bar:
            self.bar.update(self.task, completed=done, total=total, description=summary.words())
        elif done == total or done >= self.said + max(10, total // 20):
            self.said = done
            print(f"{done} of {total}: {summary.words()}", flush=True)

    def counts(self) -> str:
        """How far it came, in a few words."""
        return f"{self.done} of {self.total} submissions graded" if self.total else "nothing graded yet"


class Bars:
    """A bar per problem."""

    def __init__(self, out: Console):
        """Draw on this console."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self.progress, self.tasks = Progress(*columns, console=out), {}

    def __enter__(self) -> Bars:
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()

    def advance(self, problem: str, done: int, total: int) -> None:
        """Move a problem's bar."""
        if problem not in self.tasks:
            self.tasks[problem] = self.progress.add_task(problem, total=total)
        self.progress.update(self.tasks[problem], completed=done)

    def finish(self, outcome: Outcome) -> None:
        """Fill a problem's bar, unless it failed."""
        task = self.tasks.get(outcome.problem)
        if task is not None and not outcome.failures:
            self.progress.update(task, completed=self.progress.tasks[task].total)
        if task is not None:
            self.progress.stop_task(task)


class Lines:
    """A line at a problem's begin and at its end."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None: ...

    def advance(self, problem: str, done: int, total: int) -> None:
        """Say that a problem begins."""
        if done == 0:
            print(f"{problem}: {total} cells", flush=True)

    def finish(self, outcome: Outcome) -> None:
        """Say how a problem ended."""
        end = "failed after" if outcome.failures else "done in"
        print(f"{outcome.problem}: {end} {outcome.seconds:.1f} s", flush=True)
