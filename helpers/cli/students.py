"""Commands for everybody: a copy of one's own, the check before handing in, the repair, data sets."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from helpers.cli.application import app
from helpers.cli.common import Browser, Port, console, near, root, served
from helpers.errors import WorkbookError

data_app = typer.Typer(help="List the data sets, or download one.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(data_app, name="data")


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
