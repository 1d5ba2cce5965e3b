"""What a process gives up before a student's code runs in it: shared namespaces, means, capabilities, system calls.

Linux only, by libc through ctypes: os.unshare came with Python 3.12, and capabilities, mounts and seccomp are not in
the standard library. The order matters: namespaces first, while their owner may still mount; then limits; capabilities
and system calls last.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable, Mapping

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
SECCOMP_MODE_FILTER = 2
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
    """Be killed when the thread that started this process ends, and let nobody look into it."""
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


# System calls that no notebook needs, with their numbers on x86-64 and on aarch64.
_REFUSED = {
    # memory and queues that no limit counts
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semctl": (66, 191),
    "semtimedop": (220, 192),
    "mq_open": (240, 180),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    # the kernel's own: its keys, files by handle, log and modules, and interfaces with a long list of past holes
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "syslog": (103, 116),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_FAMILIES = (1, 2, 10)  # of sockets: Unix, IPv4 and IPv6, which a network namespace holds; vsock reaches the host
_MACHINES = {  # the architecture's mark, its place in the numbers above, and calls whose arguments decide
    "x86_64": {"arch": 0xC000003E, "place": 0, "clone": 56, "clone3": 435, "socket": 41, "socketpair": 53},
    "aarch64": {"arch": 0xC00000B7, "place": 1, "clone": 220, "clone3": 435, "socket": 198, "socketpair": 199},
}
_LOAD, _JUMP_EQUAL, _JUMP_NOT_BELOW, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # places in the kernel's struct seccomp_data; little-endian, so the low half
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050000 | 38, 0x80000000
_NEW_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | 0x02000000
_X32 = 0x40000000  # on x86-64 the second numbering of the same calls begins here


def numbers() -> dict[str, int]:
    """The calls that are refused on this machine, with their numbers; none on a machine whose numbers are not known."""
    machine = _MACHINES.get(platform.machine())
    return {name: places[machine["place"]] for name, places in _REFUSED.items()} if machine else {}


def refuse_calls() -> bool:
    """Let the kernel refuse the calls above from here on (seccomp); False on a machine whose numbers are not known.

    Raises:
        OSError: The kernel does not take the filter.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:  # it keeps the other walls
        return False
    program = _program(machine, numbers().values())
    instructions = (ctypes.c_uint64 * len(program))(*(struct.unpack("Q", line)[0] for line in program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(instructions)))
    _checked(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0), "seccomp")
    return True


def _program(machine: Mapping[str, int], refused: Iterable[int]) -> list[bytes]:
    """The filter in the kernel's classic BPF: `struct.pack("HBBI", operation, if true, if false, operand)` a line."""

    def line(operation: int, operand: int, true: int = 0, false: int = 0) -> bytes:
        return struct.pack("HBBI", operation, true, false, operand)

    program = [line(_LOAD, _ARCH), line(_JUMP_EQUAL, machine["arch"], 1, 0), line(_RETURN, _KILL)]
    program += [line(_LOAD, _NUMBER), line(_JUMP_NOT_BELOW, _X32, 0, 1), line(_RETURN, _EPERM)]
    # clone3 hides its flags from the filter: where it is missing, the C library falls back to clone
    program += [line(_JUMP_EQUAL, machine["clone3"], 0, 1), line(_RETURN, _ENOSYS)]
    for number in refused:
        program += [line(_JUMP_EQUAL, number, 0, 1), line(_RETURN, _EPERM)]
    for name in ("socket", "socketpair"):
        program += [line(_JUMP_EQUAL, machine[name], 0, len(_FAMILIES) + 3), line(_LOAD, _FIRST_ARGUMENT)]
        left = range(len(_FAMILIES), 0, -1)
        program += [line(_JUMP_EQUAL, family, more, 0) for more, family in zip(left, _FAMILIES, strict=True)]
        program += [line(_RETURN, _EPERM), line(_RETURN, _ALLOW)]
    program += [line(_JUMP_EQUAL, machine["clone"], 0, 4), line(_LOAD, _FIRST_ARGUMENT), line(_AND, _NEW_NAMESPACES)]
    program += [line(_JUMP_EQUAL, 0, 1, 0), line(_RETURN, _EPERM), line(_RETURN, _ALLOW)]
    return program
