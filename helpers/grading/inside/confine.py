"""What a process gives up before a student's code runs in it: shared namespaces, means, capabilities, system calls.

Linux only, by libc through ctypes: os.unshare came with Python 3.12, and capabilities, mounts and seccomp are not in
the standard library. The order matters: namespaces first, while their owner may still mount; then limits; capabilities
and system calls last.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import resource
import signal
import struct
from collections.abc import Mapping

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def separate(disk: int, shared: int) -> None:
    """Move into namespaces of one's own: user, mounts, network, host name, IPC, and processes for the children.

    Afterwards /tmp (`disk` bytes) and /dev/shm (`shared` bytes) are empty and one's own. /proc holds the processor's
    data, which torch reads, and nothing else: no new one may be mounted here, and the old one shows other processes.

    Raises:
        OSError: The kernel does not allow it.
    """
    uid, gid = os.getuid(), os.getgid()
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # or the files below belong to root
    flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    _checked(_libc.unshare(flags), "unshare")
    for file, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(content)
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _mount_tmpfs("/tmp", f"size={disk},mode=1777,nr_inodes=10000")
    if os.path.isdir("/dev/shm"):
        _mount_tmpfs("/dev/shm", f"size={shared},mode=1777,nr_inodes=10000")
    with open("/proc/cpuinfo", "rb") as stream:
        processors = stream.read()
    _mount_tmpfs("/proc", f"size={len(processors) + 65536},mode=755,nr_inodes=4")
    with open("/proc/cpuinfo", "wb") as stream:
        stream.write(processors)
    _mount_tmpfs("/proc", "", MS_REMOUNT | MS_RDONLY | MS_NOEXEC)


def _mount_tmpfs(where: str, options: str, flags: int = 0) -> None:
    arguments = b"tmpfs", where.encode(), b"tmpfs", ctypes.c_ulong(flags | MS_NOSUID | MS_NODEV), options.encode()
    _checked(_libc.mount(*arguments), f"mount {where}")


def die_with_parent() -> None:
    """Be killed when the parent ends, and let nobody look into this process."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit(limits: Mapping[str, int]) -> None:
    """Set limits for this process and its children, which cannot be raised again: {"RLIMIT_DATA": bytes, ...}."""
    for name, value in limits.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (value, value))


def drop_privileges() -> None:
    """Give up every capability for good, and the way to gain some by a set-user-id program."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = ctypes.create_string_buffer(struct.pack("Ii", CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(struct.pack("6I", 0, 0, 0, 0, 0, 0))
    _checked(_libc.capset(header, nothing), "capset")
    _checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


# System calls that no notebook needs: memory that no limit counts, other processes' memory, new namespaces, mounts,
# the kernel's keys, and interfaces with a long list of past holes. Numbers by machine; a machine that is not here keeps
# the other walls.
_CALLS = {
    "x86_64": {
        "arch": 0xC000003E,
        "clone": 56,
        "clone3": 435,
        "refused": (
            *(319, 447, 29, 30, 31, 67, 68, 69, 240, 64, 65, 66, 71),  # memfd, shm*, msg*, sem*, mq_open
            *(101, 310, 311, 272, 308, 165, 166, 155, 161),  # ptrace, process_vm_*, unshare, setns, mount, chroot
            *(
                428,
                429,
                430,
                431,
                432,
                442,
                321,
                298,
                323,
                425,
                426,
                427,
            ),  # new mounts, bpf, perf, io_uring
            *(248, 249, 250, 304, 303, 246, 320, 175, 313, 176),  # keys, handles, kexec, modules
        ),
    },
    "aarch64": {
        "arch": 0xC00000B7,
        "clone": 220,
        "clone3": 435,
        "refused": (
            *(279, 447, 194, 195, 196, 197, 186, 187, 188, 189, 190, 191, 192, 193, 180),
            *(117, 270, 271, 97, 268, 40, 39, 41, 51),
            *(428, 429, 430, 431, 432, 442, 280, 241, 282, 425, 426, 427),
            *(217, 218, 219, 265, 264, 104, 294, 105, 273, 106),
        ),
    },
}
_LOAD, _JUMP_EQUAL, _JUMP_GREATER, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050000 | 38, 0x80000000
_NEW_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | 0x02000000
_X32 = 0x40000000  # on x86-64 the second numbering of the same calls begins here


def refuse_calls() -> bool:
    """Let the kernel refuse the calls above from here on (seccomp); False on a machine whose numbers are not known."""
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    program = _program(calls)
    instructions = (ctypes.c_uint64 * len(program))(*(struct.unpack("Q", line)[0] for line in program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(instructions)))
    return _libc.prctl(PR_SET_SECCOMP, 2, header, 0, 0) == 0


def _program(calls: Mapping) -> list[bytes]:
    """The filter in the kernel's classic BPF: `struct.pack("HBBI", operation, if true, if false, operand)` a line."""

    def line(operation: int, operand: int, true: int = 0, false: int = 0) -> bytes:
        return struct.pack("HBBI", operation, true, false, operand)

    program = [line(_LOAD, 4), line(_JUMP_EQUAL, calls["arch"], 1, 0), line(_RETURN, _KILL), line(_LOAD, 0)]
    program += [line(_JUMP_GREATER, _X32, 0, 1), line(_RETURN, _EPERM)]
    # clone3 hides its flags from the filter: where it is missing, the C library falls back to clone
    program += [line(_JUMP_EQUAL, calls["clone3"], 0, 1), line(_RETURN, _ENOSYS)]
    for number in calls["refused"]:
        program += [line(_JUMP_EQUAL, number, 0, 1), line(_RETURN, _EPERM)]
    program += [line(_JUMP_EQUAL, calls["clone"], 0, 4), line(_LOAD, 16), line(_AND, _NEW_NAMESPACES)]
    program += [line(_JUMP_EQUAL, 0, 1, 0), line(_RETURN, _EPERM), line(_RETURN, _ALLOW)]
    return program
