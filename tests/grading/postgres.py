"""A PostgreSQL server of a test's own, as Debian installs it; it refuses to run as root, so then it runs as another."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.patience import PATIENCE

USER = "instructor"
PASSWORD = "a-secret-word"


def programs():
    """Where the newest PostgreSQL's programs are; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server():
    """A server with one user; gives a function that makes the address of a new, empty database."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("psycopg")
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="workbook-postgres-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if owner:
        for path in (folder, secret):
            shutil.chown(path, owner)
    data = folder / "data"

    def run(program, *arguments):
        done = subprocess.run(
            [bin_folder / program, *map(str, arguments)],
            user=owner,
            extra_groups=[] if owner else None,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": PASSWORD},
            stdout=subprocess.DEVNULL,  # the server keeps what it inherits
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            text=True,
        )
        assert done.returncode == 0, (program, done.stderr)

    try:
        run("initdb", "-D", data, "-U", USER, "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8")
        port = start(run, data, folder)
        try:
            names = iter(range(1000))

            def database():
                name = f"gradebook{next(names)}"
                run("createdb", "-h", "127.0.0.1", "-p", port, "-U", USER, name)
                return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{port}/{name}"

            yield database
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(run, data, folder):
    """Start the server; its port, which was free a moment ago and may be taken by then: so there are three tries."""
    for left in (2, 1, 0):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        try:
            run("pg_ctl", "-D", data, "-w", "-t", PATIENCE, "-l", folder / "log", "-o", options, "start")
            return port
        except AssertionError:
            assert left, (folder / "log").read_text(errors="replace")
    return None


def _owner():
    """Who runs the server where we are root."""
    if os.getuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)
