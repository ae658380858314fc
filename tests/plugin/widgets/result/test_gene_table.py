"""The table of genes: sorted, searched, marked, with p and q where there are such."""

from __future__ import annotations

import numpy as np
import pandas as pd
from qtpy.QtCore import Qt

from napari_ripple.widgets.result.gene_table import GeneTable


def test_the_gene_table_sorts_searches_and_marks(qtbot) -> None:
    table = GeneTable()
    qtbot.addWidget(table)
    table.resize(400, 300)
    genes = pd.DataFrame({"gene": ["Aa", "Bb", "Cab"], "response": [-2.0, 1.0, 0.5], "edited": [True, False, False]})
    table.show_table(genes.assign(control=1.0, share_up=0.5))
    assert table.genes() == ["Aa", "Bb", "Cab"]
    table.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert table.genes() == ["Bb", "Cab", "Aa"]
    assert table.shown.index(2, 0).data() == "Aa •"
    with qtbot.assertNotEmitted(table.chosen):
        table.mark("Cab")
    with qtbot.waitSignal(table.chosen) as caught:
        table.view.selectRow(0)
    assert caught.args == ["Bb"]
    table.search.setText("A")
    assert table.genes() == ["Cab", "Aa"]
    table.show_table(genes.assign(p=0.01, q=0.02))
    assert [table.model.headerData(place, Qt.Orientation.Horizontal) for place in range(4)] == [
        "Gene",
        "Response",
        "q",
        "p",
    ]
    table.search.clear()
    table.show_table(genes.assign(p=[np.nan, 0.01, 0.4], q=[np.nan, 0.02, 0.4]))
    table.view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert table.genes() == ["Bb", "Cab", "Aa"]
    assert table.shown.index(2, 2).data() == "–"
