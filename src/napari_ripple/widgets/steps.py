"""Steps one below the other: every header stays in sight, and the page of one step at a time is open."""

from __future__ import annotations

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QPainter, QPaintEvent
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_ripple.widgets.parts import tones

HEADER_HEIGHT = 30


class ElidedLabel(QWidget):
    """A line of text that is cut with dots where there is no room; a new text makes nothing around it move."""

    def __init__(self) -> None:
        super().__init__()
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, words: str) -> None:
        """Replace the text."""
        if words != self._full:
            self._full = words
            self.update()

    def full_text(self) -> str:
        """The text, uncut."""
        return self._full

    def sizeHint(self) -> QSize:
        """One line; its width is what is left."""
        return QSize(0, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Write as much as there is room for, at the right."""
        painter = QPainter(self)
        painter.setPen(tones.mixed(self, 0.66))
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class StepHeader(QPushButton):
    """The header of a step: its number, its name, and what has been chosen in it so far."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("role", "step")
        self.setFixedHeight(HEADER_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        badge, name, self.status = QLabel(str(number)), QLabel(title), ElidedLabel()
        badge.setProperty("role", "number")
        badge.setFixedSize(18, 18)
        badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        name.setProperty("role", "heading")
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 10, 0)
        line.setSpacing(8)
        for widget, stretch in ((badge, 0), (name, 0), (self.status, 1)):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            line.addWidget(widget, stretch)

    def show_status(self, words: str) -> None:
        """Say in a few words what has been chosen."""
        self.status.show_text(words)
        self.setToolTip(words)

    def sizeHint(self) -> QSize:
        """A full-width line."""
        return QSize(240, HEADER_HEIGHT)


class Steps(QWidget):
    """Headers and pages; opening one page closes the others. Emits ``turned`` with the title of the one that is open, or ""."""

    opened = Signal(int)
    turned = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[StepHeader] = []
        self.pages: list[QWidget] = []
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._group.idClicked.connect(self._clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(3)
        self._column.addStretch(0)

    def add(self, title: str, page: QWidget) -> StepHeader:
        """Append a step; its page stays closed."""
        header = StepHeader(len(self.pages) + 1, title)
        self._group.addButton(header, len(self.pages))
        self._column.insertWidget(self._column.count() - 1, header)
        self._column.insertWidget(self._column.count() - 1, page, 1)
        page.hide()
        self.headers.append(header)
        self.pages.append(page)
        return header

    def open(self, index: int) -> None:
        """Open the page of one step and close the others."""
        for place, (header, page) in enumerate(zip(self.headers, self.pages)):
            header.setChecked(place == index)
            page.setVisible(place == index)
        self._column.setStretch(self._column.count() - 1, 0 if 0 <= index < len(self.pages) else 1)
        self.opened.emit(index)
        self.turned.emit(self.headers[index].accessibleName() if 0 <= index < len(self.pages) else "")

    def turn(self, title: str) -> None:
        """Open the page of this title; "" closes all."""
        wanted = next((place for place, header in enumerate(self.headers) if header.accessibleName() == title), -1)
        is_there = wanted >= 0 or not title
        if is_there and wanted != next((at for at, header in enumerate(self.headers) if header.isChecked()), -1):
            self.open(wanted)

    def go(self, by: int) -> None:
        """Open the next step (1) or the one before (-1), and give its first field the keyboard."""
        last = len(self.pages) - 1
        place = next(
            (place for place, header in enumerate(self.headers) if header.isChecked()), -1 if by > 0 else last + 1
        )
        self.open(min(max(place + by, 0), last))
        give_keyboard(self.pages[min(max(place + by, 0), last)])

    def _clicked(self, index: int) -> None:
        self.open(index if self.headers[index].isChecked() else -1)


def give_keyboard(page: QWidget) -> None:
    """Put the keyboard into the first field or button of a page that takes it."""
    for one in page.findChildren(QWidget):
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            one.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
