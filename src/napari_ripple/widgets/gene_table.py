"""The table of genes by response: sortable and searchable; a click on a row chooses the gene."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from qtpy.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt, Signal
from qtpy.QtGui import QColor, QResizeEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from napari_ripple.widgets.parts import tones

COLUMNS = {
    "gene": ("Gene", "The model's genes; • marks those that the edit itself changed."),
    "response": ("Response", "Mean of perturbed − control over the regenerated cells, log-normalised (simulated)."),
    "control": ("Control", "Mean of the control line, log-normalised (simulated)."),
    "share_up": ("Cells up", "Share of the regenerated cells in which the gene rises (simulated)."),
    "sd": ("±", "Spread (standard deviation) of the response over the repeats, other orders and draws (simulated)."),
    "p": ("p", "How often placebos respond as strongly, by their spread; – for genes that were edited (simulated)."),
    "q": ("q", "False discovery rate of p (Benjamini-Hochberg): below 0.05, beyond chance. Read it with the size."),
}
FORMATS = {"response": "+.3f", "share_up": ".0%", "control": ".2f", "sd": ".3f", "p": ".3f", "q": ".3f"}
SMALLEST = 0.001
PLAIN, WITH_NULL = ("gene", "response", "sd", "control", "share_up"), ("gene", "response", "q", "sd", "p")
VISIBLE_ROWS, NUMBER_WIDTH, NAME_WIDTH = 7, 66, 95


class GeneModel(QAbstractTableModel):
    """A table of genes (columns of :data:`COLUMNS`, as far as they are there) for a Qt view."""

    def __init__(self) -> None:
        super().__init__()
        self.table = pd.DataFrame()
        self.keys: list[str] = []

    def show_table(self, table: pd.DataFrame) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.table = table.reset_index(drop=True)
        self.keys = [key for key in (WITH_NULL if "q" in table else PLAIN) if key in table]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Genes."""
        return 0 if parent.isValid() else len(self.table)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and explanation of a column."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.keys):
            return None
        words, tip = COLUMNS[self.keys[section]]
        return {Qt.ItemDataRole.DisplayRole: words, Qt.ItemDataRole.ToolTipRole: tip}.get(Qt.ItemDataRole(role))

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, sort key (user role), alignment and colour of a cell."""
        key = self.keys[index.column()]
        value: Any = self.table[key].iat[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(key, value, index.row())
        if role == Qt.ItemDataRole.UserRole:
            return str(value).casefold() if key == "gene" else float(np.nan_to_num(value, nan=np.inf))
        if role == Qt.ItemDataRole.TextAlignmentRole and key != "gene":
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and key == "response" and value:
            return QColor(tones.RAISED if value > 0 else tones.LOWERED)
        return None

    def _words(self, key: str, value: Any, row: int) -> str:
        if key == "gene":
            is_edited = "edited" in self.table and bool(self.table["edited"].iat[row])
            return f"{value} •" if is_edited else str(value)
        if not np.isfinite(value):
            return "–"
        if key in ("p", "q") and value < SMALLEST:
            return f"<{SMALLEST:g}"
        return format(value, FORMATS.get(key, ".3g"))


class GeneTable(QWidget):
    """A search field above the table; emits ``chosen`` with the gene of the row that the user goes to."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._is_marking = False
        self.model = GeneModel()
        self.shown = QSortFilterProxyModel(self)
        self.shown.setSourceModel(self.model)
        self.shown.setSortRole(Qt.ItemDataRole.UserRole)
        self.shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("search these genes …")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.shown.setFilterFixedString)
        self.view = QTableView()
        self.view.setModel(self.shown)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setShowGrid(False)
        self.view.setAlternatingRowColors(True)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 7)
        self.view.horizontalHeader().setDefaultSectionSize(NUMBER_WIDTH)
        self.view.horizontalHeader().setHighlightSections(False)  # bold words would not fit
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMinimumHeight((VISIBLE_ROWS + 1) * (self.fontMetrics().height() + 7))
        self.view.setToolTip("Click a gene to show its response on the tissue; click a header to sort.")
        self.view.selectionModel().currentRowChanged.connect(self._go_to)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self.view)

    def show_table(self, table: pd.DataFrame) -> None:
        """Replace the genes; the order that the user sorted by stays."""
        self.model.show_table(table)
        if self.model.keys:
            self.view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Show as many columns as there is room for beside the gene's name."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = (self.width() - NAME_WIDTH) // NUMBER_WIDTH
        for place in range(2, len(self.model.keys)):
            self.view.setColumnHidden(place, place > room)

    def mark(self, gene: str | None) -> None:
        """Select the row of a gene, or none; nothing is emitted."""
        names = [] if "gene" not in self.model.table else list(self.model.table["gene"])
        self._is_marking = True
        if gene in names:
            self.view.setCurrentIndex(self.shown.mapFromSource(self.model.index(names.index(gene), 0)))
        else:
            self.view.clearSelection()
        self._is_marking = False

    def genes(self) -> list[str]:
        """The genes in the order in which they are shown."""
        rows = (self.shown.mapToSource(self.shown.index(i, 0)).row() for i in range(self.shown.rowCount()))
        return [str(self.model.table["gene"].iat[row]) for row in rows]

    def _go_to(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._is_marking:
            self.chosen.emit(str(self.model.table["gene"].iat[self.shown.mapToSource(current).row()]))
