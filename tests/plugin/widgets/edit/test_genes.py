"""Single genes of the edits, changed in the table of a real window."""

import pytest
from qtpy.QtCore import QModelIndex, Qt
from qtpy.QtTest import QTest

from napari_ripple import actions
from napari_ripple.widgets.edit.genes import OUT, VALUE, WHAT
from napari_ripple.widgets.edit.panel import EditPanel
from ripple_core.perturb.editing.edits import Edit


def cell(table, gene, column) -> QModelIndex:
    """The cell of a gene in the view's own order."""
    genes = [table.shown.index(row, 0).data() for row in range(table.shown.rowCount())]
    return table.shown.index(genes.index(gene), column)


def change(table, gene, column, value) -> None:
    """Open the field of a cell, put a value in, and leave it, as the delegate does for a user."""
    index = cell(table, gene, column)
    delegate = table.view.itemDelegate()
    field = delegate.createEditor(table.view.viewport(), None, index)
    if column == WHAT:
        field.setCurrentText(value)
    else:
        field.setValue(value)
    delegate.setModelData(field, table.shown, index)
    field.deleteLater()


def test_genes_are_changed_in_place(dock, opened, wait) -> None:
    panel = dock(EditPanel)
    edit = Edit(kind="lfc", genes={"Lig1-01": 2.0, "Up1-01": -1.0, "Up1-02": 1.0}, name="deg", strength=0.5)
    actions.add_edit(opened, edit)
    QTest.mouseClick(panel.genes_fold.button, Qt.MouseButton.LeftButton)
    wait(lambda: panel.genes.isVisible())
    change(panel.genes, "Up1-01", VALUE, 3.0)
    assert opened.edits[0].genes == {"Lig1-01": 2.0, "Up1-01": 3.0, "Up1-02": 1.0}
    change(panel.genes, "Up1-01", WHAT, "knock out")
    assert [(e.name, e.kind, e.strength, list(e.genes)) for e in opened.edits] == [
        ("deg", "lfc", 0.5, ["Lig1-01", "Up1-02"]),
        ("deg, knock-out", "knockout", 0.5, ["Up1-01"]),
    ]
    change(panel.genes, "Up1-02", WHAT, "knock out")  # joins the first
    assert [(e.name, list(e.genes)) for e in opened.edits] == [
        ("deg", ["Lig1-01"]),
        ("deg, knock-out", ["Up1-01", "Up1-02"]),
    ]
    QTest.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    assert list(opened.edits[0].genes) == ["Lig1-01", "Up1-02"]


def test_genes_are_searched_and_taken_out(dock, opened, wait) -> None:
    panel = dock(EditPanel)
    actions.knock_out(opened, ["Lig1-01", "Up1-01", "Up1-02"])
    panel.genes_fold.button.setChecked(True)
    wait(lambda: panel.genes.isVisible())
    QTest.keyClicks(panel.genes.search, "up1")
    assert panel.genes.shown.rowCount() == 2
    index = cell(panel.genes, "Up1-02", OUT)
    where = panel.genes.view.visualRect(index).center()
    QTest.mouseClick(panel.genes.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert list(opened.edits[0].genes) == ["Lig1-01", "Up1-01"]
    panel.genes.view.setCurrentIndex(cell(panel.genes, "Up1-01", 0))
    QTest.keyClick(panel.genes.view, Qt.Key.Key_Delete)
    actions.remove_gene(opened, 0, "Lig1-01")
    assert opened.edits == ()
    assert not panel.genes.isVisible()


def test_a_knockout_has_no_value_to_change(dock, opened) -> None:
    panel = dock(EditPanel)
    actions.knock_out(opened, ["Lig1-01"])
    panel.genes_fold.button.setChecked(True)
    flags = panel.genes.shown.flags(cell(panel.genes, "Lig1-01", VALUE))
    assert not flags & Qt.ItemFlag.ItemIsEditable
    change(panel.genes, "Lig1-01", WHAT, "over-express")
    assert (opened.edits[0].kind, opened.edits[0].genes) == ("overexpress", {"Lig1-01": 99.0})
    assert opened.commands[-1].arguments["kind"] == "overexpress"


def test_a_gene_that_the_edit_lacks_is_refused(session) -> None:
    actions.knock_out(session, ["Lig1-01"])
    with pytest.raises(ValueError, match="a gene of the edit knock-out, found 'Nobody'"):
        actions.change_gene(session, 0, "Nobody", value=1.0)
