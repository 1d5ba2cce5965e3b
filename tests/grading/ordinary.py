"""Scripts that run as an ordinary user, though these tests may run as root and its Python lie where only root may pass.

Root opens the way in a mount namespace that only the script has.
"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
USER = 12345  # who need not exist


def printed_by_user(script, aside):
    """What a script prints as an ordinary user."""
    return (
        printed_where_all_may_read(script, aside, USER) if os.getuid() == 0 else printed(sys.executable, "-c", script)
    )


def printed_where_all_may_read(script, aside, user=0):
    """What a script prints that root runs as a user, where every user can read Python; `aside` is an empty folder."""
    return printed("unshare", "--mount", sys.executable, __file__, str(user), str(aside), textwrap.dedent(script))


def printed(*command):
    """What a command prints that does not fail."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def open_the_way(aside):
    """Let everybody pass to Python and to this repository."""
    folders = {Path(sys.base_prefix), Path(sys.prefix), ROOT}
    by_closed = {}
    for folder in folders:
        closed = next((p for p in reversed(folder.parents) if not p.stat().st_mode & 0o001), None)
        by_closed.setdefault(closed, []).append(folder)
    by_closed.pop(None, None)
    for number, (closed, inner) in enumerate(by_closed.items()):
        kept = Path(aside) / str(number)
        kept.mkdir()
        _mount("--bind", closed, kept)
        _mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", closed)
        for folder in inner:
            folder.mkdir(parents=True, exist_ok=True)
            _mount("--bind", kept / folder.relative_to(closed), folder)


def _mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


if __name__ == "__main__":
    user, aside, script = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    open_the_way(aside)
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    os.execv(sys.executable, [sys.executable, "-c", script])
