"""A formgrader for tests: jupyter server on a course, asked over HTTP as its pages ask."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

HERE = Path(__file__).parent


class Formgrader:
    """Asks a server."""

    def __init__(self, address):
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def page(self, path):
        """The text of a page, and the address that it was found at."""
        with self.opener.open(f"{self.address}/formgrader/{path}", timeout=60) as answer:
            return answer.read().decode(), answer.geturl()

    def api(self, path):
        return json.loads(self.page(f"api/{urllib.parse.quote(path, safe='/?=&')}")[0])

    def put(self, path, **content):
        """Change something as a formgrader's page does."""
        token = next(cookie.value for cookie in self.cookies if cookie.name == "_xsrf")
        request = urllib.request.Request(
            f"{self.address}/formgrader/api/{path}",
            json.dumps(content).encode(),
            {"Content-Type": "application/json", "X-XSRFToken": token},
            method="PUT",
        )
        with self.opener.open(request, timeout=60) as answer:
            return answer.status

    def submissions(self, problem):
        """The submissions of a problem's notebook by student, each with its id."""
        return {row["student"]: row for row in self.api(f"submitted_notebooks/{problem}/{problem}")}


@contextlib.contextmanager
def formgrader(root):
    """Start a server on a course's folder as `workbook formgrader` does, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--allow-root", "--IdentityProvider.token="]
    server = subprocess.Popen(
        [sys.executable, HERE / "tiny_workbook.py", root, "formgrader", *options],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    asked = Formgrader(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                asked.page("manage_assignments")
                break
            except OSError:
                assert server.poll() is None, "jupyter server ended"
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield asked
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)  # the command, and the server that it waits for
        server.wait(20)


def workbook(course, *arguments):
    """Run the command on a course in a process of its own; returns what it printed."""
    done = subprocess.run(
        [sys.executable, HERE / "tiny_workbook.py", course.root, *arguments],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1]), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
