"""What is said of a model on the shelf: how it fits the section, what it can do, how it scored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ripple_core.errors import CheckpointError
from ripple_core.expression import MIN_MATCHED_SHARE
from ripple_core.models import checkpoint
from ripple_core.models.card import model_card, verdict
from ripple_core.models.catalog import RECORDS
from ripple_core.section import Section

ABILITIES = {
    "generate": "regenerates surroundings",
    "tokens": "says how many cells an edit reaches (token flips)",
    "embed": "finds niches and gives labels",
    "fine-tune": "can be trained further",
}


@dataclass(frozen=True)
class Facts:
    """One model: its title, one line for the list, why it cannot be used here ("" if it can), and its card as Markdown."""

    title: str
    line: str
    obstacle: str
    fit: str
    verdict: str
    scores: dict
    name: str
    abilities: frozenset[str]
    card: str


def facts_of(path: Path, section: Section | None) -> Facts:
    """What a checkpoint folder says of itself, and how its genes meet those of a section; nothing large is read."""
    try:
        stored = checkpoint.described(path)
    except CheckpointError as error:
        return Facts(path.name, str(error), str(error), "", "", {}, "", frozenset(), f"# {path.name}\n\n{error}")
    record = RECORDS.get(stored.name)
    title = record.title if record is not None else stored.name
    abilities = record.abilities if record is not None else frozenset()
    fit, obstacle = _fit(stored, section)
    if record is None:
        obstacle = "A newer version of napari-ripple wrote this model. Update napari-ripple."
    trained_on = ", ".join(map(str, stored.record.get("sections", [])[:3])) or "unknown sections"
    card_file = path / checkpoint.CARD
    card = card_file.read_text(encoding="utf-8", errors="replace") if card_file.is_file() else model_card(title, stored)
    scores = stored.record.get("scores") or {}
    said = verdict(stored.record)
    return Facts(title, f"trained on {trained_on}", obstacle, fit, said, scores, stored.name, abilities, card)


def ability_lines(abilities: frozenset[str]) -> str:
    """What a model can and cannot do, a line each (HTML)."""
    lines = [f"{'✓' if name in abilities else '–'} {words}" for name, words in ABILITIES.items()]
    return "<br>".join(lines)


def _fit(stored: checkpoint.Stored, section: Section | None) -> tuple[str, str]:
    """How the genes of a model and of a section meet, and what keeps it from being used."""
    genes = len(stored.space.genes)
    if section is None:
        return f"{genes:,} genes", ""
    match = stored.space.match(section.genes)
    words = f"{len(match.matched):,} of its {genes:,} genes are in this section ({match.share:.0%})"
    if match.share >= MIN_MATCHED_SHARE:
        return words, ""
    return words, f"Only {match.share:.0%} of its genes are in this section; {MIN_MATCHED_SHARE:.0%} are needed."
