"""Cells removed, inserted and moved by mouse in a real window, and how the canvas marks them."""

import numpy as np
from plugin.experiment import SQUARE
from plugin.mouse import settle
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.canvas.presence_link import COME_NAME, GONE_NAME
from napari_ripple.viewer_link import link_for
from napari_ripple.widgets.edit.panel import EditPanel

OTHER = [[170.0, 170.0], [230.0, 170.0], [230.0, 230.0], [170.0, 230.0]]


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def marked(viewer, name: str) -> np.ndarray:
    """Places (cells, 2) of the marks of a layer as (x, y)."""
    return viewer.layers[name].data[:, ::-1] if name in viewer.layers else np.zeros((0, 2))


def test_cells_are_removed_inserted_and_moved_by_mouse(dock, opened, viewer, wait, qapp) -> None:
    panel = dock(EditPanel)
    actions.draw_roi(opened, OTHER, "other")
    actions.draw_roi(opened, SQUARE, "here")
    panel.ways.setCurrentWidget(panel.cells)
    form, xy = panel.cells, opened.section.xy_um
    inside = xy[opened.roi_rows()]

    form.way.setCurrentText("remove")
    assert form.only.isVisible()
    assert not form.name.isVisible()
    click(form.add_button)
    assert [edit.kind for edit in opened.edits] == ["remove"]
    wait(lambda: GONE_NAME in viewer.layers)
    np.testing.assert_allclose(marked(viewer, GONE_NAME), inside)
    assert panel.matched.text() == f"{len(inside)} cells removed."

    form.way.setCurrentText("insert cells of")
    assert form.number.isVisible()
    assert not form.only.isVisible()
    form.number.setValue(7)
    click(form.add_button)
    wait(lambda: len(marked(viewer, COME_NAME)) == 7)
    assert opened.edits[1].source.label == form.name.currentText()
    assert not panel.limit.isVisible()
    wait(lambda: panel.matched.text() == f"{len(inside)} cells removed, 7 cells inserted.")

    click(panel.undo_button)
    wait(lambda: COME_NAME not in viewer.layers)
    click(panel.redo_button)
    wait(lambda: COME_NAME in viewer.layers)
    actions.clear_edits(opened)
    wait(lambda: GONE_NAME not in viewer.layers)

    form.way.setCurrentText("move by")
    form.dx.setValue(30.0)
    form.dy.setValue(-10.0)
    click(form.add_button)
    wait(lambda: COME_NAME in viewer.layers)
    np.testing.assert_allclose(marked(viewer, COME_NAME), inside + np.array([30.0, -10.0]))
    form.way.setCurrentText("move into")
    assert form.region.currentText() == "other"
    actions.clear_edits(opened)
    form.only.setCurrentIndex(1)
    click(form.add_button)
    assert opened.edits[0].where.label is not None
    settle(qapp)
    assert opened.commands[-1].name == "move_cells"


def test_the_users_own_choice_of_layer_stays_and_marks_may_be_deleted(dock, opened, viewer, wait) -> None:
    dock(EditPanel)
    actions.draw_roi(opened, SQUARE, "here")
    chosen = viewer.layers.selection.active
    actions.remove_cells(opened)
    wait(lambda: GONE_NAME in viewer.layers)
    assert viewer.layers.selection.active is chosen
    viewer.layers.remove(GONE_NAME)
    assert link_for(viewer).presence.gone is None
    actions.set_strength(opened, 0.5)
    wait(lambda: GONE_NAME in viewer.layers)
    assert len(marked(viewer, GONE_NAME)) == round(0.5 * len(opened.roi_rows()))


def test_another_region_is_asked_for_before_cells_move_into_it(dock, opened) -> None:
    panel = dock(EditPanel)
    panel.cells.way.setCurrentText("move into")
    assert not panel.cells.add_button.isEnabled()
    assert "second region" in panel.cells.tip.text()
    panel.cells.way.setCurrentText("remove")
    assert panel.cells.add_button.isEnabled()
