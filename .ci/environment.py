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


def locked(root: Path = ROOT) -> dict[str, str]:
    """Every package of both lock files -> its version."""
    texts = [(root / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-cuda.lock")]
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", "\n".join(texts), re.MULTILINE))


def environment(root: Path = ROOT) -> str:
    """The text of environment.yml."""
    versions = locked(root)
    return HEAD + "".join(f"      - {name}=={versions[name]}\n" for name in sorted(asked_for(root)))


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8")
