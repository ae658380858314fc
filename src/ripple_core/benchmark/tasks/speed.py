"""Speed: cached generation against naive recomputing in one run, the same cells and the same tokens, at three sizes."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from ripple_core.benchmark.task import Bar, Chart, Estimate, Found, Job, Options, Report, Table, Task, Unit
from ripple_core.progress import Progress

SIZES, QUICK_SIZES = (125, 500, 1000), (20, 40)
KNOWN, QUICK_KNOWN = 300, 40
WARM_UP = 12
RATIO = 50.0
PROTOCOL = (
    "The same cells are generated from the same known ones twice by an untrained network of the default size: once with the key/value "
    "cache and once by recomputing everything for every cell. The ratio of the two times is what counts: machines differ. The exponent is "
    "that of the growth with the number of cells."
)


def units(options: Options) -> list[Unit]:
    """One race of each size."""
    return [Unit(f"{cells} cells", "gest", options.seed) for cells in (QUICK_SIZES if options.quick else SIZES)]


def measure(job: Job) -> Generator[Progress, None, Found]:
    """Run one race."""
    from ripple_core.benchmark.speed import race

    cells = int(job.unit.dataset.split()[0])
    yield Progress(0, 1, f"generating {cells} cells both ways")
    race(WARM_UP, WARM_UP, seed=job.unit.seed)  # the first run of a process pays for what is loaded and planned
    result = race(cells, QUICK_KNOWN if job.options.quick else KNOWN, seed=job.unit.seed)
    yield Progress(1, 1, str(result))
    return {"cells": cells, "cached_s": result.cached_s, "naive_s": result.naive_s, "same_tokens": result.same_tokens}


def summarize(finished: list[tuple[Unit, Found]], options: Options) -> Report:
    """Times, ratios and growth; the bar at the largest size."""
    rows = [found for _, found in finished]
    table = Table(
        "Cached against naive generation",
        ("cells", "cached, s", "naive, s", "ratio", "same tokens"),
        [(f["cells"], f["cached_s"], f["naive_s"], f["naive_s"] / f["cached_s"], f["same_tokens"]) for f in rows],
    )
    cells = np.log([found["cells"] for found in rows])
    growth = [
        (way, float(np.polyfit(cells, np.log([found[key] for found in rows]), 1)[0]))
        for way, key in (("cached", "cached_s"), ("naive", "naive_s"))
    ]
    largest = rows[-1]
    ratio = largest["naive_s"] / largest["cached_s"]
    words = f"{largest['cells']} cells at least {RATIO:g} times faster with all tokens the same"
    bar = Bar(
        words, f"{ratio:.1f} times, {largest['same_tokens']:.1%} same", ratio >= RATIO and largest["same_tokens"] == 1
    )
    series = {
        way: [(found["cells"], Estimate(found[key])) for found in rows]
        for way, key in (("cached", "cached_s"), ("naive", "naive_s"))
    }
    chart = Chart("Seconds by number of cells", "cells", "s", series)
    return Report("Speed", PROTOCOL, [table, Table("Growth", ("", "exponent"), growth)], [bar], [chart])


TASK = Task("speed", "Speed of generation", PROTOCOL, units, measure, summarize)
