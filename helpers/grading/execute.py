"""Executing solutions headless: papermill, the checks' points read from the outputs, an HTML page and the metrics.

Each run has its own folder, `build/run/<problem>/<preset>[-<data set>][-seed<n>]/`, with the executed notebook, the
page and metrics.json; a student's files are never touched. Papermill only talks to a kernel, so several problems run in
threads of one process, and each kernel gets its settings by its own environment.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from helpers.errors import WorkbookError
from helpers.grading.pages import page
from helpers.grading.source import COURSE, Course
from helpers.preflight import CHECK, score_of
from helpers.references import as_folder
from helpers.student import ROOT, name_of

PRESETS = ("smoke", "laptop", "full")


@dataclass(frozen=True)
class Settings:
    """What a run is asked for; None leaves the choice to the environment and then to the notebook."""

    preset: str = "smoke"
    dataset: str | None = None
    seed: int | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown preset and an impossible seed."""
        if self.preset not in PRESETS:
            raise WorkbookError(f"There is no preset {self.preset!r}; choose smoke, laptop or full.")
        if self.seed is not None and not 0 <= self.seed < 2**32:
            raise WorkbookError(f"The seed {self.seed} is out of range; choose a whole number from 0 to {2**32 - 1}.")

    @property
    def name(self) -> str:
        """The run's name, which its folder bears."""
        seed = None if self.seed is None else f"seed{self.seed}"
        return "-".join(part for part in (self.preset, as_folder(self.dataset or ""), seed) if part)

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of papermill's parameters cell."""
        given = {"PRESET": self.preset, "DATASET": self.dataset, "SEED": self.seed}
        return {name: value for name, value in given.items() if value is not None}


@dataclass
class Outcome:
    """One executed notebook.

    Attributes:
        problem: The problem's name.
        folder: Where everything lies.
        seconds: The time of the execution, kernel's start included.
        scores: Exercise -> (points earned or None where the check gave no number, points).
        by_hand: The points of written questions.
        failures: What went wrong, a sentence each.
        metrics: What metrics.json holds.
    """

    problem: str
    folder: Path
    seconds: float = 0.0
    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    by_hand: float = 0.0
    failures: list[str] = field(default_factory=list)
    metrics: dict[str, Any] = field(default_factory=dict)

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.folder / f"{self.problem}.ipynb"

    @property
    def page(self) -> Path:
        """The executed notebook as HTML, pictures included."""
        return self.folder / f"{self.problem}.html"

    @property
    def earned(self) -> float:
        """The points that the checks gave."""
        return sum(score or 0.0 for score, _ in self.scores.values())

    @property
    def points(self) -> float:
        """The points that the checks may give."""
        return sum(points for _, points in self.scores.values())

    @property
    def passed(self) -> int:
        """How many exercises have full points."""
        return sum(score == points for score, points in self.scores.values())


class Display(Protocol):
    """Who is told how far the runs are."""

    def advance(self, problem: str, done: int, total: int) -> None:
        """A cell begins: `done` of `total` are behind."""

    def finish(self, outcome: Outcome) -> None:
        """A problem's run has ended."""


