"""Qt's event loop as it runs under a user's hands, and a watch that notices when it does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from qtpy.QtCore import QEventLoop, Qt, QTimer

TICK_MS = 5


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


def run_until(condition: Callable[[], Any], seconds: float) -> None:
    """Run Qt's own event loop, as a real window does, until a condition holds or the time is up."""
    loop, check, end = QEventLoop(), QTimer(), time.monotonic() + seconds
    check.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    check.start(20)
    loop.exec()
    check.stop()


def call_in_loop(
    call: Callable[[], Any], until: Callable[[Any], bool] = lambda value: True, seconds: float = 60.0
) -> Any:
    """Call a function from the running event loop, as a menu does, and let the loop run until its value is well."""
    values: list[Any] = []
    QTimer.singleShot(0, lambda: values.append(call()))
    run_until(lambda: bool(values) and until(values[0]), seconds)
    return values[0]
