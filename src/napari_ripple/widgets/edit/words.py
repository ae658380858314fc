"""What an edit would do, in one line: genes known, cells that become others, cells unlike any of the training; and what to beware of."""

from __future__ import annotations

from collections.abc import Sequence

from napari_ripple.session import Session
from ripple_core.errors import few
from ripple_core.genesets.names import advice, are_ids, near
from ripple_core.perturb.editing.preview import EditPreview

MANY_OUT_OF_RANGE = 0.1
MOST_NAMES = 6


def match_line(session: Session, preview: EditPreview | None) -> str:
    """How many genes of the edits are known and by what, and how the region's cells change as the model reads them."""
    if not session.edits:
        return "No edit yet: load a table, pick genes, or add a change by hand."
    if preview is None:
        return "Draw a region to see the edit in its cells."
    parts = [genes_part(session, preview)]
    if preview.token_flips is not None:
        parts.append(f"{preview.token_flips:.0%} of the cells become another meta cell")
    if preview.out_of_range is not None:
        parts.append(f"{preview.out_of_range:.0%} look unlike any cell of the training")
    return " · ".join(part for part in parts if part) + "."


def genes_part(session: Session, preview: EditPreview) -> str:
    """How many of the edited genes are known; for those that are not, what was probably meant."""
    if not any(edit.genes for edit in session.edits):
        return population_part(preview) or "whole cells change"
    known = [str(gene) for gene in known_genes(session)]
    folded = {gene.casefold() for gene in known}
    wanted = {gene for edit in session.edits for gene in edit.genes}
    found = sum(gene.casefold() in folded for gene in wanted)
    who = "the model" if session.model is not None else "this section"
    line = f"{found} of {found + len(preview.missing)} genes are known to {who}"
    line = f"{line}; missing: {missing_words(preview.missing, known)}" if preview.missing else line
    cells = population_part(preview)
    return f"{line} · {cells}" if cells else line


def population_part(preview: EditPreview) -> str:
    """How many cells go, come and move; empty where none do."""
    if preview.population is None:
        return ""
    counts = {what: number for what, number in preview.population.counts().items() if number}
    return (
        ", ".join(f"{number:,} cells {what}" for what, number in counts.items())
        or "no cell is removed, inserted or moved"
    )


def known_genes(session: Session) -> Sequence[str]:
    """The genes that an edit can change: the model's, or, without one, the section's."""
    if session.model is not None:
        return list(session.model.space.genes)
    return [] if session.section is None else list(session.section.genes)


def missing_words(missing: Sequence[str], known: Sequence[str]) -> str:
    """The first few genes that are not known, each with the likeliest one that is; or that ids meet symbols."""
    if are_ids(missing) != are_ids(known):
        return f"{missing[0]}{' …' if len(missing) > 1 else ''}. {advice(missing, known)}"
    words = []
    for gene in missing[:MOST_NAMES]:
        meant = near(gene, known, 1)
        words.append(f"{gene} ({meant[0]}?)" if meant else gene)
    return ", ".join(words) + (" …" if len(missing) > MOST_NAMES else "")


def warnings(preview: EditPreview | None) -> str:
    """What to beware of; empty when there is nothing."""
    if preview is None:
        return ""
    lines = []
    if preview.out_of_range is not None and preview.out_of_range > MANY_OUT_OF_RANGE:
        lines.append("Many of the edited cells are unlike any cell of the training; a smaller dose is safer.")
    if preview.capped:
        names = few(preview.capped, MOST_NAMES)
        lines.append(f"Held at the highest known value: {names}.")
    return " ".join(lines)
