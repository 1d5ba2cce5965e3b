"""Every wall of the sandbox, from inside: what a student's code sees, may write, and may ask of the kernel."""

import contextlib
import ctypes
import os
import platform
import socket
import sys
import threading
from pathlib import Path

import pytest

from helpers.grading import sandbox
from helpers.grading.inside import confine
from helpers.grading.sandbox.bubblewrap import place_of
from helpers.grading.sandbox.watch import below
from tests.grading.conftest import need_bubblewrap
from tests.grading.inmates import student
from tests.grading.ordinary import ROOT

PREFIX = place_of(Path(sys.prefix))

SECRET = "a-secret-of-the-graders"
ME = sandbox.bubblewrap.NOBODY if os.getuid() == 0 else os.getuid()


@pytest.fixture(scope="module")
def secret():
    """The grader has a secret in its environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_SECRET", SECRET)
        yield


@pytest.fixture(scope="module")
def place(secret):
    """A warm sandbox of this module, started in a thread that has ended since."""
    need_bubblewrap()
    made = []
    starting = threading.Thread(target=lambda: made.append(sandbox.WarmBwrap(sandbox.Limits())))
    starting.start()
    starting.join()
    yield made[0]
    made[0].close()


@pytest.fixture(scope="module")
def one(secret):
    """The other way: one bubblewrap per submission."""
    need_bubblewrap()
    return sandbox.OneEach("bwrap")


@pytest.fixture(scope="module", params=["warm", "one"])
def inmate(request):
    """A student that harms nothing, in either way."""
    place = request.getfixturevalue({"warm": "place", "one": "one"}[request.param])
    with student(place, seconds=1200) as inmate:
        inmate.run("import ctypes, errno, json, os, platform, resource, signal, socket, stat, subprocess, sys, time")
        inmate.run("libc = ctypes.CDLL(None, use_errno=True)")
        inmate.kind = request.param
        yield inmate


@pytest.fixture
def anyone(place):
    """A student of a test's own."""
    with student(place) as anyone:
        anyone.run("import ctypes, errno, json, os, platform, resource, signal, socket, stat, subprocess, sys, time")
        anyone.run("libc = ctypes.CDLL(None, use_errno=True)")
        yield anyone


# No network


def test_the_network_is_not_there(inmate):
    with socket.create_server(("127.0.0.1", 0)) as ours:
        source = f"""
        refused = []
        for family, address in [
            (socket.AF_INET, ("127.0.0.1", {ours.getsockname()[1]})),
            (socket.AF_INET, ("1.1.1.1", 53)),
            (socket.AF_INET6, ("::1", {ours.getsockname()[1]})),
        ]:
            with socket.socket(family) as one:
                one.settimeout(2)
                refused.append(one.connect_ex(address))
        return refused
        """
        refused = inmate.tell(source)
    assert all(refused)
    assert refused[1] == inmate.tell("return errno.ENETUNREACH")


def test_sockets_that_leave_a_network_namespace_are_refused(inmate):
    source = """
    found = {}
    for family in range(64):
        for type in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, type).close()
                found.setdefault(family, []).append(int(type))
            except OSError:
                continue
    return found
    """
    assert set(inmate.tell(source)) <= {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}


def test_abstract_sockets_of_ours_are_not_there(inmate):
    name = f"\0workbook-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as ours:
        ours.bind(name)
        ours.listen()
        tried = f"with socket.socket(socket.AF_UNIX) as one:\n    return one.connect_ex({name!r})"
        assert inmate.tell(tried) == inmate.tell("return errno.ECONNREFUSED")


# What it sees


def test_the_environment_is_the_one_that_is_given(inmate):
    given = sandbox.environment(Path("/workbook/helpers"))
    seen = inmate.tell("return dict(os.environ)")
    added = {name for name in seen if name not in given}
    assert {name: seen[name] for name in given} == given
    assert all(
        name in ("PWD", "LC_CTYPE") or name.startswith(("KMP_", "TORCH")) for name in added
    )  # by what runs there
    assert SECRET not in str(seen)


