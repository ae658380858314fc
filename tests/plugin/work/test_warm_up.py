"""The first polygon does not keep the window waiting, whether numba is installed or not."""

from __future__ import annotations

import importlib.util
import time

import numpy as np
from napari.layers import Shapes

from napari_ripple.canvas.cells import points
from napari_ripple.work import warm_up

TRIANGLE = np.array([[0.0, 0.0], [0.0, 5.0], [5.0, 5.0]])


def test_the_first_polygon_is_fast_once_warm() -> None:
    thread = warm_up.polygons()
    if importlib.util.find_spec("numba") is None:
        assert thread is None
    elif thread is not None:
        thread.join(timeout=60)
    began = time.monotonic()
    Shapes().add([TRIANGLE], shape_type="polygon")
    assert time.monotonic() - began < 2.0
    assert warm_up.polygons() is None


def test_the_first_layer_of_cells_finds_units_and_shader_ready() -> None:
    thread = warm_up.cells()
    if thread is not None:
        thread.join(timeout=60)
    assert points.is_fast.cache_info().currsize == 1
    assert warm_up.cells() is None
