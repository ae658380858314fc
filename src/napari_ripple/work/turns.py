"""Good manners of work beside a window: a core and frequent turns are left to the thread that draws, and what is urgent goes first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from napari_ripple.user import preferences

TURN_S = 0.0002

_lock = threading.Lock()
_taken = [0, 0.0]
_urgent = [0]


@contextmanager
def spare_core() -> Iterator[None]:
    """Leave one core to the window while torch computes on this thread, or take as many as the user prefers; does nothing
    while torch is not loaded."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    usual = 1 if os.environ.get("CI") else max(1, (os.cpu_count() or 2) - 1)
    torch.set_num_threads(preferences.load().threads or usual)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def short_turns() -> Iterator[None]:
    """Let Python's threads take turns often, so that the window never waits long for this one.

    A picture is some hundred calls of OpenGL, after each of which the window's thread asks for its turn again.
    """
    with _lock:
        if not _taken[0]:
            _taken[1] = sys.getswitchinterval()
            sys.setswitchinterval(min(TURN_S, _taken[1]))
        _taken[0] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[0] -= 1
            if not _taken[0]:
                sys.setswitchinterval(_taken[1])


@contextmanager
def goes_first() -> Iterator[None]:
    """Say that others can wait for this work, which is short."""
    with _lock:
        _urgent[0] += 1
    try:
        yield
    finally:
        with _lock:
            _urgent[0] -= 1


def is_urgent_under_way() -> bool:
    """Whether some work goes first just now."""
    return bool(_urgent[0])
