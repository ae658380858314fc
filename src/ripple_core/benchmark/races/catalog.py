"""Every race of the speed table, in its order."""

from __future__ import annotations

from ripple_core.benchmark.races import generation, tokens, training, waves
from ripple_core.benchmark.races.race import Race

RACES: dict[str, Race] = {
    race.name: race
    for race in (
        generation.CACHED,
        generation.LIMIT,
        generation.FULL,
        generation.HALF,
        generation.INT8,
        generation.LINES,
        generation.SHARING,
        waves.WAVES,
        training.ATTENTION,
        training.FLOPS,
        tokens.TOKENS,
    )
}
