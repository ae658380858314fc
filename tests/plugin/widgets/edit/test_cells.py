"""Edits of whole cells made by mouse in a real window, and the cells that an edit is limited to."""

from plugin.experiment import SQUARE
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.widgets.edit.cells import NOTHING
from napari_ripple.widgets.edit.panel import EditPanel

OTHER = [[170.0, 170.0], [230.0, 170.0], [230.0, 230.0], [170.0, 230.0]]


def test_cells_take_after_others_and_an_edit_is_limited(dock, opened, wait) -> None:
    panel = dock(EditPanel)
    actions.draw_roi(opened, OTHER, "other")
    actions.draw_roi(opened, SQUARE, "here")
    panel.ways.setCurrentWidget(panel.cells)
    label = panel.cells.name.currentText()
    assert panel.cells.by.currentText() == opened.label_key
    panel.cells.way.setCurrentText("become cells of")
    QTest.mouseClick(panel.cells.add_button, Qt.MouseButton.LeftButton)
    assert (opened.edits[0].kind, opened.edits[0].source.label) == ("retype", label)
    wait(lambda: panel.dumbbells.isVisible())
    assert panel.matched.text().startswith("whole cells change")
    panel.cells.by.setCurrentText("regions")
    assert [panel.cells.name.itemText(i) for i in range(panel.cells.name.count())] == ["other"]  # not the active one
    actions.knock_out(opened, [str(opened.section.genes[0])])
    offered = [panel.limit.cells.itemText(i) for i in range(panel.limit.cells.count())]
    assert offered[:2] == ["all of the region", "cells in other"]
    panel.limit.cells.setCurrentIndex(1)
    panel.limit.cells.activated.emit(1)
    assert opened.edits[1].where.words == "other"
    assert panel.list.list.topLevelItem(1).text(0).endswith("other")
    QTest.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    assert opened.edits[1].where is None
    assert panel.limit.cells.currentIndex() == 0


def test_without_names_and_regions_it_says_what_is_missing(dock, opened) -> None:
    panel = dock(EditPanel)
    panel.cells.show_choices({})
    assert panel.cells.tip.text() == NOTHING
    assert not panel.cells.add_button.isEnabled()


def test_the_page_in_front_gives_the_tabs_their_height(dock, opened, wait) -> None:
    panel = dock(EditPanel)
    heights = []
    for page in (panel.pick, panel.cells, panel.file):
        panel.ways.setCurrentWidget(page)
        wait(seconds=0.1, must=False)
        heights.append(panel.ways.height())
        assert panel.ways.y() < 20
    actions.draw_roi(opened, SQUARE)
    actions.compare(opened, opened.active_roi)
    panel.ways.setCurrentWidget(panel.pick)
    wait(lambda: panel.ways.height() > 2 * max(heights[1:]))
