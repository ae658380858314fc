"""A benchmark task that is a table of races: ratios of times measured in one run, growth with the size, bars."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ripple_core.benchmark.races.race import Race
from ripple_core.benchmark.task import Bar, Chart, Estimate, Found, Job, Options, Report, Table, Unit
from ripple_core.errors import DataError, sentence
from ripple_core.progress import Progress


@dataclass(frozen=True)
class Racing:
    """The three parts of such a task.

    Parameters
    ----------
    title, protocol
        As in a task.
    races
        Gives every race by its name, in the order of the table; called when it is needed, as races load what they race.
    family
        What the units belong to.
    """

    title: str
    protocol: str
    races: Callable[[], Mapping[str, Race]]
    family: str

    def units(self, options: Options) -> list[Unit]:
        """Every race (or those named as datasets) at every size."""
        races = self.races()
        unknown = [name for name in options.datasets if name not in races]
        if unknown:
            raise DataError(sentence("names of races", ", ".join(unknown), f"Choose among: {', '.join(races)}"))
        chosen = [races[name] for name in options.datasets or races]
        return [
            Unit(f"{size} {race.unit}", race.name, options.seed, self.family)
            for race in chosen
            for size in (race.quick_sizes if options.quick else race.sizes)
        ]

    def measure(self, job: Job) -> Generator[Progress, None, Found]:
        """Run one race at one size."""
        race, size = self.races()[job.unit.model], _size(job.unit)
        yield Progress(0, 1, f"{race.title}, against {race.peer}")
        found = race.run(size, job.unit.seed)
        if found is None:
            return {"missing": f"{race.name}: skipped, what it runs against ({race.peer}) is not installed."}
        return {**vars(found), "ratio": found.ratio}

    def summarize(self, finished: list[tuple[Unit, Found]], options: Options) -> Report:
        """Times and ratios, growth, bars."""
        races, measured = self.races(), [(unit, found) for unit, found in finished if "missing" not in found]
        rows = [
            (races[u.model].title, races[u.model].peer, u.dataset, f["ours_s"], f["peer_s"], f["ratio"], _shown(f["agrees"]),
             _megabytes(f.get("extra_mb")), f["note"])
            for u, f in measured
        ]  # fmt: skip
        header = ("", "against", "size", "ours, s", "peer, s", "ratio", "same", "ours, extra MB", "")
        growth, series, bars = [], {}, []
        for name in dict.fromkeys(unit.model for unit, _ in measured):
            own = [(_size(unit), found) for unit, found in measured if unit.model == name]
            exponents = (_exponent(own, key) for key in ("ours_s", "peer_s", "extra_mb"))
            growth.append((races[name].title, races[name].peer, *exponents))
            series[name] = [(size, Estimate(found["ratio"])) for size, found in own]
            bars += _bars(races[name], *own[-1])
        tables = [
            Table("Against peers and limits", header, rows),
            Table("Growth with the size, exponents", ("", "against", "ours", "peer", "our memory"), growth),
        ]
        missing = tuple(dict.fromkeys(found["missing"] for _, found in finished if "missing" in found))
        chart = Chart("Ratio by size", "size", "times", series, by_factors=True)
        return Report(self.title, self.protocol, tables, bars, [chart] if series else [], (), missing)


def _bars(race: Race, size: int, found: dict[str, Any]) -> list[Bar]:
    if race.least is None:
        return []
    enough = race.agreeing is None or (found["agrees"] is not None and found["agrees"] >= race.agreeing)
    wanted = f"at least {race.least:g}" + ("" if race.agreeing is None else f" with {race.agreeing:.0%} the same")
    words = f"{race.title}, against {race.peer}, {size} {race.unit}: {wanted}"
    same = "" if found["agrees"] is None else f", {_shown(found['agrees'])} the same"
    return [Bar(words, f"{found['ratio']:.2f}{same}", bool(enough and found["ratio"] >= race.least))]


def _exponent(own: list[tuple[int, dict[str, Any]]], key: str) -> float:
    """Slope of the log of what was measured over log size; not a number for a single size, or where it was not measured."""
    measured = [(size, found[key]) for size, found in own if found.get(key)]
    if len(measured) < 2:
        return float("nan")
    sizes, values = zip(*measured)
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def _megabytes(extra_mb: float | None) -> str:
    return "–" if extra_mb is None else f"{extra_mb:.0f}"


def _shown(agrees: float | None) -> str:
    return "–" if agrees is None else f"{agrees:.2%}"


def _size(unit: Unit) -> int:
    return int(unit.dataset.split()[0])
