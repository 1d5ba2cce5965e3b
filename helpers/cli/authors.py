"""Commands for authors: build notebooks, run solutions, pack releases, show pictures, judge the checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import app, complain
from helpers.cli.common import Jobs, Problems, console, course, grading, named, near, root
from helpers.cli.displays import progress_display
from helpers.errors import WorkbookError

if TYPE_CHECKING:
    from helpers.grading.execute import Outcome


@app.command(epilog="Example: workbook build 02_pixelcnn")
def build(
    problems: Problems = None,
    verify: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if one is out of date.")] = False,
) -> None:
    """Make the notebooks from solutions/*.py."""
    builder = grading("build")
    chosen = named(problems)
    if verify:
        stale = builder.stale(chosen if problems else None, course())
        if stale:
            more = f" and {len(stale) - 5} more" if len(stale) > 5 else ""
            raise WorkbookError(f"Out of date: {', '.join(map(near, stale[:5]))}{more}; run workbook build.")
        print("All notebooks are up to date.")
        return
    changed = builder.build_all(chosen if problems else None, course())
    for problem in chosen:
        count = sum(problem in path.relative_to(root()).with_suffix("").parts for path in changed)
        if count:
            print(f"{problem}: {count} file{'s' * (count != 1)} changed")
    print(f"{len(chosen)} problem{'s' * (len(chosen) != 1)} built, {len(changed)} files changed.")


@app.command(epilog="Example: workbook run pixelcnn --preset laptop --dataset mnist")
def run(
    problems: Problems = None,
    preset: Annotated[
        str, typer.Option(envvar="WORKBOOK_PRESET", help="smoke (seconds), laptop (minutes) or full (GPU).")
    ] = "smoke",
    dataset: Annotated[str | None, typer.Option(metavar="NAME", help="Instead of the notebook's own.")] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the notebook's own.")] = None,
    jobs: Jobs = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last run's checkpoints.")] = False,
    record: Annotated[bool, typer.Option("--record", help="Keep figures and pictures as reference results.")] = False,
) -> None:
    """Execute the solutions and read the checks' points.

    Executed notebooks, HTML pages and metrics go to build/run/; nothing in work/ is touched. Exit code 1 if a cell
    fails or a check gives less than full points.
    """
    if record and resume:
        raise WorkbookError("A run that goes on from checkpoints has no time of its own; record it without --resume.")
    execute = grading("execute")
    settings = execute.Settings(preset, dataset, seed, resume)
    chosen = named(problems)
    grading("build").build_all(chosen, course())
    out = console()
    with progress_display(out) as display:
        outcomes = execute.run_all(chosen, settings, display, jobs, course())
    execute.show(outcomes, out, near)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    if record:
        keep(outcomes)
    for failure in failures:
        complain(failure)
    raise typer.Exit(1 if failures else 0)


def keep(outcomes: list[Outcome]) -> None:
    """Record the runs without failures, and bring notebooks and README up to date with them."""
    records = grading("records")
    whole = [outcome for outcome in outcomes if not outcome.failures]
    for outcome in whole:
        kept = records.record(outcome, course())
        pictures = records.keep_pictures(outcome, course())
        print(
            f"{outcome.problem}: recorded the {kept['preset']} preset on {kept['dataset']} at {kept['commit']}, "
            f"{len(pictures)} picture{'s' * (len(pictures) != 1)}"
        )
    if whole:
        grading("build").build_all([outcome.problem for outcome in whole], course())
        grading("readme").refresh_readme(course())


@app.command(epilog="Example: workbook release --out build/student.zip")
def release(
    out: Annotated[Path | None, typer.Option(help="The archive; by default build/student.zip.")] = None,
) -> None:
    """Pack the student bundle as one zip file.

    It holds notebooks, what they import and the environment; no solutions, answers or grading.
    """
    path = grading("release").release(out, course())
    print(f"{near(path)}, {path.stat().st_size / 1e6:.1f} MB")


@app.command(epilog="Example: workbook gallery")
def gallery() -> None:
    """Make a page of the best pictures, build/gallery."""
    page = grading("showcase").write(course())
    size = sum(path.stat().st_size for path in page.parent.rglob("*") if path.is_file())
    print(f"{near(page)}, with its pictures {size / 1e6:.1f} MB")


@app.command(epilog="Example: workbook audit pixelcnn --exercise causal_mask --no-mutants")
def audit(
    problems: Problems = None,
    exercise: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this exercise; may be repeated.", show_default=False)
    ] = None,
    mutants: Annotated[bool, typer.Option("--mutants/--no-mutants", help="Judge generated wrong answers too.")] = True,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many worker processes.")] = 2,
    record: Annotated[bool, typer.Option("--record", help="Keep the counts of what was audited in full.")] = False,
) -> None:
    """Judge the checks by right and wrong answers.

    Exit code 1 if a right answer is rejected or a wrong one accepted.
    """
    if record and (exercise or not mutants):
        raise WorkbookError("Only a full audit is recorded; leave out --exercise and --no-mutants, or --record.")
    out = console()
    with out.status("reading the answers") as status:
        result = grading("audit").audit(
            named(problems),
            mutants,
            jobs,
            course(),
            exercise or (),
            lambda done, total: status.update(f"{done} of {total} answers"),
        )
    out.print(result.figures())
    print(*result.lines(), sep="\n")  # unwrapped, so that a mutant can be copied into equivalent.toml
    if record:
        out.print(f"recorded: {', '.join(grading('audited').record(result, course())) or 'nothing'}")
        grading("readme").refresh_readme(course())
    raise typer.Exit(1 if result.failures else 0)
