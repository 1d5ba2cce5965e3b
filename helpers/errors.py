"""The one exception whose message is written for a person."""


class WorkbookError(Exception):
    """Something went wrong that a person can put right; the message is one sentence that says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback."""
        return [str(self)]
