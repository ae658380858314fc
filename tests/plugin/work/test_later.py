"""A painter is called once for many requests, rests by what it costs, and never keeps the window busy."""

from __future__ import annotations

import time
from typing import Any

import pytest
from qtpy.QtCore import QTimer

from napari_ripple.work.later import LEAST_REST_S, LONGEST_REST_S, Later, rest_s


def test_many_requests_are_one_call(qtbot: Any) -> None:
    calls: list[float] = []
    later = Later(lambda: calls.append(time.monotonic()))
    for _ in range(1000):
        later.request()
    assert not calls
    qtbot.waitUntil(lambda: bool(calls), timeout=1_000)
    later.request()
    qtbot.waitUntil(lambda: len(calls) == 2, timeout=1_000)
    assert calls[1] - calls[0] >= 0.03
    later.close()
    later.request()
    qtbot.wait(60)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("cost_s", "share"),
    [(0.005, 0.2), (0.030, 0.34), (0.050, 0.34), (0.051, 0.07), (0.100, 0.07), (0.150, 0.07)],
)
def test_a_painter_gets_a_third_of_the_time_and_one_that_is_felt_a_fifteenth(cost_s: float, share: float) -> None:
    assert cost_s / (cost_s + rest_s(cost_s)) < share


def test_the_rest_is_neither_too_short_nor_too_long() -> None:
    assert rest_s(0.0) == LEAST_REST_S
    assert rest_s(60.0) == LONGEST_REST_S


def calls_of(qtbot: Any, cost_s: float, during_ms: int) -> int:
    """How often a painter of some cost is called that is asked for every millisecond."""
    calls: list[float] = []

    def paint() -> None:
        calls.append(time.monotonic())
        time.sleep(cost_s)

    later = Later(paint)
    ticker = QTimer()
    ticker.timeout.connect(later.request)
    ticker.start(1)
    qtbot.wait(during_ms)
    ticker.stop()
    later.close()
    return len(calls)


def test_a_slow_painter_is_called_less_often(qtbot: Any) -> None:
    assert 3 <= calls_of(qtbot, 0.020, 700) <= 16  # every 60 ms: 12; without a rest: 35
    assert 1 <= calls_of(qtbot, 0.060, 700) <= 2


def test_what_the_window_draws_afterwards_counts(qtbot: Any) -> None:
    calls: list[float] = []

    def paint() -> None:
        calls.append(time.monotonic())
        QTimer.singleShot(0, lambda: time.sleep(0.060))  # stands for the drawing: it comes right after

    later = Later(paint)
    for _ in range(2):
        later.request()
        qtbot.wait(150)
    assert len(calls) == 1
    later.flush()
    assert len(calls) == 2
    later.close()


def test_who_hurries_does_not_rest(qtbot: Any) -> None:
    calls: list[float] = []

    def paint() -> None:
        calls.append(time.monotonic())
        time.sleep(0.060)

    later = Later(paint)
    later.request()
    qtbot.waitUntil(lambda: len(calls) == 1, timeout=1_000)
    qtbot.wait(50)
    later.hurry()
    later.request()
    qtbot.waitUntil(lambda: len(calls) == 2, timeout=300)
    later.close()
