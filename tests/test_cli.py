"""The command says what it did, and every error in one line with a true exit code."""

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import urllib.request

import nbformat
import pytest
from PIL import Image

from helpers import cli, student
from helpers.cli import common
from helpers.grading import build
from tests.patience import PATIENCE
from tests.servers import serving

COMMANDS = ("start", "lab", "check", "doctor", "build", "run", "release", "gallery", "audit", "grade", "formgrader")
COMMANDS += ("feedback", "report", "gradescope", "data", "data list", "data get")


@pytest.fixture
def workbook(course, monkeypatch):
    """Run a command on the tiny course, in this process; returns its exit code."""
    monkeypatch.setattr(student, "ROOT", course.root)
    monkeypatch.chdir(course.root)
    for name in ("WORKBOOK_PRESET", "WORKBOOK_DATASET", "WORKBOOK_SEED", "WORKBOOK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments: cli.outcome_of(list(arguments))


def in_a_process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "helpers.cli", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=student.ROOT,
        timeout=PATIENCE,
    )


def refused(capsys):
    """The one line that a failed command left on stderr."""
    printed = capsys.readouterr().err
    assert printed.startswith("workbook: ")
    assert printed.count("\n") == 1
    assert "Traceback" not in printed
    return printed


# Help and errors


def test_help_lists_every_command():
    done = in_a_process("--help")
    assert done.returncode == 0
    assert all(name.split()[0] in done.stdout for name in COMMANDS)
    assert "..." not in done.stdout.split("Commands:")[1]  # each description fits on its line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(workbook, capsys, command):
    assert workbook(*command.split(), "--help") == 0
    printed = capsys.readouterr().out
    assert f"Usage: workbook {command}" in printed
    assert command == "data" or "Example: workbook" in printed


def test_help_building_and_starting_need_no_torch(course):
    code = (
        "import sys; from pathlib import Path; from helpers import cli, student\n"
        f"student.ROOT = Path({str(course.root)!r})\n"
        "for line in ('--help', 'build', 'start 1', 'run nothing'): cli.outcome_of(line.split())\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=student.ROOT, timeout=PATIENCE
    )
    assert done.stdout.splitlines()[-1] == "False", done.stderr


def test_the_commands_of_students_import_nothing_slow(course):
    code = (
        "import sys; from pathlib import Path; from helpers import cli, student\n"
        f"student.ROOT = Path({str(course.root)!r})\n"
        "sys.exit = lambda code: print('exit', code, {'torch', 'matplotlib', 'sympy', 'lark'} & set(sys.modules))\n"
        "for line in ('--help', 'start 1', 'start 1 --update', 'check nothing.ipynb'): cli.main(line.split())"
    )
    build.build_all(course=course)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=student.ROOT, timeout=PATIENCE
    )
    states = [line for line in done.stdout.splitlines() if line.startswith("exit")]
    assert states == ["exit 0 set()"] * 3 + ["exit 1 set()"], done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("", 2, None),
        ("rnu", 2, "did you mean 'run'"),
        ("run --fast", 2, "no such option"),
        ("run --jobs 0", 2, "jobs"),
        ("run --seed one", 2, "seed"),
        ("start", 2, "problem"),
        ("check", 2, "notebook"),
        ("run nothing", 1, "there is no problem 'nothing'"),
        ("run tyni", 1, "did you mean 01_tiny"),
        ("start tyni", 1, "there is no problem"),
        ("run --preset huge", 1, "choose smoke, laptop or full"),
        ("run --record --resume", 1, "without --resume"),
        ("check nothing.ipynb", 1, "there is no file"),
        ("doctor", 2, "notebook"),
        ("doctor nothing.ipynb", 1, "there is no file"),
        ("data get mnits", 1, "did you mean mnist"),
    ],
)
def test_a_mistake_gets_one_line_and_a_true_exit_code(workbook, capsys, arguments, code, sentence):
    assert workbook(*arguments.split()) == code
    if sentence is None:
        assert "Usage: workbook" in capsys.readouterr().err
    else:
        assert sentence in refused(capsys).lower()


def test_an_unexpected_error_is_one_line_unless_debugging(workbook, capsys, monkeypatch):
    def fail(*_):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(student, "problems", fail)
    assert workbook("start", "tiny") == 1
    assert "RuntimeError: two lines" in refused(capsys)
    monkeypatch.setenv("WORKBOOK_DEBUG", "1")
    with pytest.raises(RuntimeError):
        workbook("start", "tiny")


