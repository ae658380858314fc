"""The ways to change a gene as panels offer them: words, ranges, units and what each means."""

from __future__ import annotations

from dataclasses import dataclass

from ripple_core.perturb.editing.edits import Kind


@dataclass(frozen=True)
class Way:
    """One way to change a gene: its kind, its words, the value to begin with, the range and unit, and what it means."""

    kind: Kind
    words: str
    value: float
    low: float
    high: float
    unit: str
    tip: str


WAYS = (
    Way("knockout", "knock out", 0, 0, 0, "", "The gene is switched off."),
    Way("overexpress", "over-express", 99, 0, 100, " %", "Raised to this percentile of the cells that express it."),
    Way("lfc", "fold change", 1, -20, 20, " log2", "Shifted by this log2 fold change; also switches on zeros."),
    Way("set", "set to", 1, 0, 20, "", "Set to this log-normalised value."),
    Way("add", "add", 1, -20, 20, "", "This log-normalised value is added; nothing falls below 0."),
    Way("scale", "multiply by", 2, 0, 1000, " ×", "Normalised counts times this factor; zeros stay zero."),
)


def way_of(kind: Kind) -> Way:
    """The way of an edit's kind."""
    return next(way for way in WAYS if way.kind == kind)
