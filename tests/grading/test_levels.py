"""The levels of the sandbox: each runs an honest student, and where none is to be had a sentence says what to do."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from helpers.errors import WorkbookError
from helpers.grading import sandbox
from helpers.grading.sandbox import Limits, bubblewrap, process
from tests.grading.conftest import need_bubblewrap
from tests.grading.inmates import student
from tests.grading.ordinary import ROOT, USER, printed, printed_by_user, printed_where_all_may_read

HONEST = """
import os, torch
print("spoken")
open("mine", "w").close()
return os.getuid(), torch.arange(3).sum().item(), os.path.exists("mine")
"""
ALL_LEVELS = f"""
import json
from helpers.grading import sandbox
from tests.grading.inmates import student

told = {{}}
for level in LEVELS:
    place = sandbox.WarmBwrap(sandbox.Limits()) if level == "warm" else sandbox.OneEach(level)
    with student(place, seconds=60) as one:
        told[level] = [*one.tell({HONEST!r}), one.job.output.take()]
    place.close()
print(json.dumps(told))
"""


def write_program(folder, name, text):
    """A program of this name that is found first."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{textwrap.dedent(text)}", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder that is the whole PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


# An honest student


@pytest.mark.parametrize("level", ["warm", "bwrap"])
def test_an_honest_student(level, request):
    need_bubblewrap()
    place = request.getfixturevalue("warm") if level == "warm" else sandbox.OneEach(level)
    with student(place) as one:
        uid = bubblewrap.NOBODY if os.getuid() == 0 else os.getuid()
        assert one.tell(HONEST) == (uid, 3, True)
        assert one.job.output.take() == "spoken\n"
    assert place.level == "bwrap"


def test_every_level_for_an_ordinary_user(tmp_path):
    need_bubblewrap()
    told = json.loads(printed_by_user(ALL_LEVELS.replace("LEVELS", '("warm", "bwrap", "reduced")'), tmp_path))
    uid = USER if os.getuid() == 0 else os.getuid()
    assert told == {level: [uid, 3, True, "spoken\n"] for level in ("warm", "bwrap", "reduced")}


def test_reduced_has_limits_and_its_grade_says_so(tmp_path):
    script = """
    import json
    from helpers.grading import sandbox
    from tests.grading.inmates import student
    place = sandbox.OneEach("reduced")
    with student(place, cpu_seconds=100, open_files=50, processes=30, output=1000) as one:
        limits = one.tell(
            "import resource as r\\nreturn [r.getrlimit(x) for x in (r.RLIMIT_CPU, r.RLIMIT_NOFILE, r.RLIMIT_CORE)]"
        )
        threads = "import threading, time\\nfor n in range(1000):\\n"
        threads += "    try: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\\n"
        made = one.tell(threads + "    except RuntimeError: return n")
        uid = one.tell("import os\\nreturn os.getuid()")
    print(json.dumps([place.level, limits, made, uid]))
    """
    ran = printed_where_all_may_read(script, tmp_path) if os.getuid() == 0 else printed_by_user(script, tmp_path)
    level, limits, made, uid = json.loads(ran)
    assert level == "reduced"
    assert limits == [[100, 100], [50, 50], [0, 0]]
    assert 0 < made < 900  # the user's other processes count too, and come and go
    assert uid == (bubblewrap.NOBODY if os.getuid() == 0 else os.getuid())


# Root


@pytest.mark.parametrize("level", ["bwrap", "reduced"])
def test_root_that_cannot_become_somebody_else_does_not_grade(level):
    """In a user namespace with nobody but root there is nobody to become."""
    need_bubblewrap()
    script = f"""
from helpers.errors import WorkbookError
from helpers.grading import sandbox
try:
    sandbox.choose("{level}")
except WorkbookError as error:
    print(error)
"""
    said = printed("unshare", "--user", "--map-root-user", "--mount", sys.executable, "-c", script)
    assert "root" in said.lower()
    assert "grade as an ordinary user" in said
    assert "Traceback" not in said


