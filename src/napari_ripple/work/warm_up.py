"""Makes ready, away from the screen, what would keep the window waiting when it is first needed."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable

import numpy as np
from napari.layers import Shapes

from napari_ripple.canvas import colors, layers
from napari_ripple.canvas.cells import points
from napari_ripple.display.paint import Paint

CORNERS = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [1.0, 3.0]])
_asked, _cells_asked = threading.Event(), threading.Event()


def cells() -> threading.Thread | None:
    """Let napari read its table of units and our shader be entered, on another thread; None where that is under way or done.

    Both come with the first layer of cells, and would keep the window waiting for a third of a second when a file is opened.
    """
    if _cells_asked.is_set():
        return None
    _cells_asked.set()
    return _beside(_make_cells, "ripple cells")


def polygons() -> threading.Thread | None:
    """Let napari compile its drawing of polygons on another thread; None where that is done, or not needed.

    With numba installed napari compiles at the first polygon: up to ten seconds, in which the window would not answer.
    """
    if _asked.is_set() or importlib.util.find_spec("numba") is None:
        return None
    _asked.set()
    return _beside(_draw_one, "ripple polygons")


def _beside(work: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _make_cells() -> None:
    """Make a layer without cells that nobody sees."""
    points.make({"data": np.empty((0, 2)), "units": layers.UNITS}, colors.look(Paint("plain", np.empty(0, np.float32))))


def _draw_one() -> None:
    """Draw a polygon in a layer that nobody sees."""
    Shapes([CORNERS], shape_type="polygon")
