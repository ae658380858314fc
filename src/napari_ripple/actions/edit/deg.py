"""DEG tables to pick genes from: of a file, of the section's own rankings, or computed here between two groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from napari_ripple.actions.regions.drawing import existing
from napari_ripple.actions.task import Task, Work, run_here, until
from napari_ripple.actions.tissue.section import shown_section
from napari_ripple.session import STILL_READING, Command, Session
from napari_ripple.state.picking import Picking
from ripple_core.errors import DataError, among, few, sentence
from ripple_core.genesets import tables
from ripple_core.genesets.compare import Method, compare_iter
from ripple_core.genesets.cuts import Cuts
from ripple_core.perturb.editing.edits import Edit
from ripple_core.progress import finished

REGIONS = "regions"
"""What groups are compared by when they are regions, not labels."""


def open_deg(session: Session, path: str | Path, set_name: str | None = None) -> None:
    """Pick from a file: a DEG table, a net, a GMT; ``set_name`` says which table where it has several."""
    name, table = tables.pick(path, set_name)
    given = {} if set_name is None else {"set_name": set_name}
    _pick_from(session, Command("open_deg", {"path": str(path), **given}), name, table)


def use_ranking(session: Session, group: str, key: str | None = None) -> None:
    """Pick from a group of the section file's own rankings (scanpy's ``rank_genes_groups``)."""
    for ranking in session.rankings:
        if key in (None, ranking.key) and group in ranking.groups:
            command = Command("use_ranking", {"group": group, "key": ranking.key})
            return _pick_from(session, command, ranking.title(group), ranking.table(group))
    there = (group for ranking in session.rankings for group in ranking.groups)
    raise DataError(among("a group that the file ranks", repr(group), there))


def compare(session: Session, first: str, second: str | None = None, **options: Any) -> pd.DataFrame:
    """Compare two groups of cells gene by gene, and pick from the table, which is also given back."""
    finished(run_here(compare_task(session, first, second, **options)))
    if session.picking is None:
        raise DataError(session.message)
    return session.picking.table


def compare_task(
    session: Session,
    first: str,
    second: str | None = None,
    *,
    by: str | None = None,
    method: Method = "wilcoxon",
) -> Task:
    """The same as work for another thread.

    Parameters
    ----------
    first, second
        The groups: labels, or names of regions; ``second`` None means all other cells.
    by
        The column of obs whose labels these are; ``regions`` for regions; None: regions if there is one of that name, else the
        column that tells cell types apart.
    """
    section = shown_section(session)
    if not section.is_complete:
        raise DataError(STILL_READING)
    if by is None:
        by = REGIONS if first in session.rois else (session.label_key or REGIONS)
    rows = [group_rows(session, by, name) for name in (first, second) if name is not None]
    scale = session.cell_scale()
    title = f"{first} against {'the rest' if second is None else second}"
    given = {"first": first, "second": second, "by": by, "method": method}
    command = Command("compare", {name: value for name, value in given.items() if value is not None})

    def work(stop: Callable[[], bool]) -> Work:
        steps = compare_iter(section, rows[0], rows[1] if second is not None else None, scale, method)
        return (yield from until(steps, stop))

    def finish(table: pd.DataFrame | None) -> None:
        if table is not None and session.section is section:
            _pick_from(session, command, title, table)

    return Task("Comparing", work, finish, is_stale=lambda: session.section is not section)


def group_rows(session: Session, by: str, name: str) -> np.ndarray:
    """Rows (cells,) of the section in a region, or with a label in a column of obs."""
    section = session.section
    if section is None:
        return np.empty(0, np.int64)
    if by == REGIONS:
        existing(session, name)
        return session.roi_rows(name)
    if by not in section.obs:
        raise DataError(among("a column of obs", repr(by), section.obs.columns))
    labels = section.obs[by].astype(str)
    if not (labels == name).any():
        raise DataError(among(f"a label of {by}", repr(name), labels.unique()))
    return np.flatnonzero(labels == name)


def set_cuts(session: Session, **changes: Any) -> None:
    """Change cut-offs of the genes to pick: fields of Cuts; the steps of a dragged line become one step to undo."""
    picking = _picking(session)
    cuts = Cuts(**{**picking.cuts.model_dump(), **changes})
    merge = "cuts " + " ".join(sorted(changes))
    session.choose(Command("set_cuts", changes, merge), picking=picking.with_cuts(cuts))


def pick_genes(session: Session, genes: Iterable[str], picked: bool = True) -> None:
    """Tick genes of the table, or untick them, whatever the cut-offs say."""
    picking, names = _picking(session), [str(gene) for gene in genes]
    unknown = sorted(set(names) - set(picking.table["gene"]))
    if unknown:
        raise DataError(sentence("genes of the DEG table", few(unknown), "Choose genes of the table"))
    command = Command("pick_genes", {"genes": names, "picked": picked})
    session.choose(command, picking=picking.by_hand(frozenset(names), picked=picked))


def use_picked(session: Session, strength: float = 1.0) -> None:
    """Make the picked genes an edit of fold changes, in the place of the edit of the same name if there is one."""
    picking = _picking(session)
    genes = picking.genes()
    if not genes:
        raise DataError(sentence("at least one picked gene", "none", "Loosen the cut-offs, or tick genes"))
    edit = Edit(kind="lfc", genes=genes, strength=strength, name=picking.title)
    edits = list(session.edits)
    place = next((i for i, old in enumerate(edits) if old.name == edit.name), None)
    if place is None:
        edits.append(edit)
    else:
        edits[place] = edit.with_strength(edits[place].strength if strength == 1.0 else strength)
    session.choose(Command("use_picked", {} if strength == 1.0 else {"strength": strength}), edits=tuple(edits))


def _pick_from(session: Session, command: Command, title: str, table: pd.DataFrame) -> None:
    """Put a table before the user; the cut-offs that were set stay."""
    cuts = Cuts() if session.picking is None else session.picking.cuts
    session.choose(command, picking=Picking(title, table, cuts))


def _picking(session: Session) -> Picking:
    if session.picking is None:
        raise DataError(sentence("a DEG table", "none", "Open one, or compare two groups"))
    return session.picking
