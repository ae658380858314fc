"""The list of regions: colour, name (double click renames) and number of cells; the selected one is active."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_ripple.widgets.legend import SWATCH, swatch
from ripple_core.roi import Roi

NAME_ROLE = Qt.ItemDataRole.UserRole
MAX_ROWS = 5


class RoiTable(QTreeWidget):
    """Emits what the user wants to do with a region: choose, rename (old, new) or recolour (name, colour) it."""

    chosen = Signal(str)
    renamed = Signal(str, str)
    recolored = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setToolTip("The selected region is the one that is edited · double click or F2: rename")
        self.currentItemChanged.connect(self._choose)
        self.itemChanged.connect(self._rename)

    def show_rois(self, rois: Mapping[str, Roi], active: str | None, cells: Mapping[str, int]) -> None:
        """Replace the list; nothing is emitted."""
        self.blockSignals(True)
        self.clear()
        for name, roi in rois.items():
            item = QTreeWidgetItem([name, f"{cells.get(name, 0):,} cells"])
            item.setData(0, NAME_ROLE, name)
            item.setIcon(0, swatch(roi.color))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.addTopLevelItem(item)
            if name == active:
                self.setCurrentItem(item)
        height = self.sizeHintForRow(0) if rois else self.fontMetrics().height() + 6
        self.setFixedHeight(height * min(max(len(rois), 1), MAX_ROWS) + 4)
        self.blockSignals(False)

    def current_name(self) -> str | None:
        """The name of the selected region."""
        item = self.currentItem()
        return None if item is None else str(item.data(0, NAME_ROLE))

    def pick_color(self) -> None:
        """Ask for a colour of the selected region."""
        name = self.current_name()
        color = QColorDialog.getColor(parent=self, title=f"Colour of {name}") if name is not None else None
        if name is not None and color is not None and color.isValid():
            self.recolored.emit(name, color.name())

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(0, NAME_ROLE)))

    def _rename(self, item: QTreeWidgetItem, column: int) -> None:
        old, new = str(item.data(0, NAME_ROLE)), item.text(0).strip()
        if column == 0 and new != old:
            self.blockSignals(True)
            item.setText(0, old)  # until the session has taken the new name
            self.blockSignals(False)
            self.renamed.emit(old, new)
