"""What a student's process may use, and how it ends: by itself, by a limit, or because the sandbox failed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from helpers.grading import sandbox
from helpers.grading.inside import wire
from helpers.grading.sandbox.watch import below, resident_of, share_of
from helpers.grading.standin import Ended
from tests.grading.conftest import need_bubblewrap
from tests.grading.inmates import Student, alive, soon, student
from tests.grading.ordinary import ROOT

MiB = 2**20


# Time


def test_wall_time(warm):
    with student(warm) as one:
        one.side.allow(0.5)
        with pytest.raises(Ended) as ended:
            one.run("import time\nend = time.monotonic() + 10\nwhile time.monotonic() < end: pass")
        assert ended.value.state == "timeout"


def test_cpu_time_of_a_process(warm):
    with student(warm, cpu_seconds=1) as one:
        with pytest.raises(Ended) as ended:
            one.run("while True: pass")
        assert ended.value.state == "crash"


# Memory


def test_memory_of_one_process(warm):
    with student(warm, memory=1024 * MiB) as one:
        assert "MemoryError" in one.run("kept = bytearray(1100 * 2**20)")
        assert "RuntimeError" in one.run("import torch\nkept = torch.zeros(1100 * 2**20, dtype=torch.uint8)")
        assert one.tell("return len(bytearray(100 * 2**20))") == 100 * MiB


TAKE_MEMORY = {
    "many processes together": """
        import os, time
        for _ in range(5):
            if not os.fork():
                kept = bytearray(b"x") * (300 * 2**20)
                time.sleep(600)
        time.sleep(600)
        """,
    "shared memory": """
        import mmap, time
        kept = mmap.mmap(-1, 1500 * 2**20)
        for place in range(0, len(kept), 4096):
            kept[place] = 1
        time.sleep(600)
        """,
    "a process that left its group": """
        import os, time
        if not os.fork():
            os.setsid()
            if not os.fork():
                for _ in range(3):
                    os.fork()
                kept = bytearray(b"x") * (200 * 2**20)
                time.sleep(600)
            os._exit(0)
        time.sleep(600)
        """,
}


@pytest.mark.parametrize("way", TAKE_MEMORY)
def test_memory_of_all_together(warm, way):
    with student(warm, memory=1024 * MiB) as one:
        with pytest.raises(Ended):
            one.run(TAKE_MEMORY[way])
        assert one.job.verdict() == "memory"


def test_memory_is_seen_as_it_is(warm):
    """Pages that processes share count once."""
    with student(warm) as one:
        assert one.tell("return 1") == 1
        before = sum(map(share_of, one.job.family()))
        assert one.run("kept = bytearray(b'x') * (200 * 2**20)") == ""
        one.run("import os, time\nfor _ in range(4):\n    os.fork() or time.sleep(600)")
        assert soon(lambda: len(one.job.family()) == 5)
        shared_with_warm = resident_of(one.job.keeper)
        assert 190 * MiB < sum(map(share_of, one.job.family())) - before < 250 * MiB + shared_with_warm
        assert sum(map(resident_of, one.job.family())) > 5 * (200 * MiB + shared_with_warm)


def test_processes_that_share_what_they_read_are_not_too_large(warm):
    with student(warm, memory=1024 * MiB) as one:
        source = """
        import multiprocessing, time
        kept = bytearray(b'x') * (300 * 2**20)
        with multiprocessing.get_context("fork").Pool(6) as pool:
            return sum(pool.map(_slowly, range(6)))
        """
        one.run("import time\ndef _slowly(x):\n    time.sleep(0.5)\n    return x")
        assert one.tell(source) == 15


def test_a_look_at_memory_is_cheap(warm, monkeypatch):
    """It is taken twenty times a second, and must not grow with the processes of the machine."""
    read, listed, asked = Path.read_text, os.listdir, []
    monkeypatch.setattr(Path, "read_text", lambda path, **how: asked.append(path) or read(path, **how))
    monkeypatch.setattr(os, "listdir", lambda path: asked.append(Path(path)) or listed(path))
    with student(warm) as one:
        one.run("import os, time\nfor _ in range(3):\n    os.fork() or time.sleep(600)")
        assert soon(lambda: len(one.job.family()) == 4)
        family = {one.job.keeper, *below(one.job.keeper)}
        asked.clear()
        assert any(map(resident_of, one.job.family()))
        assert {int(path.parts[2]) for path in asked} <= family


# Processes


COUNT = """
    import os, time
    made = []
    try:
        while True:
            child = os.fork()
            if not child:
                time.sleep(60)
                os._exit(0)
            made.append(child)
    except BlockingIOError:
        return len(made)
    """


def test_a_fork_bomb(warm):
    with student(warm, processes=40) as one:
        assert 30 <= one.tell(COUNT) < 40


def test_two_bombs_at_a_time_have_their_own_limits(warm):
    with student(warm, processes=40) as one, student(warm, processes=60) as two:
        assert 30 <= one.tell(COUNT) < 40
        assert 50 <= two.tell(COUNT) < 60


def test_a_bomb_that_goes_on_is_over_with_its_job(warm):
    one = Student(warm, processes=60)
    one.side.allow(1)
    with pytest.raises(Ended):
        one.run("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    family = below(one.job.keeper)
    assert len(family) > 10
    assert one.job.close()
    assert not any(map(alive, family))


def test_threads(warm):
    with student(warm, processes=40) as one:
        source = """
        import threading, time
        made = 0
        try:
            while True:
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                made += 1
        except RuntimeError:
            return made
        """
        assert 30 <= one.tell(source) < 40


# Files


@pytest.mark.parametrize(("folder", "limit"), [("/tmp", "disk"), ("/dev/shm", "shared")])
def test_room_for_files(warm, folder, limit):
    with student(warm, **{limit: 8 * MiB}) as one:
        source = f"""
        written = 0
        try:
            for number in range(100):
                with open(f"{folder}/{{number}}", "wb", buffering=0) as stream:
                    for _ in range(16):
                        written += stream.write(bytes(2**16))
        except OSError as error:
            return written, error.errno
        """
        written, error = one.tell(source)
        assert 7 * MiB < written <= 8 * MiB
        assert error == 28  # no space left


def test_size_and_number_of_files(warm):
    with student(warm, disk=4 * MiB) as one:
        assert "File too large" in one.run("open('/dev/shm/one', 'wb').write(bytes(5 * 2**20))")
        source = """
        try:
            for number in range(20_000):
                open(f"/tmp/{number}", "w").close()
        except OSError as error:
            return number, error.errno
        """
        number, error = one.tell(source)
        assert number < 10_000
        assert error == 28


def test_open_files(warm):
    with student(warm, open_files=64) as one:
        source = """
        import os
        kept = []
        try:
            while True:
                kept.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            for descriptor in kept:
                os.close(descriptor)
            return len(kept), error.errno
        """
        opened, error = one.tell(source)
        assert 50 < opened < 64
        assert error == 24


# Output


def test_output_without_end(warm):
    with student(warm, output=2 * MiB) as one:
        began = time.monotonic()
        with pytest.raises(Ended):
            one.run("while True: print('x' * 1000)")
        assert time.monotonic() - began < 5
        assert one.job.verdict() == "output"
        assert 2 * MiB <= one.job.output.size < 3 * MiB
        assert one.job.output.take() == ("x" * 1000 + "\n") * 3 + "x" * 997


def test_what_was_printed_is_there_when_the_cell_has_run(warm):
    with student(warm) as one:
        for number in range(50):
            one.run(f"import os, sys\nprint({number})\nprint('error', file=sys.stderr)\nos.write(1, b'raw')")
            assert one.job.output.take() == f"{number}\nerror\nraw"
        assert one.job.verdict() == ""


def test_printing_to_nobody_does_not_block(warm):
    with student(warm) as one:
        assert one.run("print('x' * 2**22)") == ""
        one.run("import os\nos.close(1); os.close(2)")
        assert one.tell("return 3") == 3


# Ends


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import os; os._exit(70)",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.closerange(3, 1000)",
        "import ctypes; ctypes.CDLL(None).exit(70)",
    ],
)
def test_ending_itself_is_a_crash_of_the_students(warm, source):
    with student(warm, memory=1500 * MiB) as one:
        with pytest.raises(Ended) as ended:
            one.run(source)
        assert ended.value.state == "crash"
        with pytest.raises(Ended):
            one.run("1 + 1")


def test_killing_all_that_it_can_find_is_a_crash_of_the_students(warm):
    source = """
    import ctypes, os, resource, signal
    libc = ctypes.CDLL(None)
    os.kill(1, signal.SIGKILL)
    os.kill(1, signal.SIGTERM)
    os.kill(1, signal.SIGINT)
    os.kill(1, signal.SIGSTOP)
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_STACK, resource.RLIMIT_CPU):
        try:
            resource.prlimit(1, kind, (0, 0))
        except OSError:
            continue
    for _ in range(100):
        if not os.fork():
            os._exit(0)
    for number in range(2, 5000):
        try:
            if number != os.getpid():
                os.kill(number, signal.SIGKILL)
        except OSError:
            continue
    try:
        os.kill(-1, signal.SIGKILL)
    finally:
        os._exit(70)
    """
    with student(warm) as one, student(warm) as beside:
        with pytest.raises(Ended) as ended:
            one.run(source)
        assert ended.value.state == "crash"
        assert beside.tell("return 1") == 1
    with student(warm) as after:
        assert after.tell("return 1") == 1


def test_daemons_end_with_their_job(warm):
    one = Student(warm)
    source = """
    import os, signal, time
    for _ in range(3):
        if not os.fork():
            os.setsid()
            if not os.fork():
                for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
                time.sleep(600)
            os._exit(0)
    """
    assert one.run(source) == ""
    family = below(one.job.keeper)
    assert soon(lambda: len([pid for pid in below(one.job.keeper) if alive(pid)]) == 5)  # init, student, daemons
    family += below(one.job.keeper)
    assert one.job.close()
    assert not any(map(alive, family))


def test_daemons_that_outlive_the_student_end_too(warm):
    one = Student(warm)
    with pytest.raises(Ended):
        one.run("import os, time\nif os.fork(): time.sleep(0.3); os._exit(0)\nos.setsid()\ntime.sleep(600)")
    assert soon(lambda: not below(one.job.keeper))
    assert one.job.close()


def test_a_job_may_end_before_it_has_begun(warm):
    assert all(warm.open(sandbox.Limits()).close() for _ in range(20))


def test_the_answers_for_several_jobs_are_kept_apart(warm):
    jobs = [Student(warm) for _ in range(4)]
    for one in jobs[::2]:
        with pytest.raises(Ended):
            one.run("import os; os._exit(0)")
    assert [one.job.close() for one in reversed(jobs)] == [True] * 4


def test_jobs_of_several_threads_at_a_time(warm):
    told = []

    def work(number):
        for _ in range(4):
            with student(warm, seconds=60) as one:
                told.append((number, one.tell(f"return {number}")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == sorted((number, number) for number in range(3) for _ in range(4))


def test_a_hundred_jobs_leave_nothing_behind(warm):
    def kept():
        grader = psutil.Process()
        zombies = [p for p in grader.children(recursive=True) if p.status() == psutil.STATUS_ZOMBIE]
        return grader.num_fds(), threading.active_count(), len(grader.children(recursive=True)), zombies

    with student(warm) as one:
        one.tell("return 1")
    before = kept()
    for number in range(100):
        one = Student(warm)
        if number % 4 == 0:
            one.run("print('x' * 10_000)")
        elif number % 4 == 1:
            with pytest.raises(Ended):
                one.run("import os; os._exit(0)")
        assert one.job.close()
    assert soon(lambda: kept() == before)
    assert kept()[-1] == []


# The sandbox's own failures


@pytest.fixture
def own():
    """A warm sandbox that a test may break."""
    need_bubblewrap()
    own = sandbox.WarmBwrap(sandbox.Limits())
    yield own
    own.close()


def outcome(job):
    """How closing a job ends."""
    try:
        return "whole" if job.close() else "failed"
    except sandbox.SandboxError:
        return "failed"


def warm_process(own):
    """The process that has imported everything: of those below bubblewrap the one with much memory."""
    return max(below(own.process.pid), key=resident_of)


@pytest.mark.parametrize("whom", ["bubblewrap", "the warm process"])
def test_a_sandbox_that_is_killed_has_failed(own, whom):
    victim = own.process.pid if whom == "bubblewrap" else warm_process(own)
    one, beside = Student(own), Student(own)
    assert one.tell("return 1") == 1
    family = below(own.process.pid)
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(Ended) as ended:
        one.run("import time; time.sleep(600)")
    assert ended.value.state == "crash"  # all that can be known until the job is closed
    assert outcome(one.job) == "failed"
    assert outcome(beside.job) == "failed"
    with pytest.raises(sandbox.SandboxError):
        own.open(sandbox.Limits())
    assert soon(lambda: not any(map(alive, family)))


def test_a_keeper_that_is_killed_has_failed(warm):
    one = Student(warm)
    family = below(one.job.keeper)
    os.kill(one.job.keeper, signal.SIGKILL)
    with pytest.raises(Ended):
        one.run("import time; time.sleep(600)")
    assert outcome(one.job) == "failed"
    assert soon(lambda: not any(map(alive, family)))
    with student(warm) as after:
        assert after.tell("return 1") == 1


def test_a_process_of_its_own_that_is_killed_has_failed():
    need_bubblewrap()
    one = Student(sandbox.OneEach("bwrap"))
    assert one.tell("return 1") == 1
    one.job.process.kill()
    with pytest.raises(Ended):
        one.run("import time; time.sleep(600)")
    assert outcome(one.job) == "failed"


def test_all_ends_when_the_grader_is_killed():
    need_bubblewrap()
    script = """
    import time
    from helpers.grading import sandbox
    from helpers.grading.sandbox.watch import below
    from helpers.grading.standin import Ended, Remote

    warm = sandbox.WarmBwrap(sandbox.Limits())
    one = sandbox.OneEach("bwrap").open(sandbox.Limits())
    side, other = Remote(warm.open(sandbox.Limits()).channel), Remote(one.channel)
    for way in (side, other):
        way.allow(0.3)
        try:
            way.run("import os, time\\nos.fork()\\nos.setsid()\\nwhile True: time.sleep(1)", "cell")
        except Ended:
            pass
    print(warm.process.pid, one.process.pid, *below(warm.process.pid), *below(one.process.pid), flush=True)
    time.sleep(60)
    """
    command = [sys.executable, "-c", "\n".join(line[4:] for line in script.splitlines())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as grader:
        family = [int(number) for number in grader.stdout.readline().split()]
        assert len(family) >= 10
        assert all(map(alive, family))
        grader.kill()
    assert soon(lambda: not any(map(alive, family)))


def test_walls_that_cannot_be_made_are_no_fault_of_the_students(warm):
    job = warm.open(sandbox.Limits(disk=-1))  # no file system has such a size
    with pytest.raises(wire.Closed):
        job.channel.receive(time.monotonic() + 10)
    assert outcome(job) == "failed"
    with student(warm) as after:
        assert after.tell("return 1") == 1
