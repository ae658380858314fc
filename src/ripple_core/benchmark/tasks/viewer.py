"""The viewer's speed: recolouring, drawing, regions and opening against napari's and other public ways, in the same run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from ripple_core import viewers
from ripple_core.benchmark.races.race import Race
from ripple_core.benchmark.racing import Racing
from ripple_core.benchmark.task import Task, Unit
from ripple_core.benchmark.training import folder_mark

PROTOCOL = (
    "Every line is a ratio of two times measured in the same run and the same kind of window, medians of runs that take turns: "
    "how many times faster than napari's own Points layer, or another public way. Cells are uniform in a square, one for every "
    "100 µm². The exponent is that of the growth of our time with the size. Bars count at the largest size. A machine without a "
    "graphics card draws in software, which makes frames slow; the ratios of drawing hold for such a machine."
)


def _races() -> Mapping[str, Race]:
    """The races that the installed viewer offers."""
    found: Mapping[str, Race] = viewers.installed(viewers.RACES)
    return found


def _mark(unit: Unit) -> str:
    """Differs when the code of the viewer's races, or of its canvas, does."""
    module = sys.modules[_races()[unit.model].run.__module__]
    folder = Path(str(module.__file__)).parent
    return folder_mark(folder, folder.parent / "canvas")


RACING = Racing("Viewer", PROTOCOL, _races, "viewer")
TASK = Task("viewer", "Speed of the viewer", PROTOCOL, RACING.units, RACING.measure, RACING.summarize, _mark)
