"""The list of regions: whether each is drawn, its colour, name and number of cells; the selected one is active."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QTreeWidget, QTreeWidgetItem

from napari_ripple.widgets.coloring.legend import SWATCH, swatch
from ripple_core.roi import Roi

NAME_ROLE = Qt.ItemDataRole.UserRole
SHOWN_ROLE = NAME_ROLE + 1
MAX_ROWS = 6


class RoiTable(QTreeWidget):
    """Emits what the user wants to do with a region: choose, rename (old, new), recolour (name, colour), show or hide it."""

    chosen = Signal(str)
    renamed = Signal(str, str)
    recolored = Signal(str, str)
    shown = Signal(str, bool)

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
        self.setToolTip(
            "The selected region is the one that is edited · tick: drawn or hidden · double click or F2: rename"
        )
        self.currentItemChanged.connect(self._choose)
        self.itemChanged.connect(self._change)

    def show_rois(self, rois: Mapping[str, Roi], active: str | None, cells: Mapping[str, int]) -> None:
        """Show these regions; nothing is emitted.

        Lines are changed where they stand: to throw them away would pull them from under a click that is being answered.
        """
        self.blockSignals(True)
        while self.topLevelItemCount() > len(rois):
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        while self.topLevelItemCount() < len(rois):
            self.addTopLevelItem(QTreeWidgetItem())
        for place, (name, roi) in enumerate(rois.items()):
            item = self.topLevelItem(place)
            if item is None:
                continue
            _write(item, roi, f"{cells.get(name, 0):,} cells")
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

    def _change(self, item: QTreeWidgetItem, column: int) -> None:
        """Tell a new name or a tick; the session decides, and until then the old name stays."""
        old, new = str(item.data(0, NAME_ROLE)), item.text(0).strip()
        is_shown = item.checkState(0) == Qt.CheckState.Checked
        if column != 0:
            return
        if is_shown != bool(item.data(0, SHOWN_ROLE)):
            self.shown.emit(old, is_shown)
        elif new != old:
            self.blockSignals(True)
            item.setText(0, old)
            self.blockSignals(False)
            self.renamed.emit(old, new)


def _write(item: QTreeWidgetItem, roi: Roi, cells: str) -> None:
    """Write a region on a line of the list."""
    item.setText(0, roi.name)
    item.setText(1, cells)
    item.setData(0, NAME_ROLE, roi.name)
    item.setData(0, SHOWN_ROLE, roi.visible)
    item.setIcon(0, swatch(roi.color))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    item.setCheckState(0, Qt.CheckState.Checked if roi.visible else Qt.CheckState.Unchecked)
    item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(0, f"{roi.name} · {roi.category}" if roi.category else roi.name)
