"""Kept results and two side by side in a real window: clicks change the session, and what changes there is shown."""

from __future__ import annotations

from typing import Any

import pytest
from plugin.experiment import run_two
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_ripple.canvas import caption
from napari_ripple.session import Session
from napari_ripple.widgets.scenarios.kept_list import NAME, STAR
from napari_ripple.widgets.scenarios.panel import ScenariosPanel

LEFT, CTRL, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def two(chosen: Session) -> Session:
    """The session of the window with two scenarios."""
    return run_two(chosen)


def click(panel: ScenariosPanel, place: int, column: int = NAME, keys: Any = NONE) -> None:
    """Click a column of a row of the list."""
    tree = panel.kept.list
    where = tree.visualItemRect(tree.topLevelItem(place)).center()
    where.setX(tree.columnViewportPosition(column) + 8)
    QTest.mouseClick(tree.viewport(), LEFT, keys, where)


def names(session: Session) -> list[str]:
    """The names of the list."""
    return [scenario.name for scenario in session.scenarios]


def test_a_click_shows_a_result_again_with_its_edits(dock, two) -> None:
    panel = dock(ScenariosPanel)
    assert panel.kept.list.topLevelItemCount() == 2
    assert "2 kept results" in panel.kept.memory.text()
    click(panel, 0)
    assert two.result is two.scenarios[0].result
    assert two.edits == two.scenarios[0].edits
    assert panel.kept.list.topLevelItem(0).font(NAME).bold()
    assert not panel.kept.list.topLevelItem(1).font(NAME).bold()


def test_stars_names_notes_and_removal(dock, two, wait) -> None:
    panel = dock(ScenariosPanel)
    result = two.result
    click(panel, 0, STAR)
    assert two.scenarios[0].starred
    assert two.result is result, "a star shows nothing"
    click(panel, 0)
    QTest.keyClicks(panel.kept.note, "look at this")
    QTest.keyClick(panel.kept.note, Qt.Key.Key_Return)
    assert two.scenarios[0].note == "look at this"
    QTest.mouseClick(panel.kept.rename_button, LEFT)
    wait(lambda: panel.kept.list.state() == panel.kept.list.State.EditingState)
    field = panel.kept.list.findChild(type(panel.kept.note))
    field.setText("table")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait(lambda: names(two)[0] == "table")
    QTest.mouseClick(panel.kept.remove_button, LEFT)
    assert len(two.scenarios) == 1
    QTest.mouseClick(panel.kept.restore_button, LEFT)
    assert names(two)[0] == "table"
    assert not panel.kept.restore_button.isEnabled()


def test_two_are_compared_on_the_tissue_in_a_table_and_in_a_scatter(dock, two, wait) -> None:
    panel = dock(ScenariosPanel)
    click(panel, 0)
    click(panel, 1, keys=CTRL)
    assert panel.kept.list.selected() == names(two)
    QTest.mouseClick(panel.kept.compare_button, LEFT)
    page = panel.compare
    wait(page.table.isVisible)
    assert panel.tabs.currentWidget() is page
    assert [page.a.currentText(), page.b.currentText()] == names(two)
    assert "regenerated in both" in page.summary.text()
    assert "noise is not known" in page.beware.text()
    assert len(page.figure.chart.shown.table) == len(two.comparison.table)
    QTest.mouseClick(
        page.table.view.viewport(), LEFT, NONE, page.table.view.visualRect(page.table.shown.index(2, 0)).center()
    )
    gene = str(two.comparison.table["gene"].iloc[2])
    assert (two.color_by.key, two.view, two.simulation.compared) == (gene, "response", True)
    assert caption.words(two) == f"SIMULATED: A − B of {gene}"
    assert page.figure.chart.shown.mark == gene
    click_other = [page.b.currentText(), page.a.currentText()]
    page.a.setCurrentText(click_other[0])
    page.b.setCurrentText(click_other[1])
    QTest.mouseClick(page.show_button, LEFT)
    assert two.comparison.names == tuple(click_other)


def test_it_fits_a_narrow_window(dock, two) -> None:
    panel = dock(ScenariosPanel)
    assert panel.minimumSizeHint().width() <= 240
    assert panel.compare.figure.minimumSizeHint().width() <= 240
