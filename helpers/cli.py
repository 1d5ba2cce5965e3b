"""The `workbook` command: what students and instructors do, one short command each.

Every error is one line on stderr, with exit code 1, or 2 where the command itself is written wrongly; WORKBOOK_DEBUG=1
shows the traceback of an unexpected one. Modules are imported by the commands that need them, so that help is instant,
and so that students, who have no `helpers.grading`, can use the commands that are theirs.
"""

from __future__ import annotations

import importlib
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from helpers.errors import WorkbookError

if TYPE_CHECKING:
    from rich.console import Console

    from helpers.grading.deadlines import Deadlines, Penalty
    from helpers.grading.execute import Outcome
    from helpers.grading.pile import Summary
    from helpers.grading.results import Store
    from helpers.grading.source import Course

app = typer.Typer(
    help="A workbook of graded notebooks on deep generative models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(help="List the data sets, or download one.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(data_app, name="data")

STOPPED = 130  # what shells say of a program that Ctrl-C ended


class Stopped(WorkbookError):
    """Ctrl-C, with a sentence on how far the command came."""


Problems = Annotated[
    list[str] | None,
    typer.Argument(metavar="PROBLEM", help="02, pixelcnn or 02_pixelcnn; all when left out.", show_default=False),
]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")]
Port = Annotated[int | None, typer.Option(help="The port; by default the first free one from 8888.")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many problems at a time.")]


# For everybody


@app.command(epilog="Example: workbook start pixelcnn")
def start(
    problem: Annotated[str, typer.Argument(metavar="PROBLEM", help="02, pixelcnn or 02_pixelcnn.")],
    update: Annotated[bool, typer.Option("--update", help="Carry your answers into a newer release.")] = False,
) -> None:
    """Copy a notebook into work/, unless a copy is there."""
    from helpers import student

    name = student.find_problem(problem, student.problems(root()))
    copied = student.start(name, root(), update)
    own = near(copied.path)
    if copied.state == "new":
        print(f"{own} is yours; open it with: workbook lab")
    elif copied.state == "outdated":
        print(f"{own} is there and stays as it is; it differs from the release. Carry your answers over with:")
        print(f"  workbook start {name} --update")
    elif copied.state == "updated":
        print(f"{own} is the newer release with your answers; your earlier copy is {near(copied.earlier)}")
        if copied.left:
            print(f"{copied.left} of your cells found no place and stand at its end: {student.EARLIER.lstrip('# ')}")
    else:
        print(f"{own} is there, current, and stays as it is.")


@app.command(
    epilog="Example: workbook lab --no-browser --port 8889",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def lab(context: typer.Context, browser: Browser = True, port: Port = None) -> None:
    """Open JupyterLab on your own copies in work/.

    Notebooks that are not there yet are copied first; none is overwritten. A page opens that lists them, with how far
    you are. Other options go to JupyterLab.
    """
    from helpers import start_page, student

    for problem in student.problems(root()):
        try:
            if student.start(problem, root()).state == "new":
                print(f"new in work/: {problem}")
        except WorkbookError as error:  # one damaged copy must not keep the others shut
            print(f"- {error}")
    folder = root() / "work"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    # neither news nor updates: both would ask the network, and a student to decide
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += [] if browser else ["--no-browser"]
    command += [] if port is None else [f"--ServerApp.port={port}"]
    options, variables = start_page.lab_options(root())
    process = subprocess.Popen([*command, *options, *context.args], env=os.environ | variables)
    raise typer.Exit(served(process, context.args))


def served(process: subprocess.Popen, options: list[str]) -> int:
    """Wait for a Jupyter server; its exit code, and a word on what stops it in most containers."""
    code = wait_for(process)
    if code and "--allow-root" not in options and getattr(os, "geteuid", lambda: 1)() == 0:
        complain("Jupyter does not start as root unless it is told to; in a container of your own, add --allow-root.")
    return code


def wait_for(process: subprocess.Popen) -> int:
    """Wait for a program that answers Ctrl-C itself, as JupyterLab does with a question; its exit code."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


@app.command(epilog="Example: workbook check work/02_pixelcnn/02_pixelcnn.ipynb")
def check(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook; it is only read.")],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one cell may take.")] = 60,
) -> None:
    """Before you hand in: is all there, do the checks pass?

    The file is compared with the release, and its visible checks run in a fresh kernel; it is only read.
    Exit code 0: whole, every required check passes and every required question has an answer. Exit code 1: otherwise.
    """
    from helpers import start_page
    from helpers.doctor import stray_sentence
    from helpers.preflight import preflight

    out = console()
    with out.status("running the checks") as status:
        result = preflight(
            notebook, root(), timeout, progress=lambda done, total: status.update(f"cell {done} of {total}")
        )
    out.print(result.table())
    for sentence in filter(None, (*result.damage, *result.trouble, stray_sentence(notebook.resolve().parent))):
        out.print(f"- {sentence}", markup=False, highlight=False)
    if result.damage:
        own = root() / "work" / result.problem / f"{result.problem}.ipynb"
        print("For a whole notebook with your answers in it, run")
        print(f"  workbook doctor {shlex.quote(near(notebook))}")
        if can_be_updated(notebook):
            print(f"or, where yours is {near(own)},")
            print(f"  workbook start {result.problem} --update")
    out.print(result.closing(), markup=False, highlight=False)
    start_page.keep(notebook, result, root())
    raise typer.Exit(0 if result.ready else 1)


def can_be_updated(notebook: Path) -> bool:
    """Whether `workbook start --update` can read a notebook; of one that is cut off, only the doctor can."""
    from helpers.student import read_notebook

    try:
        read_notebook(notebook)
    except WorkbookError:
        return False
    return True


@app.command(epilog="Example: workbook doctor work/02_pixelcnn/02_pixelcnn.ipynb")
def doctor(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="A notebook, damaged or not; it is only read.")],
    out: Annotated[
        Path | None, typer.Option(help="The repaired notebook; by default NAME.repaired.ipynb beside the other.")
    ] = None,
) -> None:
    """Repair a damaged notebook into a new file.

    What can be put right without guessing is, and said; no answer is changed. The new file has no outputs.
    Exit code 0: it is whole, or repaired. Exit code 1: nothing can be made of it.
    """
    from helpers.doctor import examine, renamed, stray_sentence
    from helpers.student import content_of, write_new

    examined = examine(content_of(notebook), notebook.name, root())
    for sentence in filter(None, (*examined.repairs, stray_sentence(notebook.resolve().parent))):
        print(f"- {sentence}")
    if set(examined.repairs) <= set(renamed(notebook.name, examined.problem)):
        print(f"{near(notebook)}: nothing to repair.")
        return
    path = out or notebook.with_name(f"{notebook.stem}.repaired.ipynb")
    write_new(path, examined.notebook)
    print(f"{near(path)} is whole and has your answers; {near(notebook)} stays as it is.")
    print(f"Go on in the new one; if you hand it in as {examined.problem}.ipynb, rename it.")


@data_app.command("list", epilog="Example: workbook data list")
def data_list() -> None:
    """List the data sets: licence, size, and where they are."""
    from rich.table import Table

    from helpers import data
    from helpers.download import readable_size

    table = Table("name", "download", "here", "licence")
    for row in data.available():
        built_in = row.present and row.folder is None
        size = readable_size(row.size) if row.size else "none" if built_in else "your own copy"
        table.add_row(row.name, size, str(row.folder or "yes") if row.present else "no", row.licence)
    console().print(table)


@data_app.command("get", epilog="Example: workbook data get mnist")
def data_get(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name that workbook data list shows.")],
    folder: Annotated[Path | None, typer.Option(help="Where to; by default the user's cache.")] = None,
) -> None:
    """Download a data set, unless it is here; a download that was cut goes on where it ended."""
    from helpers import data

    where = data.get(name, folder)
    print(f"{name} comes with the workbook." if where is None else f"{name} is in {where}")


# For instructors


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


Student = Annotated[
    str | None, typer.Option("--student", "-s", metavar="NAME", help="Only this one's, as grades.csv has the name.")
]
OneProblem = Annotated[str | None, typer.Option("--problem", "-p", metavar="PROBLEM", help="Only this problem's.")]
Grades = Annotated[Path | None, typer.Option(help="The folder of results; by default build/grades.")]
FromGradebook = Annotated[bool, typer.Option(help="Take what persons gave from nbgrader's gradebook.")]


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


def whole_name(problem: str | None) -> str | None:
    """A problem's whole name, where one is given."""
    from helpers.student import find_problem

    return find_problem(problem, grading("source").problems(course())) if problem else None


def results_in(folder: Path | None) -> Store:
    """The results in a folder, by default the usual one."""
    return grading("results").Store(folder or root() / "build" / "grades")


def given(gradebook: bool) -> dict:
    """What persons gave in nbgrader's gradebook."""
    return grading("marks").read_marks(course()) if gradebook else {}


# What commands share


def root() -> Path:
    """The workbook's folder."""
    from helpers import student

    return student.ROOT


def course() -> Course:
    """The workbook's folder as an instructor's course."""
    return grading("source").Course(root())


def grading(name: str) -> ModuleType:
    """A module of helpers.grading, which students do not have."""
    try:
        return importlib.import_module(f"helpers.grading.{name}")
    except ModuleNotFoundError as error:
        if error.name in ("helpers.grading", f"helpers.grading.{name}"):
            raise WorkbookError("This command is for instructors; the student bundle does not bring it.") from None
        raise


def named(problems: list[str] | None) -> list[str]:
    """The sources' whole names, in order and once each; all where none is named."""
    from helpers.student import find_problem

    known = grading("source").problems(course())
    if not problems and not known:
        raise WorkbookError("There is no problem in solutions/ yet.")
    return list(dict.fromkeys(find_problem(name, known) for name in problems)) if problems else known


def near(path: Path) -> str:
    """The path as it is shortest from here."""
    path, here = path.resolve(), Path.cwd().resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def console() -> Console:
    """Where tables go: wide enough for a log where there is no terminal."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=120)


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


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(f"workbook: {' '.join(sentence.split())}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    sys.exit(outcome_of(sys.argv[1:] if arguments is None else arguments))


def outcome_of(arguments: list[str]) -> int:
    """Run the command; its exit code. Whatever goes wrong becomes one sentence."""
    try:
        code = app(arguments, prog_name="workbook", standalone_mode=False)
        if code == STOPPED:
            complain("stopped.")
        return code if isinstance(code, int) else 0
    except WorkbookError as error:
        complain(str(error))
        return STOPPED if isinstance(error, Stopped) else 1
    except (KeyboardInterrupt, typer.Abort):
        complain("stopped.")
        return STOPPED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - whoever read stdout has gone; Python flushes at its end
        return 1
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None and not os.environ.get("WORKBOOK_DEBUG"):
            path = error.filename2 or error.filename
            complain(f"{path} cannot be used ({error.strerror}); see what is there, who may use it, and how much room.")
            return 1
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.ctx.get_help(), file=sys.stderr)
            return 2
        if hasattr(error, "format_message"):  # click's: the command is written wrongly
            complain(f"{error.format_message()} See: workbook --help")
            return getattr(error, "exit_code", 2)
        if os.environ.get("WORKBOOK_DEBUG"):
            raise
        complain(f"{type(error).__name__}: {error} (unexpected; WORKBOOK_DEBUG=1 shows where)")
        return 1


if __name__ == "__main__":
    main()