def test_reduced_says_where_nobody_cannot_read_python(tmp_path, monkeypatch):
    """Root becomes nobody, who is not let into many a home."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "python").symlink_to(sys.executable)
    if os.getuid() == 0:
        closed.chmod(0o700)
    else:
        monkeypatch.setattr(process, "as_nobody", dict)
        monkeypatch.setattr(os, "getuid", lambda: 0)
        closed.chmod(0)
    monkeypatch.setattr(sys, "executable", str(closed / "python"))
    with pytest.raises(WorkbookError, match=r"the user nobody, who has to be allowed to read .* as an ordinary user"):
        sandbox.choose("reduced")
    closed.chmod(0o700)


# Commands


@pytest.mark.parametrize("uid", [0, 1000])
def test_what_bubblewrap_is_asked_for(uid, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: uid)
    command = sandbox.bwrap_command(["warm", "{}"], Limits(disk=111, shared=222))
    assert {f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts")} <= set(command)
    assert {"--die-with-parent", "--new-session", "--clearenv"} <= set(command)
    assert ("--unshare-user" in command) == (uid != 0)
    kept = [command[i + 1] for i, word in enumerate(command) if word == "--cap-add"]
    assert kept == ([] if uid else ["CAP_SETUID", "CAP_SETGID"])
    assert "--bind" not in command
    sizes = {command[i + 3]: command[i + 1] for i, word in enumerate(command) if word == "--size"}
    assert sizes == {"/tmp": "111", "/dev/shm": "222"}
    closed = [command[i + 1] for i, word in enumerate(command) if word == "--remount-ro"]
    assert {"/workbook/helpers/grading", "/dev", "/"} <= set(closed)
    assert bubblewrap.settings(Limits())["become"] == (None if uid else bubblewrap.NOBODY)


def test_a_python_below_tmp_is_found_elsewhere_inside(monkeypatch):
    """The sandbox lays an empty /tmp over the machine's, and a clone may lie there."""
    monkeypatch.setattr(sys, "prefix", "/tmp/clone/.venv")
    monkeypatch.setattr(sys, "executable", "/tmp/clone/.venv/bin/python")
    command = sandbox.bwrap_command(["warm", "{}"], Limits())
    bound = {command[i + 2]: command[i + 1] for i, word in enumerate(command) if word == "--ro-bind"}
    assert bound["/python"] == "/tmp/clone/.venv"
    assert not any(place.startswith("/tmp") for place in bound)
    assert command[command.index("--chdir") + 2] == "/python/bin/python"


def test_what_docker_is_asked_for():
    limits = Limits(memory=1000, processes=7, shared=222, disk=111)
    command = sandbox.docker_command(limits, "a-name")
    asked = " ".join(command)
    for wall in (
        "--name a-name",
        "--network none",
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--user 65534:65534",
        "--memory 1000 --memory-swap 1000",
        "--pids-limit 7",
        "--shm-size 222",
        "--tmpfs /tmp:rw,size=111",
        "--rm",
    ):
        assert wall in asked
    volumes = [command[i + 1] for i, word in enumerate(command) if word == "--volume"]
    assert all(volume.endswith(":ro") for volume in volumes)
    shown = [volume for volume in volumes if not volume.startswith("/dev/null:/workbook/helpers/checks/")]  # hidden
    assert all(str(ROOT / "helpers") in volume for volume in shown)
    told = json.loads(command[-1])
    assert told["become"] is None
    assert told["limits"]["RLIMIT_DATA"] == 1000
    names = {command[i + 1].split("=")[0] for i, word in enumerate(command) if word == "--env"}
    assert names == set(sandbox.environment(Path("/workbook/helpers"))) - {"PATH"}


# Docker


def test_docker_runs_and_ends_a_container(programs, tmp_path):
    """A stand-in for docker's client: it runs what the container would, and writes down what it is asked for."""
    asked = tmp_path / "asked"
    write_program(
        programs,
        "docker",
        f"""
        echo "$@" >> {asked}
        [ "$1" = run ] || exit 0
        while [ "$1" != python ]; do shift; done
        for last; do :; done
        export WORKBOOK_HELPERS={ROOT}
        exec {sys.executable} {bubblewrap.INSIDE}/start.py one "$last"
        """,
    )
    assert sandbox.choose().level == "docker"  # there is no bubblewrap, and the container has answered
    lines = asked.read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["image", "run", "rm"]
    assert lines[1].split("--name ")[1].split()[0] == lines[2].split()[-1]


