"""The list of the chosen genes; while letters are typed, of all genes of the table that have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from qtpy.QtGui import QColor, QResizeEvent
from qtpy.QtWidgets import QHeaderView, QTableView, QWidget

from napari_ripple.state.picking import Picking
from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.tables.rows import line_height, search_field, show_rows, sortable, stack

COLUMNS = {"gene": "Gene", "lfc": "log2FC", "padj": "adj. p"}
VISIBLE_ROWS, NUMBER_WIDTH, NAME_WIDTH = 6, 66, 92
SEARCH_TIP = "Empty: the chosen genes. While you type: all genes of the table with these letters."
LOWEST_P = 1e-300


class ChosenModel(QAbstractTableModel):
    """Genes with a tick, their fold change and adjusted p."""

    ticked = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.rows = pd.DataFrame(columns=["gene", "lfc", "picked"])
        self.keys = ["gene", "lfc"]

    def show_rows(self, rows: pd.DataFrame) -> None:
        """Replace the rows: a part of a DEG table, with ``picked``."""
        self.beginResetModel()
        self.rows = rows.reset_index(drop=True)
        self.keys = [key for key in COLUMNS if key in rows]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Genes."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name of a column."""
        is_name = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[self.keys[section]] if is_name and section < len(self.keys) else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """The gene's own column has a tick."""
        tick = Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | tick

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tick, sort key, alignment and colour."""
        key = self.keys[index.column()]
        value: Any = self.rows[key].iat[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and key == "gene":
            return Qt.CheckState.Checked if self.rows["picked"].iat[index.row()] else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return words_of(key, value)
        if role == Qt.ItemDataRole.UserRole:
            return str(value).casefold() if key == "gene" else float(np.nan_to_num(value, nan=np.inf))
        if role == Qt.ItemDataRole.TextAlignmentRole and key != "gene":
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and key == "lfc":
            return QColor(tones.RAISED if value > 0 else tones.LOWERED)
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A tick of the user's is told, not kept: the session decides."""
        if role == Qt.ItemDataRole.CheckStateRole:
            is_ticked = Qt.CheckState(value) == Qt.CheckState.Checked
            self.ticked.emit([str(self.rows["gene"].iat[index.row()])], is_ticked)
        return False


def words_of(key: str, value: Any) -> str:
    """A gene's name, fold change or adjusted p as text."""
    if key == "gene":
        return str(value)
    if key == "lfc":
        return f"{value:+.2f}"
    return "–" if not np.isfinite(value) else f"<{LOWEST_P:g}" if value < LOWEST_P else f"{value:.2g}"


class ChosenGenes(QWidget):
    """The list and its search field; emits ``picked`` (genes, whether they shall be picked)."""

    picked = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.model = ChosenModel()
        self.shown = sortable(self.model, self)
        self.picking: Picking | None = None
        self.search = search_field("find a gene to tick …", SEARCH_TIP)
        self.search.textChanged.connect(self._fill)
        self.view = QTableView()
        show_rows(self.view, self.shown, "The tick takes a gene in or leaves it out; Space does so too.")
        self.view.horizontalHeader().setDefaultSectionSize(NUMBER_WIDTH)
        self.view.setFixedHeight((VISIBLE_ROWS + 1) * line_height(self))
        self.model.ticked.connect(self.picked.emit)
        stack(self, self.search, self.view)

    def show_picking(self, picking: Picking) -> None:
        """List what is picked, the strongest first."""
        self.picking = picking
        self._fill()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A narrow list leaves the adjusted p out, so that names can be read."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for place in range(2, len(self.model.keys)):
            self.view.setColumnHidden(place, self.width() < NAME_WIDTH + NUMBER_WIDTH * place)

    def _fill(self, *_: object) -> None:
        if self.picking is None:
            return
        table, letters = self.picking.table, self.search.text().strip()
        table = table.assign(picked=self.picking.is_picked())
        found = table["gene"].str.contains(letters, case=False, regex=False) if letters else table["picked"]
        rows = table[found.to_numpy(dtype=bool)]
        self.model.show_rows(rows.iloc[np.argsort(-rows["lfc"].abs().to_numpy(), kind="stable")])
        self.view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()
