"""Sliders over the student's own model, with a still picture where nobody can move them."""

from __future__ import annotations

from collections.abc import Callable
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
    display(ipywidgets.VBox([*sliders.values(), ipywidgets.interactive_output(draw, sliders)]))


def _slider(ipywidgets: ModuleType, name: str, low: Number, high: Number, start: Number) -> Any:
    """A slider over whole numbers, or over real ones where one of the limits is such."""
    whole = all(isinstance(limit, int) for limit in (low, high, start))
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    step = {} if whole else {"step": (high - low) / 100}
    return kind(value=start, min=low, max=high, description=name.replace("_", " "), continuous_update=False, **step)
