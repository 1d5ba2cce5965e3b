"""Write environment.yml: what pyproject.toml asks for, at the versions of requirements.lock.

pip refuses to mix hashes with an editable install, so conda and Windows users get the same direct versions without
hashes. `make lock` runs this.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# The same versions as requirements.lock, for conda on any system; written by `make lock`.
#     conda env create -f environment.yml && conda activate workbook
name: workbook
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
  - pip:
      - --editable .[dev]
"""


def asked_for(root: Path = ROOT) -> dict[str, str]:
    """Every direct dependency of pyproject.toml, the extra `dev` included -> the range of versions it admits."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return dict(re.fullmatch(r"([\w-]+)(.*)", line).groups() for line in lines)


def locked(root: Path = ROOT) -> dict[str, list[tuple[str, str]]]:
    """Every package of both lock files -> its versions, each with the marker that says where it is meant, or ""."""
    texts = [(root / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-cuda.lock")]
    pattern = r"^([\w.-]+)==([^\s;\\]+)(?: *; *([^\\\n]*?))? *\\$"
    versions: dict[str, list[tuple[str, str]]] = {}
    for name, version, marker in re.findall(pattern, "\n".join(texts), re.MULTILINE):
        versions.setdefault(name, []).append((version, marker))
    return versions


def environment(root: Path = ROOT) -> str:
    """The text of environment.yml."""
    versions = locked(root)
    pins = (
        f"{name}=={version}" + (f" ; {marker}" if marker else "")
        for name in sorted(asked_for(root))
        for version, marker in versions[name]
    )
    return HEAD + "".join(f"      - {pin}\n" for pin in pins)


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8")
