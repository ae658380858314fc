"""What is cut off in a window: words wider than the widget that they stand on, and widgets wider than their page."""

from __future__ import annotations

import pyqtgraph as pg
from plugin.words import bare
from qtpy.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QLabel,
    QScrollArea,
    QTabBar,
    QTableView,
    QWidget,
)

from napari_ripple.widgets.parts.forms.drop_down import DropDown

SLACK = 2


def cut_off(panel: QWidget) -> list[str]:
    """A line for everything of a panel that is in sight but does not fit where it stands."""
    found = [line for button in _seen(panel, QAbstractButton) for line in _button(button)]
    found += [line for label in _seen(panel, QLabel) for line in _label(label)]
    found += [line for combo in _seen(panel, QComboBox) for line in _combo(combo)]
    found += [line for view in _seen(panel, QTableView) for line in _headers(view)]
    found += [line for plot in _seen(panel, pg.PlotWidget) for line in _plot(plot)]
    found += [line for part in _seen(panel, QWidget) for line in _overlaps(part)]
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
    """A list without room for what is chosen; words that a file brought may end in dots, ours may not."""
    needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
    room = combo.room() if isinstance(combo, DropDown) else combo.width() - 20
    is_ours = combo.sizePolicy().horizontalPolicy() != combo.sizePolicy().Policy.Ignored
    return [f"list {combo.currentText()!r} needs {needed} of {room} px"] if is_ours and needed > room + SLACK else []


def _headers(view: QTableView) -> list[str]:
    """Columns that are narrower than their titles."""
    header, words = view.horizontalHeader(), view.fontMetrics()
    titles = {place: str(view.model().headerData(place, header.orientation()) or "") for place in range(header.count())}
    return [
        f"column {title!r} is {header.sectionSize(place)} px wide"
        for place, title in titles.items()
        if not header.isSectionHidden(place) and words.horizontalAdvance(title) > header.sectionSize(place)
    ]


def _overlaps(part: QWidget) -> list[str]:
    """Widgets that have been given less height than they take, so that they stand over the next one."""
    layout = part.layout()
    if not isinstance(layout, QBoxLayout):
        return []
    placed = [item.widget() for item in map(layout.itemAt, range(layout.count())) if item.widget() is not None]
    seen = [one for one in placed if one.isVisible()]
    return [
        f"{type(one).__name__} {bare(getattr(one, 'text', str)())!r} stands over {type(other).__name__}"
        for place, other in enumerate(seen)
        for one in seen[:place]
        if one.geometry().adjusted(SLACK, SLACK, -SLACK, -SLACK).intersects(other.geometry())
    ]


def _plot(plot: pg.PlotWidget) -> list[str]:
    """Titles beside axes that are outside the plot, and names beside the left one that are too long to be drawn."""
    found = []
    for side in ("left", "bottom"):
        label = plot.getAxis(side).label
        box = label.mapToScene(label.boundingRect()).boundingRect().adjusted(4, 4, -4, -4)  # without its margin
        if label.isVisible() and not plot.sceneRect().contains(box):
            found.append(f"title {label.toPlainText()!r} is cut off")
    left = plot.getAxis("left")
    names = [str(name) for level in left._tickLevels or [] for _, name in level]
    return found + [
        f"name {name!r} is not drawn" for name in names if plot.fontMetrics().horizontalAdvance(name) > left.width() - 8
    ]


def _tabs(bar: QTabBar) -> list[str]:
    hidden = [bar.tabText(place) for place in range(bar.count()) if bar.tabRect(place).right() > bar.width()]
    return [f"tabs out of sight: {hidden}"] if hidden else []


def _page(area: QWidget) -> list[str]:
    """A page that is wider than what is seen of it."""
    if not isinstance(area, QScrollArea) or not area.isVisible() or area.widget() is None:
        return []
    needed, room = area.widget().width(), area.viewport().width()
    return [f"page {area.objectName()} needs {needed} of {room} px"] if needed > room else []
