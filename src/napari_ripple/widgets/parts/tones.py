"""Colours of the panels, mixed from the theme that is on, and the one style sheet that they share."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt, QTimer
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QLabel, QPushButton, QWidget

from napari_ripple.charts.ink import CHANGED, LOWERED, OBSERVED, RAISED, Ink

__all__ = ["CHANGED", "LOWERED", "OBSERVED", "RAISED"]

_SHEET = """
QLabel {{ padding: 0px; margin: 0px; }}
QLabel[role="quiet"] {{ color: {quiet}; }}
QLabel[role="alarm"] {{ color: {alarm}; }}
QLabel[role="heading"] {{ font-weight: bold; }}
QLabel[role="tag"] {{ background-color: {tag}; color: #1e1e21; border-radius: 3px; padding: 1px 5px; }}
QLabel[role="tag"] {{ font-weight: bold; }}
QPushButton[role="primary"] {{ background-color: {strong}; color: white; font-weight: bold; padding: 6px 10px; }}
QPushButton[role="primary"]:hover {{ background-color: {stronger}; }}
QPushButton[role="primary"]:disabled {{ background-color: {pale}; color: {quiet}; border: 0px; }}
QPushButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus {{ border: 1px solid {focus}; }}
QToolButton[role="fold"]:focus, QCheckBox:focus {{ border: 1px solid {focus}; border-radius: 3px; }}
QPushButton[role="step"] {{ background-color: {raised}; border-radius: 3px; padding: 0px; }}
QPushButton[role="step"]:hover {{ background-color: {pale}; }}
QPushButton[role="step"]:checked {{ background-color: {pale}; }}
QPushButton[role="step"]:focus {{ border: 1px solid {focus}; }}
QPushButton[role="step"] QLabel {{ background-color: transparent; }}
QPushButton[role="step"] QLabel[role="number"] {{
    background-color: {strong}; color: white; border-radius: 9px; font-weight: bold; padding: 0px;
}}
QToolButton[role="fold"] {{ border: 0px; background-color: transparent; font-weight: bold; text-align: left; }}
QToolButton[role="fold"]:hover {{ background-color: {pale}; border-radius: 3px; }}
QToolButton[role="menu"] {{ background-color: {raised}; border-radius: 3px; padding: 4px 2px; min-height: 16px; }}
QToolButton[role="menu"]:hover {{ background-color: {pale}; }}
QToolButton[role="menu"]:focus {{ border: 1px solid {focus}; }}
QToolButton[role="menu"]::menu-indicator {{ image: none; width: 0px; }}
QFrame[role="card"] {{ background-color: {raised}; border: 1px solid {strong}; border-radius: 4px; }}
QFrame[role="card"] QLabel {{ border: 0px; background-color: transparent; }}
QTableView, QTreeView {{ background-color: {raised}; alternate-background-color: {field}; border-radius: 3px; }}
QPlainTextEdit {{ background-color: {pale}; border-radius: 3px; padding: 2px; }}
QTableView {{ gridline-color: {pale}; }}
QHeaderView::section {{ background-color: {raised}; color: {quiet}; border: 0px; padding: 3px 2px; }}
QProgressBar {{ background-color: {pale}; border: 0px; border-radius: 3px; text-align: center; min-height: 16px; }}
QProgressBar::chunk {{ background-color: {done}; border-radius: 3px; }}
"""


def is_dark(widget: QWidget) -> bool:
    """Whether the widget stands on a dark background."""
    return widget.palette().color(QPalette.ColorRole.Window).lightness() < 128


def mixed(widget: QWidget, share: float) -> QColor:
    """The theme's text colour mixed into its background: 0 is the background, 1 the text."""
    back = widget.palette().color(QPalette.ColorRole.Window).getRgb()[:3]
    front = widget.palette().color(QPalette.ColorRole.WindowText).getRgb()[:3]
    return QColor(*(round(b + share * (f - b)) for f, b in zip(front, back)))


def accent(widget: QWidget) -> QColor:
    """The colour of what is active, readable on the theme's background."""
    return QColor("#7f9bff") if is_dark(widget) else QColor("#2f4fc0")


def ink(widget: QWidget) -> Ink:
    """The colours of charts that stand on a widget."""
    back, line, quiet, text = (mixed(widget, share).name() for share in (0.06, 0.35, 0.66, 1.0))
    return Ink(back, line, quiet, text)


class Dresser(QObject):
    """Keeps a widget and its children in the shared style, in the colours of the theme that is on.

    Inside a widget that is dressed already there is nothing to do. A new widget, a place in the window and a change of theme are
    answered when Qt is done with them: palettes are not settled before, and each style is worked out for all that is in a widget, which
    takes long. A window of its own is dressed before it is seen.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.setObjectName("dresser")
        self._widget = widget
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.dress)
        widget.installEventFilter(self)
        self._soon.start()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Notice a change of theme or of the place in the window; nothing is held back."""
        if event is not None and event.type() == QEvent.Type.Polish and self._widget.isWindow():
            self.dress()
        elif event is not None and (is_theme_change(event) or event.type() == QEvent.Type.ParentChange):
            self._soon.start()
        return False

    def dress(self) -> None:
        """Put the style on, if it is another than before."""
        sheet = "" if _is_inside_dressed(self._widget) else _sheet(self._widget)
        if self._widget.styleSheet() != sheet:
            self._widget.setStyleSheet(sheet)


def _is_inside_dressed(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.findChild(Dresser, "dresser", Qt.FindChildOption.FindDirectChildrenOnly) is not None:
            return True
        parent = parent.parentWidget()
    return False


def _sheet(widget: QWidget) -> str:
    dark = is_dark(widget)
    return _SHEET.format(
        quiet=mixed(widget, 0.66).name(),
        alarm="#ffb74d" if dark else "#a04a00",
        tag=CHANGED,
        strong=_strong(widget),
        focus=accent(widget).name(),
        done=_strong(widget) if dark else "#a3b6f5",  # words stand on it
        stronger="#5672da" if dark else "#2f4ab0",
        raised=mixed(widget, 0.06).name(),
        field=mixed(widget, 0.10).name(),
        pale=mixed(widget, 0.15).name(),
    )


def list_sheet(window: QWidget) -> str:
    """The style of a list that pops up as a window of its own, in the colours of the window that it belongs to."""
    back, text, strong = mixed(window, 0.10).name(), mixed(window, 1.0).name(), _strong(window)
    chosen = f"selection-background-color: {strong}; selection-color: white;"
    return f"QListView {{ background-color: {back}; color: {text}; {chosen} }}"


def _strong(widget: QWidget) -> str:
    return "#4560c4" if is_dark(widget) else "#3a57c4"


def is_theme_change(event: QEvent) -> bool:
    """Whether an event says that colours or style have changed."""
    return event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange)


def heading(words: str) -> QLabel:
    """A bold line above a group of fields."""
    return _label(words, "heading")


def quiet(words: str = "") -> QLabel:
    """A line of secondary text that wraps."""
    return _label(words, "quiet")


def alarm() -> QLabel:
    """A line that says what is wrong or what to beware of; it wraps, and hides while it is empty."""
    return _label("", "alarm")


def button(words: str, tip: str) -> QPushButton:
    """A button that says what it does when the mouse rests on it; Enter in a dialog's field never presses it."""
    made = QPushButton(words)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    return made


def primary(words: str, tip: str) -> QPushButton:
    """The button that a panel or dialog is there for."""
    made = button(words, tip)
    made.setProperty("role", "primary")
    return made


def _label(words: str, role: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
