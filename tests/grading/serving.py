"""A formgrader for tests: jupyter server on a course, asked over HTTP as its pages ask."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.patience import PATIENCE
from tests.servers import serving

HERE = Path(__file__).parent


class Formgrader:
    """Asks a server."""

    def __init__(self, address):
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def page(self, path):
        """The text of a page, and the address that it was found at."""
        with self.opener.open(f"{self.address}/formgrader/{path}", timeout=PATIENCE) as answer:
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
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return answer.status

    def submissions(self, problem):
        """The submissions of a problem's notebook by student, each with its id."""
        return {row["student"]: row for row in self.api(f"submitted_notebooks/{problem}/{problem}")}


@contextlib.contextmanager
def formgrader(root):
    """Start a server on a course's folder as `workbook formgrader` does, and end it."""
    command = [sys.executable, HERE / "tiny_workbook.py", root, "formgrader"]
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    with serving(command, "formgrader/manage_assignments", root, environment) as address:
        asked = Formgrader(address)
        asked.page("manage_assignments")  # for the cookie
        yield asked


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
