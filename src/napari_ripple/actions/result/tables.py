"""Tables and words to keep beside a result: every cell, every region, and the methods of a paper."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from napari_ripple.actions.result.results import result_of
from napari_ripple.session import Session
from ripple_core.errors import DataError, sentence
from ripple_core.files import write_simulated, write_text
from ripple_core.perturb.reading import methods as words
from ripple_core.perturb.reading import response


def save_cells(session: Session, path: str | Path) -> None:
    """Write every simulated cell as CSV: position, role, distance to the region, type, mean response, p and q."""
    write_simulated(path, response.cell_table(result_of(session), session.label_key))
    session.record("save_cells", path=str(path))


def region_table(session: Session) -> pd.DataFrame:
    """One row a region: cells, share of the section, area, and the cells of each type."""
    if session.section is None or not session.rois:
        raise DataError(sentence("a section and at least one region", "none", "Draw a region first"))
    rows = []
    for name in session.rois:
        found = session.roi_statistics(name)
        if found is not None:
            counts = {f"cells: {label}": count for label, count in found.composition.items()}
            raised = " ".join(marker.gene for marker in found.markers)
            first = {"region": name, "cells": found.cells, "share": found.share, "area_um2": found.area_um2}
            rows.append({**first, "raised genes": raised, **counts})
    table = pd.DataFrame(rows)
    for column in [name for name in map(str, table.columns) if name.startswith("cells: ")]:
        table[column] = table[column].fillna(0).astype(int)
    return table


def save_region_table(session: Session, path: str | Path) -> None:
    """Write what each region holds as CSV."""
    write_text(path, region_table(session).to_csv(index=False))
    session.record("save_region_table", path=str(path))


def methods(session: Session) -> str:
    """The methods of the result in words for a paper (Markdown), with the works to cite."""
    return words.of_result(result_of(session))


def save_methods(session: Session, path: str | Path) -> None:
    """Write the methods of the result as Markdown."""
    write_text(path, methods(session))
    session.record("save_methods", path=str(path))
