"""Every way to change a gene by hand."""

from __future__ import annotations

import pytest

from napari_ripple.widgets.edit.by_hand import WAYS, EditByHand
from ripple_core.errors import DataError
from ripple_core.perturb.editing.edits import Edit


@pytest.mark.parametrize("way", WAYS, ids=[way.kind for way in WAYS])
def test_every_way_to_change_a_gene_makes_an_edit(qtbot, way) -> None:
    form = EditByHand()
    qtbot.addWidget(form)
    form.set_genes(["Fn1"])
    with pytest.raises(DataError, match="Expected a gene"):
        form.edit()
    form.gene.setText("fn1")
    form.way.setCurrentText(way.words)
    assert form.tip.text() == way.tip
    edit = form.edit()
    assert isinstance(edit, Edit)
    assert (edit.kind, list(edit.genes)) == (way.kind, ["Fn1"])
