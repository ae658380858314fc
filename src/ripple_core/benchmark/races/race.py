"""What a race is, and how its runners are timed: machines differ and are noisy, so only ratios of medians count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

REPEATS = 5


@dataclass(frozen=True)
class Timed:
    """One race at one size.

    Parameters
    ----------
    ours_s, peer_s
        Seconds, medians of runs that took turns. Where the peer is a limit of the machine, what the limit would allow.
    agrees
        Share of results that are the same (0 to 1); None where there is nothing to compare.
    note
        What else was measured, in words.
    extra_mb
        The most memory (MB) that ours held beyond what there was; None where it was not measured.
    """

    ours_s: float
    peer_s: float
    agrees: float | None = None
    note: str = ""
    extra_mb: float | None = None

    @property
    def ratio(self) -> float:
        """How many times faster ours is; against a limit, the share of it that is reached."""
        return self.peer_s / self.ours_s


@dataclass(frozen=True)
class Race:
    """One line of the speed table.

    Parameters
    ----------
    name, title
        How it is asked for, and how it is shown.
    peer
        What it runs against, in words.
    unit
        What ``sizes`` count.
    sizes, quick_sizes
        Sizes that are run, smallest first; the bar counts at the largest.
    run
        From a size and a seed; None in place of a result where the peer is not installed.
    least
        The bar for the ratio; None: shown without one.
    agreeing
        The bar for the share of results that are the same.
    """

    name: str
    title: str
    peer: str
    unit: str
    sizes: tuple[int, ...]
    quick_sizes: tuple[int, ...]
    run: Callable[[int, int], Timed | None]
    least: float | None = None
    agreeing: float | None = None


def in_turns(*runners: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Median seconds of each runner; they take turns, so that a busy moment hits all, and start once unmeasured."""
    for run in runners:
        run()
    seconds: list[list[float]] = [[] for _ in runners]
    for _ in range(repeats):
        for run, own in zip(runners, seconds):
            started = time.perf_counter()
            run()
            own.append(time.perf_counter() - started)
    return [median(own) for own in seconds]
