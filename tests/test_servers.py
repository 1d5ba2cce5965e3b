"""A server of a test that does not start is tried again, and then says so at once."""

import os
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.servers import serving

SERVER = """
import http.server, json, os, sys
from pathlib import Path
tries = Path(sys.argv[1])
tries.write_text(tries.read_text() + "x")
if len(tries.read_text()) <= int(sys.argv[2]):
    sys.exit("The port 1234 is already in use.")
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
folder = Path(os.environ["JUPYTER_RUNTIME_DIR"])
(folder / "jpserver-1.json").write_text(json.dumps({"port": server.server_port}))
server.serve_forever()
"""


@pytest.fixture
def tries(tmp_path) -> Path:
    (tmp_path / "tries").write_text("")
    return tmp_path / "tries"


def started(tries, ends):
    return serving([sys.executable, "-c", SERVER, str(tries), str(ends)], "tries", tries.parent, dict(os.environ))


def test_a_server_that_lost_its_port_is_started_again_and_ended(tries):
    with started(tries, ends=2) as address:
        assert urllib.request.urlopen(f"{address}/tries").read() == b"xxx"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/tries")


def test_a_server_that_never_starts_says_why(tries):
    with pytest.raises(AssertionError, match="1234 is already in use"), started(tries, ends=9):
        pass
    assert tries.read_text() == "xxx"
