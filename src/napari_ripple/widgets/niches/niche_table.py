"""The niches of a section: colour, name to be typed over, cells, and what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_ripple.widgets.coloring.legend import SWATCH, swatch

MOST_ROWS = 10
SPACE_PX = 6


@dataclass(frozen=True)
class NicheRow:
    """One niche: its name and colour, how many cells, what it is mostly made of, and all of that in a sentence."""

    name: str
    color: str
    cells: int
    share: float
    mostly: str
    words: str


class NicheTable(QTreeWidget):
    """Emits ``renamed`` with the old and the new name, and ``picked`` with the name of the row that is chosen."""

    renamed = Signal(str, str)
    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[NicheRow, ...] = ()
        self.setColumnCount(3)
        self.setHeaderLabels(["niche", "cells", "mostly"])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setStretchLastSection(True)
        for column in (0, 1):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setToolTip("Double click a name, or press F2, to type another one.")
        self.itemDoubleClicked.connect(self.edit_name)
        self.itemChanged.connect(self._emit_name)
        self.itemSelectionChanged.connect(self._emit_picked)

    def show_rows(self, rows: Sequence[NicheRow]) -> None:
        """Replace the niches; the chosen one stays chosen."""
        chosen = self.chosen()
        self.rows = tuple(rows)
        self.blockSignals(True)
        self.clear()
        for row in rows:
            item = QTreeWidgetItem([row.name, f"{row.cells:,} ({row.share:.0%})", row.mostly])
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setIcon(0, swatch(row.color))
            for column in range(3):
                item.setToolTip(column, row.words)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.addTopLevelItem(item)
            if row.name == chosen:
                self.setCurrentItem(item)
        if not self.currentItem() and rows:
            self.setCurrentItem(self.topLevelItem(0))
        self.blockSignals(False)
        height = max(self.sizeHintForRow(0), 18) * min(len(rows), MOST_ROWS) + self.header().sizeHint().height()
        self.setFixedHeight(height + SPACE_PX)
        self._emit_picked()

    def chosen(self) -> str:
        """The name of the chosen niche; empty without one."""
        place = self.indexOfTopLevelItem(self.currentItem()) if self.currentItem() is not None else -1
        return self.rows[place].name if 0 <= place < len(self.rows) else ""

    def edit_name(self, item: QTreeWidgetItem) -> None:
        """Let the name of a niche be typed over."""
        self.editItem(item, 0)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """F2 edits the name, as everywhere."""
        item = self.currentItem()
        if event is not None and event.key() == Qt.Key.Key_F2 and item is not None:
            self.edit_name(item)
        else:
            super().keyPressEvent(event)

    def _emit_name(self, item: QTreeWidgetItem, column: int) -> None:
        place = self.indexOfTopLevelItem(item)
        if column == 0 and item.text(0) != self.rows[place].name:
            self.renamed.emit(self.rows[place].name, item.text(0))

    def _emit_picked(self) -> None:
        self.picked.emit(self.chosen())
