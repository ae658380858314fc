"""Asks which table is meant where a SpatialData store has several."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import QInputDialog, QWidget

from ripple_core.io import store


def which_table(path: str, parent: QWidget | None = None) -> str | None:
    """The path of the table that the user chooses; the path itself where there is no choice, None if none is taken."""
    tables = store.table_paths(Path(path))
    if len(tables) < 2:
        return path
    words = f"{Path(path).name} has {len(tables)} tables of cells. Which one?"
    name, is_taken = QInputDialog.getItem(parent, "Open a table", words, [table.name for table in tables], 0, False)
    return str(next(table for table in tables if table.name == name)) if is_taken else None
