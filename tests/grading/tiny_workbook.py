"""The `workbook` command on a course of a test's own: python tiny_workbook.py COURSE grade …

The checks of such a course are in this folder. A worker process imports this file anew, and so finds them too.
"""

import sys
from pathlib import Path

import helpers.checks

helpers.checks.__path__.append(str(Path(__file__).parent / "checks"))

if __name__ == "__main__":
    from helpers import cli, student

    student.ROOT = Path(sys.argv[1])
    cli.main(sys.argv[2:])
