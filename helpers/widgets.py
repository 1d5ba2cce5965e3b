"""Sliders and buttons over the student's own model, with a still picture where nobody can move them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import ModuleType
from typing import Any

from helpers import presets

Number = int | float


def explore(draw: Callable[..., None], **ranges: tuple[Number, Number, Number]) -> None:
    """Redraw a picture as sliders move; headless, draw it once at the start values.

    Args:
        draw: Called with one number per slider; displays a figure.
        ranges: Name of the argument -> (lowest, highest, start); whole numbers where all three are, else a hundred
            steps from the lowest to the highest.
    """
    if presets.headless():
        draw(**{name: start for name, (_, _, start) in ranges.items()})
        return
    import ipywidgets
    from IPython.display import display

    sliders = {name: _slider(ipywidgets, name, *limits) for name, limits in ranges.items()}
    for slider in sliders.values():  # else a long name is cut off
        slider.style.description_width = f"{max(map(len, ranges)) * 0.6 + 1:.1f}em"
        slider.layout.width = "32em"
    display(ipywidgets.VBox([*sliders.values(), ipywidgets.interactive_output(draw, sliders)]))


def _slider(ipywidgets: ModuleType, name: str, low: Number, high: Number, start: Number) -> Any:
    """A slider over whole numbers, or over real ones where one of the limits is such."""
    whole = all(isinstance(limit, int) for limit in (low, high, start))
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    step = {} if whole else {"step": (high - low) / 100}
    return kind(value=start, min=low, max=high, description=name.replace("_", " "), continuous_update=False, **step)


def choose(
    draw: Callable[..., None],
    options: Sequence[str | int],
    chosen: Collection[str | int] = (),
    label: str = "",
    **lists: tuple[Sequence[str | int], str | int],
) -> None:
    """Redraw a picture as options are switched on and off; headless, draw it once with those that are on at the start.

    The buttons and lists are reached with the tab key and worked with the space bar and the arrows.

    Args:
        draw: Called with the set of options that are on, and by name with one entry per list; displays a figure.
        options: What can be on or off, one button each.
        chosen: What is on at the start.
        label: What being on means, in a word before the buttons.
        lists: Name of the argument -> (entries, the one at the start), for a list to choose one entry from.
    """
    if presets.headless():
        draw(set(chosen), **{name: start for name, (_, start) in lists.items()})
        return
    import ipywidgets
    from IPython.display import display

    small = ipywidgets.Layout(width="4em")
    buttons = [
        ipywidgets.ToggleButton(option in chosen, description=str(option), tooltip=f"{label} {option}", layout=small)
        for option in options
    ]
    menus = {
        name: ipywidgets.Dropdown(options=list(entries), value=start, description=name)
        for name, (entries, start) in lists.items()
    }

    def redraw(**values: Any) -> None:
        on = {option for place, option in enumerate(options) if values[f"option {place}"]}
        draw(on, **{name: values[name] for name in menus})

    controls = {f"option {place}": button for place, button in enumerate(buttons)} | menus
    switches = ipywidgets.HBox([*([ipywidgets.Label(f"{label}:")] if label else []), *buttons])
    rows = [*menus.values(), switches, ipywidgets.interactive_output(redraw, controls)]
    display(ipywidgets.VBox(rows))
