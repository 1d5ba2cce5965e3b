"""What a training shows: a display that updates itself in a live notebook, a few lines elsewhere, never on stderr."""

import sys
import types

import pytest
import torch

from helpers import miniatures, progress
from helpers.history import Curve, History
from helpers.progress import Progress, duration


class States(list):
    """What was shown, with the displays and the shell behind it."""


@pytest.fixture
def shown(monkeypatch):
    """A live front end: what stands in each of its displays, after every change."""
    states, displays = States(), []

    class Handle:
        def update(self, bundle, raw):
            states.append(bundle)

    def display(bundle, raw, display_id):
        displays.append(display_id)
        states.append(bundle)
        return Handle()

    ipython = types.ModuleType("IPython")
    shell = types.SimpleNamespace(kernel=object(), execution_count=1)
    ipython.get_ipython = lambda: shell
    ipython.display = types.ModuleType("IPython.display")
    ipython.display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    monkeypatch.setattr(progress._Board, "latest", None)
    monkeypatch.setattr(progress, "REDRAW", 0.0)
    states.displays, states.shell = displays, shell
    return states


def course(values, validation=()):
    """A history with these losses, one per step, and these figures at the ends of epochs of ten steps."""
    history = History("net")
    curve = history.curves.setdefault("loss", Curve())
    for step, value in enumerate(values, 1):
        curve.add(step, value)
    history.epochs = [
        {"epoch": n, "step": 10 * n, "seconds": n, "accuracy": value} for n, value in enumerate(validation, 1)
    ]
    return history


def test_a_live_notebook_shows_one_display_that_ends_as_the_result(shown, capfd):
    bar = Progress("net", live=True)
    bar.say("begins late.")
    bar.update(0.25, "epoch 1 of 4, loss 0.5")
    bar.update(0.5, "epoch 2 of 4, loss <0.4")
    bar.close("4 epochs, loss 0.2.")
    assert [state["text/plain"] for state in shown] == [
        "net: begins late.\nnet: 25%, epoch 1 of 4, loss 0.5",
        "net: begins late.\nnet: 50%, epoch 2 of 4, loss <0.4",
        "net: begins late.\nnet: 4 epochs, loss 0.2.",
    ]
    assert len(shown.displays) == 1
    assert 'value="0.5000"' in shown[1]["text/html"]
    assert 'aria-label="net"' in shown[1]["text/html"]
    assert "loss &lt;0.4" in shown[1]["text/html"]
    assert "<progress" not in shown[2]["text/html"]
    assert capfd.readouterr() == ("", "")


def test_curves_follow_every_figure_and_stay_at_the_end_while_images_do_not(shown):
    history = course([4.0, 3.0, 2.0, 1.5], validation=[0.1, 0.7])
    bar = Progress("net", live=True)
    bar.preview(miniatures.grid(torch.rand(3, 1, 8, 8), alt="Images that net makes now"))
    bar.update(0.5, "half", history)
    bar.close("done.", history)
    for state in shown:
        assert 'alt="loss over 4 steps: from 4 to 1.5"' in state["text/html"]
        assert 'alt="accuracy over 20 steps: from 0.1 to 0.7"' in state["text/html"]
    assert "Images that net makes now" in shown[0]["text/html"]
    assert "Images that net makes now" not in shown[1]["text/html"]


def test_what_stays_is_small_however_long_the_training_was(shown):
    bar = Progress("net", live=True)
    bar.close("done.", course([1 / (1 + step) for step in range(50_000)]))
    assert len(shown[0]["text/html"]) < 6000


def test_all_trainings_of_a_cell_share_its_display_and_only_the_last_unfolds_its_curves(shown):
    for name in ("first", "second"):
        bar = Progress(name, live=True)
        bar.update(0.5, "half")
        bar.close("done.", course([2.0, 1.0]))
    assert len(shown.displays) == 1
    assert shown[-1]["text/plain"] == "first: done.\nsecond: done."
    assert shown[-1]["text/html"].count("<details>") == shown[-1]["text/html"].count("<details open>") == 1
    shown.shell.execution_count += 1
    Progress("third", live=True).close("done.")
    assert len(shown.displays) == 2
    assert shown[-1]["text/plain"] == "third: done."


def test_short_epochs_do_not_redraw_the_display_all_the_time(shown, monkeypatch):
    monkeypatch.setattr(progress, "REDRAW", 0.4)
    clock = iter(range(100_000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock) * 0.1)
    bar = Progress("net", live=True)
    for step in range(1, 101):
        bar.update(step / 100, f"step {step}")
    assert 20 <= len(shown) <= 26


def test_an_error_takes_the_bar_away(shown, capsys):
    bar = Progress("net", live=True)
    bar.update(0.5, "half")
    with pytest.raises(ZeroDivisionError), bar.stopping():
        raise ZeroDivisionError
    assert shown[-1]["text/plain"] == "net: stopped by an error."
    assert "<progress" not in shown[-1]["text/html"]
    assert capsys.readouterr().out == ""


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