def run_all(
    problems: Iterable[str],
    settings: Settings,
    display: Display,
    jobs: int = 1,
    course: Course = COURSE,
) -> list[Outcome]:
    """Execute the built notebooks of these problems, `jobs` at a time; one that fails does not stop the others."""
    problems = list(problems)
    together = min(jobs, len(problems))
    kernels = Kernels(max(1, (os.cpu_count() or 1) // together) if together > 1 else None)

    def run(problem: str) -> Outcome:
        outcome = run_problem(problem, settings, display.advance, course, kernels)
        display.finish(outcome)
        return outcome

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            return list(pool.map(run, problems))
        except BaseException:  # Ctrl-C above all: the threads end when their kernels do
            kernels.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def run_problem(
    problem: str,
    settings: Settings,
    advance: Callable[[str, int, int], None] = lambda problem, done, total: None,
    course: Course = COURSE,
    kernels: Kernels | None = None,
) -> Outcome:
    """Execute build/source/<problem>/<problem>.ipynb, read its points, and write the page and the metrics."""
    outcome = Outcome(problem, course.build / "run" / problem / settings.name)
    if not settings.resume:
        shutil.rmtree(outcome.folder, ignore_errors=True)
    outcome.folder.mkdir(parents=True, exist_ok=True)
    source = course.build / "source" / problem / f"{problem}.ipynb"
    began = time.perf_counter()
    try:
        papermill.execute_notebook(
            source,
            outcome.notebook,
            parameters=settings.parameters,
            engine_name="workbook",
            progress_bar=False,
            kernels=kernels or Kernels(),
            environment=_environment(settings, outcome.folder),
            advance=lambda done, total: advance(problem, done, total),
        )
    except PapermillExecutionError as error:
        reason = f"{error.ename}: {error.evalue}".strip(": ").split("\n")[0]
        outcome.failures.append(f"{problem}: the cell that begins {_first_line(error.source)!r} fails: {reason}")
    except DeadKernelError:
        outcome.failures.append(f"{problem}: the kernel died; look for a lack of memory.")
    except (CellTimeoutError, RuntimeError) as error:
        outcome.failures.append(f"{problem}: the kernel does not answer ({str(error).split(chr(10))[0]}).")
    outcome.seconds = time.perf_counter() - began
    if outcome.notebook.exists():
        executed = nbformat.read(outcome.notebook, as_version=4)
        _grade(executed, outcome)
        outcome.page.write_text(page(executed, source.parent), encoding="utf-8")
    _write_metrics(outcome, settings)
    return outcome


def _first_line(code: str) -> str:
    return next((line for line in code.splitlines() if line.strip() and not line.startswith("#")), "")[:60]


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    """The kernel's settings; they win over what the notebook says."""
    given = {f"WORKBOOK_{name}": str(value) for name, value in settings.parameters.items()}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return given | {"WORKBOOK_HEADLESS": "1", "WORKBOOK_RUN_DIR": str(folder.resolve()), "PYTHONPATH": path}


def _grade(notebook: NotebookNode, outcome: Outcome) -> None:
    """Read each check's points from its output, as nbgrader does, but take no number for 0 and not for full marks."""

    def fails(sentence: str) -> None:
        outcome.failures.append(f"{outcome.problem}: the check of {sentence}")

    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if not graded.get("grade"):
            continue
        points = float(graded["points"])
        if graded.get("solution"):
            outcome.by_hand += points
            continue
        exercise = name_of(cell).removeprefix(CHECK)
        score = score_of(cell)
        outcome.scores[exercise] = (score, points)
        if any(output.output_type == "stream" and output.name == "stderr" for output in cell.outputs):
            outcome.scores[exercise] = (0.0, points)
            fails(f"{exercise} writes to stderr, for which nbgrader gives 0.")
        elif score is None and (cell.execution_count is not None or not outcome.failures):
            fails(f"{exercise} gives no points.")
        elif score is not None and score != points:
            fails(f"{exercise} gives {score:g} of {points:g} points.")


def _write_metrics(outcome: Outcome, settings: Settings) -> None:
    """Add seconds, points and failures to the figures that the notebook recorded."""
    path = outcome.folder / "metrics.json"
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        recorded = {"problem": outcome.problem, "preset": settings.preset, "figures": {}}
    outcome.metrics = recorded | {
        "seconds": round(outcome.seconds, 2),
        "exercises": {name: {"earned": score, "points": points} for name, (score, points) in outcome.scores.items()},
        "by_hand": outcome.by_hand,
        "failures": outcome.failures,
    }
    path.write_text(json.dumps(outcome.metrics, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def show(outcomes: list[Outcome], out: Console, shown_path: Callable[[Path], str] = str) -> None:
    """Print the table; where the paths of the pages do not fit into it, they follow in lines that nothing breaks."""
    pages = {outcome.problem: shown_path(outcome.page) if outcome.page.exists() else "none" for outcome in outcomes}
    whole = table(outcomes, pages)
    if out.measure(whole, options=out.options.update(max_width=10_000)).maximum <= out.width:
        out.print(whole)
        return
    out.print(table(outcomes))
    for path in pages.values():
        out.print(path, soft_wrap=True, markup=False, highlight=False)


def table(outcomes: list[Outcome], pages: Mapping[str, str] | None = None) -> Table:
    """Problem, seconds, exercises and points of every run, and where pages are given by problem, its page."""
    shown = Table("problem")
    for column in ("seconds", "exercises", "points"):
        shown.add_column(column, justify="right", no_wrap=True)
    if pages:
        shown.add_column("page", no_wrap=True)
    for outcome in outcomes:
        by_hand = f" (+ {outcome.by_hand:g} by hand)" if outcome.by_hand else ""
        shown.add_row(
            outcome.problem,
            f"{outcome.seconds:.1f}",
            f"{outcome.passed} of {len(outcome.scores)}",
            f"{outcome.earned:g} of {outcome.points:g}{by_hand}",
            *([escape(pages[outcome.problem])] if pages else []),
        )
    return shown


# Papermill's engine


class Kernels:
    """The kernels of all runs, so that they can be stopped together; `threads` is how many cores each may use."""

    def __init__(self, threads: int | None = None):
        """Begin with none."""
        self.threads = threads
        self._clients: list[PapermillNotebookClient] = []
        self._lock = threading.Lock()
        self._stopped = False

    def execute(self, client: PapermillNotebookClient, environment: dict[str, str]) -> None:
        """Execute a client's notebook in a new kernel with this environment."""
        with self._lock:
            if self._stopped:
                raise DeadKernelError("stopped")
            self._clients.append(client)
        limits = {"OMP_NUM_THREADS": str(self.threads)} if self.threads else {}
        client.execute(env=limits | os.environ | environment)

    def stop(self) -> None:
        """End every kernel, whatever it does."""
        with self._lock:
            self._stopped = True
            for client in self._clients:
                process = getattr(getattr(client.km, "provisioner", None), "process", None)
                if process is not None and process.poll() is None:
                    process.kill()


class WorkbookEngine(Engine):
    """Papermill's own engine, with an environment for the kernel and word of each cell that begins."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernels: Kernels,
        environment: dict[str, str],
        advance: Callable[[int, int], None],
        start_timeout: int = 60,
        **options: Any,
    ) -> None:
        """Execute the notebook that papermill manages, in the folder that it is written to."""
        total = len(nb_man.nb.cells)
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            timeout=None,
            resources={"metadata": {"path": environment["WORKBOOK_RUN_DIR"]}},
            extra_arguments=["--log-level=CRITICAL"],
            log=logging.Logger("papermill", logging.CRITICAL),
            on_cell_start=lambda cell, cell_index: advance(cell_index, total),
        )
        kernels.execute(client, environment)


papermill_engines.register("workbook", WorkbookEngine)