def engine_runs():
    """Whether docker's engine and the image are there."""
    command = ["docker", "image", "inspect", process.IMAGE]
    return shutil.which("docker") is not None and subprocess.run(command, capture_output=True).returncode == 0


def test_an_honest_student_in_docker():
    if not engine_runs():
        pytest.skip(f"no docker engine with the image {process.IMAGE!r} runs here")
    place = sandbox.choose("docker")
    with student(place, seconds=60) as one:
        assert one.tell("import os\nreturn os.getuid(), os.listdir('/workbook')") == (65534, ["helpers", "inside"])
    assert place.level == "docker"


# The choice


def test_nothing_is_installed(programs):
    with pytest.raises(WorkbookError) as refused:
        sandbox.choose()
    said = str(refused.value)
    for word in ("apt install bubblewrap", "docker", "--sandbox reduced"):
        assert word in said
    assert "\n" not in said


@pytest.mark.parametrize("level", ["bwrap", "docker"])
def test_a_level_that_is_asked_for_is_not_replaced(programs, level):
    with pytest.raises(WorkbookError) as refused:
        sandbox.choose(level)
    assert {"bwrap": "bubblewrap", "docker": "docker"}[level] in str(refused.value)
    assert {"docker": "bubblewrap", "bwrap": "docker"}[level] not in str(refused.value)


def test_an_unknown_level():
    with pytest.raises(WorkbookError, match="auto, bwrap, docker, reduced"):
        sandbox.choose("chroot")


def test_ubuntu_forbids_user_namespaces(programs):
    write_program(programs, "bwrap", "echo 'bwrap: setting up uid map: Permission denied' >&2\nexit 1")
    with pytest.raises(WorkbookError) as refused:
        sandbox.choose("bwrap")
    assert "setting up uid map: Permission denied" in str(refused.value)
    assert "sysctl kernel.apparmor_restrict_unprivileged_userns=0" in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_bubblewrap_that_fails_otherwise_speaks_for_itself(programs):
    write_program(programs, "bwrap", "echo 'bwrap: Unknown option --size' >&2\nexit 1")
    with pytest.raises(WorkbookError) as refused:
        sandbox.choose("bwrap")
    assert "Unknown option --size" in str(refused.value)
    assert "sysctl" not in str(refused.value)


def test_bubblewrap_that_says_nothing_is_not_waited_for(programs):
    write_program(programs, "bwrap", "exit 0")
    with pytest.raises(WorkbookError, match="no answer"):
        sandbox.choose("bwrap")


def test_docker_without_an_engine(programs):
    write_program(programs, "docker", "echo 'Cannot connect to the Docker daemon' >&2\nexit 1")
    with pytest.raises(WorkbookError, match="docker build --tag"):
        sandbox.choose("docker")


def test_docker_that_fails_to_start(programs):
    write_program(programs, "docker", '[ "$1" = run ] || exit 0\necho "docker: no space left" >&2\nexit 125')
    with pytest.raises(WorkbookError, match="no space left"):
        sandbox.choose("docker")


def in_namespaces(depth, *command):
    """A command so many user namespaces deep, as an ordinary user of the innermost."""
    return [*["unshare", "--user", "--map-user=1000", "--map-group=1000"] * depth, *command]


def test_one_bubblewrap_each_where_namespaces_do_not_nest():
    """The kernel nests some thirty user namespaces: where bubblewrap's are the last ones, none fits into them."""
    need_bubblewrap()
    probe = ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "--dev", "/dev", "true"]
    depths = range(40, 0, -1)
    deepest = next(d for d in depths if subprocess.run(in_namespaces(d, *probe), capture_output=True).returncode == 0)
    script = """
from helpers.grading import sandbox

def told(self, job, wait=sandbox.WarmBwrap.wait):
    print("warm", whole := wait(self, job))
    return whole

sandbox.WarmBwrap.wait = told
place = sandbox.choose("bwrap")
print(type(place).__name__, place.level)
"""
    assert printed(*in_namespaces(deepest, sys.executable, "-c", script)) == "warm False\nOneEach bwrap"