def test_a_folder_in_the_place_of_a_file_is_one_line_that_names_it(workbook, capsys, course):
    build.build_all(course=course)
    path = course.notebooks / "01_tiny" / "01_tiny.ipynb"
    path.unlink()
    path.mkdir()
    assert workbook("build") == 1
    assert "01_tiny.ipynb cannot be used (Is a directory)" in refused(capsys)
    assert workbook("start", "1") == 1
    assert "01_tiny.ipynb, which comes with the workbook, is no whole notebook" in refused(capsys)


def test_a_pipe_is_no_notebook(workbook, capsys, course):
    os.mkfifo(course.root / "pipe.ipynb")
    for command in ("check", "doctor"):
        assert workbook(command, str(course.root / "pipe.ipynb")) == 1
        assert "is no file that can be read" in refused(capsys)


def test_ctrl_c_is_no_traceback(workbook, capsys, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(student, "problems", interrupt)
    assert workbook("start", "tiny") == 130
    assert refused(capsys) == "workbook: stopped.\n"


@pytest.mark.parametrize("command", ["build", "run", "release", "audit", "grade"])
def test_a_student_is_told_which_commands_are_not_theirs(workbook, capsys, monkeypatch, command):
    for name in [name for name in sys.modules if name.startswith("helpers.grading.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "helpers.grading", None)
    assert workbook(command) == 1
    assert "for instructors" in refused(capsys)


# The commands


def test_build_says_what_changed_and_check_writes_nothing(workbook, capsys, course):
    assert workbook("build", "--check") == 1
    assert "notebooks/01_tiny/01_tiny.ipynb" in refused(capsys)
    assert not course.notebooks.exists()
    assert workbook("build") == 0
    line, total = capsys.readouterr().out.splitlines()  # a line per problem, however many files it has
    assert line == "01_tiny: 7 files changed"
    assert total == "1 problem built, 7 files changed."
    assert workbook("build", "tiny") == 0
    assert capsys.readouterr().out == "1 problem built, 0 files changed.\n"
    assert workbook("build", "--check") == 0


def test_a_refused_source_is_one_line(workbook, capsys, edit):
    edit('# %% check="mean"', '# %% check="maen"')
    assert workbook("build") == 1
    assert "01_tiny.py:" in refused(capsys)


def test_start_copies_once_and_then_keeps(workbook, capsys, course):
    build.build_all(course=course)
    assert workbook("start", "tiny") == 0
    assert "work/01_tiny/01_tiny.ipynb is yours" in capsys.readouterr().out
    path = course.root / "work" / "01_tiny" / "01_tiny.ipynb"
    path.write_bytes(path.read_bytes().replace(b'\\"laptop\\"', b'\\"full\\"'))
    assert b'"full' in path.read_bytes().replace(b"\\", b"")
    before = path.read_bytes()
    assert workbook("start", "1") == 0
    assert "stays as it is" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_start_offers_and_makes_an_update(workbook, capsys, course, edit):
    build.build_all(course=course)
    workbook("start", "tiny")
    edit("# The mean of $n$", "# A mean of $n$")
    build.build_all(course=course)
    capsys.readouterr()
    assert workbook("start", "tiny") == 0
    assert "workbook start 01_tiny --update" in capsys.readouterr().out
    assert workbook("start", "tiny", "--update") == 0
    assert "your earlier copy is work/01_tiny/01_tiny.20" in capsys.readouterr().out


def test_lab_copies_what_is_missing_and_hands_options_on(workbook, capsys, course, monkeypatch):
    build.build_all(course=course)
    calls = []

    class JupyterLab:
        def __init__(self, command, env):
            assert env["JUPYTER_CONFIG_PATH"].startswith(str(course.root / "work"))
            calls.append(command)

        def wait(self):
            if len(calls) == 1:  # Ctrl-C: JupyterLab asks whether to stop, and is waited for
                calls.append("asked")
                raise KeyboardInterrupt
            return 3

    monkeypatch.setattr(subprocess, "Popen", JupyterLab)
    assert workbook("lab", "--no-browser", "--port", "8899", "--allow-root") == 3
    command, _ = calls
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={course.root / 'work'}" in command
    assert {"--no-browser", "--ServerApp.port=8899", "--allow-root"} <= set(command)
    assert "--LabApp.default_url=/lab/tree/start.md" in command
    assert (course.root / "work" / "01_tiny" / "01_tiny.ipynb").exists()
    assert "new in work/: 01_tiny" in capsys.readouterr().out


def test_formgrader_opens_where_its_settings_are_once_there_is_something_to_mark(workbook, capsys, course, monkeypatch):
    assert workbook("formgrader") == 1
    assert "grade a pile first" in capsys.readouterr().err
    build.build_all(course=course)
    calls = []
    monkeypatch.setattr(common, "wait_for", lambda process: 0)
    monkeypatch.setattr(subprocess, "Popen", lambda command, cwd: calls.append((command, cwd)))
    assert workbook("formgrader", "--no-browser", "--port", "8899", "--allow-root") == 0
    ((command, folder),) = calls
    assert folder == course.root
    assert {"--ServerApp.open_browser=False", "--ServerApp.port=8899", "--allow-root"} <= set(command)


@pytest.mark.parametrize("name", ["lab", "formgrader"])
def test_a_server_that_does_not_start_as_root_says_how_it_would(workbook, capsys, course, monkeypatch, name):
    build.build_all(course=course)
    monkeypatch.setattr(common, "wait_for", lambda process: 1)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert workbook(name) == 1
    assert "add --allow-root" in capsys.readouterr().err
    assert workbook(name, "--allow-root") == 1
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert workbook(name) == 1
    assert capsys.readouterr().err == ""


def test_lab_opens_beside_a_damaged_copy(workbook, capsys, course, monkeypatch):
    build.build_all(course=course)
    own = course.root / "work" / "01_tiny" / "01_tiny.ipynb"
    own.parent.mkdir(parents=True)
    own.write_text("{")
    monkeypatch.setattr(common, "wait_for", lambda process: 0)
    monkeypatch.setattr(subprocess, "Popen", lambda command, env: None)
    assert workbook("lab") == 0
    assert "is no whole notebook" in capsys.readouterr().out
    assert own.read_text() == "{"
    assert "workbook doctor" in (course.root / "work" / "start.md").read_text()


def test_lab_copies_the_others_beside_a_damaged_release(workbook, capsys, course, monkeypatch):
    build.build_all(course=course)
    for name in ("00_cut", "02_whole"):
        shutil.copytree(course.notebooks / "01_tiny", course.notebooks / name)
        (course.notebooks / name / "01_tiny.ipynb").rename(course.notebooks / name / f"{name}.ipynb")
    (course.notebooks / "00_cut" / "00_cut.ipynb").write_text('{"cells": [')
    monkeypatch.setattr(common, "wait_for", lambda process: 0)
    monkeypatch.setattr(subprocess, "Popen", lambda command, env: None)
    assert workbook("lab") == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 3
    assert "00_cut.ipynb, which comes with the workbook, is no whole notebook" in printed
    work = course.root / "work"
    assert [path.name for path in sorted(work.glob("*_*"))] == ["01_tiny", "02_whole"]
    assert "fetch the workbook anew" in (work / "start.md").read_text()
    assert workbook("start", "cut") == 1
    assert "fetch the workbook anew" in refused(capsys)
    assert not (work / "00_cut").exists()


def test_check_tells_a_complete_notebook_from_an_untouched_one(workbook, capsys, course):
    build.build_all(course=course)
    assert workbook("check", "notebooks/01_tiny/01_tiny.ipynb") == 1
    assert "incomplete: mean, why" in capsys.readouterr().out
    assert workbook("check", "build/source/01_tiny/01_tiny.ipynb") == 0
    printed = capsys.readouterr().out
    assert "4 of 4" in printed
    assert "whole" in printed


def test_check_names_damage_and_the_way_out(workbook, capsys, course):
    build.build_all(course=course)
    path = course.root / "mine.ipynb"
    notebook = nbformat.read(course.build / "source" / "01_tiny" / "01_tiny.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "check-mean"]
    nbformat.write(notebook, path)
    assert workbook("check", "mine.ipynb") == 1
    printed = capsys.readouterr().out
    assert "The check of mean is missing." in printed
    assert "workbook start 01_tiny --update" in printed


def test_check_reads_a_damaged_file_as_far_as_it_goes(workbook, capsys, course):
    build.build_all(course=course)
    content = (course.build / "source" / "01_tiny" / "01_tiny.ipynb").read_bytes()
    (course.root / "mine.ipynb").write_bytes(content[: content.index(b'"id": "why"')])
    (course.root / "torch.py").write_text("", encoding="utf-8")
    assert workbook("check", "mine.ipynb") == 1
    printed = capsys.readouterr().out
    assert "cut off or damaged; 14 cells were read" in printed
    assert "4 of 4" in printed
    assert "The question why is missing." in printed
    assert "workbook doctor mine.ipynb" in printed
    assert "torch.py beside the notebook is imported here" in printed


def test_only_the_doctor_is_recommended_for_a_cut_copy(workbook, capsys, course):
    build.build_all(course=course)
    content = (course.build / "source" / "01_tiny" / "01_tiny.ipynb").read_bytes()
    own = course.root / "work" / "01_tiny" / "01_tiny.ipynb"
    own.parent.mkdir(parents=True)
    own.write_bytes(content[: content.index(b'"id": "why"')])
    for options in ((), ("--update",)):
        assert workbook("start", "tiny", *options) == 1
        assert "is no whole notebook (it is cut off or damaged); workbook doctor makes a new one" in refused(capsys)
    assert workbook("check", str(own)) == 1
    printed = capsys.readouterr()
    assert "workbook doctor work/01_tiny/01_tiny.ipynb" in printed.out
    assert "--update" not in printed.out
    assert printed.err == ""
    assert workbook("doctor", str(own)) == 0
    assert "hand it in as 01_tiny.ipynb, rename it" in capsys.readouterr().out


def test_doctor_says_what_it_did_and_overwrites_nothing(workbook, capsys, course):
    build.build_all(course=course)
    path, repaired = course.root / "mine.ipynb", course.root / "mine.repaired.ipynb"
    content = (course.notebooks / "01_tiny" / "01_tiny.ipynb").read_bytes()
    path.write_bytes(content + b"]}")
    assert workbook("doctor", "mine.ipynb") == 0
    printed = capsys.readouterr().out
    assert "- There was something after the end of the notebook; it was dropped." in printed
    assert "mine.repaired.ipynb is whole" in printed
    assert repaired.read_bytes() == content
    assert path.read_bytes() == content + b"]}"
    repaired.write_bytes(b"mine")
    assert workbook("doctor", "mine.ipynb") == 1
    assert "no file is overwritten" in refused(capsys)
    assert repaired.read_bytes() == b"mine"
    assert workbook("doctor", "mine.ipynb", "--out", "other.ipynb") == 0
    assert (course.root / "other.ipynb").read_bytes() == content


def test_doctor_leaves_a_whole_notebook_alone_whatever_it_is_called(workbook, capsys, course):
    build.build_all(course=course)
    (course.root / "mine.ipynb").write_bytes((course.notebooks / "01_tiny" / "01_tiny.ipynb").read_bytes())
    assert workbook("doctor", "mine.ipynb") == 0
    printed = capsys.readouterr().out
    assert "it is read as 01_tiny.ipynb" in printed
    assert "nothing to repair" in printed
    assert not (course.root / "mine.repaired.ipynb").exists()


def test_doctor_refuses_what_is_no_notebook(workbook, capsys, course):
    build.build_all(course=course)
    (course.root / "mine.ipynb").write_bytes(b"%PDF-1.7")
    assert workbook("doctor", "mine.ipynb") == 1
    assert "is no whole notebook" in refused(capsys)


def test_run_builds_executes_and_prints_a_table(workbook, capsys, course):
    assert workbook("run", "tiny") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "2 of 2" in printed.out
    assert "6 of 6 (+ 3 by hand)" in printed.out
    assert "build/run/01_tiny/smoke/01_tiny.html" in printed.out
    assert not (course.root / "work").exists()


def test_run_fails_with_a_line_for_what_failed(workbook, capsys, edit):
    edit("return sum(numbers) / len(numbers)", "return sum(numbers) / (len(numbers) + 0 * 1 + 1)")
    assert workbook("run") == 1
    assert "01_tiny: the check of mean gives" in refused(capsys)


def test_record_keeps_figures_and_pictures_and_renews_notebook_and_readme(workbook, capsys, course, edit):
    picture = base64.b64encode(one_pixel()).decode()
    edit(
        "time.sleep(0.01)",
        "import json\nimport os\n\n"
        "about = {'preset': 'smoke', 'dataset': 'digits', 'seed': 0, 'device': 'cpu', 'precision': '32-true'}\n"
        "about['figures'] = {'nats': 1.25, 'data': 'digits', 'checksum': 'ab' * 32}\n"
        "Path(os.environ['WORKBOOK_RUN_DIR'], 'metrics.json').write_text(json.dumps(about))",
    )
    edit(
        "print(Path.cwd().name)",
        f"from base64 import b64decode\n\nfrom IPython.display import Image\n\nImage(b64decode('{picture}'))",
    )
    (course.root / "README.md").write_text(
        "".join(f"<!-- {name}:begin -->\n<!-- {name}:end -->\n" for name in ("results", "audit", "speed")),
        encoding="utf-8",
    )
    assert workbook("run", "--record") == 0, capsys.readouterr().err
    assert "01_tiny: recorded the smoke preset on digits at none, 1 picture" in capsys.readouterr().out
    (kept,) = json.loads((course.solutions / "reference" / "01_tiny.json").read_text(encoding="utf-8"))
    assert kept["figures"] == {"nats": 1.25}
    fresh = (course.solutions / "expected" / "01_tiny" / "curve.png").read_bytes()
    assert (course.notebooks / "01_tiny" / "expected" / "curve.png").read_bytes() == fresh
    assert "nats 1.25" in (course.root / "README.md").read_text(encoding="utf-8")


def one_pixel():
    packed = io.BytesIO()
    Image.new("RGB", (1, 1)).save(packed, "PNG")
    return packed.getvalue()


def test_run_takes_its_preset_from_the_environment(workbook, capsys, course, monkeypatch):
    monkeypatch.setenv("WORKBOOK_PRESET", "laptop")
    assert workbook("run") == 0
    assert json.loads((course.build / "run" / "01_tiny" / "laptop" / "metrics.json").read_text())["preset"] == "laptop"


def test_audit_hands_its_choice_on_and_fails_where_a_check_judges_falsely(workbook, capsys, course, monkeypatch):
    from helpers.grading import audit

    asked = []

    def judged(problems, mutants, jobs, course, exercises, progress):
        asked.append((problems, mutants, jobs, course.root, list(exercises)))
        progress(1, 1)
        row = audit.Row("01_tiny", "mean", problems=["mean accepts a wrong answer"] * len(exercises))
        return audit.AuditResult((row,), 0.1)

    monkeypatch.setattr(audit, "audit", judged)
    assert workbook("audit", "--jobs", "3") == 0
    assert workbook("audit", "tiny", "--exercise", "mean", "--no-mutants") == 1
    assert "- mean accepts a wrong answer" in capsys.readouterr().out
    assert asked == [(["01_tiny"], True, 3, course.root, []), (["01_tiny"], False, 2, course.root, ["mean"])]


def test_a_full_audit_is_recorded_and_shown(workbook, capsys, course, monkeypatch):
    from helpers.grading import audit

    row = audit.Row("01_tiny", "mean", right=audit.Count(3, 3))
    monkeypatch.setattr(audit, "audit", lambda *_: audit.AuditResult((row,), 0.1))
    (course.root / "README.md").write_text(
        "".join(f"<!-- {name}:begin -->\n<!-- {name}:end -->\n" for name in ("results", "audit", "speed")),
        encoding="utf-8",
    )
    assert workbook("audit", "--record") == 0
    assert "recorded: 01_tiny" in capsys.readouterr().out
    assert "| 01_tiny | 1 | 3 of 3 |" in (course.root / "README.md").read_text(encoding="utf-8")
    assert workbook("audit", "--record", "--exercise", "mean") == 1
    assert "Only a full audit is recorded" in capsys.readouterr().err


def test_data_list_shows_every_set_with_its_size_and_licence(workbook, capsys):
    assert workbook("data", "list") == 0
    printed = capsys.readouterr().out
    for name in ("digits", "mnist", "fashion-mnist", "kmnist", "pneumonia"):
        assert name in printed
    size = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in printed.splitlines() if "│" in line}
    assert (size["digits"], size["mnist"], size["celeba"]) == ("none", "12 MB", "your own copy")


def test_data_get_needs_nothing_for_embedded_data(workbook, capsys):
    assert workbook("data", "get", "digits") == 0
    assert "comes with the workbook" in capsys.readouterr().out


@pytest.mark.slow
def test_jupyterlab_really_opens_on_the_copies(course, tmp_path):
    build.build_all(course=course)
    code = (
        "import sys; from pathlib import Path; from helpers import cli, student\n"
        f"student.ROOT = Path({str(course.root)!r}); cli.main(sys.argv[1:])"
    )
    page = "api/contents/01_tiny/01_tiny.ipynb?content=0"
    with serving([sys.executable, "-c", code, "lab"], page, student.ROOT, dict(os.environ)) as address:
        answer = urllib.request.urlopen(f"{address}/{page}", timeout=PATIENCE).read()
    assert json.loads(answer)["type"] == "notebook"
