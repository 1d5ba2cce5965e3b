"""Sliders over the student's own model, with a still picture where nobody can move them."""

from __future__ import annotations

from collections.abc import Callable

from helpers import presets


def explore(draw: Callable[..., None], **ranges: tuple[int, int, int]) -> None:
    """Redraw a picture as sliders move; headless, draw it once at the start values.

    Args:
        draw: Called with one integer per slider; displays a figure.
        ranges: Name of the argument -> (lowest, highest, start).
    """
    if presets.headless():
        draw(**{name: start for name, (_, _, start) in ranges.items()})
        return
    import ipywidgets
    from IPython.display import display

    sliders = {
        name: ipywidgets.IntSlider(start, low, high, description=name, continuous_update=False)
        for name, (low, high, start) in ranges.items()
    }
    display(ipywidgets.VBox([*sliders.values(), ipywidgets.interactive_output(draw, sliders)]))
