"""The words that stand on the widgets of a window: those by which one is found, and all that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

MOST_LINES = 60


def bare(words: str) -> str:
    """Words without arrows and marks of shortcuts.

    >>> bare("Save the session (Alt+S)"), bare("Keep ▾"), bare("▸ edits"), bare("<b>36</b> cells")
    ('Save the session', 'Keep', 'edits', '36 cells')
    """
    plain = re.sub(r"<[^>]*>", " ", words).replace("&", "")
    plain = re.sub(r"\s*\((Alt|Ctrl|F\d)[^)]*\)$", "", plain)
    return " ".join(plain.split()).strip(" ▾▸▴")


def words_of(widget: QWidget) -> set[str]:
    """The words by which a user finds a widget: what stands on it, or in it while it is empty.

    A header with labels on it, as those of the steps, is found by the first two: its number and its name.
    """
    if isinstance(widget, QAbstractButton):
        labels = [label.text() for label in widget.findChildren(QLabel)]
        return {bare(widget.text() or " ".join(labels[:2]))}
    if isinstance(widget, QLineEdit):
        return {bare(widget.placeholderText())}
    if isinstance(widget, QAbstractSpinBox):
        return {bare(widget.text())}
    return {bare(widget.text())} if isinstance(widget, QLabel) else set()


def lines_of(widget: QWidget) -> set[str]:
    """All words that can be read on a widget, without its children's."""
    return {bare(line) for line in _lines(widget) if line and line.strip()}


def _lines(widget: QWidget) -> Iterator[str]:
    yield from words_of(widget)
    if isinstance(widget, QLineEdit):
        yield widget.text()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(min(widget.count(), MOST_LINES)))
        yield widget.placeholderText()
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(place) for place in range(widget.count()))
    elif isinstance(widget, QMenu):
        yield from (action.text() for action in widget.actions())
    elif isinstance(widget, QAbstractItemView):
        yield from _cells(widget)
    elif isinstance(widget, QPlainTextEdit | QTextEdit):
        yield from widget.toPlainText().splitlines()
    elif isinstance(widget, QProgressBar):
        yield widget.text()
    elif isinstance(widget, QDialog | QDockWidget):
        yield widget.windowTitle()


def columns_of(view: QAbstractItemView) -> int:
    """How many columns a list or table has; Qt does not let one ask the model of a list."""
    return 1 if isinstance(view, QListView) else view.model().columnCount()


def _cells(view: QAbstractItemView) -> Iterator[str]:
    """The cells of a list or table, and the heads of its columns."""
    from qtpy.QtCore import Qt

    model = view.model()
    if model is None:
        return
    for column in range(columns_of(view)):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for line in range(min(model.rowCount(), MOST_LINES)):
            yield str(model.index(line, column).data() or "")
