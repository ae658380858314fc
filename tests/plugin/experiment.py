"""The experiment that most of the viewer's tests make: a square region, the made table's edit, the plain model."""

from __future__ import annotations

from pathlib import Path

import anndata as ad

from napari_ripple import actions
from napari_ripple.session import Session

SQUARE = [[60.0, 60.0], [150.0, 60.0], [150.0, 150.0], [60.0, 150.0]]


def make_ready(session: Session, deg_path: Path, checkpoint: Path) -> Session:
    """Choose a square region, the table's edit and the baseline model."""
    actions.draw_roi(session, SQUARE)
    actions.load_edit(session, deg_path)
    actions.open_model(session, checkpoint)
    actions.set_settings(session, zone_um=40.0)
    return session


def run_two(session: Session) -> Session:
    """Regenerate with the table's edit, and with a gene switched off: two scenarios."""
    run(session)
    actions.clear_edits(session)
    actions.knock_out(session, [session.section.genes[3]])
    run(session)
    return session


def run(session: Session) -> ad.AnnData | None:
    """Regenerate to the end, on this thread; gives the result."""
    for _ in actions.regenerate(session):
        pass
    return session.result
