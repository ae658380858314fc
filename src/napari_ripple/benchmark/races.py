"""The viewer's races: recolouring, frames from far and near, regions, opening a file."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import shapely
from napari.layers import Points
from scipy import sparse

from napari_ripple import actions
from napari_ripple.benchmark.windows import RaceWindow, race_window
from napari_ripple.canvas import colors
from napari_ripple.canvas.cells import points
from napari_ripple.canvas.cells.look import Look
from napari_ripple.display.paint import Paint
from napari_ripple.viewer_link import link_for, session_for
from ripple_core.benchmark.races.race import Race, Timed, in_turns
from ripple_core.roi import Roi

SIZES, QUICK_SIZES = (62_500, 250_000, 1_000_000), (500, 2_000)
PITCH_UM, DISC_UM = 10.0, 9.0
NEAR = 20.0
TYPES, GENES, COUNTS_PER_CELL = 20, 60, 10
CORNERS = 200
PAN = 0.01
OPENINGS = 3
Turn = Callable[[], object]


def recoloring(cells: int, seed: int) -> Timed:
    """Another gene's colours, until the window is asked to draw; ours from values, napari's from ready colours."""
    looks = [_look(cells, seed + place) for place in range(3)]
    faces = [look.rgba() for look in looks]

    def turns(ours: RaceWindow, peer: RaceWindow) -> tuple[Turn, Turn]:
        places = count()
        mine, theirs = ours.viewer.layers[0], peer.viewer.layers[0]
        return (
            lambda: points.show(mine, looks[next(places) % 3]),
            lambda: setattr(theirs, "face_color", faces[next(places) % 3]),
        )

    return _side_by_side(cells, seed, turns)


def frame(cells: int, seed: int) -> Timed:
    """A frame of all cells, the camera a little further each time, as while panning."""
    return _side_by_side(cells, seed, lambda ours, peer: (_pan(ours), _pan(peer)))


def frame_near(cells: int, seed: int) -> Timed:
    """The same, twenty times closer."""

    def turns(ours: RaceWindow, peer: RaceWindow) -> tuple[Turn, Turn]:
        for window in (ours, peer):
            window.viewer.camera.zoom *= NEAR
        return _pan(ours), _pan(peer)

    return _side_by_side(cells, seed, turns)


def region(cells: int, seed: int) -> Timed:
    """Which cells lie inside a region of 200 corners that covers about a quarter of the section."""
    xy = _positions(cells, seed)
    prepared = shapely.Polygon(_star(float(xy.max()), seed))
    roi = Roi(shapely.Polygon(prepared))
    shapely.prepare(prepared)
    ours_s, peer_s = in_turns(
        lambda: roi.contains(xy), lambda: shapely.contains_xy(prepared, xy[:, 0], xy[:, 1]), repeats=9
    )
    same = roi.contains(xy) == shapely.contains_xy(prepared, xy[:, 0], xy[:, 1])
    return Timed(ours_s, peer_s, float(same.mean()))


def opening(cells: int, seed: int) -> Timed:
    """From the path of an .h5ad file to the first picture; ours with colours, legend and names of the cells."""
    with tempfile.TemporaryDirectory() as folder, race_window() as window:
        path, viewer = Path(folder) / "section.h5ad", window.viewer
        section_file(path, cells, seed)

        def peer() -> None:
            viewer.add_points(ad.read_h5ad(path).obsm["spatial"][:, ::-1])

        try:
            rounds = [
                (
                    _until_drawn(window, partial(actions.open_section, session_for(viewer), path)),
                    _until_drawn(window, peer),
                )
                for _ in range(OPENINGS + 1)
            ]
        finally:
            link_for(viewer).close()
    ours_s, peer_s = (median(seconds) for seconds in zip(*rounds[1:]))
    return Timed(ours_s, peer_s)


def _until_drawn(window: RaceWindow, open_one: Callable[[], object]) -> float:
    """Seconds until an empty window shows what is opened."""
    window.viewer.layers.clear()
    window.draw()
    started = time.perf_counter()
    open_one()
    window.draw()
    return time.perf_counter() - started


def section_file(path: Path, cells: int, seed: int) -> None:
    """Write a section of so many cells, 60 genes and 20 types, with ten counts in a cell."""
    rng = np.random.default_rng(seed)
    genes = rng.integers(0, GENES, cells * COUNTS_PER_CELL).astype(np.int32)
    starts = np.arange(cells + 1, dtype=np.int64) * COUNTS_PER_CELL
    counts = sparse.csr_matrix((np.ones(len(genes), np.float32), genes, starts), shape=(cells, GENES))
    counts.sum_duplicates()
    types = pd.Categorical.from_codes(
        rng.integers(0, TYPES, cells), pd.Index([f"Type {place}" for place in range(TYPES)])
    )
    obs = pd.DataFrame({"cell_type": types}, index=[f"cell {place}" for place in range(cells)])
    var = pd.DataFrame(index=[f"Gene{place}" for place in range(GENES)])
    ad.AnnData(counts, obs, var, obsm={"spatial": _positions(cells, seed)}).write_h5ad(path)


def _side_by_side(cells: int, seed: int, turns: Callable[[RaceWindow, RaceWindow], tuple[Turn, Turn]]) -> Timed:
    """Two windows with the same cells, ours and napari's; what ``turns`` makes of them takes turns."""
    look = _look(cells, seed)
    arguments: dict[str, Any] = {
        "data": _positions(cells, seed)[:, ::-1], "size": DISC_UM, "border_width": 0, "antialiasing": 0
    }  # fmt: skip
    with race_window() as ours, race_window() as peer:
        ours.viewer.add_layer(points.make(arguments, look))
        peer.viewer.add_layer(Points(**arguments, face_color=look.rgba()))
        for window in (ours, peer):
            window.viewer.reset_view()
            window.draw()
        ours_s, peer_s = in_turns(*turns(ours, peer), repeats=3 if cells > SIZES[1] else 5)
    return Timed(ours_s, peer_s, note="" if points.is_fast() else "ours drawn by napari: its version is another")


