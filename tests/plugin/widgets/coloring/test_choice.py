"""What cells can be coloured by."""

from __future__ import annotations

from napari_ripple.state.view import ColorBy
from napari_ripple.widgets.coloring.choice import ColorChoice, label_columns
from ripple_core.section import Section


def test_columns_of_all_different_names_are_not_offered(small_tissues, qtbot) -> None:
    adata = small_tissues[0].copy()
    adata.obs["barcode"] = [f"cell {i}" for i in range(adata.n_obs)]
    adata.obs["depth"] = range(adata.n_obs)
    section = Section.from_anndata(adata)
    assert label_columns(section)[0] == "cell_type"
    assert "barcode" not in label_columns(section)
    assert "depth" in label_columns(section)
    choice = ColorChoice()
    qtbot.addWidget(choice)
    choice.show_section(section)
    with qtbot.assertNotEmitted(choice.limits):
        choice.show_choice(ColorBy("gene", "Up1-01", low=10, high=80))
    assert choice.percentiles.value() == (10, 80)
