"""Options that are switched on and off: one still picture headless, redrawn with what is on where somebody looks."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython

from helpers import widgets


@pytest.fixture
def notebook():
    yield start_ipython() or InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_headless_chosen_options_are_one_still_picture(monkeypatch):
    monkeypatch.setenv("WORKBOOK_HEADLESS", "1")
    calls = []
    widgets.choose(lambda on, begin: calls.append((on, begin)), ["A", "T"], {"T"}, begin=(["A", "T"], "A"))
    assert calls == [({"T"}, "A")]


def test_live_a_picture_is_redrawn_when_an_option_is_switched(monkeypatch, notebook):
    monkeypatch.delenv("WORKBOOK_HEADLESS", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "a notebook")
    calls, shown = [], []
    monkeypatch.setattr("IPython.display.display", shown.append)
    widgets.choose(lambda on, begin: calls.append((on, begin)), [1, 2, 3], {2}, begin=([1, 3], 1))
    menu, buttons, _ = shown[0].children
    assert [(b.description, b.value) for b in buttons.children] == [("1", False), ("2", True), ("3", False)]
    buttons.children[2].value = True
    buttons.children[1].value = False
    menu.value = 3
    assert calls == [({2}, 1), ({2, 3}, 1), ({3}, 1), ({3}, 3)]
