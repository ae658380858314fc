"""Builds what the next steps need while the present one computes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import TypeVar

Built = TypeVar("Built")
THREAD_NAME = "next-batch"
MOST_BUILDERS = 8


def ahead(build: Callable[[int], Built], first: int, *, builders: int = 1) -> Generator[Built, None, None]:
    """What ``build`` gives for the numbers from ``first`` on, in order, with as many under way as there are builders, and one more.

    Nothing starts before the first is asked for. Close it (:func:`contextlib.closing`) and its threads end with what they are at; an
    error in ``build`` is raised where its number is asked for. The order of the threads changes nothing, as long as ``build`` depends on
    its number alone.
    """
    with ThreadPoolExecutor(builders, thread_name_prefix=THREAD_NAME) as pool:
        waiting: deque[Future[Built]] = deque()
        try:
            for number in count(first):
                waiting.append(pool.submit(build, number))
                if len(waiting) > builders + 1:
                    yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def builders_beside(device: str, processes: int = 1) -> int:
    """How many threads should build: one beside a CPU that computes; half of a process's cores beside another device."""
    cores = (os.cpu_count() or 1) // processes
    return 1 if device == "cpu" else max(1, min(MOST_BUILDERS, cores // 2))
