"""Speed: each part of the engine against a peer or a limit of the machine in the same run, at three sizes."""

from __future__ import annotations

from collections.abc import Mapping

from ripple_core.benchmark.races.race import Race
from ripple_core.benchmark.racing import Racing
from ripple_core.benchmark.task import Task

PROTOCOL = (
    "Every line is a ratio of two times measured in the same run, medians of runs that take turns, as machines differ and are noisy: "
    "how many times faster than the peer, or the share of the machine's limit that is reached. What is generated or learned is held "
    "against the peer's. The exponent is that of the growth of our time with the size. Networks of the paper's size (8 layers, 8 heads, "
    "width 512) are untrained. Bars count at the largest size."
)


def _races() -> Mapping[str, Race]:
    from ripple_core.benchmark.races.catalog import RACES  # torch is loaded when a race is run

    return RACES


RACING = Racing("Speed", PROTOCOL, _races, "gest")
TASK = Task("speed", "Speed of the engine", PROTOCOL, RACING.units, RACING.measure, RACING.summarize)
