"""The corpus in a notebook, where the checks run in the student's own process: what the attacks are worth there.

`python -m tests.grading.attacks.notebook_tier` prints the points of each attack that can be run without harm, as JSON.
Each runs in a process of its own, forked after the imports, with IPython and its cells as a kernel has them.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile

from helpers.grading import marking
from helpers.grading.inside.runtime import preload
from tests.grading.attacks import corpus
from tests.grading.attacks.corpus import Attack

SECONDS = 30  # of one attack
SURROUNDINGS = {"WORKBOOK_PRESET": "smoke", "WORKBOOK_DATASET": "digits", "WORKBOOK_HEADLESS": "1", "MPLBACKEND": "agg"}


def main() -> None:
    """Run what can be run."""
    preload()
    from IPython.core import interactiveshell  # noqa: F401 - before the forks

    import helpers.checks

    importlib.reload(helpers.checks)  # which stand for nothing in a process that is graded
    print(json.dumps({attack.name: earned(attack) for attack in corpus.attacks() if attack.notebook is not None}))


def earned(attack: Attack) -> float | None:
    """The points of an attack's exercise; None where its process ended."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(read)
            signal.alarm(SECONDS)
            os.write(write, json.dumps(_run(attack)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else None


def _run(attack: Attack) -> float:
    """Run the cells up to the check, and read its points as nbgrader does."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.environ.update(SURROUNDINGS)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ |= {"WORKBOOK_RUN_DIR": folder, "IPYTHONDIR": folder}
        shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        sys.modules["__main__"] = shell.user_module
        notebook = corpus.submission({attack.exercise: attack.code}, problem=attack.problem)
        for step in marking.steps_of(notebook, corpus.release(attack.problem)):
            if step.kind == "cell":
                shell.run_cell(step.source, store_history=True)
            elif step.name == attack.exercise:
                return _points(shell.run_cell(step.source, store_history=True), step.points)
    raise LookupError(attack.exercise)


def _points(done: object, most: float) -> float:
    """No error and no output is full marks, and so is what is no number."""
    if not done.success:
        return 0.0
    try:
        return float(repr(done.result))
    except ValueError:
        return most


if __name__ == "__main__":
    main()
