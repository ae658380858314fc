"""Tabs that are as high as the page in front, not as the highest of all."""

from __future__ import annotations

from qtpy.QtCore import QSize
from qtpy.QtWidgets import QSizePolicy, QTabWidget


class SnugTabs(QTabWidget):
    """A tab widget that follows the height of its page in front."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.currentChanged.connect(self._fit)

    def sizeHint(self) -> QSize:
        """Room for the page in front and the tabs."""
        return self._room(self.currentWidget().sizeHint() if self.count() else QSize())

    def minimumSizeHint(self) -> QSize:
        """The least room for the page in front and the tabs."""
        return self._room(self.currentWidget().minimumSizeHint() if self.count() else QSize())

    def _room(self, page: QSize) -> QSize:
        return QSize(page.width() + 4, page.height() + self.tabBar().sizeHint().height() + 4)

    def _fit(self, *_: object) -> None:
        self.updateGeometry()
