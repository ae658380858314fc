"""A gene is found by typing."""

from __future__ import annotations

from napari_ripple.widgets.parts.forms.gene_search import GeneSearch


def test_a_gene_is_found_whatever_its_case(qtbot) -> None:
    search = GeneSearch()
    qtbot.addWidget(search)
    search.set_genes(["Fn1", "Spp1", "Spp2"])
    with qtbot.assertNotEmitted(search.chosen):
        search.setText("spp")
        search.returnPressed.emit()
    with qtbot.waitSignal(search.chosen) as caught:
        search.setText("FN")
        search.returnPressed.emit()
    assert caught.args == ["Fn1"]
