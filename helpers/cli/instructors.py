"""Commands for instructors: grade a pile, and tell the class and other programs what came of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.cli.application import Stopped, app
from helpers.cli.common import (
    Browser,
    FromGradebook,
    Grades,
    OneProblem,
    Port,
    Student,
    console,
    course,
    given,
    grading,
    near,
    results_in,
    root,
    served,
    whole_name,
)
from helpers.cli.displays import Counting
from helpers.errors import WorkbookError

if TYPE_CHECKING:
    from helpers.grading.deadlines import Deadlines, Penalty
    from helpers.grading.pile import Summary


@app.command(epilog="Example: workbook grade build/submitted --jobs 2")
def grade(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="nbgrader's submitted/, a folder of notebooks or zips, a platform's zip.",
            show_default=False,
        ),
    ] = None,
    problem: Annotated[
        str | None, typer.Option("--problem", "-p", metavar="PROBLEM", help="Of files that do not say it.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many submissions at a time.")] = 1,
    sandbox: Annotated[str, typer.Option(metavar="LEVEL", help="auto, bwrap, docker or reduced.")] = "auto",
    out: Annotated[Path | None, typer.Option(help="The folder of results; by default build/grades.")] = None,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="The class (id, name, email): names students, and who is missing."),
    ] = None,
    deadlines: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="problem, deadline, student (of an extension): reports who is late."),
    ] = None,
    late_penalty: Annotated[
        str | None, typer.Option(metavar="RULE", help="Take points off late work, such as 10%/day; none by default.")
    ] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade all of it again; shows the difference, and asks before it writes.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write what --regrade shows without being asked.")] = False,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers grade, such as tcp://host:8786."),
    ] = None,
    gradebook: Annotated[bool, typer.Option(help="Write automatic scores into nbgrader's gradebook.")] = True,
    seconds: Annotated[float, typer.Option(min=1, help="How long one exercise's check may take.")] = 30,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="STUDENT PROBLEM", help="Replay one result: what was asked and answered.", show_default=False
        ),
    ] = None,
) -> None:
    """Grade submissions in a sandbox.

    A JSON file per submission, grades.csv and nbgrader's gradebook get the points; manual scores are kept. A run may be
    stopped at any time: the same command goes on where it was. Work that has a result is graded again with --regrade
    only. A file that nobody can read is reported as invalid; exit code 1 if the grader itself failed on a submission.
    """
    from helpers.student import find_problem

    levels = grading("sandbox").LEVELS
    if sandbox not in levels:
        raise WorkbookError(f"There is no sandbox {sandbox!r}; choose one of: {', '.join(levels)}.")
    folder = out or root() / "build" / "grades"
    known = grading("source").problems(course())
    limits = {"question_seconds": seconds}
    if explain is not None:
        student, name = explain
        for line in grading("appeal").explained(student, find_problem(name, known), folder, course(), sandbox, limits):
            print(line)
        return
    if not paths:
        raise WorkbookError("Name what to grade, such as build/submitted or the zip of your learning platform.")
    only = find_problem(problem, known) if problem else None
    people = grading("roster").Roster.read(roster) if roster else None
    rule = grading("deadlines").Penalty.parse(late_penalty) if late_penalty else None
    if rule and not deadlines:
        raise WorkbookError("A late penalty needs deadlines; name their CSV with --deadlines.")
    due = grading("deadlines").Deadlines.read(deadlines, known, people) if deadlines else None
    display = Counting(console())
    run = grading("regrading").regrade if regrade else grading("pile").grade
    try:
        with grading("cluster").workers(cluster, jobs, root()) as (width, executor), display:
            summary = run(
                paths,
                course(),
                folder,
                problem=only,
                jobs=width,
                level=sandbox,
                limits=limits,
                progress=display.progress,
                executor=executor,
                roster=people,
            )
    except KeyboardInterrupt:
        raise Stopped(f"stopped with {display.counts()}; the same command goes on from there.") from None
    if regrade:
        compare(summary, folder, yes)
        grading("regrading").put_in_place(summary, folder, people)
    console().print(grading("pile").table(summary))
    for sentence in summary.sentences():
        print(f"- {sentence}")
    late = tell_late(due, rule, folder) if due else None
    print(f"{near(folder / 'grades.csv')} has a row per question, {near(folder / 'results')} a file per submission.")
    for sentence in enter(folder, late) if gradebook else ():
        print(f"- {sentence}")
    raise typer.Exit(1 if summary.failed else 0)


def compare(summary: Summary, folder: Path, yes: bool) -> None:
    """Show what a regrade changes, and go on only where that is wanted."""
    regrading = grading("regrading")
    for line in regrading.told(regrading.differences(summary, folder), len(summary.found)):
        print(line)
    if yes:
        return
    if not (sys.stdin.isatty() and typer.confirm("Write these scores?")):
        raise WorkbookError("Nothing was changed; to write these scores, run the same command with --yes.")


def tell_late(due: Deadlines, rule: Penalty | None, folder: Path) -> dict[tuple[str, str], float]:
    """Report what is late; the points that are taken off, by student and problem."""
    store = grading("results").Store(folder)
    late = list(due.late(store.all(), rule))
    path = grading("deadlines").write_late(late, store)
    for one in late:
        print(f"- {one}.")
    taken = f"taken off: {rule}" if rule else "nothing is taken off"
    print(f"{len(late)} late or unknown, {taken}; {near(path)} has a row for each.")
    return {(one.result.student, one.result.problem): one.penalty for one in late if one.penalty}


def enter(folder: Path, late: dict[tuple[str, str], float] | None = None) -> tuple[str, ...]:
    """Write all current results into nbgrader's gradebook; sentences on what was left out.

    Where late work is known, what is taken off it replaces what was taken off before.
    """
    store, answers = grading("results").Store(folder), grading("results").Answers(folder)
    graded = sorted({result.problem for result in store.all() if result.has_grade})
    if not graded:
        return ()
    missing = [name for name in graded if not (course().build / "source" / name / f"{name}.ipynb").is_file()]
    if missing:
        grading("build").build_all(missing, course())
    results = (result for result in store.all() if result.has_grade)
    try:
        imported = grading("gradebook").import_results(results, course(), answers=answers, late=late)
    finally:
        answers.save()
    print(f"nbgrader's gradebook has the automatic scores of {imported.written} submissions.")
    opened = (result for result in store.all() if result.has_grade)
    return (*imported.left, *grading("autograded").write_autograded(opened, store, course()))


@app.command(
    epilog="Example: workbook formgrader --no-browser --port 8890",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def formgrader(context: typer.Context, browser: Browser = True, port: Port = None) -> None:
    """Open formgrader to mark written answers.

    It shows what workbook grade put into the gradebook. Other options go to Jupyter's server.
    """
    if not (course().build / "source").is_dir():
        raise WorkbookError("There is nothing to mark yet; grade a pile first: workbook grade PATH.")
    command = [sys.executable, "-m", "jupyter_server", f"--ServerApp.root_dir={root()}"]
    command += ["--ServerApp.default_url=/formgrader", f"--ServerApp.open_browser={browser}"]
    command += [] if port is None else [f"--ServerApp.port={port}"]
    # nbgrader reads nbgrader_config.py where its server is started
    raise typer.Exit(served(subprocess.Popen([*command, *context.args], cwd=root()), context.args))


@app.command(epilog="Example: workbook feedback --problem pixelcnn")
def feedback(
    student: Student = None,
    problem: OneProblem = None,
    grades: Grades = None,
    out: Annotated[Path | None, typer.Option(help="Where to; by default build/feedback.")] = None,
    gradebook: FromGradebook = True,
) -> None:
    """Write each student a page of feedback per problem.

    A page shows points, what fails with its advice, the student's own work, and points and comments from the gradebook;
    no hidden input, no check's source. It is one file that needs no network.
    """
    folder, only = out or root() / "build" / "feedback", whole_name(problem)
    with console().status("writing the pages") as status:
        written = grading("reports.feedback").write_feedback(
            results_in(grades), folder, given(gradebook), student, only, lambda done: status.update(f"{done} pages")
        )
    print(f"{len(written)} page{'s' * (len(written) != 1)} in {near(folder)}, beside an index for each student.")


@app.command(epilog="Example: workbook report --problem pixelcnn")
def report(
    problem: OneProblem = None,
    grades: Grades = None,
    out: Annotated[Path | None, typer.Option(help="The page; by default build/report.html.")] = None,
    gradebook: FromGradebook = True,
) -> None:
    """Write a page on the class, for those who mark.

    Points per exercise, the most common misconceptions, submissions to look at, near-identical answers side by side. It
    is one file that needs no network.
    """
    path, only = out or root() / "build" / "report.html", whole_name(problem)
    with console().status("reading the results"):
        count, groups = grading("reports.class_page").write_report(
            results_in(grades), path, given(gradebook), course(), only
        )
    alike = f"; {groups} group{'s' * (groups != 1)} of near-identical answers" if groups else ""
    print(f"{near(path)} shows {count} result{'s' * (count != 1)}{alike}.")


@app.command(epilog="Example: workbook gradescope --problem pixelcnn")
def gradescope(
    student: Student = None,
    problem: OneProblem = None,
    grades: Grades = None,
    out: Annotated[Path | None, typer.Option(help="Where to; by default build/gradescope.")] = None,
) -> None:
    """Write results.json files for Gradescope.

    There is one per student and problem, with the automatic points; written questions are left to a person. What has
    no grade gets none.
    """
    folder = out or root() / "build" / "gradescope"
    written, left = grading("reports.gradescope").write_results(
        results_in(grades), folder, student, whole_name(problem)
    )
    print(f"{written} results.json in {near(folder)}.")
    for sentence in left:
        print(f"- {sentence}")
