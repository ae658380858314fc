"""A training followed by another program: a line of JSON for each step on stdout, and its wishes on stdin."""

from __future__ import annotations

import _thread
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import asdict, is_dataclass
from typing import Any

from ripple_core.progress import Progress

STOP = "stop"
LINE_EVERY_S = 0.1
AGAIN_S = 10.0
"""How long to wait before a work that has not heard that it is interrupted (a library was at it just then) is told again."""
POLITENESS = 5
"""How far the work steps back behind programs that somebody waits for (a Unix nice value)."""


def follow(steps: Generator[Progress, bool | None, Any]) -> Any:
    """Run a long job to its end and tell each step, at most ten a second; gives what the job returns.

    The word ``stop`` on stdin ends it early, with what it has; where stdin closes, as the other program has ended, it is
    interrupted.
    """
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    wish, done = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(wish, done), name="ripple wishes", daemon=True).start()
    told = 0.0
    try:
        step = next(steps)
        while True:
            now = time.monotonic()
            if step.partial is not None or now - told >= LINE_EVERY_S:
                tell(step_record(step))
                told = now
            step = steps.send(wish.is_set())
    except StopIteration as end:
        return end.value
    finally:
        done.set()


def tell(values: dict[str, Any]) -> None:
    """One line of JSON on stdout, at once."""
    print(json.dumps(values, ensure_ascii=True), flush=True)


def step_record(step: Progress) -> dict[str, Any]:
    """A step as plain values."""
    partial = step.partial
    known = asdict(partial) if is_dataclass(partial) and not isinstance(partial, type) else None
    return {"done": step.done, "total": step.total, "message": step.message, "partial": known}


def _listen(wish: threading.Event, done: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == STOP:
            wish.set()
    if wish.is_set():
        return
    while not done.is_set():
        _thread.interrupt_main()
        done.wait(AGAIN_S)
