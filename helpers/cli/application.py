"""The application that every command joins, and what becomes of its errors: one sentence each, with an exit code."""

from __future__ import annotations

import os
import sys

import typer

from helpers.errors import WorkbookError

# nbformat's jsonschema would read a grammar of international addresses, for a kind of text that no notebook's schema
# has: four fifths of what `workbook start` took. Without that module it goes without the grammar.
sys.modules.setdefault("rfc3987_syntax", None)

app = typer.Typer(
    help="A workbook of graded notebooks on deep generative models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
STOPPED = 130  # what shells say of a program that Ctrl-C ended


class Stopped(WorkbookError):
    """Ctrl-C, with a sentence on how far the command came."""


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(f"workbook: {' '.join(sentence.split())}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    sys.exit(outcome_of(sys.argv[1:] if arguments is None else arguments))


def outcome_of(arguments: list[str]) -> int:
    """Run the command; its exit code. Whatever goes wrong becomes one sentence."""
    try:
        code = app(arguments, prog_name="workbook", standalone_mode=False)
        if code == STOPPED:
            complain("stopped.")
        return code if isinstance(code, int) else 0
    except WorkbookError as error:
        complain(str(error))
        return STOPPED if isinstance(error, Stopped) else 1
    except (KeyboardInterrupt, typer.Abort):
        complain("stopped.")
        return STOPPED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - whoever read stdout has gone; Python flushes at its end
        return 1
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None and not os.environ.get("WORKBOOK_DEBUG"):
            path = error.filename2 or error.filename
            complain(f"{path} cannot be used ({error.strerror}); see what is there, who may use it, and how much room.")
            return 1
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.ctx.get_help(), file=sys.stderr)
            return 2
        if hasattr(error, "format_message"):  # click's: the command is written wrongly
            complain(f"{error.format_message()} See: workbook --help")
            return getattr(error, "exit_code", 2)
        if os.environ.get("WORKBOOK_DEBUG"):
            raise
        complain(f"{type(error).__name__}: {error} (unexpected; WORKBOOK_DEBUG=1 shows where)")
        return 1
