"""A scenario: one simulated experiment that is kept, with all that it was made from and what came of it."""

from __future__ import annotations

import json
import weakref
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anndata as ad

from ripple_core.models.contract import Model
from ripple_core.perturb.editing.edits import Edit, parse
from ripple_core.perturb.many.doses import DoseSeries
from ripple_core.perturb.many.screen import Screen
from ripple_core.perturb.reading.headline import Headline, headline
from ripple_core.perturb.settings import PerturbSettings
from ripple_core.roi import Roi
from ripple_core.section import Section

if TYPE_CHECKING:
    from ripple_core.benchmark.real_section import RealScore

KINDS = {"knockout": "knock-out", "overexpress": "over-expression"}
NAMED_GENES = 2


@dataclass(frozen=True, eq=False)
class Scenario:
    """One kept result.

    Parameters
    ----------
    name
        How it is called in lists; unique in a session.
    roi, edits, settings
        Where, what was changed, and how it was regenerated.
    model, model_path, section
        Names of the model and of the section, and where the checkpoint is, if it came from a folder.
    result
        AnnData as ``rc.perturb`` gives it; simulated.
    made
        When, local time.
    starred, note
        The user's own marks.
    """

    name: str
    roi: Roi
    edits: tuple[Edit, ...]
    settings: PerturbSettings
    model: str
    model_path: Path | None
    section: str
    result: ad.AnnData
    made: datetime
    starred: bool = False
    note: str = ""
    _model: Any = field(default=None, repr=False)
    _section: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, inputs: Sequence[Any], result: ad.AnnData, *, roi: Roi, model_path: Path | None) -> Scenario:
        """The scenario of a result and of the session's ``inputs()`` that it was made from."""
        section, model, _, edits, settings = inputs
        made = datetime.now().replace(microsecond=0)
        seen: dict[str, Any] = {"_model": weakref.ref(model), "_section": weakref.ref(section.counts)}
        name = name_of(roi, edits)
        return cls(name, roi, edits, settings, model.name, model_path, section.name, result, made, **seen)

    @classmethod
    def from_result(cls, result: ad.AnnData, name: str) -> Scenario | None:
        """The scenario of a result that was read from a file, by its own record; None where that is not of a perturbation."""
        record = json.loads(str(result.uns.get("ripple", "{}")))
        recipe = record.get("recipe", {})
        if record.get("task") != "perturb" or "roi" not in recipe:
            return None
        settings = PerturbSettings(**recipe.get("settings", {}))
        section = recipe.get("section", "")
        section = section if isinstance(section, str) else section.get("section") or Path(section["path"]).stem
        edits = tuple(parse(edit) for edit in recipe.get("edits", []))
        made = datetime.now().replace(microsecond=0)
        return cls(name, Roi.from_feature(recipe["roi"]), edits, settings, record["model"], None, section, result, made)

    def was_made_with(self, section: Section | None, model: Model | None) -> bool:
        """Whether this very section and model are the ones that it was made from."""
        counts = None if section is None else section.counts  # columns may have come since
        sources = (self._section, counts), (self._model, model)
        return all(now is not None and source is not None and source() is now for source, now in sources)

    def looks_like(self, other: Scenario) -> bool:
        """Whether it is the same result under the same name and marks."""
        marks = [(one.name, one.starred, one.note) for one in (self, other)]
        return self.result is other.result and marks[0] == marks[1]

    def is_rerun_of(self, other: Scenario) -> bool:
        """Whether everything that it was made from is the same, so that the numbers are."""
        alike = self.roi.geometry.equals(other.roi.geometry) and self.roi.name == other.roi.name
        sources = all(a is not None and b is not None and a() is b() for a, b in self._sources(other))
        return alike and sources and self.edits == other.edits and self.settings == other.settings

    def _sources(self, other: Scenario) -> tuple[tuple[Any, Any], ...]:
        return (self._section, other._section), (self._model, other._model)

    def renamed(self, name: str) -> Scenario:
        """The same under another name."""
        return replace(self, name=name)

    @cached_property
    def headline(self) -> Headline:
        """Its key numbers."""
        return headline(self.result)

    @cached_property
    def record(self) -> dict[str, Any]:
        """How the result was made, from ``uns['ripple']``."""
        return json.loads(str(self.result.uns.get("ripple", "{}")))

    @property
    def is_complete(self) -> bool:
        """Whether the regeneration was carried out to its end."""
        return bool(self.record.get("complete", True))

    @cached_property
    def bytes(self) -> int:
        """Memory that its result takes."""
        counts = self.result.X
        stored = 0 if counts is None else sum(getattr(counts, part).nbytes for part in _parts(counts))
        tables = int(self.result.obs.memory_usage(deep=True).sum() + self.result.var.memory_usage(deep=True).sum())
        return stored + tables + sum(layer.nbytes for layer in self.result.layers.values())


def _parts(counts: Any) -> tuple[str, ...]:
    return ("data", "indices", "indptr") if hasattr(counts, "indptr") else ("data",)


def name_of(roi: Roi, edits: Sequence[Edit]) -> str:
    """Region and edit in a few words.

    >>> from ripple_core.perturb.editing import edits
    >>> name_of(Roi.circle((0, 0), 9, "Region 1"), [edits.knockout(["Il6"])])
    'Region 1 · Il6 knock-out'
    """
    return f"{roi.name} · {' + '.join(words_of(edit) for edit in edits)}"


def words_of(edit: Edit) -> str:
    """An edit in a few words: its genes where they are few, and its dose where it is another than 1."""
    genes = list(edit.genes)
    dose = "" if edit.strength == 1 else f" × {edit.strength:g}"
    if edit.kind not in KINDS:
        return f"{edit.name}{dose}"
    if len(genes) <= NAMED_GENES:
        return f"{', '.join(genes)} {KINDS[edit.kind]}{dose}"
    return f"{genes[0]} and {len(genes) - 1} more, {KINDS[edit.kind]}{dose}"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or the first of "name (2)", "name (3)", … that is not taken."""
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free


def memory_words(scenarios: Sequence[Scenario]) -> str:
    """How much memory kept results take, in words."""
    megabytes = sum(scenario.bytes for scenario in scenarios) / 1e6
    size = f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{max(megabytes, 0.1):.1f} MB"
    return f"{len(scenarios)} kept result{'' if len(scenarios) == 1 else 's'}, {size} of memory"


@dataclass(frozen=True, eq=False)
class Dosed:
    """A dose series around a region: what came of it, what the edits are called, and how many doses were asked for."""

    found: DoseSeries
    roi: Roi
    edit: str
    asked: int


@dataclass(frozen=True, eq=False)
class Screened:
    """A screen and the region that it was made in."""

    found: Screen
    roi: Roi


@dataclass(frozen=True, eq=False)
class Against:
    """A score against a real section: what came of it, the scenario that was scored, and the real section's file."""

    found: RealScore
    scenario: str
    path: Path
