"""environment.yml, pyproject.toml and the lock files say the same, and name no place to download from."""

import re
import runpy
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
written = runpy.run_path(str(ROOT / ".ci" / "environment.py"))
ASKED, LOCKED = written["asked_for"](), written["locked"]()
LOCKS = ("requirements.lock", "requirements-cuda.lock")


def entries(name: str) -> list[str]:
    """The requirements of a lock file, each with its hashes."""
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("package", ASKED)
def test_the_lock_holds_versions_that_pyproject_admits(package):
    assert package in LOCKED, "run make lock"
    assert all(SpecifierSet(ASKED[package]).contains(version) for version, _ in LOCKED[package]), "run make lock"


def test_conda_gets_the_locked_versions_of_every_direct_dependency():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    editable, *pins = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    assert editable == "--editable .[dev]"
    pinned = [Requirement(pin) for pin in pins]
    assert {pin.name for pin in pinned} == set(ASKED), "run make lock"
    for system in ("linux", "darwin", "win32"):
        for python in ("3.11", "3.12", "3.13"):
            machine = {"sys_platform": system, "python_version": python, "python_full_version": f"{python}.1"}
            here = [pin for pin in pinned if pin.marker is None or pin.marker.evaluate(machine)]
            assert sorted(pin.name for pin in here) == sorted(ASKED), f"Python {python} on {system}: run make lock"
    assert {(pin.name, str(pin.specifier)) for pin in pinned} == {
        (name, f"=={version}") for name in ASKED for version, _ in LOCKED[name]
    }, "run make lock"


def test_conda_gets_a_python_that_pyproject_admits():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    version = next(entry for entry in dependencies if str(entry).startswith("python=")).removeprefix("python=")
    wanted = re.search(r'requires-python = "(.*)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert SpecifierSet(wanted).contains(version)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_exact_and_hashed(name):
    for entry in entries(name):
        assert re.match(r"[\w.-]+==[\w.+!-]+( *;[^#]*?)? +--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


@pytest.mark.parametrize("name", [*LOCKS, "environment.yml", "pyproject.toml"])
def test_no_file_names_an_index_or_an_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|git\+|^[\s-]*-[if]\s", text, re.MULTILINE)


def test_the_cuda_libraries_are_in_their_own_lock():
    assert not [entry for entry in entries("requirements.lock") if re.match(r"nvidia-|cuda-|triton", entry)]
    assert all(re.match(r"nvidia-|cuda-|triton", entry) for entry in entries("requirements-cuda.lock"))
