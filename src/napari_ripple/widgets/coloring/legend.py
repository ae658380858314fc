"""The legend of a label: categories with colours and counts, to hide, to show alone, to recolour, to find, to outline."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import QPoint, QSize, Qt, Signal
from qtpy.QtGui import QBrush, QColor, QIcon, QKeyEvent, QPainter, QPixmap
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QColorDialog,
    QHeaderView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
)

from napari_ripple.canvas.colors import LegendEntry
from napari_ripple.widgets.parts import tones

MAX_ROWS = 9
SWATCH = 12
NAME, CELLS, ONLY = range(3)


class Legend(QTreeWidget):
    """A list of categories; emits the set of hidden names, a new colour for one, or one to make a region of."""

    hidden_changed = Signal(object)
    color_chosen = Signal(str, str)
    region_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.hidden: frozenset[str] = frozenset()
        self._before_click: frozenset[str] = frozenset()
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column in (CELLS, ONLY):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setToolTip(
            "Click or space: hide or show · double click, Alt+click, Enter or “only”: show it alone\n"
            "Right click: colour, or a region of these cells"
        )
        self.itemClicked.connect(self._click)
        self.itemDoubleClicked.connect(self._double_click)
        self.customContextMenuRequested.connect(self._open_menu)

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Replace the categories."""
        self.clear()
        for entry in entries:
            item = QTreeWidgetItem([entry.label, f"{entry.cells:,}", "  only"])
            item.setIcon(NAME, swatch(entry.color))
            item.setToolTip(NAME, entry.label)
            item.setTextAlignment(CELLS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(ONLY, f"Show only {entry.label}; again: show all.")
            self.addTopLevelItem(item)
        height = self.sizeHintForRow(0) if entries else 18
        self.setFixedHeight(height * min(max(len(entries), 1), MAX_ROWS) + 4)
        self.show_hidden(frozenset(entry.label for entry in entries if entry.hidden))

    def show_hidden(self, hidden: frozenset[str]) -> None:
        """Strike out what is hidden."""
        self.hidden = hidden
        for item in self._items():
            is_hidden = item.text(NAME) in hidden
            font = item.font(NAME)
            font.setStrikeOut(is_hidden)
            item.setFont(NAME, font)
            item.setForeground(NAME, QBrush(tones.mixed(self, 0.45 if is_hidden else 1.0)))
            item.setForeground(CELLS, QBrush(tones.mixed(self, 0.45 if is_hidden else 0.66)))
            item.setForeground(ONLY, QBrush(tones.accent(self)))

    def show_found(self, words: str) -> None:
        """Show only lines whose name holds these letters; nothing is hidden on the tissue."""
        for item in self._items():
            item.setHidden(words.strip().casefold() not in item.text(NAME).casefold())

    def toggle(self, item: QTreeWidgetItem) -> None:
        """Hide a category that is shown, or show it again."""
        self._before_click = self.hidden
        self.hidden_changed.emit(self.hidden ^ {item.text(NAME)})

    def solo(self, item: QTreeWidgetItem, before: frozenset[str] | None = None) -> None:
        """Show only one category; all of them when it was alone already, now or ``before``."""
        others = frozenset(other.text(NAME) for other in self._items()) - {item.text(NAME)}
        was_alone = (self.hidden if before is None else before) == others
        self.hidden_changed.emit(frozenset() if was_alone else others)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Space hides or shows the current line, Enter shows it alone."""
        item = self.currentItem()
        if event is not None and item is not None and event.key() == Qt.Key.Key_Space:
            self.toggle(item)
        elif event is not None and item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.solo(item)
        else:
            super().keyPressEvent(event)

    def _click(self, item: QTreeWidgetItem, column: int) -> None:
        is_alone = column == ONLY or QApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier
        self.solo(item) if is_alone else self.toggle(item)

    def _double_click(self, item: QTreeWidgetItem, column: int) -> None:
        """The first click of the two has hidden the line, or shown it."""
        if column != ONLY:
            self.solo(item, self._before_click)

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.topLevelItem(place) for place in range(self.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _open_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is None:
            return
        menu, label = QMenu(self), item.text(NAME)
        alone, everything = menu.addAction(f"Show only {label}"), menu.addAction("Show all")
        menu.addSeparator()
        recolor, outline = menu.addAction("Change colour…"), menu.addAction("Make a region of these cells")
        chosen = menu.exec(self.viewport().mapToGlobal(place))
        if chosen is alone:
            self.solo(item)
        elif chosen is everything:
            self.hidden_changed.emit(frozenset())
        elif chosen is outline:
            self.region_wanted.emit(label)
        elif chosen is recolor:
            color = QColorDialog.getColor(parent=self, title=f"Colour of {label}")
            if color.isValid():
                self.color_chosen.emit(label, color.name())
        menu.deleteLater()


def swatch(color: str) -> QIcon:
    """A small rounded square in one colour, also in a line that is selected."""
    picture = QPixmap(SWATCH, SWATCH)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(0, 0, SWATCH, SWATCH, 3, 3)
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
