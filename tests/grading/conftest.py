"""A sandbox for the tests of grading. CI must have one; elsewhere tests that need it are skipped with a reason."""

import os
import shutil

import pytest

from helpers.grading import sandbox


@pytest.fixture(scope="session")
def warm():
    """A warm bubblewrap, shared by the tests; a test that harms it makes its own."""
    need_bubblewrap()
    kept = sandbox.choose("bwrap")
    yield kept
    kept.close()


def need_bubblewrap():
    """Skip a test where there is no bubblewrap, but fail in CI: there a grader without a sandbox is no grader."""
    if shutil.which("bwrap") is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no bubblewrap; .ci/run installs it.")
        pytest.skip("bubblewrap is not installed")
