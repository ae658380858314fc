"""What a page of fields does when it is scrolled: nothing changes, words that wrap keep their height, what is opened is seen."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from qtpy.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QLabel, QScrollArea, QScrollBar, QWidget

KINDS = (QComboBox, QAbstractSpinBox, QAbstractSlider)
SETTLED_MS = 200
"""By then what was opened has its height: charts come a little later than their tab."""


class WheelGuard(QObject):
    """Leaves the wheel to the page, but for the field that has the keyboard."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page

    def guard(self) -> None:
        """Take charge of the fields that the page has now; once more does no harm."""
        fields: list[QWidget] = [field for kind in KINDS for field in self._page.findChildren(kind)]
        for field in fields:
            if not isinstance(field, QScrollBar):
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not the wheel's, which would take the keyboard
                field.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Hand the wheel on to what is around the field."""
        if event is None or event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget) or watched.hasFocus():
            return False
        event.ignore()
        return True


def let_words_wrap(page: QWidget) -> None:
    """Let all parts of a page that hold wrapped words be as narrow as the page.

    Qt gives a part that could not be so narrow the height that its words need in the part's own, larger width.
    """
    for part in page.findChildren(QWidget):
        if not part.minimumWidth() and any(label.wordWrap() for label in part.findChildren(QLabel)):
            part.setMinimumWidth(1)


def bring_up(widget: QWidget) -> None:
    """Soon, scroll the page so far that a widget is seen whole, or from its top on where it is higher than the page."""
    soon = QTimer(widget)
    soon.setSingleShot(True)
    soon.timeout.connect(lambda: _scroll_to(widget))
    soon.timeout.connect(soon.deleteLater)
    soon.start(SETTLED_MS)


def _scroll_to(widget: QWidget) -> None:
    page = widget.parentWidget()
    while page is not None and not isinstance(page, QScrollArea):
        page = page.parentWidget()
    if page is None or page.widget() is None or not widget.isVisible():
        return
    bar, view = page.verticalScrollBar(), page.viewport().height()
    top = widget.mapTo(page.widget(), QPoint(0, 0)).y()
    if top + widget.height() > bar.value() + view:
        bar.setValue(min(top, top + widget.height() - view))
