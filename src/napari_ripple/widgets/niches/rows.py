"""The niches of a session as rows of a table and as bars."""

from __future__ import annotations

from typing import Any

import pandas as pd

from napari_ripple.actions.niches.niches import LABEL, NICHE
from napari_ripple.canvas import colors
from napari_ripple.session import Session
from napari_ripple.widgets.niches.niche_table import NicheRow
from napari_ripple.widgets.parts.drawn.bars import Bar
from ripple_core.niche.composition import composition

NAMED, LEAST = 2, 0.005


def rows_of(session: Session) -> list[NicheRow]:
    """A row for each niche of the open section, the largest first; empty where there are none."""
    section, shares = session.section, shares_of(session)
    if section is None or NICHE not in section.obs:
        return []
    column = section.labels(NICHE)
    names, counts = [str(name) for name in column.cat.categories], column.value_counts()
    chosen = session.label_colors if session.color_by.key == NICHE else {}
    rows = []
    for name in names:
        cells = int(counts[name])
        made_of = [] if shares is None or name not in shares.index else _largest(pd.Series(shares.loc[name]))
        words = [f"{name}: {cells:,} cells", *(f"{kind} {share:.0%}" for kind, share in made_of)]
        mostly = ", ".join(f"{kind} {share:.0%}" for kind, share in made_of[:NAMED])
        color = colors.label_color(tuple(names), name, chosen)
        rows.append(NicheRow(name, color, cells, cells / len(section), mostly, "\n".join(words)))
    return rows


def shares_of(session: Session) -> pd.DataFrame | None:
    """Share (niches, types) of each type in each niche; None without cell types."""
    types = types_key(session)
    if session.section is None or types is None or NICHE not in session.section.obs:
        return None
    return composition(session.section, NICHE, types)


def types_key(session: Session) -> str | None:
    """The column with cell types: the section's own, else the labels that were given here."""
    section = session.section
    if section is None:
        return None
    return section.label_key or (LABEL if LABEL in section.obs else None)


def bars_of(session: Session, niche: str) -> list[Bar]:
    """What a niche is made of, a bar for each type in the type's colour."""
    shares, key = shares_of(session), types_key(session)
    if shares is None or niche not in shares.index or session.section is None or key is None:
        return []
    types = tuple(str(name) for name in session.section.labels(key).cat.categories)
    return [
        Bar(kind, share, f"{share:.0%}", colors.label_color(types, kind))
        for kind, share in _largest(pd.Series(shares.loc[niche]))
    ]


def typical_genes(session: Session, niche: str) -> str:
    """The genes that a niche's cells express above all others, as they were found; empty where that is not known."""
    section = session.section
    if section is None or NICHE not in section.obs:
        return ""
    record: dict[str, Any] = session.columns.get((section.name, NICHE), {})
    names = [str(name) for name in section.labels(NICHE).cat.categories]
    found = record.get("niches", [])
    if niche not in names or len(found) != len(names):
        return ""
    genes = found[names.index(niche)]["genes"]
    return f"Above the other cells in {niche}: {', '.join(genes)}." if genes else ""


def _largest(shares: pd.Series) -> list[tuple[str, float]]:
    """Types and their shares, the largest first, without traces."""
    ordered = shares.sort_values(ascending=False)
    return [(str(kind), float(share)) for kind, share in ordered.items() if share >= LEAST]
