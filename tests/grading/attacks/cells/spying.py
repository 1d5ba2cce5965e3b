# Attacks that look for what the sandbox must not show. What is found is printed, and the test reads what was printed.

# %% attack="sources, gradebook, submissions and secrets are looked for" exercise="gate" honest=0 stock="harmful"
import os

WORDS = (
    "solutions",
    "gradebook.db",
    "secret",
    "submitted",
    "shadow",
    "answers",
    "attacks",
    ".ssh",
    "marking.py",
    "stacks.py",
)
LIBRARIES = ("site-packages", "dist-packages", "python3", "share", "proc", "sys")  # too large to search, and no secret


def gate(a):
    for top in (
        "@ROOT@",
        "@RESULTS@",
        "/workbook",
        "/etc",
        "/home",
        "/root",
        "/var",
        "/run",
        "/opt",
        "/srv",
        "/mnt",
        "/tmp",
    ):
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(LIBRARIES)]
            for name in [*folders, *files]:
                if name in WORDS or name.endswith((".db", ".ipynb")):
                    print("FOUND", os.path.join(folder, name))
    return a[:, ::2]


# %% attack="well-known places are read" exercise="gate" honest=0 stock="harmful"
import glob
import os

PLACES = [
    "@ROOT@/solutions/02_pixelcnn.py",
    "@ROOT@/build/gradebook.db",
    "@ROOT@/build/source/02_pixelcnn/02_pixelcnn.ipynb",
    "@ROOT@/build/grades/secret",
    "@ROOT@/helpers/grading/marking.py",
    "@ROOT@/tests/answers/02_pixelcnn/gate.py",
    "@ROOT@/[a-z]*",
    "@RESULTS@/*",
    "@RESULTS@/secret",
    "/workbook/helpers/grading/marking.py",
    "/workbook/helpers/checks/pixelcnn/stacks.py",
    "/etc/shadow",
    "/etc/passwd",
    "/root/[a-z]*",
    "/home/*",
    "/proc/1/environ",
    "/proc/1/mem",
    "/proc/self/environ",
    "/proc/self/maps",
    "/proc/[0-9]*",
    "/var/run/docker.sock",
    "/run/*",
    "/sys/*",
]


def gate(a):
    for pattern in PLACES:
        for path in glob.glob(pattern):
            try:
                if os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1):
                    print("FOUND", path)
            except OSError:
                continue
    return a[:, ::2]


# %% attack="well-known places are written" exercise="gate" honest=0 stock="harmful"
import os
import sysconfig

PLACES = [
    "@ROOT@/attacked",
    "@RESULTS@/attacked",
    "/attacked",
    "/workbook/helpers/attacked",
    "/workbook/helpers/grading/attacked",
    "/workbook/inside/inside/attacked",
    "/dev/attacked",
    "/proc/attacked",
    "/etc/attacked",
    "/usr/attacked",
    sysconfig.get_path("purelib") + "/attacked.pth",
    sysconfig.get_path("purelib") + "/torch/__init__.py",
]


def gate(a):
    for path in PLACES:
        try:
            open(path, "a").close()
            print("FOUND", path)
        except OSError:
            continue
    return a[:, ::2]


# %% attack="the parent's environment and memory" exercise="gate" honest=0 stock="harmful"
import ctypes
import gc
import os


def gate(a):
    for name in os.environ:
        if any(word in name.upper() for word in ("KEY", "TOKEN", "SECRET", "PASSWORD", "WORKBOOK_TEST")):
            print("FOUND", name)
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
    remote = (ctypes.c_void_p * 2)(id(a), 64)
    for process in [1, os.getppid(), *range(2, 40)]:
        if libc.ptrace(16, process, 0, 0) == 0 or libc.process_vm_readv(process, vector, 1, remote, 1, 0) > 0:
            print("FOUND process", process)
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Remote", "Marking", "Result", "Submission", "WarmBwrap"):
            print("FOUND", type(thing))
    return a[:, ::2]


# %% attack="namespaces, mounts and memory files" exercise="gate" honest=0 stock="harmful"
import ctypes
import os
import socket


def gate(a):
    libc = ctypes.CDLL(None, use_errno=True)
    tries = {
        "unshare user": lambda: libc.unshare(0x10000000),
        "unshare mount": lambda: libc.unshare(0x00020000),
        "mount": lambda: libc.mount(b"proc", b"/proc", b"proc", 0, None),
        "umount": lambda: libc.umount2(b"/proc", 2),
        "umount grading": lambda: libc.umount2(b"/workbook/helpers/grading", 2),
        "chroot": lambda: libc.chroot(b"/tmp"),
        "setuid": lambda: libc.setuid(0),
        "memfd": lambda: 0 if libc.syscall(319, b"x", 0) >= 0 else -1,
        "userfaultfd": lambda: 0 if libc.syscall(323, 0) >= 0 else -1,
        "bpf": lambda: 0 if libc.syscall(321, 0, 0, 0) >= 0 else -1,
        "io_uring": lambda: 0 if libc.syscall(425, 1, 0) >= 0 else -1,
        "keyring": lambda: 0 if libc.syscall(250, 0, -3, 1) >= 0 else -1,
        "kexec": lambda: libc.syscall(246, 0, 0, 0, 0),
        "shmget": lambda: 0 if libc.shmget(0, 4096, 0o1600) >= 0 else -1,
        "clone user": lambda: 0 if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0 else -1,
    }
    for name, attempt in tries.items():
        if attempt() == 0:
            print("FOUND", name)
    return a[:, ::2]


# %% attack="the network, loopback too" exercise="gate" honest=0 stock="harmful"
import os
import socket


def gate(a):
    for host in ("127.0.0.1", "::1", "localhost", "1.1.1.1", "169.254.169.254", "example.org"):
        for port in (22, 53, 80, 443, int("@PORT@")):
            try:
                socket.create_connection((host, port), timeout=0.05).close()
                print("FOUND", host, port)
            except OSError:
                continue
    for name in ("/run/docker.sock", "/var/run/docker.sock", "\0workbook-attacked"):
        try:
            socket.socket(socket.AF_UNIX).connect(name)
            print("FOUND", name)
        except OSError:
            continue
    return a[:, ::2]


# %% attack="what another submission left behind" exercise="gate" honest=0 stock="harmful"
# Each run of this leaves files; the next would find them. The sandbox runs these cells for two submissions in a row.
import os

for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~")):
    path = f"{folder}/left-behind-by-{__name__}"
    if os.path.exists(path):
        print("FOUND", path)


def gate(a):
    for folder in ("/tmp", "/dev/shm", "/var/tmp"):
        try:
            open(f"{folder}/left-behind-by-{__name__}", "w").close()
        except OSError:
            continue
    return a[:, ::2]
