# Attacks on the machine and on whatever runs beside the student's process.

# %% attack="the process ends with success" exercise="gate" honest=0
import os


def gate(a):
    os._exit(0)


# %% attack="the process ends while its cell runs" exercise="bits_per_dim" honest=0 stock="a dead kernel keeps the old score"
import os

os._exit(0)


# %% attack="sys.exit and friends" exercise="gate" honest=0
import sys

calls = []


def gate(a):
    calls.append(1)
    raise [SystemExit(0), KeyboardInterrupt(), GeneratorExit(), StopIteration(), MemoryError()][len(calls) % 5]


# %% attack="the process is killed from inside" exercise="gate" honest=0 stock="a dead kernel keeps the old score"
import os
import signal


def gate(a):
    os.kill(os.getpid(), signal.SIGKILL)


# %% attack="signals are ignored and nothing is returned" exercise="gate" honest=0 stock="harmful"
import signal


def gate(a):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    while True:
        pass


# %% attack="a cell without an end" exercise="bits_per_dim" honest=0 stock="harmful"
while True:
    pass


# %% attack="the process stops itself" exercise="gate" honest=0 stock="harmful"
import os
import signal


def gate(a):
    os.kill(os.getpid(), signal.SIGSTOP)
    return a[:, ::2]


# %% attack="what is left for the exit" exercise="gate" honest=0 stock="harmful"
import atexit
import os
import threading
import time


def later():
    time.sleep(30)
    print("2.0")


def gate(a):
    atexit.register(later)
    for _ in range(3):
        threading.Thread(target=later, daemon=True).start()
        if os.fork() == 0:
            later()
            os._exit(0)
    return a[:, ::2]


# %% attack="a daemon in a session of its own" exercise="gate" honest=0 stock="harmful"
import os
import signal
import time


def gate(a):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 100)
            time.sleep(600)
        os._exit(0)
    return a[:, ::2]


# %% attack="a fork bomb" exercise="gate" honest=0 stock="harmful"
import os


def gate(a):
    while True:
        try:
            os.fork()
        except OSError:
            continue


# %% attack="a bomb of threads" exercise="gate" honest=0 stock="harmful"
import threading
import time


def gate(a):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


# %% attack="a heap without end" exercise="gate" honest=0 stock="harmful"
def gate(a):
    kept = []
    while True:
        kept.append(bytearray(2**26))


# %% attack="shared memory without end" exercise="gate" honest=0 stock="harmful"
import mmap
import os


def gate(a):
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 2**26))
        for place in range(0, 2**26, 4096):
            kept[-1][place] = 1


# %% attack="many processes with a little memory each" exercise="gate" honest=0 stock="harmful"
import os
import time


def gate(a):
    for _ in range(60):
        if os.fork() == 0:
            kept = b"x" * 2**26
            time.sleep(60)
    time.sleep(60)


# %% attack="the disk is filled" exercise="gate" honest=0 stock="harmful"
import os


def gate(a):
    number = 0
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", os.getcwd()):
        try:
            while True:
                with open(f"{folder}/{number}", "wb") as stream:
                    number += 1
                    for _ in range(64):
                        stream.write(bytes(2**20))
        except OSError:
            continue
    return a[:, ::2]


# %% attack="a million empty files" exercise="gate" honest=0 stock="harmful"
def gate(a):
    try:
        for number in range(10**6):
            open(f"/tmp/{number}", "w").close()
    except OSError:
        pass
    return a[:, ::2]


# %% attack="output without end" exercise="gate" honest=0 stock="harmful"
import os


def gate(a):
    while True:
        os.write(1, b"2.0\n" * 2**14)
        os.write(2, b"2.0\n" * 2**14)


# %% attack="everything that can be signalled is" exercise="gate" honest=0 stock="harmful"
import os
import signal


def gate(a):
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
        signal.SIGUSR1,
        signal.SIGCHLD,
        signal.SIGSEGV,
        signal.SIGKILL,
    ):
        for process in [1, *range(2, 60), os.getppid()]:
            try:
                if process != os.getpid():
                    os.kill(process, number)
            except OSError:
                continue
    os.kill(-1, signal.SIGKILL)
    return a[:, ::2]


# %% attack="process 1 is interrupted" exercise="gate" honest=0 stock="harmful"
# Python installs a handler for SIGINT, and a signal with a handler reaches even process 1.
import os
import signal
import time


def gate(a):
    for _ in range(3):
        os.kill(1, signal.SIGINT)
        os.kill(1, signal.SIGTERM)
        time.sleep(0.05)
    return a[:, ::2]


# %% attack="what is returned ends the process when it goes" exercise="gate" honest=0 stock="a dead kernel keeps the old score"
# It goes when the next question begins, which is another answer's.
import os


class Bomb:
    def __del__(self):
        os._exit(0)


def gate(a):
    return Bomb()


# %% attack="what is returned sleeps when it goes" exercise="gate" honest=0 stock="harmful"
import time


class Sleeper:
    def __del__(self):
        time.sleep(600)


def gate(a):
    return Sleeper()


# %% attack="a profiler ends the process when a question begins" exercise="gate" honest=0 stock="a dead kernel keeps the old score"
import os
import sys


def gate(a):
    sys.setprofile(lambda frame, *rest: os._exit(0) if frame.f_code.co_name == "do_seed" else None)
    return a[:, ::2]
