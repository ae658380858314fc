"""Picking genes by mouse from a volcano in a real window."""

import time

import numpy as np
import pytest
from plugin.experiment import SQUARE
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_ripple import actions
from napari_ripple.widgets.edit.panel import EditPanel
from napari_ripple.widgets.picking.volcano import p_at, places

TABLE = "gene,log2FC,padj\nLig1-01,3,1e-6\nUp1-01,2,1e-3\nUp1-02,-2,1e-4\nUp1-03,1,0.2\nNobody,-1,0.5\n"


@pytest.fixture
def make(dock, opened, tmp_path, wait):
    """Makes the edit panel with its picking page in front and a table of five genes."""

    def made():
        path = tmp_path / "deg.csv"
        path.write_text(TABLE)
        actions.draw_roi(opened, SQUARE)
        shown = dock(EditPanel)
        shown.ways.setCurrentWidget(shown.pick)
        shown.pick.opened.emit(str(path))
        wait(lambda: shown.pick.volcano.isVisible())
        wait(seconds=0.2, must=False)
        return shown

    return made


def pixel_of(volcano, x, y):
    """Where a place of the chart is in the widget."""
    return volcano.mapFromScene(volcano.band.mapViewToScene(QPointF(x, y)))


def place_of(volcano, gene):
    row = volcano.picking.table["gene"].tolist().index(gene)
    return pixel_of(volcano, *volcano.xy[row])


LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def send(volcano, kind, at, button=NONE, buttons=NONE):
    """One mouse event at a place of the widget."""
    port = volcano.viewport()
    everywhere = QPointF(port.mapToGlobal(at))
    event = QMouseEvent(kind, QPointF(at), everywhere, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(port, event)
    QApplication.processEvents()
    time.sleep(0.015)  # the chart leaves out moves that come faster


def drag(volcano, start, end):
    """Press, move in steps, and let go, as a hand does."""
    send(volcano, QEvent.Type.MouseMove, start)
    send(volcano, QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    for share in np.linspace(0.25, 1, 4):
        send(volcano, QEvent.Type.MouseMove, start + (end - start) * float(share), NONE, LEFT)
    send(volcano, QEvent.Type.MouseButtonRelease, end, LEFT, NONE)


def test_a_click_ticks_and_unticks(make) -> None:
    panel = make()
    session, volcano = panel.session, panel.pick.volcano
    assert list(session.picking.genes()) == ["Lig1-01", "Up1-01", "Up1-02"]
    QTest.mouseClick(volcano.viewport(), Qt.MouseButton.LeftButton, pos=place_of(volcano, "Up1-03"))
    assert "Up1-03" in session.picking.genes()
    QTest.mouseClick(volcano.viewport(), Qt.MouseButton.LeftButton, pos=place_of(volcano, "Lig1-01"))
    assert "Lig1-01" not in session.picking.genes()
    actions.undo(session)
    assert "Lig1-01" in session.picking.genes()


def test_a_rectangle_ticks_what_is_in_it(make) -> None:
    panel = make()
    session, volcano = panel.session, panel.pick.volcano
    low, high = pixel_of(volcano, 0.5, 0.2), pixel_of(volcano, 2.4, 3.4)
    drag(volcano, low, high)
    assert list(session.picking.genes()) == ["Lig1-01", "Up1-01", "Up1-02", "Up1-03"]
    drag(volcano, low, high)  # all of them are ticked now: this unticks
    assert list(session.picking.genes()) == ["Lig1-01", "Up1-02"]


def test_a_line_drags_and_the_form_follows(make) -> None:
    panel = make()
    session, volcano = panel.session, panel.pick.volcano
    actions.set_cuts(session, min_abs_lfc=1.5, max_padj=1.0)
    drag(volcano, pixel_of(volcano, 1.5, 4.0), pixel_of(volcano, 2.5, 4.0))
    assert session.picking.cuts.min_abs_lfc == pytest.approx(2.5, abs=0.1)
    assert panel.pick.cuts.lfc.value() == pytest.approx(session.picking.cuts.min_abs_lfc)
    assert list(session.picking.genes()) == ["Lig1-01"]
    actions.set_cuts(session, min_abs_lfc=0.0)
    drag(volcano, pixel_of(volcano, -2.5, 0.0), pixel_of(volcano, -2.5, 5.0))
    assert session.picking.cuts.max_padj == pytest.approx(1e-5, rel=0.6)


def test_the_pointer_is_told_the_gene(make, wait) -> None:
    panel = make()
    volcano = panel.pick.volcano
    send(volcano, QEvent.Type.MouseMove, QPoint(70, 20))
    send(volcano, QEvent.Type.MouseMove, place_of(volcano, "Up1-02"))
    wait(lambda: volcano.name.isVisible())
    assert volcano.name.toPlainText() == "Up1-02: -2.00, q 0.0001"


def test_the_list_ticks_and_the_button_makes_the_edit(make) -> None:
    panel = make()
    session, chosen = panel.session, panel.pick.chosen
    assert chosen.model.rows["gene"].tolist() == ["Lig1-01", "Up1-01", "Up1-02"]
    QTest.keyClicks(chosen.search, "up1-03")
    index = chosen.shown.index(0, 0)
    chosen.shown.setData(index, Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    chosen.search.clear()
    QTest.mouseClick(panel.pick.use_button, Qt.MouseButton.LeftButton)
    assert session.edits[0].genes == {"Lig1-01": 3.0, "Up1-01": 2.0, "Up1-02": -2.0, "Up1-03": 1.0}
    panel.pick.cuts.direction.setCurrentText("up only")
    assert list(session.picking.genes()) == ["Lig1-01", "Up1-01", "Up1-03"]
    actions.pick_genes(session, ["Nobody"])
    assert "1 of them not in this section" in panel.pick.facts.text()


def test_groups_are_compared_beside_the_window(make, wait) -> None:
    panel = make()
    session, tab = panel.session, panel.pick
    QTest.mouseClick(tab.compare_button, Qt.MouseButton.LeftButton)
    assert next(iter(tab.form.choices)) == "regions"
    tab.form.by.setCurrentText(session.section.label_key)
    names = tab.form.choices[session.section.label_key]
    tab.form.first.setCurrentText(names[1])
    QTest.mouseClick(tab.form.button, Qt.MouseButton.LeftButton)
    wait(lambda: session.picking.title == f"{names[1]} against the rest")
    assert len(tab.volcano.xy) == len(session.section.genes)
    assert session.commands[-1].name == "compare"


def test_sets_of_a_net_are_offered(make, tmp_path) -> None:
    panel = make()
    path = tmp_path / "net.csv"
    path.write_text("source,target,weight\nB,Lig1-01,-1\nA,Up1-01,2\nA,Up1-02,1\n")
    tab = panel.pick
    tab.opened.emit(str(path))
    assert [tab.sets.itemText(place) for place in range(tab.sets.count())] == ["A", "B"]
    assert panel.session.picking.genes() == {"Up1-01": 2.0, "Up1-02": 1.0}
    assert not tab.volcano.lines[2].isVisible()  # a net has no p
    tab.sets.textActivated.emit("B")
    assert panel.session.picking.genes() == {"Lig1-01": -1.0}


def test_where_genes_stand(make) -> None:
    panel = make()
    table = panel.session.picking.table
    assert np.allclose(places(table)[:, 1], -np.log10(table["padj"]))
    assert places(table.drop(columns="padj"))[:, 1].tolist() == [4, 2, 3, 0, 1]
    assert p_at(-np.log10(0.05)) == 0.05
    assert p_at(-1) == 1.0
