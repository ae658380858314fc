"""Makes ready, away from the screen, what would keep the window waiting when it is first needed."""

from __future__ import annotations

import importlib.util
import threading

import numpy as np
from napari.layers import Shapes

CORNERS = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [1.0, 3.0]])
_asked = threading.Event()


def polygons() -> threading.Thread | None:
    """Let napari compile its drawing of polygons on another thread; None where that is done, or not needed.

    With numba installed napari compiles at the first polygon: up to ten seconds, in which the window would not answer.
    """
    if _asked.is_set() or importlib.util.find_spec("numba") is None:
        return None
    _asked.set()
    thread = threading.Thread(target=_draw_one, name="ripple polygons", daemon=True)
    thread.start()
    return thread


def _draw_one() -> None:
    """Draw a polygon in a layer that nobody sees."""
    Shapes([CORNERS], shape_type="polygon")
