"""A table of numbers with a name in its first column: sortable, searchable; a row is gone to or double-clicked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from qtpy.QtGui import QColor, QResizeEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from napari_ripple.widgets.parts import tones
from napari_ripple.widgets.parts.tables.rows import line_height, search_field, show_rows, sortable, stack

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
NUMBER_WIDTH, NAME_WIDTH, CELL_ROOM = 58, 92, 16
SMALLEST_P = 0.001
MEASURED, LONGEST = 1000, 5
"""Of so many rows the longest words are measured: a column is made wide enough for them."""


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    title, tip
        Its header and its tooltip.
    form
        How its numbers are written: a format, or "p".
    signed
        Whether the sign of its numbers is coloured.
    mark
        The column of the table that says in which rows a • follows; "" for none.
    """

    title: str
    tip: str
    form: str = ""
    signed: bool = False
    mark: str = ""

    def words(self, value: Any) -> str:
        """A value as it is shown."""
        if isinstance(value, str) or not self.form:
            return str(value)
        if not np.isfinite(value):
            return "–"
        if self.form == "p":
            return f"<{SMALLEST_P:g}" if value < SMALLEST_P else f"{value:.3f}"
        return format(value, self.form)


class Model(QAbstractTableModel):
    """The rows of a DataFrame under some columns, for a Qt view."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        super().__init__()
        self.columns = dict(columns)
        self.table = pd.DataFrame(columns=list(columns))
        self.keys: list[str] = []

    def show_table(self, table: pd.DataFrame) -> None:
        """Replace the rows; columns that the table does not have are left out."""
        self.beginResetModel()
        self.table = table.reset_index(drop=True)
        self.keys = [key for key in self.columns if key in table]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Rows."""
        return 0 if parent.isValid() else len(self.table)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and explanation of a column."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.keys):
            return None
        column = self.columns[self.keys[section]]
        return {Qt.ItemDataRole.DisplayRole: column.title, Qt.ItemDataRole.ToolTipRole: column.tip}.get(
            Qt.ItemDataRole(role)
        )

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, sort key (user role), alignment and colour of a cell."""
        key = self.keys[index.column()]
        column = self.columns[key]
        value: Any = self.table[key].iat[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.words(value)} •" if self._is_marked(column, index.row()) else column.words(value)
        if role == Qt.ItemDataRole.UserRole:
            return value.casefold() if isinstance(value, str) else float(np.nan_to_num(value, nan=np.inf))
        if role == Qt.ItemDataRole.TextAlignmentRole and (column.form or index.column()):
            return RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and column.signed and np.isfinite(value) and value:
            return QColor(tones.RAISED if value > 0 else tones.LOWERED)
        if role == Qt.ItemDataRole.ToolTipRole and "tip" in self.table:
            return str(self.table["tip"].iat[index.row()])
        return None

    def longest(self, place: int) -> list[str]:
        """The longest words of a column's first thousand rows."""
        column, rows = self.columns[self.keys[place]], self.table.iloc[:MEASURED]
        written = {column.words(value) for value in rows[self.keys[place]]}
        mark = " •" if column.mark in rows and rows[column.mark].any() else ""
        return [f"{words}{mark}" for words in sorted(written, key=len)[-LONGEST:]]

    def _is_marked(self, column: Column, row: int) -> bool:
        return column.mark in self.table and bool(self.table[column.mark].iat[row])


class Table(QWidget):
    """A search field above the rows; emits the row's key (its value in the first column) that is gone to or opened.

    Parameters
    ----------
    columns
        What is shown of a DataFrame, the name first.
    tip, search
        Tooltip of the rows; words in the empty search field.
    rows
        How many rows are in sight.
    name_width
        Room (pixels) that the name keeps before further columns are shown.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(
        self, columns: Mapping[str, Column], *, tip: str, search: str, rows: int = 8, name_width: int = NAME_WIDTH
    ) -> None:
        super().__init__()
        self._name_width, self._widths = name_width, dict[int, int]()
        self._is_marking = False
        self.model = Model(columns)
        self.shown = sortable(self.model, self)
        self.search = search_field(search, "Show only the rows whose name holds these letters.")
        self.search.textChanged.connect(self.shown.setFilterFixedString)
        self.view = QTableView()
        show_rows(self.view, self.shown, tip)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.horizontalHeader().setDefaultSectionSize(NUMBER_WIDTH)
        self.view.setMinimumHeight((rows + 1) * line_height(self))
        self.view.selectionModel().currentRowChanged.connect(self._go_to)
        self.view.doubleClicked.connect(self._open)
        stack(self, self.search, self.view)

    def show_table(self, table: pd.DataFrame) -> None:
        """Replace the rows; the order that the user sorted by stays."""
        self.model.show_table(table)
        if self.model.keys:
            self.view.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._widths = {place: self._needed(place) for place in range(1, len(self.model.keys))}
        for place, width in self._widths.items():
            self.view.setColumnWidth(place, width)
        self._fit()

    def mark(self, name: str | None) -> None:
        """Select the row of a name, or none; nothing is emitted."""
        found = [] if name is None else self._all_names()
        self._is_marking = True
        if name in found:
            self.view.setCurrentIndex(self.shown.mapFromSource(self.model.index(found.index(name), 0)))
        else:
            self.view.clearSelection()
        self._is_marking = False

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Show as many columns as there is room for beside the name."""
        super().resizeEvent(event)
        self._fit()

    def names(self) -> list[str]:
        """The rows' names in the order in which they are shown."""
        names = self._all_names()
        return [names[self.shown.mapToSource(self.shown.index(i, 0)).row()] for i in range(self.shown.rowCount())]

    def _all_names(self) -> list[str]:
        return [str(name) for name in self.model.table[self.model.keys[0]]] if self.model.keys else []

    def _fit(self) -> None:
        left = self.width() - self._name_width
        for place, width in self._widths.items():
            left -= width
            self.view.setColumnHidden(place, place > 1 and left < 0)

    def _needed(self, place: int) -> int:
        """Width (pixels) in which a column's values and its header are whole; Qt itself would ask six things of each value."""
        title = self.model.columns[self.model.keys[place]].title
        room = max(self.view.fontMetrics().horizontalAdvance(words) for words in [title, *self.model.longest(place)])
        return max(NUMBER_WIDTH, room + CELL_ROOM)

    def _go_to(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._is_marking:
            self.chosen.emit(self._all_names()[self.shown.mapToSource(current).row()])

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._all_names()[self.shown.mapToSource(index).row()])
