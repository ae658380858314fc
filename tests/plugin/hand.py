"""A user's hand before a real window: finds what it needs by the words that stand there, and presses, types, chooses, draws."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from plugin.mouse import Mouse
from plugin.words import bare, columns_of, lines_of, words_of
from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QTabBar,
    QWidget,
)

from napari_ripple.widgets.parts.open_panel import open_panel

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE_S, ACT_S, LOOK_MS = 600.0, 0.06, 30


class Hand:
    """One user.

    Parameters
    ----------
    viewer
        A napari viewer with the Ripple panel in its window.

    Attributes
    ----------
    used
        The words of all buttons, tabs, menus and fields that were used since ``begin``.
    read
        Every line of words that stood in the window before or after one of those acts.
    """

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self.mouse = Mouse(viewer, QApplication.instance())
        self.used: list[str] = []
        self.read: set[str] = set()

    def begin(self) -> None:
        """Forget what was used and read: a new step of the tutorial begins."""
        self.used, self.read = [], set()
        self.look()

    def look(self) -> None:
        """Read all words that stand in the window now."""
        for widget in shown(QWidget):
            self.read.update(lines_of(widget))

    def rest(self, seconds: float, until: Callable[[], Any] = lambda: False) -> None:
        """Let the window work for a while, or until a condition holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            QApplication.processEvents()
            time.sleep(0.005)

    def wait(self, until: Callable[[], Any]) -> None:
        """Let the window work until a condition holds; TimeoutError where it never does."""
        self.rest(PATIENCE_S, until)
        if not until():
            raise TimeoutError("what was waited for did not happen")
        self.look()

    def wait_for(self, words: str) -> None:
        """Let the window work until there is a button with these words that can be pressed."""
        self.wait(lambda: any(words in words_of(one) and one.isEnabled() for one in shown(QAbstractButton)))

    def press(self, words: str) -> None:
        """Click the button, tab or line of a list on which these words stand."""
        self._click(words, NO_KEY)

    def press_also(self, words: str) -> None:
        """The same with Ctrl held, so that what was chosen before stays chosen."""
        self._click(words, Qt.KeyboardModifier.ControlModifier)

    def press_menu(self, menu: str, line: str) -> None:
        """Open a menu by its button and click one of its lines."""
        button, _ = self.place_of(menu)
        self._acts(menu)

        def click_line() -> None:
            popup = QApplication.activePopupWidget()
            if not isinstance(popup, QMenu):
                QTimer.singleShot(LOOK_MS, click_line)
                return
            self.look()
            action = next(action for action in popup.actions() if bare(action.text()) == line)
            QTest.mouseClick(popup, LEFT, NO_KEY, popup.actionGeometry(action).center())

        QTimer.singleShot(LOOK_MS, click_line)
        QTest.mouseClick(button, LEFT)
        self.used.append(line)
        self._has_acted()

    def press_and_name(self, words: str, path: str) -> None:
        """Press a button that asks for a file, and type its path into the dialog."""
        self._answer(path)
        self.press(words)

    def press_menu_and_name(self, menu: str, line: str, path: str) -> None:
        """Click a line of a menu that asks for a file, and type its path into the dialog."""
        self._answer(path)
        self.press_menu(menu, line)

    def type(self, field: str, words: str) -> None:
        """Type into the field that shows these words while it is empty, or stands right of them, and press Enter."""
        line = self.field(field, QLineEdit)
        self._acts(field)
        QTest.mouseClick(line, LEFT)
        line.selectAll()
        QTest.keyClicks(line, words)
        self.rest(0.1)
        self.look()
        popup = line.completer().popup() if line.completer() is not None else None
        if popup is not None and popup.isVisible():
            QTest.keyClick(popup, Qt.Key.Key_Down)
            QTest.keyClick(popup, Qt.Key.Key_Return)
        else:
            QTest.keyClick(line, Qt.Key.Key_Return)
        self._has_acted()

    def set(self, field: str, number: str) -> None:
        """Type a number into the field right of these words."""
        try:
            line = self.field(field, QAbstractSpinBox).lineEdit()
        except LookupError:  # the number beside a slider
            line = self.field(field, QLineEdit)
        self._acts(field)
        QTest.mouseClick(line, LEFT)
        line.selectAll()
        QTest.keyClicks(line, number)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self._has_acted()

    def choose(self, field: str, words: str) -> None:
        """Open the list right of these words and choose a line of it by keyboard."""
        combo = self.field(field, QComboBox)
        self._acts(field)
        place = combo.findText(words)
        if place < 0:
            raise LookupError(f"{field} does not offer {words!r}")
        QTest.mouseClick(combo, LEFT)
        self.rest(0.1)
        view = combo.view()
        view.setCurrentIndex(combo.model().index(place, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        self._has_acted()

    def key(self, key: Qt.Key, modifier: Any = NO_KEY) -> None:
        """Press a key while the tissue has the keyboard."""
        QTest.keyClick(self.mouse.canvas.native, key, modifier)
        self._has_acted()

    def close_front(self) -> None:
        """Close the window in front of the viewer's."""
        front = next(window for window in QApplication.topLevelWidgets() if window.isVisible() and is_page(window))
        QTest.keyClick(front, Qt.Key.Key_Escape)
        self._has_acted()

    def open_panel(self, name: str) -> None:
        """Choose a panel in napari's menu (Plugins → Ripple)."""
        self.look()
        open_panel(self.viewer, name)
        self.rest(0.4)
        self.look()

    def field(self, words: str, kind: type[QWidget]) -> Any:
        """The field of a kind that shows these words itself, or the nearest one right of them on the same line."""
        fields = shown(kind)
        for one in fields:
            if words in words_of(one):
                return reached(one)
        for label in shown(QLabel):
            if words not in words_of(label):
                continue
            right = [one for one in fields if one.window() is label.window() and is_right_of(one, label)]
            if right:
                return reached(min(right, key=left_edge))
        raise LookupError(f"no {kind.__name__} is named {words!r}")

    def place_of(self, words: str) -> tuple[QWidget, QPoint]:
        """The widget on which these words stand, and where on it to click."""
        found = list(places(words))
        if not found:
            raise LookupError(f"nothing that can be pressed says {words!r}")
        widget, at = found[0]
        reached(widget)
        return widget, at

    def _click(self, words: str, key: Any) -> None:
        """Click; what is a line of a list has no name that a text could be asked for."""
        widget, at = self.place_of(words)
        if isinstance(widget.parentWidget(), QAbstractItemView):
            self.look()
        else:
            self._acts(words)
        QTest.mouseClick(widget, LEFT, key, at)
        self._has_acted()

    def _acts(self, words: str) -> None:
        self.look()
        self.used.append(words)

    def _has_acted(self) -> None:
        self.rest(ACT_S)
        self.look()

    def _answer(self, path: str) -> None:
        """Paste a path into the file dialog as soon as it has come up."""

        def answer() -> None:
            dialogs = shown(QFileDialog)
            if not dialogs:
                QTimer.singleShot(LOOK_MS, answer)
                return
            line = dialogs[0].findChild(QLineEdit, "fileNameEdit")
            line.setText(path)  # as if it were pasted: letter by letter a list would pop up in front
            QTest.keyClick(line, Qt.Key.Key_Return)

        QTimer.singleShot(LOOK_MS, answer)


def shown(kind: type) -> list[Any]:
    """Everything of a kind that is in sight, in windows in front first; napari's own widgets too."""
    windows = sorted(QApplication.topLevelWidgets(), key=lambda window: (window.parent() is None, not window.isModal()))
    found = [
        one
        for window in windows
        if window.isVisible()
        for one in ([window] if isinstance(window, kind) else []) + window.findChildren(kind)
    ]
    return [one for one in dict.fromkeys(found) if one.isVisible()]


def is_page(window: QWidget) -> bool:
    """Whether a window is one of ours beside napari's, not a menu or a tip."""
    return isinstance(window, QDialog)


def places(words: str) -> Iterator[tuple[QWidget, QPoint]]:
    """Where one could click on these words: buttons first, then tabs, then lines of lists."""
    for button in shown(QAbstractButton):
        if button.isEnabled() and words in words_of(button):
            yield button, QPoint(min(button.width() // 2, 60), button.height() // 2)
    for bar in shown(QTabBar):
        for place in range(bar.count()):
            if bare(bar.tabText(place)) == words:
                yield bar, bar.tabRect(place).center()
    for view in shown(QAbstractItemView):
        found = None if isinstance(view, QHeaderView) else index_of(view, words)
        if found is not None:
            view.scrollTo(found, QAbstractItemView.ScrollHint.EnsureVisible)
            yield view.viewport(), view.visualRect(found).center()


def index_of(view: QAbstractItemView, words: str) -> Any:
    """The cell of a list or table that begins with these words; None where there is none."""
    model = view.model()
    for line in range(model.rowCount() if model is not None else 0):
        for column in range(columns_of(view)):
            index = model.index(line, column)
            if str(index.data() or "").split("\n")[0] == words:
                return index
    return None


def reached(widget: QWidget) -> QWidget:
    """Scroll until a widget is in sight."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
    QApplication.processEvents()
    return widget


def is_right_of(one: QWidget, label: QWidget) -> bool:
    """Whether a field begins right of a label on its line."""
    middle = label.mapToGlobal(label.rect().center()).y()
    top = one.mapToGlobal(QPoint(0, 0)).y()
    return left_edge(one) >= left_edge(label) + label.width() - 2 and top <= middle <= top + one.height()


def left_edge(widget: QWidget) -> int:
    """Where a widget begins on the screen (pixels)."""
    return widget.mapToGlobal(QPoint(0, 0)).x()