def _pan(window: RaceWindow) -> Turn:
    ways = count()

    def turn() -> None:
        window.pan(PAN if next(ways) % 2 else -PAN)
        window.draw()

    return turn


def _positions(cells: int, seed: int) -> np.ndarray:
    """Positions (cells, 2) as (x, y) in µm."""
    return np.random.default_rng(seed).uniform(0, PITCH_UM * cells**0.5, (cells, 2))


def _look(cells: int, seed: int) -> Look:
    values = np.random.default_rng(seed + 1).gamma(1.0, 1.0, cells).astype(np.float32)
    return colors.look(Paint("numbers", values, (0.0, 3.0)))


def _star(side: float, seed: int) -> np.ndarray:
    """Corners (200, 2) of a region with a rough edge in the middle of a square of this side."""
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = side * (0.28 + 0.02 * np.random.default_rng(seed).standard_normal(CORNERS))
    return side / 2 + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


_FACE_COLOR, _POINTS = "napari's Points, face_color = colours", "napari's Points"
_RACES = (
    Race("recoloring", "Recolouring, until a frame is asked for", _FACE_COLOR, "cells", SIZES, QUICK_SIZES, recoloring, 500),
    Race("frame", "Drawing a frame, all cells in view", _POINTS, "cells", SIZES, QUICK_SIZES, frame, 8),
    Race("frame-near", "Drawing a frame, 20 times closer", _POINTS, "cells", SIZES, QUICK_SIZES, frame_near),
    Race("region", "Cells inside a region", "shapely, prepared contains_xy", "cells", SIZES, QUICK_SIZES, region, 1.4, 1.0),
    Race("opening", "Opening an .h5ad, to the first picture", "read_h5ad and bare add_points", "cells", SIZES, QUICK_SIZES, opening, 1.0),
)  # fmt: skip
RACES: dict[str, Race] = {race.name: race for race in _RACES}
