"""On a machine that is not one's own, such as Colab's: install what notebooks need and the machine lacks.

    python -m helpers.elsewhere

The ranges are those of pyproject.toml, as far as the notebooks themselves need them: JupyterLab, nbgrader and what else
serves files and grading would replace parts of the machine's own front end.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys

DISTRIBUTION = "workbook-of-deep-generative-models"
NOT_NEEDED = {
    "bleach",
    "ipykernel",
    "jupyterlab",
    "jupytext",
    "latex2mathml",
    "nbclient",
    "nbconvert",
    "nbformat",
    "nbgrader",
    "papermill",
    "psutil",
    "rich",
    "typer",
}


def needed() -> list[str]:
    """The requirements of notebooks, as ranges."""
    stated = importlib.metadata.requires(DISTRIBUTION) or []
    named = {
        re.match(r"[\w.-]+", one)[0].lower(): one for one in stated if ";" not in one
    }  # those of extras have a ";"
    return [one for name, one in named.items() if name not in NOT_NEEDED]


if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *needed()]).returncode)
