"""How sure a result will be is told before it is run, for the edits there are."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.widgets.regenerate.panel import RegeneratePanel
from ripple_core.perturb.editing import edits
from ripple_core.roi import Roi


def test_what_chance_is_measured_by_follows_the_edits(dock, opened) -> None:
    """Whole cells cannot be tried on other genes: other places stand in, and where they cannot either, that is said before it is run."""
    panel = dock(RegeneratePanel)
    QTest.mouseClick(panel.how_sure.buttons["normal"], Qt.MouseButton.LeftButton)
    actions.add_edit(opened, edits.knockout(["Gene040"]))
    assert "other genes edited here" in panel.how_sure.words.text()
    actions.remove_cells(opened)
    assert "at other places" in panel.how_sure.words.text()
    actions.add_edit(opened, edits.move(into=Roi.circle((40.0, 40.0), 30.0)))
    assert "No placebo fits this edit" in panel.how_sure.words.text()
    assert opened.settings.null == 20
