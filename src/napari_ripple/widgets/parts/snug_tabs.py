"""Tabs that are as high as the page in front, not as the highest of all."""

from __future__ import annotations

from qtpy.QtCore import QSize
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_ripple.widgets.parts.pages import Pages

FRAME = 4


class SnugTabs(Pages):
    """A tab widget that follows the height of its page in front."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.currentChanged.connect(self._fit)

    def sizeHint(self) -> QSize:
        """Room for the page in front and the tabs."""
        return self._around(self._page().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """The least room for the page in front and the tabs."""
        return self._around(self._page().minimumSizeHint())

    def hasHeightForWidth(self) -> bool:
        """Words on a page wrap, so that a narrow page is higher."""
        return self._page().hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """The height at a width; Qt's own would be that of the highest page."""
        return self._around(QSize(width, self._page().heightForWidth(width - FRAME))).height()

    def _page(self) -> QWidget:
        return self.currentWidget() or QWidget()

    def _around(self, page: QSize) -> QSize:
        return QSize(page.width() + FRAME, page.height() + self.tabBar().sizeHint().height() + FRAME)

    def _fit(self, *_: object) -> None:
        self.updateGeometry()
