"""The Dockerfile and the devcontainer: sound as files everywhere, and built where an engine runs."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INSTRUCTIONS = {"FROM", "ARG", "WORKDIR", "COPY", "RUN", "USER"}


def dockerfile():
    """The instructions: name -> the rest, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines if line.strip()]


def engine():
    """Whether docker can build here."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    asked = subprocess.run(["docker", "info"], capture_output=True, timeout=60)
    return "" if asked.returncode == 0 else "docker's engine does not run"


def test_the_dockerfile_is_sound_and_copies_what_is_there():
    instructions = dockerfile()
    assert {name for name, _ in instructions} == INSTRUCTIONS
    assert instructions[0][0] == "FROM"
    for name, rest in instructions:
        if name == "COPY":
            *sources, _ = rest.split()
            assert all((ROOT / source).is_file() for source in sources)
            ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
            assert "*" not in ignored or all(f"!{source}" in ignored for source in sources)
        if name == "RUN" and shutil.which("sh"):
            subprocess.run(["sh", "-n", "-c", rest], check=True)


def test_the_image_has_the_locked_versions_with_their_hashes():
    (run,) = (rest for name, rest in dockerfile() if name == "RUN")
    for lock in ("requirements.lock", "requirements-cuda.lock"):
        assert re.search(rf"pip install --no-cache-dir --no-deps --require-hashes --requirement {lock}", run)
    torch = re.search(r"^torch==([\d.]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert f"torch=={torch} " in (ROOT / "Dockerfile").read_text(encoding="utf-8"), "the comment names another version"


def test_the_devcontainer_builds_the_dockerfile_and_installs_the_workbook():
    content = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    build = content["build"]
    assert (ROOT / ".devcontainer" / build["dockerfile"]).resolve() == ROOT / "Dockerfile"
    assert (ROOT / ".devcontainer" / build["context"]).resolve() == ROOT
    assert "--no-deps" in content["postCreateCommand"], "all else comes from the lock"
    assert content["remoteUser"] == "root", "the image's own user can write nothing"
    assert "://" not in json.dumps(content)


@pytest.mark.slow
def test_the_image_builds_and_its_python_has_the_libraries():
    if why_not := engine():
        pytest.skip(why_not)
    subprocess.run(["docker", "build", "--quiet", "--tag", "workbook-test", "."], cwd=ROOT, check=True)
    code = "import jupyterlab, nbgrader, torch"
    subprocess.run(["docker", "run", "--rm", "workbook-test", "python", "-c", code], check=True)
