"""What a training shows: one line that updates itself in a live notebook, a few lines elsewhere, never on stderr."""

import sys
import types

import pytest

from helpers import progress
from helpers.progress import Progress, duration


@pytest.fixture
def shown(monkeypatch):
    """A live front end: what stands in each of its displays, after every change."""
    states = []

    class Handle:
        def update(self, bundle, raw):
            states.append(bundle)

    def display(bundle, raw, display_id):
        states.append(bundle)
        return Handle()

    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    ipython.display = types.ModuleType("IPython.display")
    ipython.display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    return states


def test_a_live_notebook_shows_one_line_that_ends_as_the_result(shown, capfd):
    bar = Progress("net", live=True)
    bar.update(0.25, "epoch 1 of 4, loss 0.5")
    bar.update(0.5, "epoch 2 of 4, loss <0.4")
    bar.close("4 epochs, loss 0.2.")
    assert [state["text/plain"] for state in shown] == [
        "net: 25%, epoch 1 of 4, loss 0.5",
        "net: 50%, epoch 2 of 4, loss <0.4",
        "net: 4 epochs, loss 0.2.",
    ]
    assert 'value="0.5000"' in shown[1]["text/html"]
    assert "loss &lt;0.4" in shown[1]["text/html"]
    assert capfd.readouterr() == ("", "")


def test_without_a_kernel_a_live_run_falls_back_to_lines(capsys):
    bar = Progress("net", live=True)
    bar.close("done.")
    assert capsys.readouterr().out == "net: done.\n"


def test_a_long_training_prints_at_most_ten_lines_and_its_result(monkeypatch, capfd):
    clock = iter(range(100_000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock) * 0.1)
    bar = Progress("net", live=False)
    for step in range(1, 1001):
        bar.update(step / 1000, f"step {step}")
    bar.close("done.")
    out, err = capfd.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "net: 10%, step 100"
    assert lines[-1] == "net: done."
    assert len(lines) == 11


def test_a_short_training_prints_its_result_only(capsys):
    bar = Progress("net", live=False)
    for step in range(1, 101):
        bar.update(step / 100, f"step {step}")
    bar.close("done.")
    assert capsys.readouterr().out == "net: done.\n"


def test_all_processes_but_the_first_are_silent(shown, capsys):
    bar = Progress("net", live=True, silent=True)
    bar.update(0.5, "half")
    bar.say("something")
    bar.close("done.")
    assert shown == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (8.24, "8.2 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"), (7501, "2 h 5 min")],
)
def test_durations_are_said_as_a_person_says_them(seconds, said):
    assert duration(seconds) == said
