"""A user who presses and types into whatever can be seen in a panel, by real mouse and key events."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

LEFT = Qt.MouseButton.LeftButton
KINDS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)


class Presser:
    """Does something with a random control.

    Parameters
    ----------
    rng
        By which one chooses.
    words
        What is typed where words can be typed.
    """

    def __init__(self, rng: np.random.Generator, words: list[str]) -> None:
        self.rng, self.words = rng, words

    def controls(self, panel: QWidget) -> list[QWidget]:
        """What can be used in a panel: seen, enabled, and not a part of another control."""
        found = [one for one in panel.findChildren(QWidget) if isinstance(one, KINDS)]
        return [one for one in found if one.isVisible() and one.isEnabled() and not _is_part(one)]

    def press(self, panel: QWidget) -> str:
        """Use one of the controls; gives what was done in words."""
        there = self.controls(panel)
        if not there:
            return "nothing to press"
        control = there[int(self.rng.integers(len(there)))]
        words = f"{type(panel).__name__}: {_name(control)}"
        self.use(control)
        return words

    def use(self, control: QWidget) -> None:
        """Do what one does with a control of its kind."""
        if isinstance(control, QAbstractButton):
            twice = self.rng.random() < 0.1
            (QTest.mouseDClick if twice else QTest.mouseClick)(control, LEFT)
        elif isinstance(control, QLineEdit | QPlainTextEdit):
            self._type(control)
        elif isinstance(control, QComboBox | QAbstractSpinBox | QAbstractSlider):
            for _ in range(int(self.rng.integers(1, 4))):
                QTest.keyClick(control, Qt.Key.Key_Down if self.rng.random() < 0.5 else Qt.Key.Key_Up)
        elif isinstance(control, QTabBar):
            QTest.mouseClick(control, LEFT, pos=control.tabRect(int(self.rng.integers(control.count()))).center())
        elif isinstance(control, QAbstractItemView):
            self._use_list(control)
        elif isinstance(control, QGraphicsView):
            self._use_chart(control)

    def _type(self, field: Any) -> None:
        if self.rng.random() < 0.3:
            field.clear()
        QTest.keyClicks(field, str(self.rng.choice(self.words)))
        if self.rng.random() < 0.6:
            QTest.keyClick(field, Qt.Key.Key_Return)

    def _use_list(self, view: QAbstractItemView) -> None:
        """Click an entry, open it with a double click, or sort by a column."""
        model, area = view.model(), view.viewport()
        header = getattr(view, "horizontalHeader", lambda: None)()
        if isinstance(header, QHeaderView) and header.isVisible() and self.rng.random() < 0.2:
            QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(int(self.rng.integers(1, max(2, header.width()))), 5))
        elif model is not None and model.rowCount():
            columns = 1 if isinstance(view, QListView) else model.columnCount()
            place = model.index(int(self.rng.integers(model.rowCount())), int(self.rng.integers(columns)))
            view.scrollTo(place)
            at = view.visualRect(place).center() if self.rng.random() < 0.6 else view.visualRect(place).topLeft()
            QTest.mouseClick(area, LEFT, pos=at + QPoint(6, 0))
            if self.rng.random() < 0.2:
                QTest.mouseDClick(area, LEFT, pos=at + QPoint(6, 0))
                QTest.keyClick(area, Qt.Key.Key_Escape)

    def _use_chart(self, chart: QGraphicsView) -> None:
        """Click a point, or drag over some."""
        area = chart.viewport()
        low, high = np.array([1, 1]), np.maximum([area.width() - 1, area.height() - 1], 2)
        start, end = (QPoint(*map(int, self.rng.integers(low, high))) for _ in range(2))
        QTest.mouseMove(area, start)
        QTest.mousePress(area, LEFT, pos=start)
        if self.rng.random() < 0.5:
            QTest.mouseMove(area, end)
            QTest.mouseRelease(area, LEFT, pos=end)
        else:
            QTest.mouseRelease(area, LEFT, pos=start)


def _is_part(control: QWidget) -> bool:
    """Whether a control is a part of another one: the field of a spin box, the bar of a list."""
    above = control.parentWidget()
    if isinstance(control, QScrollBar | QHeaderView):
        return True
    while above is not None:
        if isinstance(above, QAbstractSpinBox | QComboBox | QTabBar | QHeaderView):
            return True
        above = above.parentWidget()
    return False


def _name(control: QWidget) -> str:
    """A control as one recognises it."""
    text = getattr(control, "text", lambda: "")
    words = text() if callable(text) and not isinstance(control, QAbstractSpinBox) else ""
    return f"{type(control).__name__} {words or control.toolTip()[:40]!r}"
