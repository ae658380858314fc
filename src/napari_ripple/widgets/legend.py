"""The legend of a label: categories with colours and counts; a click hides, a double click leaves only one."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QPoint, QSize, Qt, Signal
from qtpy.QtGui import QBrush, QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem

from napari_ripple.canvas.colors import LegendEntry
from napari_ripple.widgets import tones

MAX_ROWS = 9
SWATCH = 12


class Legend(QTreeWidget):
    """A list of categories; emits the set of hidden names, or a new colour for one."""

    hidden_changed = Signal(object)
    color_chosen = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.hidden: frozenset[str] = frozenset()
        self._before_click: frozenset[str] = frozenset()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setToolTip("Click: hide or show · double click: show only this one · right click: colour")
        self.itemClicked.connect(self.toggle)
        self.itemDoubleClicked.connect(self.solo)
        self.customContextMenuRequested.connect(self._open_menu)

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Replace the categories."""
        self.clear()
        for entry in entries:
            item = QTreeWidgetItem([entry.label, f"{entry.cells:,}"])
            item.setIcon(0, swatch(entry.color))
            item.setToolTip(0, entry.label)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.addTopLevelItem(item)
        height = self.sizeHintForRow(0) if entries else 18
        self.setFixedHeight(height * min(max(len(entries), 1), MAX_ROWS) + 4)
        self.show_hidden(frozenset(entry.label for entry in entries if entry.hidden))

    def show_hidden(self, hidden: frozenset[str]) -> None:
        """Strike out what is hidden."""
        self.hidden = hidden
        for item in self._items():
            is_hidden = item.text(0) in hidden
            font = item.font(0)
            font.setStrikeOut(is_hidden)
            item.setFont(0, font)
            brush = QBrush(tones.mixed(self, 0.45 if is_hidden else 1.0))
            item.setForeground(0, brush)
            item.setForeground(1, QBrush(tones.mixed(self, 0.45 if is_hidden else 0.66)))

    def toggle(self, item: QTreeWidgetItem) -> None:
        """Hide a category that is shown, or show it again."""
        self._before_click = self.hidden
        self.hidden_changed.emit(self.hidden ^ {item.text(0)})

    def solo(self, item: QTreeWidgetItem) -> None:
        """Show only one category; all of them when it was alone already."""
        others = frozenset(other.text(0) for other in self._items()) - {item.text(0)}
        self.hidden_changed.emit(frozenset() if self._before_click == others else others)

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _open_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is None:
            return
        menu = QMenu(self)
        recolor, everything = menu.addAction("Change colour…"), menu.addAction("Show all")
        chosen = menu.exec(self.viewport().mapToGlobal(place))
        if chosen is everything:
            self.hidden_changed.emit(frozenset())
        elif chosen is recolor:
            color = QColorDialog.getColor(parent=self, title=f"Colour of {item.text(0)}")
            if color.isValid():
                self.color_chosen.emit(item.text(0), color.name())
        menu.deleteLater()


def swatch(color: str, size: int = SWATCH) -> QIcon:
    """A small rounded square in one colour."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(0, 0, size, size, 3, 3)
    painter.end()
    return QIcon(picture)
