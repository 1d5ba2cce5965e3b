"""`python -m helpers.cli` is the command `workbook`."""

from helpers.cli import main

main()