def test_no_file_that_can_be_read_knows_a_secret_of_ours(inmate):
    source = f"""
    found = []
    for folder, _, names in os.walk("/proc"):
        for name in names:
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as stream:
                    content = stream.read(2**20) if os.access(path, os.R_OK) and "kmsg" not in path else b""
            except OSError:
                continue
            if {SECRET[:8]!r} "{SECRET[8:]}".encode() in content:
                found.append(path)
    return found
    """
    assert inmate.tell(source) == []


def test_no_process_of_the_sandbox_holds_a_secret_of_ours(inmate):
    """An ordinary user's student may be able to read what bubblewrap was started with."""
    job = inmate.job
    started = job.warm.process.pid if inmate.kind == "warm" else job.process.pid
    contents = {}
    for pid in (started, *below(started)):
        with contextlib.suppress(PermissionError):
            contents[pid] = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    assert contents[started]
    assert not any(SECRET.encode() in content for content in contents.values())


def test_the_host_has_another_name(inmate):
    assert inmate.tell("return socket.gethostname(), platform.node()") == ("sandbox", "sandbox")
    assert socket.gethostname() != "sandbox"


def test_the_root_holds_python_and_helpers_and_little_else(inmate):
    top = set(inmate.tell("return os.listdir('/')"))
    mounted = {Path(folder).parts[1] for folder in (sys.prefix, sys.base_prefix)} | {"python"}  # instead of one in /tmp
    assert top <= {"bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "tmp", "usr", "workbook"} | mounted
    etc = {"ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"}
    assert set(inmate.tell("return os.listdir('/etc')")) <= etc
    assert set(inmate.tell("return os.listdir('/workbook')")) == {"helpers", "inside"}
    assert set(inmate.tell("return os.listdir('/workbook/inside/inside')")) >= {"runtime.py", "start.py"}


def test_nothing_of_the_course_or_its_grades_is_there(inmate):
    ours = ["solutions", "notebooks", "build", "tests", ".git", "helpers", "pyproject.toml", "gradebook.db"]
    paths = [str(ROOT / name) for name in ours] + ["/home", "/sys", "/var", "/run", "/etc/passwd", "/etc/shadow"]
    assert inmate.tell(f"return [path for path in {paths} if os.path.exists(path)]") == []
    above = [str(parent) for parent in (*ROOT.parents, ROOT, Path.home())]
    seen = inmate.tell(f"return {{p: os.listdir(p) for p in {above} if p not in ('/', '/tmp') and os.path.isdir(p)}}")
    python = {*Path(sys.prefix).parts, *Path(sys.base_prefix).parts}
    assert {name for names in seen.values() for name in names} <= python


def test_the_grader_cannot_be_imported(inmate):
    assert inmate.tell("return os.listdir('/workbook/helpers/grading')") == []
    assert "ModuleNotFoundError" in inmate.run("import helpers.grading.marking")
    assert inmate.run("import helpers.checks.core") == ""


def test_only_the_processor_is_left_of_proc(anyone):
    assert anyone.tell("return os.listdir('/proc')") == ["cpuinfo"]
    processors = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    seen = anyone.tell("return open('/proc/cpuinfo').read()").splitlines()
    assert [s for s in seen if "MHz" not in s] == [s for s in processors if "MHz" not in s]


def test_no_descriptors_are_inherited_but_the_channel_and_the_output(inmate):
    source = """
    found = {}
    for descriptor in range(5000):
        try:
            mode = os.fstat(descriptor).st_mode
            kinds = ("CHR", "FIFO", "SOCK", "REG", "DIR", "BLK")
            found[descriptor] = next(kind for kind in kinds if getattr(stat, f"S_IS{kind}")(mode))
        except OSError:
            continue
    return found
    """
    found = inmate.tell(source)
    channel = {"warm": ["SOCK"], "one": ["FIFO", "FIFO"]}[inmate.kind]
    assert [found[i] for i in (0, 1, 2)] == ["CHR", "FIFO", "FIFO"]
    assert sorted(kind for descriptor, kind in found.items() if descriptor > 2) == channel


# What it may write


def test_only_its_own_folders_can_be_written(inmate):
    folders = ["/", "/etc", "/usr", "/usr/bin", "/dev", "/proc", "/workbook", "/workbook/helpers"]
    folders += ["/workbook/helpers/grading", "/workbook/inside/inside", PREFIX, sys.base_prefix]
    source = f"""
    written = []
    for folder in {folders} + ["/tmp", "/dev/shm"]:
        try:
            open(os.path.join(folder, "mine"), "w").close()
            written.append(folder)
        except OSError as error:
            assert error.errno in (errno.EROFS, errno.EACCES, errno.ENOENT, errno.EPERM), error
    return written
    """
    assert inmate.tell(source) == ["/tmp", "/dev/shm"]


def test_all_else_is_mounted_to_be_read(inmate):
    """Whoever owns it: for an ordinary user's grader the folders are the student's own."""
    folders = ["/", "/etc", "/usr", "/dev", "/workbook", "/workbook/helpers", "/workbook/helpers/grading", PREFIX]
    folders += ["/proc"] if inmate.kind == "warm" else []
    source = f"return [folder for folder in {folders} if not os.statvfs(folder).f_flag & os.ST_RDONLY]"
    assert inmate.tell(source) == []


def test_files_that_are_there_cannot_be_changed(inmate):
    source = """
    changed = []
    for path in ("/workbook/helpers/checks/core.py", "/workbook/inside/inside/wire.py", os.__file__, "/proc/cpuinfo"):
        for change in (lambda: open(path, "r+"), lambda: os.chmod(path, 0o777), lambda: os.unlink(path)):
            try:
                change()
                changed.append(path)
            except OSError:
                continue
    return changed
    """
    assert inmate.tell(source) == []


# What it may not do


def test_it_is_not_root(inmate):
    assert inmate.tell("return os.getresuid(), os.getresgid()") == ((ME,) * 3, inmate.tell("return (os.getgid(),) * 3"))
    assert ME != 0
    if os.getuid() == 0:
        assert inmate.tell("return os.getgid(), os.getgroups()") == (ME, [])
    for call in ("setuid(0)", "setgid(0)", "setgroups([0])"):
        assert "PermissionError" in inmate.run(f"os.{call}") or "OSError" in inmate.run(f"os.{call}")


def test_it_has_no_capabilities_and_gains_none(inmate):
    source = """
    import struct
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    sets = ctypes.create_string_buffer(24)
    assert libc.capget(header, sets) == 0
    bounding = [c for c in range(64) if libc.prctl(23, c, 0, 0, 0) == 1]
    ambient = [c for c in range(64) if libc.prctl(47, 1, c, 0, 0) == 1]
    return sets.raw.hex(), bounding, ambient, libc.prctl(39, 0, 0, 0, 0)
    """
    raw, bounding, ambient, no_new_privileges = inmate.tell(source)
    assert set(raw[:48]) == {"0"}
    assert ambient == []
    assert no_new_privileges == 1
    assert bounding == [] or inmate.kind == "one"


def test_the_filter_of_system_calls_is_on(inmate):
    PR_GET_SECCOMP, FILTERED = 21, 2
    assert inmate.tell(f"return libc.prctl({PR_GET_SECCOMP}, 0, 0, 0, 0)") == FILTERED


@pytest.mark.parametrize("name", confine.numbers())
def test_a_call_is_refused(inmate, name):
    source = f"result = libc.syscall({confine.numbers()[name]}, 0, 0, 0, 0, 0, 0)\nreturn result, ctypes.get_errno()"
    assert inmate.tell(source) == (-1, inmate.tell("return errno.EPERM"))


def test_the_calls_have_the_numbers_of_this_machine():
    """Without the filter they do something else than to be forbidden, so the names belong to the numbers."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.syscall(confine.numbers()["memfd_create"], b"probe", 0)
    assert os.readlink(f"/proc/self/fd/{descriptor}").startswith("/memfd:probe")
    os.close(descriptor)
    assert platform.machine() in ("x86_64", "aarch64")


def test_new_namespaces_are_refused_to_clone_too(inmate):
    clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    flags = {name: getattr(confine, name) for name in dir(confine) if name.startswith("CLONE_NEW")}
    source = f"""
    results = {{}}
    for name, flag in {flags}.items():
        child = libc.syscall({clone}, flag | signal.SIGCHLD, 0, 0, 0, 0)
        if child == 0:
            os._exit(0)
        results[name] = child, ctypes.get_errno()
    return results
    """
    assert len(flags) == 6
    assert set(inmate.tell(source).values()) == {(-1, inmate.tell("return errno.EPERM"))}
    assert inmate.tell("return libc.syscall(435, 0, 0), ctypes.get_errno()") == (-1, inmate.tell("return errno.ENOSYS"))


def test_honest_processes_and_threads_work(inmate):
    source = """
    import multiprocessing, threading
    heard = []
    thread = threading.Thread(target=lambda: heard.append("thread"))
    thread.start(); thread.join()
    heard.append(subprocess.run(["echo", "process"], capture_output=True, text=True).stdout.strip())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        heard += pool.map(abs, [-1, -2])
    return heard
    """
    assert inmate.tell(source) == ["thread", "process", 1, 2]


def test_limits_cannot_be_raised(inmate):
    source = """
    raised = []
    for name in ("DATA", "CPU", "NPROC", "FSIZE", "NOFILE", "CORE", "MEMLOCK", "MSGQUEUE"):
        kind = getattr(resource, f"RLIMIT_{name}")
        soft, hard = resource.getrlimit(kind)
        assert hard != resource.RLIM_INFINITY, name
        try:
            resource.setrlimit(kind, (hard, hard + 1))
            raised.append(name)
        except (ValueError, OSError):
            continue
    return raised
    """
    assert inmate.tell(source) == []


def test_cores_are_not_dumped(inmate):
    PR_GET_DUMPABLE = 3
    source = f"return resource.getrlimit(resource.RLIMIT_CORE), libc.prctl({PR_GET_DUMPABLE}, 0, 0, 0, 0)"
    assert inmate.tell(source) == ((0, 0), 0)


# Others


def test_two_students_at_a_time_do_not_see_each_other(place):
    with student(place) as first, student(place) as second:
        for one, name in ((first, "first"), (second, "second")):
            one.run(f"""
            import os, socket, ctypes
            for folder in ("/tmp", "/dev/shm"):
                open(f"{{folder}}/{name}", "w").close()
            os.makedirs("/tmp/{name}-folder")
            listening = socket.socket(socket.AF_UNIX); listening.bind("\\0{name}"); listening.listen()
            port = socket.create_server(("", 7001))
            """)
        for one, name, other in ((first, "first", "second"), (second, "second", "first")):
            assert one.tell("return sorted(os.listdir('/tmp'))") == [name, f"{name}-folder"]
            assert one.tell("return os.listdir('/dev/shm')") == [name]
            reached = f"return [socket.socket(socket.AF_UNIX).connect_ex('\\0' + n) for n in ({name!r}, {other!r})]"
            assert [bool(error) for error in one.tell(reached)] == [False, True]


def test_no_process_but_its_own_can_be_found(anyone):
    source = """
    found = []
    for number in range(1, 2000):
        try:
            os.kill(number, 0)
            found.append(number)
        except ProcessLookupError:
            continue
        except PermissionError:
            found.append(-number)
    return found, os.getpid(), os.getppid()
    """
    found, me, parent = anyone.tell(source)
    assert found == [1, me]
    assert parent == 1


def test_the_next_student_finds_nothing_of_the_last(place):
    with student(place) as first:
        first.run("for folder in ('/tmp', '/dev/shm'):\n    open(folder + '/left', 'w').write('answer')")
        assert first.tell("import os\nreturn os.listdir('/tmp')") == ["left"]
    with student(place) as second:
        assert second.tell("import os\nreturn os.listdir('/tmp') + os.listdir('/dev/shm')") == []


def test_the_warm_process_is_as_it_was_after_a_student_changed_everything(place):
    with student(place) as first:
        first.run("import torch, builtins, sys\ntorch.sum = None\nbuiltins.open = None\nsys.modules['helpers'] = None")
    with student(place) as second:
        assert second.tell("import torch, helpers\nreturn torch.ones(3).sum().item(), open is not None") == (3.0, True)
