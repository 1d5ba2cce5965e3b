"""Stock nbgrader on this course: run it from the repository's root, after `workbook build`.

nbgrader sees only build/ (a source beside its notebook would be handed out with its solutions). The kernels that
autograde and Validate start run the smoke preset on embedded data, whatever a student's parameters cell says.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

root = Path(__file__).resolve().parent / "build"
root.mkdir(exist_ok=True)


def put_first(variable, folder):
    """Put a folder in front of a path in the environment, once: formgrader reads this file anew for every page."""
    others = [other for other in os.environ.get(variable, "").split(os.pathsep) if other not in ("", str(folder))]
    os.environ[variable] = os.pathsep.join([str(folder), *others])


# nbgrader starts alembic as a command, which is on PATH only in an activated environment.
put_first("PATH", Path(sys.executable).parent)

c = get_config()  # noqa: F821 (traitlets defines it)

c.CourseDirectory.course_id = "deep_generative_models"
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = f"sqlite:///{(root / 'gradebook.db').as_posix()}"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "work"]

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# Pages that need no network (see helpers/grading/formgrader): formulas are MathML, and formgrader does not wait for
# MathJax. Its template is found on Jupyter's path, since nbgrader sets the option for templates itself.
helpers = find_spec("helpers")
if helpers and (pages := Path(helpers.origin).parent / "grading" / "formgrader").is_dir():
    c.HTMLExporter.filters = {"markdown2html": "helpers.grading.formgrader.markdown2html"}
    c.HTMLExporter.preprocessors = ["helpers.grading.formgrader.Outputs"]
    put_first("JUPYTER_PATH", pages)

# Set in those kernels alone: JupyterLab reads this file too, and would hand its own environment to every kernel.
settings = {"WORKBOOK_PRESET": "smoke", "WORKBOOK_DATASET": "digits", "WORKBOOK_HEADLESS": "1"}
c.Execute.extra_arguments = [f"--IPKernelApp.exec_lines=import os; os.environ.update({settings!r})"]

# Seconds for one cell: a training cell at the smoke preset takes a few.
c.Execute.timeout = 300
