"""A list to choose from; where there is no room for the words that are chosen, they end in dots."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QPaintEvent
from qtpy.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

SLACK = 2
"""Words that are a pixel or two longer are still read whole."""


class DropDown(QComboBox):
    """As Qt's, which cuts its words in the middle of a letter."""

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Draw as many of the words as there is room for."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.fontMetrics().elidedText(
            self._words(), Qt.TextElideMode.ElideRight, self.room() + SLACK
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def room(self) -> int:
        """Width (pixels) that the words may take."""
        option, part = QStyleOptionComboBox(), QStyle.SubControl.SC_ComboBoxEditField
        self.initStyleOption(option)
        style = self.style()
        return (
            0 if style is None else style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()
        )

    def _words(self) -> str:
        return self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
