"""What tables have in common: rows that are sorted and searched, a field for the search, and how a view looks."""

from __future__ import annotations

from qtpy.QtCore import QAbstractItemModel, QSortFilterProxyModel, Qt
from qtpy.QtWidgets import QAbstractItemView, QLineEdit, QTableView, QVBoxLayout, QWidget

LINE_ROOM = 7


def sortable(model: QAbstractItemModel, parent: QWidget) -> QSortFilterProxyModel:
    """The rows of a model, sorted by their user role, searched in their first column whatever the case."""
    shown = QSortFilterProxyModel(parent)
    shown.setSourceModel(model)
    shown.setSortRole(Qt.ItemDataRole.UserRole)
    shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return shown


def search_field(words: str, tip: str) -> QLineEdit:
    """A field to search in; ``words`` stand in it while it is empty."""
    field = QLineEdit()
    field.setPlaceholderText(words)
    field.setToolTip(tip)
    field.setClearButtonEnabled(True)
    return field


def show_rows(view: QTableView, model: QSortFilterProxyModel, tip: str) -> None:
    """Let a view show rows that are chosen as a whole, in the order of the model until a header is clicked."""
    view.setModel(model)
    view.setSortingEnabled(True)
    view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setShowGrid(False)
    view.setAlternatingRowColors(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setToolTip(tip)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(line_height(view))
    view.horizontalHeader().setHighlightSections(False)  # bold words would not fit


def line_height(view: QWidget) -> int:
    """Height (pixels) of one row."""
    return view.fontMetrics().height() + LINE_ROOM


def stack(widget: QWidget, search: QLineEdit, view: QTableView) -> None:
    """Put the search field above the rows."""
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(search)
    column.addWidget(view)
