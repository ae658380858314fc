"""The genes of all edits, one a line: what is done to each and by how much, changed in place or taken out."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt, Signal
from qtpy.QtGui import QKeyEvent, QResizeEvent
from qtpy.QtWidgets import (
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from napari_ripple.widgets.edit.ways import WAYS, Way, way_of
from napari_ripple.widgets.parts.forms.drop_down import DropDown
from napari_ripple.widgets.parts.forms.settings_form import DECIMALS, PlainSpinBox
from napari_ripple.widgets.parts.tables.rows import line_height, search_field, show_rows, sortable, stack
from ripple_core.perturb.editing.edits import Edit

GENE, WHAT, VALUE, OUT = range(4)
HEADERS = ("Gene", "What", "Value", "")
VISIBLE_ROWS, GENE_WIDTH, WHAT_WIDTH, LEAST_WHAT, VALUE_WIDTH, OUT_WIDTH = 7, 70, 92, 40, 76, 24
TIP = "Double-click what is done or its value to change it; × or Delete takes the gene out of the edit."


class EditedGenes(QAbstractTableModel):
    """One row a gene of an edit; emits ``changed`` (edit's place, gene, fields) and ``removed`` (edit's place, gene)."""

    changed = Signal(int, str, object)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, Way, str, float]] = []

    def show_edits(self, edits: tuple[Edit, ...]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.rows = [
            (place, way_of(edit.kind), gene, value)
            for place, edit in enumerate(edits)
            for gene, value in edit.genes.items()
        ]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Genes."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Columns."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name of a column."""
        is_name = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return HEADERS[section] if is_name else None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """What is done can be changed, and its value where it has one."""
        can_change = index.column() == WHAT or (index.column() == VALUE and self._row(index)[1].kind != "knockout")
        more = Qt.ItemFlag.ItemIsEditable if can_change else Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | more

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, explanation, value to change, and sort key of a cell."""
        _, way, gene, value = self._row(index)
        has_value = way.kind != "knockout"
        shown = (gene, way.words, f"{value:.3g}{way.unit}" if has_value else "", "×")[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Qt.ItemDataRole.EditRole:
            return value if index.column() == VALUE else shown
        if role == Qt.ItemDataRole.UserRole:
            return value if index.column() == VALUE else shown.casefold()
        if role == Qt.ItemDataRole.ToolTipRole:
            return (gene, way.tip, way.tip, f"Take {gene} out of the edit.")[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (VALUE, OUT):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """What the user has changed is told, not kept: the session decides."""
        place, way, gene, old = self._row(index)
        if role == Qt.ItemDataRole.EditRole and index.column() == WHAT and value != way.kind:
            self.changed.emit(place, gene, {"kind": value})
        elif role == Qt.ItemDataRole.EditRole and index.column() == VALUE and value != old:
            self.changed.emit(place, gene, {"value": float(value)})
        return False

    def way(self, index: QModelIndex) -> Way:
        """What is done in a row."""
        return self._row(index)[1]

    def _row(self, index: QModelIndex) -> tuple[int, Way, str, float]:
        return self.rows[index.row()]


class Fields(QStyledItemDelegate):
    """The fields in which what is done and its value are changed."""

    def createEditor(self, parent: QWidget | None, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        """A list of ways, or a number in the way's range."""
        model: Any = index.model()
        way = model.sourceModel().way(model.mapToSource(index))
        if index.column() == WHAT:
            choice = DropDown(parent)
            for offered in WAYS:
                choice.addItem(offered.words, offered.kind)
            choice.setCurrentText(way.words)
            return choice
        number = PlainSpinBox(parent)
        number.setDecimals(DECIMALS)
        number.setRange(way.low, way.high)
        return number

    def setModelData(self, editor: QWidget | None, model: QAbstractItemModel | None, index: QModelIndex) -> None:
        """Hand over what was chosen."""
        if model is not None:
            value = editor.currentData() if isinstance(editor, QComboBox) else editor.value()
            model.setData(index, value)


class GenesView(QTableView):
    """The table; Delete is the keyboard's ×."""

    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Delete takes the gene out; all else as usual."""
        if event is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class EditGenes(QWidget):
    """The table with its search field; emits ``changed`` (place, gene, fields) and ``removed`` (place, gene)."""

    changed = Signal(int, str, object)
    removed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.model = EditedGenes()
        self.shown = sortable(self.model, self)
        self.search = search_field("search the edited genes …", "Show only the genes whose name holds these letters.")
        self.search.textChanged.connect(self.shown.setFilterFixedString)
        self.view = GenesView()
        show_rows(self.view, self.shown, TIP)
        self.view.setItemDelegate(Fields(self.view))
        self.view.setFixedHeight((VISIBLE_ROWS + 1) * line_height(self))
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(GENE, QHeaderView.ResizeMode.Stretch)
        for place, width in ((WHAT, WHAT_WIDTH), (VALUE, VALUE_WIDTH), (OUT, OUT_WIDTH)):
            header.resizeSection(place, width)
        header.setMinimumSectionSize(OUT_WIDTH)
        self.view.clicked.connect(self._on_click)
        self.view.deleted.connect(self._take_out)
        self.model.changed.connect(self.changed.emit)
        stack(self, self.search, self.view)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Where there is little room, what is done is cut before the gene's name is."""
        super().resizeEvent(event)
        left = self.view.viewport().width() - GENE_WIDTH - VALUE_WIDTH - OUT_WIDTH
        self.view.horizontalHeader().resizeSection(WHAT, min(WHAT_WIDTH, max(LEAST_WHAT, left)))

    def show_edits(self, edits: tuple[Edit, ...]) -> None:
        """Replace the genes; the search stays."""
        self.model.show_edits(edits)

    def _on_click(self, index: QModelIndex) -> None:
        if index.column() == OUT:
            self._take_out()

    def _take_out(self) -> None:
        """Tell which gene shall go: that of the current row."""
        current = self.view.currentIndex()
        if current.isValid():
            place, _, gene, _ = self.model.rows[self.shown.mapToSource(current).row()]
            self.removed.emit(place, gene)
