"""Scrolling past a field changes nothing; a field that is written in answers the wheel."""

from __future__ import annotations

from typing import Any

import pytest
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QWidget

from napari_ripple import actions
from napari_ripple.widgets.regenerate.panel import RegeneratePanel


def turn(field: QWidget, steps: int) -> None:
    """Turn the wheel over a field."""
    middle = QPointF(field.rect().center())
    buttons, keys, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    by = QPoint(0, 120 * steps)
    event = QWheelEvent(middle, QPointF(field.mapToGlobal(middle.toPoint())), QPoint(), by, buttons, keys, phase, False)
    QApplication.sendEvent(field, event)


@pytest.mark.parametrize("name", ["zone_um", "mode"])
def test_the_wheel_changes_only_the_field_that_has_the_keyboard(dock, viewer, chosen, wait, name: str) -> None:
    panel: Any = dock(RegeneratePanel)
    actions.set_settings(chosen, mode="picking")
    before = chosen.settings
    field = panel.usual.fields[name]
    turn(field, -1)
    assert chosen.settings == before
    viewer.window._qt_window.activateWindow()
    field.setFocus()
    wait(field.hasFocus)
    turn(field, -1)
    assert chosen.settings != before


def test_what_a_click_opens_is_scrolled_into_view(dock, viewer, chosen, wait) -> None:
    viewer.window.resize(800, 400)
    panel: Any = dock(RegeneratePanel)
    wait(seconds=0.3, must=False)
    bar, fold = panel.verticalScrollBar(), panel.more_fold
    assert bar.value() == 0
    QTest.mouseClick(fold.button, Qt.MouseButton.LeftButton)
    wait(lambda: bar.value() > 0)
    top = fold.mapTo(panel.viewport(), QPoint(0, 0)).y()
    assert 0 <= top < panel.viewport().height()
    below = top + fold.height() - panel.viewport().height()
    assert below <= 0 or top == 0, "seen whole, or from its top on"
    bar.setValue(0)
    QTest.mouseClick(fold.button, Qt.MouseButton.LeftButton)  # closed again: nothing to see
    wait(seconds=0.4, must=False)
    assert bar.value() == 0
