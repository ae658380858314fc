"""What is cut off in a window: words wider than the widget that they stand on, and widgets wider than their page."""

from __future__ import annotations

from plugin.words import bare
from qtpy.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QScrollArea, QTabBar, QWidget

SLACK = 2


def cut_off(panel: QWidget) -> list[str]:
    """A line for everything of a panel that is in sight but does not fit where it stands."""
    found = [line for button in _seen(panel, QAbstractButton) for line in _button(button)]
    found += [line for label in _seen(panel, QLabel) for line in _label(label)]
    found += [line for combo in _seen(panel, QComboBox) for line in _combo(combo)]
    found += [line for bar in _seen(panel, QTabBar) for line in _tabs(bar)]
    return found + [line for area in [panel, *panel.findChildren(QScrollArea)] for line in _page(area)]


def _seen(panel: QWidget, kind: type) -> list:
    return [one for one in panel.findChildren(kind) if one.isVisible()]


def _button(button: QAbstractButton) -> list[str]:
    """A button whose words need more room than it has."""
    words = button.text()
    mark = 22 if isinstance(button, QCheckBox) else 0
    needed = button.fontMetrics().boundingRect(words).width() + mark
    return (
        [f"button {words!r} needs {needed} of {button.width()} px"] if words and needed > button.width() + SLACK else []
    )


def _label(label: QLabel) -> list[str]:
    """A label whose words do not fit: in width where they do not wrap, in height where they do."""
    words = bare(label.text())
    if not words:
        return []
    if label.wordWrap():
        needed, room = label.heightForWidth(label.width()), label.height()
    else:
        needed, room = label.sizeHint().width(), label.width()
    return [f"label {words[:60]!r} needs {needed} of {room} px"] if needed > room + SLACK else []


def _combo(combo: QComboBox) -> list[str]:
    needed, room = combo.fontMetrics().boundingRect(combo.currentText()).width(), combo.width() - 20
    return [f"list {combo.currentText()!r} needs {needed} of {room} px"] if needed > room + SLACK else []


def _tabs(bar: QTabBar) -> list[str]:
    hidden = [bar.tabText(place) for place in range(bar.count()) if bar.tabRect(place).right() > bar.width()]
    return [f"tabs out of sight: {hidden}"] if hidden else []


def _page(area: QWidget) -> list[str]:
    """A page that is wider than what is seen of it."""
    if not isinstance(area, QScrollArea) or not area.isVisible() or area.widget() is None:
        return []
    needed, room = area.widget().width(), area.viewport().width()
    return [f"page {area.objectName()} needs {needed} of {room} px"] if needed > room else []
