"""Jupyter's servers for tests, each at a port of its own however many are started at a time."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.patience import PATIENCE

OPTIONS = ("--no-browser", "--port=0", "--allow-root", "--ServerApp.port_retries=0", "--IdentityProvider.token=")
TRIES = 3  # between the choice of a port and its use the server leaves it to whoever comes first


@contextlib.contextmanager
def serving(command: list, page: str, cwd: Path, env: dict[str, str], log: Path | None = None) -> Iterator[str]:
    """Start a command that becomes a Jupyter server without a token, and end it with all that it has started.

    Args:
        command: The command, which hands OPTIONS on to the server.
        page: What is asked until it is answered, such as "api/status".
        cwd: Where the command runs.
        env: Its environment; where the server says its port is added.
        log: Where all that is printed goes; it is shown where the server does not start.

    Yields:
        The server's address.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = log or Path(folder) / "log"
        for left in reversed(range(TRIES)):
            with log.open("w") as file:
                process = subprocess.Popen(
                    [*command, *OPTIONS],
                    cwd=cwd,
                    env=env | {"JUPYTER_RUNTIME_DIR": folder},
                    stdout=file,
                    stderr=file,
                    start_new_session=True,
                )
            try:
                address = _address(process, Path(folder), page, log)
                if address is not None:
                    yield address
                    return
            finally:
                _end(process)
            assert left, f"the server ended:\n{log.read_text()}"


def _address(process: subprocess.Popen, folder: Path, page: str, log: Path) -> str | None:
    """Where the server answers; None where it has ended."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        assert time.monotonic() < deadline, f"the server does not answer:\n{log.read_text()}"
        for said in folder.glob("jpserver-*.json"):
            try:
                address = f"http://127.0.0.1:{json.loads(said.read_text())['port']}"
                with urllib.request.urlopen(f"{address}/{page}", timeout=PATIENCE):
                    return address
            except urllib.error.HTTPError as error:
                raise AssertionError(f"{page}: {error}\n{log.read_text()}") from error
            except (OSError, ValueError):  # it does not listen yet; the file is half written
                pass
        time.sleep(0.1)
    return None


def _end(process: subprocess.Popen) -> None:
    """End a server with its kernels and the command that waits for it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
