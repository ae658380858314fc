"""The keyboard in place of the mouse: what is listed is bound, and every step can be reached."""

from __future__ import annotations

from app_model.types import KeyBinding
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple.widgets import shortcuts
from napari_ripple.widgets.panel import RipplePanel


def test_the_keyboard_goes_through_the_steps(dock, viewer, chosen, wait) -> None:
    panel = dock(RipplePanel)
    canvas = viewer.window._qt_viewer.canvas.native
    alt = Qt.KeyboardModifier.AltModifier
    for place in (1, 2, 3, 4, 5, 5):
        QTest.keyClick(canvas, Qt.Key.Key_PageDown, alt)
        assert [header.isChecked() for header in panel.steps.headers].index(True) == place
        assert panel.steps.pages[place].isAncestorOf(viewer.window._qt_window.focusWidget())
    QTest.keyClick(canvas, Qt.Key.Key_PageUp, alt)
    assert panel.steps.headers[4].isChecked()


def test_the_keys_that_are_listed_are_those_that_are_bound(dock, viewer) -> None:
    before = set(viewer.keymap)
    dock(RipplePanel)
    bound = {str(key) for key in set(viewer.keymap) - before}
    written = [key.replace(" + ", "+") for key, _ in shortcuts.listed()]
    assert {str(KeyBinding.from_str(key)) for key in written} == bound
    assert len(written) == len(bound)
