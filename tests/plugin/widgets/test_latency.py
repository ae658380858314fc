"""How soon the first regenerated cell shows after the click, and how long the window is ever kept waiting then or by a training."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
import pytest
from plugin.event_loop import Stopwatch, run_until
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.viewer_link import link_for, session_for
from napari_ripple.widgets.panel import RESULT, RipplePanel
from napari_ripple.widgets.tissue.example import open_example
from napari_ripple.widgets.train.panel import TrainPanel
from ripple_core.training.config import TrainSettings

HIGHEST_P99_S, LATEST_FIRST_CELL_S = 0.050, 0.300
BUSY_MACHINE = 5.0
"""What the two bars are multiplied by where other tests run beside: a window that hangs is still found."""
SECONDS = 5.0
LOOK_S = 2.0
"""So long a user looks at the step before the click."""
ATTEMPTS = 4
LEAST_FREE = 0.9
"""Cores that other programs leave: with fewer a run that misses a bar is made again, with more it counts."""
REGENERATE = RESULT - 1
TRAINING_S = 4.0
TRAINED = {"layers": 1, "heads": 2, "dim": 32, "meta_cells": 16, "components": 5, "levels": (4, 2), "max_cells": 32}
LOOKED_AT = {"steps": 100_000, "patience": 100_000, "batch": 2, "evaluate_every": 5}
SIZES = {"800x600": (800, 600), "1280x860": (1280, 860)}


@dataclass(frozen=True)
class Measured:
    """One run: delays (ticks,) in seconds, seconds from the click to the first cell and to its picture, cells made.

    ``free_cores`` is how many cores other programs left meanwhile.
    """

    late_s: np.ndarray
    known_s: float
    drawn_s: float
    cells: int
    free_cores: float

    @property
    def p99_s(self) -> float:
        """What 99 of 100 ticks were less late than."""
        return float(np.percentile(self.late_s, 99))

    def is_within(self, times: float) -> bool:
        """Whether both bars, each so many times as high, are reached."""
        return self.p99_s < times * HIGHEST_P99_S and self.drawn_s < times * LATEST_FIRST_CELL_S

    def __str__(self) -> str:
        p50, p99, worst = (f"{s * 1e3:.1f} ms" for s in (np.median(self.late_s), self.p99_s, self.late_s.max()))
        return (
            f"{self.cells:,} cells, {len(self.late_s):,} ticks: the window waited p50 {p50}, p99 {p99}, worst {worst}; "
            f"first cell {self.known_s * 1e3:.0f} ms after the click, on screen after {self.drawn_s * 1e3:.0f} ms; "
            f"other programs left {self.free_cores:.1f} cores"
        )


def busy_s() -> float:
    """Processor time (seconds) that all programs but this one have used so far."""
    whole, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return sum(whole) - whole.idle - getattr(whole, "iowait", 0.0) - own.user - own.system


def measure(panel: RipplePanel, viewer: Any, page: int) -> Measured:
    """Press Regenerate, look at a page of the panel while it works for some seconds, press Cancel."""
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
    if page != REGENERATE:
        panel.steps.open(page)
    run_until(lambda: not session.job.is_busy, SECONDS)
    if session.job.is_busy:
        QTest.mouseClick(panel.regenerate.cancel_button, Qt.MouseButton.LeftButton)
    run_until(lambda: not session.job.is_busy, SECONDS)
    late = watch.stop()
    free = psutil.cpu_count() - (busy_s() - before) / (time.perf_counter() - clicked)
    session.events.simulation.disconnect(on_simulation)
    draw.disconnect(on_draw)
    cells = int(session.simulation.known.sum()) - session.simulation.n_roi
    return Measured(late, first["known"] - clicked, first["drawn"] - clicked, cells, free)


def example(dock, viewer, wait) -> RipplePanel:
    """The panel with the example loaded, as a user opens both: only Regenerate is missing."""
    panel, session = dock(RipplePanel), session_for(viewer)
    open_example(session)
    wait(lambda: session.model is not None, seconds=60)
    actions.set_settings(session, zone_um=400.0)
    return panel


def measure_once(panel: RipplePanel, viewer, wait, capsys, size: str, page: str) -> Measured:
    """Measure one run in a window of a size with a page open, and print what was measured."""
    viewer.window.resize(*SIZES[size])
    panel.steps.open(REGENERATE)
    wait(seconds=LOOK_S, must=False)
    assert (viewer.window._qt_window.width(), viewer.window._qt_window.height()) == SIZES[size]
    run = measure(panel, viewer, RESULT if page == "Result" else REGENERATE)
    with capsys.disabled():
        print(f"\n{size}, {page} open, {panel.session.model.name}: {run}", end="")
    assert panel.session.result is not None  # what was done before Cancel is kept
    wait(lambda: panel.steps.headers[RESULT].isChecked())
    return run


@pytest.mark.parametrize(("size", "page"), [("800x600", "Regenerate"), ("1280x860", "Result")])
def test_the_window_never_hangs_while_cells_are_regenerated(dock, viewer, wait, capsys, size, page) -> None:
    panel = example(dock, viewer, wait)
    assert measure_once(panel, viewer, wait, capsys, size, page).is_within(BUSY_MACHINE)


def test_the_window_never_hangs_while_a_model_is_trained(dock, viewer, wait, capsys, tmp_path) -> None:
    panel = example(dock, viewer, wait)
    session, train = panel.session, dock(TrainPanel)
    actions.wish_to_train(
        session, out=str(tmp_path / "model"), model="gest-plus", config=TRAINED, settings=TrainSettings(**LOOKED_AT)
    )
    watch, before = Stopwatch(), busy_s()
    watch.start()
    clicked = time.perf_counter()
    QTest.mouseClick(train.train_button, Qt.MouseButton.LeftButton)
    run_until(lambda: len(session.training.looks) > 1, 60)
    began = time.perf_counter() - clicked
    for gene in [str(gene) for gene in session.section.genes[:40]]:  # the user goes on looking around
        actions.color_by(session, gene)
        run_until(lambda: False, TRAINING_S / 40)
    late, looks = watch.stop(), len(session.training.looks)
    free = psutil.cpu_count() - (busy_s() - before) / (time.perf_counter() - clicked)
    assert session.training.is_busy, session.training.words
    QTest.mouseClick(train.stop_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(train.stop_button, Qt.MouseButton.LeftButton)
    wait(lambda: not session.training.is_busy, 30)
    p50, p99, worst = (f"{s * 1e3:.1f} ms" for s in (np.median(late), np.percentile(late, 99), late.max()))
    with capsys.disabled():
        print(
            f"\ntraining {session.training.wish.model}: second look after {began:.1f} s, {looks} looks, {len(late):,} ticks: "
            f"the window waited p50 {p50}, p99 {p99}, worst {worst}; other programs, training included, left {free:.1f} cores",
            end="",
        )
    assert looks > 2
    assert np.percentile(late, 99) < BUSY_MACHINE * HIGHEST_P99_S


@pytest.mark.slow
@pytest.mark.parametrize("page", ["Regenerate", "Result"])
@pytest.mark.parametrize("size", SIZES)
def test_the_window_stays_awake_while_cells_are_regenerated(dock, viewer, wait, capsys, size, page) -> None:
    panel = example(dock, viewer, wait)
    for _ in range(ATTEMPTS):
        run = measure_once(panel, viewer, wait, capsys, size, page)
        if run.is_within(1.0):
            return
        assert run.free_cores < LEAST_FREE, f"p99 < {HIGHEST_P99_S} s and first cell < {LATEST_FIRST_CELL_S} s"
    pytest.skip(
        f"a bar was missed in {ATTEMPTS} runs, in each of which other programs left less than {LEAST_FREE} cores"
    )
