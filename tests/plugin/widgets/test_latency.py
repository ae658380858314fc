"""How soon the first regenerated cell shows after the click, and how long the window is ever kept waiting meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import pytest
from qtpy.QtCore import QEventLoop, Qt, QTimer
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.example import open_example
from napari_ripple.widgets.panel import RESULT, RipplePanel

TICK_MS = 5
HIGHEST_P99_S, LATEST_FIRST_CELL_S = 0.050, 0.300
SECONDS = 5.0
ATTEMPTS = 4  # another program may hold the cores for a while
MANY_OTHERS = 0.7


class Stopwatch:
    """Ticks every 5 ms while the window works, and notes how much later than that each tick came."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = time.perf_counter()

    def start(self) -> None:
        """Begin."""
        self._last = time.perf_counter()
        self._timer.start(TICK_MS)

    def stop(self) -> np.ndarray:
        """End; gives the delays (ticks,) in seconds."""
        self._timer.stop()
        return np.array(self.late_s)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late_s.append(max(0.0, now - self._last - TICK_MS / 1e3))
        self._last = now


def work_until(condition: Any, seconds: float) -> None:
    """Run Qt's own event loop, as a real window does, until a condition holds or the time is up."""
    loop, check, end = QEventLoop(), QTimer(), time.monotonic() + seconds
    check.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    check.start(20)
    loop.exec()
    check.stop()


@dataclass(frozen=True)
class Measured:
    """One run: delays (ticks,) in seconds, seconds from the click to the first cell and to its picture, cells made.

    ``others_cores`` is how many cores other programs kept busy meanwhile.
    """

    late_s: np.ndarray
    known_s: float
    drawn_s: float
    cells: int
    others_cores: float

    @property
    def p99_s(self) -> float:
        """What 99 of 100 ticks were less late than."""
        return float(np.percentile(self.late_s, 99))

    def is_within_the_bars(self) -> bool:
        """Whether both bars are reached."""
        return self.p99_s < HIGHEST_P99_S and self.drawn_s < LATEST_FIRST_CELL_S

    def __str__(self) -> str:
        p50, p99, worst = (f"{s * 1e3:.1f} ms" for s in (np.median(self.late_s), self.p99_s, self.late_s.max()))
        return (
            f"{self.cells:,} cells, {len(self.late_s):,} ticks: the window waited p50 {p50}, p99 {p99}, worst {worst}; "
            f"first cell {self.known_s * 1e3:.0f} ms after the click, on screen after {self.drawn_s * 1e3:.0f} ms; "
            f"other programs kept {self.others_cores:.1f} cores busy"
        )


def busy_s() -> float:
    """Processor time (seconds) that all programs but this one have used so far."""
    whole, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return sum(whole) - whole.idle - getattr(whole, "iowait", 0.0) - own.user - own.system


def measure(panel: RipplePanel, viewer: Any) -> Measured:
    """Press Regenerate, let it work for some seconds, press Cancel."""
    session, draw = panel.session, viewer.window._qt_viewer.canvas._scene_canvas.events.draw
    tissue = link_for(viewer).cells.simulated
    first: dict[str, float] = {}

    def on_simulation(simulation: Any) -> None:
        if simulation is not None and "known" not in first and simulation.known.sum() > simulation.n_roi:
            first["known"] = time.perf_counter()

    def on_draw(event: Any) -> None:
        if "known" in first and "drawn" not in first:
            in_colour = int((tissue.layer.face_color[:, 3] > 0).sum())
            if in_colour > session.simulation.n_roi:  # what is drawn here has a colour for more than the region
                first["drawn"] = time.perf_counter()

    session.events.simulation.connect(on_simulation)
    draw.connect(on_draw)
    watch, before = Stopwatch(), busy_s()
    watch.start()
    clicked = time.perf_counter()
    QTest.mouseClick(panel.regenerate.run_button, Qt.MouseButton.LeftButton)
    work_until(lambda: not session.job.is_busy, SECONDS)
    if session.job.is_busy:
        QTest.mouseClick(panel.regenerate.cancel_button, Qt.MouseButton.LeftButton)
    work_until(lambda: not session.job.is_busy, SECONDS)
    late = watch.stop()
    others = (busy_s() - before) / (time.perf_counter() - clicked)
    session.events.simulation.disconnect(on_simulation)
    draw.disconnect(on_draw)
    cells = int(session.simulation.known.sum()) - session.simulation.n_roi
    return Measured(late, first["known"] - clicked, first["drawn"] - clicked, cells, others)


def test_the_window_stays_awake_while_cells_are_regenerated(dock, viewer, wait, capsys) -> None:
    session = session_for(viewer)
    open_example(session)
    wait(lambda: session.model is not None, seconds=60)
    panel = dock(RipplePanel)
    actions.set_settings(session, zone_um=400.0)
    runs: list[Measured] = []
    while len(runs) < ATTEMPTS and not any(run.is_within_the_bars() for run in runs):
        panel.steps.open(3)
        wait(seconds=0.5, must=False)
        runs.append(measure(panel, viewer))
        with capsys.disabled():
            print(f"\n{session.model.name}: {runs[-1]}", end="")
        assert session.result is not None  # what was done before Cancel is kept
        wait(lambda: panel.steps.headers[RESULT].isChecked())
    reached = any(run.is_within_the_bars() for run in runs)
    if not reached and min(run.others_cores for run in runs) > MANY_OTHERS:
        pytest.skip(f"other programs kept more than {MANY_OTHERS} cores busy in all {ATTEMPTS} runs")
    assert reached, f"p99 < {HIGHEST_P99_S} s and first cell < {LATEST_FIRST_CELL_S} s in none of {len(runs)} runs"
